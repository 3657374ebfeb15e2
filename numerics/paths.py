"""Paths in the space of weights, piecewise polynomial over Q, and what a loss does along them, decided exactly.

A segment gives every weight matrix as a polynomial in t on [0, 1]; a path is a chain of segments that fit together.  A polynomial
loss becomes a polynomial in t by interpolation, whose bound, constancy or strict descent is then a question of signs
(:mod:`numerics.polynomial`): nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any

from numerics.matrix import frobenius_squared
from numerics.polynomial import Polynomial, interpolated, is_at_most, is_strictly_decreasing
from numerics.shears import reducing
from numerics.spectrum import as_fraction

Weights = tuple[Any, ...]
Loss = Callable[..., Any]


@dataclass(frozen=True)
class Segment:
    """One polynomial for each weight matrix: (c_0, c_1, ...) stands for c_0 + c_1 t + ..., t in [0, 1]."""

    coefficients: tuple[tuple[Any, ...], ...]

    @classmethod
    def line(cls, start: Weights, end: Weights) -> Segment:
        """From start to end, straight; a matrix that does not move has degree 0."""
        pairs = zip(start, end, strict=True)
        return cls(tuple((a,) if a == b else (a, b - a) for a, b in pairs))

    @property
    def degree(self) -> int:
        """The largest degree of a weight matrix."""
        return max(len(row) for row in self.coefficients) - 1

    @property
    def moving(self) -> int:
        """The sum of the degrees: what a product of all weights has at most."""
        return sum(len(row) - 1 for row in self.coefficients)

    def at(self, t: Any) -> Weights:
        """The weights at an exact t."""
        return tuple(reduce(lambda value, c: value * t + c, reversed(row[:-1]), row[-1]) for row in self.coefficients)

    @property
    def start(self) -> Weights:
        return tuple(row[0] for row in self.coefficients)

    @property
    def end(self) -> Weights:
        return self.at(1)

    @property
    def reversed(self) -> Segment:
        """t -> the weights at 1 - t, by Taylor's expansion at 1."""
        return Segment(tuple(_turned(row) for row in self.coefficients))


