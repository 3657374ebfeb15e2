"""Frozen, exact, serialisable mathematical objects.  No Hypothesis and no python-flint here.

Importing this package makes every type of instance in its modules known to the codec.
"""

from importlib import import_module
from pkgutil import iter_modules

from claims.instances.codec import Instance, WitnessError, canonical, decode, encode

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Instance", "WitnessError", "canonical", "decode", "encode"]
