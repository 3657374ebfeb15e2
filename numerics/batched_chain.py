"""Gradient descent on many deep linear chains W_N ... W_1 at once, without a loop over them.

Every chain of a batch has the same widths d_0, ..., d_N; W_i is kept as one array (batch, d_i, d_{i-1}).  The loss is
factor |Y - W_N ... W_1 X|_F^2 (factor 1 as printed, 1/2 as in the papers).  It depends on m samples through the triangular factor
of [X' Y'] alone, so data are compressed once, by an orthogonal factorisation and not by X X', which would square the condition
number; a step then costs the same for any number of samples.  The convention X W_1 ... W_N with samples in rows is the same chain
with all matrices transposed (:func:`by_rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any, Self

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Weights = tuple[Array, ...]
CEILING = 1e60
"""A loss that is not below this is counted as diverged: far past recovery, and safely representable."""


@dataclass(frozen=True)
class ChainData:
    """Inputs (d_0, k) and targets (d_N, k), shared by a batch, or one of each for every chain with a leading batch axis.

    floor: what the loss (with factor 1) has above the compressed problem; a number, or (batch,).
    """

    inputs: Array
    targets: Array
    floor: Any = 0.0

    def kept(self, chosen: Array) -> ChainData:
        """The data of the chosen chains."""
        parts = (self.inputs, self.targets)
        inputs, targets = (part[chosen] if part.ndim == 3 else part for part in parts)
        return ChainData(inputs, targets, self.floor[chosen] if np.ndim(self.floor) else self.floor)


def compress(X: Array, Y: Array) -> ChainData:
    """The data X: (..., d_0, m), Y: (..., d_N, m) with at most d_0 columns, by Householder's QR of [X' Y'].

    Data with m <= d_0 stay as they are.  The R factor is that of data within O(m d eps) of X and Y, relative to their norms.
    """
    size, samples = X.shape[-2:]
    if samples <= size:
        return ChainData(X, Y)
    stacked = np.concatenate([X, Y], axis=-2)
    r: Array = np.asarray(np.linalg.qr(np.swapaxes(stacked, -1, -2), mode="r"))
    rest = r[..., size:, size:]
    back = np.ascontiguousarray(np.swapaxes(r[..., :size, :], -1, -2))
    return ChainData(back[..., :size, :], back[..., size:, :], np.einsum("...ij,...ij->...", rest, rest))


def by_rows(matrices: Sequence[Array]) -> Weights:
    """X W_1 ... W_N is the transpose of W_N' ... W_1' X': each matrix transposed, for weights and data alike."""
    return tuple(np.ascontiguousarray(np.swapaxes(matrix, -1, -2)) for matrix in matrices)


def product(weights: Sequence[Array]) -> Array:
    """W_N ... W_1, (batch, d_N, d_0)."""
    total = weights[0]
    for weight in weights[1:]:
        total = weight @ total
    return total


def squared_norm(matrices: Array) -> Array:
    """The squared Frobenius norm of each matrix of a batch."""
    return np.einsum("...ij,...ij->...", matrices, matrices)


def loss(weights: Sequence[Array], data: ChainData, factor: float = 1.0) -> Array:
    """factor |Y - W_N ... W_1 X|_F^2, (batch,)."""
    return factor * (squared_norm(product(weights) @ data.inputs - data.targets) + data.floor)


def value_and_gradient(weights: Sequence[Array], data: ChainData, factor: float = 1.0) -> tuple[Array, Weights]:
    """The loss (batch,) and its derivatives 2 factor (W_N ... W_{j+1})' E (W_{j-1} ... W_1 X)', shaped like the weights."""
    run = _Running(weights, data, np.ones(len(weights[0])), factor)
    run.pull()
    return run.losses(), tuple(run.updates)


class End(StrEnum):
    """Why a run ended."""

    GOING = "still going after its last epoch"
    CONVERGED = "met the criterion of convergence"
    DIVERGED = "the loss is no longer finite, or beyond recovery"
    STAGNATED = "a step no longer changes the weights"


@dataclass(frozen=True)
class Seen:
    """What a criterion may look at, for the chains that still run: their places in the batch, and for each the loss,
    the norm of the whole gradient and the loss at the start.
    """

    place: Array
    loss: Array
    slope: Array
    first: Array


