"""A plan as different people read it: by date, by person, by owner.

Promises: every item stands in every view, in the order of the plan; what is about several people stands with
each of them, what is about nobody or everybody with the account. Refuses: to leave out or to renumber.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypeAlias

from abm_tree.feel import string
from abm_tree.group.dates import day_of
from abm_tree.group.plan import Item, Plan
from abm_tree.group.walked import Snapshot

By: TypeAlias = Literal["date", "person", "owner"]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OVERDUE, UNDATED, NOBODY = "Overdue", "Without a date", "Without an owner"


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading."""

    title: str
    items: tuple[Item, ...]
    key: str = ""  # the day, the person's id, the owner; "": the account, or none


def view(found: Plan, snap: Snapshot, by: By = "date") -> tuple[Section, ...]:
    """A plan's items under headings."""
    match by:
        case "person":
            return _by_person(found, snap)
        case "owner":
            return _by_owner(found)
        case _:
            return _by_date(found)


def _by_date(found: Plan) -> tuple[Section, ...]:
    piles: dict[str, list[Item]] = {}
    for item in found.items:
        day = day_of(item.due)
        key = "" if day is None else OVERDUE if item.overdue else string(day)
        piles.setdefault(key, []).append(item)
    today = string(found.as_of.date)
    return tuple(
        Section(_day_title(key, today), tuple(items), "" if key == OVERDUE else key)
        for key, items in piles.items()
    )


def _day_title(key: str, today: str) -> str:
    if key in ("", OVERDUE):
        return key or UNDATED
    try:
        day = f"{WEEKDAYS[dt.date.fromisoformat(key).weekday()]}, {key}"
    except ValueError:
        day = key
    return f"Today, {day}" if key == today else day


def _by_person(found: Plan, snap: Snapshot) -> tuple[Section, ...]:
    everybody = len(snap.people)
    common = [item for item in found.items if not item.people or 1 < len(item.people) == everybody]
    ids = [one.id for one in snap.people]
    ids += sorted({one for item in found.items for one in item.people} - set(ids))
    out = []
    for person in ids:
        theirs = tuple(item for item in found.items if person in item.people and item not in common)
        if theirs:
            out.append(Section(snap.name_of(person), theirs, person))
    if common:
        out.append(Section("The account as a whole", tuple(common)))
    return tuple(out)


def _by_owner(found: Plan) -> tuple[Section, ...]:
    piles: dict[str, list[Item]] = {}
    for item in found.items:
        piles.setdefault(item.owner, []).append(item)
    # Whoever has something to do first stands first; what nobody has, last.
    owners = sorted(piles, key=lambda owner: (not owner, piles[owner][0].number))
    return tuple(Section(owner_words(owner), tuple(piles[owner]), owner) for owner in owners)


def owner_words(owner: str) -> str:
    """An owner as a heading."""
    words = owner.replace("-", " ")
    return words[:1].upper() + words[1:] if words else NOBODY
