"""Outcomes after which nothing is to be done, and actions that nobody does.

What it does: looks for outcomes without an action, without a day to look again and without a fact that they
set, in a tree whose other outcomes have actions.

Why is this bad: the call ends and nobody knows what follows.

Example:
    [outcomes.pursue]
    title   = "Pursue"
    actions = [{ do = "Book the first call", owner = "rep" }]

    [outcomes.leave]
    title = "Leave alone"

Use instead:
    [outcomes.pursue]
    title   = "Pursue"
    actions = [{ do = "Book the first call", owner = "rep" }]

    [outcomes.leave]
    title   = "Leave alone"
    revisit = "P180D"

`action-without-owner`: Actions that nobody is named for.

What it does: looks for actions, and what is done if they fail, without `owner`.

Why is this bad: what nobody owns, nobody does; lists of tasks are handed out by owner.

Example:
    [outcomes.pursue]
    title   = "Pursue"
    actions = [{ do = "Book the first call", within = "2 workdays" }]

Use instead:
    [outcomes.pursue]
    title   = "Pursue"
    actions = [{ do = "Book the first call", owner = "rep", within = "2 workdays" }]
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import Action
from abm_tree.tree.scan import Path

CODE = "outcome-without-action"
CODES = {CODE: Severity.WARNING, "action-without-owner": Severity.WARNING}


def outcomes(looked: Looked) -> Iterator[Diagnostic]:
    """Outcomes without actions, and actions without owners."""
    tree = looked.tree
    joined = [action.outcomes for action in tree.actions]
    acting = {name for name, outcome in tree.outcomes.items() if outcome.actions}
    for found in joined:
        acting |= set(tree.outcomes if found is None else found)
    for name, outcome in tree.outcomes.items():
        does = name in acting or outcome.revisit or outcome.sets or outcome.computes
        if acting and not does and not looked.is_called:
            yield warning(
                tree,
                CODE,
                f"Outcome `{name}` has no action, though others have: nobody knows what follows.",
                outcome.span,
                'Add actions = [...], or revisit = "P90D" for the day to look again.',
            )
    yield from _ownerless(looked)


def _ownerless(looked: Looked) -> Iterator[Diagnostic]:
    for name, outcome in looked.tree.outcomes.items():
        for number, action in enumerate(outcome.actions):
            yield from _owners(looked, ("outcomes", name, "actions", number), action, f"of outcome `{name}`")
    for number, action in enumerate(looked.tree.actions):
        yield from _owners(looked, ("actions", number), action, "of the tree")


def _owners(looked: Looked, path: Path, action: Action, where: str) -> Iterator[Diagnostic]:
    nobody = [(path, "An action")] if not action.owner else []
    if action.fallback is not None and not action.fallback.owner:
        nobody.append(((*path, "fallback"), "The fallback of an action"))
    for place, what in nobody:
        yield warning(
            looked.tree,
            "action-without-owner",
            f"{what} {where} names nobody who does it.",
            looked.at_value(*place),
            'Add owner = "rep", or whoever it is.',
        )
