"""Gradient descent with a fixed step on quadratics and on deep linear networks, and chains that are nearly balanced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from claims.instances.codec import Instance
from claims.instances.deep_linear import Data, DeepLinear
from numerics.chains import above, below, chain, descended, imbalances
from numerics.inertia import inertia
from numerics.matrix import block, frobenius_squared
from numerics.norms import spectral_squared
from numerics.spectrum import distinct_eigenvalues, spectral_norm_at_most


@dataclass(frozen=True)
class QuadraticDescent(Instance):
    """x -> x - rate (Q x - b) for f(x) = 1/2 x'Qx - b'x.  hessian: Q, n x n symmetric; linear: b, n x 1."""

    hessian: Any
    linear: Any
    rate: Any

    @property
    def size(self) -> int:
        return self.hessian.shape[0]

    @property
    def factor(self) -> Any:
        """I - rate Q, by which a step multiplies the distance to a critical point."""
        return type(self.hessian).eye(self.size) - self.hessian * self.rate

    @property
    def affine(self) -> Any:
        """The step as a linear map of (x, 1)."""
        kind = type(self.hessian)
        return block([[self.factor, self.linear * self.rate], [kind.zeros(1, self.size), kind.eye(1)]])

    @property
    def solvable(self) -> bool:
        """b is in the range of Q: f has a critical point."""
        return block([[self.hessian, self.linear]]).rank() == self.hessian.rank()

    def cases(self) -> frozenset[str]:
        found = inertia(self.hessian)
        edge = inertia(type(self.hessian).eye(self.size) * 2 - self.hessian * self.rate)
        named = {
            "one dimension": self.size == 1,
            "definite": found.positive == self.size,
            "singular": found.zero > 0,
            "indefinite": found.positive > 0 and found.negative > 0,
            "repeated eigenvalues": distinct_eigenvalues(self.hessian) < self.size,
            "no critical point": not self.solvable,
            "rate zero": self.rate == 0,
            "negative rate": self.rate < 0,
            "rate at the bound": self.rate > 0 and edge.negative == 0 < edge.zero,
            "rate below the bound": self.rate > 0 and edge.positive == self.size,
            "rate above the bound": edge.negative > 0,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class NearlyBalanced(Instance):
    """Weights (W_1, ..., W_N) and a number delta that may be a balancedness constant of theirs."""

    weights: tuple[Any, ...]
    delta: Any

    def stays_in_family(self) -> bool:
        return True

    @property
    def depth(self) -> int:
        return len(self.weights)

    @cached_property
    def product(self) -> Any:
        return chain(self.weights)

    @cached_property
    def gaps(self) -> tuple[Any, ...]:
        """W_(j+1)' W_(j+1) - W_j W_j', j = 1, ..., N - 1."""
        return imbalances(self.weights)

    def has_constant(self, delta: Any) -> bool:
        """delta >= 0 and |W_(j+1)' W_(j+1) - W_j W_j'| <= delta for all j, spectral norms."""
        return bool(delta >= 0) and all(spectral_norm_at_most(gap, delta) for gap in self.gaps)

    @property
    def balanced(self) -> bool:
        return all(gap.is_zero() for gap in self.gaps)

    def cases(self) -> frozenset[str]:
        widths = [weight.shape[0] for weight in self.weights] + [self.weights[0].shape[1]]
        named = {
            "one layer": self.depth == 1,
            "two layers": self.depth == 2,
            "three layers or more": self.depth > 2,
            "balanced": self.balanced,
            "not balanced": not self.balanced,
            "delta zero": self.delta == 0,
            "all widths one": max(widths) == 1,
            "product zero": self.product.is_zero(),
            "zero weights": all(weight.is_zero() for weight in self.weights),
            "norms differ": len({spectral_squared(weight) for weight in self.weights}) > 1,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class LayerStep(Instance):
    """A deep linear network and the step size of gradient descent on its loss."""

    network: DeepLinear
    rate: Any

    @property
    def balanced(self) -> bool:
        return all(gap.is_zero() for gap in imbalances(self.network.weights))

    def cases(self) -> frozenset[str]:
        kept = ("one layer", "two layers", "three layers or more", "all widths one", "zero weights", "critical", "fitted")
        named = {"balanced": self.balanced, "not balanced": not self.balanced, "rate zero": self.rate == 0}
        return (self.network.cases() & frozenset(kept)) | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class ProductSlope(Instance):
    """Weights and the derivative G (d_N x d_0) of some function of their product, at that product."""

    weights: tuple[Any, ...]
    slope: Any

    @property
    def slopes(self) -> tuple[Any, ...]:
        """The derivatives by the layers: (W_N ... W_(j+1))' G (W_(j-1) ... W_1)'."""
        layers = range(1, len(self.weights) + 1)
        return tuple(above(self.weights, j).T @ self.slope @ below(self.weights, j).T for j in layers)

    def cases(self) -> frozenset[str]:
        named = {
            "one layer": len(self.weights) == 1,
            "two layers": len(self.weights) == 2,
            "three layers or more": len(self.weights) > 2,
            "critical": all(slope.is_zero() for slope in self.slopes),
            "a hidden layer of width one": any(weight.shape[0] == 1 for weight in self.weights[:-1]),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class FixedStep(Instance):
    """Gradient descent with a fixed step from the weights of a network.

    rate: the step size eta; delta, alpha: the balancedness constant is meant to stay within delta and to start within
    alpha delta; halved: whether the loss has the factor 1/2.
    """

    network: DeepLinear
    rate: Any
    delta: Any
    alpha: Any
    halved: bool

    def stays_in_family(self) -> bool:
        return True

    @property
    def depth(self) -> int:
        return self.network.depth

    def loss(self, weights: tuple[Any, ...]) -> Any:
        found = self.network.at(weights).loss
        return found / 2 if self.halved else found

    def slope_squared(self, weights: tuple[Any, ...]) -> Any:
        """The square of the norm of the gradient."""
        found = sum((frobenius_squared(slope) for slope in self.network.at(weights).gradient), self.rate * 0)
        return found / 4 if self.halved else found

    @property
    def plain_rate(self) -> Any:
        """The step size on the loss without 1/2 that makes the same steps."""
        return self.rate / 2 if self.halved else self.rate

    def iterates(self, steps: int) -> list[tuple[Any, ...]]:
        """The initial weights and those after each of the steps."""
        found, data = [self.network.weights], self.network.data
        for _ in range(steps):
            found.append(descended(found[-1], data.inputs, data.targets, self.plain_rate))
        return found

    def balanced_within(self, weights: tuple[Any, ...], constant: Any) -> bool:
        return all(spectral_norm_at_most(gap, constant) for gap in imbalances(weights))

    def cases(self) -> frozenset[str]:
        kept = {"one layer", "two layers", "three layers or more", "all widths one", "critical", "fitted", "zero weights"}
        kept |= {"inputs of deficient row rank", "a hidden bottleneck", "one sample"}
        balanced = self.balanced_within(self.network.weights, 0)
        low, high = spectral_squared(self.network.weights[0])
        named = {
            "balanced": balanced,
            "not balanced": not balanced,
            "alpha zero": self.alpha == 0,
            "one fitted layer of irrational norm": self.depth == 1 and self.network.loss == 0 and low < high,
        }
        return (self.network.cases() & kept) | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class Visited(Instance):
    """Data, the product that an iteration starts from and one that it reaches later (d_y x d_x each)."""

    data: Data
    start: Any
    later: Any

    def stays_in_family(self) -> bool:
        return True

    @property
    def misses(self) -> tuple[Any, Any]:
        """The squared residuals |W X - Y|^2 at the start and later."""
        return self.data.loss_of(self.start), self.data.loss_of(self.later)

    def cases(self) -> frozenset[str]:
        low, high = spectral_squared(self.later)
        named = {
            "still at the start": self.start == self.later,
            "fitted at the start": self.misses[0] == 0,
            "fitted, with an irrational norm": self.misses[0] == 0 and low < high,
            "reflected": self.misses[0] == self.misses[1] and self.start != self.later,
            "one by one": self.start.shape == (1, 1),
            "zero targets": self.data.targets.is_zero(),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class ChosenDelta(Instance):
    """delta of the document's choice: depth N and the number M^(2/N)."""

    depth: int
    power: Any

    @property
    def delta(self) -> Any:
        """M^(2/N) / (N (N + 1)^2)."""
        return self.power / (self.depth * (self.depth + 1) ** 2)

    def cases(self) -> frozenset[str]:
        named = {"one layer": self.depth == 1, "two layers": self.depth == 2, "three layers or more": self.depth > 2}
        return frozenset(name for name, true in named.items() if true)


