"""Effective instances a second, generation included, for a statement on matrices up to 6 x 6."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import strategies as st

import claims.search
from bench.summary import describe
from claims.decide import at_most
from claims.families import Family
from claims.instances import Instance
from claims.model import Decision
from claims.profiles import PROFILES
from claims.strategies.entropy import Draw
from claims.strategies.matrices import any_matrix
from claims.subject import Subject

EXAMPLES = 1000


@dataclass(frozen=True)
class BenchedPair(Instance):
    """A, m x k, and B, k x n."""

    left: Any
    right: Any


@st.composite
def pairs(draw: Any) -> BenchedPair:
    d = Draw(draw)
    m, k, n = (d.integer(1, 6) for _ in range(3))
    return BenchedPair(any_matrix(d, m, k), any_matrix(d, k, n))


def rank_of_a_product(pair: BenchedPair) -> Decision:
    return at_most((pair.left @ pair.right).rank(), min(pair.left.rank(), pair.right.rank()))


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims.search, "family", lambda name: Family(name, "pairs of matrices up to 6 x 6", pairs()))


def test_effective_instances(benchmark: Any, family: None) -> None:
    judged = Subject("bench/printed", rank_of_a_product, "pairs", bound=True)
    profile = replace(PROFILES["ci"], examples=EXAMPLES)
    benchmark.group = "one effective instance of rank AB <= min(rank A, rank B), matrices up to 6 x 6, generation included"
    found = benchmark.pedantic(claims.search.search, args=(judged, profile, 0), rounds=3)
    describe(benchmark, "search", ours=True, units=found.effective, target="target at most 5 ms (200 a second)")
