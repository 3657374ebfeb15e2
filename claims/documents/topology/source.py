"""Where the claims of document 002 come from."""

from claims.model import Document

TOPOLOGY = Document(
    "topology",
    "002",
    "Topology and geometry of half-rectified network optimization",
    "C. D. Freeman and J. Bruna, 'Topology and Geometry of Half-Rectified Network Optimization', ICLR 2017, arXiv:1611.01540v4.",
)
