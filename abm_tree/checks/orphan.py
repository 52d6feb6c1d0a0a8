"""Nodes and outcomes that no way reaches.

What it does: finds nodes and outcomes that no branch leads to, directly or through others.

Why is this bad: somebody wrote them to be used; a branch is missing, or they are left over.

Example:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = ">= 50", to = "pursue" }, { when = "< 50", to = "pursue" }]

    [outcomes.pursue]
    title = "Pursue"

    [outcomes.self-serve]
    title = "Leave to self-service"

Use instead:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = ">= 50", to = "pursue" }, { when = "< 50", to = "self-serve" }]

    [outcomes.pursue]
    title = "Pursue"

    [outcomes.self-serve]
    title = "Leave to self-service"
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import error
from abm_tree.source import Diagnostic
from abm_tree.tree.parts import Tree

CODE = "orphan"


def orphan(tree: Tree) -> Iterator[Diagnostic]:
    """Nodes and outcomes that no way reaches from the start."""
    if tree.start not in tree.nodes and tree.start not in tree.outcomes:
        return
    # A tree of outcomes alone is a shelf of shared endings: whoever calls it starts at one of them.
    if not tree.nodes:
        return
    for kind, table in (("Node", tree.nodes), ("Outcome", tree.outcomes)):
        for name, part in table.items():
            if name not in tree.graph.reachable:
                yield error(
                    tree,
                    CODE,
                    f"{kind} `{name}` is never reached: no way from `{tree.start}` leads there.",
                    part.span,
                    "Lead a branch there, or delete it.",
                )
