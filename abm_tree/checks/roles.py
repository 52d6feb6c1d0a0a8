"""Trees that promise a way for each role, and do not keep it.

What it does: for `roles = "branched"`, holds the words and actions that each role can meet against those of
the others.

Why is this bad: two people with different worries would hear the same.

Example:
    roles = "branched"

    [nodes.who]
    decide   = "stakeholder.role"
    branches = [
      { is = ["commercial-decision-maker", "influencer", "end-user"], to = "payback" },
      { is = "technical-qualifier", to = "security" },
    ]

Use instead:
    roles = "branched"

    [nodes.who]
    decide   = "stakeholder.role"
    branches = [
      { is = "commercial-decision-maker", to = "payback" },
      { is = "technical-qualifier", to = "security" },
      { is = "influencer", to = "access" },
      { is = "end-user", to = "task" },
    ]

`role-without-words`: Trees that promise words for each role, and do not keep it.

What it does: for `roles = "worded"`, looks for words for all four wherever there are words at all.

Why is this bad: the rep who talks to that role has nothing to say, though the tree promises it.

Example:
    roles = "worded"

    [nodes.need.say]
    end-user = "Show me the task that annoys you most."

Use instead:
    roles = "worded"

    [nodes.need.say]
    default  = "What made you take this call?"
    end-user = "Show me the task that annoys you most."
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import error
from abm_tree.checks.overlap import _MOMENT
from abm_tree.source import Diagnostic, Severity, Span
from abm_tree.tree.facts import supported
from abm_tree.tree.parts import Action, Node, Tree, ways
from abm_tree.tree.terms import ROLE, ROLES
from abm_tree.tree.words import Words
from abm_tree.walk.possible import options
from abm_tree.walk.reader import Reader
from abm_tree.walk.tell import for_role, joined

CODE = "roles-alike"
CODES = {CODE: Severity.ERROR, "role-without-words": Severity.ERROR}


def roles(tree: Tree) -> Iterator[Diagnostic]:
    """Roles that get the same words and actions, or none."""
    if tree.roles is None or tree.graph.circles:
        return
    if tree.roles == "worded":
        yield from _worded(tree)
        return
    met = {role: meets(tree, role) for role in ROLES}
    span = _place(tree)
    alike: dict[frozenset[tuple[str, ...]], list[str]] = {}
    for role in ROLES:
        alike.setdefault(met[role], []).append(role)
    for group in alike.values():
        if len(group) > 1:
            names = joined([f"`{role}`" for role in group])
            yield error(
                tree,
                CODE,
                f'{names} meet the same words and actions, though the tree says roles = "branched".',
                span,
                "Give each a branch of its own after `stakeholder.role`, or words by role.",
            )


def _place(tree: Tree) -> Span | None:
    for node in tree.nodes.values():
        if node.decide is not None and node.decide.is_name == ROLE:
            return node.span
    start = tree.nodes.get(tree.start)
    return start.span if start is not None else None


def meets(tree: Tree, role: str) -> frozenset[tuple[str, ...]]:
    """The words and actions that a role can meet on some way."""
    reader = Reader(tree, {ROLE: supported(tree.facts.get(ROLE), role)}, _MOMENT, open_unknown=True)
    found: set[tuple[str, ...]] = set()
    todo, seen = [tree.start], set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        node = tree.nodes.get(name)
        if node is None:
            outcome = tree.outcomes.get(name)
            if outcome is not None:
                found |= _said("outcome", name, for_role(outcome.say, role))
                actions = [a for a in tree.actions if a.outcomes is None or name in a.outcomes]
                found |= {_action(action, role) for action in (*outcome.actions, *actions)}
            continue
        found |= _said("ask", name, tree_question(tree, node))
        found |= _said("node", name, for_role(node.say, role))
        subtree = tree.subtrees.get(name)
        if subtree is not None:
            found |= meets(subtree, role)
        todo += [way.to for way in options(node, reader)] if node.tree is None else ways(node)
    return frozenset(found)


def tree_question(tree: Tree, node: Node) -> Words | None:
    """The question that a node over one fact asks."""
    name = node.decide.is_name if node.decide is not None else None
    found = tree.names.get(name) if name is not None else None
    return getattr(found, "ask", None)


def _said(kind: str, name: str, words: Words | None) -> set[tuple[str, ...]]:
    return set() if words is None else {(kind, *(str(piece) for piece in words.pieces))}


def _action(action: Action, role: str) -> tuple[str, ...]:
    words = for_role(action.do, role)
    return ("do", action.owner, *(str(piece) for piece in (words.pieces if words is not None else ())))


def _worded(tree: Tree) -> Iterator[Diagnostic]:
    told = False
    for table in (tree.nodes, tree.outcomes):
        for name, part in table.items():
            if not part.say:
                continue
            told = True
            silent = [role for role in ROLES if role not in part.say and "default" not in part.say]
            if silent:
                yield error(
                    tree,
                    "role-without-words",
                    f"`{name}` has no words for " + ", ".join(f"`{role}`" for role in silent) + ".",
                    part.span,
                    "Add them under `say`, or a default.",
                )
    if not told:
        yield error(
            tree, "role-without-words", "The tree has no words for any role.", None, "Add `say` to its nodes."
        )
