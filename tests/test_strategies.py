"""What the strategies guarantee, what they reach, and what they shrink to."""

import pytest
from examples import QUIET, everything, missed
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from claims.documents.landscape.assumptions import A1, A2, A3
from claims.documents.landscape.critical_points import ASSOCIATED
from claims.families import UnknownFamily, family
from claims.strategies import FAMILIES
from claims.strategies.entropy import POOL, Draw, sizes_capped
from claims.strategies.matrices import any_matrix, of_rank, orthogonal, with_eigenvalues, with_singular_values
from numerics.rational import RationalMatrix, fraction
from numerics.spectrum import distinct_eigenvalues
from numerics.xor_points import balanced

SMALL = settings(QUIET, max_examples=2000, phases=[Phase.generate, Phase.shrink])


def built(build):
    """A strategy from a function of a Draw."""
    return st.composite(lambda draw: build(Draw(draw)))()


SHAPES = [(1, 1), (1, 4), (4, 1), (3, 3), (2, 5)]


@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_of_rank_has_that_rank_and_reaches_every_rank(rows, columns):
    top = min(rows, columns)
    found = everything(built(lambda d: (rank := d.integer(0, top), of_rank(d, rows, columns, rank))))
    assert all(matrix.rank() == rank and matrix.shape == (rows, columns) for rank, matrix in found)
    assert {rank for rank, _ in found} == set(range(top + 1))


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_orthogonal_is_orthogonal_with_both_determinants(size):
    found = everything(built(lambda d: orthogonal(d, size)))
    assert all(q.T @ q == RationalMatrix.eye(size) for q in found)
    assert {fraction(q.det()) for q in found} == {1, -1}


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (3, 2), (2, 4)])
@pytest.mark.parametrize("values", [["2", "1"], ["1", "1"], ["1/2", "0"], ["0", "0"], ["3"]])
def test_singular_values_are_the_prescribed_ones(rows, columns, values):
    squares = sorted((fraction(RationalMatrix.scalar(v)) ** 2 for v in values), reverse=True)
    wanted = RationalMatrix.diagonal([*squares, *[0] * (min(rows, columns) - len(values))]).charpoly()
    for matrix in everything(built(lambda d: with_singular_values(d, rows, columns, values)), 20):
        gram = matrix @ matrix.T if rows <= columns else matrix.T @ matrix
        assert gram.charpoly() == wanted


def test_eigenvalues_are_the_prescribed_ones_repeated_ones_included():
    for matrix in everything(built(lambda d: with_eigenvalues(d, ["2", "2", "0"])), 30):
        assert matrix == matrix.T
        assert matrix.charpoly() == RationalMatrix.diagonal([2, 2, 0]).charpoly()
        assert distinct_eigenvalues(matrix) == 2


def test_at_least_half_of_all_matrices_are_degenerate_on_purpose():
    found = everything(built(lambda d: any_matrix(d, 3, 3)), 400)
    special = [m for m in found if m.rank() < 3 or m == RationalMatrix.eye(3)]
    assert len(special) >= len(found) / 2
    assert {m.rank() for m in found} == {0, 1, 2, 3}


