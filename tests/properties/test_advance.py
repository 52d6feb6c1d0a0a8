"""The promises of `advance`, over generated trees and facts (DESIGN.md sections 2 and 5)."""

from __future__ import annotations

import json
import os

import pytest
from generated import facts_for, trees, value_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abm_tree.feel import parse_date_time
from abm_tree.space.paths import Paths
from abm_tree.tree.facts import Known, Unknown, complete, seen
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.explain import explain
from abm_tree.walk.record import Record
from abm_tree.walk.replay import again, tree_of

NOW = parse_date_time("2026-02-20T09:30:00+01:00")
assert NOW is not None
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def run(tree: Tree, facts: dict[str, Known | Unknown]) -> Record:
    return advance(tree, facts, NOW)


def some(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=QUIET)


def better_known(
    data: st.DataObject, tree: Tree, facts: dict[str, Known | Unknown]
) -> dict[str, Known | Unknown]:
    """The same facts with values for some that were missing or unknown."""
    out = dict(facts)
    for key, fact in tree.facts.items():
        state, _ = seen(fact, facts.get(key), NOW)
        if not isinstance(state, Known) and data.draw(st.booleans()):
            out[key] = Known(data.draw(value_of(fact)))
    return out


def way(record: Record) -> list[tuple[str, str]]:
    return [(step.node, step.test) for step in record.trail]


def never_raises_and_replays(tree: Tree, data: st.DataObject) -> None:
    record = run(tree, data.draw(facts_for(tree)))
    assert record.status in ("decided", "needs", "waits", "error")
    told = json.loads(json.dumps(record.as_json()))
    same = tree_of(json.loads(json.dumps(tree.canonical)), tree.revision)
    assert json.loads(json.dumps(again(told, same))) == told
    assert all(explain(record, tree))


def refines(tree: Tree, data: st.DataObject) -> None:
    facts = data.draw(facts_for(tree))
    first = run(tree, facts)
    second = run(tree, better_known(data, tree, facts))
    if first.status == "decided" and not first.leaned:
        assert (second.outcome, way(second)) == (first.outcome, way(first))
    if second.status == "decided":
        assert second.outcome in first.possible
    assert set(second.possible) <= set(first.possible)


def a_walk_ends_like_a_row(tree: Tree, data: st.DataObject) -> None:
    drawn = data.draw(facts_for(tree))
    # What has no question can only come from a list.
    facts = {key: state for key, state in drawn.items() if tree.facts[key].ask is not None}
    row = run(tree, complete(tree.facts, facts, NOW))
    asked: dict[str, Known | Unknown] = {}
    for _ in range(len(tree.facts) + 1):
        record = run(tree, asked)
        if record.needs is None or record.needs.state == "unknown":
            break
        key = record.needs.fact
        assert key not in asked, "asked twice"
        assert tree.facts[key].ask is not None
        state, _ = seen(tree.facts[key], facts.get(key), NOW)
        asked[key] = state if state is not None else Unknown()
    else:
        pytest.fail("the walk does not end")
    assert (record.status, record.outcome, way(record)) == (row.status, row.outcome, way(row))


def ways_have_numbers(tree: Tree, data: st.DataObject) -> None:
    paths = Paths(tree)
    numbers: dict[int, object] = {}
    for _ in range(6):
        record = run(tree, data.draw(facts_for(tree)))
        number = paths.number(record)
        assert number is not None
        assert 0 <= number < max(1, paths.total)
        stop = record.needs.fact if record.needs is not None else ""
        key = (way(record), record.status, record.outcome, stop)
        assert numbers.setdefault(number, key) == key


PROMISES = [never_raises_and_replays, refines, a_walk_ends_like_a_row, ways_have_numbers]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise(promise: object) -> None:
    @some(10 if promise is a_walk_ends_like_a_row else 30)  # that one takes a third of a second
    @given(trees(), st.data())
    def check(tree: Tree, data: st.DataObject) -> None:
        promise(tree, data)  # type: ignore[operator]

    check()


@pytest.mark.slow
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_promise_long(promise: object) -> None:
    @some(int(os.environ.get("ABM_TREE_EXAMPLES", "500")) // (4 if promise is a_walk_ends_like_a_row else 1))
    @given(trees(), st.data())
    def check(tree: Tree, data: st.DataObject) -> None:
        promise(tree, data)  # type: ignore[operator]

    check()
