"""Rows of the journal's tables as values, and back.

Promises: what is read equals what was written, also text that is no proper Unicode; one query tells all walks
with how they stand. Refuses: values that JSON cannot hold, and what is too long.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from abm_tree.journal.events import KINDS, PAUSED, Event, NotSaved, WalkLine
from abm_tree.walk.subject import Subject

MAX_EVENT = 4 * 1024 * 1024  # bytes of one event, its record included
MAX_TREE = 64 * 1024 * 1024
TOO_LONG = f"It is too long to be saved; at most {MAX_EVENT // 1024**2} MB are."

EVENT = "e.walk, e.seq, e.kind, e.at, e.by, e.fact, e.scope, e.status, e.asks, e.body, e.id, p.body"
PERSONAL = "LEFT JOIN personal p ON p.event = e.n"

# A walk with its last event (e), the last one that is no mere note (k), and of a finished one the outcome.
_LINE = """
SELECT w.id, s.account, s.deal, s.stakeholder, w.tree, w.title, w.revision, w.at, w.by,
       e.seq, e.at, e.status, e.asks, s.account_name, s.stakeholder_name, s.forgotten,
       k.kind, k.status, k.body,
       CASE WHEN k.kind = 'paused' THEN (SELECT body FROM personal WHERE event = k.n) END,
       CASE WHEN e.status = 'finished' THEN
         (SELECT body FROM events WHERE walk = w.id AND kind = 'finished' ORDER BY seq DESC LIMIT 1) END
"""
_LAST = "CROSS JOIN events e ON e.walk = w.id AND e.seq = (SELECT max(seq) FROM events WHERE walk = w.id)"
_LATEST = """LEFT JOIN events k ON k.n =
  (SELECT n FROM events WHERE walk = w.id AND kind <> 'noted' ORDER BY seq DESC LIMIT 1)"""
# CROSS JOIN tells SQLite to take the tables in this order. From the walks to their last events:
STREAMS = f"{_LINE} FROM walks w CROSS JOIN subjects s ON s.key = w.subject {_LAST} {_LATEST}"
LINES = f"{STREAMS} WHERE w.tree <> ''"
# From an account, with what was said outside walks:
OF_ACCOUNT = f"""{_LINE} FROM subjects s CROSS JOIN walks w ON w.subject = s.key {_LAST} {_LATEST}
WHERE s.account = ?"""
# From the newest events to their walks: what a short list needs, however long the journal is.
NEWEST = f"""{_LINE} FROM events e CROSS JOIN walks w ON w.id = e.walk
CROSS JOIN subjects s ON s.key = w.subject {_LATEST}
WHERE w.tree <> '' AND NOT EXISTS (SELECT 1 FROM events WHERE walk = e.walk AND seq > e.seq)"""
NEWEST_PART = 4000  # events
RECENT = f"e.n > (SELECT max(n) FROM events) - {NEWEST_PART}"
ORDER = "ORDER BY e.at DESC, e.n DESC"

EVENTS_OF_ACCOUNT = f"""SELECT {EVENT} FROM subjects s CROSS JOIN walks w ON w.subject = s.key
JOIN events e ON e.walk = w.id {PERSONAL} WHERE s.account = ? ORDER BY e.walk, e.seq"""

# The same for walks in which something was said about ourselves, whatever they are about.
_WALKS_OF_OURS = "(SELECT DISTINCT walk FROM events WHERE scope = 'workspace')"
OF_OURSELVES = f"""{_LINE} FROM {_WALKS_OF_OURS} o CROSS JOIN walks w ON w.id = o.walk
CROSS JOIN subjects s ON s.key = w.subject {_LAST} {_LATEST}"""
EVENTS_OF_OURSELVES = f"""SELECT {EVENT} FROM {_WALKS_OF_OURS} o CROSS JOIN walks w ON w.id = o.walk
JOIN events e ON e.walk = w.id {PERSONAL} ORDER BY e.walk, e.seq"""


class Garbled(ValueError):
    """A row that nobody wrote like this: the file is damaged."""


def all_recent(connection: sqlite3.Connection) -> bool:
    """Whether all events are within the newest part."""
    found = connection.execute("SELECT max(n) FROM events").fetchone()[0]
    return (found or 0) <= NEWEST_PART


def loaded(text: Any) -> dict[str, Any]:
    """A mapping out of JSON."""
    if text == "{}":
        return {}
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise Garbled(str(error)) from None
    if not isinstance(found, dict):
        raise Garbled("no mapping")
    return found


def dumped(value: Mapping[str, Any], limit: int = MAX_EVENT) -> str:
    """A mapping as JSON, which reads back the same."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        # Half of a surrogate pair, which only an escape can carry.
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
        size = len(text)
    except (ValueError, RecursionError):
        raise NotSaved("There is a value in it that cannot be written down.") from None
    if size > limit:
        raise NotSaved(TOO_LONG)
    return text


def plain(text: str) -> str:
    """A text as a column can hold it."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def write(connection: sqlite3.Connection, event: Event) -> Event:
    """Add an event that has its walk, number, id and time; the event as it will be read."""
    if event.kind not in KINDS:
        raise ValueError(f"no event is {event.kind!r}")
    body = dumped(event.body)
    personal = None if event.personal is None else dumped(event.personal)
    by, fact, scope, asks = map(plain, (event.by, event.fact, event.scope, event.asks))
    columns = (event.kind, event.at, by, fact, scope, event.status, asks, body)
    if sum(map(len, (by, fact, scope, asks, body, personal or ""))) > MAX_EVENT:
        raise NotSaved(TOO_LONG)
    done = connection.execute(
        "INSERT INTO events (id, walk, seq, kind, at, by, fact, scope, status, asks, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (event.id, event.walk, event.seq, *columns),
    )
    if personal is not None:
        connection.execute("INSERT INTO personal VALUES (?, ?)", (done.lastrowid, personal))
    return _event(event.walk, event.seq, *columns, event.id, personal)


def event(row: Sequence[Any]) -> Event:
    """An event out of a row of `EVENT`."""
    return _event(*row)


def _event(
    walk: str,
    seq: int,
    kind: str,
    at: str,
    by: str,
    fact: str,
    scope: str,
    status: str,
    asks: str,
    body: str,
    id: str,
    personal: str | None,
) -> Event:
    told = None if personal is None else loaded(personal)
    return Event(kind, by, fact, scope, status, asks, loaded(body), told, walk, seq, id, at)


def line(row: Sequence[Any]) -> WalkLine:
    """A walk as a list shows it, out of a row of `LINES`."""
    kind, status, body, pause, end = row[16:21]
    told = loaded(body) if body else {}
    reason = ""
    if kind == "paused" and status == PAUSED and pause:
        reason = str(loaded(pause).get("reason", ""))
    outcome = loaded(end) if end else {}
    account, deal, stakeholder, tree, title, revision, started, by, seq, last, stands, asks = row[1:13]
    return WalkLine(
        row[0],
        Subject(account, deal, stakeholder),
        tree,
        title,
        revision,
        started,
        by,
        seq,
        last,
        stands,
        asks,
        row[13],
        row[14],
        str(told.get("until", "")),
        reason,
        str(outcome.get("outcome") or ""),
        str(outcome.get("verdict") or ""),
        bool(row[15]),
    )
