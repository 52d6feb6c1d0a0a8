"""Coverage: which branches and outcomes of a tree some walks reach.

Promises: a branch is a way of a node of the tree itself (a branch, `otherwise`, `unknown`); ways inside a
tree that it calls are that tree's own. What nothing can reach, as `proofs` says, is left out of the count and
named. Refuses: to find out what can be reached; that is `space`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from abm_tree.source import Span
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Tree
from abm_tree.walk.choose import ways_of
from abm_tree.walk.record import Record

Target: TypeAlias = tuple[str, int] | str  # a node with the number of its way, or an outcome

WORDS = {"otherwise": "anything else", "unknown": "nobody knows", "each": "on from there"}


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether something can be reached."""

    state: str  # "taken", "dead", "open" (not proven), or "" (looked at for no longer than it takes to see)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """A branch or an outcome that no walk reached."""

    target: Target
    title: str  # of the node, or of the outcome
    test: str  # in words; of an outcome nothing
    to: str
    span: Span | None
    proof: Proof

    @property
    def node(self) -> str:
        """The node; of an outcome nothing."""
        return "" if isinstance(self.target, str) else self.target[0]


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    reached: int
    total: int

    @property
    def percent(self) -> float:
        """The share in per cent; of nothing, all is reached."""
        return 100 * self.reached / self.total if self.total else 100.0

    def __str__(self) -> str:
        return f"{self.reached:,} of {self.total:,}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What some walks reach of a tree."""

    branches: Count
    outcomes: Count
    missed: tuple[Missed, ...]  # in the order of the file, outcomes last
    dead: tuple[Missed, ...]


def reached(records: Iterable[Record]) -> frozenset[Target]:
    """The tree's own ways and the outcomes that walks took."""
    found: set[Target] = set()
    for record in records:
        found |= targets_of(record)
    return frozenset(found)


def targets_of(record: Record) -> set[Target]:
    """The tree's own ways and the outcome that a walk took."""
    found: set[Target] = {(step.node, step.number) for step in record.trail if "/" not in step.node}
    if record.outcome:
        found.add(record.outcome)
    return found


def targets(tree: Tree) -> tuple[Target, ...]:
    """Every own way and every outcome of a tree, in the order of the file, outcomes last."""
    ways = [(node.id, way.number) for node in tree.nodes.values() for way in ways_of(node)]
    return (*ways, *final_outcomes(tree))


Proofs: TypeAlias = Callable[[tuple[Target, ...]], Mapping[Target, Proof]]


def cover(tree: Tree, records: Iterable[Record], proofs: Proofs | None = None) -> Coverage:
    """What walks reach of a tree; `proofs` is asked about what they do not reach, where there is any."""
    taken = reached(records)
    every = targets(tree)
    left = tuple(target for target in every if target not in taken)
    known = proofs(left) if proofs is not None and left else {}
    missed = [_missed(tree, target, known.get(target, Proof("open"))) for target in left]
    live = tuple(one for one in missed if one.proof.state != "dead")
    dead = tuple(one for one in missed if one.proof.state == "dead")

    def count(kind: type) -> Count:
        total = sum(1 for target in every if isinstance(target, kind))
        total -= sum(1 for one in dead if isinstance(one.target, kind))
        return Count(total - sum(1 for one in live if isinstance(one.target, kind)), total)

    return Coverage(count(tuple), count(str), live, dead)


def _missed(tree: Tree, target: Target, proof: Proof) -> Missed:
    if isinstance(target, str):
        below, name = tree, target
        while "/" in name:
            call, _, name = name.partition("/")
            below = below.subtrees[call]
        outcome = below.outcomes[name]
        # An outcome of another file is shown where this tree calls it.
        span = outcome.span if below is tree else tree.nodes[target.partition("/")[0]].span
        return Missed(target, outcome.title, "", "", span, proof)
    node, number = tree.nodes[target[0]], target[1]
    way = ways_of(node)[number]
    span = {
        "branch": lambda: node.branches[number].span,
        "otherwise": lambda: node.otherwise_span,
        "unknown": lambda: node.unknown_span,
        "each": lambda: node.otherwise_span,
    }[way.kind]()
    return Missed(target, node.title, test_words(way.kind, way.test), way.to, span or node.span, proof)


def test_words(kind: str, test: str) -> str:
    """A way's test as people read it."""
    return WORDS.get(kind, test)


def title_of(tree: Tree, name: str) -> str:
    """The title of a node or an outcome of a tree; where it has none, its name."""
    found = tree.outcomes.get(name) or tree.nodes.get(name)
    return found.title if found is not None else name
