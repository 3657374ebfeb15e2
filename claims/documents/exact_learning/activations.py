"""Document 004, activations: which of them satisfy Principle 4, which are smooth, where floating point loses their slopes."""

from __future__ import annotations

import math
from typing import Any

from claims.decide import certainly, exactly
from claims.documents.exact_learning.runs import RUNS_S4_47
from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.instances.feedforward import Argument
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.activations import RATIONAL, activation
from numerics.enclosures import arithmetic_of, certain_sign, decided
from numerics.jets import Jet
from numerics.spectrum import as_fraction

NAMED = ("sigmoid", "tanh", "softplus", "softsign", "identity")
SMOOTH = ("sigmoid", "tanh", "softplus", "bent identity")


@assumption("h1", "the activation is one of those named")
def named_activation(at: Argument) -> Decision:
    return exactly(at.activation in NAMED)


@assumption("h1", "the activation is sigmoid, tanh, softplus or bent identity")
def analytic_activation(at: Argument) -> Decision:
    return exactly(at.activation in SMOOTH)


@assumption("kink", "the activation is softsign, leaky ReLU or a rectifier")
def kinked_activation(at: Argument) -> Decision:
    return exactly(at.activation in ("softsign", "leaky relu", "relu"))


@assumption("zero", "the argument is not zero")
def off_zero(at: Argument) -> Decision:
    return exactly(bool(at.argument != 0))


@assumption("used", "the activation is one of those that the document uses or names")
def used_activation(at: Argument) -> Decision:
    return exactly(at.activation in (*SMOOTH, "softsign", "leaky relu"))


def slope_above(low: str):
    """sigma'(t) > low, from the expansion of sigma at t (from the right), by enclosures."""

    def property(at: Argument) -> Decision:
        def question(enclosing: Any) -> int:
            return certain_sign(series(at, enclosing, 1).coefficient(1) - enclosing.of(arithmetic_of(at.argument).scalar(low)))

        found = decided(arithmetic_of(at.argument), question)
        return certainly(found == 1, found in (0, -1))

    return property


def series(at: Argument, enclosing: Any, side: int) -> Jet:
    """sigma(t + side s) as a power series in s, for small positive s."""
    line = Jet((enclosing.of(at.argument), enclosing.of(at.argument * 0 + side)))
    return activation(at.activation).value(line, enclosing.elementary)


S4_45 = Claim(
    "S4-45",
    "Sigmoid, tanh, softplus, softsign and the identity satisfy Principle 4",
    EXACT_LEARNING.at("@10448-10650"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\sigma'(t)\ne0\quad\forall\,t",
        slope_above("0"),
        "arguments",
        words="The slope is positive, certified by enclosures of the expansion at arguments between -40 and 40.",
        assumptions=(named_activation,),
        strata=(*NAMED, "negative", "zero", "positive"),
        probes=(
            without("h1", "for a rectifier or a square"),
            control("the slope is above 1/10", slope_above("1/10")),
        ),
    ),
    remark="It is not bounded away from zero, but for the identity. The bent identity has slopes above $1/2$; a rectifier has none to the left, and neither it nor leaky ReLU has one at its kink.",
)


def sides_agree(order: int):
    """The derivatives up to the order, from the right and from the left, are the same.

    An activation without a kink has one expansion at t; the others are rational, and theirs are compared exactly.
    """

    def property(at: Argument) -> Decision:
        sigma, q = activation(at.activation), at.argument * 0
        if sigma.smoothness is None:
            return exactly(True)
        right, left = (sigma.value(Jet((at.argument, q + side)), RATIONAL) for side in (1, -1))
        same = all(right.coefficient(k) == left.coefficient(k) * (-1) ** k for k in range(order + 1))
        return exactly(same, "" if same else f"the one-sided derivatives of {at.activation} differ")

    return property


def is_flat_to_second_order(at: Argument) -> Decision:
    """sigma'' = 0."""
    found = decided(arithmetic_of(at.argument), lambda enclosing: certain_sign(series(at, enclosing, 1).coefficient(2)))
    return certainly(found == 0, found in (1, -1))


