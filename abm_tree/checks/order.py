"""Facts that a called tree sets after they were read.

What it does: follows the ways through the tree and notes which facts may have been read before each call of
another tree that sets them.

Why is this bad: the decision before and the decision after would rest on different values of the same fact.

Example:
    [nodes.tier]
    decide   = "account.tier"
    branches = [{ is = "A", to = "segment" }, { is = ["B", "C"], to = "leave" }]

    [nodes.segment]
    tree     = "segmentation"  # its outcomes set account.tier
    branches = [{ is = "done", to = "pursue" }]

Use instead:
    [nodes.segment]
    tree     = "segmentation"
    branches = [{ is = "done", to = "tier" }]

    [nodes.tier]
    decide   = "account.tier"
    branches = [{ is = "A", to = "pursue" }, { is = ["B", "C"], to = "leave" }]

`set-twice`: Facts that are set twice on one way.

What it does: follows the ways through the tree and notes which facts called trees and outcomes set.

Why is this bad: the later value silently replaces the earlier one, on which something may rest already.

Example:
    [nodes.segment]
    tree     = "segmentation"  # its outcomes set account.tier
    branches = [{ is = "done", to = "pursue" }]

    [outcomes.pursue]
    title = "Pursue"
    set   = { "account.tier" = "A" }

Use instead:
    [nodes.segment]
    tree     = "segmentation"
    branches = [{ is = "done", to = "pursue" }]

    [outcomes.pursue]
    title = "Pursue"
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import error
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.parts import Node, Tree, ways
from abm_tree.tree.reads import Keys, all_reads, all_sets, node_reads, outcome_sets

CODE = "set-after-read"
CODES = {CODE: Severity.ERROR, "set-twice": Severity.ERROR}


def order(tree: Tree) -> Iterator[Diagnostic]:
    """Facts read before a subtree sets them, or set twice on one way."""
    if not tree.subtrees or tree.graph.circles:
        return
    read: dict[str, Keys] = {tree.start: frozenset()}
    written: dict[str, Keys] = {tree.start: frozenset()}
    for name in tree.graph.order:
        node = tree.nodes.get(name)
        outcome = tree.outcomes.get(name)
        if outcome is not None and name in written:
            for fact in sorted(outcome_sets(tree, outcome) & written[name]):
                yield error(
                    tree,
                    "set-twice",
                    f"On some way `{fact}` is set twice: outcome `{name}` sets it again.",
                    outcome.set_spans.get(fact, outcome.span),
                    "Let only one of them set it.",
                )
        if node is None or name not in read:
            continue
        before, sets = read[name], written[name]
        subtree = tree.subtrees.get(name)
        if subtree is not None:
            inner, made = all_reads(subtree), all_sets(subtree)
            for fact in sorted(made & (before | inner)):
                yield _read_before(tree, node, fact, inside=fact in inner)
            for fact in sorted(made & sets):
                yield error(
                    tree,
                    "set-twice",
                    f"On some way `{fact}` is set twice: tree `{node.tree}` sets it again.",
                    node.tree_span,
                    "Let only one of the trees set it.",
                )
            before, sets = before | inner, sets | made
        before |= node_reads(tree, node)
        for target in ways(node):
            read[target] = read.get(target, frozenset()) | before
            written[target] = written.get(target, frozenset()) | sets


def _read_before(tree: Tree, node: Node, fact: str, *, inside: bool) -> Diagnostic:
    where = f"inside tree `{node.tree}`" if inside else "on a way before"
    return error(
        tree,
        CODE,
        f"`{fact}` is read {where} and then set by tree `{node.tree}`.",
        node.tree_span,
        "Call the tree before the fact is read, or let it set another fact.",
    )
