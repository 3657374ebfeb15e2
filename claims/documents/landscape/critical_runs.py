"""Document 003, section 4 and the sentences that rest on its runs: W* beside the diagonal, plateaus, leaving saddles."""

from __future__ import annotations

from claims.decide import both, exactly, less
from claims.documents.landscape.example import S3_67_AMENDED, S3_67_EXACT, S3_67_SHARP
from claims.documents.landscape.source import LANDSCAPE
from claims.documents.readings import among_the_seeds, mostly_within, ratio_within, together, within
from claims.instances.deep_linear import CriticalPoint
from claims.model import Claim, Decision, Kind, Run, Statement, Weight, control, without
from claims.subject import assumption
from numerics.chains import imbalances
from numerics.inertia import is_psd

NOISES = ("variance 0.1", "standard deviation 0.1")
USUAL = "uniform 1/sqrt(fan-in), rate 1e-05, variance 0.1"
LARGE = "normal 1, rate 3e-06, variance 0.1"
MIDDLE = "normal 0.1, rate 1e-05, variance 0.1"
SMALL = "normal 0.01, rate 1e-05, variance 0.1"
TINY = "normal 0.001, rate 3e-05, variance 0.1"
SMALL_TOO = "normal 0.01, rate 1e-05, standard deviation 0.1"
EVER = 1e12

# S3-52: leaving saddles ------------------------------------------------------------------------------------------------------

ADAM = "Adam 0.001, perturbation 0.1"
ADAM_RATIO = f"epochs to escape, non-strict over strict, {ADAM}, medians"
ADAM_SOONER = f"share of perturbations that leave the strict saddle first, {ADAM}"


def left_later(size: str, rate: str = "1e-05", kind: str = "strict, Z = 1") -> str:
    return f"epochs to leave, non-strict over {kind}, perturbation {size}, rate {rate}"


S3_52 = Claim(
    "S3-52",
    "Non-strict saddles are much harder to escape than strict ones",
    LANDSCAPE.at("section 3.2, l. 191"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"T_{\text{non-strict}}\ge2\,T_{\text{strict}}",
            "X3-7",
            together(within(ADAM_RATIO, 2, EVER, published="many more epochs"), within(ADAM_SOONER, 0.99, 1)),
            words="In the source's own experiment, with Adam: at least twice as many epochs for every seed, and nearly every perturbation leaves the strict saddle first. 'Much' is a factor of three, not of ten.",
            reading="A",
            wrong=mostly_within(ADAM_RATIO, 10, EVER),
            wrong_words="at least ten times as many",
        ),
        Run(
            r"T_{\text{non-strict}}\ge2\,T_{\text{strict}},\qquad\ge10\,T_{\text{strict}}\text{ for a tenth of the perturbation}",
            "X3-2",
            together(within(left_later("0.1"), 2, EVER), within(left_later("0.01"), 10, EVER)),
            words="Gradient descent on the document's network, with $Z=1$ for the strict saddle: at least twice as many epochs for a perturbation of a tenth of the weights, at least ten times as many for a hundredth.",
            reading="B",
            wrong=mostly_within(left_later("0.1"), 0, 1),
            wrong_words="the non-strict saddle is left sooner",
        ),
        Run(
            r"Z=\tfrac1{100}\colon\quad T_{\text{non-strict}}\ge2\,T_{\text{strict}}",
            "X3-2",
            mostly_within(left_later("0.1", kind="strict, Z = 0.01"), 2, EVER, published="much harder"),
            words="The same for a strict saddle with a small negative curvature, a hundredth of that of reading B: strict is strict.",
            reading="C",
            wrong=mostly_within(left_later("0.1", kind="strict, Z = 0.01"), 0, 0.5),
            wrong_words="the non-strict saddle is left twice as fast",
        ),
    ),
    remark=(
        "The time to leave a strict saddle grows like the logarithm of the inverse perturbation, that to leave a non-strict one like a power of it, so the ratio grows as the "
        "perturbation shrinks. It is the size of the negative curvature beside that of the perturbation that matters, not whether it vanishes: the two saddles of reading C are "
        "left in the same time. Adam, whose steps do not shrink with the gradient, hides most of the difference: with plain gradient descent no run of the source's experiment leaves the "
        "non-strict saddle within 2000 epochs (rate $10^{-3}$), while all leave the strict one within a hundred."
    ),
)

