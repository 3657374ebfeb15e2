"""Hypothesis strategies that build instances.  Families are known by name and loaded only when a search asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

_MODULES = {
    "networks": ("affine_networks", "nonlinear_networks", "layer_budgets"),
    "regression": (
        "least_squares",
        "progressions",
        "progressions_from_zero",
        "near_progressions",
        "affine_points",
        "stationary_points",
        "segments",
        "descents",
        "complex_inputs",
    ),
    "training": ("chain_segments", "scalar_units", "quartics", "paired_trainings", "deep_regressions"),
    "product": (
        "two_layers",
        "fitted_networks",
        "steps",
        "damped",
        "distributions",
        "white_distributions",
        "realisations",
        "small_two_layers",
        "noisy_problems",
    ),
    "deep_linear": (
        "data_sets",
        "deep_linear_networks",
        "small_deep_linear_networks",
        "spectral_data_sets",
        "repeated_spectral_data_sets",
        "singular_spectral_data_sets",
        "critical_points",
        "repeated_critical_points",
        "singular_critical_points",
        "leading_critical_points",
        "trailing_critical_points",
        "global_minimisers",
    ),
    "strings": (
        "valleys",
        "convex_costs",
        "one_valley_costs",
        "costs",
        "neighbours",
        "scaled_chains",
        "output_layers",
        "swapped_units",
    ),
    "notebook": ("loss_lists", "long_loss_lists", "packed", "packed_with_negative", "loss_traces", "interleavings"),
}
FAMILIES = {name: f"claims.strategies.{module}" for module, names in _MODULES.items() for name in names}


@dataclass(frozen=True)
class Family:
    """A named set of instances with its strategy and what it contains, in words."""

    name: str
    words: str
    strategy: Any


def family(name: str) -> Family:
    """The family of that name.  Raises KeyError with the known names for an unknown one."""
    if name not in FAMILIES:
        raise KeyError(f"no family is called {name!r}; there are {', '.join(sorted(FAMILIES))}")
    builder = getattr(import_module(FAMILIES[name]), name)
    return Family(name, " ".join((builder.__doc__ or "").split()), builder())


def words(name: str) -> str:
    """What a family contains, in one sentence (loads its module)."""
    return family(name).words
