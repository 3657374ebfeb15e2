"""Document 004, the rank of P(W): the Khatri-Rao product, Sylvester's inequality, Principles 3 to 5."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from claims.decide import at_most, both, equal, every, exactly
from claims.documents.exact_learning.source import EXACT_LEARNING
from claims.instances.feedforward import Learning, Move, Partitioned
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.feedforward import khatri_rao
from numerics.matrix import frobenius_squared, hstack

# S4-15, S4-16, S4-17 -----------------------------------------------------------------------------------------------------


def tracy_singh(parts: Partitioned) -> Any:
    """[Psi_i (x) phi_j] for all pairs of parts, (1,1), (1,2), ..., (T,T), n_l p x T^2 m."""
    columns = [parts.right[:, [j]] for j in range(len(parts.left))]
    return hstack(*(piece.kron(column) for piece in parts.left for column in columns))


def selection(parts: Partitioned) -> Any:
    """Z: the 0-1 matrix that picks the pairs (i, i), T^2 m x T m."""
    samples, width = len(parts.left), parts.left[0].shape[1]
    places = [(i * samples + i) * width + k for i in range(samples) for k in range(width)]
    return parts.right.build(samples * samples * width, samples * width, lambda i, j: int(places[j] == i))


def product_of(parts: Partitioned) -> Any:
    """Psi (.) Phi, the Khatri-Rao product, n_l p x T m."""
    return khatri_rao(parts.left, parts.right)


def psi(parts: Partitioned) -> Any:
    return hstack(*parts.left)


def selected_tracy_singh(parts: Partitioned) -> Decision:
    z = selection(parts)
    product = psi(parts).rank() * parts.right.rank()
    return both(
        equal(product_of(parts), tracy_singh(parts) @ z),
        equal(z.T @ z, z.eye(z.shape[1])),
        equal(tracy_singh(parts).rank(), product, "the rank of the Tracy-Singh product"),
    )


def rank_is_product_of_ranks(parts: Partitioned) -> Decision:
    return equal(product_of(parts).rank(), psi(parts).rank() * parts.right.rank())


S4_15 = Claim(
    "S4-15",
    "The Khatri-Rao product is a selection of the Tracy-Singh product",
    EXACT_LEARNING.at("@18240-18560"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"\Psi\odot\Phi=(\Psi\circledast\Phi)Z,\quad Z^TZ=I,\quad\operatorname{rank}(\Psi\circledast\Phi)=\operatorname{rank}\Psi\,\operatorname{rank}\Phi",
        selected_tracy_singh,
        "partitions",
        strata=("one part", "one column each", "zero Phi", "zero Psi", "Phi of full column rank"),
        probes=(control("the rank of the Khatri-Rao product is the product of the ranks", rank_is_product_of_ranks),),
    ),
)


def bound_a(parts: Partitioned) -> int:
    samples, width = len(parts.left), parts.left[0].shape[1]
    return psi(parts).rank() * parts.right.rank() + samples * width - samples * samples * width


def rows(q: Any) -> Partitioned:
    """Psi = [(1, 0), (1, 0)], Phi = [1, 1]."""
    return Partitioned((q.of([[1, 0]]), q.of([[1, 0]])), q.of([[1, 1]]))


def bound_b(parts: Partitioned) -> int:
    height, samples = parts.left[0].shape[0], len(parts.left)
    return height * parts.right.rank() + sum(piece.rank() for piece in parts.left) - samples * height


def rank_at_least(bound: Any):
    def property(parts: Partitioned) -> Decision:
        return at_most(bound(parts), product_of(parts).rank())

    return property


def rank_at_most(bound: Any):
    def property(parts: Partitioned) -> Decision:
        return at_most(product_of(parts).rank(), bound(parts))

    return property


@assumption("independent", "Phi has full column rank")
def independent_columns(parts: Partitioned) -> Decision:
    return exactly(parts.right.rank() == len(parts.left))


def ranks_add_up(parts: Partitioned) -> Decision:
    return equal(product_of(parts).rank(), sum(piece.rank() for piece in parts.left))


S4_16 = Claim(
    "S4-16",
    "Proposition 2: a lower bound of the rank by Sylvester's inequality",
    EXACT_LEARNING.at("@9838, appendix"),
    Kind.BOUND,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\operatorname{rank}(\Psi\odot\Phi)\ge\operatorname{rank}\Psi\operatorname{rank}\Phi+Tn_L-T^2n_L",
            rank_at_least(bound_a),
            "partitions",
            words="From the selection of the Tracy-Singh product. For T samples it says something only where rank Psi exceeds (T - 1) n_L.",
            reading="A",
            bound=True,
            strata=("attained", "one part", "one column each", "zero Phi"),
            probes=(
                control(
                    "with half of what is taken off",
                    rank_at_least(lambda p: bound_a(p) + len(p.left) * (len(p.left) - 1) * p.left[0].shape[1] // 2),
                ),
            ),
            derivation="exact_learning.sylvester",
        ),
        Statement(
            r"\operatorname{rank}(\Psi\odot\Phi)\ge n_l\operatorname{rank}\Phi+\sum_i\operatorname{rank}\Psi^{(i)}-Tn_l",
            rank_at_least(bound_b),
            "partitions",
            words="From the factorisation with identity blocks.",
            reading="B",
            bound=True,
            strata=("attained", "one part", "one column each", "zero Phi", "Phi of full column rank"),
            probes=(
                control("one more", rank_at_least(lambda p: bound_b(p) + 1)),
                control(
                    "one more for rows", rank_at_least(lambda p: bound_b(p) + 1), over=only("two rows beside equal parts", rows)
                ),
            ),
            derivation="exact_learning.sylvester",
        ),
    ),
    sharp=(
        Statement(
            r"\operatorname{rank}\Phi=T\ \Rightarrow\ \operatorname{rank}(\Psi\odot\Phi)=\sum_i\operatorname{rank}\Psi^{(i)}",
            ranks_add_up,
            "partitions",
            words="With independent columns of Phi nothing is lost: the rank is the sum of the ranks.",
            reading="full",
            assumptions=(independent_columns,),
            strata=("one part", "one column each", "zero Psi"),
            probes=(
                without("independent", "with dependent columns"),
                control("it is the product of the ranks", rank_is_product_of_ranks),
            ),
        ),
        Statement(
            r"\operatorname{rank}(\Psi\odot\Phi)\le\min\Bigl(\sum_i\operatorname{rank}\Psi^{(i)},\ \operatorname{rank}\Psi\operatorname{rank}\Phi\Bigr)",
            rank_at_most(lambda p: min(sum(piece.rank() for piece in p.left), psi(p).rank() * p.right.rank())),
            "partitions",
            words="A bound from above, attained.",
            reading="above",
            bound=True,
            strata=("attained", "one part", "zero Phi"),
            probes=(control("the rank of Psi bounds it", rank_at_most(lambda p: psi(p).rank())),),
        ),
    ),
)


def block_ranks(task: Learning) -> list[int]:
    return [task.run.block(layer).rank() for layer in range(1, task.run.depth + 1)]


def rank_is_at_least_that_of_each_block(more: int = 0):
    """Or by so much more."""
    return lambda task: at_most(max(block_ranks(task)) + more, task.run.P.rank())


def rank_is_that_of_a_block(task: Learning) -> Decision:
    return equal(task.run.P.rank(), max(block_ranks(task)))


def rank_is_at_most_the_sum(less: int = 0):
    """At most the sum, and at most the number of equations, or by so much less."""

    def property(task: Learning) -> Decision:
        return at_most(task.run.P.rank() + less, min(sum(block_ranks(task)), task.equations))

    return property


def two_scalar_layers(q: Any) -> Learning:
    """x -> w_2 w_1 x at the weights 1 with the sample 1."""
    one = q.of([[1]])
    return Learning((one, one), one, one, "identity", q.scalar(0), False, "squared")


def rank_is_at_most_the_largest(task: Learning) -> Decision:
    return at_most(task.run.P.rank(), max(block_ranks(task)))


def silent_output(q: Any) -> Learning:
    """x -> w_2 w_1 x at w_1 = 1, w_2 = 0 with the sample 1, twice: the ranks of the blocks are 0 and 1."""
    one = q.of([[1]])
    return Learning((one, one * 0), q.of([[1, 1]]), q.of([[1, 1]]), "identity", q.scalar(0), False, "squared")


def one_layer(q: Any) -> Learning:
    """x -> x with the samples 1 and 2: the one block has the rank 1, of two equations."""
    one = q.of([[1]])
    return Learning((one,), q.of([[1, 2]]), q.of([[1, 1]]), "identity", q.scalar(0), False, "squared")


SILENT = only("two scalar layers of which the second is zero, two equal samples", silent_output)

S4_17 = Claim(
    "S4-17",
    "The rank of P is at least that of each of its blocks",
    EXACT_LEARNING.at("@18650-18840"),
    Kind.BOUND,
    Weight.CLAIM,
    printed=Statement(
        r"\operatorname{rank}P\ge\max_l\operatorname{rank}(\Psi_l\odot\Phi_{l-1})",
        rank_is_at_least_that_of_each_block(),
        "learnings",
        bound=True,
        strata=("attained", "two layers", "deeper than two", "zero weights", "dummy units"),
        probes=(
            control("it is the largest of them", rank_is_that_of_a_block),
            control("by one more", rank_is_at_least_that_of_each_block(1), over=SILENT),
        ),
    ),
    sharp=Statement(
        r"\operatorname{rank}P\le\min\Bigl(\sum_l\operatorname{rank}(\Psi_l\odot\Phi_{l-1}),\ Tn_L\Bigr)",
        rank_is_at_most_the_sum(),
        "learnings",
        words="And at most their sum, and at most the number of equations; both are attained.",
        bound=True,
        strata=("attained", "two layers", "deeper than two", "repeated samples", "coinciding units"),
        probes=(
            control("at most the largest of them", rank_is_at_most_the_largest),
            control("by one less", rank_is_at_most_the_sum(1), over=only("two scalar layers, one sample", two_scalar_layers)),
            control("less than the sum", rank_is_at_most_the_sum(1), over=only("one scalar layer, two samples", one_layer)),
        ),
    ),
)

# S4-20, S4-21: Principles 3, 4 and 5 ------------------------------------------------------------------------------------


@assumption("h1", "Principle 4: no slope of a hidden unit is zero")
def nonzero_slopes(task: Learning) -> Decision:
    return exactly(all(slope != 0 for table in task.run.slopes for row in table for slope in row))


def has_full_rank(matrix: Any) -> bool:
    return bool(matrix.rank() == min(matrix.shape))


@assumption("h2", "Principle 3: all weight matrices have full rank")
def full_rank_weights(task: Learning) -> Decision:
    return exactly(all(map(has_full_rank, task.weights)))


@assumption("inner", "all weight matrices have full rank without the rows of their dummy units")
def full_rank_inner_weights(task: Learning) -> Decision:
    return exactly(all(map(has_full_rank, task.run.inner)))


@assumption("scalar", "there are no dummy units")
def scalar_bias(task: Learning) -> Decision:
    return exactly(not task.dummy)


@assumption("several", "there is a hidden layer")
def hidden_layer(task: Learning) -> Decision:
    return exactly(len(task.weights) > 1)


def last_psi_has_full_rank(task: Learning) -> Decision:
    return every(exactly(has_full_rank(found)) for found in task.run.psis[-2])


def every_psi_has_full_rank(task: Learning) -> Decision:
    return every(exactly(has_full_rank(found)) for layer in task.run.psis for found in layer)


S4_20 = Claim(
    "S4-20",
    "Principles 3 and 4 give Psi of the last hidden layer full rank",
    EXACT_LEARNING.at("@9991-10180, 10830-10910"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\sigma'\ne0,\ \operatorname{rank}W_L\text{ full}\ \Rightarrow\ \operatorname{rank}\Psi_{L-1}=\operatorname{rank}\Sigma_{L-1}'W_L\Psi_L\text{ full}",
            last_psi_has_full_rank,
            "narrowing_networks",
            words="With the fixed scalar bias of the analysis.",
            reading="A",
            assumptions=(scalar_bias, nonzero_slopes, full_rank_weights),
            strata=("two layers", "deeper than two", "width one"),
            probes=(
                without("h1", "with slopes that vanish"),
                without("h2", "with weights of smaller rank"),
                without("scalar", "with dummy units, whose weights count for the rank of W but not for Psi"),
                control("every Psi has full rank", every_psi_has_full_rank),
            ),
        ),
        Statement(
            r"\sigma'\ne0,\ \operatorname{rank}\tilde W_L\text{ full}\ \Rightarrow\ \operatorname{rank}\Psi_{L-1}\text{ full}\quad(\text{dummy units})",
            last_psi_has_full_rank,
            "narrowing_networks",
            words="With dummy units, as in the case studies: weights of full rank may consist of a bias alone, and then Psi is zero.",
            reading="B",
            assumptions=(nonzero_slopes, full_rank_weights),
        ),
    ),
    amended=Statement(
        r"\sigma'\ne0,\ \operatorname{rank}\bar W_L\text{ full}\ \Rightarrow\ \operatorname{rank}\Psi_{L-1}\text{ full}\quad(\bar W_L\text{ without its row of biases})",
        last_psi_has_full_rank,
        "narrowing_networks",
        words="What needs full rank are the weights without the rows of the dummy units.",
        assumptions=(nonzero_slopes, full_rank_inner_weights),
        strata=("two layers", "deeper than two", "width one", "dummy units"),
        probes=(
            without("h1", "with slopes that vanish"),
            without("inner", "with weights of smaller rank"),
            control("every Psi has full rank", every_psi_has_full_rank),
        ),
    ),
)


@assumption("h1", "Principle 5: from the first hidden layer on, no layer is wider than the one before")
def narrowing(task: Learning) -> Decision:
    return exactly(all(a >= b for a, b in zip(task.widths[1:], task.widths[2:], strict=False)))


@assumption("h2", "Principle 3: all weight matrices have full rank, without the rows of dummy units")
def full_rank_inner(task: Learning) -> Decision:
    return exactly(all(map(has_full_rank, task.run.inner)))


@assumption("h3", "Principle 4: no slope of a hidden unit is zero")
def slopes_never_zero(task: Learning) -> Decision:
    return exactly(all(slope != 0 for table in task.run.slopes for row in table for slope in row))


def smaller_rank_is_kept(task: Learning) -> Decision:
    """rank Psi_l = min(rank W_(l+1), rank Psi_(l+1)) for every layer and sample."""
    run = task.run
    layers = [(layer, i) for layer in range(run.depth - 1) for i in range(task.samples)]
    return every(
        equal(run.psis[layer][i].rank(), min(run.inner[layer + 1].rank(), run.psis[layer + 1][i].rank())) for layer, i in layers
    )


def every_psi_is_square(task: Learning) -> Decision:
    return every(exactly(found.rank() == found.shape[0]) for layer in task.run.psis for found in layer)


S4_21 = Claim(
    "S4-21",
    "Principle 5: with narrowing layers no rank is lost",
    EXACT_LEARNING.at("@10906-11230"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"n_1\ge n_2\ge\dots\ge n_L\ \Rightarrow\ \operatorname{rank}\Psi_l=\min(\operatorname{rank}W_{l+1},\operatorname{rank}\Psi_{l+1})",
        smaller_rank_is_kept,
        "narrowing_networks",
        words="Under Principles 3 and 4: products of matrices of full column rank have full column rank.",
        assumptions=(narrowing, full_rank_inner, slopes_never_zero),
        strata=("two layers", "deeper than two", "width one"),
        probes=(
            without("h1", "with a wider layer after a narrow one", over="bottlenecks"),
            without("h2", "with weights of smaller rank", over="deep_learnings"),
            without("h3", "with slopes that vanish"),
            control("Psi has full row rank", every_psi_is_square),
        ),
    ),
)

# S4-22, S4-23: the constraint --------------------------------------------------------------------------------------------


@assumption("rank", "the weights have full rank")
def full_rank_here(move: Move) -> Decision:
    return exactly(all(map(has_full_rank, move.learning.weights)))


def stays_of_full_rank(factor: int):
    """W + t H has full rank for t^2 = factor det(G) / (tr(G)^(n-1) (1 + |H|^2)) / 2, G the smaller Gram matrix of W, layer by layer.

    det G / tr(G)^(n-1) is below the square of the smallest singular value of W.
    """

    def property(move: Move) -> Decision:
        pairs = zip(move.learning.weights, move.direction, strict=True)
        return every(exactly(has_full_rank_nearby(weight, along, factor)) for weight, along in pairs)

    return property


def has_full_rank_nearby(weight: Any, along: Any, factor: int) -> bool:
    """Along a step of at most the given length, rounded down to a power of two."""
    gram = weight.T @ weight if weight.shape[0] >= weight.shape[1] else weight @ weight.T
    n = gram.shape[0]
    squared = factor * gram.det() / (power(gram.trace(), n - 1) * (1 + frobenius_squared(along)) * 2)
    if squared == 0:
        return False
    t = gram.scalar(1)
    while t * t > squared:
        t = t / 2
    return has_full_rank(weight + along * t)


def power(value: Any, exponent: int) -> Any:
    result = value * 0 + 1
    for _ in range(exponent):
        result = result * value
    return result


S4_22 = Claim(
    "S4-22",
    "The full-rank constraint introduces no new local minima",
    EXACT_LEARNING.at("@10216"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"\operatorname{rank}W=n\ \Rightarrow\ \operatorname{rank}(W+tH)=n\quad\text{for }t^2\,\|H\|_F^2\lt\det(W^TW)/\operatorname{tr}(W^TW)^{n-1}",
        stays_of_full_rank(1),
        "full_rank_moves",
        words="Full rank is an open condition, with an explicit ball around each matrix. A local minimum under an open constraint is one without it.",
        assumptions=(full_rank_here,),
        strata=("one layer", "two layers", "width one", "to a matrix of smaller rank"),
        probes=(
            without("rank", "at weights of smaller rank", over="moves"),
            control("in a ball ten thousand times as large", stays_of_full_rank(10**8)),
        ),
    ),
)


def some_full_rank_fit(task: Learning) -> Decision:
    """Zero targets and one unit per layer, sigma(t) = 0 at t = 0 only: a fit has a zero weight, and a zero weight has no full rank."""
    one = task.inputs.entry(0, 0)
    trials = [task.at(*(weight * 0 + weight.ones(*weight.shape) * scale for weight in task.weights)) for scale in (1, -1, 2)]
    excluded = (
        one != 0
        and task.targets.is_zero()
        and all(not trial.fitted for trial in trials)
        and task.at(*(w * 0 for w in task.weights)).fitted
    )
    return exactly(not excluded, "the only fits have a zero weight")


def zero_task(q: Any) -> Learning:
    """One softsign unit, the sample 1, the target 0."""
    one = q.of([[1]])
    return Learning((one, one), one, one * 0, "softsign", q.scalar(0), False, "squared")


def some_constraint_excludes(task: Learning) -> Decision:
    return exactly(not some_full_rank_fit(task).holds)


def unit_task(q: Any) -> Learning:
    return replace(zero_task(q), targets=q.of([["1/2"]]))


@assumption("invertible", "the T hidden units have independent outputs")
def independent_hidden_outputs(task: Learning) -> Decision:
    return exactly(task.run.activities[0][1].rank() == task.samples)


def fitting_weights_have_the_rank_of_the_targets(task: Learning) -> Decision:
    """W_2 = Phi_1^-T Y'."""
    if task.run.activities[0][1].rank() < task.samples:
        return exactly(False, "dependent hidden outputs fit some targets only")
    found = task.run.activities[0][1].T.solve(task.targets.T)
    return both(equal(task.at(task.weights[0], found).run.outputs, task.targets), equal(found.rank(), task.targets.rank()))


