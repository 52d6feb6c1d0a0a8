"""A tree as a text outline: nodes once, with where their branches go; shared ones as `-> id`.

Promises: plain text that reads top to bottom; every node and outcome appears once in full. Refuses: colours.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from abm_tree.feel import literal
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Node, Outcome, Parameter, Tree
from abm_tree.tree.words import Slot, Words
from abm_tree.walk.choose import Way, ways_of
from abm_tree.walk.record import Record
from abm_tree.walk.tell import joined


def outline(tree: Tree) -> list[str]:
    """The lines of a tree's outline."""
    head = f"{tree.title} ({tree.id}{', ' + tree.version if tree.version else ''})"
    out = [head, "=" * len(head)]
    if tree.about:
        out += [tree.about]
    longest = tree.graph.longest.get(tree.start, 0) if not tree.graph.circles else 0
    out += [
        f"{_count(len(tree.nodes), 'node')}, {_count(len(tree.outcomes), 'outcome')}, longest way {longest}; "
        f"about each {tree.subject}; revision {tree.revision[:12] or '-'}",
        "",
    ]
    out += [_place(tree, one) for one in _rows(tree)]
    out += ["", "Outcomes", "--------"]
    for outcome in tree.outcomes.values():
        out += _outcome(outcome)
    worded = [node for node in tree.nodes.values() if node.say]
    if worded:
        out += ["", "Words", "-----"]
        for node in worded:
            out.append(f"{node.id}:")
            out += [f"  {role}: {_plain(words)}" for role, words in node.say.items()]
    parameters = [p for p in tree.names.values() if isinstance(p, Parameter)]
    if parameters:
        out += ["", "Parameters", "----------"]
        out += [_parameter(parameter) for parameter in parameters]
    return out


@dataclass(frozen=True, slots=True)
class _Row:
    """A place in the outline, and the way that leads to it."""

    name: str
    mark: str = ""  # the lines that lead to it
    below: str = ""  # the lines that lead past it
    test: str = ""
    parent: str = ""
    number: int = -1
    again: bool = False  # it stands further up in full


def _place(tree: Tree, row: _Row) -> str:
    name, mark = row.name, f"{row.mark}{row.test}: " if row.parent else ""
    node = tree.nodes.get(name)
    if node is None:
        title = _title(tree, name)
        return f"{mark}=> {name}" + (f": {title}" if title else "")
    return f"{mark}-> {name}" if row.again else f"{mark}{name}: {_decides(node)}"


def _rows(tree: Tree) -> Iterator[_Row]:
    """Nodes and outcomes depth first, without recursion, so that long trees are no trouble."""
    seen: set[str] = set()
    todo = [_Row(tree.start)]
    while todo:
        row = todo.pop()
        name = row.name
        node = tree.nodes.get(name)
        yield _Row(name, row.mark, row.below, row.test, row.parent, row.number, name in seen)
        if node is None or name in seen:
            continue
        seen.add(name)
        ways = ways_of(node)
        if node.tree is not None and not node.branches and name in tree.subtrees:
            # Its ends are this tree's ends too.
            inner = [f"{name}/{end}" for end in final_outcomes(tree.subtrees[name])]
            ways = (*(Way(0, "ends", end, "end") for end in inner), *ways)
        below = []
        for way in ways:
            last = way is ways[-1]
            corner, line = ("└─ ", "   ") if last else ("├─ ", "│  ")
            mark, rest = f"{row.below}{corner}", f"{row.below}{line}"
            below.append(_Row(way.to, mark, rest, _test(way), name, way.number))
        todo += reversed(below)


DEEPEST = 45  # characters of lines that lead to a place; what lies deeper loses those on the left


def way_map(tree: Tree, record: Record, width: int = 78) -> list[str]:
    """The tree as text for whoever walks it: titles and tests, `*` on the way so far and `>` here.

    Inside a tree that another one calls, the map of that tree follows.
    """
    out = [*_marked(tree, "", record, width)]
    *calls, _ = record.at.split("/")
    prefix = ""
    for call in calls:
        title = tree.nodes[call].title
        tree, prefix = tree.subtrees[call], f"{prefix}{call}/"
        out += ["", f"Within {title}:", *_marked(tree, prefix, record, width)]
    return [*out, "", "* the way so far   > here   => an outcome   -> further up"]


