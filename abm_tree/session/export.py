"""A finished or unfinished walk as a file for others: notes, record, actions, calendar.

Promises: the file is whole or not there; nothing is ever written over, a second one is numbered; values of
sensitive facts are hidden unless asked for. Refuses: to make an empty list or calendar.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from abm_tree.feel import string
from abm_tree.report.files import file_name, written_aside
from abm_tree.report.heard import Heard, answers
from abm_tree.report.notes import call_notes
from abm_tree.report.replayable import record_json
from abm_tree.report.todo import actions_csv
from abm_tree.report.view import Names, view
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Tree
from abm_tree.walk.record import Record
from abm_tree.walk.tell import less, value_text

if TYPE_CHECKING:
    from abm_tree.session.walk import Walk

Kind = Literal["notes", "record", "actions", "calendar"]
SUFFIXES: dict[Kind, str] = {"notes": ".md", "record": ".jsonl", "actions": ".csv", "calendar": ".ics"}

MAX_ACCOUNT = 40  # characters of an account's name in a file's name


class Nothing(Exception):
    """There is nothing to export; the message says why, for the person at the keyboard."""


def export(
    kind: Kind,
    record: Record,
    tree: Tree,
    target: Path,
    *,
    heard: Sequence[Heard] | None = None,
    names: Names | None = None,
    notes: Sequence[str] = (),
    walk: str = "",
    by: str = "",
    unmasked: bool = False,
    now: dt.datetime | None = None,
) -> Path:
    """Write a file of this kind, into a folder under a name of its own or to a path, and return where it is.

    `heard` stands for what the record alone tells; `walk` is the walk's id. Raises Nothing and OSError.
    """
    text = content(
        kind,
        record,
        tree,
        heard=heard,
        names=names,
        notes=notes,
        walk=walk,
        by=by,
        unmasked=unmasked,
        now=now,
    )
    path = target
    if target.is_dir():
        account = view(record, tree, names, unmasked=unmasked).account[:MAX_ACCOUNT]
        day = string(record.as_of.date)
        path = target / file_name(account, tree.id, day, kind, suffix=SUFFIXES[kind])
    return write_new(path, text)


def content(
    kind: Kind,
    record: Record,
    tree: Tree,
    *,
    heard: Sequence[Heard] | None = None,
    names: Names | None = None,
    notes: Sequence[str] = (),
    walk: str = "",
    by: str = "",
    unmasked: bool = False,
    now: dt.datetime | None = None,
) -> str:
    """What such a file holds, for whoever copies it instead."""
    match kind:
        case "notes":
            said = answers(record, tree) if heard is None else heard
            return call_notes(record, tree, said, names, notes, by=by, unmasked=unmasked)
        case "record":
            return record_json(record, tree, names, unmasked=unmasked)
        case "actions":
            if not record.actions:
                raise Nothing("There is nothing to do, so there is no list of actions.")
            return actions_csv(record, tree, names, unmasked=unmasked)
        case "calendar":
            from abm_tree.report.calendar import due_dates  # icalendar: 50 ms

            stamp = now or dt.datetime.now(dt.UTC)
            found = due_dates(record, tree, names, walk=walk, stamp=stamp, unmasked=unmasked)
            if not found.events:
                raise Nothing("No action has a date, so there is no calendar.")
            return found.text


def export_walk(kind: Kind, walk: Walk, target: Path, *, unmasked: bool = False) -> Path:
    """Write a walk as its journal has it, with who said what; raises Nothing and OSError."""
    return export(
        kind,
        walk.record,
        walk.tree,
        target,
        heard=heard_in(walk),
        names=walk.names,
        notes=noted_in(walk),
        walk=walk.id,
        by=walk.by,
        unmasked=unmasked,
    )


def heard_in(walk: Walk) -> tuple[Heard, ...]:
    """What was answered in a walk, by whom, how it is known, and what was noted of it."""
    from abm_tree.session.walk import HOW

    out = []
    for key, answer in walk.state.answers.items():
        state = walk.facts.get(key)
        fact = walk.tree.facts.get(key)
        value = value_text(fact, state.value) if isinstance(state, Known) else ""
        by_person = answer.said_by and answer.said_by == walk.subject.stakeholder_id
        notes = [answer.note, *(note.text for note in walk.state.notes if note.fact == key)]
        out.append(
            Heard(
                key,
                value,
                known=isinstance(state, Known),
                said_by=(walk.names.stakeholder or answer.said_by) if by_person else answer.said_by,
                how=HOW.get(answer.how, answer.how),
                note="; ".join(note for note in notes if note),
                at=answer.at.partition("T")[0],
                evidence=answer.evidence,
                counts=less(fact, state) if fact is not None else "",
            )
        )
    return tuple(out)


def noted_in(walk: Walk) -> tuple[str, ...]:
    """What was noted of the call as a whole, or of a fact that has no answer now."""
    return tuple(note.text for note in walk.state.notes if note.fact not in walk.state.answers)


def remark(kind: Kind, record: Record) -> str:
    """What to say of a file of this kind once it is written, or nothing."""
    if kind != "calendar":
        return ""
    from abm_tree.report.calendar import undated

    left_out = undated(record)
    if left_out < 2:
        return "1 action has no date and is left out." if left_out else ""
    return f"{left_out} actions have no date and are left out."


def write_new(path: Path, text: str) -> Path:
    """Write a text under this name, or the first numbered one that is free."""
    for number in count(1):
        free = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        try:
            # Taken before it is written: another program can neither lose its file to us nor we ours to it.
            os.close(os.open(free, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        try:
            with written_aside(free) as file:
                file.write(text)
        except BaseException:
            with suppress(OSError):
                free.unlink()
            raise
        return free
    raise AssertionError("count() has no end")
