"""What the document plots of one task: lengths and numbers of models of its strings against the level."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from claims.instances.codec import Instance
from numerics.spectrum import as_fraction

Column = tuple[Fraction, Fraction, Fraction, Fraction]


@dataclass(frozen=True)
class PlottedStrings(Instance):
    """levels (falling), mean normalised lengths, half their drawn error bars (0 where none can be read) and mean numbers of
    models, end points included; each 1 x k.
    """

    levels: Any
    lengths: Any
    bars: Any
    counts: Any

    @property
    def columns(self) -> list[Column]:
        """(level, length, bar, count) for each level."""
        parts = (self.levels, self.lengths, self.bars, self.counts)
        return list(zip(*([as_fraction(entry) for entry in part.entries()] for part in parts), strict=True))

    def length_at(self, level: Fraction) -> Fraction:
        """Raises LookupError where nothing is plotted at the level."""
        found = [length for there, length, _, _ in self.columns if there == level]
        if not found:
            raise LookupError(f"nothing is plotted at the level {level}")
        return found[0]

    @property
    def longest(self) -> Column:
        """The column with the largest length, the first of them."""
        return max(self.columns, key=lambda column: column[1])
