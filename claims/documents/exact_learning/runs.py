"""Document 004, what is said about training runs: local convergence, activation functions, back-propagation."""

from __future__ import annotations

from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.documents.readings import mostly_within, together, within
from claims.model import Claim, Kind, Run, Weight

# S4-47, S4-48, S4-50: activation functions ------------------------------------------------------------------------------------

FIT = "runs of 8 that fit, {}, {}"
BELOW = "runs of 8 with a loss below 1e-05, {}, {}"
STILL = "runs of 8 that stand still above 0.001, {}, {}"
MINUS = "runs that fit, {} minus {}, full step"
FULL, ADAPTIVE = "full step", "adaptive ridge"

RUNS_S4_47 = (
    Run(
        r"\sigma'(z)=0\text{ in double precision, for two fifths or more of the units and samples}",
        "X4-2",
        together(
            mostly_within(f"share of slopes that are 0, sigmoid, {FULL}, where a run stands still", 0.4, 1, least=0.8),
            mostly_within(f"share of slopes that are 0, tanh, {FULL}, where a run stands still", 0.4, 1, least=0.6),
        ),
        words="In training: for most sets of ten samples some of eight runs with the sigmoid, and some with tanh, come to stand where the computed slopes of many hidden units are exactly zero.",
        reading="runs",
        wrong=mostly_within(f"share of slopes that are 0, softsign, {FULL}, where a run stands still", 0.4, 1, least=0.4),
        wrong_words="the same for softsign, which squashes too, but whose slope fades like the inverse square",
    ),
)

S4_48 = Claim(
    "S4-48",
    "Activations without vanishing gradients might be preferred",
    EXACT_LEARNING.at("@10760-10870"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Run(
            r"\#\mathrm{fits}(\text{bent identity})>\#\mathrm{fits}(\text{sigmoid}),\ \#\mathrm{fits}(\tanh)",
            "X4-2",
            together(
                mostly_within(MINUS.format("bent identity", "sigmoid"), 1, 8, least=0.8, published="might be preferred"),
                mostly_within(MINUS.format("bent identity", "tanh"), 1, 8, least=0.7),
            ),
            words="For the approximate Newton method with full steps: of eight starts on the same ten samples more fit with the bent identity than with the sigmoid, and than with tanh.",
            reading="A",
            wrong=mostly_within(MINUS.format("bent identity", "softsign"), 4, 8, least=0.5),
            wrong_words="four more than with softsign",
        ),
        Run(
            r"\#\mathrm{fits}(\text{leaky ReLU})>\#\mathrm{fits}(\text{sigmoid}),\ \#\mathrm{fits}(\tanh)",
            "X4-2",
            together(
                mostly_within(MINUS.format("leaky ReLU", "sigmoid"), 1, 8, least=0.8, published="might be preferred"),
                mostly_within(MINUS.format("leaky ReLU", "tanh"), 1, 8, least=0.7),
            ),
            words="The same for leaky ReLU.",
            reading="B",
            wrong=mostly_within(MINUS.format("leaky ReLU", "tanh"), -8, -4),
            wrong_words="tanh is ahead by four starts or more",
        ),
    ),
    sharp=Run(
        r"\mathcal J<10^{-5}\text{ for every start with the sigmoid and with }\tanh",
        "X4-2",
        together(*(mostly_within(BELOW.format(name, ADAPTIVE), 8, 8, least=0.8) for name in ("sigmoid", "tanh", "softsign"))),
        words="The preference is one for full steps: with a ridge that adapts so that no step raises the loss, squashing activations fit as well, from the same starts.",
        wrong=mostly_within(BELOW.format("leaky ReLU", ADAPTIVE), 8, 8, least=0.5),
        wrong_words="and so does leaky ReLU: its runs stop at kinks, where the gradient does not vanish",
    ),
)

