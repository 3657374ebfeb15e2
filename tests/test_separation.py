"""Invariants that separate two points of a level set: which one is named, and from which level on it separates nothing."""

import pytest
from examples import everything

from claims.families import family
from numerics.fractional import FractionMatrix
from numerics.rational import RationalMatrix, rational
from numerics.separation import least_squares_map, misses_blind, misses_lower_rank, separating_invariant

Q = RationalMatrix
ONE, MINUS = Q.of([[1]]), Q.of([[-1]])
I2, FLIP = Q.eye(2), Q.diagonal([-1, 1])
UNIT = "the weight of the only unit of layer {} along its first direction has opposite signs and vanishes nowhere"
DET = "det {} has opposite signs and vanishes nowhere on the level set"


def test_scalars_of_opposite_signs_are_separated_below_the_loss_at_zero():
    words = "det W1 has opposite signs and vanishes nowhere on the level set"
    assert separating_invariant((ONE, ONE), (MINUS, MINUS), ONE, ONE, rational("99/100")) == words
    assert separating_invariant((ONE, ONE), (MINUS, MINUS), ONE, ONE, 1) == ""
    assert separating_invariant((ONE, ONE), (ONE, ONE), ONE, ONE, 0) == ""


def test_the_least_loss_of_smaller_rank_is_that_of_the_spectrum():
    for ends in everything(family("turned_square_ends").strategy, 60):
        data, threshold = ends.spectral.data, ends.threshold
        assert not misses_lower_rank(data.inputs, data.targets, threshold)
        assert misses_lower_rank(data.inputs, data.targets, threshold - rational("1/1000000"))


def test_products_that_do_not_see_a_direction():
    direction = Q.of([[1], [0]])
    assert misses_blind(Q.eye(2), Q.eye(2), direction, rational("1/2"))
    assert not misses_blind(Q.eye(2), Q.eye(2), direction, 1)
    assert not misses_blind(Q.eye(2), Q.eye(2), direction * 0, -1)


@pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])
@pytest.mark.parametrize(
    ("start", "end", "inputs", "targets", "words"),
    [
        ((I2, I2, I2), (FLIP, FLIP, I2), I2, I2, DET.format("W1")),
        ((I2, I2, I2), (I2, FLIP, FLIP), I2, I2, DET.format("W2...W1")),
        ((I2, I2, I2), (FLIP, I2, FLIP), I2, I2, DET.format("W1")),
        ((I2, I2), (FLIP @ FLIP, I2), I2, I2, ""),
        # the last layers are square where the network has fewer outputs than inputs
        ((Q.eye(1, 2), ONE), (-Q.eye(1, 2), MINUS), I2, Q.eye(1, 2), DET.format("WK")),
        ((Q.eye(1, 2), ONE, ONE), (-Q.eye(1, 2), MINUS, ONE), I2, Q.eye(1, 2), DET.format("WK...W2")),
        # one unit between two inputs and two outputs
        ((Q.eye(1, 2), Q.eye(2, 1)), (-Q.eye(1, 2), -Q.eye(2, 1)), I2, Q.diagonal([2, 1]), UNIT.format(1)),
        ((I2, Q.eye(1, 2), Q.eye(2, 1)), (I2, -Q.eye(1, 2), -Q.eye(2, 1)), I2, Q.diagonal([2, 1]), UNIT.format(2)),
        ((Q.eye(1, 2), Q.eye(2, 1)), (-Q.eye(1, 2), -Q.eye(2, 1)), I2, I2 * 0, ""),
        # three outputs, two inputs
        ((I2, Q.eye(3, 2)), (FLIP, Q.eye(3, 2) @ FLIP), I2, Q.eye(3, 2), DET.format("W1")),
        # three samples
        ((I2, I2), (FLIP, FLIP), Q.eye(2, 3), Q.eye(2, 3), DET.format("W1")),
        # a product of the last layers that turns over where the first ones do not
        ((I2, I2, I2), (I2, FLIP, I2), I2, I2, DET.format("WK...W2")),
        # the direction is that of the first point
        ((Q.eye(1, 2), Q.eye(2, 1)), (Q.of([[-1, 5]]), -Q.eye(2, 1)), I2, Q.diagonal([2, 1]), UNIT.format(1)),
        # determinants that vanish, and determinants of one sign
        ((Q.diagonal([0, 1]), I2), (FLIP, I2), I2, I2, ""),
        ((I2, I2), (Q.diagonal(["1/2", 1]), I2), I2, I2, ""),
        # wide enough: nothing separates
        ((Q.eye(3, 2), Q.eye(2, 3)), (-Q.eye(3, 2), -Q.eye(2, 3)), I2, I2, ""),
    ],
)
def test_the_invariant_is_named(kind, start, end, inputs, targets, words):
    start, end = (tuple(same(weight, kind) for weight in point) for point in (start, end))
    inputs, targets = same(inputs, kind), same(targets, kind)
    barrier = kind.scalar(4 if words.startswith("the weight") else 1)
    assert separating_invariant(start, end, inputs, targets, barrier * kind.scalar("99/100")) == words
    assert separating_invariant(start, end, inputs, targets, barrier) == ""


def same(matrix, kind):
    return kind.of([[str(value) for value in row] for row in matrix.rows()], columns=matrix.shape[1])


def test_the_least_loss_of_smaller_rank_counts_what_no_product_reaches():
    """Two inputs that agree: the second target is missed by 1/2 whatever the product is."""
    inputs, targets = Q.of([[1, 1]]), Q.of([[1, 2]])
    assert least_squares_map(inputs, targets) == Q.of([["3/2"]])
    assert misses_lower_rank(inputs, targets, rational("499/100"))
    assert not misses_lower_rank(inputs, targets, 5)
    assert misses_lower_rank(inputs, targets, rational("1/4"))
    assert not misses_lower_rank(I2, I2 * 0, 0)


def test_products_that_do_not_see_a_direction_fit_the_rest():
    inputs, targets = Q.of([[1, 1], [0, 1]]), Q.of([[3, 4]])
    direction = Q.of([[0], [2]])  # without the second input both samples look alike, and 7/2 is the best answer to both
    assert misses_blind(inputs, targets, direction, rational("49/100"))
    assert not misses_blind(inputs, targets, direction, rational("1/2"))
