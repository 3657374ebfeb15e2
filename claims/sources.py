"""Which files a module of one's own consists of, and where in them something stands."""

from __future__ import annotations

import ast
import re
import sysconfig
import traceback
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_OURS = ("claims", "numerics", "symbolic")


def sources(name: str, file: Path) -> list[Path]:
    """The file (of a dotted name: all of its outermost package) and whatever it imports that is neither installed nor ours.

    Sorted; a file comes first in its own right, wherever it lies.
    """
    found: set[Path] = set()
    waiting = [file, *(() if name == str(file) else _sources(_places(name.partition(".")[0])))]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [path for top in _imports(one) if top not in _OURS for path in _sources(_not_installed(_places(top)))]
    return sorted(found)


def _places(top: str) -> list[Path]:
    """The folders of a package, or the one file of a module; nothing for what is built in or not there."""
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        return [Path(folder) for folder in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.origin and Path(spec.origin).is_file() else []


def _not_installed(places: list[Path]) -> list[Path]:
    return [place for place in places if not any(place.resolve().is_relative_to(home) for home in _installed())]


def _sources(places: list[Path]) -> list[Path]:
    return [path for place in places for path in (place.rglob("*.py") if place.is_dir() else (place,))]


@cache
def _installed() -> tuple[Path, ...]:
    paths = sysconfig.get_paths()
    return tuple({Path(paths[key]).resolve() for key in ("stdlib", "platstdlib", "purelib", "platlib")})


def _imports(file: Path) -> Iterator[str]:
    """The outermost names that a file imports, wherever in it; a file that cannot be read as Python imports nothing."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def line_of_class(name: str, file: Path) -> int:
    """The line on which a class begins; 1 where it is nowhere to be seen."""
    heads = re.compile(rf"^\s*class {re.escape(name)}\b")
    return next((number for number, text in enumerate(_lines(file), start=1) if heads.match(text)), 1)


def last_line(problem: BaseException, files: Iterable[Path]) -> tuple[str, int]:
    """The last line of these files that had a part in it; an empty name and 0 where none had."""
    known = {str(file) for file in files}
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename in known]
    return (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)


def line_of(name: str, file: Path, *, last: bool = False) -> int:
    """The line on which a name is given, as a text (an id) or to a value (DOCUMENT); 1 where it is nowhere to be seen."""
    given = re.compile(rf"""["']{re.escape(name)}["']|^{re.escape(name)}\b.*=""")
    lines = [number for number, text in enumerate(_lines(file), start=1) if given.search(text)]
    return (lines[-1] if last else lines[0]) if lines and name else 1


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []
