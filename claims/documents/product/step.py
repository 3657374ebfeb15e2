"""Document 001, 'what a better optimizer could do': the least-squares step, its linearisation, its name."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, equal, exactly
from claims.documents.product.source import PRODUCT
from claims.instances.product import Damped, Step, TwoLayer
from claims.model import Claim, Decision, Kind, Statement, Weight, control, only, without
from claims.subject import assumption
from numerics.jets import derivatives, gradient_by_definition, hessian_by_definition, jacobian_by_definition
from numerics.least_squares import minimum_norm_solution
from numerics.matrix import eye_like, frobenius_squared, hstack, inner, kron, row_vec, vec, vstack
from numerics.product_exact import exact_minimum_norm_step, sampled_jacobian, stacked


def step_of(net: TwoLayer) -> Step:
    """The least-squares step of least norm from the weights of the network."""
    return Step(net, *exact_minimum_norm_step(net.left, net.right, net.inputs, net.labels))


def jacobian_of(net: TwoLayer) -> Any:
    """J of the outputs at the network's own weights, mn x (mw + wd)."""
    return sampled_jacobian(net.left, net.right, net.inputs)


def loss_of(net: TwoLayer):
    """(W1, W2) -> the summed squared error, for derivatives by definition."""
    return lambda left, right: frobenius_squared(left @ right @ net.inputs - net.labels)


def outputs_as_column(net: TwoLayer):
    """(W1, W2) -> vec(W1 W2 X - Y), for derivatives by definition."""
    return lambda left, right: vec(left @ right @ net.inputs - net.labels)


def linear_outputs_as_column(net: TwoLayer):
    """The linearisation of that map at the network's own weights."""
    return lambda left, right: vec((left @ net.right + net.left @ right - net.left @ net.right) @ net.inputs - net.labels)


# S1-25: no second-order information ---------------------------------------------------------------------------------------


def linearisation_has_the_same_step(net: TwoLayer) -> Decision:
    """Value and Jacobian, by definition, of the network and of its linearisation agree, and they are all that the step reads."""
    weights = (net.left, net.right)
    curved = jacobian_by_definition(outputs_as_column(net), weights, by="columns")
    straight = jacobian_by_definition(linear_outputs_as_column(net), weights, by="columns")
    values = equal(outputs_as_column(net)(*weights), linear_outputs_as_column(net)(*weights))
    return both(values, equal(curved, straight), equal(curved, jacobian_of(net)))


def linearisation_has_the_same_hessian(net: TwoLayer) -> Decision:
    """What Newton's method reads: the Hessian of the loss, of the network and of its linearisation."""
    weights, curved, straight = (net.left, net.right), outputs_as_column(net), linear_outputs_as_column(net)
    return equal(
        hessian_by_definition(lambda left, right: frobenius_squared(curved(left, right)), weights),
        hessian_by_definition(lambda left, right: frobenius_squared(straight(left, right)), weights),
    )


S1_25 = Claim(
    "S1-25",
    "The step needs no second-order information",
    PRODUCT.at("l. 158"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"J,\ e\text{ of }(W_1,W_2)\mapsto W_1W_2X-Y\text{ determine the step}",
            linearisation_has_the_same_step,
            "small_two_layers",
            words="No second-order information is used: the step is the same for the network and for its linearisation, which has no curvature.",
            strata=("inner width one", "already fitted"),
            probes=(control("Newton's method reads no more than that either", linearisation_has_the_same_hessian),),
            derivation="product.linearisation",
        ),
    ),
    remark=(
        "Gradient descent needs no second-order information either. What the step uses beyond the gradient is $J^TJ$, the Gauss-Newton part of the "
        "Hessian. That it is the simplest such optimiser is an opinion and is not judged."
    ),
)

# S1-26: Levenberg-Marquardt? ------------------------------------------------------------------------------------------------