def _turned(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The coefficients of p(1 - t): Horner's scheme with 1 - t in place of t."""
    result: list[Any] = [row[-1]]
    for c in reversed(row[:-1]):
        grown = [*result, result[-1] * 0]
        for k, value in enumerate(result):
            grown[k + 1] = grown[k + 1] - value
        result = [grown[0] + c, *grown[1:]]
    return tuple(result)


@dataclass(frozen=True)
class Path:
    """Segments of which each begins where the one before ends.  Raises ValueError where two do not fit."""

    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        for number, (one, next_one) in enumerate(pairwise(self.segments), start=1):
            if one.end != next_one.start:
                raise ValueError(f"segment {number + 1} does not begin where segment {number} ends")

    @classmethod
    def through(cls, *points: Weights) -> Path:
        """Straight from point to point."""
        return cls(tuple(Segment.line(a, b) for a, b in pairwise(points)))

    @property
    def start(self) -> Weights:
        return self.segments[0].start

    @property
    def end(self) -> Weights:
        return self.segments[-1].end

    @property
    def reversed(self) -> Path:
        return Path(tuple(segment.reversed for segment in reversed(self.segments)))

    def then(self, other: Path) -> Path:
        return Path((*self.segments, *other.segments))


def loss_along(segment: Segment, loss: Loss, degree: int) -> Polynomial:
    """t -> loss of the weights at t, for a loss that is a polynomial of at most the given degree in t.

    Raises ArithmeticError where the loss is no such polynomial, as far as one further point shows.
    """
    found = interpolated([loss(*segment.at(k)) for k in range(degree + 1)])
    if found(-1) != as_fraction(loss(*segment.at(-1))):
        raise ArithmeticError(f"the loss is no polynomial of degree {degree} along this segment")
    return found


def quadratic_along(segment: Segment, loss: Loss) -> Polynomial:
    """A loss that is quadratic in the product of all weights, with or without a ridge on each of them."""
    return loss_along(segment, loss, 2 * segment.moving)


def stays_at_most(path: Path, loss: Loss, level: Any, *, by: str = "bernstein") -> bool:
    """The loss is at most ``level`` everywhere on the path."""
    return all(is_at_most(quadratic_along(segment, loss), level, by=by) for segment in path.segments)


def keeps_the_loss(path: Path, loss: Loss) -> bool:
    """The loss is constant along the path."""
    return all(quadratic_along(segment, loss).degree <= 0 for segment in path.segments)


def strictly_descends(path: Path, loss: Loss, *, by: str = "bernstein") -> bool:
    """The loss is strictly decreasing along the path."""
    return all(is_strictly_decreasing(quadratic_along(segment, loss), by=by) for segment in path.segments)


def with_ridge(loss: Loss, kappa: Any) -> Loss:
    """The loss plus kappa times the sum of all squared weights."""

    def regularised(*weights: Any) -> Any:
        return loss(*weights) + kappa * sum(frobenius_squared(weight) for weight in weights)

    return regularised


# Two layers: every pair of weights below a level can be joined --------------------------------------------------------------


def filled_up(lower: Any, upper: Any) -> Path:
    """A path of constant product upper @ lower to a lower factor of full column rank, two straight legs.

    lower: h x n and upper: m x h with h >= n.  First the upper factor forgets what the lower one does not reach, then the lower
    one grows into what the upper one does not see.  Raises ValueError where h < n.
    """
    h, n = lower.shape
    if h < n:
        raise ValueError(f"{h} units cannot carry {n} inputs")
    basis = lower[:, list(lower.rref()[1])]
    onto = basis @ (basis.T @ basis).solve(basis.T)
    seen = upper @ onto
    unreached, kernel = basis.T.nullspace(), lower.nullspace()
    grown = lower + unreached[:, list(range(kernel.shape[1]))] @ kernel.T
    return Path.through((lower, upper), (lower, seen), (grown, seen))


def shear(lower: Any, upper: Any, target: int, source: int, factor: Any) -> Segment:
    """Row ``target`` of the lower factor gains t factor times row ``source``; the upper factor undoes it: a constant product."""
    h = lower.shape[0]
    turn = lower.build(h, h, lambda i, j: factor if (i, j) == (target, source) else 0)
    return Segment(((lower, turn @ lower), (upper, -(upper @ turn))))


def to_normal_form(lower: Any, upper: Any) -> Path | None:
    """Shears of constant product that bring a lower factor of full column rank n <= h to the identity above zeros; for h = n to
    the identity with its determinant in the last place, which no shear changes.

    None where it has that form already.  Raises ValueError where its column rank is not full.
    """
    here: Weights = (lower, upper)
    segments: list[Segment] = []
    for target, source, factor in reducing(lower):
        segments.append(shear(here[0], here[1], target, source, factor))
        here = segments[-1].end
    return Path(tuple(segments)) if segments else None


def joined(start: Weights, end: Weights) -> Path:
    """A path between two pairs (lower, upper) of factors, h x n and m x h with h > n, on which every loss that is convex in the
    product stays at most as large as at the worse end.

    Both ends are brought to one lower factor at constant product; then the upper factor moves on a straight line.  Raises
    ValueError where h <= n.
    """
    if start[0].shape[0] <= start[0].shape[1]:
        raise ValueError("only with a unit to spare can every two points be joined")
    first, last = _normalised(*start), _normalised(*end)
    return first.then(Path.through(first.end, last.end)).then(last.reversed)


def _normalised(lower: Any, upper: Any) -> Path:
    path = filled_up(lower, upper)
    tail = to_normal_form(*path.end)
    return path.then(tail) if tail else path


def joined_over(start: Weights, end: Weights, product: Any) -> Path:
    """A path between two pairs of factors, n x n and m x n, over a product of rank below n, on which every loss that is convex in
    the product stays at most as large as at the worst of the two ends and the given product.

    At that product a kernel vector v may be scaled in the lower factor at no cost, through zero to any determinant.
    """
    v = product.nullspace()[:, [0]]
    line = v @ v.T / (v.T @ v)[0, 0]

    def brought(point: Weights) -> Path:
        path = filled_up(*point)
        lower, upper = path.end
        there = (lower, product @ lower.inverse())
        scaled = (lower + lower @ line * (1 / lower.det() - 1), there[1])
        path = path.then(Path.through((lower, upper), there, scaled))
        tail = to_normal_form(*path.end)
        return path.then(tail) if tail else path

    return brought(start).then(brought(end).reversed)


# Any number of layers -------------------------------------------------------------------------------------------------------


def joined_chain(start: Weights, end: Weights) -> Path:
    """A path between two points (W_1, ..., W_K) of one linear network whose hidden layers are all wider than its inputs or all
    wider than its outputs, on which every loss that is convex in the product stays at most as large as at the worse end.

    Both ends are brought to W_1 = [I; 0], W_j = diag(I, 0), W_K = [M, 0] at constant product; then M moves on a straight line.
    Raises ValueError where a hidden layer is too narrow.
    """
    if start[0].shape[1] > start[-1].shape[0]:
        return _transposed(joined_chain(_turned_over(start), _turned_over(end)))
    first, last = to_chain_form(start), to_chain_form(end)
    return first.then(Path.through(first.end, last.end)).then(last.reversed)


def to_chain_form(weights: Weights) -> Path:
    """A path of constant product from (W_1, ..., W_K) to ([I; 0], diag(I, 0), ..., [M, 0]), layer by layer from the inputs.

    Once W_j is [I; 0], the next layer may forget its columns beyond the first n; the others are then filled up and sheared.
    """
    path, n = Path.through(weights, weights), weights[0].shape[1]
    for layer in range(len(weights) - 1):
        path = _forgetful(path, layer, n)
        if path.end[layer].shape[0] <= n:
            raise ValueError(f"hidden layer {layer + 1} has no unit to spare beside {n} inputs")
        pair = filled_up(path.end[layer][:, list(range(n))], path.end[layer + 1])
        sheared = to_normal_form(*pair.end)
        path = _embedded(path, layer, pair.then(sheared) if sheared else pair)
    return _forgetful(path, len(weights) - 1, n)


def _forgetful(path: Path, layer: int, n: int) -> Path:
    """The columns of a layer beyond the first n go to zero: they meet rows that are zero."""
    here = path.end
    kept = here[layer].build(here[layer].shape[1], here[layer].shape[1], lambda i, j: int(i == j < n))
    there = (*here[:layer], here[layer] @ kept, *here[layer + 1 :])
    return path if there == here or not layer else path.then(Path.through(here, there))


def _embedded(path: Path, layer: int, pair: Path) -> Path:
    """A path of two neighbouring layers, the lower one without its zero columns, among the other layers."""
    here = path.end
    wide = here[layer].eye(pair.start[0].shape[1], here[layer].shape[1])

    def among(segment: Segment) -> Segment:
        lower, upper = segment.coefficients
        before, after = ((w,) for w in here[:layer]), ((w,) for w in here[layer + 2 :])
        return Segment((*before, tuple(c @ wide for c in lower), upper, *after))

    return path.then(Path(tuple(among(segment) for segment in pair.segments)))


def _turned_over(weights: Weights) -> Weights:
    """The factors of the transposed product."""
    return tuple(weight.T for weight in reversed(weights))


def _transposed(path: Path) -> Path:
    return Path(tuple(Segment(tuple(tuple(c.T for c in row) for row in reversed(s.coefficients))) for s in path.segments))
