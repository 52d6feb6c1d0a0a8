"""The journal for people and for other programs: walks as stories, events as JSON lines and CSV.

Promises: unmasked JSON lines lose nothing; else the values of sensitive facts are hidden wherever they stand,
also in words and records, and all values where the tree is not known that would say which are; no cell is a
formula. Refuses: to change anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TextIO

from abm_tree.feel import parse_date_time
from abm_tree.journal.events import Event, WalkLine
from abm_tree.journal.fold import fold
from abm_tree.journal.store import Journal
from abm_tree.journal.verify import MALFORMED, states_of
from abm_tree.report.files import csv_writer, inert
from abm_tree.report.muted import HIDDEN
from abm_tree.report.view import ACCOUNT_NAME, Called, View, view
from abm_tree.source import clean
from abm_tree.tree.former import former_keys
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.shelf import open_shelf
from abm_tree.walk.advance import advance
from abm_tree.walk.replay import Unreadable, differences, told, tree_of

FORMAT = 1

COLUMNS = (
    *("walk", "seq", "id", "at", "by", "kind", "status", "asks"),
    *("account_id", "account_name", "deal_id", "stakeholder_id", "stakeholder_name"),
    *("tree", "revision", "fact", "scope", "state", "value", "how", "said_by", "evidence", "note"),
    *("text", "reason", "until", "as_of", "of", "outcome", "verdict", "erased"),
    *("name", "job_title", "knows"),
)


@dataclass
class Guard:
    """What is hidden of a journal's walks."""

    journal: Journal
    unmasked: bool = False
    _trees: dict[str, Tree | None] = field(default_factory=dict)
    _shared: Mapping[str, Fact] | None = None

    def tree(self, revision: str) -> Tree | None:
        """A tree's revision, where the journal holds it and it can be read."""
        if revision not in self._trees:
            form = self.journal.tree(revision) if revision else None
            try:
                self._trees[revision] = tree_of(form, revision) if form is not None else None
            except (Unreadable, *MALFORMED):
                self._trees[revision] = None
        return self._trees[revision]

    def shown(self, line: WalkLine, events: tuple[Event, ...]) -> tuple[WalkLine, tuple[Event, ...]]:
        """A walk as others may see it."""
        if self.unmasked:
            return line, events
        tree = self.tree(fold(events).revision)
        seen = _seen(line, events, tree) if tree is not None else None
        if tree is None or seen is None:
            known = {} if line.tree else self.shared()
            hides: Hides = lambda fact: fact not in known or known[fact].sensitive  # noqa: E731
            bare = replace(line, stakeholder_name="", reason=HIDDEN if line.reason else "")
            return bare, tuple(_masked(event, hides, lambda text: HIDDEN, None) for event in events)

        former = former_keys(tree)

        def hides_here(fact: str) -> bool:
            return seen.hides(former.get(fact, fact), tree)

        def record(stored: Mapping[str, Any]) -> Any:
            return self._record(stored, line)

        told_values = _values(events, hides_here)

        def text(typed: str) -> str:
            typed = seen.text(typed)
            return told_values.sub(HIDDEN, typed) if told_values is not None else typed

        shown = tuple(_masked(event, hides_here, text, record) for event in events)
        hidden = ACCOUNT_NAME in seen.hidden
        return (
            replace(
                line,
                account_name="" if hidden else line.account_name,
                stakeholder_name="",
                reason=text(line.reason),
            ),
            shown,
        )

    def shared(self) -> Mapping[str, Fact]:
        """The shared dictionary at hand."""
        if self._shared is None:
            self._shared = open_shelf().definitions.facts
        return self._shared

    def _record(self, stored: Mapping[str, Any], line: WalkLine) -> Any:
        """A record without the values of sensitive facts; none of it where it cannot be told again."""
        tree = self.tree(str(stored.get("revision", "")))
        if tree is None:
            return HIDDEN
        try:
            again = told(stored, tree)
            if differences(stored, json.loads(json.dumps(again.as_json()))):
                return HIDDEN
            seen = view(again, tree, Called(line.account_name, line.stakeholder_name))
        except (Unreadable, *MALFORMED):
            return HIDDEN
        if not seen.masked and seen.record.facts == again.facts:
            return stored
        shown = json.loads(json.dumps(seen.record.as_json()))
        return {**shown, "engine": stored.get("engine"), "masked": list(seen.masked)}


Hides = Callable[[str], bool]


def _seen(line: WalkLine, events: tuple[Event, ...], tree: Tree) -> View | None:
    """What a walk's facts are and which of them are hidden."""
    state = fold(events)
    as_of = parse_date_time(state.as_of)
    if as_of is None:
        return None
    try:
        record = advance(tree, states_of(state, tree), as_of, subject=line.subject, possible=False)
        return view(record, tree, Called(line.account_name, line.stakeholder_name))
    except MALFORMED:
        return None


