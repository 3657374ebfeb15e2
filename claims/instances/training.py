"""Training runs and cost functions on one or two scalar weights, where curvature is not constant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from claims.instances.codec import Instance
from claims.instances.networks import AffineNetwork, LayerBudget, factorised
from claims.instances.regression import LeastSquares


@dataclass(frozen=True)
class Architecture(Instance):
    """The numbers of nodes of consecutive layers, the input first where it counts as a layer."""

    nodes: tuple[int, ...]

    @property
    def weight_matrices(self) -> int:
        return len(self.nodes) - 1

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return sum((into + 1) * out for into, out in zip(self.nodes, self.nodes[1:], strict=False))


@dataclass(frozen=True)
class ChainSegment(Instance):
    """The cost of x -> w_2 w_1 x on scalar samples, and the two ends (2 x 1) of a segment in its parameter space."""

    problem: LeastSquares
    start: Any
    end: Any

    @property
    def middle(self) -> Any:
        return (self.start + self.end) / 2

    def cost(self, weights: Any) -> Any:
        return self.problem.cost(weights[0:1, :] @ weights[1:2, :])


@dataclass(frozen=True)
class ScalarUnit(Instance):
    """One unit with activation t^3 - 3t on one sample: cost 1/2 (s(x w) - y)^2, a point and another one."""

    x: Any
    y: Any
    w: Any
    v: Any
    activation: str = "cubic"

    def _cost(self, w: Any) -> Any:
        t = self.x * w
        miss = t * t * t - 3 * t - self.y
        return miss * miss / 2

    @property
    def cost_here(self) -> Any:
        return self._cost(self.w)

    @property
    def cost_there(self) -> Any:
        return self._cost(self.v)

    @property
    def local_minimum(self) -> bool:
        """Vanishing first and positive second derivative of the cost at w."""
        t = self.x * self.w
        miss, slope, bend = t * t * t - 3 * t - self.y, (3 * t * t - 3) * self.x, 6 * t * self.x * self.x
        return bool(miss * slope == 0 and slope * slope + miss * bend > 0)


@dataclass(frozen=True)
class Quartic(Instance):
    """Descent on the cost w^4 / 4 from w = start at the rate that a parabola of the same curvature would want."""

    start: Any
    steps: int

    @property
    def condition(self) -> Any:
        """One parameter: the Hessian has one eigenvalue, its condition number is 1."""
        return self.start / self.start

    @property
    def excesses(self) -> tuple[Any, Any]:
        """The cost at the start and after the steps."""
        rate = 1 / (3 * self.start * self.start)
        w = self.start
        for _ in range(self.steps):
            w = w - rate * w * w * w
        return self.start * self.start * self.start * self.start / 4, w * w * w * w / 4


@dataclass(frozen=True)
class PairedTraining(Instance):
    """Gradient descent with one rate on 1/2 (w x - y)^2 from w = a b, and on 1/2 (w_2 w_1 x - y)^2 from (w_1, w_2) = (a, b)."""

    x: Any
    y: Any
    a: Any
    b: Any
    rate: Any
    steps: int

    @property
    def single(self) -> list[Any]:
        """The weight of the one-layer network at every step."""
        found = [self.a * self.b]
        for _ in range(self.steps):
            w = found[-1]
            found.append(w - self.rate * (w * self.x - self.y) * self.x)
        return found

    @property
    def chain(self) -> list[tuple[Any, Any]]:
        """The weights of the two-layer network at every step."""
        found = [(self.a, self.b)]
        for _ in range(self.steps):
            w, v = found[-1]
            pull = self.rate * (v * w * self.x - self.y) * self.x
            found.append((w - pull * v, v - pull * w))
        return found

    def loss(self, w: Any) -> Any:
        miss = w * self.x - self.y
        return miss * miss / 2

    @property
    def along(self) -> Any:
        """a + b or a - b: the combination of the weights that grows where the product is short of x w = y."""
        return self.a - self.b if self.x * self.y < 0 else self.a + self.b

    @property
    def slowed(self) -> PairedTraining:
        """The same with its rate as the share of a rate that is small enough for its start."""
        x_squared = self.x * self.x
        steepest = 1 + x_squared + 3 * x_squared * (self.a * self.a + self.b * self.b) + 3 * abs(self.x * self.y)
        return replace(self, rate=self.rate / steepest)

    def cases(self) -> frozenset[str]:
        named = {
            "zero start": self.a == 0 and self.b == 0,
            "fitted from the start": self.loss(self.a * self.b) == 0,
            "no input": self.x == 0,
            "opposite weights": self.a == -self.b != 0,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class DeepRegression(Instance):
    """A least-squares problem with one output, a minimiser of its one-layer cost, and a deeper network.

    minimiser: p x 1; deep: a network with p inputs and one output, identity activations.
    """

    problem: LeastSquares
    minimiser: Any
    deep: AffineNetwork

    @property
    def rebuilt(self) -> AffineNetwork:
        """A network with the hidden widths of ``deep`` that computes x -> minimiser' x."""
        target = AffineNetwork((self.minimiser.T,), (type(self.minimiser).zeros(1, 1),))
        return factorised(LayerBudget(target, self.deep.widths[1:-1]))

    def cost(self, network: AffineNetwork) -> Any:
        """The one-layer problem's cost with the outputs of a network."""
        misses = network.output(self.problem.inputs.T).T - self.problem.labels
        return (misses.T @ misses).trace() / (2 * self.problem.samples)

    def cases(self) -> frozenset[str]:
        return self.problem.cases() | (self.deep.cases() & {"one layer", "two layers", "deeper than two", "a layer of width one"})
