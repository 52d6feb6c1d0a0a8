"""Pictures on paper: nothing overlaps, lines touch their boxes and run through none, texts have room."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from generated import facts_for, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pictured import every, hostile, loaded
from small import NOW, tree
from test_picture import large

from abm_tree.draw import layout as laying
from abm_tree.draw.layers import layers, ordered
from abm_tree.draw.layout import layout
from abm_tree.draw.measure import width, wrap
from abm_tree.draw.model import Graph, graph
from abm_tree.draw.plan import Plan
from abm_tree.draw.shapes import SMALL, TITLE, Label, Layout, Shape, Stroke
from abm_tree.draw.svg import svg
from abm_tree.session.open import open_tree
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.choose import ways_of

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
NEAR = 0.3  # places are rounded


def holds(drawn: Layout) -> None:
    """Every promise of a layout."""
    frames = {shape.box.path for shape in drawn.shapes if shape.box.inner is not None and shape.jump is None}

    def within(inner: Shape, outer: Shape) -> bool:
        return (
            outer.jump is None
            and outer.box.path in frames
            and inner.box.path.startswith(f"{outer.box.path}/")
        )

    for one, other in combinations(drawn.shapes, 2):
        if within(one, other) or within(other, one):
            outer, inner = (other, one) if within(one, other) else (one, other)
            assert outer.x < inner.x and outer.y < inner.y
            assert inner.x + inner.w < outer.x + outer.w and inner.y + inner.h < outer.y + outer.h
        else:
            assert apart(one, other), (one.box.path, other.box.path)
    for label in drawn.labels:
        for shape in drawn.shapes:
            assert apart(label, shape) or shape.box.path in frames, (label, shape.box.path)
    for one, other in combinations(drawn.labels, 2):
        assert apart(one, other), (one, other)
    for thing in (*drawn.shapes, *drawn.labels):
        assert thing.x >= -NEAR and thing.y >= -NEAR
        assert thing.x + thing.w <= drawn.w + NEAR and thing.y + thing.h <= drawn.h + NEAR
        for text in thing.texts:
            bold = text.style.split()[0] in ("title", "count", "here") or text.style.endswith("way")
            wide = width(text.text, TITLE if text.style == "title" else SMALL, bold=bold)
            assert text.x - wide / 2 >= thing.x - NEAR and text.x + wide / 2 <= thing.x + thing.w + NEAR
            assert thing.y < text.y < thing.y + thing.h
    lines_hold(drawn, frames)


def lines_hold(drawn: Layout, frames: set[str]) -> None:
    at: dict[str, Shape] = {shape.box.path: shape for shape in drawn.shapes if shape.jump is None}
    ends: dict[str, list[Shape]] = {}
    for shape in drawn.shapes:
        ends.setdefault(shape.box.path, []).append(shape)
    for stroke in drawn.strokes:
        for bundle in stroke.bundles:
            if stroke.begins:
                assert touches(stroke.points[0], at[bundle.of], drawn.down, end=True)
            if stroke.ends:
                assert any(touches(stroke.points[-1], one, drawn.down, end=False) for one in ends[bundle.to])
        points = sampled(stroke, drawn.down)
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        for shape in drawn.shapes:
            if shape.jump is None and shape.box.path in frames:
                continue
            if shape.x > right or shape.x + shape.w < left or shape.y > bottom or shape.y + shape.h < top:
                continue
            for x, y in points:
                assert not (
                    shape.x + 1 < x < shape.x + shape.w - 1 and shape.y + 1 < y < shape.y + shape.h - 1
                ), (stroke.bundles[0].of, stroke.bundles[0].to, shape.box.path)
    begun = {bundle for stroke in drawn.strokes if stroke.begins for bundle in stroke.bundles}
    ended = {bundle for stroke in drawn.strokes if stroke.ends for bundle in stroke.bundles}
    assert begun == ended, "a line begins or ends nowhere"


def apart(one: Shape | Label, other: Shape | Label) -> bool:
    return (
        one.x + one.w <= other.x + NEAR
        or other.x + other.w <= one.x + NEAR
        or one.y + one.h <= other.y + NEAR
        or other.y + other.h <= one.y + NEAR
    )


def touches(point: tuple[float, float], shape: Shape, down: bool, *, end: bool) -> bool:
    x, y = point
    if down:
        edge = shape.y + shape.h if end else shape.y
        return abs(y - edge) <= NEAR and shape.x - NEAR <= x <= shape.x + shape.w + NEAR
    edge = shape.x + shape.w if end else shape.x
    return abs(x - edge) <= NEAR and shape.y - NEAR <= y <= shape.y + shape.h + NEAR


def sampled(stroke: Stroke, down: bool) -> list[tuple[float, float]]:
    """Points of a line, its curves as they are drawn."""
    out = []
    for (x, y), (to_x, to_y) in pairwise(stroke.points):
        for step in range(9):
            t = step / 8
            along = 3 * t * (1 - t) ** 2 * 0.5 + 3 * t * t * (1 - t) * 0.5 + t**3
            bend = 3 * t * t * (1 - t) + t**3
            if down:
                out.append((x + (to_x - x) * bend, y + (to_y - y) * along))
            else:
                out.append((x + (to_x - x) * along, y + (to_y - y) * bend))
    return out


def drawings(found: Graph) -> list[Layout]:
    """A graph on paper in each way: as layers and as a tree, from top to bottom and from left to right."""
    out = [layout(found), layout(found, down=True), layout(found, down=False)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(laying, "FULL", 0)
        out += [layout(found, down=True), layout(found, down=False)]
    return out


def test_the_tree_that_ships() -> None:
    for one in drawings(graph(Plan(open_tree("lead-qualification").tree))):
        holds(one)


@pytest.mark.parametrize("whole", [False, True])
def test_every_kind_of_box(tmp_path: Path, whole: bool) -> None:
    for one in drawings(graph(Plan(every(tmp_path)), whole=whole)):
        holds(one)


def test_hostile_and_endless_texts(tmp_path: Path) -> None:
    for one in drawings(graph(Plan(loaded(hostile(tmp_path))))):
        holds(one)
        assert max(shape.w for shape in one.shapes) < 260 and max(shape.h for shape in one.shapes) < 200


def promises(one: Tree, data: st.DataObject) -> None:
    assert NOW is not None
    record = advance(one, data.draw(facts_for(one)), NOW)
    for whole in (False, True):
        found = graph(Plan(one, record), whole=whole)
        agrees(found)
        for drawn in drawings(found):
            holds(drawn)


def agrees(found: Graph) -> None:
    """The boxes and arrows are those of the tree, once each."""
    paths = [box.path for box in found.every_box()]
    assert len(paths) == len(set(paths))
    nodes = {box.name for box in found.boxes if box.name in found.tree.nodes}
    numbers = [(arrow.of, arrow.number) for arrow in found.arrows if arrow.number >= 0]
    assert sorted(numbers) == sorted(
        (found.path + name, way.number) for name in nodes for way in ways_of(found.tree.nodes[name])
    )
    assert {arrow.to for arrow in found.arrows} | {found.start} == {box.path for box in found.boxes}
    record = found.plan.record
    if record is not None:
        steps = {(step.node, step.number) for step in record.trail}
        walked = {(arrow.of, arrow.number) for arrow in found.arrows if arrow.way and arrow.number >= 0}
        assert walked == {one for one in steps if one[0] in {box.path for box in found.boxes}}
        assert [box.path for box in found.every_box() if box.here and box.inner is None]
    # From single box to single box, too, everything is joined.
    joined = {arrow.to for arrow in found.flat_arrows()} | {found.start}
    inside = {end.path for box in found.every_box() if box.inner is not None for end in box.inner.boxes}
    assert {box.path for box in found.boxes} - inside <= joined | inside or found.path


@given(trees(), st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
def test_generated_trees(one: Tree, data: st.DataObject) -> None:
    promises(one, data)


@pytest.mark.slow
@given(trees(), st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
def test_many_generated_trees(one: Tree, data: st.DataObject) -> None:
    promises(one, data)


@pytest.mark.parametrize("shape", ["chain", "binary", "mixed"])
def test_ninety_nodes(tmp_path: Path, shape: str) -> None:
    loaded_tree = tree(tmp_path, large(90, shape), head="", tail="")
    drawn = layout(graph(Plan(loaded_tree)))
    holds(drawn)
    boxes = [one.box.path for one in drawn.shapes if one.jump is None]
    assert sorted(boxes) == sorted({*loaded_tree.nodes, *loaded_tree.outcomes} & set(boxes))
    assert set(loaded_tree.nodes) <= set(boxes)


# ---------------------------------------------------------------- orders and texts


def test_crossings_are_taken_away() -> None:
    # 0 and 1 over 2 and 3, joined crosswise; then straight.
    above = [[], [], [1], [0]]
    below = [[3], [2], [], []]
    found = ordered([[0, 1], [2, 3]], above, below)
    assert found in ([[0, 1], [3, 2]], [[1, 0], [2, 3]])


def test_layers_are_the_longest_ways() -> None:
    assert layers("a", {"a": ["b", "c"], "b": ["c"], "c": ["a"]}) == {"a": 0, "b": 1, "c": 2}


def test_texts_are_broken_and_say_where_something_is_missing() -> None:
    assert wrap("one two three", 10, 1000, 3) == ("one two three",)
    assert wrap("", 10, 100, 3) == ()
    short = wrap("alpha beta gamma delta epsilon", 10, 60, 2)
    assert len(short) == 2 and short[-1].endswith("…")
    for line in wrap("x" * 400 + " 中" * 50 + " 😀" * 9, 12, 90, 40):
        assert 0 < width(line, 12) <= 90


def test_a_tree_of_one_outcome(tmp_path: Path) -> None:
    (tmp_path / "end.toml").write_text(
        'id = "end"\ntitle = "End"\nstart = "x"\n[outcomes.x]\ntitle = "X"\n', encoding="utf-8"
    )
    found = graph(Plan(loaded(tmp_path / "end.toml")))
    holds(layout(found))
    assert "</svg>" in svg(found)
