"""Derivatives by their definition: expand f(W + t H) in powers of t and read the coefficients off.

A :class:`Jet` is a truncated power series in t whose coefficients are matrices of one arithmetic, or its scalars.  A formula
written with ``+ - @ .T``, scalar ``*``, blocks, Kronecker products, traces and inner products takes jets in place of matrices and
is then differentiated exactly: no step size, no formula for a derivative.  This is the oracle of every derivative under test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import add, matmul, mul
from typing import Any

from numerics.matrix import Matrix, block, eye_like, inner, kron, ones_like, trace, zeros_like


@dataclass(frozen=True, eq=False)
class Jet:
    """c_0 + c_1 t + ... + c_order t^order, modulo t^(order + 1); coefficients left out at the end are zero."""

    coefficients: tuple[Any, ...]
    order: int = 2

    __array_ufunc__ = None  # NumPy leaves mixed expressions to us

    def __post_init__(self) -> None:
        if not self.coefficients:
            raise ValueError("a jet has a constant coefficient")
        object.__setattr__(self, "coefficients", tuple(self.coefficients[: self.order + 1]))

    @classmethod
    def line(cls, point: Any, direction: Any, order: int = 2) -> Jet:
        """point + t direction."""
        if point.shape != direction.shape:
            raise ValueError(f"a point of shape {point.shape} does not move along a direction of shape {direction.shape}")
        return cls((point, direction), order)

    def coefficient(self, k: int) -> Any:
        """The coefficient of t^k, a zero of the right kind where it vanishes."""
        if not 0 <= k <= self.order:
            raise IndexError(f"a jet of order {self.order} has no coefficient {k}")
        return self.coefficients[k] if k < len(self.coefficients) else _zero(self.coefficients[0])

    @property
    def shape(self) -> tuple[int, int]:
        return self.coefficients[0].shape

    @property
    def T(self) -> Jet:  # noqa: N802 - the name that ndarray gives it
        return self.each(lambda c: c.T)

    def each(self, linear: Callable[[Any], Any]) -> Jet:
        """A linear map of every coefficient."""
        return Jet(tuple(linear(c) for c in self.coefficients), self.order)

    def reshape(self, rows: int, columns: int) -> Jet:
        return self.each(lambda c: c.reshape(rows, columns))

    def __getitem__(self, index: tuple[Any, Any]) -> Jet:
        return self.each(lambda c: c[index])

    def __neg__(self) -> Jet:
        return self.each(lambda c: -c)

    def __add__(self, other: Any) -> Jet:
        left, right = self.coefficients, self.lifted(other).coefficients
        shared = min(len(left), len(right))
        sums = tuple(a + b for a, b in zip(left, right, strict=False))
        return Jet(sums + left[shared:] + right[shared:], self.order)

    def __radd__(self, other: Any) -> Jet:
        return self + other

    def __sub__(self, other: Any) -> Jet:
        return self + (-other)

    def __rsub__(self, other: Any) -> Jet:
        return -self + other

    def __matmul__(self, other: Any) -> Jet:
        return self._times(other, matmul)

    def __rmatmul__(self, other: Any) -> Jet:
        return self.lifted(other) @ self

    def __mul__(self, other: Any) -> Jet:
        return self._times(other, mul)

    def __rmul__(self, other: Any) -> Jet:
        return self.lifted(other) * self

    def __truediv__(self, divisor: Any) -> Jet:
        return self.each(lambda c: c / divisor)

    def entrywise(self, function: Callable[[Jet], Jet]) -> Jet:
        """A function of the scalar power series of each entry."""
        like = self.coefficients[0]
        m, n = like.shape
        rows = [[function(Jet(tuple(c[i, j] for c in self.coefficients), self.order)) for j in range(n)] for i in range(m)]
        layers = range(max(len(entry.coefficients) for row in rows for entry in row))
        return Jet(
            tuple(_of_rows(like, [[entry.coefficient(k) for entry in row] for row in rows], n) for k in layers), self.order
        )

    def composed(self, taylor: Callable[[Any], Sequence[Any]]) -> Jet:
        """f of a scalar series c_0 + r, where ``taylor(c_0)`` gives the Taylor coefficients of f at c_0 up to the order."""
        at, rest = taylor(self.coefficients[0]), Jet((0 * self.coefficients[0], *self.coefficients[1:]), self.order)
        total, power = Jet((at[0],), self.order), rest
        for coefficient in at[1 : self.order + 1]:
            total, power = total + power * coefficient, power * rest
        return total

    def reciprocal(self) -> Jet:
        """1 / self for a scalar series whose constant coefficient is not zero."""
        at = 1 / self.coefficients[0]
        return self.composed(lambda c: [(-1) ** k * at ** (k + 1) for k in range(self.order + 1)])

    def kron(self, other: Any) -> Jet:
        return self._times(other, kron)

    def inner(self, other: Any) -> Jet:
        """The Frobenius inner product, a jet of scalars."""
        return self._times(other, inner)

    def trace(self) -> Jet:
        return self.each(trace)

    def scalar(self, value: Any) -> Any:
        """A constant of the coefficients' arithmetic."""
        return self.coefficients[0].scalar(value)

    def eye(self, size: int) -> Any:
        return eye_like(self.coefficients[0], size)

    def zeros(self, rows: int, columns: int) -> Any:
        return zeros_like(self.coefficients[0], rows, columns)

    def ones(self, rows: int, columns: int) -> Any:
        return ones_like(self.coefficients[0], rows, columns)

    def block(self, grid: Sequence[Sequence[Any]]) -> Jet:
        """The jet put together from a grid of jets and constants (see :func:`numerics.matrix.block`)."""
        lifted = [[self.lifted(piece) for piece in row] for row in grid]
        top = max(len(piece.coefficients) for row in lifted for piece in row)
        layers = (block([[piece.coefficient(k) for piece in row] for row in lifted]) for k in range(top))
        return Jet(tuple(layers), self.order)

    def lifted(self, other: Any) -> Jet:
        """A constant as a jet of this order; jets of this order pass.  Raises ValueError for another order."""
        if not isinstance(other, Jet):
            return Jet((other,), self.order)
        if other.order != self.order:
            raise ValueError(f"jets of orders {self.order} and {other.order}")
        return other

    def _times(self, other: Any, multiply: Callable[[Any, Any], Any]) -> Jet:
        """The Cauchy product for any bilinear product of the coefficients."""
        left, right = self.coefficients, self.lifted(other).coefficients
        top = min(self.order, len(left) + len(right) - 2)

        def coefficient(k: int) -> Any:
            terms = (multiply(left[i], right[k - i]) for i in range(len(left)) if 0 <= k - i < len(right))
            return reduce(add, terms)

        return Jet(tuple(coefficient(k) for k in range(top + 1)), self.order)


