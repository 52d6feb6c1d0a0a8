"""Contradictions in words: what to settle, between whom, and who said what when.

Promises: all contradictions about one matter are one thing to settle; each side with its value, and the day
where it is known; sides that say the same stand together. Refuses: to take a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from abm_tree.feel import string
from abm_tree.group.asked import Matter
from abm_tree.group.conflict import ASKED_TWICE, MESSAGE, PROMISE, READ, SET, Conflict, Side
from abm_tree.group.finding_out import PERSONAL
from abm_tree.group.walked import Snapshot
from abm_tree.walk.spoken import whole_key
from abm_tree.walk.tell import joined, one_stop


@dataclass(frozen=True, slots=True)
class Settle:
    """What to do about a contradiction."""

    do: str
    otherwise: str
    notes: tuple[str, ...] = ()


def to_settle(snap: Snapshot, conflicts: Sequence[Conflict]) -> dict[Matter, list[Conflict]]:
    """The conflicts that somebody has to settle, those about one matter together."""
    personal = {
        whole_key(one.tree, key)
        for one in snap.walked
        for key, fact in one.tree.facts.items()
        if fact.scope == PERSONAL
    }
    found: dict[Matter, list[Conflict]] = {}
    for one in conflicts:
        if one.kind != ASKED_TWICE:
            whose = one.sides[0].person if one.fact in personal and one.sides else ""
            found.setdefault((one.fact, whose), []).append(one)
    return found


def settle_words(snap: Snapshot, conflicts: Sequence[Conflict]) -> Settle:
    """Conflicts about one matter as something to do."""
    first = conflicts[0]
    sentences = dict.fromkeys(_clauses(snap, one) for one in conflicts)
    only_words = all(one.kind == MESSAGE for one in conflicts)
    head = f"Settle {first.title}" + (" before either of them is told" if only_words else "")
    do = f"{head}: {'. '.join(one[:1].upper() + one[1:] if at else one for at, one in enumerate(sentences))}."
    match first.kind:
        case "promise":
            otherwise = "Not settled: tell whom it was promised that it does not hold, before others do"
        case "message":
            otherwise = "Not settled: neither of them is told until it is"
        case _:
            otherwise = f"Not settled: bring them together, and leave with one answer on {first.title}"
    notes = [
        f"{snap.name_of(side.person)}: {side.evidence}"
        for one in conflicts
        for side in one.sides
        if side.evidence
    ]
    return Settle(one_stop(do), otherwise, tuple(dict.fromkeys(map(one_stop, notes))))


def _clauses(snap: Snapshot, conflict: Conflict) -> str:
    """What each side has to do with it, in one sentence."""
    groups: dict[tuple[str, str], list[Side]] = {}
    for at, side in enumerate(conflict.sides):
        did = side.did or conflict.kind
        if conflict.kind == PROMISE and at == 0 and did != SET:
            did = PROMISE
        groups.setdefault((did, side.value), []).append(side)
    return "; ".join(_clause(snap, did, value, sides) for (did, value), sides in groups.items())


def _clause(snap: Snapshot, did: str, value: str, sides: Sequence[Side]) -> str:
    names = list(dict.fromkeys(snap.name_of(side.person) for side in sides))
    days = {string(side.on) for side in sides if side.on is not None}
    day = f" ({days.pop()})" if len(days) == 1 and did not in (SET, MESSAGE, READ) else ""
    who, one = joined(names), len(names) == 1
    shown = _shown(value)
    if did == SET:
        return f"with {who} it comes out as {shown}"
    if did == READ:
        return f"with {who} we go by {shown}"
    if did == PROMISE:
        return f"{who} {'was' if one else 'were'} promised {shown}{day}"
    if did == MESSAGE:
        return f"{who} would hear {shown}"
    return f"{who} {'says' if one else 'say'} {shown}{day}"


def _shown(value: str) -> str:
    """A value within a sentence; words are quoted, as they are somebody's."""
    text = value.strip().rstrip(".")
    if not text:
        return "something else"
    return f"\u201c{text}\u201d" if any(char.isalpha() for char in text) else text
