"""A mistake of our own: the terminal is given back, nothing that was said is shown, the journal is whole."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import kinds
import pytest
from terminal import Terminal

from abm_tree.journal.store import open_journal

pytestmark = pytest.mark.slow  # whole programs in terminals, minutes together

SECRET = "Geheimnis-4711"
# A mistake in one place of the interface, once the walk stands at its second question.
CODE = """
import sys
from abm_tree.cli import main
import abm_tree.tui.app, abm_tree.tui.page, abm_tree.tui.walk, abm_tree.tui.watch, abm_tree.tui.outcome
{where}
def fail(self, *arguments, real=owner.{name}):
    heard = "{secret}"
    if {when}:
        raise {error}("nobody may read " + heard)
    return real(self, *arguments)
owner.{name} = fail
sys.exit(main([]))
"""
ASKED = "getattr(self, 'asks', '') == 'words'"
PLACES = {
    "a view's rows": ("owner = abm_tree.tui.walk.Asking", "picture", ASKED),
    "a view's actions": ("owner = abm_tree.tui.walk.Asking", "act", ASKED),
    "a typed letter": ("owner = abm_tree.tui.walk.Asking", "typed", ASKED),
    "drawing": (
        "owner = abm_tree.tui.page.Page",
        "render_line",
        "any('What do they say?' in row.plain for row in self.head)",
    ),
    "every second": (
        "owner = abm_tree.tui.watch.Watch",
        "tick",
        "getattr(self.app.view, 'asks', '') == 'words'",
    ),
    "the start": ("owner = abm_tree.tui.app.AbmTree", "on_mount", "True"),
}
GIVEN_BACK = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l")


def code(place: str, error: str = "RuntimeError") -> str:
    where, name, when = PLACES[place]
    return CODE.format(where=where, name=name, when=when, secret=SECRET, error=error)


@pytest.mark.parametrize("error", ["RuntimeError", "KeyError"])
@pytest.mark.parametrize("where", PLACES)
def test_a_mistake_of_ours(where: str, error: str, tmp_path: Path) -> None:
    place = kinds.workspace(tmp_path / "place", kinds.tree("one", ("money", "words")))
    with Terminal(place, program=("-c", code(where, error)), size=(100, 30)) as terminal:
        if where != "the start":
            terminal.until("Accounts (2)")
            terminal.press("enter", "1", "1", "1")
            terminal.until("Is there money?")
            terminal.press("n", SECRET, "enter")
            terminal.until("Noted on Money.")
            terminal.press("1", *{"a view's actions": ("esc", "u"), "a typed letter": ("x",)}.get(where, ()))
        assert terminal.wait() == 70
        while terminal.read(0.2):
            pass
        sent = bytes(terminal.bytes)
        said = sent[sent.rfind(b"internal error") :].decode()
    assert said.startswith(f"internal error: {error}. This is a mistake in abm-tree.")
    flat = " ".join(said.split())
    assert "Everything you answered is in the journal." in flat
    assert "A report without any of your data lies in abm-tree-crash.txt." in flat
    assert "Traceback" not in said and SECRET not in said and "nobody may read" not in said
    for sequence in GIVEN_BACK:
        assert sequence in sent[max(sent.rfind(b"Noted on Money."), 0) :]
    report = place / "abm-tree-crash.txt"
    text = report.read_text(encoding="utf-8")
    assert f"builtins.{error}" in text and " fail" in text
    assert SECRET not in text and "nobody may read" not in text
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    if where != "the start":
        with open_journal(place / "journal.db") as journal:
            assert journal.check() == ""
            (line,) = journal.walks()
            kept = [(event.kind, event.fact) for event in journal.events(line.walk)]
        assert kept[:3] == [("started", ""), ("noted", "money"), ("answered", "money")]
    with Terminal(place) as terminal:
        terminal.until("Accounts (2)")


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    place = kinds.workspace(tmp_path / "place")
    (place / "abm-tree-crash.txt").mkdir()
    with Terminal(place, program=("-c", code("the start")), size=(100, 30)) as terminal:
        assert terminal.wait() == 70
        while terminal.read(0.2):
            pass
        said = bytes(terminal.bytes).decode()
    assert "The report could not be written; it says:" in said and "builtins.RuntimeError" in said
    assert SECRET not in said


def test_a_mistake_behind_the_screen_is_said_and_the_call_goes_on(tmp_path: Path) -> None:
    place = kinds.workspace(tmp_path / "place", kinds.tree("one", ("money", "words")))
    program = f"""
import sys
from abm_tree.cli import main
import abm_tree.tui.watch

def fail(*arguments):
    heard = "{SECRET}"
    raise RuntimeError(heard)
abm_tree.session.workspace.Workspace.trees = fail
sys.exit(main([]))
"""
    with Terminal(place, program=("-c", program), size=(100, 30)) as terminal:
        seen = terminal.until("internal error: RuntimeError. A report without any of your data lies in")
        assert SECRET not in seen and "Accounts (2)" in seen
        terminal.press("down", "ctrl+q")
        assert terminal.wait() == 0
    assert SECRET not in (place / "abm-tree-crash.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_polite_kill(number: signal.Signals, tmp_path: Path) -> None:
    place = kinds.workspace(tmp_path / "place", kinds.tree("one", ("money", "words")))
    with Terminal(place) as terminal:
        terminal.until("Accounts (2)")
        terminal.press("enter", "1", "1", "1", "1")
        terminal.until("What do they say?")
        os.kill(terminal.pid, number)
        terminal.wait()
        while terminal.read(0.2):
            pass
        sent = bytes(terminal.bytes)
    assert b"Traceback" not in sent
    for sequence in GIVEN_BACK if number != signal.SIGHUP else ():  # then there is no terminal any more
        assert sequence in sent
    with open_journal(place / "journal.db") as journal:
        (line,) = journal.walks()
        assert journal.check() == "" and line.asks == "Words"
