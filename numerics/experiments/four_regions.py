"""The four-region benchmark: interlocked, partly non-convex regions of the square (-4, 4)^2, cut out by three circles."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.mlp import Perceptron, Samples
from numerics.mlp_activations import Activation

WIDTHS = (2, 10, 10, 4)
SCRIPT_RIDGE, FULL_RIDGE = 1e-8, 1e-5
FITTED = 0.5e-15
POOL = 1000
SCRIPT = {
    "network": "2-10-10-4 with dummy units in input and hidden layers, identity output",
    "initial weights": "N(0, 1)",
    "targets": "unit vectors of R^4",
    "loss": "half the sum of squares",
}


def region(points: Any) -> Any:
    """The region, 0 to 3, of each column of the 2 x T points."""
    x, y = points
    r = np.hypot(x, y)
    third = np.where(x <= 0, (r >= 2) & (r <= 3), (r >= 1) & (r <= 2))
    return np.where(r > 3, np.where(y > 0, 0, 1), np.where(third, 2, 3))


def drawn(rng: np.random.RandomState, count: int) -> Samples:
    """``count`` samples without repetition out of POOL uniform ones, with unit vectors as targets."""
    points = rng.uniform(-4, 4, size=(2, POOL))[:, rng.permutation(POOL)[:count]]
    return Samples.of_columns(points, np.eye(4)[:, region(points)])


def problems(seeds: Any, activation: Activation, count: int, starts: int = 1) -> tuple[Perceptron, Any, Samples]:
    """The network, N(0, 1) weights side by side for each seed and each of its ``starts``, and samples that these share."""
    net = Perceptron(WIDTHS, activation)
    weights, samples = [], []
    for seed in seeds:
        rng = np.random.RandomState(seed)
        data = drawn(rng, count)
        for _ in range(starts):
            weights.append(net.draw(rng))
            samples.append(data)
    together = tuple(np.stack(parts) for parts in zip(*weights, strict=True))
    return net, together, Samples(np.stack([one.inputs for one in samples]), np.stack([one.targets for one in samples]))
