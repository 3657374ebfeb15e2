"""Feedforward networks of any depth and width over any arithmetic: outputs, P(W), gradient, Gauss-Newton matrix, Hessian.

phi_0 = x, phi_l = sigma(W_l' phi~_(l-1) - b) for the hidden layers, phi_L = W_L' phi~_(L-1): samples are columns, W_l is
n_(l-1) x n_l, b a fixed scalar.  With dummy units phi~ is phi with a 1 below it, W_l is (n_(l-1) + 1) x n_l and its last row
holds the biases.  Psi_L = I, Psi_l = Sigma_l' W_(l+1) Psi_(l+1) without the row of biases.  All weights are numbered layer after
layer, each by columns, so that block l of P is [Psi_l^(i) (x) phi~_(l-1)^(i)], i = 1, ..., T.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numerics.activations import RATIONAL, Activation, Elementary
from numerics.activations import activation as named
from numerics.error_functions import ErrorFunction
from numerics.jets import Jet
from numerics.matrix import block, hstack, ones_like, vec, vstack

Weights = Sequence[Any]


@dataclass(frozen=True)
class Units:
    """What all hidden units have in common; ``bias`` is a scalar of the arithmetic, ``elementary`` its functions."""

    activation: str
    bias: Any
    dummy: bool = False
    elementary: Elementary = RATIONAL

    @property
    def sigma(self) -> Activation:
        return named(self.activation)

    def apply(self, z: Any) -> Any:
        """sigma(z - b), entry by entry, of a matrix or of a power series of matrices."""
        sigma, e = self.sigma, self.elementary
        if isinstance(z, Jet):
            return z.entrywise(lambda t: sigma.value(t - self.bias, e))
        return _each(z, lambda t: sigma.value(t - self.bias, e))

    def at(self, argument: Any) -> Any:
        """sigma at an argument from which the bias has been subtracted."""
        return self.sigma.value(argument, self.elementary)

    def extended(self, phi: Any) -> Any:
        """phi~: with a row of ones below where there are dummy units."""
        return vstack(phi, ones_like(phi, 1, phi.shape[1])) if self.dummy else phi


def _each(matrix: Any, function: Any) -> Any:
    return type(matrix).of([[function(t) for t in row] for row in matrix.rows()], columns=matrix.shape[1])


def outputs(weights: Weights, inputs: Any, units: Units) -> Any:
    """F(W, X), n_L x T; weights may be power series."""
    signal = inputs
    for weight in weights[:-1]:
        signal = units.apply(weight.T @ units.extended(signal))
    return weights[-1].T @ units.extended(signal)


@dataclass(frozen=True)
class Pass:
    """A forward pass of all samples and what is read off it."""

    weights: tuple[Any, ...]
    inputs: Any
    units: Units

    @property
    def samples(self) -> int:
        return int(self.inputs.shape[1])

    @property
    def depth(self) -> int:
        return len(self.weights)

    @cached_property
    def activities(self) -> tuple[list[Any], list[Any]]:
        """(phi~_0, ..., phi~_(L-1), phi_L) and the arguments (z_1, ..., z_(L-1)) of the hidden units, biases subtracted."""
        shift, phi = self.units.bias, self.inputs
        extended, arguments = [], []
        for weight in self.weights[:-1]:
            extended.append(self.units.extended(phi))
            z = weight.T @ extended[-1]
            arguments.append(z - z.ones(*z.shape) * shift)
            phi = _each(arguments[-1], self.units.at)
        extended.append(self.units.extended(phi))
        return [*extended, self.weights[-1].T @ extended[-1]], arguments

    @property
    def outputs(self) -> Any:
        return self.activities[0][-1]

    @cached_property
    def slopes(self) -> list[list[list[Any]]]:
        """sigma' at the arguments: one n_l x T table per hidden layer."""
        sigma, e = self.units.sigma, self.units.elementary
        return [[[sigma.first(t, e) for t in row] for row in z.rows()] for z in self.activities[1]]

    @cached_property
    def bends(self) -> list[list[list[Any]]]:
        """sigma'' at the arguments."""
        sigma, e = self.units.sigma, self.units.elementary
        return [[[sigma.second(t, e) for t in row] for row in z.rows()] for z in self.activities[1]]

    @property
    def inner(self) -> list[Any]:
        """The weights without the rows of their dummy units."""
        return [weight[: weight.shape[0] - 1, :] if self.units.dummy else weight for weight in self.weights]

    @cached_property
    def psis(self) -> list[list[Any]]:
        """psis[l - 1][i] = Psi_l of sample i, n_l x n_L."""
        like, top = self.inputs, self.weights[-1].shape[1]
        layers = [[like.eye(top)] * self.samples]
        for weight, slope in zip(reversed(self.inner[1:]), reversed(self.slopes), strict=True):
            above = layers[0]
            layers.insert(0, [_scaled_rows(weight @ above[i], [row[i] for row in slope]) for i in range(self.samples)])
        return layers

    def block(self, layer: int) -> Any:
        """Block row ``layer`` (from 1) of P, the Khatri-Rao product of Psi_l and phi~_(l-1)."""
        phi = self.activities[0][layer - 1]
        return khatri_rao(self.psis[layer - 1], phi)

    @cached_property
    def P(self) -> Any:  # noqa: N802 - its name in document 004
        """P(W), N_net x T n_L."""
        return vstack(*(self.block(layer) for layer in range(1, self.depth + 1)))

    def backwards(self, layer: int, i: int, ascent: Any) -> Any:
        """omega_l of sample i for the gradient ``ascent`` (n_L x 1) of its error, by the recursion from the last layer."""
        omega = ascent
        for weight, slope in zip(reversed(self.inner[layer:]), reversed(self.slopes[layer - 1 :]), strict=True):
            omega = _scaled_rows(weight @ omega, [row[i] for row in slope])
        return omega


