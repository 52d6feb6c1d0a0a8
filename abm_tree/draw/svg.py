"""A picture as SVG, without any other program.

Promises: well-formed, whole in one file, nothing is fetched; readable in black and white, since kinds differ
in their outline too, and on a dark screen; a title and a description for those who do not see it; text from
outside is text. Refuses: scripts; the page has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from abm_tree.draw.labels import DECISION, EACH, LOST, OUTCOME, QUESTION, SCORE, TREE, WAIT
from abm_tree.draw.layout import layout
from abm_tree.draw.measure import width, wrap
from abm_tree.draw.model import Box, Graph
from abm_tree.draw.shapes import Layout, Point, Shape, Stroke, Text

MARGIN = 20.0
HEADING, SUBTITLE, LEGEND = 18.0, 12.0, 11.0
FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', 'Noto Sans', sans-serif"
THICKEST = 13.0  # of a line that every walk takes, beside what each line has
KINDS = {
    QUESTION: "question",
    DECISION: "decision",
    SCORE: "scorecard",
    WAIT: "wait",
    TREE: "another tree",
    EACH: "a tree for every person",
    LOST: "missing",
}
# Fill and outline, on light and on dark ground; verdicts take theirs in the order of their outcomes.
COLOURS = {
    QUESTION: ("#e6f0fb", "#2f6bb3", "#16304f", "#7fb2ec"),
    DECISION: ("#f1f2f4", "#616a78", "#2a2f38", "#a9b2c0"),
    SCORE: ("#eee9fa", "#6a51b2", "#2e2650", "#b5a3ee"),
    WAIT: ("#fcf3d4", "#927000", "#41370f", "#e2c45a"),
    TREE: ("#e3f3f3", "#237980", "#123a3d", "#74c9cf"),
    EACH: ("#eef5e0", "#55752a", "#2a3814", "#b2d07c"),
    LOST: ("#ffffff", "#b00020", "#101216", "#ff8a9a"),
    OUTCOME: ("#f7f7f8", "#3c4454", "#22262d", "#c3cad6"),  # without a verdict
    "v0": ("#dff2e3", "#27753a", "#173a20", "#7fd494"),
    "v1": ("#fde8d6", "#b0560f", "#45280f", "#f3ab6d"),
    "v2": ("#fbe1e5", "#ab2f46", "#481a24", "#f291a3"),
    "v3": ("#f2e4f7", "#863b9d", "#3a1c45", "#d79be8"),
    "v4": ("#dcf0f8", "#19708f", "#0f3644", "#74c6e2"),
    "v5": ("#efe8dc", "#745b39", "#3a2f1f", "#cfb38a"),
    "v6": ("#e6e8ec", "#454f5e", "#272c34", "#b0b9c7"),
    "v7": ("#f3f4d2", "#666b10", "#33350f", "#ccd268"),
    "v8": ("#fce3f1", "#a32f78", "#451934", "#ef93c8"),
}
PAGE, INK, DIM, LINE, WAY = (
    ("#ffffff", "#14171c"),
    ("#1c212b", "#e9ecf1"),
    ("#515a6b", "#aab3c2"),
    ("#7b8494", "#8b95a6"),
    ("#c93a00", "#ff9a5c"),
)


def svg(graph: Graph, about: Sequence[str] = ()) -> str:
    """The picture as a file of its own, with heading and legend; `about` stands below the heading."""
    drawn = layout(graph)
    w = max(drawn.w, 420.0)
    head = list(_head(graph, about, w))
    top = max((text.y for text in head), default=0.0) + 14
    legend = list(_legend(drawn, w))
    bottom = max((item.y + 20 for item in legend), default=0.0)
    inside = [
        *(_text(text) for text in head),
        f'<g transform="translate({_n((w - drawn.w) / 2)} {_n(top)})">',
        *parts(drawn),
        "</g>",
        f'<g class="legend" transform="translate(0 {_n(top + drawn.h + 24)})">',
        *(line for item in legend for line in item.drawn()),
        "</g>",
    ]
    return sheet(graph, about, w, top + drawn.h + 24 + bottom, inside)


def sheet(graph: Graph, about: Sequence[str], w: float, h: float, inside: Iterable[str]) -> str:
    """A document of some size around what is drawn."""
    w, h = w + 2 * MARGIN, h + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="abm-tree" role="img" '
        f'aria-labelledby="abm-title abm-desc" width="{_n(w)}" height="{_n(h)}" '
        f'viewBox="0 0 {_n(w)} {_n(h)}">',
        f'<title id="abm-title">{text_of(graph.title)}</title>',
        f'<desc id="abm-desc">{text_of(described(graph, about))}</desc>',
        f"<style>{style()}</style>",
        f'<rect class="page" width="{_n(w)}" height="{_n(h)}"/>',
        f'<g transform="translate({_n(MARGIN)} {_n(MARGIN)})">',
        *inside,
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def parts(drawn: Layout) -> Iterator[str]:
    """Lines, boxes, and what is written on lines; each frame of a tree below what is in it."""
    numbers = {shape.box.path: at for at, shape in enumerate(drawn.shapes) if shape.jump is None}
    colours = verdicts(drawn.graph)
    frames = [shape for shape in drawn.shapes if shape.box.inner is not None and shape.jump is None]
    yield '<g class="boxes">'
    for shape in frames:
        yield from _shape(shape, numbers, colours)
    yield "</g>"
    yield '<g class="lines">'
    for stroke in sorted(drawn.strokes, key=_weight):
        yield _stroke(stroke, drawn)
    yield from _heads(drawn)
    yield "</g>"
    yield '<g class="boxes">'
    for shape in drawn.shapes:
        if shape.box.inner is None or shape.jump is not None:
            yield from _shape(shape, numbers, colours)
    yield "</g>"
    yield '<g class="tests">'
    for label in drawn.labels:
        yield f'<rect class="page" {_at(label.x, label.y, label.w, label.h)} rx="3"/>'
        yield from (_text(one) for one in label.texts)
    yield "</g>"


def described(graph: Graph, about: Sequence[str]) -> str:
    """What the picture shows, for those who do not see it."""
    boxes = list(graph.every_box())
    ends = sum(box.kind == OUTCOME for box in boxes)
    out = [f"A decision tree: {len(boxes) - ends} decisions, {ends} outcomes.", *about]
    way = [box.title for box in boxes if box.way]
    if way:
        out.append("The way: " + ", then ".join(way) + ".")
    return " ".join(out)


def verdicts(graph: Graph) -> dict[str, str]:
    """The colour of each verdict, by its name."""
    found = dict.fromkeys(box.about for box in graph.every_box() if box.kind == OUTCOME and box.about)
    return {name: f"v{at % 9}" for at, name in enumerate(found)}


def colour_of(box: Box, colours: Mapping[str, str]) -> str:
    """The name of a box's colours: by what it is, an outcome's by its verdict."""
    return colours.get(box.about, OUTCOME) if box.kind == OUTCOME else box.kind


def text_of(text: str) -> str:
    """A text of `labels` as XML and HTML hold it."""
    return escape(text, quote=True)


def style() -> str:
    """The colours, on light ground, on dark ground, and on paper."""

    def rules(dark: int) -> Iterator[str]:
        yield f".page{{fill:{PAGE[dark]}}}"
        yield f".abm-tree text{{fill:{INK[dark]}}}"
        yield f".abm-tree text.about,.abm-tree text.sub{{fill:{DIM[dark]}}}"
        yield f".line{{stroke:{LINE[dark]}}}"
        yield f".head{{fill:{LINE[dark]}}}"
        yield f".line.way{{stroke:{WAY[dark]}}}"
        yield f".head.way,.abm-tree text.way,.abm-tree text.here{{fill:{WAY[dark]}}}"
        for name, colours in COLOURS.items():
            fill, line = colours[2 * dark : 2 * dark + 2]
            yield f".{name} .b{{fill:{fill};stroke:{line}}}.{name} .d{{stroke:{line}}}"
        yield f".jump .b{{fill:{PAGE[dark]};stroke:{LINE[dark]}}}"
        yield f".frame .b{{fill:{PAGE[dark]}}}"
        yield f".box.way>.b{{stroke:{WAY[dark]}}}"

    fixed = (
        f".abm-tree{{font-family:{FONT}}}",
        ".abm-tree text{font-size:11px;text-anchor:middle}",
        ".abm-tree text.title{font-size:13px;font-weight:bold}",
        ".abm-tree text.count,.abm-tree text.here,.abm-tree text.way{font-weight:bold}",
        ".abm-tree text.heading{font-size:18px;font-weight:bold;text-anchor:start}",
        ".abm-tree text.sub{font-size:12px;text-anchor:start}",
        ".abm-tree text.key{text-anchor:start}",
        ".line,.d{fill:none}.line{stroke-linecap:butt}",
        ".b{stroke-width:1.4}.v .b{stroke-width:2.2}",
        ".box.way>.b{stroke-width:3}.box.here>.b{stroke-width:4.5}",
        ".wait .b{stroke-dasharray:6 3}.jump .b{stroke-dasharray:2 3}",
        ".unknown{stroke-dasharray:7 4}.otherwise{stroke-dasharray:2 3}",
        ".closed{opacity:.55}",
    )
    light, dark = "".join(rules(0)), "".join(rules(1))
    return f"{''.join(fixed)}{light}@media screen and (prefers-color-scheme:dark){{{dark}}}"


# ---------------------------------------------------------------- pieces


def _shape(shape: Shape, numbers: dict[str, int], colours: dict[str, str]) -> Iterator[str]:
    box, jump = shape.box, shape.jump
    if jump is not None:
        states = _states(way=jump.way, closed=jump.closed)
        yield f'<g class="box jump{states}" data-to="{text_of(box.path)}">'
    else:
        states = _states(way=box.way, here=box.here, closed=box.gone, frame=box.inner is not None)
        kind = ("v " if box.kind == OUTCOME else "") + colour_of(box, colours)
        place = f'id="n{numbers[box.path]}" data-path="{text_of(box.path)}"'
        yield f'<g {place} class="box {kind}{states}">'
    yield f"<title>{text_of(_hint(box))}</title>"
    yield from _outline(shape)
    yield from (_text(text) for text in shape.texts)
    yield "</g>"


def _hint(box: Box) -> str:
    about = f" ({box.about})" if box.about else ""
    return f"{box.title}{about}, {KINDS.get(box.kind, box.kind)} {box.path}"


def _states(**found: bool) -> str:
    return "".join(f" {name}" for name, holds in found.items() if holds)


def _outline(shape: Shape) -> Iterator[str]:
    """The form of a box, by what it is."""
    x, y, w, h = shape.x, shape.y, shape.w, shape.h
    kind = shape.box.kind
    at = _at(x, y, w, h)
    if shape.jump is not None:
        yield f'<rect class="b" {at} rx="4"/>'
    elif kind == OUTCOME:
        yield f'<rect class="b" {at} rx="{_n(min(h / 2, 18))}"/>'
    elif kind == DECISION:
        cut = 9.0
        points = (
            (x + cut, y), (x + w - cut, y), (x + w, y + cut), (x + w, y + h - cut),
            (x + w - cut, y + h), (x + cut, y + h), (x, y + h - cut), (x, y + cut),
        )  # fmt: skip
        yield f'<polygon class="b" points="{" ".join(f"{_n(a)},{_n(b)}" for a, b in points)}"/>'
    else:
        yield f'<rect class="b" {at} rx="{10 if kind in (QUESTION, WAIT) else 1}"/>'
        if kind in (TREE, EACH, SCORE) and shape.box.inner is None:
            sides = {TREE: (x + 5, x + w - 5), EACH: (x + 5, x + 9, x + w - 9, x + w - 5)}.get(kind, (x + 5,))
            for side in sides:
                yield f'<path class="d" d="M{_n(side)} {_n(y)}V{_n(y + h)}"/>'


def _weight(stroke: Stroke) -> tuple[bool, bool]:
    way = any(bundle.way for bundle in stroke.bundles)
    return way, not all(bundle.closed for bundle in stroke.bundles)


def _stroke(stroke: Stroke, drawn: Layout) -> str:
    graph = drawn.graph
    kinds = {bundle.kind for bundle in stroke.bundles}
    way = any(bundle.way for bundle in stroke.bundles)
    closed = all(bundle.closed for bundle in stroke.bundles) and not way
    kind = kinds.pop() if len(kinds) == 1 else "branch"
    dashed = f" {kind}" if kind in ("unknown", "otherwise") else ""
    thick = _thick(stroke, graph)
    first = stroke.bundles[0]
    of = f' data-of="{text_of(first.of)}"' if stroke.begins else ""
    path = _path(stroke.points, drawn.down)
    return (
        f'<path class="line{dashed}{_states(way=way, closed=closed)}"{of} data-to="{text_of(first.to)}" '
        f'stroke-width="{_n(thick)}" d="{path}"/>'
    )


def _thick(stroke: Stroke, graph: Graph) -> float:
    """How thick a line is: as many as took it, where walks are counted."""
    thick = 1.5
    if graph.counted and graph.rows:
        thick = 0.8 + THICKEST * sum(bundle.count for bundle in stroke.bundles) / graph.rows
    return max(thick, 3.2) if any(bundle.way for bundle in stroke.bundles) else thick


def _path(points: Sequence[Point], down: bool) -> str:
    """Straight along the picture, curved where that bends."""
    out = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        if (x if down else y) == (to_x if down else to_y):
            if (x, y) != (to_x, to_y):
                out.append(f"V{_n(to_y)}" if down else f"H{_n(to_x)}")
            continue
        one, other = ((x, (y + to_y) / 2), (to_x, (y + to_y) / 2)) if down else (
            ((x + to_x) / 2, y), ((x + to_x) / 2, to_y))  # fmt: skip
        out.append("C" + " ".join(_n(number) for point in (one, other, (to_x, to_y)) for number in point))
    return "".join(out)


def _heads(drawn: Layout) -> Iterator[str]:
    """One head where lines arrive, in front of the box."""
    found: dict[Point, list[Stroke]] = {}
    for stroke in drawn.strokes:
        if stroke.ends:
            found.setdefault(stroke.points[-1], []).append(stroke)
    for (x, y), strokes in found.items():
        every = [bundle for stroke in strokes for bundle in stroke.bundles]
        way = any(bundle.way for bundle in every)
        states = _states(way=way, closed=not way and all(bundle.closed for bundle in every))
        half = max(5.0, max(_thick(stroke, drawn.graph) for stroke in strokes) / 2 + 4)
        long = half + 4
        d = f"M{_n(x)} {_n(y)}"
        d += (
            f"l{_n(-half)} {_n(-long)}h{_n(2 * half)}z"
            if drawn.down
            else f"l{_n(-long)} {_n(-half)}v{_n(2 * half)}z"
        )
        yield f'<path class="head{states}" d="{d}"/>'


def _text(text: Text) -> str:
    return f'<text class="{text.style}" x="{_n(text.x)}" y="{_n(text.y)}">{text_of(text.text)}</text>'


def _at(x: float, y: float, w: float, h: float) -> str:
    return f'x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}"'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


# ---------------------------------------------------------------- heading and legend


def _head(graph: Graph, about: Sequence[str], room: float) -> Iterator[Text]:
    y = 0.0
    for line in wrap(graph.title, HEADING, room, 4, bold=True):
        y += HEADING * 1.25
        yield Text(0, y, line, "heading")
    for part in about:
        for line in wrap(part, SUBTITLE, room, 8):
            y += SUBTITLE * 1.4
            yield Text(0, y, line, "sub")


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a sign, and what it stands for."""

    x: float
    y: float
    words: str
    box: str = ""  # the classes of a box
    line: str = ""  # or of a line

    def drawn(self) -> Iterator[str]:
        """Its sign and its words."""
        if self.line:
            d = f"M{_n(self.x)} {_n(self.y)}h26"
            thick = 3.2 if "way" in self.line else 1.5
            yield f'<path class="line {self.line}" stroke-width="{thick}" d="{d}"/>'
        else:
            round_ = 7 if self.box.startswith("v ") else 4 if self.box in (QUESTION, WAIT) else 1
            yield f'<g class="{self.box}">'
            yield f'<rect class="b" {_at(self.x, self.y - 7, 26, 14)} rx="{round_}"/>'
            yield "</g>"
        yield f'<text class="key" x="{_n(self.x + 33)}" y="{_n(self.y + 4)}">{text_of(self.words)}</text>'