@dataclass(frozen=True)
class Criterion:
    """A named criterion of convergence."""

    words: str
    met: Callable[[Seen], Any]


def gradient_at_most(bound: float) -> Criterion:
    return Criterion(f"gradient norm at most {bound:g}", lambda seen: seen.slope <= bound)


def loss_at_most(levels: Any, words: str = "") -> Criterion:
    """The loss is at most a level, one for all chains or one for each."""
    each = np.asarray(levels, dtype=float)
    return Criterion(words or "loss at most the given level", lambda seen: seen.loss <= (each[seen.place] if each.ndim else each))


NEVER = Criterion("none: every epoch is taken", lambda seen: np.zeros(len(seen.loss), dtype=bool))


@dataclass(frozen=True)
class Descents:
    """A batch of runs.

    epochs: the record epochs; losses: (records, batch), entry k before the step of epoch epochs[k], the last loss repeated after
    a run has ended (infinite once it has diverged); ends: (batch,), one :class:`End` each; taken: (batch,), the steps taken until
    the end was noticed; weights: where each run ended; criterion: in words.
    """

    epochs: Array
    losses: Array
    ends: Array
    taken: Array
    weights: Weights
    criterion: str

    def ended(self, how: End) -> Array:
        """Which runs ended like this, (batch,)."""
        return np.array([end is how for end in self.ends], dtype=bool)


def descend(
    weights: Sequence[Array],
    data: ChainData,
    rates: Any,
    epochs: int,
    *,
    factor: float = 1.0,
    criterion: Criterion = NEVER,
    records: Iterable[int] = (),
    every: int = 10,
) -> Descents:
    """``epochs`` steps W_j -= rate dL/dW_j for every chain, with one rate for all or one for each.

    weights: (batch, d_i, d_{i-1}) each; one of them, or the rates, may be a batch while others have length 1.  Losses are kept at
    the epochs of ``records``, by default the first and the last; runs are ended, and leave the batch, at multiples of ``every``
    and at record epochs.  Raises ValueError for rates that are not positive.
    """
    steps = np.atleast_1d(np.asarray(rates, dtype=float))
    if not (steps > 0).all():
        raise ValueError("step sizes are positive")
    (batch,) = np.broadcast_shapes(steps.shape, *(weight.shape[:1] for weight in weights), data.inputs.shape[:-2])
    started = [np.broadcast_to(weight, (batch, *weight.shape[1:])).copy() for weight in weights]
    run = _Running(started, data, np.broadcast_to(steps, (batch,)).copy(), factor)
    kept = np.array(sorted(set(records) or {0, epochs}))
    record = _Record(started, kept)
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in count():
            run.pull()
            if epoch % every == 0 or epoch == epochs or epoch in record.rows:
                run = record.see(epoch, run, criterion)
            if epoch == epochs or not len(run.place):
                break
            run.move()
    record.close(run, epochs)
    return Descents(kept, record.losses, record.ends, record.taken, tuple(record.weights), criterion.words)


