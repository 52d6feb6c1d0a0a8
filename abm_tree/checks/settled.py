"""What was read, and what is known for certain, wherever a walk comes to a place.

Promises: a fact is `known` at a place only if every way there went on because it was known; it is `read`
if every way there looked at it, known or not. Refuses: values; which way they take is `space`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from abm_tree.feel import And, Between, Call, Expr, If, In, Known, Name, Or
from abm_tree.feel.syntax import children
from abm_tree.tree.parts import Node, Tree
from abm_tree.tree.reads import all_reads, node_reads, outcome_sets


@dataclass(frozen=True, slots=True)
class Settled:
    """For each node and outcome, the names that every way there has read and found known."""

    read: Mapping[str, frozenset[str]]
    known: Mapping[str, frozenset[str]]


class _Bits:
    """Sets of names as whole numbers: a tree with thousands of questions stays cheap to follow."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, names: Iterable[str]) -> int:
        """The set of these names."""
        bits = 0
        for name in names:
            bits |= 1 << self._numbers.setdefault(name, len(self._numbers))
        return bits

    def names(self, bits: int) -> frozenset[str]:
        """The names in a set."""
        ordered = list(self._numbers)
        found = []
        while bits:
            low = bits & -bits
            found.append(ordered[low.bit_length() - 1])
            bits ^= low
        return frozenset(found)


def settled(tree: Tree) -> Settled:
    """What is read and known at each place of a tree without circles."""
    bits = _Bits()
    read: dict[str, int] = {tree.start: 0}
    known: dict[str, int] = {tree.start: 0}
    for name in tree.graph.order:
        node = tree.nodes.get(name)
        if node is None or name not in read:
            continue
        looked = read[name] | bits.of(_reads(tree, node))
        for target, found in _ways(tree, node):
            certain = known[name] | bits.of(found)
            read[target] = read[target] & looked if target in read else looked
            known[target] = known[target] & certain if target in known else certain
    return Settled(_named(read, bits), _named(known, bits))


def _named(table: Mapping[str, int], bits: _Bits) -> dict[str, frozenset[str]]:
    memo: dict[int, frozenset[str]] = {}
    out = {}
    for place, found in table.items():
        if found not in memo:
            memo[found] = bits.names(found)
        out[place] = memo[found]
    return out


def _reads(tree: Tree, node: Node) -> frozenset[str]:
    found = node_reads(tree, node) | frozenset(node.together)
    subtree = tree.subtrees.get(node.id)
    return found | all_reads(subtree) if subtree is not None else found


def _ways(tree: Tree, node: Node) -> Iterator[tuple[str, frozenset[str]]]:
    """Where a node's ways go, each with the names that are known because it was taken."""
    subtree = tree.subtrees.get(node.id)
    before: set[str] = set()
    for branch in node.branches:
        found: frozenset[str] = frozenset()
        if branch.kind == "outcome" and subtree is not None:
            sets = [outcome_sets(subtree, subtree.outcomes[str(end)], f"{subtree.id}/")
                    for end in branch.values if str(end) in subtree.outcomes]  # fmt: skip
            found = frozenset.intersection(*sets) if len(sets) == len(branch.values) and sets else found
        elif node.decide is not None:
            found = _decided(node)
        elif branch.condition is not None and branch.condition.expr is not None:
            found = frozenset(before | sure(branch.condition.expr, True))
            before |= sure(branch.condition.expr, False)
        yield branch.to, found
    if node.otherwise:
        yield node.otherwise, _decided(node) if node.decide is not None else frozenset(before)
    if node.unknown:
        yield node.unknown, frozenset()
    if subtree is not None and not node.branches:
        for end in tree.graph.ways.get(node.id, ()):
            yield end, frozenset()


def _decided(node: Node) -> frozenset[str]:
    """The names that are known once a node has a value to decide over."""
    assert node.decide is not None
    found = {node.decide.text}
    if node.decide.expr is not None:
        found |= sure(node.decide.expr, True)
    return frozenset(found)


def sure(expr: Expr, holds: bool) -> set[str]:
    """The names that are known for certain where an expression has come to true, or to false."""
    match expr:
        case Name(name):
            return {name}
        case Known(of):
            return {of.name} if holds and isinstance(of, Name) else set()
        case And(left, right) | Or(left, right):
            both = isinstance(expr, And) == holds
            one, two = sure(left, holds), sure(right, holds)
            return one | two if both else one & two
        case Call("not", (of,)):
            return sure(of, not holds)
        case If():
            return set()
        case In(of, _) | Between(of, _, _):
            return sure(of, True)  # which of the tests is looked at depends on the value
        case _:
            # Everything else needs all its operands; those that do not are told apart above.
            parts = children(expr)
            if any(_lenient(part) for part in parts):
                return set()
            return set().union(*(sure(part, True) for part in parts)) if parts else set()


def _lenient(expr: Expr) -> bool:
    """Whether some part of an expression may come to a value without its operands."""
    waiting = [expr]
    while waiting:
        one = waiting.pop()
        if isinstance(one, If | And | Or | Known):
            return True
        waiting += children(one)
    return False
