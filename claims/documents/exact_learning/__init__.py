"""Document 004: exact learning with feedforward networks, critical points, and the generalised Gauss-Newton method."""

from claims.documents.exact_learning.source import EXACT_LEARNING as DOCUMENT
from claims.model import Claim

CLAIMS: tuple[Claim, ...] = ()

__all__ = ["CLAIMS", "DOCUMENT"]
