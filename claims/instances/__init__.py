"""Frozen, exact, serialisable mathematical objects.  No Hypothesis and no python-flint here.

Importing this package makes every type of instance known to the codec.
"""

from claims.instances import deep_linear, networks, notebook, product, regression, strings, training
from claims.instances.codec import Instance, WitnessError, canonical, decode, encode

__all__ = [
    "Instance",
    "WitnessError",
    "canonical",
    "decode",
    "deep_linear",
    "encode",
    "networks",
    "notebook",
    "product",
    "regression",
    "strings",
    "training",
]
