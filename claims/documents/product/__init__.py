"""Document 001: gradient descent on W1 W2 x, and what a better optimiser could do."""

from claims.documents.product.code import CODE
from claims.documents.product.problem import PROBLEM
from claims.documents.product.runs import RUNS
from claims.documents.product.source import PRODUCT as DOCUMENT
from claims.documents.product.step import STEP

CLAIMS = tuple(sorted((*PROBLEM, *CODE, *STEP, *RUNS), key=lambda claim: int(claim.id.removeprefix("S1-"))))

__all__ = ["CLAIMS", "DOCUMENT"]
