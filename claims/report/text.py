"""A claim as plain text, for ``claims show``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from claims.judge import Judgement
from claims.model import Cases, Claim, Opinion, Probe, ProbeKind, Role, Run, Sentence, Statement, probe_keys

_WIDTH = 100


def show(claim: Claim, judged: Judgement | None = None, recorded: str | None = None) -> str:
    """Everything that a claim says, with verdicts where it was judged and the recorded verdict where there is one."""
    return "\n".join(_lines(claim, judged, recorded))


def _lines(claim: Claim, judged: Judgement | None, recorded: str | None) -> Iterator[str]:
    document = claim.source.document
    yield f"{', '.join(claim.ids)}  {claim.title}"
    yield f"{document.number} {document.name}".lstrip() + f", {claim.source.place}; {claim.kind.value}, {claim.weight.value}"
    verdict = judged.verdict if judged else None
    if verdict:
        yield from _wrapped(f"verdict: {verdict.word.value} ({verdict.basis.value}). {verdict.because}", "")
    if recorded:
        yield f"recorded: {recorded}"
    for key, (role, sentence) in claim.sentences.items():
        yield ""
        yield from _sentence(key, role, sentence, judged)
    if claim.remark:
        yield ""
        yield from _wrapped(claim.remark, "")


def _sentence(key: str, role: Role, sentence: Sentence, judged: Judgement | None) -> Iterator[str]:
    verdict = judged.sentences.get(key) if judged else None
    yield f"{role.value} [{key}]" + (f": {verdict.word.value} ({verdict.basis.value})" if verdict else "")
    yield f"    {sentence.latex}"
    if sentence.words:
        yield from _wrapped(sentence.words)
    if isinstance(sentence, Statement):
        yield from _statement(key, sentence, judged)
    elif isinstance(sentence, Run):
        yield f"    read off experiment {sentence.experiment}"
        if sentence.wrong_words:
            yield from _wrapped(f"control: {sentence.wrong_words}")
    else:
        yield from _opinion(sentence)
    if verdict and verdict.because:
        yield from _wrapped(f"because: {verdict.because}")


def _opinion(sentence: Opinion) -> Iterator[str]:
    return _wrapped(f"not a statement: {sentence.because}")


def _statement(key: str, statement: Statement, judged: Judgement | None) -> Iterator[str]:
    over = statement.over
    yield from _wrapped(f"decided at {over.words}" if isinstance(over, Cases) else f"for every instance of {over}")
    for assumption in statement.assumptions:
        yield from _wrapped(f"{assumption.name}: {assumption.words}")
    if statement.strata:
        yield from _wrapped(f"must reach: {', '.join(statement.strata)}")
    for name, probe in probe_keys(key, statement).items():
        found = judged.probes.get(name) if judged else None
        yield from _wrapped(_probe(probe) + (f": {found}" if found else ""))
    if statement.derivation:
        yield f"    derivation: {statement.derivation}"


def _probe(probe: Probe) -> str:
    return f"control: {probe.words}" if probe.kind is ProbeKind.CONTROL else f"without {probe.name}: {probe.words}"


def _wrapped(text: str, indent: str = "    ") -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
