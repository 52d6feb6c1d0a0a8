"""From layers and middles to places on paper, and from what is joined to lines.

Promises: lines bend between layers only, where no box is; each begins and ends at the edge of its box.
Refuses: to choose layers and orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abm_tree.draw.shapes import MARGIN, Drawing, Label, Layout, Point, Shape, Stroke, Text

BETWEEN = 26.0  # layers


def on_paper(drawing: Drawing, middles: Sequence[float]) -> Layout:
    """Turn layers and middles into places, and lines into points."""
    items, down = drawing.items, drawing.down
    deep = max(item.layer for item in items) + 1
    thick = [0.0] * deep
    for one, item in enumerate(items):
        thick[item.layer] = max(thick[item.layer], drawing.depth(one))
    begins, at = [], 0.0
    for size in thick:
        begins.append(at)
        at += size + BETWEEN
    length = at - BETWEEN
    least = min(middle - drawing.breadth(one) / 2 for one, middle in enumerate(middles))
    most = max(middle + drawing.breadth(one) / 2 for one, middle in enumerate(middles))

    def point(across: float, along: float) -> Point:
        found = (across - least, along) if down else (along, across - least)
        return round(found[0], 1), round(found[1], 1)

    def first(one: int) -> float:
        """Where something begins along the picture."""
        item = items[one]
        free = thick[item.layer] - drawing.depth(one)
        return begins[item.layer] + (free / 2 if item.shape is None else 0.0)

    shapes: list[Shape] = []
    labels: list[Label] = []
    strokes: list[Stroke] = []
    for one, item in enumerate(items):
        x, y = point(middles[one], first(one))
        x, y = (x - item.w / 2, y) if down else (x, y - item.h / 2)
        x, y = round(x, 1), round(y, 1)
        if item.shape is not None:
            shape = item.shape
            shapes.append(
                Shape(shape.box, x, y, item.w, item.h, moved(shape.texts, x + item.w / 2, y), shape.jump)
            )
            if item.inner is not None:
                dx = x + (item.w - item.inner.w) / 2
                dy = y + item.h - MARGIN - item.inner.h
                _nested(item.inner, dx, dy, shapes, labels, strokes)
        elif item.label is not None:
            labels.append(Label(x, y, item.w, item.h, moved(item.label.texts, x + item.w / 2, y)))
    ports = _ports(drawing, middles)
    pieces: dict[tuple[int, int], tuple[Point, ...]] = {}
    for one, other in drawing.lines:
        start = ports.get((one, other), middles[one])
        end = middles[other]
        below = first(one) + drawing.depth(one)
        band, next_band = begins[items[one].layer] + thick[items[one].layer], begins[items[other].layer]
        points = [point(start, below), point(start, band), point(end, next_band), point(end, first(other))]
        if items[other].shape is None:
            # On through what is written on the line, and past what stands beside it.
            points.append(point(end, first(other) + drawing.depth(other)))
        pieces[one, other] = tuple(points)
    strokes += _strokes(drawing, pieces)
    w, h = (most - least, length) if down else (length, most - least)
    return Layout(drawing.graph, w, h, tuple(shapes), tuple(labels), tuple(strokes), down)


def _strokes(drawing: Drawing, pieces: dict[tuple[int, int], tuple[Point, ...]]) -> Iterator[Stroke]:
    """Pieces of lines put together, as far as nothing joins them on the way."""
    following: dict[int, int] = {}
    arriving: dict[int, int] = {}
    for one, other in pieces:
        following[one] = other
        arriving[other] = arriving.get(other, 0) + 1
    items = drawing.items
    for one, other in pieces:
        if items[one].shape is None and arriving[one] == 1:
            continue  # a piece of the line that arrives there
        points = pieces[one, other]
        end = other
        while items[end].shape is None and arriving[end] == 1:
            points += pieces[end, following[end]][1:]
            end = following[end]
        found = tuple(drawing.lines[one, other])
        yield Stroke(points, found, begins=items[one].shape is not None, ends=items[end].shape is not None)


def _ports(drawing: Drawing, middles: Sequence[float]) -> dict[tuple[int, int], float]:
    """Where lines leave their boxes: beside each other, in the order of where they lead."""
    leaving: dict[int, list[int]] = {}
    for one, other in drawing.lines:
        if drawing.items[one].shape is not None:
            leaving.setdefault(one, []).append(other)
    out = {}
    for one, others in leaving.items():
        others.sort(key=middles.__getitem__)
        room = drawing.breadth(one) * 0.6
        step = min(30.0, room / max(len(others) - 1, 1))
        for at, other in enumerate(others):
            out[one, other] = middles[one] + (at - (len(others) - 1) / 2) * step
    return out


def _nested(
    inner: Layout, dx: float, dy: float, shapes: list[Shape], labels: list[Label], strokes: list[Stroke]
) -> None:
    """A picture in another one."""
    for shape in inner.shapes:
        texts = moved(shape.texts, dx, dy)
        shapes.append(Shape(shape.box, shape.x + dx, shape.y + dy, shape.w, shape.h, texts, shape.jump))
    labels += [
        Label(label.x + dx, label.y + dy, label.w, label.h, moved(label.texts, dx, dy))
        for label in inner.labels
    ]
    for stroke in inner.strokes:
        points = tuple((round(x + dx, 1), round(y + dy, 1)) for x, y in stroke.points)
        strokes.append(Stroke(points, stroke.bundles, stroke.begins, stroke.ends))


def moved(texts: Sequence[Text], dx: float, dy: float) -> tuple[Text, ...]:
    """Texts elsewhere."""
    return tuple(Text(round(one.x + dx, 1), round(one.y + dy, 1), one.text, one.style) for one in texts)
