"""A value of a fact that takes a branch: found by trying values against the branch's own test, never guessed.

Promises: what is returned has been tried; the values that people would name come first. Refuses: to prove
that there is none: it says which facts stood in the way of those that were tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from abm_tree.checks.overlap import probes
from abm_tree.feel import Date, DaysDuration, Undetermined, Value, add
from abm_tree.session.question import options, tree_of
from abm_tree.session.walk import Walk
from abm_tree.tree.facts import Known, Unknown, supported
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Node, Parameter, Tree
from abm_tree.walk.choose import Lack, Way, choose
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Record

FEW = 20  # whole numbers of a range that are all tried
TRIED = 200
DAY = 86_400_000_000_000  # nanoseconds
DAYS = (0, 1, 7, 14, 30, 45, 60, 75, 90, 120, 180, 365, 730)
NUMBERS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 500, 1_000, 10_000, 100_000, 1_000_000, 100_000_000)
OTHER = "another answer"  # of an open choice, or a text


def takes(walk: Walk, key: str, number: int) -> tuple[Value, Record] | list[str]:
    """An answer to the fact asked now that takes a way of the present node, and where it leads.

    Else the keys of the facts that stood in the way of every answer tried.
    """
    tree, name, prefix = tree_of(walk.record.at, walk.tree)
    node, fact = tree.nodes[name], walk.tree.facts[key]
    lacking: dict[str, None] = {}
    for value in tried(walk, fact, tree, node):
        choice = choose(node, _reader(walk, tree, prefix, key, supported(fact, value, "answer")))
        if isinstance(choice, Lack) and choice.fact != key:
            lacking[choice.fact] = None
        if isinstance(choice, Way) and choice.number == number:
            record = walk.preview(key, value)
            if _took(record, walk.record.at, number):
                return value, record
    return list(lacking)


def nobody_knows(walk: Walk, key: str, number: int) -> Record | None:
    """Where it leads that nobody knows the fact asked now, if that takes a way of the present node."""
    record = walk.preview(key, Unknown("answer"))
    return record if _took(record, walk.record.at, number) else None


def _took(record: Record, node: str, number: int) -> bool:
    return any(step.node == node and step.number == number for step in record.trail)


def _reader(walk: Walk, tree: Tree, prefix: str, key: str, state: Known | Unknown) -> Reader:
    return Reader(tree, {**walk.facts, key: state}, walk.as_of, prefix=prefix)


def tried(walk: Walk, fact: Fact, tree: Tree, node: Node) -> Iterator[Value]:
    """Values that the fact can have: those that a node's tests tell apart, then the usual ones; bounded."""
    seen: set[tuple[type, Value]] = set()
    for value in (*(value for value, _ in options(fact)), *_usual(walk, fact, tree, node)):
        mark = (type(value), value)
        if mark in seen or not _can_be(fact, value):
            continue
        seen.add(mark)
        yield value
        if len(seen) >= TRIED:
            return


def _can_be(fact: Fact, value: Value) -> bool:
    if value is None:
        return fact.none is not None
    if fact.type == "integer" and isinstance(value, Decimal) and value != value.to_integral_value():
        return False
    return misfit(fact, value) is None


def _usual(walk: Walk, fact: Fact, tree: Tree, node: Node) -> Iterator[Value]:
    match fact.type:
        case "list":
            yield from ((choice,) for choice in fact.choices)
            yield ()
            yield tuple(fact.choices)
        case "choice" | "text":
            yield from (value for branch in node.branches for value in branch.values)
            yield OTHER
        case "date":
            yield from _named(walk, tree, node, Date)
            for count in DAYS:
                for sign in (1, -1):
                    day = add(walk.as_of.date, DaysDuration(sign * count * DAY))
                    if isinstance(day, Date):
                        yield day
        case _:
            yield from _numbers(walk, fact, tree, node)


def _numbers(walk: Walk, fact: Fact, tree: Tree, node: Node) -> Iterator[Value]:
    low, high = fact.minimum, fact.maximum
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        if fact.type == "integer" and high - low <= FEW:
            yield from (low + step for step in range(int(high - low) + 1))
            return
        yield from (low + (high - low) * share / 10 for share in range(11))
    if fact.type == "percent":
        yield from (Decimal(share) / 20 for share in range(21))
    yield from _named(walk, tree, node, Decimal)
    yield from map(Decimal, NUMBERS)
    for one in tree.names.values():
        if isinstance(one, Parameter):
            for value in (one.value, *one.values.values()):
                if isinstance(value, Decimal):
                    yield from (value, value - 1, value + 1)


def _named(walk: Walk, tree: Tree, node: Node, kind: type) -> Iterator[Value]:
    """The values where a node's tests change their answer, and one on each side of them."""
    branches = [branch for branch in node.branches if branch.kind in ("is", "when")]
    reader = Reader(tree, walk.facts, walk.as_of)
    found = [value for value in probes(node, branches, reader) if isinstance(value, kind)]
    for branch in node.branches:
        if branch.kind == "at_least" and branch.condition is not None:
            step = branch.condition.run(reader)
            if isinstance(step, kind) and not isinstance(step, Undetermined):
                found.append(step)
    yield from found
    for value in found:
        if isinstance(value, Decimal):
            yield from (value + 1, value - 1)
