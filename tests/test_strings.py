"""Dynamic string sampling on landscapes that are known: convex, a ring around a hill, and two separate wells."""

import numpy as np
import pytest

from numerics.strings import (
    Ended,
    Rules,
    Task,
    connect,
    connect_all,
    connect_greedily,
    interior,
    onto_bisector,
    principal_projection,
)


def gradient_task(error, slope, steps=2000, rate=0.02):
    """Plain descent until the level is reached."""

    def train(models, level, neighbours):
        models, taken = models.copy(), np.zeros(len(models), dtype=int)
        for _ in range(steps):
            above = error(models) > level
            if not above.any():
                break
            models[above] -= rate * slope(models[above])
            taken += above
        return models, error(models) <= level, taken

    return Task(error, train)


def bowl():
    return gradient_task(lambda x: np.sum(x * x, axis=1), lambda x: 2 * x)


def ring():
    """(|x|^2 - 1)^2: a hill in the middle of a circle of minima."""

    def size(x):
        return np.sum(x * x, axis=1, keepdims=True)

    return gradient_task(lambda x: (size(x)[:, 0] - 1) ** 2, lambda x: 4 * (size(x) - 1) * x)


def wells():
    """(x^2 - 1)^2 + y^2: two separate wells, a ridge of height 1 between them."""
    return gradient_task(
        lambda x: (x[:, 0] ** 2 - 1) ** 2 + x[:, 1] ** 2,
        lambda x: np.stack([4 * x[:, 0] * (x[:, 0] ** 2 - 1), 2 * x[:, 1]], axis=1),
    )


LEFT, UP = np.array([-1.0, 0.0]), np.array([0.1, 1.0]) / np.hypot(0.1, 1)
METHODS = (connect, connect_greedily)


@pytest.mark.parametrize("method", METHODS)
def test_a_convex_landscape_needs_no_bead(method):
    string = method(bowl(), LEFT, UP, 1.001)
    assert (string.ended, len(string.beads), string.depth, string.length) == (Ended.CONNECTED, 2, 0, 1.0)


@pytest.mark.parametrize("method", METHODS)
def test_a_ring_is_followed(method):
    string = method(ring(), LEFT, UP, 0.01)
    assert string.connected
    assert 1 < string.length < np.pi / 2
    assert len(string.beads) == 2 + sum(string.inserted)
    assert np.all(string.worst < 0.01)
    assert np.array_equal(string.beads[[0, -1]], np.stack([LEFT, UP]))


def test_both_orders_find_the_same_string_where_beads_do_not_interact():
    first, second = (method(ring(), LEFT, UP, 0.01) for method in METHODS)
    np.testing.assert_array_equal(first.beads, second.beads)
    assert first.inserted == second.inserted


def test_lower_levels_need_more_beads_and_longer_strings():
    strings = [connect(ring(), LEFT, UP, level) for level in (0.5, 0.05, 0.005)]
    assert [len(one.beads) for one in strings] == sorted(len(one.beads) for one in strings)
    assert strings[0].length < strings[2].length


@pytest.mark.parametrize("method", METHODS)
def test_separate_wells_are_a_failure_with_its_reason(method):
    string = method(wells(), LEFT, np.array([1.0, 0.0]), 0.5, Rules(depth=4))
    assert string.ended is Ended.NOT_TRAINED or string.ended is Ended.TOO_DEEP
    assert not string.connected
    assert string.worst.max() >= 0.5


def test_every_way_of_failing_has_its_name():
    stuck = Task(ring().error, lambda models, level, _: (models, np.zeros(len(models), dtype=bool), np.zeros(len(models))))
    broken = Task(
        ring().error, lambda models, level, _: (models * np.nan, np.zeros(len(models), dtype=bool), np.zeros(len(models)))
    )
    for method in METHODS:
        assert method(stuck, LEFT, -LEFT, 0.01).ended is Ended.NOT_TRAINED
        assert method(broken, LEFT, -LEFT, 0.01).ended is Ended.NOT_FINITE
        assert method(ring(), LEFT, UP, 0.01, Rules(depth=1)).ended is Ended.TOO_DEEP
        assert method(ring(), LEFT, UP, 1e-4, Rules(beads=4)).ended is Ended.TOO_MANY


