"""Deep linear networks in floating point and the compression of their data."""

import numpy as np
import pytest

from numerics.deep_linear import (
    Network,
    copied,
    full_rows,
    gradient,
    move,
    mse,
    pytorch_default,
    reduced_rows,
    separation_bound,
    train,
)
from numerics.linear_regression import LeastSquares, progression, reduce

ARCHITECTURES = [((100, 1), True), ((100, 1), False), ((100, 20, 10, 1), True), ((100, 7, 20, 10, 1), True)]


def parts(net: Network):
    return (*net.weights, *net.biases)


def separation(left: Network, right: Network) -> float:
    return float(np.sqrt(sum(np.sum((a - b) ** 2) for a, b in zip(parts(left), parts(right), strict=True))))


def test_the_questions_data_reduce_to_two_samples_of_two_features():
    X, L = progression()
    data = reduce(X, L)
    assert data.inputs.shape == (2, 2)
    size = np.linalg.norm(np.hstack([X, np.ones_like(L), L]))
    assert data.defect <= (102 * 1500 + 1500) * np.finfo(float).eps * size
    assert np.linalg.norm(data.inputs) == pytest.approx(np.linalg.norm(X), rel=1e-14)


def test_labels_that_are_not_linear_leave_a_floor():
    X = np.arange(6.0)[:, None]
    L = X**2
    data = reduce(X, L)
    residual = L - np.hstack([X, np.ones_like(X)]) @ np.linalg.lstsq(np.hstack([X, np.ones_like(X)]), L, rcond=None)[0]
    kept = LeastSquares(np.column_stack([data.inputs, data.ones]), data.labels[:, 0], 1.0)
    best = np.linalg.lstsq(kept.matrix, kept.right, rcond=None)[0]
    assert kept.value(best) + data.floor == pytest.approx(float(np.sum(residual**2)), rel=1e-10)


@pytest.mark.parametrize(("widths", "biases"), ARCHITECTURES)
def test_reduced_iterates_stay_within_the_derived_bound_of_the_full_ones(widths, biases):
    X, L = progression()
    data = reduce(X, L)
    full, small = full_rows(X, L), reduced_rows(data)
    start = pytorch_default(np.random.RandomState(0), widths, biases=biases)
    one, other, rate, bound = copied(start), copied(start.within(data.basis)), 1e-13, 0.0
    for _ in range(10):
        bound = separation_bound(one, full, data.defect, rate, bound)
        move(one, full, rate)
        move(other, small, rate)
        assert separation(one, other.beyond(data.basis, start)) <= bound
    assert bound < 1e-5


@pytest.mark.parametrize(("widths", "biases"), [((3, 4, 2), True), ((3, 4, 5, 2), False)])
def test_the_gradient_of_a_deep_network_by_differences(widths, biases):
    rng = np.random.RandomState(1)
    net = pytorch_default(rng, widths, biases=biases)
    rows = full_rows(rng.randn(6, widths[0]), rng.randn(6, widths[-1]))
    value, slope = gradient(net, rows)
    assert value == pytest.approx(mse(net, rows))
    for part, derivative in zip(parts(net), parts(slope), strict=True):
        at = (0,) * part.ndim
        before = part[at]
        part[at] = before + 1e-6
        up = mse(net, rows)
        part[at] = before - 1e-6
        down = mse(net, rows)
        part[at] = before
        assert (up - down) / 2e-6 == pytest.approx(derivative[at], rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(("widths", "biases"), ARCHITECTURES)
def test_a_step_in_place_is_a_step_along_the_gradient(widths, biases):
    X, L = progression(30, 100)
    net = pytorch_default(np.random.RandomState(2), widths, biases=biases)
    value, slope = gradient(net, full_rows(X, L))
    moved = copied(net)
    assert move(moved, full_rows(X, L), 1e-6) == value
    for before, after, derivative in zip(parts(net), parts(moved), parts(slope), strict=True):
        assert after == pytest.approx(before - 1e-6 * derivative)


def test_training_says_when_it_diverges_and_leaves_its_start_alone():
    X, L = progression(20, 3)
    net = pytorch_default(np.random.RandomState(0), (3, 4, 1), biases=True)
    kept = copied(net)
    run = train(net, full_rows(X, L), 1.0, 500)
    assert run.diverged
    assert len(run.losses) < 500
    assert separation(net, kept) == 0
    good = train(net, full_rows(X, L), 1e-9, 50)
    assert not good.diverged
    assert (np.diff(good.losses) < 0).all()
