"""Feedforward networks: every formula against derivatives by definition, in both exact arithmetics."""

import random
from itertools import pairwise

import pytest

from numerics.error_functions import error_function
from numerics.feedforward import (
    Pass,
    Units,
    flat,
    gauss_newton,
    hessian,
    outputs,
    residual_curvatures,
    residual_slopes,
    second_summand,
    split,
)
from numerics.fractional import FractionMatrix
from numerics.jets import gradient_by_definition, hessian_by_definition, jacobian_by_definition
from numerics.matrix import frobenius_squared, vec
from numerics.rational import RationalMatrix

BOTH = pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])
SQUARED = error_function("squared")
CASES = [
    ("softsign", (1, 1, 1), 2, False, "1/3"),
    ("softsign", (2, 3, 1), 3, False, "1/7"),
    ("softsign", (2, 2, 2, 1), 2, True, "0"),
    ("cubic", (1, 2, 1, 2), 2, False, "1/2"),
    ("square", (2, 1, 2, 1), 2, True, "0"),
    ("identity", (2, 2, 2), 3, False, "0"),
    ("leaky relu", (2, 2, 1), 2, True, "0"),
    ("identity", (2, 1), 2, True, "0"),
    ("softsign", (1, 2, 1), 1, False, "1"),
]


def drawn(q, activation, widths, samples, dummy, bias, seed=0):
    rng = random.Random(f"{activation} {widths} {seed}")

    def matrix(m, n):
        return q.build(m, n, lambda i, j: f"{rng.choice((-5, -3, -2, -1, 1, 2, 3, 4))}/{rng.choice((3, 5, 7))}")

    weights = tuple(matrix(m + dummy, n) for m, n in pairwise(widths))
    units = Units(activation, q.scalar(bias), dummy)
    return Pass(weights, matrix(widths[0], samples), units), matrix(widths[-1], samples)


def loss_of(run, targets):
    return lambda *weights: frobenius_squared(outputs(weights, run.inputs, run.units) - targets) / 2


@BOTH
@pytest.mark.parametrize("case", CASES, ids=str)
def test_p_is_the_transposed_jacobian(q, case):
    run, _ = drawn(q, *case)
    by_definition = jacobian_by_definition(lambda *w: vec(outputs(w, run.inputs, run.units)), run.weights, by="columns")
    assert by_definition == run.P.T


@BOTH
@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradient_and_hessian_of_the_squared_loss(q, case):
    run, targets = drawn(q, *case)
    residuals = run.outputs - targets
    assert run.P @ vec(residuals) == flat(gradient_by_definition(loss_of(run, targets), run.weights))
    by_definition = hessian_by_definition(loss_of(run, targets), run.weights, by="columns")
    assert hessian(run, residuals, SQUARED) == by_definition
    assert gauss_newton(run, residuals, SQUARED) == run.P @ run.P.T


@pytest.mark.parametrize("case", CASES[:4], ids=str)
def test_back_propagation_meets_psi(case):
    run, targets = drawn(RationalMatrix, *case)
    for i in range(run.samples):
        ascent = (run.outputs - targets)[:, [i]]
        for layer in range(1, run.depth + 1):
            assert run.backwards(layer, i, ascent) == run.psis[layer - 1][i] @ ascent


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_ways_forward_agree(case):
    run, _ = drawn(RationalMatrix, *case)
    assert outputs(run.weights, run.inputs, run.units) == run.outputs


def test_there_are_no_dummy_units_unless_asked_for():
    assert not Units("tanh", RationalMatrix.scalar(0)).dummy


def test_splitting_undoes_flattening():
    run, _ = drawn(RationalMatrix, *CASES[2])
    assert split(flat(run.weights), [w.shape for w in run.weights]) == run.weights


def test_second_summand_is_linear_in_the_gradient():
    run, targets = drawn(RationalMatrix, *CASES[3])
    assert second_summand(run, targets * 2) == second_summand(run, targets) * 2
    assert second_summand(run, targets * 0).is_zero()


def test_residual_tables_keep_their_shape():
    r = RationalMatrix.of([[1, -2], [0, 3]])
    assert residual_slopes(r, error_function("Cauchy"))[0, 0] == 1
    assert residual_curvatures(r, error_function("Cauchy"))[0, 0] == 0
    assert residual_curvatures(r, SQUARED) == RationalMatrix.of([[1, 1], [1, 1]])
