"""Opening a journal's file, whatever state it is in.

Promises: a connection that can be read, always, and in words why nothing can be saved, where nothing can; a
file that is not ours is not touched. Refuses: to raise for anything that a file or a folder can be.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from abm_tree.journal.rows import Garbled
from abm_tree.journal.schema import APPLICATION, VERSION, application, migrate, version

PATIENCE = 2.0  # seconds to wait for another program that does nothing
QUEUE = 30.0  # seconds to wait for others that write one after the other
POLL = 0.001  # seconds between two attempts, at least; up to four times as long, at random
MEMORY = ":memory:"  # instead of a file: a journal that ends with the program
NOTHING = "Nothing is saved"
HELD = "Another program holds the journal; try again."

# Primary codes of SQLite that say that the file is damaged, or is no database at all.
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_HELD = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection, and why nothing can be saved through it."""

    connection: sqlite3.Connection
    problem: str = ""
    held: bool = False  # another program has it: it is worth trying again
    damaged: bool = False
    missing: bool = False  # there is no file, and none was wanted
    identity: tuple[int, int] = (0, 0)  # which file it is, whatever its name


def open_file(path: Path, *, create: bool = True) -> Opened:
    """The journal in a file."""
    try:
        return _open(path, create)
    except sqlite3.Error as error:
        if is_damage(error):
            from abm_tree.journal.salvage import salvage

            return salvage(path)
        if _code(error) in _HELD:
            return Opened(empty(), HELD, held=True)
        return Opened(empty(), f"The journal {path} cannot be opened. {reason(error)} {NOTHING}.")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return Opened(empty(), f"The journal {path} cannot be opened: {why}. {NOTHING}.")


def _open(path: Path, create: bool) -> Opened:
    if str(path) == MEMORY:
        return Opened(empty(), identity=identity(path))
    if path.is_dir():
        return Opened(empty(), f"{path} is a folder, not a journal. {NOTHING}: name a file in it.")
    if not path.exists():
        if not create:
            return Opened(empty(), f"There is no journal at {path} yet.", missing=True)
        make_folder(path.parent)
        # Made here and not by SQLite, so that it never is readable for others, not even for a moment.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600))
    foreign = _foreign(path)
    if foreign:
        return Opened(empty(), f"{path} is {foreign}, not a journal. {NOTHING}: name another file.")
    barrier = _barrier(path)
    if barrier:
        return _read_only(path, f"{barrier} {NOTHING} until it can be written.")
    _keep_private(path)
    connection = connect(path)
    try:
        return _writable(path, connection)
    except BaseException:
        connection.close()
        raise


def _writable(path: Path, connection: sqlite3.Connection) -> Opened:
    at = check_header(connection)
    if at > VERSION:
        connection.close()
        return _read_only(
            path,
            f"This journal was written by a newer abm-tree (version {at}); "
            "nothing is saved until abm-tree is updated.",
        )
    if at < VERSION:
        if at == 0 and _holds_tables(connection):
            connection.close()
            return Opened(
                empty(), f"{path} is another program's database, not a journal. {NOTHING}: name another file."
            )
        migrate(connection)
    _use_wal(connection)
    return Opened(connection, identity=identity(path))


def connect(path: Path, mode: str = "") -> sqlite3.Connection:
    """A connection with the journal's settings; `mode` is empty for writing, else SQLite's `ro` or so."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode or 'mode=rw'}",
        uri=True,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        settle(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def begin(connection: sqlite3.Connection) -> None:
    """Begin to write as soon as nobody else does.

    SQLite's own waiting tries ever less often, so that among many who write without a pause one can be passed
    over again and again. This one tries steadily, and as long as others are seen to end what they write its
    turn will come: only a file that somebody holds without writing is given up after `PATIENCE`.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        seen, now = _written(connection), time.monotonic()
        last, quiet = now + QUEUE, now + PATIENCE
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                now = time.monotonic()
                if _code(error) not in _HELD or now > min(last, quiet):
                    raise
            count = _written(connection)
            if count is not None and count != seen:
                quiet = now + PATIENCE
                seen = count
            time.sleep(POLL * (1 + os.urandom(1)[0] / 85))
    finally:
        connection.execute(f"PRAGMA busy_timeout = {round(PATIENCE * 1000)}")


def _written(connection: sqlite3.Connection) -> int | None:
    """A number that changes with everything that others write; None where it cannot be read now."""
    try:
        return int(connection.execute("PRAGMA data_version").fetchone()[0])
    except sqlite3.Error:
        return None


