"""Document 002, sections 4.2, 4.3 and 5: what is said about convolutional and recurrent networks (experiments X2-3 to X2-5).

Each sentence is held against what the document itself plots, decided over the rationals, and against strings between much smaller
networks on data that can be carried along.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from claims.decide import at_most, both, certainly, equal, every, less
from claims.documents.readings import Reading, mostly_within, ratio_within, together
from claims.documents.topology.compressibility import oracle_vanishes, penalised
from claims.documents.topology.rate import S2_61
from claims.documents.topology.rise import RISE
from claims.documents.topology.source import TOPOLOGY
from claims.instances.plotted import PlottedStrings
from claims.model import Claim, Decision, Kind, Property, Run, Statement, Weight, control, only
from numerics.enclosures import compared

Rows = tuple[tuple[str, str, str, str], ...]

MNIST: Rows = (
    ("4", "1.003", "0", "4.09"),
    ("2", "1.005", "0", "4.79"),
    ("1.5", "1.008", "0", "5.11"),
    ("1", "1.017", ".001", "5.48"),
    (".9", "1.022", ".001", "5.92"),
    (".85", "1.026", ".003", "5.94"),
    (".8", "1.026", ".002", "6.00"),
    (".775", "1.030", ".003", "5.68"),
    (".75", "1.047", ".006", "6.63"),
    (".7", "1.071", ".008", "7.12"),
)
CIFAR: Rows = (
    ("80", "1.001", "0", "3"),
    ("70", "1", "0", "3"),
    ("60", "1.003", ".001", "3"),
    ("50", "1.005", ".001", "3.08"),
    ("40", "1.012", ".002", "3"),
    ("30", "1.159", ".011", "3.90"),
    ("20", "1.845", ".069", "5.90"),
)
PTB: Rows = (
    ("700", "1.091", "0", "3"),
    ("300", "1.086", "0", "3"),
    ("250", "1.156", "0", "3"),
    ("200", "1.346", ".006", "3"),
    ("150", "1.278", "0", "3"),
    ("135", "1.178", ".015", "3"),
)


def plotted(rows: Rows):
    """An instance of the table; decimals are read as they stand."""
    return lambda q: PlottedStrings(*(q.of([[str(Fraction(cell)) for cell in column]]) for column in zip(*rows, strict=True)))


MNIST_PLOT = only("the plotted table of MNIST, levels in per cent of test error", plotted(MNIST))
CIFAR_PLOT = only("the plotted table of CIFAR-10, levels in per cent of test error", plotted(CIFAR))
PTB_PLOT = only("the plotted table of PTB, levels in test perplexity", plotted(PTB))
PLOTS = {"MNIST": MNIST_PLOT, "CIFAR-10": CIFAR_PLOT, "PTB": PTB_PLOT}

DIGITS, COLOURS, WORDS = "X2-3", "X2-4", "X2-5"
MEAN_LENGTH = "mean normalised length over resampled pairs, level {}"
LENGTH, COUNT, CONNECTED = "normalised length, level {}", "models on the string, level {}", "connected, level {}"
NARROWER = "normalised length with about a quarter of the weights, level 0.03"
STRAIGHT = "largest error on the straight segment over the level, level {}"
RANKS = "rank correlation of length with the falling level"
POWER = "share of the variance of log mean length from there on that a power law explains (bootstrap over pairs)"


def in_every_plot(latex: str, property: Property, *plots: Any) -> tuple[Statement, ...]:
    """One statement for each plot: its name, which the formula has in the place of {}, the words and the controls."""
    return tuple(
        Statement(latex.replace("{}", name), property, PLOTS[name], words=words, reading=name, probes=wrong)
        for name, words, *wrong in plots
    )


def never_longer_than(bound: str, *, down_to: str = "0"):
    """Every plotted length at a level of at least ``down_to`` is at most the bound."""

    def property(plot: PlottedStrings) -> Decision:
        rows = [(level, length) for level, length, _, _ in plot.columns if level >= Fraction(down_to)]
        return every(at_most(length, Fraction(bound), f"{length} at the level {level}") for level, length in rows)

    return property


def at_least(bound: str, level: str):
    """The plotted length at the level is at least the bound."""

    def property(plot: PlottedStrings) -> Decision:
        length = plot.length_at(Fraction(level))
        return at_most(Fraction(bound), length, f"{length} at the level {level}")

    return property


def means_within(levels: tuple[float, ...], low: float, high: float, *, published: str = "") -> Reading:
    """The mean length of the connected pairs lies in [low, high] at each of the levels, in nine of ten resampled sets of pairs."""
    return together(*(mostly_within(MEAN_LENGTH.format(level), low, high, least=0.9, published=published) for level in levels))


S2_86 = Claim(
    "S2-86",
    "MNIST has a very low normalised length even near the state of the art",
    TOPOLOGY.at("sec. 4.2"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\ell\le\tfrac{11}{10}\quad\text{at every plotted level}",
            never_longer_than("11/10"),
            MNIST_PLOT,
            words="'Very low' as: at most a tenth longer than the straight line. The plotted means.",
            reading="A",
            probes=(control("at most a twentieth longer", never_longer_than("21/20")),),
        ),
        Run(
            r"\overline\ell\le1.1\text{ at a test error of 1.5 \%}",
            DIGITS,
            means_within((0.015,), 1, 1.1, published="very low normalized length"),
            words="The same for small networks that read small digits, at the lowest level that they reach reliably; the nearest neighbour errs in 1.3 % of the cases.",
            reading="B",
            wrong=means_within((0.015,), 1, 1.0001),
            wrong_words="strings are straight to a ten-thousandth",
        ),
        Run(
            r"\overline\ell\le1.5\text{ at a test error of 1.5 \%}",
            DIGITS,
            means_within((0.015,), 1, 1.5, published="very low normalized length"),
            words="At most half as long again.",
            reading="C",
            wrong=means_within((0.015,), 1, 1.0001),
            wrong_words="strings are straight to a ten-thousandth",
        ),
    ),
    sharp=Run(
        r"\ell_{3658\text{ weights}}\gt\ell_{13706\text{ weights}}\text{ at a test error of 3 \%}",
        DIGITS,
        ratio_within(NARROWER, LENGTH.format(0.03), 1, 10),
        words="For most pairs the string is longer between networks with about a quarter of the weights.",
        wrong=ratio_within(NARROWER, LENGTH.format(0.03), 1.5, 10),
        wrong_words="half as long again",
    ),
    remark=(
        "MNIST itself, 60 000 digits and networks with 3.3 million weights, is not run here: its plot stands for it. Experiment X2-3 has 1197 smaller digits to train on and "
        "13 706 weights, and shows what the algorithm finds there. Strings that did not connect have no length, in the plot as here. "
        "A length near 1 does not mean a convex landscape: on the straight segment between two of these networks the error rises to 70 % and more at every level, where guessing has 90 %."
    ),
)


def grows_as_a_power_law(least: int):
    """From some level on, up to which every length is at most 11/10, a line through (log level, log length) explains nine tenths of
    the variance of the latter; at least ``least`` levels are on it.
    """

    def property(plot: PlottedStrings) -> Decision:
        columns = plot.columns
        starts = [
            k for k in range(len(columns) - least + 1) if all(length <= Fraction(11, 10) for _, length, _, _ in columns[: k + 1])
        ]
        signs = [compared(plot.levels, explained(columns[k:])) for k in starts]
        return certainly(
            1 in signs, all(sign == -1 for sign in signs), f"from none of the {len(starts)} levels that may be the threshold"
        )

    return property


def explained(columns: list[Any]):
    """10 S_xy^2 and 9 S_xx S_yy of x = log level, y = log length."""

    def sides(reals: Any) -> tuple[Any, Any]:
        x, y = ([reals.elementary.log(reals.number(column[place])) for column in columns] for place in (0, 1))
        count = reals.number(len(columns))

        def moment(a: list[Any], b: list[Any]) -> Any:
            return total(reals, [p * q for p, q in zip(a, b, strict=True)]) - reals.over(total(reals, a) * total(reals, b), count)

        mixed = moment(x, y)
        return mixed * mixed * reals.number(10), moment(x, x) * moment(y, y) * reals.number(9)

    return sides


def total(reals: Any, values: list[Any]) -> Any:
    return sum(values, reals.number(0))


S2_87 = Claim(
    "S2-87",
    "The normalised length is low until a threshold, after which it grows approximately as a power law",
    TOPOLOGY.at("sec. 4.2"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\exists L_*\colon\quad\ell\le\tfrac{11}{10}\ (L_0\ge L_*),\quad\log\ell\approx a\log(1/L_0)+b,\ R^2\ge\tfrac9{10}\ (L_0\le L_*)",
            grows_as_a_power_law(4),
            MNIST_PLOT,
            words="MNIST, as plotted: there is a threshold with at least four levels on the line.",
            reading="MNIST",
            probes=(control("at least six levels", grows_as_a_power_law(6)),),
        ),
        Statement(
            r"\exists L_*\colon\quad\ell\le\tfrac{11}{10}\ (L_0\ge L_*),\quad\log\ell\approx a\log(1/L_0)+b,\ R^2\ge\tfrac9{10}\ (L_0\le L_*)",
            grows_as_a_power_law(3),
            CIFAR_PLOT,
            words="CIFAR-10, as plotted: there is a threshold with at least three levels on the line (more are not plotted below 40 %).",
            reading="CIFAR-10",
            probes=(control("at least four levels", grows_as_a_power_law(4)),),
        ),
        Run(
            r"\log\overline\ell\approx a\log(1/L_0)+b\ \text{from the threshold on},\quad R^2\ge0.9",
            DIGITS,
            mostly_within(POWER, 0.9, 1, least=0.9, published="approximately as a power law"),
            words="Small networks that read digits, from the last level at which the mean length is at most 1.1; in nine of ten resampled sets of pairs.",
            reading="digits",
            wrong=mostly_within(POWER, 0.9999, 1),
            wrong_words="with all but a ten-thousandth of the variance explained",
        ),
        Run(
            r"\log\overline\ell\approx a\log(1/L_0)+b\ \text{from the threshold on},\quad R^2\ge0.9",
            COLOURS,
            mostly_within(POWER, 0.9, 1, least=0.9, published="approximately as a power law"),
            words="Small networks on coloured images, in nine of ten resampled sets of pairs.",
            reading="images",
            wrong=mostly_within(POWER, 0.9999, 1),
            wrong_words="with all but a ten-thousandth of the variance explained",
        ),
    ),
    remark=(
        "For MNIST the power law explains 98 % of the variance from .8 % on (exponent .34, four levels), 84 % from .85 % and 71 % from 1 %; for CIFAR-10 96 % from 40 % on "
        "(exponent .88, three levels), 88 % from 50 %. So few levels do not tell a power law from others: an exponential in the level explains 97 % and 91 % of the same variances."
    ),
)

S2_88 = Claim(
    "S2-88",
    "CIFAR-10 exhibits large non-convexity even at a test accuracy of 80 %",
    TOPOLOGY.at("sec. 4.2"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\ell(20\%)\ge\tfrac32",
            at_least("3/2", "20"),
            CIFAR_PLOT,
            words="'Large' as: the string is at least half as long again as the straight line. The plotted mean.",
            reading="A",
            probes=(control("at least twice as long", at_least("2", "20")),),
        ),
        Run(
            r"\overline\ell(20\%)\ge1.5",
            COLOURS,
            means_within((0.2,), 1.5, 100, published="large non-convexity"),
            words="The same for small networks on coloured images, at the same test error.",
            reading="B",
            wrong=means_within((0.2,), 5, 100),
            wrong_words="at least five times as long",
        ),
    ),
    remark=(
        "The images of X2-4 are drawn (ten shapes on coloured noise), because networks small enough for many strings do not reach 80 % on photographs; CIFAR-10 itself is not run here."
    ),
)


def grows_to_the_end(plot: PlottedStrings) -> Decision:
    """The length at the lowest level is no smaller than at the one before: otherwise it grows after no threshold."""
    (above, before, _, _), (level, last, _, _) = plot.columns[-2:]
    return at_most(before, last, f"it falls from {before} at {above} to {last} at {level}")


def falls_from_its_peak(times: int, *, grows_from: str):
    """From a level on the length grows up to its largest value and falls from there on, between each two neighbouring levels by
    more than so many times the sum of their half-bars.
    """

    def property(plot: PlottedStrings) -> Decision:
        columns = [column for column in plot.columns if column[0] <= Fraction(grows_from)]
        peak = columns.index(plot.longest)
        steps = (*pairwise(columns[: peak + 1]), *((low, high) for high, low in pairwise(columns[peak:])))
        return every(less(low + (bar + other) * times, high) for (_, low, bar, _), (_, high, other, _) in steps)

    return property


def longest_at_the_end(plot: PlottedStrings) -> Decision:
    level, last = plot.longest[0], plot.columns[-1][0]
    return equal(level, last, f"the longest string stands at {level}")


def one_model_suffices(count: int):
    """The plotted number of models, end points included, is ``count`` at every level."""

    def property(plot: PlottedStrings) -> Decision:
        return every(equal(models, Fraction(count), f"{models} at {level}") for level, _, _, models in plot.columns)

    return property


S2_89 = Claim(
    "S2-89",
    "PTB: models are easily connected at high perplexity, and the length grows at lower and lower perplexity",
    TOPOLOGY.at("sec. 4.3"),
    Kind.EXPERIMENT,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\ell(135)\ge\ell(150)",
            grows_to_the_end,
            PTB_PLOT,
            words="Whatever the threshold: after it the length grows down to the lowest plotted perplexity. The plotted means.",
            reading="A",
        ),
        Statement(
            r"\#\{\text{list of beads}\}=3\quad\text{at every plotted level}",
            one_model_suffices(3),
            PTB_PLOT,
            words="'Easily connected' as: with the one model that is inserted in any case (S2-82). The plotted means.",
            reading="B",
            probes=(control("with none", one_model_suffices(2)),),
        ),
        Run(
            r"\text{every pair connected, with at most five models, at 250 and 150}",
            WORDS,
            together(
                *(mostly_within(CONNECTED.format(level), 1, 1, least=1.0) for level in (250.0, 150.0)),
                *(mostly_within(COUNT.format(level), 3, 5, least=1.0) for level in (250.0, 150.0)),
            ),
            words="'Easily connected at high perplexity', small networks on a novel.",
            reading="C",
            wrong=mostly_within(CONNECTED.format(150.0), 0, 0),
            wrong_words="most pairs are not connected at 150",
        ),
        Run(
            r"\rho(\ell,-L_0)\ge0.8",
            WORDS,
            mostly_within(RANKS, 0.8, 1, least=0.75, published="grows at lower and lower perplexity"),
            words="'Grows', small networks on a novel: rank correlation with the falling perplexity, for three of four pairs.",
            reading="D",
            wrong=mostly_within(RANKS, -1, 0),
            wrong_words="it falls",
        ),
    ),
    amended=Statement(
        r"\ell(300)\lt\ell(250)\lt\ell(200)\gt\ell(150)\gt\ell(135),\quad\text{each by more than twice the bars}",
        falls_from_its_peak(2, grows_from="300"),
        PTB_PLOT,
        words="What is plotted: from a perplexity of 300 on the length grows down to 200, and it falls from there on.",
        probes=(
            control("the longest string stands at the lowest perplexity", longest_at_the_end),
            control("by more than eight times the bars", falls_from_its_peak(8, grows_from="300")),
        ),
    ),
    remark=(
        "The plotted values are read off the vector figure: 1.091, 1.086, 1.156, 1.346, 1.278 and 1.178 at 700, 300, 250, 200, 150 and 135. The text describes the part above 200 only. "
        "PTB itself is not run here; X2-5 has 41 499 words of a novel and 81 640 weights in place of 929 000 words and 4.65 million. There the mean length "
        "is at most 1.06 down to 110, about the perplexity of the words' frequencies, and grows from 105 on to 1.3 at 88, with the one inserted model throughout."
    ),
)

# S2-83: what all tasks are to have in common, for the three that are only plotted ---------------------------------------------------


def more_models_at_the_end(plot: PlottedStrings) -> Decision:
    """More models and a longer string at the lowest level than at the highest."""
    (above, short, _, few), (level, long, _, many) = plot.columns[0], plot.columns[-1]
    because = f"{few} models and the length {short} at {above}, {many} and {long} at {level}"
    return both(less(few, many, because), less(short, long, because))


def twice_as_many_at_the_end(plot: PlottedStrings) -> Decision:
    """At least twice as many models at the lowest level as at the highest."""
    return at_most(2 * plot.columns[0][3], plot.columns[-1][3])


MORE_MODELS = r"\#(\text{lowest }L_0)>\#(\text{highest }L_0),\ \ell(\text{lowest }L_0)>\ell(\text{highest }L_0)"

MUCH_GROWTH = control("at least twice as many models", twice_as_many_at_the_end)

PLOTTED_GROWTH = in_every_plot(
    MORE_MODELS,
    more_models_at_the_end,
    (
        "MNIST",
        "MNIST, as plotted, from the highest level to the lowest (on the way the mean number falls once, from 6.00 to 5.68).",
        MUCH_GROWTH,
    ),
    ("CIFAR-10", "CIFAR-10, as plotted, from the highest level to the lowest.", MUCH_GROWTH),
    ("PTB", "PTB, as plotted: 'all of the models' includes these."),
)

PLOTTED_WITHOUT_GROWTH = Statement(
    r"\#=3\quad\text{for PTB, at every plotted level}",
    one_model_suffices(3),
    PTB_PLOT,
    words="For PTB the number of models stays at the least that the algorithm can give (S2-82); the length grows and falls again (S2-89).",
    reading="PTB",
    probes=(control("two", one_model_suffices(2)),),
)


S2_8B = Claim(
    "S2-8b",
    "The optimisation of quintessential tasks is nearly convex up until high accuracy levels",
    TOPOLOGY.at("sec. 5"),
    Kind.EXPERIMENT,
    Weight.CLAIM,
    printed=(
        *in_every_plot(
            r"\ell\le\tfrac32\quad\text{for {}, at every plotted level}",
            never_longer_than("3/2"),
            (
                "MNIST",
                "'Nearly convex' as: at most half as long again, the bound of S2-88. MNIST, as plotted.",
                control("at most a twentieth longer", never_longer_than("21/20")),
            ),
            ("CIFAR-10", "CIFAR-10, as plotted: up to the accuracy of 80 %, which section 4.2 calls modest."),
            ("PTB", "PTB, as plotted.", control("at most a tenth longer", never_longer_than("11/10"))),
        ),
        Run(
            r"\overline\ell\le1.5\text{ for digits down to 2 \%}",
            DIGITS,
            means_within((0.1, 0.06, 0.03, 0.02), 1, 1.5, published="nearly convex"),
            words="Small networks that read digits.",
            reading="digits",
            wrong=means_within((0.02,), 1, 1.0001),
            wrong_words="strings are straight to a ten-thousandth",
        ),
        Run(
            r"\overline\ell\le1.5\text{ for coloured images down to 30 \%}",
            COLOURS,
            means_within((0.8, 0.7, 0.6, 0.5, 0.4, 0.3), 1, 1.5, published="nearly convex"),
            words="Small networks on coloured images, before the modest accuracy of 80 %.",
            reading="images",
            wrong=means_within((0.3,), 1, 1.0001),
            wrong_words="strings are straight to a ten-thousandth",
        ),
        Run(
            r"\overline\ell\le1.5\text{ for words, every level}",
            WORDS,
            means_within((250.0, 150.0, 115.0, 110.0, 105.0, 95.0), 1, 1.5, published="nearly convex"),
            words="Small networks on a novel, all levels but the lowest.",
            reading="words",
            wrong=means_within((95.0,), 1, 1.0001),
            wrong_words="strings are straight to a ten-thousandth",
        ),
        Run(
            r"\max_tF((1-t)\theta_A+t\theta_B)\le1.1L_0\text{ for digits at 10 \%}",
            DIGITS,
            mostly_within(STRAIGHT.format(0.1), 0, 1.1, published="nearly convex"),
            words="'Nearly convex' as what convexity implies: the straight segment between the two networks passes, at the modest level of 10 %. Small networks that read digits.",
            reading="segment, digits",
            wrong=mostly_within(STRAIGHT.format(0.1), 0, 0.5),
            wrong_words="it stays below half of the level",
        ),
        Run(
            r"\max_tF((1-t)\theta_A+t\theta_B)\le1.1L_0\text{ for words at 250 and 150}",
            WORDS,
            together(*(mostly_within(STRAIGHT.format(level), 0, 1.1, least=1.0) for level in (250.0, 150.0))),
            words="The same for words at high perplexity.",
            reading="segment, words",
            wrong=mostly_within(STRAIGHT.format(150.0), 0, 0.5),
            wrong_words="it stays below half of the level",
        ),
        Statement(
            r"\epsilon\to0\quad(m\to\infty)",
            oracle_vanishes,
            "tasks",
            words="The uphill climb that is needed, read as the gap epsilon of Theorem 2.4 (S2-61): it is at least $e(l)$.",
            reading="climb",
            assumptions=(penalised,),
        ),
        RISE,
    ),
    amended=(
        Statement(
            r"\ell\le\tfrac32\quad\text{for CIFAR-10, down to a test error of }30\%",
            never_longer_than("3/2", down_to="30"),
            CIFAR_PLOT,
            words="CIFAR-10 up to an accuracy of 70 %.",
            reading="CIFAR-10",
            probes=(control("down to 20 %", never_longer_than("3/2", down_to="20")),),
        ),
        replace(S2_61.amended[0], reading="climb"),
    ),
    remark=(
        "One bound on the length separates 'large' from 'nearly convex'. With it this sentence and S2-88 exclude each other for CIFAR-10, unless 80 % is both modest and high. "
        "What the length does not show: between two networks that read digits with an error of 10 % the straight segment passes networks with errors of 80 % and more, while one that is hardly longer stays low. "
        "For the climb in networks with one hidden layer see S2-61 and S2-01."
    ),
)

NETWORKS = (S2_86, S2_87, S2_88, S2_89, S2_8B)
