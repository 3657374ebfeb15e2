"""The notebook's least-squares step: two SVDs against kron + lstsq as written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bench.summary import describe
from numerics.product import compress, kron_lstsq_step, least_squares_step
from numerics.product_exact import exact_minimum_norm_step
from numerics.rational import RationalMatrix

GROUP = "least-squares step of the notebook, at {} samples"


def problem(samples) -> Any:
    rng = np.random.RandomState(0)
    W1, W2 = rng.randn(10, 6), rng.randn(6, 6)
    A = np.linspace(1, 1e-5, 10).reshape(-1, 1) * rng.rand(10, 6)
    X = rng.randn(6, samples)
    return W1, W2, X, A @ X


def largest_error(step, samples) -> float:
    exact = exact_minimum_norm_step(*(RationalMatrix.from_doubles(array) for array in problem(samples)))
    return max(float(np.abs(a - b.to_floats()).max()) for a, b in zip(step, exact, strict=True))


@pytest.mark.parametrize("samples", [100, 1000, 10_000])
def test_two_svds(benchmark, samples) -> None:
    W1, W2, X, Y = problem(samples)
    data = compress(X, Y)
    benchmark.group = GROUP.format(samples)
    step = benchmark(least_squares_step, W1, W2, data)
    error = f"error {largest_error(step, samples):.1e}" if samples <= 1000 else ""
    describe(benchmark, "two SVDs of the weights", ours=True, target=error)


@pytest.mark.parametrize("samples", [100, 1000, 10_000])
def test_kron_and_lstsq(benchmark, samples) -> None:
    benchmark.group = GROUP.format(samples)
    step = benchmark.pedantic(kron_lstsq_step, args=problem(samples), rounds=2 if samples > 1000 else 4, warmup_rounds=1)
    error = f"error {largest_error(step, samples):.1e}" if samples <= 1000 else ""
    describe(benchmark, "kron + lstsq, as written", ours=False, target=("target 500 x; " if samples == 1000 else "") + error)


def test_compression(benchmark) -> None:
    _, _, X, Y = problem(1000)
    benchmark.group = GROUP.format(1000)
    benchmark(compress, X, Y)
    describe(benchmark, "(compression of the data, once for a run)", ours=True)