def some_damping_gives_the_step(metric):
    """(J'J + lam D) d = -J'e has the solution factor * step for some lam >= 0, with D = metric(J'J).

    As J'J step = -J'e this says lam factor D step = (1 - factor) J'J step: the two vectors are parallel.
    """

    def property(damped: Damped) -> Decision:
        step, j = step_of(damped.network), jacobian_of(damped.network)
        gram, column = j.T @ j, stacked(step.left, step.right)
        parallel = hstack(metric(gram) @ column, gram @ column).rank() <= 1
        return exactly(parallel, "no damping gives this step")

    return property


def identity_metric(gram: Any) -> Any:
    return eye_like(gram, gram.shape[0])


def diagonal_metric(gram: Any) -> Any:
    return gram.diagonal([gram.entry(i, i) for i in range(gram.shape[0])])


def step_is_gauss_newton(damped: Damped) -> Decision:
    """J'J d = -J'e, and d is orthogonal to the kernel of J: the relaxed Gauss-Newton step of least norm."""
    net = damped.network
    step, j = step_of(net), jacobian_of(net)
    column = stacked(step.left, step.right)
    return both(equal(j.T @ (j @ column), -(j.T @ vec(net.errors))), exactly((j.nullspace().T @ column).is_zero()))


def step_is_gradient(damped: Damped) -> Decision:
    net = damped.network
    step, j = step_of(net), jacobian_of(net)
    return equal(stacked(step.left, step.right), -(j.T @ vec(net.errors)))


def damped_step_is(factor_of):
    """With damping lam, an eigenvector step (eigenvalue mu) is multiplied by factor_of(mu, lam)."""

    def property(damped: Damped) -> Decision:
        net = damped.network
        step, j = step_of(net), jacobian_of(net)
        column, lam = stacked(step.left, step.right), damped.factor
        gram = j.T @ j
        mu = _eigenvalue(gram, column)
        textbook = (gram + eye_like(gram, gram.shape[0]) * lam).solve(-(j.T @ vec(net.errors)))
        return equal(textbook, column * factor_of(mu, lam))

    return property


def _eigenvalue(gram: Any, column: Any) -> Any:
    size = inner(column, column)
    return inner(column, gram @ column) / size if size != 0 else size


@assumption("eigenvector", "the step is an eigenvector of J'J")
def step_is_eigenvector(damped: Damped) -> Decision:
    return some_damping_gives_the_step(identity_metric)(damped)


S1_26 = Claim(
    "S1-26",
    "The method is Levenberg-Marquardt",
    PRODUCT.at("l. 158-162, 185-215"),
    Kind.EQUIVALENCE,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"\exists\lambda\ge0\colon\ (J^TJ+\lambda I)\,\alpha\delta=-J^Te",
            some_damping_gives_the_step(identity_metric),
            "damped",
            words="The coded update, alpha times the least-squares step, is a Levenberg-Marquardt step for some damping (Levenberg's form).",
            reading="A",
        ),
        Statement(
            r"\exists\lambda\ge0\colon\ (J^TJ+\lambda\operatorname{diag}J^TJ)\,\alpha\delta=-J^Te",
            some_damping_gives_the_step(diagonal_metric),
            "damped",
            words="The same with Marquardt's scaling of the damping.",
            reading="B",
        ),
    ),
    original=Statement(
        r"(J^TJ+\lambda I)\delta=-J^Te\ \Rightarrow\ \delta=\tfrac{\mu}{\mu+\lambda}\delta_{GN}\quad\text{if }J^TJ\delta_{GN}=\mu\delta_{GN}",
        damped_step_is(lambda mu, lam: mu / (mu + lam)),
        "damped",
        words="Levenberg (1944) damps each singular direction differently; only along one eigenvector is that a common factor.",
        assumptions=(step_is_eigenvector,),
        strata=("one by one", "already fitted"),
        probes=(
            without("eigenvector", "for a step with several singular directions"),
            control("the factor is mu / (mu + 2 lambda)", damped_step_is(lambda mu, lam: mu / (mu + 2 * lam))),
        ),
    ),
    amended=Statement(
        r"J^TJ\delta=-J^Te,\quad\delta\perp\ker J",
        step_is_gauss_newton,
        "damped",
        words="The method is Gauss-Newton with the minimum-norm step and a fixed relaxation factor.",
        strata=("inner width one", "zero weights", "already fitted", "factor 1/5", "factor 1/20"),
        probes=(control("it is a gradient step", step_is_gradient),),
    ),
    remark="No damping is added anywhere in the code, and the factor shortens all singular directions alike (as damping in the metric $J^TJ$ itself would, with $\\lambda=1/\\alpha-1$).",
    illustrated_by=("X1-2",),
)

