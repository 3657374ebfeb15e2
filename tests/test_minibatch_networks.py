"""Convolutional and recurrent networks against their definitions, written out sample by sample, and against differences."""

from itertools import pairwise

import numpy as np
import pytest

from numerics.convolutional import Convolution, Dense, Pooling, Stack, softmax
from numerics.experiments.digit_strings import digits
from numerics.experiments.drawn_images import SHAPES, SIDE, draw_images
from numerics.experiments.network_strings import law_after, low_until
from numerics.experiments.word_strings import NETWORK, side_by_side, words
from numerics.minibatches import Labelled, Training
from numerics.recurrent import Memory

RNG = np.random.RandomState(0)
SMALL = Stack((Convolution(2, 3), Pooling(), Convolution(3, 4), Pooling(), Dense(4, 5), Dense(5, 3, rectified=False)))


def slopes(loss, model, step=1e-6):
    return np.array([(loss(model + step * e) - loss(model - step * e)) / (2 * step) for e in np.eye(len(model))])


def convolved(weights, image, kernels):
    """One image (c, h, w) under a 3 x 3 convolution and a rectifier, entry by entry."""
    channels, height, width = image.shape
    matrix, biases = weights[:-kernels].reshape(kernels, 3, 3, channels), weights[-kernels:]
    found = np.zeros((kernels, height, width))
    for k, i, j in np.ndindex(*found.shape):
        found[k, i, j] = biases[k]
        for a, b in np.ndindex(3, 3):
            y, x = i + a - 1, j + b - 1
            if 0 <= y < height and 0 <= x < width:
                found[k, i, j] += matrix[k, a, b] @ image[:, y, x]
    return np.maximum(found, 0)


