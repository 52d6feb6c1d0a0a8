"""Contradictions, promises, messages and questions: what is found equals what looking at every pair finds."""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeAlias

from cohering import NOW, day, definitions, group, number
from hypothesis import given, settings
from hypothesis import strategies as st

from abm_tree.batch.people_rows import Individual, people_facts
from abm_tree.feel import DateTime, Value, parse_date_time
from abm_tree.group.cohesion import Finished, Word, conflicts
from abm_tree.group.conflict import ASKED_TWICE, KINDS, MESSAGE, PROMISE, SET, TOLD, Conflict
from abm_tree.group.walked import Snapshot
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import GroupFact, Tree

Facts: TypeAlias = Mapping[str, Value | Known | Unknown]

# ------------------------------------------------------------------ generated groups

PEOPLE = ("ada", "ben", "cy", "stranger")  # the last one is on no list
# Facts that people tell, with values and how these are shown.
VALUES: dict[str, list[tuple[Value, str]]] = {
    "alpha/seats": [(number(2), "2"), (number(5), "5"), (number(9), "9"), (None, "none")],
    "alpha/aging": [("good", "good"), ("bad", "bad"), (None, "Nothing")],
    "alpha/gain": [(number(3), "3"), (number(6), "6"), (number(9), "9")],
    "alpha/sponsor": [(True, "yes"), (False, "no")],
    "alpha/systems": [
        ((), "none of them"),
        (("crm",), "CRM"),
        (("crm", "erp"), "CRM and ERP"),
        (("erp", "crm"), "ERP and CRM"),
        (("erp", "crm", "erp"), "ERP, CRM and ERP"),
    ],
    "alpha/salary": [(number(90), "EUR 90"), (number(1200), "EUR 1,200")],
    "alpha/plan_on": [(day("2026-03-31"), "2026-03-31"), (day("2026-04-01"), "2026-04-01")],
    "gamma/size": [(number(1), "1"), (number(4), "4")],
    "beta/seats": [(number(2), "2"), (number(9), "9")],
    "account.tier": [
        ("A", "A: the few that bring most of the revenue"),
        ("B", "B: the middle"),
        ("C", "C: the many small ones"),
    ],
    "deal.champion_tested": [(True, "yes"), (False, "no")],
    "account.territory": [("North", "North"), ("South", "South")],
    "deal.review_on": [(day("2026-04-02"), "2026-04-02"), (day("2026-05-01"), "2026-05-01")],
    "account.managed": [(True, "yes"), (False, "no")],
    "deal.amount": [(number(5), "USD 5"), (Decimal("1000.5"), "USD 1,000.5")],
    "deal.decision_on": [(day("2026-06-30"), "2026-06-30"), (day("2026-07-01"), "2026-07-01")],
}
NO_QUESTION = {"alpha/plan_on", "account.tier", "account.managed", "account.territory", "deal.review_on"}
ASKED_FOR = {*VALUES} - NO_QUESTION
NOBODYS: dict[str, list[tuple[Value, str]]] = {
    "alpha/mood": [("warm", "Warm"), ("cold", "Cold")],
    "no/such": [("x", "x"), ("y", "y")],
}
QUADRANTS: dict[Any, str] = dict(definitions()["stakeholder.quadrant"].choices)
EVERY = VALUES | NOBODYS
DAYS = (None, *map(day, ("2026-03-31", "2026-03-01", "2026-02-28", "2025-12-31", "2025-12-30", "2026-04-01")))
OLD = {"alpha/aging": 30, "deal.amount": 90, "deal.decision_on": 90}  # days after which a value is too old
MOMENTS = tuple(
    map(parse_date_time, ("2026-03-31T08:00:00Z", "2026-03-31T10:00:00Z"))
)  # the second is to come
AGES = {"2026-03-31": 0, "2026-03-01": 30, "2026-02-28": 31, "2025-12-31": 90, "2025-12-30": 91}


def shown(key: str, text: str) -> object:
    """A value by its text, so that equal ones are equal."""
    found = next(value for value, one in EVERY[key] if one == text)
    return plain(found)


def plain(value: Value) -> object:
    return frozenset(value) if isinstance(value, tuple) else value


