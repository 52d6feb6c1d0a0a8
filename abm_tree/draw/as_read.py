"""Tests of branches, and what nodes decide, as people read them: `< 20`, `Yes, approved`, `at least 60`.

Promises: labels instead of ids, values instead of parameters' names, titles instead of facts' names. Refuses:
to be read back; a branch is known by its canonical test.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from abm_tree.feel import Value, literal, show
from abm_tree.feel.syntax import (
    Comparison,
    Expr,
    In,
    Literal,
    Name,
    RangeLiteral,
    Tests,
    UnaryTest,
    children,
    with_children,
)
from abm_tree.source import Span
from abm_tree.tree.parts import Branch, Derived, Fact, Node, OpenList, Parameter, Score, Setting, Tree
from abm_tree.walk.choose import Way
from abm_tree.walk.tell import value_text

OTHERWISE = "otherwise"
UNKNOWN = "if nobody knows"
THEN = "then"
SIGNS = {">=": "≥", "<=": "≤", "!=": "≠"}
_HERE = Span(0, 0)


def test_words(tree: Tree, node: Node, way: Way) -> str:
    """What takes a way, in few words."""
    if way.kind == "otherwise":
        return OTHERWISE
    if way.kind == "unknown":
        return UNKNOWN
    if way.kind == "each":
        return THEN
    branch = node.branches[way.number]
    fact = decided_fact(tree, node)
    match branch.kind:
        case "is":
            return " or ".join(_value(fact, value) for value in branch.values)
        case "outcome":
            return " or ".join(_end(tree, node, str(value)) for value in branch.values)
        case "at_least":
            return f"at least {_step(tree, branch, fact)}"
        case "below":
            steps = [above for above, one in pairwise(node.branches) if one is branch]
            return f"below {_step(tree, steps[0], fact)}" if steps else "below"
        case "when" if isinstance(branch.syntax, Tests):
            return _tests(tree, branch.syntax, fact)
        case "if" if branch.condition is not None:
            return _bare(as_read(branch.condition.expr, tree))
        case _:
            return branch.test


def decides(tree: Tree, node: Node) -> str:
    """What a node decides about; nothing where its title says it, or where whole conditions stand."""
    if node.tree is not None:
        below = tree.subtrees.get(node.id)
        return f"tree {below.title if below is not None else node.tree}"
    if node.each is not None:
        below = tree.each.get(node.id)
        return f"tree {below.title if below is not None else node.each}, for every person"
    if node.decide is None:
        return ""
    name = node.decide.is_name
    found = tree.names.get(name) if name is not None else None
    if isinstance(found, Fact | Derived | Score):
        return "" if found.title.casefold() == node.title.casefold() else found.title
    return _bare(as_read(node.decide.expr, tree))


def decided_fact(tree: Tree, node: Node) -> Fact | None:
    """The fact that a node decides about, where it is one and nothing else."""
    name = node.decide.is_name if node.decide is not None else None
    found = tree.names.get(name) if name is not None else None
    return found if isinstance(found, Fact) else None


def as_read(expr: Expr, tree: Tree) -> Expr:
    """An expression with titles for names, and labels for choices beside them."""
    match expr:
        case Name(name):
            return Name(_title(tree, name), _HERE)
        case Comparison(sign, left, right):
            one, other = _labelled(left, right, tree), _labelled(right, left, tree)
            return Comparison(SIGNS.get(sign, sign), one, other, _HERE)
        case UnaryTest(sign, of):
            return UnaryTest(SIGNS.get(sign, sign), as_read(of, tree), _HERE)
        case In(Name() as of, tests):
            return In(as_read(of, tree), tuple(_labelled(test, of, tree) for test in tests), _HERE)
        case _:
            parts = children(expr)
            return with_children(expr, tuple(as_read(part, tree) for part in parts)) if parts else expr


def _labelled(expr: Expr, beside: Expr, tree: Tree) -> Expr:
    """One side of a comparison: a value is shown as the fact on the other side shows it."""
    fact = tree.names.get(beside.name) if isinstance(beside, Name) else None
    if not isinstance(fact, Fact):
        return as_read(expr, tree)
    match expr:
        case Literal(value) if value is not None and not isinstance(value, tuple):
            return Name(value_text(fact, value), _HERE)
        case Name(name):
            return Name(_constant(tree, name, fact) or _title(tree, name), _HERE)
        case _:
            return as_read(expr, tree)


def _bare(expr: Expr) -> str:
    return show(expr)


def _tests(tree: Tree, tests: Tests, fact: Fact | None) -> str:
    text = " or ".join(_one(tree, item, fact) for item in tests.items) or "any value"
    return f"not {text}" if tests.negated else text


def _one(tree: Tree, item: Expr, fact: Fact | None) -> str:
    match item:
        case UnaryTest(sign, of):
            return f"{SIGNS.get(sign, sign)} {_end_of(tree, of, fact)}"
        case RangeLiteral(low, high, low_closed, high_closed):
            start, stop = _end_of(tree, low, fact), _end_of(tree, high, fact)
            if not low_closed:
                return f"over {start}, {'to' if high_closed else 'under'} {stop}"
            return f"{start} to {'' if high_closed else 'under '}{stop}"
        case _:
            return _end_of(tree, item, fact)


def _end_of(tree: Tree, expr: Expr, fact: Fact | None) -> str:
    match expr:
        case Literal(value) if not isinstance(value, tuple):
            return _value(fact, value)
        case Name(name):
            return _constant(tree, name, fact) or _title(tree, name)
        case _:
            return _bare(as_read(expr, tree))


def _step(tree: Tree, branch: Branch, fact: Fact | None) -> str:
    condition = branch.condition
    if condition is None:
        return ""
    return _end_of(tree, condition.expr, fact) if condition.expr is not None else condition.text


def _value(fact: Fact | None, value: Value) -> str:
    return value_text(fact, value) if value is not None or fact is not None else literal(value)


def _constant(tree: Tree, name: str, fact: Fact | None) -> str:
    """The value of a parameter or a setting that is the same for every account."""
    found = tree.names.get(name)
    if isinstance(found, Setting) or (isinstance(found, Parameter) and found.by is None):
        value = found.value
        return value_text(fact if isinstance(value, Decimal | str) else None, value)
    return ""


def _title(tree: Tree, name: str) -> str:
    found = tree.names.get(name)
    if isinstance(found, Fact | Derived | Score | OpenList):
        return found.title
    return _constant(tree, name, None) or name


def _end(tree: Tree, node: Node, path: str) -> str:
    """An outcome of the tree that a node calls, by its title."""
    *calls, name = (node.id, *path.split("/"))
    for call in calls:
        below = tree.subtrees.get(call)
        if below is None:
            return path
        tree = below
    outcome = tree.outcomes.get(name)
    return outcome.title if outcome is not None else path
