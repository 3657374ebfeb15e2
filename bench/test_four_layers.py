"""One step of the 4-layer network on the question's 1500 samples: reduced against full data."""

from __future__ import annotations

import numpy as np
import pytest

from bench.summary import describe
from numerics.deep_linear import copied, full_rows, move, pytorch_default, reduced_rows, separation_bound
from numerics.linear_regression import progression, reduce

WIDTHS = {"100-500-250-1": (100, 500, 250, 1), "100-100-500-250-1": (100, 100, 500, 250, 1)}
RATE = 1e-13
READINGS = pytest.mark.parametrize("reading", list(WIDTHS))


def group(benchmark, reading) -> None:
    benchmark.group = f"one step of the network {reading} on 1500 samples"


@READINGS
def test_reduced(benchmark, reading) -> None:
    data = reduce(*progression())
    net = pytorch_default(np.random.RandomState(0), WIDTHS[reading], biases=True).within(data.basis)
    group(benchmark, reading)
    benchmark.pedantic(move, args=(net, reduced_rows(data), RATE), rounds=200, warmup_rounds=20)
    describe(benchmark, "reduced data", ours=True, target=iterates_agree(reading))


@READINGS
def test_full(benchmark, reading) -> None:
    net = pytorch_default(np.random.RandomState(0), WIDTHS[reading], biases=True)
    group(benchmark, reading)
    benchmark.pedantic(move, args=(net, full_rows(*progression()), RATE), rounds=8, warmup_rounds=1)
    describe(benchmark, "all samples", ours=False, target="target 50 x")


def iterates_agree(reading, steps=5) -> str:
    """Run both side by side and compare with the derived bound."""
    X, L = progression()
    data = reduce(X, L)
    start = pytorch_default(np.random.RandomState(0), WIDTHS[reading], biases=True)
    one, other, bound = copied(start), copied(start.within(data.basis)), 0.0
    for _ in range(steps):
        bound = separation_bound(one, full_rows(X, L), data.defect, RATE, bound)
        move(one, full_rows(X, L), RATE)
        move(other, reduced_rows(data), RATE)
    lifted = other.beyond(data.basis, start)
    pairs = zip((*one.weights, *one.biases), (*lifted.weights, *lifted.biases), strict=True)
    apart = float(np.sqrt(sum(np.sum((a - b) ** 2) for a, b in pairs)))
    assert apart <= bound
    return f"after {steps} steps {apart:.0e} apart, bound {bound:.0e}"
