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
    "any_ridge_ends": {"scalars", "as wide as the smaller end", "an unused part", "already balanced"},
    "ridge_descents": {"already balanced", "an unused part", "zero product", "as wide as the smaller end"},
    "deep_ridges": {"three layers", "more than three layers", "zero weights", "at most the loss at zero", "wide hidden layers"},
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


def test_paired_trainings_start_from_the_same_function():
    for training in everything(family("paired_trainings").strategy):
        (w, v), w_single = training.chain[0], training.single[0]
        assert w * v == w_single


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
