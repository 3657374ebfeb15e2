"""Document 003: critical points of deep linear networks, and how large a step gradient descent may take on them."""

from claims.documents.landscape.critical_points import CRITICAL_POINTS
from claims.documents.landscape.critical_runs import CRITICAL_RUNS
from claims.documents.landscape.definitions import DEFINITIONS
from claims.documents.landscape.example import EXAMPLE
from claims.documents.landscape.flow import FLOW
from claims.documents.landscape.least_value import LEAST_VALUE
from claims.documents.landscape.lift import LIFT
from claims.documents.landscape.local_to_global import LOCAL_TO_GLOBAL
from claims.documents.landscape.minimisers import MINIMISERS
from claims.documents.landscape.moments import MOMENTS
from claims.documents.landscape.points import POINTS
from claims.documents.landscape.saddles import SADDLES
from claims.documents.landscape.second_order import SECOND_ORDER
from claims.documents.landscape.source import LANDSCAPE as DOCUMENT
from claims.documents.landscape.step_runs import STEP_RUNS
from claims.documents.landscape.step_size import STEP_SIZE

PARTS: tuple[tuple, ...] = (
    DEFINITIONS,
    POINTS,
    LEAST_VALUE,
    LIFT,
    LOCAL_TO_GLOBAL,
    MOMENTS,
    CRITICAL_POINTS,
    MINIMISERS,
    SADDLES,
    SECOND_ORDER,
    EXAMPLE,
    CRITICAL_RUNS,
    FLOW,
    STEP_SIZE,
    STEP_RUNS,
)
CLAIMS = tuple(sorted((claim for part in PARTS for claim in part), key=lambda claim: int(claim.id.removeprefix("S3-"))))

__all__ = ["CLAIMS", "DOCUMENT"]