S4_46 = Claim(
    "S4-46",
    "The activations are smooth, with first and second derivatives",
    EXACT_LEARNING.at("@5690-5790"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\sigma\in C^2\quad\text{for sigmoid, tanh, softsign, softplus, bent identity, leaky ReLU}",
        sides_agree(2),
        "arguments",
        words="Softsign has a continuous first derivative, but the second jumps from 2 to -2 at 0; leaky ReLU has no first derivative there.",
        assumptions=(used_activation,),
    ),
    amended=Statement(
        r"\sigma\in C^2\quad\text{for sigmoid, tanh, softplus, bent identity}",
        sides_agree(2),
        "arguments",
        words="The other four are analytic.",
        assumptions=(analytic_activation,),
        strata=(*SMOOTH, "zero"),
        probes=(
            without("h1", "for softsign and leaky ReLU"),
            control("their second derivatives vanish", is_flat_to_second_order),
        ),
    ),
    sharp=Statement(
        r"\text{softsign, leaky ReLU, ReLU}\in C^2(\mathbb R\setminus\{0\})",
        sides_agree(2),
        "arguments",
        words="Those with a kink have it at zero only.",
        assumptions=(kinked_activation, off_zero),
        strata=("softsign", "leaky relu", "relu", "positive", "negative"),
        probes=(without("zero", "at zero"), control("their second derivatives vanish there", is_flat_to_second_order)),
    ),
)

# S4-47: floating point ----------------------------------------------------------------------------------------------------


def double_slopes(at: Argument) -> dict[str, float]:
    """sigma' at the argument in double precision, as one would write it."""
    t = float(as_fraction(at.argument))
    if at.activation == "tanh":
        return {"1 - tanh^2": 1.0 - math.tanh(t) ** 2, "1 / cosh^2": math.cosh(t) ** -2}
    s = 1.0 / (1.0 + math.exp(-t))
    return {"s (1 - s)": s * (1.0 - s), "e / (1 + e)^2": math.exp(-t) / (1.0 + math.exp(-t)) ** 2}


def slope_vanishes_in_doubles(form: int):
    """The exact slope is positive, and its double is 0."""

    def property(at: Argument) -> Decision:
        positive = slope_above("0")(at)
        value = list(double_slopes(at).values())[form]
        return certainly(positive.holds and value == 0.0, positive.holds and value != 0.0)

    return property


def slope_survives_in_doubles(at: Argument) -> Decision:
    positive = slope_above("0")(at)
    value = list(double_slopes(at).values())[1]
    return certainly(positive.holds and value > 0.0, positive.holds and value == 0.0)


def places(activation_name: str, *values: int):
    return tuple(lambda q, value=value: Argument(activation_name, q.scalar(value)) for value in values)


LARGE = only("tanh at 20, 30 and -20, sigmoid at 37 and 50", *places("tanh", 20, 30, -20), *places("sigmoid", 37, 50))
MODERATE = only("tanh at 10, sigmoid at 20", *places("tanh", 10), *places("sigmoid", 20))

S4_47 = Claim(
    "S4-47",
    "Gradients of squashing activations vanish at machine precision",
    EXACT_LEARNING.at("@10652-10760"),
    Kind.NUMERIC,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\operatorname{fl}(1-\tanh^2t)=0,\ \operatorname{fl}(s(1-s))=0\quad\text{although }\sigma'(t)\gt0",
            slope_vanishes_in_doubles(0),
            LARGE,
            words="In double precision, with the usual formulas, from about |t| = 19 for tanh and t = 37 for sigmoid.",
            probes=(control("at 10 and 20 already", slope_vanishes_in_doubles(0), over=MODERATE),),
        ),
        *RUNS_S4_47,
    ),
    sharp=Statement(
        r"\operatorname{fl}(\cosh^{-2}t)\gt0,\ \operatorname{fl}(e^{-t}(1+e^{-t})^{-2})\gt0",
        slope_survives_in_doubles,
        LARGE,
        words="At the same arguments other formulas keep the slope: it is the subtraction from 1 that loses it.",
        reading="formula",
        probes=(control("at any argument", slope_survives_in_doubles, over=only("sigmoid at 800", *places("sigmoid", 800))),),
    ),
)

ACTIVATION_CLAIMS = (S4_45, S4_46, S4_47)
