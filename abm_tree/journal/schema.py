"""The tables of the journal, and the way from any older form of them to this one.

Promises: each migration is one transaction together with its record and the version number, so that it is
there or it is not; several programs may open a new journal at once; what is written is only ever added to,
save by forgetting, and the tables hold that themselves. Refuses: a journal of a newer version.
"""

from __future__ import annotations

import sqlite3

from abm_tree.journal.events import now
from abm_tree.version import __version__

APPLICATION = 0x41424D74  # "ABMt": how the file says whose it is
REFUSED = "the journal is only added to"

# What `forget` may change, between an insert into `forgetting` and its deletion, in one transaction.
FORGETTABLE = ("personal", "subjects")
TABLES = ("migrations", "subjects", "walks", "events", "personal", "trees")


def _guards() -> tuple[str, ...]:
    """Triggers that refuse every update and deletion, also by way of INSERT OR REPLACE."""
    found = []
    for table in TABLES:
        unless = " WHEN NOT EXISTS (SELECT 1 FROM forgetting)" if table in FORGETTABLE else ""
        found += [
            f"CREATE TRIGGER {table}_{what.lower()} BEFORE {what} ON {table}{unless} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            for what in ("UPDATE", "DELETE")
        ]
        # REPLACE deletes without asking those triggers; a new row in the place of an old one is caught here.
        found.append(
            f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {_same[table]}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    return tuple(found)


_same = {
    "migrations": "version = NEW.version",
    "subjects": "key = NEW.key",
    "walks": "id = NEW.id",
    "events": "n = NEW.n OR id = NEW.id OR (walk = NEW.walk AND seq = NEW.seq)",
    "personal": "event = NEW.event",
    "trees": "revision = NEW.revision",
}

_FIRST = (
    "CREATE TABLE migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL, engine TEXT NOT NULL)",
    # One row for each spelling of ids and names: a name that changes makes a new row, as nothing is updated.
    "CREATE TABLE subjects (key INTEGER PRIMARY KEY, account TEXT NOT NULL, deal TEXT NOT NULL, "
    "stakeholder TEXT NOT NULL, account_name TEXT NOT NULL, stakeholder_name TEXT NOT NULL, "
    "forgotten INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX subjects_account ON subjects (account)",
    "CREATE INDEX subjects_stakeholder ON subjects (stakeholder)",
    # A row without a tree is no walk: what is stated about a subject outside walks.
    "CREATE TABLE walks (id TEXT NOT NULL UNIQUE, subject INTEGER NOT NULL REFERENCES subjects (key), "
    "tree TEXT NOT NULL, title TEXT NOT NULL, revision TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL)",
    "CREATE INDEX walks_subject ON walks (subject)",
    "CREATE TABLE events (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
    "walk TEXT NOT NULL REFERENCES walks (id), seq INTEGER NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, "
    "by TEXT NOT NULL, fact TEXT NOT NULL, scope TEXT NOT NULL, status TEXT NOT NULL, asks TEXT NOT NULL, "
    "body TEXT NOT NULL, UNIQUE (walk, seq))",
    "CREATE INDEX events_at ON events (at, walk, seq)",
    # No row: what it held was erased.
    "CREATE TABLE personal (event INTEGER PRIMARY KEY REFERENCES events (n), body TEXT NOT NULL)",
    "CREATE TABLE trees (revision TEXT NOT NULL UNIQUE, canonical TEXT NOT NULL, at TEXT NOT NULL)",
    # Never holds a row after a transaction.
    "CREATE TABLE forgetting (open INTEGER PRIMARY KEY)",
    *_guards(),
    f"PRAGMA application_id = {APPLICATION}",
)

# What was said about ourselves serves every account: such answers are found without reading all others.
_SECOND = ("CREATE INDEX events_ourselves ON events (walk) WHERE scope = 'workspace'",)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND)
VERSION = len(MIGRATIONS)


def stamp() -> str:
    """This moment as the journal writes it: UTC, ISO 8601, microseconds."""
    return now().isoformat(timespec="microseconds").replace("+00:00", "Z")


def migrate(connection: sqlite3.Connection, migrations: tuple[tuple[str, ...], ...] = MIGRATIONS) -> None:
    """Bring a journal to the newest version; raises what SQLite raises, and then nothing of it is there."""
    while version(connection) < len(migrations):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another program may have been faster.
            at = version(connection)
            if at < len(migrations):
                for statement in migrations[at]:
                    connection.execute(statement)
                row = (at + 1, stamp(), __version__)
                connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", row)
                connection.execute(f"PRAGMA user_version = {at + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def version(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 for none."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def application(connection: sqlite3.Connection) -> int:
    """Whose file it is."""
    return int(connection.execute("PRAGMA application_id").fetchone()[0])
