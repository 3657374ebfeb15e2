"""X3-4, Figure 4: does the shape of three layers change the bound?"""

from __future__ import annotations

from numerics.experiments.figure import Figure
from numerics.experiments.measure import Measurements
from numerics.experiments.step_bounds import figures_of, histograms
from numerics.experiments.step_draws import WIDTHS

PUBLISHED = dict.fromkeys(WIDTHS, 1e-4)


def run(seeds: int, seed: int) -> Measurements:
    return histograms("X3-4", seeds, seed, WIDTHS, PUBLISHED)


def draw(found: Measurements) -> tuple[Figure, ...]:
    return figures_of(
        found,
        WIDTHS,
        ("The bound for two shapes of three layers", "Where the two histograms are centred"),
        (
            "In each panel the two outlines lie on top of each other: one hump, steep on its right, with a long tail to the "
            "left. The hump of the lower panel, for smaller X, lies about a decade further right.",
            "Four rows of dots, two for each scale of X. Both shapes of the network have their dots in the same place, left of "
            "the cross for entries of X of variance 1 and right of it for the smaller X.",
        ),
    )
