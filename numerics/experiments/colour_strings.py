"""X2-4: strings between convolutional networks that name shapes in coloured images (Fig. 1, fourth row), in place of CIFAR-10."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from numerics.convolutional import Convolution, Dense, Pooling, Stack
from numerics.experiments import network_strings as strings
from numerics.experiments.drawn_images import draw_images
from numerics.experiments.figure import Figure
from numerics.experiments.measure import Measurements
from numerics.experiments.network_strings import Sweep
from numerics.experiments.string_tables import Published
from numerics.minibatches import Labelled, Training
from numerics.strings import Rules

Array = np.ndarray[Any, np.dtype[Any]]
PUBLISHED = {
    0.8: Published(1.001, 3.00),
    0.7: Published(1.000, 3.00),
    0.6: Published(1.003, 3.00, 0.001),
    0.5: Published(1.005, 3.08, 0.001, 0.07),
    0.4: Published(1.012, 3.00, 0.002),
    0.3: Published(1.159, 3.90, 0.011, 0.17),
    0.2: Published(1.845, 5.90, 0.069, 0.36),
}
LEVELS = tuple(PUBLISHED)
NETWORK = Stack(
    (
        Convolution(3, 8),
        Pooling(),
        Convolution(8, 16),
        Pooling(),
        Dense(144, 32),
        Dense(32, 16),
        Dense(16, 10, rectified=False),
    )
)
RULES = Rules(bead_level=0.98, tolerance=1.1, points=20, at_worst=True, middle=True, depth=10, beads=40)
TRAINING = Training(rate=0.1, every=20, limit=4000)
TRAINED_ON, TESTED_ON, FAINTEST, DECAY, PAIRS = 3000, 600, 0.5, 0.004, 4


@lru_cache(maxsize=1)
def images() -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """What is trained on, and what is tested on."""
    rng = np.random.RandomState(0)
    return draw_images(rng, TRAINED_ON, FAINTEST), draw_images(rng, TESTED_ON, FAINTEST)


def sweep() -> Sweep:
    known, others = images()
    decay = np.zeros(NETWORK.size, np.float32)
    for part in NETWORK.parts[4:6]:
        decay[part] = DECAY
    task = Labelled(NETWORK, *known, others, batch=64, decay=decay)
    settings = {
        "data": "drawn images of 12 x 12 pixels in three channels, ten shapes in random colours on coloured noise, "
        f"{TRAINED_ON} to train on and {TESTED_ON} to test, in place of 50 000 and 10 000 photographs of 32 x 32",
        "contrast": f"from {FAINTEST} to 2; the lower end was chosen once, so that networks of this size reach an error of 20 %",
        "network": "3 x 3 convolutions with 8 and 16 channels, each with 2 x 2 pooling, layers of 32 and 16, an output of 10: "
        f"{NETWORK.size} weights, in place of 5 x 5 with 64 and 64, layers of 384 and 192: about a million",
        "left out": "local response normalisation, crops and flips",
        "initial weights": "normal, variance 2 over the number of inputs, biases 0",
        "optimiser": "gradient descent, rate .1, batches of 64 in place of 128, decay .004 of the two middle layers",
    }
    return Sweep("X2-4", task, NETWORK.draw, LEVELS, TRAINING, RULES, PAIRS, PUBLISHED, settings)


def run(seeds: int, seed: int) -> Measurements:
    return strings.measure(sweep(), seeds, seed)


def draw(found: Measurements) -> tuple[Figure, ...]:
    return strings.draw_strings(sweep(), found, "coloured images", "test error $L_0$")
