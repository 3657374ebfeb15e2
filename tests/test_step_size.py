"""The step-size bound against mpmath, brackets against mpmath, and what is done to drawn weights."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest

from claims.instances.step_sizes import ScalarStart, rounded
from numerics.batched_chain import product, squared_norm
from numerics.brackets import E_ROOT, E, exact
from numerics.experiments.step_draws import ALPHA, DEPTHS, NARROW, SHRUNK, SQUARE, UNIT, double, drawn, joined
from numerics.fractional import FractionMatrix
from numerics.step_size import (
    AS_PRINTED,
    AS_RECOVERED,
    READINGS,
    Reading,
    StepBound,
    balanced,
    balancedness,
    delta_of,
    loosened,
    shrunk,
    sizes,
    step_bound,
)

WIDTHS = pytest.mark.parametrize("widths", [*DEPTHS.values(), NARROW])


def networks(widths, count=4, weights=0.5, seed=0):
    return drawn(np.random.RandomState(seed), count, widths, 1.0, weights)


def by_mpmath(weights, X, Y, reading):
    """The theorem's bound for one network, every norm by mpmath's singular values."""
    W, x, y = mpmath.eye(5), mpmath.matrix(X.tolist()), mpmath.matrix(Y.tolist())
    for weight in weights:
        W = mpmath.matrix(weight.tolist()) * W
    frobenius = lambda a: mpmath.sqrt(sum(v * v for v in a))  # noqa: E731
    norm = (lambda a: max(mpmath.svd_r(a, compute_uv=False))) if reading.spectral else frobenius
    missed, N = y - W * x, len(weights)
    least = min(mpmath.svd_r(x, compute_uv=False))
    M = (mpmath.sqrt(2 * norm(missed) + norm(y)) if reading.printed else frobenius(missed) + norm(y)) / least
    delta = M ** (mpmath.mpf(2) / N) / (N * (N + 1) ** 2)
    K = M ** (mpmath.mpf(2) / N) * (1 + mpmath.mpf(1) / N)
    B = 2 * mpmath.e * N * K ** (N - 1) * norm(x) ** 2 + mpmath.sqrt(mpmath.e) * N * K ** (mpmath.mpf(N) / 2 - 1) * norm(x * y.T)
    pairs = [(mpmath.matrix(a.tolist()), mpmath.matrix(b.tolist())) for a, b in pairwise(weights)]
    gap = max(norm(b.T * b - a * a.T) for a, b in pairs)
    loss = frobenius(missed) ** 2 / (2 if reading.half else 1)
    return delta, gap, 2 * (delta - gap) / (4 * loss + (delta - gap) * B)


@WIDTHS
@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.words)
def test_bound_agrees_with_mpmath(widths, reading):
    nets = networks(widths)
    found = step_bound(nets.weights, nets.sizes(reading))
    with mpmath.workdps(40):
        for k in range(4):
            delta, gap, bound = by_mpmath([weight[k] for weight in nets.weights], nets.X[k], nets.Y[k], reading)
            assert found.delta[k] == pytest.approx(float(delta), rel=1e-9)
            assert found.balancedness[k] == pytest.approx(float(gap), rel=1e-9)
            assert found.formal[k] == pytest.approx(float(bound), rel=1e-7)
            assert np.isnan(found.bound[k]) == (gap >= delta)


def test_a_given_delta_is_used():
    nets = networks(SQUARE)
    found = step_bound(nets.weights, nets.sizes(), delta=2.0)
    np.testing.assert_allclose(found.K, found.M ** (2 / 3) + 32)


@WIDTHS
def test_shrunk_weights_have_the_printed_share(widths):
    nets = networks(widths, count=50, weights=1.0)
    weights = shrunk(nets.weights, nets.sizes(), ALPHA)
    drawn_share = step_bound(nets.weights, nets.sizes()).alpha
    np.testing.assert_allclose(step_bound(weights, nets.sizes()).alpha, np.minimum(drawn_share, ALPHA), rtol=2e-6)
    small = shrunk(weights, nets.sizes(), 0.9)
    for before, after in zip(weights, small, strict=True):
        np.testing.assert_array_equal(before, after)


@WIDTHS
def test_balanced_weights_keep_the_product(widths):
    nets = networks(widths, weights=1.0)
    weights = balanced(nets.weights)
    assert [weight.shape for weight in weights] == [weight.shape for weight in nets.weights]
    np.testing.assert_allclose(product(weights), product(nets.weights), atol=1e-10)
    assert balancedness(weights).max() < 1e-10
    moved = loosened(weights, nets.weights, nets.sizes(), ALPHA)
    alpha = step_bound(moved, nets.sizes()).alpha
    assert (alpha <= ALPHA).all()
    np.testing.assert_allclose(alpha, ALPHA, rtol=1e-6)


def test_one_layer_is_balanced():
    nets = networks((5, 5))
    assert (balancedness(nets.weights) == 0).all()
    assert delta_of(8.0, 3) == pytest.approx(4 / 48)


def test_readings_say_what_they_are():
    assert AS_PRINTED.words == "printed M, spectral norms, loss without 1/2"
    assert AS_RECOVERED.words == "recovered M, spectral norms, loss with 1/2"
    assert len({reading.words for reading in READINGS}) == 8
    assert "printed M, Frobenius norms, loss without 1/2" in {reading.words for reading in READINGS}


def test_the_theorem_needs_alpha_below_one():
    one = np.ones(2)
    found = StepBound(one, np.array([1.0, 0.5]), one, one, one, one, 2)
    assert found.alpha.tolist() == [1.0, 0.5]
    assert found.applies.tolist() == [False, True]
    assert np.isnan(found.bound).tolist() == [True, False]


@pytest.mark.parametrize("widths", [(5, 4, 2, 4), (5, 4, 3), (3, 4, 5), (4, 2, 5)])
def test_balanced_weights_keep_a_product_through_any_widths(widths):
    rng = np.random.RandomState(1)
    weights = tuple(rng.standard_normal((3, m, n)) for n, m in pairwise(widths))
    found = balanced(weights)
    assert [weight.shape for weight in found] == [weight.shape for weight in weights]
    np.testing.assert_allclose(product(found), product(weights), atol=1e-12)
    assert balancedness(found).max() < 1e-12


def scaled(weights, factor):
    return [factor[:, None, None] * weight for weight in weights]


def test_shrinking_goes_round_by_round_until_it_settles():
    nets = networks(SQUARE, count=1, weights=2.0)
    data, factors = nets.sizes(), [np.ones(1)]
    for _ in range(3):
        delta = step_bound(scaled(nets.weights, factors[-1]), data).delta
        factors.append(np.sqrt(np.minimum(1, ALPHA * delta / balancedness(nets.weights))))
    for rounds, factor in enumerate(factors):
        found = shrunk(nets.weights, data, ALPHA, rounds=rounds)
        np.testing.assert_allclose(found[0], scaled(nets.weights, factor)[0], rtol=1e-12)
    changes = [abs(float(after[0] / before[0]) - 1) for before, after in pairwise(factors)]
    assert changes[0] > 0.5 > changes[1] > 0.01
    found = shrunk(nets.weights, data, ALPHA, settled=0.5)
    np.testing.assert_allclose(found[0], scaled(nets.weights, factors[2])[0], rtol=1e-12)


def test_loosening_halves_the_way():
    nets = networks(SQUARE, weights=1.0)
    weights = balanced(nets.weights)
    for halvings, share in ((0, 0.0), (1, 0.5), (2, 0.75)):
        moved = loosened(weights, nets.weights, nets.sizes(), ALPHA, farthest=1e-4, halvings=halvings)
        for after, before, step in zip(moved, weights, nets.weights, strict=True):
            np.testing.assert_array_equal(after, before + 1e-4 * share * step)


def test_one_layer_may_be_loosened_as_far_as_one_likes():
    nets = networks((5, 5))
    (moved,) = loosened(nets.weights, nets.weights, nets.sizes(), ALPHA)
    np.testing.assert_allclose(moved, 4 * nets.weights[0])


def test_doubling_finds_the_first_failure():
    """The steps are first * 2^k; below the first that diverges none does; a start that is no number is reported as none."""
    nets = SHRUNK.networks(np.random.RandomState(3), 6, SQUARE)
    first = np.full(6, 1e-3)
    first[0] = np.nan
    search = double(nets, first, 8, 300, records=(0, 100, 300))
    failing = search.first(search.diverged)
    assert np.isnan(failing[0])
    for k in range(1, 6):
        place = int(np.log2(failing[k] / 1e-3).round())
        assert search.diverged[k, place]
        assert not search.diverged[k, :place].any()
    assert np.isinf(search.last_over_first[search.diverged]).all()
    assert (search.until(0.5)[1:, 0] <= 300).any()


def test_joined_networks_are_the_parts():
    parts = [UNIT.networks(np.random.RandomState(k), 2, NARROW) for k in range(3)]
    together = joined(parts)
    np.testing.assert_array_equal(together.weights[1][2:4], parts[1].weights[1])
    np.testing.assert_array_equal(together.Y[4:], parts[2].Y)


def test_frobenius_and_spectral_norm():
    a = np.random.RandomState(0).standard_normal((3, 4, 2))
    np.testing.assert_allclose(Reading().norm(a), np.linalg.norm(a, 2, axis=(1, 2)))
    np.testing.assert_allclose(Reading(spectral=False).norm(a), np.sqrt(squared_norm(a)))
    assert sizes(a, a).least == pytest.approx(np.linalg.svd(a, compute_uv=False)[:, -1])


# Brackets -------------------------------------------------------------------------------------------------------------------


def inside(bracket, value):
    with mpmath.workdps(60):
        low, high = (mpmath.mpf(end.numerator) / end.denominator for end in bracket)
        return low - mpmath.mpf(10) ** -50 <= value <= high + mpmath.mpf(10) ** -50 and high - low < mpmath.mpf(10) ** -30


@pytest.mark.parametrize("value", [Fraction(2), Fraction(1, 10**40), Fraction(10**30, 7), Fraction(4)])
@pytest.mark.parametrize("degree", [1, 2, 3, 10])
def test_roots_lie_between_their_brackets(value, degree):
    found = exact(value).root(degree)
    assert found.low**degree <= value <= found.high**degree
    assert found.high - found.low <= found.high / 2**100


def test_the_brackets_of_e():
    with mpmath.workdps(60):
        assert inside(E, mpmath.e)
        assert inside(E_ROOT, mpmath.sqrt(mpmath.e))


def test_bracket_arithmetic_goes_outwards():
    a, b = exact(2).root(2), exact(3).root(2)
    with mpmath.workdps(60):
        two, three = mpmath.sqrt(2), mpmath.sqrt(3)
        for bracket, value in (
            (a + b, two + three),
            (a * b, two * three),
            (a / b, two / three),
            (b.less(a), three - two),
            (a.power(3), two**3),
            ((a * b).coarse(), two * three),
        ):
            assert inside(bracket, value)
    with pytest.raises(ValueError, match="negative"):
        a.less(b)
    with pytest.raises(ValueError, match="no bracket"):
        exact(-1).root(2)


@pytest.mark.parametrize(("text", "low", "high"), [("1.17328", "1.173275", "1.173285"), ("2.374e-4", "0.00023735", "0.00023745")])
def test_a_printed_decimal_stands_for_what_rounds_to_it(text, low, high):
    assert rounded(FractionMatrix, text).bracket == (Fraction(low), Fraction(high))


@pytest.mark.parametrize("printed", [True, False])
def test_brackets_of_the_bound_agree_with_floating_point(printed):
    start = ScalarStart(Fraction(1, 5), (Fraction(2), Fraction(2), Fraction(201, 100)), 5)
    X = np.eye(5)[None] / 5
    Y = np.diag(np.arange(1.0, 6.0))[None] / 5
    weights = tuple(factor * np.eye(5)[None] for factor in (2.0, 2.0, 2.01))
    found = step_bound(weights, sizes(X, Y, Reading(printed=printed)))
    assert float(start.delta(printed=printed).low) == pytest.approx(found.delta[0], rel=1e-12)
    assert float(start.bound(printed=printed).high) == pytest.approx(found.bound[0], rel=1e-9)
