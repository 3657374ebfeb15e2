"""Frozen, exact, serialisable mathematical objects.  No Hypothesis and no python-flint here.

Importing this package makes every type of instance known to the codec.
"""

from claims.instances import (
    deep_linear,
    descent_chains,
    networks,
    nonlinear_units,
    notebook,
    product,
    regression,
    step_sizes,
    training,
)
from claims.instances.codec import Instance, WitnessError, canonical, decode, encode

__all__ = [
    "Instance",
    "WitnessError",
    "canonical",
    "decode",
    "deep_linear",
    "descent_chains",
    "encode",
    "networks",
    "nonlinear_units",
    "notebook",
    "product",
    "regression",
    "step_sizes",
    "training",
]
