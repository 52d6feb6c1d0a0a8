"""The plan of one account: everybody there, the chosen trees, one list of what to do.

Promises: every walk of it reads the same facts; which escalation is open is what the journal says; the rules
are the shared parameters, with what the workspace set. Refuses: an account that nothing is known of; to ask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from abm_tree.feel import DateTime, parse_date_time, string
from abm_tree.group.conflict import Conflict, Side
from abm_tree.group.coverage import Coverage, Proof, coverage
from abm_tree.group.dates import NEVER, is_over, when
from abm_tree.group.plan import Plan, Rules, plan
from abm_tree.group.stand_ins import renamed, renamed_sides, stand_ins
from abm_tree.group.walked import Snapshot, Walked
from abm_tree.journal.events import FINISHED, WalkLine
from abm_tree.journal.fold import fold
from abm_tree.report.muted import HIDDEN
from abm_tree.report.view import ACCOUNT_NAME, STAKEHOLDER_NAME, Called, view
from abm_tree.session.book import Book, Entry
from abm_tree.session.cohesion import conflicts
from abm_tree.session.contacts import account_notices, contacts_unread, in_words
from abm_tree.session.coverage import covered_now
from abm_tree.session.people_view import find_account
from abm_tree.session.plan_words import PersonWords, person_words, to_say
from abm_tree.session.snapshot import snapshot
from abm_tree.session.starting import Refusal
from abm_tree.session.workspace import Workspace
from abm_tree.source import Diagnostic
from abm_tree.tree.facts import Known, Unknown
from abm_tree.walk.record import Record
from abm_tree.walk.subject import Subject

USUAL = ("account-plan", "stakeholder-engagement")
ESCALATION = "escalation"  # the purpose of trees that the open one is looked for among


@dataclass(frozen=True)
class AccountPlan:
    """An account's plan, and all that it was made of."""

    snapshot: Snapshot
    conflicts: tuple[Conflict, ...]
    coverage: Coverage
    plan: Plan
    words: tuple[PersonWords, ...]
    trees: tuple[tuple[str, str], ...]  # ids and titles
    rules: Rules
    escalation: WalkLine | None = None  # the open one, where that is why its tree is here
    notices: tuple[str, ...] = ()
    unread: tuple[Diagnostic, ...] = ()  # why trees could not read the contacts list
    odd: tuple[str, ...] = ()  # about the account's rows, for whoever makes the plan; not for others
    whole: bool = True  # whether the values of sensitive facts are in it
    own: Mapping[str, str] = field(default_factory=dict)  # ids by what stands for them in a masked plan

    @property
    def title(self) -> str:
        """What the account is called."""
        return self.snapshot.account_name or self.snapshot.account_id

    def masked(self) -> AccountPlan:
        """The same for others: people by their ids, values of sensitive facts hidden."""
        return _masked(self) if self.whole else self


def account_plan(
    workspace: Workspace,
    account: str,
    deal: str = "",
    *,
    trees: Sequence[str] | None = None,
    as_of: DateTime | None = None,
    given: Mapping[str, Known | Unknown] | None = None,
    book: Book | None = None,
) -> AccountPlan:
    """The plan of an account, by its id or a name that only one has.

    `trees` are ids; without them those of `USUAL` and the one of the escalation that is open. Raises Refusal
    and TreeProblem.
    """
    book = book or workspace.book()
    entry = find(workspace, account, book)
    moment = as_of or workspace.now()
    names, escalation = chosen_trees(workspace, entry.id, deal, trees, moment)
    opened = list({one.tree.id: one for one in (workspace.tree(name) for name in names)}.values())
    snap = snapshot(workspace, opened, entry.id, deal, as_of=moment, given=given, book=book)
    if not snap.account_name and entry.name:
        snap = replace(snap, account_name=entry.name)
    rules = rules_of(workspace)
    problems = conflicts(workspace, snap, opened, book=book)
    cover = covered_now(workspace, snap.people, moment, account_id=entry.id, deal_id=deal, stated=given)
    unread = contacts_unread(workspace, [one.tree for one in opened], book)
    return AccountPlan(
        snap,
        problems,
        cover,
        plan(snap, problems, rules),
        person_words(workspace, snap, given, most=_number(workspace, "plan_objections", 2)),
        tuple((one.tree.id, one.tree.title) for one in opened),
        rules,
        escalation,
        (*book.problems, *([in_words(unread)] if unread else [])),
        unread,
        account_notices(workspace, book, entry.id, [one.tree for one in opened], deal),
    )


