"""A journal that cannot be written: answers stay on the screen, the call goes on, nothing counts twice."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import kinds
import pytest
from kinds import quick
from screens import opened, text, until
from terminal import Terminal

from abm_tree.journal import opening
from abm_tree.journal.store import open_journal
from abm_tree.tui.app import AbmTree
from abm_tree.tui.home import Home
from abm_tree.tui.outcome import Ending
from abm_tree.tui.walk import Asking

pytestmark = pytest.mark.slow  # whole programs in terminals, minutes together

ORDER = ("money", "flag", "sum", "words")
HELD = "Not saved: another program holds the journal. Nothing is lost; press the key again."


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(opening, "PATIENCE", 0.05)
    return kinds.workspace(tmp_path / "place", kinds.tree("one", ORDER))


@pytest.fixture
def app(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AbmTree]:
    found = opened(tmp_path, monkeypatch, place)
    yield found
    found.workspace.journal.close()


def earlier(place: Path, tmp_path: Path) -> None:
    """A walk of an earlier day in the journal: its first question is answered."""
    with pytest.MonkeyPatch.context() as patch:
        app = opened(tmp_path, patch, place)
        workspace = app.workspace
        walk = workspace.start("one", workspace.book().entries[0])
        walk.answer("money", "yes")
        workspace.journal.close()


def kept(place: Path) -> list[tuple[str, str]]:
    """What the journal holds."""
    with closing(sqlite3.connect(place / "journal.db")) as connection:
        return connection.execute("SELECT kind, fact FROM events ORDER BY n").fetchall()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """The journal in the hands of another program."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def said(app: AbmTree) -> str:
    """The screen as one line, however it is wrapped."""
    return " ".join(text(app).split())


async def test_what_cannot_be_saved_now_stays_and_is_saved_once(app: AbmTree, place: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await quick(app, "enter", "1", "1", "1", "1", "1")
        assert isinstance(app.view, Asking) and app.view.asks == "sum"
        with locked(place / "journal.db"):
            await quick(app, *"1.2m", "enter")
            await pilot.pause()
            assert HELD in said(app) and "> 1.2m" in text(app) and "NOT SAVED" not in text(app)
            await quick(app, "escape", "n", *"a note", "enter")
            await pilot.pause()
            assert HELD in said(app) and "Note on Flag: a note" in text(app)
        await quick(app, "enter")
        await pilot.pause()
        assert "Noted on Flag." in text(app) and "> 1.2m" in text(app)
        await quick(app, "enter")
        assert app.view.asks == "words"
    assert kept(place)[3:] == [("noted", "flag"), ("answered", "sum")]


def test_keys_pressed_in_vain_are_not_saved_later(place: Path) -> None:
    with Terminal(place) as terminal:
        terminal.until("Accounts (2)")
        terminal.press("enter", "1", "1", "1")
        terminal.until("Is there money?")
        with locked(place / "journal.db"):
            terminal.press("1", "1", "1")  # once, and twice more out of impatience
            seen = terminal.until(lambda text: HELD in " ".join(text.split()))
            assert "▸1  Yes" in seen
        terminal.press("1")
        terminal.until("Have they signed?")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
    assert kept(place) == [("started", ""), ("answered", "money")]


async def test_a_journal_that_is_held_at_the_start(app: AbmTree, place: Path, tmp_path: Path) -> None:
    earlier(place, tmp_path)
    with closing(sqlite3.connect(place / "journal.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "NOT SAVED" in text(app))
            assert "Nothing is saved." in text(app) and "Accounts (2)" in text(app)
            await quick(app, "enter", "1", "1", "1")
            await pilot.pause()
            assert app.view.name == "home"
            other.execute("ROLLBACK")
            other.close()
            await until(pilot, lambda: "The journal is free again" in text(app))
            assert "NOT SAVED" not in text(app)
            app.go("home")
            await until(pilot, lambda: "To resume (1)" in text(app))
            await quick(app, "enter", "1")
            assert isinstance(app.view, Asking) and app.view.asks == "sum"
    assert ("answered", "flag") in kept(place)


def read_only(path: Path) -> None:
    path.chmod(0o400)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 60] = os.urandom(60)
    path.write_bytes(data)


def foreign(path: Path) -> None:
    path.write_text("a diary", encoding="utf-8")


STATES = {
    read_only: "The journal is read-only",
    folder: "is a folder, not a journal",
    newer: "written by a newer abm-tree (version 99)",
    damaged: "The journal is damaged",
    foreign: "is a text file, not a journal",
}


@pytest.mark.parametrize("spoil", STATES, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("size", [(60, 16), (80, 24)], ids=str)
async def test_a_journal_that_cannot_be_written(
    spoil: object, size: tuple[int, int], app: AbmTree, place: Path, tmp_path: Path
) -> None:
    earlier(place, tmp_path)
    assert callable(spoil)
    spoil(place / "journal.db")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready)
        await pilot.pause()
        assert STATES[spoil] in said(app), text(app)  # type: ignore[index]
        assert "othing is saved" in said(app) and "NOT SAVED" in text(app).split("\n")[0]
        assert isinstance(app.view, Home)
        if spoil is read_only:
            # What can be read is there, and goes on in memory.
            assert "To resume (1)" in text(app)
            await quick(app, "enter")
            assert isinstance(app.view, Asking) and app.view.asks == "flag"
            app.go("home")
        await quick(app, "end", "enter", "1", "1", "1", "1", *"5", "enter", *"well", "enter")
        await pilot.pause()
        assert isinstance(app.view, Ending) and "NOT SAVED" in text(app).split("\n")[0]
        await quick(app, "u")
        assert isinstance(app.view, Asking)
        await quick(app, "enter")
        await quick(app, "ctrl+q")
        await pilot.pause()
        assert "will be lost. Quit?" in said(app)
        await quick(app, "enter")
        assert app.is_running
        await quick(app, "ctrl+q", "y")
        await pilot.pause()
        assert app.return_code == 0
    if spoil is read_only:
        assert kept(place) == [("started", ""), ("answered", "money")]


async def test_without_answers_nobody_is_asked_before_quitting(app: AbmTree, place: Path) -> None:
    (place / "journal.db").mkdir()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await quick(app, "ctrl+q")
        await pilot.pause()
        assert app.return_code == 0


async def test_damage_that_the_first_look_does_not_find(app: AbmTree, place: Path, tmp_path: Path) -> None:
    earlier(place, tmp_path)
    path = place / "journal.db"
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'forgetting'"
        (page,) = connection.execute(query).fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : (page - 1) * 4096 + 60] = os.urandom(60)
    path.write_bytes(data)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "The journal is damaged" in text(app))
        assert "NOT SAVED" in text(app) and "To resume (1)" in text(app)
        await quick(app, "enter")
        await pilot.pause()
        assert "Go on without saving?" in said(app) or isinstance(app.view, Asking)
        await quick(app, "y")
        await quick(app, "1")
        await pilot.pause()
        if "Go on without saving?" in said(app):
            await quick(app, "y")
        assert isinstance(app.view, Asking) and app.view.asks == "sum"


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
from abm_tree.cli import main

