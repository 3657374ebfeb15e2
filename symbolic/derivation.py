"""Derivations: chains of identities, each checked by normal form and, independently, by substitution of random rationals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symbolic.expressions import Expression, agree
from symbolic.normal import Rule, equal
from symbolic.rendering import equation
from symbolic.sampling import Sample, value
from symbolic.scalars import vanishes

SUBSTITUTIONS = 6


@dataclass(frozen=True)
class Step:
    """``left = right``, two matrix expressions or two SymPy scalars; ``by`` says why, ``given`` are the rules that it may use.

    ``latex`` is written from the two sides where it is left empty.  Raises DimensionError where the two shapes differ.
    """

    words: str
    latex: str
    left: Any
    right: Any
    by: str
    given: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.left, Expression):
            for left, right in zip(self.left.shape, self.right.shape, strict=True):
                agree(left, right, "the two sides of a step")

    @property
    def display(self) -> str:
        return self.latex or equation(self.left, self.right)


def step(words: str, left: Any, right: Any, by: str, *given: Rule) -> Step:
    """A step whose LaTeX is that of its two sides."""
    return Step(words, "", left, right, by, given)


@dataclass(frozen=True)
class Derivation:
    """A statement (LaTeX), the dimensions that it covers (text), what it assumes (text) and the steps that give it."""

    name: str
    title: str
    statement: str
    dimensions: str
    assumptions: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Report:
    """What the two checks said: per step ``normal_form``, and the number of ``substitutions`` (0 where one of them disagreed)."""

    name: str
    title: str
    statement: str
    dimensions: str
    assumptions: tuple[str, ...]
    status: str
    steps: tuple[dict[str, Any], ...]


def has_normal_form(step: Step) -> bool:
    """Whether left - right normalises to zero for all dimensions."""
    if isinstance(step.left, Expression):
        return equal(step.left, step.right, step.given)
    return vanishes(step.left - step.right)


def substitutions(step: Step, seed: int = 0) -> int:
    """At how many random samples, the first of size one throughout, both sides agree; 0 as soon as they differ at one."""
    samples = [Sample(f"{seed}/{k}", smallest=k == 0) for k in range(SUBSTITUTIONS)]
    return SUBSTITUTIONS if all(_agrees(step, sample) for sample in samples) else 0


def _agrees(step: Step, sample: Sample) -> bool:
    if not isinstance(step.left, Expression):
        return sample.scalar(step.left) == sample.scalar(step.right)
    rules_hold = all(value(rule.left, sample) == value(rule.right, sample) for rule in step.given)
    return rules_hold and value(step.left, sample) == value(step.right, sample)


def check(derivation: Derivation, seed: int = 0) -> Report:
    """Both checks of every step; 'proved' if all of them pass and there is at least one step."""
    steps = tuple(_checked(step, seed) for step in derivation.steps)
    proved = bool(steps) and all(step["normal_form"] and step["substitutions"] for step in steps)
    described = (derivation.name, derivation.title, derivation.statement, derivation.dimensions, derivation.assumptions)
    return Report(*described, "proved" if proved else "failed", steps)


def _checked(step: Step, seed: int) -> dict[str, Any]:
    return {
        "words": step.words,
        "latex": step.display,
        "by": step.by,
        "normal_form": has_normal_form(step),
        "substitutions": substitutions(step, seed),
    }


__all__ = ["Derivation", "Report", "Rule", "Step", "check", "has_normal_form", "step", "substitutions"]
