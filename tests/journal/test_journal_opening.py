"""Journals in every state that a file or a folder can be in: what can be read is read, and one is told."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from journals import answered, begin, integrity, noted, opened, rest, spawn, start, started
from states import filled, killed_after, mode, refused

from abm_tree.journal import schema
from abm_tree.journal.events import NotSaved
from abm_tree.journal.opening import Opened, identity
from abm_tree.journal.store import Journal, in_memory, open_journal

# ---------------------------------------------------------------- no journal, and no file


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        refused(journal, "is a folder, not a journal")
        assert journal.walks() == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with open_journal(tmp_path / "file" / "journal.db") as journal:
        refused(journal, "cannot be opened: Not a directory. Nothing is saved.")
    with mode(tmp_path, 0o500), open_journal(Path("/proc/no/journal.db")) as journal:
        refused(journal, "cannot be opened")
        assert journal.walks() == []


def test_no_journal_is_made_where_none_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with open_journal(path, create=False) as journal:
        refused(journal, f"There is no journal at {path} yet.")
        assert journal.walks() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["id,name\nA1,Äcme\n", "x" * 10_000])
def test_a_text_file_is_not_touched(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    with open_journal(path) as journal:
        refused(journal, "is a text file, not a journal")
    assert path.read_text(encoding="utf-8") == text
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_device_is_no_journal() -> None:
    with open_journal(Path("/dev/null")) as journal:
        refused(journal, "is no file, not a journal")


@pytest.mark.parametrize("whose", [0, 0x12345678])
def test_another_programs_database_is_not_touched(path: Path, whose: int) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE theirs (x)")
        other.execute("INSERT INTO theirs VALUES ('x')")
        other.execute(f"PRAGMA application_id = {whose}")
        other.execute("PRAGMA user_version = 1")
    before = path.read_bytes()
    with open_journal(path) as journal:
        refused(journal, "another program's database")
        assert journal.walks() == []
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    path.write_bytes(b"")
    with opened(path) as journal:
        begin(journal)
    integrity(path)


# ---------------------------------------------------------------- versions


def test_migrations_are_recorded(path: Path) -> None:
    opened(path).close()
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT version, applied_at, engine FROM migrations").fetchall()
        assert [row[0] for row in rows] == list(range(1, schema.VERSION + 1))
        assert all(at and engine for _, at, engine in rows)
        assert schema.version(connection) == schema.VERSION
        assert schema.application(connection) == schema.APPLICATION


def test_an_older_journal_is_brought_to_the_newest_version(path: Path) -> None:
    walk = filled(path, 1)[0]
    more = ("CREATE TABLE extra (x)", "INSERT INTO extra VALUES (1)")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        schema.migrate(connection, (*schema.MIGRATIONS, more))
        assert schema.version(connection) == schema.VERSION + 1
        assert connection.execute("SELECT x FROM extra").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM migrations").fetchone() == (schema.VERSION + 1,)
        assert connection.execute("SELECT count(*) FROM events WHERE walk = ?", (walk,)).fetchone() == (5,)
        schema.migrate(connection, (*schema.MIGRATIONS, more))  # nothing is done twice


def test_a_journal_of_the_first_version_is_brought_on_wherever_it_is_read(path: Path) -> None:
    first = sqlite3.connect(path, isolation_level=None)
    schema.migrate(first, schema.MIGRATIONS[:1])
    kept = Journal(path, Opened(first, identity=identity(path)))
    begin(kept, started(), answered())
    with in_memory(kept) as journal:  # where the file cannot be written
        assert journal.ourselves() == []
        assert len(journal.walks()) == 1
    assert schema.version(first) == 1
    first.close()
    with opened(path) as journal:
        assert len(journal.walks()) == 1
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version(connection) == schema.VERSION


def test_half_a_migration_leaves_nothing(path: Path) -> None:
    filled(path, 1)
    broken = ("CREATE TABLE extra (x)", "INSERT INTO extra VALUES (1)", "INSERT INTO nowhere VALUES (1)")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            schema.migrate(connection, (*schema.MIGRATIONS, broken))
        assert not connection.in_transaction
        assert schema.version(connection) == schema.VERSION
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").fetchone() == (
            0,
        )
        assert connection.execute("SELECT count(*) FROM migrations").fetchone() == (schema.VERSION,)
    with opened(path) as journal:
        assert len(journal.walks()) == 1


def test_a_program_killed_within_a_migration_leaves_nothing(path: Path) -> None:
    filled(path, 1)
    code = (
        "import sqlite3, sys, os\n"
        "from abm_tree.journal import schema\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.create_function('kill', 0, lambda: os.kill(os.getpid(), 9))\n"
        "schema.migrate(c, (*schema.MIGRATIONS, ('CREATE TABLE extra (x)', 'SELECT kill()')))\n"
    )
    process = spawn(path, code=code)
    assert process.wait(60) == -9
    process.communicate()
    integrity(path)
    with opened(path) as journal:
        tables = journal.read(lambda c: c.execute("SELECT name FROM sqlite_master").fetchall())
        assert ("extra",) not in tables
        assert begin(journal)


def test_eight_programs_make_a_journal_at_once(path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from abm_tree.journal.store import open_journal\n"
        "from journals import begin\n"
        "sys.stdin.read()\n"
        "j = open_journal(pathlib.Path(sys.argv[1]))\n"
        "print(repr(j.problem), begin(j)[0].walk)\n"
    )
    processes = [spawn(path, code=code) for _ in range(8)]
    for process in processes:
        start(process)
    told = [rest(process) for process in processes]
    assert [(out.split()[:1], err) for out, err in told] == [(["''"], "")] * 8
    with opened(path) as journal:
        assert sorted(line.walk for line in journal.walks()) == sorted(out.split()[1] for out, _ in told)
    integrity(path)


def test_a_newer_journal_is_read_and_left_alone(path: Path) -> None:
    ids = filled(path, 3)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("CREATE TABLE later (x)")
    with open_journal(path) as journal:
        assert journal.problem == (
            "This journal was written by a newer abm-tree (version 99); "
            "nothing is saved until abm-tree is updated."
        )
        refused(journal, "newer abm-tree")
        assert {line.walk for line in journal.walks()} == set(ids)
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version(connection) == 99


def test_a_newer_journal_of_another_form_can_be_opened(path: Path) -> None:
    filled(path, 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("DROP TABLE personal")
    with open_journal(path) as journal:
        refused(journal, "newer abm-tree")
        with pytest.raises(OSError, match="cannot be read"):
            journal.walks()
    assert [one.name for one in path.parent.iterdir() if "damaged" in one.name] == []


# ---------------------------------------------------------------- only added to


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET by = 'x'",
        "DELETE FROM events",
        "UPDATE walks SET tree = 'x'",
        "DELETE FROM walks",
        "UPDATE subjects SET account = 'x'",
        "DELETE FROM subjects",
        "UPDATE personal SET body = '{}'",
        "DELETE FROM personal",
        "UPDATE trees SET canonical = '{}'",
        "DELETE FROM trees",
        "DELETE FROM migrations",
        "INSERT OR REPLACE INTO personal SELECT * FROM personal",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "REPLACE INTO events SELECT n + 100, id, walk, seq + 100, kind, at, by, fact, scope, status, asks, "
        "body FROM events",
        "REPLACE INTO subjects SELECT * FROM subjects",
        "REPLACE INTO trees SELECT * FROM trees",
    ],
)
def test_nothing_is_changed_or_deleted(path: Path, statement: str) -> None:
    filled(path, 1)
    with closing(sqlite3.connect(path)) as connection:
        before = list(connection.iterdump())
        with pytest.raises(sqlite3.IntegrityError, match="the journal is only added to"):
            connection.execute(statement)
        connection.rollback()
        assert list(connection.iterdump()) == before


# ---------------------------------------------------------------- read-only, full


def test_a_file_without_write_permission(path: Path) -> None:
    ids = filled(path, 2)
    with mode(path, 0o400), open_journal(path) as journal:
        refused(journal, f"The journal is read-only: {path}. Nothing is saved until it can be written.")
        assert {line.walk for line in journal.walks()} == set(ids)
    with opened(path) as journal:
        begin(journal)


@pytest.mark.parametrize("left", [False, True], ids=["closed", "killed"])
def test_a_folder_without_write_permission(tmp_path: Path, left: bool) -> None:
    """Also one in which a program was killed, so that its last events stand in the log."""
    folder = tmp_path / "share"
    path = folder / "journal.db"
    ids = filled(path, 2)
    if left:
        ids.append(killed_after(path, "begin(j)"))
    before = held(folder)
    with mode(folder, 0o500), open_journal(path) as journal:
        refused(journal, f"The journal's folder is read-only: {folder}.")
        assert {line.walk for line in journal.walks()} == set(ids)
    assert before == held(folder)


def held(folder: Path) -> dict[str, bytes]:
    """What a folder's files hold; SQLite may have made an empty log, as root may."""
    files = {one.name: one.read_bytes() for one in folder.iterdir() if not one.name.endswith("-shm")}
    return {name: content for name, content in files.items() if content}


