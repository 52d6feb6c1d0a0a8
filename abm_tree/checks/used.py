"""Which names a tree's decisions, words and actions use.

Promises: a name counts as used if anything that a walk can meet reads or shows it, also through others.
Refuses: whether a walk really comes there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from abm_tree.tree.parts import Action, Condition, Node, Outcome, Period, Tree
from abm_tree.tree.reads import direct_reads, worded
from abm_tree.tree.words import Words


def used(tree: Tree, *, establishing: bool = True) -> frozenset[str]:
    """Every name in use; `establishing` counts facts that outcomes only set."""
    todo = list(_roots(tree, establishing=establishing))
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        definition = tree.names.get(name)
        if definition is not None:
            todo += [*direct_reads(definition), *worded(definition)]
        computed = tree.book.get(name) or tree.people.get(name)
        todo += computed.reads if computed is not None else ()
    return frozenset(found)


def _roots(tree: Tree, *, establishing: bool) -> Iterator[str]:
    for node in tree.nodes.values():
        yield from _node(node)
    for outcome in tree.outcomes.values():
        yield from _outcome(outcome, establishing=establishing)
    for action in tree.actions:
        yield from action_names(action)


def _node(node: Node) -> Iterator[str]:
    yield from _condition(node.decide)
    for branch in node.branches:
        yield from branch.names
        yield from shown(branch.note)
    if node.wait is not None:
        yield from _condition(node.wait.after)
        yield from _period(node.wait.duration)
    yield from node.together
    for words in (node.why, node.help, *node.say.values()):
        yield from shown(words)


def _outcome(outcome: Outcome, *, establishing: bool) -> Iterator[str]:
    if establishing:
        yield from (*outcome.sets, *outcome.computes)
    for condition in outcome.computes.values():
        yield from condition.names
    yield from _period(outcome.revisit)
    for words in (outcome.note, *outcome.say.values()):
        yield from shown(words)
    for action in outcome.actions:
        yield from action_names(action)


def action_names(action: Action) -> Iterator[str]:
    """The names that an action reads or shows."""
    yield from _condition(action.condition)
    yield from _condition(action.due)
    yield from (*_period(action.within), *_period(action.every))
    if action.each:
        yield action.each
    yield from shown(action.note)
    yield from _by_role(action.do)
    if action.fallback is not None:
        yield from _by_role(action.fallback.do)
        yield from _period(action.fallback.after)


def _by_role(words: Mapping[str, Words]) -> Iterator[str]:
    for one in words.values():
        yield from shown(one)


def shown(words: Words | None) -> Iterator[str]:
    """The names that words show."""
    for slot in words.slots if words is not None else ():
        yield slot.name


def _condition(condition: Condition | None) -> tuple[str, ...]:
    return condition.names if condition is not None else ()


def _period(period: Period | None) -> Iterator[str]:
    if period is not None and period.parameter:
        yield period.parameter
