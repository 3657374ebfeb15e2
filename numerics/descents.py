"""Strictly decreasing paths of a deep linear network to its least loss, polynomial over Q, for hidden layers that are all at
least as wide as the inputs, or all at least as wide as the outputs.

Two legs suffice.  The first leaves along a curve on which the loss falls (:mod:`numerics.escape`) and ends where the layers below
the last one are injective together (or those above the first one surjective); a term of higher order, which the beginning of the
curve does not feel, makes them so.  On the second leg only the last (or first) layer moves, straight to the best product: there
the loss is a convex quadratic function with its minimum at the end.
"""

from __future__ import annotations

from typing import Any

from numerics.chains import Weights, above, below, chain, gradient, loss
from numerics.escape import Curve, unfolded
from numerics.least_squares import minimum_norm_solution
from numerics.matrix import eye_like
from numerics.paths import Path, Segment, quadratic_along
from numerics.polynomial import is_strictly_decreasing

HALVINGS = 24


def best_product(weights: Weights, inputs: Any, targets: Any) -> Any:
    """The minimiser of |Y - M X|^2 over all matrices that is nearest to the product of the weights."""
    here = chain(weights)
    return here + minimum_norm_solution(inputs.T, (targets - here @ inputs).T).T


def is_least(weights: Weights, inputs: Any, targets: Any) -> bool:
    """No linear map at all has a smaller loss: the residual is orthogonal to the inputs."""
    return bool(((targets - chain(weights) @ inputs) @ inputs.T).is_zero())


def descending_path(weights: Weights, inputs: Any, targets: Any) -> Path | None:
    """A path of at most two legs from the weights to the least loss of all linear maps, strictly decreasing by construction.

    None where the loss is least already, where a layer is too narrow, or where no first leg was found.
    """
    if is_least(weights, inputs, targets):
        return None
    if _is_free(weights):
        return Path((_straight(weights, inputs, targets),))
    curve = _downhill(weights, inputs, targets)
    if curve is None:
        return None
    first = _first_leg(curve, inputs, targets) or _first_leg(_raised(curve, inputs, targets), inputs, targets)
    if first is None:
        return None
    if is_least(first.end, inputs, targets):
        return Path((first,))
    return Path((first, _straight(first.end, inputs, targets)))


def _from_below(weights: Weights) -> bool:
    """Whether the inputs are the smaller end, so that the last layer is the one that moves straight."""
    return bool(weights[0].shape[1] <= weights[-1].shape[0])


def _is_free(weights: Weights) -> bool:
    """Whether moving the last (or first) layer alone reaches every product."""
    if _from_below(weights):
        return bool(below(weights, len(weights)).rank() == weights[0].shape[1])
    return bool(above(weights, 1).rank() == weights[-1].shape[0])


def _straight(weights: Weights, inputs: Any, targets: Any) -> Segment:
    step = best_product(weights, inputs, targets) - chain(weights)
    if _from_below(weights):
        lower = below(weights, len(weights))
        moved = (*weights[:-1], weights[-1] + step @ (lower.T @ lower).solve(lower.T))
    else:
        upper = above(weights, 1)
        moved = (weights[0] + upper.T @ (upper @ upper.T).solve(step), *weights[1:])
    return Segment.line(tuple(weights), moved)


def _downhill(weights: Weights, inputs: Any, targets: Any) -> Curve | None:
    slopes = gradient(weights, inputs, targets)
    if all(slope.is_zero() for slope in slopes):
        return unfolded(weights, inputs, targets)
    return Curve.line(weights, tuple(-slope for slope in slopes))


def _raised(curve: Curve, inputs: Any, targets: Any) -> Curve:
    """The curve plus t^e times rectangular identities, e above its degree and above the order of its first change."""
    first = curve.first_change(inputs, targets)
    e = 1 + max(first[0] if first else 0, *(len(row) - 1 for row in curve.layers))

    def grown(row: tuple[Any, ...]) -> tuple[Any, ...]:
        shape = row[0].shape
        return (*row, *(row[0] * 0 for _ in range(e - len(row))), eye_like(row[0], max(shape))[: shape[0], : shape[1]])

    return Curve(tuple(grown(row) for row in curve.layers))


def _first_leg(curve: Curve, inputs: Any, targets: Any) -> Segment | None:
    """The beginning of the curve, so short that the loss decreases strictly, with an end from which every product is reached."""
    for halving in range(HALVINGS):
        scale = curve.layers[0][0].scalar(1) / 2**halving
        leg = Segment(tuple(tuple(c * scale**k for k, c in enumerate(row)) for row in curve.layers))
        if _is_free(leg.end) and is_strictly_decreasing(quadratic_along(leg, lambda *w: loss(w, inputs, targets))):
            return leg
    return None
