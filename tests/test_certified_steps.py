"""The certified constants of a fixed step, against their formulas in floating point."""

import numpy as np
import pytest
from examples import everything

from claims.families import family
from claims.instances.deep_linear import Data, DeepLinear
from numerics import certified_steps
from numerics.certified_steps import raised
from numerics.enclosures import enclosed, enclosures_for
from numerics.fractional import FractionMatrix
from numerics.rational import RationalMatrix

BOTH = pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])


def in_floats(network: DeepLinear, delta: float, alpha: float):
    """Sizes by NumPy, and the bounds written out as in the document."""
    weights = [w.to_floats() for w in network.weights]
    X, Y = network.data.inputs.to_floats(), network.data.targets.to_floats()
    W = np.linalg.multi_dot(weights[::-1]) if len(weights) > 1 else weights[0]
    norm, E, n = (lambda A: np.linalg.norm(A, 2)), W @ X - Y, len(weights)
    least = np.linalg.svd(X, compute_uv=False)[-1]

    def bound(M, L):
        K = M ** (2 / n) + (n + 1) ** 2 * delta
        B = 2 * np.e * n * K ** (n - 1) * norm(X) ** 2 + np.sqrt(np.e) * n * K ** (n / 2 - 1) * norm(X @ Y.T)
        return 2 * (1 - alpha) * delta / (4 * L + (1 - alpha) * delta * B)

    loss, miss = np.sum(E * E), np.linalg.norm(E)
    printed = np.sqrt(2 * norm(E) + norm(Y)) / least
    K = ((miss + norm(Y)) / least) ** (2 / n) + (n - 1) * delta
    kappa = (np.sqrt(K) + np.sqrt((1 - alpha) * delta / n)) ** 2
    curvature = n * kappa ** (n - 1) * norm(X) ** 2 + (n - 1) * kappa ** (n / 2 - 1) * miss * norm(X)
    return {
        certified_steps.as_printed: bound(printed, loss),
        certified_steps.printed_reach_half_loss: bound(printed, loss / 2),
        certified_steps.of_the_source: bound((np.sqrt(loss) + norm(Y)) / least, loss / 2),
        certified_steps.source_without_half: bound((np.sqrt(2 * loss) + norm(Y)) / least, loss),
        certified_steps.longest_proved: 2 * (1 - alpha) * delta / (loss + (1 - alpha) * delta * curvature),
    }


@BOTH
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_bounds_agree_with_the_formulas_in_floating_point(kind, depth):
    weights = (*(kind.of([[1, "1/2"], [0, 1]]) for _ in range(depth - 1)), kind.of([[2, -1]]))
    network = DeepLinear(weights, Data(kind.of([[1, 2, 0], [0, 1, 2]]), kind.of([[1, 0, 3]])))
    for bound, expected in in_floats(network, 0.5, 0.25).items():
        low, high = enclosed(
            network.data.inputs,
            lambda reals, bound=bound: bound(
                certified_steps.sizes(
                    reals, network.weights, network.data.inputs, network.data.targets, kind.scalar("1/2"), kind.scalar("1/4")
                )
            ),
        )
        assert low <= high
        assert abs(float(low) / expected - 1) < 1e-9


def test_the_longest_proved_step_is_longer_than_that_of_the_source():
    for run in everything(family("source_steps").strategy, 40):
        net = run.network
        ends = [
            enclosed(
                net.data.inputs,
                lambda reals, bound=bound, run=run: bound(
                    certified_steps.sizes(
                        reals, run.network.weights, run.network.data.inputs, run.network.data.targets, run.delta, run.alpha
                    )
                ),
            )
            for bound in (certified_steps.of_the_source, certified_steps.longest_proved)
        ]
        assert ends[0][1] < ends[1][0]


@BOTH
def test_powers_of_balls_around_zero(kind):
    enclosing = enclosures_for(kind)
    with enclosing.precision(64):
        around = enclosing.hull(kind.scalar(-1), kind.scalar("1/2"))
        assert raised(around, 0) == 1
        assert not raised(around, 3) > 1
        assert not raised(around, 3) < -1
        assert raised(around * 0 + 3, 4) == 81
