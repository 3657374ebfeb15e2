"""Eigenvalues and condition numbers of symmetric matrices over Q, enclosed in rational intervals and compared exactly.

The characteristic polynomial of a symmetric matrix has real roots only, so that Descartes' rule counts the eigenvalues above any
rational number exactly, with multiplicity.  A matrix of rank r is first compressed to its row space, which leaves r x r work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from numerics.inertia import is_psd, require_symmetric, sign_changes
from numerics.matrix import ExactOnlyError, Matrix

Interval = tuple[Fraction, Fraction]
THOUSANDTH = Fraction(1, 1000)


@dataclass(frozen=True)
class Spectrum:
    """The eigenvalues of a symmetric matrix: ``zeros`` times 0, and the roots of ``polynomial`` (constant term first, not 0)."""

    polynomial: tuple[int, ...]
    zeros: int

    @property
    def rank(self) -> int:
        return len(self.polynomial) - 1

    def counts(self, t: Fraction) -> tuple[int, int]:
        """How many eigenvalues are greater than t, and how many are at least t, with multiplicity."""
        shifted = _shifted(self.polynomial, t)
        changes = sign_changes(shifted)
        hits = next(k for k, value in enumerate(shifted) if value)
        return changes + self.zeros * (t < 0), changes + hits + self.zeros * (t <= 0)

    @property
    def is_psd(self) -> bool:
        return sign_changes(self.polynomial) == self.rank

    def scaled(self, factor: Fraction) -> Spectrum:
        """The spectrum of factor * S, for a factor that is not zero."""
        p, q = factor.numerator, factor.denominator
        return Spectrum(_primitive([c * q**k * p ** (self.rank - k) for k, c in enumerate(self.polynomial)]), self.zeros)


def spectrum(S: Matrix) -> Spectrum:
    """The spectrum of a symmetric exact matrix.  Raises ValueError where S is not symmetric."""
    require_symmetric(S)
    return _spectrum(S)


def gram(A: Any) -> Any:
    """A' A, n x n for an m x n matrix A."""
    return A.T @ A


def smaller_gram(A: Any) -> Any:
    """A' A or A A', whichever is smaller; their nonzero spectra agree."""
    return A.T @ A if A.shape[0] >= A.shape[1] else A @ A.T


def distinct_eigenvalues(S: Matrix) -> int:
    """The number of different eigenvalues of a symmetric matrix: the degree of its minimal polynomial."""
    found = spectrum(S)
    return _distinct_roots(found.polynomial) + (found.zeros > 0)


def distinct_nonzero_eigenvalues(S: Matrix) -> int:
    return _distinct_roots(spectrum(S).polynomial)


def eigenvalue_bracket(S: Matrix, k: int, width: Fraction) -> Interval:
    """Rational (lo, hi) with lo <= lambda_k <= hi and hi - lo <= width, for the k-th largest eigenvalue, k = 1, ..., n.

    lo = hi where the bisection meets the eigenvalue.  Raises ValueError for a k out of range or a width that is not positive.
    """
    found = spectrum(S)
    if not 1 <= k <= S.shape[0]:
        raise ValueError(f"a {S.shape[0]} x {S.shape[0]} matrix has no eigenvalue number {k}")
    if width <= 0:
        raise ValueError("the width of a bracket is positive")
    bound, widest = _power(_root_exponent(found.polynomial)), as_fraction(width)
    return _bisected(found, k, (-bound, bound), lambda lo, hi: hi - lo <= widest)


def largest_bracket(S: Matrix, relative: Fraction = THOUSANDTH) -> Interval:
    """Rational (lo, hi) around the largest eigenvalue of a nonzero PSD matrix, with 0 < lo and hi <= (1 + relative) lo."""
    return _relative_bracket(_psd_spectrum(S), 1, relative)


def smallest_nonzero_bracket(S: Matrix, relative: Fraction = THOUSANDTH) -> Interval:
    """As :func:`largest_bracket`, around the smallest eigenvalue that is not zero."""
    found = _psd_spectrum(S)
    return _relative_bracket(found, found.rank, relative)


