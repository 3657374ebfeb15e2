"""Document 000, what is said about training runs, against runs over many seeds, learning rates and readings of the set-up."""

from __future__ import annotations

from claims.decide import both
from claims.documents.collapse.conditioning import condition_at_least, condition_within, hessian_is_invertible
from claims.documents.collapse.problem import curved_along
from claims.documents.collapse.source import COLLAPSE, THE_DATA
from claims.documents.readings import mostly_within, ratio_within, together, within
from claims.model import Claim, Kind, Opinion, Reason, Run, Statement, Weight, control

DEFAULT = "start PyTorch's default"
BETTER = ("data divided by the largest entry", "data standardised", "data standardised with its labels")
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
                within("share lost over the second half, four matrices, rate 1e-12", -0.01, 0.01),
            ),
            words="The four-layer run settles, with the rate $10^{-12}$, in both readings of the layers.",
            reading="B",
            wrong=within("diverged, four matrices, rate 1e-12", 1, 1),
            wrong_words="it diverges with that rate",
        ),
    ),
    remark=(
        "The largest eigenvalue of the Hessian of the MSE is about $1.5\\cdot10^{12}$, so that gradient descent on the raw data is stable only below "
        "$\\eta=1.33\\cdot10^{-12}$; with each of the rates $10^{-11},\\dots,10^{-2}$ all 40 runs diverge. The asker must have used a rate of that size or scaled "
        "the data; the question says neither."
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
        wrong_words="it gets below 1e-6",
    ),
    remark="It settles for the eye only: along the flat direction the MSE shrinks by a factor $1-8\\cdot10^{-8}$ per epoch.",
)

S0_8 = Claim(
    "S0-8",
    "The one-layer loss ends 3 to 4 orders of magnitude above that of the four-layer network",
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
            words="Layers 100, 500, 250, 1: three weight matrices; same rate, PyTorch's initial weights, 1000 epochs.",
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
            words="Layers 100, 100, 500, 250, 1: four weight matrices, 300 epochs.",
            reading="B",
            wrong=mostly_within("orders of magnitude after 300 epochs, four matrices, rate 1e-12", 10, 11),
            wrong_words="10 to 11 orders of magnitude",
        ),
    ),
    remark=(
        "The one-layer plateau is the initial error along one direction in which the run does not move (S0-31), so a single draw of the weights "
        "decides the gap. Its median is about one order of magnitude; in some draws it exceeds four, in others the one-layer network ends below the deeper one."
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
            words="Centred and divided by its largest entry, the same data has a condition number of 8, and the gap is gone: both runs reach rounding level.",
            reading="B",
            wrong=within(f"orders of magnitude after 300 epochs, three matrices, {WELL_CONDITIONED}, best rate of each", 3, 4),
            wrong_words="the gap remains 3 to 4 orders",
        ),
        Run(
            r"\kappa\le139:\ |\log_{10}(C^{(1)}/C^{(4)})|\le\tfrac12",
            "X0-2",
            together(
                *(
                    within(f"orders of magnitude after 300 epochs, three matrices, {scaled}, best rate of each", -0.5, 0.5)
                    for scaled in BETTER
                )
            ),
            words="The gap is gone for the three other scalings, too (divided by the largest entry; standardised; standardised with the labels).",
            reading="C",
            wrong=together(
                *(
                    within(f"orders of magnitude after 300 epochs, three matrices, {scaled}, best rate of each", 3, 4)
                    for scaled in BETTER
                )
            ),
            wrong_words="the gap remains 3 to 4 orders for all three",
        ),
    ),
    remark=(
        "Conditioning makes the one-layer run stop early; how far apart the two stop is a matter of their initial weights. A better condition number alone "
        "does not close the gap: what remains after 300 epochs at condition numbers of 100 to 139 is how fast each network moves at its best rate."
    ),
)

S0_32 = Claim(
    "S0-32",
    "The poor convergence in the first plot is a reason to doubt the optimisation code",
    COLLAPSE.at("l. 57"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"\text{correct gradient descent: }C_{1000}\le10^{-2}",
            "X0-1",
            mostly_within("mean squared error after 1000 epochs, one layer, rate 1e-12", 0, 1e-2),
            words="Correct code for the method that was used would do visibly better: gradient descent with the rate $10^{-12}$, just below the limit of stability.",
            reading="A",
            wrong=mostly_within("mean squared error after 1000 epochs, one layer, rate 1e-12", 0, 1e-12),
            wrong_words="it gets to rounding level",
        ),
        Run(
            r"\text{exact line search: }C_9\le10^{-2}",
            "X0-3",
            within(f"cost after 9 iterations, momentum 0, exact line search, {DEFAULT}", 0, 1e-2),
            words="Another method of first order does better: gradient descent with an exact line search, in nine iterations.",
            reading="B",
            wrong=within(f"cost after 9 iterations, momentum 0, exact line search, {DEFAULT}", 1, 1e9),
            wrong_words="it is still above 1 after nine",
        ),
    ),
    remark="Correct gradient descent with a fixed rate shows the same plateau, so the plot is no evidence against the code, only against the method.",
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
            r"C_9\le10^{-1}\quad(\beta=0.9,\text{ Polyak, backtracking})",
            "X0-3",
            mostly_within(
                f"cost after 9 iterations, Polyak momentum 0.9, Armijo line search, {DEFAULT}",
                0,
                0.1,
                published="O(10^-2) in fewer than 10 iterations",
            ),
            words="The heavy ball: a gradient step with a backtracking (Armijo) line search, plus 0.9 of the last step.",
            reading="C",
            wrong=mostly_within(f"cost after 9 iterations, Polyak momentum 0.9, Armijo line search, {DEFAULT}", 1e12, 1e15),
            wrong_words="the cost stays above 1e12",
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
            words="Reading B from zero weights, which the answer may have used (one run: nothing is drawn).",
            reading="D",
            wrong=within("cost after 9 iterations, momentum 0.9, exact line search, start zero", 0, 1e-6),
            wrong_words="it gets below 1e-6",
        ),
    ),
    remark=(
        "From zero weights the initial error along the flat direction is already of order $10^{-2}$, and any method that minimises along the steep "
        "direction once gets there. From PyTorch's initial weights the search over the plane does, and so does an exact line search without any momentum (S0-35)."
    ),
)

