"""Why a run ended is said by a member of Stop, also where it took all its steps."""

import numpy as np
import pytest

from numerics.linear_regression import LeastSquares
from numerics.optimisers.descent import GradientDescent, descend
from numerics.optimisers.record import Stop

PARABOLA = LeastSquares(np.ones((1, 1)), np.zeros(1), 0.5)


@pytest.mark.parametrize("shape", [(1,), (3, 1), (2, 2, 1)])
def test_every_stop_is_a_member(shape):
    run = descend(PARABOLA, (np.ones(shape),), GradientDescent(0.1), steps=3)
    assert all(stop is Stop.MAX_STEPS for stop in run.stops)
