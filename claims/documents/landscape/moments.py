"""Document 003, section 3.2: the data's moments and what is assumed of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claims.decide import equal, every, exactly
from claims.documents.landscape.assumptions import cross_moment_is_full, dimensions_descend, exact_root, inputs_span
from claims.documents.landscape.source import LANDSCAPE
from claims.instances.deep_linear import Data, DeepLinear, Spectral
from claims.model import Assumption, Claim, Decision, Kind, Property, Statement, Weight, control, without
from numerics.inertia import is_psd

# S3-38 to S3-41: moments, assumptions, Sigma -------------------------------------------------------------------------------------


def summed(left: Any, right: Any) -> Any:
    """The sum of a_i b_i' over the samples."""
    samples = range(left.shape[1])
    return sum((left[:, [i]] @ right[:, [i]].T for i in samples), left.zeros(left.shape[0], right.shape[0]))


def moments_are_sums(net: DeepLinear) -> Decision:
    X, Y, data = net.data.inputs, net.data.targets, net.data
    return every((equal(data.xx, summed(X, X)), equal(data.yx.T, summed(X, Y)), equal(data.yx, summed(Y, X))))


def loss_in_moments(expression: Callable[[Any, Data], Any]) -> Property:
    """|Y - P X|^2, entry by entry, is the given expression in P and the moments."""

    def property(net: DeepLinear) -> Decision:
        return equal(
            sum((e * e for e in (net.data.targets - net.product @ net.data.inputs).entries()), net.loss * 0),
            expression(net.product, net.data),
        )

    return property


def in_four_moments(P: Any, data: Data) -> Any:
    return summed(data.targets, data.targets).trace() - (P @ data.yx.T).trace() * 2 + (P @ data.xx @ P.T).trace()


def moments_are_grams(net: DeepLinear) -> Decision:
    return equal(net.data.inputs.T @ net.data.inputs, summed(net.data.inputs, net.data.inputs))


S3_38 = Claim(
    "S3-38",
    "The loss and the second moments of the data",
    LANDSCAPE.at("l. 156-166, (17)"),
    Kind.DEFINITION,
    Weight.CLAIM,
    printed=Statement(
        r"\Sigma_{XX}=\sum_ix_ix_i^T=XX^T,\quad\Sigma_{XY}=\sum_ix_iy_i^T=XY^T,\quad\Sigma_{YX}=\sum_iy_ix_i^T=YX^T",
        moments_are_sums,
        "deep_linear_networks",
        words="Well formed: each sum over the samples is the matrix product of the stated size.",
        strata=("one sample", "one input", "one output", "fewer samples than inputs", "zero targets"),
        probes=(control("Sigma_XX is X'X", moments_are_grams),),
    ),
    original=Statement(
        r"\mathcal L=\operatorname{tr}\Sigma_{YY}-2\operatorname{tr}(P\Sigma_{XY})+\operatorname{tr}(P\Sigma_{XX}P^T),\quad P=W_N\cdots W_1,\ \Sigma_{YY}=YY^T",
        loss_in_moments(in_four_moments),
        "deep_linear_networks",
        words="With the moment of the targets, which the document uses in (19) and does not define, the four moments are all that the loss needs.",
        strata=("one sample", "product zero", "zero targets"),
        probes=(
            control(
                "without the moment of the targets", loss_in_moments(lambda P, data: in_four_moments(P, data) - data.yy.trace())
            ),
        ),
    ),
    remark="The definition of $\\Sigma_{XX}$ is displayed twice, in the place where that of $\\Sigma_{YY}$ is missing.",
)


def all_three_hold(spectral: Spectral) -> Decision:
    parts = (dimensions_descend, inputs_span, cross_moment_is_full)
    return every(part.holds(spectral.data) for part in parts)


def dimensions_follow_from(*parts: Assumption) -> Property:
    """A1, or one of the given assumptions is violated."""
    return lambda data: exactly(dimensions_descend.holds(data).holds or any(part.holds(data).fails for part in parts))


def fewer_outputs_follow(data: Data) -> Decision:
    violated = inputs_span.holds(data).fails or cross_moment_is_full.holds(data).fails
    return exactly(bool(violated or data.targets.shape[0] < data.inputs.shape[0]))


S3_39 = Claim(
    "S3-39",
    "The number of outputs is at most that of inputs, and that at most the number of samples",
    LANDSCAPE.at("l. 170"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"d_y\le d_x\le m\ \text{ beside }\ \det\Sigma_{XX}\ne0\ \text{ and }\ \operatorname{rank}\Sigma_{XY}=d_y",
        all_three_hold,
        "spectral_data_sets",
        words="The three assumptions go together: they hold for all data that are built with two orthogonal frames and positive singular values.",
        strata=("one sample", "one input", "one output"),
        probes=(control("also for singular data", all_three_hold, over="singular_spectral_data_sets"),),
    ),
    sharp=Statement(
        r"\det\Sigma_{XX}\ne0,\ \operatorname{rank}\Sigma_{XY}=d_y\ \Rightarrow\ d_y\le d_x\le m",
        dimensions_follow_from(inputs_span, cross_moment_is_full),
        "data_sets",
        words="The first assumption is redundant: data that violate it violate one of the other two.",
        strata=("one sample", "one output", "inputs of full row rank", "more outputs than inputs", "fewer samples than inputs"),
        probes=(
            without("A2", "from the rank of the cross moment alone", property=dimensions_follow_from(cross_moment_is_full)),
            without("A3", "from the invertible moment alone", property=dimensions_follow_from(inputs_span)),
            control("there are even fewer outputs than inputs", fewer_outputs_follow),
        ),
    ),
)