def let_go(path: Path, connection: sqlite3.Connection) -> None:
    """Close a connection without moving the log into the file, which the last one to close would do."""
    guard = None
    with suppress(sqlite3.Error):
        guard = connect(path, "mode=ro")
        check_header(guard)
    connection.close()
    if guard is not None:
        guard.close()


def settle(connection: sqlite3.Connection) -> None:
    """The settings that hold for every connection."""
    for setting in (
        "synchronous = FULL",  # on disk before the screen moves
        "foreign_keys = ON",
        "secure_delete = ON",  # what is forgotten is overwritten
        "trusted_schema = OFF",  # a file from elsewhere runs nothing
        "cell_size_check = ON",
    ):
        connection.execute(f"PRAGMA {setting}")


def empty() -> sqlite3.Connection:
    """A journal without anything in it, in memory."""
    connection = sqlite3.connect(MEMORY, isolation_level=None, check_same_thread=False)
    settle(connection)
    migrate(connection)
    return connection


def check_header(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 for those of another program, and for none."""
    at = version(connection)
    if application(connection) != APPLICATION:
        return 0
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return at


def _holds_tables(connection: sqlite3.Connection) -> bool:
    """Whether somebody's tables are in it, and not those that another of ours has just made."""
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    whose = application(connection)
    return whose != APPLICATION and bool(whose or tables)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Write-ahead logging; where it cannot be had (some network drives), the file works without."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The change needs the file for itself, and SQLite does not wait for it.
            if _code(error) not in _HELD or time.monotonic() > until:
                return
            time.sleep(0.005)


def _read_only(path: Path, problem: str) -> Opened:
    """A connection that cannot write, by the gentlest way that works."""
    # `immutable` leaves out what stands in the log beside the file: only where that is empty.
    ways = ["mode=ro"] if _size(beside(path, "-wal")) else ["mode=ro", "immutable=1"]
    for way in ways:
        try:
            connection = connect(path, way)
            try:
                check_header(connection)
                return Opened(connection, problem, identity=identity(path))
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            if is_damage(error):
                raise
    from abm_tree.journal.salvage import copied

    return Opened(copied(path), problem)


def _foreign(path: Path) -> str:
    """What a file is that plainly is no database; "" for one that may be a journal."""
    if not path.is_file():
        return "no file"
    with path.open("rb") as file:
        start = file.read(4096)
    if start and not start.startswith(b"SQLite format 3") and b"\0" not in start:
        with suppress(UnicodeDecodeError):
            start[:-4].decode("utf-8")
            return "a text file"
    return ""


def _barrier(path: Path) -> str:
    """Why the file cannot be written; the mode bits count for root, too."""
    for place, words in ((path, "The journal"), (path.parent, "The journal's folder")):
        if not place.stat().st_mode & 0o222 or not os.access(place, os.W_OK):
            return f"{words} is read-only: {place}."
    return ""


def _keep_private(path: Path) -> None:
    """Only its owner reads a journal; one that was copied here may say otherwise."""
    with suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            path.chmod(mode & 0o700)


def make_folder(folder: Path) -> None:
    """A folder with those above it; what is new is its owner's alone."""
    if not folder.exists():
        make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)


def place(path: Path) -> Path:
    """Where a file is, also when the program goes into another folder."""
    return path if str(path) == MEMORY else path.absolute()


def identity(path: Path) -> tuple[int, int]:
    """Which file it is, whatever its name."""
    if str(path) == MEMORY:
        return 0, 0
    found = path.stat()
    return found.st_dev, found.st_ino


def beside(path: Path, suffix: str) -> Path:
    """A file that SQLite keeps beside a database: it follows links, so these lie beside what they lead to."""
    real = path.resolve()
    return real.with_name(real.name + suffix)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file is damaged."""
    # Our own statements are right: a table or column that is missing has been lost. Python itself, without a
    # code, complains of text that is no UTF-8.
    lost = str(error).startswith(("no such", "Could not decode", "malformed"))
    if isinstance(error, sqlite3.OperationalError) and _code(error) in (0, sqlite3.SQLITE_ERROR) and lost:
        return True
    return _code(error) in _DAMAGE or isinstance(error, Garbled)


def reason(error: Exception) -> str:
    """Why SQLite could not do it, in a sentence for the person at the keyboard."""
    code = _code(error)
    if code in _HELD:
        return HELD
    if code == sqlite3.SQLITE_FULL:
        return "The disk is full."
    if code == sqlite3.SQLITE_READONLY:
        return "The journal is read-only."
    if code == sqlite3.SQLITE_TOOBIG:
        return "It is too long to be saved."
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return f"The disk refuses: {error}."
    return f"The journal refuses: {error}."
