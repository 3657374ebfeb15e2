"""One hidden layer on different samples: first layers at which its outputs are independent, and relations between samples."""

from dataclasses import replace

import numpy as np
import pytest

from numerics.exponentials import specialised
from numerics.feedforward import Units
from numerics.fractional import FractionMatrix
from numerics.interpolation import certain_rank, hidden_outputs, independent_layer, separating, tied, ties
from numerics.matrix import vstack
from numerics.rational import RationalMatrix

BOTH = pytest.mark.parametrize("q", [RationalMatrix, FractionMatrix])
XOR = [[-1, -1, 1, 1], [-1, 1, -1, 1]]


@BOTH
@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_samples_can_be_made_independent(q, name):
    for free, bias, columns in [(True, "0", XOR), (False, "1/2", XOR), (False, "0", [[1, 2, -3]])]:
        inputs = q.of(columns)
        units = Units(name, q.scalar(bias), free)
        first = independent_layer(inputs, units, inputs.shape[1])
        assert first is not None
        assert certain_rank(first, inputs, units) == inputs.shape[1]


@BOTH
def test_one_unit_less_is_enough_with_a_dummy_unit(q):
    inputs = q.of(XOR)
    first = independent_layer(inputs, Units("tanh", q.scalar(0), True), 3)
    assert first is not None
    assert first.shape == (3, 3)


@BOTH
def test_opposite_samples_are_tied(q):
    inputs = q.of(XOR)
    assert tied(inputs, "sigmoid") is not None
    assert tied(q.of([[1, 2]]), "tanh") is None
    assert tied(q.of([[1, -1]]), "sigmoid") is None
    assert tied(q.of([[0, 3]]), "tanh") == q.column([2, 0])
    for name in ("sigmoid", "tanh"):
        relation, units = tied(inputs, name), Units(name, q.scalar(0))
        assert all(ties(relation, q.of([[a], [b]]), inputs, units) for a, b in [(1, 2), (-3, 1), (0, 0)])
        assert not ties(q.column([1, 0, 0, 0]), q.of([[1], [2]]), inputs, units)


def test_ties_hold_in_floating_point():
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((2, 5))
    outputs = 1 / (1 + np.exp(-weights.T @ np.array(XOR)))
    relation = tied(RationalMatrix.of(XOR), "sigmoid").to_floats().ravel()
    assert np.abs(outputs @ relation).max() < 1e-14


def test_separating_rows_separate():
    inputs = RationalMatrix.of([[-2, 2, 0, 1], [1, 1, 0, -2]])
    values = [abs(value) for value in (separating(inputs) @ inputs).entries()]
    assert len({str(value) for value in values}) == 4
    with pytest.raises(ValueError, match="agree"):
        separating(RationalMatrix.of([[1, 1]]))


def test_hidden_outputs_have_their_dummy_row():
    found = hidden_outputs(RationalMatrix.of([[1], [2]]), RationalMatrix.of([[0, 1]]), Units("identity", 0, True))
    assert found == RationalMatrix.of([[2, 3], [1, 1]])


def test_separating_rows_of_opposite_and_zero_samples():
    inputs = RationalMatrix.of([[1, -1, 0, 2], [2, -2, 0, 1]])
    values = [str(value) for value in (separating(inputs) @ inputs).entries()]
    assert len(set(values)) == 4
    assert values.count("0") == 1
    assert len({value.lstrip("-") for value in values}) == 3


def test_a_separating_row_is_not_blinded_by_a_sample():
    """The row (1, 2) would not see (2, -1), and (1, 3) not (3, -1)."""
    inputs = RationalMatrix.of([[2, 3, 1], [-1, -1, 0]])
    values = (separating(inputs) @ inputs).entries()
    assert 0 not in values
    assert len({abs(value) for value in values}) == 3


@BOTH
def test_independence_needs_as_many_units_as_samples(q):
    inputs = q.of([[1, 2, 3]])
    units = Units("tanh", q.scalar(0), False)
    assert independent_layer(inputs, units, 2) is None
    assert independent_layer(q.of([[1, -1]]), units, 4) is None
    assert independent_layer(inputs, Units("tanh", q.scalar(0), True), 1) is None
    assert certain_rank(q.of([[1, 1]]), inputs, units) == 1
    assert certain_rank(q.of([[1, 2]]), q.of([[1, -1, 0]]), units) == 1


