"""Affine networks of any depth and widths, and two-layer networks as functions of their weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from claims.instances.codec import Instance
from numerics.matrix import Matrix, eye_like, ones_like, zeros_like


@dataclass(frozen=True)
class AffineNetwork(Instance):
    """x -> W_L s(... s(W_1 x + b_1) ...) + b_L with one activation s after every layer but the last.

    weights: W_l of shape n_l x n_(l-1), the first layer first; biases: n_l x 1; activation: identity, relu or square.
    """

    weights: tuple[Any, ...]
    biases: tuple[Any, ...]
    activation: str = "identity"

    @property
    def depth(self) -> int:
        return len(self.weights)

    @property
    def widths(self) -> tuple[int, ...]:
        """n_0, ..., n_L."""
        return (self.weights[0].shape[1], *(weight.shape[0] for weight in self.weights))

    def output(self, inputs: Any) -> Any:
        """n_L x m for inputs n_0 x m, samples as columns."""
        signal = inputs
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            signal = weight @ signal + bias @ ones_like(signal, 1, signal.shape[1])
            if number < self.depth:
                signal = activated(signal, self.activation)
        return signal

    def cases(self) -> frozenset[str]:
        hidden = self.widths[1:-1]
        named = {
            "one layer": self.depth == 1,
            "two layers": self.depth == 2,
            "deeper than two": self.depth > 2,
            "a layer of width one": 1 in hidden,
            "a zero layer": any(weight.is_zero() for weight in self.weights),
            "no biases": all(bias.is_zero() for bias in self.biases),
            "a layer narrower than both ends": bool(hidden) and min(hidden) < min(self.widths[0], self.widths[-1]),
        }
        return frozenset(name for name, true in named.items() if true)


def activated(signal: Any, activation: str) -> Any:
    """The activation applied entry by entry.  Raises ValueError for an unknown name."""
    if activation == "identity":
        return signal
    if activation == "relu":
        return signal.build(*signal.shape, lambda i, j: max(signal.entry(i, j), signal.scalar(0)))
    if activation == "square":
        return signal.build(*signal.shape, lambda i, j: signal.entry(i, j) * signal.entry(i, j))
    raise ValueError(f"unknown activation {activation!r}; known are identity, relu and square")


def collapsed(network: AffineNetwork) -> AffineNetwork:
    """The one layer W_L ... W_1 x + (b_L + W_L b_(L-1) + ...) of a network with identity activations."""
    weight = eye_like(network.weights[0], network.widths[0])
    bias = zeros_like(weight, network.widths[0], 1)
    for layer, shift in zip(network.weights, network.biases, strict=True):
        weight, bias = layer @ weight, layer @ bias + shift
    return AffineNetwork((weight,), (bias,))


def affine_frame(arithmetic: type[Matrix], size: int) -> Any:
    """0, e_1, ..., e_n as columns: two affine maps that agree on them are equal."""
    return arithmetic.eye(size, size + 1)[:, [size, *range(size)]]


@dataclass(frozen=True)
class LayerBudget(Instance):
    """A one-layer affine network (target) and the hidden widths that a deeper one may use."""

    target: AffineNetwork
    hidden: tuple[int, ...]

    def cases(self) -> frozenset[str]:
        ends = min(self.target.widths)
        named = {
            "bottleneck": bool(self.hidden) and min(self.hidden) < ends,
            "wide enough": not self.hidden or min(self.hidden) >= ends,
            "no hidden layer": not self.hidden,
            "rank zero": self.target.weights[0].is_zero(),
            "bottleneck of the exact rank": bool(self.hidden) and min(self.hidden) == self.target.weights[0].rank() < ends,
        }
        return frozenset(name for name, true in named.items() if true)


def factorised(budget: LayerBudget) -> AffineNetwork:
    """A deeper network with the given hidden widths that computes the target, by a rank factorisation and rectangular identities.

    Raises ValueError where a hidden layer is thinner than the rank of the target.
    """
    weight, bias = budget.target.weights[0], budget.target.biases[0]
    kind = type(weight)
    reduced, pivots = weight.rref()
    rank = len(pivots)
    if budget.hidden and min(budget.hidden) < rank:
        raise ValueError(f"a layer of width {min(budget.hidden)} is thinner than the rank {rank}")
    if not budget.hidden:
        return budget.target
    left, right = weight[:, list(pivots)], reduced[:rank, :]
    first = kind.eye(budget.hidden[0], rank) @ right
    middle = [kind.eye(out, into) for into, out in zip(budget.hidden, budget.hidden[1:], strict=False)]
    last = left @ kind.eye(rank, budget.hidden[-1])
    weights = (first, *middle, last)
    biases = tuple(kind.zeros(layer.shape[0], 1) for layer in weights[:-1])
    return AffineNetwork(weights, (*biases, bias))
