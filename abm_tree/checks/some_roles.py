"""Words for some roles that leave another role without any.

What it does: looks for `say` and `do` by role that have nothing for a role which can come there: no words of
its own, no `default`, and no `lead_with` in its persona.

Why is this bad: a rep who talks to that role reads nothing, or gets a task without words.

Example:
    [nodes.need.say]
    end-user = "Show me the task that annoys you most."

Use instead:
    [nodes.need.say]
    default  = "What made you take this call?"
    end-user = "Show me the task that annoys you most."
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.checks.overlap import _MOMENT
from abm_tree.source import Diagnostic, Severity, Span
from abm_tree.tree.facts import supported
from abm_tree.tree.parts import Tree, ways
from abm_tree.tree.terms import ROLE, ROLES
from abm_tree.tree.words import Words
from abm_tree.walk.possible import options
from abm_tree.walk.reader import Reader

CODE = "words-for-some-roles"
CODES = {CODE: Severity.WARNING}


def some_roles(looked: Looked) -> Iterator[Diagnostic]:
    """Words by role that forget one who can come there."""
    tree = looked.tree
    met: dict[str, frozenset[str]] = {}
    for place, what, words, span in _texts(looked):
        silent = [role for role in ROLES if role not in words] if words and "default" not in words else []
        if tree.roles == "worded" and what.endswith("`say`"):
            continue  # promised, so its lack is an error: see `role-without-words`
        for role in silent:
            met.setdefault(role, _meets(tree, role))
        silent = [role for role in silent if place in met[role]]
        if silent:
            yield warning(
                tree,
                CODE,
                f"{what} has no words for " + ", ".join(f"`{role}`" for role in silent) + ".",
                span,
                "Add them, or a default.",
            )


def _texts(looked: Looked) -> Iterator[tuple[str, str, Mapping[str, Words], Span | None]]:
    for section, table in (("nodes", looked.tree.nodes), ("outcomes", looked.tree.outcomes)):
        for name, part in table.items():
            yield name, f"`{name}`: `say`", part.say, looked.at_key(section, name, "say")
    for name, outcome in looked.tree.outcomes.items():
        for number, action in enumerate(outcome.actions):
            place = looked.at_key("outcomes", name, "actions", number, "do")
            yield name, f"`{name}`: `do` of an action", action.do, place


def _meets(tree: Tree, role: str) -> frozenset[str]:
    """The nodes and outcomes that a role can come to."""
    reader = Reader(tree, {ROLE: supported(tree.facts.get(ROLE), role)}, _MOMENT, open_unknown=True)
    todo, seen = [tree.start], set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        node = tree.nodes.get(name)
        if node is not None:
            todo += [way.to for way in options(node, reader)] if node.tree is None else ways(node)
    return frozenset(seen)
