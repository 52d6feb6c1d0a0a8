"""A picture as one HTML page: the SVG in it, and a little script to move about, search and read.

Promises: one file that fetches nothing; the page says so itself (a Content-Security-Policy that lets in its
own script and style by their hashes and nothing else); without the script the picture and the way still stand
there; text from outside is text, in the page and in what the script reads. Refuses: anything of a network.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from abm_tree.draw.labels import OUTCOME, TREE, one_line, words_label
from abm_tree.draw.layout import layout
from abm_tree.draw.model import Arrow, Box, Graph
from abm_tree.draw.svg import KINDS, keys, parts, sheet, style, text_of
from abm_tree.tree.parts import Action, Fact, Node, Outcome, Tree
from abm_tree.tree.words import Words

HERE = Path(__file__).parent
HELP = (
    "Drag or use the arrow keys to move, the wheel or + and - to zoom, 0 to see everything, / to search. "
    "A click on a box tells what is asked there and why."
)


def page(graph: Graph, about: Sequence[str] = (), steps: Sequence[str] = (), whose: str = "") -> str:
    """The page; `about` stands below the heading, `steps` tell the way of `whose`."""
    css = (HERE / "page.css").read_text(encoding="utf-8")
    script = (HERE / "page.js").read_text(encoding="utf-8")
    drawn = layout(graph)
    picture = sheet(graph, about, drawn.w, drawn.h, parts(drawn))
    jumps = any(shape.jump is not None for shape in drawn.shapes)
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(css, script)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{text_of(graph.title)}</title>",
        f"<style>{css}</style>",
        "</head>",
        "<body>",
        "<header>",
        f'<h1 dir="auto">{text_of(graph.title)}</h1>',
        *(f'<p dir="auto">{text_of(line)}</p>' for line in about),
        *_tools(graph),
        "</header>",
        "<main>",
        f'<div class="picture">{picture}</div>',
        "<aside>",
        f'<section class="details" aria-live="polite"><p class="dim">{HELP}</p></section>',
        *_way(steps, whose),
        *_legend(graph, jumps),
        "</aside>",
        "</main>",
        f'<script type="application/json" id="told">{_json(_told(graph))}</script>',
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _policy(css: str, script: str) -> str:
    """What the browser lets in: this script and these styles, and nothing from elsewhere."""
    styles = " ".join(_hash(one) for one in (css, style()))
    own = f"script-src {_hash(script)}; style-src {styles}"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"


def _json(value: Any) -> str:
    """JSON that ends no element, whatever it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")


def _tools(graph: Graph) -> Iterator[str]:
    yield '<div class="tools">'
    yield (
        '<input id="search" type="search" placeholder="Search titles, ids, questions" '
        'aria-label="Search titles, ids and questions" autocomplete="off" spellcheck="false">'
    )
    yield '<span class="found" role="status"></span>'
    yield '<button type="button" data-do="out" aria-label="Zoom out">−</button>'
    yield '<button type="button" data-do="in" aria-label="Zoom in">+</button>'
    yield '<button type="button" data-do="fit">Everything</button>'
    if any(box.here or box.way for box in graph.every_box()):
        yield '<button type="button" data-do="way">Where the way leads</button>'
    yield "</div>"


def _way(steps: Sequence[str], whose: str) -> Iterator[str]:
    if not steps:
        return
    heading = f"The way of {whose}" if whose else "The way"
    yield f'<section class="way"><h2 dir="auto">{text_of(heading)}</h2>'
    yield '<ol class="way-list">'
    for step in steps:
        yield f'<li dir="auto">{text_of(one_line(step))}</li>'
    yield "</ol></section>"


def _legend(graph: Graph, jumps: bool) -> Iterator[str]:
    yield '<section><h2>Legend</h2><ul class="legend">'
    for words, box, line in keys(graph, jumps):
        sign = (
            f'<path class="line {line}" stroke-width="{3.2 if line == "way" else 1.5}" d="M2 9h30"/>'
            if line
            else f'<g class="{box}"><rect class="b" x="3" y="2" width="28" height="14" '
            f'rx="{7 if box.startswith("v ") else 3}"/></g>'
        )
        yield f'<li><svg aria-hidden="true" viewBox="0 0 34 18">{sign}</svg>{text_of(words)}</li>'
    yield "</ul></section>"


# ---------------------------------------------------------------- what is said of each box


