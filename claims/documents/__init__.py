"""One package per document, in the document's order.  Each exposes ``DOCUMENT`` and ``CLAIMS``."""
