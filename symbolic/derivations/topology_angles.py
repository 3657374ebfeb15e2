"""Document 002, Proposition 2.3: the product of two half-rectified units, pointwise; a and b are <x, w_1> and <x, w_2>."""

from __future__ import annotations

import sympy

from symbolic.derivation import Derivation, step

a, b, c, rho, p, q = sympy.symbols("a b c rho p q", real=True)
I_A, I_B, D_A = sympy.symbols("I_A I_B D_A", real=True)
up, down, left, right = sympy.symbols("a_+ a_- b_+ b_-", real=True)

UNIT = "w_1 and w_2 are unit vectors with inner product c = cos alpha > -1"
EVERY_DIMENSION = "all dimensions of the input, every law with finite second moments"

_middle, _apart = ((a + b) / 2) ** 2, ((b - a) / 2) ** 2

ANGLE_IDENTITY = Derivation(
    "topology.angle_identity",
    "The product of two units by their bisector",
    r"\langle x,w_1\rangle\langle x,w_2\rangle=r^2\langle x,w_m\rangle^2-\langle x,d\rangle^2,"
    r"\quad r^2=\frac{1+\cos\alpha}2,\ \|d\|^2=\frac{1-\cos\alpha}2"
    r"\ \Rightarrow\ [w_1,w_2]_Z=r^2\|w_m\|_Z^2-r^2\int_B\langle x,w_m\rangle^2-\int_A\langle x,d\rangle^2\le r^2\|w_m\|_Z^2",
    EVERY_DIMENSION,
    (UNIT, "A: a >= 0 and b >= 0; C: a + b >= 0; B = C without A; r w_m = (w_1 + w_2)/2, d = (w_2 - w_1)/2"),
    (
        step("The squared length of the mean of the two vectors", (1 + 2 * c + 1) / 4, (1 + c) / 2, "expansion"),
        step("The squared length of half their difference", (1 - 2 * c + 1) / 4, (1 - c) / 2, "expansion"),
        step("The product of two numbers by their mean and half their difference", a * b, _middle - _apart, "expansion"),
        step(
            "Integrated over A, with C in two parts: I is the integral of the first square, D that of the second",
            I_A - D_A,
            (I_A + I_B) - I_B - D_A,
            "C is the disjoint union of A and B; both errors are integrals of squares",
        ),
    ),
)

_cos, _sin = (1 - p**2) / (1 + p**2), 2 * p / (1 + p**2)
_k, _s = (1 - q**2) / (1 + q**2), 2 * q / (1 + q**2)
_a, _b = rho * (_cos * _k + _sin * _s), rho * (_cos * _k - _sin * _s)

ANGLE_BOUND = Derivation(
    "topology.angle_bound",
    "How far the product of two units is below that of their bisector",
    r"0\le r^2\|w_m\|_Z^2-[w_1,w_2]_Z\le\int_C\langle x,d\rangle^2\le\frac{1-\cos\alpha}2\|\Sigma_X\|"
    r",\qquad r^2\|w_m\|_Z^2-[w_1,w_2]_Z\le\tfrac14\sin^2\alpha\;\mathbb E\|PX\|^2",
    EVERY_DIMENSION,
    (
        UNIT,
        "Px has the polar coordinates rho, phi around the bisector; p = tan(phi/2), q = tan(alpha/4)",
    ),
    (
        step("On A the pointwise deficit is the square along d", _middle - a * b, _apart, "topology.angle_identity"),
        step(
            "On B it is less by -ab >= 0, as one of the two is negative and the other positive",
            _middle,
            _apart + a * b,
            "topology.angle_identity",
        ),
        step("In polar coordinates the product is", _a * _b, rho**2 * (_cos**2 - _s**2), "addition theorem"),
        step(
            "On A, where it is not negative, the deficit is at most rho^2 sin^2(alpha/2) cos^2(alpha/2)",
            rho**2 * _s**2 * _k**2 - ((_b - _a) / 2) ** 2,
            _s**2 * _a * _b,
            "sin^2 phi <= cos^2(alpha/2)",
        ),
        step(
            "On B, where it is not positive, the deficit is at most that as well",
            rho**2 * _s**2 * _k**2 - ((_a + _b) / 2) ** 2,
            -(_k**2) * _a * _b,
            "cos^2 phi <= sin^2(alpha/2)",
        ),
        step("That factor in terms of the angle", 4 * _s**2 * _k**2, 1 - (_k**2 - _s**2) ** 2, "double angle"),
        step(
            "For obtuse angles the deficit is at most r^2 |w_m|_Z^2, and the integral along d has the larger factor",
            (1 + c) / 2,
            1 - (1 - c) / 2,
            "both factors add up to 1; |w_m|_Z^2 and the energy along d are at most the norm",
        ),
    ),
)

SYMMETRIC_PRODUCT = Derivation(
    "topology.symmetric_product",
    "For a symmetric input the rectified product is at least half of the linear one",
    r"2[w_1,w_2]_Z=\mathbb E\{ a_+b_++a_-b_-\}\ge\mathbb E\,ab=\langle w_1,w_2\rangle_X",
    "all dimensions of the input, every symmetric law with finite second moments",
    (
        "a = a_+ - a_-, b = b_+ - b_- with parts that are not negative",
        "X and -X have the same law, so that E a_+ b_+ = E a_- b_-",
    ),
    (
        step(
            "The product by positive and negative parts",
            (up - down) * (left - right),
            up * left + down * right - (up * right + down * left),
            "expansion; the bracket is not negative",
        ),
    ),
)

DERIVATIONS = {found.name: found for found in (ANGLE_IDENTITY, ANGLE_BOUND, SYMMETRIC_PRODUCT)}
