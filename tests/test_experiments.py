"""Experiments: the contract of their measurements and figures, and numbers that are known in other ways."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from numerics import experiments
from numerics.experiments import (
    activations,
    back_propagation,
    colour_strings,
    condition_number,
    critical_point_runs,
    digit_strings,
    divergence_thresholds,
    exclusive_or,
    four_layers,
    layers,
    level_curves,
    local_convergence,
    momentum_run,
    more_data,
    notebook,
    notebook_gradient,
    notebook_least_squares,
    one_layer,
    permuted_points,
    regression_strings,
    saddle_escape,
    saddle_starts,
    step_bounds,
    step_doubling,
    two_gaussians,
    word_strings,
)
from numerics.experiments.measure import band, curve, plain, quantity, seeds_of
from numerics.product import kron_lstsq_step
from numerics.recurrent import Memory
from numerics.side_by_side import Adam

SEEDS = 2
OLD_CUTOFF = notebook_least_squares._old_cutoff


@pytest.fixture(autouse=True)
def small_budgets(monkeypatch):
    """The same code with fewer steps."""
    for module in (one_layer, four_layers):
        monkeypatch.setattr(module, "EPOCHS", 30)
    monkeypatch.setattr(four_layers, "SHORT", 10)
    monkeypatch.setattr(four_layers, "READINGS", {"three matrices": (100, 20, 10, 1), "four matrices": (100, 15, 20, 10, 1)})
    monkeypatch.setattr(momentum_run, "STEPS", 12)
    monkeypatch.setattr(more_data, "SAMPLES", (50, 1000, 2000))
    monkeypatch.setattr(step_bounds, "COUNT", 30)
    for module in (step_doubling, divergence_thresholds):
        monkeypatch.setattr(module, "EPOCHS", 40)
    monkeypatch.setattr(local_convergence, "PRECISE_STEPS", 4)
    monkeypatch.setattr(local_convergence, "RADII", (0.1, 30.0))
    for module in (activations, exclusive_or):
        monkeypatch.setattr(module, "STEPS", 12)
    for name, value in {"STEPS": 8, "FULL_STEPS": 8, "TRIAL_STEPS": 5, "DESCENT_STEPS": 40, "LAST": 5}.items():
        monkeypatch.setattr(back_propagation, name, value)
    monkeypatch.setattr(notebook_gradient, "LONG", 4000)
    monkeypatch.setattr(notebook_least_squares, "STEPS", 195)
    short = tuple(replace(setting, epochs=40) for setting in critical_point_runs.SETTINGS)
    monkeypatch.setattr(critical_point_runs, "SETTINGS", short)
    monkeypatch.setattr(saddle_starts, "EPOCHS", 60)
    monkeypatch.setattr(saddle_starts, "UNTOUCHED", 20)
    monkeypatch.setattr(saddle_escape, "EPOCHS", 35)
    few = tuple(replace(setting, runs=3) for setting in saddle_escape.SETTINGS)
    monkeypatch.setattr(saddle_escape, "SETTINGS", few)
    monkeypatch.setattr(saddle_escape, "GIVEN_SETTING", few[0])
    monkeypatch.setattr(regression_strings, "ENDS", Adam(limit=2500))
    monkeypatch.setattr(regression_strings, "BEADS", Adam(limit=300, every=15, at_least=15))
    for module in (permuted_points, two_gaussians):
        monkeypatch.setattr(module, "TRAIN", Adam(rate=1e-2, limit=400))
    monkeypatch.setattr(permuted_points, "STARTS", 8)
    for module, levels in ((digit_strings, (0.85, 0.7)), (colour_strings, (0.92, 0.85)), (word_strings, (180.0, 100.0))):
        monkeypatch.setattr(module, "LEVELS", levels)
        monkeypatch.setattr(module, "TRAINING", replace(module.TRAINING, every=10, limit=20))
        monkeypatch.setattr(module, "RULES", replace(module.RULES, points=2, depth=1))
    monkeypatch.setattr(digit_strings, "NARROW_LEVELS", (0.85,))
    monkeypatch.setattr(colour_strings, "TESTED_ON", 200)
    monkeypatch.setattr(word_strings, "NETWORK", Memory(words=200, units=8))
    ones = lambda setup, factor: tuple(np.ones((count, len(setup.inputs))) for count in (196, 195))  # noqa: E731
    monkeypatch.setattr(notebook_least_squares, "_old_cutoff", ones)


@pytest.mark.parametrize("name", list(experiments.TITLES))
def test_measurements_and_figures_keep_their_contract(name):
    found = experiments.run(name, seeds=SEEDS, seed=5)
    text = json.dumps(found, allow_nan=False)
    assert found["experiment"] == name
    assert found["seeds"] == seeds_of(5, SEEDS)
    assert "varied" in found["settings"]
    for key, entry in found["quantities"].items():
        assert set(entry) == {"unit", "published", "published_words", "values"}, key
        assert len(entry["values"]) == SEEDS, key
        assert entry["unit"], key
    assert all(len(line["x"]) == len(line["y"]) <= 120 for line in found["curves"].values())
    figures = experiments.draw(name, json.loads(text))
    assert figures
    for figure in figures:
        assert figure.alt
        assert figure.caption
        assert ET.fromstring(figure.svg).tag.endswith("svg")
        assert "<dc:date>" not in figure.svg


@pytest.mark.parametrize("name", ["X0-3", "X0-4", "X3-1", "X3-7"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(name):
    first, again, other = (experiments.run(name, seeds=2, seed=seed) for seed in (1, 1, 2))
    assert json.dumps(first) == json.dumps(again)
    assert json.dumps(first) != json.dumps(other)
    assert experiments.draw(name, first) == experiments.draw(name, again)


def test_a_seed_does_not_depend_on_how_many_are_run():
    assert seeds_of(3, 40)[:5] == seeds_of(3, 5)
    assert not set(seeds_of(3, 40)) & set(seeds_of(4, 40))


@pytest.mark.parametrize(("name", "seeds", "words"), [("X9-9", 2, "no experiment 'X9-9'"), ("X0-4", 0, "at least one seed")])
def test_what_cannot_be_run_is_refused(name, seeds, words):
    with pytest.raises(ValueError, match=words):
        experiments.run(name, seeds=seeds)


def test_plain_numbers():
    assert [plain(value) for value in (1.0, np.inf, np.nan, 1 / 3, 2.0e9)] == [1, None, None, 0.333333, 2.0e9]
    assert quantity("1", [1, np.inf])["values"] == [1, None]
    assert len(curve(range(1000), range(1000))["x"]) == 120
    assert curve(range(1000), range(1000))["x"][-1] == 999
    rows = np.array([[1.0, 2.0, np.nan]])
    assert band("a", [0], rows)["a, 90 %"]["y"] == [None]
    assert band("a", [0], rows)["a, median"]["y"] == [2]


# numbers that are known in other ways ---------------------------------------------------------------------------------------


def test_the_notebooks_draws_come_in_its_order():
    setup = notebook.problems([7])
    rng = np.random.RandomState(7)
    W1, W2 = rng.randn(10, 6), rng.randn(6, 6)
    A = np.linspace(1, 1e-5, 10).reshape(-1, 1) * rng.rand(10, 6)
    X = rng.randn(6, 1000)
    for ours, theirs in zip((*setup.start, setup.target, setup.inputs), (W1, W2, A, X), strict=True):
        assert np.array_equal(ours[0], theirs)


def test_gradient_descent_is_the_notebooks_loop_over_all_samples():
    setup = notebook.problems([7])
    W1, W2, X = setup.start[0][0], setup.start[1][0], setup.inputs[0]
    Y = setup.target[0] @ X
    losses = []
    for _ in range(20):
        error = W1 @ W2 @ X - Y
        losses.append(np.sum(error**2))
        W1, W2 = W1 - 1e-5 * 2 * error @ (W2 @ X).T, W2 - 1e-5 * 2 * W1.T @ error @ X.T
    assert notebook.first_order(setup.start, setup.data, "GD", (1e-5,), 19).losses[:, 0, 0] == pytest.approx(losses, rel=1e-9)


def test_the_coded_loss_is_the_notebooks_line():
    setup = notebook.problems([7])
    W1, W2, X = setup.start[0][0], setup.start[1][0], setup.inputs[0]
    Y = setup.target[0] @ X
    lines = []
    for _ in range(3):
        first, second = kron_lstsq_step(W1, W2, X, Y)
        W1, W2 = W1 + 0.2 * first, W2 + 0.2 * second
        lines.append((np.sum((W1 @ W2 @ X - Y) ** 2), np.sum(W1 @ W2 @ X - Y) ** 2))
    true, coded = notebook_least_squares._factor_run(setup, 0.2)
    assert np.column_stack([true[1:4, 0], coded[:3, 0]]) == pytest.approx(np.array(lines), rel=1e-6)


def test_with_the_old_cutoff_rounding_errors_move_the_weights(monkeypatch):
    monkeypatch.setattr(notebook_least_squares, "STEPS", 40)
    setup = notebook.problems([7])
    _, today = notebook_least_squares._factor_run(setup, 0.05)
    _, former = OLD_CUTOFF(setup, 0.05)
    assert former[0] == pytest.approx(today[0], rel=1e-2)
    assert np.abs(former / today - 1).max() > 1e-3


def test_fixed_step_iterations_are_what_stepping_gives():
    for kappa in (1.0, 3.0, 50.0):
        w, count = np.array([1.0, 1.0]), 0
        scales = np.array([1.0, kappa])
        first = w**2 @ scales
        while w**2 @ scales > level_curves.REDUCTION * first:
            w, count = w - 2 / (1 + kappa) * scales * w, count + 1
        assert level_curves.fixed_step_iterations(w[None], kappa)[0] == max(count, 1)


@pytest.mark.parametrize("kappa", [3.0, 50.0])
def test_the_exact_line_search_is_as_slow_from_its_worst_start(kappa):
    worst = level_curves.line_search_iterations(np.array([[kappa, 1.0]]), kappa)[0]
    assert worst == level_curves.fixed_step_iterations(np.zeros((1, 2)), kappa)[0]


def test_the_plateau_of_the_steep_direction_is_the_initial_error_in_the_flat_one():
    seeds = [1, 2, 3]
    final = layers.over_seeds(seeds, layers.ONE_LAYER, 1e-12, 300).final
    assert final == pytest.approx(layers.initial_parts(seeds, layers.ONE_LAYER)[1], rel=1e-3)


def test_the_momentum_run_in_two_coordinates_is_that_in_a_hundred():
    X, L = momentum_run.progression()
    X = np.hstack([X, np.ones_like(L)])
    full = momentum_run.LeastSquares(X, L[:, 0], 1 / 3000)
    start = np.random.RandomState(4).uniform(-0.1, 0.1, 101)
    ours = momentum_run._methods()["momentum 0.9, Armijo line search"](
        momentum_run._cost(True), momentum_run._start("PyTorch's default", 4)
    )
    theirs = momentum_run.momentum_descent(full, start, momentum_run.Armijo(), momentum=0.9, steps=8).losses
    assert ours[:9] == pytest.approx(theirs, rel=1e-6)


def test_the_gram_matrix_is_exact_in_doubles_whatever_the_order():
    printed = dict(condition_number._printed(3))
    assert printed["cond(H) of X.T @ X, without ones"] == printed["cond(H) of einsum, without ones"]
    assert printed["eigvalsh of float32 X.T @ X, without ones"] < 1e14 < printed["eigvalsh of X.T @ X, without ones"]
