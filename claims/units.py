"""The units of work behind a set of claims, and what it means to carry one out.

A unit travels as two words, its kind and its key; the process that carries it out looks up everything else.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from claims import own
from claims.model import Claim, Experiment, Finding, Reason, Statement, Status, probe_keys
from claims.profiles import PROFILES, Profile


@dataclass(frozen=True)
class Unit:
    """kind: statement, probe, shard, derivation or experiment; cost: fast or slow."""

    kind: str
    key: str
    document: str
    claim: str
    cost: str = "fast"
    module: own.Module | None = None


def plan(claims: Iterable[Claim], profile: Profile) -> list[Unit]:
    """Every unit once, in the order of the claims; experiments only where the profile runs them."""
    units: dict[str, Unit] = {}
    for claim in claims:
        for unit in _units_of(claim):
            if unit.kind != "experiment" or profile.experiments:
                units.setdefault(unit.key, unit)
    return list(units.values())


def _units_of(claim: Claim) -> Iterable[Unit]:
    document = claim.source.document.name
    module = module_of(document)
    for key, (_, sentence) in claim.sentences.items():
        if isinstance(sentence, Statement):
            yield Unit("statement", key, document, claim.id, module=module)
            for probe in probe_keys(key, sentence):
                yield Unit("probe", probe, document, claim.id, module=module)
    for name in claim.derivations:
        yield Unit("derivation", f"derivation:{name}", document, claim.id, module=module)
    for name in claim.experiments:
        yield Unit("experiment", f"experiment:{name}", document, claim.id, "slow", module)


def module_of(document: str) -> own.Module | None:
    """The module of one's own that brings a document; None for one of the suite's."""
    brought = own.home(document)
    return brought.module if brought else None


def execute(kind: str, key: str, profile_name: str, seed: int) -> dict[str, Any]:
    """Carry a unit out and return its payload as JSON; a pure function of its arguments and of the code."""
    if kind == "shard":
        from claims.shards import draw

        return draw(key, seed)
    profile = PROFILES[profile_name]
    started = time.perf_counter()
    if kind in ("statement", "probe"):
        return _decide(key, profile, seed)
    if kind == "derivation":
        payload = _derive(key.removeprefix("derivation:"), seed)
    elif kind == "experiment":
        payload = _experiment(key.removeprefix("experiment:"), profile, seed)
    else:
        raise ValueError(f"a unit is a statement, probe, shard, derivation or experiment, not {kind!r}")
    return payload | {"seconds": time.perf_counter() - started}


def _decide(key: str, profile: Profile, seed: int) -> dict[str, Any]:
    from claims.registry import find, subject
    from claims.search import search

    judged = subject(key)
    if profile.stored_witnesses:
        from claims.witnesses import stored

        witness = stored(find(key.split("/")[0]).source.document.name).get(key)
        if witness is not None:
            return asdict(_again(judged, witness))
    return asdict(search(judged, profile, seed))


_AGAIN = "; if the claim was changed, search afresh with --profile ci --record"


def _again(judged: Any, witness: dict[str, Any]) -> Finding:
    """Decide a stored witness in both arithmetics."""
    from claims.instances import WitnessError, decode
    from claims.verifier import verify
    from numerics.rational import RationalMatrix

    started = time.perf_counter()
    try:
        second = verify(judged, witness)
        first = judged.examine(decode(witness["instance"], RationalMatrix)).decision
    except WitnessError as problem:
        return Finding(judged.key, Status.INCONCLUSIVE, Reason.UNVERIFIED, f"the stored witness is not valid: {problem}")
    agreed = second.confirmed and first == second.decision
    differs = Reason.OUTDATED if first == second.decision else Reason.UNVERIFIED
    return Finding(
        judged.key,
        Status.REFUTED if agreed else Status.INCONCLUSIVE,
        None if agreed else differs,
        second.because + ("" if second.confirmed else _AGAIN),
        grade=first.grade if first else None,
        effective=1 if agreed else 0,
        coverage=dict.fromkeys(sorted(second.instance.cases()), 1),
        witness=witness,
        verified=agreed,
        seconds=time.perf_counter() - started,
    )


def _derive(name: str, seed: int) -> dict[str, Any]:
    from symbolic.derivation import check
    from symbolic.derivations import find

    brought = own.derivation(name)
    return asdict(check(brought() if brought else find(name), seed=seed))


def _experiment(name: str, profile: Profile, seed: int) -> dict[str, Any]:
    from numerics import experiments

    brought = own.experiment(name)
    if brought is not None:
        return _measured(brought, profile, seed)
    measured = experiments.run(name, seeds=profile.seeds, seed=seed)
    figures = [asdict(figure) for figure in experiments.draw(name, measured)]
    return {"title": experiments.TITLES[name]} | measured | {"figures": figures}


def _measured(brought: Experiment, profile: Profile, seed: int) -> dict[str, Any]:
    """The payload of an experiment of one's own.  Raises ValueError where a part of its measurements is missing."""
    measured = dict(brought.run(profile.seeds, seed))
    missing = {"experiment", "seeds", "settings", "quantities", "curves"} - set(measured)
    if missing:
        raise ValueError(f"the measurements lack {', '.join(sorted(missing))}; see numerics.experiments.measure.measurements")
    return {"title": brought.title} | measured | {"figures": [asdict(figure) for figure in brought.draw(measured)]}


def failure(unit: Unit, reason: Reason, detail: str) -> dict[str, Any]:
    """The payload of a unit that crashed or ran into its guard."""
    if unit.kind in ("statement", "probe", "shard"):
        return asdict(Finding(unit.key, Status.INCONCLUSIVE, reason, detail))
    name = unit.key.split(":", 1)[1]
    common = {"status": Status.INCONCLUSIVE.value, "reason": reason.value, "detail": detail, "seconds": 0.0}
    if unit.kind == "derivation":
        return common | {"name": name, "title": name, "statement": "", "dimensions": "", "assumptions": [], "steps": []}
    from numerics.experiments import TITLES

    return common | {
        "experiment": name,
        "title": TITLES.get(name, name),
        "seeds": [],
        "settings": {},
        "quantities": {},
        "curves": {},
        "figures": [],
    }
