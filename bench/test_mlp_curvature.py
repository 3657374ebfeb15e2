"""Exact Hessians and generalised Gauss-Newton matrices of perceptrons with dummy units, whole matrices in double precision."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from bench.summary import describe
from numerics.mlp import Perceptron, Samples, value_and_gradient
from numerics.mlp_activations import BENT_IDENTITY, TANH
from numerics.mlp_curvature import gauss_newton, hessian
from numerics.mlp_many import gauss_newtons, hessians

SIZES = {"2-10-10-4": (2, 10, 10, 4), "10-30-30-5": (10, 30, 30, 5)}
MATRICES: dict[str, Callable[..., Any]] = {"Hessian": hessian, "Gauss-Newton matrix": gauss_newton}
TARGETS = {
    ("jax", "Hessian"): 10,
    ("curvlinops", "Hessian"): 20,
    ("jax", "Gauss-Newton matrix"): 1.5,
    ("curvlinops", "Gauss-Newton matrix"): 15,
}
SAMPLES = 1000
TOGETHER: dict[str, Callable[..., Any]] = {"Hessian": hessians, "Gauss-Newton matrix": gauss_newtons}

EVERY = pytest.mark.parametrize(("size", "matrix"), [(size, matrix) for size in SIZES for matrix in MATRICES])
SMALL = pytest.mark.parametrize(("matrix", "count"), [(matrix, count) for matrix in MATRICES for count in (1000, 5000)])


def problem(widths: tuple[int, ...], activation: Any = BENT_IDENTITY, samples: int = SAMPLES) -> Any:
    rng = np.random.RandomState(0)
    net = Perceptron(widths, activation)
    data = Samples(rng.standard_normal((widths[0], samples)), rng.standard_normal((widths[-1], samples)))
    return net, tuple(part / 2 for part in net.draw(rng)), data


def small_problem(count: int) -> Any:
    rng = np.random.RandomState(0)
    net = Perceptron((2, 3, 1), TANH)
    weights = tuple(rng.standard_normal((count, *shape)) for shape in net.shapes)
    return net, weights, Samples(rng.standard_normal((count, 2, 4)), rng.standard_normal((count, 1, 4)))


def measured(benchmark: Any, group: str, work: Callable[[], Any], rounds: int = 10) -> Any:
    benchmark.group = group
    return benchmark.pedantic(work, rounds=rounds, warmup_rounds=2)


def group_of(size: str, matrix: str) -> str:
    return f"{matrix} of {size} at {SAMPLES} samples"


@EVERY
def test_by_blocks(benchmark: Any, size: str, matrix: str) -> None:
    net, weights, data = problem(SIZES[size])
    measured(benchmark, group_of(size, matrix), lambda: MATRICES[matrix](net, weights, data), rounds=40)
    describe(benchmark, "by blocks", ours=True)


def small_group(matrix: str, count: int) -> str:
    return f"{matrix} of 2-3-1 at 4 samples, {count} networks side by side"


@SMALL
def test_small_networks(benchmark: Any, matrix: str, count: int) -> None:
    net, weights, data = small_problem(count)
    measured(benchmark, small_group(matrix, count), lambda: TOGETHER[matrix](net, weights, data), rounds=50)
    describe(benchmark, "networks along the last axis", ours=True, units=count)


@SMALL
def test_small_networks_by_products(benchmark: Any, matrix: str, count: int) -> None:
    net, weights, data = small_problem(count)
    measured(benchmark, small_group(matrix, count), lambda: MATRICES[matrix](net, weights, data), rounds=50)
    describe(benchmark, "by blocks, networks along the first axis", ours=False, units=count)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("work", ["gradient", *MATRICES])
def test_depth(benchmark: Any, work: str, depth: int) -> None:
    net, weights, data = problem((2, *[10] * depth, 4))
    objective = value_and_gradient(net, data)
    function = (lambda: objective(weights)) if work == "gradient" else lambda: MATRICES[work](net, weights, data)
    measured(benchmark, f"{work} by depth, hidden layers of 10 units, {SAMPLES} samples", function)
    describe(benchmark, f"hidden layers: {depth}", ours=True)


@pytest.mark.parametrize("samples", [10, 100, 1000, 10_000])
def test_samples(benchmark: Any, samples: int) -> None:
    net, weights, data = problem(SIZES["2-10-10-4"], samples=samples)
    measured(benchmark, "Hessian of 2-10-10-4 by number of samples", lambda: hessian(net, weights, data), rounds=5)
    describe(benchmark, f"samples: {samples}", ours=True)


if find_spec("jax") is not None:

    def _jax() -> Any:
        import jax

        jax.config.update("jax_enable_x64", True)
        return jax

    def jax_outputs(net: Perceptron, vector: Any, inputs: Any) -> Any:
        jnp = _jax().numpy
        phi, start = inputs, 0
        for layer, (rows, columns) in enumerate(net.shapes, start=1):
            matrix, start = vector[start : start + rows * columns].reshape(rows, columns), start + rows * columns
            z = matrix.T @ jnp.concatenate([phi, jnp.ones((1, phi.shape[1]))])
            bent = net.hidden is BENT_IDENTITY
            phi = z if layer == net.layers else (jnp.sqrt(z * z + 1) - 1) / 2 + z if bent else jnp.tanh(z)
        return phi

    def jax_loss(net: Perceptron) -> Callable[..., Any]:
        return lambda vector, inputs, targets: 0.5 * ((jax_outputs(net, vector, inputs) - targets) ** 2).sum()

    def jax_matrix(net: Perceptron, matrix: str) -> Callable[..., Any]:
        jax = _jax()

        def squared_jacobian(vector: Any, inputs: Any, targets: Any) -> Any:
            J = jax.jacfwd(lambda v: jax_outputs(net, v, inputs).ravel())(vector)
            return J.T @ J

        return jax.hessian(jax_loss(net)) if matrix == "Hessian" else squared_jacobian

    @EVERY
    def test_jax(benchmark: Any, size: str, matrix: str) -> None:
        jax = _jax()
        net, weights, data = problem(SIZES[size])
        inputs, targets, vector = (jax.numpy.asarray(part) for part in (data.inputs, data.targets, net.join(weights)))

        peer = jax.jit(jax_matrix(net, matrix))
        rounds = 10 if size == "2-10-10-4" else 2
        found = measured(benchmark, group_of(size, matrix), lambda: peer(vector, inputs, targets).block_until_ready(), rounds)
        assert np.asarray(found) == pytest.approx(MATRICES[matrix](net, weights, data), rel=1e-8, abs=1e-6)
        label = "jax.hessian under jit" if matrix == "Hessian" else "jax.jacfwd, J'J under jit"
        describe(benchmark, label, ours=False, target=f"target {TARGETS['jax', matrix]} x")

    @SMALL
    def test_jax_small_networks(benchmark: Any, matrix: str, count: int) -> None:
        jax = _jax()
        net, weights, data = small_problem(count)
        arguments = tuple(jax.numpy.asarray(part) for part in (net.join(weights), data.inputs, data.targets))
        peer = jax.jit(jax.vmap(jax_matrix(net, matrix)))
        found = measured(benchmark, small_group(matrix, count), lambda: peer(*arguments).block_until_ready(), rounds=50)
        assert np.asarray(found) == pytest.approx(MATRICES[matrix](net, weights, data), rel=1e-8, abs=1e-8)
        label = "jax.hessian, vmap, jit" if matrix == "Hessian" else "jax.jacfwd, J'J, vmap, jit"
        describe(benchmark, label, ours=False, units=count, target="target 3 x")


if find_spec("curvlinops") is not None:

    @EVERY
    def test_curvlinops(benchmark: Any, size: str, matrix: str) -> None:
        import torch
        from curvlinops import GGNLinearOperator, HessianLinearOperator

        torch.set_num_threads(1)
        net, weights, data = problem(SIZES[size])

        class Bent(torch.nn.Module):
            def forward(self, z: Any) -> Any:
                return (torch.sqrt(z * z + 1) - 1) / 2 + z

        layers: list[Any] = []
        for part in weights:
            linear = torch.nn.Linear(part.shape[0] - 1, part.shape[1], dtype=torch.float64)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(part[:-1].T))
                linear.bias.copy_(torch.tensor(part[-1]))
            layers += [linear, Bent()]
        model = torch.nn.Sequential(*layers[:-1])
        batch = [(torch.tensor(data.inputs.T.copy()), torch.tensor(data.targets.T.copy()))]
        kind = HessianLinearOperator if matrix == "Hessian" else GGNLinearOperator
        operator = kind(model, torch.nn.MSELoss(reduction="sum"), list(model.parameters()), batch)
        eye = torch.eye(net.size, dtype=torch.float64)
        rounds = 3 if size == "2-10-10-4" else 1
        benchmark.group = group_of(size, matrix)
        found = benchmark.pedantic(lambda: operator @ eye, rounds=rounds, warmup_rounds=0)
        expected = np.linalg.eigvalsh(MATRICES[matrix](net, weights, data))
        assert np.linalg.eigvalsh(found.numpy()) / 2 == pytest.approx(expected, rel=1e-6, abs=1e-6 * np.abs(expected).max())
        describe(
            benchmark, f"curvlinops {kind.__name__} @ identity", ours=False, target=f"target {TARGETS['curvlinops', matrix]} x"
        )
