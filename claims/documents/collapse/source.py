"""Where the claims of document 000 come from, and its data."""

from claims.instances.regression import document_data
from claims.model import Document, only

COLLAPSE = Document(
    "collapse",
    "000",
    "A one-layer and a four-layer network with identity activations",
    "A question and its answer on a statistics forum (the document names neither title nor authors).",
)

THE_DATA = only("the document's own data: 1500 samples, 100 features, step 100", document_data)
