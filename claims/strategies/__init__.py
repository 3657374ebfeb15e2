"""Hypothesis strategies that build instances.  Families are known by name and loaded only when a search asks for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from claims import own

_MODULES = {
    "networks": ("affine_networks", "nonlinear_networks", "biased_rectifiers", "layer_budgets"),
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
        "opposed",
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
    "level_paths": (
        "wide_ends",
        "literal_ends",
        "square_ends",
        "any_ends",
        "narrow_ends",
        "turned_square_ends",
        "wide_points",
        "wide_or_square_points",
        "narrow_points",
        "two_layer_points",
        "layer_pairs",
        "width_lists",
        "singular_paths",
        "wide_ridge_ends",
        "any_ridge_ends",
        "factorings",
        "ridge_descents",
        "deep_ridges",
        "ridges_of_any_depth",
    ),
    "balanced": ("balanced_critical_points",),
    "descent_chains": (
        "quadratic_descents",
        "singular_descents",
        "layer_steps",
        "balanced_steps",
        "product_slopes",
        "nearly_balanced",
        "balanced_chains",
        "unbalanced_chains",
        "source_steps",
        "two_layer_source_steps",
        "deep_source_steps",
        "two_layer_critical_points",
        "deep_critical_points",
        "plain_steps",
        "longest_steps",
        "wild_steps",
        "wild_plain_steps",
        "deep_wild_steps",
        "alternations",
        "two_layer_alternations",
        "deep_alternations",
        "halved_alternations",
        "runaways",
        "visited",
        "raised",
        "chosen_deltas",
    ),
    "nonlinear_units": ("cubic_units", "rectifier_units", "wide_layers"),
    "critical_points": (
        "stationary_networks",
        "repeated_stationary_networks",
        "singular_stationary_networks",
        "all_stationary_networks",
        "spectral_networks",
        "shallow_critical_points",
        "deep_leading_points",
        "all_leading_points",
        "tightened_points",
        "all_tightened_networks",
        "outranked_networks",
        "vanishing_leading_points",
        "example_networks",
        "example_rank_three_points",
        "noiseless_regressions",
    ),
    "local_to_global": (
        "all_critical_points",
        "deficient_critical_points",
        "deficient_restricted_points",
        "contenders",
        "rank_restricted_points",
        "decompositions",
        "perturbations",
        "perturbed_minimisers",
    ),
    "feedforward": (
        "learnings",
        "small_learnings",
        "deep_learnings",
        "two_layer_learnings",
        "untrained_networks",
        "narrowing_networks",
        "moves",
        "fitted_moves",
        "exact_fits",
        "shifted_fits",
        "odd_fits",
        "unattainable_tasks",
        "kinked_learnings",
        "stationary_learnings",
        "constant_tasks",
        "one_layer_learnings",
        "smooth_fits",
        "bottlenecks",
        "full_rank_moves",
        "square_hidden_layers",
        "linear_critical_points",
        "partitions",
        "sample_sets",
        "free_sample_sets",
        "residuals",
        "arguments",
        "xor_networks",
        "xor_points",
        "single_xor_points",
    ),
    "landscapes": (
        "landscapes",
        "any_landscapes",
        "other_landscapes",
        "bottomless_landscapes",
        "plateaus",
        "ridges",
        "germs",
    ),
    "gauge": (
        "regauged_networks",
        "square_regauged_networks",
        "freely_regauged_networks",
        "rescaled_networks",
        "signed_networks",
        "permuted_networks",
        "unit_layers",
        "frames",
    ),
    "three_points": ("three_points", "surrounding_points"),
    "mixtures": ("labelled_clusters", "rectifiers", "mixed_targets", "linear_pairs"),
    "rectified": (
        "unit_pairs",
        "narrow_unit_pairs",
        "symmetric_unit_pairs",
        "stretched_pairs",
        "tasks",
        "half_rectified_networks",
        "biased_tasks",
        "coefficient_moves",
        "idle_moves",
        "turning_moves",
        "detours",
        "turning_detours",
        "overparametrised_pairs",
        "unit_sets",
        "net_exponents",
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
    """The family of that name, the suite's or one's own.  Raises KeyError with the known names for an unknown one."""
    brought = own.family(name)
    if brought is not None:
        return Family(name, _described(brought), _drawn(brought))
    if name not in FAMILIES:
        raise KeyError(f"no family is called {name!r}; there are {', '.join(sorted(FAMILIES))}")
    builder = getattr(import_module(FAMILIES[name]), name)
    return Family(name, _described(builder), builder())


def _described(builder: Callable[..., Any]) -> str:
    return " ".join((builder.__doc__ or "").split())


def _drawn(builder: Callable[[Any], Any]) -> Any:
    """The strategy behind a function of a Draw."""
    from hypothesis import strategies

    from claims.strategies.entropy import Draw

    return strategies.composite(lambda draw: builder(Draw(draw)))()


def words(name: str) -> str:
    """What a family contains, in one sentence (loads its module); nothing of a family that does not exist."""
    brought = own.family(name)
    if brought is not None:
        return _described(brought)
    return _words(name) if name in FAMILIES else ""


@cache
def _words(name: str) -> str:
    return family(name).words
