"""The people of an account: who they are, which role they have in a deal, how much they weigh and care.

Promises: of what the contacts list says and what was said to us, the later counts, as in a walk; what is
recorded here is in the journal when the function returns, and walks with that person use it. Refuses: to
change the list; to guess a role out of a text that says none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from abm_tree.accounts.values import Style, read_value
from abm_tree.feel import DATE, Date, DateTime, Value, string
from abm_tree.group.people import Stakeholder, told_apart
from abm_tree.journal.events import FINISHED, Event, WalkLine
from abm_tree.journal.fold import retracted
from abm_tree.session.book import Book, Person
from abm_tree.session.learned import learned_from, merged
from abm_tree.session.there import Walks, acquainted, unlisted
from abm_tree.session.there import everybody as everybody
from abm_tree.tree.facts import Facts, Known, Unknown, seen
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.terms import ROLE, ROLES, TITLE
from abm_tree.walk.record import json_value
from abm_tree.walk.replay import state_of
from abm_tree.walk.subject import Subject
from abm_tree.walk.tell import value_text

if TYPE_CHECKING:
    from abm_tree.accounts.titles import Suggestion
    from abm_tree.session.walk import Walk
    from abm_tree.session.workspace import Workspace

INFLUENCE, INTEREST = "stakeholder.influence", "stakeholder.interest"
ATTITUDE, LAST_CONTACT = "stakeholder.attitude", "stakeholder.last_contact"
GATEKEEPER, TESTED = "stakeholder.gatekeeper", "deal.champion_tested"
READ = (ROLE, INFLUENCE, INTEREST, ATTITUDE, LAST_CONTACT)
TESTS = "stakeholder.tests_passed"  # of a champion
BESIDE = (TITLE, GATEKEEPER, TESTS, "stakeholder.seniority", "stakeholder.department")
MET, KNOWS = "met", "knows"  # kinds of events, and what was taken back of them
LEAST, MOST = 1, 5
PURCHASING = "procurement"
DATED = Fact("dated", "date", DATE, "stakeholder", False, "Dated")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken back: whose, and which fact."""

    stakeholder_id: str
    fact: str
    value: object
    evidence: str = ""

    @property
    def text(self) -> str:
        """What was said, in words, with what proved it."""
        said = "yes" if self.value is True else "no" if self.value is False else str(self.value)
        return f'{said} ("{self.evidence}")' if self.evidence else said


# ---------------------------------------------------------------- reading


def people(
    workspace: Workspace,
    account_id: str,
    deal_id: str = "",
    *,
    book: Book | None = None,
    as_of: DateTime | None = None,
) -> tuple[Stakeholder, ...]:
    """The people of an account: those of the contacts list in its order, then those whom only we know."""
    if not account_id:
        return ()
    book = book or workspace.book()
    moment = as_of or workspace.now()
    listed = {one.id: one for one in reversed(book.people.get(account_id, ()))}
    walks = workspace.desk.about(Subject(account_id))
    order = {one.id: one for one in book.people.get(account_id, ())} | listed
    order |= {one.id: one for one in unlisted(account_id, walks, moment) if one.id not in order}
    known = acquainted(order, walks)
    reading = _Reading(workspace, account_id, deal_id, moment)
    return told_apart(
        [
            reading.stakeholder(person, Subject(account_id, deal_id, one), walks, one in listed, known[one])
            for one, person in order.items()
        ]
    )


