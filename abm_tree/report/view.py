"""A record as others may see it: the values of sensitive facts hidden wherever they occur.

Promises: a hidden value stands in no field of the record that is shown: not in what was read, not in tests or
scores, not in words that were filled with it, not in what was computed from it. Where the way led is the
decision itself and stays, and so do the dates of what is to be done. Refuses: to find values in what people
typed, save the names of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from abm_tree.report.muted import HIDDEN, muted, private_name
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Score, Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.each import merged, passed
from abm_tree.walk.reader import Reading, Sum
from abm_tree.walk.record import Record, Step

ACCOUNT_NAME = "account.name"
STAKEHOLDER_NAME = "stakeholder.name"

_NO_BRANCH = 1_000_000  # the number of a hidden test: no branch, so nobody tells its parameters


class Names(Protocol):
    """What people call whom a record is about."""

    @property
    def account(self) -> str:
        """The account's name, or ""."""

    @property
    def stakeholder(self) -> str:
        """The person's name, or ""."""


@dataclass(frozen=True, slots=True)
class Called:
    """Names as plain values."""

    account: str = ""
    stakeholder: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A record to show, the names that go with it, and the facts whose values it does not show."""

    record: Record
    account: str = ""  # the name, else the id
    stakeholder: str = ""
    hidden: frozenset[str] = frozenset()  # facts that are sensitive here, whether they are known or not
    masked: tuple[str, ...] = ()  # those of them that stood in the record
    people: tuple[str, ...] = field(default=(), repr=False)  # names that are not shown
    texts: tuple[str, ...] = field(default=(), repr=False)  # other texts that are not shown
    whole: bool = False  # whether everything is shown

    def hides(self, fact: str, tree: Tree) -> bool:
        """Whether a fact's value is not to be shown; one that the tree does not know may be sensitive."""
        return not self.whole and (fact in self.hidden or fact not in tree.facts)

    def text(self, text: str) -> str:
        """What somebody typed, without the texts that are hidden, and without parts of people's names."""
        for whole in (*self.people, *self.texts):
            text = re.sub(rf"(?<!\w){re.escape(whole)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
        parts = {part for name in self.people for part in re.findall(r"[^\W\d_]{3,}", name)}
        for part in sorted(parts, key=len, reverse=True):
            # Case counts: "Will" is a name, "will" is not.
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", HIDDEN, text)
        return text


def view(
    record: Record,
    tree: Tree,
    names: Names | None = None,
    *,
    unmasked: bool = False,
    instead: Mapping[str, str] | None = None,
) -> View:
    """A record for others; `unmasked` shows everything.

    `instead`: what words say for some hidden facts, such as a person's id for the name.
    """
    names = names or Called()
    if record.each is not None and not unmasked:
        return _with_people(record, tree, names)
    account = names.account or _text(record, ACCOUNT_NAME) or record.subject.account_id
    person = names.stakeholder or _text(record, STAKEHOLDER_NAME)
    if unmasked:
        return View(record, account, person or record.subject.stakeholder_id, whole=True)
    hidden = sensitive_facts(tree)
    if ACCOUNT_NAME in hidden:
        account = record.subject.account_id or HIDDEN
    people: tuple[str, ...] = ()
    # A tree that does not read the name does not know that it is sensitive; a person's name is.
    if STAKEHOLDER_NAME in hidden or STAKEHOLDER_NAME not in tree.facts:
        people = tuple(
            dict.fromkeys(name for name in (person, _text(record, STAKEHOLDER_NAME)) if len(name) > 1)
        )
        person = (record.subject.stakeholder_id or HIDDEN) if person else ""
    texts = [_text(record, key) for key in tree.facts if key in hidden and tree.facts[key].type == "text"]
    # What the walk does not know is not in its words: nothing stands instead.
    unsaid = {key for key in instead or () if not _text(record, key)}
    shown = View(
        _masked(record, tree, hidden - unsaid, instead),
        account,
        person or record.subject.stakeholder_id,
        hidden,
        tuple(key for key in tree.facts if key in hidden and _occurs(key, record)),
        people,
        tuple(dict.fromkeys(text for text in texts if len(text) > 2 and text not in people)),
    )
    # Evidence was typed by somebody, and may name people.
    return replace(shown, record=_nameless(shown.record, shown))


def _with_people(record: Record, tree: Tree, names: Names) -> View:
    """A record with walks for every person: each as others may see it, and what they come to together."""
    own = advance(tree, record.facts, record.as_of, subject=record.subject)
    seen = view(replace(own, engine=record.engine), tree, names)
    inner = passed(own, tree)
    paths = {below.id: path for path, below in inner.items()}
    walks, found, masked = [], [seen], list(seen.masked)
    for walk in record.each or ():
        path = paths.get(walk.tree)
        if path is None:
            continue  # this tree does not tell the record again
        below = inner[path]
        one = view(walk, below, Called("", walk.person))
        shown = STAKEHOLDER_NAME in below.facts and STAKEHOLDER_NAME not in one.hidden
        walks.append((path, replace(one.record, person=walk.person if shown else "")))
        found.append(one)
        masked += [f"{below.id}/{key}" if below.facts[key].own else key for key in one.masked]
    return replace(
        seen,
        record=merged(seen.record, inner, walks),
        masked=tuple(dict.fromkeys(masked)),
        people=tuple(dict.fromkeys(name for one in found for name in one.people)),
        texts=tuple(dict.fromkeys(text for one in found for text in one.texts)),
    )


def _nameless(record: Record, shown: View) -> Record:
    """A record whose evidence says nothing that is hidden."""

    def bare(state: Known) -> Known:
        return replace(state, evidence=shown.text(state.evidence)) if state.evidence else state

    facts = {key: bare(state) if isinstance(state, Known) else state for key, state in record.facts.items()}
    return record if facts == record.facts else replace(record, facts=facts)


def sensitive_facts(tree: Tree) -> frozenset[str]:
    """The facts whose values are hidden: those marked sensitive, and what outcomes compute from them."""
    found = {key for key, fact in tree.facts.items() if fact.sensitive}
    while more := set(_computed(tree, "", found)) - found:
        found |= more
    return frozenset(found)


def _computed(tree: Tree, prefix: str, hidden: set[str]) -> Iterable[str]:
    for outcome in tree.outcomes.values():
        for name, condition in outcome.computes.items():
            if any(private_name(one, tree, prefix, hidden) for one in condition.names):
                own = tree.names.get(name)
                yield prefix + name if getattr(own, "own", False) else name
    for below in tree.subtrees.values():
        yield from _computed(below, f"{below.id}/", hidden)


def _text(record: Record, key: str) -> str:
    state = record.facts.get(key)
    return state.value if isinstance(state, Known) and isinstance(state.value, str) else ""


def _occurs(key: str, record: Record) -> bool:
    readings = [one for step in record.trail for one in step.read] + list(record.at_read)
    stale = record.needs.stale if record.needs is not None and record.needs.fact == key else None
    return (
        isinstance(record.facts.get(key), Known)
        or stale is not None
        or any(one.fact == key and (one.state == "known" or one.stale or one.unproven) for one in readings)
        or any(one.fact == key and one.state == "known" for one in record.sets)
    )


def _masked(
    record: Record, tree: Tree, hidden: frozenset[str], instead: Mapping[str, str] | None = None
) -> Record:
    """The record with the values of these facts hidden."""
    if not any(_occurs(key, record) for key in hidden):
        return record
    # Told again by the same tree, whose words say (hidden) where they would say such a value.
    told = advance(
        muted(tree, "", hidden, instead), record.facts, record.as_of, subject=record.subject, possible=False
    )
    if _shape(told) != _shape(record):
        # A record that this tree does not tell again: its words cannot be trusted to hide anything.
        told = replace(
            record,
            actions=tuple(replace(task, do=HIDDEN, note="", fallback={}) for task in record.actions),
            notes=tuple(HIDDEN for _ in record.notes),
            say=tuple(HIDDEN for _ in record.say),
            trail=tuple(replace(step, note="") for step in record.trail),
        )
    needs = told.needs
    if needs is not None and needs.stale is not None and needs.fact in hidden:
        needs = replace(needs, stale=_unsaid(needs.stale))
    node_tree, prefix = _tree_of(record.at, tree)
    at_read, at_sums = _readings(told.at_read, told.at_sums, node_tree, prefix, hidden)
    touched = at_read != told.at_read or at_sums != told.at_sums
    return replace(
        told,
        engine=record.engine,
        possible=record.possible,
        trail=tuple(_step(step, tree, hidden) for step in told.trail),
        at_read=at_read,
        at_sums=at_sums,
        needs=needs,
        error=f"{HIDDEN}, at node `{record.at}`" if touched and told.error else told.error,
        sets=tuple(
            replace(one, value=HIDDEN) if _set(one.fact, one.state, hidden) else one for one in told.sets
        ),
        facts=_facts(told.facts, hidden),
    )


def _shape(record: Record) -> tuple[object, ...]:
    """A record without its words."""
    return (
        (record.status, record.outcome, len(record.notes), len(record.say)),
        tuple((step.node, step.to) for step in record.trail),
        tuple((task.owner, task.channel, task.due, task.outcome, task.check) for task in record.actions),
    )


def _set(fact: str, state: str, hidden: frozenset[str]) -> bool:
    return fact in hidden and state == "known"


def _facts(facts: Mapping[str, Known | Unknown], hidden: frozenset[str]) -> dict[str, Known | Unknown]:
    return {
        key: _unsaid(state) if key in hidden and isinstance(state, Known) else state
        for key, state in facts.items()
    }


def _unsaid(state: Known) -> Known:
    """A known state with its value hidden, and what proves it."""
    return replace(state, value=HIDDEN, evidence=HIDDEN if state.evidence else "")


def _step(step: Step, tree: Tree, hidden: frozenset[str]) -> Step:
    below, prefix = _tree_of(step.node, tree)
    read, sums = _readings(step.read, step.sums, below, prefix, hidden)
    if (read, sums) == (step.read, step.sums):
        return step
    if step.kind == "branch":
        return replace(step, read=read, sums=sums, test=HIDDEN, number=_NO_BRANCH)
    return replace(step, read=read, sums=sums)


def _readings(
    read: tuple[Reading, ...], sums: tuple[Sum, ...], tree: Tree, prefix: str, hidden: frozenset[str]
) -> tuple[tuple[Reading, ...], tuple[Sum, ...]]:
    """What was read, values hidden; a score that counts one of them is told without its points."""
    shown = []
    for one in read:
        if one.fact in hidden and one.state == "known":
            one = replace(one, value=HIDDEN)
        if one.fact in hidden and one.stale is not None:
            one = replace(one, stale=_unsaid(one.stale))
        if one.fact in hidden and one.unproven is not None:
            one = replace(one, unproven=_unsaid(one.unproven))
        shown.append(one)
    kept = []
    for total in sums:
        score = tree.names.get(total.score)
        if isinstance(score, Score) and private_name(total.score, tree, prefix, hidden):
            shown.append(Reading(total.score, "known", HIDDEN, "computed"))
        else:
            kept.append(total)
    return tuple(shown), tuple(kept)


def _tree_of(path: str, tree: Tree) -> tuple[Tree, str]:
    """The tree that a node on the way belongs to, and the prefix of its own facts."""
    prefix = ""
    for call in path.split("/")[:-1]:
        below = tree.subtrees.get(call)
        if below is None:
            break
        tree, prefix = below, f"{below.id}/"
    return tree, prefix
