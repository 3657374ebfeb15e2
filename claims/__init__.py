"""What is claimed about loss landscapes, and the machinery that judges it.

The words in which claims are written stand here, too: ``from claims import Claim, Document, Statement, control, without``.
"""

from claims.model import (
    Cases,
    Claim,
    Cost,
    Decision,
    Document,
    Experiment,
    Kind,
    Opinion,
    Reproduction,
    Run,
    Statement,
    Status,
    Weight,
    control,
    only,
    sampled,
    without,
)
from claims.subject import assumption

__all__ = [
    "Cases",
    "Claim",
    "Cost",
    "Decision",
    "Document",
    "Experiment",
    "Kind",
    "Opinion",
    "Reproduction",
    "Run",
    "Statement",
    "Status",
    "Weight",
    "assumption",
    "control",
    "only",
    "sampled",
    "without",
]
