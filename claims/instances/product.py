"""The two-layer linear network W1 W2 x of document 001.  Samples are columns, the loss is a plain sum of squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from claims.instances.codec import Instance
from numerics.matrix import frobenius_squared


@dataclass(frozen=True)
class TwoLayer(Instance):
    """W1: m x w; W2: w x d; target A: m x d; inputs X: d x n."""

    left: Any
    right: Any
    target: Any
    inputs: Any

    @property
    def labels(self) -> Any:
        """Y = A X, m x n."""
        return self.target @ self.inputs

    @property
    def outputs(self) -> Any:
        """W1 W2 X, m x n."""
        return self.left @ (self.right @ self.inputs)

    @property
    def errors(self) -> Any:
        """W1 W2 X - Y, m x n."""
        return self.outputs - self.labels

    @property
    def difference(self) -> Any:
        """W1 W2 - A, m x d."""
        return self.left @ self.right - self.target

    @property
    def loss(self) -> Any:
        """The code's loss: the sum over all entries of the squared error."""
        return frobenius_squared(self.errors)

    @property
    def widths(self) -> tuple[int, int, int]:
        """Output, inner and input dimension."""
        return self.left.shape[0], self.left.shape[1], self.right.shape[1]

    def moved(self, left_step: Any, right_step: Any) -> TwoLayer:
        return TwoLayer(self.left + left_step, self.right + right_step, self.target, self.inputs)

    def cases(self) -> frozenset[str]:
        _, inner, features = self.widths
        across = self.left.T.nullspace().T @ self.difference @ self.right.nullspace()
        named = {
            "a residual out of reach": not across.is_zero(),
            "zero weights": self.left.is_zero() and self.right.is_zero(),
            "one zero factor": self.left.is_zero() != self.right.is_zero(),
            "inner width one": inner == 1,
            "one by one": self.widths == (1, 1, 1),
            "one sample": self.inputs.shape[1] == 1,
            "inputs of full row rank": self.inputs.rank() == features,
            "inputs of deficient row rank": self.inputs.rank() < features,
            "already fitted": self.errors.is_zero(),
            "target rank above inner width": self.target.rank() > inner,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Step(Instance):
    """A two-layer network and a change (dW1, dW2) of its weights."""

    network: TwoLayer
    left: Any
    right: Any

    @property
    def linear(self) -> Any:
        """(dW1 W2 + W1 dW2) X, m x n: the change of the output to first order."""
        net = self.network
        return (self.left @ net.right + net.left @ self.right) @ net.inputs

    @property
    def quadratic(self) -> Any:
        """dW1 dW2 X, m x n: what the linearisation leaves out."""
        return self.left @ self.right @ self.network.inputs

    @property
    def moved(self) -> TwoLayer:
        return self.network.moved(self.left, self.right)

    def cases(self) -> frozenset[str]:
        named = {"no step": self.left.is_zero() and self.right.is_zero(), "second order vanishes": self.quadratic.is_zero()}
        return self.network.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class Damped(Instance):
    """A two-layer network and the factor that multiplies its least-squares step."""

    network: TwoLayer
    factor: Any

    def cases(self) -> frozenset[str]:
        return self.network.cases() | {f"factor {self.factor}"}


@dataclass(frozen=True)
class GradientRun(Instance):
    """Gradient descent on the summed squared error from a network's weights: a rate and a number of steps."""

    network: TwoLayer
    rate: Any
    steps: int

    @property
    def final(self) -> TwoLayer:
        """The network after the steps, exactly."""
        net = self.network
        for _ in range(self.steps):
            slope = net.errors @ net.inputs.T * 2
            net = net.moved(-(slope @ net.right.T) * self.rate, -(net.left.T @ slope) * self.rate)
        return net


@dataclass(frozen=True)
class Distribution(Instance):
    """A linear map D: m x d and an empirical distribution of x: the columns of atoms (d x n), all with the same weight."""

    matrix: Any
    atoms: Any

    @property
    def second_moment(self) -> Any:
        """E x x', d x d."""
        return self.atoms @ self.atoms.T / self.atoms.shape[1]

    @property
    def expected_square(self) -> Any:
        """E |D x|^2, by the definition: the mean over the atoms."""
        images = self.matrix @ self.atoms
        columns = range(self.atoms.shape[1])
        total = sum((frobenius_squared(images[:, [k]]) for k in columns), self.matrix.scalar(0))
        return total / self.atoms.shape[1]

    def cases(self) -> frozenset[str]:
        d = self.atoms.shape[0]
        named = {
            "white": self.second_moment == type(self.atoms).eye(d),
            "not white": self.second_moment != type(self.atoms).eye(d),
            "one atom": self.atoms.shape[1] == 1,
            "one dimension": d == 1,
            "zero map": self.matrix.is_zero(),
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Realisation(Instance):
    """A target A: m x d and an inner width w: is there W1 (m x w), W2 (w x d) with W1 W2 = A?"""

    target: Any
    inner: int

    def cases(self) -> frozenset[str]:
        rank = self.target.rank()
        named = {
            "inner width is the rank": self.inner == rank,
            "inner width below the rank": self.inner < rank,
            "inner width at least d": self.inner >= self.target.shape[1],
            "zero target": rank == 0,
        }
        return frozenset(name for name, true in named.items() if true)
