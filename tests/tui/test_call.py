"""A whole call in a real terminal, at two sizes: every screen held as text."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import icalendar
import pytest
from often import often
from terminal import REPOSITORY, Terminal

Golden = Callable[[str, str], None]

# What is done, which keys do it, and what shows that it is done.
CALL: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Home", (), "Accounts (302)"),
    ("An account by typing", ("/", "jarpar"), "Accounts (1 of 302)"),
    ("Which tree", ("enter",), "Which tree?"),
    ("Which person", ("enter",), "Who is across the table?"),
    ("Which role", ("2",), "Which role"),
    ("The first question", ("3",), "1 to 5"),
    ("A number, read back", ("4",), "= 4"),
    ("Choices", ("enter",), "Is there money"),
    ("Two answers later", ("1", "1"), "Whom else"),
    ("Another one", ("1",), "On which date"),
    ("Go back three", ("esc", "u", "u", "u"), "Is there money"),
    ("Answer again, otherwise", ("2",), "How do they buy"),
    ("Redo is over, go on", ("1", "1"), "On which date"),
    ("A date", ("2026-04-10", "enter"), "take us to"),
    ("The way so far", ("g", "p"), "Enter changes"),
    ("Change one", ("up", "up", "up", "enter"), "Changing an earlier answer"),
    ("Changed", ("1",), "take us to"),
    ("A note", ("n", "they have it in the plan for May", "enter"), "Noted on"),
    ("Objections", ("o",), "means:"),
    ("Pause", ("p", "back at three", "enter", "tomorrow", "enter"), "Paused."),
)
RESUMED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Home again", (), "back at three"),
    ("Resumed", ("enter",), "take us to"),
    ("Help", ("?",), "keys on this screen"),
    ("And back", ("esc",), "take us to"),
    ("On to the end", ("2",), "Champion test"),
)


@pytest.mark.parametrize("size", often([(80, 24), (120, 40)], (80, 24)), ids=["80x24", "120x40"])
def test_a_call(size: tuple[int, int], tmp_path: Path, golden: Golden) -> None:
    screens: list[str] = []

    def go(terminal: Terminal, steps: tuple[tuple[str, tuple[str, ...], str], ...]) -> None:
        for title, keys, shown in steps:
            terminal.press(*keys)
            text = terminal.until(shown)
            assert all(len(line) <= size[0] for line in text.split("\n"))
            screens.append(f"=== {title}: {' '.join(keys) or 'start'}\n{text}")

    with Terminal(tmp_path, "--sample", size=size) as terminal:
        go(terminal, CALL)
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
    with Terminal(tmp_path, "--sample", size=size) as terminal:
        go(terminal, RESUMED)
        finish(terminal)
        screens.append(f"=== Outcome: answers\n{terminal.until('To do')}")
        terminal.press("x", "e")
        screens.append(f"=== Export: x e\n{terminal.until('Written to')}")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
    golden(f"a call at {size[0]}x{size[1]}.txt", "\n".join(screens))
    exported(tmp_path / "exports")
    verified(tmp_path)


def finish(terminal: Terminal) -> None:
    """Answer whatever is still asked: the first choice, or a number."""
    for _ in range(12):
        text = terminal.until(lambda text: "more ·" in text or "finished" in text)
        if "finished" in text:
            return
        before = text
        if "an amount" in text or "whole number" in text:
            terminal.press("60", "enter")
        else:
            terminal.press("1")
        terminal.until(lambda text: text != before)  # noqa: B023 - used at once
    raise AssertionError(terminal.text)


def exported(folder: Path) -> None:
    """The exported files hold what was said."""
    files = {path.suffix: path for path in folder.iterdir()}
    assert set(files) == {".md", ".jsonl", ".csv", ".ics"}
    notes = files[".md"].read_text(encoding="utf-8")
    assert "they have it in the plan for May" in notes
    assert "Jarparitarn AG" in notes
    calendar = icalendar.Calendar.from_ical(files[".ics"].read_bytes())
    assert calendar.walk("VEVENT")
    assert json.loads(files[".jsonl"].read_text(encoding="utf-8").splitlines()[-1])


def verified(folder: Path) -> None:
    """The journal replays."""
    command = [
        sys.executable,
        "-m",
        "abm_tree",
        "journal",
        "verify",
        "--journal",
        str(folder / "data" / "sample.db"),
    ]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
