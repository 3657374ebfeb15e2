"""What derivatives cost: counted in the products that are made, and against what is known of elimination."""

import numpy as np
import pytest

from numerics.mlp import Perceptron, Samples, value_and_gradient
from numerics.mlp_activations import IDENTITY, TANH
from numerics.mlp_cost import gauss_newton_flops, gradient_flops, hessian_flops, solve_flops
from numerics.mlp_curvature import gauss_newton, hessian

SHAPES = [(2, 1), (3, 2), (2, 3, 1), (2, 3, 5, 4), (3, 5, 2, 4, 2), (2, 3, 4, 2, 5, 3)]


class Counted(np.ndarray):
    """An array whose matrix products, and those of whatever is computed from it, are counted in flops."""

    flops, __array_priority__ = 0, 1

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        plain = [np.asarray(part) for part in inputs]
        target = {} if out is None else {"out": tuple(np.asarray(part) for part in out)}
        found = getattr(ufunc, method)(*plain, **target, **options)
        if ufunc is np.matmul:
            Counted.flops += 2 * plain[0].shape[-1] * found.size
        return found if out is not None else np.asarray(found).view(Counted)


def products_of(work, net, samples):
    """The flops of the matrix products of a function of a network, weights and samples."""
    rng = np.random.RandomState(0)
    weights, inputs, targets = net.draw(rng), rng.standard_normal((net.widths[0], samples)), np.zeros((net.widths[-1], samples))
    Counted.flops = 0
    work(net, tuple(part.view(Counted) for part in weights), Samples(inputs.view(Counted), targets))
    return Counted.flops


def gradient(net, weights, samples):
    return value_and_gradient(net, samples)(weights)


@pytest.mark.parametrize("bias", [None, 0.5])
@pytest.mark.parametrize("widths", SHAPES)
def test_costs_are_those_of_the_products_that_are_made(widths, bias):
    net = Perceptron(widths, TANH, bias=bias)
    assert gradient_flops(net, 7) == products_of(gradient, net, 7)
    assert gauss_newton_flops(net, 7) == products_of(gauss_newton, net, 7)
    assert hessian_flops(net, 7) == products_of(hessian, net, 7)


def test_costs_of_one_and_two_layers_by_hand():
    linear = Perceptron((3, 2), IDENTITY)
    assert gradient_flops(linear, 10) == 2 * 10 * 2 * 8
    assert gauss_newton_flops(linear, 10) == hessian_flops(linear, 10) == 2 * 10 * (8 + 3 * 10)
    two = Perceptron((2, 3, 1), TANH)
    own, mixed = 6 * 6 + 1 * 10, 3 * 3 * 1 * 4
    assert gauss_newton_flops(two, 1) == 2 * (13 + 3 + 9 + own + mixed)
    assert hessian_flops(two, 1) - gauss_newton_flops(two, 1) == 2 * (3 + 3 * 1 * 3)


def test_an_exact_hessian_costs_more_gradients_the_deeper_the_network_is():
    deep = [Perceptron((2, *[10] * depth, 4), TANH) for depth in range(1, 6)]
    ratios = [hessian_flops(net, 1000) / gradient_flops(net, 1000) for net in deep]
    assert ratios == sorted(ratios)


def test_a_system_costs_what_an_elimination_counts():
    assert solve_flops(30) == 18_000
    counted = sum(left + 2 * left * left for left in range(300))
    assert solve_flops(300) == pytest.approx(counted, rel=0.01)
