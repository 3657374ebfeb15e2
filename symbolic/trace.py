"""Traces of words: invariant under rotation and under transposition, so that each has one canonical cycle."""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from symbolic.words import Atoms, Word, cancelled, turned

Cycle = Atoms


def rotations(atoms: Atoms) -> Iterator[Atoms]:
    """Every word with the same trace that rotation or transposition gives."""
    for cycle in (atoms, turned(atoms)):
        for k in range(len(cycle)):
            yield cycle[k:] + cycle[:k]


def canonical(atoms: Atoms) -> Cycle:
    return min(rotations(atoms), key=lambda cycle: [atom.key for atom in cycle])


def trace_of(word: Word) -> tuple[sympy.Expr, tuple[Cycle, ...]]:
    """The trace as a scalar times a product of cycles: the size for an identity, and one cycle for each 1 x 1 factor."""
    atoms = cancelled(word.atoms)
    while len(atoms) > 1 and atoms[-1].cancels(atoms[0]):
        atoms = atoms[1:-1]
    if not atoms:
        return word.rows if not word.atoms else word.atoms[0].shape[0], ()
    cuts = [k for k, atom in enumerate(atoms) if atom.shape[0] == 1]
    if not cuts:
        return sympy.S.One, (canonical(atoms),)
    turning = atoms[cuts[0] :] + atoms[: cuts[0]]
    ends = [k - cuts[0] for k in cuts[1:]] + [len(atoms)]
    starts = [0, *ends[:-1]]
    return sympy.S.One, in_order(canonical(turning[a:b]) for a, b in zip(starts, ends, strict=True))


def in_order(cycles: Iterator[Cycle]) -> tuple[Cycle, ...]:
    """A commutative product of traces, sorted."""
    return tuple(sorted(cycles, key=lambda cycle: [atom.key for atom in cycle]))
