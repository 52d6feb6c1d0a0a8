"""How many walks took each branch, from the numbers of their ways.

Promises: every walk is counted at each node and outcome that it came to and on each branch that it took; what
comes to a node is what leaves it and what stops there. Each way is looked at together with all those that end
alike. Refuses: trees whose ways have no numbers, with `Untabled`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from abm_tree.space.inlined import Arrival, Inlined, Place
from abm_tree.space.spots import END, Spot
from abm_tree.tree.parts import Tree
from abm_tree.walk.choose import ways_of

SMALL = 2**62  # numbers below it are counted as machine integers


@dataclass(frozen=True, slots=True)
class Flow:
    """Walks, counted on a tree; nodes and outcomes by their paths, a branch by its node's and its number."""

    total: int
    edges: Mapping[tuple[str, int], int] = field(default_factory=dict)
    came: Mapping[str, int] = field(default_factory=dict)  # to a node or an outcome
    stopped: Mapping[str, int] = field(default_factory=dict)  # at a node: a fact is needed, a wait, an error
    unread: int = 0  # rows of the list that could not be read, so that they took no way

    @property
    def rows(self) -> int:
        """The rows that shares are of."""
        return self.total + self.unread


def flow(tree: Tree, ways: Mapping[int, int], unread: int = 0) -> Flow:
    """Count walks, given by the numbers of their ways and how often each was taken."""
    inlined = Inlined(tree)
    found = _Counted(sum(ways.values()))
    found.arrive(inlined.start, found.total)
    if inlined.start.spot == END:
        return found.flow(tree, unread)
    import numpy as np

    kind = np.int64 if inlined.paths.total < SMALL else object
    numbers = np.fromiter(ways.keys(), dtype=kind, count=len(ways))
    counts = np.fromiter(ways.values(), dtype=np.int64, count=len(ways))
    waiting: dict[Spot, list[tuple[Any, Any]]] = {inlined.start.spot: [(numbers, counts)]}
    for spot, place in _downwards(inlined):
        if spot not in waiting:
            continue
        parts = waiting.pop(spot)
        numbers = np.concatenate([part for part, _ in parts])
        counts = np.concatenate([part for _, part in parts])
        if len(parts) > 1:
            # Ways that go on alike are one from here.
            numbers, same = np.unique(numbers, return_inverse=True)
            counts = np.bincount(same.reshape(-1), weights=counts).astype(np.int64)
        legs = [*place.ways, *([place.stuck] if place.stuck is not None else [])]
        firsts = np.array([*(first for _, first in legs), place.exits], dtype=kind)
        taken = np.searchsorted(firsts, numbers, side="right") - 1
        for at in np.unique(taken).tolist():
            here = taken == at
            count = int(counts[here].sum())
            path = "/".join(spot)
            if at == len(legs):
                found.stopped[path] += count
                continue
            arrival, first = legs[at]
            if at < len(place.ways):
                found.edges[path, at] += count
            found.arrive(arrival, count)
            if arrival.spot != END:
                waiting.setdefault(arrival.spot, []).append((numbers[here] - first, counts[here]))
    return found.flow(tree, unread)


def _downwards(inlined: Inlined) -> list[tuple[Spot, Place]]:
    """Every place, none before one that leads to it."""
    out: list[tuple[Spot, Place]] = []
    seen: set[Spot] = set()
    todo: list[tuple[Spot, Place | None]] = [(inlined.start.spot, None)]
    while todo:
        spot, place = todo.pop()
        if place is not None:
            out.append((spot, place))
            continue
        if spot == END or spot in seen:
            continue
        seen.add(spot)
        place = inlined.place(spot)
        todo.append((spot, place))
        legs = [*place.ways, *([place.stuck] if place.stuck is not None else [])]
        todo += [(arrival.spot, None) for arrival, _ in legs]
    return out[::-1]


@dataclass
class _Counted:
    """What is counted so far."""

    total: int
    edges: Counter[tuple[str, int]] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)

    def arrive(self, arrival: Arrival, count: int) -> None:
        """Count the branches of calling nodes that are taken with a branch."""
        for call, number in arrival.through:
            self.edges["/".join(call), number] += count

    def flow(self, tree: Tree, unread: int) -> Flow:
        """The counts, and what they come to at each place."""
        came: Counter[str] = Counter()
        came[tree.start] = self.total
        for (path, number), count in self.edges.items():
            prefix, name = _parted(path)
            came[prefix + ways_of(_tree(tree, prefix).nodes[name])[number].to] += count
        for path in _calls(tree):
            if came[path]:
                came[f"{path}/{_tree(tree, f'{path}/').start}"] += came[path]
        counted = {path: count for path, count in came.items() if count}
        return Flow(self.total, dict(self.edges), counted, dict(self.stopped), unread)


def _calls(tree: Tree, prefix: str = "") -> list[str]:
    """Every node that calls a tree, the outer ones first."""
    out = [prefix + name for name in tree.subtrees]
    for name, below in tree.subtrees.items():
        out += _calls(below, f"{prefix}{name}/")
    return out


def _tree(tree: Tree, prefix: str) -> Tree:
    for name in prefix.split("/")[:-1]:
        tree = tree.subtrees[name]
    return tree


def _parted(path: str) -> tuple[str, str]:
    head, slash, name = path.rpartition("/")
    return head + slash, name