# ---------------------------------------------------------------- the account


def find(workspace: Workspace, text: str, book: Book) -> Entry:
    """An account of the lists or of earlier walks, by its id or a name that only one has; raises Refusal."""
    id = find_account(workspace, book, text)
    if isinstance(id, Diagnostic):
        raise Refusal([id])
    listed = book.entry(id)
    if listed is not None:
        return listed
    walks = [line for line, _ in workspace.desk.about(Subject(id)) if not line.forgotten]
    return Entry(id, next((line.account_name for line in reversed(walks) if line.account_name), ""))


# ---------------------------------------------------------------- the escalation


def chosen_trees(
    workspace: Workspace, account_id: str, deal_id: str, trees: Sequence[str] | None, as_of: DateTime
) -> tuple[list[str], WalkLine | None]:
    """The trees of a plan: those named, else the usual ones and that of the escalation that is open."""
    if trees is not None:
        return list(dict.fromkeys(trees)), None
    line = open_escalation(workspace, account_id, deal_id, as_of)
    return [*dict.fromkeys((*USUAL, *((line.tree,) if line is not None else ())))], line


def open_escalation(workspace: Workspace, account_id: str, deal_id: str, as_of: DateTime) -> WalkLine | None:
    """The latest walk about this account and deal through a tree for escalations that is not over.

    One that is finished is not over while something of it is still to be done or to be looked at again.
    """
    purposes = {one.id: one.purpose for one in workspace.trees()}
    walks = [
        (line, events)
        for line, events in workspace.desk.about(Subject(account_id))
        if purposes.get(line.tree) == ESCALATION and line.subject.deal_id == deal_id and not line.forgotten
    ]
    for line, events in sorted(walks, key=lambda one: (one[0].last_at, one[0].walk), reverse=True):
        state = fold(events)
        day = parse_date_time(state.as_of)
        if day is not None and is_over(string(as_of.date), day):
            continue  # it was begun later
        if line.status != FINISHED or _goes_on(state.record, as_of):
            return line
    return None


def _goes_on(record: object, as_of: DateTime) -> bool:
    """Whether something of a finished walk is still to come; `record` as the journal has it."""
    if not isinstance(record, Mapping):
        return False
    tasks = record.get("actions")
    days = [record.get("revisit")]
    days += [one.get("due") for one in tasks if isinstance(one, Mapping)] if isinstance(tasks, list) else []
    return any(isinstance(day, str) and when(day) != NEVER and not is_over(day, as_of) for day in days)


# ---------------------------------------------------------------- the rules


def rules_of(workspace: Workspace) -> Rules:
    """Who sees to what is open, and until when: shared parameters."""
    parameters = workspace.shelf().definitions.parameters
    usual = Rules()
    values = {name: one.value for name, one in parameters.items() if name.startswith("plan_")}
    again = values.get("plan_again_after")
    return Rules(
        _text(values.get("plan_settle_owner"), usual.settle_owner),
        values.get("plan_settle_within"),
        _text(values.get("plan_ask_owner"), usual.ask_owner),
        values.get("plan_ask_within"),
        string(again) if again is not None else "",
    )


def _text(value: object, usual: str) -> str:
    return value if isinstance(value, str) and value else usual


def _number(workspace: Workspace, name: str, usual: int) -> int:
    found = workspace.shelf().definitions.parameters.get(name)
    return int(found.value) if found is not None and isinstance(found.value, Decimal) else usual


# ---------------------------------------------------------------- for others


