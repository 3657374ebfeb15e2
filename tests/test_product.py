"""The notebook's least-squares step: against its definition, against the dense solve and against exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from numerics import product_exact
from numerics.fractional import FractionMatrix
from numerics.least_squares import minimum_norm_solution
from numerics.matrix import vec
from numerics.product import (
    compress,
    damped_step,
    expected,
    extreme_curvatures,
    jacobian,
    kfac_step,
    kron_lstsq_step,
    least_squares_step,
    loss,
    value_and_gradient,
)
from numerics.product_exact import exact_minimum_norm_step, sampled_jacobian, stacked, step_defects
from numerics.rational import RationalMatrix

# outputs, inner width, inputs, samples; ranks of W1, W2, X; whether the labels carry noise
CASES = {
    "notebook": (10, 6, 6, 50, 6, 6, 6, False),
    "noisy labels": (4, 3, 3, 9, 3, 3, 3, True),
    "wide inner layer": (2, 5, 3, 9, 2, 3, 3, True),
    "narrow inner layer": (3, 2, 4, 8, 2, 2, 4, True),
    "deficient W1": (4, 3, 3, 9, 2, 3, 3, True),
    "deficient W2": (2, 3, 3, 9, 2, 2, 3, True),
    "both deficient": (4, 3, 3, 9, 2, 2, 3, True),
    "deficient inputs": (4, 3, 3, 9, 2, 2, 2, True),
    "deficient inputs alone": (4, 3, 3, 9, 3, 3, 2, True),
    "inputs wider than the inner layer": (2, 3, 5, 9, 2, 3, 5, True),
    "zero W1": (4, 3, 5, 9, 0, 2, 3, True),
    "all zero": (2, 2, 2, 5, 0, 0, 2, True),
    "one by one": (1, 1, 1, 3, 1, 1, 1, True),
}


def integers(rng, rows, columns, rank):
    """Small integers of exact rank ``rank``."""
    left = np.eye(rows, rank, dtype=int) + np.tril(rng.integers(-2, 3, (rows, rank)), -1)
    right = np.eye(rank, columns, dtype=int) + np.triu(rng.integers(-2, 3, (rank, columns)), 1)
    return left @ right


def problem(case, seed=0):
    m, w, d, n, first, second, third, noise = CASES[case]
    rng = np.random.default_rng(seed)
    X = integers(rng, d, n, third)
    Y = integers(rng, m, d, min(m, d)) @ X + noise * rng.integers(-2, 3, (m, n))
    return integers(rng, m, w, first), integers(rng, w, d, second), X, Y


def distance(step, other):
    return max(float(np.abs(a - b).max()) for a, b in zip(step, other, strict=True))


def exact(kind, arrays):
    return [kind.of(array.tolist(), columns=array.shape[1]) for array in arrays]


@pytest.mark.parametrize("case", [case for case in CASES if case != "notebook"])
@pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])
def test_the_exact_step_minimises_and_is_orthogonal_to_the_kernel(case, kind):
    arguments = exact(kind, problem(case))
    step = exact_minimum_norm_step(*arguments)
    assert all(defect.is_zero() for defect in step_defects(*arguments, step))


@pytest.mark.parametrize("case", [case for case in CASES if case != "notebook"])
def test_the_jacobians_are_those_of_the_product(case):
    W1, W2, X, _ = exact(RationalMatrix, problem(case))
    first, second = W1.build(*W1.shape, lambda i, j: i - 2 * j + 1), W2.build(*W2.shape, lambda i, j: 3 * i + j - 2)
    moved = first @ W2 + W1 @ second
    assert product_exact.jacobian(W1, W2) @ stacked(first, second) == vec(moved)
    assert sampled_jacobian(W1, W2, X) @ stacked(first, second) == vec(moved @ X)


def test_a_step_along_the_kernel_is_noticed():
    arguments = exact(RationalMatrix, problem("both deficient"))
    first, second = exact_minimum_norm_step(*arguments)
    moved = (first + arguments[0], second - arguments[1])  # W1 W2 - W1 W2 = 0
    slope, along = step_defects(*arguments, moved)
    assert slope.is_zero()
    assert not along.is_zero()


def test_minimum_norm_solution_by_hand():
    gram = FractionMatrix.of([[1, 1], [1, 1]])
    assert minimum_norm_solution(gram, FractionMatrix.of([[3], [3]])) == FractionMatrix.of([[Fraction(3, 2)], [Fraction(3, 2)]])


@pytest.mark.parametrize("case", CASES)
def test_all_forms_of_the_step_agree_with_the_exact_one(case):
    arrays = problem(case)
    W1, W2, X, Y = (array.astype(float) for array in arrays)
    data = compress(X, Y)
    truth = [part.to_floats() for part in exact_minimum_norm_step(*exact(RationalMatrix, arrays))]
    scale = 1 + max(np.abs(part).max() for part in truth)
    for step in (least_squares_step(W1, W2, data), damped_step(W1, W2, data, 0.0), kron_lstsq_step(W1, W2, X, Y)):
        assert distance(step, truth) < 1e-10 * scale


def test_the_fast_step_is_no_less_accurate_than_the_dense_one_on_the_notebooks_problem():
    rng = np.random.RandomState(3)
    W1, W2, A, X = rng.randn(10, 6), rng.randn(6, 6), rng.rand(10, 6), rng.randn(6, 200)
    exact_arguments = [RationalMatrix.from_doubles(array) for array in (W1, W2, X, A @ X)]
    truth = [part.to_floats() for part in exact_minimum_norm_step(*exact_arguments)]
    fast, dense = least_squares_step(W1, W2, compress(X, A @ X)), kron_lstsq_step(W1, W2, X, A @ X)
    assert distance(fast, truth) <= 2 * distance(dense, truth)


@pytest.mark.parametrize("damping", [1e-3, 1.0, 100.0])
@pytest.mark.parametrize("case", ["notebook", "both deficient", "deficient inputs"])
def test_damped_step_against_the_augmented_dense_system(case, damping):
    W1, W2, X, Y = (array.astype(float) for array in problem(case))
    m, w = W1.shape
    J = np.hstack([np.kron((W2 @ X).T, np.eye(m)), np.kron(X.T, W1)])
    error = (W1 @ W2 @ X - Y).T.ravel()
    tall = np.vstack([J, np.sqrt(damping) * np.eye(J.shape[1])])
    flat = np.linalg.lstsq(tall, np.concatenate([-error, np.zeros(J.shape[1])]), rcond=None)[0]
    dense = flat[: m * w].reshape(w, m).T, flat[m * w :].reshape(-1, w).T
    assert distance(damped_step(W1, W2, compress(X, Y), damping), dense) < 1e-8


BATCH = (2, 5)


@pytest.mark.parametrize("shapes", [((4, 3), (3, 3), (3, 8), (4, 8)), ((3, 6), (6, 4), (4, 9), (3, 9))])
def test_batches_agree_with_single_problems(shapes):
    rng = np.random.default_rng(1)
    W1, W2, X, Y = (rng.standard_normal((*BATCH, *shape)) for shape in shapes)
    W1[0, 1, :, 0] = 0
    batch = compress(X, Y)
    steps = {"step": least_squares_step, "damped": lambda *a: damped_step(*a, 0.5), "kfac": kfac_step}
    steps["undamped"] = lambda *a: damped_step(*a, 0.0)
    for name, step in steps.items():
        together = step(W1, W2, batch)
        for k in np.ndindex(*BATCH):
            alone = step(W1[k], W2[k], compress(X[k], Y[k]))
            assert distance([part[k] for part in together], alone) < 1e-10, name


def test_every_member_of_a_batch_may_have_its_own_damping():
    rng = np.random.default_rng(3)
    W1, W2, X, Y = (rng.standard_normal((3, *shape)) for shape in ((4, 3), (3, 3), (3, 8), (4, 8)))
    W1[:, :, 0] = W2[:, 0] = 0
    dampings = np.array([0.0, 0.25, 4.0])
    together = damped_step(W1, W2, compress(X, Y), dampings)
    for k, damping in enumerate(dampings):
        alone = damped_step(W1[k], W2[k], compress(X[k], Y[k]), damping)
        assert distance([part[k] for part in together], alone) < 1e-10


def test_the_expected_loss_of_a_batch_of_targets():
    rng = np.random.default_rng(6)
    A, W1, W2 = (rng.standard_normal((*BATCH, *shape)) for shape in ((4, 3), (4, 6), (6, 3)))
    data = expected(A)
    assert (data.root.shape, data.floor.shape, data.full_rank) == ((*BATCH, 3, 3), BATCH, True)
    assert loss(W1, W2, data) == pytest.approx(np.linalg.norm(W1 @ W2 - A, axis=(-1, -2)) ** 2)


def nearly_deficient(rows, columns, small, seed=0):
    """A matrix of two singular values, 1 and a small one."""
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.standard_normal((size, 2)))[0] for size in (rows, columns))
    return left @ np.diag([1.0, small]) @ right.T


@pytest.mark.parametrize(("small", "full"), [(2e-12, True), (4e-13, False)])
def test_inputs_count_as_deficient_where_rounding_of_so_many_samples_could_make_them_so(small, full):
    """2 inputs, 4000 samples: the cut-off is 4000 eps = 8.9e-13."""
    X = nearly_deficient(2, 4000, small)
    data = compress(X, X[:1])
    assert data.full_rank is full
    assert (np.linalg.norm(compress(X, nearly_deficient(2, 4000, 1.0, 1)).target) > 1e9) == full
    several = compress(np.stack([X, nearly_deficient(2, 4000, 1.0)])[None], nearly_deficient(2, 4000, 1.0, 1))
    assert several.full_rank is full
    assert (np.linalg.norm(several.target[0, 0]) > 1e9) == full


@pytest.mark.parametrize(("small", "moves"), [(1e-12, True), (8e-13, False)])
def test_a_first_layer_has_the_rank_that_rounding_leaves_it(small, moves):
    """1000 outputs, 2 units, 2 inputs: the cut-off is 4000 eps = 8.9e-13.  With W2 = 0 its step is one of least squares."""
    W1 = nearly_deficient(1000, 2, small)
    data = expected(np.linalg.svd(W1, full_matrices=False)[0])
    for step in (least_squares_step, lambda *a: damped_step(*a, 0.0)):
        assert (np.abs(step(W1, np.zeros((2, 2)), data)[1]).max() > 1e9) == moves


@pytest.mark.parametrize("damping", [1e-34, 1e-20])
def test_damping_keeps_what_is_small(damping):
    small = 1e-17
    first, second = damped_step(np.zeros((1, 2)), np.diag([1.0, small]), expected(np.ones((1, 2))), damping)
    assert first == pytest.approx(np.array([[1.0, small / (small**2 + damping)]]))
    assert not second.any()


@pytest.mark.parametrize(("small", "moves"), [(1e-13, True), (1e-14, False)])
def test_kfac_takes_for_zero_what_rounding_could_make_so(small, moves):
    """40 outputs and 3 inputs: the cut-off is 120 eps = 2.7e-14."""
    W1, W2 = nearly_deficient(40, 2, small), np.array([[1.0, 0, 0], [0, 1, 0]])
    A = np.linalg.svd(W1, full_matrices=False)[0] @ W2
    for shape in ((), (2, 2)):
        batch = [np.broadcast_to(part, (*shape, *part.shape)) for part in (W1, W2, A)]
        assert (np.abs(kfac_step(*batch[:2], expected(batch[2]))[1]).max() > 1e12) == moves


@pytest.mark.parametrize(("small", "low"), [(1.2e-14, 2 * 1.2e-14**2), (5e-15, 128.0)])
def test_a_curvature_counts_as_zero_where_rounding_could_make_it_so(small, low):
    """Six weights and a largest singular value of 8: the cut-off is 48 eps = 1.07e-14."""
    assert extreme_curvatures(np.zeros((1, 2)), np.diag([8.0, small]), expected(np.ones((1, 2)))) == pytest.approx((128.0, low))


@pytest.mark.parametrize("case", CASES)
def test_loss_and_gradient_are_those_of_all_samples(case):
    W1, W2, X, Y = (array.astype(float) for array in problem(case))
    data = compress(X, Y)
    error = W1 @ W2 @ X - Y
    value, slopes = value_and_gradient(data)((W1, W2))
    scale = 1 + np.sum(error**2)
    assert float(value) == pytest.approx(np.sum(error**2), rel=1e-10, abs=1e-9)
    assert float(loss(W1, W2, data)) == pytest.approx(float(value))
    assert distance(slopes, (2 * error @ X.T @ W2.T, 2 * W1.T @ error @ X.T)) < 1e-10 * scale


def test_expected_loss_is_the_distance_of_the_product():
    rng = np.random.default_rng(2)
    W1, W2, A = rng.standard_normal((4, 2)), rng.standard_normal((2, 3)), rng.standard_normal((4, 3))
    assert float(loss(W1, W2, expected(A))) == pytest.approx(np.linalg.norm(W1 @ W2 - A) ** 2)


def test_kfac_solves_each_layer_alone():
    W1, W2, X, Y = (array.astype(float) for array in problem("noisy labels"))
    first, second = kfac_step(W1, W2, compress(X, Y))
    error = W1 @ W2 @ X - Y
    assert np.abs((first @ W2 @ X + error) @ X.T @ W2.T).max() < 1e-8
    assert np.abs(W1.T @ (W1 @ second @ X + error) @ X.T).max() < 1e-8


def test_curvatures_at_a_zero_of_the_loss_bound_second_differences():
    rng = np.random.default_rng(5)
    W1, W2, X = rng.standard_normal((3, 2)), rng.standard_normal((2, 2)), rng.standard_normal((2, 7))
    data = compress(X, W1 @ W2 @ X)
    high, low = extreme_curvatures(W1, W2, data)
    J = jacobian(W1, W2, data)
    spectrum = np.linalg.eigvalsh(2 * J.T @ J)
    assert spectrum[-1] == pytest.approx(high)
    assert min(value for value in spectrum if value > 1e-9) == pytest.approx(low)
    direction = np.linalg.svd(J)[2][0]
    move = 1e-4 * direction
    moved = loss(W1 + move[:6].reshape(2, 3).T, W2 + move[6:].reshape(2, 2).T, data)
    assert 2 * float(moved) / 1e-8 == pytest.approx(high, rel=1e-2)


def test_the_least_squares_step_is_natural_gradient():
    rng = np.random.default_rng(4)
    W1, W2, X, Y = (rng.standard_normal(shape) for shape in ((4, 3), (3, 3), (3, 9), (4, 9)))
    data = compress(X, Y)
    J = jacobian(W1, W2, data)
    _, slopes = value_and_gradient(data)((W1, W2))
    flat = -np.linalg.pinv(J.T @ J, rcond=1e-10) @ np.concatenate([part.T.ravel() for part in slopes]) / 2
    natural = flat[:12].reshape(3, 4).T, flat[12:].reshape(3, 3).T
    assert distance(least_squares_step(W1, W2, data), natural) < 1e-6
