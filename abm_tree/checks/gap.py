"""Accounts that no branch takes.

What it does: follows every way through the tree with all values that facts can have, unknown included, and
finds those that come to a node where no branch holds, where two hold, or where known facts come to nothing.
What was decided further up counts: a value that cannot come here is no gap.

Why is this bad: a walk that meets such a value ends in an error instead of an outcome.

Example:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = "< 50", to = "leave" }, { when = "> 50", to = "pursue" }]

Use instead:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = "< 50", to = "leave" }, { when = ">= 50", to = "pursue" }]

`null-result`: Known facts that come to nothing.

What it does: finds accounts whose facts are all known, while what the node computes from them has no value,
such as a division by 0.

Why is this bad: nothing is missing that anybody could ask for, so the walk ends in an error.

Example:
    [derived]
    per_head = "account.annual_revenue / account.employees"

    [nodes.ratio]
    decide   = "per_head"
    branches = [{ when = "< 100000", to = "leave" }, { when = ">= 100000", to = "pursue" }]

Use instead:
    [derived]
    per_head = "account.annual_revenue / account.employees"

    [nodes.ratio]
    decide   = "per_head"
    unknown  = "leave"
    branches = [{ when = "< 100000", to = "leave" }, { when = ">= 100000", to = "pursue" }]

`gap-not-proven`: Nodes of which nobody can say beforehand whether they decide every account.

What it does: tells of nodes whose conditions compute with texts or lists, or compare facts in ways that
cannot be tried one by one, unless `otherwise` takes what is left.

Why is this bad: a gap may be there, and nobody sees it before an account falls into it.

Example:
    [nodes.words]
    unknown  = "leave"
    branches = [
      { if = "string length(motto) > 10", to = "pursue" },
      { if = "string length(motto) <= 10", to = "leave" },
    ]

Use instead:
    [nodes.words]
    unknown   = "leave"
    otherwise = "leave"
    branches  = [{ if = "string length(motto) > 10", to = "pursue" }]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from abm_tree.checks.findings import error, note
from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Node

if TYPE_CHECKING:
    from abm_tree.space.reach import Fault, Reach
    from abm_tree.space.spots import Spot

CODE = "gap"
WALKS = 300  # at random, where a gap is not proven
CODES = {
    CODE: Severity.ERROR,
    "null-result": Severity.ERROR,
    "gap-not-proven": Severity.NOTE,
}


def gap(looked: Looked) -> Iterator[Diagnostic]:
    """Nodes that some accounts cannot be decided at."""
    tree, reach = looked.tree, looked.reach
    from abm_tree.space.reach import Proof

    unsure: dict[str, Fault] = {}
    seen: set[str] = set()
    fallen: Mapping[tuple[Spot, str], Mapping[str, Known | Unknown]] | None = None
    for fault in reach.faults:
        if len(fault.spot) > 1:
            continue  # the called tree's own check tells of it
        node = tree.nodes[fault.spot[0]]
        if fault.proof.state == "open":
            if fault.kind == "overlap":
                continue  # `overlap-not-proven` tells of those
            if fallen is None:
                fallen = _fallen(looked)
            facts = fallen.get((fault.spot, fault.kind))
            if facts is not None:
                fault = replace(fault, proof=Proof("taken", facts))
                code, message, help = _told(reach, node, fault)
                yield error(tree, code, message, node.span, help)
                seen.add(node.id)
                continue
            unsure.setdefault(node.id, fault)
            continue
        code, message, help = _told(reach, node, fault)
        yield error(tree, code, message, node.span, help)
    for name, fault in unsure.items():
        if name not in seen and not any(
            one.spot == fault.spot and one.proof.state == "taken" for one in reach.faults
        ):
            node = tree.nodes[name]
            yield note(
                tree,
                "gap-not-proven",
                f"Whether node `{name}` can decide every account is not proven: {fault.proof.why}.",
                node.span,
                'Add otherwise = "..." to be sure.',
            )


def _fallen(looked: Looked) -> Mapping[tuple[Spot, str], Mapping[str, Known | Unknown]]:
    """Accounts that fall into gaps which are not proven, found by random walks with values at borders."""
    from abm_tree.space.random_walks import wander
    from abm_tree.space.witness import told

    found: dict[tuple[Spot, str], Mapping[str, Known | Unknown]] = {}
    for trouble in wander(looked.tree, looked.reach.as_of, WALKS, 1).troubles:
        for what in told(trouble.record):
            if isinstance(what, tuple) and isinstance(what[1], str):
                found[what] = trouble.facts
    return found


def _told(reach: Reach, node: Node, fault: Fault) -> tuple[str, str, str]:
    """Code, message and help for a fault with a witness."""
    from abm_tree.space.words import box_in_words, facts_in_words

    where = box_in_words(fault.box, reach.ground.coders, reach.tree.facts)
    such = f" where {where}" if where else ""
    example = facts_in_words(fault.proof.facts)
    for_example = f" For example: {example}." if example else ""
    what = f"`{node.decide.text}`" if node.decide is not None else "the conditions"
    match fault.kind:
        case "gap":
            return (
                CODE,
                f"No branch of node `{node.id}` takes accounts{such}.{for_example}",
                'Add a branch, or otherwise = "...".',
            )
        case "overlap":
            return (
                "overlap",
                f"Two branches of node `{node.id}` take accounts{such}.{for_example}",
                "Let each value have one branch.",
            )
        case _:
            return (
                "null-result",
                f"At node `{node.id}`, {what} can come to nothing out of known facts{such}.{for_example}",
                'Divide by nothing that can be 0, or add unknown = "..." for such accounts.',
            )