@st.composite
def words(draw: st.DrawFn) -> list[Word]:
    found = []
    chosen = draw(st.lists(st.sampled_from(sorted(EVERY)), max_size=4, unique=True))
    for key in chosen:
        for person in draw(st.lists(st.sampled_from(PEOPLE), max_size=4, unique=True)):
            value, _ = draw(st.sampled_from(EVERY[key]))
            dated = draw(st.sampled_from((*DAYS, *MOMENTS)))
            evidence = draw(st.sampled_from(["", "  ", "a mail of theirs"]))
            known = Known(value, "journal", dated, evidence)
            nobody_knows = draw(st.integers(0, 3)) == 0
            state: Known | Unknown = Unknown("journal", dated) if nobody_knows else known
            where = draw(st.sampled_from([("contacts list", "", "", False), ("Call", "Kim", "alpha", True)]))
            found.append(Word(person, key, state, *where))
    return found


@dataclass(frozen=True)
class Inputs:
    """What a snapshot is made of."""

    walks: Mapping[tuple[str, str], Mapping[str, Value]]
    shared: Facts

    def snapshot(self) -> Snapshot:
        return group(self.walks, self.shared, ("ben", "ada", "cy"))


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    shared: dict[str, Value | Known | Unknown] = {}
    for key in sorted(VALUES):
        value, _ = draw(st.sampled_from([*VALUES[key], ("unknown", "")]))
        if value == "unknown":
            continue
        evidence = draw(st.sampled_from(["", "seen"]))
        name = key.split("/")[-1] if key.startswith(("alpha/", "beta/")) else key
        shared[name] = Known(value, "list", draw(st.sampled_from(DAYS[:4])), evidence)
    for place in draw(st.sampled_from([[], [number(1)]])):
        shared["book.place"] = place
    walks: dict[tuple[str, str], dict[str, Value]] = {}
    for person in draw(st.lists(st.sampled_from(PEOPLE[:3]), max_size=3, unique=True)):
        own: dict[str, Value] = {"way": way} if (way := draw(st.sampled_from(["", *"abbbcd"]))) else {}
        if draw(st.booleans()):
            own["mood"] = draw(st.sampled_from(["warm", "cold"]))
        if draw(st.booleans()):
            own["stakeholder.role"] = draw(st.sampled_from(["influencer", "end-user"]))
        walks["alpha", person] = own
        if draw(st.booleans()):
            walks["beta", person] = {}
    if draw(st.booleans()):
        walks["beta", ""] = {}
    return Inputs(walks, shared)


@st.composite
def ended(draw: st.DrawFn) -> list[Finished]:
    found = []
    for _ in range(draw(st.integers(0, 5))):
        sets = {
            key: draw(st.sampled_from(EVERY[key]))[0]
            for key in draw(
                st.lists(
                    st.sampled_from(["account.tier", "deal.champion_tested", "alpha/seats", "alpha/mood"]),
                    max_size=2,
                    unique=True,
                )
            )
        }
        person, tree, deal = (
            draw(st.sampled_from(one)) for one in (("", "ada", "ben", "stranger"), "xy", ("", "D2"))
        )
        found.append(Finished(person, tree, sets, day("2026-03-02"), "Earlier: Done", "Kim", deal))
    return found


# ------------------------------------------------------------------ every pair, looked at one by one


def counts(word: Word) -> tuple[object, ...]:
    """What a word counts as; () where it does not."""
    state = word.state
    if word.fact in NOBODYS or not isinstance(state, Known):
        return ()
    value: Value = state.value
    if state.dated == MOMENTS[1]:
        return ()
    dated = state.dated.date if isinstance(state.dated, DateTime) else state.dated
    if dated is not None:
        text = f"{dated.year:04}-{dated.month:02}-{dated.day:02}"
        if text not in AGES or AGES[text] > OLD.get(word.fact, 10_000):
            return ()
    if not state.evidence.strip():
        if word.fact == "alpha/gain" and value == 9:
            value = number(6)
        if word.fact == "alpha/sponsor" and value is True:
            return ()
    return (plain(value),)


def whole(tree: str, key: str) -> str:
    return key if "." in key or "/" in key else f"{tree}/{key}"


