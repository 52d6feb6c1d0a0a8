"""Why not, and what is still open, against brute force (generated trees, random accounts)."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import pytest
from generated import OWN, facts_for, load_data, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_trees import plain_tree

from abm_tree.compare.still_open import still_open
from abm_tree.compare.why_not import Change, why_not
from abm_tree.feel import DateTime, Undetermined, Value, compile_tests, literal, parse_date_time, parse_tests
from abm_tree.session.why import still_open_json, still_open_sentences, why_not_json, why_not_sentences
from abm_tree.space.trying import worth_trying
from abm_tree.tree.facts import Known, Unknown, supported
from abm_tree.tree.nodes import final_outcomes
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record

_now = parse_date_time("2026-02-20T09:30:00+01:00")
assert _now is not None
NOW: DateTime = _now
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
FAR = 99

State = Known | Unknown


def walked(tree: Tree, facts: Mapping[str, State]) -> Record:
    return advance(tree, facts, NOW, possible=False)


class Brute:
    """The fewest changes to values worth trying that come to each outcome, found by trying them all.

    A walk differs only where a fact that it read differs: so only those are changed, one after the other.
    """

    def __init__(self, tree: Tree, facts: Mapping[str, State], deep: int) -> None:
        self.tree = tree
        self.states: dict[str, list[State]] = {
            key: [*(supported(tree.facts[key], value) for value in values), Unknown()]
            for key, values in worth_trying(tree, NOW).items()
        }
        self.least: dict[str, int] = {}
        self._seen: dict[frozenset[tuple[str, State]], int] = {}
        self._try(dict(facts), frozenset(), deep)

    def _try(self, facts: dict[str, State], changed: frozenset[str], left: int) -> None:
        record = walked(self.tree, facts)
        if record.outcome:
            self.least[record.outcome] = min(self.least.get(record.outcome, FAR), len(changed))
        readings = [*record.at_read, *(one for step in record.trail for one in step.read)]
        for key in {one.fact for one in readings} - changed if left else ():
            for state in self.states[key]:
                after = {**facts, key: state}
                mark = frozenset((one, after[one]) for one in changed | {key})
                if state != facts.get(key) and self._seen.get(mark, -1) < left - 1:
                    self._seen[mark] = left - 1
                    self._try(after, changed | {key}, left - 1)


@dataclass
class Counted:
    """What was found, so that a test can see that it looked at something."""

    found: int = 0
    smallest: int = 0
    dead: int = 0


def takes(fact: Fact, tests: tuple[str, ...], value: Value) -> bool:
    """Whether the tests that are told take a value."""
    if fact.type == "boolean":
        return literal(value) in tests or "-" in tests
    parsed = parse_tests(", ".join(tests))
    found = compile_tests(parsed)(value, Nothing())  # type: ignore[arg-type]
    return found is True


class Nothing:
    """An environment without names."""

    as_of = NOW

    def read(self, name: str) -> Undetermined:
        raise AssertionError(name)


def any_of(tree: Tree, states: Mapping[str, list[State]], change: Change, dice: random.Random) -> State:
    """Some state that a change says would do."""
    if change.unknown and (not change.tests or dice.random() < 0.2):
        return Unknown()
    values = [one.value for one in states[change.fact] if isinstance(one, Known)]
    fitting = [
        one
        for one in values
        if one is not None and change.tests and takes(tree.facts[change.fact], change.tests, one)
    ]
    return supported(tree.facts[change.fact], dice.choice(fitting)) if fitting else change.state


def smallest_changes_are_found(
    tree: Tree, facts: Mapping[str, State], deep: int, dice: random.Random, counted: Counted
) -> None:
    brute = Brute(tree, facts, deep)
    for outcome in final_outcomes(tree):
        answer = why_not(tree, facts, NOW, outcome)
        assert why_not_sentences(answer, tree)
        assert why_not_json(answer)["verdict"] == answer.verdict
        least = brute.least.get(outcome, FAR)
        if answer.verdict == "reached":
            assert least == 0
            continue
        counted.dead += answer.verdict == "dead"
        assert answer.verdict != "dead" or least == FAR, (outcome, least)
        assert bool(answer.proposals) == (answer.verdict == "found")
        for proposal in answer.proposals:
            changes = {one.fact: one.state for one in proposal.changes}
            assert walked(tree, {**facts, **changes}).outcome == outcome
            for key in changes:
                less = {**facts, **{one: state for one, state in changes.items() if one != key}}
                assert walked(tree, less).outcome != outcome, "a change that is not needed"
            for _ in range(8):
                others = {one.fact: any_of(tree, brute.states, one, dice) for one in proposal.changes}
                assert walked(tree, {**facts, **others}).outcome == outcome, (proposal, others)
        if answer.proposals:
            counted.found += 1
            counted.smallest += answer.smallest
        if answer.smallest:
            assert len(answer.proposals[0].changes) <= least, (outcome, answer.proposals[0], least)


@settings(max_examples=6, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.data(), st.integers(0, 2**32))
def test_no_fewer_changes_do(tree: Tree, data: st.DataObject, seed: int) -> None:
    smallest_changes_are_found(tree, data.draw(facts_for(tree)), 1, random.Random(seed), Counted())


@pytest.mark.slow
@pytest.mark.parametrize(("deep", "examples"), [(1, 120), (2, 25)])
def test_no_fewer_changes_do_long(deep: int, examples: int) -> None:
    counted = Counted()

    @settings(
        max_examples=int(os.environ.get("ABM_TREE_EXAMPLES", examples)),
        deadline=None,
        suppress_health_check=QUIET,
    )
    @given(trees(), st.data(), st.integers(0, 2**32))
    def check(tree: Tree, data: st.DataObject, seed: int) -> None:
        smallest_changes_are_found(tree, data.draw(facts_for(tree)), deep, random.Random(seed), counted)

    check()
    assert counted.smallest > counted.found / 3
    assert counted.dead


def plain_account(tree: Tree, dice: random.Random) -> dict[str, State]:
    """Some facts known, some unknown, some missing."""
    values = worth_trying(tree, NOW)
    found: dict[str, State] = {}
    for key in tree.facts:
        chance = dice.random()
        if chance < 0.6:
            found[key] = Known(dice.choice(values[key]))
        elif chance < 0.8:
            found[key] = Unknown()
    return found


def conditions_over_one_fact(seed: int, deep: int, counted: Counted) -> None:
    dice = random.Random(seed)
    tree = plain_tree(dice, 6 + seed % 12, facts=dice.choice((4, 6, 9)))
    smallest_changes_are_found(tree, plain_account(tree, dice), deep, dice, counted)


def test_conditions_over_one_fact_are_always_proven() -> None:
    counted = Counted()
    for seed in range(12):
        conditions_over_one_fact(seed, 2, counted)
    assert counted.found == counted.smallest > 20
    assert counted.dead


@pytest.mark.slow
def test_conditions_over_one_fact_are_always_proven_long() -> None:
    counted = Counted()
    for seed in range(100, 140):
        conditions_over_one_fact(seed, 3, counted)
    assert counted.found == counted.smallest > 100


def test_what_is_missing_is_not_taken_as_unknown_in_a_score() -> None:
    """With many points, `known(deal.hot)` is false where nobody knows, and asked where it is missing."""
    at_least = [{"at_least": step, "to": "node-2"} for step in (12, 8, 0)]
    points = [
        {"add": "count_of", "max": 8},
        {"add": 3, "if": 'if count_of > 9 then known(deal.hot) else mood = "b"'},
        {"add": "weight", "if": "if cut <= account.size then account.size >= 1 else cut > 3"},
        {"of": "mood", "is": {"a": 4, "b": -2}},
    ]
    parameters = {
        "cut": {"value": 4},
        "weight": {"value": {"a": 3, "b": -1, "c": 0}, "by": "account.kind"},
    }
    small = [{"when": "< -2", "to": "end-0"}, {"when": ">= -2", "to": "end-1"}]
    nodes = {
        "node-1": {"decide": "score.fit", "branches": [*at_least, {"below": True, "to": "node-2"}]},
        "node-2": {"decide": "account.size", "branches": small, "unknown": "end-0"},
    }
    tree, _ = load_data(
        {
            "id": "main",
            "title": "Main",
            "start": "node-1",
            "facts": OWN,
            "parameters": parameters,
            "scores": {"fit": {"points": points}},
            "nodes": nodes,
            "outcomes": {"end-0": {"title": "End 0"}, "end-1": {"title": "End 1"}},
        },
        {},
    )
    facts: dict[str, State] = {"account.kind": Known("c")}
    proposal = why_not(tree, facts, NOW, "end-0").proposals[0]
    assert [(one.fact, one.words) for one in proposal.changes] == [
        ("count_of", "any value"),
        ("mood", "“A” or “C”"),  # with B and a count of 10 or more the walk would ask for more
        ("account.size", "-3 or less"),
    ]


# -------------------------------------------------------------------- what is still open


def what_is_left_is_right(seed: int, most: int) -> int:
    """Hold the outcomes that are said to be left against all combinations of the facts that are open."""
    dice = random.Random(seed)
    tree = plain_tree(dice, 6, facts=40)
    asked = [node.decide.text for node in tree.nodes.values() if node.decide is not None]
    if len(set(asked)) < len(asked):
        return 0  # asked twice: what the possible outcomes say is then more than can happen
    values = worth_trying(tree, NOW)
    facts: dict[str, State] = {}
    for key in asked:
        if dice.random() < 0.4:
            facts[key] = Known(dice.choice(values[key]))
        elif dice.random() < 0.5:
            facts[key] = Unknown()
    free = [key for key in asked if not isinstance(facts.get(key), Known)]
    answer = still_open(tree, facts, NOW)
    assert still_open_sentences(answer, tree)
    assert still_open_json(answer)["outcomes"] == list(answer.outcomes)
    count = 0
    for one in answer.deciding:
        others = [key for key in free if key != one.fact]
        combinations = [
            dict(zip(others, states, strict=True))
            for states in product(*([Unknown(), *map(Known, values[key])] for key in others))
        ]
        if len(combinations) > most:
            continue
        fact, count = tree.facts[one.fact], count + 1
        for value in values[one.fact]:
            regions = [
                region
                for region in one.regions
                if (region.null if value is None else bool(region.tests) and takes(fact, region.tests, value))
            ]
            assert len(regions) == 1, (one, value)
            records = [
                walked(tree, {**facts, **states, one.fact: supported(tree.facts[one.fact], value)})
                for states in combinations
            ]
            assert {record.outcome for record in records if record.outcome} == set(regions[0].outcomes)
    return count


def test_what_is_left_is_what_brute_force_finds() -> None:
    assert sum(what_is_left_is_right(seed, 300) for seed in range(24)) > 8


@pytest.mark.slow
def test_what_is_left_is_what_brute_force_finds_long() -> None:
    assert sum(what_is_left_is_right(seed, 3_000) for seed in range(1_000, 1_080)) > 25


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.data())
def test_nothing_happens_that_is_not_said_to_be_left(tree: Tree, data: st.DataObject) -> None:
    facts = data.draw(facts_for(tree))
    answer = still_open(tree, facts, NOW)
    assert still_open_sentences(answer, tree)
    values = worth_trying(tree, NOW)
    dice = random.Random(0)
    free = [key for key in tree.facts if not isinstance(facts.get(key), Known)]
    for one in answer.deciding:
        for region in one.regions:
            for value in region.values:
                for _ in range(5):
                    more = {
                        key: supported(tree.facts[key], dice.choice(values[key]))
                        for key in free
                        if key != one.fact
                    }
                    record = walked(tree, {**facts, **more, one.fact: supported(tree.facts[one.fact], value)})
                    assert record.outcome in ("", *region.outcomes)
