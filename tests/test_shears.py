"""Shears that reduce a matrix or multiply to one, and paths of constant determinant."""

from functools import reduce
from operator import matmul

import pytest

from numerics.fractional import FractionMatrix
from numerics.paths import Path, Segment
from numerics.rational import RationalMatrix as Q
from numerics.shears import elementary, reducing
from numerics.transvections import joined_by_shears, keeps_the_determinant, transvections


@pytest.mark.parametrize(
    "rows",
    [
        [[1]],
        [[1, 0], [0, 1]],
        [[1, 1], [0, 1]],
        [[3, 0], [0, "1/3"]],
        [[0, 1], [-1, 0]],
        [[2, 1], [1, 1]],
        [[2, 0, 0], [0, 3, 0], [0, 0, "1/6"]],
        [[5, 0, 0], [0, 0, 1], [1, "-1/5", 0]],
        [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
    ],
)
def test_shears_multiply_to_the_matrix(rows):
    matrix = Q.of(rows)
    shears = transvections(matrix)
    assert all(target != source and factor != 0 for target, source, factor in shears)
    assert reduce(matmul, (elementary(matrix, *shear) for shear in shears), Q.eye(len(rows))) == matrix


@pytest.mark.parametrize(
    ("rows", "length"),
    [
        ([[1], [0], [0]], 0),
        ([[2], [0], [0]], 3),
        ([[0, 0], [0, 0], [3, 0], [0, 5]], 7),
        ([[1, 2], [3, 4], [5, 6]], 6),
        ([[2, 0], [0, 3]], 5),
    ],
)
def test_full_column_rank_is_reduced_to_the_identity_above_zeros(rows, length):
    matrix = Q.of(rows)
    shears = reducing(matrix)
    reached = reduce(lambda rest, shear: elementary(matrix, *shear) @ rest, shears, matrix)
    h, n = matrix.shape
    assert len(shears) <= length
    assert reached == (Q.of([[1, 0], [0, matrix.det()]]) if h == n else Q.eye(h, n))


def test_full_column_rank_is_required():
    with pytest.raises(ValueError, match="full column rank"):
        reducing(Q.of([[1, 2], [2, 4], [0, 0]]))


def test_the_identity_needs_no_shear():
    assert transvections(Q.eye(3)) == []
    assert transvections(Q.of([[1, 1], [0, 1]])) == [(0, 1, 1)]


def test_determinant_one_is_required():
    with pytest.raises(ValueError, match="determinant 1"):
        transvections(Q.of([[2]]))


@pytest.mark.parametrize("kind", [Q, FractionMatrix])
def test_shears_join_at_constant_determinant(kind):
    start, end = kind.of([[1, 2, 0], [0, 1, 3], [1, 0, 1]]), kind.of([[0, 0, 1], [1, 0, 0], [0, 7, 0]])
    path = joined_by_shears(start, end)
    assert start.det() == end.det() == 7
    assert (path.start[0], path.end[0]) == (start, end)
    assert keeps_the_determinant(path)


def test_a_matrix_is_joined_to_itself_by_standing_still():
    matrix = Q.of([[0, 2], [1, 0]])
    assert joined_by_shears(matrix, matrix) == Path((Segment(((matrix,),)),))


def test_a_determinant_that_varies_is_noticed():
    one, zero = Q.eye(2), Q.zeros(2, 2)
    shear = Segment(((one, elementary(zero, 0, 1, 1) - one),))
    assert keeps_the_determinant(Path((shear,)))
    assert not keeps_the_determinant(Path.through((one,), (2 * one,)))
    assert not keeps_the_determinant(Path.through((one,), (Q.of([[2, 0], [0, 1]]),)))
    assert not keeps_the_determinant(Path((shear, *Path.through(shear.end, (zero,)).segments)))
    assert keeps_the_determinant(Path.through((one - Q.of([[0, 1], [0, 0]]),), (one + Q.of([[0, 1], [0, 0]]),)))


def test_a_determinant_has_the_degree_of_all_entries_together():
    one = Q.eye(3)
    assert not keeps_the_determinant(Path((Segment(((one, 0 * one, one),)),)))