Weights = Sequence[Any]


def expansion(f: Callable[..., Any], point: Weights, direction: Weights, order: int = 2) -> Jet:
    """f(point + t direction) up to t^order.  ``f`` takes one argument per weight matrix; 1 x 1 values become scalars."""
    jets = [Jet.line(at, along, order) for at, along in zip(point, direction, strict=True)]
    value = f(*jets)
    if not isinstance(value, Jet):
        value = Jet((value,), order)
    return value[0, 0] if getattr(value.coefficients[0], "shape", ()) == (1, 1) else value


def derivatives(f: Callable[..., Any], point: Weights, direction: Weights) -> tuple[Any, Any, Any]:
    """Value, first and second derivative of t -> f(point + t direction) at t = 0.

    Exact for a polynomial map of any degree over an exact arithmetic: truncation drops higher powers of t only.
    """
    jet = expansion(f, point, direction, order=2)
    return jet.coefficient(0), jet.coefficient(1), 2 * jet.coefficient(2)


def coordinates(point: Weights, by: str = "rows") -> list[tuple[Any, ...]]:
    """The unit directions of all weights, matrix after matrix; ``by`` rows (C order, row_vec) or by columns (vec)."""
    if by not in ("rows", "columns"):
        raise ValueError(f"coordinates run by 'rows' or by 'columns', not by {by!r}")
    zeros = tuple(_zero(matrix) for matrix in point)
    directions = []
    for place, matrix in enumerate(point):
        grid = _places(matrix)
        places = chain(*(grid if by == "rows" else zip(*grid, strict=True)))
        directions += [(*zeros[:place], _unit(matrix, i, j), *zeros[place + 1 :]) for i, j in places]
    return directions


def gradient_by_definition(f: Callable[..., Any], point: Weights) -> tuple[Any, ...]:
    """The partial derivatives of a scalar f, as one matrix of the shape of each weight matrix."""
    slopes = iter([expansion(f, point, direction, order=1).coefficient(1) for direction in coordinates(point)])
    return tuple(_of_rows(matrix, [[next(slopes) for _ in row] for row in _places(matrix)]) for matrix in point)


def jacobian_by_definition(f: Callable[..., Any], point: Weights, by: str = "rows") -> Any:
    """The p x n Jacobian of a map into p x 1 columns over the n coordinates of all weights (see :func:`coordinates`)."""
    jets = [[Jet.line(*pair, 1) for pair in zip(point, direction, strict=True)] for direction in coordinates(point, by)]
    columns = [f(*line).coefficient(1) for line in jets]
    if not columns:
        return zeros_like(point[0], f(*point).shape[0], 0)
    return _of_rows(point[0], [[column[i, 0] for column in columns] for i in range(columns[0].shape[0])], len(columns))


def hessian_by_definition(f: Callable[..., Any], point: Weights, by: str = "rows") -> Any:
    """The n x n matrix of second partial derivatives of a scalar f over all coordinates (see :func:`coordinates`).

    By polarisation: the t^2 coefficients q of the expansion give the entry q(u + v) - q(u) - q(v).
    """
    directions = coordinates(point, by)

    def curvature(direction: Weights) -> Any:
        return expansion(f, point, direction).coefficient(2)

    own = [curvature(direction) for direction in directions]
    size = len(directions)
    table = [[2 * own[i] if i == j else None for j in range(size)] for i in range(size)]
    for i in range(size):
        for j in range(i):
            both = curvature([u + v for u, v in zip(directions[i], directions[j], strict=True)])
            table[i][j] = table[j][i] = both - own[i] - own[j]
    return _of_rows(point[0], table, size)


def _zero(like: Any) -> Any:
    return zeros_like(like, *like.shape) if getattr(like, "shape", ()) else 0 * like


def _places(like: Any) -> list[list[tuple[int, int]]]:
    return [[(i, j) for j in range(like.shape[1])] for i in range(like.shape[0])]


def _unit(like: Any, i: int, j: int) -> Any:
    return _of_rows(like, [[int(place == (i, j)) for place in row] for row in _places(like)])


def _of_rows(like: Any, rows: list[list[Any]], columns: int | None = None) -> Any:
    """A matrix of the kind of ``like`` with the given rows."""
    width = like.shape[1] if columns is None else columns
    if isinstance(like, Matrix):
        return type(like).of(rows, columns=width)
    import numpy as np

    return np.array(rows, dtype=np.result_type(like, *(v for row in rows[:1] for v in row[:1]))).reshape(len(rows), width)
