"""Exports of whole walks: their text, that programs read them back, and that hostile text stays text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import markdown_it
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar
from report_trees import SUBJECT, now, walked, whole

from abm_tree.feel import DateTime, parse_date_time
from abm_tree.journal.store import open_journal
from abm_tree.report.calendar import due_dates, undated
from abm_tree.report.files import inert, one_line
from abm_tree.report.heard import Heard, answers
from abm_tree.report.notes import call_notes
from abm_tree.report.periods import in_words, rule
from abm_tree.report.todo import COLUMNS, actions_csv
from abm_tree.report.view import Called
from abm_tree.session.export import SUFFIXES, Nothing, content, export, export_walk, remark
from abm_tree.session.walk import Names as WalkNames
from abm_tree.session.walk import begin
from abm_tree.source import clean
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record, Task

Golden = Callable[[str, str], None]

STAMP = dt.datetime(2026, 11, 21, 10, 30, 15, tzinfo=dt.timezone(dt.timedelta(hours=1)))
NAMES = Called("Acme [Holdings]", "Jo Doe")
HOSTILE = "=1+1 [x](http://e.vil) <b>|\n# h;\r\nBEGIN:VEVENT\x1b[31m\u202e, \\n `code`"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return whole(tmp_path_factory.mktemp("trees"))


@pytest.fixture(scope="module")
def record(tree: Tree) -> Record:
    return walked(tree, stakeholder__name=Known("Jo Doe", "list"))


@pytest.fixture(scope="module")
def plain(tree: Tree) -> Record:
    """A record that holds nothing sensitive."""
    return without_secrets(tree)


def without_secrets(tree: Tree) -> Record:
    facts = {
        "count": Unknown("answer"),
        "budget": Known("yes", "answer"),
        "rumour": Unknown("answer"),
        "account.name": Known("Acme [Holdings]", "list"),
    }
    return advance(tree, facts, now(), subject=SUBJECT)


@cache
def shared() -> tuple[Tree, Record]:
    """The tree and such a record for property tests, which print what they are given."""
    with tempfile.TemporaryDirectory() as folder:
        tree = whole(Path(folder))
    return tree, without_secrets(tree)


def heard(record: Record, tree: Tree) -> list[Heard]:
    first, *rest = answers(record, tree)
    return [replace(first, said_by="P1", how="said on the call", at="2026-11-21", note="twice"), *rest]


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


# ---------------------------------------------------------------- the texts


@pytest.mark.parametrize("kind", ["hidden", "whole"])
def test_notes(kind: str, record: Record, tree: Tree, golden: Golden) -> None:
    said = heard(record, tree)
    text = call_notes(record, tree, said, NAMES, ["Jo calls back"], by="Ann", unmasked=kind == "whole")
    golden(f"notes {kind}.md", text.replace(record.revision[:12], "<revision>"))


def test_notes_of_walks_that_have_not_ended(tree: Tree, golden: Golden) -> None:
    walks = {
        "asks": {},
        "stuck": {
            "count": Unknown("answer"),
            "budget": Known("yes", "answer"),
            "rumour": Known("x", "answer"),
        },
    }
    out = []
    for facts in walks.values():
        found = advance(tree, facts, now())
        out.append(call_notes(found, tree, answers(found, tree)))
    waits = replace(found, status="waits", outcome="", until="2026-12-01T00:00:00Z", actions=())
    wrong = replace(found, status="error", outcome="", error="No branch holds, at node `x`", actions=())
    nobody = replace(
        advance(tree, {}, now()),
        needs=replace(advance(tree, {}, now()).needs or waits.needs, state="unknown"),  # type: ignore[type-var]
    )
    out += [call_notes(one, tree, ()) for one in (waits, wrong, nobody)]
    golden("notes unfinished.md", "\n---\n".join(out).replace(found.revision[:12], "<revision>"))


def test_actions(record: Record, tree: Tree, golden: Golden) -> None:
    golden("actions.csv", actions_csv(record, tree, NAMES))


def test_calendar(record: Record, tree: Tree, golden: Golden) -> None:
    golden("calendar.ics", due_dates(record, tree, NAMES, walk="w1", stamp=STAMP).text)


# ---------------------------------------------------------------- what programs read


def test_actions_are_read_back(record: Record, tree: Tree) -> None:
    rows = list(csv.DictReader(io.StringIO(actions_csv(record, tree, NAMES, unmasked=True))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(record.actions) == 4
    assert (rows[0]["account_id"], rows[0]["deal_id"], rows[0]["stakeholder_id"]) == ("A1", "D1", "P1")
    assert (rows[0]["account"], rows[0]["stakeholder"], rows[0]["tree"]) == (
        "Acme [Holdings]",
        "Jo Doe",
        "whole",
    )
    assert rows[0]["fallback"] == "Write to Jo Doe (manager, after 5 days)"
    bare = list(csv.DictReader(io.StringIO(actions_csv(record, tree))))
    assert (bare[0]["account"], bare[0]["stakeholder"]) == ("Acme [Holdings]", "")


def test_a_calendar_is_read_back(record: Record, tree: Tree) -> None:
    found = due_dates(record, tree, NAMES, walk="w1", stamp=STAMP)
    assert (found.events, found.undated, undated(record)) == (4, 1, 1)
    one, repeated, _, again = events(found.text)
    assert one.decoded("dtstart") == dt.date(2026, 11, 24)
    assert one.decoded("dtend") == dt.date(2026, 11, 25)
    assert one.decoded("dtstamp") == STAMP.astimezone(dt.UTC)
    assert str(one["transp"]) == "TRANSPARENT"
    assert [str(label) for label in one["categories"].cats] == ["abm-tree", "qualified", "rep"]
    assert "Otherwise: Write to (hidden) (manager, after 5 days)" in str(one["description"])
    assert repeated["rrule"] == {"FREQ": ["WEEKLY"], "INTERVAL": [2]}
    assert again.decoded("dtstart") == dt.date(2027, 2, 19)
    assert str(again["summary"]) == "Look again: Whole (Acme [Holdings])"
    assert all(not event.errors for event in Calendar.from_ical(found.text).walk())


def test_an_event_keeps_its_uid_and_a_later_file_stands_over_it(record: Record, tree: Tree) -> None:
    first = events(due_dates(record, tree, walk="w1", stamp=STAMP).text)
    moved = replace(
        record, actions=(replace(record.actions[0], due="2026-12-24", do="Else"), *record.actions[1:])
    )
    later = events(due_dates(moved, tree, NAMES, walk="w1", stamp=STAMP + dt.timedelta(hours=1)).text)
    assert [str(one["uid"]) for one in first] == [str(one["uid"]) for one in later]
    assert len({str(one["uid"]) for one in first}) == len(first)
    assert first[0]["sequence"] < later[0]["sequence"]
    other = events(due_dates(record, tree, walk="w2", stamp=STAMP).text)
    assert not {str(one["uid"]) for one in first} & {str(one["uid"]) for one in other}
    unnamed = [events(due_dates(record, tree, stamp=STAMP).text)[0]["uid"] for _ in range(2)]
    assert unnamed[0] == unnamed[1]


@pytest.mark.parametrize(
    ("due", "start", "end"),
    [
        ("2026-11-24", dt.date(2026, 11, 24), dt.date(2026, 11, 25)),
        (
            "2026-11-24T14:00:00@Europe/Berlin",
            dt.datetime(2026, 11, 24, 12, 45, tzinfo=dt.UTC),
            dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC),
        ),
        (
            "2026-11-24T14:00:00+01:00",
            dt.datetime(2026, 11, 24, 12, 45, tzinfo=dt.UTC),
            dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC),
        ),
        ("2026-11-24T14:00:00", dt.datetime(2026, 11, 24, 13, 45), dt.datetime(2026, 11, 24, 14)),
        ("", None, None),
        ("soon", None, None),
        ("999999-01-01", None, None),
        ("0001-01-01", None, None),
        ("2026-11-24T14:00:00.000000001Z", None, None),
    ],
)
def test_due_dates_become_days_or_moments(
    due: str, start: dt.date | None, end: dt.date | None, plain: Record, tree: Tree
) -> None:
    one = replace(plain, actions=(Task("Do", due=due),), revisit="")
    found = due_dates(one, tree, stamp=STAMP)
    assert [(event.decoded("dtstart"), event.decoded("dtend")) for event in events(found.text)] == (
        [(start, end)] if start is not None else []
    )
    assert found.undated == (1 if start is None else 0)


@pytest.mark.parametrize(
    ("every", "day", "repeats", "words"),
    [
        ("P7D", 1, {"freq": "weekly", "interval": 1}, "7 days"),
        ("P42D", 31, {"freq": "weekly", "interval": 6}, "42 days"),
        ("P10D", 31, {"freq": "daily", "interval": 10}, "10 days"),
        ("P1D", 31, {"freq": "daily", "interval": 1}, "1 day"),
        ("P3M", 28, {"freq": "monthly", "interval": 3}, "3 months"),
        ("P3M", 29, None, "3 months"),  # which February has a 29th?
        ("P1Y", 31, {"freq": "yearly", "interval": 1}, "1 year"),
        ("P24M", 31, {"freq": "yearly", "interval": 2}, "24 months"),
        ("P1Y2M", 1, None, "P1Y2M"),
        ("PT12H", 1, None, "12 hours"),
        ("PT90M", 1, None, "90 minutes"),
        ("P0D", 1, None, "0 days"),
        ("2 workdays", 1, None, "2 workdays"),
        ("", 1, None, ""),
    ],
)
def test_what_is_repeated(every: str, day: int, repeats: dict[str, object] | None, words: str) -> None:
    assert rule(every, day, 1) == repeats
    assert in_words(every) == words


def test_what_cannot_be_repeated_is_told(plain: Record, tree: Tree) -> None:
    one = replace(plain, actions=(Task("Do", due="2026-01-31", every="P1M"),), revisit="")
    (event,) = events(due_dates(one, tree, stamp=STAMP).text)
    assert "rrule" not in event
    assert "Repeat: every 1 month" in str(event["description"]).splitlines()
    leap = replace(one, actions=(Task("Do", due="2028-02-29", every="P1Y"),))
    assert "rrule" not in events(due_dates(leap, tree, stamp=STAMP).text)[0]
    timed = replace(one, actions=(Task("Do", due="2026-01-01T10:00:00Z", every="P7D"),))
    assert "rrule" not in events(due_dates(timed, tree, stamp=STAMP).text)[0]


OUTSIDE = st.text(max_size=40) | st.sampled_from(
    [HOSTILE, "a\r\nEND:VEVENT\r\nBEGIN:VEVENT", ";=1", "\ud800"]
)


@given(OUTSIDE, OUTSIDE)
@example(HOSTILE, HOSTILE)
@example("x" * 200, "ü" * 100)
def test_hostile_text_stays_text_in_a_calendar(words: str, name: str) -> None:
    tree, plain = shared()
    task = Task(
        words, owner=words, channel=words, due="2026-12-01", note=words, check=words, fallback={"do": words}
    )
    one = replace(plain, actions=(task,), verdict=words, title=words)
    found = due_dates(one, tree, Called(name, name), walk=words, stamp=STAMP, unmasked=True)
    lines = found.text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert found.text == clean(found.text.replace("\r\n", "\n")).replace("\n", "\r\n")
    first, _ = events(found.text)
    named = one_line(name or "Acme [Holdings]")
    assert str(first["summary"]) == one_line(words) + (f" ({named})" if named else "")
    labels = [label for label in ("abm-tree", one_line(words), one_line(words)) if label]
    assert [str(label) for label in first["categories"].cats] == labels


@given(OUTSIDE)
@example(HOSTILE)
def test_hostile_text_stays_text_in_a_list(words: str) -> None:
    tree, plain = shared()
    task = Task(words, owner=words, note=words, fallback={"do": words, "owner": words})
    one = replace(plain, actions=(task,), verdict=words)
    text = actions_csv(one, tree, Called(words, words), unmasked=True)
    assert text.count("\n") == 2
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["do"] == row["owner"] == row["verdict"] == inert(one_line(words))


def test_hostile_text_stays_text_in_notes(tree: Tree, golden: Golden) -> None:
    found = walked(tree, account__name=Known(HOSTILE, "list"), rumour=Known(HOSTILE, "answer"))
    said = [Heard("rumour", HOSTILE, said_by=HOSTILE, how=HOSTILE, note=HOSTILE)]
    text = call_notes(found, tree, said, Called(HOSTILE, ""), [HOSTILE], by=HOSTILE)
    golden("notes hostile.md", text.replace(found.revision[:12], "<revision>"))
    for dialect in ("commonmark", "gfm-like"):
        tokens = markdown_it.MarkdownIt(dialect).parse(text)
        kinds = {child.type for token in tokens for child in (token.children or [token])}
        assert not kinds & {
            "link_open",
            "html_inline",
            "html_block",
            "image",
            "em_open",
            "table_open",
            "fence",
        }
        headings = [token.content for before, token in pairwise(tokens) if before.type == "heading_open"]
        assert len(headings) == len(re.findall("^#", text, re.M)) == 6


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("kind", SUFFIXES)
def test_a_second_export_is_numbered(kind: Any, record: Record, tree: Tree, tmp_path: Path) -> None:
    found = [export(kind, record, tree, tmp_path, names=NAMES, now=STAMP) for _ in range(3)]
    name = f"Acme-Holdings-whole-2026-11-21-{kind}"
    suffix = SUFFIXES[kind]
    assert [path.name for path in found] == [f"{name}{suffix}", f"{name}-2{suffix}", f"{name}-3{suffix}"]
    texts = {path.read_bytes() for path in found}
    assert len(texts) == 1
    assert texts.pop().decode() == content(kind, record, tree, names=NAMES, now=STAMP)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in found}


def test_an_export_goes_where_it_is_sent(record: Record, tree: Tree, tmp_path: Path) -> None:
    wanted = tmp_path / "mine.md"
    wanted.write_text("do not lose me")
    (tmp_path / "mine-2.md").symlink_to(tmp_path / "nowhere")
    assert export("notes", record, tree, wanted) == tmp_path / "mine-3.md"
    assert wanted.read_text() == "do not lose me"
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(FileNotFoundError):
        export("notes", record, tree, tmp_path / "no" / "folder.md")


def test_a_hostile_account_is_text_in_a_files_name(record: Record, tree: Tree, tmp_path: Path) -> None:
    path = export("notes", record, tree, tmp_path, names=Called("../../etc\x00\u202e" + "x" * 300, ""))
    assert path.parent == tmp_path
    assert path.name == f"etc-{'x' * 29}-whole-2026-11-21-notes.md"


def test_a_file_that_cannot_be_written_leaves_nothing(
    record: Record, tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        export("notes", record, tree, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_export_is_said_and_leaves_nothing(tree: Tree, tmp_path: Path) -> None:
    lost = advance(tree, {"count": Known(1)}, now())
    assert lost.outcome == "lost"
    with pytest.raises(Nothing, match="nothing to do"):
        export("actions", lost, tree, tmp_path)
    with pytest.raises(Nothing, match="No action has a date"):
        export("calendar", lost, tree, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_a_calendar_leaves_out_is_remarked(record: Record, tree: Tree) -> None:
    assert remark("calendar", record) == "1 action has no date and is left out."
    assert (
        remark("calendar", replace(record, actions=record.actions * 2))
        == "2 actions have no date and are left out."
    )
    assert remark("calendar", replace(record, actions=record.actions[:1])) == ""
    assert remark("notes", record) == ""


def test_a_walk_is_exported_with_who_said_what(tree: Tree, tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    given = {"account.name": Known("Acme", "list"), "stakeholder.name": Known("Jo Doe", "list")}
    walk = begin(tree, journal, now(), given, SUBJECT, WalkNames("Acme", "Jo Doe"), by="Ann")
    walk.answer("count", Decimal(7319))
    walk.answer("mood", "calm", how="read")
    walk.answer("budget", "yes")
    walk.note("by mail", "budget")
    walk.note("call back")
    walk.dont_know("rumour")
    assert walk.record.outcome == "won"
    text = export_walk("notes", walk, tmp_path, unmasked=True).read_text(encoding="utf-8")
    day = walk.events[0].at[:10]
    assert f"- Budget: Yes, \\| approved (Jo Doe, said on the call, {day}). by mail\n" in text
    assert f"- Count: 7,319 (Jo Doe, said on the call, {day})\n" in text
    assert f"- Mood: Calm (read somewhere, {day})\n" in text
    assert "## What nobody knew\n\n- Rumour\n" in text
    assert "## Notes\n\n- call back\n" in text
    assert "- Recorded by: Ann\n" in text
    assert "(hidden)" not in text
    hidden = export_walk("notes", walk, tmp_path).read_text(encoding="utf-8")
    assert "Jo Doe" not in hidden and "7,319" not in hidden
    assert f"- Budget: Yes, \\| approved (said on the call, {day}). by mail\n" in hidden
    for kind in SUFFIXES:
        assert export_walk(kind, walk, tmp_path).stat().st_size > 0
    journal.close()


def test_a_moment_is_told_as_a_day(record: Record, tree: Tree) -> None:
    at = parse_date_time("2026-11-21T23:59:59@Europe/Berlin")
    assert isinstance(at, DateTime)
    assert "- Date: 2026-11-21\n" in call_notes(replace(record, as_of=at), tree, ())
