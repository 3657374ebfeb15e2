"""Document 001, the code of the least-squares method: its loss, its arrays, its bookkeeping, and what it needs to run."""

from __future__ import annotations

import builtins
from dataclasses import replace
from typing import Any

from claims.decide import at_most, both, equal, exactly
from claims.documents.product.source import PRODUCT
from claims.documents.product.step import step_of
from claims.instances.notebook import Names, Packed, Ticks, lstsq_outcome
from claims.instances.product import Damped, Step, TwoLayer
from claims.model import Cases, Claim, Decision, Kind, Opinion, Reason, Statement, Weight, control, only, sampled, without
from claims.subject import assumption
from numerics.matrix import eye_like, frobenius_squared, hstack, inner, kron, ones_like, row_vec, vec
from numerics.product_exact import stacked

# S1-35: the loss that is drawn ----------------------------------------------------------------------------------------------


def square_of_sum(net: TwoLayer) -> Any:
    """np.sum(E)**2 for the errors E."""
    total = inner(net.errors, ones_like(net.errors, *net.errors.shape))
    return total * total


def coded_loss_is_the_loss(net: TwoLayer) -> Decision:
    return equal(square_of_sum(net), net.loss, f"np.sum(E)**2 is {square_of_sum(net)}, np.sum(E**2) is {net.loss}")


def coded_loss_is_at_most(share: str):
    """(sum of the errors)^2 <= share * (number of errors) * (sum of the squares)."""

    def property(net: TwoLayer) -> Decision:
        m, n = net.errors.shape
        return at_most(square_of_sum(net), net.loss * m * n * net.inputs.scalar(share))

    return property


def summed_squares_are_the_loss(net: TwoLayer) -> Decision:
    return equal(inner(net.errors, net.errors), (net.errors.T @ net.errors).trace())


S1_35 = Claim(
    "S1-35",
    "loss() of the second class is the loss",
    PRODUCT.at("l. 217-219"),
    Kind.CODE,
    Weight.HEADLINE,
    printed=Statement(
        r"\mathtt{np.sum(Yhat-Ytrue)**2}=\|\hat Y-Y\|_F^2",
        coded_loss_is_the_loss,
        "two_layers",
        words="As coded: the exponent stands outside the sum.",
    ),
    amended=Statement(
        r"\mathtt{np.sum((Yhat-Ytrue)**2)}=\|\hat Y-Y\|_F^2",
        summed_squares_are_the_loss,
        "two_layers",
        words="With the exponent inside the sum.",
        strata=("one sample", "already fitted", "zero weights"),
        probes=(control("with the exponent outside", coded_loss_is_the_loss),),
    ),
    sharp=Statement(
        r"0\le\Bigl(\sum_{ij}e_{ij}\Bigr)^2\le mn\sum_{ij}e_{ij}^2",
        coded_loss_is_at_most("1"),
        "two_layers",
        words="What the coded number says about the loss: at most the number of entries times it, attained by equal errors; and nothing from below, since errors of opposite sign cancel.",
        bound=True,
        strata=("attained",),
        probes=(control("half of that", coded_loss_is_at_most("1/2")),),
    ),
    remark=(
        "The second figure draws this number beside the true loss of the other methods. It may vanish while the errors do not: whenever they cancel."
    ),
    illustrated_by=("X1-2",),
)

# S1-30, S1-31, S1-32: the least-squares arrays -------------------------------------------------------------------------------------------


def arrays_implement_the_formula(order):
    """LHS [vec dW1; vec dW2] - RHS is the linearised error, sample after sample, and the read-back inverts the stacking."""

    def property(step: Step) -> Decision:
        net, (m, w, d) = step.network, step.network.widths
        left = hstack(kron((net.right @ net.inputs).T, eye_like(net.left, m)), kron(net.inputs.T, net.left))
        right = -order((net.outputs - net.labels).T)
        x = stacked(step.left, step.right)
        back = x[: m * w, :].reshape(w, m).T, x[m * w :, :].reshape(d, w).T
        shape = exactly(left.shape == (net.inputs.shape[1] * m, m * w + w * d))
        same = equal(left @ x - right, vec(net.errors + step.linear))
        return both(shape, same, equal(back[0], step.left), equal(back[1], step.right))

    return property


