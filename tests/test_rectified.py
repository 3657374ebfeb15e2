"""Half-rectified units: moves between networks, bridges, bounds for every network, pairs of unit vectors."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from claims.families import family
from claims.instances import decode
from claims.instances.mergers import Merger
from claims.instances.rectified import Atoms, HalfRectified, Pair, Task, UnitSet, chord_squared
from numerics.fractional import FractionMatrix
from numerics.paths import Path, Segment
from numerics.polynomial import Polynomial
from numerics.rational import RationalMatrix, fraction
from numerics.rectified import (
    activities,
    breaks,
    bridge,
    keeps_the_objective,
    l1,
    outputs,
    pieces,
    stays_at_most,
    support,
    thinned,
    through,
)

M = RationalMatrix.of


def task(points, targets, kappa="0"):
    points = M(points)
    return Task(Atoms(points, M([[1] * points.shape[1]])), M([targets]), RationalMatrix.scalar(kappa))


def test_activities_cut_off_what_is_negative():
    assert activities(M([[1], [-1]]), M([[2, -3, 0]])) == M([[2, 0, 0], [0, 3, 0]])
    assert outputs(M([[1], [-1]]), M([[1, -2]]), M([[2, -3, 0]])) == M([[2, -6, 0]])


def test_moves_break_where_an_activity_or_a_coefficient_changes_its_sign():
    segment = Segment.line((M([[1]]), M([[-1]])), (M([[-1]]), M([[2]])))
    assert breaks(segment, M([[1]])) == [0, Fraction(1, 3), Fraction(1, 2), 1]


def test_pieces_are_the_objective_itself():
    problem = task([[1, -2], [1, 0]], [1, 2], "1/3")
    segment = Segment.line((M([[1, 0], [0, 1]]), M([[1, -1]])), (M([[0, -1], ["3/5", "4/5"]]), M([[2, 1]])))
    times = breaks(segment, problem.inputs)
    for low, high, piece in zip(times, times[1:], pieces(segment, problem), strict=False):
        for share in (Fraction(0), Fraction(1, 7), Fraction(5, 9), Fraction(1)):
            moment = RationalMatrix.scalar(str(low + share * (high - low)))
            assert piece(share) == fraction(problem.objective(*segment.at(moment)))


def test_a_move_that_overshoots_is_noticed():
    problem = task([[1]], [0])
    path = Path.through((M([["1/2"]]), M([[-2]])), (M([[1]]), M([[1]])))
    assert not stays_at_most(path, problem, Fraction(99, 100))
    assert stays_at_most(path, problem, Fraction(2))


def test_every_move_counts():
    problem = task([[1]], [0])
    up = Path.through((M([[1]]), M([[1]])), (M([[1]]), M([[2]])))
    still = Path.through((M([[1], [0]]), M([[1, 0]])), (M([[1], [5]]), M([[1, 0]])))
    assert keeps_the_objective(still, problem)
    assert not keeps_the_objective(up, problem)
    assert not keeps_the_objective(
        Path((*still.segments, *Path.through(still.end, (M([[1], [5]]), M([[2, 0]]))).segments)), problem
    )
    assert not stays_at_most(up.then(up.reversed), problem, 3)
    assert stays_at_most(up.then(up.reversed), problem, 4)
    waiting = Path((Segment.line(up.start, up.start), *up.segments))
    assert not stays_at_most(waiting, problem, 3)
    assert not keeps_the_objective(waiting, problem)


def test_an_objective_that_is_linear_on_a_move_is_not_kept():
    problem = task([[0]], [1], "1")
    assert not keeps_the_objective(Path.through((M([[1]]), M([[1]])), (M([[1]]), M([[2]]))), problem)


def test_two_moving_layers_of_two_units_give_degree_four():
    problem = task([[1]], [1])
    segment = Segment.line((M([[1], [1]]), M([[1, 1]])), (M([[2], [3]]), M([[3, 2]])))
    (piece,) = pieces(segment, problem)
    assert piece.degree == 4
    assert piece(Fraction(1, 2)) == fraction(problem.objective(*segment.at(RationalMatrix.scalar("1/2"))))


@pytest.mark.parametrize(
    ("units", "coefficients"),
    [
        ([[1], [1], [2]], [[2, -1, 3]]),
        ([[1], [1], [2]], [[-2, 1, -3]]),
        ([[1], [1]], [[1, 1]]),
        ([[1], [2]], [[2, -1]]),
        ([[-1], [1]], [[5, 1]]),
        ([[1], [3], [5], [-2]], [[1, 0, "-1/7", 4]]),
    ],
)
def test_thinning_never_turns_a_coefficient_over(units, coefficients):
    """Only as many units remain as are independent at the points, and no coefficient passes through zero."""
    units, here, points = M(units), M(coefficients), M([[1, 2]])
    way = thinned(units, here, points)
    norms = [l1(row) for row in way]
    assert len({outputs(units, row, points) for row in way}) == 1
    assert norms == sorted(norms, reverse=True)
    assert len(support(way[-1])) <= 1
    assert len(way) - 1 <= len(support(here))
    assert all(before * after >= 0 for row in way for before, after in zip(here.entries(), row.entries(), strict=True))


def test_thinning_at_two_points():
    units, here, points = M([[1, 0], [0, 1], [1, 1], [2, 1]]), M([[1, 1, 1, -2]]), M([[1, 2], [3, 1]])
    way = thinned(units, here, points)
    assert len({outputs(units, row, points) for row in way}) == 1
    assert len(support(way[-1])) == 2
    assert l1(way[-1]) <= l1(here)
    assert all(before * after >= 0 for row in way for before, after in zip(here.entries(), row.entries(), strict=True))


def test_thinning_goes_the_way_on_which_the_norm_falls():
    way = thinned(M([[1], [2]]), M([[2, 1]]), M([[1]]))
    assert way == [M([[2, 1]]), M([[0, 2]])]
    way = thinned(M([[2], [1]]), M([[1, -1]]), M([[1]]))
    assert way == [M([[1, -1]]), M([["1/2", 0]])]


@pytest.mark.parametrize("rows", [[[1, 0], [4, 4], [3, 5]], [[1, 0], [8, 4], [2, 2]]])
def test_thinning_counts_every_coefficient_once(rows):
    """Along the relation of the three units the signed sum is small beside its parts."""
    here = M([[10, 10, -1]])
    way = thinned(M(rows), here, M([[1, 0], [0, 1]]))
    norms = [l1(row) for row in way]
    assert len(way) > 1
    assert norms == sorted(norms, reverse=True)


def test_a_path_leaves_out_corners_that_are_repeated():
    a, b, c = ((M([[1]]), M([[k]])) for k in (1, 2, 3))
    assert through([a, a, b, b, c]) == Path.through(a, b, c)
    assert through([a, b]) == Path.through(a, b)
    assert through([a, a]) is None
    assert through([a]) is None


@settings(max_examples=60, deadline=None, database=None)
@given(family("half_rectified_networks").strategy)
def test_thinning_keeps_the_outputs_and_lowers_the_norm(net):
    way = thinned(net.units, net.coefficients, net.task.inputs)
    assert way[0] == net.coefficients
    assert len(support(way[-1])) <= net.task.atoms
    norms = [l1(row) for row in way]
    assert norms == sorted(norms, reverse=True)
    assert len({outputs(net.units, row, net.task.inputs) for row in way}) == 1


def test_bridges_move_coefficients_to_slots_that_are_taken():
    problem = task([[1, 2], [1, -1]], [1, 0], "1")
    source = M([[1, 0], [0, 1]]), M([[2, 0]])
    target = M([[0, -1], [1, 0]]), M([[3, 0]])
    corners = bridge(source, target)
    assert (corners[0], corners[-1]) == (source, target)
    assert len({problem.objective(*corner) for corner in corners}) == 2
    level = max(problem.objective(*source), problem.objective(*target))
    assert stays_at_most(through(corners), problem, level)


def test_bridges_without_room_are_refused():
    full = M([[1], [-1]]), M([[1, 1]])
    with pytest.raises(ValueError, match="do not fit"):
        bridge(full, full)
    assert through([full, full]) is None


def test_floors_of_small_tasks():
    assert fraction(task([[1, 2]], [1, 1]).floor) == Fraction(1, 10)
    assert fraction(task([[1, 1]], [0, 1]).floor) == Fraction(1, 4)
    assert task([[1, -1]], [1, 5]).floor == 0
    odd = task([[1, -1, 0, 0, 1, -1], [0, 0, 1, -1, 1, -1]], [0, 0, 0, 0, 1, -1])
    assert odd.floor > 0
    assert fraction(task([[1]], [1], "1").penalised_floor) == Fraction(3, 4)
    assert task([[0]], [1], "0").penalised_floor == 1


def test_pairs_know_their_regions():
    pair = Pair(M([[0]]), M([[1]]), Atoms(M([[1, 3, -1], [1, -1, -1]]), M([[1, 1, 2]])))
    assert [fraction(value) for value in (pair.cosine, pair.joint, pair.radius_squared)] == [0, Fraction(1, 4), Fraction(1, 2)]
    assert pair.bisector == 1
    assert "atom active for one vector only" in pair.cases()
    assert not pair.law.is_symmetric


def test_pairs_that_were_moved_stay_in_the_family_unless_opposite():
    law = Atoms(M([[1], [0]]), M([[1]]))
    assert Pair(M([[1]]), M([[2]]), law).stays_in_family()
    assert not Pair(M([[1]]), M([[-1]]), law).stays_in_family()
    assert not Atoms(M([[1]]), M([[0]])).stays_in_family()


def test_separated_vectors_are_a_net():
    found = UnitSet(M([[0], ["1/2"], [2]]), (False, False, True), RationalMatrix.scalar(1))
    chosen = found.separated()
    assert all(min(chord_squared(v, centre) for centre in chosen) <= 1 for v in found.vectors)


def test_a_wide_network_reaches_the_floor_of_the_penalty():
    problem = task([[1]], [1], "1")
    assert HalfRectified(M([[1], [1]]), M([["1/4", "1/4"]]), problem).objective == problem.penalised_floor


@pytest.mark.parametrize(
    "name", ["unit_pairs", "half_rectified_networks", "detours", "unit_sets", "turning_moves", "merged_pairs"]
)
def test_instances_are_the_same_over_fractions(name):
    @settings(max_examples=25, deadline=None, database=None)
    @given(family(name).strategy)
    def same(instance):
        assert decode(instance.to_json(), FractionMatrix).cases() == instance.cases()

    same()


def test_merging_moves_units_to_the_first_of_their_cell_and_adds_up_their_coefficients():
    units = M([[1, 0], ["3/5", "4/5"], ["4/5", "3/5"], [0, 0]])
    merger = Merger(
        (units, M([[1, 2, -3, 4]])), (units, M([[0, 0, 0, 0]])), task([[1], [0]], [1], "1"), RationalMatrix.scalar("7/10")
    )
    assert merger.cells(units) == [0, 1, 0, 3]
    _, (moved, kept), (still, merged) = merger.merged(merger.a)
    assert moved == still == M([[1, 0], ["3/5", "4/5"], [1, 0], [0, 0]])
    assert (kept, merged) == (M([[1, 2, -3, 4]]), M([[-2, 2, 0, 4]]))
    assert not merger.stays_in_family()


def test_paths_of_mergers_lead_from_one_network_to_the_other_at_constant_outputs_where_no_unit_moves():
    units = M([[1], [-1], [1], [-1]])
    merger = Merger(
        (units, M([[1, 0, 1, 3]])), (-units, M([[0, 2, 0, -1]])), task([[1, -1]], [1, 1], "1"), RationalMatrix.scalar(0)
    )
    assert merger.stays_in_family()
    assert (merger.corners[0], merger.corners[-1]) == (merger.a, merger.b)
    assert stays_at_most(through(merger.corners), merger.task, merger.level)


def test_polynomials_of_constant_moves_have_degree_zero():
    problem = task([[1]], [1])
    segment = Segment.line((M([[1], [0]]), M([[1, 0]])), (M([[1], [1]]), M([[1, 0]])))
    assert pieces(segment, problem) == [Polynomial(())]