class _Reading:
    """How the contacts list and the journal are read in a workspace."""

    def __init__(self, workspace: Workspace, account_id: str, deal_id: str, as_of: DateTime) -> None:
        from abm_tree.session.open import list_options

        shelf = workspace.shelf()
        dictionary = shelf.definitions.facts
        self.workspace = workspace
        self.subject = Subject(account_id, deal_id)
        self.facts: dict[str, Fact] = {key: dictionary[key] for key in (*READ, *BESIDE) if key in dictionary}
        self.style: Style = list_options(shelf.settings.contacts, dictionary=dictionary).style
        self.as_of = as_of
        self._amount: tuple[Decimal | None] | None = None
        # All that is read here, as if a tree read it.
        self.tree = Tree("", "", "", "", "", "account", None, "", {}, {}, {}, (), {}, facts=self.facts)

    def stakeholder(
        self, person: Person, subject: Subject, walks: Walks, listed: bool, knows: tuple[str, ...]
    ) -> Stakeholder:
        """A person, as far as is known."""
        told = learned_from(walks, subject, self.tree, self.as_of)
        found = merged(self._listed(person), told, self.facts, self.as_of)
        # What dates from a later day is not seen, here as anywhere.
        states = {
            key: one for key, one in found.items() if seen(self.facts[key], one, self.as_of) != (None, None)
        }
        role = self._text(states, ROLE)
        known = role if role in ROLES else None
        said = known.replace("-", " ") if known else f'"{person.role}"' if person.role else ""
        title = person.title or self._text(states, TITLE)
        old = frozenset(
            key for key, one in states.items() if seen(self.facts[key], one, self.as_of)[1] is not None
        )
        gatekeeper = self._purchasing(states, old)
        suggestion = None
        if title and (known is None or ROLE in old):
            suggestion = self._suggestion(title, states, old, gatekeeper)
        return Stakeholder(
            person.id,
            person.name or person.id,
            title,
            known,
            said,
            self._number(states, INFLUENCE),
            self._number(states, INTEREST),
            self._number(states, ATTITUDE),
            self._text(states, LAST_CONTACT) or person.last_contact,
            {
                key: self._source(key, one, subject, walks)
                for key, one in states.items()
                if isinstance(one, Known) and key in READ
            },
            old,
            listed,
            self._day(states),
            knows,
            gatekeeper,
            suggestion.role if suggestion is not None else None,
            suggestion.confidence if suggestion is not None and suggestion.role else "",
            suggestion.reason if suggestion is not None else "",
            self._tests(states),
            nameless=not person.name,
        )

    def _tests(self, states: Facts) -> int | None:
        """How many tests of a champion they have passed."""
        state = states.get(TESTS)
        value = state.value if isinstance(state, Known) else None
        return len(set(value)) if isinstance(value, tuple) else None

    def _purchasing(self, states: Facts, old: frozenset[str]) -> bool:
        """Whether they are known to work in purchasing."""
        state = states.get(GATEKEEPER)
        return isinstance(state, Known) and state.value is True and GATEKEEPER not in old

    def _suggestion(
        self, title: str, states: Facts, old: frozenset[str], gatekeeper: bool
    ) -> Suggestion | None:
        """The role that the job title suggests, as `abm-tree roles` does."""
        from abm_tree.session.coverage import about_deal

        titles = self.workspace.titles
        if titles is None:
            return None
        if self._amount is None:
            known = about_deal(self.workspace, self.subject.account_id, self.subject.deal_id, self.as_of)
            state = known.get("deal.amount")
            value = state.value if isinstance(state, Known) else None
            self._amount = (value if isinstance(value, Decimal) else None,)
        level, work = (
            "" if key in old else self._text(states, key)
            for key in ("stakeholder.seniority", "stakeholder.department")
        )
        state = states.get("stakeholder.seniority")
        if level and isinstance(state, Known) and isinstance(state.value, str):
            level = state.value
        found = titles.suggest(title, level, work or (PURCHASING if gatekeeper else ""), self._amount[0])
        return replace(found, confidence="low") if TITLE in old and found.role else found

    def _day(self, states: Facts) -> Date | None:
        """When somebody last spoke with them."""
        state = states.get(LAST_CONTACT)
        value = state.value if isinstance(state, Known) else None
        return value if isinstance(value, Date) else None

    def _listed(self, person: Person) -> dict[str, Known | Unknown]:
        """What the contacts list says, as far as it can be read."""
        texts = {
            ROLE: person.role,
            INFLUENCE: person.influence,
            INTEREST: person.interest,
            ATTITUDE: person.attitude,
            LAST_CONTACT: person.last_contact,
            TITLE: person.title,
            GATEKEEPER: person.gatekeeper,
            TESTS: person.tests_passed,
            "stakeholder.seniority": person.seniority,
            "stakeholder.department": person.department,
        }
        day = read_value(DATED, person.dated, self.style) if person.dated else None
        dated = day if isinstance(day, Date) else None
        out: dict[str, Known | Unknown] = {}
        for key, fact in self.facts.items():
            value = read_value(fact, texts[key], self.style)
            if value is None or isinstance(value, str | bool | Decimal | Date | tuple):
                out[key] = Known(value, "list", dated)
        return out

    def _number(self, states: Facts, key: str) -> int | None:
        state = states.get(key)
        value = state.value if isinstance(state, Known) else None
        return int(value) if isinstance(value, Decimal) else None

    def _text(self, states: Facts, key: str) -> str:
        state = states.get(key)
        if not isinstance(state, Known):
            return ""
        if key == ROLE:
            return state.value if isinstance(state.value, str) else ""
        return value_text(self.facts[key], state.value)

    def _source(self, key: str, state: Known, subject: Subject, walks: Walks) -> str:
        """From where a value is, and how old it is, in words."""
        from abm_tree.session.facts import source_text

        name = "contacts list"
        if state.source == "journal":
            mine = [one for _, one in stated(walks, subject, (key,)) if one.personal is not None]
            same = [one for one in mine if (one.personal or {}).get("value") == json_value(state.value)]
            name = "said on a call"
            if same:
                name = f"recorded by {same[-1].by}" if same[-1].by else "recorded here"
        return source_text(replace(state, source=name), self.as_of)


