"""Document 000: why do a one-layer and a four-layer linear network train differently?"""

from claims.documents.collapse.algebra import ALGEBRA
from claims.documents.collapse.conditioning import CONDITIONING
from claims.documents.collapse.problem import PROBLEM
from claims.documents.collapse.question import QUESTION
from claims.documents.collapse.runs import RUNS
from claims.documents.collapse.source import COLLAPSE as DOCUMENT

CLAIMS = tuple(sorted((*QUESTION, *ALGEBRA, *PROBLEM, *CONDITIONING, *RUNS), key=lambda claim: int(claim.id.removeprefix("S0-"))))

__all__ = ["CLAIMS", "DOCUMENT"]
