"""Questions that change nothing.

What it does: finds nodes all of whose ways, `otherwise` and `unknown` included, lead to the same place, while
nothing else reads what they ask.

Why is this bad: the rep spends a question, the other person an answer, and the walk goes on as it would have.

Example:
    [nodes.budget]
    decide   = "budget"
    unknown  = "timing"
    branches = [{ is = "approved", to = "timing" }, { is = "none", to = "timing" }]

Use instead:
    [nodes.budget]
    decide   = "budget"
    unknown  = "timing"
    branches = [{ is = "approved", to = "timing" }, { is = "none", to = "nurture" }]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.checks.used import used
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import Node, Tree, ways
from abm_tree.tree.reads import node_reads

CODE = "question-changes-nothing"
CODES = {CODE: Severity.WARNING}


def same_way(looked: Looked) -> Iterator[Diagnostic]:
    """Nodes that every answer leaves the same way, and that nothing else needs."""
    tree = looked.tree
    for name, node in tree.nodes.items():
        targets = set(ways(node))
        if len(targets) != 1 or len(node.branches) < 2 or node.tree is not None or node.wait is not None:
            continue
        if any(branch.note is not None for branch in node.branches) or _is_needed(tree, node):
            continue
        yield warning(
            tree,
            CODE,
            f"Node `{name}` changes nothing: every answer leads to `{targets.pop()}`.",
            node.span,
            "Lead somewhere else for some answers, or delete the node.",
        )


def _is_needed(tree: Tree, node: Node) -> bool:
    """Whether anything but the node itself reads what it asks."""
    rest = replace(tree, nodes={name: one for name, one in tree.nodes.items() if name != node.id})
    elsewhere = used(rest)
    return any(key in elsewhere for key in node_reads(tree, node))
