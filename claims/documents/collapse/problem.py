"""Document 000, the answer's optimisation problem: its cost, its Hessian, its minimisers, its shape."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, equal, equivalent, exactly
from claims.documents.collapse.algebra import RAMP_DATA, printed_weights, two_samples
from claims.documents.collapse.source import COLLAPSE, THE_DATA
from claims.instances.networks import AffineNetwork
from claims.instances.regression import AffinePoint, ComplexInputs, LeastSquares, Progression, Segment, augmented
from claims.model import Claim, Decision, Kind, Statement, Weight, control, without
from claims.subject import assumption
from numerics.inertia import is_pd, is_psd
from numerics.jets import hessian_by_definition
from numerics.matrix import hstack, vstack

# S0-15: the global minimum ----------------------------------------------------------------------------------------------


def unique_minimiser(data: Progression) -> Decision:
    """The minimisers of a least-squares cost form a coset of the kernel of the inputs (here with the column of ones)."""
    parameters = data.features + 1
    rank = augmented(data.inputs).rank()
    return exactly(rank == parameters, f"rank {rank} with {parameters} parameters")


def minimisers_have_dimension_d_minus(codimension: int):
    """The printed weights with bias 0 have cost 0, and the kernel of [X, 1] has dimension d - codimension."""

    def property(data: Progression) -> Decision:
        problem = data.affine_problem
        point = vstack(printed_weights(data), type(data.first).zeros(1, 1))
        dimension = problem.inputs.nullspace().shape[1]
        return both(equal(problem.cost(point), data.step * 0), exactly(dimension == data.features - codimension))

    return property


def unique_exactly_for(features: int):
    def property(data: Progression) -> Decision:
        return equivalent(unique_minimiser(data), exactly(data.features == features))

    return property


S0_15 = Claim(
    "S0-15",
    "The optimisation problem has a unique global minimum",
    COLLAPSE.at("l. 41"),
    Kind.UNIQUENESS,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\arg\min_{\hat w}\tfrac1{2N}\|X\hat w-L\|^2\text{ is one point}\qquad(M=1500,\ d=100)",
            unique_minimiser,
            THE_DATA,
            words="For the document's own data, with weights and a bias.",
            reading="A",
        ),
        Statement(
            r"\arg\min_{\hat w}\tfrac1{2N}\|X\hat w-L\|^2\text{ is one point}",
            unique_minimiser,
            "progressions_from_zero",
            words="For data of this kind of any size (two samples or more).",
            reading="B",
            assumptions=(two_samples,),
        ),
    ),
    amended=Statement(
        r"\min C=0,\quad\arg\min C=[c^{-1},0,\dots,0,0]^T+\ker[X,\mathbf1],\quad\dim\ker[X,\mathbf1]=d-1",
        minimisers_have_dimension_d_minus(1),
        "progressions_from_zero",
        words="The minimal value 0 is unique; it is attained on an affine space of dimension d - 1, which is 99 in the document.",
        assumptions=(*RAMP_DATA, two_samples),
        strata=("one feature", "two features", "two samples"),
        probes=(control("dimension d - 2", minimisers_have_dimension_d_minus(2)), without("size", "with one sample")),
        derivation="collapse.solution_set",
    ),
    sharp=Statement(
        r"\arg\min C\text{ is one point}\iff d=1",
        unique_exactly_for(1),
        "progressions_from_zero",
        words="With a bias and two samples or more, only a single feature makes the minimiser unique.",
        assumptions=(two_samples,),
        strata=("one feature", "two features"),
        probes=(control("unique exactly for two features", unique_exactly_for(2)), without("size", "with one sample")),
    ),
    remark=(
        "The document sees a sign of it in the next line and does not follow it up: a condition number of $10^{21}$ in double precision is that of a singular "
        "Hessian, whose cost has more than one minimiser. It is the minimum (the value) that is unique, as for every function that has one."
    ),
    illustrated_by=("X0-4",),
)

# S0-17, S0-18: one layer as a least-squares problem ---------------------------------------------------------------------


def bias_is_a_weight(point: AffinePoint) -> Decision:
    """f([S, 1]) = [S, 1] [w; b] is the one-layer network S w + b."""
    layer = AffineNetwork((point.weights.T,), (type(point.weights).of([[point.bias]]),))
    return equal(augmented(point.inputs) @ _stacked(point), layer.output(point.inputs.T).T)


def bias_comes_first(point: AffinePoint) -> Decision:
    layer = AffineNetwork((point.weights.T,), (type(point.weights).of([[point.bias]]),))
    ones = augmented(point.inputs)[:, -1:]
    return equal(hstack(ones, point.inputs) @ _stacked(point), layer.output(point.inputs.T).T)


def _stacked(point: AffinePoint) -> Any:
    return vstack(point.weights, type(point.weights).of([[point.bias]]))


S0_17 = Claim(
    "S0-17",
    "The bias is one more weight",
    COLLAPSE.at("l. 43-45"),
    Kind.IDENTITY,
    Weight.DETAIL,
    printed=Statement(
        r"Sw+b=\hat S\hat w,\qquad\hat S=[S,1],\quad\hat w^T=[w^T,b]",
        bias_is_a_weight,
        "affine_points",
        strata=("no bias", "one feature", "one sample"),
        probes=(control("the column of ones comes first, the bias last", bias_comes_first),),
        derivation="collapse.augmented",
    ),
)


def printed_product_exists(data: Progression) -> Decision:
    """X (as printed, M x d) times the augmented weight vector (d + 1 entries)."""
    return exactly(
        data.inputs.shape[1] == data.features + 1,
        f"X has {data.inputs.shape[1]} columns, the weight vector {data.features + 1} entries",
    )


def sample_errors(segment: Segment) -> list[Any]:
    """The errors of the one-layer network with weights ``start`` and bias 1, one sample after the other."""
    one = segment.start.eye(1)
    layer = AffineNetwork((segment.start.T,), (one,))
    outputs = layer.output(segment.problem.inputs.T)
    return [outputs.entry(0, i) - segment.problem.labels.entry(i, 0) for i in range(segment.problem.samples)]


def cost_is(share: str):
    """The printed cost of the augmented problem is ``share`` times the mean of the squared errors of the network."""

    def property(segment: Segment) -> Decision:
        problem = segment.problem.with_bias()
        errors = sample_errors(segment)
        mean = sum((error * error for error in errors), errors[0] * 0) / len(errors)
        point = vstack(segment.start, segment.start.eye(1))
        return equal(problem.cost(point), mean * segment.start.scalar(share))

    return property


S0_18 = Claim(
    "S0-18",
    "Training with MSE is the least-squares problem that is printed",
    COLLAPSE.at("l. 45-49"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\min_{\hat w\in\mathbb R^{d+1}}\tfrac1{2N}(X\hat w-L)^T(X\hat w-L),\quad X^T=[S_0^T,\dots,S_{M-1}^T]",
            printed_product_exists,
            THE_DATA,
            words="Word for word: X stacks the samples without a one, and is multiplied by the weights with the bias.",
            reading="A",
        ),
    ),
    amended=Statement(
        r"\tfrac1{2N}\|\hat X\hat w-L\|^2=\tfrac12\operatorname{MSE}(\hat w),\quad\hat X^T=[\hat S_0^T,\dots,\hat S_{M-1}^T],\ N=M",
        cost_is("1/2"),
        "segments",
        words="As meant, with the augmented samples and N = M: the cost is half the MSE of the network, so both have the same minimisers.",
        strata=("one sample", "one feature", "zero inputs"),
        probes=(control("it is the MSE itself", cost_is("1")),),
        derivation="collapse.scaling",
    ),
    remark="$N$ is not introduced and the hats are missing on the samples in $X$: a slip of notation with no consequence for the argument.",
)

# S0-19 to S0-22, S0-28: the Hessian and the shape of the cost --------------------------------------------------------------


def hessian_is(expression):
    """The matrix of second derivatives of the cost, by their definition, is the given one."""

    def property(problem: LeastSquares) -> Decision:
        origin = type(problem.inputs).zeros(problem.features, 1)
        return equal(hessian_by_definition(problem.cost, (origin,)), expression(problem))

    return property


hessian_is_gram = hessian_is(lambda problem: problem.gram)
hessian_is_gram_over_samples = hessian_is(lambda problem: problem.gram / problem.samples)
hessian_is_twice_that = hessian_is(lambda problem: problem.gram * 2 / problem.samples)


def printed_hessian_is_right_exactly_then(problem: LeastSquares) -> Decision:
    return equivalent(hessian_is_gram(problem), exactly(problem.samples == 1 or problem.inputs.is_zero()))


def printed_hessian_is_right_for_one_sample_only(problem: LeastSquares) -> Decision:
    return equivalent(hessian_is_gram(problem), exactly(problem.samples == 1))


S0_19 = Claim(
    "S0-19",
    "The Hessian of the cost is the Gram matrix of the inputs",
    COLLAPSE.at("l. 49"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=Statement(
        r"\nabla^2\,\tfrac1{2N}\|X\hat w-L\|^2=X^TX",
        hessian_is_gram,
        "least_squares",
        words="With the cost as printed and N the number of samples.",
    ),
    amended=Statement(
        r"\nabla^2\,\tfrac1{2N}\|X\hat w-L\|^2=\tfrac1NX^TX",
        hessian_is_gram_over_samples,
        "least_squares",
        words="The factor 1/N stays; the condition number and all that is concluded from it do not depend on it.",
        strata=("one sample", "one feature", "zero inputs", "deficient column rank", "full column rank"),
        probes=(control("with the factor 2/N of the plain MSE", hessian_is_twice_that),),
        derivation="collapse.gradient_hessian",
    ),
    sharp=Statement(
        r"\nabla^2C=X^TX\iff N=1\text{ or }X=0",
        printed_hessian_is_right_exactly_then,
        "least_squares",
        words="The printed formula is right for a single sample and for vanishing inputs, and for nothing else.",
        strata=("one sample", "one feature", "zero inputs"),
        probes=(control("only for a single sample", printed_hessian_is_right_for_one_sample_only),),
    ),
)


@assumption("h1", "the inputs are real")
def real_inputs(inputs: ComplexInputs) -> Decision:
    return exactly(inputs.imaginary.is_zero())


def plain_gram_is(definite):
    """X'X (transposed, not conjugated) is Hermitian and (semi)definite."""

    def property(inputs: ComplexInputs) -> Decision:
        real, imaginary = inputs.plain_gram
        return exactly(imaginary.is_zero() and definite(real))

    return property


