"""What is sensitive stands nowhere: in no field, no filled words, no score, nothing computed from it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from report_trees import SECRETS, SUBJECT, TRACES, now, walked, whole

from abm_tree.report.calendar import due_dates
from abm_tree.report.heard import Heard, answers
from abm_tree.report.muted import HIDDEN, muted
from abm_tree.report.notes import call_notes
from abm_tree.report.replayable import record_json
from abm_tree.report.todo import actions_csv
from abm_tree.report.view import Called, sensitive_facts, view
from abm_tree.session.replay import replay
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import open_shelf
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Need, Record

STAMP = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
NAMES = Called("Acme [Holdings]", "Zyzzyx Quux")
TYPED = ("Zyzzyx said so", "so did ZYZZYX QUUX, and Quux's boss")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return whole(tmp_path)


def notes(record: Record, tree: Tree, unmasked: bool) -> str:
    heard = [
        *answers(record, tree),
        Heard("stakeholder.name", "Zyzzyx Quux", said_by="Zyzzyx Quux", note="is called Zyzzyx"),
        Heard("budget", "Yes", said_by="Zyzzyx Quux", how="said on the call", note="Quux was sure"),
        Heard("gone", "7319", note="of another revision"),
    ]
    return call_notes(record, tree, heard, NAMES, TYPED, unmasked=unmasked)


EXPORTS: dict[str, Callable[[Record, Tree, bool], str]] = {
    "notes": notes,
    "record": lambda record, tree, unmasked: record_json(record, tree, unmasked=unmasked),
    "actions": lambda record, tree, unmasked: actions_csv(record, tree, NAMES, unmasked=unmasked),
    "calendar": lambda record, tree, unmasked: due_dates(
        record, tree, NAMES, stamp=STAMP, unmasked=unmasked
    ).text.replace("\r\n ", ""),
}


@pytest.mark.parametrize("kind", EXPORTS)
def test_nothing_sensitive_is_in_an_export(kind: str, tree: Tree) -> None:
    record = walked(tree)
    assert record.outcome == "won"
    shown = EXPORTS[kind](record, tree, False)
    assert [trace for trace in TRACES if trace.casefold() in shown.casefold()] == []
    assert HIDDEN in shown
    whole_text = EXPORTS[kind](record, tree, True)
    assert "Zyzzyx Quux" in whole_text and "7319" in whole_text.replace("\\", "").replace(",", "")
    assert HIDDEN not in whole_text


def stopped(tree: Tree, **facts: Known | Unknown) -> Record:
    return advance(tree, {**SECRETS, **facts}, now(), subject=SUBJECT)


@pytest.mark.parametrize("kind", ["notes", "record"])
def test_nothing_sensitive_is_in_a_walk_that_has_not_ended(kind: str, tree: Tree) -> None:
    record = stopped(tree)
    assert record.needs is not None and record.needs.fact == "budget"
    shown = EXPORTS[kind](record, tree, False)
    assert [trace for trace in TRACES if trace.casefold() in shown.casefold()] == []


def test_what_is_hidden_is_hidden_in_every_state(tree: Tree) -> None:
    """A value that is too old, and a mistake that cites one."""
    record = stopped(tree)
    stale = replace(
        record,
        needs=Need("count", "missing", "count", stale=Known(7319, "list")),
        status="error",
        error="No branch takes 7319, at node `count`",
        at="count",
        at_read=record.trail[0].read,
    )
    shown = view(stale, tree).record
    assert shown.needs is not None  # told again, the walk needs the budget
    assert "7319" not in json.dumps(shown.as_json())


def test_where_words_cannot_be_told_again_they_are_left_out(tree: Tree) -> None:
    record = replace(walked(tree), outcome="elsewhere")
    shown = view(record, tree).record
    assert {task.do for task in shown.actions} == {HIDDEN}
    assert [trace for trace in TRACES if trace in json.dumps(shown.as_json())] == []


def test_what_is_sensitive_spreads_to_what_is_computed(tree: Tree) -> None:
    assert sensitive_facts(tree) == {*SECRETS, "deal.twice"}
    assert set(view(walked(tree), tree).masked) == {*SECRETS, "deal.twice"}


def test_the_way_and_all_else_stays(tree: Tree) -> None:
    record = walked(tree)
    shown = view(record, tree).record
    assert [(step.node, step.to) for step in shown.trail] == [(step.node, step.to) for step in record.trail]
    assert (shown.outcome, shown.verdict, shown.revisit, shown.possible, shown.engine) == (
        record.outcome,
        record.verdict,
        record.revisit,
        record.possible,
        record.engine,
    )
    assert [task.due for task in shown.actions] == [task.due for task in record.actions]
    assert shown.facts["budget"] == record.facts["budget"]
    assert shown.notes[-1] == "Acme [Holdings]: mood (hidden), rumour none"


def test_a_record_without_secrets_is_not_touched(tree: Tree) -> None:
    record = advance(tree, {"count": Unknown(), "budget": Known("no")}, now())
    assert view(record, tree).record is record
    assert view(record, tree).masked == ()


def test_the_muted_tree_decides_alike(tree: Tree) -> None:
    record = walked(tree)
    told = advance(muted(tree, "", sensitive_facts(tree)), record.facts, now(), subject=SUBJECT)
    assert replace(told, actions=(), notes=(), say=(), trail=()) == replace(
        record, actions=(), notes=(), say=(), trail=()
    )
    assert [(step.node, step.test, step.read) for step in told.trail] == [
        (step.node, step.test, step.read) for step in record.trail
    ]


# ---------------------------------------------------------------- names


def test_a_person_without_a_definition_is_hidden_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "facts.toml").write_text("", encoding="utf-8")
    path = tmp_path / "bare.toml"
    path.write_text('id = "bare"\ntitle = "Bare"\nstart = "end"\n[outcomes.end]\ntitle = "End"\n')
    bare, _ = open_shelf(near=tmp_path).load(path)
    assert "stakeholder.name" not in bare.facts
    record = advance(bare, {}, now(), subject=SUBJECT)
    seen = view(record, bare, Called("Acme", "Al Quux"))
    assert (seen.account, seen.stakeholder) == ("Acme", "P1")
    assert seen.text("Al's view: AL QUUX is in; all of it. Quuxes are not.") == (
        "Al's view: (hidden) is in; all of it. Quuxes are not."
    )
    assert view(record, bare, Called("Acme", "Al Quux"), unmasked=True).stakeholder == "Al Quux"
    nobody = view(replace(record, subject=replace(SUBJECT, stakeholder_id="")), bare, Called("", "Al Quux"))
    assert (nobody.account, nobody.stakeholder) == ("A1", HIDDEN)


# ---------------------------------------------------------------- records that replay, and those that cannot


def test_the_whole_record_replays(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(record_json(walked(tree), tree, unmasked=True), encoding="utf-8")
    found = replay(path)
    assert (found.same, found.findings) == (1, [])


def test_a_record_with_hidden_values_says_so(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    text = record_json(walked(tree), tree)
    path.write_text(text, encoding="utf-8")
    assert set(json.loads(text)["masked"]) == {*SECRETS, "deal.twice"}
    (finding,) = replay(path).findings
    assert finding.code == "not-replayed"
    assert (
        finding.message.startswith("The record hides the values of `")
        and "cannot be told again" in finding.message
    )


def test_a_record_without_secrets_replays_as_it_is(tree: Tree, tmp_path: Path) -> None:
    record = advance(tree, {"count": Unknown(), "budget": Known("no")}, now())
    path = tmp_path / "out.jsonl"
    path.write_text(record_json(record, tree), encoding="utf-8")
    assert replay(path).same == 1


def test_a_record_holds_hostile_text_as_escapes(tree: Tree, tmp_path: Path) -> None:
    hostile = "a\x9b31m\u202eb\x00\x1b[2J\ufeff\u2028"
    text = record_json(walked(tree, rumour=Known(hostile, "answer")), tree, unmasked=True)
    assert text.replace("\n", "").isprintable() or all(ord(c) >= 32 for c in text.replace("\n", ""))
    assert not set(hostile) & set("\x9b\u202e\x00\x1b\ufeff\u2028") & set(text)
    assert json.loads(text.splitlines()[1])["facts"]["rumour"]["value"] == hostile
    path = tmp_path / "out.jsonl"
    path.write_text(text, encoding="utf-8")
    assert replay(path).same == 1
