"""Which documents and claims there are, and what a key stands for.  Imports nothing heavy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import import_module

from claims.model import Claim, Document, Sentence, Statement, probe_keys
from claims.subject import Subject

DOCUMENTS = ("collapse", "product", "topology", "landscape", "exact-learning")


def package(document: str) -> str:
    """The package of ``claims.documents`` that holds a document's claims."""
    return document.replace("-", "_")


class UnknownName(KeyError):  # noqa: N818 - it names what is unknown
    """A document, claim or key that does not exist, with the nearest ones that do."""

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = tuple(nearest)

    def __str__(self) -> str:
        hint = f"; did you mean {', '.join(self.nearest)}?" if self.nearest else ""
        return f"there is no claim, document or statement called {self.name!r}{hint}"


@lru_cache(maxsize=1)
def _loaded() -> dict[str, tuple[Document, tuple[Claim, ...]]]:
    modules = {name: import_module(f"claims.documents.{package(name)}") for name in DOCUMENTS}
    return {name: (module.DOCUMENT, module.CLAIMS) for name, module in modules.items()}


def documents() -> dict[str, Document]:
    return {name: document for name, (document, _) in _loaded().items()}


def claims_of(document: str) -> tuple[Claim, ...]:
    if document not in _loaded():
        raise UnknownName(document, _nearest(document, DOCUMENTS))
    return _loaded()[document][1]


def all_claims() -> tuple[Claim, ...]:
    return tuple(claim for _, claims in _loaded().values() for claim in claims)


@lru_cache(maxsize=1)
def _by_id() -> dict[str, Claim]:
    found: dict[str, Claim] = {}
    for claim in all_claims():
        for name in claim.ids:
            if name in found:
                raise ValueError(f"the id {name} stands twice")
            found[name] = claim
    return found


def find(claim_id: str) -> Claim:
    """The claim that answers an inventory id.  Raises UnknownName with the nearest ids."""
    known = _by_id()
    if claim_id not in known:
        raise UnknownName(claim_id, _nearest(claim_id, known))
    return known[claim_id]


def select(names: Iterable[str]) -> tuple[Claim, ...]:
    """The claims that a mixture of ids and documents stands for, each once and in the document's order; nothing means all."""
    names = tuple(names)
    if not names:
        return all_claims()
    chosen: set[str] = set()
    for name in names:
        if name in DOCUMENTS:
            chosen.update(claim.id for claim in claims_of(name))
        elif name in _by_id():
            chosen.add(_by_id()[name].id)
        else:
            raise UnknownName(name, _nearest(name, (*_by_id(), *DOCUMENTS)))
    return tuple(claim for claim in all_claims() if claim.id in chosen)


def sentence(key: str) -> Sentence:
    """The sentence of a key such as ``S0-12/printed.B``."""
    claim = find(key.split("/", 1)[0])
    if key not in claim.sentences:
        raise UnknownName(key, _nearest(key, claim.sentences))
    return claim.sentences[key][1]


def subject(key: str) -> Subject:
    """What a search or the verifier needs to know of the statement or probe with this key."""
    base = "/".join(key.split("/")[:2])
    statement = sentence(base)
    if not isinstance(statement, Statement):
        raise UnknownName(key, ())
    if key == base:
        return Subject.of_statement(key, statement)
    probes = probe_keys(base, statement)
    if key not in probes:
        raise UnknownName(key, _nearest(key, probes))
    return Subject.of_probe(key, statement, probes[key])


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    known = list(known)
    digits = re.sub(r"\W+", "", name).upper()
    exact = [other for other in known if re.sub(r"\W+", "", other).upper() == digits]
    return exact or difflib.get_close_matches(name, known, n=3, cutoff=0.5)
