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
    "net_exponents": {"one dimension", "eta at most 1/(n + 1)"},
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
