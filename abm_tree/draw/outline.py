"""A tree as a text outline: nodes once, with where their branches go; shared ones as `-> id`.

Promises: plain text that reads top to bottom; every node and outcome appears once in full. Refuses: colours.
"""

from __future__ import annotations

from abm_tree.feel import literal
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Node, Outcome, Parameter, Tree
from abm_tree.tree.words import Slot, Words
from abm_tree.walk.choose import Way, ways_of
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
    _place(tree, tree.start, "", "", out, set())
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


def _place(tree: Tree, name: str, mark: str, indent: str, out: list[str], seen: set[str]) -> None:
    """Write nodes depth first, without recursion, so that long trees are no trouble."""
    todo: list[tuple[str, str, str]] = [(name, mark, indent)]
    while todo:
        name, mark, indent = todo.pop()
        node = tree.nodes.get(name)
        if node is None:
            outcome = tree.outcomes.get(name)
            title = outcome.title if outcome is not None else _end_title(tree, name)
            out.append(f"{mark}=> {name}" + (f": {title}" if title else ""))
            continue
        if name in seen:
            out.append(f"{mark}-> {name}")
            continue
        seen.add(name)
        out.append(f"{mark}{name}: {_decides(node)}")
        ways = ways_of(node)
        if node.tree is not None and not node.branches and name in tree.subtrees:
            # Its ends are this tree's ends too.
            inner = [f"{name}/{end}" for end in final_outcomes(tree.subtrees[name])]
            ways = (*(Way(0, "ends", end, "end") for end in inner), *ways)
        below = []
        for way in ways:
            last = way is ways[-1]
            corner, line = ("└─ ", "   ") if last else ("├─ ", "│  ")
            below.append((way.to, f"{indent}{corner}{_test(way)}: ", f"{indent}{line}"))
        todo += reversed(below)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _end_title(tree: Tree, path: str) -> str:
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
    what = node.decide.text if node.decide is not None else "conditions"
    wait = f", waits {node.wait.duration.text} after {node.wait.after.text}" if node.wait is not None else ""
    return f"{node.title} [{what}{wait}]"


def _test(way: Way) -> str:
    return "if unknown" if way.kind == "unknown" else way.test


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
