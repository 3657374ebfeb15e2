"""Document 002: the list of its derivations."""

from __future__ import annotations

from symbolic.derivations import topology_angles, topology_levels, topology_linear, topology_ridge, topology_units

DERIVATIONS = (
    topology_levels.DERIVATIONS
    | topology_angles.DERIVATIONS
    | topology_units.DERIVATIONS
    | {
        found.name: found
        for found in (
            topology_linear.FILLING,
            topology_linear.CHAIN_FORM,
            topology_linear.DETERMINANT_TURN,
            topology_linear.DESCENT_TO_LEAST,
            topology_linear.RANGE_TURN,
            topology_ridge.BALANCING,
            topology_ridge.RIDGE_BARRIER,
        )
    }
)
