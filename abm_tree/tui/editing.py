"""Handing the terminal to the author's editor, and taking it back.

Promises: whatever the editor does, the screen comes back and says what went wrong. Refuses: to wait for
editors that have a window of their own.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from abm_tree.session.editor import command, editor
from abm_tree.tui.text import cut

if TYPE_CHECKING:
    from abm_tree.tui.app import AbmTree


def edit(app: AbmTree, file: str, line: int, column: int) -> None:
    """Open a file at a place; where that cannot be done, say why and where to look."""
    where = f"{file}, line {line}"
    named = editor()
    if not named:
        app.say(f"No editor is set. Name one in VISUAL or EDITOR, like EDITOR=nano. Open {where}.", "warn")
        return
    try:
        words = command(named, Path(file).resolve(), line, column)
    except ValueError:
        app.say(f"The editor cannot be understood: {cut(named, 60)}. Open {where}.", "warn")
        return
    try:
        with app.suspend(), _ours():
            code = subprocess.run(words, check=False).returncode
    except SuspendNotSupported:
        app.say(f"An editor cannot open in here. Open {where} in a window of its own.", "warn")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        app.say(f"The editor does not start: {cut(words[0], 60)}: {reason}. Open {where}.", "warn")
    else:
        if code:
            app.say(f"The editor ended with code {code}: {cut(words[0], 60)}.", "warn")


@contextmanager
def _ours() -> Iterator[None]:
    """Ctrl+C is the editor's as long as it is open."""
    if os.name == "nt":  # pragma: no cover - there it reaches the editor alone
        yield
        return
    # A function, and not "ignore", which the editor would inherit.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
