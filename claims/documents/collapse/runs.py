"""Document 000, what is said about training runs, against runs over many seeds, learning rates and readings of the set-up."""

from __future__ import annotations

from claims.documents.collapse.conditioning import condition_within, hessian_is_invertible
from claims.documents.collapse.source import COLLAPSE, THE_DATA
from claims.documents.readings import among_the_seeds, mostly_within, ratio_within, together, within
from claims.model import Claim, Kind, Run, Statement, Weight, control

DEFAULT = "start PyTorch's default"
WELL_CONDITIONED = "data centred and divided by the largest entry"

S0_6 = Claim(
    "S0-6",
    "Both networks are trained with batch gradient descent, and both runs work",
    COLLAPSE.at("l. 15"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"\text{one layer: finite and settled}",
            "X0-1",
            together(
                within("diverged, one layer, rate 1e-12", 0, 0),
                within("share lost over the second half, one layer, rate 1e-12", -0.01, 0.01),
            ),
            words="The one-layer run settles, with the rate $10^{-12}$.",
            reading="A",
            wrong=within("diverged, one layer, rate 1e-12", 1, 1),
            wrong_words="it diverges with that rate",
        ),
        Run(
            r"\text{four layers: finite and settled}",
            "X0-2",
            together(
                within("diverged, three matrices, rate 1e-12", 0, 0),
                within("share lost over the second half, three matrices, rate 1e-12", -0.01, 0.01),
                within("diverged, four matrices, rate 1e-12", 0, 0),
            ),
            words="The four-layer run settles, with the rate $10^{-12}$, in both readings of the layers.",
            reading="B",
            wrong=within("diverged, four matrices, rate 1e-12", 1, 1),
            wrong_words="it diverges with that rate",
        ),
        Run(
            r"\text{one layer: finite for }\eta\in\{10^{-4},10^{-3},10^{-2}\}",
            "X0-1",
            together(*(within(f"diverged, one layer, rate {rate}", 0, 0) for rate in ("1e-04", "1e-03", "1e-02"))),
            words="With a customary learning rate on the raw data, as nothing else is stated.",
            reading="C",
            wrong=within("diverged, one layer, rate 1e-12", 1, 1),
            wrong_words="it diverges with every rate",
        ),
    ),
    remark=(
        "The largest eigenvalue of the Hessian of the MSE is about $1.5\\cdot10^{12}$, so that gradient descent on the raw data is stable only below "
        "$\\eta=1.33\\cdot10^{-12}$. The asker must have used a rate of that size or scaled the data; the question says neither."
    ),
)

S0_7 = Claim(
    "S0-7",
    "The MSE of the one-layer network settles at a value",
    COLLAPSE.at("l. 19"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=Run(
        r"C_{1000}\approx C_{500}\gg0",
        "X0-1",
        together(
            within("share lost over the second half, one layer, rate 1e-12", -0.01, 0.01),
            mostly_within("mean squared error after 1000 epochs, one layer, rate 1e-12", 0.01, 1e6),
        ),
        wrong=mostly_within("mean squared error after 1000 epochs, one layer, rate 1e-12", 0, 1e-6),
        wrong_words="it reaches the minimum",
    ),
    remark="It settles for the eye only: the error along the flat direction shrinks by a factor $1-4\\cdot10^{-8}$ per epoch.",
)

S0_8 = Claim(
    "S0-8",
    "That value is 3 to 4 orders of magnitude above the one of the four-layer network",
    COLLAPSE.at("l. 19"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\log_{10}(C^{(1)}/C^{(4)})\in[3,4]",
            "X0-2",
            mostly_within(
                "orders of magnitude after 1000 epochs, three matrices, rate 1e-12", 3, 4, published="3 to 4 orders of magnitude"
            ),
            words="Layers 100, 500, 250, 1: three weight matrices; same rate, PyTorch's initial weights.",
            reading="A",
            wrong=mostly_within("orders of magnitude after 1000 epochs, three matrices, rate 1e-12", 10, 11),
            wrong_words="10 to 11 orders of magnitude",
        ),
        Run(
            r"\log_{10}(C^{(1)}/C^{(4)})\in[3,4]",
            "X0-2",
            mostly_within(
                "orders of magnitude after 300 epochs, four matrices, rate 1e-12", 3, 4, published="3 to 4 orders of magnitude"
            ),
            words="Layers 100, 100, 500, 250, 1: four weight matrices.",
            reading="B",
            wrong=mostly_within("orders of magnitude after 300 epochs, four matrices, rate 1e-12", 10, 11),
            wrong_words="10 to 11 orders of magnitude",
        ),
        Run(
            r"3.5\text{ orders lie within the spread over initial weights}",
            "X0-2",
            among_the_seeds("orders of magnitude after 1000 epochs, three matrices, rate 1e-12", 3.5),
            words="'About 3 to 4' as something that happens for some initial weights.",
            reading="C",
            wrong=among_the_seeds("orders of magnitude after 1000 epochs, three matrices, rate 1e-12", 10.5),
            wrong_words="10.5 orders lie within the spread",
        ),
    ),
    remark=(
        "Both plateaus are the initial error along one direction that neither run can move in: a single draw of the weights decides "
        "the gap. Its median is less than one order of magnitude; in some draws the one-layer network ends below the deeper one."
    ),
)

