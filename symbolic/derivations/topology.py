"""Document 002: the derivations of its modules in one list."""

from __future__ import annotations

from symbolic.derivations import topology_levels

DERIVATIONS = {**topology_levels.DERIVATIONS}
