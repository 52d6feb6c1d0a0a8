"""Several files written as one: all of them, or none.

Promises: each is written aside first; only when all are whole are they moved into place, and where one cannot
be, those that were are put back. Refuses: to write over a file that somebody has changed meanwhile.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from abm_tree.session.format import Text
from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import shown


class Change(Protocol):
    """A file before and after, and where it lies then."""

    @property
    def old(self) -> Path:
        """Where it lies."""

    @property
    def path(self) -> Path:
        """Where it will lie."""

    @property
    def before(self) -> Text:
        """What it says."""

    @property
    def after(self) -> Text:
        """What it will say."""


def write_together(files: Sequence[Change]) -> Diagnostic | None:
    """Write files that are there; None, or why it cannot be."""
    for file in files:
        if not os.access(file.old, os.W_OK):
            return _problem(file.old, "it may not be changed", "Allow writing to it.")
        try:
            same = file.old.read_bytes() == file.before.data
        except OSError as error:
            return _problem(file.old, str(error.strerror))
        if not same:
            return _problem(file.old, "somebody has changed it meanwhile", "Try again.")
    aside: list[tuple[Path, Change]] = []
    try:
        for file in files:
            aside.append((_aside(file), file))
    except OSError as error:
        for part, _ in aside:
            part.unlink(missing_ok=True)
        return _problem(file.old, str(error.strerror))
    done: list[Change] = []
    try:
        for part, file in aside:
            part.replace(file.path)
            done.append(file)
            if file.path != file.old:
                file.old.unlink()
    except OSError as error:
        for part, _ in aside:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        for file in done:
            file.old.write_bytes(file.before.data)
            if file.path != file.old:
                file.path.unlink(missing_ok=True)
        return _problem(file.path, str(error.strerror))
    return None


def _aside(file: Change) -> Path:
    """The new text in a file beside the old one, with its mode."""
    target = file.old.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(file.after.data)
        stream.flush()
        os.fsync(stream.fileno())
    Path(name).chmod(stat.S_IMODE(target.stat().st_mode))
    return Path(name)


def _problem(path: Path, why: str, help: str = "") -> Diagnostic:
    message = f"The file cannot be written, so nothing was: {why}."
    return Diagnostic("unreadable", Severity.ERROR, message, shown(path), help=help)
