"""Gradient descent on chains of three 5 x 5 layers: a hundred at once, one by one, in JAX; a thousand step-size bounds."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

from bench.summary import describe
from numerics.batched_chain import ChainData, descend
from numerics.experiments.step_draws import DEPTHS, NARROW, SMALL, SQUARE, Networks
from numerics.step_size import step_bound

COUNT, STEPS, RATE = 100, 500, 1e-4
GROUP = "one step of gradient descent on one network of three 5 x 5 layers"


def networks(count: int = COUNT, widths: Any = SQUARE) -> Networks:
    return SMALL.networks(np.random.RandomState(0), count, widths)


def last_losses(nets: Networks) -> Any:
    return descend(nets.weights, ChainData(nets.X, nets.Y), RATE, STEPS, every=STEPS).losses[-1]


def one_by_one(nets: Networks, count: int) -> list[float]:
    """The first ``count`` networks, each on its own, written out in plain NumPy."""
    found = []
    for k in range(count):
        first, second, third = (weight[k].copy() for weight in nets.weights)
        x, y = nets.X[k], nets.Y[k]
        for _ in range(STEPS):
            one = first @ x
            two = second @ one
            signal = 2 * RATE * (third @ two - y)
            back = third.T @ signal
            third -= signal @ two.T
            signal = back
            back = second.T @ signal
            second -= signal @ one.T
            first -= back @ x.T
        found.append(float(np.sum((third @ second @ first @ x - y) ** 2)))
    return found


def test_batched(benchmark) -> None:
    nets = networks()
    benchmark.group = GROUP
    found = benchmark.pedantic(last_losses, args=(nets,), rounds=10, warmup_rounds=2)
    np.testing.assert_allclose(found[:3], one_by_one(nets, 3), rtol=1e-9)
    describe(benchmark, "a hundred networks at once", ours=True, units=COUNT * STEPS)


def test_one_by_one(benchmark) -> None:
    nets = networks()
    benchmark.group = GROUP
    benchmark.pedantic(one_by_one, args=(nets, 4), rounds=5, warmup_rounds=1)
    describe(benchmark, "one network after the other, NumPy", ours=False, units=4 * STEPS, target="target 15 x")


def in_jax(nets: Networks) -> Any:
    """The same steps as one compiled loop over a vmapped gradient, in double precision."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def loss(weights: Any, x: Any, y: Any) -> Any:
        first, second, third = weights
        return jnp.sum((third @ (second @ (first @ x)) - y) ** 2)

    slope = jax.vmap(jax.grad(loss))

    @jax.jit
    def run(weights: Any, x: Any, y: Any) -> Any:
        def step(_: Any, now: Any) -> Any:
            return jax.tree.map(lambda weight, change: weight - RATE * change, now, slope(now, x, y))

        return jax.vmap(loss)(jax.lax.fori_loop(0, STEPS, step, weights), x, y)

    return run, (tuple(jnp.asarray(weight) for weight in nets.weights), jnp.asarray(nets.X), jnp.asarray(nets.Y))


if find_spec("jax") is not None:

    def test_jax(benchmark) -> None:
        run, arguments = in_jax(networks())
        benchmark.group = GROUP
        found = benchmark.pedantic(lambda: np.asarray(run(*arguments)), rounds=10, warmup_rounds=2)
        np.testing.assert_allclose(found, last_losses(networks()), rtol=1e-9)
        describe(benchmark, "a hundred networks, JAX: vmap and jit, compiled before", ours=False, units=COUNT * STEPS)


def all_bounds() -> list[float]:
    """The histograms of Figures 4 and 5: a thousand networks of each of their four architectures."""
    found = []
    for widths in (*DEPTHS.values(), NARROW):
        nets = networks(1000, widths)
        found.append(float(np.median(step_bound(nets.weights, nets.sizes()).formal)))
    return found


def test_a_thousand_bounds(benchmark) -> None:
    benchmark.group = "the histograms of Figures 4 and 5, four times a thousand networks"
    benchmark.pedantic(all_bounds, rounds=5, warmup_rounds=1)
    describe(benchmark, "drawn and bounded together", ours=True, target="target below 2 s")
    assert benchmark.stats.stats.min < 2
