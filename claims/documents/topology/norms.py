"""Comparisons with a spectral norm, decided over the rationals: t < |Sigma| for a covariance means that t I - Sigma is not PSD."""

from __future__ import annotations

from typing import Any

from claims.decide import exactly
from claims.model import Decision
from numerics.inertia import is_pd
from numerics.spectrum import as_fraction, largest_bracket


def at_most_norm(left: Any, factor: Any, sigma: Any, because: str = "") -> Decision:
    """left <= factor |Sigma| for a PSD matrix Sigma and a factor >= 0, with the part of the bound that is used (from below)."""
    if not left > 0:
        return exactly(True, because)
    if not factor > 0 or sigma.is_zero():
        return exactly(False, because)
    least = as_fraction(left) / as_fraction(factor)
    holds = not is_pd(sigma.eye(sigma.shape[0]) * least - sigma)
    return exactly(holds, because, str(least / as_fraction(largest_bracket(sigma)[1])))
