"""Where everything of a picture stands: boxes, lines, and what is written on them.

Promises: no box overlaps another, no line runs through a box, every line begins and ends at its boxes, every
text lies in its box; the same picture for the same graph. In a large picture a box is drawn under one branch,
and other branches that lead to it end in a small box with its name. Refuses: colours and files.
"""

from __future__ import annotations

from collections.abc import Sequence

from abm_tree.draw.across import spread, straightened, tidy
from abm_tree.draw.layers import layers, ordered
from abm_tree.draw.model import Box, Bundle, Graph, bundles
from abm_tree.draw.paper import on_paper
from abm_tree.draw.shapes import Drawing, Item, Layout, box_item, jump_item, label_item

FULL = 60  # boxes: a picture of more is drawn as a tree
CROSSING = 40  # lines beyond those of a tree: with more of them nobody finds the way
BESIDE = 22.0  # between neighbours of a layer


def layout(graph: Graph, *, down: bool | None = None) -> Layout:
    """A graph on paper; `down` says which way it runs (default: the way that fits a page better)."""
    found = bundles(graph.arrows)
    full = len(graph.boxes) <= FULL and len(found) <= len(graph.boxes) + CROSSING
    levels = _levels(graph, found, full)
    if down is None:
        down = _runs_down(levels, len(found))
    drawing = Drawing(graph, down)
    places = {}
    for box in graph.boxes:
        if box.path in levels:
            places[box.path] = drawing.add(box_item(box, graph, 2 * levels[box.path], _inner(box, down)))
    if full:
        _joined_in_full(drawing, found, places, levels)
        middles = _in_layers(drawing)
    else:
        root = _joined_as_tree(drawing, found, places, levels)
        middles = _as_tree(drawing, root)
    return on_paper(drawing, middles)


def _inner(box: Box, down: bool) -> Layout | None:
    """The tree that is drawn in a box, on paper."""
    return layout(box.inner, down=down) if box.inner is not None else None


# ---------------------------------------------------------------- layers


def _levels(graph: Graph, found: Sequence[Bundle], full: bool) -> dict[str, int]:
    """The layer of each box."""
    follows: dict[str, list[str]] = {}
    for bundle in found:
        if full or bundle.first:
            follows.setdefault(bundle.of, []).append(bundle.to)
    return layers(graph.start, follows)


def _runs_down(levels: dict[str, int], lines: int) -> bool:
    """Whether a picture from top to bottom is nearer to a page than one from left to right."""
    deep = max(levels.values()) + 1
    counts = [0] * deep
    for level in levels.values():
        counts[level] += 1
    wide = max(*counts, 1, lines / deep * 0.7)
    tall = deep * 140 / (wide * 190)
    flat = wide * 60 / (deep * 330)
    return abs(_off(tall)) <= abs(_off(flat))


def _off(ratio: float) -> float:
    """How far height over width is off a page's, as a factor above 1."""
    page = 1.2
    return max(ratio / page, page / ratio)


def _joined_in_full(
    drawing: Drawing, found: Sequence[Bundle], places: dict[str, int], levels: dict[str, int]
) -> None:
    """Every branch is a line; those to one place share its last stretch."""
    through: dict[tuple[str, int], int] = {}
    for bundle in found:
        start, end = 2 * levels[bundle.of], 2 * levels[bundle.to]
        if end <= start:  # it closes a circle
            jump = drawing.add(jump_item(bundle, drawing, start + 2))
            label = drawing.add(label_item(bundle, drawing.graph, start + 1))
            drawing.join(places[bundle.of], label, bundle)
            drawing.join(label, jump, bundle)
            continue
        at = drawing.add(label_item(bundle, drawing.graph, start + 1))
        drawing.join(places[bundle.of], at, bundle)
        for layer in range(start + 2, end):
            if (bundle.to, layer) not in through:
                through[bundle.to, layer] = drawing.add(Item(4.0, 4.0, layer, through=bundle.to))
            drawing.join(at, through[bundle.to, layer], bundle)
            at = through[bundle.to, layer]
        drawing.join(at, places[bundle.to], bundle)


def _joined_as_tree(
    drawing: Drawing, found: Sequence[Bundle], places: dict[str, int], levels: dict[str, int]
) -> int:
    """Each box hangs under one branch; the others end in a small box with its name."""
    for bundle in found:
        if bundle.of not in levels:
            continue
        layer = 2 * levels[bundle.of]
        at = drawing.add(label_item(bundle, drawing.graph, layer + 1))
        drawing.join(places[bundle.of], at, bundle)
        end = (
            places[bundle.to]
            if bundle.first and levels.get(bundle.to) == levels[bundle.of] + 1
            else drawing.add(jump_item(bundle, drawing, layer + 2))
        )
        drawing.join(at, end, bundle)
    return places[drawing.graph.start]


def _in_layers(drawing: Drawing) -> list[float]:
    items = drawing.items
    above: list[list[int]] = [[] for _ in items]
    below: list[list[int]] = [[] for _ in items]
    for one, other in drawing.lines:
        below[one].append(other)
        above[other].append(one)
    rows: list[list[int]] = [[] for _ in range(max(item.layer for item in items) + 1)]
    seen: set[int] = set()
    todo = [0]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            rows[items[one].layer].append(one)
            todo += reversed(below[one])
    rows = ordered(rows, above, below)

    def weighed(one: int, others: Sequence[int]) -> list[tuple[int, float]]:
        own = bool(items[one].through)
        return [
            (to, 8.0 if own and items[to].through else 2.0 if items[to].through else 1.0) for to in others
        ]

    def gap(one: int, other: int) -> float:
        return (drawing.breadth(one) + drawing.breadth(other)) / 2 + BESIDE

    place = spread(
        rows,
        [weighed(one, near) for one, near in enumerate(above)],
        [weighed(one, near) for one, near in enumerate(below)],
        gap,
        len(items),
    )
    chains: dict[str, list[int]] = {}
    for one, item in enumerate(items):
        if item.through:
            chains.setdefault(item.through, []).append(one)
    found = [sorted(chain, key=lambda one: items[one].layer) for chain in chains.values()]
    straightened(place, rows, gap, found)
    return place


def _as_tree(drawing: Drawing, root: int) -> list[float]:
    children: list[list[int]] = [[] for _ in drawing.items]
    for one, other in drawing.lines:
        children[one].append(other)
    half = [drawing.breadth(one) / 2 for one in range(len(drawing.items))]
    return tidy(root, children, half, BESIDE if drawing.down else BESIDE / 2)
