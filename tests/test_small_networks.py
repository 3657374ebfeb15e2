"""Small networks trained side by side: against the definition in doubles, against differences, against single runs."""

import numpy as np
import pytest

from numerics.experiments.regression_strings import cubic, grow, quadratic, string_task, trained_ends
from numerics.side_by_side import GUARD, Adam, errors, gradients
from numerics.small_relu import Rectified
from numerics.small_sigmoid import Regression


def rectified():
    rng = np.random.RandomState(3)
    return Rectified(rng.standard_normal((2, 3)), rng.standard_normal((2, 3)), 3)


def in_doubles(task, row):
    """The error of one model by its definition."""
    if isinstance(task, Rectified):
        first, second = row[:6].reshape(3, 2), row[6:].reshape(2, 3)
        miss = second @ np.maximum(first @ task.inputs, 0) - task.targets
        return np.sum(miss**2) / 3
    if task.biased:
        w1, b1, w2, b2, w3, b3 = np.split(row, [4, 8, 24, 28, 32])
    else:
        (w1, w2, w3), b1, b2, b3 = np.split(row, [4, 20]), 0, 0, 0
    low = 1 / (1 + np.exp(-(w1[:, None] * task.inputs + np.reshape(b1, (-1, 1)))))
    high = 1 / (1 + np.exp(-(w2.reshape(4, 4) @ low + np.reshape(b2, (-1, 1)))))
    output = w3 @ high + b3
    output = 1 / (1 + np.exp(-output)) if task.squashed else output
    return np.mean(np.abs(output - task.targets) ** task.power)


def squared(task):
    return Regression(task.inputs, task.targets, task.biased, task.squashed, power=2)


@pytest.mark.parametrize("task", [quadratic(), cubic(), squared(quadratic()), squared(cubic()), rectified()])
def test_errors_and_gradients_are_those_of_the_definition(task):
    models = np.random.RandomState(0).standard_normal((3, task.size))
    assert errors(task, models) == pytest.approx([in_doubles(task, row) for row in models], rel=1e-5)
    steps = 1e-6 * np.eye(task.size)
    slopes = [[(in_doubles(task, row + step) - in_doubles(task, row - step)) / 2e-6 for step in steps] for row in models]
    np.testing.assert_allclose(gradients(task, models), slopes, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(gradients(task, models[:1]), slopes[:1], rtol=1e-3, atol=1e-5)


def test_the_outputs_are_what_the_error_measures():
    task = cubic()
    models = task.draw(np.random.RandomState(1), 2)
    assert np.abs(task.outputs(models) - task.targets).mean(axis=1) == pytest.approx(task.error(models))


def test_models_are_evaluated_in_groups():
    task = quadratic()
    models = task.draw(np.random.RandomState(1), 5)
    for chunk in (1, 2, 5, 100):
        assert errors(task, models, chunk) == pytest.approx([in_doubles(task, row) for row in models], rel=1e-5)


@pytest.mark.parametrize("hidden", [1, 3, 4])
def test_without_its_biases_a_network_is_its_connections(hidden):
    x = np.array([-1.0, 0.5, 2.0])
    plain, biased = (Regression(x, x, biased, squashed=True, hidden=hidden) for biased in (False, True))
    assert plain.connections.tolist() == list(range(plain.size))
    rows = np.random.RandomState(1).standard_normal((2, plain.size))
    models = np.zeros((2, biased.size))
    models[:, biased.connections] = rows
    np.testing.assert_allclose(biased.outputs(models), plain.outputs(rows), rtol=1e-6)


def test_connections_are_drawn_uniformly_and_biases_normally():
    assert len(quadratic().connections) == quadratic().size == 24
    task = cubic()
    assert (len(task.connections), task.size) == (24, 33)
    models = task.draw(np.random.RandomState(2), 500)
    connections = models[:, task.connections]
    assert (connections.min(), connections.max()) == pytest.approx((-1, 1), abs=1e-3)
    assert np.abs(connections).max() <= 1
    assert (connections.mean(), connections.std()) == pytest.approx((0, 3**-0.5), abs=0.02)
    others = np.delete(models, task.connections, axis=1)
    assert (others.mean(), others.std()) == pytest.approx((0, 1), abs=0.05)


def test_permuting_hidden_units_changes_nothing():
    task = rectified()
    models = np.random.RandomState(4).standard_normal((2, task.size))
    swapped = task.permuted(models, [1, 0, 2])
    assert not np.array_equal(models, swapped)
    assert errors(task, swapped) == pytest.approx(errors(task, models))
    np.testing.assert_array_equal(task.permuted(swapped, [1, 0, 2]), models)


def adam_in_a_loop(task, row, level, limit, every=1, at_least=0):
    """One model, in doubles, as the formula has it."""
    mean, square = np.zeros_like(row), np.zeros_like(row)
    for step in range(limit + 1):
        if step >= at_least and step % every == 0 and in_doubles(task, row) < level:
            return row, step
        slope = gradients(task, row[None])[0]
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        factor = np.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1))
        row = row - 1e-3 * factor * mean / (np.sqrt(square) + 1e-8)
    raise AssertionError("the level was not reached")


