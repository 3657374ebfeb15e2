"""Quadratics whose minima are known: a parabola, and a least-squares problem in general position."""

import numpy as np

from numerics.linear_regression import LeastSquares

TALL = np.random.default_rng(0).standard_normal((12, 5))
SIDE = np.random.default_rng(1).standard_normal(12)
QUADRATIC = LeastSquares(TALL, SIDE, 0.5)
SOLUTION = np.linalg.lstsq(TALL, SIDE, rcond=None)[0]
FLOOR = QUADRATIC.value(SOLUTION)


def parabola(curvature=1.0):
    return LeastSquares(np.array([[np.sqrt(curvature)]]), np.zeros(1), 0.5)