@pytest.mark.skipif(os.geteuid() != 0, reason="others run the tests above without root's rights anyway")
def test_a_reader_without_any_rights(tmp_path: Path) -> None:
    """Root may write everywhere, so that SQLite does; a process that gives these rights up may not."""
    code = """
import os, pathlib, signal, sys
from states import *
from abm_tree.journal import salvage
from abm_tree.journal.opening import Opened, identity
from abm_tree.journal.store import Journal, in_memory, open_journal
folder = pathlib.Path(sys.argv[1])
os.chown(folder, 65534, 65534)
os.setgroups([]), os.setgid(65534), os.setuid(65534)
path = folder / "journal.db"
filled(path, 3)
def told():
    folder.chmod(0o500)
    journal = open_journal(path)
    what = "damaged" if journal.damaged else "read-only" if "read-only" in journal.problem else ""
    print(len(journal.walks()), what, journal.check() == journal.problem, *sorted(os.listdir(folder)))
    journal.close()
    folder.chmod(0o700)
told()
if os.fork() == 0:
    begin(open_journal(path))
    os.kill(os.getpid(), signal.SIGKILL)
os.wait()
told()
(folder / "journal.db-shm").unlink()
told()
(folder / "journal.db-wal").unlink()
path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
told()
"""
    # Others may not look into pytest's folders.
    folder = Path(tempfile.mkdtemp())
    try:
        out, err = rest(spawn(folder, code=code))
        assert (out.splitlines(), err) == (
            [
                "3 read-only True journal.db",
                "4 read-only True journal.db journal.db-shm journal.db-wal",
                "4 read-only True journal.db journal.db-wal",
                "3 damaged True journal.db",
            ],
            "",
        )
    finally:
        shutil.rmtree(folder)


