"""What the structural checks know of every way: held against walks with any facts."""

from __future__ import annotations

import pytest
from generated import facts_for, states, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abm_tree.checks.looked import Looked
from abm_tree.checks.settled import settled
from abm_tree.checks.stuck import stuck
from abm_tree.checks.twice import twice
from abm_tree.feel import Date, DateTime, Time
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.reads import all_sets
from abm_tree.walk.advance import advance

AS_OF = DateTime(Date(2026, 3, 1), Time(9, 0, 0))
QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
LONG = settings(QUICK, max_examples=500)


@st.composite
def walks(draw: st.DrawFn) -> tuple[Tree, dict[str, Known | Unknown]]:
    """A tree, and facts of which some are unknown and none is missing."""
    tree = draw(trees())
    found = {key: draw(states(fact, missing=False)) for key, fact in tree.facts.items()}
    return tree, {key: state for key, state in found.items() if state is not None}


def looked(tree: Tree) -> Looked:
    return Looked(tree, None)  # type: ignore[arg-type]


def hold(tree: Tree, facts: dict[str, Known | Unknown]) -> None:
    """What is said to be known was known; where a walk stopped was told; what was decided stayed so."""
    record = advance(tree, facts, AS_OF)
    known = settled(tree).known
    warned = {finding.message.split("`")[1] for finding in stuck(looked(tree))}
    again = {f.message.split("`")[1]: f.message.split("`")[-2] for f in twice(looked(tree))}
    set_on_the_way = {one.fact for one in record.sets}
    for step in record.trail:
        for name in known.get(step.node, ()):
            if isinstance(tree.names.get(name), Fact) and name not in set_on_the_way:
                assert isinstance(facts.get(name), Known), (step.node, name)
        if step.node in again and step.to:
            assert step.to == again[step.node]
    if record.needs is not None and record.needs.state == "unknown" and "/" not in record.needs.node:
        assert record.needs.node in warned, record.needs


@given(walks())
@QUICK
def test_what_is_said_of_every_way_holds_on_a_way(walk: tuple[Tree, dict[str, Known | Unknown]]) -> None:
    hold(*walk)


@pytest.mark.slow
@given(walks())
@LONG
def test_what_is_said_of_every_way_holds_on_many_ways(walk: tuple[Tree, dict[str, Known | Unknown]]) -> None:
    hold(*walk)


@given(trees().flatmap(lambda tree: st.tuples(st.just(tree), facts_for(tree))))
@QUICK
def test_missing_facts_make_nothing_known(walk: tuple[Tree, dict[str, Known | Unknown]]) -> None:
    tree, facts = walk
    known = settled(tree).known
    for step in advance(tree, facts, AS_OF).trail:
        for name in known.get(step.node, ()):
            if isinstance(tree.names.get(name), Fact) and name not in facts:
                assert name in {key for one in tree.subtrees.values() for key in all_sets(one)}
