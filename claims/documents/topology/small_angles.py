"""Document 002, section 2.3.2: Proposition 2.3 for small angles, where the units are to behave like linear ones."""

from __future__ import annotations

from claims.decide import at_most, both, exactly, undecided
from claims.documents.topology.angles import COVERED, upper_bound, upper_bound_by_cosine
from claims.documents.topology.norms import at_most_norm
from claims.documents.topology.source import TOPOLOGY
from claims.instances.rectified import Pair
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics.angles import squared_angle
from numerics.spectrum import as_fraction

# S2-55: Taylor expansion, lower -----------------------------------------------------------------------------------------------------


@assumption("h4", "alpha is small: cos alpha >= 9/10")
def small_angle(pair: Pair) -> Decision:
    return exactly(bool(pair.cosine >= pair.first.scalar("9/10")))


@assumption("symmetric", "X and -X have the same law")
def symmetric(pair: Pair) -> Decision:
    return exactly(pair.law.is_symmetric)


def parallel_start(pair: Pair) -> Decision:
    """The first inequality at alpha = 0, where every O(alpha^4) is zero: 2/(3 |Sigma|) <= |w|_Z^2."""
    value = pair.bisector
    because = "at alpha = 0 the left side is 2/(3 |Sigma|), the right one |w|_Z^2"
    return exactly(bool(value > 0) and at_most_norm(2, 3 * value, pair.sigma).holds, because)


@assumption("defined", "alpha = 0, and Sigma is not zero, by which the left side divides")
def coinciding(pair: Pair) -> Decision:
    return exactly(bool(pair.cosine == 1) and not pair.sigma.is_zero())


def taylor(share: str):
    """(1 - alpha^2/4) |w_m|_Z^2 - share alpha^2 |Sigma| <= [w_1, w_2]_Z, without a remainder; |Sigma| and alpha^2 from brackets."""

    def property(pair: Pair) -> Decision:
        square = squared_angle(as_fraction(pair.cosine))
        joint, bisector = as_fraction(pair.joint), as_fraction(pair.bisector)
        smallest = bisector * (1 - square.high / 4) - joint
        largest = bisector * (1 - square.low / 4) - joint
        certain = at_most_norm(largest, as_fraction(share) * square.low, pair.sigma)
        if certain.holds:
            return exactly(True, "", certain.used)
        refuted = not at_most_norm(smallest, as_fraction(share) * square.high, pair.sigma).holds
        return exactly(False) if refuted else undecided("the enclosures are too wide")

    return property


def half_of_the_linear_one(share: str = "1/2"):
    def property(pair: Pair) -> Decision:
        return at_most(as_fraction(share) * as_fraction(pair.linear), as_fraction(pair.joint))

    return property


S2_55 = Claim(
    "S2-55",
    "For small angles the units behave like linear ones, from below",
    TOPOLOGY.at("after (7)"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\frac2{3\|\Sigma_X\|}\langle w_1,w_2\rangle\le\Bigl(1-\frac{\alpha^2}4\Bigr)\|w_m\|_Z^2-\|\Sigma_X\|\Bigl(\frac{\alpha^2}4+\alpha^2\Bigr)+O(\alpha^4)",
            parallel_start,
            "narrow_unit_pairs",
            words="The first inequality, decided at $\\alpha=0$, where no remainder can help.",
            reading="first",
            assumptions=(coinciding,),
        ),
        Statement(
            r"\Bigl(1-\frac{\alpha^2}4\Bigr)\|w_m\|_Z^2-\|\Sigma_X\|\Bigl(\frac{\alpha^2}4+\alpha^2\Bigr)\le[w_1,w_2]_Z+O(\alpha^4)",
            taylor("5/4"),
            "narrow_unit_pairs",
            words="The second one, which holds without the remainder.",
            reading="second",
            assumptions=(small_angle,),
            strata=("coinciding vectors", "acute angle", "atom at a kink", "atom on the bisector"),
            probes=(control("with an eighth of alpha squared in place of 5/4", taylor("1/8")),),
        ),
    ),
    amended=(
        Statement(
            r"\Bigl(1-\frac{\alpha^2}4\Bigr)\|w_m\|_Z^2-\frac{\alpha^2}4\|\Sigma_X\|\le[w_1,w_2]_Z",
            taylor("1/4"),
            "unit_pairs",
            words="At every angle and without a remainder.",
            reading="expansion",
            bound=True,
            strata=COVERED,
            probes=(control("with half of the last term", taylor("1/8")),),
        ),
        Statement(
            r"\tfrac12\langle w_1,w_2\rangle_X\le[w_1,w_2]_Z\qquad(X\text{ and }-X\text{ of the same law})",
            half_of_the_linear_one(),
            "symmetric_unit_pairs",
            words="What the chain aims at: for a symmetric input the rectified product is at least half of the linear one, at every angle.",
            reading="symmetric",
            bound=True,
            assumptions=(symmetric,),
            strata=("coinciding vectors", "obtuse angle", "attained"),
            probes=(
                without("symmetric", "for any law", over="unit_pairs"),
                control("with three quarters in place of a half", half_of_the_linear_one("3/4")),
            ),
            derivation="topology.symmetric_product",
        ),
    ),
    remark=(
        "The left end of the chain has the dimension of $1/\\|X\\|^2$, the rest that of $\\|X\\|^2$, so that it fails for small inputs and for every input on the negative side, where "
        "$\\|w_m\\|_Z=0$. No lower bound by $\\langle w_1,w_2\\rangle$ alone can hold without symmetry. The factor 2 before $\\|\\Sigma_X\\|$ in (7) is lost in the expansion; "
        "the line is true nevertheless because the error in (7) is ten times too large."
    ),
)

