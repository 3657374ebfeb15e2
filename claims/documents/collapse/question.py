"""Document 000, the question: identity networks collapse; the data; the two networks; the asker's inference."""

from __future__ import annotations

from itertools import pairwise

from claims.decide import at_most, both, equal, every, exactly, less
from claims.documents.collapse.source import COLLAPSE, THE_DATA
from claims.instances.networks import AffineNetwork, LayerBudget, affine_frame, collapsed, factorised
from claims.instances.regression import Progression
from claims.instances.training import Architecture, DeepRegression, PairedTraining
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.matrix import hstack, product, zeros_like

# S0-1 ---------------------------------------------------------------------------------------------------------------


@assumption("h1", "the activation is the identity in every layer")
def identity_activations(net: AffineNetwork) -> Decision:
    return exactly(net.activation == "identity")


def some_single_layer_agrees(net: AffineNetwork) -> Decision:
    """The one affine map that agrees at 0, e_1, ..., e_n agrees at -e_i, at 2 e_i and at all sums e_i + e_j."""
    frame = affine_frame(type(net.weights[0]), net.widths[0])
    values = net.output(frame)
    origin = values[:, 0:1]
    slopes = values[:, 1:] - hstack(*[origin] * net.widths[0])
    layer = AffineNetwork((slopes,), (origin,))
    units = frame[:, 1:]
    sums = hstack(*(units[:, [i] * net.widths[0]] + units for i in range(net.widths[0])))
    return every(equal(net.output(points), layer.output(points)) for points in (-frame, frame * 2, sums))


def composed_layer_agrees(net: AffineNetwork) -> Decision:
    frame = affine_frame(type(net.weights[0]), net.widths[0])
    return equal(net.output(frame), collapsed(net).output(frame))


def last_bias_suffices(net: AffineNetwork) -> Decision:
    frame = affine_frame(type(net.weights[0]), net.widths[0])
    return equal(net.output(frame), AffineNetwork((product(net.weights[::-1]),), net.biases[-1:]).output(frame))


def layer_without_bias_agrees(net: AffineNetwork) -> Decision:
    frame = affine_frame(type(net.weights[0]), net.widths[0])
    weight = product(net.weights[::-1])
    return equal(net.output(frame), weight @ frame)


def deeper_network_agrees(budget: LayerBudget) -> Decision:
    """A product through a layer of width h has rank at most h; where the rank fits, the factorisation is built and compared."""
    rank = budget.target.weights[0].rank()
    if min(budget.hidden, default=rank) < rank:
        return exactly(False, f"the layer has rank {rank}, the narrowest hidden layer {min(budget.hidden)}")
    frame = affine_frame(type(budget.target.weights[0]), budget.target.widths[0])
    return equal(factorised(budget).output(frame), budget.target.output(frame))


def agrees_without_last_bias(budget: LayerBudget) -> Decision:
    frame = affine_frame(type(budget.target.weights[0]), budget.target.widths[0])
    deep = factorised(budget)
    bare = AffineNetwork(deep.weights, (*deep.biases[:-1], zeros_like(deep.biases[-1], *deep.biases[-1].shape)))
    return equal(bare.output(frame), budget.target.output(frame))


@assumption("outputs", "there is one output, as in the document")
def one_output(budget: LayerBudget) -> Decision:
    return exactly(budget.target.widths[-1] == 1)


def rank_is_at_most_the_width(net: AffineNetwork) -> Decision:
    return at_most(product(net.weights[::-1]).rank(), min(net.widths))


def rank_is_below_the_width(net: AffineNetwork) -> Decision:
    return less(product(net.weights[::-1]).rank(), min(net.widths))


@assumption("width", "no hidden layer is narrower than both the input and the output")
def wide_enough(budget: LayerBudget) -> Decision:
    return exactly(min(budget.hidden, default=99) >= min(budget.target.widths))


@assumption("width", "no hidden layer is narrower than the rank of the layer")
def rank_fits(budget: LayerBudget) -> Decision:
    return exactly(min(budget.hidden, default=99) >= budget.target.weights[0].rank())


