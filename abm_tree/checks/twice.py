"""Questions that were decided before, on every way there.

What it does: looks for a node that decides over the same thing, with the same tests, as a node that every
way there passes, where only one of its ways is left.

Why is this bad: the rep is led through a question whose answer is settled; whoever reads the tree believes
that it still decides something.

Example:
    [nodes.budget]
    decide   = "budget"
    branches = [{ is = "approved", to = "money" }, { is = "none", to = "nurture" }]

    [nodes.money]
    decide   = "budget"
    branches = [{ is = "approved", to = "pursue" }, { is = "none", to = "nurture" }]

Use instead:
    [nodes.budget]
    decide   = "budget"
    branches = [{ is = "approved", to = "pursue" }, { is = "none", to = "nurture" }]
"""

from __future__ import annotations

from collections.abc import Iterator

from abm_tree.checks.findings import warning
from abm_tree.checks.looked import Looked
from abm_tree.source import Diagnostic, Related, Severity
from abm_tree.tree.parts import Branch, Node, Tree
from abm_tree.walk.choose import Way, ways_of

CODE = "question-twice"
CODES = {CODE: Severity.WARNING}


def twice(looked: Looked) -> Iterator[Diagnostic]:
    """Nodes whose decision was made on every way there."""
    tree = looked.tree
    groups: dict[str, list[str]] = {}
    for name, node in tree.nodes.items():
        if node.tree is None and node.each is None and name in tree.graph.reachable:
            groups.setdefault(_subject(node), []).append(name)
    for name, before in _above(tree, [group for group in groups.values() if len(group) > 1]):
        first, node = tree.nodes[before], tree.nodes[name]
        left = _left(tree, first, node)
        if left is None or node.wait is not None:
            continue
        what = f"`{node.decide.text}`" if node.decide is not None else "the same conditions"
        yield warning(
            tree,
            CODE,
            f"Node `{name}` decides over {what} again: every way there comes from node `{first.id}`, "
            f"so it always goes to `{left.to}`.",
            node.span,
            f"Lead to `{left.to}` at once.",
            (Related("decided here before", tree.source, first.span),),
        )


def _subject(node: Node) -> str:
    """What a node decides over; whole conditions stand for themselves."""
    return node.decide.text if node.decide is not None else "; ".join(branch.test for branch in node.branches)


def _above(tree: Tree, groups: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Each node of a group with the nearest one of its group that every way to it passes."""
    if not groups:
        return
    below: dict[str, list[str]] = {}
    for place, above in tree.graph.dominators.items():
        below.setdefault(above, []).append(place)
    # When a place is entered and left, walking down from what every way passes.
    entered: dict[str, int] = {}
    left: dict[str, int] = {}
    todo = [(tree.start, False)]
    while todo:
        place, done = todo.pop()
        if done:
            left[place] = len(entered)
            continue
        entered[place] = len(entered)
        todo.append((place, True))
        todo += [(one, False) for one in below.get(place, ())]
    for group in groups:
        open_ones: list[str] = []
        for name in sorted(group, key=entered.__getitem__):
            while open_ones and left[open_ones[-1]] <= entered[name]:
                open_ones.pop()
            if open_ones:
                yield name, open_ones[-1]
            open_ones.append(name)


def _left(tree: Tree, first: Node, node: Node) -> Way | None:
    """Where a node leads after an earlier one, as one of its ways; None where that may be several places."""
    if _ladder(first) != _ladder(node):
        return None  # a step of a ladder means what the steps above leave to it
    left: Way | None = None
    for way in ways_of(first):
        if not tree.graph.leads(way.to, node.id):
            continue
        then = _then(first, way, node)
        if then is None or (left is not None and left.to != then.to):
            return None
        left = then
    return left


def _then(first: Node, way: Way, node: Node) -> Way | None:
    """Which way of a node is taken once an earlier one was left by `way`; None where that is not sure."""
    for then in ways_of(node):
        if then.kind == "unknown" or way.kind == "unknown":
            if then.kind == way.kind:
                return then
        elif then.kind == "otherwise" or then.test == way.test:
            return then  # the tests above it cannot hold
        elif not _excluded(first, way, node.branches[then.number]):
            return None
    return None


def _excluded(first: Node, way: Way, test: Branch) -> bool:
    """Whether a test cannot hold behind a `way`: it failed there, or another value was found."""
    above = first.branches[: way.number] if way.kind == "branch" else first.branches
    if any(branch.test == test.test for branch in above):
        return True
    if way.kind != "branch":
        return False
    found = first.branches[way.number]
    listed = found.kind == test.kind == "is" and found.values and test.values
    return bool(listed) and not set(found.values) & set(test.values)


def _ladder(node: Node) -> tuple[str, ...]:
    """The steps of a ladder, highest first; of another node nothing."""
    return tuple(branch.test for branch in node.branches if branch.kind in ("at_least", "below"))
