"""What a strategy generates, as a list: the same for every test."""

from hypothesis import HealthCheck, Phase, given, seed, settings

QUIET = settings(max_examples=150, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


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