def keys(graph: Graph, jumps: bool) -> list[tuple[str, str, str]]:
    """What the legend explains: words, classes of a box, classes of a line."""
    boxes = list(graph.every_box())
    used = dict.fromkeys(box.kind for box in boxes if box.kind != OUTCOME)
    out = [(KINDS[kind], kind, "") for kind in KINDS if kind in used]
    if any(box.kind == OUTCOME and not box.about for box in boxes):
        out.append((OUTCOME, f"v {OUTCOME}", ""))
    out += [(f"outcome: {name}", f"v {colour}", "") for name, colour in verdicts(graph).items()]
    lines = {arrow.kind for arrow in graph.flat_arrows()}
    if jumps:
        out.append(("→ goes on at the box of that name", "jump", ""))
    if "otherwise" in lines:
        out.append(("otherwise", "", "otherwise"))
    if "unknown" in lines:
        out.append(("if nobody knows", "", "unknown"))
    if graph.plan.record is not None:
        out += [("the way taken", "", "way"), ("excluded by what is known", "", "closed")]
    return out


def _legend(drawn: Layout, room: float) -> Iterator[Key]:
    x, y = 0.0, 0.0
    jumps = any(shape.jump is not None for shape in drawn.shapes)
    for words, box, line in keys(drawn.graph, jumps):
        shown = "".join(wrap(words, LEGEND, 240, 1))
        wide = 33 + width(shown, LEGEND) + 18
        if x and x + wide > room:
            x, y = 0.0, y + 22
        yield Key(x, y, shown, box, line)
        x += wide
