"""What a tree defines and never uses.

What it does: looks for parameters, facts, derived facts, scores, lists and list facts of the tree that no
decision, no words and no action reads, not even through others.

Why is this bad: somebody tunes a number that decides nothing, or believes that a fact counts.

Example:
    [parameters]
    large = { value = 1000, unit = "people" }

    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = ">= 1000", to = "pursue" }, { when = "< 1000", to = "leave" }]

Use instead:
    [parameters]
    large = { value = 1000, unit = "people" }

    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = ">= large", to = "pursue" }, { when = "< large", to = "leave" }]
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.checks.used import used
from abm_tree.source import Diagnostic, Severity

CODE = "never-used"
CODES = {CODE: Severity.WARNING}


def unused(looked: Looked) -> Iterator[Diagnostic]:
    """Definitions of the tree that nothing uses."""
    file = looked.file.model
    found = used(looked.tree)
    for section, kind, prefix, names in (
        ("parameters", "Parameter", "", file.parameters),
        ("facts", "Fact", "", file.facts),
        ("derived", "Derived fact", "", file.derived),
        ("scores", "Score", "score.", file.scores),
        ("lists", "List", "lists.", file.lists),
        ("book", "List fact", "book.", file.book),
        ("people", "Group fact", "people.", file.people),
    ):
        for name in names:
            if f"{prefix}{name}" not in found:
                yield warning(
                    looked.tree,
                    CODE,
                    f"{kind} `{prefix}{name}` is never used.",
                    looked.at_key(section, name),
                    "Use it, or delete it.",
                )
