"""Nodes that say nothing about a fact that nobody knows.

What it does: finds nodes without `unknown` that cannot go on when nobody knows a fact that they need, unless
every way there went on because it was known.

Why is this bad: a rep who answers "I don't know" cannot go on, and a list's row stops with `needs`.

Example:
    [nodes.budget]
    decide   = "budget"
    branches = [{ is = "approved", to = "pursue" }, { is = "none", to = "nurture" }]

Use instead:
    [nodes.budget]
    decide   = "budget"
    unknown  = "find-out-first"
    branches = [{ is = "approved", to = "pursue" }, { is = "none", to = "nurture" }]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.checks.overlap import _MOMENT
from abm_tree.checks.settled import sure
from abm_tree.feel import And, Expr, If, Known, Name, Or
from abm_tree.feel.syntax import children
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.facts import Unknown
from abm_tree.tree.parts import Condition, Derived, Fact, Node, OpenList, Parameter, Score, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.choose import Lack, decide
from abm_tree.walk.reader import Reader

CODE = "unknown-not-handled"
CODES = {CODE: Severity.WARNING}

Names = frozenset[str] | set[str]


def stuck(looked: Looked) -> Iterator[Diagnostic]:
    """Nodes where a walk stops because nobody knows a fact."""
    tree = looked.tree
    nobody_knows = {key: Unknown() for key in tree.facts}
    for name, node in tree.nodes.items():
        known = looked.settled.known.get(name)
        if known is None or node.unknown is not None or node.tree is not None:
            continue
        fact = _open_in(tree, node, known)
        if fact is None:
            continue
        scored = node.decide is not None and isinstance(tree.names.get(node.decide.is_name or ""), Score)
        # A score may be decided whatever is not known.
        if scored and not isinstance(decide(node, Reader(tree, nobody_knows, _MOMENT)), Lack):
            continue
        yield warning(
            tree,
            CODE,
            f"Node `{name}` does not say where to go if nobody knows `{fact}`; a walk stops there.",
            node.span,
            'Add unknown = "..." with the node or outcome to go on with.',
        )


def _open_in(tree: Tree, node: Node, known: Names) -> str | None:
    """A fact that may leave a node's decision open, if nobody knows it."""
    if node.decide is not None:
        found = None if node.decide.text in known else _open(tree, node.decide.expr, known)
        return found or _open_names(tree, (name for branch in node.branches for name in branch.names), known)
    so_far = set(known)
    for branch in node.branches:
        expr = branch.condition.expr if branch.condition is not None else None
        found = _open(tree, expr, so_far)
        if found is not None:
            return found
        # The next one is looked at only where this one is false.
        so_far |= sure(expr, False) if expr is not None else set()
    return None


def _open(tree: Tree, expr: Expr | None, known: Names) -> str | None:
    """A fact that may leave an expression undetermined, given names that are known."""
    match expr:
        case None | Known():
            return None
        case Name(name):
            return _open_names(tree, (name,), known)
        case And(left, right) | Or(left, right):
            return _open(tree, left, known) or _open(tree, right, known | sure(left, isinstance(expr, And)))
        case If(condition, then, otherwise):
            return (
                _open(tree, condition, known)
                or _open(tree, then, known | sure(condition, True))
                or _open(tree, otherwise, known | sure(condition, False))
            )
        case _:
            return next((found for part in children(expr) if (found := _open(tree, part, known))), None)


def _open_names(tree: Tree, names: Iterable[str], known: Names) -> str | None:
    for name in names:
        if name in known:
            continue
        conditions: list[Condition | None] = []
        match tree.names.get(name):
            case Fact():
                return name
            case Parameter() as parameter if parameter.by is not None and parameter.by not in known:
                return parameter.by
            case Derived() as derived:
                conditions = [derived.condition]
            case OpenList() as points:
                conditions = [item.condition for item in points.items]
            case Score():
                # An interval until all of its facts are known.
                found = next((fact for fact in sorted(fact_keys(tree, [name])) if fact not in known), None)
                if found is not None:
                    return found
        for condition in conditions:
            found = _open(tree, condition.expr, known) if condition is not None else None
            if found is not None:
                return found
    return None
