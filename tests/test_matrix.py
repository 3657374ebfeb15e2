"""The four kinds of matrices compute the same, and none takes a float for an exact number."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from numerics.balls import BallMatrix
from numerics.fractional import FractionMatrix
from numerics.matrix import (
    ExactOnlyError,
    Matrix,
    SingularError,
    block,
    eye_like,
    frobenius_squared,
    hstack,
    inner,
    kron,
    ones_like,
    product,
    row_vec,
    trace,
    unvec,
    vec,
    vstack,
    zeros_like,
)
from numerics.rational import RationalMatrix, fraction, from_double, rational

EXACT = [RationalMatrix, FractionMatrix]
KINDS = [*EXACT, BallMatrix]
SHAPES = [(1, 1), (2, 3), (3, 2), (4, 4), (1, 5), (5, 1), (0, 3), (3, 0), (0, 0)]

FORMULAS = {
    "sum": lambda a, b, c: a + b,
    "difference": lambda a, b, c: a - b,
    "minus": lambda a, b, c: -a,
    "product": lambda a, b, c: a @ c,
    "scaled from either side": lambda a, b, c: 3 * a - b * 2,
    "halved": lambda a, b, c: a / 2,
    "transpose": lambda a, b, c: (a @ c).T,
    "gram": lambda a, b, c: a.T @ a,
    "kron": lambda a, b, c: kron(a, c),
    "vec": lambda a, b, c: vec(a),
    "row vec": lambda a, b, c: row_vec(a),
    "unvec": lambda a, b, c: unvec(vec(a), *a.shape) - unvec(row_vec(a), a.shape[1], a.shape[0]).T * 2,
    "reshape": lambda a, b, c: a.reshape(a.shape[1], a.shape[0]),
    "blocks": lambda a, b, c: block([[a, b], [b, a]]),
    "stacked": lambda a, b, c: vstack(hstack(a, b), hstack(b, b)),
    "like": lambda a, b, c: eye_like(a, a.shape[0]) @ a + ones_like(a, *a.shape) + zeros_like(a, *a.shape),
    "inner": lambda a, b, c: inner(a, b),
    "frobenius": lambda a, b, c: frobenius_squared(a),
    "trace": lambda a, b, c: trace(a @ a.T),
    "chain": lambda a, b, c: product([a, c, b]),
    "slices": lambda a, b, c: vstack(a[1:, ::-1], a[:1, :]),
}


def integers(rng: random.Random, m: int, n: int) -> np.ndarray:
    return np.array([rng.randint(-4, 4) for _ in range(m * n)], dtype=float).reshape(m, n)


def of(kind: type, array: np.ndarray):
    m, n = array.shape
    return kind.integers(m, n, [int(value) for value in array.ravel()])


def as_floats(value) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    return value.to_floats() if hasattr(value, "to_floats") else np.array(float(fraction_or_ball(value)))


def fraction_or_ball(value):
    return value if type(value).__name__ == "arb" else fraction(value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_agree_with_ndarray(kind, name):
    rng = random.Random(name)
    for m, n in SHAPES:
        a, b, c = integers(rng, m, n), integers(rng, m, n), integers(rng, n, m)
        expected = FORMULAS[name](a, b, c)
        found = FORMULAS[name](of(kind, a), of(kind, b), of(kind, c))
        assert getattr(found, "shape", ()) == expected.shape
        assert np.array_equal(as_floats(found), expected), (m, n)


@pytest.mark.parametrize("kind", [*KINDS, None])
def test_stacking_is_what_its_name_says(kind):
    a, b = (np.arange(6.0).reshape(2, 3), np.array([[1.0, -2], [3, 5], [0, 7]]))
    if kind is not None:
        a, b = of(kind, a), of(kind, b)
    columns, rows = vec(a), row_vec(a)
    assert all(columns[j * 2 + i, 0] == a[i, j] == rows[i * 3 + j, 0] for i in range(2) for j in range(3))
    assert np.array_equal(as_floats(unvec(columns, 2, 3)), as_floats(a))
    assert np.array_equal(as_floats(product([a, b])), as_floats(a @ b))
    assert np.array_equal(as_floats(product([b, a, columns.T[:, :3].T])), as_floats(b @ a @ columns[:3, :]))
    assert np.array_equal(as_floats(vec(b @ a @ b)), as_floats(kron(b.T, b) @ columns))


def rational_pair(rng: random.Random, m: int, n: int, rank: int):
    """The same random matrix of at most the given rank in both exact arithmetics."""
    left = [[Fraction(rng.randint(-3, 3), rng.randint(1, 3)) for _ in range(rank)] for _ in range(m)]
    right = [[Fraction(rng.randint(-3, 3)) for _ in range(n)] for _ in range(rank)]
    return [kind.of(left, columns=rank) @ kind.of(right, columns=n) for kind in EXACT]


def table(value):
    return [[fraction(entry) for entry in row] for row in value.rows()]


@pytest.mark.parametrize(
    ("m", "n", "rank"), [(3, 3, 3), (4, 4, 2), (2, 5, 2), (5, 2, 1), (3, 4, 0), (0, 3, 0), (3, 0, 0), (0, 0, 0)]
)
def test_elimination_agrees(m, n, rank):
    rng = random.Random(m * 100 + n * 10 + rank)
    for _ in range(5):
        a, b = rational_pair(rng, m, n, rank)
        assert table(a) == table(b)
        assert a.rank() == b.rank() <= rank
        assert table(a.rref()[0]) == table(b.rref()[0])
        assert a.rref()[1] == b.rref()[1]
        assert a.cleared() == b.cleared()
        for matrix, kernel in ((a, a.nullspace()), (b, b.nullspace())):
            assert (matrix @ kernel).is_zero()
            assert kernel.rank() == kernel.shape[1] == n - matrix.rank()


@pytest.mark.parametrize(("n", "rank"), [(1, 1), (2, 2), (4, 4), (4, 2), (5, 5), (3, 0), (0, 0)])
def test_polynomials_of_a_matrix_agree_and_vanish_on_it(n, rank):
    rng = random.Random(n * 10 + rank)
    for _ in range(4):
        a, b = rational_pair(rng, n, n, rank)
        assert [fraction(c) for c in a.charpoly()] == b.charpoly()
        assert [fraction(c) for c in a.minpoly()] == b.minpoly()
        assert fraction(a.det()) == b.det()
        for matrix in (a, b):
            for polynomial in (matrix.charpoly(), matrix.minpoly()):
                assert polynomial[-1] == 1
                assert horner(polynomial, matrix).is_zero()


def horner(polynomial, matrix):
    result = matrix.zeros(*matrix.shape)
    for coefficient in reversed(polynomial):
        result = result @ matrix + matrix.eye(matrix.shape[0]) * coefficient
    return result


@pytest.mark.parametrize("kind", EXACT)
def test_solving(kind):
    a, right = kind.of([["1/2", 1, 0], [0, 0, 2], [3, 1, 1]]), kind.of([[1, 0], ["1/3", 2], [0, 5]])
    assert a @ a.solve(right) == right
    assert a @ a.inverse() == a.inverse() @ a == kind.eye(3)
    assert kind.zeros(0, 0).solve(kind.zeros(0, 2)).shape == (0, 2)
    for singular in (kind.of([[1, 2], [2, 4]]), kind.zeros(2, 3), kind.of([[1, 0], [0, 1], [0, 0]])):
        with pytest.raises(SingularError):
            singular.solve(kind.zeros(singular.shape[0], 1))
    with pytest.raises(ValueError, match="matrix"):
        kind.zeros(2, 3).det()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [0.5, np.float64(2), float("nan")], ids=str)
@pytest.mark.parametrize(
    "use",
    [
        lambda kind, x: kind.of([[x]]),
        lambda kind, x: kind.eye(2) * x,
        lambda kind, x: x * kind.eye(2),
        lambda kind, x: kind.eye(2) / x,
        lambda kind, x: kind.diagonal([1, x]),
        lambda kind, x: kind.scalar(x),
        lambda kind, x: kind.eye(1) + np.array([[x]]),
        lambda kind, x: np.array([[x]]) @ kind.eye(1),
        lambda kind, x: np.array([[x]]) - kind.eye(1),
        lambda kind, x: np.asarray(kind.eye(1)),
    ],
    ids=["of", "times", "from the left", "over", "diagonal", "scalar", "plus array", "array times", "array minus", "asarray"],
)
def test_floats_are_refused(kind, number, use):
    with pytest.raises(TypeError):
        use(kind, number)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_arithmetics_do_not_mix(kind, other):
    if kind is other:
        assert bool(kind.eye(2) + other.eye(2) == kind.eye(2) * 2)
        return
    for operate in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a @ b):
        with pytest.raises(TypeError):
            operate(kind.eye(2), other.eye(2))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "wrong",
    [
        lambda a: a @ a,
        lambda a: a + a.T,
        lambda a: inner(a, a.T),
        lambda a: trace(a),
        lambda a: a.reshape(4, 2),
        lambda a: block([[a, a.T]]),
        lambda a: type(a).of([[1, 2], [3]]),
    ],
    ids=["product", "sum", "inner", "trace", "reshape", "block", "ragged"],
)
def test_wrong_shapes_are_refused(kind, wrong):
    with pytest.raises(ValueError, match=r"shape|trace|entries|block|length"):
        wrong(kind.zeros(2, 3))


def test_a_double_becomes_the_dyadic_rational_that_it_is():
    array = np.array([[0.1, -2.5, 1e-300]])
    for kind in EXACT:
        assert [fraction(value) for value in kind.from_doubles(array).entries()] == [Fraction(x) for x in array[0]]
        assert np.array_equal(kind.from_doubles(array).to_floats(), array)
    assert fraction(from_double(0.1)) == Fraction(0.1) != Fraction(1, 10) == fraction(rational("1/10"))
    for infinite in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="not a finite double"):
            from_double(infinite)
    with pytest.raises(ExactOnlyError):
        RationalMatrix(array)


@pytest.mark.parametrize("kind", EXACT)
def test_equality_and_hash(kind):
    a = kind.of([["2/4", 0], [1, 2]])
    assert a == kind.of([["1/2", "0"], [1, Fraction(2)]])
    assert hash(a) == hash(kind.of([["1/2", 0], [1, 2]]))
    assert a != a.T
    assert kind.zeros(0, 2) != kind.zeros(2, 0)
    assert len({a, a.T, a.T.T}) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_entries_count_from_either_end_and_not_beyond(kind):
    a = kind.of([[1, 2, 3], [4, 5, 6]])
    assert a[0, 2] == 3
    assert a[-2, -1] == 3
    assert a[0, -3] == 1
    for index, part in (
        (([1, 0], slice(1, None)), [[5, 6], [2, 3]]),
        ((0, slice(1, None)), [[2, 3]]),
        ((slice(None), -1), [[3], [6]]),
        (([-1], [-1, 0]), [[6, 4]]),
    ):
        assert bool(a[index] == kind.of(part))
    for index in ((2, 0), (0, -4), (0, 3), (-3, 0), (2, slice(None)), ([2], 0)):
        with pytest.raises(IndexError):
            a[index]


@pytest.mark.parametrize("kind", KINDS)
def test_matrices_are_built_and_shown_as_they_are_written(kind):
    assert bool(kind.diagonal([1, 2]) == kind.of([[1, 0], [0, 2]]))
    assert bool(kind.column([1, 2]) == kind.of([[1], [2]]))
    assert kind.exact is (kind is not BallMatrix)
    if kind.exact:
        assert repr(kind.of([[1, -2], [0, "1/2"]])) == f"{kind.__name__}(2x2: 1 -2; 0 1/2)"
    with pytest.raises(TypeError, match=r"\.rows\(\)"):
        iter(kind.eye(2))


@pytest.mark.parametrize(
    "part",
    [
        lambda: Matrix.build(1, 1, lambda i, j: 0),
        lambda: Matrix.scalar(0),
        lambda: Matrix().shape,
        lambda: Matrix().T,
        lambda: Matrix().entry(0, 0),
        lambda: Matrix().scaled(2),
        lambda: Matrix() + Matrix(),
        lambda: -Matrix(),
        lambda: Matrix() @ Matrix(),
    ],
)
def test_what_every_kind_provides_has_no_default(part):
    with pytest.raises(NotImplementedError):
        part()


@pytest.mark.parametrize("kind", EXACT)
def test_rows_of_different_length_are_no_matrix(kind):
    with pytest.raises(ValueError, match="differ in length"):
        kind.of([[1, 2], [3]])


def test_exact_scalars_of_every_kind_are_fractions():
    integer = RationalMatrix.scalar(6).p
    assert RationalMatrix.scalar(integer) == RationalMatrix.scalar(6)
    assert [fraction(value) for value in (integer, RationalMatrix.scalar("3/4"), 5, Fraction(1, 2))] == [
        6,
        Fraction(3, 4),
        5,
        Fraction(1, 2),
    ]


@pytest.mark.parametrize("value", [0, 1, -1, 16, -16, 17, -17, 10**30])
def test_integers_of_any_size_are_rationals(value):
    assert fraction(RationalMatrix.scalar(value)) == value
    assert fraction(RationalMatrix.of([[value]])[0, 0]) == value


@pytest.mark.parametrize("kind", EXACT)
def test_rectangular_and_empty_shapes(kind):
    assert kind.eye(2, 3) == kind.of([[1, 0, 0], [0, 1, 0]])
    assert kind.eye(3, 2) == kind.eye(2, 3).T
    assert kind.from_doubles(np.zeros((0, 3))).shape == (0, 3)
    assert kind.from_doubles(np.ones((2, 3))) == kind.of([[1, 1, 1], [1, 1, 1]])


def test_the_flint_matrix_that_is_given_away_is_a_copy():
    matrix = RationalMatrix.of([[1, 2]])
    copy = matrix.flint
    copy[0, 0] = 7
    assert (copy[0, 0], copy[0, 1], matrix[0, 0]) == (7, 2, 1)