def _values(events: tuple[Event, ...], hides: Hides) -> re.Pattern[str] | None:
    """Hidden values as people type them: texts, and numbers that are too long to mean anything else."""
    found: set[str] = set()
    for event in events:
        given = (event.personal or {}).get("given")
        pairs = [(event.fact, (event.personal or {}).get("value"))]
        if isinstance(given, Mapping):
            pairs += [(key, one.get("value")) for key, one in given.items() if isinstance(one, Mapping)]
        for fact, value in pairs:
            if not fact or not hides(fact) or isinstance(value, bool):
                continue
            if isinstance(value, str) and len(value.strip()) > 2:
                found.add(re.escape(value.strip()))
            elif isinstance(value, int | float) and len(digits := f"{abs(value):.0f}") > 2:
                # 77000 is also written 77,000 or 77 000.
                found.add("[., \u00a0\u202f'\u2019]?".join(digits))
    if not found:
        return None
    return re.compile(rf"(?<![\w])(?:{'|'.join(sorted(found, key=len, reverse=True))})(?!\w)", re.IGNORECASE)


def _masked(
    event: Event,
    hides: Hides,
    text: Callable[[str], str],
    record: Callable[[Mapping[str, Any]], Any] | None,
) -> Event:
    """An event without what is hidden."""
    if not event.personal:
        return event
    secret = bool(event.fact) and hides(event.fact)
    out: dict[str, Any] = {}
    for key, value in event.personal.items():
        match key:
            case "given" if isinstance(value, Mapping):
                out[key] = {name: _state(one, hides(name), text) for name, one in value.items()}
            case "record" if isinstance(value, Mapping):
                out[key] = record(value) if record is not None else HIDDEN
            case "how" | "knows":  # an id is hidden nowhere
                out[key] = value
            case "said_by":
                out[key] = _within(value, text)  # an id, which is not hidden anywhere
            case _:
                out[key] = HIDDEN if secret else _within(value, text)
    return replace(event, personal=out)


def _state(one: Any, secret: bool, text: Callable[[str], str]) -> Any:
    if not isinstance(one, Mapping) or "value" not in one:
        return one
    shown = {key: _within(one[key], text) for key in ("value", "evidence") if key in one}
    return {**one, **(dict.fromkeys(shown, HIDDEN) if secret else shown)}


def _within(value: Any, text: Callable[[str], str]) -> Any:
    """A value whose texts are masked."""
    match value:
        case str():
            return text(value) if value else value
        case list():
            return [_within(one, text) for one in value]
        case Mapping():
            return {key: _within(one, text) for key, one in value.items()}
    return value


def exported(journal: Journal, *, unmasked: bool = False) -> Iterator[tuple[WalkLine, Event]]:
    """Every event with its walk, the walks in the order of their beginnings."""
    guard = Guard(journal, unmasked)
    for line in journal.streams():
        seen, events = guard.shown(line, journal.events(line.walk))
        for event in events:
            yield seen, event


def as_json(line: WalkLine, event: Event) -> dict[str, Any]:
    """An event as a line of JSON: everything that the journal has of it."""
    return {
        "event": FORMAT,
        "walk": event.walk,
        "seq": event.seq,
        "id": event.id,
        "at": event.at,
        "by": event.by,
        "kind": event.kind,
        "status": event.status,
        "asks": event.asks,
        "fact": event.fact,
        "scope": event.scope,
        "body": dict(event.body),
        "personal": None if event.personal is None else dict(event.personal),
        "tree": line.tree,
        "title": line.title,
        "revision": line.revision,
        "account_id": line.subject.account_id,
        "account_name": line.account_name,
        "deal_id": line.subject.deal_id,
        "stakeholder_id": line.subject.stakeholder_id,
        "stakeholder_name": line.stakeholder_name,
        "forgotten": line.forgotten,
    }


def write_json(journal: Journal, file: TextIO, *, unmasked: bool = False) -> int:
    """Write every event as a line of JSON; how many there are."""
    count = 0
    for line, event in exported(journal, unmasked=unmasked):
        # Escapes carry what no file of text may hold (half of a surrogate pair).
        file.write(json.dumps(as_json(line, event), separators=(",", ":")) + "\n")
        count += 1
    return count


def write_csv(journal: Journal, file: TextIO, *, unmasked: bool = False) -> int:
    """Write every event as a row, without what was given and without records; how many there are."""
    writer = csv_writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for line, event in exported(journal, unmasked=unmasked):
        found = {**as_json(line, event), **(event.personal or {}), **event.body, "status": event.status}
        found["erased"] = "yes" if event.personal is None else ""
        writer.writerow([_cell(found.get(name)) for name in COLUMNS])
        count += 1
    return count


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return inert(";".join(map(_cell, value)))
        case str():
            return inert(clean(value))
        case Mapping():
            return inert(clean(json.dumps(value, ensure_ascii=False)))
        case _:
            return str(value)
