"""One hidden layer on T different samples: weights at which its outputs are independent, and relations that no weights break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

from numerics.activations import activation as named
from numerics.exponentials import common_unit, exact_rank, least_rank
from numerics.feedforward import Pass, Units
from numerics.matrix import vstack
from numerics.spectrum import as_fraction

ATTEMPTS = 4


def separating(inputs: Any) -> Any:
    """A row u for which entries of u X differ, also in size unless two columns are opposite, and vanish for the zero column only.

    Raises ValueError where two columns agree.
    """
    columns = [tuple(map(as_fraction, inputs[:, [i]].entries())) for i in range(inputs.shape[1])]
    if len(set(columns)) < len(columns):
        raise ValueError("two samples agree")
    sizes = len({max(column, tuple(-value for value in column)) for column in (*columns, (0,) * inputs.shape[0])})
    base = 2
    while True:
        row = inputs.build(1, inputs.shape[0], lambda _, j, base=base: base**j)
        values = [as_fraction(value) for value in (row @ inputs).entries()]
        if len(set(values)) == len(columns) and len({0, *map(abs, values)}) == sizes:
            return row
        base += 1


def hidden_outputs(first: Any, inputs: Any, units: Units) -> Any:
    """phi_1, with its row of ones where there are dummy units."""
    return _through(first, inputs, units).activities[0][1]


def _through(first: Any, inputs: Any, units: Units) -> Pass:
    return Pass((first, first.zeros(first.shape[1] + units.dummy, 1)), inputs, units)


def independent_layer(inputs: Any, units: Units, width: int) -> Any | None:
    """First-layer weights of the given width at which the columns of phi~_1 are certainly independent; None where none was found.

    With free biases the units are steps between neighbouring samples, steep enough that phi~_1 is nearly triangular.
    """
    wanted = inputs.shape[1]
    for first in _candidates(inputs, units, width):
        if certain_rank(first, inputs, units) == wanted:
            return first
    return None


def certain_rank(first: Any, inputs: Any, units: Units) -> int:
    """The rank of phi~_1, or a lower bound of it for sigmoid and tanh units, exact in practice."""
    if named(units.activation).rational:
        return int(hidden_outputs(first, inputs, units).rank())
    unit = common_unit(_arguments(first, inputs, units).entries())
    return least_rank(lambda e: hidden_outputs(first, inputs, _with(units, e)), unit, inputs.scalar(1))


def _arguments(first: Any, inputs: Any, units: Units) -> Any:
    """What the hidden units are applied to, h x T."""
    return _through(first, inputs, replace(units, activation="identity")).activities[1][0]


def _with(units: Units, e: Any) -> Units:
    return replace(units, elementary=e)


def _candidates(inputs: Any, units: Units, width: int) -> Iterator[Any]:
    row = separating(inputs)
    if not units.dummy:
        for start in range(1, 1 + ATTEMPTS):
            yield row.T @ inputs.build(1, width, lambda _, j, start=start: start + j)
        return
    places = sorted(as_fraction(value) for value in (row @ inputs).entries())
    steps = [places[0] - 1, *((a + b) / 2 for a, b in pairwise(places))]
    steps = (steps[1:] if width < len(steps) else steps)[:width]
    for steepness in (2**power for power in range(1, 1 + ATTEMPTS)):
        slopes = row.T @ inputs.build(1, width, lambda _, j, k=steepness: k)
        yield vstack(slopes, inputs.build(1, width, lambda _, j, k=steepness: -k * steps[j]))


def tied(inputs: Any, activation: str) -> Any | None:
    """A column c with phi_1 c = 0 for every first layer without biases, or None: tanh is odd, sigmoid odd about 1/2.

    tanh: x and -x, or the zero sample; sigmoid: two such pairs.
    """
    columns = [tuple(map(as_fraction, inputs[:, [i]].entries())) for i in range(inputs.shape[1])]
    turned = [tuple(-value for value in column) for column in columns]
    pairs = [(columns.index(b), i) for i, b in enumerate(turned) if b in columns[: i + 1]]
    relations = [[int(k == i) + int(k == j) for k in range(len(columns))] for i, j in pairs]
    if activation == "sigmoid":
        relations = [[a - b for a, b in zip(one, other, strict=True)] for one, other in combinations(relations, 2)]
    return inputs.column(relations[0]) if relations else None


def ties(column: Any, first: Any, inputs: Any, units: Units) -> bool:
    """Whether phi~_1 c = 0 at these weights, exactly, for sigmoid and tanh units without dummy units.

    Each entry is a rational function of one exponential; its numerator vanishes at more points than it has zeros.
    """
    z, halves = _arguments(first, inputs, units), 2 if units.activation == "tanh" else 1
    unit = common_unit(z.entries())
    degree = max(sum(abs(as_fraction(t)) for t in row) for row in z.rows()) * unit * halves

    def relation(e: Any) -> Any:
        return hidden_outputs(first, inputs, _with(units, e)) @ column

    return exact_rank(relation, unit, inputs.scalar(1), [int(degree)]) == 0
