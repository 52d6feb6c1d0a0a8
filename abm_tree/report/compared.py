"""What comparing two versions of a tree came to, as it is told, and as JSON.

Promises: plain values, the same for text, JSON and Markdown; whether decisions differ is said in one of three
words: no, yes, perhaps. Refuses: to compare.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from abm_tree.tree.facts import Known, Unknown
from abm_tree.walk.record import state_json

FORMAT = 1

_TEST = re.compile(r"`([^`]*)`")


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that differs within a part of the tree."""

    part: str  # "value", "branch `< 50`"
    before: str | None  # None: it was not there
    after: str | None  # None: it is not there any more
    words: bool = False  # nothing is decided by it


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of the tree that differs."""

    what: str  # "added", "removed", "renamed", "changed"
    kind: str  # "node", "outcome", "parameter", ...
    name: str
    was: str = ""  # what it was called before
    home: str = ""  # the tree that is called; "": the tree itself, or what trees share
    about: str = ""  # what was added or removed, in a few words
    place: str = ""  # file:line
    details: tuple[Detail, ...] = ()

    @property
    def words(self) -> bool:
        """Whether only words differ."""
        return self.what == "changed" and all(one.words for one in self.details)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a walk ends."""

    kind: str  # "outcome", "needs", "waits", "gap", "overlap", "null", "error"
    name: str = ""  # the outcome, or the fact that is needed
    title: str = ""  # of it

    def as_json(self) -> dict[str, str]:
        """The ending as data."""
        return {"kind": self.kind, **({"name": self.name, "title": self.title} if self.name else {})}


