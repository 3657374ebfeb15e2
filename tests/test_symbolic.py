"""The algebra of matrix words: normal forms, rules, substitution, scalars and LaTeX."""

from __future__ import annotations

from fractions import Fraction

import latex2mathml.converter
import pytest
import sympy

from numerics.rational import RationalMatrix
from symbolic import expressions as ex
from symbolic import sampling
from symbolic.expressions import (
    DimensionError,
    Letter,
    block,
    eye,
    hstack,
    inner,
    kron,
    norm_squared,
    number,
    row_vec,
    trace,
    vec,
    vstack,
    zeros,
)
from symbolic.kron import UnsupportedError
from symbolic.normal import Rule, equal
from symbolic.rendering import grouped, latex
from symbolic.sampling import Sample, pseudo_inverse, value
from symbolic.scalars import evaluate, vanishes

m, n, p, q = ex.sizes("m n p q")
t = sympy.Symbol("t", real=True)
A, B, C, D = Letter("A", m, n), Letter("B", n, p), Letter("C", p, q), Letter("D", m, n)
F, G, H = Letter("F", n, n), Letter("G", n, n), Letter("H", n, n, symmetric=True)
R, S = Letter("R", n, n, draw=sampling.invertible), Letter("S", n, n, draw=sampling.invertible)
u, v, x = Letter("u", n, 1), Letter("v", n, 1), Letter("x", m, 1)

TRUE = {
    "distributivity": ((A + t * D) @ B, A @ B + t * (D @ B)),
    "order of a transpose": ((A @ B @ C).T, C.T @ B.T @ A.T),
    "a symmetric letter": ((F.T @ H @ F).T, F.T @ H @ F),
    "order of an inverse": ((R @ S).inverse, S.inverse @ R.inverse),
    "an inverse cancels inside a word": (F @ R @ S @ (R @ S).inverse @ G, F @ G),
    "an inverse of a multiple": ((2 * R).inverse @ R, eye(n) / 2),
    "the transpose of an inverse": (R.T.inverse, R.inverse.T),
    "the trace turns": (trace(A @ B @ C @ C.T @ B.T @ D.T), trace(C @ C.T @ B.T @ D.T @ A @ B)),
    "the trace of a transpose": (trace(F @ G @ H), trace(H @ G.T @ F.T)),
    "the trace of an identity": (trace(eye(n) + eye(n)), number(2 * n)),
    "the trace cancels around": (trace(R @ F @ R.inverse), trace(F)),
    "the trace cancels to a size": (trace(R @ S @ R.inverse @ S.inverse @ S @ R @ S.inverse @ R.inverse), number(n)),
    "a quadratic form": (u.T @ F @ u, u.T @ F.T @ u),
    "a scalar inside a word": (u @ (v.T @ F @ u) @ v.T, u @ (u.T @ F.T @ v) @ v.T),
    "an outer product inside a trace": (trace(u @ v.T @ F), v.T @ F @ u),
    "two scalars in a trace": (trace(u @ v.T @ F @ v @ u.T), (v.T @ F @ v) @ (u.T @ u)),
    "an inner product": (inner(A @ B, D @ B), trace(D @ B @ B.T @ A.T)),
    "the square of a sum": (norm_squared(A + t * D), norm_squared(A) + 2 * t * inner(D, A) + t**2 * norm_squared(D)),
    "vec of a product": (vec(A @ B @ C), kron(C.T, A) @ vec(B)),
    "vec of a product with a row": (vec(x.T @ A @ B), kron(B.T, x.T) @ vec(A)),
    "vec of a column": (vec(A @ v), kron(v.T, eye(m)) @ vec(A)),
    "rows of the transpose": (row_vec(A.T), vec(A)),
    "rows of a product": (row_vec(A @ B @ C), kron(A, C.T) @ row_vec(B)),
    "two stacks": (vec(A).T @ vec(D), inner(A, D)),
    "a lying stack": (vec(B).T @ kron(C, A.T), vec(A @ B @ C).T),
    "a stacked identity": (vec(eye(n)).T @ vec(eye(n)), number(n)),
    "a mixed product": (kron(A, B) @ kron(B, C), kron(A @ B, B @ C)),
    "a triple Kronecker product": (kron(kron(A, B), C), kron(A, kron(B, C))),
    "the trace of a Kronecker product": (trace(kron(F, G)), trace(F) @ trace(G)),
    "identities": (kron(eye(m), eye(n)), eye(m * n)),
    "a product of blocks": (hstack(A, D) @ vstack(B, n * B), A @ B + n * (D @ B)),
    "the transpose of blocks": (block([[A, D], [zeros(p, n), B.T]]).T, block([[A.T, zeros(n, p)], [D.T, B]])),
    "blocks in blocks": (hstack(hstack(A, D), A), hstack(A, D, A)),
    "the norm of blocks": (norm_squared(vstack(A, B.T)), norm_squared(A) + norm_squared(B)),
    "the trace of blocks": (trace(block([[F, G], [G, H]])), trace(F + H)),
}

