"""The experiments of the documents: one module for each figure or table, each run over many seeds.

``run`` measures, ``draw`` makes figures of what was measured; nothing is imported before it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics.experiments.figure import Figure

TITLES: dict[str, str] = {
    "X0-1": "One layer on the arithmetic-progression data",
    "X0-2": "Four layers on the arithmetic-progression data",
    "X0-3": "Momentum with line searches",
    "X0-4": "Level curves and the price of a condition number",
    "X0-5": "What a computer prints for the condition number",
    "X1-1": "Gradient descent and Adam on a two-layer product",
    "X1-2": "The notebook's least-squares optimiser",
    "X1-3": "The expected loss in place of the sampled one",
    "X1-4": "More data",
    "X2-1": "Strings between networks that fit a quadratic polynomial",
    "X2-2": "Strings between networks that fit a cubic polynomial",
    "X2-3": "Strings between convolutional networks that read digits",
    "X2-4": "Strings between convolutional networks on coloured images",
    "X2-5": "Strings between recurrent networks that predict the next word",
    "X2-6": "A string projected onto its principal axes",
    "X2-7": "Three permuted points: a model and its copy with two units swapped",
    "X2-8": "Two clouds and two rectified units",
    "X3-1": "Plateaus of gradient descent at the critical values of low rank",
    "X3-2": "Leaving strict and non-strict saddles with gradient descent",
    "X3-3": "Doubling the step until descent fails",
    "X3-4": "The step-size bound for two shapes of three layers",
    "X3-5": "The step-size bound for two, three and four layers",
    "X3-6": "The first diverging step of a hundred networks",
    "X3-7": "Leaving strict and non-strict saddles with Adam",
    "X4-1": "Local convergence of the approximate Newton method",
    "X4-2": "Activation functions under the approximate Newton method",
    "X4-3": "Back-propagation beside the approximate Newton method",
    "X4-4": "Training on XOR",
}
_MODULES = {
    "X0-1": "one_layer",
    "X0-2": "four_layers",
    "X0-3": "momentum_run",
    "X0-4": "level_curves",
    "X0-5": "condition_number",
    "X1-1": "notebook_gradient",
    "X1-2": "notebook_least_squares",
    "X1-3": "expected_loss",
    "X1-4": "more_data",
    "X2-1": "quadratic_strings",
    "X2-2": "cubic_strings",
    "X2-3": "digit_strings",
    "X2-4": "colour_strings",
    "X2-5": "word_strings",
    "X2-6": "string_projection",
    "X2-7": "permuted_points",
    "X2-8": "two_gaussians",
    "X3-1": "critical_point_runs",
    "X3-2": "saddle_starts",
    "X3-3": "step_doubling",
    "X3-4": "bound_widths",
    "X3-5": "bound_depths",
    "X3-6": "divergence_thresholds",
    "X3-7": "saddle_escape",
    "X4-1": "local_convergence",
    "X4-2": "activations",
    "X4-3": "back_propagation",
    "X4-4": "exclusive_or",
}


def _module(experiment_id: str) -> Any:
    if experiment_id not in _MODULES:
        raise ValueError(f"no experiment {experiment_id!r}; there are {', '.join(_MODULES)}")
    return import_module(f"numerics.experiments.{_MODULES[experiment_id]}")


def run(experiment_id: str, *, seeds: int = 40, seed: int = 0) -> dict[str, Any]:
    """The measurements of an experiment over ``seeds`` seeds derived from ``seed``; JSON-serialisable, reproducible to the byte.

    Keys: experiment, seeds, settings (with the settings that no document states under ``varied``), quantities (name to unit,
    published, published_words and one value for each seed, null where not finite) and curves (name to x and y).
    Raises ValueError for an unknown id or fewer than one seed.
    """
    module = _module(experiment_id)
    if seeds < 1:
        raise ValueError(f"an experiment needs at least one seed, not {seeds}")
    return module.run(seeds, seed)


def draw(experiment_id: str, measurements: dict[str, Any]) -> tuple[Figure, ...]:
    """The figures of an experiment, drawn from its measurements alone."""
    return _module(experiment_id).draw(measurements)
