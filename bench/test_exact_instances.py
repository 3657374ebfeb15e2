"""Exact instances of document 004: a network, its P, the rank of it and the Hessian, all over Q."""

from __future__ import annotations

from typing import Any

import pytest

from bench.summary import describe
from claims.instances.feedforward import Learning
from numerics.feedforward import hessian
from numerics.jets import hessian_by_definition
from numerics.rational import RationalMatrix

GROUP = "an exact instance: softsign 2-2-1 with dummy units on XOR, its P, ranks and Hessian"


@pytest.fixture(scope="module")
def task() -> Learning:
    first, last = RationalMatrix.of([[1, -2], [2, 1], ["1/2", "-1/2"]]), RationalMatrix.of([[1], [-1], ["1/2"]])
    inputs, targets = RationalMatrix.of([[0, 0, 1, 1], [0, 1, 0, 1]]), RationalMatrix.of([[0, 1, 1, 0]])
    return Learning((first, last), inputs, targets, "softsign", RationalMatrix.scalar("0"), True, "squared")


def decided(task: Learning) -> Any:
    """A fresh instance each time, so that nothing is kept from the last one."""
    fresh = task.at(*task.weights)
    found = hessian(fresh.run, fresh.residuals, fresh.error_function)
    return fresh.run.P.rank(), found.rank()


def test_blocks(benchmark, task) -> None:
    benchmark.group = GROUP
    assert benchmark(decided, task) == (4, 9)
    describe(benchmark, "P, its rank, Hessian by blocks, its rank", ours=True, target="target below 2 ms, median")


def test_by_definition(benchmark, task) -> None:
    benchmark.group = GROUP
    found = benchmark.pedantic(lambda: hessian_by_definition(task.loss, task.weights, by="columns"), rounds=3)
    assert found == hessian(task.run, task.residuals, task.error_function)
    describe(benchmark, "the Hessian alone, by expansion along pairs of coordinates", ours=False)
