"""Document 002: are the level sets of linear and half-rectified networks connected, and how curved are they?"""

from itertools import chain

from claims.documents.topology import (
    algorithm,
    angles,
    barrier,
    compressibility,
    descent,
    disconnected,
    every_level,
    level_sets,
    linear,
    linear_proof,
    networks,
    permutation,
    rate,
    ridge,
    runs,
    setting,
    small_angles,
    symmetries,
    variants,
)
from claims.documents.topology.source import TOPOLOGY as DOCUMENT
from claims.model import Claim

PARTS: tuple[tuple[Claim, ...], ...] = (
    setting.SETTING,
    level_sets.LEVEL_SETS,
    symmetries.SYMMETRIES,
    linear.LINEAR,
    linear_proof.PROOF,
    descent.DESCENT_CLAIMS,
    ridge.RIDGE,
    disconnected.DISCONNECTED,
    angles.ANGLES,
    small_angles.SMALL_ANGLES,
    compressibility.COMPRESSIBILITY,
    barrier.BARRIER,
    every_level.EVERY_LEVEL,
    rate.RATE,
    algorithm.ALGORITHM,
    variants.VARIANTS,
    runs.RUNS,
    networks.NETWORKS,
    permutation.PERMUTATION,
)
CLAIMS = tuple(sorted(chain.from_iterable(PARTS), key=lambda claim: claim.id))

__all__ = ["CLAIMS", "DOCUMENT"]
