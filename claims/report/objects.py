"""The parts of a witness's instance, for readers: each matrix, number and word under its name, in LaTeX and in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

_KEPT = 7  # longest side of a matrix that is written out
_HEAD, _TAIL = 4, 1  # what remains of a longer one
_DIGITS = 14  # longest entry that is written out
_TALL = 3  # a column with more entries lies down as a transposed row


def parts(instance: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """(name, value) of every matrix, number and word of an instance in canonical JSON, nested ones by their path."""
    if isinstance(instance, Mapping) and "type" in instance:
        for field, value in instance.items():
            if field != "type":
                yield from parts(value, f"{name} {field}".strip())
    elif isinstance(instance, list) and instance:
        for number, value in enumerate(instance, start=1):
            yield from parts(value, f"{name} {number}".strip())
    else:
        yield name, instance


def latex(value: Any) -> str:
    """One part in LaTeX; long matrices are cut with dots, long entries rounded with an approximation sign."""
    if isinstance(value, Mapping) and "shape" in value:
        return _matrix(value)
    if isinstance(value, Mapping) and "rational" in value:
        return _number(str(value["rational"]), tall=True)
    if isinstance(value, bool) or value is None:
        return rf"\text{{{'none' if value is None else str(value).lower()}}}"
    if isinstance(value, int):
        return _number(str(value), tall=True)
    return rf"\text{{{_words(str(value))}}}" if value else r"\text{none}"


def _words(text: str) -> str:
    """Text without the characters that LaTeX would read."""
    return "".join(" " if character in "\\{}$&#%^_~" else character for character in text)


def size(value: Any) -> str:
    """The shape of a matrix that is too large to be counted by eye."""
    if isinstance(value, Mapping) and "shape" in value and max(value["shape"]) > _KEPT:
        return "{} × {}".format(*value["shape"])
    return ""


def plain(value: Any) -> str:
    """One part as text, a matrix with aligned columns and a line for each row."""
    if isinstance(value, Mapping) and "shape" in value:
        rows = value["entries"]
        if not rows or not rows[0]:
            return "empty {} x {}".format(*value["shape"])
        widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
        return "\n".join(
            "[" + "  ".join(entry.rjust(width) for entry, width in zip(row, widths, strict=True)) + "]" for row in rows
        )
    if isinstance(value, Mapping) and "rational" in value:
        return str(value["rational"])
    return str(value)


def _matrix(value: Mapping[str, Any]) -> str:
    rows, columns = value["shape"]
    if rows * columns == 0:
        return rf"\text{{empty }}{rows}\times{columns}"
    entries = value["entries"]
    if (rows, columns) == (1, 1):
        return rf"\begin{{bmatrix}}{_number(entries[0][0])}\end{{bmatrix}}"
    if columns == 1 and rows > _TALL:
        return rf"{{{_grid([[row[0] for row in entries]])}}}^{{T}}"
    return _grid(entries)


def _grid(entries: list[list[str]]) -> str:
    cut = [_dotted([_number(entry) for entry in row], r"\cdots") for row in _dotted_rows(entries)]
    body = r"\\".join("&".join(row) for row in cut)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"


def _dotted_rows(entries: list[list[str]]) -> list[list[str]]:
    if len(entries) <= _KEPT:
        return entries
    return [*entries[:_HEAD], [r"\vdots"] * len(entries[0]), *entries[-_TAIL:]]


def _dotted(row: list[str], dots: str) -> list[str]:
    if len(row) <= _KEPT:
        return row
    middle = r"\ddots" if row[0] == r"\vdots" else dots
    return [*row[:_HEAD], middle, *row[-_TAIL:]]


def _number(text: str, *, tall: bool = False) -> str:
    if text.startswith("\\"):
        return text
    if len(text) > _DIGITS:
        return _rounded(text)
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if "/" not in digits:
        return sign + digits
    over, under = digits.split("/", 1)
    return sign + (rf"\frac{{{over}}}{{{under}}}" if tall else rf"\tfrac{{{over}}}{{{under}}}")


def _rounded(text: str) -> str:
    """Four digits and a power of ten; exact integers may be too large for a double."""
    number = Fraction(text)
    exponent = len(str(abs(number.numerator))) - len(str(number.denominator))
    mantissa = float(number / Fraction(10) ** exponent)
    if abs(mantissa) < 1:
        mantissa, exponent = mantissa * 10, exponent - 1
    scale = rf"\cdot10^{{{exponent}}}" if exponent else ""
    return rf"\approx{mantissa:.4g}{scale}"