# S1-27: the linearisation ----------------------------------------------------------------------------------------------------


def linear_model_is_exact(step: Step) -> Decision:
    """L(W + d) equals the squared norm of the linearised error."""
    return equal(step.moved.loss, frobenius_squared(step.network.errors + step.linear))


def agrees_to_first_order(step: Step) -> Decision:
    """t -> L(W + t d) and its model have the same value and the same first derivative at 0, by expansion in t."""
    net = step.network
    point, direction = (net.left, net.right), (step.left, step.right)
    curved = derivatives(loss_of(net), point, direction)
    straight = derivatives(lambda a, b: frobenius_squared(linear_outputs_as_column(net)(a, b)), point, direction)
    return both(equal(curved[0], straight[0]), equal(curved[1], straight[1]))


def agrees_to_second_order(step: Step) -> Decision:
    net = step.network
    point, direction = (net.left, net.right), (step.left, step.right)
    curved = derivatives(loss_of(net), point, direction)
    straight = derivatives(lambda a, b: frobenius_squared(linear_outputs_as_column(net)(a, b)), point, direction)
    return equal(curved[2], straight[2])


def remainder_is(factor: int):
    """L(W + d) = |e + l|^2 + factor <e + l, q> + |q|^2 with l the linear and q the quadratic change of the output."""

    def property(step: Step) -> Decision:
        model, q = step.network.errors + step.linear, step.quadratic
        return equal(step.moved.loss, frobenius_squared(model) + inner(model, q) * factor + frobenius_squared(q))

    return property


def remainder_is_bounded(step: Step) -> Decision:
    """(L - model - |q|^2)^2 <= 4 |e + l|^2 |q|^2."""
    model, q = step.network.errors + step.linear, step.quadratic
    gap = step.moved.loss - frobenius_squared(model) - frobenius_squared(q)
    return at_most(gap * gap, 4 * frobenius_squared(model) * frobenius_squared(q))


def remainder_is_bounded_by_half(step: Step) -> Decision:
    model, q = step.network.errors + step.linear, step.quadratic
    gap = step.moved.loss - frobenius_squared(model) - frobenius_squared(q)
    return at_most(gap * gap, frobenius_squared(model) * frobenius_squared(q))


S1_27 = Claim(
    "S1-27",
    "The loss near the weights is that of the linearised network",
    PRODUCT.at("l. 160"),
    Kind.IDENTITY,
    Weight.CLAIM,
    printed=Statement(
        r"\mathcal L(W+t\delta)=\|e+t\,(\delta W_1W_2+W_1\delta W_2)X\|^2+O(t^2)",
        agrees_to_first_order,
        "steps",
        words="For small steps: both sides have the same value and the same slope.",
        strata=("no step", "second order vanishes", "already fitted"),
        probes=(
            without("h1", "at a step of any size", property=linear_model_is_exact),
            control("they have the same curvature", agrees_to_second_order),
        ),
        derivation="product.linearisation",
    ),
    sharp=(
        Statement(
            r"\mathcal L(W+\delta)=\|e+\ell\|^2+2\langle e+\ell,q\rangle+\|q\|^2,\quad q=\delta W_1\delta W_2X",
            remainder_is(2),
            "steps",
            words="The exact remainder.",
            reading="identity",
            strata=("no step", "second order vanishes"),
            probes=(control("without the factor 2", remainder_is(1)),),
            derivation="product.linearisation",
        ),
        Statement(
            r"\bigl(\mathcal L(W+\delta)-\|e+\ell\|^2-\|q\|^2\bigr)^2\le4\,\|e+\ell\|^2\|q\|^2",
            remainder_is_bounded,
            "steps",
            words="How wrong the model can be (Cauchy-Schwarz), and it is attained.",
            reading="bound",
            bound=True,
            strata=("attained",),
            probes=(control("a quarter of that", remainder_is_bounded_by_half),),
        ),
    ),
)