REACHED = {
    "affine_networks": {"one layer", "deeper than two", "a layer of width one", "a zero layer", "no biases"},
    "layer_budgets": {"bottleneck", "wide enough", "no hidden layer", "rank zero", "bottleneck of the exact rank"},
    "progressions": {"one sample", "one feature", "zero step", "constant first sample"},
    "progressions_from_zero": {"one sample", "two samples", "one feature", "two features"},
    "least_squares": {"one sample", "zero inputs", "full column rank", "deficient column rank", "interpolation"},
    "segments": {"coinciding ends", "flat direction"},
    "descents": {"singular Hessian", "perfectly conditioned", "one parameter", "already at a minimiser"},
    "two_layers": {
        "zero weights",
        "one zero factor",
        "one by one",
        "one sample",
        "already fitted",
        "target rank above inner width",
    },
    "steps": {"no step", "second order vanishes", "inputs of deficient row rank"},
    "damped": {"factor 1/5", "factor 1/20", "one by one"},
    "opposed": {"factor 1/5", "factor 1/20", "a residual out of reach"},
    "distributions": {"white", "not white", "one atom", "zero map"},
    "realisations": {"inner width is the rank", "inner width below the rank", "zero target"},
    "loss_lists": {"one entry", "diverged", "shown to the end", "as long as asked for", "shorter than asked for"},
    "packed_with_negative": {"a negative length", "lengths use it up", "nothing"},
    "loss_traces": {"overflows", "diverges", "converges", "oscillates for ever", "starts at the minimum"},
    "wide_ends": {
        "one layer",
        "three layers or more",
        "a zero end",
        "equal ends",
        "both ends are global minima",
        "products of deficient rank",
    },
    "literal_ends": {"scalars", "hidden layer as wide as the smaller end", "a hidden bottleneck"},
    "any_ends": {"one layer", "a hidden bottleneck", "hidden layer as wide as the smaller end"},
    "narrow_ends": {"both ends are global minima", "a hidden bottleneck", "scalars", "three layers or more"},
    "turned_square_ends": {
        "at the threshold",
        "above the threshold",
        "below the threshold",
        "two units",
        "the square factor is the upper one",
    },
    "wide_points": {"critical", "zero weights", "one sample", "inputs of deficient row rank"},
    "narrow_points": {"critical", "a hidden bottleneck", "zero weights", "repeated eigenvalues", "inputs of deficient row rank"},
    "layer_pairs": {"as many units as inputs", "zero lower layer", "zero upper layer", "deficient column rank"},
    "singular_paths": {"negative determinant", "equal singular values", "at an end", "one column"},
    "wide_ridge_ends": {"one unit more than the smaller end", "products of different rank", "zero product", "equal products"},
    "any_ridge_ends": {"scalars", "as wide as the smaller end", "an unused part", "an unreached part", "already balanced"},
    "ridge_descents": {"already balanced", "an unused part", "an unreached part", "zero product", "as wide as the smaller end"},
    "factorings": {"an unused and an unreached part", "zero product", "full rank", "as many units as the rank"},
    "deep_ridges": {"three layers", "more than three layers", "zero weights", "at most the loss at zero", "wide hidden layers"},
    "stationary_networks": {
        "zero weights",
        "product of the largest rank",
        "global minimum",
        "two layers",
        "three layers or more",
    },
    "repeated_stationary_networks": {"repeated eigenvalues", "product zero", "global minimum", "above the global minimum"},
    "singular_stationary_networks": {
        "zero eigenvalue",
        "inputs of deficient row rank",
        "more outputs than inputs",
        "upper layers of larger rank than the product",
        "product not seen by the inputs",
    },
    "all_stationary_networks": {"zero eigenvalue", "repeated eigenvalues", "inputs of deficient row rank", "fitted"},
    "spectral_networks": {"one layer", "global minimum", "above the global minimum", "critical", "product of deficient rank"},
    "shallow_critical_points": {
        *("rank zero", "leading indices", "not leading", "some block nonzero", "bases turned"),
        *("repeated eigenvalues", "distinct eigenvalues"),
    },
    "deep_leading_points": {"tightened", "not tightened", "repeated eigenvalues", "distinct eigenvalues", "rank zero"},
    "all_leading_points": {"zero eigenvalue", "largest rank", "below the largest rank", "inputs of deficient row rank"},
    "tightened_points": {"rank zero", "some block nonzero", "all blocks zero", "repeated eigenvalues", "bases turned"},
    "all_tightened_networks": {"zero eigenvalue", "repeated eigenvalues", "product zero", "inputs of deficient row rank"},
    "outranked_networks": {"repeated eigenvalues", "zero eigenvalue", "inputs of deficient row rank", "two layers"},
    "vanishing_leading_points": {"zero eigenvalue", "global minimum", "two layers", "three layers or more"},
    "example_networks": {"global minimum", "above the global minimum", "zero weights", "critical", "repeated eigenvalues"},
    "dependent_stationary_networks": {"inputs of deficient row rank", "repeated eigenvalues", "distinct eigenvalues"},
    "dependent_critical_points": {"inputs of deficient row rank", "two layers", "three layers or more", "not leading"},
    "dependent_shallow_points": {"inputs of deficient row rank", "rank zero", "not leading"},
    "vanishing_stationary_networks": {"zero eigenvalue", "cross moment of deficient rank", "inputs of full row rank"},
    "projected_networks": {"critical", "repeated eigenvalues", "distinct eigenvalues", "two layers", "three layers or more"},
    "vanishing_example_networks": {"zero eigenvalue", "global minimum", "inputs of full row rank"},
    "tied_example_networks": {"repeated eigenvalues", "global minimum", "critical"},
    "all_example_networks": {"zero eigenvalue", "inputs of deficient row rank", "global minimum", "repeated eigenvalues"},
    "example_rank_three_points": {"tightened", "not tightened", "bases turned"},
    "all_critical_points": {
        "global minimum",
        "leading, below the largest rank",
        "not leading",
        "tightened",
        "not tightened",
        "inputs of deficient row rank",
        "repeated eigenvalues",
    },
    "deficient_critical_points": {"inputs of deficient row rank", "targets of deficient row rank", "global minimum"},
    "contenders": {"a minimiser", "the bottleneck costs something", "one layer", "inputs of deficient row rank"},
    "rank_restricted_points": {"critical, not a minimiser", "a global minimiser", "rank below the bound", "no restriction"},
    "deficient_restricted_points": {"inputs of deficient row rank", "critical, not a minimiser", "a global minimiser"},
    "decompositions": {"one layer", "two layers", "rank zero", "thinnest width is the rank", "repeated singular values"},
    "perturbations": {"some change", "no change", "one layer", "a hidden bottleneck"},
    "perturbed_minimisers": {"some change", "product of the largest rank", "product of deficient rank"},
    "learnings": {
        "one layer",
        "deeper than two",
        "width one",
        "one sample",
        "repeated samples",
        "zero weights",
        "zero output weights",
        "coinciding units",
        "dummy units",
        "fixed bias",
        "exact fit",
        "softsign",
        "relu",
    },
    "moves": {"Cauchy", "squared", "exact fit", "no move", "dummy units"},
    "exact_fits": {"l4", "smooth l4", "Cauchy", "more weights than equations", "no more weights than equations"},
    "stationary_learnings": {"double well", "Cauchy", "zero weights", "two layers", "dummy units"},
    "untrained_networks": {"zero weights", "one layer", "two layers", "deeper than two", "dummy units"},
    "partitions": {"one part", "one column each", "zero Phi", "zero Psi", "Phi of full column rank"},
    "sample_sets": {"opposite samples", "two opposite pairs", "zero bias", "one sample", "tanh", "sigmoid"},
    "free_sample_sets": {"opposite samples", "two opposite pairs", "one sample"},
    "xor_networks": {"softsign", "tanh", "sigmoid", "coinciding units", "dummy units"},
    "xor_points": {
        "two units",
        "three units",
        "all constant",
        "splits that cancel",
        "splits that do not cancel",
        "a unit without output weight",
    },
    "linear_critical_points": {"zero weights", "width one", "exact fit"},
    "arguments": {"zero", "negative", "positive", "softplus", "bent identity"},
    "residuals": {"no residual", "Blake-Zisserman", "smooth l1", "double well"},
    "paired_trainings": {"zero start", "fitted from the start", "opposite weights"},
    "unit_pairs": {"coinciding vectors", "right angle", "obtuse angle", "atom at a kink", "atom on the bisector", "input zero"},
    "narrow_unit_pairs": {"coinciding vectors", "acute angle", "atom at a kink", "atom active for one vector only"},
    "symmetric_unit_pairs": {"symmetric law", "obtuse angle"},
    "stretched_pairs": {"coinciding vectors", "acute angle"},
    "tasks": {"target zero", "no penalty", "repeated input", "opposite inputs", "floor above zero", "one dimension"},
    "half_rectified_networks": {"a zero unit", "coinciding units", "a unit inside the ball", "more units than atoms"},
    "biased_tasks": {"one atom", "target zero", "no penalty"},
    "coefficient_moves": {"units at rest", "coefficients of opposite signs"},
    "idle_moves": {"units turned", "no coefficient", "a zero coefficient"},
    "turning_moves": {"units turned", "coefficients of opposite signs", "coefficients of one sign"},
    "detours": {"oracle of no unit", "oracle of all units", "oracle in the slots of a sparse network", "equal masses"},
    "turning_detours": {"units turned", "oracle of all units"},
    "overparametrised_pairs": {"exactly twice as many units as samples", "coinciding units", "no penalty"},
    "unit_sets": {"one dimension", "two dimensions", "three dimensions", "one vector covers all", "coinciding vectors"},
    "merged_pairs": {
        "units turned",
        "units at rest",
        "half as many cells as units",
        "one cell",
        "a unit inside the ball",
        "no coefficient",
    },
    "net_exponents": {"one dimension", "eta at most 1/(n + 1)"},
}