def _marked(tree: Tree, prefix: str, record: Record, width: int) -> Iterator[str]:
    """The map of one tree; `prefix` is the path of the nodes that call it."""
    taken, passed = set(), set()
    for step in record.trail:
        if step.node.startswith(prefix):
            name, _, deeper = step.node.removeprefix(prefix).partition("/")
            passed.add(name)
            if not deeper:
                taken.add((name, step.number))
    here = (record.outcome or record.at).removeprefix(prefix)
    for row in _rows(tree):
        node = tree.nodes.get(row.name)
        led = not row.parent or (row.parent, row.number) in taken or "/" in row.name
        at = row.name == here or (node is not None and here.startswith(f"{row.name}/"))
        if node is None:
            text, mark = f"=> {_title(tree, row.name) or row.name}", led and at
        else:
            text, mark = (f"-> {node.title}", led) if row.again else (node.title, led or row.name in passed)
            at = at and (led or not row.again)
        sign = ">" if at and (mark or node is not None) else "*" if mark and not at else " "
        first = f"{sign} {row.mark[-DEEPEST:]}"
        rest = f"  {row.below[-DEEPEST:]}"
        words = " ".join(f"{row.test}: {text}".split()) if row.parent else text
        yield from textwrap.wrap(
            words, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
        )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _title(tree: Tree, path: str) -> str:
    """An outcome's title, by its path through the trees that call each other."""
    *calls, name = path.split("/")
    for call in calls:
        below = tree.subtrees.get(call)
        if below is None:
            return ""
        tree = below
    outcome = tree.outcomes.get(name)
    return outcome.title if outcome is not None else ""


def _decides(node: Node) -> str:
    if node.tree is not None:
        return f"{node.title}, tree `{node.tree}`"
    if node.each is not None:
        return f"{node.title}, tree `{node.each}` for every person"
    what = node.decide.text if node.decide is not None else "conditions"
    wait = f", waits {node.wait.duration.text} after {node.wait.after.text}" if node.wait is not None else ""
    return f"{node.title} [{what}{wait}]"


def _test(way: Way) -> str:
    return {"unknown": "if unknown", "each": "then"}.get(way.kind, way.test)


def _outcome(outcome: Outcome) -> list[str]:
    verdict = f" [{outcome.verdict}]" if outcome.verdict else ""
    out = [f"{outcome.id}: {outcome.title}{verdict}"]
    for role, words in outcome.say.items():
        out.append(f"  says to {role}: {_plain(words)}" if role != "default" else f"  says: {_plain(words)}")
    for action in outcome.actions:
        when = (
            action.within.text
            if action.within is not None
            else action.due.text
            if action.due is not None
            else ""
        )
        parts = [part for part in (action.owner, when) if part]
        tail = f" ({', '.join(parts)})" if parts else ""
        for role, words in action.do.items():
            mark = "" if role == "default" else f"{role}: "
            out.append(f"  - {mark}{_plain(words)}{tail}")
        if action.fallback is not None:
            out += [f"    otherwise: {_plain(words)}" for words in action.fallback.do.values()]
    return out


def _plain(words: Words | None) -> str:
    if words is None:
        return ""
    pieces = [f"{{{piece.name}}}" if isinstance(piece, Slot) else piece for piece in words.pieces]
    return " ".join("".join(pieces).split())


def _parameter(parameter: Parameter) -> str:
    if parameter.by is not None:
        values = joined([f"{choice} {literal(value)}" for choice, value in parameter.values.items()])
        text = f"by {parameter.by}: {values}"
    else:
        text = literal(parameter.value)
    unit = f" {parameter.unit}" if parameter.unit else ""
    source = f" ({parameter.kind}: {parameter.source})" if parameter.source else ""
    return f"{parameter.name} = {text}{unit}{source}"
