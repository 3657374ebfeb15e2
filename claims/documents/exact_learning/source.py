"""Where the claims of document 004 come from."""

from claims.model import Document

EXACT_LEARNING = Document(
    "exact-learning",
    "004",
    "Towards a mathematical understanding of the difficulty in learning with feedforward neural networks",
    "H. Shen, CVPR 2018, arXiv:1611.05827, as a stream of words without formulas and numerals: every formula here is reconstructed.",
)