sys.exit(main([]))
"""  # no file may be longer: SQLite's log of what is new soon is


def test_a_full_disk(place: Path, tmp_path: Path) -> None:
    earlier(place, tmp_path)
    with Terminal(place, program=("-c", FULL)) as terminal:
        terminal.until("To resume (1)")
        terminal.press("up", "up", "enter")
        terminal.until("Have they signed?")
        for number in range(40):
            terminal.press("n", f"{number} " + "x" * 1500, "enter")
            seen = terminal.until(lambda text: "Noted on" in text or "Go on without" in text)
            if "Go on without" in seen:
                break
            terminal.press("j")
            terminal.until(lambda text: "Noted on" not in text)
        terminal.until("Go on without saving?")
        terminal.press("n")
        seen = terminal.until("Nothing is lost; press the key")
        assert "Note on Money: " in seen and "xxx" in seen
        terminal.press("esc")
        terminal.until(lambda text: "Note on" not in text)
        before = kept(place)
        assert before[:2] == [("started", ""), ("answered", "money")]
        terminal.press("2")
        terminal.until("Go on without saving?")
        terminal.press("y")
        seen = terminal.until("What is it worth?")
        assert "NOT SAVED" in seen.split("\n")[0]
        terminal.press("7", "enter", "well", "enter")
        terminal.until("The end")
        terminal.press("x", "n")
        terminal.until("Written to")  # the call notes are short
        terminal.press("ctrl+q")
        terminal.until("will be lost. Quit?")
        terminal.press("y")
        assert terminal.wait() == 0
    assert kept(place) == before
    with open_journal(place / "journal.db") as journal:
        assert journal.check() == ""


async def test_a_note_goes_on_without_saving(
    app: AbmTree, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await quick(app, "enter", "1", "1", "1")
        (place / "journal.db").rename(place / "elsewhere.db")
        await quick(app, "n", *"heard", "enter")
        await pilot.pause()
        assert "The journal's file was moved or replaced" in said(app)
        await quick(app, "n")
        await pilot.pause()
        assert "Note on Money: heard" in text(app)
        await quick(app, "enter", "y")
        await pilot.pause()
        assert isinstance(app.view, Asking) and app.keyboard.prompt is None
        assert [note.text for note in app.view.walk.state.notes] == ["heard"]
        assert "NOT SAVED" in text(app)
        await quick(app, "1")
        assert app.view.asks == "flag"
