"""Words: products of letters, of their transposes and of their inverses, as tuples.

A word is cut wherever a dimension is one: what stands between two such places is a 1 x 1 factor, which commutes with everything
and equals its transpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import sympy

from symbolic.expressions import ONE, Letter, agree


class Atom(NamedTuple):
    """A letter, perhaps transposed, perhaps inverted."""

    letter: Letter
    transposed: bool = False
    inverted: bool = False

    @property
    def shape(self) -> tuple[sympy.Expr, sympy.Expr]:
        rows, columns = self.letter.shape
        return (columns, rows) if self.transposed else (rows, columns)

    @property
    def turned(self) -> Atom:
        """The transpose."""
        return self if self.letter.symmetric else Atom(self.letter, not self.transposed, self.inverted)

    @property
    def key(self) -> tuple[str, bool, bool]:
        return self.letter.name, self.transposed, self.inverted

    def cancels(self, other: Atom) -> bool:
        return self.letter == other.letter and self.transposed == other.transposed and self.inverted != other.inverted


Atoms = tuple[Atom, ...]


@dataclass(frozen=True)
class Word:
    """A product of atoms with its outer dimensions; the empty word is an identity matrix."""

    atoms: Atoms
    rows: sympy.Expr
    columns: sympy.Expr

    def __hash__(self) -> int:
        return hash(self.atoms)

    @property
    def is_identity(self) -> bool:
        return not self.atoms

    @property
    def T(self) -> Word:  # noqa: N802
        return Word(turned(self.atoms), self.columns, self.rows)

    @property
    def key(self) -> tuple[object, ...]:
        return tuple(atom.key for atom in self.atoms)

    def __matmul__(self, other: Word) -> Word:
        agree(self.columns, other.rows, "a product of words")
        return Word(cancelled(self.atoms + other.atoms), self.rows, other.columns)


def identity(size: sympy.Expr) -> Word:
    return Word((), size, size)


UNIT = identity(ONE)


def turned(atoms: Atoms) -> Atoms:
    """The transpose of a product."""
    return tuple(atom.turned for atom in reversed(atoms))


def cancelled(atoms: Atoms) -> Atoms:
    """Without neighbours that are inverse to each other."""
    kept: list[Atom] = []
    for atom in atoms:
        if kept and kept[-1].cancels(atom):
            kept.pop()
        else:
            kept.append(atom)
    return tuple(kept)


def split(word: Word) -> tuple[list[Atoms], Word]:
    """The 1 x 1 factors inside a word, and what remains of it."""
    cuts = [k for k, atom in enumerate(word.atoms) if atom.shape[0] == 1]
    if word.columns == 1:
        cuts.append(len(word.atoms))
    if len(cuts) < 2:
        return [], word
    scalars = [word.atoms[a:b] for a, b in pairwise(cuts)]
    return scalars, Word(word.atoms[: cuts[0]] + word.atoms[cuts[-1] :], word.rows, word.columns)
