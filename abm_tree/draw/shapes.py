"""What a picture on paper is made of, and how much room each thing takes.

Promises: a text that stands in a box has room in it, in any usual font. Refuses: places; `layout` and `paper`
find them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from abm_tree.draw.labels import EACH, OUTCOME, SCORE, TREE
from abm_tree.draw.measure import width, wrap
from abm_tree.draw.model import Arrow, Box, Bundle, Graph

TITLE, SMALL = 13.0, 11.0  # sizes of texts
LEADING = 1.3
WIDE, LABEL = 168.0, 132.0  # room for a box's texts, for what stands on a line
PAD_X, PAD_Y = 14.0, 8.0
MARGIN = 14.0  # around a tree that is drawn in its box

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, by its middle and its base line."""

    x: float
    y: float
    text: str
    style: str  # "title", "about", "count", "test"; with "way" or "closed" behind it


@dataclass(frozen=True, slots=True)
class Shape:
    """A box on paper."""

    box: Box
    x: float
    y: float
    w: float
    h: float
    texts: tuple[Text, ...]
    jump: Bundle | None = None  # it stands for a box elsewhere, which these branches lead to

    @property
    def middle(self) -> Point:
        """Its middle."""
        return self.x + self.w / 2, self.y + self.h / 2


@dataclass(frozen=True, slots=True)
class Label:
    """What is written on a line: its tests."""

    x: float
    y: float
    w: float
    h: float
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A piece of a line; several branches that lead to the same place share the last pieces."""

    points: tuple[Point, ...]  # straight where they lie along the picture, a curve where they do not
    bundles: tuple[Bundle, ...]
    begins: bool = False  # at a box
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture on paper."""

    graph: Graph
    w: float
    h: float
    shapes: tuple[Shape, ...]  # a tree's box before those in it
    labels: tuple[Label, ...]
    strokes: tuple[Stroke, ...]
    down: bool  # from top to bottom, else from left to right


@dataclass(slots=True)
class Item:
    """Something that takes room in a layer."""

    w: float
    h: float
    layer: int
    shape: Shape | None = None  # where it lies is not known yet
    label: Label | None = None
    bundle: Bundle | None = None  # of a label or a jump
    inner: Layout | None = None
    through: str = ""  # it is nothing but a line on its way to this box


@dataclass
class Drawing:
    """A picture in the making."""

    graph: Graph
    down: bool
    items: list[Item] = field(default_factory=list)
    lines: dict[tuple[int, int], list[Bundle]] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.boxes = {box.path: box for box in self.graph.boxes}

    def add(self, item: Item) -> int:
        """Take in something."""
        self.items.append(item)
        return len(self.items) - 1

    def join(self, one: int, other: int, bundle: Bundle) -> None:
        """Join two things of neighbouring layers."""
        self.lines.setdefault((one, other), []).append(bundle)

    def breadth(self, one: int) -> float:
        """How much room something takes beside its neighbours."""
        return self.items[one].w if self.down else self.items[one].h

    def depth(self, one: int) -> float:
        """And along the picture."""
        return self.items[one].h if self.down else self.items[one].w


def _stacked(
    parts: Sequence[tuple[str, str, float, bool]], top: float = 0.0
) -> tuple[float, float, tuple[Text, ...]]:
    """Lines of text below each other, their middle at 0: how wide, how high, and the lines."""
    wide, y = 0.0, top
    out = []
    for text, style, size, bold in parts:
        wide = max(wide, width(text, size, bold=bold))
        y += size * LEADING
        out.append(Text(0.0, y - size * (LEADING - 1) / 2 - size * 0.2, text, style))
    return wide, y, tuple(out)


def box_item(box: Box, graph: Graph, layer: int, inner: Layout | None) -> Item:
    """A node or an outcome; `inner` is the tree that is drawn in it."""
    room = WIDE if inner is None else max(WIDE, inner.w)
    parts = [(line, "title", TITLE, True) for line in wrap(box.title, TITLE, room, 5, bold=True)]
    if box.about:
        parts += [(line, "about", SMALL, False) for line in wrap(box.about, SMALL, room, 3)]
    if box.here:
        parts.append(("▸ the way ends here" if box.kind == OUTCOME else "▸ here", "here", SMALL, True))
    if graph.counted:
        parts.append((graph.shown_count(box.count), "count", SMALL, True))
        if box.stopped:
            parts.append((f"{graph.shown_count(box.stopped)} stop here", "about", SMALL, False))
    wide, high, texts = _stacked(parts, PAD_Y)
    # Pills lose their corners, scores and trees their sides.
    sides = 2 * PAD_X + (20.0 if box.kind == EACH else 12.0 if box.kind in (OUTCOME, SCORE, TREE) else 0.0)
    w, h = max(wide + sides, 84.0), high + PAD_Y
    if inner is not None:
        w, h = max(w, inner.w + 2 * MARGIN), h + inner.h + MARGIN
    return Item(w, h, layer, Shape(box, 0, 0, w, h, texts), inner=inner)


def jump_item(bundle: Bundle, drawing: Drawing, layer: int) -> Item:
    """The small box that stands for one drawn elsewhere."""
    box = drawing.boxes[bundle.to]
    lines = wrap(box.title, SMALL, LABEL, 2)
    parts = [(f"→ {line}" if at == 0 else line, "about", SMALL, False) for at, line in enumerate(lines)]
    wide, high, texts = _stacked(parts, 4.0)
    w, h = wide + 20.0, high + 4.0
    return Item(w, h, layer, Shape(box, 0, 0, w, h, texts, bundle), bundle=bundle)


def label_item(bundle: Bundle, graph: Graph, layer: int) -> Item:
    """What is written on a line."""
    parts: list[tuple[str, str, float, bool]] = []
    several = len([arrow for arrow in bundle.arrows if arrow.test]) > 1
    for arrow in bundle.arrows:
        style = "test" + _state(arrow, bundle)
        lines = wrap(f"• {arrow.test}" if several else arrow.test, SMALL, LABEL, 4, bold=arrow.way)
        parts += [(line, style, SMALL, arrow.way) for line in lines]
        if several and graph.counted:
            parts.append((graph.shown_count(arrow.count), "count" + _state(arrow, bundle), SMALL, True))
    if graph.counted and not several:
        style = "count" + _state(bundle.arrows[0], bundle)
        parts.append((graph.shown_count(bundle.count), style, SMALL, True))
    if not parts:
        return Item(4.0, 4.0, layer, bundle=bundle)
    wide, high, texts = _stacked(parts, 2.0)
    w, h = wide + 8.0, high + 2.0
    return Item(w, h, layer, label=Label(0, 0, w, h, texts), bundle=bundle)


def _state(arrow: Arrow, bundle: Bundle) -> str:
    if arrow.way:
        return " way"
    return " closed" if arrow.closed or bundle.way else ""
