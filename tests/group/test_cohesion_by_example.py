"""Contradictions, promises, messages and questions, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from cohering import day, definitions, group, number

from abm_tree.feel import Value
from abm_tree.group.cohesion import Finished, Word, conflicts
from abm_tree.group.conflict import ASKED_TWICE, MESSAGE, PROMISE, SET, TOLD, Conflict
from abm_tree.tree.facts import Known, Unknown
from abm_tree.walk.spoken import spoken

Facts: TypeAlias = Mapping[str, Value | Known | Unknown]


def by_kind(found: Sequence[Conflict], kind: str) -> list[Conflict]:
    return [one for one in found if one.kind == kind]


def told(
    person: str, fact: str, value: Value, on: str = "2026-03-20", evidence: str = "", **how: Any
) -> Word:
    return Word(person, fact, Known(value, "journal", day(on), evidence), **how)


def lines(found: Sequence[Conflict]) -> list[str]:
    """Conflicts as somebody would read them out."""
    return [
        f"{one.kind} {one.title}: "
        + "; ".join(
            " ".join(text for text in (side.person, side.did, side.value, side.source, side.by) if text)
            for side in one.sides
        )
        for one in found
    ]


def test_two_stories_are_told_with_who_said_what_when_and_from_where() -> None:
    found = conflicts(
        group({}),
        definitions(),
        [
            told(
                "cy",
                "deal.budget",
                "approved",
                "2026-03-28",
                "her mail",
                source="Call",
                by="Kim",
                tree="call",
            ),
            Word("ada", "deal.budget", Known("none", "given", None)),
            told("ben", "deal.budget", "approved"),
        ],
    )
    assert [one.kind for one in found] == [TOLD]
    ada, ben, cy = found[0].sides
    assert (found[0].fact, found[0].title) == ("deal.budget", "Budget")
    assert (ada.person, ada.value, ada.on, ada.source, ada.did) == (
        "ada",
        "No",
        None,
        "contacts list",
        "told",
    )
    assert (ben.person, ben.value, ben.on) == ("ben", "Yes, approved", day("2026-03-20"))
    assert (cy.source, cy.by, cy.evidence, cy.tree) == ("Call", "Kim", "her mail", "call")


def test_a_list_is_a_set_and_what_nobody_knows_contradicts_nothing() -> None:
    said = [
        told("ada", "alpha/systems", ("crm", "erp")),
        told("ben", "alpha/systems", ("erp", "crm", "crm")),
        Word("cy", "alpha/systems", Unknown()),
    ]
    assert conflicts(group({}), definitions(), said) == ()
    assert len(conflicts(group({}), definitions(), [*said, told("cy", "alpha/systems", ("crm",))])) == 1


@pytest.mark.parametrize(
    ("word", "other"),
    [
        (told("ada", "alpha/aging", "good", "2026-02-28"), told("ben", "alpha/aging", "bad")),  # too old
        (
            told("ada", "deal.amount", number(5), "2026-04-01"),
            told("ben", "deal.amount", number(6)),
        ),  # to come
        (told("ada", "alpha/sponsor", True), told("ben", "alpha/sponsor", False)),  # a yes without evidence
        (told("ada", "alpha/gain", number(9)), told("ben", "alpha/gain", number(6))),  # counts as 6
    ],
)
def test_what_is_too_old_or_unproven_counts_as_everywhere(word: Word, other: Word) -> None:
    assert conflicts(group({}), definitions(), [word, other]) == ()
    assert isinstance(word.state, Known)
    sound = replace(word, state=replace(word.state, dated=day("2026-03-31"), evidence="a mail"))
    assert [one.kind for one in conflicts(group({}), definitions(), [sound, other])] == [TOLD]


def test_what_walks_establish_differently_is_told_once_for_the_fact() -> None:
    walks = {("alpha", "ada"): {"way": "a"}, ("alpha", "ben"): {"way": "b"}}
    snap = group(walks, {"gamma/size": number(1)})
    assert lines(by_kind(conflicts(snap, definitions()), SET)) == [
        "set Account class: ada set A: the few that bring most of the revenue Alpha: First; "
        "ben set C: the many small ones Alpha: Third"
    ]
    alone = replace(snap, walked=snap.walked[1:])
    assert by_kind(conflicts(alone, definitions()), SET) == []


def test_facts_of_two_persons_may_differ() -> None:
    snap = group(
        {("alpha", "ada"): {"way": "a"}, ("alpha", "ben"): {"way": "b"}},
        {"seats": number(9), "gamma/size": number(5), "deal.amount": number(5)},
    )
    ranks = {
        (one.person, each.value) for one in snap.walked for each in one.record.sets if each.fact == "rank"
    }
    assert ranks == {("ada", "one"), ("ben", "two")}
    assert "alpha/rank" not in {one.fact for one in conflicts(snap, definitions())}


def test_of_one_person_two_walks_establish_two_things() -> None:
    walks = {("alpha", "ada"): {"way": "a"}, ("beta", "ada"): {}, ("beta", "ben"): {}}
    found = by_kind(conflicts(group(walks, {"seats": number(9), "account.tier": "A"}), definitions()), SET)
    (one,) = [each for each in found if each.fact == "stakeholder.quadrant"]
    assert [(side.person, side.tree) for side in one.sides] == [("ada", "alpha"), ("ada", "beta")]


PAST = Finished("ada", "call", {"account.tier": "A"}, day("2026-03-02"), "Call: Won", "Kim")


def test_a_promise_is_excluded_by_what_another_said() -> None:
    found = conflicts(
        group({}), definitions(), [told("ben", "account.tier", "B", source="Visit", by="Lou")], [PAST]
    )
    assert lines(found) == [
        "promise Account class: ada promise A: the few that bring most of the revenue Call: Won Kim; "
        "ben told B: the middle Visit Lou"
    ]
    assert found[0].sides[0].on == day("2026-03-02")
    assert conflicts(group({}), definitions(), [told("ada", "account.tier", "B")], [PAST]) == (), (
        "the same person"
    )


def test_a_promise_is_excluded_by_what_anothers_walk_goes_by() -> None:
    snap = group({("beta", "ben"): {}}, {"seats": number(9), "account.tier": Known("B", "list")})
    found = by_kind(conflicts(snap, definitions(), [], [PAST]), PROMISE)
    assert lines(found) == [
        "promise Account class: ada promise A: the few that bring most of the revenue Call: Won Kim; "
        "ben read B: the middle Beta"
    ]


@pytest.mark.parametrize(
    ("later", "stands"),
    [
        (replace(PAST, sets={}), False),  # the same tree anew
        (replace(PAST, tree="visit", sets={"account.tier": "B"}), False),
        (replace(PAST, tree="visit", sets={"deal.champion_tested": True}), True),
        (replace(PAST, sets={}, deal="D7"), True),  # another deal
        (replace(PAST, person="cy", sets={"account.tier": "B"}), True),  # somebody else
    ],
)
def test_a_later_walk_takes_a_promise_back(later: Finished, stands: bool) -> None:
    said = [told("ben", "account.tier", "B")]
    found = conflicts(group({}), definitions(), said, [PAST, later])
    promises = [one for one in found if one.sides[0].person == "ada"]
    assert len(promises) == stands
    assert conflicts(group({}), definitions(), said, [later, PAST])[0].sides[0].person == "ada", (
        "it came before"
    )


def test_two_promises_exclude_each_other_once_and_a_word_goes_before() -> None:
    other = replace(PAST, person="ben", sets={"account.tier": "B"}, on=day("2026-03-09"))
    found = conflicts(group({}), definitions(), [], [PAST, other])
    assert [[side.person for side in one.sides] for one in found] == [["ada", "ben"]]
    said = [told("ada", "account.tier", "A"), told("ben", "account.tier", "B")]
    assert [one.kind for one in conflicts(group({}), definitions(), said, [PAST, other])] == [TOLD]


def test_two_people_are_about_to_hear_different_figures() -> None:
    snap = group({("alpha", "ada"): {"way": "a"}, ("alpha", "ben"): {"way": "d"}}, {"seats": number(8)})
    found = by_kind(conflicts(snap, definitions()), MESSAGE)
    assert [one.fact for one in found] == ["alpha/double", "alpha/seats"]
    assert lines(found[1:]) == ["message Seats: ada message 5 Alpha: First; ben message 8 Alpha: Third"]
    derived = group({("alpha", "ada"): {"way": "a"}, ("alpha", "ben"): {"way": "a"}}, {"seats": number(8)})
    assert by_kind(conflicts(derived, definitions()), MESSAGE) == [], "both hear the same"


def test_one_question_two_people() -> None:
    how: dict[str, Any] = {"source": "Call", "tree": "call", "answered": True}
    said = [
        told("ada", "deal.budget", "none", **how),
        told("ben", "deal.budget", "none", "2026-03-29", **how),
    ]
    assert lines(conflicts(group({}), definitions(), said)) == [
        "asked-twice Budget: ada asked No Call; ben asked No Call"
    ]
    listed = [replace(said[0], answered=False), said[1]]
    assert conflicts(group({}), definitions(), listed) == (), "nobody asked for what stands on the list"
    set_by_us = [told(person, "account.tier", "A", **how) for person in ("ada", "ben")]
    assert conflicts(group({}), definitions(), set_by_us) == (), "there is no question about it"
    unequal = [said[0], told("ben", "deal.budget", "approved", **how)]
    assert [one.kind for one in conflicts(group({}), definitions(), unequal)] == [TOLD]


def test_what_the_walks_of_two_people_need_is_one_question() -> None:
    snap = group(
        {
            ("alpha", "ada"): {"way": "b"},
            ("alpha", "ben"): {"way": "b"},
            ("beta", "ada"): {},
            ("beta", ""): {},
        }
    )
    found = by_kind(conflicts(snap, definitions()), ASKED_TWICE)
    assert [(one.fact, [side.person for side in one.sides]) for one in found] == [
        ("gamma/size", ["ada", "ben"])
    ]
    assert {side.value for side in found[0].sides} == {""}


def test_what_an_outcome_could_not_work_out_is_no_question() -> None:
    walks = {("alpha", "ada"): {"way": "b"}, ("alpha", "ben"): {"way": "b"}}
    snap = group(walks, {"gamma/size": number(4)})
    read = [one for step in snap.walked[0].record.trail for one in step.read]
    assert ("deal.champion_tested", "unknown", "outcome") in {
        (one.fact, one.state, one.source) for one in read
    }
    found = {one.fact for one in by_kind(conflicts(snap, definitions()), ASKED_TWICE)}
    assert "deal.champion_tested" not in found


BETA_SAYS = (
    "«deal.review_on=2026-05-01» «account.tier=A: the few that bring most of the revenue» «beta/seats=9»"
)


def test_words_of_a_called_tree_that_nobody_can_settle_are_not_said() -> None:
    walks = {("alpha", "ada"): {"way": "b"}, ("beta", "ben"): {}}
    shared: Facts = {"seats": number(9), "account.tier": "A", "deal.review_on": day("2026-05-01")}
    snap = group(walks, shared)
    assert [one.record.say for one in snap.walked] == [(), (BETA_SAYS,)]
    assert by_kind(conflicts(snap, definitions()), MESSAGE) == []


def test_a_walk_that_has_not_decided_says_what_its_nodes_say() -> None:
    walks: dict[tuple[str, str], dict[str, Value]] = {("epsilon", "ada"): {}, ("alpha", "ben"): {"way": "b"}}
    shared: Facts = {
        "gamma/size": number(1),
        "deal.review_on": day("2026-05-01"),
        "account.territory": "South",
    }
    snap = group(walks, shared)
    assert [one.record.status for one in snap.walked] == ["needs", "decided"]
    assert snap.walked[0].record.say == ()
    assert "«deal.review_on=2026-04-02»" in snap.walked[1].record.say
    assert by_kind(conflicts(snap, definitions()), MESSAGE) == [], (
        "the day on the list is not said by anybody"
    )
    assert [(one.key, one.text) for one in spoken(snap.walked[0].tree, snap.walked[0].record)] == [
        ("account.territory", "North")
    ]


def test_a_sensitive_value_can_be_shown_to_others() -> None:
    said = [told("ada", "alpha/salary", number(9), evidence="a slip"), told("ben", "alpha/salary", number(8))]
    (found,) = conflicts(group({}), definitions(), said)
    assert found.sensitive
    assert [side.value for side in found.sides] == ["EUR 9", "EUR 8"]
    assert [(side.value, side.evidence) for side in found.masked.sides] == [
        ("(hidden)", "(hidden)"),
        ("(hidden)", ""),
    ]
    (plainly,) = conflicts(
        group({}), definitions(), [told("ada", "deal.budget", "none"), told("ben", "deal.budget", "approved")]
    )
    assert plainly.masked is plainly


def test_hostile_text_stays_text() -> None:
    said = [told("ada", "alpha/aging", "a\x1b[2Jb\u202e", by="\x07Kim"), told("ben", "alpha/aging", "=cmd()")]
    (found,) = conflicts(group({}), definitions(), said)
    assert not re.search("[\x00-\x1f\u202e]", "".join(side.value + side.by for side in found.sides))
