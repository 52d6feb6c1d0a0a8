"""What a node, a definition or a whole tree may read and set.

Promises: facts by key, through derived facts, scores, lists and parameters. Refuses: what facts decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from abm_tree.tree.parts import Definition, Derived, Fact, Node, OpenList, Outcome, Parameter, Score, Tree

Keys: TypeAlias = frozenset[str]


def direct_reads(found: Definition) -> tuple[str, ...]:
    """The names that a definition itself reads, in written order."""
    match found:
        case Derived():
            return found.condition.names
        case Score():
            names: list[str] = []
            for rule in found.rules:
                for part in (rule.condition, rule.add, rule.points, rule.of):
                    names += part.names if part is not None else ()
            return tuple(dict.fromkeys(names))
        case OpenList():
            names = []
            for item in found.items:
                names += item.condition.names if item.condition is not None else ()
            return tuple(dict.fromkeys(names))
        case Parameter() if found.by is not None:
            return (found.by,)
        case _:
            return ()


def worded(found: Definition) -> tuple[str, ...]:
    """The names that a definition's own words show."""
    match found:
        case Fact():
            proof = found.evidence.ask if found.evidence is not None else None
            texts = [text for text in (found.ask, found.help, proof) if text is not None]
        case OpenList():
            texts = [item.text for item in found.items]
        case _:
            texts = []
    return tuple(slot.name for text in texts for slot in text.slots)


def node_reads(tree: Tree, node: Node, prefix: str = "") -> Keys:
    """The facts, by key, that a node's decision may read, also through derived facts and scores."""
    names: list[str] = list(node.decide.names) if node.decide is not None else []
    names += [name for branch in node.branches for name in branch.names]
    names += list(node.wait.after.names) if node.wait is not None else []
    if node.wait is not None and node.wait.duration.parameter:
        names.append(node.wait.duration.parameter)
    return fact_keys(tree, names, prefix)


def fact_keys(tree: Tree, names: Iterable[str], prefix: str = "") -> Keys:
    """The facts behind names, through derived facts, scores, lists and parameters."""
    found: set[str] = set()
    todo, seen = list(names), set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        definition = tree.names.get(name)
        if isinstance(definition, Fact):
            found.add(prefix + name if definition.own else name)
        elif definition is not None:
            todo += direct_reads(definition)
    return frozenset(found)


def all_reads(tree: Tree) -> Keys:
    """Everything that decisions inside a called tree may read, by the caller's keys."""
    prefix = f"{tree.id}/"
    found: Keys = frozenset()
    for name, node in tree.nodes.items():
        found |= node_reads(tree, node, prefix)
        if name in tree.subtrees:
            found |= all_reads(tree.subtrees[name])
    return found


def outcome_sets(tree: Tree, outcome: Outcome, prefix: str = "") -> Keys:
    """The facts, by key, that an outcome sets or computes."""
    found: set[str] = set()
    for name in (*outcome.sets, *outcome.computes):
        definition = tree.names.get(name)
        own = isinstance(definition, Fact) and definition.own
        found.add(prefix + name if own else name)
    return frozenset(found)


def all_sets(tree: Tree) -> Keys:
    """Everything that a called tree's outcomes may set, by the caller's keys."""
    found: Keys = frozenset()
    for outcome in tree.outcomes.values():
        found |= outcome_sets(tree, outcome, f"{tree.id}/")
    for subtree in tree.subtrees.values():
        found |= all_sets(subtree)
    return found