@dataclass
class Brute:
    """What a snapshot holds, by fact, each with who and what."""

    snap: Snapshot
    words: Sequence[Word]
    ended: Sequence[Finished]

    def told(self) -> dict[str, set[tuple[str, object]]]:
        out = defaultdict(set)
        for one in self.words:
            for value in counts(one):
                out[one.fact].add((one.person, value))
        return out

    def established(self) -> dict[str, set[tuple[str, str, object]]]:
        out = defaultdict(set)
        for walk in self.snap.walked:
            for one in walk.record.sets:
                if one.state == "known":
                    out[whole(walk.tree.id, one.fact)].add((walk.person, walk.tree.id, plain(one.value)))
        return out

    def standing(self) -> dict[str, set[tuple[str, object]]]:
        out = defaultdict(set)
        for at, one in enumerate(self.ended):
            later = [other for other in self.ended[at + 1 :] if other.person == one.person]
            for key, value in one.sets.items():
                over = any(
                    key in other.sets or (other.tree, other.deal) == (one.tree, one.deal) for other in later
                )
                if one.person and not over and key in VALUES:
                    out[key].add((one.person, plain(value)))
        return out

    def read(self) -> dict[str, set[tuple[str, object]]]:
        out = defaultdict(set)
        for walk in self.snap.walked:
            for step in walk.record.trail:
                for one in step.read:
                    if one.state == "known" and one.source != "outcome":
                        out[whole(walk.tree.id, one.fact)].add((walk.person, plain(one.value)))
        return out

    def promised(self) -> set[tuple[str, frozenset[tuple[str, object]]]]:
        told, kept, read = self.told(), self.standing(), self.read()
        now = {key: {(who, value) for who, _, value in found} for key, found in self.established().items()}
        out = set()
        for key in VALUES:
            said, made, held, seen = (one.get(key, set()) for one in (told, now, kept, read))
            for one, other in itertools.combinations(said | made | held | seen, 2):
                if one[0] == other[0] or one[1] == other[1]:
                    continue
                promises = made | held
                told_apart = one in said and other in said
                set_apart = one in made and other in made
                if (one in promises or other in promises) and not told_apart and not set_apart:
                    out.add((key, frozenset((one, other))))
        return out

    def heard(self) -> dict[str, set[tuple[int, str]]]:
        """What the finished words show, read from their text."""
        out = defaultdict(set)
        for at, walk in enumerate(self.snap.walked):
            record = walk.record
            texts = [*record.say]
            for task in record.actions:
                texts += [task.do, task.note, task.fallback.get("do", "")]
            texts += self.on_the_way(at)
            for text in texts:
                for key, value in re.findall("«(.*?)=(.*?)»", text):
                    if value != "-" and key != "!":
                        out[key].add((at, value))
        return out

    def on_the_way(self, at: int) -> list[str]:
        """The words of nodes, put together by hand."""
        walk = self.snap.walked[at]
        if walk.tree.id != "alpha":
            return []

        def known(key: str) -> Any:
            state = walk.record.facts.get(key)
            return state.value if isinstance(state, Known) else "-"

        role, place = known("stakeholder.role"), known("book.place")
        texts = []
        if role == "influencer":
            aging = walk.record.facts["aging"]
            text = "Nothing" if known("aging") is None else known("aging")
            stale = isinstance(aging, Known) and aging.dated == day("2026-02-28")
            texts.append("" if stale else f"«alpha/aging={text}»")
        else:
            texts.append(f"«alpha/book.place={place}»")
            if known("account.tier") != "-":
                texts.append(f"«account.tier={dict(VALUES['account.tier'])[known('account.tier')]}»")
            systems = known("systems")
            if systems != "-":
                text = next(one for value, one in VALUES["alpha/systems"] if value == systems)
                texts.append(f"«alpha/systems={text}»")
        if any(step.to == "after" for step in walk.record.trail):
            inside = {one.fact: one.value for one in walk.record.sets if one.outcome.startswith("below/")}
            tier = inside.get("account.tier", known("account.tier"))
            if tier != "-":
                texts.append(f"«account.tier={dict(VALUES['account.tier'])[tier]}»")
        return texts

    def needed(self) -> dict[str, set[str]]:
        out = defaultdict(set)
        for walk in self.snap.walked:
            for step in walk.record.trail:
                for one in step.read:
                    key = whole(walk.tree.id, one.fact)
                    if one.state != "known" and one.source != "outcome" and key in ASKED_FOR and walk.person:
                        out[key].add(walk.person)
        return {key: people for key, people in out.items() if len(people) > 1}


def apart(found: set[Any]) -> bool:
    return len({one[-1] for one in found}) > 1


def by_kind(found: Sequence[Conflict], kind: str) -> list[Conflict]:
    return [one for one in found if one.kind == kind]


EVERYTHING = settings(max_examples=100)