S4_50 = Claim(
    "S4-50",
    "Softplus and bent identity perform well, sigmoid and tanh suffer from spurious local minima, softsign behaves otherwise",
    EXACT_LEARNING.at("@16500-17010, figure"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\mathcal J<10^{-5}\text{ at the end: softplus, bent identity}",
            "X4-2",
            together(
                mostly_within(BELOW.format("softplus", FULL), 6, 8, least=0.8),
                mostly_within(BELOW.format("bent identity", FULL), 8, 8, least=0.9),
            ),
            words="Softplus and bent identity perform well: nearly every start comes close to an exact fit.",
            reading="A",
            wrong=mostly_within(BELOW.format("sigmoid", FULL), 6, 8),
            wrong_words="so does the sigmoid",
        ),
        Run(
            r"\mathcal J\approx1\text{ and at rest: sigmoid, }\tanh",
            "X4-2",
            together(
                mostly_within(STILL.format("sigmoid", FULL), 1, 8, least=0.8),
                mostly_within(STILL.format("tanh", FULL), 1, 8, least=0.6),
            ),
            words="Sigmoid and tanh suffer numerically: for most sets of samples at least one of eight starts comes to rest far above zero.",
            reading="B",
            wrong=mostly_within(STILL.format("bent identity", FULL), 1, 8, least=0.4),
            wrong_words="so does the bent identity",
        ),
        Run(
            r"\text{a local minimum is in the way: sigmoid, }\tanh",
            "X4-2",
            together(*(mostly_within(STILL.format(name, ADAPTIVE), 1, 8, least=0.4) for name in ("sigmoid", "tanh"))),
            words="What they suffer from are local minima: then a method that never raises the loss, from the same starts, would come to rest above zero as well.",
            reading="C",
            wrong=mostly_within(BELOW.format("sigmoid", ADAPTIVE), 0, 0),
            wrong_words="it never gets below 1e-5",
        ),
        Run(
            r"\#\mathrm{fits}(\text{softsign})>\#\mathrm{fits}(\text{sigmoid}),\ \#\mathrm{fits}(\tanh)",
            "X4-2",
            together(
                mostly_within(MINUS.format("softsign", "sigmoid"), 1, 8, least=0.8),
                mostly_within(MINUS.format("softsign", "tanh"), 1, 8, least=0.5),
            ),
            words="Softsign does not behave like the other two that squash: more of its starts fit.",
            reading="D",
            wrong=mostly_within(MINUS.format("sigmoid", "softsign"), 1, 8, least=0.5),
            wrong_words="more of those of the sigmoid do",
        ),
    ),
    sharp=Run(
        r"\sigma'(z)\sim|z|^{-2}:\ \#\mathrm{fits}(\arctan)>\#\mathrm{fits}(\text{sigmoid}),\ \#\mathrm{fits}(\tanh)",
        "X4-2",
        together(
            mostly_within(MINUS.format("arctan", "sigmoid"), 1, 8, least=0.8),
            mostly_within(MINUS.format("arctan", "tanh"), 1, 8, least=0.5),
            mostly_within(STILL.format("arctan", FULL), 0, 0, least=0.6),
            mostly_within(STILL.format("softsign", FULL), 0, 0, least=0.6),
        ),
        words="A reason for what is called unknown: the slopes of sigmoid and tanh fade exponentially, so that a long step ends where they are zero in double precision; that of softsign fades like the inverse square. The arctangent, whose slope does too, behaves like softsign.",
        wrong=mostly_within(STILL.format("sigmoid", FULL), 0, 0, least=0.6),
        wrong_words="with the sigmoid no run stands still either",
    ),
    remark=(
        "Where the runs with sigmoid and tanh stand, about 99 % of the hidden slopes are below a thousandth of their largest value, weights have grown to a thousand, and the gradient is "
        "of the order 1e-6: saturation that the first full steps have caused, not a minimum. With a ridge that adapts, nearly every one of the same starts gets below 1e-5. "
        "All this is about ten samples; with twenty the bent identity fares worse (S4-49)."
    ),
)

# S4-49: local convergence -----------------------------------------------------------------------------------------------------

ORDER = "order of convergence in 1000 bits, {}"