S1_30 = Claim(
    "S1-30",
    "The arrays LHS and RHS implement the formula",
    PRODUCT.at("l. 199-211"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\mathtt{LHS}\begin{bmatrix}\operatorname{vec}\delta W_1\\\operatorname{vec}\delta W_2\end{bmatrix}-\mathtt{RHS}=\operatorname{vec}\bigl(e+(\delta W_1W_2+W_1\delta W_2)X\bigr)",
        arrays_implement_the_formula(row_vec),
        "steps",
        words="With flatten and reshape in NumPy's default C order; the arrays have nm rows and mw + wd columns (10000 x 96 in the notebook).",
        strata=("one sample", "inner width one", "one by one"),
        probes=(
            without("h1", "with Fortran order in flatten", property=arrays_implement_the_formula(vec)),
            control(
                "without the transpose before flatten", arrays_implement_the_formula(lambda transposed: row_vec(transposed.T))
            ),
        ),
        derivation="product.vec_kron",
    ),
)


def unpacked(packed: Packed) -> list[tuple[int, ...]] | None:
    """The pieces, or None where the function's assertion fails."""
    pieces, at = [], 0
    for length in packed.lengths:
        pieces.append(packed.values[at : at + length])
        at += length
    return pieces if at == len(packed.values) else None


@assumption("h1", "the lengths are not negative")
def lengths_not_negative(packed: Packed) -> Decision:
    return exactly(all(length >= 0 for length in packed.lengths))


def pieces_are_right(packed: Packed) -> Decision:
    """Either the lengths do not use the sequence up and the assertion says so, or the pieces have the lengths and join to the sequence."""
    pieces = unpacked(packed)
    if pieces is None:
        return exactly(sum(packed.lengths) != len(packed.values))
    joined = tuple(value for piece in pieces for value in piece)
    return exactly(tuple(map(len, pieces)) == packed.lengths and joined == packed.values, f"the pieces are {pieces}")


def always_unpacks(packed: Packed) -> Decision:
    return exactly(unpacked(packed) is not None)


S1_31 = Claim(
    "S1-31",
    "unpack_vector splits a sequence and asserts that it is used up",
    PRODUCT.at("l. 166-182"),
    Kind.CODE,
    Weight.DETAIL,
    printed=Statement(
        r"|v_i|=n_i,\quad v_1\cdots v_N=x\quad\text{or the assertion fails}",
        pieces_are_right,
        "packed",
        assumptions=(lengths_not_negative,),
        strata=("lengths use it up", "lengths leave a rest", "lengths ask for more", "an empty piece", "nothing"),
        probes=(
            without("h1", "with negative lengths", over="packed_with_negative"),
            control("the assertion never fails", always_unpacks),
        ),
    ),
)


@assumption("h2", "NumPy 2's default cut-off")
def default_cutoff(outcome: Any) -> Decision:
    return exactly(outcome.cutoff == "default")


def lstsq_is_within(digits: int):
    """|returned - exact|^2 <= 10^(-2 digits) |exact|^2 for the exact step of least norm."""

    def property(outcome: Any) -> Decision:
        exact = step_of(outcome.network)
        away = frobenius_squared(outcome.left - exact.left) + frobenius_squared(outcome.right - exact.right)
        size = frobenius_squared(exact.left) + frobenius_squared(exact.right)
        scale = outcome.network.left.scalar(f"1/{10 ** (2 * digits)}")
        return at_most(away, size * scale)

    return property


def doubled_on_the_right(q: Any) -> Any:
    outcome = lstsq_outcome(q, 0, "default")
    return replace(outcome, right=outcome.right * 2)


def lstsq_outcomes(cutoff: str, seeds: int) -> Cases:
    factories = (lambda q, seed=seed: lstsq_outcome(q, seed, cutoff) for seed in range(seeds))
    return sampled(f"{seeds} Gaussian draws of a 3-2-2 network with 6 samples, rcond {cutoff}", *factories)


