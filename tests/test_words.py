"""The page of words names everything that a claim is written with, and nothing that is not there."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

import claims
from claims import Claim, Cost, Kind, Run, Statement, Weight, decide
from claims.strategies.entropy import Draw
from numerics.fractional import FractionMatrix
from numerics.rational import RationalMatrix

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "words.md").read_text("utf-8")
CODE = " ".join(re.findall(r"`([^`]+)`", TEXT))
NAMES = set(re.findall(r"\w+", CODE))
ROWS = re.findall(r"\| `(numerics\.\w+)`: (.*?) \|$", TEXT, flags=re.M)


@pytest.mark.parametrize("whole", [claims, decide, Draw, Claim, Statement, Run], ids=lambda whole: whole.__name__)
def test_every_word_stands_there(whole):
    if inspect.ismodule(whole):
        words = getattr(whole, "__all__", [name for name, one in vars(whole).items() if _is_public(one, whole.__name__)])
    elif whole is Draw:
        words = [name for name in vars(Draw) if not name.startswith("_")]
    else:
        words = [name for name in whole.__dataclass_fields__ if name not in ("illustrated_by", "wrong_words")]
    assert set(words) - NAMES == set()


def _is_public(thing, module):
    return inspect.isfunction(thing) and thing.__module__ == module and not thing.__name__.startswith("_")


def test_every_kind_and_weight_stands_there():
    assert {f"Kind.{kind.name}" for kind in Kind} == set(re.findall(r"Kind\.[A-Z]+", CODE))
    assert {f"Weight.{weight.name}" for weight in Weight} == set(re.findall(r"Weight\.[A-Z]+", CODE))
    assert set(re.findall(r"Cost\.([A-Z]+)", CODE)) <= {cost.name for cost in Cost}


@pytest.mark.parametrize("room", [room for room, _ in ROWS])
def test_what_is_named_is_there(room):
    for name in re.findall(r"`(\w+)[`(]", dict(ROWS)[room]):
        assert callable(getattr(import_module(room), name))


def test_the_operations_of_a_matrix_are_those_of_both_arithmetics():
    named = re.search(r"Matrices have (.*?)Numbers are", TEXT, flags=re.S).group(1)
    for operation in re.findall(r"\.(\w+)", named):
        assert hasattr(RationalMatrix, operation)
        assert hasattr(FractionMatrix, operation)
