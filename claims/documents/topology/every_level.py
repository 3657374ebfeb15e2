"""Document 002, Corollary 2.5 and the abstract: what becomes of the level sets of ever wider networks."""

from __future__ import annotations

from claims.documents.topology.barrier import bridged, path_at_rest, path_with_turns
from claims.documents.topology.barrier import overshoot as overshooting
from claims.documents.topology.compressibility import oracle_vanishes, penalised
from claims.documents.topology.rise import RISE
from claims.documents.topology.source import TOPOLOGY
from claims.model import Claim, Cost, Kind, Opinion, Statement, Weight, control, only


def for_finitely_many_atoms(words: str) -> Statement:
    return Statement(
        r"P\text{ with }L\text{ atoms},\ m\ge2L\ \Rightarrow\ \Omega_F(\lambda)\text{ is connected for every }\lambda",
        bridged(max),
        "overparametrised_pairs",
        words=words,
        reading="finitely many atoms",
        strata=("exactly twice as many units as samples", "no penalty"),
        probes=(control("below the smaller of both objectives", bridged(min)),),
        cost=Cost.SLOW,
    )


S2_62 = Claim(
    "S2-62",
    "The level sets become connected at all energy levels",
    TOPOLOGY.at("Corollary 2.5"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        for_finitely_many_atoms(
            "For laws with finitely many atoms, the empirical risk among them, it is true from a finite width on (S2-60g)."
        ),
        Opinion(
            r"\forall\lambda\ \exists m_0\ \forall m\ge m_0\colon\ \Omega_{F_o}(\lambda)\text{ is connected}",
            "Theorem 2.4 bounds how far a path rises above a level; that this tends to 0 does not make any level set of a network of finite width connected, and no invariant is known that separates one fixed level for all m",
            words="For every law: not what the theorem says, and not decided here.",
            reading="any law",
        ),
    ),
    remark=(
        "For levels above $\\lim e$ the theorem gives paths in $\\Omega_{F_o}(\\lambda+\\epsilon_m)$ with $\\epsilon_m\\to0$ between any two points of $\\Omega_{F_o}(\\lambda)$. "
        "For all levels at once no width is enough. Let X be uniform on the unit circle, $Y=1$ and $0\\lt\\kappa\\lt\\frac2\\pi$. Where one more unit does not help, a network is best among those of every "
        "width (the objective is convex in the measure of its coefficients); the best output is unique, hence the same in all directions, and it is not 0, while no finite network is constant on the circle: "
        "$e(m)$ falls at every m. So at the level $e(m)$ all units have the norm 1, coefficients other than 0 and different directions, and along a path they keep their cyclic order, which an exchange "
        "of two units changes: $\\Omega_{F_o}(e(m))$ is disconnected for every $m\\ge3$. This argument is given here and not checked."
    ),
)

S2_01 = Claim(
    "S2-01",
    "Half-rectified networks with one hidden layer are asymptotically connected",
    TOPOLOGY.at("abstract, sections 1 and 5"),
    Kind.UNIVERSAL,
    Weight.CLAIM,
    printed=(
        Statement(
            r"\epsilon\to0\quad(m\to\infty)",
            oracle_vanishes,
            "tasks",
            words="As the vanishing of the gap epsilon of Theorem 2.4.",
            reading="epsilon",
            assumptions=(penalised,),
        ),
        for_finitely_many_atoms("As the connectedness of the level sets of wide networks, for laws with finitely many atoms."),
        RISE,
    ),
    amended=Statement(
        r"F_o(\gamma(t))\le\max\bigl(\lambda,\max\{ e(l),\delta_{W^A},\delta_{W^B}\}+C_1\alpha+C_2\alpha^2\bigr),\qquad C_1=\frac{\|\Sigma_X\|^{1/2}\Lambda^{3/2}}\kappa,\ C_2=\frac{\|\Sigma_X\|\Lambda^2}{4\kappa^2}",
        path_with_turns(),
        "turning_detours",
        words="The explicit bound for every law: what vanishes is the rise above $\\lambda\\ge\\lim e$, and $\\lim e$ is positive wherever there is noise, or a penalty and a target other than 0.",
        strata=("units turned",),
        probes=(
            control(
                "without the terms in alpha",
                path_at_rest,
                over=only("an activity that halves while the coefficient doubles", overshooting),
            ),
        ),
        cost=Cost.SLOW,
    ),
    remark="See S2-57 for the limit of e, S2-60 for the bound and S2-61 for its rate.",
)

EVERY_LEVEL = (S2_01, S2_62)
