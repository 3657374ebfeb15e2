"""The data of document 000, what their compression keeps and drops, and the loss as a quadratic."""

import numpy as np
import pytest

from numerics.linear_regression import LeastSquares, progression, reduce

EPS = float(np.finfo(float).eps)


def test_the_data_of_the_question():
    X, L = progression()
    assert (X.shape, L.shape) == ((1500, 100), (1500, 1))
    assert X[7].tolist() == [700 + j for j in range(100)]
    assert L[:, 0].tolist() == list(range(1500))
    assert progression(3, 2, 10.0)[0].tolist() == [[0, 1], [10, 11], [20, 21]]


def diagonal(samples: int, *entries: float):
    """Inputs whose singular values are the entries."""
    return np.vstack([np.diag(entries), np.zeros((samples - len(entries), len(entries)))])


@pytest.mark.parametrize(("share", "kept"), [(50 * EPS, 1), (200 * EPS, 2)])
@pytest.mark.parametrize("wide", [False, True])
def test_inputs_are_dropped_below_the_longer_side_times_machine_precision(share, kept, wide):
    X = diagonal(100, 3.0, 3 * share)
    X = X.T if wide else X
    data = reduce(X, np.ones((X.shape[0], 1)))
    assert data.basis.shape == (X.shape[1], kept)
    assert np.linalg.norm(X - X @ data.basis @ data.basis.T) == pytest.approx(
        0.0 if kept == 2 else 3 * share, rel=0.1, abs=2 * EPS
    )


def test_inputs_that_are_zero_span_nothing():
    data = reduce(np.zeros((4, 3)), np.arange(4.0)[:, None])
    assert (data.basis.shape, data.inputs.shape, data.labels.shape) == ((3, 0), (2, 0), (2, 1))
    assert data.samples == 4


@pytest.mark.parametrize("size", [1e-30, 1.0, 1e30])
def test_labels_of_any_size_are_kept(size):
    rng = np.random.default_rng(0)
    X, L = rng.standard_normal((9, 2)), rng.standard_normal((9, 2)) * size
    data = reduce(X, L)
    assert data.labels.shape == (5, 2)
    np.testing.assert_allclose(data.labels.T @ data.labels, L.T @ L, rtol=1e-12)
    np.testing.assert_allclose(data.inputs.T @ data.labels, data.basis.T @ X.T @ L, rtol=1e-12)
    np.testing.assert_allclose(data.ones @ data.labels, L.sum(axis=0), rtol=1e-12)
    assert data.floor < (100 * EPS * size) ** 2


def test_the_floor_is_what_the_labels_lose_and_the_defect_all_that_is_lost():
    """Two labels lie so close to the inputs and to the ones that one direction stands for both, half a gap from either."""
    samples, gap = 1024, 500 * EPS
    x, other, third = (np.tile(np.repeat([1.0, -1.0], k), samples // (2 * k)) for k in (1, 2, 4))
    ones = np.ones(samples)
    data = reduce(x[:, None], np.column_stack([x + gap * other, ones + 2 * gap * third]))
    assert data.inputs.shape == (2, 1)
    near, far = samples * (gap / 2) ** 2, samples * gap**2
    assert data.floor == pytest.approx(near + far, rel=0.1, abs=0)
    assert data.defect == pytest.approx(np.sqrt(2 * (near + far)), rel=0.1, abs=0)


def test_value_slope_and_curvature_are_those_of_the_quadratic():
    A, b, w = np.array([[1.0, 2], [3, 4], [5, 7]]), np.array([1.0, -2, 3]), np.array([2.0, -1])
    function = LeastSquares(A, b, 0.5)
    rest = np.array([-1.0, 4, 0])
    assert A @ w - b == pytest.approx(rest)
    assert function.value(w) == pytest.approx(8.5)
    assert function.gradient(w) == pytest.approx(A.T @ rest)
    assert function.curvature(w) == pytest.approx(A.T @ A @ w)


def test_the_quadratic_at_many_points_is_the_one_at_each():
    rng = np.random.default_rng(1)
    function = LeastSquares(rng.standard_normal((4, 3)), rng.standard_normal(4), 0.7)
    points = rng.standard_normal((2, 5, 3))
    values, (slopes,) = function((points,))
    assert (values.shape, slopes.shape) == ((2, 5), (2, 5, 3))
    for at in np.ndindex(2, 5):
        assert values[at] == pytest.approx(function.value(points[at]))
        assert slopes[at] == pytest.approx(function.gradient(points[at]))
