"""Why two points of a linear network lie in different components of a level set: invariants with a sign that no path can change.

Two of them are decided exactly.  Where a hidden layer is as wide as the smaller end of the network, the layers from that end to
it multiply to a square matrix; where its determinant vanishes the product has a smaller rank, and the loss is at least the least
loss of such products.  Where a hidden layer has one unit, the weight of that unit along a fixed direction of the inputs is a
number; where it vanishes the product does not see the direction, and the loss is at least the least loss of such products.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numerics.chains import Weights, above, below
from numerics.least_squares import minimum_norm_solution
from numerics.matrix import frobenius_squared, inner
from numerics.spectrum import as_fraction, spectrum


def separating_invariant(start: Weights, end: Weights, inputs: Any, targets: Any, level: Any) -> str:
    """Words for an invariant of opposite signs at both ends that vanishes nowhere where |Y - W_K ... W_1 X|^2 <= level; empty
    where none of the known ones is.
    """
    for layer in range(1, len(start)):
        for words, first, last, forbidden in _invariants(start, end, layer, inputs, targets):
            if first * last < 0 and forbidden(level):
                return words
    return ""


def _invariants(start: Weights, end: Weights, layer: int, inputs: Any, targets: Any) -> Iterator[tuple[str, Any, Any, Any]]:
    width, (n, m) = start[layer - 1].shape[0], (inputs.shape[0], targets.shape[0])
    lows, highs = [[f(w, layer + k) for w in (start, end)] for f, k in ((below, 1), (above, 0))]
    down = f"W{layer}...W1" if layer > 1 else "W1"
    up = f"WK...W{layer + 1}" if layer + 1 < len(start) else "WK"
    if width == n <= m:
        words = f"det {down} has opposite signs and vanishes nowhere on the level set"
        yield words, lows[0].det(), lows[1].det(), lambda level: misses_lower_rank(inputs, targets, level)
    if width == m <= n:
        words = f"det {up} has opposite signs and vanishes nowhere on the level set"
        yield words, highs[0].det(), highs[1].det(), lambda level: misses_lower_rank(inputs, targets, level)
    if width == 1:
        direction = lows[0].T
        words = f"the weight of the only unit of layer {layer} along its first direction has opposite signs and vanishes nowhere"
        yield (
            words,
            inner(lows[0], lows[0]),
            inner(lows[0], lows[1]),
            lambda level: misses_blind(inputs, targets, direction, level),
        )


def misses_lower_rank(inputs: Any, targets: Any, level: Any) -> bool:
    """|Y - M X|^2 > level for every M of rank below r = min(n, m): the least such loss is |Y - B X|^2 + lambda_r(Sigma)."""
    best, rank = least_squares_map(inputs, targets), min(inputs.shape[0], targets.shape[0])
    excess = level - frobenius_squared(targets - best @ inputs)
    fitted = best @ inputs
    return bool(excess < 0) or spectrum(fitted @ fitted.T).counts(as_fraction(excess))[0] >= rank


def misses_blind(inputs: Any, targets: Any, direction: Any, level: Any) -> bool:
    """|Y - M X|^2 > level for every M with M e = 0, e the n x 1 direction."""
    if direction.is_zero():
        return False
    seen = inputs - direction @ (direction.T @ inputs) / inner(direction, direction)
    return bool(frobenius_squared(targets - least_squares_map(seen, targets) @ seen) > level)


def least_squares_map(inputs: Any, targets: Any) -> Any:
    """B = Y X^+, m x n."""
    return minimum_norm_solution(inputs.T, targets.T).T
