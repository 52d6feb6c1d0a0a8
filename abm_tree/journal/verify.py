"""Whether the journal is what it should be: every record replays to itself from its events and its tree.

Promises: each finished walk's record comes out again of its tree and its facts, and its facts are what the
events before it come to; numbers have no gaps, ids their order, trees their digests. Refuses: to mend; to
call it wrong that something was erased on request.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from abm_tree.journal.events import Event, WalkLine
from abm_tree.journal.fold import State, carried, fold
from abm_tree.journal.store import Journal
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.canonical import digest
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.former import former_keys
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Tree
from abm_tree.walk.record import RECORD, state_json
from abm_tree.walk.replay import Unreadable, again, differences, state_of, tree_of

MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError, ValidationError)


@dataclass
class Verified:
    """What verifying came to."""

    walks: int = 0
    events: int = 0
    records: int = 0  # that replay to themselves
    erased: int = 0  # events of which personal values were erased on request
    trees: int = 0
    findings: list[Diagnostic] = field(default_factory=list)


def verify(journal: Journal) -> Verified:
    """Look through the whole journal."""
    out = Verified()
    name = str(journal.path)
    problem = journal.check()
    if journal.damaged:
        _tell(out, name, None, "damaged-journal", problem)
    for row in journal.read(_dangling):
        _tell(out, name, None, "journal-gap", f"A row of the table `{row[0]}` belongs to nothing.")
    trees = Trees(journal, out)
    ids: set[str] = set()
    for line in journal.streams():
        events = journal.events(line.walk)
        out.walks += bool(line.tree)
        out.events += len(events)
        _order(line, events, ids, out)
        for place, event in enumerate(events):
            out.erased += event.personal is None
            if event.kind == "finished" and event.personal is not None:
                _finished(line, events[: place + 1], trees, out)
    return out


def _dangling(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("PRAGMA foreign_key_check").fetchall()


class Trees:
    """The trees that the journal keeps, each loaded when it is first needed; all digests are looked at."""

    def __init__(self, journal: Journal, out: Verified) -> None:
        self._forms: dict[str, Mapping[str, Any]] = {}
        self._loaded: dict[str, Tree | str] = {}
        for revision, form in journal.trees():
            out.trees += 1
            if digest(form) == revision:
                self._forms[revision] = form
            else:
                _tell(out, str(journal.path), None, "wrong-digest", f"The tree {revision[:12]} was changed.")
                self._loaded[revision] = "the tree was changed"

    def __call__(self, revision: str) -> Tree:
        """The tree of a revision."""
        if revision not in self._loaded:
            form = self._forms.get(revision)
            try:
                self._loaded[revision] = (
                    tree_of(form, revision)
                    if form is not None
                    else f"the journal does not hold the tree of revision {revision[:12]}"
                )
            except Unreadable as error:
                self._loaded[revision] = str(error)
            except MALFORMED:
                self._loaded[revision] = "what the journal holds is no tree"
        found = self._loaded[revision]
        if isinstance(found, str):
            raise Unreadable(found)
        return found


def _order(line: WalkLine, events: tuple[Event, ...], ids: set[str], out: Verified) -> None:
    """Numbers without gaps, ids that are unique and sort as the events do."""
    numbers = [event.seq for event in events]
    if numbers != list(range(1, len(events) + 1)):
        lost = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
        _tell(out, line.walk, None, "journal-gap", f"Events are missing: {', '.join(map(str, lost[:5]))}.")
    mine = [event.id for event in events]
    if mine != sorted(set(mine)) or ids & set(mine):
        _tell(out, line.walk, None, "journal-order", "The ids of its events are not unique and in order.")
    ids |= set(mine)
    if line.tree and events and events[0].kind != "started":
        _tell(out, line.walk, None, "journal-gap", "It does not begin with its start.")


def _finished(line: WalkLine, events: tuple[Event, ...], trees: Trees, out: Verified) -> None:
    """The record of a finished walk against its tree, and against the events up to it."""
    event = events[-1]
    personal = event.personal or {}
    try:
        record = personal["record"]
        if record["record"] != RECORD:
            raise Unreadable(f"the record has version {record['record']}; this abm-tree reads {RECORD}")
        tree = trees(record["revision"])
        changed = differences(record, json.loads(json.dumps(again(record, tree))))
        if changed:
            raise Unreadable("the record differs when replayed, in " + _quoted(changed))
        changed = _against(record, line, event, fold(events), tree)
        if changed:
            raise Unreadable("the record is not what the events come to, in " + _quoted(changed))
    except Unreadable as error:
        text = str(error)
        _tell(out, line.walk, event.seq, "not-replayed", f"{text[0].upper()}{text[1:]}.")
    except MALFORMED:
        _tell(out, line.walk, event.seq, "no-record", "What it finished with is no decision record.")
    else:
        out.records += 1


def _against(record: Mapping[str, Any], line: WalkLine, event: Event, state: State, tree: Tree) -> list[str]:
    """Where a record differs from what the events say."""
    known, unknown = facts_of(state, tree)
    subject = record.get("subject", {})
    ids = {
        "account_id": line.subject.account_id,
        "deal_id": line.subject.deal_id,
        "stakeholder_id": line.subject.stakeholder_id,
    }
    pairs = {
        "facts": (record["facts"], known),
        "unknown": (record["unknown"], unknown),
        "as_of": (record["as_of"], state.as_of),
        "revision": (record["revision"], state.revision),
        "outcome": (record["outcome"], event.body.get("outcome")),
        "verdict": (record["verdict"], event.body.get("verdict")),
        # Who was forgotten is named nowhere any more.
        "subject": (subject, subject if line.forgotten else {key: one for key, one in ids.items() if one}),
    }
    return [name for name, (one, other) in pairs.items() if (one or None) != (other or None)]


def facts_of(state: State, tree: Tree) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts that events come to, known and unknown, as a record of this tree writes them."""
    found = states_of(state, tree)
    known = {key: state_json(one) for key, one in found.items() if isinstance(one, Known)}
    unknown = {key: state_json(one) for key, one in found.items() if isinstance(one, Unknown)}
    return json.loads(json.dumps(known)), json.loads(json.dumps(unknown))


def states_of(state: State, tree: Tree) -> dict[str, Known | Unknown]:
    """The facts that events come to, as this tree knows them."""
    state = carried(state, former_keys(tree))
    answers = {
        key: {"source": "answer", "dated": one.dated, "evidence": one.evidence}
        | ({"value": one.value} if one.known else {})
        for key, one in state.answers.items()
    }
    found: dict[str, Known | Unknown] = {}
    # An answer that does not fit the fact as this revision has it leaves what was given.
    for states in (state.given, answers):
        for key, one in states.items():
            fact = tree.facts.get(key)
            if fact is not None:
                read = state_of(fact, one)
                if isinstance(read, Unknown) or misfit(fact, read.value) is None:
                    found[key] = read
    return found


def _quoted(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _tell(out: Verified, source: str, row: int | None, code: str, message: str) -> None:
    out.findings.append(Diagnostic(code, Severity.ERROR, message, source, row=row))
