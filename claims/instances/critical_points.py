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


@dataclass(frozen=True)
class Moments(Instance):
    """The second moments of drawn data, exact for the doubles that were drawn: Sigma_XX, Sigma_YX, and the number of samples."""

    xx: Any
    yx: Any
    samples: int

    @cached_property
    def sigma(self) -> Any:
        """Sigma_YX Sigma_XX^-1 Sigma_XY, d_y x d_y."""
        return self.yx @ self.xx.solve(self.yx.T)


def drawn_regression(arithmetic: Any, seed: int, noise: float) -> Moments:
    """The recipe of section 4: X 1000 x 5 standard normal, Y = X diag(5, 4, 3, 2, 1) + E with E normal of the given deviation."""
    import numpy as np

    random = np.random.default_rng(seed)
    X = random.standard_normal((1000, 5))
    Y = X @ np.diag([5.0, 4.0, 3.0, 2.0, 1.0]) + noise * random.standard_normal((1000, 5))
    inputs, targets = arithmetic.from_doubles(X), arithmetic.from_doubles(Y)
    return Moments(inputs.T @ inputs, targets.T @ inputs, 1000)