# ---------------------------------------------------------------- recording


def place(
    workspace: Workspace,
    account_id: str,
    stakeholder_id: str,
    *,
    influence: int | None = None,
    interest: int | None = None,
    account_name: str = "",
    stakeholder_name: str = "",
) -> None:
    """Record how much a person weighs or cares, 1 to 5; raises NotSaved, and ValueError for other numbers."""
    values = {key: one for key, one in ((INFLUENCE, influence), (INTEREST, interest)) if one is not None}
    if any(not LEAST <= value <= MOST for value in values.values()):
        raise ValueError(f"influence and interest are {LEAST} to {MOST}")
    subject = Subject(account_id, "", stakeholder_id)
    _state(workspace, subject, values, account_name, stakeholder_name)


def set_role(
    workspace: Workspace,
    account_id: str,
    stakeholder_id: str,
    role: str | None,
    deal_id: str = "",
    *,
    account_name: str = "",
    stakeholder_name: str = "",
) -> bool:
    """Record a person's role in a deal; None takes back what was recorded, so that the list counts again.

    Whether anything was recorded. Raises NotSaved, and ValueError for a role that is none of the four.
    """
    subject = Subject(account_id, deal_id, stakeholder_id)
    if role is None:
        walks = workspace.desk.about(Subject(account_id))
        off = [(line.subject, event) for line, event in stated(walks, subject, (ROLE,))]
        for one, event in off:
            retract(workspace, one, event)
        return bool(off)
    if role not in ROLES:
        raise ValueError(f"{role} is no role")
    _state(workspace, subject, {ROLE: role}, account_name, stakeholder_name)
    return True


