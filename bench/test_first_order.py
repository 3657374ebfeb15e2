"""Gradient descent and Adam on the notebook's problem: time for one step of one problem."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from bench.summary import describe
from numerics.experiments.notebook import first_order, problems
from numerics.optimisers.descent import Adam, GradientDescent, descend
from numerics.product import Compressed, value_and_gradient

RATES = {"GD": 1e-6, "Adam": 1e-3}
STEPS = 200
METHODS = pytest.mark.parametrize("method", list(RATES))


def group(benchmark, method) -> None:
    benchmark.group = f"one step of {method} on the notebook's problem, 1000 samples"


def rounds(benchmark, work) -> Any:
    return benchmark.pedantic(work, rounds=5, warmup_rounds=1)


@METHODS
def test_batched(benchmark, method) -> None:
    setup = problems(range(100))
    group(benchmark, method)
    rounds(benchmark, lambda: first_order(setup.start, setup.data, method, (RATES[method],), STEPS))
    describe(benchmark, "compressed, 100 problems side by side", ours=True, units=100 * STEPS)


@METHODS
def test_single(benchmark, method) -> None:
    setup = problems([0])
    data = Compressed(*(part[0] for part in (setup.data.root, setup.data.labels, setup.data.target, setup.data.floor)), True)
    start = (setup.start[0][0], setup.start[1][0])
    rule = {"GD": GradientDescent, "Adam": Adam}[method]
    group(benchmark, method)
    rounds(benchmark, lambda: descend(value_and_gradient(data), start, rule(RATES[method]), steps=STEPS))
    describe(benchmark, "compressed, one problem", ours=True, units=STEPS)


@METHODS
def test_plain_loop(benchmark, method) -> None:
    setup = problems([0])
    X, Y = setup.inputs[0], setup.target[0] @ setup.inputs[0]

    def objective(point) -> Any:
        W1, W2 = point
        hidden = W2 @ X
        error = W1 @ hidden - Y
        return np.sum(error**2), (2 * error @ hidden.T, 2 * (W1.T @ error) @ X.T)

    rate = RATES[method]

    def loop() -> Any:
        W1, W2 = setup.start[0][0], setup.start[1][0]
        m, v, losses = [0.0, 0.0], [0.0, 0.0], []
        for t in range(1, STEPS + 1):
            value, slopes = objective((W1, W2))
            losses.append(value)
            if method == "Adam":
                m = [0.9 * a + 0.1 * g for a, g in zip(m, slopes, strict=True)]
                v = [0.999 * b + 0.001 * g * g for b, g in zip(v, slopes, strict=True)]
                scale = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
                slopes = [scale * a / (np.sqrt(b) + 1e-8) for a, b in zip(m, v, strict=True)]
            W1, W2 = W1 - rate * slopes[0], W2 - rate * slopes[1]
        return losses

    group(benchmark, method)
    losses = rounds(benchmark, loop)
    ours = first_order(setup.start, setup.data, method, (rate,), STEPS).losses[:STEPS, 0, 0]
    assert ours == pytest.approx(losses, rel=1e-6)
    describe(benchmark, "plain NumPy, all samples at every step", ours=False, units=STEPS, target="target 5 x")


if find_spec("torch") is not None:

    @METHODS
    def test_torch(benchmark, method) -> None:
        import torch

        torch.set_num_threads(1)
        setup = problems([0])
        X, Y = (torch.tensor(array) for array in (setup.inputs[0], setup.target[0] @ setup.inputs[0]))

        def train() -> None:
            weights = [torch.tensor(part[0], requires_grad=True) for part in setup.start]
            kind = {"GD": torch.optim.SGD, "Adam": torch.optim.Adam}[method]
            optimiser = kind(weights, lr=RATES[method])
            for _ in range(STEPS):
                optimiser.zero_grad()
                loss = ((weights[0] @ (weights[1] @ X) - Y) ** 2).sum()
                loss.backward()
                optimiser.step()

        group(benchmark, method)
        rounds(benchmark, train)
        describe(benchmark, "torch.optim", ours=False, units=STEPS, target="target 30 x")
