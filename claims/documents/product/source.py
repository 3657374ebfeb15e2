"""Where the claims of document 001 come from."""

from claims.model import Document

PRODUCT = Document(
    "product",
    "001",
    "Gradient descent on a two-layer linear network",
    "The notebook 'Gradient Descent Doesn't Find a Local Minimum in a Two Layer Linear Net', repository benjamin-recht/shallow-linear-net.",
)
