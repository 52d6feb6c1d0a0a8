"""Due dates as an iCalendar file (RFC 5545).

Promises: what Outlook, Google and Apple import: all-day events, since none of them takes to-dos from a file.
An event keeps its UID, so that a later export of the same walk updates it, and takes no time from anybody's
day. Refuses: alarms, which are each calendar's own; times of day, save where an action is due within hours.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar import Calendar, Event

from abm_tree.feel import parse_date, parse_date_time, string, to_python
from abm_tree.report.files import one_line
from abm_tree.report.notes import fallback_line
from abm_tree.report.periods import in_words, rule
from abm_tree.report.view import Names, View, view
from abm_tree.source import clean
from abm_tree.tree.parts import Tree
from abm_tree.version import __version__
from abm_tree.walk.record import Record, Task
from abm_tree.walk.tell import joined

SPACE = uuid.UUID("6f1c8a52-6a0e-5b53-9d5b-0c9f4a3f8e11")  # of the UIDs that we make
FIRST_YEAR, LAST_YEAR = 1900, 9998
SHORT = dt.timedelta(minutes=15)  # how long an event is that is due within hours


@dataclass(frozen=True, slots=True)
class Dates:
    """A calendar's text, how many events it has, and how many actions have no date."""

    text: str
    events: int
    undated: int


def due_dates(
    record: Record,
    tree: Tree,
    names: Names | None = None,
    *,
    walk: str = "",
    stamp: dt.datetime,
    unmasked: bool = False,
) -> Dates:
    """The dated actions of a record, and the day to look again; `stamp` says when the file was made.

    `walk` is the walk's id; without one the UIDs follow from the subject, the tree and the moment.
    """
    seen = view(record, tree, names, unmasked=unmasked)
    subject = record.subject
    key = walk or "/".join(
        (tree.id, subject.account_id, subject.deal_id, subject.stakeholder_id, string(record.as_of))
    )
    calendar = Calendar()
    calendar.add("prodid", f"-//abm-tree//abm-tree {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    found = list(_events(seen, tree, key))
    for event in found:
        stamped = stamp.astimezone(dt.UTC).replace(microsecond=0)
        event.add("dtstamp", stamped)
        event.add("last-modified", stamped)
        # A later file stands over an earlier one: minutes, since 32 bits do not hold seconds for ever.
        event.add("sequence", max(0, int(stamped.timestamp() // 60)))
        calendar.add_component(event)
    return Dates(calendar.to_ical().decode("utf-8"), len(found), undated(record))


def undated(record: Record) -> int:
    """How many actions have no date that a calendar could hold."""
    return sum(1 for task in record.actions if calendar_date(task.due) is None)


def _events(seen: View, tree: Tree, key: str) -> Iterator[Event]:
    record = seen.record
    for number, task in enumerate(record.actions):
        when = calendar_date(task.due)
        if when is not None:
            yield _event(f"{key}/action/{number}", when, task.do, _about(task, seen, tree), seen, task)
    when = calendar_date(record.revisit)
    if when is not None:
        lines = [f"{tree.title}: look at this again.", *_whom(seen)]
        yield _event(f"{key}/revisit", when, f"Look again: {tree.title}", lines, seen, None)


def _event(
    key: str, when: dt.date | dt.datetime, words: str, lines: list[str], seen: View, task: Task | None
) -> Event:
    event = Event()
    event.add("uid", f"{uuid.uuid5(SPACE, clean(key))}@abm-tree")
    whom = one_line(seen.account)
    event.add("summary", one_line(words) + (f" ({whom})" if whom else ""))
    repeated = task.every if task is not None else ""
    found = None
    if isinstance(when, dt.datetime):
        event.add("dtstart", when - SHORT)
        event.add("dtend", when)
    else:
        event.add("dtstart", when)
        event.add("dtend", when + dt.timedelta(days=1))
        found = rule(repeated, when.day, when.month)
    if found is not None:
        event.add("rrule", found)
    elif repeated:
        lines = [*lines, f"Repeat: every {in_words(repeated)}"]
    event.add("description", "\n".join(one_line(line) for line in lines))
    labels = ["abm-tree", seen.record.verdict, task.owner if task is not None else ""]
    event.add("categories", [label for label in map(one_line, labels) if label])
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _about(task: Task, seen: View, tree: Tree) -> list[str]:
    lines = [
        f"Owner: {task.owner}" if task.owner else "",
        f"Channel: {task.channel}" if task.channel else "",
        f"For: {joined(list(task.people))}" if task.people else "",
        f"Check first: {task.check}" if task.check else "",
        f"Otherwise: {fallback_line(task, str)}" if task.fallback else "",
        f"Note: {task.note}" if task.note else "",
        f"Outcome: {seen.record.title}" if seen.record.title else "",
        *_whom(seen),
        f"Tree: {tree.title}",
    ]
    return [line for line in lines if line]


def _whom(seen: View) -> list[str]:
    found = (("Account", seen.account), ("Person", seen.stakeholder))
    return [f"{name}: {value}" for name, value in found if value]


def calendar_date(text: str) -> dt.date | dt.datetime | None:
    """A due date as calendars count: a day, or an instant in UTC; None for none that they can hold."""
    found = parse_date(text) or parse_date_time(text)
    try:
        when = to_python(found)
        if isinstance(when, dt.datetime) and when.tzinfo is not None:
            when = when.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return when if isinstance(when, dt.date) and FIRST_YEAR <= when.year <= LAST_YEAR else None
