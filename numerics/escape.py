"""Ways down from points of a deep linear network: polynomial curves along which the loss falls, over any exact arithmetic.

Together they decide local minimality: at every point where the loss is not the least possible one of them starts, whatever the
data are (no rank, no spectrum is assumed; only the last construction needs the eigenvectors of Sigma in the arithmetic).

* The gradient is not zero: the line against it.
* Critical, and the product has a smaller rank than every width allows (:func:`unfolded`): two layers move by t and, where the
  layers between them carry no more than the product does, these move, too, by t or by t^2.
* Critical, and the product has the largest rank (:func:`tilted`): one eigenvector of Sigma in the image of the product is turned
  towards one outside of it that belongs to a larger eigenvalue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from numerics.chains import Weights, above, below, between, chain, cross_residual, gradient, loss
from numerics.jets import Jet
from numerics.least_squares import minimum_norm_solution, rank_factors
from numerics.matrix import frobenius_squared


@dataclass(frozen=True)
class Curve:
    """Weights that move with t, W_j(t) = C_j0 + C_j1 t + C_j2 t^2 + ...; ``layers`` holds (C_j0, C_j1, ...) for j = 1, ..., N."""

    layers: tuple[tuple[Any, ...], ...]

    @classmethod
    def line(cls, weights: Weights, direction: Weights) -> Curve:
        """W + t V."""
        return cls(tuple(zip(weights, direction, strict=True)))

    @property
    def degree(self) -> int:
        """A bound on the degree of the loss along the curve."""
        return 2 * sum(len(coefficients) - 1 for coefficients in self.layers)

    def at(self, t: Any) -> tuple[Any, ...]:
        """The weights at t."""
        return tuple(_horner(coefficients, t) for coefficients in self.layers)

    def along(self, function: Callable[..., Any], order: int) -> tuple[Any, ...]:
        """The coefficients of 1, t, ..., t^order of a polynomial function of all weights."""
        value = function(*(Jet(coefficients, order) for coefficients in self.layers))
        return tuple(value.coefficient(k) for k in range(order + 1))

    def first_change(self, inputs: Any, targets: Any) -> tuple[int, Any] | None:
        """The least k > 0 for which t^k occurs in the loss, with its coefficient; None where the loss is constant."""
        order = 2
        while True:
            found = self.along(lambda *weights: loss(weights, inputs, targets), order)
            changes = [(k, value) for k, value in enumerate(found) if k and value]
            if changes or order >= self.degree:
                return changes[0] if changes else None
            order *= 2

    def goes_down(self, inputs: Any, targets: Any) -> bool:
        """The loss is smaller than at t = 0 for every small t > 0, so that the curve starts at no local minimiser."""
        change = self.first_change(inputs, targets)
        return change is not None and bool(change[1] < 0)


def _horner(coefficients: Sequence[Any], t: Any) -> Any:
    value = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        value = value * t + coefficient
    return value


def way_down(weights: Weights, inputs: Any, targets: Any, basis: Any, values: Sequence[Any]) -> Curve | None:
    """A curve from the weights along which the loss falls, None where they are a global minimiser.

    The columns of ``basis`` are eigenvectors of Sigma (the second moment of the best linear predictions), ``values`` its
    eigenvalues.
    """
    slopes = gradient(weights, inputs, targets)
    if not all(slope.is_zero() for slope in slopes):
        return Curve.line(weights, tuple(-slope for slope in slopes))
    if chain(weights).rank() < least_width(weights):
        return unfolded(weights, inputs, targets)
    pair = rising_pair(above(weights, 1), basis, values)
    return pair and tilted(weights, minimum_norm_solution(inputs.T, targets.T).T, *pair)


def least_width(weights: Weights) -> int:
    """min(d_0, ..., d_N)."""
    return min(weights[0].shape[1], *(weight.shape[0] for weight in weights))


# A product of the largest rank -------------------------------------------------------------------------------------------------


def rising_pair(image: Any, basis: Any, values: Sequence[Any]) -> tuple[Any, Any] | None:
    """Eigenvectors v in the range of ``image`` (d x k), which Sigma maps into itself, and w orthogonal to it with a larger
    eigenvalue; None where there is no such pair.
    """
    independent, _ = rank_factors(image)
    inside = independent @ (independent.T @ independent).solve(independent.T @ basis)
    outside = basis - inside
    for i, low in enumerate(values):
        for j, high in enumerate(values):
            if low < high and not inside[:, [i]].is_zero() and not outside[:, [j]].is_zero():
                return inside[:, [i]], outside[:, [j]]
    return None


def tilted(weights: Weights, regression: Any, inside: Any, outside: Any) -> Curve:
    """The curve with the product (I + t w v'/|v|^2) (P + t v w'B/|v|^2), v in the range of W_N ... W_2 and w orthogonal to it.

    At a critical point with product P, where v and w belong to the eigenvalues mu and nu of Sigma, the loss changes by
    (|w|^2/|v|^2) ((mu - nu) t^2 + (|w|^2/|v|^2) nu t^4).  A straight line for N > 1.
    """
    size = frobenius_squared(inside)
    turn = outside @ inside.T / size
    lifted = minimum_norm_solution(above(weights, 1), inside) / size
    first = (weights[0], lifted @ outside.T @ regression)
    layers = [first, *((weight,) for weight in weights[1:])]
    last = layers[-1]
    moved = (last[0], turn @ last[0]) if len(last) == 1 else (last[0], last[1] + turn @ last[0], turn @ last[1])
    return Curve((*layers[:-1], moved))


# A product of smaller rank -----------------------------------------------------------------------------------------------------


def unfolded(weights: Weights, inputs: Any, targets: Any) -> Curve | None:
    """A curve down from a critical point whose product P has a rank below every width; None where the residual R = P X - Y has
    R X' = 0, so that the loss is least.

    With C = R X' take k largest with W_k..W_1 C' nonzero, then l least with G = W_k..W_1 C' W_N..W_(l+1) nonzero: G W_l = 0 and
    W_(k+1) G = 0, and l > k + 1 by criticality.  Moving W_l by F = a f' and W_(k+1) by K = b e' changes tr C'P by tr G F Q K
    alone, Q = W_(l-1)..W_(k+2).  Where f and b with f'Qb != 0 can be so chosen that one of F and K leaves P X as it is to first
    order, this outweighs |P X|^2 if the other one is small.  Where not, Q has the rank of P X: then f'Q = 0 and Q b = 0, and the
    layers between move where P X does not need them, by t^2 if f'Q(t)b changes with one of them alone and by t if not.  So P X
    changes by the order c >= 2 at which f'Q(t)b does, |P X|^2 by 2c, and tr C'P by c + 2 <= 2c; F is so large that it wins.

    Raises ValueError where the point is not critical.
    """
    cross = cross_residual(weights, inputs, targets)
    if cross.is_zero():
        return None
    depth = len(weights)
    low = max(low for low in range(depth) if not (below(weights, low + 1) @ cross.T).is_zero())
    gain = {layer: below(weights, low + 1) @ cross.T @ above(weights, layer) for layer in range(low + 1, depth + 1)}
    high = min(layer for layer, value in gain.items() if not value.is_zero())
    if high < low + 2:
        raise ValueError("the point is not critical")
    between_them = between(weights, high, low + 1)
    row, column = _a_nonzero_place(gain[high])
    left, right = _unit(cross, gain[high].shape[1], column), _unit(cross, gain[high].shape[0], row)
    over, under = above(weights, high), below(weights, low + 1) @ inputs
    pair = _heard_alone(between_them, over @ weights[high - 1], weights[low] @ under)
    if pair is None:
        return _folded_out(weights, inputs, (low, high), left, right, gain[high][row, column])
    f, b = pair
    raised, lowered = left @ f.T, b @ right.T
    spill = over @ raised @ between_them @ weights[low] @ under
    back = over @ weights[high - 1] @ between_them @ lowered @ under
    slope = gain[high][row, column] * (f.T @ between_them @ b)[0, 0]
    scale = -(frobenius_squared(spill) + frobenius_squared(back) + 1) / (slope * 2)
    moves = {high: raised, low + 1: lowered * scale} if back.is_zero() else {high: raised * scale, low + 1: lowered}
    return Curve(tuple((weight, moves[j]) if j in moves else (weight,) for j, weight in enumerate(weights, start=1)))


def _heard_alone(middle: Any, over: Any, under: Any) -> tuple[Any, Any] | None:
    """Columns f and b with f' middle b nonzero and over middle b = 0, or f' middle under = 0; None where there are none."""
    found = _seen_only_by(middle, over @ middle)
    if found is not None:
        return found
    turned = _seen_only_by(middle.T, (middle @ under).T)
    return turned and (turned[1], turned[0])


def _seen_only_by(middle: Any, hidden: Any) -> tuple[Any, Any] | None:
    """Columns f and b with f' middle b nonzero and hidden b = 0."""
    kernel = hidden.nullspace()
    image = middle @ kernel
    if image.is_zero():
        return None
    row, column = _a_nonzero_place(image)
    return _unit(middle, middle.shape[0], row), kernel[:, [column]]


