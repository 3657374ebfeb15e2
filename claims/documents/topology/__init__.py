"""Document 002: are the level sets of linear and half-rectified networks connected, and how curved are they?"""

from itertools import chain

from claims.documents.topology.algorithm import ALGORITHM
from claims.documents.topology.runs import RUNS
from claims.documents.topology.source import TOPOLOGY as DOCUMENT
from claims.documents.topology.variants import VARIANTS
from claims.model import Claim

PARTS: tuple[tuple[Claim, ...], ...] = (ALGORITHM, VARIANTS, RUNS)
CLAIMS = tuple(sorted(chain.from_iterable(PARTS), key=lambda claim: claim.id))

__all__ = ["CLAIMS", "DOCUMENT"]
