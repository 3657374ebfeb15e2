"""Continuous functions that are linear on the simplices of a finite complex, polynomials at a point, and a curve that oscillates.

Why the complex decides everything.  On a simplex a piecewise linear F takes the values between those at the vertices, and the
part where F <= c shrinks, along straight lines, onto the face of the vertices with F <= c.  So the sublevel set of a level c
retracts onto the full subcomplex of these vertices, and is connected exactly when their graph is.  Near a point F is linear on
each simplex around it; the point is a local minimum exactly when the smallest face that carries it is level and no vertex of a
simplex around this face lies lower, and a strict one exactly when it is a vertex and all its neighbours lie higher.

Why this covers R^S.  If the complex triangulates a convex polytope K in R^S and r is the nearest point of K, then
x -> F(r(x)) + |x - r(x)| extends F to R^S: its sublevel sets shrink onto those of F along the fibres of r, outside of K it
descends towards K, and at points of K it has the local minima of F.  (On the rim of K it also has higher points close by.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

from claims.instances.codec import Instance

Face = tuple[int, ...]


@dataclass(frozen=True)
class Landscape(Instance):
    """heights: 1 x n, F at the vertices; simplices: the largest ones, ascending tuples that contain all vertices.

    ends: vertices that are no points but stand for a ray along which F falls for ever; they are lower than all others.
    """

    heights: Any
    simplices: tuple[Face, ...]
    ends: Face = ()

    def height(self, vertex: int) -> Any:
        return self.heights[0, vertex]

    @property
    def vertices(self) -> Face:
        return tuple(v for v in range(self.heights.shape[1]) if v not in self.ends)

    @cached_property
    def faces(self) -> tuple[Face, ...]:
        """Every face that has points of the space inside it, the vertices first."""
        found = {
            face for simplex in self.simplices for size in range(1, len(simplex) + 1) for face in combinations(simplex, size)
        }
        return tuple(sorted((face for face in found if not set(face) <= set(self.ends)), key=lambda face: (len(face), face)))

    def around(self, face: Face) -> Face:
        """The vertices of all simplices that contain the face."""
        return tuple(sorted({v for simplex in self.simplices if set(face) <= set(simplex) for v in simplex}))

    @cached_property
    def neighbours(self) -> dict[int, Face]:
        every = range(self.heights.shape[1])
        return {v: tuple(w for w in self.around((v,)) if w != v) for v in every}

    @cached_property
    def levels(self) -> tuple[Any, ...]:
        """The heights at which sublevel sets change, and one below all points where F falls for ever."""
        return tuple(sorted({self.height(v) for v in range(self.heights.shape[1])}))

    @property
    def has_least_value(self) -> bool:
        return not self.ends

    def connected_at(self, level: Any) -> bool:
        """Whether the sublevel set is connected (the empty set is)."""
        return len(pieces([v for v in self.neighbours if self.height(v) <= level], self.neighbours)) <= 1

    @cached_property
    def connected(self) -> bool:
        """Whether every sublevel set is connected."""
        return all(self.connected_at(level) for level in self.levels)

    def is_level(self, face: Face) -> bool:
        return len({self.height(v) for v in face}) == 1

    def has_lower(self, face: Face) -> bool:
        """Whether points inside a level face have lower points arbitrarily near."""
        return any(self.height(v) < self.height(face[0]) for v in self.around(face))

    @cached_property
    def rim(self) -> frozenset[Face]:
        """The faces on the boundary of the polytope: those inside a side that belongs to a single simplex."""
        sides = [side for simplex in self.simplices for side in combinations(simplex, len(simplex) - 1)]
        outer = [side or self.simplices[0] for side in sides if sides.count(side) == 1 and not set(side) & set(self.ends)]
        return frozenset(face for side in outer for size in range(1, len(side) + 1) for face in combinations(side, size))

    def has_higher(self, face: Face) -> bool:
        """Whether points inside a level face have higher points arbitrarily near, in R^S."""
        return face in self.rim or any(self.height(v) > self.height(face[0]) for v in self.around(face))

    def barrier(self, start: int, end: int) -> Any:
        """The least height that a path along edges from one vertex to the other must reach; None where there is none."""
        best: dict[int, Any] = {start: self.height(start)}
        border = [start]
        while border:
            here = border.pop(0)
            for there in self.neighbours[here]:
                height = max(best[here], self.height(there))
                if there not in best or height < best[there]:
                    best[there] = height
                    border.append(there)
        return best.get(end)

    @property
    def descends_everywhere(self) -> bool:
        """Whether a strictly decreasing path leads from every point to the lowest level.

        Inside a face that is not level one descends straight to its lowest vertex; from a level one only into a simplex around it
        with a lower vertex; from vertex to lower vertex the descent ends, after finitely many steps, where there is none.
        """
        return self.has_least_value and all(self.is_global(face) for face in self.minima)

    def is_minimum(self, face: Face) -> bool:
        """Whether the points inside the face are local minima."""
        return self.is_level(face) and not self.has_lower(face)

    def is_strict_minimum(self, face: Face) -> bool:
        return len(face) == 1 and all(self.height(v) > self.height(face[0]) for v in self.neighbours[face[0]])

    def is_global(self, face: Face) -> bool:
        """Whether no point lies lower than those of a level face."""
        return self.height(face[0]) == self.levels[0] and self.has_least_value

    @property
    def minima(self) -> Iterator[Face]:
        """The faces inside of which all points are local minima."""
        return (face for face in self.faces if self.is_minimum(face))

    @property
    def strict_minima(self) -> Iterator[Face]:
        return (face for face in self.faces if self.is_strict_minimum(face))

    def cells(self, level: Any) -> list[Face]:
        """The faces whose inside meets the level set: level ones at this height, and those with vertices on both sides."""
        return [face for face in self.faces if self._meets(face, level)]

    def _meets(self, face: Face, level: Any) -> bool:
        heights = [self.height(v) for v in face]
        return all(h == level for h in heights) or min(heights) < level < max(heights)

    def level_components(self, level: Any) -> list[list[Face]]:
        """The components of the level set F = level, each as the list of its cells."""
        cells = self.cells(level)
        beside = {cell: tuple(other for other in cells if set(cell) < set(other) or set(other) < set(cell)) for cell in cells}
        return pieces(cells, beside)

    @property
    def is_euclidean(self) -> bool:
        """Whether it is a function on R (a path, perhaps with rays at its ends) or on R^2 (a triangulated rectangle)."""
        n = self.heights.shape[1]
        known = [grid(rows, n // rows) for rows in range(1, n + 1) if n % rows == 0]
        return self.simplices in known and (not self.ends or (self.simplices == grid(1, n) and set(self.ends) <= {0, n - 1}))

    def cases(self) -> frozenset[str]:
        strict, plain = list(self.strict_minima), list(self.minima)
        named = {
            "connected sublevel sets": self.connected,
            "a disconnected sublevel set": not self.connected,
            "a strict local minimum": bool(strict),
            "a plateau": any(len(face) > 1 and self.is_level(face) for face in self.faces),
            "a plateau of local minima": any(len(face) > 1 for face in plain),
            "two dimensions": any(len(face) > 2 for face in self.faces),
            "a line": self.simplices == grid(1, self.heights.shape[1]),
            "no line and no plane": not self.is_euclidean,
            "no least value": not self.has_least_value,
            "constant": len(self.levels) == 1,
        }
        return frozenset(name for name, true in named.items() if true)


def pieces(members: Iterable[Any], beside: dict[Any, Any]) -> list[list[Any]]:
    """The connected components of the graph on these members."""
    waiting, found = list(members), []
    while waiting:
        reached, border = {waiting[0]}, [waiting[0]]
        while border:
            new = [w for w in beside[border.pop()] if w in waiting and w not in reached]
            reached.update(new)
            border += new
        found.append([member for member in waiting if member in reached])
        waiting = [member for member in waiting if member not in reached]
    return found


def grid(rows: int, columns: int) -> tuple[Face, ...]:
    """A path (one row or one column) or a rectangle whose squares are cut along a diagonal; vertices are counted row by row."""
    if rows == 1 or columns == 1:
        n = rows * columns
        return ((0,),) if n == 1 else tuple((v, v + 1) for v in range(n - 1))
    corners = [i * columns + j for i in range(rows - 1) for j in range(columns - 1)]
    return tuple(face for v in corners for face in ((v, v + 1, v + columns + 1), (v, v + columns, v + columns + 1)))


@dataclass(frozen=True)
class Plateau(Instance):
    """A landscape with a level, connected part of it: the manifold, a chain of vertices that are neighbours, two at least."""

    landscape: Landscape
    chain: Face

    @property
    def level(self) -> Any:
        return self.landscape.height(self.chain[0])

    @property
    def is_global(self) -> bool:
        return self.landscape.is_global((self.chain[0],))

    @property
    def members(self) -> tuple[Face, ...]:
        """The faces of the chain: its vertices and the edges between consecutive ones."""
        edges = (tuple(sorted(pair)) for pair in zip(self.chain, self.chain[1:], strict=False))
        return (*((v,) for v in self.chain), *edges)

    @property
    def whole(self) -> list[Face]:
        """The component of the level set that the chain lies on."""
        components = self.landscape.level_components(self.level)
        return next(component for component in components if (self.chain[0],) in component)

    def cases(self) -> frozenset[str]:
        below = any(self.landscape.has_lower(face) for face in self.members)
        named = {
            "lower points beside the chain": below,
            "no lower point beside the chain": not below,
            "global": self.is_global,
            "not global": not self.is_global,
            "the chain is the whole component": len(self.members) == len(self.whole),
        }
        return self.landscape.cases() | {name for name, true in named.items() if true}


@dataclass(frozen=True)
class Germ(Instance):
    """A polynomial in one variable at the point 0, coefficients 1 x (d + 1), the constant first: a function along one line.

    A strict local minimum of a function of many variables is one along every line through it, and its gradient and Hessian are
    read off along these lines.
    """

    coefficients: Any

    def at(self, t: Any) -> Any:
        value = self.coefficients.scalar(0)
        for c in reversed(self.coefficients.entries()):
            value = value * t + c
        return value

    @cached_property
    def radius(self) -> Any:
        """A positive rational below the modulus of every root other than 0 of F(t) - F(0), by Cauchy's bound."""
        rest = self.coefficients.entries()[1:]
        first = next((c for c in rest if c != 0), None)
        if first is None:
            return self.coefficients.scalar(1)
        return abs(first) / (2 * (abs(first) + max(abs(c) for c in rest)))

    @property
    def is_minimum(self) -> bool:
        return self.at(self.radius) >= self.at(0) <= self.at(-self.radius)

    @property
    def is_strict_minimum(self) -> bool:
        return self.at(self.radius) > self.at(0) < self.at(-self.radius)

    def cases(self) -> frozenset[str]:
        curved = self.coefficients.shape[1] > 2 and self.coefficients[0, 2] != 0
        named = {
            "a strict local minimum": self.is_strict_minimum,
            "a strict local minimum without curvature": self.is_strict_minimum and not curved,
            "a minimum that is not strict": self.is_minimum and not self.is_strict_minimum,
            "no minimum": not self.is_minimum,
        }
        return frozenset(name for name, true in named.items() if true)


@dataclass(frozen=True)
class Oscillation(Instance):
    """The first corners of the polygonal line through (1/k, (-1)^k), k = 1, 2, ..., closed by the segment {0} x [-1, 1].

    corners: 2 x n.  The whole curve is closed and connected, hence a sublevel set of its distance function, at the level 0.
    """

    corners: Any

    @property
    def swings(self) -> int:
        """Consecutive corners between which the curve runs through all heights from -1 to 1."""
        row = self.corners[[1], :].entries()
        return sum(abs(a - b) == 2 for a, b in pairwise(row))