S0_31 = Claim(
    "S0-31",
    "The gap between the curves is largely due to poor conditioning",
    COLLAPSE.at("l. 57"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"C_{1000}=C_0\text{ along the flat eigenvector}",
            "X0-1",
            ratio_within(
                "mean squared error after 1000 epochs, one layer, rate 1e-12",
                "initial error in the flat direction, one layer",
                0.99,
                1.01,
                least=0.9,
            ),
            words="The value at which the one-layer run settles is its initial error along the small eigenvalue's direction.",
            reading="A",
            wrong=ratio_within(
                "mean squared error after 1000 epochs, one layer, rate 1e-12",
                "initial error in the flat direction, one layer",
                2,
                3,
            ),
            wrong_words="it is two to three times that",
        ),
        Run(
            r"\kappa\approx8:\ |\log_{10}(C^{(1)}/C^{(4)})|\le\tfrac12",
            "X0-2",
            together(
                within(f"orders of magnitude after 300 epochs, three matrices, {WELL_CONDITIONED}, best rate of each", -0.5, 0.5),
                within(f"condition number of the nonzero spectrum, {WELL_CONDITIONED}", 1, 10),
            ),
            words="Centred and scaled, the same data has a condition number of 8, and the gap is gone: both runs reach rounding level.",
            reading="B",
            wrong=within(f"orders of magnitude after 300 epochs, three matrices, {WELL_CONDITIONED}, best rate of each", 3, 4),
            wrong_words="the gap remains 3 to 4 orders",
        ),
    ),
    remark="Conditioning makes both runs stop early; how far apart they stop is then a matter of their initial weights.",
)

S0_32 = Claim(
    "S0-32",
    "The poor convergence in the first plot is a reason to doubt the optimisation code",
    COLLAPSE.at("l. 57"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=Run(
        r"\text{correct gradient descent: }C_{1000}\le10^{-2}",
        "X0-1",
        mostly_within("mean squared error after 1000 epochs, one layer, rate 1e-12", 0, 1e-2),
        words="Correct code would do visibly better: with the best stable rate, gradient descent gets to $10^{-2}$ within 1000 epochs.",
        wrong=mostly_within("mean squared error after 1000 epochs, one layer, rate 1e-12", 0, 1e-12),
        wrong_words="it gets to rounding level",
    ),
    remark="Correct gradient descent shows the same plateau, so the plot is no evidence against the code.",
)

S0_33 = Claim(
    "S0-33",
    "Momentum with line searches reaches an error of order 1/100 in fewer than 10 iterations",
    COLLAPSE.at("l. 57"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"C_9\le10^{-1}\quad\text{(line search over the plane of gradient and last step)}",
            "X0-3",
            within(f"cost after 9 iterations, plane search, {DEFAULT}", 0, 0.1, published="O(10^-2) in fewer than 10 iterations"),
            words="Momentum whose coefficient and step are searched together, which is the method of conjugate gradients.",
            reading="A",
            wrong=within(f"iterations until the cost is at most 1e-2, plane search, {DEFAULT}", 5, 9),
            wrong_words="it needs at least five iterations",
        ),
        Run(
            r"C_9\le10^{-1}\quad(\beta=0.9,\text{ exact line search})",
            "X0-3",
            mostly_within(
                f"cost after 9 iterations, momentum 0.9, exact line search, {DEFAULT}",
                0,
                0.1,
                published="O(10^-2) in fewer than 10 iterations",
            ),
            words="Momentum 0.9 with an exact line search along the resulting direction.",
            reading="B",
            wrong=mostly_within(f"cost after 9 iterations, momentum 0.9, exact line search, {DEFAULT}", 1e6, 1e9),
            wrong_words="the cost stays above a million",
        ),
        Run(
            r"10^{-3}\le C_9\le10^{-1}\quad(\beta=0.9,\ w_0=0)",
            "X0-3",
            within(
                "cost after 9 iterations, momentum 0.9, exact line search, start zero",
                1e-3,
                1e-1,
                published="O(10^-2) in fewer than 10 iterations",
            ),
            words="The same from zero weights, which the answer may have used.",
            reading="C",
            wrong=within("cost after 9 iterations, momentum 0.9, exact line search, start zero", 0, 1e-6),
            wrong_words="it reaches rounding level",
        ),
    ),
    remark=(
        "From zero weights the initial error along the flat direction is already of order $10^{-2}$, and any method that minimises along the steep "
        "direction once gets there. From PyTorch's initial weights only the search over the plane does."
    ),
)

