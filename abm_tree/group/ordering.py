"""What comes before what in a plan, and the order that follows.

Promises: no circles; whatever comes before something is due no later than it. Refuses: an order of its own
among actions of a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from abm_tree.group.asked import Matter, matter_of, read_by
from abm_tree.group.conflict import MESSAGE, SET, Conflict
from abm_tree.group.dates import when
from abm_tree.group.walked import Snapshot, Walked
from abm_tree.walk.spoken import whole_key


@dataclass(slots=True)
class Draft:
    """An item on its way into a plan."""

    kind: str
    do: str
    owner: str = ""
    channel: str = ""
    due: str = ""
    every: str = ""
    notes: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    fallback: Mapping[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    origins: tuple[Any, ...] = ()
    walks: tuple[int, ...] = ()  # of the snapshot
    titles: Mapping[Matter, str] = field(default_factory=dict)  # what is known once it is done
    ask_of: tuple[str, ...] = ()  # roles that usually know that
    first: bool = False  # whether a walk ended because that was not known
    instead: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    question: str = ""
    conflicts: tuple[Conflict, ...] = ()
    after: set[int] = field(default_factory=set)  # places in the list of drafts


def before(snap: Snapshot, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with what comes before each, and dates that agree with it."""
    reads = [frozenset(matter_of(one, key) for key in read_by(one)) for one in snap.walked]
    acting: dict[int, list[int]] = {}
    for at, draft in enumerate(drafts):
        for walk in draft.walks if draft.kind == "action" else ():
            acting.setdefault(walk, []).append(at)
    askers = []
    for at, draft in enumerate(drafts):
        if draft.kind == "action":
            if draft.first:
                askers.append(at)
            continue
        for later in _waiting(snap, draft, reads, acting):
            drafts[later].after.add(at)
    for at in _askers(drafts, askers):
        for later in _waiting(snap, drafts[at], reads, acting):
            # Two that each would need the other's answer: the one that was there first comes first.
            if later != at and not _reaches(drafts, at, later):
                drafts[later].after.add(at)
    _dated(drafts)
    return list(drafts)


def _askers(drafts: Sequence[Draft], found: Iterable[int]) -> list[int]:
    """The actions that ask what a walk ended for, the earliest first; of several for a fact, the first."""
    out: list[int] = []
    taken: set[Matter] = set()
    for at in sorted(found, key=lambda at: (when(drafts[at].due), at)):
        matters = set(drafts[at].titles)
        if not matters <= taken:
            out.append(at)
        taken |= matters
    return out


def _waiting(
    snap: Snapshot, draft: Draft, reads: Sequence[frozenset[Matter]], acting: Mapping[int, list[int]]
) -> list[int]:
    """The actions that wait for what a draft settles or asks."""
    found: dict[int, None] = {}
    matters = set(draft.titles)
    for number, walked in enumerate(snap.walked):
        waits = bool(matters & reads[number]) or any(_concerns(one, walked) for one in draft.conflicts)
        if waits:
            found |= dict.fromkeys(acting.get(number, ()))
    return list(found)


def _concerns(conflict: Conflict, walked: Walked) -> bool:
    """Whether a walk establishes, or is about to say, what a conflict is about."""
    if conflict.kind == MESSAGE:
        return any((side.person, side.tree) == (walked.person, walked.tree.id) for side in conflict.sides)
    if conflict.kind != SET or all(side.person != walked.person for side in conflict.sides):
        return False
    return any(whole_key(walked.tree, one.fact) == conflict.fact for one in walked.record.sets)


def _reaches(drafts: Sequence[Draft], start: int, goal: int) -> bool:
    """Whether `goal` comes before `start`, over any number of steps."""
    todo, seen = [start], {start}
    while todo:
        at = todo.pop()
        if at == goal:
            return True
        todo += [one for one in drafts[at].after if one not in seen]
        seen |= drafts[at].after
    return False


def _depths(drafts: Sequence[Draft]) -> list[int]:
    """How many steps come before each, at most."""
    depths: list[int | None] = [None] * len(drafts)
    for start in range(len(drafts)):
        todo = [start]
        while todo:
            at = todo[-1]
            open_ones = [one for one in drafts[at].after if depths[one] is None]
            if depths[at] is None and open_ones:
                todo += open_ones
                continue
            depths[at] = max((1 + (depths[one] or 0) for one in drafts[at].after), default=0)
            todo.pop()
    return [depth or 0 for depth in depths]


def _dated(drafts: Sequence[Draft]) -> None:
    """Make whatever comes before something due no later than it."""
    depths = _depths(drafts)
    for at in sorted(range(len(drafts)), key=lambda at: -depths[at]):
        for one in drafts[at].after:
            if when(drafts[at].due) < when(drafts[one].due):
                drafts[one].due = drafts[at].due


def ordered(snap: Snapshot, drafts: Sequence[Draft]) -> list[tuple[Draft, tuple[int, ...]]]:
    """The drafts in order, each with the numbers of what comes before it.

    By date, then by what comes before what, then by owner; for each owner what concerns several people, then
    person by person as the account lists them, in the order in which the trees say it.
    """
    depths = _depths(drafts)
    places = {one.id: at for at, one in enumerate(snap.people)}

    def person(draft: Draft) -> int:
        return places.get(draft.people[0], len(places)) if len(draft.people) == 1 else -1

    kinds = {"settle": 0, "question": 1, "action": 2}
    order = sorted(
        range(len(drafts)),
        key=lambda at: (
            when(drafts[at].due),
            depths[at],
            drafts[at].owner,
            kinds.get(drafts[at].kind, 3),
            person(drafts[at]),
            at,
        ),
    )
    numbers = {at: number for number, at in enumerate(order, start=1)}
    return [(drafts[at], tuple(sorted(numbers[one] for one in drafts[at].after))) for at in order]