FALSE = {
    "factors in the other order": (F @ G, G @ F),
    "a transpose in the same order": ((F @ G).T, F.T @ G.T),
    "a letter taken for symmetric": (F.T, F),
    "a wrong sign": ((A - D) @ B, A @ B + D @ B),
    "a trace whose factors swap": (trace(F @ G @ H), trace(G @ F @ H)),
    "the trace of a product": (trace(F @ G), trace(F) @ trace(G)),
    "an inverse on the other side": (R.inverse @ F @ R, F),
    "a forgotten factor 2": (norm_squared(A + D), norm_squared(A) + inner(A, D) + norm_squared(D)),
    "vec with the factors swapped": (vec(F @ G @ H), kron(F, H.T) @ vec(G)),
    "vec without the transpose": (vec(F @ G @ S), kron(S, F) @ vec(G)),
    "rows for columns": (row_vec(F), vec(F)),
    "Kronecker factors swapped": (kron(F, G), kron(G, F)),
    "blocks swapped": (hstack(A, D) @ vstack(B, n * B), D @ B + n * (A @ B)),
    "the size of another identity": (trace(eye(n)), number(m)),
    "a scalar factor": (t * A, A),
}


def agree_at_samples(left: ex.Expression, right: ex.Expression) -> bool:
    return all(value(left, sample) == value(right, sample) for sample in (Sample(str(k)) for k in range(6)))


