"""Where the claims of document 003 come from."""

from claims.model import Document

LANDSCAPE = Document(
    "landscape",
    "003",
    "The loss landscape of deep linear networks, a digest of four papers",
    "J. Chen, M. A. Choi and M. Scialanga, 'Math 273A Final Project - Optimization of Linear Neural Networks', a student report.",
)
