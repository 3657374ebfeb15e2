"""The exact Hessian and the generalised Gauss-Newton matrix of a perceptron, block by block, each block by one or two products.

Let omega_k be the gradient and A_kh the second derivatives of one sample's error by additive changes of the pre-activations z_k
and z_h, k <= h.  With D_k = diag sigma'(z_k), V_k the matrix W_k without the row of its dummy unit, u_L, H_E the derivatives of
the error by the outputs and u_k = V_{k+1} omega_{k+1}:

    A_LL = D_L H_E D_L + diag(u_L sigma''),    A_kh = D_k V_{k+1} A_{k+1,h},
    A_kk = A_{k,k+1} V_{k+1}' D_k + diag(u_k sigma'').

The block of W_k and W_h is the sum over the samples of A_kh (x) phi~_{k-1} phi~_{h-1}', and for k < h besides of the products of
dphi_{h-1}/dz_k, phi~_{k-1} and omega_h.  The generalised Gauss-Newton matrix J' diag(H_E) J has the same form without the terms
with sigma'' and omega.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.mlp import SQUARED, ErrorFunction, Pass, Perceptron, Samples, Weights, back_propagated, forward, through
from numerics.mlp_activations import Array


def hessian(net: Perceptron, weights: Weights, samples: Samples, error: ErrorFunction = SQUARED) -> Array:
    """The second derivatives of the total loss by all weights, (..., N_net, N_net)."""
    return _curvature(net, weights, samples, error, exact=True)


def gauss_newton(net: Perceptron, weights: Weights, samples: Samples, error: ErrorFunction = SQUARED) -> Array:
    """J' diag(H_E) J, (..., N_net, N_net): the second derivatives of the loss with the network replaced by its linear part."""
    return _curvature(net, weights, samples, error, exact=False)


def _curvature(net: Perceptron, weights: Weights, samples: Samples, error: ErrorFunction, *, exact: bool) -> Array:
    trace = forward(net, weights, samples.inputs)
    slope, blocks = trace.slopes[-1], _Blocks(net, trace.outputs.shape[:-2])
    own = slope[..., :, None, :] * error.hessian(trace.outputs, samples.targets) * slope[..., None, :, :]
    if exact:
        arriving, omegas = back_propagated(net, weights, trace, error.gradient(trace.outputs, samples.targets))
    for h in range(net.layers, 0, -1):
        if exact:
            _add_to_diagonal(own, arriving[h - 1] * trace.curves[h - 1])
        blocks.place(h, h, _symmetric_sum(own, trace.fed[h - 1]))
        mixed = own
        for k in range(h - 1, 0, -1):
            inner, slope = net.inner(weights, k + 1), trace.slopes[k - 1]
            mixed = slope[..., :, None, :] * through(inner, mixed)
            blocks.place(k, h, _sum(mixed, _pairs(trace.fed[k - 1], trace.fed[h - 1]), "ijab"))
            if k == h - 1:
                own = (inner[..., None, :, :] @ mixed) * slope[..., None, :, :]
    if exact:
        for k in range(1, net.layers):
            _add_couplings(net, weights, trace, omegas, k, blocks)
    return blocks.mirrored()


class _Blocks:
    """The N_net x N_net matrix with the axes of block (k, h) at hand: (..., m_k, n_k, m_l, n_l)."""

    def __init__(self, net: Perceptron, batch: tuple[int, ...]) -> None:
        self.shapes = net.shapes
        self.ends = [0, *np.cumsum([rows * columns for rows, columns in net.shapes]).tolist()]
        self.matrix = np.empty((*batch, net.size, net.size))

    def at(self, k: int, h: int) -> Array:
        """A view of the block."""
        rows, columns = (slice(self.ends[layer - 1], self.ends[layer]) for layer in (k, h))
        corner = self.matrix[..., rows, columns]
        split = np.lib.stride_tricks.as_strided
        (mk, nk), (ml, nl) = self.shapes[k - 1], self.shapes[h - 1]
        *outer, down, right = corner.strides
        return split(corner, (*corner.shape[:-2], mk, nk, ml, nl), (*outer, down * nk, down, right * nl, right))

    def place(self, k: int, h: int, block: Array) -> None:
        self.at(k, h)[...] = block

    def mirrored(self) -> Array:
        """The whole matrix, with what stands above the diagonal blocks copied below them."""
        for start, end in zip(self.ends, self.ends[1:], strict=False):
            self.matrix[..., end:, start:end] = np.swapaxes(self.matrix[..., start:end, end:], -1, -2)
        return self.matrix


