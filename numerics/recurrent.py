"""Long short-term memory for the next word: perplexity, and the gradient by back-propagation through an unrolled piece of text.

Texts run side by side in the last axis: words are (T, B), their embeddings (d, T, B).  Each layer of the memory has the gates
input, candidate, forget and output, in this order, 4 h (2 h + 1) weights with the biases last, and the state c, h, each (h, B).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from numerics.convolutional import affine, affine_slopes, softmax

Array = np.ndarray[Any, np.dtype[Any]]
State = list[tuple[Array, Array]]


@dataclass(frozen=True)
class Memory:
    """``words`` words, embedded in as many dimensions as each of the ``depth`` layers has units."""

    words: int
    units: int
    depth: int = 2

    @cached_property
    def parts(self) -> tuple[slice, ...]:
        """Where the embedding (words, h), the weights of each layer and those of the scores (words, h + 1) stand."""
        h = self.units
        ends = np.cumsum([0, self.words * h, *[4 * h * (2 * h + 1)] * self.depth, self.words * (h + 1)])
        return tuple(slice(int(a), int(b)) for a, b in pairwise(ends))

    @property
    def size(self) -> int:
        return self.parts[-1].stop

    def draw(self, rng: np.random.RandomState, scale: float = 0.1) -> Array:
        """(size,): from U[-scale, scale], biases of the layers and of the scores too."""
        return rng.uniform(-scale, scale, self.size)

    def start(self, count: int, like: Array) -> State:
        """No memory of anything, for ``count`` texts."""
        return [(np.zeros((self.units, count), like.dtype), np.zeros((self.units, count), like.dtype)) for _ in range(self.depth)]

    def losses(self, model: Array, text: Array, state: State) -> tuple[Array, State]:
        """-log of the probability given to each of text[1:] (T, B), with the state before and after."""
        outputs, _, after = self._through(model, text[:-1], state)
        scores = affine_scores(model[self.parts[-1]], outputs)
        return _log_sum(scores) - scores[text[1:].ravel(), np.arange(scores.shape[1])], after

    def gradient(self, model: Array, text: Array, state: State) -> tuple[Array, State]:
        """(size,): of the losses, summed over time and averaged over the texts, the state before taken as given."""
        outputs, tapes, after = self._through(model, text[:-1], state)
        found = np.empty_like(model)
        slope = softmax(affine_scores(model[self.parts[-1]], outputs))
        slope[text[1:].ravel(), np.arange(slope.shape[1])] -= 1
        slope /= text.shape[1]
        found[self.parts[-1]], above = affine_slopes(model[self.parts[-1]], _columns(outputs), slope)
        for layer in range(self.depth, 0, -1):
            part = self.parts[layer]
            found[part], above = self._layer_slopes(model[part], tapes[layer - 1], above.reshape(outputs.shape))
        embedding = np.zeros((self.words, self.units), model.dtype)
        np.add.at(embedding, text[:-1].ravel(), above.T)
        found[self.parts[0]] = embedding.ravel()
        return found, after

    def _through(self, model: Array, words: Array, state: State) -> tuple[Array, list[Any], State]:
        """The outputs of the last layer (h, T, B)."""
        embedding = model[self.parts[0]].reshape(self.words, self.units)
        values = np.ascontiguousarray(embedding[words].transpose(2, 0, 1))
        tapes, after = [], []
        for part, before in zip(self.parts[1:-1], state, strict=True):
            values, tape, last = self._layer(model[part], values, before)
            tapes.append(tape)
            after.append(last)
        return values, tapes, after

    def _split(self, weights: Array) -> tuple[Array, Array, Array]:
        """For what enters (4 h, h), for the own output before (4 h, h), biases (4 h,)."""
        h = self.units
        matrix = weights[: 8 * h * h].reshape(4 * h, 2 * h)
        return matrix[:, :h], matrix[:, h:], weights[8 * h * h :]

    def _layer(self, weights: Array, inputs: Array, before: tuple[Array, Array]) -> tuple[Array, Any, tuple[Array, Array]]:
        h, (enters, returns, biases) = self.units, self._split(weights)
        _, steps, count = inputs.shape
        gates = (enters @ _columns(inputs)).reshape(4 * h, steps, count) + biases[:, None, None]
        cells, hidden = np.empty((h, steps + 1, count), inputs.dtype), np.empty((h, steps + 1, count), inputs.dtype)
        cells[:, 0], hidden[:, 0] = before
        for t in range(steps):
            gate = gates[:, t] + returns @ hidden[:, t]
            _activate(gate, h)
            gates[:, t] = gate
            cells[:, t + 1] = gate[2 * h : 3 * h] * cells[:, t] + gate[:h] * gate[h : 2 * h]
            hidden[:, t + 1] = gate[3 * h :] * np.tanh(cells[:, t + 1])
        return np.ascontiguousarray(hidden[:, 1:]), (inputs, gates, cells, hidden), (cells[:, -1].copy(), hidden[:, -1].copy())

    def _layer_slopes(self, weights: Array, tape: Any, above: Array) -> tuple[Array, Array]:
        h, (enters, returns, _) = self.units, self._split(weights)
        inputs, gates, cells, hidden = tape
        slopes = np.empty_like(gates)
        cell: Any = 0.0
        own: Any = 0.0
        for t in range(inputs.shape[1] - 1, -1, -1):
            gate, now = gates[:, t], np.tanh(cells[:, t + 1])
            entered, candidate, kept, out = (gate[k * h : (k + 1) * h] for k in range(4))
            own = own + above[:, t]
            cell = cell + own * out * (1 - now * now)
            slopes[:h, t] = cell * candidate * entered * (1 - entered)
            slopes[h : 2 * h, t] = cell * entered * (1 - candidate * candidate)
            slopes[2 * h : 3 * h, t] = cell * cells[:, t] * kept * (1 - kept)
            slopes[3 * h :, t] = own * now * out * (1 - out)
            own, cell = returns.T @ slopes[:, t], cell * kept
        flat = _columns(slopes)
        matrix = np.concatenate([flat @ _columns(inputs).T, flat @ _columns(hidden[:, :-1]).T], axis=1)
        return np.concatenate([matrix.ravel(), flat.sum(axis=1)]), enters.T @ flat


def affine_scores(weights: Array, outputs: Array) -> Array:
    """(words, T B)."""
    return affine(weights, _columns(outputs))


def _columns(values: Array) -> Array:
    """(n, T, B) as (n, T B)."""
    return values.reshape(len(values), -1)


def _activate(gate: Array, h: int) -> None:
    """tanh for the candidates, a sigmoid for the three gates, in place: (1 + tanh(z/2))/2."""
    gate[:h] *= 0.5
    gate[2 * h :] *= 0.5
    np.tanh(gate, out=gate)
    for part in (gate[:h], gate[2 * h :]):
        part += 1
        part *= 0.5


def _log_sum(scores: Array) -> Array:
    """log of the sum of the exponentials over the first axis."""
    top = scores.max(axis=0)
    found: Array = top + np.log(np.exp(scores - top).sum(axis=0))
    return found
