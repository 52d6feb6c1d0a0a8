"""What the journal knows about a subject: answers of its other walks, each with the day it dates from.

Promises: the latest answer in force counts; a fact serves whoever its scope says: the account's for everybody
there, the deal's for that deal, a person's for that person, a role for that person in that deal; unknown does
not outlive its walk. Refuses: what outcomes set; that is computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abm_tree.feel import DateTime, compare
from abm_tree.journal.events import Event, WalkLine
from abm_tree.journal.fold import retracted
from abm_tree.journal.store import Journal
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.terms import ROLE
from abm_tree.walk.replay import state_of
from abm_tree.walk.subject import Subject


def learned(journal: Journal, subject: Subject, tree: Tree, leave_out: str = "") -> dict[str, Known]:
    """What other walks have learned that this tree reads; `leave_out` is the walk that asks."""
    if not subject.account_id:
        return {}
    latest: dict[str, tuple[str, Known]] = {}
    for line, events in journal.about(subject):
        if line.walk == leave_out:
            continue
        for key, at, one in _stated(line, events, subject):
            name, fact = _fact(key, line.tree, tree)
            if fact is None or (name in latest and latest[name][0] >= at):
                continue
            state = state_of(fact, one)
            if isinstance(state, Known) and misfit(fact, state.value) is None:
                latest[name] = (at, state)
    return {name: state for name, (_, state) in latest.items()}


def _stated(
    line: WalkLine, events: tuple[Event, ...], subject: Subject
) -> list[tuple[str, str, dict[str, Any]]]:
    """What a walk's events state about the subject: fact, when, and state as a record writes it."""
    out = []
    off = retracted(events)
    day = ""
    for event in events:
        day = str(event.body.get("as_of", day)).partition("T")[0]
        if event.personal is None:
            continue
        if event.kind == "answered" and event.seq not in off and event.body.get("state") == "known":
            if _same(event.fact, event.scope, line.subject, subject):
                one = {
                    "value": event.personal.get("value"),
                    "source": "journal",
                    "dated": day or event.at[:10],
                }
                out.append((event.fact, event.at, one))
        elif event.kind == "started":
            # What was said at the start (a role, a fact on the command line) was said by somebody too.
            for key, given in event.personal.get("given", {}).items():
                scope = key.partition(".")[0]
                stated = given.get("source") == "given" and "value" in given
                if stated and _same(key, scope, line.subject, subject):
                    out.append((key, event.at, {"value": given["value"], "source": "journal", "dated": day}))
    return out


def _same(fact: str, scope: str, one: Subject, other: Subject) -> bool:
    """Whether a statement about one subject is one about the other, too."""
    person = bool(one.stakeholder_id) and one.stakeholder_id == other.stakeholder_id
    if fact == ROLE:
        return person and one.deal_id == other.deal_id
    match scope:
        case "account":
            return True
        case "deal":
            return one.deal_id == other.deal_id
        case "stakeholder":
            return person
        case _:
            return False


def _fact(key: str, told: str, tree: Tree) -> tuple[str, Fact | None]:
    """The fact of this tree that a walk of another one calls `key`: own facts carry their tree's id there."""
    if "." in key:
        return key, tree.facts.get(key)
    whole = key if "/" in key else f"{told}/{key}"
    owner, _, own = whole.rpartition("/")
    if owner == tree.id and own in tree.facts:
        return own, tree.facts[own]
    return whole, tree.facts.get(whole)


def merged(
    listed: Mapping[str, Known | Unknown], told: Mapping[str, Known], as_of: DateTime
) -> dict[str, Known | Unknown]:
    """The list's facts and those of earlier calls: the later counts; what was said goes before undated."""
    out = dict(listed)
    for key, state in told.items():
        present = out.get(key)
        if isinstance(present, Known) and present.dated is not None and state.dated is not None:
            mine, theirs = state.dated, present.dated
            if type(mine) is type(theirs) and compare(mine, theirs) == -1:
                continue
        out[key] = state
    return out
