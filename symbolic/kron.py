"""Bodies of terms: words, Kronecker products of words, and stacked words.

The two rules of the calculus live here: (A (x) B)(C (x) D) = AC (x) BD, and (B' (x) A) vec X = vec(A X B).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from symbolic.expressions import same
from symbolic.trace import Cycle, canonical
from symbolic.words import UNIT, Word, identity, split


class UnsupportedError(TypeError):
    """A product for which the normal form has no name, such as vec(A) vec(B)'."""


@dataclass(frozen=True)
class KroneckerWord:
    """A Kronecker product of at least two words."""

    words: tuple[Word, ...]

    @property
    def key(self) -> tuple[object, ...]:
        return tuple(word.key for word in self.words)


@dataclass(frozen=True)
class StackedWord:
    """vec of a word with at least two rows and columns, or (``lying``) its transpose."""

    word: Word
    lying: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        return self.word.key


Body = Word | KroneckerWord | StackedWord
Cycles = list[Cycle]


def words_of(body: Body) -> tuple[Word, ...]:
    if isinstance(body, Word):
        return (body,)
    return body.words if isinstance(body, KroneckerWord) else (body.word,)


def with_words(body: Body, words: tuple[Word, ...]) -> tuple[Cycles, Body]:
    """A body of the same kind around other words, its 1 x 1 factors taken out."""
    if isinstance(body, StackedWord):
        return stack(words[0], body.lying)
    return single(words[0]) if isinstance(body, Word) else kronecker(words)


def _cut(word: Word) -> tuple[Cycles, Word]:
    scalars, rest = split(word)
    return [canonical(scalar) for scalar in scalars], rest


def single(word: Word) -> tuple[Cycles, Body]:
    """The word without its 1 x 1 factors, and these."""
    return _cut(word)


def kronecker(words: tuple[Word, ...]) -> tuple[Cycles, Body]:
    """The Kronecker product of words, without factors of size one; an identity where all of them are."""
    parts = [_cut(word) for word in words]
    cycles = [cycle for found, _ in parts for cycle in found]
    kept = [rest for _, rest in parts if rest != UNIT]
    if all(word.is_identity for word in kept):
        return cycles, identity(prod((word.rows for word in kept), start=UNIT.rows))
    return cycles, kept[0] if len(kept) == 1 else KroneckerWord(tuple(kept))


def stack(word: Word, lying: bool = False) -> tuple[Cycles, Body]:
    """vec(word); a single column or row is its own stack."""
    if word.columns == 1 or word.rows == 1:
        column = word if word.columns == 1 else word.T
        return single(column.T if lying else column)
    scalars, rest = _cut(word)
    return scalars, StackedWord(rest, lying)


def transposed(body: Body) -> Body:
    if isinstance(body, Word):
        return body.T
    if isinstance(body, KroneckerWord):
        return KroneckerWord(tuple(word.T for word in body.words))
    return StackedWord(body.word, not body.lying)


def tensor(left: Body, right: Body) -> tuple[Cycles, Body]:
    """left (x) right.  Raises UnsupportedError for stacked words."""
    if isinstance(left, StackedWord) or isinstance(right, StackedWord):
        raise UnsupportedError("the Kronecker product of a stacked word")
    return kronecker(words_of(left) + words_of(right))


def multiply(left: Body, right: Body) -> tuple[Cycles, Body]:
    """left right, with the 1 x 1 factors that appear.  Raises UnsupportedError where the product has no normal form."""
    if isinstance(left, Word) and left.is_identity:
        return [], right
    if isinstance(right, Word) and right.is_identity:
        return [], left
    if isinstance(left, Word) and isinstance(right, Word):
        return single(left @ right)
    if isinstance(left, KroneckerWord) and isinstance(right, KroneckerWord) and len(left.words) == len(right.words):
        return kronecker(tuple(a @ b for a, b in zip(left.words, right.words, strict=True)))
    if isinstance(left, KroneckerWord) and len(left.words) == 2:
        return _apply(left.words, _unstacked(left.words, right), lying=False)
    if isinstance(right, KroneckerWord) and len(right.words) == 2:
        factors = (right.words[0].T, right.words[1].T)
        return _apply(factors, _unstacked(factors, transposed(left)), lying=True)
    raise UnsupportedError(f"the product of {type(left).__name__} and {type(right).__name__}")


def _apply(factors: tuple[Word, ...], stacked: Word, lying: bool) -> tuple[Cycles, Body]:
    """(B' (x) A) vec X = vec(A X B), or its transpose."""
    return stack(factors[1] @ stacked @ factors[0].T, lying)


def _unstacked(factors: tuple[Word, ...], body: Body) -> Word:
    """The X whose vec stands to the right of a Kronecker product of two factors."""
    if isinstance(body, StackedWord) and not body.lying and same(body.word.columns, factors[0].columns):
        return body.word
    if isinstance(body, Word) and body.columns == 1 and factors[0].columns == 1:
        return body
    if isinstance(body, Word) and body.columns == 1 and factors[1].columns == 1:
        return body.T
    raise UnsupportedError("a Kronecker product times something that is no stack of matching shape")
