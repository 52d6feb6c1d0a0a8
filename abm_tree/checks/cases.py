"""Trees of a workspace that no case proves.

What it does: looks for a tree in a workspace's folder `trees` without a file of cases beside it.

Why is this bad: nothing tells when a change moves a decision that was right.

Example:
    id    = "worth-a-call"
    title = "Worth a call"

Use instead:
    [[cases]]
    name    = "a large account"
    facts   = { "account.employees" = 2000 }
    outcome = "call"
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from abm_tree.checks.findings import note
from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Severity

CODE = "tree-without-cases"
CODES = {CODE: Severity.NOTE}


def cases(looked: Looked) -> Iterator[Diagnostic]:
    """A tree without cases, where there should be some."""
    # The cases of a tree that calls it prove it, too.
    if not looked.wants_cases or looked.is_called:
        return
    name = PurePath(looked.tree.source).stem
    yield note(
        looked.tree,
        CODE,
        f"No cases prove tree `{looked.tree.id}`.",
        looked.at_value("id"),
        f"Write `{name}.cases.toml` beside it: facts, and the outcome that they must lead to.",
    )
