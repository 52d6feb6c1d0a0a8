"""`kill -9` at any moment of a call: no answer whose screen was shown is lost."""

from __future__ import annotations

import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path

import pyte
import pytest
from terminal import REPOSITORY

TREE = """
id = "long"
title = "Long"
start = "n0"
{nodes}
[outcomes.end]
title = "End"
"""
NODE = """
[nodes.n{at}]
title = "Question {at}"
ask = "Number {at}?"
choices = {{ yes = "Yes", no = "No" }}
branches = [{{ is = ["yes", "no"], to = "{to}" }}]
"""
COUNT = 60


def workspace(folder: Path) -> None:
    """A workspace with a long tree and no list."""
    (folder / "trees").mkdir()
    nodes = "".join(NODE.format(at=at, to=f"n{at + 1}" if at < COUNT - 1 else "end") for at in range(COUNT))
    (folder / "trees" / "long.toml").write_text(TREE.format(nodes=nodes), encoding="utf-8")
    (folder / "abm-tree.toml").write_text("", encoding="utf-8")


def call(folder: Path) -> None:  # pragma: no cover - another process
    """Walk the tree on the screen, as `abm-tree walk` does."""
    from abm_tree.session.workspace import open_workspace
    from abm_tree.tui.app import AbmTree
    from abm_tree.tui.walk import Asking

    place = open_workspace(folder)
    app = AbmTree(place, lambda app: Asking(app, place.start("long")))
    app.run()
    os._exit(0)


@pytest.mark.parametrize(
    "rounds", [pytest.param(4, id="a few"), pytest.param(200, id="200", marks=pytest.mark.slow)]
)
def test_no_answer_whose_screen_was_shown_is_lost(rounds: int, tmp_path: Path) -> None:
    workspace(tmp_path)
    # Loaded once: each round is a process of its own that begins with all of it.
    import abm_tree.tui.app
    import abm_tree.tui.outcome
    import abm_tree.tui.walk  # noqa: F401

    dice = random.Random(rounds)
    shown = [one_round(tmp_path, dice.uniform(0.05, 0.7)) for _ in range(rounds)]
    assert max(shown) > 2, "hardly anything was answered before the end came"
    from abm_tree.journal.fold import fold
    from abm_tree.journal.store import open_journal

    journal = open_journal(tmp_path / "journal.db")
    lines = sorted(journal.walks(), key=lambda line: line.walk)
    assert len(lines) == rounds
    for line, least in zip(lines, shown, strict=True):
        state = fold(journal.events(line.walk))
        assert list(state.answers) == [f"n{at}" for at in range(len(state.answers))]
        assert len(state.answers) >= least
    journal.close()
    command = [sys.executable, "-m", "abm_tree", "journal", "verify"]
    env = {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def one_round(folder: Path, after: float) -> int:
    """Answer as fast as the terminal takes it, and kill; how many answers had shown their next question."""
    pid, file = pty.fork()
    if pid == 0:  # pragma: no cover - another process
        os.environ["TERM"] = "xterm-256color"
        os.environ["ABM_TREE_CONFIG"] = str(folder / "config")
        call(folder)
    ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    seen = -1
    end = time.monotonic() + 60
    kill = 0.0
    try:
        while time.monotonic() < end:
            if select.select([file], [], [], 0.01)[0]:
                stream.feed(os.read(file, 65_536))
                found = re.search(r"Number (\d+)\?", "\n".join(screen.display))
                if found and int(found[1]) > seen:
                    seen = int(found[1])
                    kill = kill or time.monotonic() + after
                    os.write(file, b"1")
            if kill and time.monotonic() >= kill:
                break
        os.kill(pid, signal.SIGKILL)
    finally:
        os.waitpid(pid, 0)
        os.close(file)
    assert seen >= 0, "\n".join(screen.display)
    return seen
