"""One plan out of all walks about an account: what to do, in which order, with whom, and what comes first.

Promises: every action of every record is in exactly one item; an item that settles a contradiction or asks a
question comes before the actions of the walks that read that fact, and is never due later than they are; the
order is by date, then by what hangs on what, and the same for the same input. Refuses: to drop, to reword
actions, or to invent dates for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from abm_tree.feel import DateTime, Value
from abm_tree.group.asked import Asked, Matter, fittest, matter_of, open_questions
from abm_tree.group.conflict import Conflict
from abm_tree.group.dates import day_after, is_over, when
from abm_tree.group.finding_out import finding_out
from abm_tree.group.ordering import Draft, before, ordered
from abm_tree.group.settling import settle_words, to_settle
from abm_tree.group.walked import Snapshot, Walked
from abm_tree.walk.tell import one_stop

ACTION, SETTLE, QUESTION = "action", "settle", "question"


@dataclass(frozen=True, slots=True)
class Rules:
    """Who sees to it, and until when; the shared parameters of the same names, with `plan_` before them."""

    settle_owner: str = "manager"
    settle_within: Value = None  # a duration; None: no date of its own
    ask_owner: str = "rep"
    ask_within: Value = None
    again_after: str = ""  # an ISO duration: when the next one is asked, or both are brought together


@dataclass(frozen=True, slots=True)
class Origin:
    """A walk that an item comes from, and how it words it."""

    tree: str
    tree_title: str
    outcome: str
    outcome_title: str
    verdict: str
    person: str  # a stakeholder's id; "": the account itself
    do: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do."""

    number: int
    kind: str
    do: str
    owner: str = ""
    channel: str = ""
    due: str = ""
    every: str = ""
    notes: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    fallback: Mapping[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    after: tuple[int, ...] = ()  # the numbers of what comes before it
    overdue: bool = False
    asked_for: str = ""  # when the trees wanted it, where something that hangs on it needs it earlier
    settles: tuple[str, ...] = ()  # titles of the facts that are known once it is done
    question: str = ""  # what is to be known, to whoever writes it down
    instead: tuple[str, ...] = ()  # how walks with other people word the same
    others: tuple[str, ...] = ()  # those people, the most fit first
    personal: bool = False  # whether what it settles is a person's own, and not the account's


@dataclass(frozen=True, slots=True)
class Came:
    """What a tree came to for a person, or for the account."""

    tree: str
    tree_title: str
    person: str
    status: str
    outcome: str
    title: str
    verdict: str
    revisit: str = ""
    until: str = ""
    needs: str = ""  # the title of what nobody knows
    error: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done at an account, in order."""

    account_id: str
    account_name: str
    deal_id: str
    as_of: DateTime
    items: tuple[Item, ...]
    came: tuple[Came, ...]


def plan(snap: Snapshot, conflicts: Sequence[Conflict], rules: Rules | None = None) -> Plan:
    """The plan of a snapshot: its actions merged, its contradictions to settle, its open questions."""
    rules = rules or Rules()
    drafts, found_out = _actions(snap)
    questions = open_questions(snap, found_out)
    settling = [_settle(snap, matter, those, rules) for matter, those in to_settle(snap, conflicts).items()]
    asking = [_question(snap, one, rules) for one in questions]
    whole = before(snap, [*settling, *asking, *drafts])
    items = tuple(
        _item(snap, number, draft, after)
        for number, (draft, after) in enumerate(ordered(snap, whole), start=1)
    )
    came = tuple(_came(one) for one in snap.walked)
    return Plan(snap.account_id, snap.account_name, snap.deal_id, snap.as_of, items, came)


# ---------------------------------------------------------------- actions


def _actions(snap: Snapshot) -> tuple[list[Draft], set[Matter]]:
    """The actions of all walks, merged; and the facts that they find out themselves."""
    piles: dict[tuple[object, ...], list[Draft]] = {}
    found_out: set[Matter] = set()
    for number, walked in enumerate(snap.walked):
        for task, finds in zip(walked.record.actions, finding_out(walked.tree, walked.record), strict=True):
            if finds.personal and not walked.person:
                continue  # nobody is known there to do it with
            learned = tuple(matter_of(walked, key) for key in finds.facts)
            found_out |= set(learned)
            said = " ".join(task.do.split())
            key = (task.owner, task.channel, task.every, *(finds.place or (said,)))
            titles = {
                matter: walked.tree.facts[fact].title
                for matter, fact in zip(learned, finds.facts, strict=True)
                if fact in walked.tree.facts
            }
            piles.setdefault(key, []).append(
                Draft(
                    kind=ACTION,
                    do=said,
                    owner=task.owner,
                    channel=task.channel,
                    due=task.due,
                    every=task.every,
                    notes=tuple(text for text in (task.note,) if text),
                    checks=tuple(text for text in (task.check,) if text),
                    fallback=dict(task.fallback),
                    people=(walked.person,) if walked.person else (),
                    origins=(_origin(walked, task.do, task.due),),
                    walks=(number,),
                    titles=titles,
                    ask_of=_each(
                        walked.tree.facts[fact].ask_of for fact in finds.facts if fact in walked.tree.facts
                    ),
                    first=finds.first,
                )
            )
    return [_merged(snap, pile) for pile in piles.values()], found_out


def _origin(walked: Walked, do: str, due: str) -> Origin:
    record = walked.record
    return Origin(
        walked.tree.id,
        walked.tree.title,
        record.outcome,
        record.title,
        record.verdict,
        walked.person,
        do,
        due,
    )


def _merged(snap: Snapshot, pile: Sequence[Draft]) -> Draft:
    """One item out of the same action of several walks: the earliest date, and everybody it is about.

    Where trees word it for each person, although it is the account's, it is put to the one most fit.
    """
    earliest = min(pile, key=lambda one: when(one.due))
    titles = {matter: title for one in pile for matter, title in one.titles.items()}
    voice, people, instead = earliest, [person for one in pile for person in one.people], []
    ranked: list[str] = []
    if len({one.do for one in pile}) > 1:
        ranked = fittest(snap, people, _each(one.ask_of for one in pile))
        voice = next((one for one in pile if ranked and one.people == (ranked[0],)), earliest)
        people = list(voice.people)
        instead = [one.do for one in pile if one.do != voice.do]
    return Draft(
        kind=ACTION,
        do=voice.do,
        owner=earliest.owner,
        channel=earliest.channel,
        due=earliest.due,
        every=earliest.every,
        notes=_each(one.notes for one in ([voice] if instead else pile)),
        checks=_each(one.checks for one in ([voice] if instead else pile)),
        fallback=(voice if instead else earliest).fallback,
        people=_in_order(snap, people),
        origins=tuple(dict.fromkeys(origin for one in pile for origin in one.origins)),
        walks=tuple(dict.fromkeys(walk for one in pile for walk in one.walks)),
        titles=titles,
        first=any(one.first for one in pile),
        instead=tuple(dict.fromkeys(instead)),
        others=tuple(one for one in ranked if one not in people),
    )


def _each(texts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in texts for text in one))


# ---------------------------------------------------------------- what comes first


def _settle(snap: Snapshot, matter: Matter, conflicts: Sequence[Conflict], rules: Rules) -> Draft:
    """Contradictions about one matter as something to settle."""
    people = {side.person for one in conflicts for side in one.sides if side.person}
    told = settle_words(snap, conflicts)
    fallback = {"do": told.otherwise, "owner": rules.settle_owner, "after": rules.again_after}
    return Draft(
        kind=SETTLE,
        do=told.do,
        owner=rules.settle_owner,
        due=day_after(snap.as_of, rules.settle_within),
        notes=told.notes,
        fallback=fallback if rules.again_after else {},
        people=_in_order(snap, people),
        titles={matter: conflicts[0].title},
        conflicts=tuple(conflicts),
    )


def _in_order(snap: Snapshot, people: Iterable[str]) -> tuple[str, ...]:
    """People as the account lists them, those who are on no list last."""
    order = {one.id: at for at, one in enumerate(snap.people)}
    return tuple(sorted(dict.fromkeys(people), key=lambda one: (order.get(one, len(order)), one)))


def _question(snap: Snapshot, asked: Asked, rules: Rules) -> Draft:
    """An open question as something to ask, of one person."""
    name = snap.name_of(asked.person) if asked.person else ""
    ask = " ".join(asked.ask.split())
    if asked.unproven:
        do = f"Get proof of what was said on {asked.title}: {ask}"
    elif asked.say and name:
        do = f"Ask {name}: \u201c{' '.join(asked.say.split())}\u201d"
    else:
        do = f"Find out: {ask}"
    if name and name not in do:
        do += f" Start with {name}." if do.endswith((".", "?")) else f". Start with {name}."
    fallback = {}
    if asked.others and rules.again_after:
        fallback = {
            "do": f"No answer: ask {snap.name_of(asked.others[0])}",
            "owner": rules.ask_owner,
            "after": rules.again_after,
        }
    return Draft(
        kind=QUESTION,
        do=do,
        owner=rules.ask_owner,
        due=day_after(snap.as_of, rules.ask_within),
        fallback=fallback,
        people=(asked.person,) if asked.person else (),
        origins=tuple(_origin(snap.walked[walk], "", "") for walk in asked.walks),
        walks=asked.walks,
        titles={asked.matter: asked.title},
        question=ask if ask not in do else "",
    )


# ---------------------------------------------------------------- values


def _item(snap: Snapshot, number: int, draft: Draft, after: tuple[int, ...]) -> Item:
    wanted = min((one.due for one in draft.origins if one.due), key=when, default="")
    return Item(
        number=number,
        kind=draft.kind,
        do=one_stop(draft.do),
        owner=draft.owner,
        channel=draft.channel,
        due=draft.due,
        every=draft.every,
        notes=tuple(map(one_stop, draft.notes)),
        checks=tuple(map(one_stop, draft.checks)),
        fallback={key: one_stop(text) for key, text in draft.fallback.items()},
        people=draft.people,
        origins=tuple(one for one in draft.origins if isinstance(one, Origin)),
        after=after,
        overdue=is_over(draft.due, snap.as_of),
        asked_for=wanted if wanted and when(wanted) > when(draft.due) else "",
        settles=tuple(dict.fromkeys(draft.titles.values())),
        question=one_stop(draft.question),
        instead=draft.instead,
        others=draft.others,
        personal=bool(draft.titles) and all(whose for _, whose in draft.titles),
    )


def _came(walked: Walked) -> Came:
    record = walked.record
    needs = ""
    if record.needs is not None:
        fact = walked.tree.facts.get(record.needs.fact)
        needs = fact.title if fact is not None else record.needs.fact
    return Came(
        walked.tree.id,
        walked.tree.title,
        walked.person,
        record.status,
        record.outcome,
        record.title,
        record.verdict,
        record.revisit,
        record.until,
        needs,
        record.error,
    )