def _add_to_diagonal(stack: Array, diagonal: Array) -> None:
    """diagonal (..., n, T) onto stack (..., n, n, T)."""
    places = np.arange(diagonal.shape[-2])
    stack[..., places, places, :] += diagonal


def _pairs(left: Array, right: Array) -> Array:
    """All products of an entry of left and an entry of right, sample by sample: (..., a, T), (..., b, T) to (..., a, b, T)."""
    return left[..., :, None, :] * right[..., None, :, :]


def _sum(first: Array, second: Array, axes: str) -> Array:
    """The sum over the samples of first (..., p, q, T) times second (..., r, s, T); ``axes`` names the four a, i, b, j."""
    product = _flat(first) @ np.swapaxes(_flat(second), -1, -2)
    order = [axes.index(name) - 4 for name in "aibj"]
    full = product.reshape(*product.shape[:-2], *first.shape[-3:-1], *second.shape[-3:-1])
    return full.transpose(*range(full.ndim - 4), *order)


def _flat(stack: Array) -> Array:
    *batch, p, q, t = stack.shape
    return stack.reshape(*batch, p * q, t)


def _symmetric_sum(own: Array, fed: Array) -> Array:
    """The sum over the samples of A_hh (x) phi~ phi~', from the upper triangles of both."""
    n, m = own.shape[-2], fed.shape[-2]
    curved = np.concatenate([own[..., i, i:, :] for i in range(n)], axis=-2)
    outer = np.concatenate([fed[..., i, None, :] * fed[..., i:, :] for i in range(m)], axis=-2)
    packed = curved @ np.swapaxes(outer, -1, -2)
    return packed[..., unpacking(n)[None, :, None, :], unpacking(m)[:, None, :, None]]


def unpacking(size: int) -> Any:
    """The n x n table of where entry (i, j) of a symmetric matrix stands among those of its upper triangle."""
    table = np.zeros((size, size), dtype=int)
    table[np.triu_indices(size)] = np.arange(size * (size + 1) // 2)
    return np.maximum(table, table.T)


def _add_couplings(net: Perceptron, weights: Weights, trace: Pass, omegas: list[Array], k: int, blocks: _Blocks) -> None:
    """Add to the blocks (k, h), h > k, the sums of dphi_{h-1}[b]/dz_k[i] phi~_{k-1}[a] omega_h[j]; dummy units have slope 0."""
    fed, slope = trace.fed[k - 1], trace.slopes[k - 1]
    units = np.arange(slope.shape[-2])
    pairs = _pairs(slope, omegas[k])
    nearest = (_flat(pairs) @ np.swapaxes(fed, -1, -2)).reshape(*pairs.shape[:-1], fed.shape[-2])
    blocks.at(k, k + 1)[..., :, units, units, :] += np.moveaxis(nearest, -1, -3)
    for h in range(k + 2, net.layers + 1):
        inner, above = net.inner(weights, h - 1), trace.slopes[h - 2]
        if h == k + 2:
            moved = _pairs(slope, above) * inner[..., None]
        else:
            moved = (np.swapaxes(inner, -1, -2)[..., None, :, :] @ moved) * above[..., None, :, :]
        blocks.at(k, h)[..., : net.widths[h - 1], :] += _sum(moved, _pairs(fed, omegas[h - 1]), "ibaj")
