"""Feedforward networks with samples (document 004): weights, moves, exact fits, sample sets, duplicated units, XOR."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from claims.instances.codec import Instance
from numerics.activations import RATIONAL, Elementary
from numerics.error_functions import ErrorFunction, error_function
from numerics.exponentials import common_unit, exact_rank
from numerics.feedforward import Pass, Units, outputs, residual_slopes
from numerics.jets import Jet
from numerics.matrix import vec
from numerics.spectrum import as_fraction
from numerics.xor_points import Unit, balanced


@dataclass(frozen=True)
class Learning(Instance):
    """A network and what it is to learn: W_l: n_(l-1) x n_l (one row more with dummy units), X: n_0 x T, Y: n_L x T.

    ``bias`` is the fixed scalar that every hidden unit subtracts, ``error`` the name of the error function.
    """

    weights: tuple[Any, ...]
    inputs: Any
    targets: Any
    activation: str
    bias: Any
    dummy: bool
    error: str

    @property
    def units(self) -> Units:
        return Units(self.activation, self.bias, self.dummy)

    @property
    def error_function(self) -> ErrorFunction:
        return error_function(self.error)

    @cached_property
    def run(self) -> Pass:
        return Pass(self.weights, self.inputs, self.units)

    @property
    def residuals(self) -> Any:
        """F(W, X) - Y, n_L x T."""
        return self.run.outputs - self.targets

    @property
    def ascent(self) -> Any:
        """The gradients of the error in the outputs, n_L x T."""
        return residual_slopes(self.residuals, self.error_function)

    @property
    def epsilon(self) -> Any:
        """These gradients in one column, T n_L x 1."""
        return vec(self.ascent)

    def loss(self, *weights: Any) -> Any:
        """J at the given weights; of power series, up to its constant coefficient where that is not rational."""
        misses = outputs(weights, self.inputs, self.units) - self.targets
        if isinstance(misses, Jet):
            return summed_errors(misses, self.error_function)
        return sum((self.error_function.value(r, RATIONAL) for r in misses.entries()), self.inputs.scalar(0))

    @property
    def loss_here(self) -> Any:
        return self.loss(*self.weights)

    def at(self, *weights: Any) -> Learning:
        """The same task at other weights."""
        return replace(self, weights=tuple(weights))

    @property
    def fitted(self) -> bool:
        return bool(self.residuals.is_zero())

    @property
    def widths(self) -> tuple[int, ...]:
        return (self.inputs.shape[0], *(weight.shape[1] for weight in self.weights))

    @property
    def samples(self) -> int:
        return int(self.inputs.shape[1])

    @property
    def size(self) -> int:
        """N_net, the number of weights."""
        return sum(weight.shape[0] * weight.shape[1] for weight in self.weights)

    @property
    def equations(self) -> int:
        """T n_L."""
        return self.samples * self.widths[-1]

    def kinks(self, order: int) -> bool:
        """Whether some argument of a hidden unit sits where the activation has fewer than ``order`` derivatives."""
        smoothness = self.units.sigma.smoothness
        if smoothness is None or smoothness >= order:
            return False
        return any(t == 0 for z in self.run.activities[1] for t in z.entries())

    def cases(self) -> frozenset[str]:
        first, last = self.weights[0], self.weights[-1]
        depth, hidden = len(self.weights), self.widths[1:-1]
        columns = [tuple(map(str, first[:, [j]].entries())) for j in range(first.shape[1])]
        drawn = [tuple(map(str, self.inputs[:, [i]].entries())) for i in range(self.samples)]
        named = {
            "one layer": depth == 1,
            "two layers": depth == 2,
            "deeper than two": depth > 2,
            "width one": 1 in hidden,
            "one sample": self.samples == 1,
            "repeated samples": len(set(drawn)) < len(drawn),
            "zero weights": all(weight.is_zero() for weight in self.weights),
            "zero output weights": last.is_zero(),
            "coinciding units": len(set(columns)) < len(columns),
            "dummy units": self.dummy,
            "fixed bias": self.bias != 0,
            "exact fit": self.units.sigma.rational and self.fitted,
            "more weights than equations": self.size > self.equations,
            "no more weights than equations": self.size <= self.equations,
            self.error: True,
            self.activation: True,
        }
        return frozenset(name for name, true in named.items() if true)


def summed_errors(misses: Jet, error: ErrorFunction) -> Jet:
    """The errors of all residuals, as one scalar power series without the logarithms of its constant coefficient."""
    like = misses.coefficients[0]
    functions = Elementary(RATIONAL.exp, lambda c: c * 0, RATIONAL.sqrt)
    total = Jet((like.scalar(0),), misses.order)
    for i in range(like.shape[0]):
        for j in range(like.shape[1]):
            total = total + error.value(misses[i, j], functions)
    return total


@dataclass(frozen=True)
class Move(Instance):
    """A network with its task and a change H_1, ..., H_L of its weights."""

    learning: Learning
    direction: tuple[Any, ...]

    def cases(self) -> frozenset[str]:
        ends = [weight + along for weight, along in zip(self.learning.weights, self.direction, strict=True)]
        named = {
            "no move": all(piece.is_zero() for piece in self.direction),
            "to a matrix of smaller rank": any(end.rank() < min(end.shape) for end in ends),
        }
        return self.learning.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class Partitioned(Instance):
    """Psi = [Psi_1, ..., Psi_T], each n_l x m, and Phi = [phi_1, ..., phi_T], p x T."""

    left: tuple[Any, ...]
    right: Any

    def cases(self) -> frozenset[str]:
        samples = len(self.left)
        named = {
            "one part": samples == 1,
            "one column each": self.left[0].shape[1] == 1,
            "Phi of full column rank": self.right.rank() == samples,
            "zero Phi": self.right.is_zero(),
            "zero Psi": all(piece.is_zero() for piece in self.left),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class SampleSet(Instance):
    """Unique samples X: n_0 x T, the activation of one hidden layer, and its biases: a fixed scalar, or free (dummy units)."""

    inputs: Any
    activation: str
    bias: Any
    free: bool

    @property
    def samples(self) -> int:
        return int(self.inputs.shape[1])

    @property
    def opposite_classes(self) -> int:
        """How many pairs {x, -x} lie in the samples; the zero sample counts as a pair with itself."""
        columns = [tuple(map(str, self.inputs[:, [i]].entries())) for i in range(self.samples)]
        turned = [tuple(map(str, (-self.inputs[:, [i]]).entries())) for i in range(self.samples)]
        return sum(b in columns[: i + 1] for i, b in enumerate(turned))

    @property
    def obstructed(self) -> bool:
        """Whether a linear relation between the outputs at the samples holds for all weights: zero bias and opposite samples."""
        if self.free or self.bias != 0:
            return False
        return self.opposite_classes >= (1 if self.activation == "tanh" else 2)

    def cases(self) -> frozenset[str]:
        named = {
            "one sample": self.samples == 1,
            "one input": self.inputs.shape[0] == 1,
            "opposite samples": self.opposite_classes > 0,
            "two opposite pairs": self.opposite_classes > 1,
            "zero bias": not self.free and self.bias == 0,
            "free biases": self.free,
            self.activation: True,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Duplicated(Instance):
    """A stationary network with one hidden unit, and the number of equal copies that share its output weight.

    radius: 0 where the base is stationary exactly; else the base is within it of a stationary point, in each weight.
    """

    base: Learning
    copies: int
    radius: Any

    def cases(self) -> frozenset[str]:
        return self.base.cases()


@dataclass(frozen=True)
class Residual(Instance):
    """An error function by name and a residual."""

    error: str
    residual: Any

    def cases(self) -> frozenset[str]:
        return frozenset({self.error, "no residual" if self.residual == 0 else "a residual"})


@dataclass(frozen=True)
class Argument(Instance):
    """An activation by name and an argument of it."""

    activation: str
    argument: Any

    def cases(self) -> frozenset[str]:
        side = "zero" if self.argument == 0 else "negative" if self.argument < 0 else "positive"
        return frozenset({self.activation, side})


def rank_of(learning: Learning, part: Any) -> int:
    """The exact rank of ``part(run)``, a matrix read off a forward pass: phi~_1, a block of P, or P.

    Sigmoid or tanh units: one hidden layer, over Q(e^(1/N)); a sample's column has the denominators (1 + e^z)^2 of its units.
    """
    if learning.units.sigma.rational:
        return int(part(learning.run).rank())
    if len(learning.weights) > 2:
        raise ValueError("deeper sigmoid and tanh networks leave the rational functions of one exponential")
    arguments = Units("identity", learning.bias, learning.dummy)
    z = Pass(learning.weights, learning.inputs, arguments).activities[1][0]
    unit, factor = common_unit(z.entries()), 2 if learning.activation == "tanh" else 1
    powers = [[abs(as_fraction(t)) * unit * factor for t in column] for column in z.T.rows()]
    degrees = [2 * int(sum(column)) for column in powers for _ in range(learning.widths[-1])]

    def build(e: Elementary) -> Any:
        return part(Pass(learning.weights, learning.inputs, Units(learning.activation, learning.bias, learning.dummy, e)))

    return exact_rank(build, unit, learning.inputs.scalar(1), degrees)


@dataclass(frozen=True)
class XorPoint(Instance):
    """The units of a critical point with a positive loss of a network with one hidden layer on XOR: they are of this form for
    every increasing output unit (see numerics.xor_points).

    units: (kind, place, output weight) each.
    """

    activation: str
    units: tuple[tuple[int, Any, Any], ...]

    @property
    def points(self) -> tuple[Unit, ...]:
        return tuple(Unit(*unit) for unit in self.units)

    def cases(self) -> frozenset[str]:
        kinds = [kind for kind, _, _ in self.units]
        named = {
            "one unit": len(self.units) == 1,
            "two units": len(self.units) == 2,
            "three units": len(self.units) == 3,
            "all constant": set(kinds) == {0},
            "splits that cancel": set(kinds) != {0} and balanced(self.points),
            "splits that do not cancel": not balanced(self.points),
            "a unit without output weight": any(weight == 0 for _, _, weight in self.units),
            self.activation: True,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class XorTask(Instance):
    """XOR for a hidden layer of so many units with an activation.

    output: that of the output unit, or "increasing" for any strictly increasing one; one: the 1 of the arithmetic.
    """

    activation: str
    units: int
    output: str
    one: Any