def fitting_weights_have_full_rank(task: Learning) -> Decision:
    return exactly(has_full_rank(task.run.activities[0][1].T.solve(task.targets.T)))


ZERO_TASK = only("one softsign unit on the sample 1 with the target 0", zero_task)

S4_23 = Claim(
    "S4-23",
    "Does the full-rank constraint exclude global minima?",
    EXACT_LEARNING.at("@10290-10450"),
    Kind.EXISTENCE,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\forall\text{ tasks}\ \exists\,\mathbf W\text{ of full rank}\colon\ \mathcal J(\mathbf W)=\min\mathcal J",
            some_full_rank_fit,
            ZERO_TASK,
            words="The document calls it open. No, for a given architecture and task: the target 0 is fitted only where a weight vanishes.",
            reading="excludes none",
        ),
        Statement(
            r"\exists\text{ a task}\colon\ \mathcal J(\mathbf W)=\min\mathcal J\ \Rightarrow\ \mathbf W\text{ is not of full rank}",
            some_constraint_excludes,
            ZERO_TASK,
            words="Yes, it can exclude all of them.",
            reading="excludes some",
            probes=(
                control("for the target 1/2 too", some_constraint_excludes, over=only("the same with the target 1/2", unit_task)),
            ),
        ),
    ),
    amended=Statement(
        r"\Phi_1\in\mathbb R^{T\times T}\text{ invertible}\ \Rightarrow\ W_2=\Phi_1^{-T}Y^T\text{ fits, and }\operatorname{rank}W_2=\operatorname{rank}Y",
        fitting_weights_have_the_rank_of_the_targets,
        "square_hidden_layers",
        words="With T hidden units the output weights of a fit with independent hidden outputs have the rank of the targets: the constraint on them excludes none of these fits if the targets have full rank, and all of them if not.",
        assumptions=(independent_hidden_outputs,),
        strata=("one sample", "fixed bias"),
        probes=(
            without("invertible", "with dependent hidden outputs"),
            control("the output weights have full rank", fitting_weights_have_full_rank),
        ),
        derivation="exact_learning.exact_interpolation",
    ),
    remark=(
        "For one unit per layer, $v\\,\\sigma(wx)=0$ with $x\\ne0$ and $\\sigma(t)=0$ only at $t=0$ means $v=0$ or $w=0$. The same happens with two linear layers of width two "
        "and a target of rank one. So the answer depends on the task, and the constraint may turn an attained minimum into an infimum."
    ),
)

RANK = (S4_15, S4_16, S4_17, S4_20, S4_21, S4_22, S4_23)
