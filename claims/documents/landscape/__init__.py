"""Document 003: critical points of deep linear networks, and how large a step gradient descent may take on them."""

from claims.documents.landscape.critical_runs import CRITICAL_RUNS
from claims.documents.landscape.source import LANDSCAPE as DOCUMENT

PARTS: tuple[tuple, ...] = (CRITICAL_RUNS,)
CLAIMS = tuple(sorted((claim for part in PARTS for claim in part), key=lambda claim: int(claim.id.removeprefix("S3-"))))

__all__ = ["CLAIMS", "DOCUMENT"]
