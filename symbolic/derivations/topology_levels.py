"""Document 002, sections 2.1 and 2.3.1: factors between two layers, and the risk of a mixture of two targets."""

from __future__ import annotations

from typing import Any

import sympy

from symbolic.derivation import Derivation, step
from symbolic.expressions import Letter, inner, norm_squared, sizes

_n, _h, _k, _m, _L = sizes("n h k m L")
_s, _share = sympy.symbols("s pi", real=True)

# Factors between the layers ----------------------------------------------------------------------------------------------------

_above, _upper, _lower, _below = Letter("A", _m, _k), Letter("W_{j+1}", _k, _h), Letter("W_j", _h, _n), Letter("C", _n, _L)
_F = Letter("F", _h, _h)

REGAUGING = Derivation(
    "topology.regauging",
    "An invertible factor between two layers does not change the product",
    r"W_K\cdots(W_{j+1}F^{-1})(FW_j)\cdots W_1=W_K\cdots W_{j+1}W_j\cdots W_1",
    "all sizes and all depths, one hidden layer at a time",
    ("F is invertible",),
    (
        step(
            "The factor meets its inverse, whatever stands above (A) and below (C) the two layers",
            _above @ (_upper @ _F.inverse) @ (_F @ _lower) @ _below,
            _above @ _upper @ _lower @ _below,
            "the product is associative",
        ),
        step(
            "The loss, a function of the product, is the same (here: a squared error with target D)",
            norm_squared(_above @ (_upper @ _F.inverse) @ (_F @ _lower) @ _below - Letter("D", _m, _L)),
            norm_squared(_above @ _upper @ _lower @ _below - Letter("D", _m, _L)),
            "substitution",
        ),
    ),
)

# A mixture of two targets ------------------------------------------------------------------------------------------------------

_one, _other = Letter("P", _m, _L), Letter("Q", _m, _L)


def _risk(output: Any) -> Any:
    """L times the risk of a network with these outputs, for the targets P with probability pi and Q otherwise."""
    return _share * norm_squared(output - _one) + (1 - _share) * norm_squared(output - _other)


MIXTURE_SLOPES = Derivation(
    "topology.mixture_slopes",
    "Where a mixture of two targets leaves both networks stationary, they compute the same",
    r"\left.\tfrac{d}{ds}F(sP)\right|_{s=1}=\left.\tfrac{d}{ds}F(sQ)\right|_{s=1}=0,\ 0\lt\pi\lt1\ \Rightarrow\ P=Q",
    "all numbers of outputs and samples",
    ("P and Q are the outputs of the two networks, and their last layers can be scaled",),
    (
        step("The risk at the first network", _risk(_one), (1 - _share) * norm_squared(_one - _other), "substitution"),
        step("The risk at the second network", _risk(_other), _share * norm_squared(_one - _other), "substitution"),
        step(
            "Scaling the last layer of the first by 1 + s",
            _risk((1 + _s) * _one) - _risk(_one),
            2 * _s * (1 - _share) * inner(_one, _one - _other) + _s**2 * norm_squared(_one),
            "expansion; the slope is the coefficient of s",
        ),
        step(
            "Scaling the last layer of the second by 1 + s",
            _risk((1 + _s) * _other) - _risk(_other),
            2 * _s * _share * inner(_other, _other - _one) + _s**2 * norm_squared(_other),
            "expansion; the slope is the coefficient of s",
        ),
        step(
            "If both slopes vanish, so do the two inner products, and with them the distance of the outputs",
            inner(_one, _one - _other) + inner(_other, _other - _one),
            norm_squared(_one - _other),
            "expansion",
        ),
    ),
)

DERIVATIONS = {found.name: found for found in (REGAUGING, MIXTURE_SLOPES)}