S1_32 = Claim(
    "S1-32",
    "lstsq returns the step",
    PRODUCT.at("l. 208"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\|\mathtt{lstsq(LHS,RHS)[0]}-\delta\|\le10^{-9}\|\delta\|\quad(\text{rcond}=-1)",
        lstsq_is_within(9),
        lstsq_outcomes("-1", 40),
        words="To nine digits, against the exact step of least norm at the same doubles, with the cut-off that was the default until NumPy 2.0, and so the notebook's.",
    ),
    amended=Statement(
        r"\|\mathtt{lstsq(LHS,RHS,rcond=None)[0]}-\delta\|\le10^{-9}\|\delta\|",
        lstsq_is_within(9),
        lstsq_outcomes("default", 40),
        words="With the default of NumPy 2, machine precision times the larger dimension.",
        assumptions=(default_cutoff,),
        probes=(
            without("h2", "with the default of the notebook's NumPy", over=lstsq_outcomes("-1", 40)),
            control("to forty digits", lstsq_is_within(40)),
            control(
                "with twice the step of the right factor", lstsq_is_within(9), over=only("one such draw", doubled_on_the_right)
            ),
        ),
    ),
    remark=(
        "The array has a kernel (see S1-29), so what is returned rests on the cut-off below which a singular value counts as zero. The former default, "
        "rcond = -1, is machine precision alone; some rounding errors then pass for singular values and are inverted."
    ),
)

# S1-39 to S1-42: the comparison and the environment ----------------------------------------------------------------------------------------


def updated(damped: Damped, net: TwoLayer) -> TwoLayer:
    """One update of the second method."""
    step = step_of(net)
    return net.moved(step.left * damped.factor, step.right * damped.factor)


def first_class_list(damped: Damped, steps: int) -> list[Any]:
    """As run_optimizer of the first class records: the loss, then the update."""
    net, losses = damped.network, []
    for _ in range(steps):
        losses.append(net.loss)
        net = updated(damped, net)
    return losses


def second_class_list(damped: Damped, steps: int) -> list[Any]:
    """As run_optimizer of the second class records: the update, then the loss."""
    net, losses = damped.network, []
    for _ in range(steps):
        net = updated(damped, net)
        losses.append(net.loss)
    return losses


def recorded_lists(damped: Damped) -> tuple[list[Any], list[Any]]:
    """Two steps of one method, recorded both ways."""
    return first_class_list(damped, 2), second_class_list(damped, 2)


def same_entry_same_iterate(damped: Damped) -> Decision:
    before, after = recorded_lists(damped)
    return equal(after[0], before[0], "the second class's list begins with the loss after the first step")


def shifted_by(entries: int):
    """Entry k of the second class's list is entry k + entries of the first class's."""

    def property(damped: Damped) -> Decision:
        before, after = recorded_lists(damped)
        return exactly(before[entries:] == after[: len(after) - entries])

    return property


S1_39 = Claim(
    "S1-39",
    "Entry k means the same iterate for every method",
    PRODUCT.at("l. 56-64, 221-226, 241"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\mathtt{losses}_{LM}[0]=\mathcal L(W^{(0)})",
        same_entry_same_iterate,
        "damped",
        words="The first class records before its update, the second after it.",
    ),
    amended=Statement(
        r"\mathtt{losses}_{LM}[k]=\mathcal L(W^{(k+1)}),\qquad\mathtt{losses}_{GD}[k]=\mathcal L(W^{(k)})",
        shifted_by(1),
        "damped",
        words="The second list is the first one shifted by one entry (two exact steps of one method, recorded both ways).",
        strata=("already fitted", "zero weights"),
        probes=(control("no shift", shifted_by(0)),),
    ),
    remark="The curve of the second method is drawn one iteration too far to the left, which flatters it by one step of 200.",
)


def start_survives(update, other=None):
    """After two steps of the notebook's least-squares method in NumPy the arrays it was given hold the same doubles as before."""

    def property(damped: Damped) -> Decision:
        import numpy as np

        given = [part.to_floats() for part in (damped.network.left, damped.network.right)]
        before = [part.copy() for part in given]
        left, right = given
        inputs, target = damped.network.inputs.to_floats(), damped.network.target.to_floats()
        for _ in range(2):
            array = np.hstack((np.kron((right @ inputs).T, np.eye(left.shape[0])), np.kron(inputs.T, left)))
            found = np.linalg.lstsq(array, -(left @ right @ inputs - target @ inputs).T.flatten(), rcond=None)[0]
            left = update(left, 0.2 * found[: left.size].reshape(left.T.shape).T)
            right = (other or update)(right, 0.2 * found[left.size :].reshape(right.T.shape).T)
        return exactly(all((a == b).all() for a, b in zip(given, before, strict=True)))

    return property


