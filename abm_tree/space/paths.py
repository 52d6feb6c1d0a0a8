"""Numbers for ways: one integer says which branches a walk took and where it stopped.

Promises: under one revision, different ways have different numbers and the same way always the same one.
Method: T. Ball, J. R. Larus, "Efficient Path Profiling", MICRO 1996, on the tree with its subtrees inlined;
each node has an exit for each fact that it can need, one for a wait and one for an error. Refuses: trees that
inline to more than a million nodes; their ways have no numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from abm_tree.space.spots import END, Spot
from abm_tree.tree.parts import Node, Tree
from abm_tree.tree.reads import node_reads
from abm_tree.walk.choose import ways_of
from abm_tree.walk.record import Record

MAX_SPOTS = 1_000_000


@dataclass
class _Flat:
    """An inlined node: where its ways go, and its exits."""

    ways: list[Spot]
    stuck: Spot | None  # where a caller's `unknown` leads when nobody can settle this node
    needs: tuple[str, ...]
    first: list[int] = field(default_factory=list)  # the increment of each way
    stuck_first: int = 0
    exits_first: int = 0
    total: int = 0


@dataclass(frozen=True)
class _Frame:
    """A tree in the place where it is called."""

    tree: Tree
    calls: Spot
    caller: _Frame | None = None
    node: Node | None = None  # of the caller

    @property
    def prefix(self) -> str:
        """What marks the tree's own facts."""
        return f"{self.tree.id}/" if self.caller is not None else ""


class Paths:
    """The numbers of all ways through a tree."""

    def __init__(self, tree: Tree) -> None:
        self._spots: dict[Spot, _Flat] = {}
        self._frames: dict[Spot, _Frame] = {(): _Frame(tree, ())}
        self.start = self._arrive(self._frames[()], tree.start)
        self.countable = self._build()

    @property
    def total(self) -> int:
        """How many ways there are, those that stop before an outcome included."""
        return 1 if self.start == END else self._spots[self.start].total

    def number(self, record: Record) -> int | None:
        """The number of a record's way."""
        if not self.countable:
            return None
        total, here = 0, self.start
        for step in record.trail:
            spot = tuple(step.node.split("/"))
            if spot == here:
                flat = self._spots[here]
                total += flat.first[step.number]
                here = flat.ways[step.number]
            elif step.kind == "unknown" and here != END and self._spots[here].stuck is not None:
                flat = self._spots[here]
                total += flat.stuck_first
                here = flat.stuck or END
        if here == END:
            return total
        flat = self._spots[here]
        exit = len(flat.needs) + 1
        if record.status == "needs" and record.needs is not None and record.needs.fact in flat.needs:
            exit = flat.needs.index(record.needs.fact)
        elif record.status == "waits":
            exit = len(flat.needs)
        return total + flat.exits_first + exit

    def _arrive(self, frame: _Frame, name: str) -> Spot:
        """The inlined node that a name in a frame leads to; END where the walk ends."""
        while True:
            tree = frame.tree
            if name in tree.outcomes or "/" in name:
                if frame.caller is None or frame.node is None:
                    return END
                # Without branches the subtree's end is the caller's end, which may itself end its caller.
                name = _after(frame.node, name) if frame.node.branches else f"{frame.node.id}/{name}"
                frame = frame.caller
                continue
            node = tree.nodes.get(name)
            if node is None:
                return END
            subtree = tree.subtrees.get(name) if node.tree is not None else None
            if subtree is None:
                spot = (*frame.calls, name)
                self._frames.setdefault(frame.calls, frame)
                return spot
            calls = (*frame.calls, name)
            frame = self._frames.setdefault(calls, _Frame(subtree, calls, frame, node))
            name = subtree.start

    def _build(self) -> bool:
        """Count ways from the ends to the start."""
        todo: list[tuple[Spot, bool]] = [(self.start, False)]
        while todo:
            spot, done = todo.pop()
            if spot == END or (spot in self._spots and not done):
                continue
            if done:
                self._count(self._spots[spot])
                continue
            if len(self._spots) >= MAX_SPOTS:
                return False
            flat = self._flat(spot)
            self._spots[spot] = flat
            todo.append((spot, True))
            todo += [(target, False) for target in (*flat.ways, flat.stuck or END)]
        return True

    def _flat(self, spot: Spot) -> _Flat:
        frame = self._frames[spot[:-1]]
        node = frame.tree.nodes[spot[-1]]
        targets = [self._arrive(frame, way.to) for way in ways_of(node)]
        stuck: Spot | None = None
        above = frame
        while above.caller is not None and above.node is not None and stuck is None:
            if above.node.unknown:
                stuck = self._arrive(above.caller, above.node.unknown)
            above = above.caller
        return _Flat(targets, stuck, tuple(sorted(node_reads(frame.tree, node, frame.prefix))))

    def _count(self, flat: _Flat) -> None:
        total = 0
        for target in flat.ways:
            flat.first.append(total)
            total += 1 if target == END else self._spots[target].total
        if flat.stuck is not None:
            flat.stuck_first = total
            total += 1 if flat.stuck == END else self._spots[flat.stuck].total
        flat.exits_first = total
        flat.total = total + len(flat.needs) + 2


def _after(node: Node, end: str) -> str:
    """Where a caller goes after an end of the tree it called."""
    for branch in node.branches:
        if end in branch.values:
            return branch.to
    return node.otherwise or ""


def spelled(record: Record) -> str:
    """A record's way in words: its nodes, and where it ended."""
    nodes = [step.node for step in record.trail]
    return " > ".join([*nodes, record.outcome or record.at])
