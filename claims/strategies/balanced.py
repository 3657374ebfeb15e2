"""Balanced critical points of deep linear networks: W_(j+1)' W_(j+1) = W_j W_j' for neighbouring layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from claims.instances.deep_linear import CriticalPoint, Data, Spectral
from claims.strategies.deep_linear import turned
from claims.strategies.entropy import Draw
from numerics.rational import RationalMatrix, rational

SCALES = (("2", "1"), ("1",), ("3", "2", "1"), ("3", "1"), ("1", "1/2"))


def balanced_data(d: Draw, scales: Sequence[str], depth: int) -> Spectral:
    """Data whose regression has the singular values c^depth: X = s R [I, 0] Q, Y = U [s diag(c)^depth, 0] V' Q_1 + T Q_2.

    R, Q, U, V are orthogonal, Q_1 is the rows of Q that X uses, T is free.
    """
    outputs, inputs = len(scales), len(scales) + d.integer(0, 1)
    samples = inputs + d.integer(0, 1)
    size = rational(d.pick(("1", "2", "1/2")))
    R, Q, U, V = turned(d, inputs), turned(d, samples), turned(d, outputs), turned(d, inputs)
    roots = [size * rational(scale) ** depth for scale in scales]
    X = R @ (RationalMatrix.eye(inputs, samples) * size) @ Q
    Y = U @ RationalMatrix.build(outputs, inputs, lambda i, j: roots[i] if i == j else 0) @ V.T @ Q[:inputs, :]
    if samples > inputs:
        Y = Y + d.matrix(outputs, samples - inputs, 1) @ Q[inputs:, :]
    return Spectral(Data(X, Y), U, tuple(root * root for root in roots))


@st.composite
def balanced_critical_points(draw: Callable[..., Any]) -> CriticalPoint:
    """Balanced critical points with S = {1, ..., r} and r below the thinnest width, 2 to 4 layers, 1 to 3 distinct eigenvalues.

    With C = diag(c_1, ..., c_r) and orthogonal O_h the layers are W_1 = O_1 [C V_S'; 0], W_h = O_h diag(C, 0) O_(h-1)' and
    W_H = [U_S C, 0] O_(H-1)': all blocks zero and D_h = diag(C^(H-h), I) O_h'.
    """
    d = Draw(draw)
    depth, scales = d.pick((3, 2, 3, 4)), d.pick(SCALES)
    spectral = balanced_data(d, scales, depth)
    ceiling = d.pick(range(len(scales), 0, -1))
    rank = d.pick(range(ceiling - 1, -1, -1))
    hidden = [ceiling + d.integer(0, 1) for _ in range(depth - 1)]
    hidden[d.integer(0, depth - 2)] = ceiling
    tops = [spectral.data.inputs.shape[0], *(width - rank for width in hidden), spectral.outputs - rank]
    blocks = tuple(RationalMatrix.zeros(tops[layer + 1], tops[layer]) for layer in range(depth))
    bases = tuple(_base(d, scales[:rank], width, depth - layer) for layer, width in enumerate(hidden, start=1))
    return CriticalPoint(spectral, tuple(range(1, rank + 1)), blocks, bases)


def _base(d: Draw, scales: Sequence[str], width: int, power: int) -> RationalMatrix:
    """diag(C^power, I) O' with O orthogonal."""
    values = [rational(scale) ** power for scale in scales]
    return RationalMatrix.diagonal([*values, *[1] * (width - len(values))]) @ turned(d, width).T
