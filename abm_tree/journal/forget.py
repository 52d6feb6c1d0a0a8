"""Forgetting a person or an account: what could tell of them is erased, that something happened stays.

Promises: values of the person's facts, free text, notes, reasons, evidence and records of walks with the
person are gone, and so is every mention elsewhere in walks about the same account; what was chosen or counted
about the account and its deals stays where only the person is forgotten. Refuses: to leave half of it; to
forget what is not in the journal.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abm_tree.journal.rows import dumped, loaded, plain
from abm_tree.journal.store import Journal
from abm_tree.source import Diagnostic, Severity, did_you_mean

LONGEST = 40  # characters of a value that may still be a choice or a code
SHORTEST = 3  # characters of a name or id that is looked for within texts
NAME = "stakeholder.name"
KEPT = ("account", "deal", "workspace")  # scopes whose values stay when a person is forgotten


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting came to."""

    person: bool  # a person, else an account
    walks: int  # about it, or with it
    events: int  # of which something was erased
    left: str  # what traces are left in the file, or in the log beside it, and why
    copies: tuple[str, ...] = ()  # files beside the journal that were copied from it


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to forget: an account, or a person (of one account, or wherever the id stands)."""

    account: str = ""
    stakeholder: str = ""


def target(journal: Journal, text: str) -> Target | Diagnostic:
    """Whom a text means: the id of an account or of a stakeholder, or ACCOUNT/STAKEHOLDER."""
    rows = journal.read(lambda c: c.execute("SELECT DISTINCT account, stakeholder FROM subjects").fetchall())
    accounts = {account for account, _ in rows if account}
    people = {person for _, person in rows if person}
    text = plain(text.strip())
    if text in accounts and text in people:
        message = f'"{text}" is an account and a stakeholder.'
        advice = f"Write {text}/ for the account, ACCOUNT/{text} for the person."
        return Diagnostic("ambiguous-subject", Severity.ERROR, message, "SUBJECT", help=advice)
    if text in accounts:
        return Target(account=text)
    if text in people:
        return Target(stakeholder=text)
    # Ids may hold slashes themselves.
    for at in (found.start() for found in re.finditer("/", text)):
        account, person = text[:at].strip(), text[at + 1 :].strip()
        if (account, person) in rows or (account in accounts and not person):
            return Target(account, person)
    pairs = {f"{account}/{person}" for account, person in rows if account and person}
    message = f'There is nothing about "{text}" in the journal.'
    advice = did_you_mean(text, sorted(accounts | people | pairs), quote='"')
    advice = advice or "Name an account or a stakeholder by its id, or ACCOUNT/STAKEHOLDER."
    return Diagnostic("unknown-subject", Severity.ERROR, message, "SUBJECT", help=advice)


def forget(journal: Journal, text: str) -> Forgotten | Diagnostic:
    """Forget a person or an account; `NotSaved` where the journal cannot be written."""
    whom = target(journal, text)
    if isinstance(whom, Diagnostic):
        return whom

    def work(connection: sqlite3.Connection) -> tuple[int, int]:
        # The guards of the tables stand aside while a row is here; nobody else ever sees it.
        connection.execute("INSERT INTO forgetting VALUES (1)")
        found = _person(connection, whom) if whom.stakeholder else _account(connection, whom.account)
        connection.execute("DELETE FROM forgetting")
        return found

    walks, events = journal.write(work)
    return Forgotten(bool(whom.stakeholder), walks, events, journal.rewrite(), _copies(journal.path))


def _copies(path: Path) -> tuple[str, ...]:
    real = path.resolve()
    found = (one.name for one in real.parent.iterdir() if one.name.startswith(f"{real.name}.damaged-"))
    return tuple(sorted(name for name in found if not name.endswith("-wal")))


def _account(connection: sqlite3.Connection, account: str) -> tuple[int, int]:
    """Erase everything personal about an account, and its name."""
    walks = "SELECT w.id FROM walks w JOIN subjects s ON s.key = w.subject WHERE s.account = ?"
    count = connection.execute(f"SELECT count(*) FROM ({walks})", (account,)).fetchone()[0]
    done = connection.execute(
        f"DELETE FROM personal WHERE event IN (SELECT n FROM events WHERE walk IN ({walks}))", (account,)
    )
    connection.execute(
        "UPDATE subjects SET account = '', deal = '', stakeholder = '', account_name = '', "
        "stakeholder_name = '', forgotten = 1 WHERE account = ?",
        (account,),
    )
    return count, done.rowcount


def _person(connection: sqlite3.Connection, whom: Target) -> tuple[int, int]:
    """Erase what is about a person or was said by them, and every mention of them."""
    subjects = connection.execute(
        "SELECT key, account, stakeholder_name FROM subjects WHERE stakeholder = ? AND (account = ? OR ?)",
        (whom.stakeholder, whom.account, not whom.account),
    ).fetchall()
    own = {key for key, _, _ in subjects}
    accounts = {account for _, account, _ in subjects if account}
    rows = list(_rows(connection, own, accounts))
    theirs = [one for one in rows if one.subject in own]
    traces = Traces(whom.stakeholder, {name for _, _, name in subjects} | set(_names(theirs)))
    events = 0
    # First the walks with the person, which tell what to look for in the account's others.
    for one in theirs:
        events += _keep(connection, one, _of_walk(one, traces))
    for one in rows:
        if one.subject not in own:
            events += _keep(connection, one, _elsewhere(one, traces))
    marks = ", ".join("?" * len(own))
    walks = connection.execute(f"SELECT count(*) FROM walks WHERE subject IN ({marks})", [*own]).fetchone()[0]
    connection.execute(
        f"UPDATE subjects SET stakeholder = '', stakeholder_name = '', forgotten = 1 WHERE key IN ({marks})",
        [*own],
    )
    return walks, events


@dataclass(frozen=True, slots=True)
class Row:
    """What is personal of one event."""

    event: int
    subject: int
    kind: str
    fact: str
    scope: str
    personal: dict[str, Any]


def _rows(connection: sqlite3.Connection, own: set[int], accounts: set[str]) -> Iterator[Row]:
    """What is personal in the walks of some subjects and of everything about the same accounts."""
    query = (
        "SELECT e.n, s.key, e.kind, e.fact, e.scope, p.body, s.account FROM personal p "
        "JOIN events e ON e.n = p.event JOIN walks w ON w.id = e.walk JOIN subjects s ON s.key = w.subject"
    )
    for number, subject, kind, fact, scope, body, account in connection.execute(query):
        if subject in own or account in accounts:
            yield Row(number, subject, kind, fact, scope, loaded(body))


def _names(rows: Iterable[Row]) -> Iterator[str]:
    """What the person is called in walks with them."""
    for row in rows:
        if row.fact == NAME:
            yield from _texts(row.personal.get("value"))
        if row.kind == "met":
            yield from _texts(row.personal.get("name"))
        given = row.personal.get("given")
        if isinstance(given, dict):
            yield from _texts(given.get(NAME, {}).get("value"))


def _keep(connection: sqlite3.Connection, row: Row, left: dict[str, Any] | None) -> int:
    """Write what is left of an event's personal values; whether anything was erased."""
    if left == row.personal:
        return 0
    connection.execute("DELETE FROM personal WHERE event = ?", (row.event,))
    if left is not None:
        connection.execute("INSERT INTO personal VALUES (?, ?)", (row.event, dumped(left)))
    return 1


