"""A walk: the use cases that every front calls, each an event in the journal before the screen moves.

Promises: what is asked is what `advance` needs; an answer is on disk when its method returns, or `NotSaved`
is raised and nothing has changed; an answer given in another terminal is taken in, never written over.
Refuses: to decide; to know which front it serves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from abm_tree.accounts.values import STYLE, Style
from abm_tree.feel import Date, DateTime, Value, parse_date_time, string
from abm_tree.journal.events import FINISHED, OPEN, PAUSED, STUCK, WAITING, Event, Overtaken
from abm_tree.journal.fold import State, carried, fold
from abm_tree.journal.store import Journal
from abm_tree.session.facts import HIDDEN as HIDDEN
from abm_tree.session.facts import HOW as HOW
from abm_tree.session.facts import answers_of, facts_of, given_of, later, source_text, told
from abm_tree.session.facts import from_list as from_list
from abm_tree.session.facts import outcome_title as outcome_title
from abm_tree.session.question import Likely, Question, ask, ask_again, ask_evidence, objections
from abm_tree.tree.facts import Known, Unknown, claims, seen, supported
from abm_tree.tree.former import former_keys
from abm_tree.tree.parts import Fact, Tree
from abm_tree.tree.personas import Persona
from abm_tree.walk.advance import advance
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Record, json_value, state_json
from abm_tree.walk.replay import tree_of
from abm_tree.walk.subject import Subject
from abm_tree.walk.tell import less, role_of, value_text

GATEKEEPER, PURCHASING = (
    "stakeholder.gatekeeper",
    "procurement",
)  # the fact, and the variant for whom it holds


@dataclass(frozen=True, slots=True)
class Names:
    """What people call whom the walk is about."""

    account: str = ""
    stakeholder: str = ""


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact as the screen lists it."""

    key: str
    title: str
    text: str
    source: str  # in words, with its age
    known: bool = True
    stale: bool = False
    on_way: bool = True  # whether the way to here read it; else it is set aside until its question comes
    answered: bool = False  # in this walk, so that it can be changed
    note: str = ""
    sensitive: bool = False
    counts: str = ""  # what it counts as for want of evidence, in words
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the lists and earlier calls know about a subject that a tree does not read."""

    definitions: Mapping[str, Fact] = field(default_factory=dict)
    facts: Mapping[str, Known | Unknown] = field(default_factory=dict)


Everybody = Callable[[Record, Tree, str], Record]


@dataclass
class Walk:
    """One subject on its way through one tree, as far as the journal tells."""

    tree: Tree
    journal: Journal
    events: tuple[Event, ...]
    subject: Subject = field(default_factory=Subject)
    names: Names = field(default_factory=Names)
    by: str = ""
    style: Style = STYLE
    personas: Mapping[str, Persona] = field(default_factory=dict)
    beside: Callable[[], Beside] | None = None  # what is known that this tree does not read
    everybody: Everybody | None = None  # adds the walks for every person, without this walk's own answers
    _state: State | None = None
    _facts: dict[str, Known | Unknown] | None = None
    _own: Record | None = None  # what the walk's own facts come to
    _record: Record | None = None

    @property
    def id(self) -> str:
        """The walk's id in the journal."""
        return self.events[0].walk if self.events else ""

    @property
    def state(self) -> State:
        """What the events come to."""
        if self._state is None:
            self._state = carried(fold(self.events), former_keys(self.tree))
        return self._state

    @property
    def as_of(self) -> DateTime:
        """The moment for which the walk decides."""
        found = parse_date_time(self.state.as_of)
        assert found is not None, self.state.as_of
        return found

    @property
    def given(self) -> dict[str, Known | Unknown]:
        """What was known before the first question."""
        return given_of(self.tree, self.state)

    @property
    def answers(self) -> dict[str, Known | Unknown]:
        """What was answered, the latest last."""
        return answers_of(self.tree, self.state)

    @property
    def facts(self) -> dict[str, Known | Unknown]:
        """Everything that is given or answered; an answer stands over what was given."""
        if self._facts is None:
            self._facts = facts_of(self.tree, self.state)
        return self._facts

    @property
    def record(self) -> Record:
        """Where the walk stands, with the walks for every person that its way asks for."""
        if self._record is None:
            found = self._own or advance(self.tree, self.facts, self.as_of, subject=self.subject)
            # The journal keeps the walk's own record: what is known of others is theirs to have forgotten.
            self._record = self.everybody(found, self.tree, self.id) if self.everybody is not None else found
        return self._record

    @property
    def question(self) -> Question | None:
        """What to ask next, the evidence of the answer given last before anything else; None for nothing."""
        due = self.due
        state = self.facts.get(due)
        if isinstance(state, Known):
            return ask_evidence(due, state.value, self.record, self.tree, self.facts, self.as_of)
        return ask(self.record, self.tree, self.facts, self.as_of)

    @property
    def due(self) -> str:
        """The fact answered last, where its value needs evidence and nobody was asked for any; else ""."""
        last = next(reversed(self.state.answers.values()), None)
        if last is None or last.seq != self.state.undo or last.asked:
            return ""
        fact, state = self.tree.facts.get(last.fact), self.facts.get(last.fact)
        needs = fact is not None and isinstance(state, Known) and claims(fact, state.value)
        return last.fact if needs else ""

    def question_of(self, key: str) -> Question:
        """The question of a fact that was answered before, to change it."""
        return ask_again(key, self.record, self.tree, self.facts, self.as_of)

    @property
    def reader(self) -> Reader:
        """A reader over everything that is known."""
        return Reader(self.tree, self.facts, self.as_of)

    @property
    def role(self) -> str | None:
        """The role of the person across the table, where it is known."""
        return role_of(self.reader)

    @property
    def persona(self) -> Persona | None:
        """What we know of that role; of somebody in purchasing, the page that is theirs."""
        found = self.personas.get(self.role or "")
        theirs = found.variants.get(PURCHASING) if found is not None else None
        return theirs if theirs is not None and self._purchasing is True else found

    @property
    def _purchasing(self) -> bool | None:
        """Whether the person works in purchasing; None where nobody has said."""
        found = self.facts.get(GATEKEEPER) or self._beside.facts.get(GATEKEEPER)
        return found.value if isinstance(found, Known) and isinstance(found.value, bool) else None

    @property
    def _beside(self) -> Beside:
        return self.beside() if self.beside is not None else Beside()

    def objections(self, question: Question | None) -> tuple[Likely, ...]:
        """The persona's objections, the likeliest first."""
        # An objection may turn on any shared fact, whether this tree reads it or not.
        more = self._beside
        shared = {name: fact for name, fact in self.tree.facts.items() if not fact.own}
        facts = {**more.definitions, **self.tree.facts}
        whole = replace(self.tree, names={**more.definitions, **shared, **self.tree.names}, facts=facts)
        reader = Reader(whole, {**more.facts, **self.facts}, self.as_of)
        persona = self.persona
        if persona is not None and self._purchasing is False:
            persona = replace(persona, variants={})
        return objections(self.personas, persona, question.objection if question else None, reader)

    # -------------------------------------------------------------- what a front asks for

    def take(self, asked: Question, value: Value, how: str = "said") -> None:
        """Take the answer to a question, whether that asks for a fact or for its evidence."""
        if asked.evidence:
            self.prove(asked.key, str(value))
        else:
            self.answer(asked.key, value, how)

    def take_unknown(self, asked: Question) -> None:
        """Note that nobody has an answer to a question."""
        if asked.evidence:
            self.prove(asked.key, "")
        else:
            self.dont_know(asked.key)

    def answer(self, key: str, value: Value, how: str = "said", evidence: str = "") -> None:
        """Answer a question, or answer it anew."""
        proof = {"evidence": evidence} if evidence else {}
        self._answered(key, {"state": "known"}, {"value": json_value(value), **self._said(how), **proof})

    def prove(self, key: str, evidence: str) -> None:
        """Say an answer again with what proves it; an empty text: it was asked for, and there is nothing."""
        answer = self.state.answers[key]
        said = {name: one for name, one in (("how", answer.how), ("said_by", answer.said_by)) if one}
        personal = {"value": answer.value, **said, "evidence": evidence.strip()}
        self._answered(key, {"state": "known", "of": answer.seq}, personal)

    def dont_know(self, key: str) -> None:
        """Note that nobody knows."""
        self._answered(key, {"state": "unknown"}, {})

    def back(self) -> str | None:
        """Take the last answer back; its fact, or None where there is none."""
        return self._retract(self.state.undo)

    def redo(self) -> str | None:
        """Let the answer count again that was taken back last; its fact, or None."""
        return self._retract(self.state.redo)

    def note(self, text: str, fact: str = "") -> None:
        """Write something down, about a fact or about the call."""
        scope = self.tree.facts[fact].scope if fact in self.tree.facts else ""
        event = Event("noted", self.by, fact, scope, personal={"text": text})
        self._append([self._standing(event)])

    def pause(self, reason: str = "", until: Date | None = None) -> None:
        """Lay the walk aside, until a day or for an open time; a finished walk stays finished."""
        if self.state.status == FINISHED:
            return
        body = {"until": string(until)} if until is not None else {}
        event = Event("paused", self.by, status=PAUSED, body=body, personal={"reason": reason})
        self._append([replace(event, asks=self.state.asks)])

    def resume(self, as_of: DateTime, given: Mapping[str, Known | Unknown] | None = None) -> None:
        """Take the walk up again: on a later day, for that day; with what the list says now."""
        states = {key: state_json(state) for key, state in given.items()} if given is not None else None
        changed = states is not None and states != dict(self.state.given)
        another_day = later(as_of, self.as_of)
        if self.state.status == FINISHED or not (changed or another_day or self.state.status == PAUSED):
            return
        body = {"as_of": string(as_of)} if another_day else {}
        event = Event("resumed", self.by, body=body, personal={"given": states} if changed else {})
        self._settle(event)

    def revise(self, tree: Tree, given: Mapping[str, Known | Unknown] | None = None) -> None:
        """Go on with another revision of the tree; answers stay where the facts are the same.

        `given` is what is known to that revision without asking; None: what was given until now.
        """
        body = {"tree": tree.id, "title": tree.title, "revision": tree.revision, "logic": tree.logic}
        states = {key: state_json(state) for key, state in given.items()} if given is not None else None
        changed = states is not None and states != dict(self.state.given)
        self.journal.keep_tree(tree.revision, tree.canonical)
        event = Event("revised", self.by, body={**body, "before": self.tree.revision})
        self._settle(replace(event, personal={"given": states}) if changed else event, tree)

    def preview(self, key: str, value: Value | Unknown) -> Record:
        """Where an answer, or nobody knowing, would lead; nothing is committed."""
        # What would be answered would be proven, too.
        state = value if isinstance(value, Unknown) else supported(self.tree.facts[key], value, "answer")
        return advance(self.tree, {**self.facts, key: state}, self.as_of, subject=self.subject)

    def under(self, tree: Tree, given: Mapping[str, Known | Unknown] | None = None) -> Record:
        """Where the walk would stand under another revision of the tree, which is given what is known now."""
        known = given_of(tree, self.state) if given is None else given
        return advance(tree, {**known, **answers_of(tree, self.state)}, self.as_of, subject=self.subject)

    def follow(self) -> bool:
        """Take in what another terminal recorded; whether there was anything."""
        found = self.journal.events(self.id, after=self.state.seq)
        if found:
            self._take(found)
        return bool(found)

    # -------------------------------------------------------------- what a front shows

    def answered(self) -> list[FactLine]:
        """What was answered in this walk, in order; what is not on the way any more is set aside."""
        read = self._read()
        out = []
        for key, answer in self.state.answers.items():
            fact = self.tree.facts.get(key)
            if fact is None:
                continue
            state = self.facts.get(key)
            text = value_text(fact, state.value) if isinstance(state, Known) else "nobody knows"
            notes = [note.text for note in self.state.notes if note.fact == key]
            out.append(
                FactLine(
                    key,
                    fact.title,
                    HIDDEN if fact.sensitive and isinstance(state, Known) else text,
                    told(answer),
                    known=isinstance(state, Known),
                    stale=self._stale(fact, state),
                    on_way=key in read,
                    answered=True,
                    note="; ".join(notes),
                    sensitive=fact.sensitive,
                    counts=less(fact, state),
                    evidence=HIDDEN if fact.sensitive and answer.evidence else answer.evidence,
                )
            )
        return out

    def known(self) -> list[FactLine]:
        """What was known before, with source and age; what is too old to count says so."""
        read = self._read()
        out = []
        answers = self.state.answers
        for key, state in self.given.items():
            fact = self.tree.facts[key]
            if (
                key in answers
                or not isinstance(state, Known)
                or seen(fact, state, self.as_of) == (None, None)
            ):
                continue
            out.append(
                FactLine(
                    key,
                    fact.title,
                    HIDDEN if fact.sensitive else value_text(fact, state.value),
                    source_text(state, self.as_of),
                    stale=self._stale(fact, state),
                    on_way=key in read,
                    sensitive=fact.sensitive,
                    counts=less(fact, state),
                    evidence=HIDDEN if fact.sensitive and state.evidence else state.evidence,
                )
            )
        return out

    def changeable(self) -> list[FactLine]:
        """What can be answered anew: what was answered, then what was known before and has a question."""
        return self.answered() + [one for one in self.known() if self.tree.facts[one.key].ask is not None]

    def possible(self) -> list[str]:
        """The titles of the outcomes still possible."""
        return [outcome_title(self.tree, name) for name in self.record.possible]

    def open_points(self) -> list[tuple[str, int]]:
        """Facts that nobody knows and that could have led elsewhere: title, and how many other outcomes."""
        out = []
        reads = [one for step in self.record.trail for one in step.read]
        for key in dict.fromkeys(one.fact for one in reads if one.state != "known"):
            fact = self.tree.facts.get(key)
            if fact is None or fact.ask is None:
                continue
            without = {name: state for name, state in self.facts.items() if name != key}
            possible = advance(self.tree, without, self.as_of).possible
            others = sum(1 for one in possible if one != self.record.outcome)
            if others:
                out.append((fact.title, others))
        return sorted(out, key=lambda one: -one[1])

    # -------------------------------------------------------------- within

    def _said(self, how: str) -> dict[str, str]:
        who = self.subject.stakeholder_id if how == "said" else ""
        return {"how": how, **({"said_by": who} if who else {})}

    def _answered(self, key: str, body: Mapping[str, object], personal: Mapping[str, object]) -> None:
        fact = self.tree.facts[key]
        self._settle(Event("answered", self.by, key, fact.scope, body=body, personal=personal))

    def _retract(self, seq: int) -> str | None:
        if not seq:
            return None
        found = {event.seq: event for event in self.events}
        target = found[seq]
        answer = found[int(target.body["of"])] if target.kind == "retracted" else target
        self._settle(Event("retracted", self.by, answer.fact, answer.scope, body={"of": seq}))
        return former_keys(self.tree).get(answer.fact, answer.fact)

    def _standing(self, event: Event) -> Event:
        """An event that leaves the walk where it is."""
        return replace(event, status=self.state.status, asks=self.state.asks)

    def _settle(self, event: Event, tree: Tree | None = None) -> None:
        """Append an event that may move the walk, and what that comes to, from then on under `tree`."""
        tree = tree or self.tree
        number = self.state.seq + 1
        draft = replace(event, walk=self.id, seq=number)
        state = fold((*self.events, draft))
        as_of = parse_date_time(state.as_of)
        assert as_of is not None
        record = advance(tree, facts_of(tree, state), as_of, subject=self.subject)
        events = [_marked(event, record, tree)]
        if record.status == "decided":
            events.append(_finished(record, self.by))
        self._append(events, tree)
        self._own = record

    def _append(self, events: Sequence[Event], tree: Tree | None = None) -> None:
        try:
            stored = self.journal.append(self.id, self.state.seq, events)
        except Overtaken as overtaken:
            self._take(overtaken.events)
            raise
        self.tree = tree or self.tree
        self._take(stored)

    def _take(self, events: tuple[Event, ...]) -> None:
        self.events += events
        self._state = self._facts = self._own = self._record = None
        if self.state.revision != self.tree.revision:
            # Another terminal has gone over to another revision.
            form = self.journal.tree(self.state.revision)
            if form is not None:
                self.tree = tree_of(form, self.state.revision)

    def _read(self) -> set[str]:
        """The facts that the way to here has read."""
        found = {one.fact for step in self.record.trail for one in step.read}
        return found | {one.fact for one in self.record.at_read}

    def _stale(self, fact: Fact, state: Known | Unknown | None) -> bool:
        return seen(fact, state, self.as_of)[1] is not None


