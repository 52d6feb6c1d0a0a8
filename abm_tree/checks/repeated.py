"""Numbers that stand in several nodes.

What it does: looks for the same number that the same fact is compared with in two nodes or more.

Why is this bad: whoever changes it in one place forgets the other, and the two places begin to disagree.

Example:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = ">= 1000", to = "fit" }, { when = "< 1000", to = "leave" }]

    [nodes.terms]
    branches  = [{ if = "account.employees >= 1000", to = "master-agreement" }]
    otherwise = "standard-terms"

Use instead:
    [parameters]
    large = { value = 1000, unit = "people", kind = "judgement", source = "where a committee is the rule" }

    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = ">= large", to = "fit" }, { when = "< large", to = "leave" }]

    [nodes.terms]
    branches  = [{ if = "account.employees >= large", to = "master-agreement" }]
    otherwise = "standard-terms"
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from abm_tree.checks.findings import note
from abm_tree.checks.looked import Looked
from abm_tree.feel import Between, Comparison, Expr, Literal, Name, RangeLiteral, Tests, UnaryTest, literal
from abm_tree.feel.syntax import children
from abm_tree.source import Diagnostic, Related, Severity
from abm_tree.tree.parts import Branch, Fact, Node

CODE = "number-repeated"
CODES = {CODE: Severity.NOTE}

# Borders that mean themselves: nothing, one, and the whole; and any step of a scale as short as 1 to 10.
PLAIN = frozenset((Decimal(0), Decimal(1), Decimal(100)))
SCALE = 10

Found = tuple[str, Decimal]


def repeated(looked: Looked) -> Iterator[Diagnostic]:
    """Numbers that one fact is compared with in several nodes."""
    tree = looked.tree
    places: dict[Found, list[tuple[Node, Branch]]] = {}
    for node in tree.nodes.values():
        told: set[Found] = set()
        for branch in node.branches:
            for found in _numbers(node, branch):
                fact = tree.names.get(found[0])
                if isinstance(fact, Fact) and _tuned(fact, found[1]) and found not in told:
                    told.add(found)
                    places.setdefault(found, []).append((node, branch))
    for (fact_name, number), where in places.items():
        if len(where) < 2:
            continue
        nodes = ", ".join(f"`{node.id}`" for node, _ in where[:6]) + (", ..." if len(where) > 6 else "")
        yield note(
            tree,
            CODE,
            f"`{fact_name}` is compared with {literal(number)} in {len(where)} nodes: {nodes}.",
            where[0][1].test_span,
            "Make it a parameter: one place to change, with a source.",
            tuple(Related("also here", tree.source, branch.test_span) for _, branch in where[1:3]),
        )


def _tuned(fact: Fact, number: Decimal) -> bool:
    """Whether a number is one that somebody may want to change."""
    low, high = fact.minimum, fact.maximum
    scale = isinstance(low, Decimal) and isinstance(high, Decimal) and high - low <= SCALE
    return fact.is_number and number not in PLAIN and not scale


def _numbers(node: Node, branch: Branch) -> Iterator[Found]:
    subject = node.decide.is_name if node.decide is not None else None
    if branch.kind == "at_least" and branch.condition is not None:
        yield from _pair(subject, branch.condition.expr)
    if branch.kind == "when" and isinstance(branch.syntax, Tests):
        for item in branch.syntax.items:
            yield from _test(subject, item)
    if branch.kind == "if" and branch.condition is not None and branch.condition.expr is not None:
        waiting: list[Expr] = [branch.condition.expr]
        while waiting:
            expr = waiting.pop()
            if isinstance(expr, Comparison):
                for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
                    yield from _pair(one.name if isinstance(one, Name) else None, other)
            elif isinstance(expr, Between) and isinstance(expr.of, Name):
                yield from _pair(expr.of.name, expr.low)
                yield from _pair(expr.of.name, expr.high)
            waiting += children(expr)


def _test(subject: str | None, test: Expr) -> Iterator[Found]:
    match test:
        case UnaryTest(_, of):
            yield from _pair(subject, of)
        case RangeLiteral(low, high):
            yield from _pair(subject, low)
            yield from _pair(subject, high)
        case _:
            return


def _pair(subject: str | None, expr: Expr | None) -> Iterator[Found]:
    if subject is not None and isinstance(expr, Literal) and isinstance(expr.value, Decimal):
        yield subject, expr.value