# S1-28: vec and Kronecker --------------------------------------------------------------------------------------------------------


def kronecker_form(stack):
    """stack(l) = [(W2 X)' (x) I, X' (x) W1] [stack dW1; stack dW2] for the linear change l of the outputs."""

    def property(step: Step) -> Decision:
        net = step.network
        left = jacobian_of(net)
        return equal(vec(step.linear), left @ vstack(stack(step.left), stack(step.right)))

    return property


def transposed_kronecker_form(step: Step) -> Decision:
    """Rows stacked: [I (x) (W2 X)', W1 (x) X']."""
    net = step.network
    left = hstack(kron(eye_like(net.left, net.left.shape[0]), (net.right @ net.inputs).T), kron(net.left, net.inputs.T))
    return equal(row_vec(step.linear), left @ vstack(row_vec(step.left), row_vec(step.right)))


def with_turned_sign(step: Step) -> Decision:
    net = step.network
    return equal(vec(step.linear), jacobian_of(net) @ stacked(step.left, -step.right))


S1_28 = Claim(
    "S1-28",
    "The linearised network in Kronecker form",
    PRODUCT.at("l. 160"),
    Kind.IDENTITY,
    Weight.HEADLINE,
    printed=(
        Statement(
            r"(\delta W_1W_2+W_1\delta W_2)x=[(W_2x)^T\otimes I,\ x^T\otimes W_1]\begin{bmatrix}\operatorname{vec}\delta W_1\\\operatorname{vec}\delta W_2\end{bmatrix}",
            kronecker_form(vec),
            "steps",
            words="With vec stacking columns (all samples at once).",
            strata=("one sample", "inner width one", "one by one", "zero weights"),
            probes=(
                control("with the sign of the second block turned", with_turned_sign),
                control("with the rows of the changes stacked", kronecker_form(row_vec)),
            ),
            derivation="product.vec_kron",
        ),
    ),
    sharp=Statement(
        r"\operatorname{rvec}\bigl((\delta W_1W_2+W_1\delta W_2)X\bigr)=[I\otimes(W_2X)^T,\ W_1\otimes X^T]\begin{bmatrix}\operatorname{rvec}\delta W_1\\\operatorname{rvec}\delta W_2\end{bmatrix}",
        transposed_kronecker_form,
        "steps",
        words="With rows stacked, the factors of each Kronecker product change places.",
        strata=("one sample", "inner width one", "zero weights"),
        probes=(control("without changing places", kronecker_form(row_vec)),),
    ),
)


# S1-29: the minimising step ---------------------------------------------------------------------------------------------------------


def minimiser_exists(net: TwoLayer) -> Decision:
    """The residual at the step is orthogonal to the range of J."""
    step = step_of(net)
    j = jacobian_of(net)
    return exactly((j.T @ vec(net.errors + step.linear)).is_zero())


def zero_is_a_minimiser(net: TwoLayer) -> Decision:
    return exactly((jacobian_of(net).T @ vec(net.errors)).is_zero())


def minimiser_is_unique(net: TwoLayer) -> Decision:
    kernel = jacobian_of(net).nullspace().shape[1]
    return exactly(kernel == 0, f"J has a kernel of dimension {kernel}")