def take_back(
    workspace: Workspace, account_id: str, deal_id: str = "", stakeholder_id: str = ""
) -> Taken | None:
    """Take back what this author recorded last about a person, or about anybody; None where nothing was.

    What was there before counts again. What was said in walks is theirs to take back. Raises NotSaved.
    """
    walks = workspace.desk.about(Subject(account_id))
    found: list[tuple[str, Subject, Event]] = []
    for line, _ in walks:
        person = line.subject.stakeholder_id
        if not line.tree and stakeholder_id in ("", person):
            whom = Subject(account_id, deal_id, person)
            mine = stated(walks, whom, (*READ, TESTED, MET, KNOWS))
            found += [(event.id, one.subject, event) for one, event in mine if event.by == workspace.by]
    if not found:
        return None
    _, subject, event = max(found, key=lambda one: one[0])
    retract(workspace, subject, event)
    personal = event.personal or {}
    if event.kind in (MET, KNOWS):
        return Taken(subject.stakeholder_id, event.kind, personal.get("knows", personal.get("name")))
    proof = str(personal.get("evidence") or "")
    return Taken(subject.stakeholder_id, event.fact, personal.get("value"), proof)


def taken_in(workspace: Workspace, walk: Walk) -> Walk:
    """A walk with what was recorded about its person since; the walk as it is where nothing was.

    Where the walk has an answer of its own, the new value becomes its answer. Raises NotSaved, TreeProblem.
    """
    subject = walk.subject
    if walk.state.status == FINISHED or not subject.account_id or not subject.stakeholder_id:
        return walk
    walks = workspace.desk.about(subject)
    since_then = {event.fact: event for _, event in stated(walks, subject, READ)}
    for key, event in since_then.items():
        answer, given = walk.state.answers.get(key), walk.given.get(key)
        since = answer.at if answer is not None else walk.events[0].at
        fact = walk.tree.facts.get(key)
        if (
            fact is None
            or event.at < since
            or (answer is None and (given is None or given.source != "given"))
        ):
            continue
        said = event.personal or {}
        state = state_of(
            fact, {"value": said.get("value"), "source": "answer", "evidence": said.get("evidence", "")}
        )
        present = walk.facts.get(key)
        same = isinstance(present, Known) and isinstance(state, Known) and present.value == state.value
        if isinstance(state, Known) and not same:
            walk.answer(key, state.value, "estimate", state.evidence)
    return workspace.resume(walk.id)


def _state(
    workspace: Workspace,
    subject: Subject,
    values: Mapping[str, Value | int],
    account_name: str,
    stakeholder_name: str,
) -> None:
    events = [answer(workspace, key, value) for key, value in values.items()]
    workspace.desk.state(subject, events, account_name=account_name, stakeholder_name=stakeholder_name)


def answer(workspace: Workspace, fact: str, value: Value | int, evidence: str = "") -> Event:
    """What is said outside walks, as an event. The day is the workspace's: the journal's own time is UTC."""
    body = {"state": "known", "as_of": string(workspace.now())}
    personal: dict[str, Any] = {"value": value if isinstance(value, int) else json_value(value)}
    personal["how"] = "estimate"
    if evidence:
        personal["evidence"] = evidence
    return Event("answered", workspace.by, fact, fact.partition(".")[0], body=body, personal=personal)


def retract(workspace: Workspace, subject: Subject, event: Event) -> None:
    """Take an event back."""
    workspace.desk.state(
        subject, [Event("retracted", workspace.by, event.fact, event.scope, body={"of": event.seq})]
    )


def stated(walks: Walks, subject: Subject, wanted: Sequence[str]) -> list[tuple[WalkLine, Event]]:
    """What was recorded about a person outside walks and counts, the latest last.

    `wanted` are facts, and `met` and `knows` for events of these kinds.
    """
    out = []
    for line, events in walks:
        if line.tree or line.forgotten or line.subject.stakeholder_id != subject.stakeholder_id:
            continue
        off = retracted(events)
        for event in events:
            what = event.fact if event.kind == "answered" else event.kind
            counts = what in wanted and event.seq not in off and event.personal is not None
            of_deal = what == ROLE or event.scope == "deal"
            if counts and (not of_deal or line.subject.deal_id == subject.deal_id):
                out.append((line, event))
    return sorted(out, key=lambda one: one[1].id)
