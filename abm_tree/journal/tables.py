"""Single statements on the journal's tables, each within a transaction of the caller's.

Promises: numbers and ids follow one another as events do. Refuses: transactions; the store has them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from abm_tree.journal import rows
from abm_tree.journal.events import Event, uuid7
from abm_tree.journal.schema import stamp
from abm_tree.walk.subject import Subject


def events(connection: sqlite3.Connection, walk: str, after: int) -> tuple[Event, ...]:
    """The events of a walk from the one after `after` on."""
    query = f"SELECT {rows.EVENT} FROM events e {rows.PERSONAL} WHERE e.walk = ? AND e.seq > ? ORDER BY e.seq"
    return tuple(map(rows.event, connection.execute(query, (rows.plain(walk), after))))


def last(connection: sqlite3.Connection, walk: str) -> int:
    """The number of a walk's last event; 0 for none."""
    found = connection.execute("SELECT max(seq) FROM events WHERE walk = ?", (rows.plain(walk),)).fetchone()
    return int(found[0] or 0)


def add(connection: sqlite3.Connection, walk: str, after: int, events: Sequence[Event]) -> tuple[Event, ...]:
    """Number events and add them; the events as they will be read."""
    # Ids are made under the write lock, each after the one before it: they sort as the events do.
    found = connection.execute("SELECT id FROM events WHERE walk = ? AND seq = ?", (walk, after)).fetchone()
    id = found[0] if found is not None else ""
    at = stamp()
    done = []
    for seq, event in enumerate(events, start=after + 1):
        id = uuid7(id)
        done.append(rows.write(connection, replace(event, walk=walk, seq=seq, id=id, at=at)))
    return tuple(done)


def walk(
    connection: sqlite3.Connection, id: str, subject: int, tree: tuple[str, str, str], events: Sequence[Event]
) -> None:
    """Add a walk: `tree` is its id, title and revision; all empty for what is said outside walks."""
    by = events[0].by if events else ""
    row = (id, subject, *map(rows.plain, tree), stamp(), rows.plain(by))
    connection.execute("INSERT INTO walks VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def subject(
    connection: sqlite3.Connection, subject: Subject, account_name: str, stakeholder_name: str
) -> int:
    """The row of a subject, made where there is none with these ids and names."""
    texts = (subject.account_id, subject.deal_id, subject.stakeholder_id, account_name, stakeholder_name)
    row = [rows.plain(text) for text in texts]
    found = connection.execute(
        "SELECT key FROM subjects WHERE account = ? AND deal = ? AND stakeholder = ? "
        "AND account_name = ? AND stakeholder_name = ? AND forgotten = 0",
        row,
    ).fetchone()
    if found is not None:
        return int(found[0])
    done = connection.execute("INSERT INTO subjects VALUES (NULL, ?, ?, ?, ?, ?, 0)", row)
    return int(done.lastrowid or 0)


def stream(connection: sqlite3.Connection, subject: Subject) -> str:
    """Where what is said about a subject outside walks is added; "" where nothing was said yet."""
    ids = (subject.account_id, subject.deal_id, subject.stakeholder_id)
    found = connection.execute(
        "SELECT w.id FROM subjects s JOIN walks w ON w.subject = s.key WHERE w.tree = '' "
        "AND s.account = ? AND s.deal = ? AND s.stakeholder = ? AND s.forgotten = 0 ORDER BY w.id",
        [rows.plain(one) for one in ids],
    ).fetchone()
    return "" if found is None else str(found[0])


def has_tree(connection: sqlite3.Connection, revision: str) -> bool:
    """Whether a tree's revision is kept."""
    query = "SELECT 1 FROM trees WHERE revision = ?"
    return connection.execute(query, (rows.plain(revision),)).fetchone() is not None
