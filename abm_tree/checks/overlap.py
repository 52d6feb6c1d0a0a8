"""Branches that take the same value.

What it does: compares the `is` and `when` branches of a node over the values that they name.

Why is this bad: which branch is taken would depend on the order of lines, which nobody reads as a rule.

Example:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = "<= 50", to = "self-serve" }, { when = ">= 50", to = "pursue" }]

Use instead:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = "< 50", to = "self-serve" }, { when = ">= 50", to = "pursue" }]

`overlap-not-proven`: Branches of which nobody can tell beforehand whether they overlap.

What it does: looks for `when` tests that depend on other facts, or compute with the value.

Why is this bad: two of them may take the same value, and the walk that meets it ends in an error.

Example:
    [nodes.spend]
    decide   = "deal.amount"
    branches = [{ when = "< budget", to = "pursue" }, { when = ">= 50000", to = "manager" }]

Use instead:
    [nodes.spend]
    branches  = [
      { if = "deal.amount < budget", to = "pursue" },
      { if = "deal.amount >= 50000", to = "manager" },
    ]
    otherwise = "leave"
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise

from abm_tree.checks.findings import error, warning
from abm_tree.feel import (
    TEXT,
    Choice,
    Date,
    DateTime,
    DaysDuration,
    Time,
    Undetermined,
    Value,
    add,
    compare,
    literal,
)
from abm_tree.source import Diagnostic, Related, Severity
from abm_tree.tree.facts import Facts, supported
from abm_tree.tree.parts import Branch, Fact, Node, Parameter, Setting, Tree
from abm_tree.walk.choose import holds
from abm_tree.walk.reader import Reader

CODE = "overlap"
CODES = {CODE: Severity.ERROR, "overlap-not-proven": Severity.WARNING}

_MOMENT = DateTime(Date(2000, 1, 1), Time(0, 0, 0))


def overlap(tree: Tree) -> Iterator[Diagnostic]:
    """Branches of one node that take the same value."""
    for node in tree.nodes.values():
        branches = [branch for branch in node.branches if branch.kind in ("is", "when", "outcome")]
        if len(branches) < 2:
            continue
        seen: set[tuple[str, str]] = set()
        for facts in _settings(tree, branches):
            reader = Reader(tree, facts, _MOMENT)
            for first, second, value in _pairs(node, branches, reader):
                if (first.test, second.test) in seen:
                    continue
                seen.add((first.test, second.test))
                yield _finding(tree, node, first, second, value)
        if not any(one for one in seen):
            yield from _unproven(tree, node, branches)


def _finding(tree: Tree, node: Node, first: Branch, second: Branch, value: Value) -> Diagnostic:
    return error(
        tree,
        CODE,
        f"Two branches of node `{node.id}` take {literal(value)}: `{first.test}` and `{second.test}`.",
        second.test_span,
        "Let each value have one branch.",
        (Related("the other one", tree.source, first.test_span),),
    )


def _settings(tree: Tree, branches: list[Branch]) -> Iterator[Facts]:
    """Facts under which to compare: for a parameter by choice, each choice in turn."""
    by = {
        found.by: tuple(found.values)
        for branch in branches
        for name in branch.names
        if isinstance(found := tree.names.get(name), Parameter) and found.by is not None
    }
    if not by:
        yield {}
        return
    for fact, choices in by.items():
        for choice in choices:
            found = tree.names.get(fact)
            yield {fact: supported(found if isinstance(found, Fact) else None, choice)}


def _pairs(node: Node, branches: list[Branch], reader: Reader) -> Iterator[tuple[Branch, Branch, Value]]:
    # Named values are looked up, so that a branch for each of thousands of values stays cheap to check.
    named: dict[tuple[type, Value], list[Branch]] = {}
    for branch in branches:
        for value in branch.values:
            named.setdefault((type(value), value), []).append(branch)
    tested = [branch for branch in branches if branch.kind == "when"]
    order = {id(branch): number for number, branch in enumerate(branches)}
    for value in probes(node, branches, reader):
        hits = list(dict.fromkeys(map(id, named.get((type(value), value), ()))))
        hits += [id(branch) for branch in tested if holds(branch, value, reader) is True]
        if len(hits) > 1:
            first, second = sorted(order[hit] for hit in hits)[:2]
            yield branches[first], branches[second], value


def probes(node: Node, branches: list[Branch], reader: Reader) -> list[Value]:
    """Values that tell branches apart: those they name, and one in each stretch between."""
    named: dict[Value, None] = {}
    kind = node.decide.type if node.decide is not None else None
    if isinstance(kind, Choice):
        named.update(dict.fromkeys(kind.ids))
    if kind == TEXT or (isinstance(kind, Choice) and kind.open):
        named["any other"] = None
    whole = _is_whole(node, reader.tree)
    for branch in branches:
        named.update(dict.fromkeys(branch.values))
        for run in branch.cuts or ():
            value = run(reader)
            for one in value if isinstance(value, tuple) else (value,):
                if not isinstance(one, Undetermined):
                    named[one] = None
    ordered = _sorted([value for value in named if value is not None])
    between: list[Value] = []
    if ordered:
        between += [_near(ordered[0], -1), _near(ordered[-1], 1)]
        between += [_middle(one, two, whole=whole) for one, two in pairwise(ordered)]
    if any(isinstance(value, bool) for value in named):
        between += [True, False]
    return [*named, *(value for value in between if value is not None)]


def _sorted(values: list[Value]) -> list[Value]:
    numbers = sorted(v for v in values if isinstance(v, Decimal))
    dates = sorted((v for v in values if isinstance(v, Date)), key=lambda d: (d.year, d.month, d.day))
    if numbers and len(numbers) == len(values):
        return list(numbers)
    return list(dates) if dates and len(dates) == len(values) else []


def _near(value: Value, step: int) -> Value:
    if isinstance(value, Decimal):
        return value + step
    return add(value, DaysDuration(step * 86_400_000_000_000)) if isinstance(value, Date) else None


def _is_whole(node: Node, tree: Tree) -> bool:
    name = node.decide.is_name if node.decide is not None else None
    found = tree.names.get(name) if name is not None else None
    return isinstance(found, Fact) and found.type == "integer"


def _middle(one: Value, two: Value, *, whole: bool) -> Value:
    if isinstance(one, Decimal) and isinstance(two, Decimal):
        middle = (one + two) / 2
        if not whole:
            return middle
        below = middle.to_integral_value(ROUND_FLOOR)
        return below if below > one else None
    later = _near(one, 1)
    return later if later is not None and compare(later, two) == -1 else None


def _unproven(tree: Tree, node: Node, branches: list[Branch]) -> Iterator[Diagnostic]:
    """Tests that read facts or compute with the value: whether they overlap cannot be said beforehand."""
    for branch in branches:
        if branch.kind != "when" or branch.tests is None:
            continue
        facts = [n for n in branch.names if not isinstance(tree.names.get(n), Parameter | Setting)]
        if branch.cuts is not None and (not facts or len({b.test.lstrip("<>= ") for b in branches}) == 1):
            continue
        what = f"`{facts[0]}`" if facts else "a computation"
        yield warning(
            tree,
            "overlap-not-proven",
            f"Whether `{branch.test}` overlaps another branch depends on {what}.",
            branch.test_span,
            "Use whole conditions (`if`, without `decide`): the first one that holds is taken.",
        )
        return