@pytest.mark.parametrize("name", sorted(REACHED))
def test_families_reach_their_named_cases(name):
    assert missed(family(name).strategy, REACHED[name]) == set()


def test_white_distributions_are_white():
    assert all("white" in law.cases() for law in everything(family("white_distributions").strategy))


def test_stationary_points_are_stationary_and_not_always_unique():
    found = everything(family("stationary_points").strategy)
    assert all(point.problem.gradient(point.point).is_zero() for point in found)
    assert any("deficient column rank" in point.cases() for point in found)


@pytest.mark.parametrize("name", ["exact_fits", "shifted_fits", "odd_fits"])
def test_fits_fit(name):
    assert all(learning.fitted for learning in everything(family(name).strategy, 60))


def test_stationary_learnings_solve_the_system_and_some_do_not_fit():
    found = everything(family("stationary_learnings").strategy)
    assert all((learning.run.P @ learning.epsilon).is_zero() for learning in found)
    assert any(not learning.fitted for learning in found)


def test_linear_critical_points_are_critical():
    assert all((task.run.P @ task.epsilon).is_zero() for task in everything(family("linear_critical_points").strategy))


def test_full_rank_moves_have_full_rank():
    found = everything(family("full_rank_moves").strategy, 60)
    assert all(weight.rank() == min(weight.shape) for move in found for weight in move.learning.weights)