class Traces:
    """How a person is mentioned: id, names, and texts that were erased."""

    def __init__(self, id: str, names: set[str]) -> None:
        self.id = id
        self.texts: set[str] = set()
        words = {id, *(name.strip() for name in names)}
        # A short one may mean anything.
        found = [re.escape(word) for word in words if len(word) >= SHORTEST]
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", re.IGNORECASE) if found else None

    def add(self, value: Any) -> None:
        """Look for an erased value elsewhere, too."""
        self.texts |= {text for text in _texts(value) if _is_free(text)}

    def within(self, value: Any) -> bool:
        """Whether a value mentions the person."""
        return any(map(self._mentions, _texts(value)))

    def _mentions(self, text: str) -> bool:
        if text == self.id or (self._words is not None and self._words.search(text)):
            return True
        return any(text == one or (len(one) > LONGEST and one in text) for one in self.texts)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, keys aside."""
    match value:
        case str():
            yield value
        case Mapping():
            for one in value.values():
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)


def _is_free(text: str) -> bool:
    """Whether a text was typed freely: the ids of choices, days and codes have no blanks and are short."""
    return len(text) > LONGEST or bool(re.search(r"\s|@", text.strip()))


def _of_walk(row: Row, traces: Traces) -> dict[str, Any] | None:
    """What is left of an event of a walk with the person; None for nothing."""
    match row.kind:
        case "started" | "resumed" | "revised":
            return _given(row.personal, traces, theirs=True)
        case "answered" if "value" in row.personal and row.scope in KEPT:
            value = row.personal["value"]
            traces.add(row.personal.get("evidence"))
            if any(map(_is_free, _texts(value))) or traces.within(value):
                traces.add(value)
                return None
            return {"value": value}
        case "answered":
            traces.add(row.personal.get("value"))
    return None if row.personal else {}


def _elsewhere(row: Row, traces: Traces) -> dict[str, Any] | None:
    """What is left of an event of another walk about the same account."""
    match row.kind:
        case "started" | "resumed" | "revised":
            return _given(row.personal, traces, theirs=False)
        case "answered" if not traces.within(row.personal.get("value")):
            return {key: one for key, one in row.personal.items() if key == "value" or not traces.within(one)}
    return None if traces.within(row.personal) else row.personal


def _given(personal: dict[str, Any], traces: Traces, *, theirs: bool) -> dict[str, Any]:
    """What was known at the start, without what is about the person."""
    given = personal.get("given")
    if not isinstance(given, dict):
        return personal
    left = {}
    for key, one in given.items():
        value = one.get("value") if isinstance(one, dict) else None
        source = one.get("source") if isinstance(one, dict) else ""
        if source == "people" and any(map(_is_free, _texts(value))):
            # What others said is in it, too; it is worked out anew for whoever asks.
            continue
        said = theirs and source != "list" and any(map(_is_free, _texts(value)))
        if said or (theirs and key.startswith("stakeholder.")):
            traces.add(value)
        elif not traces.within(value):
            left[key] = _bare(one, traces) if isinstance(one, dict) else one
            if theirs and isinstance(one, dict) and one.get("source") != "list":
                left[key].pop("evidence", None)
    return {**personal, "given": left}


def _bare(state: dict[str, Any], traces: Traces) -> dict[str, Any]:
    """What was known of a fact, without evidence that mentions the person."""
    gone = traces.within(state.get("evidence"))
    return {key: one for key, one in state.items() if not (gone and key == "evidence")}
