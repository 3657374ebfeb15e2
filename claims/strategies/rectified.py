"""Pairs of unit vectors under finite laws with atoms at the kinks and on the bisector, and half-rectified networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.rectified import Atoms, Pair, Stretched
from claims.strategies.entropy import Draw
from numerics.angles import unit_vector
from numerics.matrix import hstack
from numerics.rational import RationalMatrix, rational

ATOMS = ("any", "bisector", "kink", "one active", "away", "behind", "zero", "other kink")
ANGLES = ("any", "equal", "right", "near", "obtuse", "any")


def masses(d: Draw, count: int) -> RationalMatrix:
    """Positive integers; all equal in half of the cases."""
    extra = [0] * count if d.boolean() else d.integers(count, 3)
    return RationalMatrix.integers(1, count, [1 + abs(value) for value in extra])


def _unit(parameters: RationalMatrix) -> RationalMatrix:
    return RationalMatrix.column(unit_vector(parameters.entries(), rational(1)))


def directions(d: Draw, dimension: int, kinds: tuple[str, ...] = ANGLES) -> tuple[RationalMatrix, RationalMatrix]:
    """Stereographic parameters of two unit vectors that are not opposite."""
    free = dimension - 1
    kind = d.pick(kinds) if free else "equal"
    first = RationalMatrix.zeros(1, free) if d.boolean() else d.rational_matrix(1, free, 2)
    if kind == "equal":
        return first, first
    if kind in ("right", "obtuse", "near"):
        first = RationalMatrix.zeros(1, free)
        size = {"right": "1", "obtuse": d.pick(("2", "3", "3/2", "7")), "near": d.pick(("1/3", "1/8", "1/5", "1/20"))}[kind]
        turn = d.integer(0, free - 1)
        return first, RationalMatrix.build(1, free, lambda i, j: size if j == turn else 0)
    second = d.rational_matrix(1, free, 2)
    opposite = (_unit(first) + _unit(second)).is_zero()
    return first, first if opposite else second


def atoms(d: Draw, dimension: int, w1: RationalMatrix, w2: RationalMatrix, most: int = 3) -> RationalMatrix:
    """1 to ``most`` atoms, those on the bisector, at the kinks and where only one unit is active among them."""
    cosine = w1.inner(w2)
    placed = {
        "bisector": w1 + w2,
        "kink": w1 - w2 * cosine,
        "other kink": w2 - w1 * cosine,
        "one active": (w1 - w2 * cosine) * 2 - w2 * (1 - cosine * cosine) / 2,
        "away": w1 - w2,
        "behind": -(w1 + w2),
        "zero": w1 * 0,
    }
    columns = []
    for _ in range(d.integer(1, most)):
        kind = d.pick(ATOMS)
        columns.append(d.matrix(dimension, 1) if kind == "any" else placed[kind] * d.pick((1, 2, 1)))
    return hstack(*columns)


def any_pair(d: Draw, kinds: tuple[str, ...] = ANGLES, lowest: int = 1) -> Pair:
    dimension = d.pick([size for size in (2, 3, 1) if size >= lowest])
    first, second = directions(d, dimension, kinds)
    points = atoms(d, dimension, _unit(first), _unit(second))
    return Pair(first, second, Atoms(points, masses(d, points.shape[1])))


@st.composite
def unit_pairs(draw: Callable[..., Any]) -> Pair:
    """Two unit vectors in 1 to 3 dimensions, equal, near, at right or obtuse angles, and 1 to 3 atoms."""
    return any_pair(Draw(draw))


@st.composite
def narrow_unit_pairs(draw: Callable[..., Any]) -> Pair:
    """Two unit vectors in 1 to 3 dimensions that are equal or close to each other, and 1 to 3 atoms."""
    return any_pair(Draw(draw), ("near", "equal", "near"))


@st.composite
def symmetric_unit_pairs(draw: Callable[..., Any]) -> Pair:
    """Two unit vectors in 1 to 3 dimensions, and a law that gives x and -x the same mass."""
    pair = any_pair(Draw(draw))
    law = pair.law
    return Pair(pair.first, pair.second, Atoms(hstack(law.points, -law.points), hstack(law.masses, law.masses)))


@st.composite
def stretched_pairs(draw: Callable[..., Any]) -> Stretched:
    """Pairs whose first vector is twice, three times or half as long as a unit vector."""
    d = Draw(draw)
    return Stretched(any_pair(d), rational(d.pick((2, 3, "1/2", "3/2"))))
