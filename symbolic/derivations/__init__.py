"""The derivations of the documents by name; importing this module imports neither SymPy nor python-flint."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symbolic.derivation import Derivation

NAMES = (
    "collapse.composition",
    "collapse.augmented",
    "collapse.solution_identity",
    "collapse.solution_set",
    "collapse.scaling",
    "collapse.gradient_hessian",
    "collapse.gram_spectrum",
    "collapse.gd_rate",
    "collapse.two_step_cg",
    "product.expected_loss",
    "product.realizable",
    "product.linearisation",
    "product.vec_kron",
    "product.gradient",
    "product.hessian",
    "product.gauge_kernel",
    "product.descent_direction",
    "product.gauss_newton_damped",
    "product.balancedness",
    "landscape.gradient",
    "landscape.second_differential",
    "landscape.critical_product",
    "landscape.critical_loss",
    "landscape.global_value",
    "landscape.same_value",
    "landscape.perturbation_lift",
    "landscape.rotation_descent",
    "landscape.escape_curve",
    "landscape.strict_pivot",
    "landscape.local_minima",
    "landscape.balancedness_flow",
    "landscape.balancedness_descent",
    "landscape.norm_chain",
    "landscape.descent_inequality",
    "landscape.segment_bound",
    "landscape.longest_step",
    "landscape.step_simplification",
    "landscape.quadratic",
    "exact_learning.gradient",
    "exact_learning.theorem_1",
    "exact_learning.sylvester",
    "exact_learning.exact_interpolation",
    "exact_learning.second_differential",
    "exact_learning.exact_fit",
    "exact_learning.gauss_newton",
    "exact_learning.xor",
    "topology.filling",
    "topology.chain_form",
    "topology.determinant_turn",
    "topology.descent_to_least",
    "topology.range_turn",
    "topology.balancing",
    "topology.ridge_barrier",
    "topology.regauging",
    "topology.mixture_slopes",
    "topology.angle_identity",
    "topology.angle_bound",
    "topology.symmetric_product",
    "topology.penalised_floor",
    "topology.turning",
    "topology.pruning",
    "topology.homogeneity",
)


def find(name: str) -> Derivation:
    """The derivation of that name, ``document.identity``.  Raises KeyError, with the nearest names, for an unknown one."""
    if name not in NAMES:
        nearest = ", ".join(get_close_matches(name, NAMES, n=3, cutoff=0.3)) or ", ".join(NAMES)
        raise KeyError(f"no derivation is called {name!r}; the nearest are {nearest}")
    document = name.partition(".")[0]
    found: Derivation = import_module(f"symbolic.derivations.{document}").DERIVATIONS[name]
    return found
