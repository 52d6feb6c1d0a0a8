"""What the journal holds: events.

Promises: plain values that JSON can hold; what a person could be known by (values, notes, names, words) lies
in `personal` alone, so that it can be erased and the event stay. Refuses: to say what an event means for a
walk; `fold` does.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from abm_tree.walk.subject import Subject

# kind: what `body` holds | what `personal` holds
#   started    tree, title, revision, logic, as_of | given: {fact: state as a record writes it}
#   answered   state ("known", "unknown"); outside walks as_of | value, how, said_by, evidence, note
#              of: the answer that this one says again, now that its evidence was asked for
#   retracted  of: the number of the event that no longer counts (an answer, or a retraction: redo) |
#   noted      | text
#   paused     until: a day, or "" | reason
#   resumed    as_of | given, where the list's facts have changed
#   revised    revision, logic, before: the revision until now | given, where that has changed
#   finished   status, outcome, title, verdict, revision | record
# Outside walks alone, about a person:
#   met        as_of | name, job_title: somebody who is on no list
#   knows      as_of | knows: the id of another person there
KINDS = (
    *("started", "answered", "retracted", "noted", "paused", "resumed", "revised", "finished"),
    *("met", "knows"),
)

OPEN, PAUSED, WAITING, STUCK, FINISHED = "open", "paused", "waiting", "stuck", "finished"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a walk.

    `id`, `walk`, `seq` (from 1, without gaps, within the walk) and `at` (UTC, ISO 8601 with microseconds) are
    set when it is appended. `status` and `asks` say how the walk stands after it: open, paused, waiting,
    stuck or finished, and the title of the fact that is asked next.
    """

    kind: str
    by: str = ""  # who recorded it
    fact: str = ""  # a fact's key, as the walk's tree and its record know it
    scope: str = ""  # whose fact: account, deal, stakeholder, workspace
    status: str = OPEN
    asks: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] | None = field(default_factory=dict)  # None: erased on request
    walk: str = ""
    seq: int = 0
    id: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class WalkLine:
    """A walk as a list shows it."""

    walk: str
    subject: Subject
    tree: str
    title: str  # the tree's
    revision: str  # the one it started with
    started_at: str
    by: str
    seq: int  # of its last event
    last_at: str
    status: str
    asks: str
    account_name: str = ""
    stakeholder_name: str = ""
    until: str = ""  # of a paused or waiting walk
    reason: str = ""  # of a paused walk
    outcome: str = ""  # of a finished walk
    verdict: str = ""
    forgotten: bool = False


class NotSaved(Exception):
    """The journal could not take an event; the message says why, in words for the person at the keyboard."""


class Overtaken(Exception):
    """The walk went on elsewhere: `events` are those that the append did not know of."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        super().__init__(f"{len(events)} events came first")
        self.events = events


_last = 0


def uuid7(after: str = "") -> str:
    """A UUID version 7 (RFC 9562): sorts by time, also within one millisecond of one process.

    It sorts after the one named, also where another computer's clock was ahead of this one's.
    """
    global _last
    now = time.time_ns()
    # 12 bits below the millisecond, never going back (RFC 9562, section 6.2, method 3).
    stamp = max((now // 1_000_000 << 12) | ((now % 1_000_000) * 4096 // 1_000_000), _last + 1)
    _last = stamp
    if after:
        other = int(after.replace("-", ""), 16)
        stamp = max(stamp, ((other >> 80) << 12 | (other >> 64) & 0xFFF) + 1)
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64
    value |= 0b10 << 62 | int.from_bytes(os.urandom(8), "big") >> 2
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def now() -> dt.datetime:
    """The time, in UTC; `ABM_TREE_NOW` (ISO 8601) stops the clock for recordings and tests."""
    stopped = os.environ.get("ABM_TREE_NOW")
    if stopped:
        return dt.datetime.fromisoformat(stopped).astimezone(dt.UTC)
    return dt.datetime.now(dt.UTC)


def author() -> str:
    """Who sits at the keyboard, as the computer knows it."""
    for name in ("ABM_TREE_USER", "LOGNAME", "USER", "LNAME", "USERNAME"):
        if os.environ.get(name):
            return os.environ[name]
    return ""
