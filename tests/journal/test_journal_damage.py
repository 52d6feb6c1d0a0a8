"""Damaged journals: every event in a whole page is read, a copy is put aside, the file stays as it is."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from journals import integrity, noted, opened, rest, spawn, start
from states import filled, killed_after, mode, refused

from abm_tree.journal.store import open_journal
from abm_tree.walk.subject import Subject


def copies(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir() if ".damaged-" in one.name)


def page_of(path: Path, text: str) -> int:
    """The number (from 0) of the first page that holds a text."""
    return path.read_bytes().index(text.encode()) // 4096


def overwrite(path: Path, page: int, count: int = 1) -> None:
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(os.urandom(4096 * count))


def test_a_broken_page_is_read_around(path: Path) -> None:
    ids = filled(path)
    overwrite(path, page_of(path, "note 30 "))
    damaged = path.read_bytes()
    with open_journal(path) as journal:
        journal.check()
        lines = journal.walks()
        assert {line.walk for line in lines} == set(ids), "the events themselves lie elsewhere"
        notes = {id: [e.personal for e in journal.events(id) if e.kind == "noted"] for id in ids}
        assert len([1 for found in notes.values() if found == [None]]) in range(1, 15)
        assert notes[ids[0]] != [None] != notes[ids[-1]]
        refused(journal, "The journal is damaged: 300 of its events could be read. ")
    day = dt.date.today().isoformat()
    assert f"A copy lies beside it as journal.db.damaged-{day}." in journal.problem
    assert path.read_bytes() == damaged
    assert copies(path) == [f"journal.db.damaged-{day}"]
    assert path.with_name(copies(path)[0]).read_bytes() == damaged
    assert stat.S_IMODE(path.with_name(copies(path)[0]).stat().st_mode) == 0o600
    for _ in range(2):
        with open_journal(path) as journal:
            journal.walks()
            journal.check()
            assert copies(path)[0] in journal.problem
    assert len(copies(path)) == 1, "one copy is enough"


@pytest.mark.parametrize("at", [0.05, 0.3, 0.5, 0.8, 0.97])
@pytest.mark.parametrize("count", [1, 3])
def test_broken_pages_anywhere_never_break_the_journal(path: Path, at: float, count: int) -> None:
    ids = filled(path)
    pages = path.stat().st_size // 4096
    overwrite(path, max(1, int(pages * at)), count)
    with open_journal(path) as journal:
        journal.check()
        lines = journal.walks()
        assert {line.walk for line in lines} <= set(ids)
        for id in ids:
            journal.events(id)
        journal.about(Subject("ACC-3"))
        list(journal.trees())
        refused(journal, "The journal is damaged: ")
        count = len(journal.every(limit=1000))
        assert f" {count} of its events" in journal.problem
        assert count > 100
    assert len(copies(path)) == 1


@pytest.mark.parametrize("share", [0.99, 0.7, 0.4])
def test_a_file_that_was_cut_off(path: Path, share: float) -> None:
    filled(path)
    size = path.stat().st_size
    os.truncate(path, int(size * share) // 512 * 512)
    with open_journal(path) as journal:
        journal.check()
        refused(journal, "The journal is damaged: ")
        found = journal.every(limit=1000)
        assert f" {len(found)} of its events" in journal.problem
        assert len(found) > 300 * (share - 0.33)
        journal.walks()


def test_a_broken_first_page(path: Path) -> None:
    filled(path)
    with opened(path) as journal:
        whole = journal.every()
    overwrite(path, 0)
    with open_journal(path) as journal:
        refused(journal, "The journal is damaged: 300 of its events could be read.")
        assert journal.every() == whole
        assert len(journal.walks()) == 60
    assert len(copies(path)) == 1


def test_a_file_of_noise(path: Path) -> None:
    path.write_bytes(os.urandom(100_000))
    with open_journal(path) as journal:
        refused(journal, "The journal is damaged: 0 of its events could be read.")
        assert journal.walks() == []


def test_damage_that_shows_later_is_met_later(path: Path) -> None:
    ids = filled(path)
    with opened(path) as journal:
        assert len(journal.walks()) == 60
    with opened(path) as journal:
        overwrite(path, page_of(path, "note 30 "))
        for id in ids:
            journal.events(id)
        refused(journal, "The journal is damaged: 300 of its events could be read.")
        assert len(journal.walks()) == 60


def test_damage_is_found_in_the_background(path: Path) -> None:
    filled(path)
    with opened(path) as journal:
        assert journal.check() == ""
        overwrite(path, page_of(path, "note 30 "))
        assert "The journal is damaged" in journal.check()
        refused(journal, "The journal is damaged")


def test_the_log_is_part_of_the_copy(path: Path) -> None:
    filled(path)
    walk = killed_after(path, "begin(j, started(), noted('in the log'))")
    overwrite(path, page_of(path, "note 30 "))
    log = path.with_name("journal.db-wal").read_bytes()
    with open_journal(path) as journal:
        journal.check()
        assert [event.kind for event in journal.events(walk)] == ["started", "noted"]
        assert path.with_name(copies(path)[0] + "-wal").read_bytes() == log
    assert path.with_name("journal.db-wal").read_bytes() == log, "the file stays as it is"
    with open_journal(path) as journal:
        journal.check()
    assert len(copies(path)) == 2, "the file and its log, once"


def test_gaps_in_a_walk_are_no_trouble(path: Path) -> None:
    walk = filled(path, 1)[0]
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("events", "personal"):
            connection.execute(f"DROP TRIGGER {table}_delete")
        connection.execute("DELETE FROM personal WHERE event IN (2, 3)")
        connection.execute("DELETE FROM events WHERE n = 2")
    with opened(path) as journal:
        assert [event.seq for event in journal.events(walk)] == [1, 3, 4, 5]
        assert journal.events(walk)[1].personal is None
        assert [line.seq for line in journal.walks()] == [line.seq for line in journal.walks(limit=9)] == [5]


def test_a_backup_of_what_could_be_read_is_a_whole_journal(path: Path, tmp_path: Path) -> None:
    ids = filled(path)
    overwrite(path, page_of(path, "note 30 "))
    new = tmp_path / "new.db"
    with open_journal(path) as journal:
        journal.check()
        events = {id: journal.events(id) for id in ids}
        with closing(sqlite3.connect(new)) as target:
            journal.copy(target)
    with opened(new) as journal:
        assert {id: journal.events(id) for id in ids} == events
        assert journal.check() == ""
        journal.append(ids[0], 5, [noted("on we go")])
    integrity(new)


def test_two_programs_meet_the_same_damage(path: Path) -> None:
    filled(path)
    with opened(path) as one, opened(path) as other:
        overwrite(path, page_of(path, "note 30 "))
        one.check()
        other.check()
        assert one.problem == other.problem
    assert len(copies(path)) == 1


def test_no_copy_where_there_is_no_room_for_one(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    path = folder / "journal.db"
    filled(path)
    overwrite(path, page_of(path, "note 30 "))
    with mode(folder, 0o500), open_journal(path) as journal:
        journal.check()
        assert journal.walks()
        assert "No copy of it could be made." in journal.problem or os.geteuid() == 0


def test_several_programs_meet_the_damage_at_once(path: Path) -> None:
    filled(path)
    overwrite(path, 0)
    code = (
        "import sys, pathlib\n"
        "from abm_tree.journal.store import open_journal\n"
        "sys.stdin.read()\n"
        "j = open_journal(pathlib.Path(sys.argv[1]))\n"
        "print(len(j.walks()), '.damaged-' in j.problem)\n"
    )
    processes = [spawn(path, code=code) for _ in range(4)]
    for process in processes:
        start(process)
    assert [rest(process) for process in processes] == [("60 True\n", "")] * 4
