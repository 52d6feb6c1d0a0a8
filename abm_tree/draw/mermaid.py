"""A picture as a Mermaid flowchart.

Promises: quotes, brackets, number signs, percent signs, tags and line breaks in titles are text, by Mermaid's
own entities; ids are made here. Refuses: places on paper; Mermaid has its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from abm_tree.draw.labels import DECISION, EACH, LOST, OUTCOME, QUESTION, SCORE, TREE, WAIT
from abm_tree.draw.model import Box, Bundle, Graph, bundles
from abm_tree.draw.svg import COLOURS, WAY, colour_of, verdicts

_FORMS = {
    QUESTION: ("(", ")"),
    DECISION: ("{{", "}}"),
    SCORE: ("[/", "/]"),
    WAIT: ("([", "])"),
    TREE: ("[[", "]]"),
    EACH: ("[[", "]]"),
    OUTCOME: ("([", "])"),
    LOST: ("[", "]"),
}
_PLAIN = re.compile(r"[^A-Za-z0-9 .,:()/+=?'!-]")
_LIST = re.compile(r"^(\d*)([-+.)])(?=\s)")


def mermaid(graph: Graph, about: Sequence[str] = ()) -> str:
    """The flowchart."""
    return "".join(f"{line}\n" for line in _lines(graph, about))


def _lines(graph: Graph, about: Sequence[str]) -> Iterator[str]:
    yield "---"
    yield f"title: {json.dumps(graph.title, ensure_ascii=False)}"
    yield "---"
    yield "flowchart TD"
    for line in about:
        yield f"  %% {_comment(line)}"
    boxes = list(graph.every_box())
    ids = {box.path: f"n{number}" for number, box in enumerate(boxes)}
    colours = verdicts(graph)
    yield from _nodes(graph, ids, colours, "  ")
    drawn = bundles(graph.flat_arrows())
    for bundle in drawn:
        yield f"  {ids[bundle.of]} {_line(bundle, graph)} {ids[bundle.to]}"
    kinds = dict.fromkeys(colour_of(box, colours) for box in boxes)
    for kind in kinds:
        fill, line = COLOURS[kind][:2]
        yield f"  classDef {kind} fill:{fill},stroke:{line},color:#1c212b"
    yield f"  classDef way stroke:{WAY[0]},stroke-width:4px"
    yield "  classDef gone opacity:0.6"
    way = [ids[box.path] for box in boxes if box.way]
    gone = [ids[box.path] for box in boxes if box.gone]
    if way:
        yield f"  class {','.join(way)} way"
    if gone:
        yield f"  class {','.join(gone)} gone"
    walked = [str(number) for number, bundle in enumerate(drawn) if bundle.way]
    closed = [str(number) for number, bundle in enumerate(drawn) if bundle.closed and not bundle.way]
    if walked:
        yield f"  linkStyle {','.join(walked)} stroke:{WAY[0]},stroke-width:4px"
    if closed:
        yield f"  linkStyle {','.join(closed)} opacity:0.45"


def _nodes(graph: Graph, ids: dict[str, str], colours: dict[str, str], lead: str) -> Iterator[str]:
    for box in graph.boxes:
        if box.inner is not None:
            yield f'{lead}subgraph s{ids[box.path]}["{escaped(box.inner.title)}"]'
            yield f"{lead}  {_node(box, graph, ids, colours)}"
            yield from _nodes(box.inner, ids, colours, f"{lead}  ")
            yield f"{lead}end"
        else:
            yield f"{lead}{_node(box, graph, ids, colours)}"


def _node(box: Box, graph: Graph, ids: dict[str, str], colours: dict[str, str]) -> str:
    begin, end = _FORMS[box.kind]
    words = [box.title, box.about, graph.shown_count(box.count)]
    if box.here:
        words.append("▸ here")
    label = "<br/>".join(escaped(word) for word in words if word)
    return f'{ids[box.path]}{begin}"{label}"{end}:::{colour_of(box, colours)}'


def _line(bundle: Bundle, graph: Graph) -> str:
    arrow = "==>" if bundle.way else "-.->" if bundle.kind == "unknown" else "-->"
    several = sum(bool(one.test) for one in bundle.arrows) > 1
    words = []
    for one in bundle.arrows:
        count = graph.shown_count(one.count)
        words.append(" · ".join(part for part in (one.test, count) if part))
    label = "<br/>".join(f"• {escaped(word)}" if several else escaped(word) for word in words if word)
    return f'{arrow}|"{label}"|' if label else arrow


def escaped(text: str) -> str:
    """A text in a label: what Mermaid or Markdown would read is written as an entity."""
    text = _PLAIN.sub(lambda found: _entity(found[0]), text)
    # What begins like an item of a list would be taken for one.
    return _LIST.sub(lambda found: f"{found[1]}{_entity(found[2])}", text)


def _entity(sign: str) -> str:
    return f"#{ord(sign)};" if sign.isascii() else sign


def _comment(text: str) -> str:
    """A text behind `%%`, where braces would begin a directive."""
    return text.replace("{", "(").replace("}", ")")