def _folded_out(weights: Weights, inputs: Any, places: tuple[int, int], left: Any, right: Any, gain: Any) -> Curve:
    """The curve along which the layers between move as well; the loss falls by the order 4, or N if that is more, at the latest.

    They split into the part that carries P X, from the ranges of W_j..W_1 X N to each other, and one from the kernels of
    S W_N..W_(j+1) to each other, where S P X N is an invertible submatrix of P X.  The second part of Q is zero; it alone moves.
    """
    low, high = places
    carried = chain(weights) @ inputs
    columns, rows = list(carried.rref()[1]), list(carried.T.rref()[1])
    inner = range(low + 2, high)
    heads = {j: above(weights, j)[rows, :].nullspace() for j in range(low + 1, high)}
    tails = {j: (below(weights, j + 1) @ inputs[:, columns]).T.nullspace() for j in range(low + 1, high)}

    def bridge(j: int) -> Any:
        tail = tails[j - 1]
        heard = _a_nonzero_place(tail.T @ heads[j - 1][:, [0]])[0]
        return heads[j][:, [0]] @ tail[:, [heard]].T

    bent = chain([Jet((weights[j - 1], bridge(j)), len(inner)) for j in inner])
    seen = tails[high - 1].T @ bent @ heads[low + 1]
    count = next(order for order in range(len(inner) + 1) if not seen.coefficient(order).is_zero())
    row, column = _a_nonzero_place(seen.coefficient(count))
    slope = gain * seen.coefficient(count)[row, column]
    over, under = above(weights, high) @ weights[high - 1], weights[low] @ below(weights, low + 1) @ inputs
    spill = over @ bent.coefficient(count) @ under
    raised = left @ tails[high - 1][:, [row]].T * (-(frobenius_squared(spill) + 1) / (slope * 2))
    lowered = heads[low + 1][:, [column]] @ right.T

    def layer_of(j: int, weight: Any) -> tuple[Any, ...]:
        if j in inner:
            return (weight, weight * 0, bridge(j)) if count == 1 else (weight, bridge(j))
        return (weight, raised) if j == high else (weight, lowered) if j == low + 1 else (weight,)

    return Curve(tuple(layer_of(j, weight) for j, weight in enumerate(weights, start=1)))


