"""Networks on data whose spectral decomposition is known, wherever their weights come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from claims.instances.codec import Instance
from claims.instances.deep_linear import DeepLinear, Spectral


@dataclass(frozen=True)
class SpectralNetwork(Instance):
    """A network with any weights (W_1, ..., W_H) on data with Sigma = U diag(values) U'."""

    spectral: Spectral
    weights: tuple[Any, ...]

    @cached_property
    def network(self) -> DeepLinear:
        return DeepLinear(self.weights, self.spectral.data)

    @property
    def thinnest(self) -> int:
        """r_max."""
        return self.network.thinnest

    def stays_in_family(self) -> bool:
        return self.spectral.is_valid

    def cases(self) -> frozenset[str]:
        net, least = self.network, self.spectral.least_loss(self.thinnest)
        upper = DeepLinear(self.weights[1:], net.data).product.rank() if net.depth > 1 else net.thinnest
        named = {
            "global minimum": net.loss == least,
            "above the global minimum": net.loss > least,
            "upper layers of larger rank than the product": upper > net.product.rank(),
            "product not seen by the inputs": (net.product @ net.data.inputs).rank() < net.product.rank(),
        }
        return self.spectral.cases() | net.cases() | {name for name, true in named.items() if true}
