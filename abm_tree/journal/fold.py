"""What the events of a walk come to.

Promises: the same events give the same state, whoever folds them; an answer that was taken back counts again
when its retraction is taken back; nothing here needs the tree. Refuses: to decide where the walk goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from abm_tree.journal.events import OPEN, PAUSED, Event


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was recorded; `value` as JSON."""

    fact: str
    scope: str
    known: bool
    value: Any
    dated: str  # the day for which the walk decided when it was given
    at: str
    by: str
    seq: int
    how: str = ""
    said_by: str = ""
    evidence: str = ""
    asked: bool = False  # whether its evidence was asked for
    note: str = ""
    event: str = ""  # the id of the event


@dataclass(frozen=True, slots=True)
class Note:
    """Something written down, about a fact or about the call as a whole."""

    text: str
    fact: str
    at: str
    by: str
    seq: int


@dataclass
class State:
    """Where a walk stands."""

    walk: str = ""
    seq: int = 0
    tree: str = ""
    title: str = ""
    revision: str = ""
    logic: str = ""
    as_of: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)  # as a record writes facts
    answers: dict[str, Answer] = field(default_factory=dict)  # in force, in the order of their events
    notes: tuple[Note, ...] = ()
    status: str = OPEN
    asks: str = ""
    reason: str = ""
    until: str = ""
    record: Mapping[str, Any] | None = None  # of a finished walk
    outcome: str = ""
    verdict: str = ""
    undo: int = 0  # the event that going back retracts; 0: none
    redo: int = 0  # the retraction that redo retracts; 0: none
    erased: int = 0  # events whose personal values were erased
    # What is said outside walks about a person:
    name: str = ""  # of somebody who was added, as long as that counts
    job_title: str = ""
    knows: tuple[str, ...] = ()  # ids of others there


def fold(events: Iterable[Event]) -> State:
    """The state after events of one walk, in order."""
    listed = tuple(events)
    out = State()
    off = retracted(listed)
    notes: list[Note] = []
    for event in listed:
        out.walk, out.seq, out.status, out.asks = event.walk, event.seq, event.status, event.asks
        personal = event.personal
        if personal is None:
            out.erased += 1
        personal = personal or {}
        match event.kind:
            case "started" | "resumed" | "revised":
                out.tree = event.body.get("tree", out.tree)
                out.title = event.body.get("title", out.title)
                out.revision = event.body.get("revision", out.revision)
                out.logic = event.body.get("logic", out.logic)
                out.as_of = event.body.get("as_of", out.as_of)
                out.given = personal.get("given", out.given)
            case "answered" if event.seq not in off:
                out.answers.pop(event.fact, None)
                if event.personal is not None:
                    out.answers[event.fact] = _answer(event, out.as_of)
                out.undo = int(event.body.get("of", event.seq))
            case "noted" if event.personal is not None:
                notes.append(Note(str(personal.get("text", "")), event.fact, event.at, event.by, event.seq))
            case "met" if event.seq not in off and event.personal is not None:
                out.name, out.job_title = (str(personal.get(key, "")) for key in ("name", "job_title"))
            case "knows" if event.seq not in off and event.personal is not None:
                out.knows = tuple(dict.fromkeys((*out.knows, str(personal.get("knows", "")))))
            case "finished":
                out.record = personal.get("record")
                out.outcome = str(event.body.get("outcome") or "")
                out.verdict = str(event.body.get("verdict") or "")
        if event.status == PAUSED and event.kind == "paused":
            out.reason, out.until = str(personal.get("reason", "")), str(event.body.get("until", ""))
        elif event.kind != "noted":
            out.reason = ""
            out.until = str(event.body.get("until", ""))
    if out.status != "finished":
        out.record, out.outcome, out.verdict = None, "", ""
    out.notes = tuple(notes)
    out.redo = _redo(listed, off)
    return out


def carried(state: State, former: Mapping[str, str]) -> State:
    """The state with facts under the keys of today; `former`: those keys, by earlier ones."""
    keys = {*state.given, *state.answers, *(note.fact for note in state.notes)}
    if not keys & former.keys():
        return state
    given = {former[key]: one for key, one in state.given.items() if key in former}
    answers: dict[str, Answer] = {}
    for key, answer in state.answers.items():  # in the order of their events: the later counts
        now = former.get(key, key)
        answers.pop(now, None)
        answers[now] = replace(answer, fact=now)
    return replace(
        state,
        given=given | {key: one for key, one in state.given.items() if key not in former},
        answers=answers,
        notes=tuple(replace(note, fact=former.get(note.fact, note.fact)) for note in state.notes),
    )


def retracted(events: Iterable[Event]) -> frozenset[int]:
    """The numbers of the events that do not count: taken back, and the taking back not taken back itself.

    An answer that was said again with its evidence is taken back with that.
    """
    off: set[int] = set()
    listed = tuple(events)
    for event in reversed(listed):
        # What takes an event back comes after it: seen from the end, each is settled when it is met.
        if event.kind == "retracted" and event.seq not in off:
            off.add(int(event.body.get("of", 0)))
    off |= {one.seq for one in listed if one.kind == "answered" and one.body.get("of") in off}
    return frozenset(off)


def counting(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events that say something and were neither taken back nor erased."""
    listed = tuple(events)
    off = retracted(listed)
    return tuple(
        one for one in listed if one.kind != "retracted" and one.seq not in off and one.personal is not None
    )


def _redo(events: tuple[Event, ...], off: frozenset[int]) -> int:
    """The last retraction of an answer in force, with no newer answer after it."""
    answers = {event.seq for event in events if event.kind == "answered"}
    for event in reversed(events):
        if event.kind == "answered" and event.seq not in off:
            return 0
        if event.kind == "retracted" and event.seq not in off and event.body.get("of") in answers:
            return event.seq
    return 0


def _answer(event: Event, as_of: str) -> Answer:
    personal = event.personal or {}
    return Answer(
        fact=event.fact,
        scope=event.scope,
        known=event.body.get("state") == "known",
        value=personal.get("value"),
        dated=as_of.partition("T")[0],
        at=event.at,
        by=event.by,
        seq=int(event.body.get("of", event.seq)),
        how=str(personal.get("how", "")),
        said_by=str(personal.get("said_by", "")),
        evidence=str(personal.get("evidence", "")),
        asked="of" in event.body or bool(personal.get("evidence")),
        note=str(personal.get("note", "")),
        event=event.id,
    )
