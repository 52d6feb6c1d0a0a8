"""What can be read of a damaged journal.

Promises: a copy of the damaged file is put aside, once; every row that SQLite can still reach is read, around
the broken pages, and only rows that hold what such a row holds; nothing is written to the file itself.
Refuses: to guess what stood in a broken page.
"""

from __future__ import annotations

import datetime as dt
import filecmp
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from abm_tree.journal.events import KINDS
from abm_tree.journal.opening import Opened, beside, connect, empty
from abm_tree.journal.rows import Garbled, loaded

ADVICE = (
    "Nothing is saved; `abm-tree journal backup NEW` writes what could be read into a new journal, "
    "which can take the place of this one."
)
MOST = 1 << 40  # more rows than a table ever has
TRIES = 200_000  # rows that are looked for one by one, at most
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_COLUMNS = {
    "subjects": ("key", "account", "deal", "stakeholder", "account_name", "stakeholder_name", "forgotten"),
    "walks": ("id", "subject", "tree", "title", "revision", "at", "by"),
    "events": ("n", "id", "walk", "seq", "kind", "at", "by", "fact", "scope", "status", "asks", "body"),
    "personal": ("event", "body"),
    "trees": ("revision", "canonical", "at"),
}
_NUMBERS = frozenset({"key", "forgotten", "subject", "n", "seq", "event"})


def salvage(path: Path) -> Opened:
    """Put a copy aside, read what can be read, and serve that without saving."""
    aside = put_aside(path)
    memory = empty()
    with suppress(OSError, sqlite3.Error), working_copy(path) as source:
        rescue(source, memory)
    count = memory.execute("SELECT count(*) FROM events").fetchone()[0]
    copy = f"A copy lies beside it as {aside}." if aside else "No copy of it could be made."
    read = "1 of its events" if count == 1 else f"{count:,} of its events"
    return Opened(memory, f"The journal is damaged: {read} could be read. {copy} {ADVICE}")


def copied(path: Path) -> sqlite3.Connection:
    """A journal as a copy in memory: where its folder lets SQLite not even read it in place."""
    memory = empty()
    with suppress(OSError, sqlite3.Error), working_copy(path) as source:
        source.backup(memory)
    return memory


def put_aside(path: Path) -> str:
    """Copy a damaged file with its log beside it, unless such a copy is there; the copy's name, or ""."""
    try:
        real = path.resolve()
        stem = f"{real.name}.damaged-"
        for other in sorted(real.parent.iterdir()):
            if other.name.startswith(stem) and not other.name.endswith("-wal") and _same(real, other):
                return other.name
        day = dt.date.today().isoformat()
        number = 1
        while (target := real.with_name(f"{stem}{day}{f'-{number}' if number > 1 else ''}")).exists():
            number += 1
        _copy(beside(real, "-wal"), beside(target, "-wal"))
        _copy(real, target)
        return target.name
    except OSError:
        return ""


def _same(one: Path, other: Path) -> bool:
    if not filecmp.cmp(one, other, shallow=False):
        return False
    log, its = beside(one, "-wal"), beside(other, "-wal")
    if not log.exists() or not log.stat().st_size:
        return True
    return its.exists() and filecmp.cmp(log, its, shallow=False)


