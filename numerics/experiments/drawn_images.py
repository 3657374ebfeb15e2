"""Coloured images of ten shapes, drawn: a stand-in for photographs that is hard enough for small convolutional networks.

The ground has the spectrum of natural images (amplitudes fall as 1/frequency), in correlated channels; one shape of a random
colour, place, size and tilt lies on it, now and then hardly visible.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
SIDE = 12
SHAPES: dict[str, Callable[[Array, Array], Array]] = {
    "disc": lambda u, v: u**2 + v**2 < 1,
    "ring": lambda u, v: np.abs(np.sqrt(u**2 + v**2) - 0.75) < 0.3,
    "square": lambda u, v: np.maximum(np.abs(u), np.abs(v)) < 0.85,
    "frame": lambda u, v: np.abs(np.maximum(np.abs(u), np.abs(v)) - 0.7) < 0.28,
    "triangle": lambda u, v: (v > -0.8) & (v + 1.8 * np.abs(u) < 1),
    "cross": lambda u, v: (np.minimum(np.abs(u), np.abs(v)) < 0.3) & (np.maximum(np.abs(u), np.abs(v)) < 1),
    "saltire": lambda u, v: (np.abs(np.abs(u) - np.abs(v)) < 0.4) & (np.maximum(np.abs(u), np.abs(v)) < 0.95),
    "lying bars": lambda u, v: (np.abs(np.abs(v) - 0.6) < 0.3) & (np.abs(u) < 1),
    "standing bars": lambda u, v: (np.abs(np.abs(u) - 0.6) < 0.3) & (np.abs(v) < 1),
    "checks": lambda u, v: (u * v > 0) & (np.maximum(np.abs(u), np.abs(v)) < 0.95),
}


def draw_images(rng: np.random.RandomState, count: int, faintest: float) -> tuple[Array, Array]:
    """(3, SIDE, SIDE, count) in single precision, and the number of the shape on each; contrasts are at least ``faintest``."""
    labels = rng.randint(len(SHAPES), size=count)
    images = _grounds(rng, count)
    for k, label in enumerate(labels):
        images[..., k] += _shape(rng, int(label), faintest)
    return images.astype(np.float32), labels


def _grounds(rng: np.random.RandomState, count: int) -> Array:
    """Coloured noise of variance 1/4 in each channel, three quarters of it common to all three."""
    frequency = np.fft.fftfreq(SIDE)
    size = np.hypot(frequency[:, None], frequency[None, :])
    size[0, 0] = 1 / SIDE
    white = rng.standard_normal((4, SIDE, SIDE, count))
    noise = np.fft.ifft2(np.fft.fft2(white, axes=(1, 2)) / size[None, :, :, None], axes=(1, 2)).real
    noise /= noise.std()
    ground: Array = 0.5 * (0.75**0.5 * noise[:1] + 0.25**0.5 * noise[1:])
    return ground


def _shape(rng: np.random.RandomState, label: int, faintest: float) -> Array:
    """One shape (3, SIDE, SIDE), 0 around it."""
    x, y, radius, tilt = rng.uniform((4, 4, 2.8, -0.25), (7, 7, 4.2, 0.25))
    colour = rng.standard_normal(3)
    colour *= rng.uniform(faintest, 2) / np.linalg.norm(colour) * 3**0.5
    row, column = np.indices((SIDE, SIDE)).astype(float)
    c, s = np.cos(tilt) / radius, np.sin(tilt) / radius
    u, v = c * (column - x) + s * (row - y), c * (row - y) - s * (column - x)
    covered: Array = list(SHAPES.values())[label](u, v)
    return colour[:, None, None] * covered
