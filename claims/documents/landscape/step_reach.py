"""Document 003, section 5.4: how far the step-size bound is from what descent bears, and how it changes with the layers."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, exactly
from claims.documents.landscape.source import LANDSCAPE
from claims.documents.landscape.step_printed import ARRANGED
from claims.documents.readings import mostly_within, together, within
from claims.instances.deep_linear import Data, DeepLinear
from claims.instances.step_sizes import FixedSizes, OneStep
from claims.model import Claim, Decision, Kind, Run, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.brackets import E
from numerics.spectrum import as_fraction

FITTED = "X N(0, 0.0036), weights N(0, 4) rebalanced to alpha"

# S3-111: sufficient, not necessary -------------------------------------------------------------------------------------------------


def lands_from_above_the_bound(step: OneStep) -> Decision:
    """One step ends at a global minimum, where descent stays; the step is larger than 2/B for every delta, alpha and reading.

    K > M^(2/N) >= 1 where both readings of M are at least 1, so that B > 2 e N |X|^2.
    """
    x, y = step.network.data.inputs[0, 0], step.network.data.targets[0, 0]
    miss = abs(y - (step.network.product @ step.network.data.inputs)[0, 0])
    both_at_least_1 = bool(2 * miss + abs(y) >= x * x and miss + abs(y) >= abs(x))
    above = bool(as_fraction(step.rate) * E.low * step.network.depth * as_fraction(x * x) > 1)
    return exactly(both_at_least_1 and above and not step.after.loss)


def landing(rate: str):
    """w_1 = w_2 = w_3 = 1/2 on x = y = 1: the derivative for each weight is 2 (1/8 - 1)/4 = -7/16."""

    def start(q: Any) -> OneStep:
        one, half = q.of([[1]]), q.of([["1/2"]])
        return OneStep(DeepLinear((half, half, half), Data(one, one)), q.scalar(rate))

    return start


def small_miss(q: Any) -> OneStep:
    """w = 5/3 on x = 3, y = 6: the step lands at w = 2, and the printed M is less than 1."""
    return OneStep(DeepLinear((q.of([["5/3"]]),), Data(q.of([[3]]), q.of([[6]]))), q.scalar("1/18"))


S3_111 = Claim(
    "S3-111",
    "The bound is sufficient, not necessary, and can be significantly tighter",
    LANDSCAPE.at("l. 293"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\exists W(0),\eta\colon\ \eta>\eta_{\max}\text{ for every }\delta>0,\alpha\in[0,1),\quad\mathcal L(W(1))=0",
            lands_from_above_the_bound,
            only("three scalar layers 1/2, target 1, step 8/7", landing("8/7")),
            words="A step that is more than nine times every bound of the theorem leads from a balanced start to a global minimum, and stays there.",
            reading="A",
            probes=(
                control("half that step does so too", lands_from_above_the_bound, over=only("step 4/7", landing("4/7"))),
                control(
                    "for any M", lands_from_above_the_bound, over=only("one scalar layer, x = 3, y = 6, step 1/18", small_miss)
                ),
            ),
        ),
        Run(
            r"\eta_{\text{first diverging}}/\eta_{\max}\ge10",
            "X3-3",
            together(
                mostly_within(
                    f"first step that diverges over the bound, {ARRANGED}",
                    10,
                    1e9,
                    least=1.0,
                    published="0.0273 / 2.374e-4 = 115",
                ),
                mostly_within(f"first step that diverges over the bound, {FITTED}", 10, 1e9, least=1.0),
            ),
            words="'Significantly' as at least a factor of ten between the bound and the first step that diverges.",
            reading="B",
            wrong=mostly_within(f"first step that diverges over the bound, {ARRANGED}", 0, 10),
            wrong_words="less than a factor of ten",
        ),
    ),
    remark="'Tighter' is meant as 'larger': in these runs the first diverging step is some hundred times the bound (the median ratio is 230), in some thousands of times.",
)

# S3-117: how the bound changes with N ----------------------------------------------------------------------------------------


def sizes_of(layers: int, delta: str = ""):
    """M = 10, |X|^2 = 10, |X Y'| = 20, L = 50, alpha = 1/2: the order of magnitude of the experiment's numbers."""

    def build(q: Any) -> FixedSizes:
        M, inputs, cross, loss, alpha = (q.scalar(value) for value in (10, 10, 20, 50, "1/2"))
        return FixedSizes(M, inputs, cross, loss, alpha, layers, q.scalar(delta) if delta else None)

    return build


def falls_by(text: str):
    """From N to 2N layers the bound falls at least by the factor text^N."""

    def property(sizes: FixedSizes) -> Decision:
        N = sizes.layers
        grown = as_fraction(text) ** N * sizes.inverse_for(N).low
        return exactly(bool(grown <= sizes.inverse_for(2 * N).high), "one over the bound grows like a polynomial in N")

    return property


@assumption("h2", "delta is that of (30)")
def delta_of_30(sizes: FixedSizes) -> Decision:
    return exactly(sizes.delta is None)


def at_most_cubic(sizes: FixedSizes) -> Decision:
    return at_most(sizes.inverse.high, sizes.cubic())


def at_most_a_hundredth(sizes: FixedSizes) -> Decision:
    return at_most(sizes.inverse.high, sizes.cubic() / 100)


MANY = (2, 3, 4, 8, 16, 64, 256)
GROWING = only("M = 10, |X|^2 = 10, |X Y'| = 20, L = 50 and 2 to 256 layers", *(sizes_of(N) for N in MANY))

S3_117 = Claim(
    "S3-117",
    "The given bound changes exponentially with N",
    LANDSCAPE.at("l. 306"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\eta_{\max}(2N)\le q^{-N}\,\eta_{\max}(N)\quad(q=1.1;\ M,X,Y,\mathcal L\text{ fixed})",
            falls_by("11/10"),
            only("64 and 256 layers", sizes_of(64), sizes_of(256)),
            words="As a property of the formula, other things being equal: each layer divides the bound by a fixed factor above 1, here 1.1.",
            reading="A",
        ),
        Run(
            r"\eta_{\max}(N)/\eta_{\max}(N+1)\ge2\quad(N=2,3)",
            "X3-5",
            together(
                *(
                    within(f"median bound of {pair}, {treatment}", 2, 100)
                    for pair in ("two layers over three layers", "three layers over four layers")
                    for treatment in (ARRANGED, "weights N(0, 1), none left out")
                )
            ),
            words="As an observation on two, three and four layers: each further layer at least halves the median bound.",
            reading="B",
            wrong=within(f"median bound of three layers over four layers, {ARRANGED}", 0, 1),
            wrong_words="the bound of three layers is below that of four",
        ),
    ),
    amended=Statement(
        r"\frac1{\eta_{\max}(N)}\le N(N+1)^2\Bigl(\frac{2\mathcal L}{1-\alpha}+e^2M^2\|X\|^2+eM\|XY^T\|\Bigr)\qquad(M\ge1)",
        at_most_cubic,
        GROWING,
        words="With the delta of (30) the bound falls no faster than $N^{-3}$, because $K_\\delta^{N-1}=M^{2-2/N}(1+1/N)^{N-1}\\lt eM^2$.",
        assumptions=(delta_of_30,),
        bound=True,
        derivation="landscape.step_simplification",
        probes=(
            without("h2", "with one delta for all N", over=only("delta = 1, 16 layers", sizes_of(16, "1"))),
            control("with a hundredth of that constant", at_most_a_hundredth),
        ),
    ),
    remark=(
        "No factor $q>1$ does: a polynomial lies below $q^N$ for large N. With a delta that does not shrink with N the bound falls even faster than exponentially, "
        "as $(N+1)^2\\delta$ is raised to the power $N-1$. In the experiments M barely depends on N as long as the weights are small; where they are standard normal, "
        "M and $\\mathcal L$ grow with N and the factors are larger (8 and then 4.5 instead of 6 and then 3)."
    ),
)


STEP_REACH = (S3_111, S3_117)