def test_a_log_left_behind_is_taken_in(path: Path) -> None:
    filled(path, 1)
    walk = killed_after(path, "begin(j)")
    assert path.with_name("journal.db-wal").stat().st_size > 0
    with opened(path) as journal:
        assert walk in {line.walk for line in journal.walks()}
    integrity(path)


def test_a_full_disk_is_told_and_leaves_nothing(path: Path) -> None:
    walk = filled(path, 1)[0]
    with opened(path) as journal:
        pages = journal.read(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        journal._opened.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(NotSaved) as raised:
            journal.append(walk, 5, [answered("planned"), noted("x" * 100_000)])
        assert str(raised.value) == "The disk is full."
        assert len(journal.events(walk)) == 5
        journal._opened.connection.execute("PRAGMA max_page_count = 1000000")
        assert journal.append(walk, 5, [answered("planned"), noted("x" * 100_000)])[-1].seq == 7
    integrity(path)


def test_a_file_that_may_not_grow_is_told_and_leaves_nothing(path: Path) -> None:
    """A real refusal of the system (RLIMIT_FSIZE), in a process of its own."""
    walk = filled(path, 1)[0]
    code = (
        "import sys, pathlib, resource, signal\n"
        "from abm_tree.journal.store import open_journal\n"
        "from abm_tree.journal.events import NotSaved\n"
        "from journals import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "j = open_journal(pathlib.Path(sys.argv[1]))\n"
        "walk, seq, refusals = sys.argv[2], 5, 0\n"
        "soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))\n"
        "for number in range(50):\n"
        "    try:\n"
        "        seq = j.append(walk, seq, [noted('x' * 5000)])[-1].seq\n"
        "    except NotSaved as error:\n"
        "        refusals += 1\n"
        "        words = str(error)\n"
        "assert refusals, 'the limit held nothing back'\n"
        "assert len(j.events(walk)) == seq\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))\n"
        "print(j.append(walk, seq, [noted('at last')])[0].seq, words)\n"
    )
    assert resource.RLIMIT_FSIZE
    out, err = spawn(path, walk, code=code).communicate(timeout=60)
    assert err == ""
    seq, _, words = out.partition(" ")
    assert words.strip() in ("The disk is full.", "The disk refuses: disk I/O error.")
    with opened(path) as journal:
        assert [event.seq for event in journal.events(walk)] == list(range(1, int(seq) + 1))
    integrity(path)
