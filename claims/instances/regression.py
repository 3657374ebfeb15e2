"""Least squares, arithmetic-progression data, and points, steps and runs on the quadratic cost.

Samples are rows.  The cost is the answer's, 1/(2N) |X w - L|^2 with N the number of samples, unless a name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from claims.instances.codec import Instance
from numerics.inertia import is_psd
from numerics.matrix import Matrix, frobenius_squared, hstack, ones_like


@dataclass(frozen=True)
class LeastSquares(Instance):
    """inputs: M x p with samples as rows; labels: M x 1."""

    inputs: Any
    labels: Any

    @property
    def samples(self) -> int:
        return self.inputs.shape[0]

    @property
    def features(self) -> int:
        return self.inputs.shape[1]

    @property
    def gram(self) -> Any:
        """X'X, p x p."""
        return self.inputs.T @ self.inputs

    @property
    def hessian(self) -> Any:
        """The Hessian of the cost, X'X / N."""
        return self.gram / self.samples

    def cost(self, w: Any) -> Any:
        return frobenius_squared(self.inputs @ w - self.labels) / (2 * self.samples)

    def mean_squared_error(self, w: Any) -> Any:
        """PyTorch's MSE: the mean of the squares, without 1/2."""
        return frobenius_squared(self.inputs @ w - self.labels) / self.samples

    def gradient(self, w: Any) -> Any:
        return self.inputs.T @ (self.inputs @ w - self.labels) / self.samples

    def with_bias(self) -> LeastSquares:
        """The same problem with a column of ones appended to the inputs."""
        return LeastSquares(augmented(self.inputs), self.labels)

    def cases(self) -> frozenset[str]:
        rank = self.inputs.rank()
        named = {
            "one sample": self.samples == 1,
            "one feature": self.features == 1,
            "zero inputs": rank == 0,
            "full column rank": rank == self.features,
            "deficient column rank": rank < self.features,
            "interpolation": hstack(self.inputs, self.labels).rank() == rank,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Progression(Instance):
    """S_i = S_0 + i step 1' for i = 0..M-1, labels i.  first: 1 x d; step: scalar; samples: M."""

    first: Any
    step: Any
    samples: int

    @property
    def features(self) -> int:
        return self.first.shape[1]

    @property
    def inputs(self) -> Any:
        """M x d."""
        base = self.first.rows()[0]
        shifts = [i * self.step for i in range(self.samples)]
        return type(self.first).of([[value + shift for value in base] for shift in shifts], columns=self.features)

    @property
    def labels(self) -> Any:
        return type(self.first).column(list(range(self.samples)))

    @property
    def problem(self) -> LeastSquares:
        """Without a bias."""
        return LeastSquares(self.inputs, self.labels)

    @property
    def affine_problem(self) -> LeastSquares:
        """With a bias: the inputs carry a column of ones."""
        return self.problem.with_bias()

    def cases(self) -> frozenset[str]:
        entries = self.first.entries()
        named = {
            "one sample": self.samples == 1,
            "two samples": self.samples == 2,
            "one feature": self.features == 1,
            "two features": self.features == 2,
            "zero step": self.step == 0,
            "first entry zero": entries[0] == 0,
            "constant first sample": all(value == entries[0] for value in entries),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class NearProgression(Instance):
    """Data that may miss being a progression: inputs M x d, labels M x 1, and the amount (step) that should have been added."""

    inputs: Any
    labels: Any
    step: Any

    @property
    def samples(self) -> int:
        return self.inputs.shape[0]

    @property
    def features(self) -> int:
        return self.inputs.shape[1]

    @property
    def first(self) -> Any:
        """The first sample, 1 x d."""
        return self.inputs[0:1, :]


def augmented(inputs: Any) -> Any:
    """[X, 1]: the inputs with a column of ones."""
    return hstack(inputs, ones_like(inputs, inputs.shape[0], 1))


def document_data(arithmetic: type[Matrix], samples: int = 1500, features: int = 100, step: int = 100) -> Progression:
    """The data of document 000: S_0 = [0, ..., 99], 100 added from sample to sample, 1500 samples."""
    return Progression(arithmetic.of([list(range(features))]), arithmetic.scalar(step), samples)


@dataclass(frozen=True)
class TwoAnswers(Instance):
    """Progression data and two parameter vectors (d x 1, or (d + 1) x 1 with a bias)."""

    data: Progression
    first: Any
    second: Any


@dataclass(frozen=True)
class AffinePoint(Instance):
    """Inputs S: M x d, weights w: d x 1 and a bias b."""

    inputs: Any
    weights: Any
    bias: Any

    def cases(self) -> frozenset[str]:
        named = {"no bias": self.bias == 0, "one feature": self.inputs.shape[1] == 1, "one sample": self.inputs.shape[0] == 1}
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class StationaryPoint(Instance):
    """A least-squares problem, a point where its gradient vanishes, and any other point (p x 1 each)."""

    problem: LeastSquares
    point: Any
    other: Any

    activation: str = "identity"

    @property
    def cost_here(self) -> Any:
        return self.problem.cost(self.point)

    @property
    def cost_there(self) -> Any:
        return self.problem.cost(self.other)

    @property
    def local_minimum(self) -> bool:
        """First and second order conditions, which suffice for a quadratic."""
        return self.problem.gradient(self.point).is_zero() and is_psd(self.problem.hessian)

    def cases(self) -> frozenset[str]:
        return self.problem.cases()


@dataclass(frozen=True)
class Segment(Instance):
    """A least-squares problem and the two ends (p x 1) of a segment in its parameter space."""

    problem: LeastSquares
    start: Any
    end: Any

    @property
    def middle(self) -> Any:
        return (self.start + self.end) / 2

    def cases(self) -> frozenset[str]:
        ends = {"coinciding ends": self.start == self.end, "flat direction": self._flat()}
        return self.problem.cases() | {name for name, true in ends.items() if true}

    def _flat(self) -> bool:
        return self.start != self.end and (self.problem.inputs @ (self.start - self.end)).is_zero()


@dataclass(frozen=True)
class Descent(Instance):
    """A quadratic 1/2 (w - w*)' H (w - w*): its Hessian H (p x p, PSD), an error w_0 - w* (p x 1) and a number of steps.

    largest, smallest: the extreme nonzero eigenvalues of H, which the construction knows.
    """

    hessian: Any
    error: Any
    largest: Any
    smallest: Any
    steps: int

    @property
    def condition(self) -> Any:
        """The condition number of the nonzero spectrum."""
        return self.largest / self.smallest

    def errors(self, rate: Any) -> list[Any]:
        """The errors of gradient descent with a fixed rate, the initial one included."""
        found = [self.error]
        for _ in range(self.steps):
            found.append(found[-1] - (self.hessian @ found[-1]) * rate)
        return found

    def excess(self, error: Any) -> Any:
        """The cost above its minimum, 1/2 e'He."""
        return (error.T @ self.hessian @ error).trace() / 2

    def cases(self) -> frozenset[str]:
        named = {
            "singular Hessian": self.hessian.rank() < self.hessian.shape[0],
            "perfectly conditioned": self.largest == self.smallest,
            "one parameter": self.hessian.shape[0] == 1,
            "already at a minimiser": (self.hessian @ self.error).is_zero(),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class ComplexInputs(Instance):
    """A complex M x p matrix by its real and imaginary part."""

    real: Any
    imaginary: Any

    @property
    def plain_gram(self) -> tuple[Any, Any]:
        """Real and imaginary part of X'X (transposed, not conjugated)."""
        a, b = self.real, self.imaginary
        return a.T @ a - b.T @ b, a.T @ b + b.T @ a

    def cases(self) -> frozenset[str]:
        named = {
            "real": self.imaginary.is_zero(),
            "one by one": self.real.shape == (1, 1),
            "zero": self.real.is_zero() and self.imaginary.is_zero(),
        }
        return frozenset(name for name, true in named.items() if true)