@EVERYTHING
@given(inputs(), words(), ended())
def test_none_is_missed_and_none_invented(put: Inputs, said: list[Word], past: list[Finished]) -> None:
    snap = put.snapshot()
    found = conflicts(snap, definitions(), said, past)
    brute = Brute(snap, said, past)
    told = {
        one.fact: {(side.person, shown(one.fact, side.value)) for side in one.sides}
        for one in by_kind(found, TOLD)
    }
    assert told == {key: one for key, one in brute.told().items() if apart(one)}
    sets = {
        one.fact: {(side.person, side.tree, shown(one.fact, side.value)) for side in one.sides}
        for one in by_kind(found, SET)
        if one.fact in VALUES
    }
    established = brute.established()
    expected = {key: one for key, one in established.items() if key in VALUES and apart(one)}
    quadrants = established.get("stakeholder.quadrant", set())
    of_two_minds = {one for one in quadrants if apart({other for other in quadrants if other[0] == one[0]})}
    assert {
        (side.person, side.tree, side.value)
        for one in by_kind(found, SET)
        if one.fact == "stakeholder.quadrant"
        for side in one.sides
    } == {(person, tree, QUADRANTS[value]) for person, tree, value in of_two_minds}
    assert sets == expected
    promised = [
        (one.fact, frozenset((side.person, shown(one.fact, side.value)) for side in (one.sides[0], other)))
        for one in by_kind(found, PROMISE)
        for other in one.sides[1:]
    ]
    assert set(promised) == brute.promised()
    assert len(promised) == len(set(promised)), "no pair is told twice"
    assert {one.sides[0].did for one in by_kind(found, PROMISE)} <= {"promise", "set"}
    heard = {}
    for key, texts in brute.heard().items():
        if any(one[0] != other[0] and one[1] != other[1] for one in texts for other in texts):
            walks = {(snap.walked[at].person, snap.walked[at].tree.id, text) for at, text in texts}
            heard[key] = walks
    messages = {
        one.fact: {(side.person, side.tree, side.value) for side in one.sides}
        for one in by_kind(found, MESSAGE)
    }
    assert messages == heard
    twice = by_kind(found, ASKED_TWICE)
    answered = {
        (one.fact, frozenset(side.person for side in one.sides), shown(one.fact, one.sides[0].value))
        for one in twice
        if one.sides[0].did == "asked"
    }
    answers: dict[tuple[str, object], set[str]] = defaultdict(set)
    for one in said:
        if one.answered and one.fact in ASKED_FOR:
            for value in counts(one):
                answers[one.fact, value].add(one.person)
    assert answered == {
        (fact, frozenset(people), value) for (fact, value), people in answers.items() if len(people) > 1
    }
    needed = {one.fact: {side.person for side in one.sides} for one in twice if one.sides[0].did == "needed"}
    assert needed == brute.needed()


@EVERYTHING
@given(inputs(), words(), ended(), st.integers(0, 99))
def test_the_order_is_the_same_however_the_people_come(
    put: Inputs, said: list[Word], past: list[Finished], seed: int
) -> None:
    snap = put.snapshot()
    found = conflicts(snap, definitions(), said, past)
    keys = [(KINDS.index(one.kind), one.title.casefold(), one.fact) for one in found]
    assert keys == sorted(keys)
    assert len(set(found)) == len(found)
    mixed = random.Random(seed)
    others = mixed.sample(said, len(said))
    assert conflicts(snap, definitions(), others, past) == found
    walks = tuple(mixed.sample(snap.walked, len(snap.walked)))
    turned = conflicts(replace(snap, walked=walks), definitions(), said, past)
    kinds = {one for one in found if one.kind != PROMISE}
    assert {one for one in turned if one.kind != PROMISE} == kinds, "whose walk comes first moves nothing"


@EVERYTHING
@given(words())
def test_a_trees_own_group_fact_says_the_same(said: list[Word]) -> None:
    facts = {key: one for key, one in definitions().items() if key in VALUES}
    one = GroupFact("people.apart", "contradicted", facts=tuple(facts))
    tree = Tree(
        "", "", "", "", "", "account", None, "", facts, {}, {}, (), {}, facts=facts, people={one.name: one}
    )
    people = [
        Individual({}, {word.fact: word.state for word in said if word.person == person}) for person in PEOPLE
    ]
    state = people_facts(tree, {}, people, NOW)["people.apart"]
    assert isinstance(state, Known)
    found = conflicts(group({}), definitions(), said)
    assert state.value == tuple(
        key.rsplit(".", 1)[-1] for key in facts if any(one.kind == TOLD and one.fact == key for one in found)
    )
