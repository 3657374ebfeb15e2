"""What a strategy generates, as a list: the same for every test."""

from collections import Counter
from contextlib import suppress

from hypothesis import HealthCheck, Phase, given, seed, settings

QUIET = settings(max_examples=150, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


class _Enough(Exception):  # noqa: N818 - no error, an end
    """Every case was seen."""


def missed(strategy, cases, least=2, examples=300):
    """Which of these named cases fewer than ``least`` of the generated instances belong to; ends as soon as that is none."""
    counts = Counter()

    @seed(0)
    @settings(QUIET, max_examples=examples, report_multiple_bugs=False)
    @given(strategy)
    def count(instance):
        counts.update(instance.cases())
        if all(counts[case] >= least for case in cases):
            raise _Enough

    with suppress(_Enough):
        count()
    return {case for case in cases if counts[case] < least}


def everything(strategy, examples=150):
    """A list of generated examples, always the same."""
    seen = []

    @seed(0)
    @settings(QUIET, max_examples=examples)
    @given(strategy)
    def collect(example):
        seen.append(example)

    collect()
    return seen