def rebind(array: Any, change: Any) -> Any:
    return array + change


def add_in_place(array: Any, change: Any) -> Any:
    array += change
    return array


S1_40 = Claim(
    "S1-40",
    "Every method starts from the same weights and data",
    PRODUCT.at("l. 105-119, 237"),
    Kind.CODE,
    Weight.CLAIM,
    printed=Statement(
        r"\mathtt{W = W + rate * dW}\text{ leaves the initial array alone}",
        start_survives(rebind),
        "damped",
        words="The second method binds its weights to new arrays; the shared initial ones are not written to (its steps, run in NumPy).",
        probes=(
            control("with an update in place", start_survives(add_in_place)),
            control("with one of both in place", start_survives(add_in_place, rebind)),
        ),
    ),
)


def ticks_are(first: int, last: int, count: int):
    def property(ticks: Ticks) -> Decision:
        return exactly(ticks.exponents[0] == first and ticks.exponents[-1] == last and len(ticks.exponents) == count)

    return property


def ticks_are_whole_powers(ticks: Ticks) -> Decision:
    whole = [ticks.arithmetic_one * e for e in range(ticks.low, ticks.high + 1)]
    return exactly(all(e in whole for e in ticks.exponents))


S1_41 = Claim(
    "S1-41",
    "The ticks of the second figure",
    PRODUCT.at("l. 242"),
    Kind.CODE,
    Weight.DETAIL,
    printed=Statement(
        r"10^{-14},\dots,10^{6}\text{ (seven ticks)}",
        ticks_are(-14, 6, 7),
        only("10**linspace(-14, 6, 7)", lambda q: Ticks(-14, 6, 7, q.scalar(1))),
        probes=(control("they are whole powers of ten", ticks_are_whole_powers), control("eight ticks", ticks_are(-14, 6, 8))),
    ),
    remark="The exponents are $-14, -10\\tfrac23, -7\\tfrac13, \\dots$: four of the seven ticks are no whole powers of ten, and the two lowest and the highest lie outside the drawn range.",
)


def names_exist(names: Names) -> Decision:
    from importlib import import_module

    module = builtins if names.module == "builtins" else import_module(names.module)
    missing = [name for name in names.names if not hasattr(module, name)]
    return exactly(not missing, f"{names.module} has no {', '.join(missing)}" if missing else "")


NUMPY_NAMES = ("linspace", "random", "hstack", "kron", "eye", "isfinite", "sum", "linalg")

S1_42 = Claim(
    "S1-42",
    "The notebook runs as shown",
    PRODUCT.at("l. 19-22, 56, 224"),
    Kind.CODE,
    Weight.DETAIL,
    printed=(
        Opinion(
            r"\text{Python 2, TensorFlow 1}",
            "no TensorFlow 1 exists for the Python versions that this suite supports",
            words="On the Python and the libraries of its time.",
            reading="A",
            reason=Reason.NOT_HERE,
        ),
        Statement(
            r"\mathtt{xrange}\text{ is a built-in}",
            names_exist,
            only(
                "the built-ins that the notebook uses, in this Python",
                lambda q: Names("builtins", ("xrange", "len", "sum", "object")),
            ),
            words="On the Python that runs this suite.",
            reading="B",
        ),
    ),
    amended=Statement(
        r"\mathtt{range}\text{ for }\mathtt{xrange}\text{: every name of the NumPy half exists}",
        names_exist,
        only(
            "the other built-ins and the names that the notebook's NumPy half uses",
            lambda q: Names("builtins", ("range", "len", "sum", "object")),
            lambda q: Names("numpy", NUMPY_NAMES),
            lambda q: Names("numpy.linalg", ("lstsq",)),
            lambda q: Names("scipy", ("sparse",)),
        ),
        words="With range for xrange, every name that the NumPy half of the notebook looks up exists today.",
        probes=(
            control("NumPy has an xrange", names_exist, over=only("xrange in NumPy", lambda q: Names("numpy", ("xrange",)))),
        ),
    ),
    remark="The other half needs sessions of TensorFlow 1; it is re-expressed here, not run.",
)

STEP_CODE = (S1_30, S1_31, S1_32, S1_35, S1_39, S1_40, S1_41, S1_42)