@pytest.mark.parametrize("method", METHODS)
def test_inserting_at_the_worst_point(method):
    string = method(ring(), LEFT, UP, 0.01, Rules(at_worst=True))
    assert string.connected


def hurdle(trained=None):
    """On a line, 1 from 0.7 to 0.8 and 0 elsewhere; what is trained goes to the given place, or stays; with the starts noted."""
    starts: list[float] = []

    def train(models, level, neighbours):
        starts.extend(models[:, 0])
        models = models if trained is None else np.full_like(models, trained)
        return models, np.ones(len(models), dtype=bool), np.ones(len(models), dtype=int)

    return Task(lambda x: np.where((x[:, 0] >= 0.7) & (x[:, 0] <= 0.8), 1.0, 0.0), train), starts


ZERO, ONE = np.zeros(1), np.ones(1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("rules", "start"), [(Rules(depth=1), 0.5), (Rules(depth=1, at_worst=True), 0.7)])
def test_a_model_starts_in_the_middle_unless_the_worst_point_is_asked_for(method, rules, start):
    task, starts = hurdle()
    method(task, ZERO, ONE, 0.5, rules)
    assert starts == pytest.approx([start])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("at_worst", [True, False])
def test_the_first_model_of_a_string_that_nobody_has_looked_at_starts_in_the_middle(method, at_worst):
    task, starts = hurdle()
    method(task, ZERO, ONE / 2, 0.5, Rules(middle=True, at_worst=at_worst, points=1))
    assert starts == [0.25]


@pytest.mark.parametrize("method", METHODS)
def test_a_segment_at_the_level_does_not_pass(method):
    task, _ = hurdle()
    string = method(task, ZERO, ONE, 1.0, Rules(depth=1))
    assert (string.ended, string.inserted) == (Ended.TOO_DEEP, (1,))
    assert method(task, ZERO, ONE, 1.0, Rules(depth=1, tolerance=1.001)).connected


@pytest.mark.parametrize("method", METHODS)
def test_where_nobody_says_ten_generations_are_enough(method):
    """Each trained model falls back to the first end, so that one segment fails in every generation."""
    task, _ = hurdle(trained=0.0)
    string = method(task, ZERO, ONE, 0.5)
    assert (string.ended, string.inserted) == (Ended.TOO_DEEP, (1,) * 10)
    assert string.beads[:, 0].tolist() == [0.0] * 11 + [1.0]
    assert string.worst.tolist() == [0.0] * 10 + [1.0]


@pytest.mark.parametrize("method", METHODS)
def test_no_more_models_than_allowed(method):
    task, _ = hurdle(trained=0.0)
    string = method(task, ZERO, ONE, 0.5, Rules(beads=7))
    assert (string.ended, len(string.beads)) == (Ended.TOO_MANY, 7)


@pytest.mark.parametrize("method", METHODS)
def test_where_nobody_says_a_segment_is_looked_at_at_its_hundredths(method):
    looked = []
    task = bowl()
    method(Task(lambda x: looked.append(x) or task.error(x), task.train), LEFT, UP, 1.001)
    np.testing.assert_allclose(looked[0], LEFT + np.arange(1, 100)[:, None] / 100 * (UP - LEFT))


@pytest.mark.parametrize("method", METHODS)
def test_a_string_that_failed_keeps_what_was_not_connected(method):
    """Both halves fail at once: the greedy order is at the left one while the right one waits."""
    task = Task(
        lambda x: np.ones(len(x)), lambda models, level, _: (models, np.ones(len(models), dtype=bool), np.ones(len(models)))
    )
    string = method(task, ZERO, ONE, 0.5, Rules(beads=3))
    assert string.ended is Ended.TOO_MANY
    assert string.beads[:, 0].tolist() == [0.0, 0.5, 1.0]
    assert string.worst.tolist() == [1.0, 1.0]