# S3-66 to S3-68: the minimiser ------------------------------------------------------------------------------------------------

S3_66 = Claim(
    "S3-66",
    "W* is very close to diag(5, 4, 3, 2)",
    LANDSCAPE.at("section 4, l. 215"),
    Kind.NUMERIC,
    Weight.CLAIM,
    printed=Run(
        r"\max_{ij}|W^*-\operatorname{diag}(5,4,3,2,0)|_{ij}\le\tfrac15,\qquad\|W^*-\operatorname{diag}(5,4,3,2,0)\|_F\le\tfrac3{100}\|\operatorname{diag}(5,4,3,2,0)\|_F",
        "X3-1",
        together(
            *(within(f"largest entry of |W* - diag(5,4,3,2,0)|, {noise}", 0, 0.2) for noise in NOISES),
            *(within(f"|W* - diag(5,4,3,2,0)|_F / |diag(5,4,3,2,0)|_F, {noise}", 0, 0.03) for noise in NOISES),
        ),
        words="'Very close' as within 0.2 in every entry and within 3 % in the Frobenius norm, for 0.1 as the variance of the error and as its standard deviation.",
        wrong=mostly_within("largest entry of |W* - diag(5,4,3,2,0)|, standard deviation 0.1", 0, 0.01),
        wrong_words="within a hundredth in every entry",
    ),
    remark="$W^*$ is $5\\times5$ of rank 4; the printed matrix is read as $\\operatorname{diag}(5,4,3,2,0)$. The largest of the 25 errors is typically a twentieth, their mean a hundredth.",
)

S3_67 = Claim(
    "S3-67",
    "W* differs from the diagonal matrix because of the random error",
    LANDSCAPE.at("section 4, l. 215"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        S3_67_EXACT,
        Run(
            r"\mathcal E=0\ \Rightarrow\ W^*=\operatorname{diag}(5,4,3,2,0)",
            "X3-1",
            mostly_within("|W* - diag(5,4,3,2,0)|_F, no error", 0, 1e-9, published="because of the random error"),
            words="The error is the cause: without it, on the same inputs, the two coincide (up to rounding).",
            reading="A",
            wrong=mostly_within("distance without the error over the distance with it, variance 0.1", 2, EVER),
            wrong_words="without the error the distance is at least twice as large",
        ),
        Run(
            r"\|W^*_{\mathcal E}-W^*_0\|_F\ge\|W^*_0-\operatorname{diag}(5,4,3,2,0)\|_F",
            "X3-1",
            together(*(mostly_within(f"shift by the error over the distance without it, {noise}", 1, EVER) for noise in NOISES)),
            words="The error is the larger cause: it moves $W^*$ further than $W^*$ lies from the diagonal without it, in most draws.",
            reading="B",
            wrong=mostly_within("shift by the error over the distance without it, variance 0.1", 0, 0.01),
            wrong_words="it does not move W* at all",
        ),
    ),
    amended=S3_67_AMENDED,
    sharp=S3_67_SHARP,
    remark=(
        "With 1000 samples $X^TX$ is not a multiple of the identity. Then the eigenvectors of $\\Sigma=\\beta X^TX\\beta$ are not the unit vectors, and $W^*$ is no diagonal matrix even where the "
        "regression is $\\beta$ exactly. With the standard deviation 0.1 the error changes the distance by a few per cent; with the variance 0.1 by about a quarter."
    ),
)

ARRIVALS = (USUAL, LARGE, MIDDLE, SMALL, TINY, SMALL_TOO)

