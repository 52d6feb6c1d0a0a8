"""The questions that are still open at an account, each once, and who is most fit to answer it.

Promises: a fact that several walks read as unknown is one question; a person's own fact is asked about that
person. Refuses: questions that no tree has words for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from abm_tree.feel import Date
from abm_tree.group.finding_out import PERSONAL
from abm_tree.group.people import Stakeholder
from abm_tree.group.walked import Snapshot, Walked
from abm_tree.tree.parts import Fact
from abm_tree.tree.terms import ROLE
from abm_tree.walk.reader import Reader
from abm_tree.walk.said import tree_of, words
from abm_tree.walk.spoken import whole_key
from abm_tree.walk.tell import fill

Matter: TypeAlias = tuple[str, str]  # a fact as all trees know it, and whose it is where it is a person's


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is open: what to find out, from whom, in which words."""

    matter: Matter
    title: str
    ask: str  # to whoever answers it in a walk
    say: str = ""  # to the person across the table
    person: str = ""  # who is asked first
    others: tuple[str, ...] = ()  # who else could be asked, the most fit first
    walks: tuple[int, ...] = ()  # which walks of the snapshot lack it
    unproven: bool = False  # whether somebody said it, and only the evidence is missing


def matter_of(walked: Walked, key: str) -> Matter:
    """A fact as all trees of a snapshot know it; a tree's own one carries its id."""
    fact = walked.tree.facts.get(key)
    whose = walked.person if fact is not None and fact.scope == PERSONAL else ""
    return whole_key(walked.tree, key), whose


def read_by(walked: Walked) -> frozenset[str]:
    """The facts that a walk's decisions read."""
    record = walked.record
    return frozenset(one.fact for step in record.trail for one in step.read) | frozenset(
        one.fact for one in record.at_read
    )


def open_questions(snap: Snapshot, found_out: Iterable[Matter] = ()) -> tuple[Asked, ...]:
    """What walks read as unknown and can be asked; without what actions of the trees find out anyway."""
    lacking: dict[Matter, list[tuple[int, str, str]]] = {}
    unproven: set[Matter] = set()
    for number, one in enumerate(snap.walked):
        for node, key, proof in _unknown(one):
            matter = matter_of(one, key)
            lacking.setdefault(matter, []).append((number, node, key))
            if proof:
                unproven.add(matter)
    found = set(found_out)
    return tuple(
        _asked(snap, matter, places, matter in unproven)
        for matter, places in lacking.items()
        if matter not in found
    )


def _unknown(walked: Walked) -> Iterator[tuple[str, str, bool]]:
    """What a walk's decisions read as unknown, with the node, and whether only evidence is missing."""
    record, seen = walked.record, set()
    read = [(step.node, one) for step in record.trail for one in step.read]
    read += [(record.at, one) for one in record.at_read]
    if record.needs is not None:
        needed = record.needs.fact
        if not any(one.fact == needed for _, one in read):
            fact = walked.tree.facts.get(needed)
            if _can_be_asked(walked, fact):
                yield record.at, needed, False
                seen.add(needed)
    for node, one in read:
        if one.state == "known" or one.source == "outcome" or one.fact in seen:
            continue
        if _can_be_asked(walked, walked.tree.facts.get(one.fact)):
            seen.add(one.fact)
            yield node, one.fact, one.unproven is not None


def _can_be_asked(walked: Walked, fact: Fact | None) -> bool:
    if fact is None or fact.ask is None:
        return False
    return bool(walked.person) or fact.scope != PERSONAL


def _asked(
    snap: Snapshot,
    matter: Matter,
    places: Sequence[tuple[int, str, str]],
    unproven: bool,
) -> Asked:
    by_person: dict[str, tuple[int, str, str]] = {}
    for place in places:
        by_person.setdefault(snap.walked[place[0]].person, place)
    first = _fact(snap, places[0])
    title = first.title
    # What we are nobody else can say.
    asked = [one for one in by_person if one] if matter[1] or not first.ours else []
    ranked = fittest(snap, asked, first.ask_of)
    person = ranked[0] if ranked else ""
    number, node, key = by_person.get(person, places[0])
    walked = snap.walked[number]
    record = walked.record
    below, _, prefix = tree_of(node, walked.tree)
    fact = walked.tree.facts[key]
    # A called tree's own fact is asked in that tree's words.
    reader = Reader(
        below if fact.own else walked.tree, record.facts, record.as_of, prefix=prefix if fact.own else ""
    )
    demand = fact.evidence.ask if fact.evidence is not None and unproven else None
    text = fill(demand or fact.ask, reader) if fact.ask is not None else f"{title}?"
    return Asked(
        matter,
        title,
        text,
        "" if demand is not None else words(node, walked.tree, record.facts, record.as_of),
        person,
        tuple(ranked[1:]) if matter[1] == "" else (),
        tuple(place[0] for place in places),
        unproven,
    )


def _fact(snap: Snapshot, place: tuple[int, str, str]) -> Fact:
    return snap.walked[place[0]].tree.facts[place[2]]


def fittest(snap: Snapshot, people: Iterable[str], roles: Sequence[str] = ()) -> list[str]:
    """People in the order in which they are asked: a role that usually knows, influence, last contact.

    `roles` are those that usually know it, the likeliest first.
    """

    def rank(person: str) -> tuple[int, int, int, int, str]:
        one = snap.by_id.get(person)
        if one is None:
            return 1, 0, 0, 0, person
        role = role_of(snap, one)
        fits = roles.index(role) if role in roles else len(roles)
        return 0, fits, -(one.influence or 0), -_day(one.contacted_on), person

    return sorted(dict.fromkeys(people), key=rank)


def role_of(snap: Snapshot, one: Stakeholder) -> str | None:
    """A person's role, where it is not too old to count."""
    return one.role if ROLE not in one.stale else None


def _day(day: Date | None) -> int:
    return (day.year * 12 + day.month) * 31 + day.day if day is not None else 0
