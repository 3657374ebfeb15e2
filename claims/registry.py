"""Which documents and claims there are, and what a key stands for.  Imports nothing heavy.

Beside the suite's own documents there are the modules in scope (:mod:`claims.own`): those that a command names, and those that
installed packages register.  The latter are loaded only by a question about everything, or about a name that nobody else knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from claims import own
from claims.model import Claim, Document, Sentence, Statement, probe_keys
from claims.names import nearest
from claims.subject import Subject
from claims.suite import Library, suite

T = TypeVar("T")


class UnknownName(KeyError):  # noqa: N818 - it names what is unknown
    """A document, claim or key that does not exist, with the nearest ones that do."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = tuple(near)

    def __str__(self) -> str:
        hint = f"; did you mean {', '.join(self.nearest)}?" if self.nearest else ""
        return f"there is no claim, document or statement called {self.name!r}{hint}"


def _named() -> Library:
    """The suite's documents and those of the modules that were named."""
    return _cached("named", lambda: _joined(suite(), own.scope().named()))


def _everything() -> Library:
    return _cached("everything", lambda: _joined(_named(), own.scope().registered()))


def _cached(name: str, build: Callable[[], T]) -> T:
    cache = own.scope().cache
    if name not in cache:
        cache[name] = build()
    return cache[name]


def _joined(library: Library, modules: Iterable[own.Own]) -> Library:
    """With the claims of these modules; no two of them share a name."""
    documents, claims, by_id = dict(library.documents), dict(library.claims), dict(library.by_id)
    for module in modules:
        name = module.document.name
        documents[name], claims[name] = module.document, module.claims
        by_id |= {one: claim for claim in module.claims for one in claim.ids}
    return Library(documents, claims, by_id)


def documents() -> dict[str, Document]:
    """Every document that there is."""
    return _everything().documents


def claims_of(document: str) -> tuple[Claim, ...]:
    for library in (_named, _everything):
        if document in library().claims:
            return library().claims[document]
    raise UnknownName(document, nearest(document, documents()))


def all_claims() -> tuple[Claim, ...]:
    """Those of the modules that were named; where none was, every claim there is."""
    if own.scope().modules:
        documents = [module.document.name for module in own.scope().named()]
        return tuple(claim for name in documents for claim in _named().claims.get(name, ()))
    return tuple(claim for claims in _everything().claims.values() for claim in claims)


def find(claim_id: str) -> Claim:
    """The claim that answers an inventory id.  Raises UnknownName with the nearest ids."""
    for library in (_named, _everything):
        if claim_id in library().by_id:
            return library().by_id[claim_id]
    raise UnknownName(claim_id, nearest(claim_id, _everything().by_id))


def select(names: Iterable[str]) -> tuple[Claim, ...]:
    """The claims that a mixture of ids and documents stands for, each once and in the document's order; nothing means all."""
    names = tuple(names)
    if not names:
        return all_claims()
    chosen: set[str] = set()
    library = _named()
    for name in names:
        if name not in library.claims and name not in library.by_id:
            library = _everything()
        if name in library.claims:
            chosen.update(claim.id for claim in library.claims[name])
        elif name in library.by_id:
            chosen.add(library.by_id[name].id)
        else:
            raise UnknownName(name, nearest(name, (*library.by_id, *library.claims)))
    return tuple(claim for claims in library.claims.values() for claim in claims if claim.id in chosen)


def sentence(key: str) -> Sentence:
    """The sentence of a key such as ``S0-12/printed.B``."""
    claim = find(key.split("/", 1)[0])
    if key not in claim.sentences:
        raise UnknownName(key, nearest(key, claim.sentences))
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
        raise UnknownName(key, nearest(key, probes))
    return Subject.of_probe(key, statement, probes[key])
