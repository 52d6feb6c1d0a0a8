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
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from abm_tree.journal import opening, rows, tables
from abm_tree.journal.events import Event, NotSaved, Overtaken, WalkLine, uuid7
from abm_tree.journal.opening import Opened
from abm_tree.journal.schema import VERSION, migrate, stamp
from abm_tree.walk.subject import Subject

T = TypeVar("T")

GONE = "The journal's file was moved or replaced; close abm-tree and open it again."
READ = "Another program still reads the journal: the last traces go when that is closed."
FAILURES = (sqlite3.Error, rows.Garbled)


class NotRead(OSError):
    """The journal cannot be read at this moment; the message says why, for the person at the keyboard."""


class Journal:
    """Everything that happens in walks. Threads may share it."""

    def __init__(self, path: Path, opened: Opened, *, create: bool = True) -> None:
        self.path = path
        self._place = opening.place(path)
        self._opened = opened
        self._create = create
        self._lock = threading.RLock()
        self._data_version = self._version()

    @property
    def problem(self) -> str:
        """Why nothing can be saved, in words for a rep; "" where it can."""
        return self._opened.problem

    @property
    def damaged(self) -> bool:
        """Whether the file is damaged; then there is what could be read of it."""
        return self._opened.damaged

    @property
    def held(self) -> bool:
        """Whether another program has the file for itself; every reading and writing tries again."""
        return self._opened.held

    @property
    def missing(self) -> bool:
        """Whether there is no file, as none was to be made."""
        return self._opened.missing

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
            key = tables.subject(connection, subject, account_name, stakeholder_name)
            tables.walk(connection, walk, key, (tree, title, revision), events)
            return tables.add(connection, walk, 0, events)

        if not tree or not events:
            raise ValueError("a walk has a tree and begins with an event")
        return self.write(work)

    def append(self, walk: str, after: int, events: Sequence[Event]) -> tuple[Event, ...]:
        """Add events to a walk whose last one has the number `after`; the events as stored."""

        def work(connection: sqlite3.Connection) -> tuple[Event, ...]:
            last = tables.last(connection, walk)
            if last == 0:
                raise NotSaved("This walk is not in the journal.")
            if last != after:
                raise Overtaken(tables.events(connection, walk, after))
            return tables.add(connection, walk, after, events)

        return self.write(work)

    def state(
        self, subject: Subject, events: Sequence[Event], *, account_name: str = "", stakeholder_name: str = ""
    ) -> tuple[Event, ...]:
        """Add what is said about a subject outside walks; the events as stored."""

        def work(connection: sqlite3.Connection) -> tuple[Event, ...]:
            stream = tables.stream(connection, subject)
            if not stream:
                stream = uuid7()
                key = tables.subject(connection, subject, account_name, stakeholder_name)
                tables.walk(connection, stream, key, ("", "", ""), events)
            return tables.add(connection, stream, tables.last(connection, stream), events)

        return self.write(work)

    def keep_tree(self, revision: str, canonical: Mapping[str, Any]) -> None:
        """Keep the canonical form of a tree's revision, where it is not there yet."""

        def work(connection: sqlite3.Connection) -> None:
            if not tables.has_tree(connection, revision):
                row = (rows.plain(revision), rows.dumped(canonical, rows.MAX_TREE), stamp())
                connection.execute("INSERT INTO trees VALUES (?, ?, ?)", row)

        try:
            if self.read(lambda c: tables.has_tree(c, revision)):
                return
        except NotRead as error:
            raise NotSaved(str(error)) from error
        self.write(work)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something in one transaction, or leave nothing of it and raise `NotSaved`."""
        with self._lock:
            self._try_again()
            if self.problem:
                raise NotSaved(self.problem)
            if not self._still_there():
                raise NotSaved(GONE)
            connection = self._opened.connection
            try:
                _roll_back(connection)
                opening.begin(connection)
                done = work(connection)
                connection.execute("COMMIT")
                return done
            except FAILURES as error:
                _roll_back(connection)
                if not opening.is_damage(error):
                    raise NotSaved(opening.reason(error)) from error
                self._damaged()
                raise NotSaved(self.problem) from error
            except BaseException:
                _roll_back(connection)
                raise

    # ------------------------------------------------------------ reading

    def events(self, walk: str, after: int = 0) -> tuple[Event, ...]:
        """The events of a walk, in order, from the one after `after` on."""
        return self.read(lambda c: tables.events(c, walk, after))

    def line(self, walk: str) -> WalkLine | None:
        """A walk as a list shows it."""
        found = self._lines(f"{rows.LINES} AND w.id = ?", walk)
        return found[0] if found else None

    def walks(
        self, *, unfinished: bool = False, account: str | None = None, limit: int | None = None
    ) -> list[WalkLine]:
        """Walks, those with the newest event first."""
        end = f"{rows.ORDER} LIMIT {-1 if limit is None else int(limit)}"
        still = "AND e.status <> 'finished'" if unfinished else ""
        if account is not None:
            return self._lines(f"{rows.OF_ACCOUNT} AND w.tree <> '' {still} {end}", account)
        if limit is not None:
            # A short list is read from its newest end. Where most walks are finished this could take longer
            # than to read them all, so only the newest part is tried.
            found = self._lines(f"{rows.NEWEST} {f'{still} AND {rows.RECENT}' if unfinished else ''} {end}")
            if len(found) == limit or not unfinished or self.read(rows.all_recent):
                return found
        return self._lines(f"{rows.LINES} {still} {end}")

    def streams(self) -> list[WalkLine]:
        """All walks, and what was said outside walks (without a tree), in the order of their beginnings."""
        return self._lines(f"{rows.STREAMS} ORDER BY w.id")

    def find(self, text: str) -> list[WalkLine]:
        """The walks with this id, or with ids that begin like this."""
        text = text.strip().lower()
        if not text:
            return []
        query = f"{rows.LINES} AND substr(w.id, 1, ?) = ? {rows.ORDER}"
        return self._lines(query, len(text), text)

    def elsewhere(self, stakeholder: str, account: str) -> bool:
        """Whether a person of this id is known at another account."""
        query = "SELECT 1 FROM subjects WHERE stakeholder = ? AND account <> ?"
        values = (rows.plain(stakeholder), rows.plain(account))
        return self.read(lambda c: c.execute(query, values).fetchone() is not None)

    def about(self, subject: Subject) -> list[tuple[WalkLine, tuple[Event, ...]]]:
        """All walks about the same account, and what was said about it outside walks, with their events."""
        if not subject.account_id:
            return []
        account = rows.plain(subject.account_id)
        return self._with_events(rows.OF_ACCOUNT, rows.EVENTS_OF_ACCOUNT, account)

    def ourselves(self) -> list[tuple[WalkLine, tuple[Event, ...]]]:
        """All walks in which a question about ourselves was answered, with their events."""
        return self._with_events(rows.OF_OURSELVES, rows.EVENTS_OF_OURSELVES)

    def _with_events(self, walks: str, events: str, *values: str) -> list[tuple[WalkLine, tuple[Event, ...]]]:
        def work(connection: sqlite3.Connection) -> list[tuple[WalkLine, tuple[Event, ...]]]:
            lines = [rows.line(row) for row in connection.execute(walks, values)]
            listed: dict[str, list[Event]] = {one.walk: [] for one in lines}
            for row in connection.execute(events, values):
                listed[row[0]].append(rows.event(row))
            return [(one, tuple(listed[one.walk])) for one in sorted(lines, key=lambda one: one.walk)]

        return self.read(work)

    def every(self, after: int = 0, limit: int = 1000) -> list[tuple[int, Event]]:
        """Events of all walks as they were appended, from place `after` on, each with its place."""
        query = f"SELECT e.n, {rows.EVENT} FROM events e {rows.PERSONAL} WHERE e.n > ? ORDER BY e.n LIMIT ?"
        values = (after, limit)
        return self.read(lambda c: [(row[0], rows.event(row[1:])) for row in c.execute(query, values)])

    def tree(self, revision: str) -> dict[str, Any] | None:
        """The canonical form of a tree's revision."""
        query = "SELECT canonical FROM trees WHERE revision = ?"
        found = self.read(lambda c: c.execute(query, (rows.plain(revision),)).fetchone())
        return None if found is None else rows.loaded(found[0])

    def trees(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every revision with its canonical form."""
        query = "SELECT revision FROM trees ORDER BY rowid"
        for (revision,) in self.read(lambda c: c.execute(query).fetchall()):
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
            except FAILURES as error:
                if not opening.is_damage(error):
                    raise NotRead(opening.reason(error)) from error
                if self.problem:
                    raise NotRead(f"The journal cannot be read: {error}.") from error
            self._damaged()
            return self._read(work)

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._opened.connection
        try:
            # Ctrl-C may have come between a beginning and its end.
            _roll_back(connection)
            connection.execute("BEGIN")
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
        if not any(self._opened.identity):
            return self.problem  # in memory
        try:
            # A connection of its own: it takes its time, and nobody waits for it.
            own = opening.connect(self._place, "mode=ro")
            try:
                found = own.execute("PRAGMA quick_check(1)").fetchone()[0]
            finally:
                own.close()
        except sqlite3.Error as error:
            found = str(error) if opening.is_damage(error) else "ok"
        if found != "ok":
            with self._lock:
                if not self.damaged:
                    self._damaged()
        return self.problem

    def copy(self, target: sqlite3.Connection) -> None:
        """Copy everything into another database, while others write."""
        with self._lock:
            self._opened.connection.backup(target)

    def rewrite(self) -> str:
        """Write the whole file anew and empty the log, so that no trace of what was erased is left in either.

        "" where that is done, else what is left and why.
        """
        with self._lock:
            connection = self._opened.connection
            try:
                # SQLite overwrites what is deleted, but may leave a copy where it once moved rows about.
                connection.execute("PRAGMA temp_store = MEMORY")
                connection.execute("VACUUM")
                held = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.Error as error:
                return (
                    f"Traces may be left in the file: it could not be written anew. {opening.reason(error)}"
                )
        return READ if held else ""

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._opened.connection.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _version(self) -> int:
        try:
            return int(self._opened.connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            return 0

    def _try_again(self) -> None:
        """A file that another program held when it was opened may be free by now."""
        if self._opened.held:
            self._take(opening.open_file(self._place, create=self._create))

    def _still_there(self) -> bool:
        """Whether the path still leads to the file that is open: what went into another would be lost."""
        try:
            return opening.identity(self._place) == self._opened.identity
        except OSError:
            return False

    def _damaged(self) -> None:
        from abm_tree.journal.salvage import salvage

        opened = salvage(self._place)
        opening.let_go(self._place, self._opened.connection)
        self._take(opened)

    def _take(self, opened: Opened) -> None:
        self._opened.connection.close()
        self._opened = opened
        self._data_version = self._version()


def open_journal(path: Path, *, create: bool = True) -> Journal:
    """The journal in a file; never raises for what the file or its folder is."""
    return Journal(path, opening.open_file(path, create=create), create=create)


def in_memory(journal: Journal | None = None) -> Journal:
    """A journal that ends with the program, with everything that can be read of another one."""
    connection = opening.empty()
    if journal is not None and not journal.held:
        try:
            journal.copy(connection)
            if 0 < opening.check_header(connection) < VERSION:
                migrate(connection)
            if opening.check_header(connection) != VERSION:
                raise sqlite3.DatabaseError("other tables than ours")
        except sqlite3.Error:
            connection.close()
            connection = opening.empty()
    return Journal(Path(opening.MEMORY), Opened(connection))


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            # SQLite has done it itself (a full disk, an I/O error).
            return