def _copy(one: Path, other: Path) -> None:
    """Copy a file for its owner's eyes; a half of it does not stay."""
    if not one.exists() or (other.name.endswith("-wal") and not one.stat().st_size):
        return
    handle = os.open(other, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as target, one.open("rb") as source:
            shutil.copyfileobj(source, target, 1024 * 1024)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        with suppress(OSError):
            other.unlink()
        raise


class working_copy:
    """A copy in a folder of its own that SQLite may repair as it opens it; gone afterwards."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    def __enter__(self) -> sqlite3.Connection:
        self._folder = tempfile.TemporaryDirectory(prefix="abm-tree-", ignore_cleanup_errors=True)
        try:
            copy = Path(self._folder.name) / "journal.db"
            _copy(self._path, copy)
            _copy(beside(self._path, "-wal"), beside(copy, "-wal"))
            self._connection = connect(copy)
        except BaseException:
            self._folder.cleanup()
            raise
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()


def rescue(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy every row that can be read from a damaged journal into a sound one."""
    source.text_factory = bytes  # decoded here, row by row
    for setting in (
        "writable_schema = ON",
        "cell_size_check = ON",
    ):  # the first: also a file that was cut off
        with suppress(sqlite3.Error):
            source.execute(f"PRAGMA {setting}")
    target.execute("PRAGMA foreign_keys = OFF")
    target.execute("BEGIN")
    for table, columns in _COLUMNS.items():
        places = ", ".join("?" * len(columns))
        for _, *raw in scan(source, table, columns):
            row = _row(table, columns, raw)
            if row is not None:
                # A row twice, or one that clashes with another: the first counts.
                with suppress(sqlite3.IntegrityError):
                    target.execute(f"INSERT INTO {table} VALUES ({places})", row)
    _complete(target)
    target.execute("COMMIT")


def scan(source: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that can be reached, with their rowids: from both ends, then around what is broken."""
    query = f"SELECT rowid, {', '.join(columns)} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    tries = TRIES
    gaps = [(-MOST, MOST)]
    while gaps and tries > 0:
        low, high = gaps.pop()
        first, last = low, high
        found = False
        for way in ("", " DESC"):
            try:
                with closing(source.execute(query + way, (first, last))) as rows:
                    for row in rows:
                        found = True
                        if way:
                            last = row[0] - 1
                        else:
                            first = row[0] + 1
                        yield row
                break  # to the end: nothing is missing
            except sqlite3.Error:
                tries -= 1
        else:
            if first > last:
                continue
            if not found and low == -MOST and high == MOST:
                # Neither end can be reached: numbers begin at 1, and nobody skips one.
                gaps.append((1, _likely_end(source)))
            elif first < last:
                middle = (first + last) // 2
                gaps += [(middle + 1, last), (first, middle)]


def _likely_end(source: sqlite3.Connection) -> int:
    """A number that no row of any table goes beyond: no row takes less than eight bytes."""
    try:
        pages = int(source.execute("PRAGMA page_count").fetchone()[0])
        return max(1, pages * int(source.execute("PRAGMA page_size").fetchone()[0]) // 8)
    except sqlite3.Error:
        return TRIES


def _row(table: str, columns: Sequence[str], raw: Sequence[Any]) -> tuple[Any, ...] | None:
    """A row whose values are what such a row holds, or None."""
    row: list[Any] = []
    for name, value in zip(columns, raw, strict=True):
        if name in _NUMBERS:
            if not isinstance(value, int) or value < 0:
                return None
            row.append(value)
            continue
        try:
            row.append(value.decode("utf-8"))
        except (AttributeError, UnicodeDecodeError):
            return None
    told = dict(zip(columns, row, strict=True))
    try:
        for name in ("body", "canonical"):
            if name in told:
                loaded(told[name])
    except Garbled:
        return None
    ids = [told[name] for name in ("id", "walk") if name in told]
    if not all(map(ID.fullmatch, ids)) or (table == "events" and told["kind"] not in KINDS):
        return None
    return tuple(row)


def _complete(target: sqlite3.Connection) -> None:
    """Give events whose walk was lost a walk again, and walks whose subject was lost an empty one."""
    found = target.execute(
        "SELECT e.walk, e.kind, e.body, min(e.seq), e.at, e.by FROM events e "
        "WHERE e.walk NOT IN (SELECT id FROM walks) GROUP BY e.walk"
    ).fetchall()
    for walk, kind, body, _, at, by in found:
        told = loaded(body) if kind == "started" else {}
        names = [str(told.get(name, "")) for name in ("tree", "title", "revision")]
        names[0] = names[0] or "?"
        target.execute("INSERT INTO walks VALUES (?, ?, ?, ?, ?, ?, ?)", (walk, 0, *names, at, by))
    target.execute(
        "INSERT INTO subjects SELECT DISTINCT subject, '', '', '', '', '', 0 FROM walks "
        "WHERE subject NOT IN (SELECT key FROM subjects)"
    )
