"""Error functions E of one residual r = F - y, with their derivatives, over any arithmetic; a vector is measured entry by entry.

As with :mod:`numerics.activations`, the value takes numbers and power series, and ``slope`` and ``curvature`` are formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numerics.activations import Elementary, exponential, logarithm, reciprocal, square_root

Function = Callable[[Any, Elementary], Any]


@dataclass(frozen=True)
class ErrorFunction:
    """value, slope (E') and curvature (E'') at a residual; named: the paper on exact learning names it."""

    name: str
    value: Function
    slope: Function
    curvature: Function
    named: bool = False


def _cauchy(r: Any, e: Elementary) -> Any:
    return logarithm(1 + r * r, e)


def _cauchy_slope(r: Any, e: Elementary) -> Any:
    return 2 * r / (1 + r * r)


def _cauchy_curvature(r: Any, e: Elementary) -> Any:
    return 2 * (1 - r * r) / ((1 + r * r) * (1 + r * r))


def _blake_zisserman(r: Any, e: Elementary) -> Any:
    """-log(exp(-r^2) + 1/10)."""
    return logarithm(reciprocal(exponential(-(r * r), e) + _tenth(r)), e)


def _tenth(r: Any) -> Any:
    return (r * 0 + 1) / 10


def _inside(r: Any, e: Elementary) -> Any:
    """The share of exp(-r^2) in exp(-r^2) + 1/10."""
    hill = e.exp(-(r * r))
    return hill / (hill + _tenth(r))


def _blake_zisserman_slope(r: Any, e: Elementary) -> Any:
    return 2 * r * _inside(r, e)


def _blake_zisserman_curvature(r: Any, e: Elementary) -> Any:
    share = _inside(r, e)
    return 2 * share - 4 * r * r * share * (1 - share)


def _smooth_l1_slope(r: Any, e: Elementary) -> Any:
    return r / e.sqrt(r * r + 1)


def _smooth_l1_curvature(r: Any, e: Elementary) -> Any:
    return 1 / ((r * r + 1) * e.sqrt(r * r + 1))


ERROR_FUNCTIONS = {
    function.name: function
    for function in (
        ErrorFunction("squared", lambda r, e: r * r / 2, lambda r, e: r, lambda r, e: r * 0 + 1, named=True),
        ErrorFunction("Cauchy", _cauchy, _cauchy_slope, _cauchy_curvature, named=True),
        ErrorFunction(
            "Blake-Zisserman",
            _blake_zisserman,
            _blake_zisserman_slope,
            _blake_zisserman_curvature,
            named=True,
        ),
        ErrorFunction(
            "smooth l1",
            lambda r, e: square_root(r * r + 1, e),
            _smooth_l1_slope,
            _smooth_l1_curvature,
            named=True,
        ),
        ErrorFunction(
            "smooth l4",
            lambda r, e: (r * r + 1) * (r * r + 1),
            lambda r, e: 4 * r * (r * r + 1),
            lambda r, e: 12 * r * r + 4,
            named=True,
        ),
        ErrorFunction("l4", lambda r, e: r * r * r * r, lambda r, e: 4 * r * r * r, lambda r, e: 12 * r * r),
        ErrorFunction(
            "double well",
            lambda r, e: (r * r - 1) * (r * r - 1),
            lambda r, e: 4 * r * (r * r - 1),
            lambda r, e: 12 * r * r - 4,
        ),
        ErrorFunction("shifted", lambda r, e: (r - 1) * (r - 1) / 2, lambda r, e: r - 1, lambda r, e: r * 0 + 1),
    )
}
"""l4 is flat at its minimum, the double well is stationary at a maximum, the shifted loss is least elsewhere."""


def error_function(name: str) -> ErrorFunction:
    """The error function of that name.  Raises ValueError for an unknown one."""
    if name not in ERROR_FUNCTIONS:
        raise ValueError(f"unknown error function {name!r}; known are {', '.join(ERROR_FUNCTIONS)}")
    return ERROR_FUNCTIONS[name]