def test_a_grid_of_interior_points():
    np.testing.assert_array_equal(interior(3), [0.25, 0.5, 0.75])


def test_the_bisector_is_equally_far_from_both_neighbours():
    rng = np.random.RandomState(0)
    models, neighbours = rng.standard_normal((5, 4)), rng.standard_normal((2, 5, 4))
    moved = onto_bisector(models, neighbours)
    far = [np.linalg.norm(moved - side, axis=1) for side in neighbours]
    np.testing.assert_allclose(*far)
    np.testing.assert_allclose(onto_bisector(moved, neighbours), moved)
    same = np.stack([models, models])
    np.testing.assert_array_equal(onto_bisector(models, same), models)


def test_the_projection_of_a_flat_string_is_the_string():
    beads = np.array([[0.0, 0, 0, 0], [1, 0, 0, 0], [2, 1, 0, 0]])
    coordinates, axes = principal_projection(beads, count=2)
    apart = np.linalg.norm(beads[0] - beads[2])
    assert np.linalg.norm(coordinates[0] - coordinates[2]) == pytest.approx(apart)
    again, same = principal_projection(beads[:2], axes)
    np.testing.assert_array_equal(again, coordinates[:2])
    assert same is axes


def test_principal_axes_are_those_about_the_mean():
    """A flat string far from the origin: it is longest along (1, 1, 0), then along (1, -1, 0), then level."""
    beads = np.array([[5.0, 5, 9, 0], [9, 9, 9, 0], [7.5, 6.5, 9, 0], [6.5, 7.5, 9, 0]])
    coordinates, axes = principal_projection(beads)
    assert axes.shape == (3, 4)
    assert coordinates.shape == (4, 3)
    np.testing.assert_allclose(
        axes[:2], np.array([[1, 1, 0, 0], [1, -1, 0, 0]]) * [[1], [np.sign(axes[1, 0])]] / np.sqrt(2), atol=1e-12
    )


def test_two_models_have_no_more_than_two_axes():
    beads = np.array([[1.0, 0, 0, 0], [0, 0, 2, 0]])
    coordinates, axes = principal_projection(beads)
    assert (coordinates.shape, axes.shape) == ((2, 2), (2, 4))


def test_many_pairs_at_once_are_the_single_pairs():
    angles = np.array([0.5, 1.5, 3.0])
    firsts = np.tile(LEFT, (3, 1))
    lasts = -np.stack([np.cos(angles), np.sin(angles)], axis=1)
    levels = np.array([0.5, 0.01, 0.002])
    together = connect_all(ring(), firsts, lasts, levels)
    for string, first, last, level in zip(together, firsts, lasts, levels, strict=True):
        alone = connect(ring(), first, last, level)
        np.testing.assert_array_equal(string.beads, alone.beads)
        assert (string.inserted, string.ended, string.steps) == (alone.inserted, alone.ended, alone.steps)


@pytest.mark.parametrize("method", METHODS)
def test_the_first_model_is_inserted_in_any_case_where_the_rules_say_so(method):
    string = method(bowl(), LEFT, UP, 1.001, Rules(middle=True))
    assert (string.ended, len(string.beads), string.inserted) == (Ended.CONNECTED, 3, (1,))


def test_length_in_some_coordinates():
    string = connect(ring(), LEFT, UP, 0.01)
    assert string.length_in([0, 1]) == string.length
    assert string.length_in([0]) >= 1


def test_steps_are_counted():
    assert connect(bowl(), LEFT, UP, 1.001).steps == 0
    greedy, broad = (method(ring(), LEFT, UP, 0.01).steps for method in (connect_greedily, connect))
    assert greedy == broad > 0
