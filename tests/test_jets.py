"""Derivatives by definition against derivatives by hand, in all four arithmetics."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from numerics.balls import BallMatrix
from numerics.fractional import FractionMatrix
from numerics.jets import (
    Jet,
    coordinates,
    derivatives,
    expansion,
    gradient_by_definition,
    hessian_by_definition,
    jacobian_by_definition,
)
from numerics.matrix import (
    block,
    eye_like,
    frobenius_squared,
    hstack,
    inner,
    kron,
    ones_like,
    row_vec,
    trace,
    vec,
    vstack,
    zeros_like,
)
from numerics.rational import RationalMatrix

EXACT = [RationalMatrix, FractionMatrix]


class Floats:
    """An ndarray of small integers, built as the matrix types are."""

    @staticmethod
    def integers(m, n, values):
        return np.array(values, dtype=float).reshape(m, n)


KINDS = [*EXACT, BallMatrix, Floats]


def drawn(kind, rng: random.Random, m: int, n: int):
    return kind.integers(m, n, [rng.randint(-3, 3) for _ in range(m * n)])


def same(a, b) -> bool:
    return np.array_equal(a, b) if isinstance(a, np.ndarray) else bool(a == b)


def loss(X, Y):
    return lambda W1, W2: frobenius_squared(W1 @ W2 @ X - Y)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(2, 3, 2, 4), (1, 1, 1, 1), (3, 1, 2, 2), (2, 2, 1, 0)])
def test_two_layer_loss_against_its_derivatives_by_hand(kind, shape):
    p, h, q, samples = shape
    rng = random.Random(sum(shape))
    W1, W2, H1, H2 = (drawn(kind, rng, *size) for size in ((p, h), (h, q), (p, h), (h, q)))
    X, Y = drawn(kind, rng, q, samples), drawn(kind, rng, p, samples)
    E, D = W1 @ W2 @ X - Y, (H1 @ W2 + W1 @ H2) @ X
    value, first, second = derivatives(loss(X, Y), (W1, W2), (H1, H2))
    assert value == frobenius_squared(E)
    assert first == 2 * inner(E, D)
    assert second == 2 * frobenius_squared(D) + 4 * inner(E, H1 @ H2 @ X)
    by_hand = (E @ X.T @ W2.T * 2, W1.T @ E @ X.T * 2)
    assert all(same(a, b) for a, b in zip(gradient_by_definition(loss(X, Y), (W1, W2)), by_hand, strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("by", "stack"), [("rows", row_vec), ("columns", vec)])
def test_hessian_is_the_second_derivative_along_every_direction(kind, by, stack):
    rng = random.Random(by)
    W1, W2, X, Y = drawn(kind, rng, 2, 2), drawn(kind, rng, 2, 3), drawn(kind, rng, 3, 2), drawn(kind, rng, 2, 2)
    H = hessian_by_definition(loss(X, Y), (W1, W2), by)
    assert H.shape == (10, 10)
    assert same(H, H.T)
    for _ in range(5):
        along = drawn(kind, rng, 2, 2), drawn(kind, rng, 2, 3)
        v = vstack(*(stack(piece) for piece in along))
        assert (v.T @ H @ v)[0, 0] == derivatives(loss(X, Y), (W1, W2), along)[2]


@pytest.mark.parametrize("kind", EXACT)
def test_hessian_of_a_quadratic_is_its_matrix_in_the_order_of_vec(kind):
    """f(W) = |A W B|^2 has the Hessian 2 (B B') (x) (A' A) over vec W, and 2 (A' A) (x) (B B') over the rows."""
    rng = random.Random(4)
    A, B, W = drawn(kind, rng, 3, 2), drawn(kind, rng, 3, 2), drawn(kind, rng, 2, 3)
    for by, expected in (("columns", kron(B @ B.T, A.T @ A)), ("rows", kron(A.T @ A, B @ B.T))):
        assert hessian_by_definition(lambda w: frobenius_squared(A @ w @ B), (W,), by) == expected * 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("by", "stack", "jacobian"), [("columns", vec, lambda A, B: kron(B.T, A)), ("rows", row_vec, lambda A, B: kron(A, B.T))]
)
def test_jacobian_of_a_two_sided_product(kind, by, stack, jacobian):
    rng = random.Random(6)
    A, B, W = drawn(kind, rng, 3, 2), drawn(kind, rng, 2, 1), drawn(kind, rng, 2, 2)
    assert same(jacobian_by_definition(lambda w: stack(A @ w @ B), (W,), by), jacobian(A, B))


@pytest.mark.parametrize("kind", EXACT)
def test_high_degrees_are_differentiated_exactly(kind):
    """tr W^6 at a point along H: the first derivative is 6 tr(W^5 H); along W itself the powers of 1 + t."""
    rng = random.Random(8)
    W, H = drawn(kind, rng, 3, 3), drawn(kind, rng, 3, 3)

    def sixth(w):
        return trace(w @ w @ w @ w @ w @ w)

    value, first, _ = derivatives(sixth, (W,), (H,))
    assert (value, first) == (sixth(W), trace(W @ W @ W @ W @ W @ H) * 6)
    jet = expansion(sixth, (W,), (W,), order=7)
    assert [jet.coefficient(k) for k in range(8)] == [value * binomial for binomial in (1, 6, 15, 20, 15, 6, 1, 0)]


RULES = {
    "sum": lambda a, b, C: a + b - C + (C - a),
    "product": lambda a, b, C: C @ a @ b.T @ C - b @ C,
    "transpose": lambda a, b, C: (a @ b).T,
    "kron": lambda a, b, C: kron(a, b) + kron(C, a) - kron(b, C),
    "blocks": lambda a, b, C: block([[a, C], [C, b]]),
    "stacked": lambda a, b, C: vstack(hstack(C, a), ones_like(a, 1, 4)),
    "slices": lambda a, b, C: a[0:1, :] @ b[:, 1:2],
    "scalars": lambda a, b, C: 3 * a - b * 2 + a / 2 - (-b),
    "scalar jets": lambda a, b, C: trace(a) * (b @ b) + inner(C, a) * C + C * inner(a, b),
    "like": lambda a, b, C: eye_like(a, 2) @ a + zeros_like(b, 2, 2),
    "reshaped": lambda a, b, C: row_vec(a) @ vec(b).T,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", RULES)
def test_every_rule_interpolates(kind, name):
    """The expansion up to t^3 sums to the value at t = -1, 1, 2, since every rule has degree three at most."""
    rng = random.Random(name)
    A, B, C, H, K = (drawn(kind, rng, 2, 2) for _ in range(5))
    jet = RULES[name](Jet.line(A, H, 3), Jet.line(B, K, 3), C)
    for t in (-1, 1, 2):
        total = jet.coefficient(0)
        for k in (1, 2, 3):
            total = total + jet.coefficient(k) * t**k
        assert same(total, RULES[name](A + H * t, B + K * t, C))


def test_coordinates_run_matrix_after_matrix_by_rows_or_by_columns():
    point = (RationalMatrix.zeros(2, 2), RationalMatrix.zeros(1, 0), RationalMatrix.zeros(1, 2))
    for by, stack in (("rows", row_vec), ("columns", vec)):
        flat = [vstack(*(stack(piece) for piece in direction)) for direction in coordinates(point, by)]
        assert hstack(*flat) == RationalMatrix.eye(6)
    with pytest.raises(ValueError, match="'rows' or by 'columns'"):
        coordinates(point, "diagonals")


def test_constants_have_zero_derivatives():
    W = RationalMatrix.eye(2)
    assert derivatives(lambda w: RationalMatrix.scalar(7), (W,), (W,)) == (7, 0, 0)
    assert hessian_by_definition(lambda w: trace(w), (W,)) == RationalMatrix.zeros(4, 4)
    assert gradient_by_definition(lambda w: trace(w), (W,)) == (W,)


def test_weights_without_entries():
    W = RationalMatrix.zeros(0, 2)
    assert gradient_by_definition(frobenius_squared, (W,)) == (W,)
    assert hessian_by_definition(frobenius_squared, (W,)).shape == (0, 0)
    assert jacobian_by_definition(lambda w: vec(w.T @ w), (W,)).shape == (4, 0)


def test_one_by_one_matrices_count_as_scalars():
    W = FractionMatrix.of([[Fraction(1, 2)], [3]])
    assert derivatives(lambda w: w.T @ w, (W,), (W,)) == (Fraction(37, 4), Fraction(37, 2), Fraction(37, 2))


def test_ball_derivatives_enclose_the_exact_ones():
    point = tuple(
        RationalMatrix.of([["1/3", "-2/7"], ["5/3", 1]]) @ RationalMatrix.eye(2) * factor for factor in (1, Fraction(1, 9))
    )
    X = RationalMatrix.of([["1/11"], [2]])
    exact = hessian_by_definition(loss(X, X), point)
    balls = BallMatrix.from_rational(X, 64)
    found = hessian_by_definition(loss(balls, balls), tuple(BallMatrix.from_rational(W, 64) for W in point))
    assert found.contains(exact)
    assert all(value.rad() < 1e-9 for value in found.entries())


def test_misuse_is_refused():
    W = RationalMatrix.eye(2)
    with pytest.raises(ValueError, match="does not move along"):
        Jet.line(W, RationalMatrix.zeros(2, 3))
    with pytest.raises(ValueError, match="orders"):
        Jet.line(W, W, 1) @ Jet.line(W, W, 2)
    with pytest.raises(IndexError, match="no coefficient 3"):
        Jet.line(W, W).coefficient(3)
    with pytest.raises(ValueError, match="constant coefficient"):
        Jet(())


def scalar_jets(kind, order):
    """Scalar power series whose constant coefficient is not zero, shorter ones included."""
    for numbers in (("3",), ("-2", "1/2"), ("1/3", "-1", "5", "7", "-2", "4")):
        yield Jet(tuple(kind.scalar(number) for number in numbers), order)


def series(jet):
    return [jet.coefficient(k) for k in range(jet.order + 1)]


@pytest.mark.parametrize("kind", EXACT)
@pytest.mark.parametrize("order", [0, 1, 2, 4])
def test_a_function_of_a_series_is_its_taylor_series_of_the_series(kind, order):
    for jet in scalar_jets(kind, order):
        cube = jet.composed(lambda c: [c**3, 3 * c**2, 3 * c, c / c, 0 * c])
        assert series(cube) == series(jet * jet * jet)
        assert series(jet * jet.reciprocal()) == [1, *[0] * order]


def test_a_jet_knows_no_power_beyond_its_order():
    assert Jet((1, 2, 3, 4)).coefficients == (1, 2, 3)
    assert Jet((1, 2, 3, 4), 1).coefficients == (1, 2)
    point = RationalMatrix.eye(2)
    assert (Jet.line(point, point) * 1).order == expansion(lambda W: W, (point,), (point,)).order == 2


@pytest.mark.parametrize("kind", KINDS)
def test_functions_of_entries(kind):
    """Entries may come back with more coefficients or with fewer."""
    constant, slope = kind.integers(2, 3, [1, -2, 3, 0, 2, 1]), kind.integers(2, 3, [2, 0, 1, -1, 0, 3])
    jet = Jet((constant, slope), 2)
    squared = jet.entrywise(lambda s: Jet((s.coefficient(0),), 2) if s.coefficient(1) == 0 else s * s)
    assert squared.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            a, b = constant[i, j], slope[i, j]
            assert series(squared[i, j]) == ([a, 0, 0] if b == 0 else [a * a, 2 * a * b, b * b])
    assert same(Jet((slope,), 2).entrywise(lambda s: s * s).coefficient(0)[0, 2], slope[0, 2] * slope[0, 2])


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_jet_has_shape_and_kind(kind):
    constant = Jet((kind.integers(2, 1, [1, 2]),), 2)
    assert constant.shape == (2, 1)
    assert same(constant.eye(2), eye_like(constant.coefficients[0], 2))
    assert same(constant.zeros(1, 2), zeros_like(constant.coefficients[0], 1, 2))
    assert same(constant.ones(1, 2), ones_like(constant.coefficients[0], 1, 2))


@pytest.mark.parametrize("kind", KINDS)
def test_the_jacobian_over_a_single_coordinate(kind):
    point, column = kind.integers(1, 1, [3]), kind.integers(2, 1, [1, -2])
    assert same(jacobian_by_definition(lambda W: column @ W @ W, (point,)), column * 6)


def test_a_matrix_of_integers_does_not_round_what_is_not_integral():
    point, half = np.array([[3, 1]]), np.array([[0.5, 0.0], [0.0, 0.5]])
    assert np.array_equal(jacobian_by_definition(lambda W: (W @ half).T, (point,)), half)


def test_a_constant_of_the_arithmetic_is_at_hand():
    for kind in (RationalMatrix, FractionMatrix):
        for jet in (Jet((kind.eye(1),)), Jet.line(kind.eye(1), kind.eye(1))):
            assert jet.scalar("1/2") == kind.scalar("1/2")
