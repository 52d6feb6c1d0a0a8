"""Facts of the tree that an outcome sets and that nothing reads.

What it does: looks for facts private to the tree that an outcome sets or computes, and that no decision, no
words and no action reads.

Why is this bad: a tree's own fact ends with the tree; nobody but a column of a batch's results ever sees it.

Example:
    [facts.tier]
    type = "text"

    [outcomes.pursue]
    title = "Pursue"
    set   = { tier = "A" }

Use instead:
    [outcomes.pursue]
    title = "Pursue"
    set   = { "account.tier" = "A" }
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import note
from abm_tree.checks.looked import Looked
from abm_tree.checks.used import used
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import Fact

CODE = "set-never-read"
CODES = {CODE: Severity.NOTE}


def set_unread(looked: Looked) -> Iterator[Diagnostic]:
    """Own facts that outcomes set and nothing reads."""
    tree = looked.tree
    if not any(outcome.sets or outcome.computes for outcome in tree.outcomes.values()):
        return
    read = used(tree, establishing=False)
    told: set[str] = set()
    for outcome in tree.outcomes.values():
        for name in (*outcome.sets, *outcome.computes):
            fact = tree.names.get(name)
            if isinstance(fact, Fact) and fact.own and name not in read and name not in told:
                told.add(name)
                yield note(
                    tree,
                    CODE,
                    f"Nothing reads `{name}`, which outcome `{outcome.id}` sets; it is private to this tree.",
                    outcome.set_spans.get(name, outcome.span),
                    "Set a shared fact such as `account.tier`, if other trees are to read it.",
                )