def pooled(image):
    channels, height, width = image.shape
    return image.reshape(channels, height // 2, 2, width // 2, 2).max(axis=(2, 4))


def scores_by_definition(model, image):
    one, _, two, _, three, four = (model[part] for part in SMALL.parts)
    hidden = pooled(convolved(two, pooled(convolved(one, image, 3)), 4)).ravel()
    hidden = np.maximum(three[:-5].reshape(5, 4) @ hidden + three[-5:], 0)
    return four[:-3].reshape(3, 5) @ hidden + four[-3:]


def test_the_scores_are_those_of_the_definition():
    model, images = SMALL.draw(RNG) + 0.1 * RNG.standard_normal(SMALL.size), RNG.standard_normal((2, 4, 4, 3))
    expected = np.stack([scores_by_definition(model, images[..., k]) for k in range(3)], axis=1)
    np.testing.assert_allclose(SMALL.scores(model, images), expected, rtol=1e-12, atol=1e-12)


def test_the_gradient_of_a_convolutional_network():
    model, images = SMALL.draw(RNG) + 0.1 * RNG.standard_normal(SMALL.size), RNG.standard_normal((2, 4, 4, 5))
    labels = RNG.randint(3, size=5)

    def loss(weights):
        return -np.log(softmax(SMALL.scores(weights, images))[labels, range(5)]).mean()

    np.testing.assert_allclose(SMALL.gradient(model, images, labels), slopes(loss, model), rtol=1e-6, atol=1e-8)


def test_the_largest_of_equal_entries_passes_the_slope_on_once():
    _, tape = Pooling().forward(np.empty(0), np.ones((1, 2, 2, 1)))
    _, before = Pooling().backward(np.empty(0), tape, np.ones((1, 1, 1, 1)))
    assert before.ravel().tolist() == [1, 0, 0, 0]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def losses_by_definition(net, model, text, state):
    """One text, word by word: -log of the probability of each next word."""
    h, (embedding, *layers, last) = net.units, (model[part] for part in net.parts)
    state, found = [(c.copy(), o.copy()) for c, o in state], []
    for word, following in pairwise(text):
        value = embedding.reshape(net.words, h)[word]
        for k, layer in enumerate(layers):
            cell, out = state[k]
            gates = layer[: 8 * h * h].reshape(4 * h, 2 * h) @ np.concatenate([value, out]) + layer[8 * h * h :]
            entered, candidate, kept, shown = np.split(gates, 4)
            cell = sigmoid(kept) * cell + sigmoid(entered) * np.tanh(candidate)
            value = sigmoid(shown) * np.tanh(cell)
            state[k] = cell, value
        scores = last[: net.words * h].reshape(net.words, h) @ value + last[net.words * h :]
        found.append(-np.log(softmax(scores)[following]))
    return found


def memory():
    net = Memory(words=7, units=3)
    state = [(RNG.standard_normal((3, 2)), RNG.standard_normal((3, 2))) for _ in range(2)]
    return net, net.draw(RNG, 0.5), RNG.randint(7, size=(6, 2)), state


def test_the_losses_of_a_memory_are_those_of_the_definition():
    net, model, text, state = memory()
    single = [losses_by_definition(net, model, text[:, b], [(c[:, b], h[:, b]) for c, h in state]) for b in range(2)]
    np.testing.assert_allclose(net.losses(model, text, state)[0].reshape(5, 2).T, single, rtol=1e-12)


def test_the_memory_is_handed_on_from_piece_to_piece():
    net, model, text, state = memory()
    whole, after = net.losses(model, text, state)
    first, between = net.losses(model, text[:4], state)
    second, end = net.losses(model, text[3:], between)
    np.testing.assert_allclose(np.concatenate([first, second]), whole, rtol=1e-12)
    np.testing.assert_allclose(np.array(end), np.array(after), rtol=1e-12)


def test_the_gradient_of_a_memory():
    net, model, text, state = memory()
    found, after = net.gradient(model, text, state)
    expected = slopes(lambda weights: net.losses(weights, text, state)[0].sum() / 2, model)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(np.array(after), np.array(net.losses(model, text, state)[1]), rtol=1e-12)


# Training ---------------------------------------------------------------------------------------------------------------------


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


# Data and readings ------------------------------------------------------------------------------------------------------------


def test_the_digits():
    images, labels = digits()
    assert images.shape == (1, 8, 8, 1797)
    assert (images.min(), images.max()) == (0, 1)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_text():
    text = words(NETWORK.words)
    assert set(text) == set(range(NETWORK.words))
    assert (text[:4] > 1).any()
    assert (side_by_side(np.arange(103))[:2] == np.array([np.arange(0, 100, 5), np.arange(1, 101, 5)])).all()


def test_drawn_images_show_every_shape_and_depend_on_the_seed_alone():
    images, labels = draw_images(np.random.RandomState(2), 60, 0.5)
    again, _ = draw_images(np.random.RandomState(2), 60, 0.5)
    assert images.shape == (3, SIDE, SIDE, 60)
    assert set(labels) == set(range(len(SHAPES)))
    assert np.array_equal(images, again)
    row, column = np.indices((SIDE, SIDE)) - 5.5
    covered = [shape(column / 4, row / 4) for shape in SHAPES.values()]
    assert len({mask.tobytes() for mask in covered}) == len(SHAPES)
    assert all(10 < mask.sum() < 80 for mask in covered)


def test_a_power_law_is_fitted_from_the_threshold_on():
    levels = np.array([0.8, 0.4, 0.2, 0.1, 0.05])
    lengths = np.where(levels > 0.2, 1.0, (0.2 / levels) ** 0.7)
    assert low_until(lengths, 1.1) == 3
    assert law_after(levels, lengths, 1.1)[:2] == pytest.approx((0.7, 1))
    assert law_after(levels, lengths, 1.1)[2] < 0.97
    assert np.isnan(law_after(levels[:4], lengths[:4], 1.1)).all()
    assert low_until(np.array([np.nan, 1.0]), 1.1) == 0
