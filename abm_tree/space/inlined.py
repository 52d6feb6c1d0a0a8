"""A tree with its subtrees inlined: every node in the place where it is called.

Promises: where each way leads, which outcomes are passed on the way there, and how much it adds to the number
of the path; numbers are those of `paths`. Refuses: trees whose paths have no numbers, or whose ways lead
nowhere, with `Untabled`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from abm_tree.space.paths import Paths, _after, _Frame
from abm_tree.space.spots import END, Passed, Spot
from abm_tree.tree.parts import Node, Outcome, Tree
from abm_tree.tree.reads import outcome_sets
from abm_tree.walk.choose import unknown_way, ways_of


class Untabled(Exception):
    """Why a tree has no table."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a way leads: a node, or (END) an outcome of the whole tree."""

    spot: Spot
    outcome: str = ""
    passed: tuple[Passed, ...] = ()
    through: tuple[tuple[Spot, int], ...] = ()  # ways of calling nodes that are taken with it


@dataclass(frozen=True, slots=True)
class Place:
    """A node in its place: its ways, and the numbers of its exits."""

    spot: Spot
    ways: tuple[tuple[Arrival, int], ...]
    stuck: tuple[Arrival, int] | None
    needs: tuple[str, ...]
    exits: int  # the increment of the first exit


class Inlined:
    """A tree with its subtrees inlined."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.paths = Paths(tree)
        if not self.paths.countable:
            raise Untabled("the tree inlines to more than a million nodes")
        self.start = self._arrive(self.paths._frames[()], tree.start)

    def spots(self) -> Iterator[Spot]:
        """Every node that a way leads to."""
        yield from self.paths._spots

    def place(self, spot: Spot) -> Place:
        """A node in its place."""
        flat = self.paths._spots[spot]
        frame = self.paths._frames[spot[:-1]]
        ways = tuple(
            (self._arrive(frame, way.to), first)
            for way, first in zip(ways_of(self.node(spot)), flat.first, strict=True)
        )
        stuck = None
        above = frame
        while above.caller is not None and above.node is not None and stuck is None:
            if above.node.unknown:
                last = (*above.caller.calls, above.node.id), unknown_way(above.node).number
                stuck = self._arrive(above.caller, above.node.unknown, last), flat.stuck_first
            above = above.caller
        return Place(spot, ways, stuck, flat.needs, flat.exits_first)

    def tree_at(self, calls: Spot) -> Tree:
        """The tree that some calls lead to."""
        return called(self.tree, calls)

    def node(self, spot: Spot) -> Node:
        """The node at a spot."""
        return self.tree_at(spot[:-1]).nodes[spot[-1]]

    def _arrive(self, frame: _Frame, name: str, *through: tuple[Spot, int]) -> Arrival:
        passed: list[Passed] = []
        taken = list(through)
        while True:
            tree = frame.tree
            if name in tree.outcomes or "/" in name:
                outcome = tree.outcomes.get(name)
                if outcome is not None and (outcome.sets or outcome.computes):
                    passed.append(Passed(frame.calls, name))
                if frame.caller is None or frame.node is None:
                    return Arrival(END, name, tuple(passed), tuple(taken))
                if frame.node.branches:
                    taken.append(((*frame.caller.calls, frame.node.id), _number(frame.node, name)))
                name = _after(frame.node, name) if frame.node.branches else f"{frame.node.id}/{name}"
                frame = frame.caller
                continue
            node = tree.nodes.get(name)
            if node is None or (node.tree is not None and name not in tree.subtrees):
                raise Untabled(f"a way of tree `{tree.id}` leads nowhere")
            if node.tree is None:
                return Arrival((*frame.calls, name), "", tuple(passed), tuple(taken))
            calls = (*frame.calls, name)
            subtree = tree.subtrees[name]
            frame = self.paths._frames.setdefault(calls, _Frame(subtree, calls, frame, node))
            name = subtree.start


def _number(node: Node, end: str) -> int:
    """Which way of a calling node an end of the tree it called takes."""
    for number, branch in enumerate(node.branches):
        if end in branch.values:
            return number
    return len(node.branches)


def called(tree: Tree, calls: Spot) -> Tree:
    """The tree that some calls lead to."""
    for name in calls:
        tree = tree.subtrees[name]
    return tree


def prefix_of(tree: Tree, calls: Spot) -> str:
    """What marks a tree's own facts where it is called."""
    return f"{called(tree, calls).id}/" if calls else ""


def established(tree: Tree, passed: Passed) -> tuple[Tree, Outcome, str]:
    """The tree and outcome that were passed, and what marks the tree's own facts."""
    found = called(tree, passed.calls)
    return found, found.outcomes[passed.outcome], prefix_of(tree, passed.calls)


def subtree_sets(tree: Tree, calls: Spot = ()) -> Iterator[tuple[Tree, Outcome, str]]:
    """Every outcome of a called tree that establishes facts."""
    for name, subtree in tree.subtrees.items():
        for outcome in subtree.outcomes.values():
            if outcome.sets or outcome.computes:
                yield subtree, outcome, f"{subtree.id}/"
        yield from subtree_sets(subtree, (*calls, name))


def settable(tree: Tree) -> tuple[str, ...]:
    """The facts that some outcome establishes, by key, in a fixed order."""
    found: set[str] = set()
    for outcome in tree.outcomes.values():
        found |= outcome_sets(tree, outcome)
    for subtree, outcome, prefix in subtree_sets(tree):
        found |= outcome_sets(subtree, outcome, prefix)
    return tuple(sorted(found))
