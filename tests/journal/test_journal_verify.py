"""Finished walks are told again from their events; what does not fit is found, what was erased is counted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journals import opened
from walked import TREE, at, finished, started, tree_in

from abm_tree.journal.forget import Forgotten, forget
from abm_tree.journal.store import Journal, open_journal
from abm_tree.journal.verify import Verified, verify
from abm_tree.session.walk import Walk
from abm_tree.walk.subject import Subject


def sound(journal: Journal) -> Verified:
    found = verify(journal)
    assert found.findings == []
    return found


def test_a_sound_journal(tmp_path: Path, journal: Journal) -> None:
    tree = tree_in(tmp_path)
    done = finished(journal, tree)
    started(journal, tree)
    journal.state(Subject("ACC-1"), done.events[1:2])
    found = sound(journal)
    assert (found.walks, found.records, found.erased, found.trees) == (2, 1, 0, 1)
    assert found.events == len(done.events) + 2


def test_a_walk_that_went_over_to_another_revision(tmp_path: Path, journal: Journal) -> None:
    walk = started(journal, tree_in(tmp_path))
    walk.answer("wish", "nothing else")
    walk.answer("salary", Decimal(77000))
    # There the answer to `salary` fits no more, so it is asked anew.
    text = TREE.replace('type = "integer"', 'type = "choice"\nchoices = { low = "Low", high = "High" }')
    text = text.replace('{ when = "< 50000", to = "name" }, { when = ">= 50000", to = "name" }', "").replace(
        "branches = []", 'branches = [{ is = ["low", "high"], to = "name" }]'
    )
    walk.revise(tree_in(tmp_path, text))
    walk.answer("salary", "low")
    walk.answer("nickname", "Mimi")
    assert walk.state.status == "finished"
    walk.back()
    walk.dont_know("nickname")
    assert walk.state.status == "finished"
    found = sound(journal)
    assert (found.records, found.trees) == (2, 2)


keys = ("wish", "salary", "nickname")
acts = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from(keys), st.integers(0, 3)),
        st.tuples(st.sampled_from(("back", "redo", "pause", "resume")), st.just(""), st.integers(0, 3)),
        st.tuples(st.just("unknown"), st.sampled_from(keys), st.just(0)),
    ),
    max_size=14,
)


def act(walk: Walk, what: str, key: str, number: int) -> None:
    match what:
        case "answer":
            walk.answer(
                key, Decimal(number * 30000) if key == "salary" else ("none", "nothing", "a", "b")[number]
            )
        case "unknown":
            walk.dont_know(key)
        case "back":
            walk.back()
        case "redo":
            walk.redo()
        case "pause":
            walk.pause("later")
        case "resume":
            walk.resume(at(f"2026-11-2{number + 2}T09:00:00Z"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_whatever_happens_in_a_walk_can_be_told_again(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[str, str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("walks")
    tree = tree_in(folder)
    with opened(folder / "journal.db") as journal:
        walk = started(journal, tree)
        for what, key, number in done:
            act(walk, what, key, number)
        sound(journal)


# ---------------------------------------------------------------- what is found


def broken(path: Path, statement: str) -> None:
    """Change the file by other means: the guards are taken away first."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


def codes(path: Path) -> list[str]:
    with opened(path) as journal:
        return [finding.code for finding in verify(journal).findings]


@pytest.fixture
def walked(tmp_path: Path, path: Path) -> Path:
    with opened(path) as journal:
        finished(journal, tree_in(tmp_path))
    assert codes(path) == []
    return path


def changed(table: str, column: str, where: str, old: str, new: str) -> str:
    return f"UPDATE {table} SET {column} = replace({column}, '{old}', '{new}') WHERE {where}"


RECORD = "event = (SELECT n FROM events WHERE kind = 'finished')"


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        (
            changed("personal", "body", RECORD, '"dated":"2026-11-21"', '"dated":"2026-11-20"'),
            "not-replayed",
            "The record is not what the events come to, in `facts`.",
        ),
        (
            changed("personal", "body", RECORD, "Write to Mimi", "Write to nobody"),
            "not-replayed",
            "The record differs when replayed, in `actions`.",
        ),
        (
            changed("personal", "body", "event = 4", "77000", "88000"),
            "not-replayed",
            "The record is not what the events come to, in `facts`.",
        ),
        (
            changed("events", "body", "kind = 'finished'", '"outcome":"go"', '"outcome":"leave"'),
            "not-replayed",
            "The record is not what the events come to, in `outcome`.",
        ),
        (
            "UPDATE subjects SET account = 'ACC-2'",
            "not-replayed",
            "The record is not what the events come to, in `subject`.",
        ),
        (
            changed("personal", "body", RECORD, '"record":1', '"record":9'),
            "not-replayed",
            "The record has version 9; this abm-tree reads 1.",
        ),
        (
            f"UPDATE personal SET body = '{{\"record\":{{}}}}' WHERE {RECORD}",
            "no-record",
            "What it finished with is no decision record.",
        ),
        (
            changed("trees", "canonical", "1", "Go on", "Go off"),
            "wrong-digest",
            "was changed.",
        ),
        ("DELETE FROM trees", "not-replayed", "The journal does not hold the tree of revision"),
        (
            "DELETE FROM events WHERE seq = 2",
            "journal-gap",
            "A row of the table `personal` belongs to nothing.",
        ),
        ("UPDATE events SET id = 'z' || id WHERE seq = 2", "journal-order", "not unique and in order"),
        ("UPDATE events SET seq = seq + 100", "journal-gap", "Events are missing: 1, 2, 3, 4, 5."),
        (
            "UPDATE events SET kind = 'noted' WHERE seq = 1",
            "journal-gap",
            "It does not begin with its start.",
        ),
    ],
)
def test_what_was_changed_by_other_means_is_found(
    walked: Path, statement: str, code: str, message: str
) -> None:
    broken(walked, statement)
    with opened(walked) as journal:
        found = verify(journal).findings
    assert code in [finding.code for finding in found]
    assert [one.message for one in found if one.code == code and message in one.message], found


def test_damage_is_a_finding(walked: Path) -> None:
    with opened(walked) as journal:
        with walked.open("r+b") as file:
            file.seek(2 * 4096)
            file.write(b"\xff" * 4096)
        found = verify(journal).findings
    assert "damaged-journal" in [finding.code for finding in found]


def test_what_was_erased_is_counted_and_no_finding(tmp_path: Path, journal: Journal) -> None:
    tree = tree_in(tmp_path)
    for _ in range(2):
        finished(journal, tree)
    assert sound(journal).records == 2
    assert isinstance(forget(journal, "CON-77"), Forgotten)
    found = sound(journal)
    assert (found.records, found.walks) == (0, 2)
    assert found.erased >= 2 * 6
    assert isinstance(forget(journal, "ACC-1"), Forgotten)
    assert sound(journal).erased == found.events


def test_a_read_only_journal_is_verified_too(walked: Path) -> None:
    walked.chmod(0o400)
    with open_journal(walked) as journal:
        assert journal.problem
        assert sound(journal).records == 1


def test_a_walk_in_the_journal_is_json_all_through(walked: Path) -> None:
    with opened(walked) as journal:
        for _, event in journal.every():
            assert json.loads(json.dumps([dict(event.body), event.personal])) == [event.body, event.personal]