S4_49 = Claim(
    "S4-49",
    "Under exact learning the approximate Newton method converges locally quadratically",
    EXACT_LEARNING.at("@15900-16480, figure"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\|\mathbf W^{(k+1)}-\mathbf W^\ast\|\sim\|\mathbf W^{(k)}-\mathbf W^\ast\|^2",
            "X4-1",
            together(
                mostly_within("exact fit within 100 iterations, no ridge", 1, 1, least=0.95),
                mostly_within(ORDER.format("no ridge"), 1.9, 2.1, least=0.95),
            ),
            words="As the paper states the method, with the step of smallest norm where the matrix is singular (it always is: 40 outputs, 184 weights): the order, measured in 1000 bits.",
            reading="A",
            wrong=mostly_within(ORDER.format("no ridge"), 2.5, 3.5),
            wrong_words="cubically",
        ),
        Run(
            r"\|\mathbf W^{(k+1)}-\mathbf W^\ast\|\sim\|\mathbf W^{(k)}-\mathbf W^\ast\|^2\quad\text{in double precision}",
            "X4-1",
            mostly_within("order of convergence in doubles, ridge 1e-8", 1.5, 2.5, least=0.8),
            words="As a figure can show it: the last distances above rounding, in double precision, with the ridge of the scripts.",
            reading="B",
            wrong=mostly_within("order of convergence in doubles, ridge 1e-8", 0.9, 1.1),
            wrong_words="linearly",
        ),
    ),
    sharp=Run(
        r"\|\mathbf W^{(k+1)}-\mathbf W^\ast\|\approx\frac{\varepsilon}{\lambda_{\min}(P^TP)}\|\mathbf W^{(k)}-\mathbf W^\ast\|",
        "X4-1",
        together(
            mostly_within(ORDER.format("ridge 1e-8"), 0.95, 1.05, least=0.95),
            mostly_within("ratio of the last two distances over ridge / least eigenvalue, ridge 1e-8", 0.5, 1.05, least=0.9),
        ),
        words="With the $10^{-8}I$ that the author's scripts add to the matrix the convergence is linear, as 1000 bits show, and its ratio is the ridge over the least eigenvalue of $P^TP$ at the end, about a millionth: doubles end before it shows.",
        wrong=mostly_within("ratio of the last two distances over ridge / least eigenvalue, ridge 1e-8", 10, 1e9),
        wrong_words="ten times slower than that",
    ),
    remark=(
        "'Locally' is generous here: in most runs a start at the distance 10 from the solution, whose norm is about 12, still leads to an exact fit within 20 iterations in each of four random directions. "
        "That $P$ has full column rank at the end is not assumed in the text; it has in every run. With 15 samples a third of the runs do not fit, and with 20 (80 outputs, still 184 weights) none does within 100 full steps, losses growing beyond all bounds; with a ridge that adapts a third of these do."
    ),
)

# S4-51: back-propagation beside the approximate Newton method -------------------------------------------------------------------

NEWTON, DESCENT = "approximate Newton, step 0.025, {}", "back-propagation, largest rate, {}"
FIRST, LAST = "share of the first 50 iterations that raise the loss, ", "share of the last 50 iterations that raise the loss, "
SWING = "largest over least loss in the last 50 iterations, "
AT_ENDS = "loss of back-propagation over that of approximate Newton at their ends, {}"
EQUAL_WORK = "loss of back-propagation over that of approximate Newton after equal work, {}"

