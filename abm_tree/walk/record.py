"""The decision record: what a walk or a row came to, complete enough to be replayed.

Promises: frozen values; `as_json` is the versioned form that files hold. Refuses: to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from abm_tree.feel import DateTime, Value, string
from abm_tree.tree.canonical import number
from abm_tree.tree.facts import Facts, Known, Unknown
from abm_tree.walk.reader import Reading, Sum
from abm_tree.walk.subject import Subject

RECORD = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One node on the way: what was read, which test held, where it went."""

    node: str
    test: str
    kind: str  # "branch", "otherwise", "unknown", "each"
    to: str
    number: int
    read: tuple[Reading, ...] = ()
    sums: tuple[Sum, ...] = ()
    leaned: bool = False  # on an unknown fact being unknown
    note: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """The fact that a walk stopped for."""

    fact: str
    state: str  # "missing" or "unknown"
    node: str
    together: tuple[str, ...] = ()
    stale: Known | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """A fact that an outcome establishes."""

    fact: str
    value: Value
    outcome: str
    state: str = "known"  # or "missing", "unknown": what its computation lacked


@dataclass(frozen=True, slots=True)
class Task:
    """An action as it stands after a decision, with words and dates."""

    do: str
    owner: str = ""
    channel: str = ""
    due: str = ""
    every: str = ""
    note: str = ""
    outcome: str = ""
    check: str = ""  # what could not be decided, so that somebody has to
    fallback: Mapping[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()  # for whom it is, where it comes from walks for each of them


@dataclass(frozen=True, slots=True)
class Record:
    """What `advance` returns."""

    tree: str
    revision: str
    logic: str
    engine: str
    as_of: DateTime
    subject: Subject
    status: str  # "decided", "needs", "waits", "error"
    outcome: str = ""
    title: str = ""
    verdict: str = ""
    needs: Need | None = None
    until: str = ""
    error: str = ""
    at: str = ""  # the node where an undecided walk stands
    trail: tuple[Step, ...] = ()
    at_read: tuple[Reading, ...] = ()
    at_sums: tuple[Sum, ...] = ()
    possible: tuple[str, ...] = ()
    actions: tuple[Task, ...] = ()
    notes: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    revisit: str = ""
    sets: tuple[Set, ...] = ()
    facts: Facts = field(default_factory=dict)
    each: tuple[Record, ...] | None = None  # the walks for each person; None: people were not looked for
    person: str = ""  # what people call whom a walk for each person is about

    @property
    def leaned(self) -> bool:
        """Whether the decision took an `unknown` way or rested on a fact being unknown."""
        return any(step.kind == "unknown" or step.leaned for step in self.trail)

    def as_json(self) -> dict[str, Any]:
        """The record as versioned JSON values."""
        out: dict[str, Any] = {
            "record": RECORD,
            "tree": self.tree,
            "revision": self.revision,
            "logic": self.logic,
            "engine": self.engine,
            "as_of": string(self.as_of),
            "subject": _filled(
                account_id=self.subject.account_id,
                deal_id=self.subject.deal_id,
                stakeholder_id=self.subject.stakeholder_id,
            ),
            "status": self.status,
            "outcome": self.outcome or None,
            "title": self.title or None,
            "verdict": self.verdict or None,
            "needs": _need(self.needs),
            "trail": [_step(step) for step in self.trail],
            "possible": list(self.possible),
            "actions": [_task(task) for task in self.actions],
            "notes": list(self.notes),
            "say": list(self.say),
            "sets": [
                {"fact": one.fact, "value": json_value(one.value), "state": one.state, "outcome": one.outcome}
                for one in self.sets
            ],
            "facts": {
                key: state_json(state) for key, state in self.facts.items() if isinstance(state, Known)
            },
            "unknown": {
                key: state_json(state) for key, state in self.facts.items() if isinstance(state, Unknown)
            },
        }
        out.update(_filled(until=self.until, revisit=self.revisit, error=self.error, at=self.at))
        out.update(_filled(person=self.person))
        if self.at_read:
            out["read"] = [_reading(reading) for reading in self.at_read]
        if self.at_sums:
            out["scores"] = [_sum(one) for one in self.at_sums]
        if self.each is not None:
            out["each"] = [one.as_json() for one in self.each]
        return out


def json_value(value: Value) -> Any:
    """A FEEL value as JSON: numbers exact, dates and durations as their text."""
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return number(value)
        case tuple():
            return [json_value(item) for item in value]
        case _:
            return string(value)


def _filled(**fields: str) -> dict[str, str]:
    return {key: value for key, value in fields.items() if value}


def state_json(state: Known | Unknown) -> dict[str, Any]:
    """A fact's state as records and journals hold it; only a known one has a `value`."""
    out: dict[str, Any] = {"source": state.source}
    if isinstance(state, Known):
        out = {"value": json_value(state.value), **out}
    if state.dated is not None:
        out["dated"] = string(state.dated)
    if isinstance(state, Known) and state.evidence:
        out["evidence"] = state.evidence
    return out


def _reading(reading: Reading) -> dict[str, Any]:
    out: dict[str, Any] = {"fact": reading.fact, "state": reading.state}
    if reading.state == "known":
        out["value"] = json_value(reading.value)
    if reading.stale is not None:
        out["stale"] = state_json(reading.stale)
    if reading.unproven is not None:
        out["unproven"] = state_json(reading.unproven)
    out.update(_filled(source=reading.source, dated=reading.dated))
    return out


def _sum(total: Sum) -> dict[str, Any]:
    return {
        "score": total.score,
        "low": json_value(total.low),
        "high": json_value(total.high),
        "rules": [
            {"rule": points.rule, "low": json_value(points.low), "high": json_value(points.high)}
            | ({"open": points.open.fact} if points.open is not None else {})
            for points in total.rules
        ],
    }


def _step(step: Step) -> dict[str, Any]:
    out: dict[str, Any] = {"node": step.node, "read": [_reading(reading) for reading in step.read]}
    if step.sums:
        out["scores"] = [_sum(total) for total in step.sums]
    out |= {"test": step.test, "by": step.kind, "to": step.to}
    out.update(_filled(note=step.note))
    if step.leaned:
        out["leaned"] = True
    return out


def _need(need: Need | None) -> dict[str, Any] | None:
    if need is None:
        return None
    out: dict[str, Any] = {"fact": need.fact, "state": need.state, "node": need.node}
    if need.together:
        out["together"] = list(need.together)
    if need.stale is not None:
        out["stale"] = state_json(need.stale)
    return out


def _task(task: Task) -> dict[str, Any]:
    out: dict[str, Any] = {"do": task.do}
    out.update(
        _filled(
            owner=task.owner,
            channel=task.channel,
            due=task.due,
            every=task.every,
            note=task.note,
            outcome=task.outcome,
            check=task.check,
        )
    )
    if task.fallback:
        out["fallback"] = dict(task.fallback)
    if task.people:
        out["people"] = list(task.people)
    return out
