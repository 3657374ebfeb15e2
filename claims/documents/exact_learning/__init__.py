"""Document 004: exact learning with feedforward networks, critical points, and the generalised Gauss-Newton method."""

from claims.documents.exact_learning.activations import ACTIVATION_CLAIMS
from claims.documents.exact_learning.gradient import GRADIENT
from claims.documents.exact_learning.hessian import HESSIAN
from claims.documents.exact_learning.hidden_layer import HIDDEN_LAYER
from claims.documents.exact_learning.newton import NEWTON
from claims.documents.exact_learning.rank import RANK
from claims.documents.exact_learning.runs import RUNS
from claims.documents.exact_learning.setting import SETTING
from claims.documents.exact_learning.source import EXACT_LEARNING as DOCUMENT
from claims.documents.exact_learning.xor import XOR

CLAIMS = tuple(
    sorted(
        (*SETTING, *GRADIENT, *RANK, *HIDDEN_LAYER, *XOR, *HESSIAN, *NEWTON, *ACTIVATION_CLAIMS, *RUNS),
        key=lambda claim: int(claim.id.removeprefix("S4-")),
    )
)

__all__ = ["CLAIMS", "DOCUMENT"]
