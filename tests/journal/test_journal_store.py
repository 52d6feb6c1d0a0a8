"""Events on disk and back: one journal, several connections, appends that meet."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journals import (
    REPOSITORY,
    REVISION,
    SUBJECT,
    answered,
    begin,
    finished,
    integrity,
    noted,
    opened,
    paused,
    retracted,
    started,
)

from abm_tree.journal import opening
from abm_tree.journal.events import Event, NotSaved, Overtaken, uuid7
from abm_tree.journal.fold import fold
from abm_tree.journal.store import Journal, open_journal
from abm_tree.walk.subject import Subject

# ---------------------------------------------------------------- what is written is read


def test_a_walk_is_read_as_it_was_written(path: Path, journal: Journal) -> None:
    first = begin(journal, started(account__employees=9), account_name="Acme", stakeholder_name="Mia")
    walk = first[0].walk
    more = journal.append(
        walk, 1, [answered("approved", said_by="Mia"), noted("Friday"), paused("ill", "2026-12-01")]
    )
    assert [event.seq for event in (*first, *more)] == [1, 2, 3, 4]
    assert journal.events(walk) == (*first, *more)
    assert journal.events(walk, 2) == more[1:]
    with opened(path) as again:
        assert again.events(walk) == (*first, *more)
    assert all(event.walk == walk and event.id and event.at.endswith("Z") for event in more)


def test_a_line_says_how_the_walk_stands(journal: Journal) -> None:
    walk = begin(journal, account_name="Acme", stakeholder_name="Mia")[0].walk
    journal.append(
        walk, 1, [answered(), paused("on holiday", "2026-12-01"), noted("call her", status="paused")]
    )
    line = journal.line(walk)
    assert line is not None
    assert (line.subject, line.account_name, line.stakeholder_name) == (SUBJECT, "Acme", "Mia")
    assert (line.tree, line.title, line.revision) == ("small", "Small", REVISION)
    assert (line.status, line.reason, line.until, line.seq) == ("paused", "on holiday", "2026-12-01", 4)
    journal.append(walk, 4, [finished("qualified", "yes")])
    line = journal.line(walk)
    assert line is not None
    assert (line.status, line.outcome, line.verdict, line.reason) == ("finished", "qualified", "yes", "")
    assert journal.line("nothing") is None


def test_walks_are_listed_newest_activity_first(journal: Journal) -> None:
    ids = [begin(journal, subject=Subject(f"A-{n % 2}"))[0].walk for n in range(6)]
    journal.append(ids[1], 1, [finished()])
    order = [ids[1], *reversed([id for id in ids if id != ids[1]])]
    assert [line.walk for line in journal.walks()] == order
    for limit in (1, 3, 100):
        assert journal.walks(limit=limit) == journal.walks()[:limit]
        assert journal.walks(limit=limit, unfinished=True) == journal.walks(unfinished=True)[:limit]
    assert [line.walk for line in journal.walks(unfinished=True)] == order[1:]
    assert [line.walk for line in journal.walks(account="A-0")] == [ids[4], ids[2], ids[0]]
    assert journal.walks(account="A-1", unfinished=True, limit=1)[0].walk == ids[5]
    assert journal.walks(account="nobody") == []


def test_few_unfinished_walks_among_many_finished_ones(journal: Journal) -> None:
    """More events than the newest part that is looked at first."""
    first = begin(journal)[0].walk
    for _ in range(90):
        begin(journal, started(), *(noted("x") for _ in range(48)), finished())
    ids = [begin(journal)[0].walk for _ in range(3)]
    everything = [line.walk for line in journal.walks(unfinished=True)]
    assert everything == [*reversed(ids), first]
    for limit in (1, 3, 4, 5, 0):
        assert [line.walk for line in journal.walks(unfinished=True, limit=limit)] == everything[:limit]


def test_the_folder_that_the_program_is_in_may_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(Path("journal.db")) as journal:
        monkeypatch.chdir("/")
        walk = begin(journal)[0].walk
        assert journal.append(walk, 1, [noted("x")])
        assert journal.check() == ""
        assert journal.path == Path("journal.db")


def test_a_walk_is_found_by_the_beginning_of_its_id(journal: Journal) -> None:
    one, other = begin(journal)[0].walk, begin(journal)[0].walk
    assert [line.walk for line in journal.find(one)] == [one]
    assert [line.walk for line in journal.find(f" {one[:-1].upper()} ")] == [one]
    assert {line.walk for line in journal.find(one[:4])} == {one, other}
    assert journal.find("") == journal.find("zz") == journal.find("%") == []


def test_what_was_said_outside_walks_is_about_the_account_but_no_walk(journal: Journal) -> None:
    walk = begin(journal)[0].walk
    begin(journal, subject=Subject("ACC-2"))
    first = journal.state(
        SUBJECT, [answered(4, "stakeholder.influence", "stakeholder")], stakeholder_name="Mia"
    )
    second = journal.state(SUBJECT, [answered(5, "stakeholder.influence", "stakeholder")])
    other = journal.state(Subject("ACC-1", "", "P-2"), [answered(1, "stakeholder.influence", "stakeholder")])
    assert first[0].walk == second[0].walk != other[0].walk
    assert [event.seq for event in (*first, *second)] == [1, 2]
    assert [line.walk for line in journal.walks()][1:] == [walk]
    assert journal.find(first[0].walk) == []
    found = journal.about(Subject("ACC-1"))
    assert [(line.walk, line.tree, len(events)) for line, events in found] == [
        (walk, "small", 1),
        (first[0].walk, "", 2),
        (other[0].walk, "", 1),
    ]
    assert found[1][1] == (*first, *second)
    assert journal.about(Subject()) == []


def test_a_tree_is_kept_once(journal: Journal) -> None:
    journal.keep_tree(REVISION, {"canonical": 1, "trees": {"b": {}, "a": {}}})
    journal.keep_tree(REVISION, {"canonical": 2})
    assert journal.tree(REVISION) == {"canonical": 1, "trees": {"b": {}, "a": {}}}
    assert list(journal.tree(REVISION)["trees"]) == ["b", "a"]  # type: ignore[index]
    assert journal.tree("other") is None
    assert [revision for revision, _ in journal.trees()] == [REVISION]


def test_every_event_comes_in_the_order_of_appending(journal: Journal) -> None:
    one, other = begin(journal)[0].walk, begin(journal)[0].walk
    journal.append(one, 1, [answered()])
    places = journal.every()
    assert [event.walk for _, event in places] == [one, other, one]
    assert journal.every(places[0][0], 1) == places[1:2]
    assert journal.every(places[-1][0]) == []


# ---------------------------------------------------------------- as properties

texts = st.text(st.characters(exclude_categories=()), max_size=20)  # half surrogates, too
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)
events = st.builds(
    Event,
    kind=st.sampled_from(("answered", "noted", "paused", "resumed", "finished")),
    by=texts,
    fact=texts,
    scope=texts,
    status=st.sampled_from(("open", "paused", "waiting", "stuck", "finished")),
    asks=texts,
    body=st.dictionaries(texts, values, max_size=3)
    | st.fixed_dictionaries({"until": texts, "outcome": texts}),
    personal=st.none()
    | st.dictionaries(texts, values, max_size=3)
    | st.fixed_dictionaries({"reason": texts}),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(events, min_size=1, max_size=4), min_size=1, max_size=4), texts)
def test_whatever_is_written_is_read_and_its_line_is_its_fold(
    journal: Journal, batches: list[list[Event]], name: str
) -> None:
    stored: list[Event] = []
    for batch in batches:
        if stored:
            stored += journal.append(stored[0].walk, len(stored), batch)
        else:
            stored += begin(journal, *batch, subject=Subject(name, name, name), account_name=name)
    walk = stored[0].walk
    assert journal.events(walk) == tuple(stored)
    for (kind, event), one in zip(((e.kind, e) for batch in batches for e in batch), stored, strict=True):
        assert (one.kind, one.body, one.personal) == (kind, event.body, event.personal)
    line, state = journal.line(walk), fold(stored)
    assert line is not None
    assert line == journal.walks()[0] == journal.walks(limit=1)[0]
    assert (line.seq, line.status, line.asks) == (state.seq, state.status, state.asks)
    assert (line.until, line.reason) == (state.until, state.reason)
    assert (line.outcome, line.verdict) == (state.outcome, state.verdict)


# ---------------------------------------------------------------- appends that meet


def test_an_append_that_did_not_know_the_last_event_is_told(path: Path, journal: Journal) -> None:
    walk = begin(journal)[0].walk
    with opened(path) as other:
        theirs = other.append(walk, 1, [answered("none"), noted("theirs")])
        with pytest.raises(Overtaken) as raised:
            journal.append(walk, 1, [answered("approved")])
        assert raised.value.events == theirs
        mine = journal.append(walk, 3, [answered("approved")])
        assert other.events(walk, 3) == mine
    for after in (0, 5):
        with pytest.raises(Overtaken):
            journal.append(walk, after, [noted("no")])
    with pytest.raises(NotSaved, match="not in the journal"):
        journal.append(uuid7(), 0, [noted("no")])
    integrity(path)


def test_only_events_are_added(journal: Journal) -> None:
    walk = begin(journal)[0].walk
    with pytest.raises(ValueError, match="no event is 'sung'"):
        journal.append(walk, 1, [answered(), Event("sung")])
    assert len(journal.events(walk)) == 1
    with pytest.raises(ValueError, match="begins with an event"):
        journal.begin(SUBJECT, "small", "Small", REVISION, [])


def test_an_append_is_all_or_nothing(journal: Journal) -> None:
    walk = begin(journal)[0].walk
    before = journal.events(walk)
    for bad in (float("nan"), float("inf"), "x" * 10_000_000):
        with pytest.raises(NotSaved):
            journal.append(walk, 1, [answered("approved"), answered(bad)])
        with pytest.raises(NotSaved):
            begin(journal, started(), answered(bad))
        with pytest.raises(NotSaved):
            journal.state(Subject("ACC-9"), [answered(bad)])
        assert journal.events(walk) == before
        assert len(journal.walks()) == 1
        assert journal.about(Subject("ACC-9")) == []
    assert journal.append(walk, 1, [answered("approved")])[0].seq == 2


def test_what_is_too_long_is_refused_wherever_it_is(journal: Journal) -> None:
    walk = begin(journal)[0].walk
    for event in (
        noted("é" * 5_000_000),
        Event("noted", by="x" * 5_000_000),
        Event("noted", personal={"text": "x" * 3_000_000}, body={"text": "x" * 3_000_000}),
    ):
        with pytest.raises(NotSaved, match=r"^It is too long to be saved; at most 4 MB are\.$"):
            journal.append(walk, 1, [event])
    with pytest.raises(NotSaved):
        journal.keep_tree(REVISION, {"text": "x" * 70_000_000})


def test_half_a_surrogate_pair_is_no_trouble(journal: Journal) -> None:
    broken = "\ud800 and \x00"
    stored = begin(journal, started(), noted(broken), subject=Subject(broken), account_name=broken)
    assert journal.events(stored[0].walk) == stored
    assert stored[1].personal == {"text": broken}
    assert [line.walk for line in journal.walks(account=broken)] == [stored[0].walk]
    assert len(journal.about(Subject(broken))) == 1
    for nothing in (journal.find(broken), journal.events(broken), journal.line(broken), journal.tree(broken)):
        assert not nothing
    with pytest.raises(NotSaved):
        journal.append(broken, 1, [noted("x")])


def test_others_see_what_was_appended_and_are_told_that_something_was(path: Path, journal: Journal) -> None:
    with opened(path) as other:
        assert not other.changed()
        walk = begin(journal)[0].walk
        assert other.changed()
        assert not other.changed()
        assert [line.walk for line in other.walks()] == [walk]
        journal.append(walk, 1, [noted("x")])
        assert other.changed()
        other.append(walk, 2, [noted("y")])
        assert not other.changed(), "one's own events are no news"
        assert journal.changed()


def test_threads_share_a_journal(path: Path, journal: Journal) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            subject = Subject(f"A-{number}")
            walk = begin(journal, subject=subject)[0].walk
            for seq in range(1, 20):
                journal.append(walk, seq, [noted(f"{number} {seq}")])
                journal.walks(account=subject.account_id)
                journal.changed()
                journal.state(SUBJECT, [answered(seq)])
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert [line.seq for line in journal.walks()] == [20] * 4
    assert len(journal.about(SUBJECT)[0][1]) == 4 * 19
    integrity(path)


def test_ids_sort_as_the_events_do_even_if_a_clock_was_ahead(path: Path, journal: Journal) -> None:
    walk = begin(journal)[0].walk
    ahead = "ffffff00-0000-7000-8000-000000000000"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO events (id, walk, seq, kind, at, by, fact, scope, status, asks, body) "
            "VALUES (?, ?, 2, 'noted', '2999', '', '', '', 'open', '', '{}')",
            (ahead, walk),
        )
    more = journal.append(walk, 2, [noted("a"), noted("b")])
    assert ahead < more[0].id < more[1].id
    assert begin(journal)[0].id < ahead, "the other's clock is its own affair"


# ---------------------------------------------------------------- the file


def test_only_the_owner_reads_the_files(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "journal.db"
    previous = os.umask(0)
    try:
        with opened(path) as journal:
            begin(journal)
            files = sorted(path.parent.iterdir())
            assert [file.name for file in files] == ["journal.db", "journal.db-shm", "journal.db-wal"]
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    finally:
        os.umask(previous)
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    path.chmod(0o644)
    opened(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_settings_of_a_connection(journal: Journal) -> None:
    def setting(name: str) -> Any:
        return journal.read(lambda c: c.execute(f"PRAGMA {name}").fetchone()[0])

    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema", "busy_timeout")
    assert [setting(name) for name in names] == ["wal", 2, 1, 1, 0, 2000]


def test_a_journal_that_was_moved_away_takes_nothing_more(path: Path, journal: Journal) -> None:
    walk = begin(journal)[0].walk
    path.rename(path.with_name("old.db"))
    with pytest.raises(NotSaved, match="moved or replaced"):
        journal.append(walk, 1, [noted("lost")])
    assert len(journal.events(walk)) == 1
    opened(path).close()  # another file of that name is not that journal
    with pytest.raises(NotSaved, match="moved or replaced"):
        journal.append(walk, 1, [noted("lost")])


def test_the_store_imports_nothing_heavy() -> None:
    code = (
        "import sys, pathlib; from abm_tree.journal.store import open_journal;"
        "j = open_journal(pathlib.Path(sys.argv[1])); j.walks(); j.close(); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, ":memory:"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        cwd="/tmp",
        check=True,
    )
    loaded = set(done.stdout.split())
    heavy = (
        "pydantic",
        "networkx",
        "textual",
        "abm_tree.feel",
        "abm_tree.tree",
        "abm_tree.journal.salvage",
        "random",
    )
    assert [name for name in heavy if name in loaded] == []


def test_a_journal_held_by_another_program_says_so_and_can_be_used_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    with opened(path) as journal:
        walk = begin(journal)[0].walk
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for work in (
                lambda: journal.append(walk, 1, [noted("x")]),
                lambda: begin(journal),
                lambda: journal.state(SUBJECT, [answered()]),
                lambda: journal.keep_tree(REVISION, {}),
            ):
                with pytest.raises(NotSaved, match="Another program holds the journal"):
                    work()
            assert journal.problem == "", "it is held now, not for ever"
            assert len(journal.walks()) == 1
        assert journal.append(walk, 1, [noted("x")])[0].seq == 2
        assert [event.kind for event in journal.events(walk)] == ["started", "noted"]


def test_who_waits_for_others_that_write_one_after_the_other_is_not_sent_away(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.5)  # less than all of theirs together
    slowly = (
        "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 300000) SELECT sum(x) FROM n"
    )
    with opened(path) as journal, closing(sqlite3.connect(path, isolation_level=None)) as other:
        walk = begin(journal)[0].walk
        other.execute("CREATE TABLE t (x)")
        other.execute("BEGIN IMMEDIATE")
        waiting = ThreadPoolExecutor(1)
        saved = waiting.submit(journal.append, walk, 1, [noted("x")])
        for _ in range(40):
            other.execute(f"INSERT INTO t {slowly}")
            other.execute("COMMIT")
            other.execute("BEGIN IMMEDIATE")
        other.execute("COMMIT")
        assert saved.result()[0].seq == 2
        waiting.shutdown()


def test_a_journal_held_while_it_is_opened_is_opened_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE t (x)")
        other.execute("DROP TABLE t")
        other.execute("BEGIN EXCLUSIVE")
        journal = open_journal(path)
        assert journal.problem == "Another program holds the journal; try again."
        with pytest.raises(NotSaved):
            begin(journal)
        with pytest.raises(OSError, match="try again"):
            journal.walks()
        assert not journal.changed()
    walk = begin(journal)[0].walk
    assert journal.problem == ""
    assert journal.line(walk)
    journal.close()


def test_a_transaction_that_was_cut_short_is_no_trouble(path: Path, journal: Journal) -> None:
    """As Ctrl-C leaves it between the beginning and the end of one."""
    walk = begin(journal)[0].walk
    for work in (lambda: journal.walks(), lambda: journal.append(walk, 1, [noted("x")])):
        journal._opened.connection.execute("BEGIN IMMEDIATE")
        journal._opened.connection.execute("INSERT INTO forgetting VALUES (1)")
        assert work()
        assert not journal._opened.connection.in_transaction
    assert journal.problem == ""
    integrity(path)


def test_undo_and_redo_are_events_too(journal: Journal) -> None:
    walk = begin(journal)[0].walk
    journal.append(walk, 1, [answered("none"), retracted(2), answered("planned")])
    assert fold(journal.events(walk)).answers["budget"].value == "planned"


def test_a_journal_in_memory_works_like_one_on_disk() -> None:
    with opened(Path(":memory:")) as journal:
        walk = begin(journal)[0].walk
        journal.append(walk, 1, [answered()])
        journal.keep_tree(REVISION, {})
        assert [line.seq for line in journal.walks()] == [2]
        assert not journal.changed()
        assert journal.check() == ""
    assert not Path(":memory:").exists()