S0_35 = Claim(
    "S0-35",
    "It is the momentum that brings the fast decrease",
    COLLAPSE.at("l. 57"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"C_9(\beta=0.9)\le C_9(\beta=0)\quad\text{(exact line search)}",
            "X0-3",
            ratio_within(
                f"cost after 9 iterations, momentum 0.9, exact line search, {DEFAULT}",
                f"cost after 9 iterations, momentum 0, exact line search, {DEFAULT}",
                0,
                1,
            ),
            words="With a momentum coefficient beside the line search the cost is lower than without.",
            reading="A",
            wrong=ratio_within(
                f"cost after 9 iterations, momentum 0.9, exact line search, {DEFAULT}",
                f"cost after 9 iterations, momentum 0, exact line search, {DEFAULT}",
                0,
                1e-6,
            ),
            wrong_words="a million times lower",
        ),
        Run(
            r"C_9(\text{plane})\le10^{-2}",
            "X0-3",
            within(f"cost after 9 iterations, plane search, {DEFAULT}", 0, 1e-2),
            words="Momentum that is searched together with the step brings it.",
            reading="B",
            wrong=within(f"iterations until the cost is at most 1e-2, plane search, {DEFAULT}", 3, 100),
            wrong_words="it takes at least three iterations",
        ),
    ),
    remark=(
        "Steepest descent with an exact line search solves this problem in two iterations as well: two very different eigenvalues are the one case in "
        "which it does. A fixed momentum coefficient only spoils the second step."
    ),
)

S0_24 = Claim(
    "S0-24",
    "cond(H) is of the order of 10^21",
    COLLAPSE.at("l. 51"),
    Kind.NUMERIC,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\operatorname{cond}(X^TX)<\infty\qquad(M=1500)",
            hessian_is_invertible,
            THE_DATA,
            words="As a number of the matrix: there is a finite condition number.",
            reading="A",
        ),
        Run(
            r"\mathtt{cond(X.T @ X)}\in[10^{20},10^{22}]",
            "X0-5",
            mostly_within("order of magnitude, cond(H) of X.T @ X, without ones", 20, 22, published="O(10^21)"),
            words="As what NumPy prints for the 2-norm, over permutations of rows and columns.",
            reading="B",
            wrong=mostly_within("order of magnitude, cond(H) of X.T @ X, without ones", 0, 16),
            wrong_words="it prints less than 1e16",
        ),
        Run(
            r"|\lambda_{\max}/\lambda_{\min}|\in[10^{20},10^{22}]\text{ by }\mathtt{eigvalsh}",
            "X0-5",
            mostly_within("order of magnitude, eigvalsh of X.T @ X, with ones", 20, 22, published="O(10^21)"),
            words="As the ratio of the extreme computed eigenvalues, with the column of ones.",
            reading="C",
            wrong=mostly_within("order of magnitude, eigvalsh of X.T @ X, with ones", 27, 28),
            wrong_words="1e27 to 1e28",
        ),
    ),
    amended=Statement(
        r"\lambda_1/\lambda_2=3.600\cdot10^7,\quad\lambda_3=\dots=\lambda_{101}=0",
        condition_within(36_002_000, 36_003_000),
        THE_DATA,
        words="The matrix has rank 2; its condition number is infinite, and that of its nonzero spectrum is 3.6002 to 3.6003 times $10^7$.",
        probes=(control("ten times that", condition_within(360_020_000, 360_030_000)),),
        derivation="collapse.gram_spectrum",
    ),
    remark=(
        "The printed number is rounding noise: the quotient of the largest eigenvalue and of whatever the routine makes of a zero. "
        "Between routines and orderings it ranges from $10^{18}$ to $10^{29}$ in double precision, or is infinite; in single precision it is $10^{9}$ to $10^{12}$."
    ),
)

S0_29 = Claim(
    "S0-29",
    "A picture of skewed isosurfaces; the example's are much more skewed",
    COLLAPSE.at("l. 53-55"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"a_{\max}/a_{\min}>2\text{ in the picture}",
            "X0-4",
            within("length of the pictured ellipse over its width", 2, 100),
            words="The picture shows elongated level curves with a descent path (redrawn: the original and its quadratic are lost; the condition number 30 is our choice).",
            reading="A",
            wrong=within("length of the pictured ellipse over its width", 1, 1.5),
            wrong_words="the level curves are nearly round",
        ),
        Run(
            r"\sqrt{\kappa_{\text{example}}}\ge100\,\sqrt{\kappa_{\text{picture}}}",
            "X0-4",
            ratio_within(
                "length of the example's ellipse over its width",
                "length of the pictured ellipse over its width",
                100,
                1e9,
                least=1.0,
            ),
            words="The skew of the example is much worse: at least a hundred times.",
            reading="B",
            wrong=ratio_within(
                "length of the example's ellipse over its width", "length of the pictured ellipse over its width", 1, 10
            ),
            wrong_words="at most ten times",
        ),
    ),
    also=("S0-30",),
)

RUNS = (S0_6, S0_7, S0_8, S0_24, S0_29, S0_31, S0_32, S0_33, S0_35)