class _Running:
    """The chains that still run, with the arrays that a step needs."""

    def __init__(
        self, weights: Sequence[Array], data: ChainData, rates: Array, factor: float, place: Array | None = None
    ) -> None:
        self.weights, self.data, self.rates, self.factor = list(weights), data, rates, factor
        self.place: Any = np.arange(len(weights[0])) if place is None else place
        batch, samples = len(weights[0]), data.inputs.shape[-1]
        self.inputs_back = np.ascontiguousarray(np.swapaxes(data.inputs, -1, -2))
        self.states = [np.empty((batch, weight.shape[1], samples)) for weight in self.weights]
        self.states_back = [np.empty((batch, samples, weight.shape[2])) for weight in self.weights[1:]]
        self.turns = [
            np.arange(weight.shape[2] * samples).reshape(weight.shape[2], samples).T.ravel() for weight in self.weights[1:]
        ]
        self.weights_back = [np.swapaxes(weight, -1, -2) for weight in self.weights]
        self.signals = [np.empty((batch, weight.shape[2], samples)) for weight in self.weights[1:]]
        self.error = np.empty_like(self.states[-1])
        self.scale = np.broadcast_to((2 * factor * rates)[:, None, None], self.error.shape).copy()
        self.pulled = np.empty_like(self.error)
        self.updates = [np.empty_like(weight) for weight in self.weights]

    def pull(self) -> None:
        """The error W X - Y and the steps rate dL/dW_j at the present weights."""
        state = self.data.inputs
        for weight, out in zip(self.weights, self.states, strict=True):
            state = np.matmul(weight, state, out=out)
        np.subtract(state, self.data.targets, out=self.error)
        signal = np.multiply(self.error, self.scale, out=self.pulled)
        for j in range(len(self.weights) - 1, 0, -1):
            _transpose(self.states[j - 1], self.turns[j - 1], self.states_back[j - 1])
            np.matmul(signal, self.states_back[j - 1], out=self.updates[j])
            signal = np.matmul(self.weights_back[j], signal, out=self.signals[j - 1])
        np.matmul(signal, self.inputs_back, out=self.updates[0])

    def move(self) -> None:
        for weight, update in zip(self.weights, self.updates, strict=True):
            weight -= update

    def losses(self) -> Array:
        return self.factor * (squared_norm(self.error) + self.data.floor)

    def slopes(self) -> Array:
        """The norm of the whole gradient."""
        return np.sqrt(sum(squared_norm(update) for update in self.updates)) / self.rates

    def resting(self) -> Array:
        """Which chains the coming step leaves where they are, to the last bit."""
        still = [(weight - update == weight).all(axis=(1, 2)) for weight, update in zip(self.weights, self.updates, strict=True)]
        return np.logical_and.reduce(still)

    def kept(self, chosen: Array) -> Self:
        rest = type(self)(
            [weight[chosen] for weight in self.weights],
            self.data.kept(chosen),
            self.rates[chosen],
            self.factor,
            self.place[chosen],
        )
        rest.error = self.error[chosen]
        rest.updates = [update[chosen] for update in self.updates]
        return rest


def _transpose(matrices: Array, turn: Any, out: Array) -> None:
    """Small matrices one by one into ``out``; ``turn`` is where the entries of a transposed matrix stand in the matrix."""
    flat = len(matrices), len(turn)
    np.take(matrices.reshape(flat), turn, axis=1, out=out.reshape(flat), mode="clip")


class _Record:
    """Losses at the record epochs, and how each run ended."""

    def __init__(self, weights: Sequence[Array], epochs: Array) -> None:
        batch = len(weights[0])
        self.rows = {int(epoch): row for row, epoch in enumerate(epochs)}
        self.losses = np.empty((len(epochs), batch))
        self.last = np.full(batch, np.inf)
        self.first: Array | None = None
        self.ends = np.array([End.GOING] * batch, dtype=object)
        self.taken = np.zeros(batch, dtype=int)
        self.weights = [np.empty_like(weight) for weight in weights]

    def see(self, epoch: int, run: _Running, criterion: Criterion) -> _Running:
        """Note the losses, end what has ended and return what goes on."""
        values = run.losses()
        if self.first is None:
            self.first = values.copy()
        diverged = ~(values < CEILING)
        self.last[run.place] = np.where(diverged, np.inf, values)
        if epoch in self.rows:
            self.losses[self.rows[epoch]] = self.last
        seen = Seen(run.place, values, run.slopes(), self.first[run.place])
        converged = ~diverged & criterion.met(seen)
        stagnated = ~diverged & ~converged & run.resting()
        for end, which in ((End.DIVERGED, diverged), (End.CONVERGED, converged), (End.STAGNATED, stagnated)):
            self.ends[run.place[which]] = end
        over = diverged | converged | stagnated
        if not over.any():
            return run
        self._leave(run, over, epoch)
        return run.kept(~over)

    def close(self, run: _Running, epoch: int) -> None:
        """What still runs has taken all its steps; records after the last run ended repeat its loss."""
        self._leave(run, np.ones(len(run.place), dtype=bool), epoch)
        self.losses[np.searchsorted(list(self.rows), self.taken.max()) :] = self.last

    def _leave(self, run: _Running, which: Array, epoch: int) -> None:
        self.taken[run.place[which]] = epoch
        for kept, weight in zip(self.weights, run.weights, strict=True):
            kept[run.place[which]] = weight[which]
