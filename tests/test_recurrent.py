"""Memories against their definition, written out word by word, and against differences."""

from itertools import pairwise

import numpy as np
import pytest
from differences import slopes

from numerics.convolutional import softmax
from numerics.recurrent import Memory

RNG = np.random.RandomState(0)


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


def test_the_weights_are_those_of_the_embedding_the_layers_and_the_scores():
    net = Memory(words=7, units=3, depth=2)
    assert [(part.start, part.stop) for part in net.parts] == [(0, 21), (21, 105), (105, 189), (189, 217)]
    assert net.size == 217


def test_all_weights_are_drawn_from_around_zero():
    net = Memory(words=50, units=20)
    drawn = net.draw(np.random.RandomState(0), 0.3)
    assert drawn.shape == (net.size,)
    assert (drawn.min(), drawn.max()) == pytest.approx((-0.3, 0.3), rel=1e-3)
    assert abs(drawn.mean()) < 0.01
    assert np.abs(Memory(words=50, units=20).draw(np.random.RandomState(0))).max() == pytest.approx(0.1, rel=1e-3)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_at_the_start_nothing_is_remembered(depth):
    """The first text is as long as it may be for one prediction, and texts do not see each other."""
    net = Memory(words=4, units=2, depth=depth)
    model, text = net.draw(RNG, 0.5), RNG.randint(4, size=(2, 3))
    start = net.start(3, model)
    assert np.array(start).shape == (depth, 2, 2, 3)
    assert not np.any(start)
    single = [losses_by_definition(net, model, text[:, b], [(np.zeros(2), np.zeros(2))] * depth) for b in range(3)]
    np.testing.assert_allclose(net.losses(model, text, start)[0][:, None], single, rtol=1e-12)
    expected = slopes(lambda weights: net.losses(weights, text, start)[0].mean(), model)
    np.testing.assert_allclose(net.gradient(model, text, start)[0], expected, rtol=1e-6, atol=1e-8)


def test_single_precision_stays_single():
    net, model, text, _ = memory()
    single = model.astype(np.float32)
    start = net.start(2, single)
    (found, after), (values, _) = net.gradient(single, text, start), net.losses(single, text, start)
    assert {part.dtype for part in (found, values, *(array for state in (*start, *after) for array in state))} == {single.dtype}
    np.testing.assert_allclose(found, net.gradient(model, text, net.start(2, model))[0], rtol=1e-3, atol=1e-5)


def test_large_scores_do_not_overflow():
    net = Memory(words=2, units=1, depth=1)
    model = np.zeros(net.size)
    model[-2:] = 800, 0
    with np.errstate(over="raise"):
        assert net.losses(model, np.array([[0, 0], [0, 1]]), net.start(2, model))[0].tolist() == [0, 800]
