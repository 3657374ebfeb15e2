"""Document 002: are the level sets of linear and half-rectified networks connected, and how curved are they?"""

from itertools import chain

from claims.documents.topology.angles import ANGLES
from claims.documents.topology.barrier import BARRIER
from claims.documents.topology.compressibility import COMPRESSIBILITY
from claims.documents.topology.rate import RATE
from claims.documents.topology.small_angles import SMALL_ANGLES
from claims.documents.topology.source import TOPOLOGY as DOCUMENT
from claims.model import Claim

PARTS: tuple[tuple[Claim, ...], ...] = (ANGLES, SMALL_ANGLES, COMPRESSIBILITY, BARRIER, RATE)
CLAIMS = tuple(sorted(chain.from_iterable(PARTS), key=lambda claim: claim.id))

__all__ = ["CLAIMS", "DOCUMENT"]