def _masked(found: AccountPlan) -> AccountPlan:
    snap = found.snapshot
    hide = Hiding(snap)
    named = [one.tree.facts[ACCOUNT_NAME] for one in snap.walked if ACCOUNT_NAME in one.tree.facts]
    bare = replace(
        snap,
        account_name="" if any(fact.sensitive for fact in named) else snap.account_name,
        people=renamed(snap.people, hide.instead),
        walked=tuple(_masked_walk(one, snap, hide) for one in snap.walked),
    )
    problems = tuple(renamed_sides(hide.conflict(one.masked), hide.instead) for one in found.conflicts)
    champion = found.coverage.champion
    proof = Proof(
        champion.proof.passed, hide.text(champion.proof.source), HIDDEN if champion.proof.evidence else ""
    )
    return replace(
        found,
        snapshot=bare,
        conflicts=problems,
        coverage=coverage(bare.people, found.coverage.rules, snap.as_of, proof=proof),
        plan=plan(bare, problems, found.rules),
        words=tuple(_masked_words(one, bare, hide) for one in found.words),
        escalation=_masked_line(found.escalation, hide),
        whole=False,
        own={shown: id for id, shown in hide.instead.items()},
    )


def _masked_words(one: PersonWords, bare: Snapshot, hide: Hiding) -> PersonWords:
    person = hide.person(one.person)
    return replace(one, person=person, name=person, title="", say=to_say(bare, person))


def _masked_line(line: WalkLine | None, hide: Hiding) -> WalkLine | None:
    """The walk that is open, without the name of whom it is about."""
    if line is None:
        return None
    person = hide.person(line.subject.stakeholder_id)
    return replace(line, subject=replace(line.subject, stakeholder_id=person), stakeholder_name="")


def _masked_walk(one: Walked, snap: Snapshot, hide: Hiding) -> Walked:
    names = Called(snap.account_name, snap.by_id[one.person].name if one.person in snap.by_id else one.person)
    person = hide.person(one.person)
    seen = view(one.record, one.tree, names, instead={STAKEHOLDER_NAME: person})
    record = _without_ids(seen.record, hide)
    tasks = tuple(
        replace(
            task,
            do=hide.names(task.do),
            note=hide.names(task.note),
            check=hide.names(task.check),
            fallback={key: hide.names(text) for key, text in task.fallback.items()},
        )
        for task in record.actions
    )
    said = tuple(hide.names(text) for text in record.say)
    facts = dict(record.facts)
    name = facts.get(STAKEHOLDER_NAME)
    if isinstance(name, Known):
        facts[STAKEHOLDER_NAME] = replace(name, value=person)
    notes = tuple(hide.names(text) for text in record.notes)
    return replace(
        one, person=person, record=replace(record, actions=tasks, say=said, notes=notes, facts=facts)
    )


def _without_ids(record: Record, hide: Hiding) -> Record:
    """A record with stand-ins for ids that say a name."""
    subject = replace(record.subject, stakeholder_id=hide.person(record.subject.stakeholder_id))
    tasks = tuple(replace(one, people=tuple(map(hide.person, one.people))) for one in record.actions)
    each = tuple(_without_ids(one, hide) for one in record.each) if record.each is not None else None
    return replace(record, subject=subject, actions=tasks, each=each)


class Hiding:
    """People's names in texts, with their ids in their places, or what stands for those."""

    def __init__(self, snap: Snapshot) -> None:
        self.instead = stand_ins(snap.people)
        self.ids = {
            text: HIDDEN if one.shared and text == one.name else self.person(one.id)
            for one in snap.people
            for text in (one.id, one.called, one.name)
            if len(text) > 1 and text != self.person(one.id)
        }
        names = [one.name for one in snap.people if not one.nameless or one.id in self.instead]
        self.parts = {part for name in names for part in re.findall(r"[^\W\d_]{3,}", name)}

    def person(self, id: str) -> str:
        """An id, or what stands for it."""
        return self.instead.get(id, id)

    def names(self, text: str) -> str:
        """A text in which whole names are ids."""
        for name in sorted(self.ids, key=len, reverse=True):
            shown = self.ids[name].replace("\\", "\\\\")
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", shown, text, flags=re.IGNORECASE)
        return text

    def text(self, text: str) -> str:
        """What somebody typed: parts of names are hidden as well."""
        text = self.names(text)
        for part in sorted(self.parts, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", HIDDEN, text)
        return text

    def conflict(self, one: Conflict) -> Conflict:
        """A conflict without names in what was said."""
        return replace(one, sides=tuple(self._side(side) for side in one.sides))

    def _side(self, side: Side) -> Side:
        return replace(
            side,
            value=self.text(side.value),
            evidence=self.text(side.evidence),
            source=self.text(side.source),
        )