def test_rational_units_have_an_exact_rank():
    first, inputs = RationalMatrix.of([[1, 2]]), RationalMatrix.of([[1, 2, 5]])
    assert certain_rank(first, inputs, Units("softsign", RationalMatrix.scalar(0), False)) == 2
    assert certain_rank(first, inputs, Units("identity", RationalMatrix.scalar(0), False)) == 1
    assert certain_rank(RationalMatrix.of([[1], [1]]), inputs, Units("identity", RationalMatrix.scalar(0), True)) == 2


def test_free_steps_stand_between_the_samples():
    inputs = RationalMatrix.of([[0, 2, 6]])
    first = independent_layer(inputs, Units("sigmoid", RationalMatrix.scalar(0), True), 3)
    slopes, shifts = first.rows()
    assert [str(-shift / slope) for slope, shift in zip(slopes, shifts, strict=True)] == ["-1", "1", "4"]
    first = independent_layer(inputs, Units("sigmoid", RationalMatrix.scalar(0), True), 2)
    slopes, shifts = first.rows()
    assert [str(-shift / slope) for slope, shift in zip(slopes, shifts, strict=True)] == ["1", "4"]


def test_two_ties_of_sigmoid_units():
    """x and -x, y and -y: sigma(z) + sigma(-z) is 1 for both."""
    inputs = RationalMatrix.of([[1, 3, -1, -3]])
    assert tied(inputs, "sigmoid") == RationalMatrix.column([1, -1, 1, -1])
    assert tied(inputs, "tanh") == RationalMatrix.column([1, 0, 1, 0])
    assert tied(RationalMatrix.of([[0, 1, -1]]), "sigmoid") == RationalMatrix.column([2, -1, -1])
    assert tied(RationalMatrix.of([[0, 1]]), "sigmoid") is None


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_what_vanishes_at_some_numbers_is_no_tie(name):
    """Three different units are independent as functions of e, though there is a combination that vanishes at 2 and at 3."""
    q = RationalMatrix
    first, inputs, units = q.of([[1]]), q.of([[1, 2, 3]]), Units(name, q.scalar(0))
    values = [hidden_outputs(first, inputs, replace(units, elementary=specialised(q.scalar(e), 1))) for e in (2, 3)]
    blind = vstack(*values).nullspace()[:, [0]]
    assert not ties(blind, first, inputs, units)
    assert ties(blind * 0, first, inputs, units)


def test_a_tie_holds_in_every_unit():
    inputs, units = RationalMatrix.of([[1, -1, 2]]), Units("tanh", RationalMatrix.scalar(0))
    assert ties(RationalMatrix.column([1, 1, 0]), RationalMatrix.of([["1/3", -2]]), inputs, units)
    assert not ties(RationalMatrix.column([0, 0, 1]), RationalMatrix.of([[0, 1]]), inputs, units)
    assert ties(RationalMatrix.column([0, 0, 1]), RationalMatrix.of([[0, 0]]), inputs, units)
    moved = Units("sigmoid", RationalMatrix.scalar("1/2"))
    assert not ties(RationalMatrix.column([1, 1, 0]), RationalMatrix.of([[1]]), inputs, moved)
    assert ties(RationalMatrix.column([1, -1]), RationalMatrix.of([[1]]), RationalMatrix.of([[3, 3]]), moved)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_a_tie_is_asked_for_at_enough_points(name):
    """Arguments of opposite signs, and a unit that is zero, do not hide a relation that vanishes at one number only."""
    q = RationalMatrix
    inputs, units = q.of([[1, -2]]), Units(name, q.scalar(0))
    for first in (q.of([[1]]), q.of([[1, 0]]), q.of([[-1]])):
        values = hidden_outputs(first[:, [0]], inputs, replace(units, elementary=specialised(q.scalar(2), 1)))
        assert not ties(values.nullspace()[:, [0]], first, inputs, units)
