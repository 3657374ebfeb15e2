"""Training on minibatches: steps against their formulas, when the error is looked at, and the order of the samples."""

import numpy as np
import pytest

from numerics.convolutional import Dense, Stack
from numerics.minibatches import CHUNK, Labelled, Training


def separable(**changes):
    """Points of two classes, apart in their first coordinate."""
    rng = np.random.RandomState(5)
    labels = rng.randint(2, size=80)
    inputs = (rng.standard_normal((2, 80)) * 0.3 + np.array([[3.0], [0.0]]) * (labels - 0.5)).astype(np.float32)
    network = Stack((Dense(2, 2, rectified=False),))
    return Labelled(network, inputs[:, :60], labels[:60], (inputs[:, 60:], labels[60:]), batch=20, **changes)


@pytest.mark.parametrize("training", [Training(0.1, 1, 200, adaptive=True), Training(0.5, 1, 200, clip=0.1)])
def test_a_model_is_kept_as_it_was_when_a_level_was_first_undercut(training):
    task = separable()
    found = training.through(task, np.array([1, 0, -1, 0, 0, 0]), [0.6, 0.3, 0.01], 3)
    assert found.reached.all()
    assert list(found.steps) == sorted(found.steps)
    errors = [task.error(model) for model in found.models]
    assert [error < level for error, level in zip(errors, (0.6, 0.3, 0.01), strict=True)] == [True] * 3


def test_what_is_not_reached_says_so():
    task = separable()
    found = Training(1e-6, 5, 20).through(task, np.array([1, 0, -1, 0, 0, 0]), [0.01], 3)
    assert (found.reached.tolist(), found.steps.tolist()) == ([False], [20])
    broken = Training(float("nan"), 5, 20).through(task, np.array([1, 0, -1, 0, 0, 0]), [0.5], 3)
    assert not broken.reached.any()


def test_a_model_below_the_level_is_taken_as_it_is():
    found = Training(0.1, 5, 20).through(separable(), np.array([1.0, 0, -1, 0, 0, 0]), [1.1], 3)
    assert found.steps.tolist() == [0]


def test_the_rate_is_halved_in_every_epoch_after_the_steady_ones():
    training = Training(1.0, 1, 100, steady=4, halving=2)
    assert [training.rate_of(step) for step in range(9)] == [1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]
    assert Training(0.5, 1, 100).rate_of(99) == 0.5


def test_decay_pulls_at_the_weights():
    plain, decayed = separable(), separable(decay=np.array([0, 0, 0, 1.0, 0, 0], np.float32))
    model = np.arange(6, dtype=np.float32)
    difference = decayed.course(1).gradient(model) - plain.course(1).gradient(model)
    np.testing.assert_allclose(difference, [0, 0, 0, 3, 0, 0], atol=1e-6)


class Falling:
    """The error is the first weight; gradients are given ones, the last one again and again; how many were taken is counted."""

    def __init__(self, *slopes):
        self.slopes, self.taken = slopes, 0

    def course(self, seed):
        self.seed = seed
        return self

    def gradient(self, model):
        self.taken += 1
        return np.array(self.slopes[min(self.taken, len(self.slopes)) - 1], dtype=np.float32)

    def error(self, model):
        return float(model[0])


def test_the_error_is_looked_at_every_so_many_steps_and_after_the_last():
    task = Falling([1.0, -2.0])
    found = Training(1.0, every=2, limit=4).through(task, [10, 0], [9.5, 8.5, 6.5, 5.5], 7)
    assert found.steps.tolist() == [2, 2, 4, 4]
    assert found.reached.tolist() == [True, True, True, False]
    assert found.models.tolist() == [[8, 4], [8, 4], [6, 8], [6, 8]]
    assert (task.taken, task.seed) == (4, 7)


def test_what_falls_below_a_level_between_two_looks_is_not_seen():
    found = Training(1.0, every=2, limit=3).through(Falling([1.0]), [10], [7.5], 0)
    assert (found.steps.tolist(), found.reached.tolist(), found.models.tolist()) == ([3], [False], [[7]])


def test_a_level_is_undercut_only_below_it():
    found = Training(1.0, every=1, limit=5).through(Falling([1.0]), [10], [9.0, 8.0], 0)
    assert found.steps.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("start", "slope", "taken"), [(10, 1.0, 4), (float("nan"), 1.0, 0), (10, float("nan"), 2), (10, float("-inf"), 2)]
)
def test_nothing_is_trained_after_the_last_level_or_after_the_error_is_no_number(start, slope, taken):
    task = Falling([slope])
    found = Training(1.0, every=2, limit=100).through(task, [start], [8.5, 6.5], 0)
    assert task.taken == taken
    assert found.reached.tolist() == [taken == 4] * 2
    assert found.steps.tolist() == ([2, 4] if taken == 4 else [100, 100])