def _a_nonzero_place(matrix: Any) -> tuple[int, int]:
    rows, columns = matrix.shape
    return next((i, j) for i in range(rows) for j in range(columns) if matrix[i, j])


def _unit(like: Any, size: int, place: int) -> Any:
    """The unit column of that size."""
    return type(like).build(size, 1, lambda i, _: int(i == place))


# Upwards -----------------------------------------------------------------------------------------------------------------------


def way_up(weights: Weights, inputs: Any) -> tuple[Curve, ...]:
    """Lines W + t V, one of which the loss rises along, whatever the targets are; none where X = 0 and the loss is constant.

    Each V_j is a signed matrix unit, so that V_N ... V_1 X is not zero.  Averaged over the signs the change of the product
    cancels and its square does not: the mean of the loss over the lines is larger than at t = 0.
    """
    seen = next((i for i in range(inputs.shape[0]) if not inputs[[i], :].is_zero()), None)
    if seen is None:
        return ()
    places = [seen, *(0 for _ in weights[1:])]
    units = [
        type(weight).build(*weight.shape, lambda i, j, p=place: int((i, j) == (0, p)))
        for weight, place in zip(weights, places, strict=True)
    ]
    signs = product((1, -1), repeat=len(units))
    return tuple(Curve.line(weights, tuple(unit * s for unit, s in zip(units, row, strict=True))) for row in signs)
