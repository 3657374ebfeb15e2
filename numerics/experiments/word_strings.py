"""X2-5: strings between recurrent networks that predict the next word (Fig. 1, fifth row), on a novel in place of newspapers."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from numerics.experiments import network_strings as strings
from numerics.experiments.figure import Figure
from numerics.experiments.measure import Measurements, quantity
from numerics.experiments.network_strings import Sweep
from numerics.experiments.string_tables import Published
from numerics.minibatches import Course, Training
from numerics.recurrent import Memory
from numerics.strings import Rules

Array = np.ndarray[Any, np.dtype[Any]]
PUBLISHED = {
    700.0: Published(1.091, 3.00),
    300.0: Published(1.086, 3.00),
    250.0: Published(1.156, 3.00),
    200.0: Published(1.346, 3.00, 0.006),
    150.0: Published(1.278, 3.00),
    135.0: Published(1.178, 3.00, 0.015),
}
LEVELS = (250.0, 150.0, 115.0, 110.0, 105.0, 95.0, 88.0)
NETWORK = Memory(words=1000, units=32)
TEXTS, UNROLLED, TESTED_ON, PAIRS = 20, 20, 2020, 4
EPOCH = 103
RULES = Rules(bead_level=0.98, tolerance=1.1, points=20, middle=True, depth=10, beads=40)
TRAINING = Training(rate=1.0, every=20, limit=12 * EPOCH, steady=4 * EPOCH, halving=EPOCH, clip=5.0)
UNIGRAM = "perplexity of the words' frequencies"


@lru_cache(maxsize=1)
def words(kept: int) -> Array:
    """The numbers of the words in their order: 0 for a rare one, 1 for the end of a sentence, then by falling frequency;
    ``kept`` numbers in all.
    """
    packed = (files("numerics.experiments") / "data" / "moby_dick.txt.gz").read_bytes()
    sentences = [line.split() for line in gzip.decompress(packed).decode("ascii").splitlines()]
    common = Counter(word for sentence in sentences for word in sentence).most_common(kept - 2)
    number = {word: k for k, (word, _) in enumerate(common, start=2)}
    return np.array([k for sentence in sentences for k in (*(number.get(word, 0) for word in sentence), 1)])


def side_by_side(text: Array) -> Array:
    """(T, TEXTS): a text cut into pieces of equal length; what is left over is left out."""
    length = len(text) // TEXTS
    return text[: length * TEXTS].reshape(TEXTS, length).T


@dataclass(frozen=True)
class NextWord:
    """known, others: (T, B); the error is the perplexity on the others, a piece of UNROLLED words after the other."""

    network: Memory
    known: Array
    others: Array

    def course(self, seed: int) -> Course:
        return _Pieces(self)

    def error(self, model: Array) -> float:
        state, losses = self.network.start(self.others.shape[1], model), []
        for first in range(0, len(self.others) - 1, UNROLLED):
            found, state = self.network.losses(model, self.others[first : first + UNROLLED + 1], state)
            losses.append(found.astype(float))
        mean = np.concatenate(losses).mean()
        return float(np.exp(mean)) if mean < 700 else float("inf")


class _Pieces:
    """The text in its order, over and over; the memory is handed on from piece to piece."""

    def __init__(self, task: NextWord) -> None:
        self.task, self.next = task, len(task.known)

    def gradient(self, model: Array) -> Array:
        task = self.task
        if self.next + UNROLLED >= len(task.known):
            self.next, self.state = 0, task.network.start(task.known.shape[1], model)
        found, self.state = task.network.gradient(model, task.known[self.next : self.next + UNROLLED + 1], self.state)
        self.next += UNROLLED
        return found


def sweep() -> Sweep:
    text = words(NETWORK.words)
    task = NextWord(NETWORK, side_by_side(text[:-TESTED_ON]), side_by_side(text[-TESTED_ON:]))
    settings = {
        "data": f"the first 25 chapters of Moby-Dick, {len(text) - TESTED_ON} words and ends of sentences to train on and "
        f"{TESTED_ON} to test, the 998 most frequent words kept, in place of 929 000 and 82 000 of newspapers and 10 000 kept",
        "network": f"two layers of 32 units, embedding of 1000 words in 32 dimensions: {NETWORK.size} weights, in place of "
        "200 units and 10 000 words: 4.65 million",
        "initial weights": "U[-.1, .1]",
        "optimiser": "gradient descent, rate 1, halved in each epoch after the fourth, gradients clipped at 5, unrolled 20 "
        "steps, 20 texts side by side, as published; begun afresh for every model on a string",
        "order": "every network reads the text in its order; the two ends differ in their weights at the start",
    }
    return Sweep("X2-5", task, NETWORK.draw, LEVELS, TRAINING, RULES, PAIRS, PUBLISHED, settings, alike=False)


def unigram_perplexity() -> float:
    """Of the test words under the frequencies of the training text, each word counted once more than it occurs."""
    text = words(NETWORK.words)
    counts = np.bincount(text[:-TESTED_ON], minlength=NETWORK.words) + 1
    return float(np.exp(-np.mean(np.log(counts[text[-TESTED_ON:]] / counts.sum()))))


def run(seeds: int, seed: int) -> Measurements:
    found = strings.measure(sweep(), seeds, seed)
    frequencies = {UNIGRAM: quantity("1", [unigram_perplexity()] * len(found["seeds"]))}
    return found | {"quantities": found["quantities"] | frequencies}


def draw(found: Measurements) -> tuple[Figure, ...]:
    return strings.draw_strings(sweep(), found, "next word", "test perplexity $L_0$")