S3_68 = Claim(
    "S3-68",
    "The network converges to W*",
    LANDSCAPE.at("section 4, l. 215"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=Run(
        r"\|W_3W_2W_1-W^*\|_F\le10^{-4}\|W^*\|_F",
        "X3-1",
        together(
            *(mostly_within(f"relative distance of the final product from W*, {name}", 0, 1e-4, least=0.9) for name in ARRIVALS),
            *(mostly_within(f"final loss over the global minimum, {name}", 1 - 1e-6, 1 + 1e-6, least=0.9) for name in ARRIVALS),
        ),
        words="For every distribution of the initial weights, their sizes three orders of magnitude apart, and at least nine of ten seeds, within 15000 epochs (60000 for the smallest weights).",
        wrong=mostly_within(f"relative distance of the final product from W*, {SMALL}", 1e-2, EVER),
        wrong_words="it stays away from W*",
    ),
    remark="The time to get there has a long tail: runs from small weights that have not arrived at the last epoch are still at the plateau of rank 3.",
)

# S3-71, S3-72: plateaus ----------------------------------------------------------------------------------------------------------


def plateaus(name: str) -> str:
    return f"plateaus among the ranks 0 to 3, {name}"


def approached(name: str) -> str:
    return f"minimisers of ranks 1 to 3 approached, {name}"


S3_71 = Claim(
    "S3-71",
    "From random weights the loss plateaus in the vicinity of low-rank minimisers",
    LANDSCAPE.at("figure 1, l. 201, 219"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\sigma\le10^{-2}\colon\quad\text{a plateau at }\operatorname{tr}\Sigma_{YY}-\lambda_1-\dots-\lambda_r\text{ for }r=0,1,2,3",
            "X3-1",
            together(*(mostly_within(plateaus(name), 4, 4, least=0.9) for name in (SMALL, TINY, SMALL_TOO))),
            words="For small normal initial weights: at each of the four critical values the squared gradient falls to a tenth or less of what it is before and after, within a tenth of a step of that value; for at least nine of ten seeds.",
            reading="A",
            wrong=mostly_within(plateaus(SMALL), 0, 2),
            wrong_words="at most two of them",
        ),
        Run(
            r"W_{ij}\sim U\bigl(-n^{-1/2},n^{-1/2}\bigr)\text{ or }N(0,1)\colon\quad\text{a plateau for some }r",
            "X3-1",
            together(*(mostly_within(plateaus(name), 1, 4, published="plateaus") for name in (USUAL, LARGE))),
            words="For initial weights of the usual sizes (uniform by the fan-in $n$, or standard normal): at least one such plateau for most seeds.",
            reading="B",
            wrong=mostly_within(plateaus(USUAL), 4, 4),
            wrong_words="all four of them",
        ),
    ),
    remark=(
        "The document does not say how the weights were drawn. The plateaus belong to small weights: with standard deviation 0.1 most runs show three of the four, with standard normal weights none does. "
        "A minority of the runs from uniform weights shows one, mostly that of rank 3."
    ),
)

S3_72 = Claim(
    "S3-72",
    "Gradient descent seems to solve the rank-restricted problems one after the other",
    LANDSCAPE.at("section 4, l. 219-222, (23)"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"\sigma\le10^{-2}\colon\quad\|W_3W_2W_1-\hat M_r\|_F\le\tfrac1{10}\|\hat M_r\|_F\text{ on the way, }r=1,2,3",
            "X3-1",
            together(mostly_within(approached(SMALL), 3, 3, least=0.75), within(approached(TINY), 3, 3)),
            words="For small initial weights the product passes within 10 % of the minimisers of ranks 1, 2 and 3, each where the gradient is smallest (in this order, since the loss falls).",
            reading="A",
            wrong=mostly_within(approached(TINY), 0, 2),
            wrong_words="it misses one of them",
        ),
        Run(
            r"W_{ij}\sim U\bigl(-n^{-1/2},n^{-1/2}\bigr)\text{ or }N(0,1)\colon\quad\text{the same}",
            "X3-1",
            together(*(mostly_within(approached(name), 3, 3, published="sequentially") for name in (USUAL, LARGE))),
            words="For initial weights of the usual sizes.",
            reading="B",
            wrong=mostly_within(approached(LARGE), 2, 3),
            wrong_words="it passes at least two of them",
        ),
    ),
    remark="From weights of the usual sizes several singular values grow at once, and most runs pass none of the three minimisers within 10 %.",
)