S0_1 = Claim(
    "S0-1",
    "A network of identity layers is equivalent to one layer",
    COLLAPSE.at("l. 3"),
    Kind.EQUIVALENCE,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"W_L(\cdots(W_1x+b_1)\cdots)+b_L=Wx+b\quad\text{for some }W,b",
            some_single_layer_agrees,
            "affine_networks",
            words="Every network with identity activations computes what some one-layer network computes.",
            reading="A",
            assumptions=(identity_activations,),
            strata=("one layer", "two layers", "deeper than two", "a layer of width one", "a zero layer", "no biases"),
            probes=(
                without("h1", "with a rectifier or a square between the layers", over="nonlinear_networks"),
                control("the one layer needs no bias", layer_without_bias_agrees),
            ),
            derivation="collapse.composition",
        ),
        Statement(
            r"\{\text{one layer}\}\subseteq\{\text{deeper, hidden widths }h_1,\dots,h_k\}",
            deeper_network_agrees,
            "layer_budgets",
            words="Every one-layer network is computed by some network with the given hidden widths.",
            reading="B",
        ),
        Statement(
            r"\{\text{one layer}\}\subseteq\{\text{deeper, hidden widths }h_1,\dots,h_k\}\quad\text{for one output}",
            deeper_network_agrees,
            "layer_budgets",
            words="The same for networks with one output, such as the document's.",
            reading="C",
            assumptions=(one_output,),
            strata=("rank zero", "no hidden layer"),
            probes=(without("outputs", "with several outputs"), control("without the last bias", agrees_without_last_bias)),
        ),
    ),
    amended=Statement(
        r"\min_ih_i\ge\min(n_0,n_L)\ \Rightarrow\ \{\text{one layer}\}\subseteq\{\text{deeper, hidden widths }h_i\}",
        deeper_network_agrees,
        "layer_budgets",
        words="The other way too, if no hidden layer is narrower than both ends; with reading A the two classes are then the same.",
        assumptions=(wide_enough,),
        strata=("wide enough", "no hidden layer", "rank zero"),
        probes=(
            without("width", "with a bottleneck"),
            control("a deeper network without its last bias", agrees_without_last_bias),
        ),
    ),
    sharp=(
        Statement(
            r"W=W_L\cdots W_1,\qquad b=\sum_{l=1}^{L}W_L\cdots W_{l+1}b_l",
            composed_layer_agrees,
            "affine_networks",
            words="The layer is the product of the weights, and each bias is carried through the layers above it.",
            reading="formula",
            assumptions=(identity_activations,),
            strata=("deeper than two", "a layer of width one"),
            probes=(
                without("h1", "with a rectifier or a square between the layers", over="nonlinear_networks"),
                control("only the last bias survives", last_bias_suffices),
            ),
            derivation="collapse.composition",
        ),
        Statement(
            r"\operatorname{rank}(W_L\cdots W_1)\le\min_in_i",
            rank_is_at_most_the_width,
            "affine_networks",
            words="Through a layer of width h passes no more than rank h,",
            reading="bound",
            bound=True,
            strata=("attained", "a layer of width one", "one layer"),
            probes=(control("less than rank h", rank_is_below_the_width),),
        ),
        Statement(
            r"\operatorname{rank}W\le\min_ih_i\ \Rightarrow\ x\mapsto Wx+b\text{ is computed with hidden widths }h_i",
            deeper_network_agrees,
            "layer_budgets",
            words="and whatever fits does pass.",
            reading="rank",
            assumptions=(rank_fits,),
            strata=("bottleneck of the exact rank", "rank zero"),
            probes=(
                without("width", "with a layer thinner than the rank"),
                control("without the last bias", agrees_without_last_bias),
            ),
        ),
    ),
    remark=(
        "Both networks of the document have one output, so the bottleneck of reading B does not bind there (reading C). In general the collapse is "
        "one-way, and the deeper network is the smaller class."
    ),
)


# S0-2, S0-3, S0-4: the data --------------------------------------------------------------------------------------------


def first_sample_is(low: int):
    """The first sample is low, low + 1, ..., in 100 entries."""

    def property(data: Progression) -> Decision:
        ramp = type(data.first).of([list(range(low, low + 100))])
        return both(equal(data.first, ramp), exactly(data.features == 100))

    return property


def samples_are(count: int, step: int):
    """There are ``count`` samples and S_i = S_0 + i step in every entry."""

    def property(data: Progression) -> Decision:
        inputs, base = data.inputs, data.first.entries()
        rows = inputs.rows()
        agree = all(row == [entry + i * step for entry in base] for i, row in enumerate(rows))
        return exactly(len(rows) == count and agree)

    return property


