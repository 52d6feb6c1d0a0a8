"""Ways on which too much is asked for one call.

What it does: counts the questions on the longest way through the tree, and holds them against a limit: 30,
or `longest_way` under `[check]` in the workspace's settings.

Why is this bad: nobody answers that many questions in one call; a walk that is always cut short never comes
to its outcome.

Example:
    [nodes.history]
    together = ["deal.amount", "deal.stage", "deal.ends_on", "deal.competitor"]
    branches = [{ if = "deal.amount > 50000", to = "more" }]

Use instead:
    [nodes.history]
    together = ["deal.amount"]
    branches = [{ if = "deal.amount > 50000", to = "more" }]
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.checks.settled import Settled, settled
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import Fact, Node, Tree
from abm_tree.tree.reads import node_reads

CODE = "long-way"
CODES = {CODE: Severity.WARNING}


def long_way(looked: Looked) -> Iterator[Diagnostic]:
    """A longest way with more questions than fit into one call."""
    tree = looked.tree
    count, way = longest(tree, looked.settled)
    if count <= looked.longest:
        return
    start = tree.nodes.get(tree.start)
    asking = [name for name in way if name in tree.nodes]
    shown = ", ".join(f"`{name}`" for name in asking[:6]) + (" and on" if len(asking) > 6 else "")
    yield warning(
        tree,
        CODE,
        f"The longest way asks {count} questions; more than {looked.longest} do not fit into one call.",
        start.span if start is not None else None,
        f"It goes {shown}. Ask first what ends most walks, or split the tree in two.",
    )


def longest(tree: Tree, known: Settled) -> tuple[int, tuple[str, ...]]:
    """How many questions the longest way asks, at most, and the nodes on it."""
    best: dict[str, tuple[int, str]] = {}
    for name in reversed(tree.graph.order):
        node = tree.nodes.get(name)
        if node is None:
            best[name] = (0, "")
            continue
        onward = max(((best[to][0], to) for to in tree.graph.ways[name] if to in best), default=(0, ""))
        best[name] = (onward[0] + _asks(tree, node, known), onward[1])
    way, at = [], tree.start
    while at:
        way.append(at)
        at = best.get(at, (0, ""))[1]
    return best.get(tree.start, (0, ""))[0], tuple(way)


def _asks(tree: Tree, node: Node, known: Settled) -> int:
    """How many questions a node may ask that no way there has asked before."""
    before = known.read.get(node.id, frozenset())
    facts = [
        tree.names.get(name) for name in node_reads(tree, node) | set(node.together) if name not in before
    ]
    own = sum(1 for fact in facts if isinstance(fact, Fact) and fact.ask is not None)
    subtree = tree.subtrees.get(node.id)
    return own + (longest(subtree, settled(subtree))[0] if subtree is not None else 0)