def condition_bracket(S: Matrix, relative: Fraction = THOUSANDTH) -> Interval:
    """Rational (lo, hi) around lambda_max / lambda_min over the nonzero spectrum of a PSD matrix, with hi <= (1 + relative) lo.

    Raises ValueError where S is zero, indefinite or not symmetric.
    """
    found = _psd_spectrum(S)
    each = min(as_fraction(relative), Fraction(1)) / 3
    largest, smallest = _relative_bracket(found, 1, each), _relative_bracket(found, found.rank, each)
    return largest[0] / smallest[1], largest[1] / smallest[0]


def compare_singular_condition(A: Matrix, bound: Fraction | int) -> int:
    """The sign of kappa_2(A) - bound, where kappa_2 is the ratio of the largest and the smallest nonzero singular value.

    Always decided: equality shows as a common root of two polynomials.  Raises ValueError where A is zero.
    """
    found = spectrum(smaller_gram(A))
    if not found.rank:
        raise ValueError("a zero matrix has no nonzero singular value")
    limit = as_fraction(bound)
    if limit < 1:
        return 1
    return _compare_largest_with_smallest(found, found.scaled(limit**2))


def singular_condition_at_most(A: Matrix, bound: Fraction | int) -> bool:
    """kappa_2(A) <= bound, over the nonzero singular values.  Raises ValueError where A is zero."""
    return compare_singular_condition(A, bound) <= 0


def singular_condition_at_least(A: Matrix, bound: Fraction | int) -> bool:
    """kappa_2(A) >= bound, over the nonzero singular values.  Raises ValueError where A is zero."""
    return compare_singular_condition(A, bound) >= 0


def spectral_norm_at_most(A: Matrix, c: Fraction | int) -> bool:
    """Whether the largest singular value of A is at most c: c^2 I - A' A is PSD."""
    limit = as_fraction(c)
    if limit < 0:
        return False
    G = smaller_gram(A)
    return is_psd(type(G).eye(G.shape[0]) * limit**2 - G)


def as_fraction(value: Any) -> Fraction:
    """An exact scalar of any arithmetic as a ``Fraction``, without importing python-flint.  Raises ExactOnlyError for a float."""
    if isinstance(value, float):
        raise ExactOnlyError(f"{value!r} is a float; say Fraction(value) if its dyadic value is meant")
    if hasattr(value, "p") and hasattr(value, "q"):
        return Fraction(int(value.p), int(value.q))
    return Fraction(value)


def _spectrum(S: Any) -> Spectrum:
    """With C the pivot columns of S and S_pp the block in their rows, S = C S_pp^-1 C'; S_pp^-1 C'C has its nonzero roots."""
    size = S.shape[0]
    _, pivots = S.rref()
    if len(pivots) < size:
        kept = list(pivots)
        C = S[:, kept]
        S = S[kept, kept].solve(C.T @ C) if kept else type(S).zeros(0, 0)
    return Spectrum(_integers(S.charpoly()), size - len(pivots))


def _psd_spectrum(S: Matrix) -> Spectrum:
    found = spectrum(S)
    if not found.is_psd:
        raise ValueError("the matrix has a negative eigenvalue")
    if not found.rank:
        raise ValueError("a zero matrix has no nonzero eigenvalue")
    return found


def _bisected(found: Spectrum, k: int, start: Interval, done: Callable[[Fraction, Fraction], bool]) -> Interval:
    """Halves an interval around the k-th largest eigenvalue until ``done(lo, hi)`` or until it is met exactly."""
    lo, hi = start
    while not done(lo, hi):
        middle = (lo + hi) / 2
        above, at_least = found.counts(middle)
        if above < k <= at_least:
            return middle, middle
        lo, hi = (middle, hi) if above >= k else (lo, middle)
    return lo, hi


def _relative_bracket(found: Spectrum, k: int, relative: Fraction) -> Interval:
    """Around a positive eigenvalue: first its binary exponent, then its leading digits."""
    width = as_fraction(relative)
    if width <= 0:
        raise ValueError("the relative width of a bracket is positive")
    high, step = _root_exponent(found.polynomial), 1
    while found.counts(_power(high - step))[1] < k:
        step *= 2
    low = high - step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if found.counts(_power(middle))[1] >= k else (low, middle)
    if found.counts(_power(low))[0] < k:
        return _power(low), _power(low)
    return _bisected(found, k, (_power(low), _power(high)), lambda lo, hi: hi <= (1 + width) * lo)