def kernel_has_dimension(formula):
    """dim ker J from the sizes m, w, d and the ranks of W1, W2 X and X."""

    def property(net: TwoLayer) -> Decision:
        ranks = net.left.rank(), (net.right @ net.inputs).rank(), net.inputs.rank()
        return exactly(jacobian_of(net).nullspace().shape[1] == formula(*net.widths, *ranks))

    return property


def gauge_directions_are_in_the_kernel(net: TwoLayer) -> Decision:
    """(W1 G, -G W2) for the unit matrices G, w^2 of them."""
    w, q = net.widths[1], type(net.left)
    units = [q.build(w, w, lambda i, j, a=a, b=b: int((i, j) == (a, b))) for a in range(w) for b in range(w)]
    return exactly(all(Step(net, net.left @ g, -(g @ net.right)).linear.is_zero() for g in units))


def gauge_with_equal_signs(net: TwoLayer) -> Decision:
    g = type(net.left).eye(net.widths[1])
    return exactly(Step(net, net.left @ g, g @ net.right).linear.is_zero())


S1_29 = Claim(
    "S1-29",
    "The minimising step",
    PRODUCT.at("l. 158-162"),
    Kind.UNIQUENESS,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\exists(\delta W_1,\delta W_2)\text{ minimising }\|J\delta+e\|",
            minimiser_exists,
            "small_two_layers",
            words="A minimising step exists.",
            reading="A",
            strata=("zero weights", "inner width one", "already fitted", "inputs of deficient row rank"),
            probes=(control("no step is one", zero_is_a_minimiser),),
        ),
        Statement(
            r"\ker J=0",
            minimiser_is_unique,
            "small_two_layers",
            words="'The' minimising step: there is only one.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"(W_1G,-GW_2)\in\ker J\quad\text{for every }G\in\mathbb R^{w\times w}",
        gauge_directions_are_in_the_kernel,
        "two_layers",
        words="The minimisers form an affine space: every change of basis of the inner layer leaves the outputs alone. (lstsq returns the one of least norm.)",
        strata=("zero weights", "one zero factor", "inner width one"),
        probes=(control("with the same sign on both factors", gauge_with_equal_signs),),
        derivation="product.gauge_kernel",
    ),
    sharp=Statement(
        r"\dim\ker J=mw+wd-m\,s-d_Xr+rs,\qquad r=\operatorname{rank}W_1,\ s=\operatorname{rank}W_2X,\ d_X=\operatorname{rank}X",
        kernel_has_dimension(lambda m, w, d, r, s, dx: m * w + w * d - m * s - dx * r + r * s),
        "small_two_layers",
        words="The dimension of that space, for any weights and samples: 36 of 96 in the notebook, where all three ranks are 6.",
        strata=("zero weights", "inner width one", "inputs of deficient row rank"),
        probes=(control("always the w^2 of the changes of basis", kernel_has_dimension(lambda m, w, d, r, s, dx: w * w)),),
    ),
    remark="With $r=s=w$ and $d_X=d$ the dimension is $w^2$: the changes of basis of the inner layer and nothing else.",
)

# S1-34: does the step lower the loss? ---------------------------------------------------------------------------------------------


def step_lowers_the_loss(damped: Damped) -> Decision:
    step = step_of(damped.network)
    moved = damped.network.moved(step.left * damped.factor, step.right * damped.factor)
    return at_most(moved.loss, damped.network.loss, "the quadratic part dW1 dW2 outweighs the gain")


def slope_is(factor: int):
    """d/dt L(W + t step) at 0 is -factor |l|^2 with l the linear change of the outputs, by expansion in t."""

    def property(damped: Damped) -> Decision:
        net = damped.network
        step = step_of(net)
        found = derivatives(loss_of(net), (net.left, net.right), (step.left, step.right))
        return equal(found[1], -frobenius_squared(step.linear) * factor)

    return property


