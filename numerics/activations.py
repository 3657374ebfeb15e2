"""Activation functions of units, with their derivatives, over any arithmetic.

A value is written in the operations ``+ - * /``, sign, exponential, logarithm and square root alone, and these take numbers as
well as power series (:class:`~numerics.jets.Jet` with scalar coefficients): so the derivative of an activation *by its
definition* needs no formula.  ``first`` and ``second`` are the formulas, to be compared with it.

The scalars decide what can be computed: the piecewise rational activations take exact rationals; the others ask the arithmetic
for ``exp``, ``log`` and ``sqrt`` (enclosures, or :mod:`numerics.exponentials`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numerics.jets import Jet
from numerics.matrix import UncertainError


@dataclass(frozen=True)
class Elementary:
    """The transcendental functions of an arithmetic, for its scalars."""

    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]


def _refuse(value: Any) -> Any:
    raise TypeError("a transcendental function of a rational number is not rational: enclose it")


RATIONAL = Elementary(_refuse, _refuse, _refuse)


@dataclass(frozen=True)
class Activation:
    """value(t, e), first(t, e), second(t, e) for a scalar t and the elementary functions e of its arithmetic.

    smoothness: how many continuous derivatives it has at 0, None where it is analytic; squashing: bounded and increasing;
    rational: maps rationals to rationals.
    """

    name: str
    value: Callable[[Any, Elementary], Any]
    first: Callable[[Any, Elementary], Any]
    second: Callable[[Any, Elementary], Any]
    smoothness: int | None = None
    squashing: bool = False
    rational: bool = False


def sign(t: Any) -> int:
    """The sign of a number; of a power series, the sign that it has just to the right of t = 0.

    Raises UncertainError for an enclosure that straddles 0.
    """
    if isinstance(t, Jet):
        return next((side for side in map(sign, t.coefficients) if side), 0)
    if t > 0:
        return 1
    if t < 0:
        return -1
    if t == 0:
        return 0
    raise UncertainError("the sign of an enclosure that straddles 0")


def reciprocal(t: Any) -> Any:
    return t.reciprocal() if isinstance(t, Jet) else 1 / t


def exponential(t: Any, e: Elementary) -> Any:
    """exp(t); of a power series, exp(c_0) times the exponential series of the rest."""
    return t.composed(lambda c: _exp_series(c, e)) if isinstance(t, Jet) else e.exp(t)


def logarithm(t: Any, e: Elementary) -> Any:
    return t.composed(lambda c: [e.log(c), 1 / c, -1 / (2 * c * c)]) if isinstance(t, Jet) else e.log(t)


def square_root(t: Any, e: Elementary) -> Any:
    return t.composed(lambda c: _sqrt_series(c, e)) if isinstance(t, Jet) else e.sqrt(t)


def _exp_series(c: Any, e: Elementary) -> list[Any]:
    power = e.exp(c)
    return [power, power, power / 2]


def _sqrt_series(c: Any, e: Elementary) -> list[Any]:
    root = e.sqrt(c)
    return [root, 1 / (2 * root), -1 / (8 * c * root)]


def _one(t: Any, e: Elementary) -> Any:
    return t * 0 + 1


def _none(t: Any, e: Elementary) -> Any:
    return t * 0


def _softsign(t: Any, e: Elementary) -> Any:
    return t * reciprocal(1 + t * sign(t))


def _softsign_first(t: Any, e: Elementary) -> Any:
    shrink = 1 / (1 + t * sign(t))
    return shrink * shrink


def _softsign_second(t: Any, e: Elementary) -> Any:
    """-2 sgn(t) / (1 + |t|)^3; at the jump, the mean of both sides."""
    shrink = 1 / (1 + t * sign(t))
    return -2 * sign(t) * shrink * shrink * shrink


def _rectified(slope: Any) -> Callable[[Any, Elementary], Any]:
    """t for t > 0 and slope * t for t < 0."""
    return lambda t, e: t if sign(t) > 0 else t * slope


def _rectified_first(over: int, under: int) -> Callable[[Any, Elementary], Any]:
    """1 for t > 0, over / under for t < 0, the mean of both at the kink."""

    def first(t: Any, e: Elementary) -> Any:
        side = sign(t)
        if side > 0:
            return t * 0 + 1
        return (t * 0 + over) / under if side < 0 else (t * 0 + over + under) / (2 * under)

    return first


def _leaky(t: Any, e: Elementary) -> Any:
    return t if sign(t) > 0 else t / 4


def _sigmoid(t: Any, e: Elementary) -> Any:
    return reciprocal(1 + exponential(-t, e))


def _sigmoid_first(t: Any, e: Elementary) -> Any:
    s = _sigmoid(t, e)
    return s * (1 - s)


def _sigmoid_second(t: Any, e: Elementary) -> Any:
    s = _sigmoid(t, e)
    return s * (1 - s) * (1 - 2 * s)


def _tanh(t: Any, e: Elementary) -> Any:
    return 1 - 2 * reciprocal(1 + exponential(t + t, e))


def _tanh_first(t: Any, e: Elementary) -> Any:
    s = _tanh(t, e)
    return (1 - s) * (1 + s)


def _tanh_second(t: Any, e: Elementary) -> Any:
    s = _tanh(t, e)
    return -2 * s * (1 - s) * (1 + s)


def _softplus(t: Any, e: Elementary) -> Any:
    return logarithm(1 + exponential(t, e), e)


def _bent(t: Any, e: Elementary) -> Any:
    return (square_root(t * t + 1, e) - 1) / 2 + t


def _bent_first(t: Any, e: Elementary) -> Any:
    return t / (2 * e.sqrt(t * t + 1)) + 1


def _bent_second(t: Any, e: Elementary) -> Any:
    return 1 / (2 * (t * t + 1) * e.sqrt(t * t + 1))


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("identity", lambda t, e: t, _one, _none, rational=True),
        Activation("softsign", _softsign, _softsign_first, _softsign_second, smoothness=1, squashing=True, rational=True),
        Activation("square", lambda t, e: t * t, lambda t, e: 2 * t, lambda t, e: t * 0 + 2, rational=True),
        Activation("cubic", lambda t, e: t * t * t + t, lambda t, e: 3 * t * t + 1, lambda t, e: 6 * t, rational=True),
        Activation("relu", _rectified(0), _rectified_first(0, 1), _none, smoothness=0, rational=True),
        Activation("leaky relu", _leaky, _rectified_first(1, 4), _none, smoothness=0, rational=True),
        Activation("sigmoid", _sigmoid, _sigmoid_first, _sigmoid_second, squashing=True),
        Activation("tanh", _tanh, _tanh_first, _tanh_second, squashing=True),
        Activation("softplus", _softplus, _sigmoid, _sigmoid_first),
        Activation("bent identity", _bent, _bent_first, _bent_second),
    )
}
"""By name; leaky ReLU has the slope 1/4 to the left."""


def activation(name: str) -> Activation:
    """The activation of that name.  Raises ValueError for an unknown one."""
    if name not in ACTIVATIONS:
        raise ValueError(f"unknown activation {name!r}; known are {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]