def begin(
    tree: Tree,
    journal: Journal,
    as_of: DateTime,
    given: Mapping[str, Known | Unknown],
    subject: Subject | None = None,
    names: Names | None = None,
    *,
    by: str = "",
    style: Style = STYLE,
    personas: Mapping[str, Persona] | None = None,
    beside: Callable[[], Beside] | None = None,
    everybody: Everybody | None = None,
) -> Walk:
    """Start a walk: its first event is in the journal when it returns."""
    subject, names = subject or Subject(), names or Names()
    states = {key: state_json(one) for key, one in given.items() if key in tree.facts}
    event = Event(
        "started",
        by,
        body={
            "tree": tree.id,
            "title": tree.title,
            "revision": tree.revision,
            "logic": tree.logic,
            "as_of": string(as_of),
        },
        personal={"given": states},
    )
    draft = replace(event, seq=1)
    facts = facts_of(tree, fold((draft,)))
    record = advance(tree, facts, as_of, subject=subject)
    events = [_marked(event, record, tree)]
    if record.status == "decided":
        events.append(_finished(record, by))
    journal.keep_tree(tree.revision, tree.canonical)
    stored = journal.begin(
        subject,
        tree.id,
        tree.title,
        tree.revision,
        events,
        account_name=names.account,
        stakeholder_name=names.stakeholder,
    )
    return Walk(tree, journal, stored, subject, names, by, style, personas or {}, beside, everybody)


def _marked(event: Event, record: Record, tree: Tree) -> Event:
    """An event with how the walk stands after it."""
    need = record.needs
    match record.status:
        case "decided":
            return replace(event, status=FINISHED)
        case "waits":
            return replace(event, status=WAITING, body={**event.body, "until": record.until})
        case "needs" if need is not None and need.state == "missing":
            return replace(event, status=OPEN, asks=tree.facts[need.fact].title)
        case _:
            return replace(event, status=STUCK)


def _finished(record: Record, by: str) -> Event:
    body = {
        "status": record.status,
        "outcome": record.outcome,
        "title": record.title,
        "verdict": record.verdict,
        "revision": record.revision,
    }
    return Event("finished", by, status=FINISHED, body=body, personal={"record": record.as_json()})
