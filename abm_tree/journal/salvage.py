"""What can be read of a damaged journal.

Promises: a copy of the damaged file is put aside, once; every row in a page that is whole is read, and only
rows that hold what such a row holds; nothing is written to the file itself. Refuses: to guess what stood in a
broken page.
"""

from __future__ import annotations

import datetime as dt
import filecmp
import os
import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from abm_tree.journal.events import KINDS
from abm_tree.journal.opening import Opened, beside, empty
from abm_tree.journal.pages import Value, rows
from abm_tree.journal.rows import Garbled, loaded

ADVICE = (
    "Nothing is saved; `abm-tree journal backup NEW` writes what could be read into a new journal, "
    "which can take the place of this one."
)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# What the columns of each table hold: the row's number, a number, a text, an id or a mapping as JSON.
SHAPES: dict[str, tuple[str, ...]] = {
    "subjects": ("row", "text", "text", "text", "text", "text", "number"),
    "walks": ("id", "number", "text", "text", "text", "text", "text"),
    "events": ("row", "id", "id", "number", "kind", *("text",) * 6, "json"),
    "personal": ("row", "json"),
    "trees": ("text", "json", "text"),
}


def salvage(path: Path) -> Opened:
    """Put a copy aside, read what can be read, and serve that without saving."""
    aside = put_aside(path)
    memory = copied(path)
    count = memory.execute("SELECT count(*) FROM events").fetchone()[0]
    copy = f"A copy lies beside it as {aside}." if aside else "No copy of it could be made."
    read = "1 of its events" if count == 1 else f"{count:,} of its events"
    return Opened(memory, f"The journal is damaged: {read} could be read. {copy} {ADVICE}", damaged=True)


def copied(path: Path) -> sqlite3.Connection:
    """A journal as a copy in memory, of all rows that can be read."""
    memory = empty()
    with suppress(OSError):
        log = beside(path, "-wal")
        _fill(memory, path.read_bytes(), log.read_bytes() if log.exists() else b"")
    return memory


def put_aside(path: Path) -> str:
    """Copy a damaged file with its log beside it, unless such a copy is there; the copy's name, or ""."""
    real = path.resolve()
    stem = f"{real.name}.damaged-"
    try:
        for other in sorted(real.parent.iterdir()):
            if other.name.startswith(stem) and not other.name.endswith("-wal") and _same(real, other):
                return other.name
        day = dt.date.today().isoformat()
        for number in range(1, 1000):
            target = real.with_name(f"{stem}{day}{f'-{number}' if number > 1 else ''}")
            # Another program may be at it, too.
            with suppress(FileExistsError):
                if _filled(beside(real, "-wal")):
                    _copy(beside(real, "-wal"), beside(target, "-wal"))
                _copy(real, target)
                return target.name
    except OSError:
        pass
    return ""


def _same(one: Path, other: Path) -> bool:
    if not filecmp.cmp(one, other, shallow=False):
        return False
    log, its = beside(one, "-wal"), beside(other, "-wal")
    return not _filled(log) or (its.exists() and filecmp.cmp(log, its, shallow=False))


def _filled(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _copy(one: Path, other: Path) -> None:
    """Copy a file for its owner's eyes; a half of it does not stay."""
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


def _fill(target: sqlite3.Connection, data: bytes, log: bytes) -> None:
    """Write the rows that a file and its log hold into a new journal."""
    target.execute("PRAGMA foreign_keys = OFF")
    target.execute("BEGIN")
    personal: list[tuple[int, Value]] = []
    for number, row in rows(data, log):
        table = table_of(row)
        if table == "personal":
            personal.append((number, row[1]))
        elif table:
            # The row's own number is not among its values.
            values = [number if kind == "row" else one for one, kind in zip(row, SHAPES[table], strict=True)]
            # A row twice: the first counts.
            with suppress(sqlite3.IntegrityError, OverflowError):
                target.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", values)
    for number, body in personal:
        # Without its event it tells nobody anything.
        with suppress(sqlite3.IntegrityError, OverflowError):
            target.execute("INSERT INTO personal SELECT n, ? FROM events WHERE n = ?", (body, number))
    _complete(target)
    target.execute("COMMIT")


def table_of(row: Sequence[Value]) -> str:
    """The table that a row is of, by what it holds; "" for none of ours."""
    for table, shape in SHAPES.items():
        if len(row) == len(shape) and all(map(_fits, row, shape)):
            return table
    return ""


def _fits(value: Value, kind: str) -> bool:
    match kind:
        case "row":
            return value is None
        case "number":
            return isinstance(value, int) and value >= 0
        case _ if not isinstance(value, str):
            return False
        case "id":
            return ID.fullmatch(value) is not None
        case "kind":
            return value in KINDS
        case "json":
            try:
                loaded(value)
            except Garbled:
                return False
    return True


def _complete(target: sqlite3.Connection) -> None:
    """Give events whose walk was lost a walk again, and walks whose subject was lost an empty one."""
    found = target.execute(
        "SELECT e.walk, e.kind, e.body, min(e.seq), e.at, e.by FROM events e "
        "WHERE e.walk NOT IN (SELECT id FROM walks) GROUP BY e.walk"
    ).fetchall()
    for walk, kind, body, _, at, by in found:
        told = loaded(body) if kind == "started" else {}
        tree, title, revision = (str(told.get(name, "")) for name in ("tree", "title", "revision"))
        row = (walk, 0, tree or "?", title, revision, at, by)
        target.execute("INSERT INTO walks VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    target.execute(
        "INSERT INTO subjects SELECT DISTINCT subject, '', '', '', '', '', 0 FROM walks "
        "WHERE subject NOT IN (SELECT key FROM subjects)"
    )
