"""Line mode in a real terminal: what is only asked there, and what interrupts it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest
from calls import FILES
from program import environment, run_in

from abm_tree.cli.exits import Exit
from abm_tree.cli.front import plain
from abm_tree.cli.parser import build

Spawn = Callable[..., pexpect.spawn]
NOW = "2026-03-02T09:00:00Z"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace folder."""
    folder = tmp_path / "work"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def spawn(place: Path) -> Iterator[Spawn]:
    """The program in a terminal of its own."""
    found: list[pexpect.spawn] = []

    def run(*arguments: str) -> pexpect.spawn:
        env = environment(place, NOW) | {"TERM": "xterm-256color", "INPUTRC": os.devnull}
        child = pexpect.spawn(
            sys.executable,
            ["-m", "abm_tree", *arguments],
            env=env,  # type: ignore[arg-type]
            cwd=str(place),
            encoding="utf-8",
            dimensions=(24, 80),
            timeout=30,
        )
        found.append(child)
        return child

    yield run
    for child in found:
        child.close(force=True)


def said(child: pexpect.spawn, line: str, then: str = "> ") -> str:
    """Type a line; what is shown until the next prompt."""
    child.sendline(line)
    child.expect_exact(then)
    return str(child.before)


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus if child.exitstatus is not None else -1)


def test_a_call_at_the_keyboard(spawn: Spawn, place: Path) -> None:
    child = spawn("walk", "call", "--plain", "--account", "A1", "--person", "P1")
    child.expect_exact("> ")
    shown = str(child.before)
    shown += said(child, "12")
    shown += said(child, "no")
    assert "back, change, note, export, ? for everything else; Enter leaves." in shown
    assert "Noted on the call: done" in said(child, "note done")
    assert "Written: Alder-call-2026-03-02-notes.md" in said(child, "export notes")
    assert "[Budget]" in said(child, "back")
    assert "Outcome: Small" in said(child, "no")
    assert "\x1b" not in shown, "no escape code of our own"
    child.sendline("")
    assert ended(child) == Exit.OK
    assert (place / "Alder-call-2026-03-02-notes.md").is_file()


def test_arrow_keys_edit_the_line(spawn: Spawn) -> None:
    child = spawn("walk", "call", "--plain", "--account", "A1")
    child.expect_exact("> ")
    assert "Seats: 9\r\n" in said(child, "99\x1b[D\x7f")
    child.sendline("quit")
    assert ended(child) == Exit.UNFINISHED


@pytest.mark.slow
def test_one_of_several_walks_is_picked_and_a_newer_tree_offered(spawn: Spawn, place: Path) -> None:
    for account, answers in (("A1", "12\n"), ("A2", "33\n")):
        run_in(place, "walk", "call", "--account", account, stdin=answers, now=NOW)
    path = place / "trees" / "call.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('">= 5", to = "budget"', '">= 5", to = "mood"'))
    child = spawn("walk", "--plain", "--resume")
    child.expect_exact("> ")
    assert "Which one? Enter for none." in str(child.before)
    child.sendline("2")
    child.expect_exact("y/n> ")
    assert "- asked next: Mood." in str(child.before)
    assert "[Mood]" in said(child, "y")
    child.sendline("quit")
    assert ended(child) == Exit.UNFINISHED


def test_interrupted_a_walk_is_saved_and_says_so(spawn: Spawn) -> None:
    child = spawn("walk", "call", "--plain", "--account", "A1")
    child.expect_exact("> ")
    said(child, "12")
    child.sendintr()
    child.expect_exact("Everything is saved. To go on: abm-tree walk --resume")
    assert ended(child) == Exit.INTERRUPTED


def test_killed_at_any_moment_no_answer_is_lost(spawn: Spawn, place: Path) -> None:
    child = spawn("walk", "call", "--plain", "--account", "A1")
    child.expect_exact("> ")
    child.sendline("12")
    child.expect_exact("Seats: 12")  # what was read back is on disk
    child.kill(signal.SIGKILL)
    child.wait()
    assert "  1. Seats: 12 (said on the call, just now)" in run_in(place, "walk", "--resume", now=NOW).out


def test_at_the_keyboard_home_comes_back_after_a_walk(spawn: Spawn) -> None:
    child = spawn("--plain")
    child.expect_exact("> ")
    assert "Which account?" in str(child.before)
    said(child, "alder")
    said(child, "1")
    said(child, "1")
    said(child, "3")
    assert "Which account?" in said(child, "")
    child.sendline("quit")
    assert ended(child) == Exit.OK


# ---------------------------------------------------------------- which front


class Stream:
    def __init__(self, tty: bool) -> None:
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


@pytest.mark.parametrize(
    ("arguments", "term", "ins", "out", "lines"),
    [
        ((), "xterm", True, True, False),
        (("--plain",), "xterm", True, True, True),
        (("walk", "call"), "xterm", True, True, False),
        (("walk", "call", "--plain"), "xterm", True, True, True),
        (("--plain", "walk", "call"), "xterm", True, True, True),
        ((), "dumb", True, True, True),
        ((), "", True, True, True),
        ((), "xterm", False, True, True),
        ((), "xterm", True, False, True),
        ((), "xterm", None, True, True),
    ],
)
def test_lines_where_a_screen_is_not_wanted_or_not_possible(
    arguments: tuple[str, ...],
    term: str,
    ins: bool | None,
    out: bool,
    lines: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stdin", Stream(ins) if ins is not None else None)
    monkeypatch.setattr(sys, "stdout", Stream(out))
    assert plain(build().parse_args(arguments)) is lines