def test_a_model_in_a_slot_is_a_model_alone():
    task = quadratic()
    models = task.draw(np.random.RandomState(5), 5)
    level = 0.9 * errors(task, models)
    found = Adam(limit=5000, slots=2, every=15, at_least=15).until(task, models, level[:, None])
    assert found.reached.all()
    for k, row in enumerate(models):
        expected, steps = adam_in_a_loop(task, row, level[k], 5000, every=15, at_least=15)
        assert found.steps[k, 0] == steps
        np.testing.assert_allclose(found.models[k, 0], expected, atol=1e-3)


def test_falling_levels_are_passed_on_one_run():
    task = quadratic()
    models = task.draw(np.random.RandomState(6), 3)
    levels = errors(task, models)[:, None] * np.array([0.95, 0.9, 0.8])
    found = Adam(limit=5000, slots=2).until(task, models, levels)
    assert found.reached.all()
    assert (np.diff(found.steps, axis=1) > 0).all()
    for k in range(3):
        alone = Adam(limit=5000).until(task, models, levels[:, [k]])
        np.testing.assert_array_equal(alone.models[:, 0], found.models[:, k])
        assert (errors(task, found.models[:, k]) < levels[:, k]).all()


class Slope:
    """An error that falls with the only weight, at one rate: it begins at 1."""

    def __init__(self, rate):
        self.rate = np.float32(rate)

    def buffers(self, n):
        return self

    def forward(self, models):
        self.models = models

    def error(self):
        return 1 + self.rate * self.models[:, 0]

    def gradient(self, models):
        return np.full_like(models, self.rate)


def test_the_error_is_looked_at_after_every_step():
    """With one slope throughout, each step of Adam is as long as its rate."""
    levels = np.array([[1.5, 0.995, 0.985, 0.975]])
    with np.errstate(divide="raise", invalid="raise"):
        found = Adam(rate=0.01, limit=10).until(Slope(1.0), np.zeros((1, 1)), levels)
    assert found.steps.tolist() == [[0, 1, 2, 3]]
    assert found.models.ravel() == pytest.approx([0, -0.01, -0.02, -0.03], abs=1e-6)


def test_a_level_is_passed_where_the_error_is_below_it():
    found = Adam(rate=0.01, limit=10).until(Slope(1.0), np.zeros((2, 1)), np.array([[1.0, 0.5], [2.0, 1.0]]))
    assert found.steps.tolist() == [[1, 10], [0, 1]]
    assert found.reached.tolist() == [[True, False], [True, True]]


def test_no_more_steps_are_made_than_are_allowed():
    found = Adam(rate=0.01, limit=7).until(Slope(1.0), np.zeros((3, 1)), np.zeros((3, 1)))
    assert found.models.ravel() == pytest.approx([-0.07] * 3, abs=1e-6)
    found = Adam(rate=0.01, limit=0).until(Slope(1.0), np.ones((3, 1)), np.zeros((3, 1)))
    assert found.models.ravel().tolist() == [1, 1, 1]


def test_a_slope_of_the_size_of_the_guard_makes_a_step_of_half_the_rate():
    second = 0.001**0.5
    found = Adam(rate=0.01, limit=1).until(Slope(GUARD / second), np.zeros((1, 1)), np.zeros((1, 1)))
    assert found.models.ravel() == pytest.approx([-0.005], rel=1e-3)


def test_what_is_not_reached_says_so_and_keeps_its_last_model():
    task = quadratic()
    models = task.draw(np.random.RandomState(7), 3)
    found = Adam(limit=40, slots=2).until(task, models, np.tile([1.0, 0.0], (3, 1)))
    np.testing.assert_array_equal(found.reached, [[True, False]] * 3)
    np.testing.assert_array_equal(found.steps, [[0, 40]] * 3)
    assert (errors(task, found.models[:, 1]) < errors(task, models)).all()


def test_the_constraint_is_kept_after_every_step():
    task = quadratic()
    models = task.draw(np.random.RandomState(8), 3)
    fixed = models[:, 0].astype(np.float32)

    def keep(stepped, number):
        moved = stepped.copy()
        moved[:, 0] = fixed[number]
        return moved

    found = Adam(limit=50, slots=2).until(task, models, np.zeros((3, 1)), keep)
    np.testing.assert_array_equal(found.models[:, 0, 0], fixed)


@pytest.mark.parametrize("build", [quadratic, cubic])
def test_sixty_four_nodes_are_as_good_as_ten_thousand(build):
    """Of trained models, whose residuals are smooth."""
    task = build()
    models = Adam(limit=4000).until(task, task.draw(np.random.RandomState(9), 6), np.full((6, 1), 0.06)).models[:, 0]
    assert errors(task, models) == pytest.approx(errors(build(10_000), models), rel=2e-3)


def test_strings_hardly_change_with_more_nodes():
    lengths, counts = [], []
    for points in (64, 160):
        task = quadratic(points)
        ends = trained_ends(task, [1, 2, 3], (0.05,))
        strings = grow(string_task(task), ends, (0.05,), (0.05,)).of(0.05)
        lengths.append([string.length_in(task.connections) for string in strings])
        counts.append([len(string.beads) for string in strings])
    assert np.abs(np.diff(counts, axis=0)).max() <= 1
    np.testing.assert_allclose(lengths[0], lengths[1], rtol=0.05)
