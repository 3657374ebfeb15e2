"""Instances as canonical JSON: rationals as text, matrices with their shape, everything self-describing.

``{"type": "LeastSquares", "inputs": {"shape": [1, 2], "entries": [["1", "-1/2"]]}, ...}``
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, Self

from claims.seal import canonical as canonical
from numerics.matrix import Matrix


class WitnessError(ValueError):
    """A text that should be an instance is not one."""


class Instance:
    """A frozen, exactly represented object that a statement quantifies over."""

    registry: ClassVar[dict[str, type[Instance]]] = {}

    def __init_subclass__(cls) -> None:
        """Every type is known by its name.  Raises TypeError where two types share one: a witness names its type."""
        known = Instance.registry.setdefault(cls.__name__, cls)
        if known.__module__ != cls.__module__:
            modules = f"{known.__module__} and {cls.__module__}"
            raise TypeError(f"{modules} both have instances called {cls.__name__}; rename one of them")
        Instance.registry[cls.__name__] = cls

    def cases(self) -> frozenset[str]:
        """The named cases that it belongs to; statements require some of them to be reached."""
        return frozenset()

    def stays_in_family(self) -> bool:
        """Whether this object still belongs to its family after entries of it were moved; False where nobody said so."""
        return False

    def to_json(self) -> dict[str, Any]:
        assert is_dataclass(self)
        return {"type": type(self).__name__} | {field.name: encode(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_json(cls, payload: Any, arithmetic: type[Matrix]) -> Self:
        """The instance over the given arithmetic.  Raises WitnessError where the text is not one of this class."""
        instance = decode(payload, arithmetic)
        if not isinstance(instance, cls):
            raise WitnessError(f"expected {cls.__name__}, found {type(instance).__name__}")
        return instance


def encode(value: Any) -> Any:
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, Instance):
        return value.to_json()
    if isinstance(value, Matrix):
        return {"shape": list(value.shape), "entries": [[str(entry) for entry in row] for row in value.rows()]}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, float):
        raise WitnessError("a float is not exact; keep its dyadic rational")
    return {"rational": str(value)}


def decode(value: Any, arithmetic: type[Matrix]) -> Any:
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, list):
        return tuple(decode(item, arithmetic) for item in value)
    if not isinstance(value, dict):
        raise WitnessError(f"{value!r} is not part of an instance")
    try:
        if "shape" in value:
            return _matrix(value, arithmetic)
        if "rational" in value:
            return arithmetic.scalar(value["rational"])
        return _instance(value, arithmetic)
    except (KeyError, TypeError, ZeroDivisionError, ValueError) as problem:
        if isinstance(problem, WitnessError):
            raise
        raise WitnessError(f"not an instance: {problem}") from problem


def _matrix(value: dict[str, Any], arithmetic: type[Matrix]) -> Matrix:
    rows, columns = value["shape"]
    matrix = arithmetic.of(value["entries"], columns=columns)
    if matrix.shape != (rows, columns) or set(value) != {"shape", "entries"}:
        raise WitnessError(f"the entries do not fill the shape {rows} x {columns}")
    return matrix


def _instance(value: dict[str, Any], arithmetic: type[Matrix]) -> Instance:
    name = value.get("type")
    known = Instance.registry.get(name) if isinstance(name, str) else None
    if known is None:
        raise WitnessError(f"unknown type of instance {name!r}; known are {', '.join(sorted(Instance.registry))}")
    arguments = {key: decode(part, arithmetic) for key, part in value.items() if key != "type"}
    expected = {field.name for field in fields(known)}  # type: ignore[arg-type]
    if set(arguments) != expected:
        raise WitnessError(f"{name} takes {sorted(expected)}, not {sorted(arguments)}")
    return known(**arguments)