def _compare_largest_with_smallest(p: Spectrum, q: Spectrum) -> int:
    """The sign of (largest root of p) - (smallest root of q), all roots positive.

    Where the two are equal they are the only common root, which is then rational; without a common root, bisection decides.
    """
    common = _squarefree(_gcd(p.polynomial, q.polynomial))
    if len(common) > 2:
        return 1
    if len(common) == 2:
        root = Fraction(-common[0], common[1])
        return 0 if p.counts(root)[0] == 0 and q.counts(root)[1] == q.rank else 1
    lo, hi = Fraction(0), _power(_root_exponent(p.polynomial))
    while True:
        middle = (lo + hi) / 2
        p_below, q_above = p.counts(middle)[0] == 0, q.counts(middle)[1] == q.rank
        if p_below is q_above:
            return -1 if p_below else 1
        lo, hi = (lo, middle) if p_below else (middle, hi)


# Polynomials with integer coefficients, constant term first.


def _power(exponent: int) -> Fraction:
    return Fraction(2) ** exponent


def _integers(coefficients: Iterable[Any]) -> tuple[int, ...]:
    """A rational polynomial times the least integer that clears its denominators."""
    values = [as_fraction(value) for value in coefficients]
    common = lcm(*(value.denominator for value in values))
    return _primitive([int(value * common) for value in values])


def _primitive(coefficients: list[int]) -> tuple[int, ...]:
    divisor = gcd(*coefficients)
    return tuple(value // divisor for value in coefficients)


def _shifted(polynomial: tuple[int, ...], t: Fraction) -> list[int]:
    """The coefficients of q^n p((x + t q) / q) for t with denominator q: the roots move down by t and are scaled."""
    p, q = t.numerator, t.denominator
    degree = len(polynomial) - 1
    work = [c * q ** (degree - k) for k, c in enumerate(polynomial)]
    for start in range(degree):
        for k in range(degree - 1, start - 1, -1):
            work[k] += p * work[k + 1]
    return work


def _root_exponent(polynomial: tuple[int, ...]) -> int:
    """An e such that every root is less than 2^e in absolute value (Fujiwara's bound, on binary exponents)."""
    *lower, leading = polynomial
    sizes = [value.bit_length() - leading.bit_length() + 1 for value in reversed(lower)]
    return 1 + max((-(-size // k) for k, size in enumerate(sizes, start=1) if size > -leading.bit_length() + 1), default=0)


def _remainder(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """The primitive part of the pseudo-remainder of a by b; empty where b divides a."""
    work = list(a)
    while len(work) >= len(b):
        factor, offset = work[-1], len(work) - len(b)
        work = [value * b[-1] for value in work]
        for k, value in enumerate(b):
            work[offset + k] -= factor * value
        while work and not work[-1]:
            work.pop()
    return _primitive(work) if work else ()


def _gcd(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    while b:
        a, b = b, _remainder(a, b)
    return a


def _derivative(polynomial: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(k * value for k, value in enumerate(polynomial))[1:]


def _squarefree(polynomial: tuple[int, ...]) -> tuple[int, ...]:
    """The product of the different irreducible factors."""
    repeated = _gcd(polynomial, _derivative(polynomial))
    if len(repeated) == 1:
        return polynomial
    quotient = [Fraction(0)] * (len(polynomial) - len(repeated) + 1)
    work = [Fraction(value) for value in polynomial]
    for k in reversed(range(len(quotient))):
        factor = work[k + len(repeated) - 1] / repeated[-1]
        quotient[k] = factor
        for i, value in enumerate(repeated):
            work[k + i] -= factor * value
    return _integers(quotient)


def _distinct_roots(polynomial: tuple[int, ...]) -> int:
    return len(polynomial) - len(_gcd(polynomial, _derivative(polynomial)))