def alternation(arithmetic: Any, depth: int, first: Any, second: Any) -> tuple[DeepLinear, Any]:
    """N scalar layers w = first, all equal, that a step of gradient descent takes to w = second and the next step back.

    On the loss without 1/2 with x = 1; returns the network and the step size.  With g(w) = w^(N-1) (w^N - y) the target y solves
    g(first) + g(second) = 0, and the step size is (first - second) / (2 g(first)).
    """
    w, v = arithmetic.scalar(first), arithmetic.scalar(second)
    target = (_power(w, 2 * depth - 1) + _power(v, 2 * depth - 1)) / (_power(w, depth - 1) + _power(v, depth - 1))
    rate = (w - v) / (2 * _power(w, depth - 1) * (_power(w, depth) - target))
    layer = arithmetic.of([[w]])
    return DeepLinear((layer,) * depth, Data(arithmetic.eye(1), arithmetic.of([[target]]))), rate


def runaway(arithmetic: Any, size: Any, first: Any, narrow: Any) -> DeepLinear:
    """W_1 = (first, size), W_2 = size on inputs diag(1, narrow) and targets (0, narrow size^2): the second sample is fitted."""
    c, a, x = arithmetic.scalar(size), arithmetic.scalar(first), arithmetic.scalar(narrow)
    data = Data(arithmetic.diagonal([1, x]), arithmetic.of([[0, x * c * c]]))
    return DeepLinear((arithmetic.of([[a, c]]), arithmetic.of([[c]])), data)


