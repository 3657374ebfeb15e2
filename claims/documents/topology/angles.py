"""Document 002, section 2.3.2 and B.3: what two half-rectified units have in common, Proposition 2.3."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, equal, every, exactly
from claims.documents.topology.norms import at_most_norm
from claims.documents.topology.source import TOPOLOGY
from claims.instances.rectified import Atoms, Pair, bisector_active, both_active, one_active
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from numerics.spectrum import as_fraction

COVERED = ("coinciding vectors", "acute angle", "right angle", "obtuse angle", "atom at a kink", "atom on the bisector")


def along_d(a: Any, b: Any) -> Any:
    """<x, d>^2 for d = (w_2 - w_1)/2."""
    return (a - b) * (a - b) / 4


def first_error(pair: Pair) -> Any:
    """E_1 = r^2 int_B <x, w_m>^2, where r w_m = (w_1 + w_2)/2."""
    return pair.over(one_active, lambda a, b: (a + b) * (a + b) / 4)


def second_error(pair: Pair) -> Any:
    """E_2 = int_A <x, d>^2."""
    return pair.over(both_active, along_d)


# S2-50: Proposition 2.3 ------------------------------------------------------------------------------------------------------


def upper_bound(two: Any) -> Decision:
    return at_most(two.joint, (1 + two.cosine) / 2 * two.bisector)


def lower_bound(two: Any) -> Decision:
    return at_most_norm(two.deficit, 2 * ((1 - two.cosine) / 2 + two.sine_squared), two.sigma)


def proposition(two: Any) -> Decision:
    return both(upper_bound(two), lower_bound(two))


def upper_bound_by_cosine(pair: Pair) -> Decision:
    return at_most(pair.joint, pair.cosine * pair.bisector)


def deficit_within(share: str):
    """(1 + cos)/2 |w_m|^2 - [w_1, w_2] <= share (1 - |cos|) |Sigma|."""

    def property(pair: Pair) -> Decision:
        return at_most_norm(pair.deficit, as_fraction(share) * (1 - abs(as_fraction(pair.cosine))), pair.sigma)

    return property


def deficit_along_d(share: str = "1"):
    """The deficit is at most that share of the energy of X along d, on the side where the bisector is active."""

    def property(pair: Pair) -> Decision:
        energy = pair.over(bisector_active, along_d)
        return at_most(as_fraction(pair.deficit), as_fraction(share) * as_fraction(energy))

    return property


S2_50 = Claim(
    "S2-50",
    "Two units at an angle have in common what their bisector has, up to an error",
    TOPOLOGY.at("Proposition 2.3, (7)"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"[w_1,w_2]_Z\le\frac{1+\cos\alpha}2\|w_m\|_Z^2",
            upper_bound,
            "unit_pairs",
            words="The upper bound.",
            reading="upper",
            bound=True,
            strata=(*COVERED, "attained"),
            probes=(
                without("h1", "for vectors of any length", over="stretched_pairs"),
                control("with cos alpha in place of (1 + cos alpha)/2", upper_bound_by_cosine),
            ),
            derivation="topology.angle_identity",
        ),
        Statement(
            r"\frac{1+\cos\alpha}2\|w_m\|_Z^2-2\|\Sigma_X\|\Bigl(\frac{1-\cos\alpha}2+\sin^2\alpha\Bigr)\le[w_1,w_2]_Z",
            lower_bound,
            "unit_pairs",
            words="The lower bound.",
            reading="lower",
            bound=True,
            strata=(*COVERED, "nearly opposite vectors", "atom active for one vector only"),
            probes=(
                without("h1", "for vectors of any length", over="stretched_pairs"),
                control("with a quarter of the first term of the error and without the second", deficit_within("1/4")),
            ),
            derivation="topology.angle_bound",
        ),
    ),
    sharp=(
        Statement(
            r"\frac{1+\cos\alpha}2\|w_m\|_Z^2-\int_C\langle x,d\rangle^2dP\le[w_1,w_2]_Z,\qquad d=\tfrac{w_2-w_1}2,\ \|d\|^2=\tfrac{1-\cos\alpha}2",
            deficit_along_d(),
            "unit_pairs",
            words="Only the component of X along the difference of the two vectors counts; attained by every input that activates both or lies at a kink.",
            reading="direction",
            bound=True,
            strata=(*COVERED, "attained"),
            probes=(control("with half of that energy", deficit_along_d("1/2")),),
            derivation="topology.angle_bound",
        ),
        Statement(
            r"\frac{1+\cos\alpha}2\|w_m\|_Z^2-\frac{1-\lvert\cos\alpha\rvert}2\|\Sigma_X\|\le[w_1,w_2]_Z",
            deficit_within("1/2"),
            "unit_pairs",
            words="The smallest multiple of the norm that does for all laws: an eighth to a tenth of the printed error for small angles, no term in the sine.",
            reading="norm",
            bound=True,
            strata=(*COVERED, "nearly opposite vectors"),
            probes=(control("with half of it", deficit_within("1/4")),),
            derivation="topology.angle_bound",
        ),
    ),
    remark=(
        "In polar coordinates around the bisector the product of the two activities is $\\cos^2\\varphi-\\sin^2(\\alpha/2)$, so that the difference between the two sides of the "
        "upper bound is $\\sin^2(\\alpha/2)\\sin^2\\varphi$ where both are active and $\\cos^2(\\alpha/2)\\cos^2\\varphi$ where one is. Both are largest, $\\frac14\\sin^2\\alpha$, "
        "at the kinks $\\varphi=\\pm(\\pi-\\alpha)/2$; two atoms there use up the whole of the sharp bound at every angle. The printed error is about $\\frac52\\alpha^2\\|\\Sigma_X\\|$ "
        "for small angles, the sharp one $\\frac14\\alpha^2\\|\\Sigma_X\\|$."
    ),
)

# S2-51: the identity of the proof ------------------------------------------------------------------------------------------------


def radius_is(value):
    """r^2 = |w_1 + w_2|^2 / 4 is the square of ... (given as a function of cos alpha)."""

    def property(pair: Pair) -> Decision:
        return equal(pair.radius_squared, value(pair.cosine), "|w_1 + w_2|/2 is cos(alpha/2)")

    return property


def vectors_from_bisector(sign: int):
    """w_1 = r w_m - d and w_2 = r w_m + d with r w_m = (w_1 + w_2)/2; the sign of d as given."""

    def property(pair: Pair) -> Decision:
        w1, w2 = pair.vectors
        middle, d = (w1 + w2) / 2, (w2 - w1) / 2 * sign
        return both(equal(w1, middle - d), equal(w2, middle + d))

    return property


def product_of_activities(sign: int):
    """(20), and A is a part of C; the sign of the last term as given."""

    def property(pair: Pair) -> Decision:
        difference = pair.mean(lambda a, b: abs(a * b - (a + b) * (a + b) / 4 + sign * along_d(a, b)))
        outside = pair.over(lambda a, b: both_active(a, b) and not bisector_active(a, b), lambda a, b: pair.law.masses.scalar(1))
        return both(equal(difference, 0), equal(outside, 0))

    return property


def decomposition(*, added=None, over=both_active):
    """(21), the term in d integrated over a region, and the integral of <x, d>^2 over another one added."""

    def property(pair: Pair) -> Decision:
        rest = pair.over(added, along_d) if added else 0
        return equal(pair.joint, pair.radius_squared * pair.bisector - first_error(pair) - pair.over(over, along_d) + rest)

    return property


S2_51 = Claim(
    "S2-51",
    "The decomposition behind Proposition 2.3",
    TOPOLOGY.at("B.3, (17)-(21)"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=(
        Statement(
            r"r=\tfrac12\|w_1+w_2\|=\frac{1+\cos\alpha}2",
            radius_is(lambda cosine: (1 + cosine) * (1 + cosine) / 4),
            "unit_pairs",
            words="The length of the mean of the two vectors.",
            reading="r",
        ),
        Statement(
            r"w_1=rw_m-d,\quad w_2=rw_m+d,\quad d=\tfrac12(w_2-w_1)",
            vectors_from_bisector(1),
            "unit_pairs",
            words="Both vectors from their bisector.",
            reading="vectors",
            strata=COVERED,
            probes=(control("with the sign of d turned", vectors_from_bisector(-1)),),
        ),
        Statement(
            r"\langle x,w_1\rangle\langle x,w_2\rangle=r^2\langle x,w_m\rangle^2-\langle x,d\rangle^2,\qquad A\subseteq C(w_m)",
            product_of_activities(1),
            "unit_pairs",
            words="(20), at every x.",
            reading="20",
            strata=COVERED,
            probes=(control("with the sign of the last term turned", product_of_activities(-1)),),
            derivation="topology.angle_identity",
        ),
        Statement(
            r"[w_1,w_2]_Z=r^2\|w_m\|_Z^2-r^2\int_B\langle x,w_m\rangle^2dP-\int_A\langle x,d\rangle^2dP",
            decomposition(),
            "unit_pairs",
            words="(21).",
            reading="21",
            strata=(*COVERED, "atom active for one vector only"),
            probes=(control("with the last integral over C", decomposition(over=bisector_active)),),
            derivation="topology.angle_identity",
        ),
        Statement(
            r"[w_1,w_2]_Z=\int_C\bigl(r^2\langle x,w_m\rangle^2-\langle x,d\rangle^2\bigr)dP-r^2\int_B\langle x,w_m\rangle^2dP+\int_B\langle x,d\rangle^2dP",
            decomposition(over=bisector_active, added=one_active),
            "unit_pairs",
            words="The line before (21), which integrates over all of C and takes B out again.",
            reading="line before 21",
            strata=(*COVERED, "atom active for one vector only"),
            probes=(control("without the added integral", decomposition(over=bisector_active)),),
        ),
    ),
    amended=Statement(
        r"r^2=\tfrac14\|w_1+w_2\|^2=\frac{1+\cos\alpha}2",
        radius_is(lambda cosine: (1 + cosine) / 2),
        "unit_pairs",
        words="The printed value is that of the square, as (7) needs it.",
        reading="r",
        strata=COVERED,
        probes=(control("with the minus sign", radius_is(lambda cosine: (1 - cosine) / 2)),),
        derivation="topology.angle_identity",
    ),
)

# S2-52, S2-53: the two errors ----------------------------------------------------------------------------------------------------


def first_error_within(factor):
    """E_1 <= r^2 factor int_B |x|^2, projected."""

    def property(pair: Pair) -> Decision:
        energy = pair.over(one_active, pair.projected)
        return both(
            exactly(bool(first_error(pair) >= 0)), at_most(first_error(pair), pair.radius_squared * factor(pair) * energy)
        )

    return property


def energy_over(region, share: str = "1"):
    """The energy of the projected input over a region is at most 2 |Sigma|, or a share of that."""

    def property(pair: Pair) -> Decision:
        return at_most_norm(pair.over(region, pair.projected), 2 * as_fraction(share), pair.sigma)

    return property


def unprojected_energy(region):
    """The energy of the input itself, not projected."""

    def property(pair: Pair) -> Decision:
        squares = [sum((x * x for x in column), pair.cosine * 0) for column in zip(*pair.law.points.rows(), strict=True)]
        inside = [square if region(a, b) else square * 0 for square, a, b in zip(squares, *pair.activities, strict=True)]
        return at_most_norm(pair.law.mean(inside), 2, pair.sigma)

    return property


def isotropic(first: str, second: str, points: list[list[int]]):
    """Two unit vectors of the plane x_3 = 0 by their first parameter, and atoms of equal mass (columns) in three dimensions."""

    def build(q: Any) -> Pair:
        return Pair(q.of([[first, "0"]]), q.of([[second, "0"]]), Atoms(q.of(points), q.of([[1] * len(points[0])])))

    return build


BESIDE = only(
    "four atoms where one unit is active, white", isotropic("1/2", "-1/2", [[1, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1]])
)
WITHIN = only("three atoms at the border of the common cone, white", isotropic("0", "1", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]))


def error_within_norm(error, factor):
    def property(pair: Pair) -> Decision:
        return at_most_norm(error(pair), factor(pair), pair.sigma)

    return property


def smaller_share(pair: Pair) -> Any:
    """(1 - |cos alpha|)/2."""
    cosine = pair.cosine
    return (1 - cosine) / 2 if cosine > 0 else (1 + cosine) / 2


S2_52 = Claim(
    "S2-52",
    "The error where one unit is active",
    TOPOLOGY.at("B.3, (22)"),
    Kind.BOUND,
    Weight.DETAIL,
    printed=(
        Statement(
            r"0\le E_1\le r^2\lvert\sin\alpha\rvert^2\int_B\|x\|^2dP",
            first_error_within(lambda pair: pair.sine_squared),
            "unit_pairs",
            words="The first inequality.",
            reading="first",
        ),
        Statement(
            r"\int_B\|x\|^2dP\le2\|\Sigma_X\|",
            energy_over(one_active),
            "unit_pairs",
            words="The second one, after projection onto the span of the two vectors.",
            reading="second",
            bound=True,
            strata=("atom active for one vector only",),
            probes=(
                without(
                    "h2", "without the projection, in three dimensions", over=BESIDE, property=unprojected_energy(one_active)
                ),
                control("with half of the norm", energy_over(one_active, "1/4")),
            ),
        ),
    ),
    amended=Statement(
        r"0\le E_1\le r^2\sin^2\tfrac\alpha2\int_B\|x\|^2dP=\tfrac14\sin^2\alpha\int_B\|x\|^2dP",
        first_error_within(lambda pair: pair.half_sine_squared),
        "unit_pairs",
        words="Every point of B is at an angle of more than $\\pi/2-\\alpha/2$ from the bisector.",
        bound=True,
        strata=("atom active for one vector only", "obtuse angle"),
        probes=(control("with half of that", first_error_within(lambda pair: pair.half_sine_squared / 2)),),
        derivation="topology.angle_bound",
    ),
    sharp=Statement(
        r"E_1\le\frac{1-\lvert\cos\alpha\rvert}2\|\Sigma_X\|",
        error_within_norm(first_error, smaller_share),
        "unit_pairs",
        words="In terms of the norm.",
        bound=True,
        strata=("atom active for one vector only", "obtuse angle"),
        probes=(control("with a third of that", error_within_norm(first_error, lambda pair: smaller_share(pair) / 3)),),
        derivation="topology.angle_bound",
    ),
    remark=(
        "The angle in the proof, $\\pi/2-\\alpha$, says nothing once $\\alpha\\gt\\pi/2$: $\\sin^2\\alpha$ then falls again and from $\\alpha=2\\pi/3$ on lies below $\\sin^2(\\alpha/2)$. "
        "Proposition 2.3 itself is not touched by that (S2-50)."
    ),
)

S2_53 = Claim(
    "S2-53",
    "The error where both units are active",
    TOPOLOGY.at("B.3, (23)"),
    Kind.BOUND,
    Weight.DETAIL,
    printed=Statement(
        r"0\le E_2\le\|d\|^2\int_A\|x\|^2dP\le\frac{1-\cos\alpha}2\cdot2\|\Sigma_X\|",
        lambda pair: every(
            (
                exactly(bool(second_error(pair) >= 0)),
                at_most(second_error(pair), pair.half_sine_squared * pair.over(both_active, pair.projected)),
                energy_over(both_active)(pair),
            )
        ),
        "unit_pairs",
        words="All three inequalities, with the projected input and $\\|d\\|^2=(1-\\cos\\alpha)/2$.",
        strata=COVERED,
        probes=(
            without("h2", "without the projection, in three dimensions", over=WITHIN, property=unprojected_energy(both_active)),
            control("with a quarter of it", error_within_norm(second_error, lambda pair: pair.half_sine_squared / 4)),
        ),
    ),
    sharp=Statement(
        r"E_2\le\frac{1-\lvert\cos\alpha\rvert}2\|\Sigma_X\|",
        error_within_norm(second_error, smaller_share),
        "unit_pairs",
        words="The factor 2 is not needed, and for obtuse angles the cone A is narrow.",
        strata=COVERED,
        probes=(control("with half of that", error_within_norm(second_error, lambda pair: smaller_share(pair) / 2)),),
        derivation="topology.angle_bound",
    ),
)

# S2-54: the energy in the span ---------------------------------------------------------------------------------------------------


def span_energy(pair: Pair) -> Any:
    return pair.mean(pair.projected)


def everywhere(a: Any, b: Any) -> bool:
    return True


def with_span_energy(factor):
    """(7) with the energy in the span in place of the norm; the deficit is at most factor times that energy."""

    def property(pair: Pair) -> Decision:
        return at_most(pair.deficit, factor(pair) * span_energy(pair))

    return property


S2_54 = Claim(
    "S2-54",
    "The norm can be replaced by the energy in the span of the two vectors",
    TOPOLOGY.at("after (7)"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\frac{1+\cos\alpha}2\|w_m\|_Z^2-\mathbb E\|PX\|^2\Bigl(\frac{1-\cos\alpha}2+\sin^2\alpha\Bigr)\le[w_1,w_2]_Z",
            with_span_energy(lambda pair: pair.half_sine_squared + pair.sine_squared),
            "unit_pairs",
            words="The energy in place of twice the norm; P projects onto the span.",
            reading="energy",
            bound=True,
            strata=COVERED,
            probes=(
                control(
                    "with a sixteenth of it", with_span_energy(lambda pair: (pair.half_sine_squared + pair.sine_squared) / 16)
                ),
            ),
            derivation="topology.angle_bound",
        ),
        Statement(
            r"\mathbb E\|PX\|^2\le2\|\Sigma_X\|",
            energy_over(everywhere),
            "unit_pairs",
            words="The energy in a plane is at most twice the norm.",
            reading="norm",
            bound=True,
            strata=COVERED,
            probes=(
                control("without the factor 2", energy_over(everywhere, "1/2")),
                control("with nineteen twentieths of it", energy_over(everywhere, "19/20"), over=WITHIN),
            ),
        ),
    ),
    sharp=Statement(
        r"\frac{1+\cos\alpha}2\|w_m\|_Z^2-\tfrac14\sin^2\alpha\;\mathbb E\|PX\|^2\le[w_1,w_2]_Z",
        with_span_energy(lambda pair: pair.sine_squared / 4),
        "unit_pairs",
        words="The best multiple of that energy, attained by atoms at the kinks.",
        bound=True,
        strata=(*COVERED, "attained"),
        probes=(control("with half of it", with_span_energy(lambda pair: pair.sine_squared / 8)),),
        derivation="topology.angle_bound",
    ),
)


ANGLES = (S2_50, S2_51, S2_52, S2_53, S2_54)
