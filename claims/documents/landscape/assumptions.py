"""The standing assumptions of section 3: A1 to A3 as printed, A5 of the source; on data, and on points that stand on data."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt
from typing import Any

from claims.decide import exactly
from claims.instances.deep_linear import Spectral
from claims.model import Assumption, Decision
from claims.subject import assumption


@assumption("A1", "d_y <= d_x <= m")
def dimensions_descend(data: Any) -> Decision:
    (inside, samples), outside = data.inputs.shape, data.targets.shape[0]
    return exactly(outside <= inside <= samples)


@assumption("A2", "Sigma_XX is invertible")
def inputs_span(data: Any) -> Decision:
    return exactly(data.xx.rank() == data.inputs.shape[0])


@assumption("A3", "Sigma_XY has rank d_y")
def cross_moment_is_full(data: Any) -> Decision:
    return exactly(data.yx.rank() == data.targets.shape[0])


def at_point(name: str, words: str, holds: Callable[[Any], bool]) -> Assumption:
    """An assumption on anything with a .spectral and a .network."""
    return assumption(name, words)(lambda point: exactly(holds(point)))


A1 = at_point("A1", dimensions_descend.words, lambda point: dimensions_descend.holds(point.spectral.data).holds)
A2 = at_point("A2", inputs_span.words, lambda point: inputs_span.holds(point.spectral.data).holds)
A3 = at_point("A3", cross_moment_is_full.words, lambda point: cross_moment_is_full.holds(point.spectral.data).holds)
A5 = at_point("A5", "the singular values of Sigma^(1/2) are pairwise distinct", lambda point: point.spectral.distinct)
NONZERO_DISTINCT = at_point(
    "distinct", "the nonzero eigenvalues of Sigma are pairwise distinct", lambda point: nonzero_are_distinct(point.spectral)
)
CRITICAL = at_point("h", "W is first-order critical", lambda point: point.network.is_critical)
PRINTED_ASSUMPTIONS = (A1, A2, A3, CRITICAL)
A1_FOLLOWS = "The first assumption cannot be dropped alone: it follows from the second and the third (S3-39)."
DEPENDENT_INPUTS = "with dependent inputs, the pseudo-inverse in the place of the inverse"


def nonzero_are_distinct(spectral: Spectral) -> bool:
    nonzero = [value for value in spectral.values if value != 0]
    return len(set(nonzero)) == len(nonzero)


def exact_root(value: Any) -> Any:
    """The rational square root of a rational square.  Raises ArithmeticError for another number."""
    top, bottom = isqrt(int(value.numerator)), isqrt(int(value.denominator))
    root = (value * 0 + top) / bottom
    if root * root != value:
        raise ArithmeticError(f"{value} is not the square of a rational number")
    return root
