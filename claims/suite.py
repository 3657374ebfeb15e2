"""The suite's own documents and their claims, whatever else is in scope.  Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from claims.model import Claim, Document

DOCUMENTS = ("collapse", "product", "topology", "landscape", "exact-learning")


def package(document: str) -> str:
    """The package of ``claims.documents`` that holds a document's claims."""
    return document.replace("-", "_")


@dataclass(frozen=True)
class Library:
    """Documents with their claims, and every id."""

    documents: dict[str, Document]
    claims: dict[str, tuple[Claim, ...]]
    by_id: dict[str, Claim]


@lru_cache(maxsize=1)
def suite() -> Library:
    """Loads every document.  Raises ValueError where an id stands twice."""
    modules = {name: import_module(f"claims.documents.{package(name)}") for name in DOCUMENTS}
    found: dict[str, Claim] = {}
    for claim in (claim for module in modules.values() for claim in module.CLAIMS):
        for name in claim.ids:
            if name in found:
                raise ValueError(f"the id {name} stands twice")
            found[name] = claim
    documents = {name: module.DOCUMENT for name, module in modules.items()}
    return Library(documents, {name: module.CLAIMS for name, module in modules.items()}, found)


def suite_claims() -> tuple[Claim, ...]:
    """The claims of the suite's own documents, in order."""
    return tuple(claim for claims in suite().claims.values() for claim in claims)
