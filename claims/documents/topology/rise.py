"""Document 002, Corollary 2.5: how far a path has to rise above the level of its ends."""

from __future__ import annotations

from typing import Any

from claims.decide import at_most, both, certainly, exactly
from claims.documents.topology.barrier import norm_bracket, stays_below
from claims.instances.mergers import Merger
from claims.instances.rectified import Atoms, Task
from claims.model import Cost, Decision, Statement, control, only
from numerics.brackets import exact
from numerics.spectrum import as_fraction


def rises_by_at_most(share: str = "1"):
    """Below lambda + 2 N sqrt(lambda) + N^2 with N = sqrt(share |Sigma|) r max |beta|_1, where kappa |beta|_1 <= lambda.

    For the lower end of the bracket around the bound, or above it for the upper one.  Of the bound, that part is used which the
    highest corner of the path needs.
    """

    def property(merger: Merger) -> Decision:
        level, size = as_fraction(merger.level), as_fraction(merger.radius) ** 2 * as_fraction(merger.norm) ** 2
        noise = norm_bracket(merger.task.law.sigma) * exact(size * as_fraction(share))
        rise = (exact(4 * level) * noise).root(2) + noise
        certain = stays_below(merger, level + rise.low)
        if not certain.holds:
            return certainly(False, stays_below(merger, level + rise.high).fails)
        corners = max(as_fraction(merger.task.objective(*network)) for network in merger.corners)
        return both(exactly(bool(merger.task.kappa * merger.norm <= merger.level)), at_most(corners - level, rise.low))

    return property


def two_units_in_one_cell(q: Any) -> Merger:
    """The units e_1 and e_2, each alone with an input and its target 1; merged, they miss the second one."""
    ones = q.of([[1, 1]])
    net = q.eye(2), ones
    return Merger(net, net, Task(Atoms(q.eye(2), ones), ones, q.scalar("1/100")), q.scalar("3/2"))


def turned_unit(q: Any) -> Merger:
    """The unit (3/5, 4/5), the only one with a coefficient, fits the input (0, 1); merged into (1, 0), it is blind to it."""
    net = q.of([[1, 0], ["3/5", "4/5"]]), q.of([[0, 1]])
    return Merger(net, net, Task(Atoms(q.of([[0], [1]]), q.of([[1]])), q.of([["4/5"]]), q.scalar("1/100")), q.scalar("9/10"))


RISE = Statement(
    r"\max_tF_o(\gamma(t))-\lambda\le2N\sqrt\lambda+N^2,\quad N=\|\Sigma_X\|^{1/2}\,r_m\max(\|\beta^A\|_1,\|\beta^B\|_1)\le\frac{\|\Sigma_X\|^{1/2}\lambda}\kappa\,r_m,\quad r_m=O(m^{-1/n})",
    rises_by_at_most(),
    "merged_pairs",
    words=(
        "As the uphill climbing of section 5: how far the path rises above $\\lambda=\\max(F_o(\\theta^A),F_o(\\theta^B))$, for $\\kappa\\gt0$. The path is built: where the units of each network lie in at most "
        "$m/2$ cells of the radius $r_m$, each cell is merged into one of its units, and both merged networks fit into one hidden layer. By S2-61b there are no more cells than that if "
        "$(1+2/r_m)^n\\le m/2$ (units shorter than 1 are made longer first, S2-61e). For $\\lambda\\ge\\mathbb EY^2$ the path through $W_2=0$ does not rise at all, so that one constant serves all levels."
    ),
    reading="rise",
    bound=True,
    strata=("units turned", "half as many cells as units", "one cell", "one dimension", "coinciding units", "no coefficient"),
    probes=(
        control("it does not rise", rises_by_at_most("0"), over=only("two units in one cell", two_units_in_one_cell)),
        control("with half of N squared", rises_by_at_most("1/2"), over=only("a unit merged into one nearby", turned_unit)),
    ),
    cost=Cost.SLOW,
)
