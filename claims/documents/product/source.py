"""Where the claims of document 001 come from."""

from claims.model import Document

PRODUCT = Document(
    "product",
    "001",
    "Gradient descent on a two-layer linear network",
    "A notebook by Benjamin Recht and co-authors, 'Gradient Descent Doesn't Find a Local Minimum in a Two Layer Linear Net' (benjamin-recht/shallow-linear-net).",
)
