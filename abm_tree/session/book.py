"""The accounts and people of a workspace, as lists on a screen need them: ids, names, a few words.

Promises: light and quick, so that a screen can show thousands of accounts before anything heavy is loaded; a
list that cannot be read is said to be so. Refuses: facts; a walk reads those from the same file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from abm_tree.accounts.headings import (
    ACCOUNT_IDS,
    ACCOUNT_NAMES,
    ANY_IDS,
    DEAL_IDS,
    PEOPLE_IDS,
    PEOPLE_NAMES,
    ROW,
    first,
    fold,
)
from abm_tree.accounts.raw_rows import RawList, read_rows
from abm_tree.source import Diagnostic, Severity, clean

SHOWN = ("industry", "billing country", "country", "office location", "region", "owner", "account owner")
# What contacts lists say of a person, by the usual headings.
PEOPLE_COLUMNS = {
    "title": ("title", "job title", "contact title", "position"),
    "role": ("stakeholder.role", "role", "contact role", "buying role", "deal role", "stakeholder role"),
    "influence": ("stakeholder.influence", "influence", "influence level", "level of influence"),
    "interest": ("stakeholder.interest", "interest", "interest level", "level of interest"),
    "attitude": ("stakeholder.attitude", "attitude", "sentiment", "disposition"),
    "last_contact": ("stakeholder.last_contact", "last contact", "last contacted", "last contact date"),
    "gatekeeper": ("stakeholder.gatekeeper", "gatekeeper", "procurement contact", "purchasing contact"),
    "seniority": ("stakeholder.seniority", "seniority", "seniority level", "job level", "management level"),
    "department": ("stakeholder.department", "department", "job function", "function", "business unit"),
    "tests_passed": ("stakeholder.tests_passed", "tests passed", "champion tests"),
    "knows": ("knows", "knows people", "relations"),
}
MAX_SHOWN = 200  # characters of a name on a list: what is longer is cut, and whole on its own screen


@dataclass(frozen=True, slots=True)
class Entry:
    """An account on a list."""

    id: str
    name: str
    about: str = ""
    search: str = ""  # what a filter looks through, folded

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Person:
    """A person at an account, as the list of contacts has them."""

    id: str
    account_id: str
    name: str
    title: str = ""
    role: str = ""  # as the list writes it
    influence: str = ""
    interest: str = ""
    attitude: str = ""
    last_contact: str = ""
    gatekeeper: str = ""
    seniority: str = ""
    department: str = ""
    tests_passed: str = ""  # of a champion
    knows: str = ""  # ids or names of others there, with semicolons between
    dated: str = ""  # what the settings' `dated_by` column says of the row


@dataclass(frozen=True)
class Book:
    """Accounts in the order of their list, people by account."""

    entries: tuple[Entry, ...] = ()
    people: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    stamp: tuple[object, ...] = ()  # of the files, to tell when they change

    @cached_property
    def finder(self) -> Finder:
        """The filter over its accounts."""
        return Finder(self.entries)

    def entry(self, account_id: str) -> Entry | None:
        """An account by its id."""
        return next((one for one in self.entries if one.id == account_id), None)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the lists are, and which columns the settings name."""

    accounts: Path | None = None
    contacts: Path | None = None
    account_settings: Mapping[str, Any] = field(default_factory=dict)
    contact_settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stamp(self) -> tuple[object, ...]:
        """What changes when a file changes."""
        return tuple(_stamp(path) for path in (self.accounts, self.contacts))


def _stamp(path: Path | None) -> object:
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found is not None else None


def open_book(places: Places, limit: int | None = None) -> Book:
    """Read the lists; with `limit`, only the first accounts, for a first look."""
    stamp = places.stamp
    problems: list[str] = []
    entries: tuple[Entry, ...] = ()
    people: dict[str, list[Person]] = {}
    if places.accounts is not None:
        raw = _rows(places.accounts, places.account_settings, problems, limit)
        if raw is not None:
            entries = _entries(raw, places.account_settings, places.accounts, problems)
    if places.contacts is not None and limit is None:
        raw = _rows(places.contacts, places.contact_settings, problems, None)
        for person in _people(raw, places.contact_settings) if raw is not None else ():
            people.setdefault(person.account_id, []).append(person)
    return Book(entries, {key: tuple(found) for key, found in people.items()}, tuple(problems), stamp)


def _rows(path: Path, settings: Mapping[str, Any], problems: list[str], limit: int | None) -> RawList | None:
    sheet, row = settings.get("sheet"), settings.get("header_row")
    raw, found = read_rows(
        path,
        path.name,
        sheet=sheet if isinstance(sheet, str) else None,
        header_row=row if isinstance(row, int) and row > 0 else None,
        limit=limit,
    )
    problems += [
        f"{path.name} cannot be read: {_reason(one)}"
        for one in found
        if one.severity is Severity.ERROR and one.code != "empty-file"
    ]
    return raw


def _reason(finding: Diagnostic) -> str:
    """Why, as the end of a sentence, and what to do."""
    reason = finding.message.removeprefix("The file cannot be read: ")
    return f"{reason[:1].lower()}{reason[1:]} {finding.help}".rstrip()


