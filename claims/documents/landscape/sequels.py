"""Document 003, section 6: what is said of nonlinear networks."""

from __future__ import annotations

from claims.decide import equal, equivalent, exactly
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.nonlinear_units import CubicUnit, RectifierUnit, WideLayer
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption


def has_spurious_minimum(unit: CubicUnit) -> Decision:
    return exactly(unit.has_spurious_minimum, "every local minimum of this loss is a global one")


@assumption("increasing", "the activation is strictly increasing")
def increasing(unit: CubicUnit) -> Decision:
    return exactly(bool(unit.slope > 0))


def spurious_exactly_beyond_the_edge(unit: CubicUnit) -> Decision:
    """c < 0 and 27 y^2 > -4 c^3: the label is beyond both values at the flat points."""
    c, y = unit.slope, unit.label
    return equivalent(exactly(unit.has_spurious_minimum), exactly(bool(c < 0 and 27 * y * y > -4 * c * c * c)))


def spurious_exactly_where_not_monotone(unit: CubicUnit) -> Decision:
    return equivalent(exactly(unit.has_spurious_minimum), exactly(bool(unit.slope < 0)))


@assumption("features", "the features of the samples are linearly independent")
def independent_features(net: WideLayer) -> Decision:
    return exactly(net.features.rank() == net.inputs.shape[1])


@assumption("critical", "the derivative by the output weights vanishes")
def output_is_critical(net: WideLayer) -> Decision:
    return exactly((net.residual @ net.features.T).is_zero())


def fits_the_samples(net: WideLayer) -> Decision:
    return equal(net.loss, net.loss * 0)


def residual_is_large(net: WideLayer) -> Decision:
    return exactly(bool(net.loss >= 1))


@assumption("two sides", "each sign of the weight has its own strict minimum, of another loss")
def two_different_minima(unit: RectifierUnit) -> Decision:
    found = unit.strict_minima
    return exactly(len(found) == 2 and bool(unit.loss(found[0]) != unit.loss(found[1])))


def worse_minimum_is_spurious(unit: RectifierUnit) -> Decision:
    """At the worse of the strict minima the loss is larger than at some other weight."""
    values = [unit.loss(w) for w in unit.strict_minima]
    others = [unit.loss(w) for w in (*unit.strict_minima, unit.inputs[0, 0] * 0)]
    return exactly(bool(values) and bool(max(values) > min(others)), "the only strict minimum is the global one")


def every_minimum_fits(unit: RectifierUnit) -> Decision:
    return exactly(all(bool(unit.loss(w) == 0) for w in unit.strict_minima))


S3_118 = Claim(
    "S3-118",
    "The set of spurious local minima of non-linear networks may have measure 0, but it is never empty",
    LANDSCAPE.at("l. 331"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\exists\,w\text{ local minimum of }\mathcal L,\ \mathcal L(w)\gt\min\mathcal L",
        has_spurious_minimum,
        "cubic_units",
        words="Read for the first of the cases considered, analytic and strictly increasing activations and a layer about as wide as there are samples: $t+t^3$, one unit, one sample.",
        assumptions=(increasing,),
    ),
    original=(
        Statement(
            r"\operatorname{rank}\Phi=m,\ \nabla_V\|V\Phi-Y\|_F^2=0\ \Rightarrow\ V\Phi=Y,\quad\Phi=\sigma(WX)",
            fits_the_samples,
            "wide_layers",
            words="The core of the theorem of Nguyen and Hein, for one hidden layer: with independent features of the m samples every point that is critical in the output weights fits them.",
            reading="Nguyen-Hein",
            assumptions=(independent_features, output_is_critical),
            strata=("one sample", "as wide as samples", "wider than samples"),
            probes=(
                without("features", "with dependent features"),
                without("critical", "with any output weights"),
                control("the loss is at least 1", residual_is_large),
            ),
        ),
        Statement(
            r"\mathcal L(w)=\sum_i(\max(wx_i,0)-y_i)^2\text{ has a spurious strict minimum if its two sides have different ones}",
            worse_minimum_is_spurious,
            "rectifier_units",
            words="In the direction of Christof, for the smallest network with a conic activation: a rectifier with samples on both sides has spurious minima as soon as the sides differ.",
            reading="Christof",
            assumptions=(two_different_minima,),
            strata=("two strict minima",),
            probes=(
                without("two sides", "where only one side has a minimum or both have the same loss"),
                control("every strict minimum fits the samples", every_minimum_fits),
            ),
        ),
    ),
    amended=Statement(
        r"\mathcal L(w)=(w^3+cw-y)^2\text{ has a spurious local minimum}\iff c\lt0,\ 27y^2\gt-4c^3",
        spurious_exactly_beyond_the_edge,
        "cubic_units",
        words="The set can be empty and need not be; for one cubic unit and one sample it is exactly this.",
        strata=("strictly increasing", "flat at one point", "not monotone", "at the edge", "spurious minimum"),
        probes=(control("wherever the activation is not monotone", spurious_exactly_where_not_monotone),),
    ),
    remark=(
        "An output layer of its own, with a bias, changes nothing: on one sample the derivative by that bias is twice the residual, so that every critical point fits it, whatever the activation. "
        "'For the specific cases considered' can also be meant of conic activations only; what is checked of these is one example, not Christof's theorem. "
        "There, too, it depends on the labels: for a rectifier on $x=1$ with the label 0 every local minimum is a global one. "
        "That the set has measure zero does not hold for rectifiers: a unit that is inactive on all samples stays a local minimum when it moves."
    ),
)
