"""Document 000, the answer's algebra: the labels are a linear function of the samples, and which weights say so."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from claims.decide import both, equal, equivalent, every, exactly
from claims.documents.collapse.source import COLLAPSE, THE_DATA
from claims.instances.networks import AffineNetwork
from claims.instances.regression import Progression, TwoAnswers, document_data
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.matrix import hstack


def printed_weights(data: Progression) -> Any:
    """w = (1/c, 0, ..., 0)'; for the document's step 100 it is (10^-2, 0, ..., 0)'. d x 1."""
    return type(data.first).eye(data.features, 1) / data.step


# S0-10 --------------------------------------------------------------------------------------------------------------


def generated_by(times: int):
    """S_i = S_0 + times c i 1' for i = 0, ..., M - 1, entry by entry."""

    def property(data: Progression) -> Decision:
        rows, base = data.inputs.rows(), data.first.entries()
        expected = [[x + data.step * times * i for x in base] for i in range(data.samples)]
        return exactly(rows == expected)

    return property


S0_10 = Claim(
    "S0-10",
    "The data of any size M",
    COLLAPSE.at("l. 31-35"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"S_i=S_0+c\,i\,\mathbf1^T\quad(i=0,\dots,M-1),\qquad c=100\text{ in the document}",
        generated_by(1),
        "progressions_from_zero",
        words="Well formed for every M, d and step.",
        strata=("one sample", "one feature"),
        probes=(control("twice the step", generated_by(2)),),
    ),
    remark="The question counts $i$ from 1 and gives $S_0$ separately; the answer counts from 0. Both describe the same $M$ samples.",
)

# S0-11: some weights give the labels ------------------------------------------------------------------------------------


@assumption("h1", "the first sample is 0, 1, ..., d - 1")
def starts_with_the_ramp(data: Any) -> Decision:
    return exactly(data.inputs.rows()[0] == list(range(data.inputs.shape[1])))


@assumption("h2", "from each sample to the next the same amount is added to every entry")
def same_amount_added(data: Any) -> Decision:
    return exactly(len(set(map(str, added_amounts(data)))) <= 1)


@assumption("step", "the amount is not zero (it is 100): consecutive samples differ")
def samples_differ(data: Any) -> Decision:
    return exactly(all(one != other for one, other in pairwise(data.inputs.rows())))


def added_amounts(data: Any) -> list[Any]:
    """What is added to each entry from each sample to the next."""
    rows = data.inputs.rows()
    return [b - a for x, y in pairwise(rows) for a, b in zip(x, y, strict=True)]


@assumption("h3", "the labels are the sample numbers")
def labels_count(data: Any) -> Decision:
    return exactly(data.labels.entries() == list(range(data.inputs.shape[0])))


def labels_are_linear(data: Any) -> Decision:
    """L lies in the range of X."""
    return exactly(hstack(data.inputs, data.labels).rank() == data.inputs.rank())


def labels_are_the_first_feature(data: Any) -> Decision:
    return equal(data.inputs[:, 0:1], data.labels)


def linear_exactly_when_independent(data: Progression) -> Decision:
    first = data.first.entries()
    constant = all(value == first[0] for value in first)
    predicted = data.samples == 1 or (data.step != 0 and (not constant or first[0] == 0))
    return equivalent(labels_are_linear(data), exactly(predicted))


def linear_whenever_the_step_is_not_zero(data: Progression) -> Decision:
    return equivalent(labels_are_linear(data), exactly(data.step != 0))


RAMP_DATA = (starts_with_the_ramp, same_amount_added, samples_differ, labels_count)

S0_11 = Claim(
    "S0-11",
    "The labels are a linear function of the samples, without a bias",
    COLLAPSE.at("l. 31, 35"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\exists w\in\mathbb R^{d}\colon\ l_i=S_iw\quad(i=0,\dots,M-1)",
        labels_are_linear,
        "progressions_from_zero",
        assumptions=RAMP_DATA,
        strata=("one sample", "two samples", "one feature", "two features"),
        probes=(
            without("h1", "with another first sample", over="near_progressions"),
            without("h2", "with increments that differ from entry to entry", over="near_progressions"),
            without("h3", "with other labels", over="near_progressions"),
            without("step", "with nothing added", over="near_progressions"),
            control("the labels are the first feature itself", labels_are_the_first_feature),
        ),
        derivation="collapse.solution_set",
    ),
    sharp=Statement(
        r"\exists w\iff M=1\ \text{ or }\ \bigl(c\ne0\ \text{ and }\ (S_0=0\ \text{ or }\ S_0\notin\mathbb R\,\mathbf1^T)\bigr)",
        linear_exactly_when_independent,
        "progressions",
        words="For more than one sample the step must not vanish, and the first sample must vanish or be independent of the vector of ones.",
        strata=("constant first sample", "zero step", "one sample", "one feature"),
        probes=(control("it is only the step that matters", linear_whenever_the_step_is_not_zero),),
    ),
)