# S3-74 to S3-76: strict and non-strict --------------------------------------------------------------------------------------------


def left_after(kind: str, size: str, rate: str) -> str:
    return f"epochs to leave, {kind}, perturbation {size}, rate {rate}"


STRICT, FLAT = "strict, Z = 1", "non-strict, Z = 0"

S3_74 = Claim(
    "S3-74",
    "Leaving the non-strict saddle takes around 2000 epochs, the strict one about 500",
    LANDSCAPE.at("section 4, l. 224, figure 2"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"T_{\text{non-strict}}\gt T_{\text{strict}}",
            "X3-2",
            together(
                mostly_within(left_later("0.3"), 1, EVER, least=0.9),
                *(within(left_later(size), 1, EVER) for size in ("0.1", "0.03", "0.01")),
            ),
            words="The strict saddle is left first, whatever the perturbation.",
            reading="A",
            wrong=mostly_within(left_later("0.1"), 0, 1),
            wrong_words="the non-strict one is left first",
        ),
        Run(
            r"T_{\text{strict}}\approx500,\qquad T_{\text{non-strict}}\approx2000",
            "X3-2",
            together(among_the_seeds(left_after(STRICT, "0.3", "1e-06")), among_the_seeds(left_after(FLAT, "0.3", "1e-06"))),
            words="Both numbers lie among the seeds' for one and the same setting: the rate $10^{-6}$ and perturbations of 0.3 of the weights, one of six that were tried.",
            reading="B",
            wrong=among_the_seeds(left_after(STRICT, "0.1", "1e-05"), 2000),
            wrong_words="2000 epochs for the strict saddle at the rate 1e-5",
        ),
    ),
    remark=(
        "Neither the step size nor the perturbation is stated, and both numbers depend on them: times are inversely proportional to the rate, and the ratio of the two grows from 4 (perturbation 0.3) to "
        "more than 40 (perturbation 0.01). So the ratio 4, which no choice of the rate can change, points to a large perturbation. Without any, the start is a fixed point: in block form its zeros are "
        "kept to the last bit and no run ever leaves; in turned coordinates rounding errors carry most runs off the strict saddle after about a thousand epochs, and none off the non-strict one."
    ),
)

