"""The exact Hessians of many small networks at once, with the networks along the last axis of every array.

For networks of a few units a matrix product for each network is mostly overhead; here every operation runs over all networks.
The recursion is that of :mod:`numerics.mlp_curvature`.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np

from numerics.mlp import Perceptron, Samples, Weights
from numerics.mlp_activations import Array

_sum = partial(np.einsum, optimize=False)


def hessians(net: Perceptron, weights: Weights, samples: Samples) -> Array:
    """The Hessians of the squared loss of B networks, (B, N_net, N_net).

    weights: (B, m_l, n_l) each; samples: (B, n_0, T) and (B, n_L, T).  The same as :func:`numerics.mlp_curvature.hessian`.
    """
    matrices = [_networks_last(part) for part in weights]
    inner = [matrix[: net.widths[layer]] for layer, matrix in enumerate(matrices)]
    fed, slopes, curves, outputs = _forward(net, matrices, _networks_last(samples.inputs))
    omegas = _backward(inner, slopes, outputs - _networks_last(samples.targets))
    count = outputs.shape[-1]
    result = np.empty((net.size, net.size, count))
    ends = [0, *np.cumsum([rows * columns for rows, columns in net.shapes]).tolist()]

    def block(k: int, h: int) -> Array:
        """The rows of W_{k+1} and the columns of W_{h+1}, as (m, n, m, n, B)."""
        part = result[ends[k] : ends[k + 1], ends[h] : ends[h + 1]]
        (mk, nk), (ml, nl) = net.shapes[k], net.shapes[h]
        down, right, last = part.strides
        return np.lib.stride_tricks.as_strided(part, (mk, nk, ml, nl, count), (down * nk, down, right * nl, right, last))

    own = np.zeros((net.widths[-1], *outputs.shape))
    np.einsum("iitb->itb", own)[...] = slopes[-1] ** 2 + (outputs - _networks_last(samples.targets)) * curves[-1]
    for h in range(net.layers - 1, -1, -1):
        _sum("ijtb,actb->aicjb", own, _pairs(fed[h], fed[h]), out=block(h, h))
        mixed = own
        for k in range(h - 1, -1, -1):
            mixed = slopes[k][:, None] * _sum("pqb,qjtb->pjtb", inner[k + 1], mixed)
            _sum("ijtb,actb->aicjb", mixed, _pairs(fed[k], fed[h]), out=block(k, h))
            if k == h - 1:
                own = _sum("iqtb,jqb->ijtb", mixed, inner[h]) * slopes[k]
                np.einsum("iitb->itb", own)[...] += _sum("iqb,qtb->itb", inner[h], omegas[h]) * curves[k]
    for k in range(net.layers - 1):
        nearest = block(k, k + 1)[:, :, : net.widths[k + 1]]
        np.einsum("aiijb->aijb", nearest)[...] += _sum("itb,ajtb->aijb", slopes[k], _pairs(fed[k], omegas[k + 1]))
        moved = slopes[k][:, None] * inner[k + 1][:, :, None] * slopes[k + 1] if k + 2 < net.layers else None
        for h in range(k + 2, net.layers):
            block(k, h)[:, :, : net.widths[h]] += _sum("ictb,ajtb->aicjb", moved, _pairs(fed[k], omegas[h]))
            if h + 1 < net.layers:
                moved = _sum("iptb,pcb->ictb", moved, inner[h]) * slopes[h]
    for start, end in pairwise(ends):
        result[end:, start:end] = result[start:end, end:].swapaxes(0, 1)
    return np.moveaxis(result, -1, 0)


def _networks_last(stack: Array) -> Array:
    return np.ascontiguousarray(np.moveaxis(stack, 0, -1))


def _forward(net: Perceptron, matrices: list[Array], inputs: Array) -> tuple[list[Array], list[Array], list[Array], Array]:
    fed, slopes, curves, phi = [], [], [], inputs
    for layer, matrix in enumerate(matrices, start=1):
        fed.append(phi if net.bias is not None else np.concatenate([phi, np.ones((1, *phi.shape[1:]))]))
        z = _sum("aib,atb->itb", matrix, fed[-1]) - (net.bias or 0.0)
        phi, slope, curve = (net.output if layer == net.layers else net.hidden).at(z)
        slopes.append(slope)
        curves.append(curve)
    return fed, slopes, curves, phi


def _backward(inner: list[Array], slopes: list[Array], error: Array) -> list[Array]:
    omegas = [slopes[-1] * error]
    for layer in range(len(inner) - 1, 0, -1):
        omegas.append(slopes[layer - 1] * _sum("iqb,qtb->itb", inner[layer], omegas[-1]))
    return omegas[::-1]


def _pairs(left: Array, right: Array) -> Array:
    return left[:, None] * right[None, :]
