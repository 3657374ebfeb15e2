"""X3-5, Figure 5 (with the left of Figure 4): how the bound changes from two to three to four layers."""

from __future__ import annotations

from numerics.experiments.figure import Figure
from numerics.experiments.measure import Measurements
from numerics.experiments.step_bounds import figures_of, histograms
from numerics.experiments.step_draws import DEPTHS

PUBLISHED = {"two layers": 1e-3, "three layers": 1e-4, "four layers": 1e-4}


def run(seeds: int, seed: int) -> Measurements:
    return histograms("X3-5", seeds, seed, DEPTHS, PUBLISHED)


def draw(found: Measurements) -> tuple[Figure, ...]:
    return figures_of(
        found,
        DEPTHS,
        ("The bound for two, three and four layers", "Where the three histograms are centred"),
        (
            "In each panel three humps of like shape stand side by side, two layers furthest right, four furthest left; each "
            "overlaps the next one.",
            "Six rows of dots: the medians fall from row to row as layers are added, by a factor of about six and then of about "
            "three.",
        ),
    )
