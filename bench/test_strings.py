"""Strings on the quadratic task, all models of many pairs side by side and one by one; exact certificates of paths."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from bench.summary import describe
from numerics.experiments.regression_strings import RULES, grow, quadratic, string_task, trained_ends
from numerics.polynomial import Polynomial, constant, is_at_most
from numerics.side_by_side import Adam, Trained
from numerics.strings import Task, connect

LEVEL, DRAWN, PAIRS, FEW = 0.01, 150, 120, 3
GROUP = "strings of the quadratic task at the level .01, for a thousand training steps of one model"


@pytest.fixture(scope="module")
def ends():
    """The ends of PAIRS pairs that can be connected; one that cannot costs as many steps as one allows."""
    found = trained_ends(quadratic(), range(DRAWN), (LEVEL,))
    strings = grow(string_task(quadratic(), Adam(limit=6000, every=15, at_least=15)), found, (LEVEL,), (LEVEL,)).of(LEVEL)
    chosen = [k for k, one in enumerate(strings) if one is not None and one.connected][:PAIRS]
    both = [*chosen, *(DRAWN + k for k in chosen)]
    return Trained(found.models[both], found.reached[both], found.steps[both])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def plain_task() -> Task:
    """One model after the other, 64 points, as one would write it down."""
    x, y = quadratic().inputs[:, None], quadratic().targets[:, None]

    def passed(row):
        W1, W2, W3 = row[:4].reshape(1, 4), row[4:20].reshape(4, 4).T, row[20:].reshape(4, 1)
        h1 = sigmoid(x @ W1)
        h2 = sigmoid(h1 @ W2)
        return W2, W3, h1, h2, sigmoid(h2 @ W3)

    def error(rows):
        return np.array([np.mean(np.abs(passed(row)[-1] - y)) for row in rows])

    def gradient(row):
        W2, W3, h1, h2, out = passed(row)
        d3 = np.sign(out - y) / len(y) * out * (1 - out)
        d2 = d3 @ W3.T * h2 * (1 - h2)
        d1 = d2 @ W2.T * h1 * (1 - h1)
        return np.concatenate([(x.T @ d1).ravel(), (h1.T @ d2).T.ravel(), (h2.T @ d3).ravel()])

    def train(models, levels, _):
        trained, steps = [], []
        for row, level in zip(models, levels, strict=True):
            m, v, step = np.zeros_like(row), np.zeros_like(row), 0
            while step < 15 or step % 15 or (error(row[None])[0] >= level and step < 30_000):
                g = gradient(row)
                step += 1
                m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
                row = row - 1e-3 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step) * m / (np.sqrt(v) + 1e-8)
            trained.append(row)
            steps.append(step)
        return np.array(trained), np.array([error(row[None])[0] for row in trained]) < levels, np.array(steps)

    return Task(error, train)


def test_side_by_side(benchmark, ends) -> None:
    benchmark.group = GROUP
    grown = benchmark.pedantic(grow, args=(string_task(quadratic()), ends, (LEVEL,), (LEVEL,)), rounds=2)
    strings = [one for one in grown.of(LEVEL) if one is not None]
    note = f"{np.mean([one.steps for one in strings]) / 1000:.1f} thousand a string"
    steps = sum(one.steps for one in strings) // 1000
    describe(benchmark, f"{len(strings)} pairs side by side", ours=True, units=steps, target=note)


def test_bead_by_bead(benchmark, ends) -> None:
    benchmark.group = GROUP
    task, half = plain_task(), len(ends.models) // 2

    def run():
        return [connect(task, *(ends.models[i, 0].astype(float) for i in (k, half + k)), LEVEL, RULES) for k in range(FEW)]

    strings = benchmark.pedantic(run, rounds=1)
    note = f"target 20 x; {np.mean([one.steps for one in strings]) / 1000:.1f} thousand a string"
    describe(benchmark, "bead by bead, plain NumPy", ours=False, units=sum(one.steps for one in strings) // 1000, target=note)


@pytest.mark.parametrize("degree", [4, 8, 12])
def test_path_certificate(benchmark, degree) -> None:
    """A loss of the given degree along a segment that touches the level in the middle."""
    rng = np.random.RandomState(degree)
    half = Polynomial.of([Fraction(int(k), 7) for k in rng.randint(-9, 10, degree // 2 - 1)]) * Polynomial.of(
        [Fraction(-1, 2), 1]
    )
    loss = constant(5) - half * half
    benchmark.group = "exact certificate that a segment stays below a level"
    assert benchmark(is_at_most, loss, 5)
    describe(benchmark, f"degree {degree}", ours=True, target="target 5 ms" if degree == 12 else "")