def test_bottlenecks_widen_again():
    assert all(net.widths[1] < net.widths[2] for net in everything(family("bottlenecks").strategy, 40))


def test_sample_sets_have_no_sample_twice():
    for samples in everything(family("sample_sets").strategy):
        assert len({tuple(map(str, column)) for column in samples.inputs.T.rows()}) == samples.samples


def test_units_of_xor_points_split_the_inputs_away_from_their_centre():
    points = everything(family("xor_points").strategy)
    assert all(unit.place != 0 for point in points for unit in point.points if unit.kind)
    assert sum(balanced(point.points) for point in points) > len(points) / 4


def test_kinked_learnings_sit_at_a_kink():
    for name in ("kinked_learnings", "kinked_fits"):
        assert all(learning.kinks(1) for learning in everything(family(name).strategy, 60))
    assert all(learning.fitted for learning in everything(family("kinked_fits").strategy, 60))


def test_at_least_half_of_the_learnings_are_degenerate_on_purpose():
    special = {"zero weights", "zero output weights", "coinciding units", "repeated samples", "one sample", "width one"}
    found = everything(family("learnings").strategy, 300)
    assert sum(bool(special & learning.cases()) for learning in found) >= len(found) / 2


def test_paired_trainings_start_from_the_same_function():
    for training in everything(family("paired_trainings").strategy):
        (w, v), w_single = training.chain[0], training.single[0]
        assert w * v == w_single


def test_a_slowed_step_scales_the_sum_and_the_difference_of_the_weights():
    for training in everything(family("paired_trainings").strategy):
        slow = training.slowed
        (a, b), (w, v) = slow.chain[:2]
        share = slow.rate * slow.x * (a * b * slow.x - slow.y)
        assert (w + v, w - v) == ((a + b) * (1 - share), (a - b) * (1 + share))
        assert slow.along in {a + b, a - b}
        assert -1 < share < 1


def test_ridge_descents_end_at_a_minimum_of_the_convex_value():
    for ends in everything(family("ridge_descents").strategy):
        assert ends.envelope(ends.start) >= ends.envelope(ends.end)
        assert ends.value(ends.end) == ends.envelope(ends.end)


def test_narrow_ends_fit_their_data_and_differ():
    for ends in everything(family("narrow_ends").strategy):
        assert ends.level == 0
        assert ends.start != ends.end


def test_descents_know_their_extreme_eigenvalues():
    for descent in everything(family("descents").strategy):
        roots = [descent.largest, descent.smallest]
        identity = RationalMatrix.eye(descent.hessian.shape[0])
        assert all((descent.hessian - identity * root).det() == 0 for root in roots)


