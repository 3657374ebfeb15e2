"""X2-3: strings between convolutional networks that read digits (Fig. 1, third row), on small images in place of MNIST."""

from __future__ import annotations

import gzip
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from numerics.convolutional import Convolution, Dense, Pooling, Stack
from numerics.experiments import network_strings as strings
from numerics.experiments.figure import Figure
from numerics.experiments.measure import Measurements, quantity
from numerics.experiments.network_strings import Sweep
from numerics.experiments.string_tables import LENGTH, Published
from numerics.minibatches import Labelled, Training
from numerics.strings import Rules

Array = np.ndarray[Any, np.dtype[Any]]
PUBLISHED = {
    0.04: Published(1.003, 4.09),
    0.02: Published(1.005, 4.79),
    0.015: Published(1.008, 5.11),
    0.01: Published(1.017, 5.48, 0.001, 0.08),
    0.009: Published(1.022, 5.92, 0.001, 0.13),
    0.0085: Published(1.026, 5.94, 0.003, 0.15),
    0.008: Published(1.026, 6.00, 0.002, 0.15),
    0.00775: Published(1.030, 5.68, 0.003, 0.20),
    0.0075: Published(1.047, 6.63, 0.006, 0.25),
    0.007: Published(1.071, 7.12, 0.008, 0.29),
}
LEVELS, NARROW_LEVELS = (0.1, 0.06, 0.03, 0.02, 0.015, 0.01), (0.03, 0.02)


def network(one: int, two: int, hidden: int) -> Stack:
    """Two convolutions with so many channels, each with pooling, and a hidden layer, for images of 8 x 8 pixels."""
    top = (Dense(4 * two, hidden), Dense(hidden, 10, rectified=False))
    return Stack((Convolution(1, one), Pooling(), Convolution(one, two), Pooling(), *top))


NETWORK, NARROW = network(16, 32, 64), network(8, 16, 32)
RULES = Rules(bead_level=0.98, tolerance=1.02, points=20, at_worst=True, middle=True, depth=10, beads=40)
TRAINING = Training(rate=2e-3, every=10, limit=2000, adaptive=True)
TRAINED_ON, PAIRS = 1197, 4
NEAREST = "error of the nearest neighbour"
NARROWER = "normalised length with about a quarter of the weights, level {}"


@lru_cache(maxsize=1)
def digits() -> tuple[Array, Array]:
    """1797 images (1, 8, 8, 1797) with values from 0 to 1, and their labels, in a fixed random order."""
    packed = (files("numerics.experiments") / "data" / "digits.csv.gz").read_bytes()
    table = np.loadtxt(gzip.decompress(packed).decode("ascii").splitlines(), delimiter=",", dtype=int)
    table = table[np.random.RandomState(0).permutation(len(table))]
    return (table[:, :64].T.reshape(1, 8, 8, -1) / 16).astype(np.float32), table[:, 64]


def reading(net: Stack) -> Labelled:
    images, labels = digits()
    known, others = (images[..., :TRAINED_ON], labels[:TRAINED_ON]), (images[..., TRAINED_ON:], labels[TRAINED_ON:])
    return Labelled(net, *known, others, batch=50)


def sweep() -> Sweep:
    settings = {
        "data": "1797 handwritten digits of 8 x 8 pixels (Alpaydin and Kaynak, 1998), 1197 to train on and 600 to test, in place "
        "of 60 000 and 10 000 digits of 28 x 28",
        "network": f"3 x 3 convolutions with 16 and 32 channels, each with 2 x 2 pooling, a layer of 64, an output of 10: "
        f"{NETWORK.size} weights, in place of 5 x 5 with 32 and 64, a layer of 1024: 3.3 million",
        "left out": "dropout, and the second softmax of the published program",
        "narrow networks": f"8 and 16 channels, a layer of 32: {NARROW.size} weights, at the levels {NARROW_LEVELS}",
        "initial weights": "normal, variance 2 over the number of inputs, biases 0",
        "optimiser": "Adam, rate 2e-3 in place of 1e-4, batches of 50 in place of 100",
    }
    return Sweep("X2-3", reading(NETWORK), NETWORK.draw, LEVELS, TRAINING, RULES, PAIRS, PUBLISHED, settings)


def nearest_neighbour_error() -> float:
    """The share of the test images whose nearest training image shows another digit."""
    images, labels = digits()
    flat = images.reshape(-1, images.shape[-1]).astype(float)
    known, asked = flat[:, :TRAINED_ON], flat[:, TRAINED_ON:]
    apart = np.sum(known**2, axis=0)[:, None] - 2 * known.T @ asked
    return float(np.mean(labels[:TRAINED_ON][apart.argmin(axis=0)] != labels[TRAINED_ON:]))


def run(seeds: int, seed: int) -> Measurements:
    found = strings.measure(sweep(), seeds, seed)
    narrow = replace(sweep(), task=reading(NARROW), draw=NARROW.draw, levels=NARROW_LEVELS)
    lengths = strings.measure(narrow, seeds, seed)["quantities"]
    added = {NARROWER.format(level): lengths[LENGTH.format(level)] | {"published": None} for level in NARROW_LEVELS}
    added[NEAREST] = quantity("1", [nearest_neighbour_error()] * len(found["seeds"]))
    return found | {"quantities": found["quantities"] | added}


def draw(found: Measurements) -> tuple[Figure, ...]:
    return strings.draw_strings(sweep(), found, "digits", "test error $L_0$")
