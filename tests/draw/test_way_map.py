"""The map of whoever walks a tree: the way marked, the present place, trees within trees."""

from __future__ import annotations

from pathlib import Path

from abm_tree.draw.outline import way_map
from abm_tree.feel import parse_date_time
from abm_tree.session.open import open_tree
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance

NOW = parse_date_time("2026-03-02T09:00:00Z")
assert NOW is not None

OUTER = """
id = "outer"
title = "Outer"
start = "hot"
[facts.hot]
type = "boolean"
ask = "Hot?"
[nodes.hot]
decide = "hot"
unknown = "last"
branches = [{ is = true, to = "inner" }, { is = false, to = "last" }]
[nodes.inner]
title = "The inner tree"
tree = "inner"
branches = [{ is = "done", to = "last" }, { is = "lost", to = "bad" }]
[nodes.last]
title = "Last question"
ask = "Last?"
choices = { yes = "Yes", no = "No" }
branches = [{ is = "yes", to = "good" }, { is = "no", to = "bad" }]
[outcomes.good]
title = "Good"
[outcomes.bad]
title = "Bad"
"""
INNER = """
id = "inner"
title = "Inner"
start = "cost"
[nodes.cost]
title = "Cost"
ask = "Too dear?"
choices = { yes = "Yes", no = "No" }
branches = [{ is = "yes", to = "lost" }, { is = "no", to = "done" }]
[outcomes.done]
title = "Done"
[outcomes.lost]
title = "Lost"
"""
LEGEND = "* the way so far   > here   => an outcome   -> further up"


def tree_in(folder: Path) -> Tree:
    (folder / "outer.toml").write_text(OUTER, encoding="utf-8")
    (folder / "inner.toml").write_text(INNER, encoding="utf-8")
    opened = open_tree(str(folder / "outer.toml"))
    assert opened.usable, opened.findings
    return opened.tree


def drawn(tree: Tree, **facts: object) -> list[str]:
    states = {
        name.replace("_of_", "/"): Unknown() if value == "?" else Known(value)  # type: ignore[arg-type]
        for name, value in facts.items()
    }
    return way_map(tree, advance(tree, states, NOW))


def test_the_start_is_here(tmp_path: Path) -> None:
    assert drawn(tree_in(tmp_path)) == [
        "> Hot",
        "  ├─ is true: The inner tree",
        "  │  ├─ is done: Last question",
        "  │  │  ├─ is yes: => Good",
        "  │  │  └─ is no: => Bad",
        "  │  └─ is lost: => Bad",
        "  ├─ is false: -> Last question",
        "  └─ if unknown: -> Last question",
        "",
        LEGEND,
    ]


def test_within_a_tree_that_another_one_calls_its_map_follows(tmp_path: Path) -> None:
    found = drawn(tree_in(tmp_path), hot=True)
    assert found[:2] == ["* Hot", "> ├─ is true: The inner tree"]
    assert found[-7:] == [
        "",
        "Within The inner tree:",
        "> Cost",
        "  ├─ is yes: => Lost",
        "  └─ is no: => Done",
        "",
        LEGEND,
    ]


def test_a_place_that_two_ways_lead_to_is_marked_where_it_stands_and_where_it_was_reached(
    tmp_path: Path,
) -> None:
    found = drawn(tree_in(tmp_path), hot=False)
    assert [line for line in found if line[:1] in ("*", ">") and line != LEGEND] == [
        "* Hot",
        "> │  ├─ is done: Last question",
        "> ├─ is false: -> Last question",
    ]


def test_only_the_end_that_was_reached_is_here(tmp_path: Path) -> None:
    found = drawn(tree_in(tmp_path), hot=True, inner_of_cost="no", last="no")
    assert [line for line in found if line[:1] in ("*", ">") and line != LEGEND] == [
        "* Hot",
        "* ├─ is true: The inner tree",
        "* │  ├─ is done: Last question",
        "> │  │  └─ is no: => Bad",
    ]


def test_a_deep_tree_stays_within_the_screen(tmp_path: Path) -> None:
    nodes = "".join(
        f'[nodes.n{at}]\ntitle = "Node {at}"\nask = "{at}?"\nchoices = {{ yes = "Yes", no = "No" }}\n'
        f'branches = [{{ is = "yes", to = "n{at + 1}" }}, {{ is = "no", to = "end" }}]\n'
        for at in range(60)
    )
    end = '[nodes.n60]\nask = "?"\nchoices = { a = "A" }\nbranches = [{ is = "a", to = "end" }]\n'
    text = f'id = "deep"\ntitle = "Deep"\nstart = "n0"\n{nodes}{end}[outcomes.end]\ntitle = "{"End " * 20}"\n'
    (tmp_path / "deep.toml").write_text(text, encoding="utf-8")
    tree = open_tree(str(tmp_path / "deep.toml")).tree
    found = drawn(tree)
    assert all(len(line) <= 78 for line in found)
    assert sum("Node" in line for line in found) == 60