S3_75 = Claim(
    "S3-75",
    "With random initialisation the loss plateaus for around 500 epochs as well",
    LANDSCAPE.at("section 4, l. 224, figure 2"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=Run(
        r"|\mathcal L_k-\mathcal L(\hat M_3)|\lt\tfrac12\lambda_4\quad\text{for about 500 epochs }k",
        "X3-2",
        among_the_seeds("epochs at the plateau of rank 3, uniform 1/sqrt(fan-in), rate 1e-06"),
        words="Epochs within half a step of the critical value of rank 3, from uniform weights at the rate of S3-74, reading B.",
        wrong=among_the_seeds("epochs at the plateau of rank 3, uniform 1/sqrt(fan-in), rate 1e-06", 20000),
        wrong_words="around 20000 epochs",
    ),
    remark="With the same rate the plateau is five times as long from normal weights of standard deviation 0.1 and some fifty times as long from 0.01: the number says nothing without the size of the initial weights.",
)


def curvature(name: str) -> str:
    return f"negative curvature at the plateau of rank 3 over that at the strict saddle, {name}"


@assumption("balanced", "the weights are balanced, W_{j+1}'W_{j+1} = W_j W_j'")
def balanced(point: CriticalPoint) -> Decision:
    return exactly(all(gap.is_zero() for gap in imbalances(point.network.weights)))


@assumption("layers", "there are at least three layers")
def three_layers(point: CriticalPoint) -> Decision:
    return exactly(point.network.depth >= 3)


def is_non_strict_saddle(point: CriticalPoint) -> Decision:
    """The Hessian is positive semidefinite, and the loss is above its least value."""
    net = point.network
    return both(exactly(is_psd(net.hessian)), less(point.spectral.least_loss(net.thinnest), net.loss))


def has_negative_curvature(point: CriticalPoint) -> Decision:
    return exactly(not is_psd(point.network.hessian))


BALANCED_SADDLES = Statement(
    r"W_{j+1}^TW_{j+1}=W_jW_j^T,\ \nabla\mathcal L(W)=0,\ S=[1,r],\ r\lt r_{\max}\ \Rightarrow\ \nabla^2\mathcal L(W)\succeq0",
    is_non_strict_saddle,
    "balanced_critical_points",
    words="Balanced weights, whose balance the gradient flow keeps, can come near non-strict saddles only: with three layers or more every balanced critical point on a low-rank minimiser is tightened, hence not strict.",
    assumptions=(balanced, three_layers),
    strata=("rank zero", "three layers or more", "a hidden bottleneck", "bases turned"),
    probes=(
        without("balanced", "any balance", over="leading_critical_points"),
        without("layers", "two layers"),
        control("the Hessian has a negative eigenvalue", has_negative_curvature),
    ),
)

S3_76 = Claim(
    "S3-76",
    "Gradient descent avoids non-strict saddles in favour of strict ones",
    LANDSCAPE.at("section 4, l. 224"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\sigma\ge\tfrac1{10}\colon\quad\lambda_{\min}\bigl(\nabla^2\mathcal L\bigr)\le\tfrac1{10}\lambda_{\min}\bigl(\nabla^2\mathcal L_{Z=1}\bigr)\text{ at the plateau of rank 3}",
            "X3-1",
            together(*(mostly_within(curvature(name), 0.1, 10, least=0.75) for name in (USUAL, MIDDLE))),
            words="Where the run is flattest near rank 3 the Hessian is about as negative as at the document's strict saddle (a tenth of it at least), for three of four seeds or more: initial weights of the usual size, and normal ones of standard deviation 0.1.",
            reading="A",
            wrong=mostly_within(curvature(USUAL), 0, 0.01),
            wrong_words="a hundredth of it at most",
        ),
        Run(
            r"\sigma\le\tfrac1{100}\colon\quad\text{the same}",
            "X3-1",
            together(*(mostly_within(curvature(name), 0.1, 10, published="in favour of strict ones") for name in (SMALL, TINY))),
            words="The same for the small weights that show the sequence of plateaus of which the hypothesis speaks.",
            reading="B",
            wrong=mostly_within(curvature(TINY), 0.01, 10),
            wrong_words="a hundredth of it at least, for standard deviation 0.001",
        ),
        Run(
            r"\sigma=\tfrac1{100}\colon\quad T_{\text{random}}\le T_{\text{non-strict}}",
            "X3-2",
            ratio_within(
                "epochs at the plateau of rank 3, normal 0.01, rate 1e-05", left_after(FLAT, "0.1", "1e-05"), 0, 1, least=0.5
            ),
            words="By the document's own argument, the length of the plateau: with small weights it is shorter than the stay at the non-strict saddle (perturbation 0.1, same rate).",
            reading="C",
            wrong=ratio_within(
                "epochs at the plateau of rank 3, normal 0.01, rate 1e-05", left_after(STRICT, "0.1", "1e-05"), 0, 2, least=0.5
            ),
            wrong_words="it is at most twice the stay at the strict saddle",
        ),
    ),
    sharp=BALANCED_SADDLES,
    remark=(
        "The negative curvature at the plateau is proportional to the initial weights: a third of the strict saddle's for standard deviation 0.1, two hundredths for 0.01, two thousandths for 0.001. "
        "The smaller the weights, the sharper the plateaus and the closer to non-strict saddles: the fourth singular value of every layer is then as small as the initial weights, and a saddle on the "
        "rank-3 minimiser is non-strict exactly when all three layers have rank 3. What keeps runs from weights of the usual size away from the non-strict ones is their imbalance, which the flow preserves; "
        "from exactly balanced weights there is nothing else to come near to. Taken to the letter the hypothesis says little: the non-strict saddles are a thin subset of the saddles on a "
        "low-rank minimiser, so that there is nearly always a strict one nearby, with as little negative curvature as one likes."
    ),
)

CRITICAL_RUNS = (S3_52, S3_66, S3_67, S3_68, S3_71, S3_72, S3_74, S3_75, S3_76)
