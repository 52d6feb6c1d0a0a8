"""Circles of nodes.

What it does: finds nodes whose branches lead back to themselves, and names the whole circle.

Why is this bad: a walk through it would never end.

Example:
    [nodes.budget]
    decide   = "budget"
    branches = [{ is = "approved", to = "pursue" }, { is = "none", to = "ask-again" }]

    [nodes.ask-again]
    decide   = "deal.champion_tested"
    branches = [{ is = true, to = "budget" }, { is = false, to = "leave" }]

Use instead:
    [nodes.budget]
    decide   = "budget"
    branches = [{ is = "approved", to = "pursue" }, { is = "none", to = "later" }]

    [outcomes.later]
    title   = "Ask again next quarter"
    revisit = "P90D"
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from abm_tree.checks.findings import error
from abm_tree.source import Diagnostic, Related, Span
from abm_tree.tree.parts import Node, Tree

CODE = "cycle"


def cycle(tree: Tree) -> Iterator[Diagnostic]:
    """Nodes whose branches lead back to themselves."""
    for circle in tree.graph.circles:
        whole = " -> ".join(f"`{node}`" for node in (*circle, circle[0]))
        last = tree.nodes[circle[-1]]
        related = tuple(
            Related(f"`{node}` leads on to `{after}`", tree.source, _way(tree.nodes[node], after))
            for node, after in pairwise(circle)
        )
        yield error(
            tree,
            CODE,
            f"These nodes lead back to themselves: {whole}.",
            _way(last, circle[0]),
            "Let one of them lead to an outcome.",
            related,
        )


def _way(node: Node, to: str) -> Span | None:
    for branch in node.branches:
        if branch.to == to:
            return branch.to_span
    return node.otherwise_span if node.otherwise == to else node.unknown_span
