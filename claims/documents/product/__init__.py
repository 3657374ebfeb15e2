"""Document 001: gradient descent on W1 W2 x, and what a better optimiser could do."""

from claims.documents.product.gradient_code import GRADIENT_CODE
from claims.documents.product.problem import PROBLEM
from claims.documents.product.runs import RUNS
from claims.documents.product.source import PRODUCT as DOCUMENT
from claims.documents.product.step import STEP
from claims.documents.product.step_code import STEP_CODE

CLAIMS = tuple(sorted((*PROBLEM, *GRADIENT_CODE, *STEP, *STEP_CODE, *RUNS), key=lambda claim: int(claim.id.removeprefix("S1-"))))

__all__ = ["CLAIMS", "DOCUMENT"]