# S0-12, S0-13, S0-14: the weights that the answer gives -------------------------------------------------------------------


def printed_weights_solve(data: Progression) -> Decision:
    return equal(data.inputs @ printed_weights(data), data.labels)


def spread_weights_solve(data: Progression) -> Decision:
    ones = type(data.first).build(data.features, 1, lambda i, j: 1)
    return equal(data.inputs @ ones / (data.step * data.features), data.labels)


def solution_is_unique(data: Progression) -> Decision:
    rank = data.inputs.rank()
    return exactly(
        rank == data.features,
        f"rank {rank} with {data.features} unknowns: solutions form a space of dimension {data.features - rank}",
    )


def two_answers_coincide(answers: TwoAnswers) -> Decision:
    """If both vectors reproduce the labels, they are the same vector."""
    inputs, labels = answers.data.inputs, answers.data.labels
    if inputs @ answers.first != labels or inputs @ answers.second != labels:
        return exactly(True, "one of them is no solution")
    return equal(answers.first, answers.second, "two different weight vectors reproduce every label")


def document_and_another_answer(q: Any) -> TwoAnswers:
    """The printed weights, and those with (1, -2, 1, 0, ...)/100 added: its entries sum to 0, and so does its product with S_0."""
    data = document_data(q)
    first = printed_weights(data)
    change = q.build(100, 1, lambda i, j: (1, -2, 1)[i] if i < 3 else 0) / 100
    return TwoAnswers(data, first, first + change)


def solutions_have_dimension_d_minus(codimension: int):
    def property(data: Progression) -> Decision:
        found = data.inputs.nullspace().shape[1]
        return both(printed_weights_solve(data), exactly(found == data.features - codimension))

    return property


@assumption("size", "at least two samples and two features")
def two_by_two(data: Progression) -> Decision:
    return exactly(data.samples >= 2 and data.features >= 2)


@assumption("size", "at least two samples")
def two_samples(data: Progression) -> Decision:
    return exactly(data.samples >= 2)


def unique_exactly_up_to(features: int):
    def property(data: Progression) -> Decision:
        return equivalent(solution_is_unique(data), exactly(data.features <= features))

    return property


S0_12 = Claim(
    "S0-12",
    "The analytical solution puts 1/100 on the first feature and 0 on the others",
    COLLAPSE.at("l. 35"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"l_i=S_iw,\qquad w=[10^{-2},0,\dots,0]^T",
            printed_weights_solve,
            "progressions_from_zero",
            words="It is a solution (for any step c with 1/c in place of 1/100).",
            reading="A",
            assumptions=RAMP_DATA,
            strata=("one sample", "one feature", "two features"),
            probes=(
                without("h1", "with another first sample", over="near_progressions"),
                without("h2", "with increments that differ from entry to entry", over="near_progressions"),
                without("h3", "with other labels", over="near_progressions"),
                control("weights that are spread over all features", spread_weights_solve),
            ),
            derivation="collapse.solution_identity",
        ),
        Statement(
            r"l_i=S_iw\ (i=0,\dots,M-1)\ \Rightarrow\ w=[10^{-2},0,\dots,0]^T",
            solution_is_unique,
            "progressions_from_zero",
            words="It is the solution: no other weights reproduce the labels (two samples or more, any number of features).",
            reading="B",
            assumptions=(two_samples,),
        ),
        Statement(
            r"S_iw=S_iw'=l_i\ \Rightarrow\ w=w'\qquad(M=1500,\ d=100)",
            two_answers_coincide,
            only("the document's data with two weight vectors", document_and_another_answer),
            words="It is the solution for the document's own data.",
            reading="C",
        ),
    ),
    amended=Statement(
        r"\{w:Xw=L\}=[c^{-1},0,\dots,0]^T+\{v:\mathbf1^Tv=0,\ S_0v=0\},\qquad\text{dimension }d-2",
        solutions_have_dimension_d_minus(2),
        "progressions_from_zero",
        words="The solutions form an affine space of dimension d - 2: 98 in the document.",
        assumptions=(*RAMP_DATA, two_by_two),
        strata=("two samples", "two features"),
        probes=(
            control("dimension d - 1", solutions_have_dimension_d_minus(1)),
            without("size", "with one sample or one feature"),
        ),
        derivation="collapse.solution_set",
    ),
    sharp=Statement(
        r"w\text{ is unique}\iff d\le2",
        unique_exactly_up_to(2),
        "progressions_from_zero",
        words="For two samples or more the solution is unique up to two features, and never beyond.",
        assumptions=(two_samples,),
        strata=("two features", "one feature", "two samples"),
        probes=(control("unique up to three features", unique_exactly_up_to(3)), without("size", "with one sample")),
    ),
    remark=(
        "Any vector orthogonal to $\\mathbf1$ and to $S_0$ may be added: $(1,-2,1,0,\\dots,0)$ is the simplest. Gradient descent from zero "
        "does not find the printed weights but the solution of least norm."
    ),
)


