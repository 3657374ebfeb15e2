"""How hard a run tries: one table."""

from __future__ import annotations

from dataclasses import dataclass

from claims.model import Cost

_EXPERIMENT = 1200.0


@dataclass(frozen=True)
class Profile:
    """How many instances are drawn for each sentence, and when a finding counts.

    examples: instances drawn, a quarter of them for a slow statement; settled: with so many effective instances (half of them for
    a slow one) and every named case the drawing ends early, 0 for never; climbs: instances that an optimiser tries against a
    bound; enough: effective instances below which a search is vacuous; per_stratum: how often each named case must occur;
    guard_seconds: after which a unit is stopped, four times as much for an experiment, and twenty minutes at least;
    seeds: of each experiment.
    """

    name: str
    examples: int
    settled: int
    climbs: int
    enough: int
    per_stratum: int
    shrink: bool
    stored_witnesses: bool
    experiments: bool
    guard_seconds: float
    seeds: int

    def guard(self, kind: str) -> float:
        """The seconds after which a unit of that kind is stopped."""
        return max(_EXPERIMENT, 4 * self.guard_seconds) if kind == "experiment" else self.guard_seconds

    def tries(self, cost: Cost) -> int:
        """How many instances of a statement of that cost are drawn."""
        return self.examples if cost is Cost.FAST else self.examples // 4


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick", 200, 20, 0, 10, 1, False, True, False, 60.0, 40),
        Profile("ci", 300, 0, 200, 40, 2, True, False, True, 300.0, 40),
        Profile("nightly", 3000, 0, 2000, 200, 10, True, False, True, 1800.0, 100),
        Profile("deep", 30000, 0, 20000, 1000, 50, True, False, True, 14400.0, 400),
    )
}