@pytest.mark.parametrize("name", TRUE)
def test_identity_is_seen_by_both_checks(name):
    assert equal(*TRUE[name])
    assert agree_at_samples(*TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_wrong_neighbour_is_refused_by_both_checks(name):
    assert not equal(*FALSE[name])
    assert not agree_at_samples(*FALSE[name])


@pytest.mark.parametrize(
    "build",
    [
        lambda: A + B,
        lambda: B @ A,
        lambda: trace(A),
        lambda: A.inverse,
        lambda: block([[A], [B]]),
        lambda: hstack(A, B),
        lambda: inner(A, B),
        lambda: Letter("T", m, n, symmetric=True),
        lambda: equal(A @ A.T, A.T @ A),
    ],
)
def test_shapes_that_do_not_fit_for_all_sizes_are_refused(build):
    with pytest.raises(DimensionError):
        build()


def test_equal_dimensions_need_not_be_written_alike():
    assert (Letter("T", n * (m + 1), n) + Letter("U", n * m + n, n)).shape == (n * (m + 1), n)


CUT = hstack(A, D)
UNSUPPORTED = {
    "an outer product of stacks": vec(A) @ vec(D).T,
    "a Kronecker product of a stack": kron(vec(A), B),
    "the inverse of a sum": (F + G).inverse,
    "the stack of a Kronecker product": vec(kron(F, G)),
    "a product across blocks": CUT @ Letter("T", 2 * n, p),
    "a sum across blocks": CUT + Letter("T", m, 2 * n),
}


@pytest.mark.parametrize("expression", UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_what_has_no_normal_form_says_so(expression):
    with pytest.raises(UnsupportedError):
        equal(expression, expression)


ORTHOGONAL = Rule(F.T @ F, eye(n))
RULES = {
    "in a word": (G @ F.T @ F @ G, G @ G, (ORTHOGONAL,)),
    "around a trace": (trace(F @ G @ H @ F.T), trace(G @ H), (ORTHOGONAL,)),
    "in a norm": (norm_squared(F @ B), norm_squared(B), (ORTHOGONAL,)),
    "in a Kronecker product": (kron(A, F.T @ F), kron(A, eye(n)), (ORTHOGONAL,)),
    "in a stack": (vec(F.T @ F @ B), vec(B), (ORTHOGONAL,)),
    "transposed": (v.T @ F.T @ G, t * (v.T @ G), (Rule(F @ v, t * v),)),
    "in a scalar": (v.T @ F.T @ F @ v, t**2 * (v.T @ v), (Rule(F @ v, t * v),)),
    "of a scalar": (u @ v.T @ v @ u.T, n * (u @ u.T), (Rule(v.T @ v, number(n)),)),
    "one after the other": (F @ F @ F @ F, F, (Rule(F @ F, F),)),
    "to zero": (trace(G @ F @ v @ v.T), zeros(1, 1), (Rule(F @ v, zeros(n, 1)),)),
}


@pytest.mark.parametrize("name", RULES)
def test_rule_is_applied(name):
    left, right, rules = RULES[name]
    assert equal(left, right, rules)
    assert not equal(left, right)


def test_rule_is_not_applied_the_other_way_round():
    assert not equal(F @ F.T, eye(n), (ORTHOGONAL,))


def test_rules_that_go_in_circles_are_noticed():
    with pytest.raises(RuntimeError, match="do not come to an end"):
        equal(F @ G, H, (Rule(F @ G, G @ F), Rule(G @ F, F @ G)))


def test_samples_are_repeatable_and_reach_every_size():
    first, second = Sample("seed"), Sample("seed")
    assert value(A @ B, first) == value(A @ B, second)
    assert {Sample(str(k)).size(m) for k in range(40)} == {1, 2, 3, 4}
    assert Sample("any", smallest=True).letter(A).shape == (1, 1)


def test_drawn_letters_have_the_properties_that_are_assumed():
    for k in range(20):
        sample = Sample(str(k))
        size = sample.size(n)
        symmetric = sample.letter(H)
        assert symmetric == symmetric.T
        assert sampling.invertible(sample, size, size).det() == 1
        assert sampling.ramp(sample, size, 1).entries() == list(range(size))


def test_deficient_letters_have_every_rank():
    assert {sampling.deficient(Sample(str(k)), 3, 2).rank() for k in range(40)} == {0, 1, 2}


@pytest.mark.parametrize("seed", range(6))
def test_letters_of_full_rank_have_inverses_on_one_side(seed):
    sample = Sample(str(seed))
    high, low = sampling.tall(sample, 4, 2), sampling.wide(sample, 2, 4)
    left, right = sampling.left_inverse(sample, high), sampling.right_inverse(sample, low)
    assert left @ high == low @ right == RationalMatrix.eye(2)
    assert left != sampling.left_inverse(sample, high)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 2), (4, 4)])
def test_orthonormal_columns_are_orthonormal_and_of_either_sign(rows, columns):
    drawn = [sampling.orthonormal(Sample(str(k)), rows, columns) for k in range(12)]
    assert all(RationalMatrix.eye(columns) == Q.T @ Q for Q in drawn)
    assert {Q.det() for Q in drawn if rows == columns} <= {-1, 1}
    assert len({tuple(Q.entries()) for Q in drawn}) > 1