def sigma_is(expression: Callable[[Data], Any]) -> Property:
    """Sigma^(1/2) is well formed, of size d_y x m, and Sigma = Sigma^(1/2) (Sigma^(1/2))' is the given expression."""

    def property(data: Data) -> Decision:
        if data.xx.rank() < data.xx.shape[0]:
            return exactly(False, "Sigma_XX has no inverse")
        root = data.yx @ data.xx.inverse() @ data.inputs
        size = (data.targets.shape[0], data.samples)
        return every((exactly(root.shape == size, f"Sigma^(1/2) has shape {root.shape}"), equal(root @ root.T, expression(data))))

    return property


sigma_from_moments = sigma_is(lambda data: data.yx @ data.xx.inverse() @ data.yx.T)

S3_40 = Claim(
    "S3-40",
    "The matrices Sigma^(1/2) and Sigma",
    LANDSCAPE.at("l. 174-176"),
    Kind.DEFINITION,
    Weight.DETAIL,
    printed=Statement(
        r"\Sigma^{1/2}=\Sigma_{YX}\Sigma_{XX}^{-1}X\in\mathbb R^{d_y\times m},\qquad\Sigma=\Sigma^{1/2}(\Sigma^{1/2})^T=\Sigma_{YX}\Sigma_{XX}^{-1}\Sigma_{XY}\in\mathbb R^{d_y\times d_y}",
        sigma_from_moments,
        "data_sets",
        words="Well formed, of the stated sizes, as soon as the inverse exists; it is a definition, listed as the fourth assumption.",
        assumptions=(inputs_span,),
        strata=("one sample", "one input", "one output", "more outputs than inputs", "inputs and targets uncorrelated"),
        probes=(
            without("A2", "with dependent inputs"),
            control("Sigma is the second moment of the targets", sigma_is(lambda data: data.yy)),
        ),
    ),
)


def singular_vectors_are_orthonormal(diagonal: Callable[[Any], Any]) -> Property:
    """With Sigma = U diag(values) U', the rows of diagonal^-1 U' Sigma^(1/2) are orthonormal and give it back."""

    def property(spectral: Spectral) -> Decision:
        root, kind = spectral.data.root, type(spectral.basis)
        kept = tuple(index for index, value in enumerate(spectral.values, start=1) if value != 0)
        middle = kind.diagonal([diagonal(spectral.values[index - 1]) for index in kept])
        U = spectral.columns(kept)
        right = middle.solve(U.T @ root)
        return every((equal(right @ right.T, kind.eye(len(kept))), equal(U @ middle @ right, root)))

    return property


def root_is_symmetric_root(spectral: Spectral) -> Decision:
    root = spectral.data.root
    if root.shape[0] != root.shape[1]:
        return exactly(False, f"Sigma^(1/2) has shape {root.shape}")
    if root != root.T:
        return exactly(False, "Sigma^(1/2) is not symmetric")
    return exactly(is_psd(root), "Sigma^(1/2) has a negative eigenvalue")


S3_41 = Claim(
    "S3-41",
    "Sigma^(1/2) has a singular value decomposition with descending values",
    LANDSCAPE.at("l. 178"),
    Kind.EXISTENCE,
    Weight.DETAIL,
    printed=Statement(
        r"\Sigma^{1/2}=U\Delta V^T,\quad U^TU=I,\ V^TV=I,\ \Delta_{11}\ge\Delta_{22}\ge\dots\ge0",
        singular_vectors_are_orthonormal(exact_root),
        "spectral_data_sets",
        words="The eigenvectors of Sigma and the roots of its eigenvalues give it (the right factor is filled up to a basis).",
        strata=("one sample", "one output", "one input"),
        probes=(
            control("with the eigenvalues in place of their roots", singular_vectors_are_orthonormal(lambda value: value)),
            control("it is the symmetric root of Sigma", root_is_symmetric_root),
        ),
    ),
    sharp=Statement(
        r"\Sigma^{1/2}(\Sigma^{1/2})^T=\Sigma=U\Delta\Delta^TU^T\text{ for any data, ties and zeros included}",
        singular_vectors_are_orthonormal(exact_root),
        "singular_spectral_data_sets",
        words="The decomposition does not need the assumptions.",
        strata=("repeated eigenvalues", "zero eigenvalue", "inputs of deficient row rank", "more outputs than inputs"),
        probes=(control("with the eigenvalues in place of their roots", singular_vectors_are_orthonormal(lambda value: value)),),
    ),
    remark="In spite of its name it is not the symmetric root of Sigma: it is one of the matrices of size $d_y\\times m$ whose product with their transpose is Sigma, as the document defines it.",
)

MOMENTS = (S3_38, S3_39, S3_40, S3_41)
