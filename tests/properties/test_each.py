"""A tree that is walked for every person adds actions to a decision and changes nothing else about it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from generated import facts_for, load_data, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from often import often

from abm_tree.draw.outline import way_map
from abm_tree.feel import parse_date_time
from abm_tree.space.paths import Paths
from abm_tree.tree.canonical import restored
from abm_tree.tree.each import inner_trees, walks_people
from abm_tree.tree.facts import complete
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.each import EachPerson, passed, with_people
from abm_tree.walk.explain import explain
from abm_tree.walk.record import Record, Task
from abm_tree.walk.replay import again, told, tree_of

Promise = Callable[[Tree, st.DataObject], None]
NOW = parse_date_time("2026-02-20T09:30:00+01:00")
assert NOW is not None
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
NAMES = ("Ann", "Bob", "Ann", "", "Cy")


def some(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=QUIET)


walking = trees().filter(walks_people)


@st.composite
def persons(draw: st.DrawFn, tree: Tree) -> list[EachPerson]:
    return [
        EachPerson(
            f"p{number}",
            {name: draw(facts_for(one)) for name, one in inner_trees(tree).items()},
            NAMES[number],
        )
        for number in range(draw(st.integers(0, len(NAMES))))
    ]


def plain(tree: Tree) -> Tree:
    """The same tree with a plain step wherever a tree is walked for every person."""
    forms: Any = restored(tree.canonical["trees"])
    for one in forms.values():
        for name, node in one["nodes"].items():
            if "each" in node:
                one["nodes"][name] = {"otherwise": node["to"]}
    found, _ = load_data(forms[tree.id], forms)
    return found


def steps(record: Record) -> list[tuple[object, ...]]:
    return [(step.node, step.to, step.number, step.read, step.sums, step.note) for step in record.trail]


def the_way_is_that_of_a_tree_with_a_plain_step_instead(tree: Tree, data: st.DataObject) -> None:
    facts = data.draw(facts_for(tree))
    other = plain(tree)
    one, two = advance(tree, facts, NOW), advance(other, facts, NOW)
    for name in (
        "status",
        "outcome",
        "verdict",
        "needs",
        "until",
        "actions",
        "notes",
        "say",
        "sets",
        "possible",
    ):
        assert getattr(one, name) == getattr(two, name), name
    assert steps(one) == steps(two)
    assert Paths(tree).total == Paths(other).total
    assert Paths(tree).number(one) == Paths(other).number(two)
    assert tree.facts.keys() == other.facts.keys()
    assert way_map(tree, one)


def by_hand(record: Record, own: Record, tree: Tree) -> list[Task]:
    """The actions put together in another way: sorted by all that they say, then taken in groups."""

    def alike(entry: tuple[int, str, Task]) -> tuple[str, ...]:
        task = entry[2]
        words = (task.do, task.owner, task.channel, task.every, task.note, task.check)
        return (*words, json.dumps(task.fallback, sort_keys=True))

    every = [(number, "", task) for number, task in enumerate(own.actions)]
    for walk in record.each or ():
        every += [
            (len(every) + number, walk.subject.stakeholder_id, task)
            for number, task in enumerate(walk.actions)
        ]
    names = {
        walk.subject.stakeholder_id: walk.person or walk.subject.stakeholder_id for walk in record.each or ()
    }
    out: list[tuple[int, Task]] = []
    for _, found in groupby(sorted(every, key=lambda entry: (alike(entry), entry[0])), key=alike):
        group = list(found)
        mine = [entry for entry in group if not entry[1]]
        theirs = [entry for entry in group if entry[1]]
        out += [(number, task) for number, _, task in mine[1:]]
        number, _, first = group[0]
        # What is the walk's own and nobody else's keeps its day.
        days = sorted(task.due for _, _, task in (mine[:1] + theirs) if task.due)
        people = tuple(names[one] for one in dict.fromkeys(whom for _, whom, _ in theirs))
        at = next(iter(passed(own, tree)), "")
        outcome = first.outcome if mine else f"{at}/{first.outcome}"
        due = days[0] if days else ""
        task = Task(
            *(first.do, first.owner, first.channel, due, first.every, first.note, outcome, first.check),
            fallback=first.fallback,
            people=people,
        )
        out.append((number, task))
    return [task for _, task in sorted(out, key=lambda entry: entry[0])]


def actions_are_put_together_and_every_record_replays(tree: Tree, data: st.DataObject) -> None:
    facts = complete(tree.facts, data.draw(facts_for(tree)), NOW)
    people = data.draw(persons(tree))
    own = advance(tree, facts, NOW)
    record = with_people(own, tree, people)
    assert [steps(record), record.outcome, record.facts, record.sets] == [
        *(steps(own), own.outcome, own.facts, own.sets)
    ]
    if own.status != "decided" or not passed(own, tree):
        assert record == own
        assert "each" not in record.as_json()
        return
    inner = inner_trees(tree)
    assert record.each is not None
    assert [(walk.tree, walk.subject.stakeholder_id) for walk in record.each] == [
        (one.id, person.id) for one in passed(own, tree).values() for person in people
    ]
    for walk, person in zip(record.each, people, strict=True):
        # Each is the walk that a batch makes of that person: what is missing is unknown.
        below = inner[walk.tree]
        alone = advance(below, complete(below.facts, person.facts["person"], NOW), NOW, subject=walk.subject)
        assert alone.as_json() == {key: one for key, one in walk.as_json().items() if key != "person"}
        assert all(key in walk.facts for key in below.facts)
    assert list(record.actions) == by_hand(record, own, tree)
    nobody = "Nobody is known at the account, so `person` was walked for nobody."
    assert (nobody in record.notes) == (not people)
    assert record.notes[: len(own.notes)] == own.notes
    assert all(explain(record, tree))
    # The record, and each of those in it, is told again by the canonical tree alone.
    form = json.loads(json.dumps(tree.canonical))
    same = tree_of(form, tree.revision)
    stored = json.loads(json.dumps(record.as_json()))
    assert json.loads(json.dumps(again(stored, same))) == stored
    for one in stored["each"]:
        assert told(one, inner_trees(same)[one["tree"]]).revision == one["revision"]
    if stored["each"]:
        damaged = copy.deepcopy(stored)
        damaged["each"][0]["outcome"] = "nowhere"
        assert json.loads(json.dumps(again(damaged, same))) != damaged


PROMISES = [
    the_way_is_that_of_a_tree_with_a_plain_step_instead,
    actions_are_put_together_and_every_record_replays,
]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("examples", often((12, 100), 12))
def test_of_trees_walked_for_everybody(promise: Promise, examples: int) -> None:
    some(examples)(given(walking, st.data())(promise))()
