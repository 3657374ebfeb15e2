"""Few draws, many numbers: shapes one by one, all entries of an instance from a pool of bytes.

The pool has a fixed size whatever the shape, so that a smaller shape keeps the entries that it still has: shrinking the shape of
a counterexample does not throw its entries away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from numerics.rational import RationalMatrix

POOL = 40
_POOL = st.binary(min_size=POOL, max_size=POOL)
_between = lru_cache(maxsize=1024)(st.integers)
_cap: ContextVar[int | None] = ContextVar("cap", default=None)


@contextmanager
def sizes_capped(cap: int) -> Iterator[None]:
    """Every drawn size stays within ``cap`` of its least value: small instances only."""
    token = _cap.set(cap)
    try:
        yield
    finally:
        _cap.reset(token)


class Draw:
    """A thin layer over Hypothesis' ``draw``.  Byte 0 stands for the simplest entry, 0, so shrinking ends in small integers."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw
        self._pool = self._fresh()

    def _fresh(self) -> bytes:
        return self._draw(_POOL)

    def integer(self, low: int, high: int) -> int:
        """A size in [low, high]; shrinks towards low, and stays near it while sizes are capped."""
        cap = _cap.get()
        return self._draw(_between(low, high if cap is None else min(high, low + cap)))

    def pick(self, options: Sequence[Any]) -> Any:
        """One of the options; shrinks towards the first."""
        return options[self._draw(_between(0, len(options) - 1))]

    def bytes(self, count: int) -> bytes:
        while len(self._pool) < count:
            self._pool += self._fresh()
        taken, self._pool = self._pool[:count], self._pool[count:]
        return taken

    def integers(self, count: int, bound: int = 3) -> list[int]:
        """``count`` integers in [-bound, bound] in the order 0, 1, -1, 2, -2, ..."""
        return [_zigzag(byte % (2 * bound + 1)) for byte in self.bytes(count)]

    def matrix(self, rows: int, columns: int, bound: int = 3) -> RationalMatrix:
        return RationalMatrix.integers(rows, columns, self.integers(rows * columns, bound))

    def rationals(self, count: int, bound: int = 3) -> list[str]:
        """``count`` rationals with numerators up to bound and denominators 1, 2 or 3, as text."""
        raw = self.bytes(2 * count)
        tops, bottoms = raw[:count], raw[count:]
        return [f"{_zigzag(top % (2 * bound + 1))}/{1 + bottom % 3}" for top, bottom in zip(tops, bottoms, strict=True)]

    def rational_matrix(self, rows: int, columns: int, bound: int = 3) -> RationalMatrix:
        values = self.rationals(rows * columns, bound)
        return RationalMatrix.build(rows, columns, lambda i, j: values[i * columns + j])

    def rational(self, bound: int = 3) -> Any:
        """An exact scalar with a numerator up to bound and a denominator of 1, 2 or 3."""
        return self.rational_matrix(1, 1, bound)[0, 0]

    def boolean(self) -> bool:
        return self.pick((False, True))


def _zigzag(number: int) -> int:
    return (number + 1) // 2 if number % 2 else -(number // 2)
