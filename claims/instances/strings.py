"""Small landscapes on which dynamic string sampling can be followed exactly, and what its variants are made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from claims.instances.codec import Instance
from numerics.polynomial import Polynomial, constant, is_at_most, is_nonnegative
from numerics.spectrum import as_fraction


def line(start: Any, end: Any) -> Polynomial:
    """start + t (end - start)."""
    first = as_fraction(start)
    return Polynomial.of([first, as_fraction(end) - first])


def composed(outer: Polynomial, inner: Polynomial) -> Polynomial:
    """t -> outer(inner(t))."""
    result = Polynomial(())
    for c in reversed(outer.coefficients):
        result = result * inner + constant(c)
    return result


@dataclass(frozen=True)
class Valley(Instance):
    """The loss (y - h(x))^2 on the plane, h a polynomial with the given coefficients (k x 1, the constant first).

    A model is trained by moving its y to the floor y = h(x), where the loss is 0; both ends lie there, at x = start and x = end.
    depth: how many insertions deep a run may go.
    """

    coefficients: Any
    start: Any
    end: Any
    level: Any
    depth: int

    @property
    def floor(self) -> Polynomial:
        return Polynomial.of(self.coefficients.entries())

    def loss(self, x: Polynomial, y: Polynomial) -> Polynomial:
        """Along the curve t -> (x(t), y(t))."""
        miss = y - composed(self.floor, x)
        return miss * miss

    def loss_between(self, a: Any, b: Any) -> Polynomial:
        """The loss on the straight segment between the models on the floor at x = a and x = b, t from 0 to 1."""
        h = self.floor
        return self.loss(line(a, b), line(h(as_fraction(a)), h(as_fraction(b))))

    def fails(self, a: Any, b: Any) -> bool:
        """Whether the largest loss on that segment exceeds the level."""
        return not is_at_most(self.loss_between(a, b), self.level)

    def cases(self) -> frozenset[str]:
        middle = (self.start + self.end) / 2
        named = {
            "cut off after one insertion": self.depth == 1 and (self.fails(self.start, middle) or self.fails(middle, self.end)),
            "straight valley": self.floor.degree <= 1,
            "direct segment passes": not self.fails(self.start, self.end),
            "direct segment fails": self.fails(self.start, self.end),
            "ends coincide": self.start == self.end,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Wells(Instance):
    """One weight with the loss (w^2 - 1)^2: two wells, a ridge of height 1 at 0.

    beads: 1 x n, the models of a string; alpha: to which fraction of the level those between the ends are trained; points: at how
    many t = 0, 1/points, ... a segment is looked at; it passes where all these losses are at most tolerance times the level.
    """

    beads: Any
    level: Any
    alpha: Any
    points: int
    tolerance: Any

    @staticmethod
    def loss(w: Any) -> Any:
        return (w * w - 1) * (w * w - 1)

    @property
    def passes(self) -> bool:
        """Every segment passes on its grid, and every model is trained."""
        beads = self.beads.entries()
        looked_at = [self.loss(a + (b - a) * k / self.points) for a, b in pairwise(beads) for k in range(self.points)]
        ends_trained = all(self.loss(bead) <= self.level for bead in (beads[0], beads[-1]))
        trained = ends_trained and all(self.loss(bead) <= self.alpha * self.level for bead in beads[1:-1])
        return trained and all(loss <= self.tolerance * self.level for loss in looked_at)

    def joined_at(self, level: Any) -> bool:
        """Whether the interval between the ends, hence one component, lies where the loss is at most ``level``."""
        first, last = self.beads.entries()[0], self.beads.entries()[-1]
        w = line(first, last)
        well = w * w - constant(1)
        return is_at_most(well * well, level)


@dataclass(frozen=True)
class Ring(Instance):
    """The loss (x^2 + y^2 - 1)^2 with the ends (1, 0) and (-1, 0); corners: 2 x k, of a way round from one to the other."""

    corners: Any
    level: Any

    @property
    def middle(self) -> tuple[Any, tuple[Any, Any]]:
        """The loss at the middle of the ends and its gradient 4 (x^2 + y^2 - 1) (x, y)."""
        x, y = (self.corners[0, 0] + self.corners[0, -1]) / 2, (self.corners[1, 0] + self.corners[1, -1]) / 2
        size = x * x + y * y - 1
        return size * size, (4 * size * x, 4 * size * y)

    def way_round_stays(self, level: Any) -> bool:
        """The loss is at most ``level`` on every straight leg between the corners."""
        points = list(zip(*self.corners.rows(), strict=True))
        for (a, b), (c, d) in pairwise(points):
            x, y = line(a, c), line(b, d)
            size = x * x + y * y - constant(1)
            if not is_at_most(size * size, level):
                return False
        return points[0] == (1, 0) and points[-1] == (-1, 0)


@dataclass(frozen=True)
class Ridge(Instance):
    """The loss (K + p(y) - M x^2)^2 with p(y) = (y + 1)(2 - y)(3 - y)^2, level K^2, and the ends (-e, 0) and (e, 0).

    Between the ends lies a hill, {p(y) > M x^2}, that is steep below and long above.  trained: y of the model that is trained
    from the middle (0, 0); beside: y of the corner of a way round below.
    """

    height: Any
    steepness: Any
    end: Any
    trained: Any
    beside: Any

    @property
    def level(self) -> Any:
        return self.height * self.height

    @staticmethod
    def profile(y: Polynomial) -> Polynomial:
        return (y + constant(1)) * (constant(2) - y) * (constant(3) - y) * (constant(3) - y)

    def root(self, x: Polynomial, y: Polynomial) -> Polynomial:
        """K + p(y) - M x^2, whose square is the loss."""
        return constant(self.height) + self.profile(y) - constant(self.steepness) * x * x

    @property
    def flows_up(self) -> bool:
        """On x = 0 the gradient points along y; the loss falls from above the level, at y = 0, to below it, at y = trained."""
        along = self.root(constant(0), line(self.trained * 0, self.trained))
        downhill = is_nonnegative(-along.derivative) and is_nonnegative(along)
        height = as_fraction(self.height)
        return downhill and along(1) < height < along(0)

    def stays(self, corner: Any) -> bool:
        """The loss stays at most K^2 on the two straight legs from end to end over (0, corner)."""
        y = line(corner * 0, corner)
        legs = [self.root(line(end, end * 0), y) for end in (-self.end, self.end)]
        return all(is_at_most(leg * leg, self.level) for leg in legs)

    def squared_leg(self, corner: Any) -> Any:
        """The squared length of one of the two legs."""
        return self.end * self.end + corner * corner


@dataclass(frozen=True)
class Cost(Instance):
    """A polynomial cost of one weight on [-4, 4] (coefficients k x 1, the constant first), two models, and a point ``lowest``."""

    coefficients: Any
    left: Any
    right: Any
    lowest: Any

    @property
    def polynomial(self) -> Polynomial:
        return Polynomial.of(self.coefficients.entries())

    @property
    def convex(self) -> bool:
        return is_nonnegative(self.polynomial.derivative.derivative.between(-4, 4))

    @property
    def one_valley(self) -> bool:
        """Falling (weakly) up to ``lowest`` and rising from there: every level set is an interval."""
        slope = self.polynomial.derivative
        return is_nonnegative(-slope.between(-4, self.lowest)) and is_nonnegative(slope.between(self.lowest, 4))

    def segment_stays_below(self, level: Any) -> bool:
        """The cost is at most ``level`` between the two models."""
        return is_at_most(self.polynomial.between(self.left, self.right), level)

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        return self.polynomial(as_fraction(self.left)), self.polynomial(as_fraction(self.right))

    def cases(self) -> frozenset[str]:
        named = {
            "convex": self.convex,
            "not convex": not self.convex,
            "models coincide": self.left == self.right,
            "both on one side": (self.left - self.lowest) * (self.right - self.lowest) > 0,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Neighbours(Instance):
    """Two neighbours on a string and a model between them, all S x 1."""

    left: Any
    right: Any
    model: Any

    @property
    def middle(self) -> Any:
        return (self.left + self.right) / 2

    @property
    def normal(self) -> Any:
        return self.left - self.right

    def equally_far(self, point: Any) -> bool:
        one, other = point - self.left, point - self.right
        return bool(one.inner(one) == other.inner(other))

    def cases(self) -> frozenset[str]:
        named = {
            "neighbours coincide": self.normal.is_zero(),
            "neighbours distinct": not self.normal.is_zero(),
            "equally far": self.equally_far(self.model),
            "model in the middle": self.model == self.middle,
            "one weight": self.model.shape[0] == 1,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class ScaledChains(Instance):
    """Two networks x -> v max(0, w x), each as (w, v) (2 x 1), the sample (x, y), a level, and a factor for a hidden unit."""

    one: Any
    other: Any
    x: Any
    y: Any
    level: Any
    factor: Any

    def scaled(self, model: Any) -> Any:
        """(factor w, v / factor): the same function for a positive factor."""
        return model.of([[model[0, 0] * self.factor], [model[1, 0] / self.factor]])

    def loss(self, model: Any) -> Any:
        inside = model[0, 0] * self.x
        miss = model[1, 0] * (inside if inside > 0 else inside * 0) - self.y
        return miss * miss

    def cases(self) -> frozenset[str]:
        return frozenset({"dead unit"} if not self.one[0, 0] * self.x > 0 else {"live unit"})


@dataclass(frozen=True)
class Splitting(Instance):
    """A run of the algorithm in which every segment down to ``depth`` generations fails."""

    depth: int


@dataclass(frozen=True)
class ConstantNetworks(Instance):
    """1-4-4-1 networks with one output weight v, one output bias c and one bias log(odds) at a second-layer unit that has no
    incoming weights: whatever the input, the unit has the value odds/(1 + odds) and the output is c + v odds/(1 + odds).

    nodes: of the midpoint rule on [0, 1], on which the mean absolute distance to 8 x^3 - 10 x^2 + 3 x is taken.
    """

    odds: Any
    weight: Any
    bias: Any
    nodes: int

    @property
    def outputs(self) -> tuple[Any, Any, Any]:
        """Of the network, of its mirror image (-log(odds), -v, c + v), and of the middle of the two (0, 0, c + v/2)."""
        value = self.odds / (1 + self.odds)
        mirrored = self.bias + self.weight - self.weight * (1 - value)
        return self.bias + self.weight * value, mirrored, self.bias + self.weight / 2

    def error(self, output: Any) -> Any:
        """The mean absolute error of a constant output."""
        points = [(2 * k + 1) * (output * 0 + 1) / (2 * self.nodes) for k in range(self.nodes)]
        misses = [output - (8 * x * x * x - 10 * x * x + 3 * x) for x in points]
        return sum((miss if miss > 0 else -miss for miss in misses), output * 0) / self.nodes


@dataclass(frozen=True)
class SwappedUnits(Instance):
    """A network with one rectified hidden layer, lower: h x d and upper: o x h, inputs (d x P) and targets (o x P).

    The middle of it and of its copy with the first two hidden units swapped has two equal units; step is how far it is moved.
    """

    lower: Any
    upper: Any
    inputs: Any
    targets: Any
    step: Any

    @property
    def middle(self) -> tuple[Any, Any]:
        order = self.order
        return (self.lower + self.lower[order, :]) / 2, (self.upper + self.upper[:, order]) / 2

    @property
    def order(self) -> list[int]:
        return [1, 0, *range(2, self.lower.shape[0])]

    def loss(self, lower: Any, upper: Any) -> Any:
        hidden = lower @ self.inputs
        active = hidden.build(*hidden.shape, lambda i, j: hidden[i, j] if hidden[i, j] > 0 else 0)
        miss = upper @ active - self.targets
        return miss.inner(miss)

    def cases(self) -> frozenset[str]:
        equal = self.lower[[0], :] == self.lower[[1], :] and self.upper[:, [0]] == self.upper[:, [1]]
        return frozenset({"units equal"} if equal else {"units different"})


@dataclass(frozen=True)
class OutputLayers(Instance):
    """Values of the last hidden units (P x k), targets (P x 1), and two vectors of output weights (k x 1)."""

    units: Any
    targets: Any
    one: Any
    other: Any

    def error(self, weights: Any) -> Any:
        """The mean absolute error."""
        misses = (self.units @ weights - self.targets).entries()
        return sum((miss if miss > 0 else -miss for miss in misses), self.targets[0, 0] * 0) / len(misses)

    def cases(self) -> frozenset[str]:
        named = {"one sample": self.units.shape[0] == 1, "the same weights": self.one == self.other}
        return frozenset(name for name, true in named.items() if true)
