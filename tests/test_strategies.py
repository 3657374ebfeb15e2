"""What the strategies guarantee, what they reach, and what they shrink to."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st

from claims.strategies import FAMILIES, family
from claims.strategies.entropy import POOL, Draw, sizes_capped
from claims.strategies.matrices import any_matrix, of_rank, orthogonal, with_eigenvalues, with_singular_values
from numerics.rational import RationalMatrix, fraction
from numerics.spectrum import distinct_eigenvalues
from numerics.xor_points import balanced

QUIET = settings(max_examples=150, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
SMALL = settings(QUIET, max_examples=2000, phases=[Phase.generate, Phase.shrink])


def built(build):
    """A strategy from a function of a Draw."""
    return st.composite(lambda draw: build(Draw(draw)))()


def everything(strategy, examples=150):
    """A list of generated examples, always the same."""
    seen = []

    @seed(0)
    @settings(QUIET, max_examples=examples)
    @given(strategy)
    def collect(example):
        seen.append(example)

    collect()
    return seen


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
    "distributions": {"white", "not white", "one atom", "zero map"},
    "realisations": {"inner width is the rank", "inner width below the rank", "zero target"},
    "loss_lists": {"one entry", "diverged", "shown to the end", "as long as asked for", "shorter than asked for"},
    "packed_with_negative": {"a negative length", "lengths use it up", "nothing"},
    "loss_traces": {"overflows", "diverges", "converges", "oscillates for ever", "starts at the minimum"},
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
    "xor_points": {"two units", "three units", "all constant", "a split", "a unit without output weight"},
    "linear_critical_points": {"zero weights", "width one", "exact fit"},
    "arguments": {"zero", "negative", "positive", "softplus", "bent identity"},
    "residuals": {"no residual", "Blake-Zisserman", "smooth l1", "double well"},
    "paired_trainings": {"zero start", "fitted from the start", "opposite weights"},
}


@pytest.mark.parametrize("name", sorted(REACHED))
def test_families_reach_their_named_cases(name):
    counts = Counter(case for instance in everything(family(name).strategy, 300) for case in instance.cases())
    assert {case for case in REACHED[name] if counts[case] < 2} == set()


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


def test_xor_points_have_constant_outputs():
    assert all(balanced(point.points) for point in everything(family("xor_points").strategy))


def test_kinked_learnings_sit_at_a_kink():
    assert all(learning.kinks(1) for learning in everything(family("kinked_learnings").strategy, 60))


def test_at_least_half_of_the_learnings_are_degenerate_on_purpose():
    special = {"zero weights", "zero output weights", "coinciding units", "repeated samples", "one sample", "width one"}
    found = everything(family("learnings").strategy, 300)
    assert sum(bool(special & learning.cases()) for learning in found) >= len(found) / 2


def test_paired_trainings_start_from_the_same_function():
    for training in everything(family("paired_trainings").strategy):
        (w, v), w_single = training.chain[0], training.single[0]
        assert w * v == w_single


def test_descents_know_their_extreme_eigenvalues():
    for descent in everything(family("descents").strategy):
        roots = [descent.largest, descent.smallest]
        identity = RationalMatrix.eye(descent.hessian.shape[0])
        assert all((descent.hessian - identity * root).det() == 0 for root in roots)


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
    with pytest.raises(KeyError, match="no family is called 'nothing'"):
        family("nothing")
    assert all(family(name).words for name in FAMILIES)
