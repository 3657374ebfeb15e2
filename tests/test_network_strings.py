"""Strings of convolutional and recurrent networks: their data, and how their lengths are read."""

import numpy as np
import pytest

from numerics.experiments.digit_strings import digits
from numerics.experiments.drawn_images import SHAPES, SIDE, draw_images
from numerics.experiments.network_strings import law_after, low_until
from numerics.experiments.word_strings import NETWORK, side_by_side, words


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
