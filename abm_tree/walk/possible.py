"""The outcomes still possible (DESIGN.md section 5).

A determined node keeps its branch, others may take every branch not excluded.

Promises: whatever the facts that are not known turn out to be, the outcome lies among those returned; each
node is looked at once. Refuses: to count ways; facts that some way sets and another does not are anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from abm_tree.feel import DateTime, Undetermined, Value
from abm_tree.tree.facts import Facts
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Node, Outcome, Score, Tree
from abm_tree.walk.choose import Broken, Lack, Pause, Way, decide, holds, stretches, unknown_way, ways_of
from abm_tree.walk.reader import ANYTHING, Reader

Established = Mapping[str, object]


def possible_outcomes(tree: Tree, facts: Facts, as_of: DateTime) -> tuple[str, ...]:
    """Outcome ids that facts not known may still lead to, in the tree's order."""
    return tuple(_outcomes(tree, facts, as_of, "", {}).ends)


def open_ways(tree: Tree, facts: Facts, as_of: DateTime) -> Mapping[str, frozenset[int]]:
    """The ways that each node may still take, by their numbers; nodes by their paths through the trees.

    A node that no facts can lead to any more is not among them.
    """
    found: dict[str, set[int]] = {}
    _outcomes(tree, facts, as_of, "", {}, "", found)
    return {path: frozenset(numbers) for path, numbers in found.items()}


@dataclass(frozen=True, slots=True)
class _Ends:
    """How one tree may end: outcomes, each with what it establishes, or stuck where nobody knows."""

    ends: Mapping[str, Established]
    stuck: bool


def _outcomes(
    tree: Tree,
    facts: Facts,
    as_of: DateTime,
    prefix: str,
    before: Established,
    path: str = "",
    ways: dict[str, set[int]] | None = None,
) -> _Ends:
    """How one tree may end; `ways` takes in what each node at `path` may still do."""
    arriving: dict[str, Established] = {tree.start: before}
    found: dict[str, Established] = {}
    stuck = False
    for name in tree.graph.order:
        established = arriving.pop(name, None)
        if established is None:
            continue
        outcome = tree.outcomes.get(name)
        reader = Reader(tree, facts, as_of, prefix=prefix, established=established, open_unknown=True)
        if outcome is not None:
            _meet(found, name, _after(outcome, reader, established))
            continue
        node = tree.nodes[name]
        targets, open_end = _targets(node, tree, facts, as_of, reader, established, path, ways)
        stuck = stuck or open_end
        for target, after in targets:
            if target in tree.nodes or target in tree.outcomes:
                _meet(arriving, target, after)
            else:
                _meet(found, target, after)
    order = {name: number for number, name in enumerate(tree.outcomes)}
    ordered = sorted(found.items(), key=lambda entry: (order.get(entry[0], len(order)), entry[0]))
    return _Ends(dict(ordered), stuck)


def _targets(
    node: Node,
    tree: Tree,
    facts: Facts,
    as_of: DateTime,
    reader: Reader,
    established: Established,
    path: str = "",
    ways: dict[str, set[int]] | None = None,
) -> tuple[list[tuple[str, Established]], bool]:
    """Where a node may lead, and whether it may be stuck there."""
    taken: set[int] = ways.setdefault(path + node.id, set()) if ways is not None else set()
    if node.tree is None:
        stuck = not node.unknown and isinstance(decide(node, reader), Lack)
        found = options(node, reader)
        taken.update(way.number for way in found)
        return [(way.to, established) for way in found], stuck
    subtree = tree.subtrees.get(node.id)
    if subtree is None:
        return [], False
    inner = _outcomes(subtree, facts, as_of, f"{subtree.id}/", established, f"{path}{node.id}/", ways)
    ends = inner.ends
    out: list[tuple[str, Established]] = []
    if not node.branches:
        out = [(f"{node.id}/{end}", after) for end, after in ends.items()]
        ends = {}
    for end, after in ends.items():
        number = next((n for n, branch in enumerate(node.branches) if end in branch.values), -1)
        target = node.branches[number].to if number >= 0 else node.otherwise
        if target:
            taken.add(number if number >= 0 else len(node.branches))
            out.append((target, after))
    if inner.stuck and node.unknown:
        # Where nobody can settle the subtree, some of what it establishes may hold already.
        after = established
        for state in inner.ends.values():
            after = _either(after, state)
        taken.add(unknown_way(node).number)
        out.append((node.unknown, after))
    return out, inner.stuck and not node.unknown


def options(node: Node, reader: Reader) -> tuple[Way, ...]:
    """The ways that a node may still take; the reader counts unknown facts as open."""
    choice = decide(node, reader)
    match choice:
        case Way():
            return (choice,)
        case Broken() | Pause():
            return ()
        case Lack():
            return tuple(_open_ways(node, reader))


def _open_ways(node: Node, reader: Reader) -> list[Way]:
    ways = ways_of(node)
    others = [way for way in ways if way.kind != "branch"]
    unknown = [way for way in ways if way.kind == "unknown"]
    if node.decide is None:
        out: list[Way] = []
        for way in ways[: len(node.branches)]:
            condition = node.branches[way.number].condition
            found = condition.run(reader) if condition is not None else False
            if found is False:
                continue
            if found is True or isinstance(found, Undetermined):
                out.append(way)
            if not isinstance(found, Undetermined):
                return out + unknown
        return out + others
    name = node.decide.is_name
    if name is not None and isinstance(reader.tree.names.get(name), Score):
        total = reader.sum(name)
        runs = stretches(node, total.low, total.high, reader)
        if isinstance(runs, list):
            hit = {branch for _, _, branch in runs}
            return [way for way in ways if way.number in hit] + (others if -1 in hit else unknown)
        return list(ways)
    value = node.decide.run(reader)
    if isinstance(value, Undetermined):
        return list(ways)
    return _untaken(node, value, reader, ways)


def _untaken(node: Node, value: Value, reader: Reader, ways: tuple[Way, ...]) -> list[Way]:
    """For a known value whose tests are open: the branches not excluded."""
    out = []
    for way in ways:
        if way.kind != "branch":
            out.append(way)
            continue
        branch = node.branches[way.number]
        if holds(branch, value, reader) is not False:
            out.append(way)
    return out


def _after(outcome: Outcome, reader: Reader, established: Established) -> Established:
    if not outcome.sets and not outcome.computes:
        return established
    out = dict(established)
    for fact, value in outcome.sets.items():
        out[reader.key(fact)] = value
    for fact, condition in outcome.computes.items():
        # What lacks a fact, or comes to no value that the fact can have, is anything.
        found = condition.run(reader)
        definition = reader.tree.names.get(fact)
        good = found is not None and isinstance(definition, Fact) and not isinstance(found, Undetermined)
        good = good and misfit(definition, found) is None  # type: ignore[arg-type]
        out[reader.key(fact)] = found if good else ANYTHING
    return out


def _meet(table: dict[str, Established], name: str, state: Established) -> None:
    """Let another way arrive at a place: what differs between ways is anything."""
    table[name] = _either(table[name], state) if name in table else state


def _either(one: Established, other: Established) -> Established:
    if one is other or one == other:
        return one
    return {
        key: one[key] if key in one and key in other and _same(one[key], other[key]) else ANYTHING
        for key in (*one, *(key for key in other if key not in one))
    }


def _same(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and one == other)
