"""A second file with everything that a journal holds.

Promises: it is the journal of one moment while others write, and a sound one also where this one is damaged;
a file that is there is never written over, and half of one does not stay. Refuses: a part of a journal.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from abm_tree.journal.opening import make_folder
from abm_tree.journal.store import Journal
from abm_tree.source import Diagnostic, Severity


def backup(journal: Journal, path: Path) -> int | Diagnostic:
    """Write a journal into a new file; how many events it has."""
    try:
        make_folder(path.parent)
        # Made first, and for its owner alone: two backups cannot take the same name.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        message = "This file is there already; a backup never writes over one."
        return Diagnostic("file-exists", Severity.ERROR, message, str(path), help="Name a new file.")
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as target:
            journal.copy(target)
            # One file that stands for itself, without a log beside it.
            target.execute("PRAGMA journal_mode = DELETE")
            found = target.execute("PRAGMA integrity_check(1)").fetchone()[0]
            count = int(target.execute("SELECT count(*) FROM events").fetchone()[0])
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    except BaseException as error:
        with suppress(OSError):
            path.unlink()
        if isinstance(error, sqlite3.Error):
            message = f"The backup cannot be written: {error}."
            return Diagnostic("unwritable", Severity.ERROR, message, str(path))
        raise
    return count
