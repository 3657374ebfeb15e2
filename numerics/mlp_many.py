"""The exact Hessians and Gauss-Newton matrices of many small networks at once, the networks along the last axis of every array.

For networks of a few units a matrix product for each network is mostly overhead; here every operation runs over all networks.
The recursion is that of :mod:`numerics.mlp_curvature`.  Each distinct second derivative is computed once, into one row of a
packed table; in the end every place of the matrices is filled from its row.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np

from numerics.mlp import Perceptron, Samples, Weights
from numerics.mlp_activations import Array
from numerics.mlp_curvature import unpacking

_sum = partial(np.einsum, optimize=False)
TOGETHER = 1000
"""So many networks are carried along at a time: enough to hide what a call costs, few enough for the cache."""


def hessians(net: Perceptron, weights: Weights, samples: Samples) -> Array:
    """The Hessians of the squared loss of B networks, (B, N_net, N_net).

    weights: (B, m_l, n_l) each; samples: (B, n_0, T) and (B, n_L, T).  The same as :func:`numerics.mlp_curvature.hessian`.
    """
    return _curvatures(net, weights, samples, exact=True)


def gauss_newtons(net: Perceptron, weights: Weights, samples: Samples) -> Array:
    """J'J of each of B networks, (B, N_net, N_net): the same as :func:`numerics.mlp_curvature.gauss_newton`."""
    return _curvatures(net, weights, samples, exact=False)


def _curvatures(net: Perceptron, weights: Weights, samples: Samples, *, exact: bool) -> Array:
    packed = _Packed.empty(net, len(samples.inputs))
    for start in range(0, len(samples.inputs), TOGETHER):
        some = slice(start, start + TOGETHER)
        _fill(packed.of(some), [part[some] for part in weights], samples[some], exact=exact)
    return packed.matrices()


def _fill(packed: _Packed, weights: Weights, samples: Samples, *, exact: bool) -> None:
    net, matrices = packed.net, [_networks_last(part) for part in weights]
    inner = [matrix[:width] for matrix, width in zip(matrices, net.widths, strict=False)]
    fed, slopes, curves, outputs = _forward(net, matrices, _networks_last(samples.inputs))
    error = outputs - _networks_last(samples.targets)
    omegas = _backward(inner, slopes, error) if exact else []
    own = _diagonal(np.square(slopes[-1]) + error * curves[-1] if exact else np.square(slopes[-1]))
    for h in range(net.layers - 1, -1, -1):
        _sum("ptb,qtb->pqb", _upper(own), _squares(fed[h]), out=packed.at(h, h))
        mixed = own
        for k in range(h - 1, -1, -1):
            mixed = slopes[k][:, None] * _sum("pqb,qjtb->pjtb", inner[k + 1], mixed)
            _sum("ptb,qtb->pqb", _flat(mixed), _flat(_pairs(fed[k], fed[h])), out=packed.at(k, h))
            if k == h - 1:
                own = _sum("iqtb,jqb->ijtb", mixed, inner[h])
                own *= slopes[k]
        if exact and h:
            _flat(own)[:: len(own) + 1] += _sum("iqb,qtb->itb", inner[h], omegas[h]) * curves[h - 1]
    if exact:
        _add_couplings(packed, inner, fed, slopes, omegas)


class _Packed:
    """The distinct second derivatives, (entries, B).

    Block (h, h) keeps those of the pairs of units of layer h and of the pairs of what feeds them; block (k, h), k < h, all its
    entries, ordered by the unit of k, the unit of h, what feeds the one and what feeds the other.
    """

    def __init__(self, net: Perceptron, rows: Array) -> None:
        self.net, self.rows = net, rows
        self.starts, _, self.table = _numbering(net)

    @classmethod
    def empty(cls, net: Perceptron, count: int) -> _Packed:
        _, entries, _ = _numbering(net)
        return cls(net, np.empty((entries, count)))

    def of(self, some: slice) -> _Packed:
        """The rows of some of the networks, a view."""
        return _Packed(self.net, self.rows[:, some])

    def at(self, k: int, h: int) -> Array:
        """The block as (pairs of units, pairs of what feeds them, B)."""
        units, feeding = _extents(self.net, k, h)
        start = self.starts[k, h]
        return self.rows[start : start + units * feeding].reshape(units, feeding, *self.rows.shape[1:])

    def by_units(self, k: int, h: int) -> Array:
        """Block (k, h), k < h, as (n_k, n_h, m_k, m_h, B)."""
        (mk, nk), (ml, nl) = self.net.shapes[k], self.net.shapes[h]
        return self.at(k, h).reshape(nk, nl, mk, ml, *self.rows.shape[1:])

    def matrices(self) -> Array:
        return np.take(self.rows, self.table, axis=0, mode="clip").transpose(2, 0, 1)