def labels_are(offset: int):
    def property(data: Progression) -> Decision:
        return exactly(data.labels.entries() == [i + offset for i in range(data.samples)])

    return property


S0_2 = Claim(
    "S0-2",
    "The first sample is 0, 1, ..., 99",
    COLLAPSE.at("l. 7"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"S_0=[0\ 1\ 2\ \dots\ 99]\in\mathbb R^{1\times100}",
        first_sample_is(0),
        THE_DATA,
        probes=(control("it starts with 1", first_sample_is(1)),),
    ),
)

S0_3 = Claim(
    "S0-3",
    "1500 samples, 100 added from each to the next",
    COLLAPSE.at("l. 9"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"S_i=S_0+i\cdot100\quad(i=1,\dots,1499)",
        samples_are(1500, 100),
        THE_DATA,
        probes=(
            control("the step is 99, so that samples overlap", samples_are(1500, 99)),
            control("1499 samples", samples_are(1499, 100)),
        ),
    ),
    remark="Read together, the rows of the data are the numbers 0 to 149999 in order: sample i continues where sample i - 1 ended.",
)

S0_4 = Claim(
    "S0-4",
    "The labels are the sample numbers",
    COLLAPSE.at("l. 11-13"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(r"\ell_i=i", labels_are(0), THE_DATA, probes=(control("numbered from 1", labels_are(1)),)),
)


def four_numbers_of_nodes(net: Architecture) -> Decision:
    return exactly(len(net.nodes) == 4 and net.nodes[-1] == 1)


def four_weight_matrices(net: Architecture) -> Decision:
    return exactly(net.weight_matrices == 4 and net.nodes[0] == 100)


S0_5 = Claim(
    "S0-5",
    "The four-layer network has 100, 500, 250 and 1 nodes",
    COLLAPSE.at("l. 17"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=(
        Statement(
            r"100\to500\to250\to1",
            four_numbers_of_nodes,
            only("the network 100, 500, 250, 1", lambda q: Architecture((100, 500, 250, 1))),
            words="The input counts as a layer: three weight matrices.",
            reading="A",
            probes=(control("it has four weight matrices", four_weight_matrices),),
        ),
        Statement(
            r"100\to100\to500\to250\to1",
            four_weight_matrices,
            only("the network 100, 100, 500, 250, 1", lambda q: Architecture((100, 100, 500, 250, 1))),
            words="Every number is a layer of units with weights: four weight matrices on 100 inputs.",
            reading="B",
            probes=(
                control("four numbers describe it", four_numbers_of_nodes),
                control(
                    "with as many units between on 500 inputs",
                    four_weight_matrices,
                    over=only("the network 500, 100, 500, 250, 1", lambda q: Architecture((500, 100, 500, 250, 1))),
                ),
            ),
        ),
    ),
    remark=(
        "The words allow both readings; the one-layer network 'contains 1 node, the output node', which speaks for reading B. "
        "Both are run (S0-6, S0-8)."
    ),
)

# S0-9: the inference ----------------------------------------------------------------------------------------------------


def same_loss_at_every_step(training: PairedTraining) -> Decision:
    single = [training.loss(w) for w in training.single]
    chain = [training.loss(w * v) for w, v in training.chain]
    return every(equal(one, two) for one, two in zip(single, chain, strict=True))


def limits_agree(training: PairedTraining) -> Decision:
    """Both runs have come to rest; compare where."""
    (w, v), (x, y) = training.chain[-2:]
    at_rest = (w, v) == (x, y) and training.single[-2] == training.single[-1]
    if not at_rest:
        return exactly(True, "not at rest, nothing to compare")
    return equal(training.loss(training.single[-1]), training.loss(x * y), "the two-layer network rests at a saddle")


def same_global_minimum(pair: DeepRegression) -> Decision:
    """The deeper network attains the one-layer minimum, and none of its own values is below it."""
    least = pair.problem.cost(pair.minimiser)
    return both(equal(pair.cost(pair.rebuilt), least), at_most(least, pair.cost(pair.deep)))


def deep_network_is_at_the_minimum(pair: DeepRegression) -> Decision:
    return equal(pair.cost(pair.deep), pair.problem.cost(pair.minimiser))


@assumption("sample", "input and label are not zero")
def nonzero_sample(training: PairedTraining) -> Decision:
    return exactly(bool(training.x * training.y != 0))


@assumption("start", "the weights are not opposite (for xy < 0: not equal)")
def off_the_line(training: PairedTraining) -> Decision:
    return exactly(bool(training.along != 0))


def both_reach_zero(gain: int):
    """With a small rate r each step lowers both losses; the miss of the two layers by (1 - r gain/4 min(x^2 (a +- b)^2, 4 |xy|))."""

    def property(training: PairedTraining) -> Decision:
        slow = training.slowed
        x, y, along = slow.x, slow.y, slow.along
        least = min(x * x * along * along, 4 * abs(x * y))
        single = [abs(w * x - y) for w in slow.single]
        chain = [abs(w * v * x - y) for w, v in slow.chain]
        shrinks = (at_most(after, before * (1 - slow.rate * least * gain / 4)) for before, after in pairwise(chain))
        falls = (exactly(bool(after < before or not before)) for misses in (single, chain) for before, after in pairwise(misses))
        return every((*falls, *shrinks))

    return property


def stuck_at_zero(q) -> PairedTraining:
    one, zero = q.scalar(1), q.scalar(0)
    return PairedTraining(one, one, zero, zero, one, 2)


S0_9 = Claim(
    "S0-9",
    "Both trainings should converge to the same value",
    COLLAPSE.at("l. 19"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\lim_kC(w^{(k)})=\lim_kC(w_2^{(k)}w_1^{(k)})",
            limits_agree,
            only("one sample x = y = 1, weights 0, rate 1", stuck_at_zero),
            words=(
                "Gradient descent with one rate, from the same function, ends at the same loss in both networks, from every start. Whether it does from almost every start, with a small rate, "
                "is true for two layers of one weight (the sharp statement) and not decided here for the three or four layers of the question."
            ),
            reading="A",
        ),
        Statement(
            r"C(w^{(k)})=C(w_2^{(k)}w_1^{(k)})\quad\text{for every }k",
            same_loss_at_every_step,
            "paired_trainings",
            words="The two trainings even pass through the same losses.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"\min_{W_1,\dots,W_L}C(W_L\cdots W_1)=\min_wC(w)",
        same_global_minimum,
        "deep_regressions",
        words="What the equivalence does give: both networks have the same global minimal cost.",
        strata=("one layer", "two layers", "deeper than two", "a layer of width one", "deficient column rank", "interpolation"),
        probes=(control("every deep network is at that minimum", deep_network_is_at_the_minimum),),
    ),
    sharp=Statement(
        r"|e_{k+1}|\le\bigl(1-\tfrac\eta4\min(x^2(w_1+\sigma w_2)^2,\,4|xy|)\bigr)|e_k|,\ \text{ so }\lim_kC(w^{(k)})=\lim_kC(w_2^{(k)}w_1^{(k)})=0"
        r"\quad(w_1+\sigma w_2\ne0,\ \sigma=\operatorname{sgn}xy\ne0,\ 0\lt\eta\le1/(1+x^2+3x^2(w_1^2+w_2^2)+3|xy|))",
        both_reach_zero(1),
        "paired_trainings",
        words="For two layers of one weight and one sample, with $e_k=xw_2^{(k)}w_1^{(k)}-y$ and the initial weights $w_1,w_2$: from almost every start, all but those on a line, each small enough rate leads both trainings to the same value.",
        bound=True,
        assumptions=(nonzero_sample, off_the_line),
        strata=("fitted from the start", "opposite weights"),
        probes=(
            without("sample", "without input neither moves"),
            without("start", "from zero weights the two layers do not move"),
            control("eight times as fast", both_reach_zero(8)),
        ),
    ),
    remark=(
        "The equivalence of S0-1 is one of functions, not of trajectories: gradient descent sees the parametrisation. Zero weights "
        "are a saddle of the two-layer cost and an ordinary point of the one-layer cost; from there one run reaches loss 0 in one step "
        "and the other never moves. That start is exceptional; that the two runs differ step by step (reading B) is not. "
        "The sharp statement: with $p=\\eta xe$ a step turns $w_1+w_2$ into $(1-p)(w_1+w_2)$ and $w_1-w_2$ into $(1+p)(w_1-w_2)$. For $xy\\gt 0$ the sum grows as long as the product is "
        "too small, and is at least $2\\sqrt{y/x}$ where it is too large, so the sum of the squares stays away from zero and the factor by which e shrinks away from one."
    ),
    illustrated_by=("X0-2",),
)


QUESTION = (S0_1, S0_2, S0_3, S0_4, S0_5, S0_9)