def khatri_rao(left: Sequence[Any], right: Any) -> Any:
    """[left_1 (x) right_1, ..., left_T (x) right_T] for matrices left_i and the columns right_i of ``right``."""
    samples = [(piece.rows(), [right.entry(q, i) for q in range(right.shape[0])]) for i, piece in enumerate(left)]
    height = left[0].shape[0]
    rows = [
        [value * phi[q] for piece, phi in samples for value in piece[a]] for a in range(height) for q in range(right.shape[0])
    ]
    return type(right).of(rows, columns=sum(piece.shape[1] for piece in left))


def _scaled_rows(matrix: Any, factors: Sequence[Any]) -> Any:
    """diag(factors) @ matrix."""
    return type(matrix).of([[f * v for v in row] for f, row in zip(factors, matrix.rows(), strict=True)], columns=matrix.shape[1])


def flat(pieces: Weights) -> Any:
    """All weights (or a direction of them) in one column, each matrix by columns."""
    return vstack(*(vec(piece) for piece in pieces))


def split(column: Any, shapes: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
    """The matrices of the given shapes whose :func:`flat` is the column."""
    pieces, at = [], 0
    for rows, columns in shapes:
        part = column[at : at + rows * columns, 0:1]
        pieces.append(part.reshape(columns, rows).T)
        at += rows * columns
    return tuple(pieces)


def residual_slopes(residuals: Any, error: ErrorFunction, e: Elementary = RATIONAL) -> Any:
    """E' at each residual, n_L x T: column i is the gradient of the error of sample i."""
    return _each(residuals, lambda r: error.slope(r, e))


def residual_curvatures(residuals: Any, error: ErrorFunction, e: Elementary = RATIONAL) -> Any:
    """E'' at each residual, n_L x T: column i is the diagonal of H_E of sample i."""
    return _each(residuals, lambda r: error.curvature(r, e))


def gauss_newton(run: Pass, residuals: Any, error: ErrorFunction) -> Any:
    """P diag(H_E) P', N_net x N_net."""
    weights = vec(residual_curvatures(residuals, error)).entries()
    return _scaled_rows(run.P.T, weights).T @ run.P.T


def second_summand(run: Pass, ascent: Any) -> Any:
    """sum_i sum_a (grad E)_a D^2 F_a of sample i, N_net x N_net, where column i of ``ascent`` (n_L x T) is grad E of sample i.

    Block by block: B_ll is the second derivative in the arguments z_l of what lies above layer l, B_kl = D_k W_(k+1) B_(k+1,l).
    Block (k, l), k < l, is B_kl (x) phi~_(k-1) phi~_(l-1)' plus omega_l on the derivative of phi~_(l-1) in z_k.
    """
    grids = [_sample_second(run, i, ascent[:, [i]]) for i in range(run.samples)]
    layers = range(run.depth)
    upper = {(k, j): sum((grid[k, j] for grid in grids[1:]), grids[0][k, j]) for k in layers for j in layers if k <= j}
    return block([[upper[k, j] if k <= j else upper[j, k].T for j in layers] for k in layers])


def hessian(run: Pass, residuals: Any, error: ErrorFunction) -> Any:
    """The Hessian of sum_i E(F_i - y_i) at weights where it exists, N_net x N_net."""
    return gauss_newton(run, residuals, error) + second_summand(run, residual_slopes(residuals, error))


def _sample_second(run: Pass, i: int, ascent: Any) -> dict[tuple[int, int], Any]:
    """The blocks (k, l), k <= l, of one sample."""
    depth, like = run.depth, run.inputs
    phi = [layer[:, [i]] for layer in run.activities[0][:-1]]
    slopes = [[row[i] for row in table] for table in run.slopes]
    bends = [[row[i] for row in table] for table in run.bends]
    omega = [run.psis[layer][i] @ ascent for layer in range(depth)]
    own = {depth - 1: like.zeros(run.weights[-1].shape[1], run.weights[-1].shape[1])}
    for layer in range(depth - 2, -1, -1):
        weight = run.inner[layer + 1]
        pull = (weight @ omega[layer + 1]).entries()
        curved = _scaled_rows(_scaled_rows(weight @ own[layer + 1] @ weight.T, slopes[layer]).T, slopes[layer])
        own[layer] = curved + like.diagonal([u * b for u, b in zip(pull, bends[layer], strict=True)])
    grid: dict[tuple[int, int], Any] = {}
    for upper in range(depth):
        outer, mixed, reach = phi[upper].T, own[upper], None
        grid[upper, upper] = mixed.kron(phi[upper] @ outer)
        for lower in range(upper - 1, -1, -1):
            mixed = _scaled_rows(run.inner[lower + 1] @ mixed, slopes[lower])
            step = like.diagonal(slopes[lower])
            reach = step if reach is None else step @ run.inner[lower + 1] @ reach
            grid[lower, upper] = mixed.kron(phi[lower] @ outer) + _carried(run, reach, phi[lower], omega[upper])
    return grid


def _carried(run: Pass, reach: Any, phi: Any, omega: Any) -> Any:
    """Entry (a, p), (b, q): phi_p times d phi~_(l-1),q / d z_k,a (``reach``, n_k x n_(l-1)) times omega_b."""
    if run.units.dummy:
        reach = hstack(reach, reach.zeros(reach.shape[0], 1))
    return reach.kron(phi) @ _spread(omega, reach.shape[1])


def _spread(omega: Any, width: int) -> Any:
    """omega' (x) I: takes the column q to the places (b, q) with the factors omega_b."""
    return omega.T.kron(omega.eye(width))
