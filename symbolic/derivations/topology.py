"""Document 002: the derivations of its modules in one list."""

from __future__ import annotations

from symbolic.derivations import topology_angles, topology_units

DERIVATIONS = {**topology_angles.DERIVATIONS, **topology_units.DERIVATIONS}