def safe_factor(step: Step) -> Any:
    """p / (p + 2 max(<e, q>, 0) + 2 max(<l, q>, 0) + |q|^2) with p = |l|^2, at most 1; 1 where nothing changes."""
    e, linear, q = step.network.errors, step.linear, step.quadratic
    gain = frobenius_squared(linear)
    total = gain + 2 * max(inner(e, q), gain * 0) + 2 * max(inner(linear, q), gain * 0) + frobenius_squared(q)
    return gain / total if total != 0 else total + 1


def from_zero(q: Any) -> Damped:
    """The weights 0 and 1 on x = y = 1: the step moves the first one alone, and fits."""
    one = q.of([[1]])
    return Damped(TwoLayer(one * 0, one, one, one), q.scalar(1))


def safe_factor_gains(share: str = "1"):
    """L(W + a step) <= L(W) - share a |l|^2 at the safe factor a."""

    def property(damped: Damped) -> Decision:
        step = step_of(damped.network)
        factor = safe_factor(step)
        moved = damped.network.moved(step.left * factor, step.right * factor)
        gain = factor * frobenius_squared(step.linear) * damped.network.inputs.scalar(share)
        return at_most(moved.loss, damped.network.loss - gain)

    return property


S1_34 = Claim(
    "S1-34",
    "Taking a part of the least-squares step lowers the loss",
    PRODUCT.at("l. 156-162"),
    Kind.UNIVERSAL,
    Weight.HEADLINE,
    printed=Statement(
        r"\mathcal L(W+\alpha\delta)\le\mathcal L(W),\qquad\alpha\in\{.05,.2\}",
        step_lowers_the_loss,
        "damped",
        words="For the factors of the notebook, from any weights; $\\mathcal L=\\|W_1W_2X-Y\\|_F^2$, and $\\delta=(\\delta W_1,\\delta W_2)$ is the minimum-norm solution of $(\\delta W_1W_2+W_1\\delta W_2)X=Y-W_1W_2X$ in the least-squares sense.",
    ),
    amended=Statement(
        r"\frac{d}{dt}\mathcal L(W+t\delta)\Big|_{t=0}=-2\,\|(\delta W_1W_2+W_1\delta W_2)X\|^2\le0",
        slope_is(2),
        "damped",
        words="The step is a direction of descent: every sufficiently small factor lowers the loss, unless the gradient vanishes.",
        strata=("zero weights", "already fitted", "inner width one"),
        probes=(control("with the factor 1", slope_is(1)),),
        derivation="product.descent_direction",
    ),
    sharp=Statement(
        r"\mathcal L(W+a\delta)\le\mathcal L(W)-a\|\ell\|^2,\quad a=\frac{\|\ell\|^2}{\|\ell\|^2+2\langle e,q\rangle_++2\langle\ell,q\rangle_++\|q\|^2}",
        safe_factor_gains(),
        "opposed",
        words="An explicit sufficient factor, with $\\ell$ and $q$ the linear and quadratic changes of the outputs and $x_+=\\max(x,0)$.",
        bound=True,
        strata=("already fitted", "inner width one", "a residual out of reach", "attained"),
        probes=(
            control("with three times the gain", safe_factor_gains("3")),
            control("with 21/20 of it", safe_factor_gains("21/20"), over=only("weights 0 and 1, x = y = 1", from_zero)),
        ),
    ),
    remark=(
        "The linearised problem knows nothing of $\\delta W_1\\delta W_2$. From small weights the minimum-norm step is large, and no fixed factor is safe: "
        "for $w_1=w_2=\\varepsilon$ and target 1 both weights are to change by about $1/(2\\varepsilon)$. It happens in the notebook's own set-up, too: among the 40 "
        "starts of experiment X1-2 there is one whose first step with the factor .2 raises the loss."
    ),
    illustrated_by=("X1-2",),
)

# S1-38: natural gradient and K-FAC ---------------------------------------------------------------------------------------------------


