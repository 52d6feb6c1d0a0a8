"""Counts on branches: what the numbers of ways say is what the walks did."""

from __future__ import annotations

from collections import Counter

import pytest
from generated import facts_for, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small import NOW

from abm_tree.draw.model import graph
from abm_tree.draw.plan import Plan
from abm_tree.space import flows
from abm_tree.space.flows import flow
from abm_tree.space.paths import Paths
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def counts_are_those_of_the_walks(tree: Tree, data: st.DataObject) -> None:
    assert NOW is not None
    paths = Paths(tree)
    assert paths.countable
    ways: Counter[int] = Counter()
    edges: Counter[tuple[str, int]] = Counter()
    ends: Counter[str] = Counter()
    stops: Counter[str] = Counter()
    for _ in range(data.draw(st.integers(1, 12))):
        record = advance(tree, data.draw(facts_for(tree)), NOW)
        number = paths.number(record)
        assert number is not None
        ways[number] += 1
        edges.update((step.node, step.number) for step in record.trail)
        if record.outcome:
            ends[record.outcome] += 1
        else:
            stops[record.at] += 1
    found = flow(tree, ways, unread=2)
    assert found.edges == edges
    assert found.stopped == stops
    assert found.total == sum(ways.values()) and found.rows == found.total + 2
    assert {path: found.came[path] for path in ends} == ends
    for whole in (False, True):
        for box in graph(Plan(tree, None, found), whole=whole).every_box():
            if box.path not in ends and box.kind not in ("outcome", "tree"):
                # What comes to a node leaves it, or stops there.
                leaving = sum(count for (of, _), count in edges.items() if of == box.path)
                stuck = box.count - leaving - box.stopped
                assert stuck >= 0  # the rest left the tree by the `unknown` way of the node that calls it
                if "/" not in box.path:
                    assert not stuck


@given(trees(), st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
def test_counts(tree: Tree, data: st.DataObject) -> None:
    counts_are_those_of_the_walks(tree, data)


@given(trees(), st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=QUIET)
def test_counts_of_numbers_that_no_machine_integer_holds(tree: Tree, data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows, "SMALL", 0)
        counts_are_those_of_the_walks(tree, data)


@pytest.mark.slow
@given(trees(), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
def test_many_counts(tree: Tree, data: st.DataObject) -> None:
    counts_are_those_of_the_walks(tree, data)
