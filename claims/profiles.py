"""How hard a run tries: one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """examples: instances drawn for each sentence; enough: effective instances below which a search is vacuous; per_stratum: how
    often each named case must occur; guard_seconds: after which a unit is stopped; seeds: of each experiment.
    """

    name: str
    examples: int
    enough: int
    per_stratum: int
    shrink: bool
    stored_witnesses: bool
    experiments: bool
    guard_seconds: float
    seeds: int


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick", 200, 10, 1, False, True, False, 60.0, 40),
        Profile("ci", 300, 40, 2, True, False, True, 300.0, 40),
        Profile("nightly", 3000, 200, 10, True, False, True, 1800.0, 100),
        Profile("deep", 30000, 1000, 50, True, False, True, 14400.0, 400),
    )
}
