"""A walk in the journal is what its answers in force make of it, whatever was undone, redone or changed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from generated import PROOFS, facts_for, trees, value_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abm_tree.feel import Value, parse_date_time
from abm_tree.journal.store import Journal, open_journal
from abm_tree.session.walk import Walk, begin
from abm_tree.tree.facts import Known, Unknown, claims, seen
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.replay import again, tree_of

NOW = parse_date_time("2026-02-20T09:30:00+01:00")
assert NOW is not None
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
State = Known | Unknown


@dataclass
class Model:
    """The same walk as a pile of answers and a pile of those taken back."""

    given: dict[str, State]
    done: list[tuple[str, State, bool]] = field(default_factory=list)  # and whether evidence was asked for
    undone: list[tuple[str, State, bool]] = field(default_factory=list)

    def answer(self, key: str, state: State) -> None:
        self.done.append((key, state, isinstance(state, Known) and bool(state.evidence)))
        self.undone.clear()

    def prove(self, evidence: str) -> None:
        """The answer given last has evidence now, or nobody has any."""
        key, state, _ = self.done.pop()
        assert isinstance(state, Known)
        self.done.append((key, replace(state, evidence=evidence), True))
        self.undone.clear()

    def due(self, tree: Tree) -> str:
        """The fact whose evidence is to be asked for."""
        key, state, asked = self.done[-1] if self.done else ("", Unknown(), True)
        return key if isinstance(state, Known) and not asked and claims(tree.facts[key], state.value) else ""

    def back(self) -> str | None:
        if not self.done:
            return None
        self.undone.append(self.done.pop())
        return self.undone[-1][0]

    def redo(self) -> str | None:
        if not self.undone:
            return None
        self.done.append(self.undone.pop())
        return self.done[-1][0]

    @property
    def facts(self) -> dict[str, State]:
        return {**self.given, **{key: state for key, state, _ in self.done}}

    @property
    def order(self) -> list[str]:
        """The facts answered, the latest last."""
        return list(reversed(dict.fromkeys(key for key, *_ in reversed(self.done))))


def read(walk: Walk) -> set[str]:
    record = walk.record
    found = {one.fact for step in record.trail for one in step.read}
    return found | {one.fact for one in record.at_read}


def compare(walk: Walk, model: Model, journal: Journal) -> None:
    """The walk, the model, and the journal read anew say the same."""
    tree = walk.tree
    assert dict(walk.facts) == model.facts
    expected = advance(tree, model.facts, NOW)
    assert walk.record == expected
    told = json.loads(json.dumps(expected.as_json()))
    assert json.loads(json.dumps(again(told, tree_of(tree.canonical, tree.revision)))) == told
    lines = walk.answered()
    assert [one.key for one in lines] == model.order
    assert [one.key for one in lines if not one.on_way] == [
        key for key in model.order if key not in read(walk)
    ]
    stored = Walk(tree, journal, journal.events(walk.id))
    assert (stored.record, stored.state) == (walk.record, walk.state)
    line = journal.line(walk.id)
    assert line is not None and line.seq == walk.state.seq == len(walk.events)
    assert line.status == walk.state.status
    if expected.status == "decided":
        assert walk.state.status == "finished"
        assert walk.state.record == told
        assert (line.outcome, line.verdict) == (expected.outcome, expected.verdict)
    else:
        assert walk.state.record is None
        assert line.outcome == ""


def act(walk: Walk, model: Model, data: st.DataObject) -> None:
    """One thing that somebody does."""
    tree, question = walk.tree, walk.question
    kinds = ["back", "redo", "note"] + ["answer"] * 4 * (question is not None) + ["change"] * bool(model.done)
    assert (question.key if question is not None and question.evidence else "") == model.due(tree)
    kinds += ["prove"] * 8 * bool(model.due(tree))
    kind = data.draw(st.sampled_from(kinds))
    if kind == "back":
        assert walk.back() == model.back()
    elif kind == "redo":
        assert walk.redo() == model.redo()
    elif kind == "prove":
        assert question is not None
        text = data.draw(st.sampled_from(PROOFS))
        if text:
            walk.take(question, text)
        else:
            walk.take_unknown(question)
        model.prove(text)
    elif kind == "note":
        walk.note("heard", next(iter(walk.state.answers), ""))
    else:
        key = data.draw(st.sampled_from(model.order)) if kind == "change" else ""
        if question is not None and question.evidence and not key:
            key = question.key  # the answer itself is given anew
        elif question is not None and not key:
            key = question.key
            assert seen(tree.facts[key], model.facts.get(key), NOW)[0] is None
        else:
            assert walk.question_of(key).changes
        if data.draw(st.integers(0, 3)) == 0:
            walk.dont_know(key)
            model.answer(key, Unknown("answer", NOW.date))
        else:
            value: Value = data.draw(value_of(tree.facts[key]))
            proof = data.draw(st.sampled_from(PROOFS))
            preview = walk.preview(key, value)
            walk.answer(key, value, evidence=proof)
            if proof or not claims(tree.facts[key], value):
                assert (preview.status, preview.outcome) == (walk.record.status, walk.record.outcome)
            model.answer(key, Known(value, "answer", NOW.date, proof))


def walk_like_a_pile(tree: Tree, data: st.DataObject) -> None:
    journal = open_journal(Path(":memory:"))
    try:
        known = data.draw(facts_for(tree)) if data.draw(st.booleans()) else {}
        model = Model({key: state for key, state in known.items() if key in tree.facts})
        walk = begin(tree, journal, NOW, known)
        compare(walk, model, journal)
        for _ in range(data.draw(st.integers(1, 9))):
            act(walk, model, data)
            compare(walk, model, journal)
    finally:
        journal.close()


def some(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=QUIET)


def test_a_walk_is_what_its_answers_in_force_make_of_it() -> None:
    some(25)(given(trees(), st.data())(walk_like_a_pile))()


@pytest.mark.slow
def test_a_walk_is_what_its_answers_in_force_make_of_it_long() -> None:
    some(int(os.environ.get("ABM_TREE_EXAMPLES", "400")))(given(trees(), st.data())(walk_like_a_pile))()
