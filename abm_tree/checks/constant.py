"""Conditions that are always true, or always false.

What it does: looks at the whole conditions of branches, actions, score rules and open points with all values
that facts can have.

Why is this bad: the condition looks like a rule and is none; mostly `or` stands where `and` was meant, or a
limit is misspelt.

Example:
    [nodes.size]
    otherwise = "leave"
    branches  = [{ if = "account.employees > 50 or account.employees < 500", to = "pursue" }]

Use instead:
    [nodes.size]
    otherwise = "leave"
    branches  = [{ if = "account.employees > 50 and account.employees < 500", to = "pursue" }]
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Severity, Span
from abm_tree.tree.parts import Condition, Node, OpenList, Score, Tree
from abm_tree.tree.reads import fact_keys

CODE = "constant-condition"
CODES = {CODE: Severity.WARNING}
TRIES = 300  # combinations of codes for one condition


def constant(looked: Looked) -> Iterator[Diagnostic]:
    """Conditions that do not depend on the facts that they read."""
    tree = looked.tree
    seen: dict[str, bool | None] = {}
    for what, condition, span in _conditions(looked):
        if condition.text not in seen:
            seen[condition.text] = _always(tree, condition)
        found = seen[condition.text]
        if found is not None:
            yield warning(
                tree,
                CODE,
                f"The condition of {what} is always {str(found).lower()}, whatever is known: "
                f"`{condition.text}`.",
                span,
                "Leave the condition out." if found else "Mend it, or delete what depends on it.",
            )


def _conditions(looked: Looked) -> Iterator[tuple[str, Condition, Span | None]]:
    """Every whole condition with what it belongs to and where it stands."""
    tree = looked.tree
    for name, node in tree.nodes.items():
        for branch in node.branches:
            if branch.kind == "if" and branch.condition is not None:
                yield f"a branch of node `{name}`", branch.condition, branch.test_span
    for name, outcome in tree.outcomes.items():
        for number, action in enumerate(outcome.actions):
            if action.condition is not None:
                where = looked.at_value("outcomes", name, "actions", number, "if")
                yield f"an action of outcome `{name}`", action.condition, where
    for number, action in enumerate(tree.actions):
        if action.condition is not None:
            yield "an action of the tree", action.condition, looked.at_value("actions", number, "if")
    for name, found in tree.names.items():
        match found:
            case Score():
                short = name.removeprefix("score.")
                for number, rule in enumerate(found.rules):
                    if rule.condition is not None:
                        where = looked.at_value("scores", short, "points", number, "if")
                        yield f"a rule of score `{short}`", rule.condition, where
            case OpenList():
                short = name.removeprefix("lists.")
                for number, item in enumerate(found.items):
                    if item.condition is not None:
                        where = looked.at_value("lists", short, "items", number, "if")
                        yield f"a point of list `{short}`", item.condition, where


def _always(tree: Tree, condition: Condition) -> bool | None:
    """The only value that a condition comes to where its facts are known; None where there are two, or more
    than can be tried, or where it reads no facts: then a parameter or a setting decides, as it is meant to.
    """
    from abm_tree.feel import Undetermined
    from abm_tree.space.chart import coders_of
    from abm_tree.space.diagram import Builder, Leaf
    from abm_tree.space.reach import DAY
    from abm_tree.space.supposed import Clock, Watched
    from abm_tree.space.uses import FLAGS, Finder
    from abm_tree.space.values import full_mask
    from abm_tree.walk.reader import Reader

    keys = fact_keys(tree, condition.names)
    if not keys or not keys <= tree.facts.keys() or condition.expr is None:
        return None
    clock = Clock(DAY)
    finder = Finder(tree, Watched(tree, clock, ""), "")
    finder.flow(condition.expr, FLAGS)
    coders = coders_of({key: tree.facts[key] for key in keys if key in tree.facts}, finder.uses, {})

    def result(_: Node, reader: Reader) -> object:
        value = condition.run(reader)
        return "open" if isinstance(value, Undetermined) else value is True

    builder = Builder(coders, frozenset(), clock, tries=TRIES, decides=result)
    diagram = builder.build(tree, Node("", ""), "", finder.uses)
    full = {key: full_mask(coder, tree.facts[key]) for key, coder in coders.items()}
    values: set[object] = set()
    todo, done = [diagram], set[int]()
    while todo:
        one = todo.pop()
        if id(one) in done:
            continue
        done.add(id(one))
        if isinstance(one, Leaf):
            values.add(one.choice)
        else:
            todo += [child for code, child in enumerate(one.children) if full[one.key] & 1 << code]
    if clock.read or None in values:
        return None
    known = values - {"open"}
    return known == {True} if len(known) == 1 else None