S4_51 = Claim(
    "S4-51",
    "The approximate Newton method converges smoothly to the global minimal value, back-propagation oscillates",
    EXACT_LEARNING.at("@17003-17640, figure"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Run(
            r"\mathcal J(\mathbf W_{k+1})\le\mathcal J(\mathbf W_k)\text{ for nearly every }k\quad(\tanh,\ \alpha=0.025)",
            "X4-3",
            together(
                mostly_within(FIRST + NEWTON.format("tanh"), 0, 0.1, least=0.8),
                mostly_within(LAST + NEWTON.format("tanh"), 0, 0.1, least=0.7),
            ),
            words="Smoothly: with a short step, as in the script for this experiment, and tanh, few of the first and of the last 50 iterations raise the loss.",
            reading="A",
            wrong=mostly_within(LAST + "approximate Newton, step 1, bent identity", 0, 0.1),
            wrong_words="nor do they with full steps and the bent identity",
        ),
        Run(
            r"\mathcal J(\mathbf W_{k+1})\le\mathcal J(\mathbf W_k)\text{ for nearly every }k\quad(\alpha=1)",
            "X4-3",
            together(
                *(mostly_within(LAST + f"approximate Newton, step 1, {name}", 0, 0.05) for name in ("tanh", "bent identity"))
            ),
            words="Smoothly: with the full step of the first experiment.",
            reading="B",
            wrong=mostly_within(LAST + "approximate Newton, step 1, bent identity", 0.9, 1),
            wrong_words="nearly every one raises it",
        ),
        Run(
            r"\mathcal J_{\text{Newton}}=\min\mathcal J\le\mathcal J_{\text{back-propagation}}\text{ at the end}",
            "X4-3",
            mostly_within(AT_ENDS.format("bent identity"), 1, 1e30, least=0.9, published="converges to the global minimal value"),
            words="To the global minimal value: then back-propagation from the same start does not end below it (bent identity, as in the first experiment).",
            reading="C",
            wrong=mostly_within(AT_ENDS.format("bent identity"), 1e3, 1e30),
            wrong_words="it ends a thousand times higher",
        ),
        Run(
            r"\mathcal J_{\text{Newton}}\le\mathcal J_{\text{back-propagation}}\text{ at the end}\quad(\tanh,\ \alpha=0.025)",
            "X4-3",
            mostly_within(AT_ENDS.format("tanh"), 1, 1e30, least=0.9, published="converges to the global minimal value"),
            words="The same with tanh; which activation the experiment has is not said.",
            reading="F",
            wrong=mostly_within(AT_ENDS.format("tanh"), 1e3, 1e30),
            wrong_words="it ends a thousand times higher",
        ),
        Run(
            r"\max_{k}\mathcal J/\min_{k}\mathcal J\ge1.5\text{ over the last 50 iterations of back-propagation}",
            "X4-3",
            together(*(mostly_within(SWING + DESCENT.format(name), 1.5, 1e30) for name in ("tanh", "bent identity"))),
            words="Back-propagation oscillates strongly towards the end: with the largest of four constant rates with which the loss falls at first, its last losses differ by half or more.",
            reading="D",
            wrong=mostly_within(SWING + DESCENT.format("bent identity"), 1, 1),
            wrong_words="they do not change at all",
        ),
        Run(
            r"\mathrm{cost}(\text{Newton})/\mathrm{cost}(\text{back-propagation})\gg1\text{ for one iteration}",
            "X4-3",
            within("flops of approximate Newton over back-propagation, one iteration, 1000 samples", 2, 1000),
            words="One iteration costs a multiple of one of back-propagation, counted in additions and multiplications.",
            reading="E",
            wrong=within("flops of approximate Newton over back-propagation, one iteration, 1000 samples", 0, 2),
            wrong_words="less than two of them",
        ),
    ),
    sharp=Run(
        r"\mathcal J_{\text{back-propagation}}<\mathcal J_{\text{Newton}}\text{ after the same number of operations}",
        "X4-3",
        together(*(mostly_within(EQUAL_WORK.format(name), 0, 1, least=0.8) for name in ("tanh", "bent identity"))),
        words="After the work of 1200 iterations of back-propagation, which is that of fewer than twenty of the approximate Newton method, back-propagation is ahead of both step lengths.",
        wrong=mostly_within(EQUAL_WORK.format("tanh"), 1, 1e30),
        wrong_words="it is behind",
    ),
    remark=(
        "The step sizes and numbers of iterations behind the figure are lost; the script for this experiment has the step 0.01 for the approximate Newton method and 1000 samples, here it is 0.025 with 100. "
        "With tanh and the short step it ends well below back-propagation; with the bent identity more often above. "
        "With tanh and the largest rate half of the last iterations of back-propagation raise the loss, by a few per cent; with the bent identity none does."
    ),
)

RUNS = (S4_48, S4_49, S4_50, S4_51)