CRITICAL = [name for name, module in FAMILIES.items() if module.endswith("critical_points")]


@pytest.mark.parametrize("name", [name for name in CRITICAL if name.endswith("networks")])
def test_networks_found_by_other_means_are_critical_where_they_say_so(name):
    found = everything(family(name).strategy)
    assert all(net.spectral.is_valid for net in found)
    assert name.endswith(("spectral_networks", "example_networks", "projected_networks")) or all(
        net.network.is_critical for net in found
    )


@pytest.mark.parametrize("name", [name for name in CRITICAL if name.endswith("points")])
def test_more_points_are_critical_with_the_product_of_their_set(name):
    for point in everything(family(name).strategy, 80):
        assert point.spectral.is_valid
        assert point.network.is_critical
        assert point.network.product == point.spectral.projected(point.chosen)


def test_one_assumption_is_violated_at_a_time():
    for name in ("dependent_stationary_networks", "dependent_critical_points", "dependent_shallow_points"):
        for point in everything(family(name).strategy, 40):
            assert [named.holds(point).holds for named in (A1, A2, A3)] == [True, False, True]
    for name in ("vanishing_stationary_networks", "vanishing_leading_points", "vanishing_example_networks"):
        for point in everything(family(name).strategy, 40):
            assert [named.holds(point).holds for named in (A1, A2, A3)] == [True, True, False]


def test_projected_networks_have_the_product_of_a_set_and_are_not_all_critical():
    found = everything(family("projected_networks").strategy)
    assert all(ASSOCIATED.holds(net).holds for net in found)
    assert {net.network.is_critical for net in found} == {True, False}


def test_families_of_saddles_are_what_they_are_called():
    tightened = everything(family("tightened_points").strategy)
    assert all(point.is_tightened and point.leading and point.rank < point.thinnest for point in tightened)
    assert {point.network.depth for point in tightened} == {3, 4, 5}
    assert {point.network.depth for point in everything(family("shallow_critical_points").strategy)} == {2}
    assert {net.network.widths for net in everything(family("example_networks").strategy, 40)} == {(5, 4, 4, 5)}


def test_noiseless_regressions_have_no_noise_and_inputs_of_every_kind():
    found = everything(family("noiseless_regressions").strategy)
    slopes = RationalMatrix.diagonal([5, 4, 3, 2, 1])
    assert all(data.is_valid and data.data.targets == slopes @ data.data.inputs for data in found)
    moments = [data.data.xx for data in found]
    diagonal = [xx == RationalMatrix.diagonal([xx[i, i] for i in range(5)]) for xx in moments]
    white = [xx == RationalMatrix.eye(5) * xx[0, 0] for xx in moments]
    assert set(zip(diagonal, white, strict=True)) == {(True, True), (True, False), (False, False)}


def simplest(name, condition=lambda instance: True):
    return find(family(name).strategy, condition, settings=SMALL)


def test_families_shrink_to_small_instances():
    assert simplest("affine_networks").widths == (1, 1)
    assert simplest("two_layers").widths == (1, 1, 1)
    assert simplest("progressions").samples == 1
    assert simplest("least_squares").inputs.is_zero()


def test_shrinking_ends_in_small_integers():
    found = simplest("two_layers", lambda net: net.loss > 20)
    entries = [abs(fraction(x)) for part in (found.left, found.right, found.target, found.inputs) for x in part.entries()]
    assert max(entries) <= 3
    assert all(entry.denominator == 1 for entry in entries)


def test_capped_sizes_stay_small():
    with sizes_capped(0):
        assert {net.widths for net in everything(family("two_layers").strategy, 40)} == {(1, 1, 1)}
    assert len({net.widths for net in everything(family("two_layers").strategy, 40)}) > 5


def test_entries_come_in_the_order_zero_one_minus_one():
    order = Draw(lambda strategy: bytes(range(POOL))).integers(7)
    assert order == [0, 1, -1, 2, -2, 3, -3]


def test_unknown_families_are_named():
    with pytest.raises(UnknownFamily, match="no family is called 'nothing'"):
        family("nothing")
    assert all(family(name).words for name in FAMILIES)
