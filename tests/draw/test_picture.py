"""Drawings of trees: golden texts of small ones, promises over generated ones, the width of large ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from generated import facts_for, trees, value_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from often import often
from small import NOW, facts, tree

from abm_tree.draw.picture import (
    AGAIN,
    DEEPEST,
    INSIDE,
    NODE,
    OUTCOME,
    ROOT,
    WIDEST,
    Line,
    Plan,
    lines,
    picture,
)
from abm_tree.tree.facts import Known, seen
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.choose import ways_of
from abm_tree.walk.possible import open_ways

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

MIDDLE = """
[parameters]
small = { value = 20, unit = "people", kind = "judgement", source = "made up" }
[scores.fit]
title = "Fit with us"
points = [{ add = 2, if = "hot" }, { add = 3, if = "size > 100" }]
[nodes.first]
title = "Large enough"
decide = "size"
unknown = "talk"
branches = [
  { when = "< small", to = "lost" },
  { when = "[small..1000)", to = "talk" },
  { when = ">= 1000", to = "fit" },
]
[nodes.talk]
title = "Money"
decide = "budget"
unknown = "open"
branches = [{ is = ["yes", "planned"], to = "inner" }, { is = "no", to = "lost" }]
[nodes.fit]
title = "Fit"
decide = "score.fit"
branches = [{ at_least = 5, to = "talk" }, { below = true, to = "open" }]
[nodes.inner]
title = "A second look"
tree = "inner"
unknown = "open"
branches = [{ is = "good", to = "won" }, { is = ["poor", "bad"], to = "last" }]
[nodes.last]
title = "Last"
otherwise = "lost"
unknown = "open"
branches = [{ if = 'budget = "planned" and size >= small', to = "won" }]
"""
INNER = """
id = "inner"
title = "Inner tree"
start = "warm"
[nodes.warm]
ask = "How warm?"
type = "integer"
unknown = "poor"
branches = [{ when = ">= 5", to = "good" }, { when = "< 5", to = "bad" }]
[outcomes.good]
title = "Good"
[outcomes.poor]
title = "Poor"
[outcomes.bad]
title = "Bad"
"""


@pytest.fixture
def drawn(tmp_path: Path) -> Tree:
    return tree(tmp_path, MIDDLE, inner=INNER)


def text(found: list[Line]) -> str:
    return "".join(f"{line.text}\n" for line in found)


def test_a_tree_alone(drawn: Tree, golden: Any) -> None:
    golden("a tree alone.txt", text(picture(drawn)))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("at the first question", {}),
        ("on the way", {"size": "300"}),
        ("inside a tree that a node calls", {"size": "300", "budget": "yes"}),
        ("at an outcome", {"size": "300", "budget": "yes", "inner_of_warm": "3", "hot": "yes"}),
        ("far to the side", {"size": "5000", "hot": "no"}),
    ],
)
def test_a_tree_with_a_way_through_it(drawn: Tree, golden: Any, name: str, known: dict[str, str]) -> None:
    assert NOW is not None
    record = advance(drawn, facts(drawn, **known), NOW)
    golden(f"{name}.txt", text(picture(drawn, record)))


def test_folding_and_unfolding(drawn: Tree) -> None:
    plan = Plan(drawn)
    assert len(lines(plan)) < len(lines(plan, whole=True))
    folded = lines(plan, closed={"talk"})
    (line,) = [one for one in folded if one.path == "talk" and one.kind == NODE]
    assert line.folded == "+ 3 nodes" and not line.opened
    assert not any(one.of == "talk" for one in folded)
    unfolded = lines(plan, opened={"inner/"})
    assert any(one.path == "inner/warm" for one in unfolded)
    assert plan.above("inner/warm") == ["inner/warm", "inner/", "inner", "talk", "first"]


def test_long_texts_leave_room_for_the_title(drawn: Tree) -> None:
    (line,) = [one for one in picture(drawn) if one.of == "last" and one.number == 0]
    for width in (70, 50, 40, 30):
        shown = "".join(part for part, _ in line.parts(width))
        assert len(shown) <= width
        assert "Won" in shown
    assert "".join(part for part, _ in line.parts(18)).startswith(line.lead)


# ---------------------------------------------------------------- promises


def branches(tree: Tree, path: str = "") -> set[tuple[str, int]]:
    """Every branch of every node that some way comes to, in this tree and in those it calls."""
    out: set[tuple[str, int]] = {(path, ROOT)}
    todo, seen_ = [tree.start], {tree.start}
    while todo:
        name = todo.pop()
        node = tree.nodes.get(name)
        if node is None:
            continue
        for way in ways_of(node):
            out.add((path + name, way.number))
            if way.to not in seen_:
                seen_.add(way.to)
                todo.append(way.to)
        if name in tree.subtrees:
            out.add((path + name, INSIDE))
            out |= branches(tree.subtrees[name], f"{path}{name}/")
    return out


@given(trees(), st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
def test_every_branch_has_a_line_and_every_node_one_of_its_own(tree: Tree, data: st.DataObject) -> None:
    assert NOW is not None
    record = advance(tree, data.draw(facts_for(tree)), NOW)
    plan = Plan(tree, record)
    for one in (Plan(tree), plan):
        found = lines(one, whole=True)
        assert {(line.of, line.number) for line in found} == branches(tree)
        assert len({line.id for line in found}) == len(found)
        nodes = [line.path for line in found if line.kind == NODE]
        assert len(nodes) == len(set(nodes))
        assert {line.path for line in found if line.kind == AGAIN} <= set(nodes)
        assert all(len(line.text) <= WIDEST for line in found)
    found = lines(plan, whole=True)
    assert {(line.of, line.number) for line in found if line.way and line.number >= 0} == {
        (step.node, step.number) for step in record.trail
    }
    stands = [line.path for line in found if line.here]
    assert stands == [record.at or record.outcome]
    # Outcomes that are not excluded are those that the record says are possible.
    ends = set(final_outcomes(tree))
    reached = {line.path for line in found if line.kind == OUTCOME and not line.closed and line.path in ends}
    assert reached == set(record.possible) | ({record.outcome} - {""})


@given(trees(), st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
def test_folding_hides_lines_and_changes_none(tree: Tree, data: st.DataObject) -> None:
    assert NOW is not None
    record = advance(tree, data.draw(facts_for(tree)), NOW)
    plan = Plan(tree, record)
    whole = {line.id: line for line in lines(plan, whole=True)}
    found = lines(plan)
    assert {line.id for line in found} <= set(whole)
    assert all(_state(line) == _state(whole[line.id]) for line in found)
    for line in whole.values():
        # Whatever is looked for can be unfolded.
        shown = {one.id for one in lines(plan, opened=plan.above(line.of))}
        assert line.id in shown


def _state(line: Line) -> tuple[bool, bool, bool]:
    return line.way, line.here, line.closed


@given(trees(), st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=QUIET)
def test_what_is_excluded_stays_so_whatever_else_becomes_known(tree: Tree, data: st.DataObject) -> None:
    assert NOW is not None
    some = data.draw(facts_for(tree))
    open_ = open_ways(tree, some, NOW)
    more = dict(some)
    for key, fact in tree.facts.items():
        state, _ = seen(fact, some.get(key), NOW)
        if not isinstance(state, Known) and data.draw(st.booleans()):
            more[key] = Known(data.draw(value_of(fact)))
    for step in advance(tree, more, NOW).trail:
        assert step.number in open_[step.node]


# ---------------------------------------------------------------- large trees


def large(count: int, shape: str) -> str:
    """A tree of so many nodes: `chain`, `binary`, or `mixed` with ways that meet again."""
    out = [
        'id = "small"\ntitle = "Large"\nstart = "n0"\n',
        '[facts.a]\ntype = "integer"\nask = "A?"\n',
        '[facts.b]\ntype = "choice"\nask = "B?"\nchoices = { x = "Ex", y = "Why", z = "Zed" }\n',
    ]
    for number in range(count):
        later = {
            "chain": (number + 1, count, number + 1),
            "binary": (2 * number + 1, 2 * number + 2, 2 * number + 2),
            "mixed": (number + 1, number + 2 + number * 7 % 41, number + 3 + number * 13 % 59),
        }[shape]
        to = [f"n{one}" if one < count else f"end{one % 7}" for one in later]
        out.append(f'[nodes.n{number}]\ntitle = "Question number {number} of a long list of questions"\n')
        tests = (f"< {number}", f"[{number}..{number + 50})", f">= {number + 50}")
        kind, what = ("when", tests) if number % 2 else ("is", ("x", "y", "z"))
        out.append(f'decide = "{"a" if number % 2 else "b"}"\nunknown = "end{number % 7}"\n')
        pairs = zip(what, to, strict=True)
        out.append("branches = [" + ", ".join(f'{{ {kind} = "{w}", to = "{t}" }}' for w, t in pairs) + "]\n")
    out += [f'[outcomes.end{number}]\ntitle = "The end of kind {number}"\n' for number in range(7)]
    return "".join(out)


@pytest.mark.parametrize("shape", often(["chain", "binary", "mixed"], "binary"))
def test_a_thousand_nodes_stay_narrow(tmp_path: Path, shape: str) -> None:
    assert NOW is not None
    loaded = tree(tmp_path, large(1000, shape), head="", tail="")
    record = advance(loaded, facts(loaded, a="30000"), NOW)
    for plan in (Plan(loaded), Plan(loaded, record)):
        found = lines(plan, whole=True)
        nodes = [line.path for line in found if line.kind == NODE]
        assert sorted(nodes) == sorted(loaded.nodes)
        assert max(len(line.text) for line in found) <= WIDEST
        assert max(len(line.lead) for line in found) <= 2 * DEEPEST + 4
    assert len(lines(Plan(loaded))) < 200, "what is far is folded"


def test_a_chain_goes_on_at_the_left_edge(tmp_path: Path) -> None:
    loaded = tree(tmp_path, large(DEEPEST + 5, "chain"), head="", tail="")
    plan = Plan(loaded)
    found = lines(plan, whole=True)
    below = [line for line in found if line.below]
    assert [line.path for line in below] == [f"n{DEEPEST}"]
    (again,) = [line for line in found if line.path == f"n{DEEPEST}" and line.kind == NODE]
    assert again.lead == "⋯ " and found.index(again) > found.index(below[0])
    folded = lines(plan, opened=[f"n{number}" for number in range(DEEPEST)])
    (line,) = [line for line in folded if line.path == f"n{DEEPEST}" and line.kind == NODE]
    assert line.folded == "+ 4 nodes"
