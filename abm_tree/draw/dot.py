"""A picture for Graphviz, in its DOT language.

Promises: every title is a quoted string in which quotes, backslashes and entities are text, never an
HTML-like label; ids are made here. Refuses: places on paper; Graphviz has its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abm_tree.draw.labels import DECISION, EACH, LOST, OUTCOME, QUESTION, SCORE, TREE, WAIT
from abm_tree.draw.measure import wrap
from abm_tree.draw.model import Box, Bundle, Graph, bundles
from abm_tree.draw.svg import COLOURS, LINE, THICKEST, WAY, colour_of, verdicts

_FORMS = {
    QUESTION: 'shape=box, style="rounded,filled"',
    DECISION: "shape=octagon, style=filled",
    SCORE: "shape=tab, style=filled",
    WAIT: 'shape=box, style="rounded,filled,dashed"',
    TREE: "shape=box, style=filled, peripheries=2",
    EACH: "shape=box, style=filled, peripheries=3",
    OUTCOME: 'shape=box, style="rounded,filled,bold"',
    LOST: 'shape=box, style="dashed"',
}


def dot(graph: Graph, about: Sequence[str] = ()) -> str:
    """The graph."""
    return "".join(f"{line}\n" for line in _lines(graph, about))


def _lines(graph: Graph, about: Sequence[str]) -> Iterator[str]:
    boxes = list(graph.every_box())
    ids = {box.path: f"n{number}" for number, box in enumerate(boxes)}
    colours = verdicts(graph)
    yield f"digraph {quoted(graph.tree.id)} {{"
    yield f"  label={quoted(graph.title, *about)};"
    yield "  labelloc=t;"
    yield '  fontname="Helvetica";'
    yield '  node [fontname="Helvetica", fontsize=12];'
    yield f'  edge [fontname="Helvetica", fontsize=10, color="{LINE[0]}"];'
    yield from _nodes(graph, ids, colours, "  ")
    for bundle in bundles(graph.flat_arrows()):
        yield f"  {ids[bundle.of]} -> {ids[bundle.to]}{_line(bundle, graph)};"
    yield "}"


def _nodes(graph: Graph, ids: dict[str, str], colours: dict[str, str], lead: str) -> Iterator[str]:
    for box in graph.boxes:
        if box.inner is not None:
            yield f"{lead}subgraph cluster_{ids[box.path]} {{"
            yield f"{lead}  label={quoted(box.inner.title)};"
            yield f"{lead}  {_node(box, graph, ids, colours)}"
            yield from _nodes(box.inner, ids, colours, f"{lead}  ")
            yield f"{lead}}}"
        else:
            yield f"{lead}{_node(box, graph, ids, colours)}"


def _node(box: Box, graph: Graph, ids: dict[str, str], colours: dict[str, str]) -> str:
    fill, line = COLOURS[colour_of(box, colours)][:2]
    words = [*wrap(box.title, 12, 170, 5), *wrap(box.about, 12, 170, 3), graph.shown_count(box.count)]
    if box.here:
        words.append("▸ here")
    look = f'{_FORMS[box.kind]}, fillcolor="{fill}", color="{WAY[0] if box.way else line}"'
    if box.way:
        look += ", penwidth=4"
    elif box.gone:
        look += ', fontcolor="#8a8f99"'
    return f"{ids[box.path]} [label={quoted(*words)}, {look}, tooltip={quoted(box.path)}];"


def _line(bundle: Bundle, graph: Graph) -> str:
    several = sum(bool(one.test) for one in bundle.arrows) > 1
    words: list[str] = []
    for one in bundle.arrows:
        words += wrap(f"• {one.test}" if several else one.test, 10, 150, 4)
        words.append(graph.shown_count(one.count))
    parts = [f"label={quoted(*words)}"] if any(words) else []
    if bundle.kind in ("unknown", "otherwise"):
        parts.append(f"style={'dashed' if bundle.kind == 'unknown' else 'dotted'}")
    thick = 1.0
    if graph.counted and graph.rows:
        thick = 0.8 + THICKEST * bundle.count / graph.rows
    if bundle.way:
        parts += [f'color="{WAY[0]}"', f"penwidth={max(thick, 3.0):.1f}"]
    elif graph.counted:
        parts.append(f"penwidth={thick:.1f}")
    if bundle.closed and not bundle.way:
        parts.append('color="#c4c8cf", fontcolor="#8a8f99"')
    return f" [{', '.join(parts)}]" if parts else ""


def quoted(*lines: str) -> str:
    """Lines of text as one quoted string."""
    kept = [line.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines if line]
    return '"' + "\\n".join(kept) + '"'
