"""Document 003, section 5.4: what is said about Figures 3 to 6, the runs with larger and larger steps and the histograms."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from claims.decide import exactly
from claims.documents.landscape.source import LANDSCAPE
from claims.documents.landscape.step_printed import ARRANGED, STEP_PRINTED
from claims.documents.landscape.step_reach import FITTED, STEP_REACH
from claims.documents.readings import mostly_within, together, within
from claims.instances.step_sizes import Orders
from claims.model import Claim, Decision, Kind, Run, Statement, Weight, control, only
from numerics.spectrum import as_fraction

SQUARE, NARROW = "three 5 x 5 layers", "layers 5 x 2, 2 x 2, 2 x 5"
SMALL_X = "X N(0, 0.09), weights shrunk to alpha"
RESCALED = f"{ARRANGED}, X and noise times 0.7"
RAW = "weights N(0, 1), none left out"
DEPTHS = ("two layers", "three layers", "four layers")

# S3-109, S3-110: Figure 3 ------------------------------------------------------------------------------------------------------

S3_109 = Claim(
    "S3-109",
    "With 0.9 of the bound there is convergence to the critical point",
    LANDSCAPE.at("l. 293, Fig. 3"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\eta=0.9\,\eta_{\max}:\quad\|\nabla\mathcal L(W(5000))\|\le0.01",
            "X3-3",
            mostly_within(
                f"small gradient at 0.9 of the bound, {ARRANGED}", 1, 1, published="we indeed have convergence (5000 epochs)"
            ),
            words="Convergence as a gradient that has become small within the 5000 epochs; standard normal X, weights shrunk to the printed $\\alpha$.",
            reading="A",
            wrong=within(f"loss falls at 0.9 of the bound, {ARRANGED}", 0, 0),
            wrong_words="the loss does not even fall",
        ),
        Run(
            r"\eta=0.9\,\eta_{\max}:\quad|\mathcal L(W(4000))-\mathcal L(W(5000))|\le0.01\,\mathcal L(W(0))",
            "X3-3",
            mostly_within(f"loss flat at 0.9 of the bound, {ARRANGED}", 1, 1),
            words="Convergence as a curve that looks flat at its end, for the same draws.",
            reading="B",
            wrong=within(f"loss falls at 0.9 of the bound, {ARRANGED}", 0, 0),
            wrong_words="the loss does not even fall",
        ),
        Run(
            r"\eta=0.9\,\eta_{\max}:\quad|\mathcal L(W(4000))-\mathcal L(W(5000))|\le0.01\,\mathcal L(W(0))",
            "X3-3",
            mostly_within(f"loss flat at 0.9 of the bound, {FITTED}", 1, 1),
            words="The same at the scales of X and W at which the printed numbers occur (S3-107).",
            reading="C",
            wrong=mostly_within(f"small gradient at 0.9 of the bound, {FITTED}", 1, 1),
            wrong_words="the gradient is small there",
        ),
        Run(
            r"\eta=0.9\,\eta_{\max}:\quad\mathcal L(W(5000))\lt \mathcal L(W(0))\text{, no divergence}",
            "X3-3",
            together(*(within(f"loss falls at 0.9 of the bound, {name}", 1, 1) for name in (ARRANGED, SMALL_X, FITTED))),
            words="Convergence as what Theorem 2.4 can be seen to promise in finite time: the loss falls and nothing blows up.",
            reading="D",
            wrong=within(f"loss falls at 0.9 of the bound, {ARRANGED}", 0, 0),
            wrong_words="the loss does not even fall",
        ),
    ),
    remark=(
        "Small steps make it slow: for standard normal X the bound is about $3\\cdot10^{-5}$, so that 5000 epochs are a time of 0.15; the small singular values of X ask for "
        "far more. Judged by the gradient, the doubling search would end at its first step."
    ),
)

SLOWER = "epochs to 10 % of the loss, a sixteenth over a quarter of the failing step"

S3_110 = Claim(
    "S3-110",
    "With smaller steps convergence is significantly slower",
    LANDSCAPE.at("l. 293, Fig. 3"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=Run(
        r"T(\eta/4)/T(\eta)\ge2,\quad T=\text{ epochs to }\mathcal L\le0.1\,\mathcal L(W(0))",
        "X3-3",
        together(
            mostly_within(f"{SLOWER}, {ARRANGED}", 2, 64, published="significantly slower"),
            mostly_within(f"{SLOWER}, {SMALL_X}", 2, 64),
        ),
        words="'Significantly' as at least twice the epochs for a quarter of the step, both well below the step that fails.",
        wrong=mostly_within(f"{SLOWER}, {SMALL_X}", 0, 1),
        wrong_words="the smaller step is as fast",
    ),
    remark="The factor is close to 4, that of the steps, as for gradient flow. A seed that does not come down to a tenth of its first loss within 5000 epochs counts against the sentence.",
)

# S3-112, S3-113: Figure 6 ------------------------------------------------------------------------------------------------------


def share(low: str, high: str, shape: str, label: str) -> str:
    return f"share from {low} to {high}, {shape}, {label}"


S3_112 = Claim(
    "S3-112",
    "For 5 x 5 weights the diverging steps are skewed right, most from 0.01 to 0.03",
    LANDSCAPE.at("l. 310, Fig. 6 left"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\text{skewness}\gt 0",
            "X3-6",
            mostly_within(f"skewness, {SQUARE}, {ARRANGED}", 0, 100, least=0.6, published="skewed right"),
            words="Skewed right (ten networks for each seed, standard normal X, weights shrunk to the printed $\\alpha$).",
            reading="A",
            wrong=mostly_within(f"skewness, {SQUARE}, {ARRANGED}", -100, 0),
            wrong_words="skewed left",
        ),
        Run(
            r"0.01\le\eta_{\text{div}}\le0.03\text{ for at least half of the networks}",
            "X3-6",
            mostly_within(share("0.01", "0.03", SQUARE, ARRANGED), 0.5, 1, published="most"),
            words="Most from 0.01 to 0.03, with standard normal X.",
            reading="B",
            wrong=mostly_within(f"share above 0.03, {SQUARE}, {ARRANGED}", 0.5, 1),
            wrong_words="most above 0.03",
        ),
        Run(
            r"0.01\le\eta_{\text{div}}\le0.03\text{ for at least half of the networks}\quad(X_{ij}\sim N(0,0.49))",
            "X3-6",
            mostly_within(share("0.01", "0.03", SQUARE, RESCALED), 0.5, 1, least=0.9, published="most"),
            words="The same with the scale of X that puts the median at 0.02.",
            reading="C",
            wrong=mostly_within(f"share above 0.03, {SQUARE}, {RESCALED}", 0.5, 1),
            wrong_words="most above 0.03",
        ),
    ),
    remark=(
        "With standard normal X about half of the networks fall into the range, the others fail earlier; with a standard deviation of 0.7 four fifths do. With "
        "standard normal weights, used as drawn, nearly all fail below 0.01."
    ),
)

S3_113 = Claim(
    "S3-113",
    "For narrow weights there is less variability, most diverge at 0.02, with larger outliers",
    LANDSCAPE.at("l. 310, 327, Fig. 6 right"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"\sigma/\mu\ (5\times2,2\times2,2\times5)\le0.9\,\sigma/\mu\ (5\times5)",
            "X3-6",
            mostly_within(
                f"relative spread of the narrow shape over that of the square one, {ARRANGED}",
                0,
                0.9,
                published="less variability",
            ),
            words="Less variability, as a relative spread that is smaller by a tenth at least.",
            reading="A",
            wrong=mostly_within(f"relative spread of the narrow shape over that of the square one, {ARRANGED}", 2, 100),
            wrong_words="twice the variability",
        ),
        Run(
            r"0.015\le\operatorname{med}\eta_{\text{div}}\le0.025",
            "X3-6",
            mostly_within(
                f"median first diverging step of {NARROW}, {RESCALED}", 0.015, 0.025, least=0.6, published="most at 0.02"
            ),
            words="Most at 0.02, as the median near it, at the scale of X that puts that of the square weights there.",
            reading="B",
            wrong=mostly_within(f"share above 0.03, {NARROW}, {RESCALED}", 0.5, 1),
            wrong_words="most above 0.03",
        ),
        Run(
            r"\max\eta_{\text{div}}(5\times2,2\times2,2\times5)\gt \max\eta_{\text{div}}(5\times5)",
            "X3-6",
            mostly_within(
                f"largest step belongs to the narrow shape, {ARRANGED}",
                1,
                1,
                least=0.75,
                published="more possibility of outliers",
            ),
            words="More possibility of outliers, as the largest step of the two samples belonging to the narrow shape in at least three seeds of four.",
            reading="C",
            wrong=within(f"largest step belongs to the narrow shape, {ARRANGED}", 0, 0),
            wrong_words="never",
        ),
    ),
    remark=(
        "Once the weights are shrunk to the printed $\\alpha$, the two shapes can hardly be told apart: the step that diverges is set by the strongest direction of the labels, "
        "which both can fit. With standard normal weights as drawn the narrow networks have the larger step in nearly every seed, because their products are smaller; "
        "their relative spread is the same."
    ),
)

# S3-114 to S3-116: Figures 4 and 5 -----------------------------------------------------------------------------------------------

PAIR = f"{SQUARE} and {NARROW}"

S3_114 = Claim(
    "S3-114",
    "The distributions of the bound for the two shapes are roughly the same",
    LANDSCAPE.at("l. 304, Fig. 4"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\sup_t|F_{5\times5}(t)-F_{5\times2,2\times2,2\times5}(t)|\le0.1",
            "X3-4",
            together(
                within(f"distance of the distributions, {PAIR}, {ARRANGED}", 0, 0.1, published="roughly the same"),
                within(f"distance of the distributions, {PAIR}, {SMALL_X}", 0, 0.1),
            ),
            words="With weights shrunk to the printed $\\alpha$: the distribution functions of a thousand networks each differ by a tenth at most.",
            reading="A",
            wrong=within(f"distance of the distributions, {PAIR}, {ARRANGED}", 0.5, 1),
            wrong_words="they differ by a half",
        ),
        Run(
            r"\tfrac12\le\operatorname{med}_{5\times5}/\operatorname{med}_{5\times2,2\times2,2\times5}\le2",
            "X3-4",
            within(f"median bound of {SQUARE} over {NARROW}, {RAW}", 0.5, 2),
            words="With the formula applied to standard normal weights as drawn, whether or not $\\alpha\\lt 1$: the medians are within a factor of two.",
            reading="B",
            wrong=within(f"median bound of {SQUARE} over {NARROW}, {RAW}", 10, 100),
            wrong_words="they are a factor of ten apart",
        ),
    ),
    remark=(
        "They are the same where the weights are small, since M, K and B then depend on the data alone: the bound hardly sees the weights. Among draws of standard "
        "deviation 0.3 of which only those with $\\alpha\\lt 1$ are kept, the narrow networks have a median four times as large: their weights are less unbalanced, so that X need not be as "
        "nearly singular to be kept."
    ),
)


def medians(treatment: str):
    """Within half a decade of the printed order of magnitude."""
    ranges = zip(DEPTHS, ((3.16e-4, 3.16e-3), (3.16e-5, 3.16e-4), (3.16e-5, 3.16e-4)), strict=True)
    return together(*(within(f"median bound, {depth}, {treatment}", low, high) for depth, (low, high) in ranges))


S3_115 = Claim(
    "S3-115",
    "The bound is about 1e-3, 1e-4, 1e-4 for 2, 3, 4 weights",
    LANDSCAPE.at("l. 306, Figs 4, 5"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"\eta_{\max}\approx10^{-3},\ 10^{-4},\ 10^{-4}",
            "X3-5",
            medians(ARRANGED),
            words="'About' as within half a decade, for the median over a thousand networks; standard normal X.",
            reading="A",
            wrong=within(f"median bound, two layers, {ARRANGED}", 1e-2, 1),
            wrong_words="1e-2 or more for two layers",
        ),
        Run(
            r"\eta_{\max}\approx10^{-3},\ 10^{-4},\ 10^{-4}\quad(X_{ij}\sim N(0,0.09))",
            "X3-5",
            medians(SMALL_X),
            words="The same with entries of X of standard deviation 0.3.",
            reading="B",
            wrong=within(f"median bound, two layers, {SMALL_X}", 1e-2, 1),
            wrong_words="1e-2 or more for two layers",
        ),
    ),
    remark="With standard normal X the medians are about $2\\cdot10^{-4}$, $3\\cdot10^{-5}$ and $10^{-5}$; the scale of X, which is not given, moves all three by its inverse square at least.",
)


def printed_orders(q: Any) -> Orders:
    return Orders(tuple(q.scalar(value) for value in ("1/1000", "1/10000", "1/10000")))


def other_orders(q: Any) -> Orders:
    return Orders(tuple(q.scalar(value) for value in ("1/1000", "1/10000", "1/1000")))


def each_divides_by(factor: int):
    """Each further layer divides the printed order of magnitude by the factor."""

    def property(orders: Orders) -> Decision:
        pairs = pairwise(as_fraction(bound) for bound in orders.bounds)
        return exactly(all(a == factor * b for a, b in pairs), "three and four layers are both given as 1e-4")

    return property


def none_grows(orders: Orders) -> Decision:
    return exactly(all(as_fraction(a) >= as_fraction(b) for a, b in pairwise(orders.bounds)))


def all_fall(orders: Orders) -> Decision:
    return exactly(all(as_fraction(a) > as_fraction(b) for a, b in pairwise(orders.bounds)))


S3_116 = Claim(
    "S3-116",
    "The bound changes by about a factor of 10 as the number of weights increases",
    LANDSCAPE.at("l. 306"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Statement(
            r"10^{-3}:10^{-4}:10^{-4}\ =\ 100:10:1",
            each_divides_by(10),
            only("the printed orders of magnitude", printed_orders),
            words="Held against the numbers of the next sentence.",
            reading="A",
        ),
        Run(
            r"3.16\le\eta_{\max}(N)/\eta_{\max}(N+1)\le31.6\quad(N=2,3)",
            "X3-5",
            together(
                *(
                    mostly_within(f"median bound of {a} over {b}, {ARRANGED}", 3.16, 31.6, published="about a factor of 10")
                    for a, b in pairwise(DEPTHS)
                )
            ),
            words="Measured, within half a decade of 10, with weights shrunk to the printed $\\alpha$.",
            reading="B",
            wrong=mostly_within(f"median bound of two layers over three layers, {ARRANGED}", 100, 1e9),
            wrong_words="a factor of a hundred",
        ),
        Run(
            r"3.16\le\eta_{\max}(N)/\eta_{\max}(N+1)\le31.6\quad(N=2,3)",
            "X3-5",
            together(*(mostly_within(f"median bound of {a} over {b}, {RAW}", 3.16, 31.6) for a, b in pairwise(DEPTHS))),
            words="Measured with the formula applied to standard normal weights as drawn.",
            reading="C",
            wrong=mostly_within(f"median bound of two layers over three layers, {RAW}", 100, 1e9),
            wrong_words="a factor of a hundred",
        ),
    ),
    amended=Statement(
        r"10^{-3}\ge10^{-4}\ge10^{-4}",
        none_grows,
        only("the printed orders of magnitude", printed_orders),
        words="What the printed numbers say: the bound does not grow with the number of layers.",
        probes=(
            control("it falls each time", all_fall),
            control("and in any order", none_grows, over=only("the printed orders with the last one as the first", other_orders)),
        ),
    ),
    remark="Measured factors: about 6 from two to three layers and 3 from three to four with shrunk weights; 8 and 4.5 with standard normal ones.",
)

STEP_RUNS = (*STEP_PRINTED, *STEP_REACH, S3_109, S3_110, S3_112, S3_113, S3_114, S3_115, S3_116)
