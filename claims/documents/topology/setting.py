"""Document 002, introduction and set-up: what connected level sets give, and biases as part of the weights."""

from __future__ import annotations

from typing import Any

from claims.decide import equal, exactly
from claims.documents.topology.level_sets import STRICT_HOLDS, connected, minima_are_global
from claims.documents.topology.source import TOPOLOGY
from claims.instances.landscapes import Landscape
from claims.instances.networks import AffineNetwork, activated
from claims.model import Claim, Decision, Kind, Property, Statement, Weight, control, without
from numerics.matrix import hstack, vstack

# S2-03: descent at each level -------------------------------------------------------------------------------------------------------


def every_level_can_be_left(landscape: Landscape) -> Decision:
    """At each height above the least some point has lower points arbitrarily near (inside a face that is not level: always)."""
    stuck = [level for level in landscape.levels[1:] if all(map(landscape.is_minimum, landscape.cells(level)))]
    return exactly(not stuck, f"all points at the height {stuck and stuck[0]} are local minima")


S2_03 = Claim(
    "S2-03",
    "Connected level sets imply a descent direction at each energy level, and no poor local minima",
    TOPOLOGY.at("sec. 1"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\Omega_F(\lambda)\text{ connected for all }\lambda,\ c>\min F\ \Rightarrow\ \text{some point of }\{ F=c\}\text{ is no local minimum}",
            every_level_can_be_left,
            "any_landscapes",
            words="A direction of descent from some point of each level.",
            reading="A",
            assumptions=(connected,),
            strata=("a plateau", "a strict local minimum", "two dimensions", "a line", "no line and no plane"),
            probes=(
                without("h1", "with a disconnected sublevel set"),
                control("a direction of descent from every point of each level", minima_are_global),
            ),
        ),
        Statement(
            r"\Omega_F(\lambda)\text{ connected for all }\lambda\ \Rightarrow\ \text{every local minimum is global}",
            minima_are_global,
            "landscapes",
            words="A direction of descent from every point that is not yet optimal, and so no poor local minimum.",
            reading="B",
            assumptions=(connected,),
        ),
    ),
    amended=STRICT_HOLDS,
    remark=(
        "Reading A holds for every continuous $F$: if all points of $\\{ F=c\\}$ are local minima, this set is open in $\\Omega_F(c)$, as is its "
        "complement $\\{ F\\lt c\\}$. Reading B fails on a plateau, see S2-11; no poor strict local minimum exists, see S2-10."
    ),
)

# S2-05: biases ----------------------------------------------------------------------------------------------------------------------


def _augmented_output(net: AffineNetwork, inputs: Any, unit: int) -> Any:
    """The network without biases of the matrices (W_i, unit b_i; 0, 1) at the inputs (x, unit)."""
    q, count = type(inputs), inputs.shape[1]
    signal = vstack(inputs, q.build(1, count, lambda i, j: unit))
    for number, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True), start=1):
        corner = hstack(q.zeros(1, weight.shape[1]), q.eye(1))
        signal = vstack(hstack(weight, bias * unit), corner) @ signal
        if number < net.depth:
            signal = activated(signal, net.activation)
    return signal


def _frame(net: AffineNetwork) -> Any:
    """Inputs: 0, the unit vectors and their negatives."""
    n = net.widths[0]
    return hstack(net.weights[0].zeros(n, 1), net.weights[0].eye(n), -net.weights[0].eye(n))


def augmented_computes(unit: int, extra: bool = True) -> Property:
    """The augmented network has the outputs of the one with biases, and the constant below them as an extra one."""

    def property(net: AffineNetwork) -> Decision:
        inputs = _frame(net)
        ones = net.weights[0].build(1, inputs.shape[1], lambda i, j: unit)
        expected = vstack(net.output(inputs), ones) if extra else net.output(inputs)
        return equal(_augmented_output(net, inputs, unit), expected)

    return property


S2_05 = Claim(
    "S2-05",
    "Biases become part of the weight matrices",
    TOPOLOGY.at("sec. 2.3"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\bar W_K\,\rho\,\bar W_{K-1}\,\rho\cdots\rho\,\bar W_1\,\bar x=\begin{pmatrix}\Phi(x)\\1\end{pmatrix},\quad\bar W_i=\begin{pmatrix}W_i&b_i\\0&1\end{pmatrix}",
        augmented_computes(1),
        "biased_rectifiers",
        words="The network has the same outputs, and the constant 1 as one more, since $\\rho(1)=1$.",
        strata=("two layers", "deeper than two", "a layer of width one", "a zero layer", "no biases"),
        probes=(
            control("a constant -1 in place of 1 does as well", augmented_computes(-1)),
            control("without an extra output", augmented_computes(1, extra=False)),
        ),
    ),
    sharp=Statement(
        r"\bar W_K\,\sigma\cdots\sigma\,\bar W_1\,\bar x=\begin{pmatrix}\Phi(x)\\1\end{pmatrix}\qquad(\sigma(1)=1)",
        augmented_computes(1),
        "nonlinear_networks",
        words="Any activation with $\\sigma(1)=1$ will do (here: rectifiers and squares).",
        strata=("two layers", "a zero layer"),
        probes=(control("a constant -1 in place of 1 does as well", augmented_computes(-1)),),
    ),
    remark=(
        "The last matrix needs no second row. The last rows $(0,1)$ are not parameters: a network whose matrices are arbitrary, as they are from here on, is wider by one unit in "
        "each layer, and a ridge on $\\bar W_i$ also counts the biases."
    ),
)

SETTING = (S2_03, S2_05)