def four_equalities(data: Progression) -> Decision:
    """S_i w = S_0 w + c i 1'w = c i w_0 = i, each equality for each i."""
    w, ones = printed_weights(data), type(data.first).build(1, data.features, lambda i, j: 1)
    rows = data.inputs
    return every(_chain(data, rows[i : i + 1, :], w, ones, i) for i in range(data.samples))


def _chain(data: Progression, sample: Any, w: Any, ones: Any, i: int) -> Decision:
    head, label = w.entry(0, 0), data.labels.entry(i, 0)
    shifted = (data.first @ w).trace() + data.step * i * (ones @ w).trace()
    links = ((sample @ w).trace(), shifted, data.step * i * head, w.scalar(i), label)
    return every(equal(left, right) for left, right in pairwise(links))


def first_term_is_one(data: Progression) -> Decision:
    """The same chain with S_0 w = w_0: the first entry of S_0 taken for 1."""
    w = printed_weights(data)
    return equal((data.first @ w).trace(), w.entry(0, 0))


S0_13 = Claim(
    "S0-13",
    "The chain of equalities for the labels",
    COLLAPSE.at("l. 37"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"l_i=S_iw=S_0w+100\,i\,\mathbf1^Tw=100\,i\,w_0=i",
        four_equalities,
        "progressions_from_zero",
        assumptions=RAMP_DATA,
        strata=("one sample", "one feature"),
        probes=(
            without("h1", "with another first sample", over="near_progressions"),
            without("h2", "with increments that differ from entry to entry", over="near_progressions"),
            without("h3", "with other labels", over="near_progressions"),
            control("S_0 w is w_0", first_term_is_one),
        ),
        derivation="collapse.solution_identity",
    ),
    remark="The third equality uses $S_0w=0$, that is, that the first entry of $S_0$ is zero; it is the only place where $S_0$ enters.",
)


def one_layer_models(data: Progression) -> Decision:
    """The one-layer network with the printed weights and no bias outputs every label."""
    zero = type(data.first).zeros(1, 1)
    return equal(AffineNetwork((printed_weights(data).T,), (zero,)).output(data.inputs.T), data.labels.T)


def bias_alone_models(data: Progression) -> Decision:
    """Some bias without weights outputs every label: all labels are the same."""
    labels = data.labels.entries()
    return exactly(all(label == labels[0] for label in labels))


S0_14 = Claim(
    "S0-14",
    "A one-layer network models the data exactly",
    COLLAPSE.at("l. 39"),
    Kind.EXISTENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\exists w,b\colon\ f(S_i)=S_iw+b=l_i\quad(i=0,\dots,M-1)",
            one_layer_models,
            "progressions_from_zero",
            reading="A",
            words="For every size of the data.",
            assumptions=RAMP_DATA,
            strata=("one sample", "one feature"),
            probes=(
                without("h1", "with another first sample", over="near_progressions"),
                without("h2", "with increments that differ from entry to entry", over="near_progressions"),
                without("h3", "with other labels", over="near_progressions"),
                control("a bias alone does it", bias_alone_models),
            ),
            derivation="collapse.solution_identity",
        ),
        Statement(
            r"f(S_i)=10^{-2}(S_i)_0=l_i\quad(i=0,\dots,1499)",
            one_layer_models,
            THE_DATA,
            reading="B",
            words="For the document's own data.",
            probes=(control("a bias alone does it", bias_alone_models),),
        ),
    ),
)

ALGEBRA = (S0_10, S0_11, S0_12, S0_13, S0_14)