S0_35 = Claim(
    "S0-35",
    "Momentum brings the fast decrease of the example",
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
            r"C_9(\beta=0)\ge1\quad\text{(exact line search)}",
            "X0-3",
            mostly_within(f"cost after 9 iterations, momentum 0, exact line search, {DEFAULT}", 1, 1e12),
            words="Without momentum there is no fast decrease.",
            reading="B",
            wrong=mostly_within(f"cost after 9 iterations, momentum 0, exact line search, {DEFAULT}", 1e6, 1e12),
            wrong_words="without it the cost stays above a million",
        ),
    ),
    remark=(
        "From these starts steepest descent with an exact line search needs two iterations at most: of two very different eigenvalues the first step removes the "
        "large one's error almost completely, the second the other's. (There are starts for which it is as slow as a fixed rate; random ones are far from them.) A "
        "fixed momentum coefficient in the searched direction mostly spoils the second step."
    ),
)

S0_24 = Claim(
    "S0-24",
    "The condition number of the Hessian is of the order of 1e21",
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
            mostly_within("cond(H) of X.T @ X, without ones", 1e20, 1e22, published="O(10^21)"),
            words="As what NumPy prints for the 2-norm on this machine, over permutations of rows and columns.",
            reading="B",
            wrong=mostly_within("cond(H) of X.T @ X, without ones", 0, 1e16),
            wrong_words="it prints less than 1e16",
        ),
        Run(
            r"\mathtt{cond}\text{ with the column of ones}\in[10^{20},10^{22}]",
            "X0-5",
            mostly_within("cond(H) of X.T @ X, with ones", 1e20, 1e22, published="O(10^21)"),
            words="The same for the matrix with the column of ones, which the answer's weights ask for.",
            reading="C",
            wrong=mostly_within("cond(H) of X.T @ X, with ones", 0, 1e16),
            wrong_words="it prints less than 1e16",
        ),
        Run(
            r"|\lambda_{\max}/\lambda_{\min}|\in[10^{20},10^{22}]\text{ by }\mathtt{eigvalsh}",
            "X0-5",
            mostly_within("eigvalsh of X.T @ X, with ones", 1e20, 1e22, published="O(10^21)"),
            words="As the ratio of the extreme computed eigenvalues, with the column of ones.",
            reading="D",
            wrong=mostly_within("eigvalsh of X.T @ X, with ones", 1e27, 1e28),
            wrong_words="1e27 to 1e28",
        ),
    ),
    amended=Statement(
        r"\lambda_1/\lambda_2=3.600\cdot10^7,\quad\lambda_3=\dots=\lambda_{101}=0",
        lambda data: both(curved_along(2)(data), condition_within(36_002_000, 36_003_000)(data)),
        THE_DATA,
        words="The matrix has rank 2; its condition number is infinite, and that of its nonzero spectrum is 3.6002 to 3.6003 times $10^7$.",
        probes=(
            control("ten times that", condition_within(360_020_000, 360_030_000)),
            control("three eigenvalues are not zero", curved_along(3)),
        ),
        derivation="collapse.gram_spectrum",
    ),
    remark=(
        "The printed number is rounding noise: the quotient of the largest eigenvalue and of whatever the routine makes of a zero. It depends on the "
        "routine, on the order of rows and columns and on the kernel of the BLAS library, over many orders of magnitude (the experiment lists them); a "
        "kernel without fused multiplication comes closest to the printed one."
    ),
)

S0_29 = Claim(
    "S0-29",
    "A picture of skewed isosurfaces; the example's are much more skewed",
    COLLAPSE.at("l. 53-55"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Opinion(
            r"\text{isosurfaces of a badly conditioned quadratic with a descent path}",
            "the picture, its quadratic and its step size; the experiment draws one of its own, with a condition number of 30",
            words="What the picture shows.",
            reading="A",
            reason=Reason.LOST,
        ),
        Statement(
            r"\sqrt{\kappa_{\text{example}}}\ge100\,\sqrt{\kappa_{\text{picture}}}\quad\text{if }\kappa_{\text{picture}}\le100",
            condition_at_least(100**2 * 10**2),
            THE_DATA,
            words="The skew of the example is much worse: a hundred times that of any picture whose ellipses are at most ten times as long as wide.",
            reading="B",
            probes=(control("a thousand times", condition_at_least(1000**2 * 10**2)),),
        ),
        Run(
            r"10^4\le\min\{k:C_k\le10^{-6}\,C_0\}\le10^5\qquad(\kappa=10^4)",
            "X0-4",
            within("iterations, fixed step, condition number 1e4", 1e4, 1e5),
            words="The picture's message, in numbers: at a condition number of $10^4$ a fixed step needs between $10^4$ and $10^5$ iterations for six digits.",
            reading="C",
            wrong=within("iterations, fixed step, condition number 1e4", 1, 100),
            wrong_words="it needs at most a hundred",
        ),
    ),
    also=("S0-30",),
)

RUNS = (S0_6, S0_7, S0_8, S0_24, S0_29, S0_31, S0_32, S0_33, S0_35)