def test_long_gradients_are_shortened_and_short_ones_are_not():
    task = Falling([30.0, 40.0], [0.3, 0.4])
    training = Training(0.5, every=1, limit=1, clip=5.0)
    assert training.through(task, [0, 0], [-100], 0).models.tolist() == [[-1.5, -2]]
    np.testing.assert_allclose(training.through(task, [0, 0], [-100], 0).models, [[-0.15, -0.2]])


def test_without_steady_steps_the_rate_is_halved_from_the_first_epoch_on():
    assert [Training(1.0, 1, 9, halving=2).rate_of(step) for step in range(5)] == [0.5, 0.5, 0.25, 0.25, 0.125]
    found = Training(1.0, every=1, limit=3, steady=1, halving=1).through(Falling([1.0]), [0], [-9], 0)
    assert found.models.tolist() == [[-1.75]]


def test_adaptive_steps_are_those_of_adam():
    """With the means of the gradients and of their squares written out as sums; the last weight has a gradient like the guard."""
    slopes = np.array([[2.0, -1.0, 1e-8], [0.5, 3.0, 2e-8], [-1.0, 0.0, -1e-8], [4.0, 1.0, 1e-8]])
    model = np.zeros(3)
    for steps in range(1, 5):
        shares = np.arange(steps)[::-1, None]
        mean = (0.1 * 0.9**shares * slopes[:steps]).sum(axis=0)
        square = (0.001 * 0.999**shares * slopes[:steps] ** 2).sum(axis=0)
        model -= 0.01 * 0.5**steps * (1 - 0.999**steps) ** 0.5 / (1 - 0.9**steps) * mean / (square**0.5 + 1e-8)
        training = Training(0.01, every=1, limit=steps, halving=1, adaptive=True)
        found = training.through(Falling(*slopes), np.zeros(3), [-9], 0)
        np.testing.assert_allclose(found.models[0], model, rtol=1e-4)


# Labelled samples -------------------------------------------------------------------------------------------------------------


class Given:
    """Scores that are the inputs themselves, and a gradient that tells which samples it was asked for."""

    def scores(self, model, inputs):
        return inputs

    def gradient(self, model, inputs, labels):
        assert (inputs[0] == labels).all()
        return labels.copy()


@pytest.mark.parametrize("count", [1, CHUNK, CHUNK + 1, 2 * CHUNK + 7])
def test_the_error_is_the_share_of_the_other_samples_that_are_taken_for_another_class(count):
    labels = np.arange(count) % 3
    scores = np.eye(3)[labels].T
    task = Labelled(Given(), None, None, (scores, labels), 1)
    assert task.error(None) == 0
    scores[:, -1] = np.roll(scores[:, -1], 1)
    assert task.error(None) == pytest.approx(1 / count)
    assert Labelled(Given(), None, None, (np.roll(np.eye(3)[labels].T, 1, axis=0), labels), 1).error(None) == 1
    scores[0, -1] = np.nan
    assert np.isnan(task.error(None))


def epochs(samples, batch, steps):
    """The samples of each of the first batches."""
    numbers = np.arange(samples)
    course = Labelled(Given(), numbers[None], numbers, (None, None), batch).course(4)
    return [course.gradient(None).tolist() for _ in range(steps)]


@pytest.mark.parametrize("batch", [1, 2, 3, 6])
def test_every_epoch_sees_every_sample_once_in_an_order_of_its_own(batch):
    per = 6 // batch
    found = epochs(6, batch, 4 * per)
    orders = [tuple(np.concatenate(found[k * per : (k + 1) * per])) for k in range(4)]
    assert {len(each) for each in found} == {batch}
    assert [sorted(order) for order in orders] == [list(range(6))] * 4
    assert len(set(orders)) == 4
    assert epochs(6, batch, 4 * per) == found


def test_what_is_left_over_at_the_end_of_an_epoch_is_left_out():
    found = epochs(8, 3, 40)
    assert {len(each) for each in found} == {3}
    assert all(len({*one, *two}) == 6 for one, two in zip(found[::2], found[1::2], strict=True))
    assert {sample for each in found for sample in each} == set(range(8))


def test_where_there_are_fewer_samples_than_a_batch_holds_all_are_taken():
    assert [sorted(each) for each in epochs(3, 5, 2)] == [[0, 1, 2]] * 2