def natural_gradient_is_the_step(net: TwoLayer) -> Decision:
    """The least-norm solution of F d = -gradient/2 with F = J'J, the Fisher matrix of Gaussian outputs with unit variance."""
    j = jacobian_of(net)
    slope = stacked(*gradient_by_definition(loss_of(net), (net.left, net.right))) / 2
    step = step_of(net)
    return equal(minimum_norm_solution(j.T @ j, -slope), stacked(step.left, step.right))


def natural_gradient_of_another_loss(net: TwoLayer) -> Decision:
    """For the sum of fourth powers: J' diag(12 e^2) J d = -J' 4e^3 (Gauss-Newton) and J'J d = -J' 4e^3 (natural gradient) agree."""
    j, e = jacobian_of(net), vec(net.errors)
    cube = e.build(*e.shape, lambda i, _: 4 * e.entry(i, 0) * e.entry(i, 0) * e.entry(i, 0))
    curvature = e.diagonal([12 * x * x for x in e.entries()])
    newton = minimum_norm_solution(j.T @ curvature @ j, -(j.T @ cube))
    return equal(newton, minimum_norm_solution(j.T @ j, -(j.T @ cube)))


def kfac_is_the_step(net: TwoLayer) -> Decision:
    """Each block solved alone: the step of K-FAC, whose blocks are exact for a linear network."""
    j, cut = jacobian_of(net), net.left.shape[0] * net.left.shape[1]
    blocks = [minimum_norm_solution(part, -vec(net.errors)) for part in (j[:, :cut], j[:, cut:])]
    step = step_of(net)
    return equal(vstack(*blocks), stacked(step.left, step.right))


def fisher_blocks_are_kronecker(net: TwoLayer) -> Decision:
    """J'J = [[(W2 X)(W2 X)' (x) I, *], [*, X X' (x) W1'W1]]."""
    j, cut = jacobian_of(net), net.left.shape[0] * net.left.shape[1]
    gram, hidden = j.T @ j, net.right @ net.inputs
    first = kron(hidden @ hidden.T, eye_like(net.left, net.left.shape[0]))
    second = kron(net.inputs @ net.inputs.T, net.left.T @ net.left)
    return both(equal(gram[:cut, :cut], first), equal(gram[cut:, cut:], second))


def fisher_is_block_diagonal(net: TwoLayer) -> Decision:
    j, cut = jacobian_of(net), net.left.shape[0] * net.left.shape[1]
    return exactly((j.T @ j)[:cut, cut:].is_zero())


S1_38 = Claim(
    "S1-38",
    "The algorithm looks a lot like K-FAC or natural gradient",
    PRODUCT.at("l. 162"),
    Kind.EQUIVALENCE,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\delta=-(J^TJ)^{+}J^Te=-F^{+}\tfrac12\nabla\mathcal L",
            natural_gradient_is_the_step,
            "small_two_layers",
            words="'A lot like natural gradient': it is the natural gradient step of a Gaussian output model.",
            strata=("zero weights", "already fitted", "inner width one"),
            probes=(
                without("h1", "with a loss of fourth powers", property=natural_gradient_of_another_loss),
                control("it is the step of K-FAC", kfac_is_the_step),
            ),
        ),
    ),
    sharp=Statement(
        r"J^TJ=\begin{bmatrix}(W_2X)(W_2X)^T\otimes I&*\\ *&XX^T\otimes W_1^TW_1\end{bmatrix}",
        fisher_blocks_are_kronecker,
        "small_two_layers",
        words="'A lot like K-FAC': that method keeps the diagonal blocks of the same matrix (which are exact Kronecker products here) and drops the coupling of the layers.",
        strata=("zero weights", "inner width one"),
        probes=(control("the coupling vanishes anyway", fisher_is_block_diagonal),),
    ),
    remark="The matrix is positive semidefinite and the same for all three methods; they differ in how much of it they invert.",
)

STEP = (S1_25, S1_26, S1_27, S1_28, S1_29, S1_34, S1_38)