@lru_cache(maxsize=64)
def _numbering(net: Perceptron) -> tuple[dict[tuple[int, int], int], int, Any]:
    """Where each block starts, the number of all rows, and the row of each place of the matrix, (N_net, N_net)."""
    ends = [0, *np.cumsum([rows * columns for rows, columns in net.shapes]).tolist()]
    table, starts, count = np.empty((net.size, net.size), dtype=np.intp), dict[tuple[int, int], int](), 0
    for k, (mk, nk) in enumerate(net.shapes):
        for h, (ml, nl) in enumerate(net.shapes[k:], start=k):
            units, feeding = _extents(net, k, h)
            unit = unpacking(nk) if k == h else np.arange(nk * nl).reshape(nk, nl)
            fed = unpacking(mk) if k == h else np.arange(mk * ml).reshape(mk, ml)
            places = count + unit[None, :, None, :] * feeding + fed[:, None, :, None]
            rows, columns = slice(ends[k], ends[k + 1]), slice(ends[h], ends[h + 1])
            table[rows, columns] = places.reshape(mk * nk, ml * nl)
            table[columns, rows] = table[rows, columns].T
            starts[k, h] = count
            count += units * feeding
    return starts, count, table


def _extents(net: Perceptron, k: int, h: int) -> tuple[int, int]:
    """How many pairs of units block (k, h) has, and how many of what feeds them."""
    (mk, nk), (ml, nl) = net.shapes[k], net.shapes[h]
    return (nk * (nk + 1) // 2, mk * (mk + 1) // 2) if k == h else (nk * nl, mk * ml)


def _networks_last(stack: Array) -> Array:
    return np.ascontiguousarray(stack.transpose(1, 2, 0))


def _forward(net: Perceptron, matrices: list[Array], inputs: Array) -> tuple[list[Array], list[Array], list[Array], Array]:
    fed, slopes, curves, phi, dummy = [], [], [], inputs, np.ones((1, *inputs.shape[1:]))
    for layer, matrix in enumerate(matrices, start=1):
        fed.append(phi if net.bias is not None else np.concatenate([phi, dummy]))
        z = _sum("aib,atb->itb", matrix, fed[-1])
        if net.bias:
            z -= net.bias
        phi, slope, curve = (net.output if layer == net.layers else net.hidden).at(z)
        slopes.append(slope)
        curves.append(curve)
    return fed, slopes, curves, phi


def _backward(inner: list[Array], slopes: list[Array], error: Array) -> list[Array]:
    omegas = [slopes[-1] * error]
    for layer in range(len(inner) - 1, 0, -1):
        omegas.append(slopes[layer - 1] * _sum("iqb,qtb->itb", inner[layer], omegas[-1]))
    return omegas[::-1]


def _add_couplings(packed: _Packed, inner: list[Array], fed: list[Array], slopes: list[Array], omegas: list[Array]) -> None:
    """Add to the blocks (k, h), h > k, the sums of dphi_{h-1}[c]/dz_k[i] phi~_{k-1}[a] omega_h[j]; dummy units have slope 0."""
    net = packed.net
    for k in range(net.layers - 1):
        nearest = np.einsum("ijaib->ijab", packed.by_units(k, k + 1)[:, :, :, : net.widths[k + 1]])
        nearest += _sum("itb,ajtb->ijab", slopes[k], _pairs(fed[k], omegas[k + 1]))
        for h in range(k + 2, net.layers):
            if h == k + 2:
                moved = slopes[k][:, None] * inner[h - 1][:, :, None] * slopes[h - 1]
            else:
                moved = _sum("iptb,pcb->ictb", moved, inner[h - 1]) * slopes[h - 1]
            block = packed.by_units(k, h)[:, :, :, : net.widths[h]]
            block += _sum("ictb,ajtb->ijacb", moved, _pairs(fed[k], omegas[h]))


def _diagonal(values: Array) -> Array:
    """(n, T, B) as diagonal matrices (n, n, T, B)."""
    own = np.zeros((len(values), *values.shape))
    _flat(own)[:: len(values) + 1] = values
    return own


def _pairs(left: Array, right: Array) -> Array:
    return left[:, None] * right[None, :]


def _flat(stack: Array) -> Array:
    """(p, q, T, B) as (p q, T, B)."""
    p, q, *rest = stack.shape
    return stack.reshape(p * q, *rest)


def _upper(stack: Array) -> Array:
    """The entries i <= j of symmetric (n, n, T, B), as (n (n + 1) / 2, T, B)."""
    return stack[_triangle(len(stack))]


@lru_cache(maxsize=64)
def _triangle(size: int) -> Any:
    return np.triu_indices(size)


def _squares(fed: Array) -> Array:
    """The products of the entries i <= j of (m, T, B), as (m (m + 1) / 2, T, B)."""
    return np.concatenate([fed[i] * fed[i:] for i in range(len(fed))])