# S2-56: Taylor expansion, upper -----------------------------------------------------------------------------------------------------


def bisector_within_norm(factor):
    def property(pair: Pair) -> Decision:
        return at_most_norm(factor(pair) * pair.bisector, factor(pair), pair.sigma)

    return property


def half_norm(pair: Pair) -> Decision:
    return at_most_norm(pair.bisector, as_fraction("1/2"), pair.sigma)


S2_56 = Claim(
    "S2-56",
    "For small angles the units behave like linear ones, from above",
    TOPOLOGY.at("after (7)"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"[w_1,w_2]_Z\le\langle w_1,w_2\rangle\|w_m\|_Z^2",
            upper_bound_by_cosine,
            "narrow_unit_pairs",
            words="The first inequality.",
            reading="first",
            assumptions=(small_angle,),
        ),
        Statement(
            r"\langle w_1,w_2\rangle\|w_m\|_Z^2\le\|\Sigma_X\|\langle w_1,w_2\rangle",
            bisector_within_norm(lambda pair: pair.cosine),
            "narrow_unit_pairs",
            words="The second one.",
            reading="second",
            bound=True,
            assumptions=(small_angle,),
            strata=("coinciding vectors", "acute angle", "attained"),
            probes=(control("with half of the norm", half_norm),),
        ),
    ),
    amended=Statement(
        r"[w_1,w_2]_Z\le\frac{1+\langle w_1,w_2\rangle}2\|w_m\|_Z^2\le\frac{1+\langle w_1,w_2\rangle}2\|\Sigma_X\|",
        lambda pair: both(upper_bound(pair), bisector_within_norm(lambda two: (1 + two.cosine) / 2)(pair)),
        "unit_pairs",
        words="With the mean of 1 and the cosine, at every angle.",
        bound=True,
        strata=(*COVERED, "attained"),
        probes=(control("with the cosine", upper_bound_by_cosine),),
        derivation="topology.angle_identity",
    ),
    remark=(
        "The cosine falls by $\\alpha^2/2$ and the factor in (7) by $\\alpha^2/4$: an atom on the bisector attains the latter, so that the printed inequality fails at every angle but 0, at "
        "second order. For a rotation-invariant law, $[w_1,w_2]_Z=\\frac{\\|\\Sigma_X\\|}{2\\pi}(\\sin\\alpha+(\\pi-\\alpha)\\cos\\alpha)$ and $\\|w_m\\|_Z^2=\\frac12\\|\\Sigma_X\\|$, it fails "
        "by $\\frac{\\alpha^3}{6\\pi}\\|\\Sigma_X\\|+O(\\alpha^5)$, which no remainder of the fourth order covers."
    ),
)


SMALL_ANGLES = (S2_55, S2_56)
