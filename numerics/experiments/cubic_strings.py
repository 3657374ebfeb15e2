"""X2-2: strings between networks that fit a cubic polynomial (Fig. 1, second row), with the finer levels around .16."""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.experiments import regression_strings as strings
from numerics.experiments.figure import Figure
from numerics.experiments.measure import Measurements, quantity
from numerics.experiments.regression_strings import Sweep
from numerics.experiments.string_tables import Published

PUBLISHED = {
    0.32: Published(1.003, 3.11),
    0.24: Published(1.004, 3.26),
    0.2: Published(1.004, 3.20),
    0.18: Published(1.005, 3.16),
    0.17: Published(1.004, 3.15),
    0.168: Published(1.006, 3.16),
    0.164: Published(1.523, 3.08),
    0.162: Published(1.870, 3.23),
    0.16: Published(2.278, 3.28),
    0.158: Published(2.538, 3.43, 0.148, 0.21),
    0.156: Published(2.415, 3.60),
    0.154: Published(1.989, 3.60),
    0.152: Published(1.783, 3.79),
    0.15: Published(1.657, 3.74, 0.092, 0.29),
    0.14: Published(1.422, 4.52, 0.056, 0.33),
    0.12: Published(1.375, 5.96, 0.055, 0.50),
    0.1: Published(1.382, 7.61, 0.057, 0.62),
    0.08: Published(1.394, 9.50, 0.041, 0.55),
    0.07: Published(1.418, 10.86, 0.045, 0.58),
    0.06: Published(1.435, 12.43, 0.044, 0.69),
    0.05: Published(1.428, 14.05, 0.047, 0.79),
    0.04: Published(1.447, 15.91, 0.045, 0.92),
    0.03: Published(1.509, 18.72, 0.060, 1.15),
    0.02: Published(1.688, 27.29, 0.076, 1.91),
    0.01: Published(1.872, 46.33, 0.082, 2.68),
}
CONSTANT = "least mean absolute error of a constant output"


def sweep() -> Sweep:
    return Sweep("X2-2", strings.cubic(), PUBLISHED, varied_at=(0.14, 0.08, 0.04), fitted_below=0.145)


def best_constant() -> float:
    """min over c of the mean of |c - f(x)|: the error of the median."""
    targets = strings.cubic(10_000).targets
    return float(np.mean(np.abs(targets - np.median(targets))))


def run(seeds: int, seed: int) -> Measurements:
    found = strings.measure(sweep(), seeds, seed)
    added: dict[str, Any] = {CONSTANT: quantity("1", [best_constant()] * seeds)}
    return found | {"quantities": found["quantities"] | added}


def draw(found: Measurements) -> tuple[Figure, ...]:
    return strings.draw(sweep(), found, "cubic target")
