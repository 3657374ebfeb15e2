"""The hypotheses of the theorem on the step size, as predicates on a run of gradient descent, and what its runs must cover."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claims.decide import certainly, exactly
from claims.instances.descent_chains import FixedStep
from claims.model import Decision
from claims.subject import assumption
from numerics import certified_steps
from numerics.enclosures import compared


@assumption("h1", "X X' has full rank")
def full_rank(run: FixedStep) -> Decision:
    return exactly(run.network.data.inputs.rank() == run.network.data.inputs.shape[0])


@assumption("h2", "delta > 0, 0 <= alpha < 1 and the initial weights have balancedness constant alpha delta")
def balanced_at_the_start(run: FixedStep) -> Decision:
    sensible = run.delta > 0 and 0 <= run.alpha < 1
    return exactly(bool(sensible) and run.balanced_within(run.network.weights, run.alpha * run.delta))


def step_within(bound: Callable[[Any], Any], words: str):
    @assumption("h3", words)
    def small_step(run: FixedStep) -> Decision:
        """0 < eta <= the bound, certified in enclosures of roots and of e."""
        if not run.rate > 0:
            return exactly(False)
        data, weights = run.network.data, run.network.weights

        def sides(reals: Any) -> tuple[Any, Any]:
            found = certified_steps.sizes(reals, weights, data.inputs, data.targets, run.delta, run.alpha)
            return reals.number(run.rate), bound(found)

        sign = compared(data.inputs, sides)
        return certainly(sign == -1, sign == 1)

    return small_step


AS_PRINTED = step_within(certified_steps.as_printed, "eta is at most the bound with the printed M and the loss (4)")
PRINTED_HALF = step_within(
    certified_steps.printed_reach_half_loss, "eta is at most the bound with the printed M and half of the loss"
)
SOURCE_STEP = step_within(certified_steps.of_the_source, "eta is at most the bound with the M of the source and half of the loss")
PLAIN_STEP = step_within(
    certified_steps.source_without_half, "eta is at most the bound with the M of the source and the loss (4)"
)
LONGEST_STEP = step_within(certified_steps.longest_proved, "eta is at most the bound of this statement")


WITHOUT = (
    ("h1", "with inputs of deficient rank, sigma_min the least nonzero singular value"),
    ("h2", "with initial weights that are less balanced"),
    ("h3", "with a larger step size"),
)


RUN_STRATA = ("critical", "fitted", "balanced", "not balanced", "alpha zero", "one sample")
DEPTHS = ("one layer", "two layers", "three layers or more")