def _told(graph: Graph) -> dict[str, Any]:
    """For each box what the page tells of it."""
    out: dict[str, Any] = {}
    titles = {box.path: box.title for box in graph.every_box()}
    for part in _graphs(graph):
        leaving: dict[str, list[Arrow]] = {}
        for arrow in part.arrows:
            leaving.setdefault(arrow.of, []).append(arrow)
        for box in part.boxes:
            texts, actions = _texts(box)
            branches = [
                [arrow.test, arrow.to, titles[arrow.to], graph.shown_count(arrow.count)]
                for arrow in leaving.get(box.path, ())
            ]
            out[box.path] = {
                "title": box.title,
                "what": _what(box, graph),
                "texts": texts,
                "branches": branches,
                "actions": actions,
                "find": " ".join([box.title, box.path, box.about, *(text for _, text in texts[:1])]),
            }
    return out


def _graphs(graph: Graph) -> Iterator[Graph]:
    yield graph
    for box in graph.boxes:
        if box.inner is not None:
            yield from _graphs(box.inner)


def _what(box: Box, graph: Graph) -> str:
    """Kind, id, what it decides about, how many came here."""
    found = [KINDS.get(box.kind, box.kind), box.path]
    if box.about:
        found.append(f"verdict {box.about}" if box.kind == OUTCOME else box.about)
    if graph.counted:
        found.append(graph.shown_count(box.count))
        if box.stopped:
            found.append(f"{graph.shown_count(box.stopped)} stop here")
    return " · ".join(found)


def _texts(box: Box) -> tuple[list[tuple[str, str]], list[str]]:
    """The question, why, words by role; what is to be done."""
    tree = box.tree
    node, outcome = tree.nodes.get(box.name), tree.outcomes.get(box.name)
    if node is not None:
        return list(_of_node(tree, node, box)), []
    if outcome is not None:
        actions = [one for one in tree.actions if one.outcomes is None or box.name in one.outcomes]
        todo = [_action(tree, one) for one in (*outcome.actions, *actions)]
        return list(_of_outcome(tree, outcome)), todo
    return [], []


def _of_node(tree: Tree, node: Node, box: Box) -> Iterator[tuple[str, str]]:
    asked = [node.decide.is_name or ""] if node.decide is not None else []
    asked += [name for name in node.together if name not in asked]
    for name in asked:
        fact = tree.names.get(name)
        if isinstance(fact, Fact) and fact.ask is not None:
            yield "Question" if name == asked[0] else "", words_label(fact.ask, tree)
            if fact.help is not None:
                yield "", words_label(fact.help, tree)
    if box.kind == TREE and node.id in tree.subtrees:
        yield "Another tree", one_line(tree.subtrees[node.id].about or tree.subtrees[node.id].title)
    if node.id in tree.each:
        inner = tree.each[node.id]
        yield "For every person", one_line(inner.about or inner.title)
    if node.wait is not None:
        yield "Waits", one_line(f"{node.wait.duration.text} after {node.wait.after.text}")
    if node.why is not None:
        yield "Why", words_label(node.why, tree)
    if node.help is not None:
        yield "", words_label(node.help, tree)
    yield from _said(tree, node.say)


def _of_outcome(tree: Tree, outcome: Outcome) -> Iterator[tuple[str, str]]:
    if outcome.note is not None:
        yield "", words_label(outcome.note, tree)
    yield from _said(tree, outcome.say)
    if outcome.revisit is not None:
        yield "Look again", one_line(f"after {outcome.revisit.text}")


def _said(tree: Tree, say: Any) -> Iterator[tuple[str, str]]:
    for role, words in say.items():
        name = "everybody" if role == "default" else role.replace("-", " ")
        yield f"To say to {name}", words_label(words, tree)


def _action(tree: Tree, action: Action) -> str:
    texts: dict[str, Words] = dict(action.do)
    said = [
        words_label(words, tree)
        if role == "default"
        else f"{role.replace('-', ' ')}: {words_label(words, tree)}"
        for role, words in texts.items()
    ]
    when = (
        action.within.text if action.within is not None else action.due.text if action.due is not None else ""
    )
    also = [part for part in (action.owner, when) if part]
    condition = f", if {action.condition.text}" if action.condition is not None else ""
    return one_line("; ".join(said) + (f" ({', '.join(also)})" if also else "") + condition)
