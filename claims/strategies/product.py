"""Two-layer networks, steps of their weights, distributions of the input, targets and inner widths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from claims.instances.product import Damped, Distribution, Realisation, Step, TwoLayer
from claims.instances.regression import LeastSquares
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix, of_rank, orthogonal
from numerics.rational import RationalMatrix, rational


def _two_layer(d: Draw, most: int = 3) -> TwoLayer:
    m, w, n, samples = d.integer(1, most), d.integer(1, most), d.integer(1, most), d.integer(1, most + 1)
    left, right, inputs = any_matrix(d, m, w), any_matrix(d, w, n), any_matrix(d, n, samples)
    target = left @ right if d.integer(0, 5) == 5 else any_matrix(d, m, n)
    return TwoLayer(left, right, target, inputs)


@st.composite
def two_layers(draw: Callable[..., Any]) -> TwoLayer:
    """Two-layer networks with 1 to 3 inputs, inner units and outputs and 1 to 4 samples; zero and rank-deficient factors, fitted
    and unfitted targets.
    """
    return _two_layer(Draw(draw))


@st.composite
def small_two_layers(draw: Callable[..., Any]) -> TwoLayer:
    """Two-layer networks with at most two inputs, inner units and outputs."""
    return _two_layer(Draw(draw), 2)


@st.composite
def fitted_networks(draw: Callable[..., Any]) -> TwoLayer:
    """Two-layer networks with at most two inputs, inner units and outputs whose target is their own product."""
    net = _two_layer(Draw(draw), 2)
    return TwoLayer(net.left, net.right, net.left @ net.right, net.inputs)


@st.composite
def steps(draw: Callable[..., Any]) -> Step:
    """A two-layer network and any change of its weights, zero and rank-deficient ones included."""
    d = Draw(draw)
    network = _two_layer(d)
    return Step(network, any_matrix(d, *network.left.shape), any_matrix(d, *network.right.shape))


@st.composite
def damped(draw: Callable[..., Any]) -> Damped:
    """A two-layer network with at most two inputs, inner units and outputs and one of the notebook's factors 1/20 and 1/5;
    weights down to 1/8.
    """
    return _damped(Draw(draw))


@st.composite
def opposed(draw: Callable[..., Any]) -> Damped:
    """Two-layer networks and one of the notebook's factors, a third of them with one unit between two inputs and outputs: the
    product of the changes of both factors adds to the part of the residual that the linear change does not reach.
    """
    d = Draw(draw)
    if d.integer(0, 2) < 2:
        return _damped(d)
    steep = d.boolean()
    size, along, beyond = (1, 0, d.pick(("3", "8"))) if steep else (4, -1, d.pick(("5/4", "3/2")))
    side = d.pick((1, -1))
    left, right = RationalMatrix.of([[size], [0]]), RationalMatrix.of([[size, 0]])
    errors = RationalMatrix.of([[along, side], [side, beyond]])
    return Damped(TwoLayer(left, right, left @ right - errors, RationalMatrix.eye(2)), rational("1/5"))


def _damped(d: Draw) -> Damped:
    network = _two_layer(d, 2)
    shrink = d.pick(("1", "1/2", "1/8"))
    scaled = TwoLayer(network.left * shrink, network.right * shrink, network.target, network.inputs)
    return Damped(scaled, rational(d.pick(("1/5", "1/20"))))


@st.composite
def distributions(draw: Callable[..., Any]) -> Distribution:
    """A linear map with 1 to 3 inputs and outputs and 1 to 4 atoms of any kind."""
    d = Draw(draw)
    m, n, atoms = d.integer(1, 3), d.integer(1, 3), d.integer(1, 4)
    return Distribution(any_matrix(d, m, n), any_matrix(d, n, atoms))


@st.composite
def white_distributions(draw: Callable[..., Any]) -> Distribution:
    """A linear map and four atoms with E x x' = I: twice the first rows of a rational orthogonal matrix; or the atoms 1, -1 in
    one dimension.
    """
    d = Draw(draw)
    m, n = d.integer(1, 3), d.integer(1, 3)
    if n == 1 and d.boolean():
        return Distribution(any_matrix(d, m, 1), RationalMatrix.of([[1, -1]]))
    return Distribution(any_matrix(d, m, n), orthogonal(d, 4)[:n, :] * 2)


@st.composite
def realisations(draw: Callable[..., Any]) -> Realisation:
    """Targets with 1 to 4 rows and columns of every rank, and inner widths 1 to 4."""
    d = Draw(draw)
    m, n = d.integer(1, 4), d.integer(1, 4)
    return Realisation(of_rank(d, m, n, d.integer(0, min(m, n))), d.integer(1, 4))


@st.composite
def noisy_problems(draw: Callable[..., Any]) -> LeastSquares:
    """Linear regressions with 1 to 4 features and up to 6 samples whose labels are a linear map of the inputs, with or without
    noise.
    """
    d = Draw(draw)
    samples, features = d.integer(1, 6), d.integer(1, 4)
    inputs = any_matrix(d, samples, features)
    clean = inputs @ d.matrix(features, 1)
    return LeastSquares(inputs, clean + d.matrix(samples, 1, 1) if d.boolean() else clean)
