"""X2-1: strings between networks that fit a quadratic polynomial (Fig. 1, first row)."""

from __future__ import annotations

from numerics.experiments import regression_strings as strings
from numerics.experiments.figure import Figure
from numerics.experiments.measure import Measurements
from numerics.experiments.regression_strings import Sweep
from numerics.experiments.string_tables import Published

PUBLISHED = {
    0.125: Published(1.270, 3.98, 0.049, 0.24),
    0.1: Published(1.346, 5.04, 0.069, 0.33),
    0.075: Published(1.291, 5.40, 0.066, 0.40),
    0.05: Published(1.366, 6.81, 0.089, 0.55),
    0.025: Published(1.329, 8.17, 0.073, 0.66),
    0.01: Published(1.476, 13.83, 0.104, 1.38),
    0.0075: Published(1.650, 18.76, 0.115, 2.00),
    0.005: Published(1.661, 23.45, 0.127, 2.35),
    0.0025: Published(1.754, 38.34, 0.141, 4.70),
    0.001: Published(1.863, 62.43, 0.154, 5.94),
}


def sweep() -> Sweep:
    return Sweep("X2-1", strings.quadratic(), PUBLISHED, varied_at=(0.1, 0.025, 0.01))


def run(seeds: int, seed: int) -> Measurements:
    return strings.measure(sweep(), seeds, seed)


def draw(found: Measurements) -> tuple[Figure, ...]:
    return strings.draw(sweep(), found, "quadratic target")
