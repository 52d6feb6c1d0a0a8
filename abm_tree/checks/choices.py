"""Known values that no branch takes.

What it does: for a node over a choice or over yes and no, finds the choices that no branch names and no
`otherwise` takes.

Why is this bad: a walk that meets such a value ends in an error.

Example:
    [nodes.payback]
    ask      = "Does the payback clear their hurdle?"
    choices  = { yes = "Yes", open = "Not worked out", no = "No" }
    branches = [{ is = "yes", to = "pursue" }, { is = "no", to = "leave" }]

Use instead:
    [nodes.payback]
    ask      = "Does the payback clear their hurdle?"
    choices  = { yes = "Yes", open = "Not worked out", no = "No" }
    branches = [{ is = ["yes", "open"], to = "pursue" }, { is = "no", to = "leave" }]
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import error
from abm_tree.checks.overlap import _MOMENT, _settings
from abm_tree.feel import BOOLEAN, Choice, Value
from abm_tree.source import Diagnostic
from abm_tree.tree.parts import Tree
from abm_tree.walk.choose import holds
from abm_tree.walk.reader import Reader

CODE = "choice-not-handled"


def choices(tree: Tree) -> Iterator[Diagnostic]:
    """Choices that no branch takes."""
    for node in tree.nodes.values():
        if node.decide is None or node.otherwise is not None or not node.branches:
            continue
        values: tuple[Value, ...]
        match node.decide.type:
            case Choice(ids=ids):
                values = ids
            case kind if kind == BOOLEAN:
                values = (True, False)
            case _:
                continue
        reader = Reader(tree, next(iter(_settings(tree, list(node.branches)))), _MOMENT)
        if any(branch.kind == "when" and branch.cuts is None for branch in node.branches):
            continue
        left = [v for v in values if all(holds(branch, v, reader) is False for branch in node.branches)]
        if left:
            names = ", ".join(f"`{_shown(value)}`" for value in left)
            yield error(
                tree,
                CODE,
                f"No branch of node `{node.id}` takes {names} of `{node.decide.text}`.",
                node.span,
                "Add a branch or `otherwise`.",
            )


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
