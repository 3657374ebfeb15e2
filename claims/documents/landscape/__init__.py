"""Document 003: critical points of deep linear networks, and how large a step gradient descent may take on them."""

from claims.documents.landscape.definitions import DEFINITIONS
from claims.documents.landscape.least_value import LEAST_VALUE
from claims.documents.landscape.lift import LIFT
from claims.documents.landscape.local_to_global import LOCAL_TO_GLOBAL
from claims.documents.landscape.points import POINTS
from claims.documents.landscape.source import LANDSCAPE as DOCUMENT

PARTS: tuple[tuple, ...] = (DEFINITIONS, POINTS, LEAST_VALUE, LIFT, LOCAL_TO_GLOBAL)
CLAIMS = tuple(sorted((claim for part in PARTS for claim in part), key=lambda claim: int(claim.id.removeprefix("S3-"))))

__all__ = ["CLAIMS", "DOCUMENT"]