def test_annihilated_columns_are_removed():
    for k in range(20):
        sample = Sample(str(k))
        matrix = sampling.deficient(sample, 3, 4)
        removed = sampling.annihilated(sample, matrix, 2)
        assert removed.shape == (4, 2)
        assert (matrix @ removed).is_zero()
    assert sampling.annihilated(Sample("none"), RationalMatrix.eye(3), 2).is_zero()


def test_extras_start_at_zero_and_are_no_negative_numbers():
    extra = ex.extras("e")
    assert {Sample(str(k)).scalar(extra) for k in range(60)} == {0, 1, 2, 3}
    assert Sample("any", smallest=True).scalar(extra) == 0
    assert Letter("T", n + extra, n).shape == (extra + n, n)


@pytest.mark.parametrize("seed", range(8))
def test_pseudo_inverse_meets_penroses_four_equations(seed):
    matrix = sampling.deficient(Sample(str(seed)), 3, 4)
    inverse = pseudo_inverse(matrix)
    left, right = matrix @ inverse, inverse @ matrix
    assert (left @ matrix, right @ inverse) == (matrix, inverse)
    assert (left, right) == (left.T, right.T)


def test_a_letter_drawn_in_another_shape_is_refused():
    with pytest.raises(DimensionError):
        Sample("shape").letter(Letter("T", n, n, draw=lambda sample, rows, columns: RationalMatrix.zeros(rows + 1, columns)))


i, k = sympy.symbols("i k", integer=True)


@pytest.mark.parametrize(
    ("scalar", "found"),
    [
        (sympy.Rational(-3, 4), Fraction(-3, 4)),
        (k**2 / (k + 1) - t, Fraction(9, 4) - Fraction(1, 2)),
        (t**-2, Fraction(4)),
        (sympy.Sum(i**2 * k, (i, 0, k)), Fraction(42)),
        (sympy.Sum(sympy.Sum(i, (i, 0, k)) * m, (m, 1, 2)), Fraction(18)),
        (sympy.Product(1 + 1 / m, (m, 1, k)), Fraction(4)),
    ],
)
def test_scalars_are_evaluated_exactly(scalar, found):
    assert evaluate(scalar, {k: Fraction(3), t: Fraction(1, 2)}) == found


@pytest.mark.parametrize("scalar", [sympy.sqrt(k), sympy.sin(k), sympy.Float(0.5)])
def test_scalars_that_are_not_rational_are_refused(scalar):
    with pytest.raises(TypeError):
        evaluate(scalar, {k: Fraction(2)})


def test_scalars_vanish_only_if_they_are_zero():
    assert vanishes((k**2 - 1) / (k - 1) - k - 1)
    assert vanishes(sympy.Sum(i, (i, 1, m)) - m * (m + 1) / 2)
    assert vanishes(t**m * t - t ** (m + 1))
    assert not vanishes(sympy.Sum(i, (i, 1, m)) - m * (m - 1) / 2)
    assert not vanishes((k**2 - 1) / (k - 1) - k)


LATEX = [
    ((A + D) @ B - 2 * (A @ B), r"\left(A + D\right)\,B - 2\,A\,B"),
    ((A @ B).T, r"\left(A\,B\right)^T"),
    (norm_squared(A - D), r"\|A - D\|^2"),
    (inner(A, D @ F), r"\langle A,\,D\,F\rangle"),
    (kron(B.T, A) @ vec(F), r"\left(B^T\otimes A\right)\,\operatorname{vec}\left(F\right)"),
    (-(A - D), r"-\left(A - D\right)"),
    ((t + 1) * A, r"\left(t + 1\right)\,A"),
    (Letter("J^+", n, n).T, "{J^+}^T"),
    (grouped(A @ B) @ C, r"\left(A\,B\right)\,C"),
    (hstack(eye(n), zeros(n, m)), r"\begin{pmatrix} I_{n} & 0 \end{pmatrix}"),
]


@pytest.mark.parametrize(("expression", "written"), LATEX)
def test_latex_is_written_with_the_parentheses_it_needs(expression, written):
    assert latex(expression) == written
    assert latex2mathml.converter.convert(written).startswith("<math")
