"""Convolutional networks against their definition, written out entry by entry, and against differences."""

import numpy as np
import pytest
from differences import slopes

from numerics.convolutional import Convolution, Dense, Pooling, Stack, affine, affine_slopes, cross_entropy_slope, softmax

RNG = np.random.RandomState(0)
SMALL = Stack((Convolution(2, 3), Pooling(), Convolution(3, 4), Pooling(), Dense(4, 5), Dense(5, 3, rectified=False)))


def convolved(weights, image, kernels, kernel=3):
    """One image (c, h, w) under a convolution and a rectifier, entry by entry."""
    channels, height, width = image.shape
    matrix, biases = weights[:-kernels].reshape(kernels, kernel, kernel, channels), weights[-kernels:]
    found = np.zeros((kernels, height, width))
    for k, i, j in np.ndindex(*found.shape):
        found[k, i, j] = biases[k]
        for a, b in np.ndindex(kernel, kernel):
            y, x = i + a - kernel // 2, j + b - kernel // 2
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


# Single layers ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", [1, 3, 5, 7])
def test_a_convolution_with_a_kernel_of_any_odd_size(kernel):
    """On images that are no squares, one of them smaller than the kernel."""
    for height, width in ((5, 4), (2, 3)):
        layer, images = Convolution(2, 3, kernel), RNG.standard_normal((2, height, width, 4))
        weights = RNG.standard_normal(layer.size)
        found, _ = layer.forward(weights, images)
        assert found.shape == (3, height, width, 4)
        for k in range(4):
            np.testing.assert_allclose(found[..., k], convolved(weights, images[..., k], 3, kernel), rtol=1e-12, atol=1e-12)


def slopes_of(layer, inputs):
    """The slopes of a layer with regard to its weights and its inputs, and those by differences, for a random sum of outputs."""
    weights = RNG.standard_normal(layer.size)
    found, tape = layer.forward(weights, inputs)
    signal = RNG.standard_normal(found.shape)
    own, before = layer.backward(weights, tape, signal)
    assert (own.shape, before.shape) == (weights.shape, inputs.shape)
    total = lambda w, x: np.sum(layer.forward(w, x.reshape(inputs.shape))[0] * signal)  # noqa: E731
    expected = slopes(lambda w: total(w, inputs), weights), slopes(lambda x: total(weights, x), inputs.ravel())
    return (own, before.ravel()), expected


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Convolution(2, 3), (2, 5, 4, 3)),
        (Convolution(1, 2, 5), (1, 3, 6, 2)),
        (Convolution(2, 3, 1), (2, 3, 2, 4)),
        (Pooling(), (2, 4, 6, 3)),
        (Dense(12, 3), (2, 3, 2, 4)),
        (Dense(3, 2, rectified=False), (3, 5)),
    ],
)
def test_what_is_passed_back_agrees_with_differences(layer, shape):
    found, expected = slopes_of(layer, RNG.standard_normal(shape))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_an_affine_map():
    weights, inputs = np.array([1.0, 2, 3, 4, 5, 6, 10, 20]), np.array([[1.0], [0], [2]])
    assert affine(weights, inputs).tolist() == [[1 + 6 + 10], [4 + 12 + 20]]
    own, before = affine_slopes(weights, inputs, np.array([[1.0], [-1]]))
    assert own.tolist() == [1, 0, 2, -1, 0, -2, 1, -1]
    assert before.tolist() == [[-3], [-3], [-3]]


# Drawing and scores -----------------------------------------------------------------------------------------------------------


def test_weights_are_drawn_with_variance_two_over_the_inputs_and_biases_are_zero():
    net = Stack((Convolution(10, 60), Pooling(), Dense(1, 4000), Dense(500, 20, rectified=False)))
    drawn = net.draw(np.random.RandomState(1))
    assert net.size == 91 * 60 + 2 * 4000 + 501 * 20
    for layer, part in zip(net.layers, net.parts, strict=True):
        if layer.size:
            weights, biases = np.split(drawn[part], [-layer.leaving])
            assert (weights != 0).all()
            assert (biases == 0).all()
            assert weights.std() == pytest.approx((2 / layer.entering) ** 0.5, rel=0.05)
            assert abs(weights.mean()) < 0.1 * weights.std()


def test_large_scores_do_not_overflow():
    with np.errstate(all="raise", under="ignore"):
        scores = np.array([[800.0, -3.0], [0.0, -3.0]])
        assert softmax(scores).tolist() == [[1, 0.5], [0, 0.5]]
        assert cross_entropy_slope(scores, np.array([1, 1])).tolist() == [[0.5, 0.25], [-0.5, -0.25]]
