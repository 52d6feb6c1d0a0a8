"""Trees of a workspace whose id another tree has.

What it does: looks for a tree in a workspace's folder `trees` whose id belongs to another file: one that is
named like the id, or one that comes first.

Why is this bad: wherever a tree goes by its id (in `tree = "..."`, in plans, in walks that are taken up
again) the other one is taken. A file that was copied and not renamed inside looks as if it were ignored.

Example:
    # trees/our-plan.toml, copied from trees/account-plan.toml
    id    = "account-plan"
    title = "Our plan"

Use instead:
    # trees/our-plan.toml
    id    = "our-plan"
    title = "Our plan"
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Severity

CODE = "id-twice"
CODES = {CODE: Severity.WARNING}


def same_id(looked: Looked) -> Iterator[Diagnostic]:
    """A tree that is not the one which its id stands for."""
    if not looked.twin:
        return
    id, name = looked.tree.id, PurePath(looked.tree.source).stem
    yield warning(
        looked.tree,
        CODE,
        f"`{id}` is the id of {looked.twin}, too: where a tree goes by its id, that one is taken.",
        looked.at_value("id"),
        f'Give this one an id of its own: id = "{name}".' if name != id else "Rename one of them.",
    )
