"""What the journal knows about a subject: answers of its other walks, each with the day it dates from.

Promises: the latest answer in force counts; a fact serves whoever its scope says: an answer about ourselves
serves every walk, the account's everybody there, the deal's that deal, a person's that person, a role that
person in that deal; unknown does not outlive its walk. Refuses: what outcomes set; that is computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from abm_tree.feel import DateTime, compare, string
from abm_tree.journal.events import Event, WalkLine
from abm_tree.journal.fold import counting, retracted
from abm_tree.journal.rows import plain
from abm_tree.journal.store import Journal
from abm_tree.tree.facts import Known, Unknown, seen
from abm_tree.tree.former import former_keys
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.terms import NAME, ROLE, TITLE
from abm_tree.walk.replay import state_of
from abm_tree.walk.subject import Subject

OURSELVES = "workspace"  # the scope of what is known about ourselves
Walks: TypeAlias = Iterable[tuple[WalkLine, tuple[Event, ...]]]


def serving(journal: Journal, subject: Subject, tree: Tree) -> list[tuple[WalkLine, tuple[Event, ...]]]:
    """The walks whose answers may serve one about a subject: those there, and those that say what we are."""
    walks = list(journal.about(subject))
    if any(fact.scope == OURSELVES for fact in tree.facts.values()):
        here = {line.walk for line, _ in walks}
        walks += [one for one in journal.ourselves() if one[0].walk not in here]
    return walks


def learned_from(
    walks: Walks, subject: Subject, tree: Tree, as_of: DateTime, leave_out: str = ""
) -> dict[str, Known]:
    """What other walks have learned until a day that this tree reads; `leave_out` is the walk that asks."""
    latest: dict[str, tuple[tuple[str, str], Known]] = {}
    for line, one, name, state in _statements(walks, tree, as_of, leave_out):
        scope = one.scope or tree.facts[name].scope
        if (name not in latest or latest[name][0] < one.when) and _same(name, scope, line.subject, subject):
            latest[name] = (one.when, state)
    return {name: state for name, (_, state) in latest.items()}


def told_from(
    walks: Walks, subject: Subject, tree: Tree, as_of: DateTime, leave_out: str = ""
) -> dict[str, dict[str, Known]]:
    """What each person, by id, told last of the account and of the deal.

    What somebody read or estimated, nobody told; without a speaker it was the person of that walk.
    """
    found = last_words(walks, subject, tree, as_of, leave_out)
    return {who: {name: one.state for name, one in said.items()} for who, said in found.items()}


@dataclass(frozen=True, slots=True)
class LastWord:
    """What somebody told last of a fact, and where."""

    state: Known
    line: WalkLine
    by: str  # who recorded it
    answered: bool  # to a question; else it was said when the walk began


def last_words(
    walks: Walks, subject: Subject, tree: Tree, as_of: DateTime, leave_out: str = ""
) -> dict[str, dict[str, LastWord]]:
    """The same, with where it was said and who recorded it."""
    latest: dict[tuple[str, str], tuple[tuple[str, str], LastWord]] = {}
    for line, one, name, state in _statements(walks, tree, as_of, leave_out):
        scope = one.scope or tree.facts[name].scope
        who = one.said_by or (line.subject.stakeholder_id if one.how in ("", "said") else "")
        if not who or scope not in ("account", "deal") or not _same(name, scope, line.subject, subject):
            continue
        if (who, name) not in latest or latest[who, name][0] < one.when:
            latest[who, name] = (one.when, LastWord(state, line, one.by, one.answered))
    found: dict[str, dict[str, LastWord]] = {}
    for (who, name), (_, word) in latest.items():
        found.setdefault(who, {})[name] = word
    return found


def is_there(line: WalkLine, events: Sequence[Event], as_of: DateTime) -> bool:
    """Whether what is recorded in a walk, or outside walks, makes its person one of the account's by then.

    What was said outside walks and taken back again makes nobody.
    """
    if not line.subject.stakeholder_id or line.forgotten:
        return False
    said = events if line.tree else counting(events)
    return bool(said) and str(said[0].body.get("as_of") or said[0].at)[:10] <= string(as_of.date)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that was said in a walk: of which fact, whose it is, and its state as a record writes it."""

    fact: str
    scope: str  # "": the fact's own
    when: tuple[str, str]  # the day, and the moment within it
    state: Mapping[str, Any]
    how: str = ""
    said_by: str = ""
    by: str = ""  # who recorded it
    answered: bool = False  # to a question


def _statements(
    walks: Walks, tree: Tree, as_of: DateTime, leave_out: str
) -> Iterator[tuple[WalkLine, Statement, str, Known]]:
    """Statements made until a day about facts that a tree reads, with these facts' keys there."""
    former = former_keys(tree)
    for line, events in walks:
        if line.walk == leave_out:
            continue
        for one in _stated(events):
            name, fact = _fact(one.fact, line.tree, tree, former)
            state = state_of(fact, one.state) if fact is not None else None
            if fact is None or not isinstance(state, Known):
                continue
            if misfit(fact, state.value) is None and _counts(fact, state, as_of):
                yield line, one, name, state


def _stated(events: tuple[Event, ...]) -> list[Statement]:
    """What a walk's events state."""
    out = []
    off = retracted(events)
    day = ""
    for event in events:
        day = str(event.body.get("as_of", day)).partition("T")[0]
        when = f"{event.at} {event.id}"  # ids sort, also within one moment
        dated = day or event.at[:10]
        if event.personal is None:
            continue
        if event.kind == "answered" and event.seq not in off and event.body.get("state") == "known":
            state = {
                "value": event.personal.get("value"),
                "source": "journal",
                "dated": dated,
                "evidence": event.personal.get("evidence", ""),
            }
            how, who = (str(event.personal.get(key) or "") for key in ("how", "said_by"))
            out.append(Statement(event.fact, event.scope, (dated, when), state, how, who, event.by, True))
        elif event.kind == "met" and event.seq not in off:
            for key, name in ((NAME, "name"), (TITLE, "job_title")):
                if event.personal.get(name):
                    state = {"value": event.personal[name], "source": "journal", "dated": dated}
                    out.append(Statement(key, "stakeholder", (dated, when), state, "read"))
        elif event.kind == "started":
            # What was said at the start (a role, a fact on the command line) was said by somebody too.
            for key, given in event.personal.get("given", {}).items():
                if given.get("source") == "given" and "value" in given:
                    state = {
                        "value": given["value"],
                        "source": "journal",
                        "dated": dated,
                        "evidence": given.get("evidence", ""),
                    }
                    out.append(Statement(key, "", (dated, when), state, by=event.by))
    return out


def _counts(fact: Fact, state: Known, as_of: DateTime) -> bool:
    """Whether a statement was made by then; one that is too old was, and is offered for confirmation.

    One that counts as unknown for want of evidence is asked again, as what nobody knew is.
    """
    found, stale = seen(fact, state, as_of)
    return isinstance(found, Known) or stale is not None


def _same(fact: str, scope: str, one: Subject, other: Subject) -> bool:
    """Whether a statement about one subject is one about the other, too."""
    account = bool(other.account_id) and one.account_id == plain(other.account_id)
    person = account and bool(one.stakeholder_id) and one.stakeholder_id == other.stakeholder_id
    if fact == ROLE:
        return person and one.deal_id == other.deal_id
    match scope:
        case "workspace":  # about ourselves
            return True
        case "account":
            return account
        case "deal":
            return account and one.deal_id == other.deal_id
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
