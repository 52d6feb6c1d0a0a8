"""Branches and outcomes that no account ever comes to.

What it does: follows every way through the tree with all values that facts can have, and finds branches that
nothing takes: by themselves, or because of what was decided further up; scores that cannot reach a step; and
outcomes that are left without a way.

Why is this bad: the manager believes that some accounts go there. Often a limit is misspelt, or the branch
stands behind one that takes everything.

Example:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = "< 50", to = "small" }, { when = ">= 50", to = "large" }]

    [nodes.large]
    decide   = "account.employees"
    branches = [{ when = "< 20", to = "leave" }, { when = ">= 20", to = "pursue" }]

Use instead:
    [nodes.large]
    decide   = "account.employees"
    branches = [{ when = "< 200", to = "leave" }, { when = ">= 200", to = "pursue" }]

`score-out-of-reach`: Steps that a score never comes to.

What it does: works out which sums the rules of a score can come to, for the accounts that arrive.

Why is this bad: the best accounts never get what the step promises.

Example:
    [scores.fit]
    points = [{ add = 40, if = "account.employees >= 500" }, { add = 30, if = "deal.amount >= 10000" }]

    [nodes.fit]
    decide   = "score.fit"
    branches = [{ at_least = 80, to = "pursue" }, { below = true, to = "leave" }]

Use instead:
    [scores.fit]
    points = [{ add = 40, if = "account.employees >= 500" }, { add = 30, if = "deal.amount >= 10000" }]

    [nodes.fit]
    decide   = "score.fit"
    branches = [{ at_least = 70, to = "pursue" }, { below = true, to = "leave" }]

`unreachable-outcome`: Outcomes that no account comes to.

What it does: finds outcomes to which branches lead that nothing can take.

Why is this bad: the manager waits for accounts that never come.

Example:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = "< 50", to = "small" }, { when = ">= 50", to = "large" }]

    [nodes.large]
    decide   = "account.employees"
    branches = [{ when = "< 20", to = "tiny" }, { when = ">= 20", to = "pursue" }]

Use instead:
    [nodes.size]
    decide   = "account.employees"
    branches = [{ when = "< 20", to = "tiny" }, { when = ">= 20", to = "pursue" }]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.checks.twice import twice
from abm_tree.source import Diagnostic, Related, Severity
from abm_tree.tree.parts import Branch, Node, Score, Tree
from abm_tree.tree.reads import fact_keys

if TYPE_CHECKING:
    from abm_tree.space.boxes import Box
    from abm_tree.space.reach import Reach

CODE = "dead-branch"
CODES = {
    CODE: Severity.WARNING,
    "score-out-of-reach": Severity.WARNING,
    "unreachable-outcome": Severity.WARNING,
}


def dead(looked: Looked) -> Iterator[Diagnostic]:
    """Branches, and outcomes, that nothing comes to."""
    tree, reach = looked.tree, looked.reach
    if not reach.ground.places:
        return
    again = {finding.span for finding in twice(looked)}  # those are told of as what they are
    lost = {name for name in reach.dead_outcomes if name in tree.outcomes}
    first: Related | None = None
    for name, node in tree.nodes.items():
        if not _is_met(reach, node) or node.span in again:
            continue  # what leads here is told of
        for number, branch in enumerate(node.branches):
            if reach.can((name,), number):
                continue
            if _by_setting(tree, node, branch):  # another workspace takes it
                lost -= _beyond(tree, branch.to)
                continue
            code, why, help = _reason(reach, node, number, branch)
            message = f"Branch `{branch.test}` of node `{name}` can never be taken: {why}."
            if branch.to in lost:
                lost.discard(branch.to)
                code = "unreachable-outcome"
                message = f"Outcome `{branch.to}` is never reached. {message}"
            place = branch.test_span or branch.span or node.span
            yield warning(tree, code, message, place, help)
            first = first or Related("this branch is never taken", tree.source, place)
    for name, outcome in tree.outcomes.items():
        if name in lost:
            yield warning(
                tree,
                "unreachable-outcome",
                f"Outcome `{name}` is never reached: no account takes all the branches that lead there.",
                outcome.span,
                "Mend the branches on the way, or delete it.",
                (first,) if first is not None else (),
            )


def _by_setting(tree: Tree, node: Node, branch: Branch) -> bool:
    """Whether settings or parameters alone decide about a branch, and no fact does."""
    if node.tree is not None:
        return False
    names = (*(node.decide.names if node.decide is not None else ()), *branch.names)
    return bool(names) and not fact_keys(tree, names)


def _beyond(tree: Tree, place: str) -> set[str]:
    """A place and all that can be come to from there."""
    found, todo = {place}, [place]
    while todo:
        for one in tree.graph.ways.get(todo.pop(), ()):
            if one not in found:
                found.add(one)
                todo.append(one)
    return found


def _is_met(reach: Reach, node: Node) -> bool:
    """Whether some walk comes to a node."""
    if node.tree is None:
        return bool(reach.boxes((node.id,)))
    return any(spot[0] == node.id and reach.boxes(spot) for spot in reach.ground.places)


def _reason(reach: Reach, node: Node, number: int, branch: Branch) -> tuple[str, str, str]:
    """Code, reason and help for a branch that nothing takes."""
    if node.tree is not None:
        return CODE, f"tree `{node.tree}` does not end there in this place", "Delete the branch."
    spot = (node.id,)
    score = _score(reach, node, spot)
    if score is not None:
        return ("score-out-of-reach", *score)
    boxes = [move.box for move in reach.ground.moves[reach.ground.mark(spot)] if move.told == number]
    if not boxes:
        if branch.kind == "if" and number:
            return CODE, "the condition never holds where those before it do not", "Mend the condition."
        return CODE, "no value that the fact can have takes it", "Mend the test, or delete the branch."
    told = _contradicted(reach, boxes, reach.boxes(spot))
    why = f"{told}, by what was decided before" if told else "what was decided before leaves nothing for it"
    return CODE, why, "Mend the test, or what leads here; or delete the branch."


def _score(reach: Reach, node: Node, spot: tuple[str, ...]) -> tuple[str, str] | None:
    name = node.decide.is_name if node.decide is not None else None
    score = reach.tree.names.get(name or "")
    if not isinstance(score, Score):
        return None
    low = sum((rule.low for rule in score.rules), Decimal(0))
    high = sum((rule.high for rule in score.rules), Decimal(0))
    total = reach.ground.totals.get(reach.ground.mark(spot))
    if total is not None:
        bounds = [total.bounds(box) for box in reach.boxes(spot)]
        low, high = min(one for one, _ in bounds), max(one for _, one in bounds)
    return (
        f"`{name}` comes to between {low.normalize():f} and {high.normalize():f} here",
        "Mend the step, or the points of the score.",
    )


def _contradicted(reach: Reach, wanted: list[Box], there: list[Box]) -> str:
    """The fact whose values that arrive and values that are wanted have nothing in common, in words."""
    from abm_tree.space.words import described

    facts = reach.tree.facts
    counted = Counter(
        key
        for box in there
        for want in wanted
        for key, mask in want.items()
        if key in facts and key in box and not box[key] & mask
    )
    for key, _ in counted.most_common(1):
        mask = 0
        for box in there:
            mask |= box.get(key, reach.ground.full[key])
        return f"every way here has `{key}` {described(reach.ground.coders[key], facts[key], mask)}"
    return ""