S0_20 = Claim(
    "S0-20",
    "The Gram matrix of the inputs is positive semidefinite",
    COLLAPSE.at("l. 49"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"X^TX\succeq0",
        plain_gram_is(is_psd),
        "complex_inputs",
        assumptions=(real_inputs,),
        strata=("one by one", "zero"),
        probes=(
            without("h1", "with complex inputs and the transpose as printed"),
            control("it is positive definite", plain_gram_is(is_pd)),
        ),
        derivation="collapse.gradient_hessian",
    ),
)


@assumption("h1", "the cost is that of one layer")
def one_layer(segment: Any) -> Decision:
    return exactly(isinstance(segment, Segment))


def chord_is_above(segment: Any) -> Decision:
    """C((a + b)/2) <= (C(a) + C(b))/2."""
    cost = segment.problem.cost if isinstance(segment, Segment) else segment.cost
    return at_most(cost(segment.middle), (cost(segment.start) + cost(segment.end)) / 2)


def chord_is_strictly_above(segment: Segment) -> Decision:
    cost = segment.problem.cost
    apart = segment.start != segment.end
    return exactly(not apart or bool(cost(segment.middle) < (cost(segment.start) + cost(segment.end)) / 2))


S0_21 = Claim(
    "S0-21",
    "The cost is convex",
    COLLAPSE.at("l. 49"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=Statement(
        r"C\bigl(\tfrac{a+b}2\bigr)\le\tfrac{C(a)+C(b)}2",
        chord_is_above,
        "segments",
        assumptions=(one_layer,),
        strata=("flat direction", "coinciding ends", "deficient column rank", "one sample", "attained"),
        bound=True,
        probes=(
            without("h1", "with two layers, as a function of both weights", over="chain_segments"),
            control("it is strictly convex", chord_is_strictly_above),
        ),
        derivation="collapse.gradient_hessian",
    ),
    remark="With two layers (and inputs that do not vanish) the cost is not convex: that is the difference between the two trainings which the answer does not mention.",
)


def third_difference_vanishes(segment: Segment) -> Decision:
    """The cost is quadratic along the segment's line, and its second difference is not negative."""
    step = (segment.end - segment.start) / 3
    values = [segment.problem.cost(segment.start + step * k) for k in range(4)]
    third = values[3] - 3 * values[2] + 3 * values[1] - values[0]
    return both(equal(third, third * 0), at_most(third * 0, values[2] - 2 * values[1] + values[0]))


def second_difference_vanishes(segment: Segment) -> Decision:
    cost = segment.problem.cost
    bend = cost(segment.end) - 2 * cost(segment.middle) + cost(segment.start)
    return equal(bend, bend * 0)


def level_sets_are_bounded(data: Progression) -> Decision:
    """A quadratic with PSD Hessian has bounded level sets if and only if the Hessian is definite: rank [X, 1] = d + 1."""
    rank = augmented(data.inputs).rank()
    return exactly(rank == data.features + 1, f"the cost is constant along {data.features + 1 - rank} independent directions")


def curved_along(directions: int):
    """The Hessian has the given rank, so the cost is constant along all directions of its kernel."""

    def property(data: Progression) -> Decision:
        return exactly(augmented(data.inputs).rank() == directions)

    return property


S0_22 = Claim(
    "S0-22",
    "The cost is a paraboloid",
    COLLAPSE.at("l. 49"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"C\text{ is a quadratic polynomial with }\nabla^2C\succeq0",
            third_difference_vanishes,
            "segments",
            words="A paraboloid in the wide sense, possibly degenerate.",
            reading="A",
            strata=("flat direction", "deficient column rank"),
            probes=(control("it is affine", second_difference_vanishes),),
            derivation="collapse.gradient_hessian",
        ),
        Statement(
            r"\nabla^2C\succ0",
            level_sets_are_bounded,
            THE_DATA,
            words="A proper paraboloid, a bowl over all 101 parameters, for the document's data.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"\operatorname{rank}\nabla^2C=2",
        curved_along(2),
        THE_DATA,
        words="For the document's data it is a paraboloid over two dimensions times a flat space of 99 dimensions: a trough, not a bowl.",
        probes=(control("curved along three directions", curved_along(3)),),
    ),
)


@assumption("minimum", "the point is a local minimum")
def local_minimum(point: Any) -> Decision:
    return exactly(bool(point.local_minimum))


def local_is_global(point: Any) -> Decision:
    """The other point is not lower."""
    return at_most(point.cost_here, point.cost_there)


@assumption("h1", "the cost is that of one linear layer")
def linear_layer(point: Any) -> Decision:
    return exactly(point.activation == "identity")


def local_is_strictly_lower(point: Any) -> Decision:
    return exactly(point.point == point.other or bool(point.cost_here < point.cost_there))


S0_28 = Claim(
    "S0-28",
    "A local minimum of the cost is a global one",
    COLLAPSE.at("l. 55"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=Statement(
        r"\nabla C(w)=0,\ \nabla^2C\succeq0\ \Rightarrow\ C(w)\le C(v)\text{ for all }v",
        local_is_global,
        "stationary_points",
        assumptions=(local_minimum, linear_layer),
        strata=("deficient column rank", "full column rank", "one sample", "zero inputs"),
        probes=(
            without("h1", "with one unit whose activation is cubic", over="scalar_units"),
            control("it is lower than every other point", local_is_strictly_lower),
        ),
    ),
)

PROBLEM = (S0_15, S0_17, S0_18, S0_19, S0_20, S0_21, S0_22, S0_28)
