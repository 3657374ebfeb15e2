"""What derivatives of a perceptron cost, in multiplications and additions of the matrix products that this project uses for them.

Activation functions and other work on single entries are left out: it grows with the number of units, not with that of weights.
"""

from __future__ import annotations

from itertools import pairwise

from numerics.mlp import Perceptron


def gradient_flops(net: Perceptron, samples: int) -> int:
    """Forward pass, backward pass and the products phi~ omega'."""
    weights = net.size
    backwards = sum(inner * outer for inner, outer in pairwise(net.widths[1:]))
    return 2 * samples * (2 * weights + backwards)


def gauss_newton_flops(net: Perceptron, samples: int) -> int:
    """J' H_E J by blocks (see :mod:`numerics.mlp_curvature`), forward pass included."""
    return 2 * samples * (net.size + _recursion(net) + _sums(net))


def hessian_flops(net: Perceptron, samples: int) -> int:
    """The exact Hessian by blocks: the former, the backward pass, and the terms that couple two layers."""
    widths = net.widths
    backwards = sum(inner * outer for inner, outer in pairwise(widths[1:]))
    couplings = 0
    for k in range(1, net.layers):
        (fed, units), nearest = net.shapes[k - 1], widths[k + 1]
        couplings += units * nearest * fed
        for h in range(k + 2, net.layers + 1):
            couplings += units * widths[h - 1] * fed * widths[h]
            couplings += units * widths[h - 1] * widths[h] if h < net.layers else 0
    return gauss_newton_flops(net, samples) + 2 * samples * (backwards + couplings)


def solve_flops(size: int) -> int:
    """Elimination of a size x size system."""
    return 2 * size**3 // 3


def _recursion(net: Perceptron) -> int:
    """A_kh for all k <= h, from the output down."""
    widths, total = net.widths, 0
    for h in range(net.layers, 1, -1):
        total += sum(widths[k] * widths[k + 1] * widths[h] for k in range(h - 1, 0, -1))
        total += widths[h - 1] ** 2 * widths[h]
    return total


def _sums(net: Perceptron) -> int:
    """The sums over the samples, one for each block on or above the diagonal; own blocks from the upper triangles."""
    total = 0
    for h, (fed, units) in enumerate(net.shapes):
        total += (units * (units + 1) // 2) * (fed * (fed + 1) // 2)
        total += sum(units * fed * below * other for below, other in net.shapes[:h])
    return total
