"""Many linear chains at once: against one by one, against exact derivatives, and every way of ending."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from numerics.batched_chain import (
    CEILING,
    ChainData,
    End,
    by_rows,
    compress,
    descend,
    gradient_at_most,
    loss,
    loss_at_most,
    product,
    value_and_gradient,
)
from numerics.jets import gradient_by_definition
from numerics.matrix import frobenius_squared
from numerics.rational import RationalMatrix


def drawn(batch, widths, samples, seed=0, scale=0.5, shared=True):
    rng = np.random.RandomState(seed)
    weights = tuple(scale * rng.randn(batch, m, n) for n, m in pairwise(widths))
    front = () if shared else (batch,)
    return weights, rng.randn(*front, widths[0], samples), rng.randn(*front, widths[-1], samples)


@pytest.mark.parametrize("widths", [(3, 2), (3, 2, 4), (5, 4, 4, 5), (2, 1, 3, 2, 2)])
@pytest.mark.parametrize("factor", [1.0, 0.5])
def test_gradient_is_the_exact_one(widths, factor):
    """On small dyadic numbers nothing is rounded, so the derivatives agree to the last bit with the expansion over Q."""
    rng = np.random.RandomState(1)
    weights = tuple(rng.randint(-4, 5, (3, m, n)) / 4 for n, m in pairwise(widths))
    X, Y = rng.randint(-4, 5, (widths[0], 2)) / 2, rng.randint(-4, 5, (widths[-1], 2)) / 2
    values, slopes = value_and_gradient(weights, ChainData(X, Y), factor)
    x, y = RationalMatrix.from_doubles(X), RationalMatrix.from_doubles(Y)
    for one in range(3):
        exact = tuple(RationalMatrix.from_doubles(weight[one]) for weight in weights)

        def value(*chain):
            total = chain[0] @ x
            for weight in chain[1:]:
                total = weight @ total
            return frobenius_squared(total - y) * RationalMatrix.scalar(Fraction(factor))

        assert RationalMatrix.scalar(Fraction(float(values[one]))) == value(*exact)
        for slope, expected in zip(slopes, gradient_by_definition(value, exact), strict=True):
            assert RationalMatrix.from_doubles(slope[one]) == expected


@pytest.mark.parametrize("samples", [2, 5, 60])
def test_compressed_data_have_the_same_loss_and_gradient(samples):
    weights, X, Y = drawn(4, (5, 3, 6), samples, shared=False)
    full, small = ChainData(X, Y), compress(X, Y)
    assert small.inputs.shape[-1] == min(samples, 5)
    np.testing.assert_allclose(loss(weights, small, 0.5), loss(weights, full, 0.5), rtol=1e-11)
    for one, other in zip(
        (value_and_gradient(weights, full)[0], *value_and_gradient(weights, full)[1]),
        (value_and_gradient(weights, small)[0], *value_and_gradient(weights, small)[1]),
        strict=True,
    ):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("samples", [2, 5])
def test_data_of_no_more_samples_than_inputs_stay_as_they_are(samples):
    _, X, Y = drawn(4, (5, 3, 6), samples)
    data = compress(X, Y)
    assert data.inputs is X
    assert data.targets is Y
    assert data.floor == 0


@pytest.mark.parametrize("shared", [True, False])
def test_a_batch_does_what_each_chain_does_alone(shared):
    """Written out for one chain, with the derivative formula in plain NumPy."""
    weights, X, Y = drawn(6, (3, 4, 2), 7, shared=shared)
    rates = np.linspace(0.001, 0.01, 6)
    runs = descend(weights, compress(X, Y), rates, 40, records=range(41))
    for k, rate in enumerate(rates):
        x, y = (X, Y) if shared else (X[k], Y[k])
        first, second = weights[0][k].copy(), weights[1][k].copy()
        for epoch in range(41):
            error = second @ first @ x - y
            assert runs.losses[epoch, k] == pytest.approx(np.sum(error**2), rel=1e-10)
            if epoch < 40:
                slopes = 2 * second.T @ error @ x.T, 2 * error @ (first @ x).T
                first, second = first - rate * slopes[0], second - rate * slopes[1]
        np.testing.assert_allclose(runs.weights[0][k], first, rtol=1e-9)
    assert set(runs.ends) == {End.GOING}
    assert set(runs.taken) == {40}


def test_samples_in_rows_are_the_transposed_chain():
    rng = np.random.RandomState(3)
    X, Y = rng.randn(7, 3), rng.randn(7, 2)
    first, second = rng.randn(1, 3, 4), rng.randn(1, 4, 2)
    value = loss(by_rows((second, first))[::-1], ChainData(*by_rows((X, Y))))
    assert value[0] == pytest.approx(np.sum((X @ first[0] @ second[0] - Y) ** 2))


def test_every_end_has_its_name():
    """w <- w - rate 2 (w - 1): too large a rate, a good one, a small one, and a start at the minimum."""
    data = ChainData(np.ones((1, 1)), np.ones((1, 1)))
    starts = np.array([3.0, 3.0, 3.0, 1.0]).reshape(4, 1, 1)
    runs = descend(
        (starts,), data, [1.5, 0.4, 1e-4, 0.1], 500, criterion=loss_at_most(np.array([1e-6] * 3 + [-1.0])), records=(0, 100, 500)
    )
    assert list(runs.ends) == [End.DIVERGED, End.CONVERGED, End.GOING, End.STAGNATED]
    assert runs.taken[2] == 500
    assert runs.taken[3] == 0
    assert runs.losses[0].tolist() == [4, 4, 4, 0]
    assert runs.losses[1, 0] == np.inf
    assert runs.losses[2, 1] <= 1e-6
    assert runs.losses[2, 2] == pytest.approx(4 * (1 - 2e-4) ** 1000)
    for place, end in enumerate(runs.ends):
        assert runs.ended(end).tolist() == [other == place for other in range(4)]
        assert isinstance(end, End)
    assert "gradient norm at most 0.1" in descend((starts,), data, 0.1, 5, criterion=gradient_at_most(0.1)).criterion


def test_a_run_that_leaves_does_not_disturb_the_others():
    weights, X, Y = drawn(3, (2, 2, 2), 2, scale=0.3, shared=False)
    rates = np.array([50.0, 0.01, 0.02])
    together = descend(weights, compress(X, Y), rates, 60, records=range(0, 61, 7), every=3)
    assert together.ends[0] is End.DIVERGED
    for k in (1, 2):
        alone = descend([w[[k]] for w in weights], compress(X[[k]], Y[[k]]), rates[[k]], 60, records=range(0, 61, 7))
        np.testing.assert_array_equal(alone.losses[:, 0], together.losses[:, k])
        np.testing.assert_array_equal(product(alone.weights)[0], product(together.weights)[k])


def test_when_all_have_ended_the_records_repeat_the_last_loss():
    data = ChainData(np.ones((1, 1)), np.ones((1, 1)))
    runs = descend(
        (np.full((2, 1, 1), 3.0),), data, [0.5, 0.25], 1000, criterion=gradient_at_most(1e-3), records=(0, 10, 400, 1000)
    )
    assert set(runs.ends) == {End.CONVERGED}
    assert (runs.losses[0] == 4).all()
    assert (runs.losses[3] == runs.losses[2]).all()
    assert (runs.losses[3] < 1e-6).all()


def test_one_start_with_many_rates_and_rates_that_are_none():
    weights, X, Y = drawn(1, (2, 2, 2), 2)
    assert descend(weights, compress(X, Y), [0.01, 0.02, 0.03], 5).losses.shape == (2, 3)
    with pytest.raises(ValueError, match="positive"):
        descend(weights, compress(X, Y), [0.01, 0.0], 5)


def test_data_of_its_own_make_every_chain_its_own():
    """One start and one rate for three data sets."""
    weights, X, Y = drawn(1, (2, 3, 2), 4)
    inputs, targets = (np.stack([part, 2 * part, 3 * part]) for part in (X, Y))
    runs = descend(weights, compress(inputs, targets), 0.01, 3)
    assert runs.losses.shape == (2, 3)
    for k in range(3):
        alone = descend(weights, compress(inputs[k], targets[k]), 0.01, 3)
        np.testing.assert_allclose(runs.losses[:, k], alone.losses[:, 0])


# Criteria and ends ----------------------------------------------------------------------------------------------------------

POINT = ChainData(np.ones((1, 1)), np.ones((1, 1)))
"""The loss (w - 1)^2."""


def points(*starts):
    return (np.reshape(np.array(starts, dtype=float), (-1, 1, 1)),)


def test_a_criterion_is_met_where_its_bound_is_reached():
    """At 3 the loss is 4 and the slope 4."""
    for criterion in (gradient_at_most(4.0), loss_at_most(4.0), loss_at_most([4.0])):
        assert descend(points(3), POINT, 0.25, 0, criterion=criterion).ends[0] is End.CONVERGED
    for criterion in (gradient_at_most(3.9), loss_at_most(3.9), loss_at_most([3.9])):
        assert descend(points(3), POINT, 0.25, 0, criterion=criterion).ends[0] is End.GOING


def test_criteria_have_words():
    assert gradient_at_most(0.5).words == "gradient norm at most 0.5"
    assert loss_at_most(1.0).words == "loss at most the given level"
    assert loss_at_most(1.0, "loss at most 1").words == "loss at most 1"


def test_runs_leave_at_every_tenth_epoch_and_stay_where_they_left():
    """Each step of rate 1/4 halves the distance to 1, and at 3/4 the first loss is below 1/2; each step of 1e3 blows it up."""
    runs = descend(points(3, 3, 3), POINT, [0.25, 1e3, 1e-3], 25, criterion=loss_at_most(0.5))
    assert list(runs.ends) == [End.CONVERGED, End.DIVERGED, End.GOING]
    assert runs.taken.tolist() == [10, 10, 25]
    assert runs.epochs.tolist() == [0, 25]
    assert runs.losses[0].tolist() == [4, 4, 4]
    assert runs.losses[1, :2].tolist() == [4.0**-9, np.inf]
    assert runs.weights[0][0].item() == 1 + 2.0**-9
    assert runs.weights[0][1].item() == pytest.approx(2 * 1999.0**10, rel=1e-6)
    assert runs.weights[0][2].item() == pytest.approx(1 + 2 * 0.998**25)


def test_a_run_that_has_left_early_is_not_looked_at_again():
    """It ends before the first record, which then shows its last loss."""
    runs = descend(points(3), POINT, 0.25, 100, criterion=loss_at_most(0.5), records=(50, 100), every=4)
    assert runs.taken.tolist() == [4]
    assert runs.losses[:, 0].tolist() == [4.0**-3, 4.0**-3]


def test_a_loss_at_the_ceiling_has_diverged():
    runs = descend(points(3, 3), ChainData(np.zeros((1, 1)), np.zeros((1, 1)), np.array([CEILING, CEILING / 2])), 0.1, 5)
    assert list(runs.ends) == [End.DIVERGED, End.STAGNATED]
    assert runs.losses[0].tolist() == [np.inf, CEILING / 2]


def test_a_step_to_the_next_double_is_a_step():
    """Half an ulp below 1 lies the target, which the step reaches; the same step upwards would be rounded away."""
    target = 1 - 2.0**-53
    runs = descend(points(1), ChainData(np.ones((1, 1)), np.full((1, 1), target)), 0.5, 5, every=1)
    assert runs.ends[0] is End.STAGNATED
    assert runs.taken.tolist() == [1]
    assert runs.weights[0].item() == target
