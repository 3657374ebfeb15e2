"""Pairs of unit vectors under finite laws with atoms at the kinks and on the bisector, and half-rectified networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.rectified import Atoms, Detour, Exponents, HalfRectified, Leg, Pair, Stretched, Task, Two, UnitSet
from claims.strategies.entropy import Draw
from numerics.angles import unit_vector
from numerics.matrix import hstack
from numerics.rational import RationalMatrix, rational
from numerics.rectified import activities

ATOMS = ("any", "bisector", "kink", "one active", "away", "behind", "zero", "other kink")
ANGLES = ("any", "equal", "right", "near", "obtuse", "any")


def masses(d: Draw, count: int) -> RationalMatrix:
    """Positive integers; all equal in half of the cases."""
    equal, extra = d.boolean(), d.integers(count, 3)
    extra = [0] * count if equal else extra
    return RationalMatrix.integers(1, count, [1 + abs(value) for value in extra])


def _unit(parameters: RationalMatrix) -> RationalMatrix:
    return RationalMatrix.column(unit_vector(parameters.entries(), rational(1)))


def directions(d: Draw, dimension: int, kinds: tuple[str, ...] = ANGLES) -> tuple[RationalMatrix, RationalMatrix]:
    """Stereographic parameters of two unit vectors that are not opposite; as many draws for every kind."""
    free = dimension - 1
    kind, start, turn = d.pick(kinds), d.boolean(), d.integer(0, max(free - 1, 0))
    sizes = {"right": "1", "obtuse": d.pick(("2", "3", "3/2", "7")), "near": d.pick(("1/3", "1/8", "1/5", "1/20"))}
    origin, first, second = RationalMatrix.zeros(1, free), d.rational_matrix(1, free, 2), d.rational_matrix(1, free, 2)
    if kind in sizes:
        return origin, RationalMatrix.build(1, free, lambda i, j: sizes[kind] if j == turn else 0)
    first = origin if start else first
    opposite = (_unit(first) + _unit(second)).is_zero()
    return first, first if kind == "equal" or opposite else second


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
    count = d.integer(1, most)
    drawn = [(d.pick(ATOMS), d.pick((1, 2, 1)), d.matrix(dimension, 1)) for _ in range(most)]
    return hstack(*(anywhere if kind == "any" else placed[kind] * size for kind, size, anywhere in drawn[:count]))


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


# Regression by a hidden layer --------------------------------------------------------------------------------------------------

UNITS = {
    1: (("1",), ("-1",), ("0",), ("1/2",), ("-1/2",)),
    2: (
        ("1", "0"),
        ("0", "1"),
        ("-1", "0"),
        ("0", "-1"),
        ("3/5", "4/5"),
        ("-4/5", "3/5"),
        ("1/2", "0"),
        ("0", "0"),
        ("1/2", "1/2"),
    ),
}
UNIT_LENGTH = {1: 2, 2: 6}
KAPPAS = ("1", "1/2", "2", "1/4")


def any_task(d: Draw, dimension: int, *, most: int = 3, kappas: tuple[str, ...] = KAPPAS) -> Task:
    """1 to ``most`` atoms; targets that vanish, are those of one unit, or any."""
    count = d.integer(1, most)
    points = d.matrix(dimension, count, 2)
    kind = d.pick(("any", "any", "unit", "zero"))
    targets = d.matrix(1, count, 2)
    if kind == "zero":
        targets = targets * 0
    if kind == "unit":
        targets = activities(RationalMatrix.of([UNITS[dimension][0]]), points)
    if dimension == 1 and count > 1 and d.pick((False, False, True)):
        points = RationalMatrix.build(1, count, lambda i, j: points.entry(0, 0) * (-1) ** j)
    return Task(Atoms(points, masses(d, count)), targets, rational(d.pick(kappas)))


def units(d: Draw, width: int, dimension: int, *, normed: bool = False) -> RationalMatrix:
    pool = UNITS[dimension][: UNIT_LENGTH[dimension]] if normed else UNITS[dimension]
    return RationalMatrix.of([d.pick(pool) for _ in range(width)], columns=dimension)


def coefficients(d: Draw, width: int) -> RationalMatrix:
    scale = d.pick(("1", "1/2", "1/4", "0"))
    return d.matrix(1, width, 2) * rational(scale)


def sparse(d: Draw, width: int, most: int) -> RationalMatrix:
    """A row with at most ``most`` coefficients, in slots that begin anywhere."""
    turn, row = d.integer(0, width - 1), coefficients(d, width)
    return RationalMatrix.build(1, width, lambda _, j: row.entry(0, j) if (j - turn) % width < most else 0)


def turned_units(d: Draw, rows: RationalMatrix) -> RationalMatrix:
    """Every row turned by one small rational angle; as they are in one dimension."""
    if rows.shape[1] != 2:
        return rows
    c, s = unit_vector([rational(d.pick(("1/10", "1/4", "-1/10", "1/40")))], rational(1))
    return rows @ RationalMatrix.of([[c, s], [-s, c]])


def any_leg(d: Draw, kind: str, kappas: tuple[str, ...] = KAPPAS) -> Leg:
    dimension, width = d.pick((2, 1) if kind == "turned" else (1, 2)), d.integer(1, 3)
    task = any_task(d, dimension, kappas=kappas)
    start = units(d, width, dimension, normed=kind == "turned")
    first, last = coefficients(d, width), coefficients(d, width)
    end = start
    if kind == "turned":
        end = turned_units(d, start)
    if kind == "idle":
        first = last = sparse(d, width, d.integer(0, width))
        other = units(d, width, dimension)
        end = RationalMatrix.build(width, dimension, lambda i, j: start.entry(i, j) if first.entry(0, i) else other.entry(i, j))
    return Leg((start, first), (end, last), task, rational(d.pick(("1/2", "1/3", "3/4", "0", "1"))))


@st.composite
def tasks(draw: Callable[..., Any]) -> Task:
    """Regression with 1 to 3 atoms in 1 or 2 dimensions, opposite and repeated inputs included, with and without a penalty."""
    d = Draw(draw)
    return any_task(d, d.integer(1, 2), kappas=(*KAPPAS, "0"))


@st.composite
def half_rectified_networks(draw: Callable[..., Any]) -> HalfRectified:
    """Networks of 1 to 4 units in the unit ball, zero and coinciding ones included, in one or two dimensions."""
    d = Draw(draw)
    dimension, width = d.integer(1, 2), d.integer(1, 4)
    task = any_task(d, dimension, kappas=(*KAPPAS, "0"))
    return HalfRectified(units(d, width, dimension), coefficients(d, width), task)


@st.composite
def biased_tasks(draw: Callable[..., Any]) -> Task:
    """Samples with distinct inputs whose last coordinate is 1, no penalty, any targets, 1 to 4 of them."""
    d = Draw(draw)
    count, free = d.integer(1, 4), d.integer(1, 2)
    extra = d.integers(count, 3)
    points = RationalMatrix.build(free + 1, count, lambda i, j: 1 if i == free else (2 * j if i == 0 else extra[j]))
    return Task(Atoms(points, masses(d, count)), d.matrix(1, count), rational(0))


@st.composite
def coefficient_moves(draw: Callable[..., Any]) -> Leg:
    """Straight moves of the coefficients alone."""
    return any_leg(Draw(draw), "coefficients")


@st.composite
def idle_moves(draw: Callable[..., Any]) -> Leg:
    """Straight moves of units whose coefficient is zero."""
    return any_leg(Draw(draw), "idle")


@st.composite
def turning_moves(draw: Callable[..., Any]) -> Leg:
    """Straight moves of coefficients and of unit vectors that turn by a small angle."""
    return any_leg(Draw(draw), "turned")


def any_detour(d: Draw, *, turning: bool) -> Detour:
    dimension, width = (2 if turning else d.integer(1, 2)), d.pick((2, 3, 1, 3))
    task, few = any_task(d, dimension), d.integer(0, width)
    own = [units(d, width, dimension, normed=True) for _ in range(3)]
    near = [turned_units(d, rows) if turning else rows for rows in own]
    oracle = RationalMatrix.build(width, dimension, lambda i, j: own[2].entry(i, j) if i < few else 0)
    row, ends = coefficients(d, width), [coefficients(d, width) for _ in range(2)]
    fitted_a, fitted_b = (d.pick((end, end * 0, coefficients(d, width))) for end in ends)
    return Detour(
        task,
        (own[0], ends[0]),
        (own[1], ends[1]),
        fitted_a,
        fitted_b,
        (near[0], sparse(d, width, width - few)),
        (near[1], sparse(d, width, width - few)),
        (oracle, RationalMatrix.build(1, width, lambda _, j: row.entry(0, j) if j < few else 0)),
    )


@st.composite
def detours(draw: Callable[..., Any]) -> Detour:
    """Two networks of 1 to 3 units, a sparse one on each first layer, and one of l units, in one or two dimensions."""
    return any_detour(Draw(draw), turning=False)


@st.composite
def turning_detours(draw: Callable[..., Any]) -> Detour:
    """Two networks of 1 to 3 units in two dimensions, sparse ones on first layers that are turned by small angles, and one of l
    units; two equal units of which one hands its coefficient to the other.
    """
    d = Draw(draw)
    return exchanged(d) if d.integer(0, 3) == 3 else any_detour(d, turning=True)


def exchanged(d: Draw) -> Detour:
    """One of two equal units hands its coefficient to the other and turns a little, the target half of what is put out.

    The outputs at both ends are the same, so that the objective between them rises at the first order in the angle.
    """
    side = d.pick((1, -1))
    unit, turned = (unit_vector([rational(at)], rational(1)) for at in ("0", f"{side}/64"))
    task = Task(
        Atoms(RationalMatrix.column([1, side]), RationalMatrix.eye(1)), RationalMatrix.eye(1) / 2, rational(d.pick(("1/2", "1")))
    )
    first, second = (RationalMatrix.integers(1, 2, row) for row in ((1, 0), (0, 1)))
    before, after = (RationalMatrix.of([unit, unit]), first), (RationalMatrix.of([turned, unit]), second)
    alone = RationalMatrix.of([unit, [0, 0]]), first
    return Detour(task, before, after, first, second, after, after, alone)


@st.composite
def overparametrised_pairs(draw: Callable[..., Any]) -> Two:
    """Two networks with at least twice as many units as there are atoms, with and without a penalty."""
    d = Draw(draw)
    dimension = d.integer(1, 2)
    task = any_task(d, dimension, most=2, kappas=(*KAPPAS, "0"))
    width = 2 * task.atoms + d.integer(0, 1)
    a, b = ((units(d, width, dimension), coefficients(d, width)) for _ in range(2))
    return Two(a, b, task)


@st.composite
def net_exponents(draw: Callable[..., Any]) -> Exponents:
    """Dimensions n from 1 to 6 and exponents eta up to 2/(n + 1), half of them at most 1/(n + 1)."""
    d = Draw(draw)
    dimension = d.integer(1, 6)
    return Exponents(dimension, rational(f"{d.integer(1, 60)}/{30 * (dimension + 1)}"))


@st.composite
def unit_sets(draw: Callable[..., Any]) -> UnitSet:
    """2 to 12 unit vectors in 1 to 3 dimensions, coinciding ones included, and a radius between 1/4 and 3."""
    d = Draw(draw)
    dimension, count = d.integer(1, 3), d.integer(2, 12)
    parameters = d.rational_matrix(count, dimension - 1, 3)
    signs = tuple(bool(value % 2) for value in d.integers(count, 2))
    return UnitSet(parameters, signs, rational(d.pick(("1/2", "1", "1/4", "3/2", "2", "3"))))
