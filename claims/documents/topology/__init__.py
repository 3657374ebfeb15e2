"""Document 002: are the level sets of linear and half-rectified networks connected, and how curved are they?"""

from itertools import chain

from claims.documents.topology.disconnected import DISCONNECTED
from claims.documents.topology.level_sets import LEVEL_SETS
from claims.documents.topology.permutation import PERMUTATION
from claims.documents.topology.setting import SETTING
from claims.documents.topology.source import TOPOLOGY as DOCUMENT
from claims.documents.topology.symmetries import SYMMETRIES
from claims.model import Claim

PARTS: tuple[tuple[Claim, ...], ...] = (SETTING, LEVEL_SETS, SYMMETRIES, DISCONNECTED, PERMUTATION)
CLAIMS = tuple(sorted(chain.from_iterable(PARTS), key=lambda claim: claim.id))

__all__ = ["CLAIMS", "DOCUMENT"]
