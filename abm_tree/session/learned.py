"""What the journal knows about a subject: answers of its other walks, each with the day it dates from.

Promises: the latest answer in force counts; a fact serves whoever its scope says: the account's for everybody
there, the deal's for that deal, a person's for that person, a role for that person in that deal; unknown does
not outlive its walk. Refuses: what outcomes set; that is computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from abm_tree.feel import DateTime, compare
from abm_tree.journal.events import Event, WalkLine
from abm_tree.journal.fold import retracted
from abm_tree.journal.store import Journal
from abm_tree.tree.facts import Known, Unknown, seen
from abm_tree.tree.former import former_keys
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.terms import ROLE
from abm_tree.walk.replay import state_of
from abm_tree.walk.subject import Subject


def learned(
    journal: Journal, subject: Subject, tree: Tree, as_of: DateTime, leave_out: str = ""
) -> dict[str, Known]:
    """What other walks have learned until a day that this tree reads; `leave_out` is the walk that asks."""
    return learned_from(journal.about(subject), subject, tree, as_of, leave_out)


def learned_from(
    walks: Iterable[tuple[WalkLine, tuple[Event, ...]]],
    subject: Subject,
    tree: Tree,
    as_of: DateTime,
    leave_out: str = "",
) -> dict[str, Known]:
    """The same out of walks that were read already."""
    if not subject.account_id:
        return {}
    latest: dict[str, tuple[tuple[str, str], Known]] = {}
    former = former_keys(tree)
    for line, events in walks:
        if line.walk == leave_out:
            continue
        for key, scope, at, one in _stated(events):
            name, fact = _fact(key, line.tree, tree, former)
            when = (str(one["dated"]), at)
            if fact is None or (name in latest and latest[name][0] >= when):
                continue
            if not _same(name, scope or fact.scope, line.subject, subject):
                continue
            state = state_of(fact, one)
            if isinstance(state, Known) and misfit(fact, state.value) is None and _counts(fact, state, as_of):
                latest[name] = (when, state)
    return {name: state for name, (_, state) in latest.items()}


def _stated(events: tuple[Event, ...]) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What a walk's events state: fact, whose it is, when, and its state as a record writes it."""
    out = []
    off = retracted(events)
    day = ""
    for event in events:
        day = str(event.body.get("as_of", day)).partition("T")[0]
        when = f"{event.at} {event.id}"  # ids sort, also within one moment
        if event.personal is None:
            continue
        if event.kind == "answered" and event.seq not in off and event.body.get("state") == "known":
            one = {
                "value": event.personal.get("value"),
                "source": "journal",
                "dated": day or event.at[:10],
                "evidence": event.personal.get("evidence", ""),
            }
            out.append((event.fact, event.scope, when, one))
        elif event.kind == "started":
            # What was said at the start (a role, a fact on the command line) was said by somebody too.
            for key, given in event.personal.get("given", {}).items():
                if given.get("source") == "given" and "value" in given:
                    one = {
                        "value": given["value"],
                        "source": "journal",
                        "dated": day or event.at[:10],
                        "evidence": given.get("evidence", ""),
                    }
                    out.append((key, "", when, one))
    return out


def _counts(fact: Fact, state: Known, as_of: DateTime) -> bool:
    """Whether a statement was made by then; one that is too old was, and is offered for confirmation.

    One that counts as unknown for want of evidence is asked again, as what nobody knew is.
    """
    found, stale = seen(fact, state, as_of)
    return isinstance(found, Known) or stale is not None


def _same(fact: str, scope: str, one: Subject, other: Subject) -> bool:
    """Whether a statement about one subject is one about the other, too."""
    person = bool(one.stakeholder_id) and one.stakeholder_id == other.stakeholder_id
    if fact == ROLE:
        return person and one.deal_id == other.deal_id
    match scope:
        case "account" | "workspace":
            return True
        case "deal":
            return one.deal_id == other.deal_id
        case "stakeholder":
            return person
        case _:
            return False


def _fact(key: str, told: str, tree: Tree, former: Mapping[str, str]) -> tuple[str, Fact | None]:
    """The fact of this tree that a walk of another one calls `key`: own facts carry their tree's id there."""
    if "." in key:
        key = former.get(key, key)
        return key, tree.facts.get(key)
    whole = key if "/" in key else f"{told}/{key}"
    owner, _, own = whole.rpartition("/")
    if owner == tree.id or owner in tree.former:
        own = former.get(own, own)
        if own in tree.facts:
            return own, tree.facts[own]
    whole = former.get(whole, whole)
    return whole, tree.facts.get(whole)


def merged(
    listed: Mapping[str, Known | Unknown],
    told: Mapping[str, Known],
    facts: Mapping[str, Fact],
    as_of: DateTime,
) -> dict[str, Known | Unknown]:
    """The list's facts and those of earlier calls: the later counts; what was said goes before undated.

    What is too old to count, not said yet, or unknown for want of evidence stands back behind what counts.
    """
    out = dict(listed)
    for key, state in told.items():
        present = out.get(key)
        if isinstance(present, Known):
            mine, theirs = (isinstance(seen(facts[key], one, as_of)[0], Known) for one in (state, present))
            if theirs if mine != theirs else _before(state, present):
                continue
        out[key] = state
    return out


def _before(one: Known, other: Known) -> bool:
    if one.dated is None or other.dated is None or type(one.dated) is not type(other.dated):
        return False
    return compare(one.dated, other.dated) == -1