@dataclass(frozen=True, slots=True)
class Region:
    """Facts for which a decision differs."""

    where: tuple[tuple[str, str], ...]
    example: Mapping[str, Known | Unknown] = field(default_factory=dict)
    proven: bool = True

    def as_json(self) -> dict[str, Any]:
        """The region as data."""
        facts = {key: state_json(state) for key, state in self.example.items()}
        return {
            "where": [_condition(what, tests) for what, tests in self.where],
            "example": {
                key: {"value": one["value"]} if "value" in one else {"unknown": True}
                for key, one in facts.items()
            },
            "proven": self.proven,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """All facts that led to one end and lead to another."""

    old: Ending
    new: Ending
    regions: tuple[Region, ...]
    more: int = 0  # regions that are not listed

    @property
    def size(self) -> int:
        """How many regions it has."""
        return len(self.regions) + self.more

    @property
    def proven(self) -> bool:
        """Whether there is an account that differs so."""
        return any(one.proven for one in self.regions)


@dataclass(frozen=True, slots=True)
class Decisions:
    """Which decisions differ, over all facts there may be."""

    groups: tuple[Group, ...] = ()  # the largest first
    complete: bool = True  # no account outside of these regions differs, and every one within does
    why: str = ""  # where it is not complete

    @property
    def differ(self) -> str:
        """Whether any decision differs: "no", "yes" or "perhaps"."""
        if any(one.proven for one in self.groups):
            return "yes"
        return "no" if self.complete and not self.groups else "perhaps"


@dataclass(frozen=True, slots=True)
class Move:
    """Rows of a list that went to one end and go to another."""

    old: Ending
    new: Ending
    rows: int
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Accounts:
    """How a list's rows move."""

    name: str  # of the list
    as_of: str
    rows: int
    weight: float
    moves: tuple[Move, ...]  # the largest first
    weighed_by: str = ""
    unit: str = ""
    unread: int = 0  # rows that could not be read

    @property
    def moved(self) -> int:
        """How many rows move."""
        return sum(one.rows for one in self.moves)

    @property
    def moved_weight(self) -> float:
        """How much they weigh."""
        return sum(one.weight for one in self.moves)


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk of the journal that would stand elsewhere."""

    walk: str
    about: str  # whom
    status: str  # in the journal
    as_of: str
    old: Ending
    new: Ending
    recorded: str = ""  # the outcome in the journal, of a finished one
    stays: tuple[str, ...] = ()  # titles of answers that go on counting
    lost: tuple[str, ...] = ()  # titles of answers that would not count any more
    asks: str = ""  # the title of what would be asked next
    possible: tuple[str, ...] = ()  # titles of outcomes still possible
    was_possible: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is not finished."""
        return self.status != "finished"


@dataclass(frozen=True, slots=True)
class Walks:
    """What a change does to the walks of a journal."""

    name: str  # of the journal
    opened: int  # walks of this tree that are not finished
    finished: int
    changed: tuple[Walked, ...]  # open ones first
    unread: int = 0  # walks that cannot be told again: erased, or damaged


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two versions."""

    name: str  # a file, or REV:PATH
    tree: str
    title: str
    revision: str
    version: str = ""

    def as_json(self) -> dict[str, str]:
        """The version as data."""
        found = {"name": self.name, "tree": self.tree, "title": self.title}
        return {**found, "version": self.version, "revision": self.revision}


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything that comparing came to."""

    old: Version
    new: Version
    as_of: str  # the day for which decisions are compared
    same: str  # "revision": nothing differs; "logic": only words do; "": decisions may
    entries: tuple[Entry, ...] = ()
    decisions: Decisions = field(default_factory=Decisions)
    accounts: Accounts | None = None
    walks: Walks | None = None


def as_json(found: Compared) -> str:
    """All of it as JSON text."""
    return json.dumps(_data(found), ensure_ascii=False, indent=2)


def _data(found: Compared) -> dict[str, Any]:
    decisions = found.decisions
    out: dict[str, Any] = {
        "comparison": FORMAT,
        "old": found.old.as_json(),
        "new": found.new.as_json(),
        "as_of": found.as_of,
        "same": found.same or None,
        "changes": [_entry(one) for one in found.entries],
        "decisions": {
            "differ": decisions.differ,
            "complete": decisions.complete,
            "why": decisions.why or None,
            "groups": [
                {
                    "old": one.old.as_json(),
                    "new": one.new.as_json(),
                    "regions": [region.as_json() for region in one.regions],
                    "more": one.more,
                }
                for one in decisions.groups
            ],
        },
    }
    if found.accounts is not None:
        out["accounts"] = _accounts(found.accounts)
    if found.walks is not None:
        out["journal"] = _walks(found.walks)
    return out


def _condition(what: str, tests: str) -> dict[str, Any]:
    """A condition of a region as data: in words, and as unary tests beside what is known to be none."""
    told = {"what": what.replace("`", ""), "is": tests.replace("`", "")}
    if what.startswith("node "):
        return told
    rest = _TEST.sub("", tests)
    return {
        **told,
        "tests": ["-"] if rest.startswith("any value") else _TEST.findall(tests),
        "null": bool(re.search(r'"|\bnull\b', rest)),
        "unknown": rest.endswith("unknown"),
    }


def _entry(one: Entry) -> dict[str, Any]:
    found = {
        "what": one.what,
        "kind": one.kind,
        "name": one.name,
        "was": one.was,
        "in": one.home,
        "about": one.about,
        "place": one.place,
        "words": one.words,
    }
    told: dict[str, Any] = {key: value for key, value in found.items() if value != ""}
    told["details"] = [
        {"part": part.part, "before": part.before, "after": part.after, "words": part.words}
        for part in one.details
    ]
    return told


def _accounts(found: Accounts) -> dict[str, Any]:
    return {
        "list": found.name,
        "as_of": found.as_of,
        "rows": found.rows,
        "moved": found.moved,
        "weighed_by": found.weighed_by or None,
        "unit": found.unit or None,
        "weight": found.weight,
        "moved_weight": found.moved_weight,
        "unread": found.unread,
        "moves": [
            {"old": one.old.as_json(), "new": one.new.as_json(), "rows": one.rows, "weight": one.weight}
            for one in found.moves
        ],
    }


def _walks(found: Walks) -> dict[str, Any]:
    return {
        "journal": found.name,
        "open": found.opened,
        "finished": found.finished,
        "unread": found.unread,
        "walks": [_walked(one) for one in found.changed],
    }


def _walked(one: Walked) -> dict[str, Any]:
    told: dict[str, Any] = {
        "walk": one.walk,
        "about": one.about,
        "status": one.status,
        "as_of": one.as_of,
        "old": one.old.as_json(),
        "new": one.new.as_json(),
    }
    if one.open:
        lists: dict[str, Sequence[str]] = {"stays": one.stays, "lost": one.lost, "possible": one.possible}
        told |= {key: list(value) for key, value in lists.items()}
        told["asks"] = one.asks or None
    else:
        told["recorded"] = one.recorded
    return told