def runs_away(run: FixedStep, steps: int = 4) -> bool:
    """Whether one of the first iterates lies in an open set in which the weights grow without end.

    For W_1 = (a, b), W_2 = c, inputs diag(1, x), targets (0, y) and half of the loss: where eta a^2 > 4, eta c^2 > 4 and
    eta y^2 < 4 c^2, a step gives |a'| = |a| |1 - eta c^2| > 3 |a|, and c' = c (1 - eta a^2 - eta x^2 b^2) + eta x y b with
    |c'| >= |c| (eta a^2 - 1) - eta y^2 / (4 |c|) > 2 |c|, whatever b is; so the three conditions hold again.
    """
    net, kind = run.network, type(run.network.data.inputs)
    x, y = net.data.inputs[-1, -1], net.data.targets[0, -1]
    fits = net.widths == (2, 1, 1) and net.data.inputs == kind.diagonal([1, x]) and net.data.targets == kind.of([[0, y]])
    if not (fits and run.halved):
        return False
    pairs = ((weights[0][0, 0], weights[1][0, 0]) for weights in run.iterates(steps))
    return any(run.rate * a * a > 4 and run.rate * c * c > 4 and run.rate * y * y < 4 * c * c for a, c in pairs)


def _power(base: Any, exponent: int) -> Any:
    result = base * 0 + 1
    for _ in range(exponent):
        result = result * base
    return result
