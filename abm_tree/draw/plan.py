"""What every drawing of a tree rests on: the way walked, what is excluded, how many took each branch, which
branch each node is drawn under.

Promises: every node that some way comes to has one branch that it is drawn under: the way walked before all
others, then the nearest one that is still open, then the nearest. Refuses: to know what is folded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from abm_tree.space.flows import Flow
from abm_tree.tree.parts import Tree
from abm_tree.walk.choose import Way, ways_of
from abm_tree.walk.possible import open_ways
from abm_tree.walk.record import Record

Edge = tuple[str, int]  # a node's path, and the number of one of its ways

ROOT = -1  # in place of a way's number: what a tree begins with
INSIDE = -2  # the tree that a node calls
MANY = 120  # branches: a tree of more is folded where it is far from the way


@dataclass(frozen=True, slots=True)
class Place:
    """A tree in one place of a drawing: the tree itself, or one that a node calls."""

    tree: Tree
    path: str  # of the node that calls it, with a slash; "" for the tree itself
    ways: Mapping[str, tuple[Way, ...]]  # by a node's id
    claims: Mapping[str, Edge]  # by a node's id: the branch that it is drawn under
    sizes: Mapping[str, tuple[int, int]]  # by a node's id: nodes and branches that are drawn under it


class Plan:
    """What stays the same while parts of a drawing are folded and unfolded."""

    def __init__(self, tree: Tree, record: Record | None = None, flow: Flow | None = None) -> None:
        self.tree = tree
        self.record = record
        self.flow = flow
        self.way: dict[Edge, str] = {}  # the branches walked, and where they led
        self.here = ""
        self.open: Mapping[str, frozenset[int]] | None = None  # None: no facts, so nothing is excluded
        self.possible: frozenset[str] | None = None
        if record is not None:
            self.way = {(step.node, step.number): step.to for step in record.trail}
            self.here = record.at or record.outcome
            self.open = open_ways(tree, record.facts, record.as_of)
            self.possible = frozenset(record.possible)
        self.passed = {node for node, _ in self.way}
        # The trees that the way has led through: `security/` of `security/size`.
        self.entered = {
            path[: at + 1]
            for path in (*self.passed, self.here)
            for at, sign in enumerate(path)
            if sign == "/"
        }
        self._places: dict[str, Place] = {}
        self._totals: dict[int, int] = {}
        self.top = self.place(tree, "")

    @property
    def large(self) -> bool:
        """Whether what is far from the way is folded."""
        return self.top.sizes.get(self.tree.start, (0, 0))[1] > MANY

    def excluded(self, edge: Edge) -> bool:
        """Whether facts exclude a branch, or nothing leads to its node any more."""
        if self.open is None or edge[1] < 0 or edge in self.way:
            return False
        return edge[1] not in self.open.get(edge[0], ())

    def reached(self, path: str) -> bool:
        """Whether a node or an outcome can still be come to, or was."""
        if self.open is None or self.possible is None:
            return True
        return path in self.open or path in self.possible or path in self.passed or path == self.here

    def counted(self, edge: Edge, to: str) -> int:
        """How many walks took a branch, which leads to a node or an outcome by its path."""
        if self.flow is None:
            return 0
        return self.flow.edges.get(edge, 0) if edge[1] >= 0 else self.flow.came.get(to, 0)

    def above(self, path: str) -> list[str]:
        """What is to be unfolded so that a node's branches are seen: its path and those it is drawn under."""
        out: list[str] = []
        while path:
            out.append(path)
            if path.endswith("/"):
                path = path[:-1]
                continue
            prefix, name = parted(path)
            place = self._places.get(prefix)
            edge = place.claims.get(name) if place is not None else None
            if edge is None:
                break
            path = edge[0]
        return out

    def total(self, tree: Tree) -> int:
        """How many nodes a tree has, with the trees that it calls."""
        found = self._totals.get(id(tree))
        if found is None:
            found = len(tree.nodes) + sum(self.total(below) for below in tree.subtrees.values())
            self._totals[id(tree)] = found
        return found

    def place(self, tree: Tree, path: str) -> Place:
        """A tree in one place, planned when it is first drawn there."""
        found = self._places.get(path)
        if found is None:
            found = self._places[path] = self._planned(tree, path)
        return found

    def find(self, path: str) -> Place:
        """The place that a path with a slash at its end leads to."""
        tree = self.tree
        for name in path.split("/")[:-1]:
            tree = tree.subtrees[name]
        return self.place(tree, path)

    def _planned(self, tree: Tree, path: str) -> Place:
        ways = {name: ways_of(node) for name, node in tree.nodes.items()}
        claims: dict[str, Edge] = {tree.start: (path, ROOT)}
        for edge, to in self.way.items():
            prefix, _ = parted(edge[0])
            target = to.removeprefix(path)
            if prefix == path and target in tree.nodes:
                claims.setdefault(target, edge)
        order = [name for name in claims if name in tree.nodes]
        if self.open is not None:
            here = self.here.removeprefix(path).partition("/")[0] if self.here.startswith(path) else ""
            # What lies ahead is drawn under where the walk stands, not under what was left behind.
            for start in ([here] if here in order else [], list(order)):
                _spread(ways, path, start, claims, order, self.open)
        _spread(ways, path, list(order), claims, order, None)
        return Place(tree, path, ways, claims, self._sizes(tree, path, ways, claims, order))

    def _sizes(
        self,
        tree: Tree,
        path: str,
        ways: Mapping[str, tuple[Way, ...]],
        claims: Mapping[str, Edge],
        order: list[str],
    ) -> dict[str, tuple[int, int]]:
        out: dict[str, tuple[int, int]] = {}
        for name in reversed(order):
            nodes, branches = out.get(name, (0, 0))
            branches += len(ways[name])
            if name in tree.subtrees:
                nodes, branches = nodes + self.total(tree.subtrees[name]), branches + 1
            out[name] = nodes, branches
            of, number = claims[name]
            if number != ROOT:
                above = of[len(path) :]
                before = out.get(above, (0, 0))
                out[above] = before[0] + nodes + 1, before[1] + branches
        return out


def _spread(
    ways: Mapping[str, tuple[Way, ...]],
    path: str,
    start: list[str],
    claims: dict[str, Edge],
    order: list[str],
    open: Mapping[str, frozenset[int]] | None,
) -> None:
    """Give each node that has none a branch to be drawn under: the nearest, level by level."""
    todo = start
    while todo:
        following: list[str] = []
        for name in todo:
            allowed = open.get(path + name, frozenset()) if open is not None else None
            for way in ways[name]:
                to = way.to
                if to not in claims and to in ways and (allowed is None or way.number in allowed):
                    claims[to] = (path + name, way.number)
                    order.append(to)
                    following.append(to)
        todo = following


def parted(path: str) -> tuple[str, str]:
    """The place that a node's path lies in, and its id there."""
    head, slash, name = path.rpartition("/")
    return head + slash, name
