"""The journal on disk.

Promises: what `append` and its like return is on disk; all of it or nothing; an append that did not know of
the last event is told those it missed; a failed one leaves nothing and may be tried again. Opening never
fails: what can be read is read, and `problem` says why nothing can be saved. Refuses: to change or delete
anything; `forget` alone erases.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from abm_tree.journal import opening, rows
from abm_tree.journal.events import FINISHED, Event, NotSaved, Overtaken, WalkLine, uuid7
from abm_tree.journal.opening import Opened
from abm_tree.journal.schema import now
from abm_tree.walk.subject import Subject

T = TypeVar("T")

GONE = "The journal's file was moved or replaced; close abm-tree and open it again."


class NotRead(OSError):
    """The journal cannot be read at this moment; the message says why, for the person at the keyboard."""


class Journal:
    """Everything that happens in walks. Threads may share it."""

    def __init__(self, path: Path, opened: Opened, *, create: bool = True) -> None:
        self.path = path
        self._opened = opened
        self._create = create
        self._lock = threading.RLock()
        self._data_version = self._version()

    @property
    def problem(self) -> str:
        """Why nothing can be saved, in words for a rep; "" where it can."""
        return self._opened.problem

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection; for `forget` and `backup`."""
        return self._opened.connection

    # ------------------------------------------------------------ writing

    def begin(
        self,
        subject: Subject,
        tree: str,
        title: str,
        revision: str,
        events: Sequence[Event],
        *,
        account_name: str = "",
        stakeholder_name: str = "",
    ) -> tuple[Event, ...]:
        """A new walk with its first events; the events as stored."""

        def work(connection: sqlite3.Connection) -> tuple[Event, ...]:
            walk = uuid7()
            key = _subject(connection, subject, account_name, stakeholder_name)
            by = events[0].by if events else ""
            row = (
                walk,
                key,
                rows.plain(tree),
                rows.plain(title),
                rows.plain(revision),
                now(),
                rows.plain(by),
            )
            connection.execute("INSERT INTO walks VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            return _add(connection, walk, 0, events)

        if not tree:
            raise ValueError("a walk has a tree; `state` is for what is said outside walks")
        return self.write(work)

    def append(self, walk: str, after: int, events: Sequence[Event]) -> tuple[Event, ...]:
        """Add events to a walk whose last one has the number `after`; the events as stored."""

        def work(connection: sqlite3.Connection) -> tuple[Event, ...]:
            last = _last(connection, walk)
            if last == 0:
                raise NotSaved("This walk is not in the journal.")
            if last != after:
                raise Overtaken(_events(connection, walk, after))
            return _add(connection, walk, after, events)

        return self.write(work)

    def state(
        self, subject: Subject, events: Sequence[Event], *, account_name: str = "", stakeholder_name: str = ""
    ) -> tuple[Event, ...]:
        """Add what is said about a subject outside walks; the events as stored."""

        def work(connection: sqlite3.Connection) -> tuple[Event, ...]:
            ids = [rows.plain(one) for one in (subject.account_id, subject.deal_id, subject.stakeholder_id)]
            found = connection.execute(
                "SELECT w.id FROM subjects s JOIN walks w ON w.subject = s.key WHERE w.tree = '' "
                "AND s.account = ? AND s.deal = ? AND s.stakeholder = ? AND s.forgotten = 0 ORDER BY w.id",
                ids,
            ).fetchone()
            if found is not None:
                return _add(connection, found[0], _last(connection, found[0]), events)
            stream = uuid7()
            key = _subject(connection, subject, account_name, stakeholder_name)
            by = events[0].by if events else ""
            row = (stream, key, "", "", "", now(), rows.plain(by))
            connection.execute("INSERT INTO walks VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            return _add(connection, stream, 0, events)

        return self.write(work)

    def keep_tree(self, revision: str, canonical: Mapping[str, Any]) -> None:
        """Keep the canonical form of a tree's revision, where it is not there yet."""
        if self.read(lambda c: _has_tree(c, revision)):
            return

        def work(connection: sqlite3.Connection) -> None:
            if not _has_tree(connection, revision):
                row = (rows.plain(revision), rows.dumped(canonical, rows.MAX_TREE), now())
                connection.execute("INSERT INTO trees VALUES (?, ?, ?)", row)

        self.write(work)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something in one transaction, or leave nothing of it and raise `NotSaved`."""
        with self._lock:
            self._try_again()
            if self.problem:
                raise NotSaved(self.problem)
            if not self._still_there():
                raise NotSaved(GONE)
            connection = self.connection
            try:
                connection.execute("BEGIN IMMEDIATE")
                done = work(connection)
                connection.execute("COMMIT")
                return done
            except (sqlite3.Error, rows.Garbled) as error:
                _roll_back(connection)
                if not _is_damage(error):
                    raise NotSaved(opening.reason(error)) from error
                self._damaged()
                raise NotSaved(self.problem) from error
            except BaseException:
                _roll_back(connection)
                raise

    # ------------------------------------------------------------ reading

    def events(self, walk: str, after: int = 0) -> tuple[Event, ...]:
        """The events of a walk, in order, from the one after `after` on."""
        return self.read(lambda c: _events(c, walk, after))

    def line(self, walk: str) -> WalkLine | None:
        """A walk as a list shows it."""
        found = self._lines(f"{rows.LINES} AND w.id = ?", walk)
        return found[0] if found else None

    def walks(
        self, *, unfinished: bool = False, account: str | None = None, limit: int | None = None
    ) -> list[WalkLine]:
        """Walks, those with the newest event first."""
        # A short list is read from its newest end; an account's walks are few, and all are all.
        values: list[Any] = []
        if account is not None:
            query = f"{rows.OF_ACCOUNT} AND w.tree <> ''"
            values.append(account)
        else:
            query = rows.LINES if limit is None else rows.NEWEST
        if unfinished:
            query += " AND e.status <> ?"
            values.append(FINISHED)
        return self._lines(f"{query} {rows.ORDER} LIMIT ?", *values, -1 if limit is None else limit)

    def find(self, text: str) -> list[WalkLine]:
        """The walks with this id, or with ids that begin like this."""
        text = text.strip().lower()
        if not text:
            return []
        query = f"{rows.LINES} AND substr(w.id, 1, ?) = ? {rows.ORDER}"
        found = self._lines(query, len(text), text)
        return [one for one in found if one.walk == text] or found

    def about(self, subject: Subject) -> list[tuple[WalkLine, tuple[Event, ...]]]:
        """All walks about the same account, and what was said about it outside walks, with their events."""
        if not subject.account_id:
            return []

        def work(connection: sqlite3.Connection) -> list[tuple[WalkLine, tuple[Event, ...]]]:
            account = (rows.plain(subject.account_id),)
            found = [
                rows.line(row) for row in connection.execute(f"{rows.OF_ACCOUNT} ORDER BY w.id", account)
            ]
            listed: dict[str, list[Event]] = {one.walk: [] for one in found}
            query = (
                f"SELECT {rows.EVENT} FROM subjects s JOIN walks w ON w.subject = s.key "
                f"JOIN events e ON e.walk = w.id {rows.PERSONAL} WHERE s.account = ? ORDER BY e.walk, e.seq"
            )
            for row in connection.execute(query, account):
                listed[row[0]].append(rows.event(row))
            return [(one, tuple(listed[one.walk])) for one in found]

        return self.read(work)

    def every(self, after: int = 0, limit: int = 1000) -> list[tuple[int, Event]]:
        """Events of all walks in the order in which they were appended, each with its place in it."""
        query = f"SELECT e.n, {rows.EVENT} FROM events e {rows.PERSONAL} WHERE e.n > ? ORDER BY e.n LIMIT ?"
        return self.read(
            lambda c: [(row[0], rows.event(row[1:])) for row in c.execute(query, (after, limit))]
        )

    def tree(self, revision: str) -> dict[str, Any] | None:
        """The canonical form of a tree's revision."""

        def work(connection: sqlite3.Connection) -> dict[str, Any] | None:
            query = "SELECT canonical FROM trees WHERE revision = ?"
            found = connection.execute(query, (rows.plain(revision),)).fetchone()
            return None if found is None else rows.loaded(found[0])

        return self.read(work)

    def trees(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every revision with its canonical form."""
        for (revision,) in self.read(
            lambda c: c.execute("SELECT revision FROM trees ORDER BY rowid").fetchall()
        ):
            found = self.tree(revision)
            if found is not None:
                yield revision, found

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read at one moment; a file that turns out damaged is read as far as it can be."""
        with self._lock:
            self._try_again()
            if self._opened.held:
                raise NotRead(self.problem)
            try:
                return self._read(work)
            except (sqlite3.Error, rows.Garbled) as error:
                if not _is_damage(error):
                    raise NotRead(opening.reason(error)) from error
                if self.problem:
                    raise NotRead(f"The journal cannot be read: {error}.") from error
            self._damaged()
            return self._read(work)

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self.connection
        connection.execute("BEGIN")
        try:
            return work(connection)
        finally:
            _roll_back(connection)

    def _lines(self, query: str, *values: Any) -> list[WalkLine]:
        given = [rows.plain(one) if isinstance(one, str) else one for one in values]
        return self.read(lambda c: [rows.line(row) for row in c.execute(query, given)])

    # ------------------------------------------------------------ watching

    def changed(self) -> bool:
        """Whether somebody else has added anything since this was last asked."""
        if not self._lock.acquire(blocking=False):
            return False  # at work in another thread: the next call tells
        try:
            before, self._data_version = self._data_version, self._version()
            return before != self._data_version
        finally:
            self._lock.release()

    def check(self) -> str:
        """Look through the whole file for damage; the problem, or "". May run in a thread of its own."""
        if self.problem:
            return self.problem
        try:
            # A connection of its own: it takes its time, and nobody waits for it.
            own = opening.connect(self.path, "mode=ro")
            try:
                found = own.execute("PRAGMA quick_check(1)").fetchone()[0]
            finally:
                own.close()
        except sqlite3.Error as error:
            found = "ok" if not opening.is_damage(error) else str(error)
        if found != "ok":
            with self._lock:
                if not self.problem:
                    self._damaged()
        return self.problem

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self.connection.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _version(self) -> int:
        try:
            return int(self.connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            return 0

    def _try_again(self) -> None:
        """A file that another program held when it was opened may be free by now."""
        if self._opened.held:
            self._take(opening.open_file(self.path, create=self._create))

    def _still_there(self) -> bool:
        """Whether the path still leads to the file that is open: what is written elsewhere would be lost."""
        try:
            return opening.identity(self.path) == self._opened.identity
        except OSError:
            return False

    def _damaged(self) -> None:
        from abm_tree.journal.salvage import salvage

        self._take(salvage(self.path))

    def _take(self, opened: Opened) -> None:
        self.connection.close()
        self._opened = opened
        self._data_version = self._version()


def open_journal(path: Path, *, create: bool = True) -> Journal:
    """The journal in a file; never raises for what the file or its folder is."""
    return Journal(path, opening.open_file(path, create=create), create=create)


def _is_damage(error: sqlite3.Error | rows.Garbled) -> bool:
    return isinstance(error, rows.Garbled) or opening.is_damage(error)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            # SQLite has done it itself (a full disk, an I/O error).
            return


def _has_tree(connection: sqlite3.Connection, revision: str) -> bool:
    query = "SELECT 1 FROM trees WHERE revision = ?"
    return connection.execute(query, (rows.plain(revision),)).fetchone() is not None


def _last(connection: sqlite3.Connection, walk: str) -> int:
    found = connection.execute("SELECT max(seq) FROM events WHERE walk = ?", (rows.plain(walk),)).fetchone()
    return int(found[0] or 0)


def _events(connection: sqlite3.Connection, walk: str, after: int) -> tuple[Event, ...]:
    query = f"SELECT {rows.EVENT} FROM events e {rows.PERSONAL} WHERE e.walk = ? AND e.seq > ? ORDER BY e.seq"
    return rows.events(connection.execute(query, (rows.plain(walk), after)))


def _add(connection: sqlite3.Connection, walk: str, after: int, events: Sequence[Event]) -> tuple[Event, ...]:
    """Number events and add them; under the write lock, so that ids follow one another as events do."""
    found = connection.execute("SELECT id FROM events WHERE walk = ? AND seq = ?", (walk, after)).fetchone()
    last = found[0] if found is not None else ""
    at = now()
    done = []
    for seq, event in enumerate(events, start=after + 1):
        last = uuid7(last)
        one = rows.stored(replace(event, walk=walk, seq=seq, id=last, at=at))
        rows.write(connection, one)
        done.append(one)
    return tuple(done)


def _subject(
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