def _entries(raw: RawList, settings: Mapping[str, Any], path: Path, problems: list[str]) -> tuple[Entry, ...]:
    header = [fold(heading) for heading in raw.header]
    key = _key(header, settings)
    named = str(settings.get("id") or "").casefold() == ROW
    if key is None and not named:
        advice = 'name it in abm-tree.toml: [accounts] id = "..."'
        problems.append(f"{path.name}: no column is recognised as the id; {advice}.")
        return ()
    name = _mapped(header, settings, "account.name")
    name = first(header, ACCOUNT_NAMES) if name is None else name
    shown = [
        at for at in dict.fromkeys(first(header, (one,)) for one in SHOWN) if at is not None and at != name
    ]
    found: dict[str, Entry] = {}
    for number, row in enumerate(raw.rows, start=1):
        if row.problem:
            continue
        cells = row.cells
        one = _cell(cells, key) if key is not None else str(number)
        if not one or one in found:
            continue
        title = _cell(cells, name)
        about = ", ".join(text for text in (_cell(cells, at) for at in shown[:3]) if text)
        found[one] = Entry(one, title, about, f"{title} {one} {about}".casefold())
    return tuple(found.values())


def _people(raw: RawList, settings: Mapping[str, Any]) -> list[Person]:
    header = [fold(heading) for heading in raw.header]
    account = first(header, ACCOUNT_IDS)
    key = _key(header, settings, PEOPLE_IDS)
    name = _mapped(header, settings, "stakeholder.name")
    name = first(header, PEOPLE_NAMES) if name is None else name
    if account is None or (key is None and name is None):
        return []
    places = {}
    for what, names in PEOPLE_COLUMNS.items():
        at = _mapped(header, settings, f"stakeholder.{what}")
        places[what] = at if at is not None else first(header, names)
    dated_by = settings.get("dated_by")
    places["dated"] = first(header, (str(dated_by),)) if dated_by else None
    found = []
    for row in raw.rows:
        if row.problem or not _cell(row.cells, account):
            continue
        title = _cell(row.cells, name)
        one = _cell(row.cells, key) or title
        if one:
            more = {what: _cell(row.cells, at) for what, at in places.items()}
            if places["knows"] is not None and more["knows"]:
                more["knows"] = clean(row.cells[places["knows"]])  # whole: an id that is cut is none
            found.append(Person(one, _cell(row.cells, account), title, **more))
    return found


def _key(header: Sequence[str], settings: Mapping[str, Any], kinds: Sequence[str] = ()) -> int | None:
    named = settings.get("id")
    if named:
        return first(header, (str(named),))
    for names in (kinds,) if kinds else (PEOPLE_IDS, DEAL_IDS, ACCOUNT_IDS):
        at = first(header, names)
        if at is not None:
            return at
    return first(header, ANY_IDS)


def _mapped(header: Sequence[str], settings: Mapping[str, Any], fact: str) -> int | None:
    mapping = settings.get("map")
    for heading, name in mapping.items() if isinstance(mapping, dict) else ():
        if name == fact:
            return first(header, (str(heading),))
    return None


def _cell(cells: Sequence[str], at: int | None) -> str:
    return " ".join(clean(cells[at]).split())[:MAX_SHOWN] if at is not None and at < len(cells) else ""


class Finder:
    """A filter over accounts: every word in the name, the id or the words beside it.

    Where nothing has every word, the letters in their order count: a letter too few still finds. What a text
    finds is among what its beginning found, so that each key looks through less.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.texts = [one.search for one in entries]
        self._whole: dict[str, list[int]] = {"": list(range(len(entries)))}
        self._letters: dict[str, list[int]] = {}

    def find(self, text: str) -> list[int]:
        """The places of the accounts, those that begin with the text first, then in the order of the list."""
        text = " ".join(text.casefold().split())
        if not text:
            return self._whole[""]
        found = self._words(text)
        if not found:
            return self._scattered(text.replace(" ", ""))
        head, texts = text.partition(" ")[0], self.texts
        starts = [at for at in found if texts[at].startswith(head)]
        if not starts or len(starts) == len(found):
            return found
        begun = set(starts)
        return starts + [at for at in found if at not in begun]

    def _words(self, text: str) -> list[int]:
        if text not in self._whole:
            near = text[:-1].rstrip()
            while near not in self._whole:  # nothing at all is always known
                near = near[:-1].rstrip()
            texts, found, done = self.texts, self._whole[near], near.split(" ")
            for word in text.split(" "):
                if word not in done:
                    found = [at for at in found if word in texts[at]]
            self._keep(self._whole, text, found)
        return self._whole[text]

    def _scattered(self, letters: str) -> list[int]:
        if letters not in self._letters:
            shorter = letters[:-1]
            pool = self._letters.get(shorter)
            texts = self.texts
            found = [at for at in (pool if pool is not None else self._whole[""]) if _has(letters, texts[at])]
            self._keep(self._letters, letters, found)
        return self._letters[letters]

    @staticmethod
    def _keep(known: dict[str, list[int]], text: str, found: list[int]) -> None:
        if len(known) > KEPT:
            for one in list(known)[1 : KEPT // 2]:
                del known[one]
        known[text] = found


KEPT = 64  # texts whose accounts are remembered


def search(entries: Sequence[Entry], text: str) -> list[Entry]:
    """The accounts that a filter finds, best first."""
    return [entries[at] for at in Finder(entries).find(text)]


def _has(letters: str, text: str) -> bool:
    at = 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True
