"""Coverage of a buying group: against the rules written down again here, and what can never happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.feel import Date, DateTime, Time
from abm_tree.group.coverage import Coverage, Proof, Rules, coverage
from abm_tree.group.people import Stakeholder
from abm_tree.tree.terms import ROLES

TODAY = date(2026, 11, 21)
AS_OF = DateTime(Date(2026, 11, 21), Time(10, 0, 0, 0, 0))
RULES = Rules(engaged_within=14)
INFLUENCE, INTEREST, ATTITUDE = "stakeholder.influence", "stakeholder.interest", "stakeholder.attitude"
ROLE, CONTACT = "stakeholder.role", "stakeholder.last_contact"
TESTS = "stakeholder.tests_passed"
WORST = ("green", "amber", "red")


def ago(days: int) -> Date:
    day = TODAY - timedelta(days=days)
    return Date(day.year, day.month, day.day)


def one(
    id: str, role: str | None = None, influence: int | None = 4, days: int | None = 3, **more: object
) -> Stakeholder:
    contacted = ago(days) if days is not None else None
    return Stakeholder(id, id.upper(), role=role, influence=influence, contacted_on=contacted, **more)  # type: ignore[arg-type]


def group(*people: Stakeholder, proof: Proof | None = None, rules: Rules = RULES) -> Coverage:
    return coverage(people, rules, AS_OF, proof=proof)


CDM, TECH, LISTENED, USER = ROLES
WHOLE = (
    one("a", CDM, 5, interest=5, attitude=1),
    one("b", TECH, 3),
    one("c", LISTENED, 4),
    one("d", USER, 3),
)


# ---------------------------------------------------------------- single cases


def test_everybody_reached_and_a_tested_champion_is_green() -> None:
    found = group(*WHOLE, proof=Proof(True, "recorded here", "opened the door to the board"))
    assert (found.light, found.single_threaded) == ("green", False)
    assert found.reasons == (
        "Every role is covered, several people are reached, and the champion has been tested.",
    )
    assert [one.state for one in found.roles] == ["covered"] * 4
    assert (found.champion.state, found.champion.people) == ("tested", WHOLE[:1])


@pytest.mark.parametrize(
    ("proof", "state", "words"),
    [
        (None, "test not known", "A: for us, and nobody has said whether that was tested."),
        (Proof(False), "not tested", "A: for us, and has not done enough yet that costs effort."),
    ],
)
def test_a_champion_is_tested_not_assumed(proof: Proof | None, state: str, words: str) -> None:
    found = group(*WHOLE, proof=proof)
    assert (found.light, found.champion.state) == ("amber", state)
    assert found.reasons == (f"No tested champion. {words}",)


def test_who_passed_enough_tests_is_the_champion_by_name() -> None:
    others = replace(WHOLE[2], interest=5, attitude=2)
    found = group(WHOLE[0], WHOLE[1], replace(others, tests_passed=2), WHOLE[3], proof=Proof(True))
    assert (found.champion.state, found.champion.reason) == ("tested", "C: tested.")
    one_of = group(WHOLE[0], WHOLE[1], others, WHOLE[3], proof=Proof(True))
    assert (one_of.light, one_of.champion.reason) == ("green", "Tested, one of these: A and C.")
    short = group(replace(WHOLE[0], tests_passed=1), *WHOLE[1:])
    assert (short.light, short.champion.state) == ("amber", "not tested")
    old = replace(WHOLE[0], tests_passed=4, stale=frozenset({TESTS}))
    assert group(old, *WHOLE[1:]).champion.state == "test not known"


@pytest.mark.parametrize("change", [{"attitude": 0}, {"interest": 3}, {"influence": 3}, {"attitude": None}])
def test_practice_38_who_lacks_weight_interest_or_good_will_is_no_champion(
    change: dict[str, int | None],
) -> None:
    found = group(replace(WHOLE[0], **change), *WHOLE[1:], proof=Proof(True))  # type: ignore[arg-type]
    assert (found.light, found.champion.state) == ("amber", "nobody")
    assert "not known by whom" in found.champion.reason


def test_practice_37_a_missing_decision_maker_is_red_and_another_missing_role_amber() -> None:
    without = group(*WHOLE[1:], replace(WHOLE[0], role=None, id="x"), proof=Proof(True))
    assert without.light == "red"
    assert without.reasons == ("Commercial decision maker missing: nobody has it.",)
    other = group(*WHOLE[:3], proof=Proof(True))
    assert (other.light, other.reasons) == ("amber", ("End user missing: nobody has it.",))


def test_one_person_of_enough_weight_who_is_reached_covers_a_role_unless_two_are_wanted() -> None:
    assert group(*WHOLE).of(TECH).state == "covered"
    two = group(*WHOLE, rules=replace(RULES, role_least=2)).of(TECH)
    assert (two.state, two.reasons) == ("thin", ("one person alone",))
    three = group(*WHOLE, one("e", TECH, 1), rules=replace(RULES, role_least=2)).of(TECH)
    assert three.reasons == ("only B can carry it, of 2 wanted", "E: influence below 3 of 5")


def test_practice_37_every_weakness_of_a_thin_role_is_named() -> None:
    found = group(one("a", TECH, 2, 15), one("b", TECH, None, None), one("c", TECH, 5, -1))
    assert found.of(TECH).reasons == (
        "A: influence below 3 of 5, no contact in 14 days",
        "B: influence not known, no contact known",
        "C: no contact until today",
    )
    alone = group(one("a", TECH, 2, 15)).of(TECH)
    assert alone.reasons == (
        "one person alone",
        "A: influence below 3 of 5, no contact in 14 days",
    )


@pytest.mark.parametrize(
    ("days", "reached"), [(0, True), (14, True), (15, False), (-1, False), (None, False)]
)
def test_reached_is_whom_we_spoke_with_within_the_cadence(days: int | None, reached: bool) -> None:
    found = group(one("a", CDM, 5, days), one("b", None, 1, 1))
    assert ([who.id for who in found.engaged] == ["a", "b"]) is reached
    assert found.single_threaded is not reached


def test_a_suggested_role_covers_nothing_until_it_is_confirmed() -> None:
    hinted = one("a", None, 5, suggested=CDM, sure="high")
    found = group(hinted, *WHOLE[1:], proof=Proof(True))
    assert (found.light, found.of(CDM).state) == ("red", "missing")
    assert found.of(CDM).reasons == ("nobody has it", "suggested: A, confirm")
    assert group(replace(hinted, role=CDM), *WHOLE[1:]).of(CDM).state == "covered"


def test_who_may_have_a_role_is_asked_where_the_title_says_little() -> None:
    unsure = one("a", None, 5, suggested=CDM, sure="low")
    assert group(unsure).of(CDM).reasons == ("nobody has it", "perhaps A: ask")


def test_what_is_too_old_helps_nobody() -> None:
    old = group(replace(WHOLE[0], stale=frozenset({ROLE})), *WHOLE[1:])
    assert old.of(CDM).reasons == ("nobody has it", "A had it too long ago to count: confirm")
    faded = group(replace(WHOLE[1], stale=frozenset({INFLUENCE}))).of(TECH)
    assert faded.reasons == ("one person alone", "B: influence too old to count")
    assert group(replace(WHOLE[0], stale=frozenset({ATTITUDE}))).champion.state == "nobody"


def test_purchasing_covers_no_role() -> None:
    found = group(replace(WHOLE[0], gatekeeper=True), *WHOLE[1:])
    assert found.of(CDM).reasons == ("nobody has it", "A: purchasing, which covers no role")


def test_an_account_without_people_is_red_and_says_so() -> None:
    found = group()
    assert (found.light, found.single_threaded) == ("red", True)
    assert "Nobody is reached: no contact within 14 days." in found.reasons


def test_the_shortest_cadence_is_said_where_the_segment_is_not_known() -> None:
    found = group(WHOLE[0], rules=replace(RULES, shortest=True))
    assert any("shortest cadence, as the segment is not known" in reason for reason in found.reasons)


# ---------------------------------------------------------------- against the rules, written again

PEOPLE = st.lists(
    st.builds(
        lambda role, influence, interest, attitude, days, stale, buys, hint, passed: Stakeholder(
            "",
            "N",
            role=role,
            influence=influence,
            interest=interest,
            attitude=attitude,
            contacted_on=None if days is None else ago(days),
            stale=frozenset(stale),
            gatekeeper=buys,
            suggested=hint,
            tests_passed=passed,
        ),
        st.sampled_from([None, *ROLES]),
        st.none() | st.integers(1, 5),
        st.none() | st.integers(1, 5),
        st.none() | st.integers(-2, 2),
        st.none() | st.integers(-3, 40),
        st.sets(st.sampled_from([ROLE, INFLUENCE, INTEREST, ATTITUDE, CONTACT, TESTS]), max_size=2),
        st.booleans(),
        st.sampled_from([None, *ROLES]),
        st.none() | st.integers(0, 4),
    ),
    max_size=9,
).map(lambda found: [replace(one, id=f"p{n}", name=f"P{n}") for n, one in enumerate(found)])
RULING = st.builds(
    Rules,
    engaged_within=st.integers(1, 30),
    engaged_least=st.integers(1, 3),
    role_least=st.integers(1, 2),
    influence_least=st.integers(1, 5),
    champion_attitude=st.integers(1, 2),
    tests_needed=st.integers(1, 3),
    high=st.integers(3, 5),
)
PROOF = st.sampled_from([None, Proof(True), Proof(False)])


def value(one: Stakeholder, fact: str, found: int | None) -> int:
    """What is known, else less than any rule wants."""
    return -99 if found is None or fact in one.stale else found


def reached(one: Stakeholder, rules: Rules) -> bool:
    if one.contacted_on is None or CONTACT in one.stale:
        return False
    day = one.contacted_on
    return timedelta(0) <= TODAY - date(day.year, day.month, day.day) <= timedelta(rules.engaged_within)


@given(PEOPLE, RULING, PROOF)
def test_the_light_is_what_the_rules_say(
    people: list[Stakeholder], rules: Rules, proof: Proof | None
) -> None:
    found = coverage(people, rules, AS_OF, proof=proof)
    states = {}
    for role in ROLES:
        those = [who for who in people if who.role == role and ROLE not in who.stale and not who.gatekeeper]
        carry = [
            who
            for who in those
            if value(who, INFLUENCE, who.influence) >= rules.influence_least and reached(who, rules)
        ]
        states[role] = "missing" if not those else "covered" if len(carry) >= rules.role_least else "thin"
        assert found.of(role).people == tuple(those)
        assert bool(found.of(role).reasons) == (states[role] != "covered")
    assert {one.role: one.state for one in found.roles} == states
    talked = [who for who in people if reached(who, rules)]
    assert found.engaged == tuple(talked)
    assert found.single_threaded == (len(talked) < rules.engaged_least)
    speaks = [
        who
        for who in people
        if value(who, INFLUENCE, who.influence) >= rules.high
        and value(who, INTEREST, who.interest) >= rules.high
        and value(who, ATTITUDE, who.attitude) >= rules.champion_attitude
    ]
    passed = [who for who in speaks if value(who, TESTS, who.tests_passed) >= rules.tests_needed]
    assert found.champion.people == tuple(passed or speaks)
    tested = bool(passed) or (bool(speaks) and proof is not None and proof.passed is True)
    assert (found.champion.state == "tested") == tested
    red = states[CDM] == "missing" or len(talked) < rules.engaged_least
    amber = not tested or any(state != "covered" for state in states.values())
    assert found.light == ("red" if red else "amber" if amber else "green")
    assert found.reasons and all(text.endswith(".") for text in found.reasons)


@given(PEOPLE, RULING, PROOF, st.sampled_from(ROLES), st.none() | st.integers(-2, 2))
def test_one_more_who_is_reached_and_carries_weight_never_makes_it_worse(
    people: list[Stakeholder], rules: Rules, proof: Proof | None, role: str, good: int | None
) -> None:
    before = coverage(people, rules, AS_OF, proof=proof)
    more = Stakeholder("new", "New", role=role, influence=5, interest=5, attitude=good, contacted_on=ago(0))
    after = coverage([*people, more], rules, AS_OF, proof=proof)
    assert WORST.index(after.light) <= WORST.index(before.light)
    order = ("covered", "thin", "missing")
    for was, now in zip(before.roles, after.roles, strict=True):
        assert order.index(now.state) <= order.index(was.state)
    assert after.of(role).state != "missing"


@given(PEOPLE, RULING, PROOF, st.randoms())
def test_the_order_of_people_moves_nothing(
    people: list[Stakeholder], rules: Rules, proof: Proof | None, chance: object
) -> None:
    mixed = list(people)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (coverage(found, rules, AS_OF, proof=proof) for found in (people, mixed))
    assert one.light == other.light
    assert [role.state for role in one.roles] == [role.state for role in other.roles]


@given(PEOPLE, RULING, PROOF)
def test_reasons_hold_no_sensitive_value(
    people: list[Stakeholder], rules: Rules, proof: Proof | None
) -> None:
    """Two groups that differ in values only on the same side of the rules get the same words."""
    found = coverage(people, rules, AS_OF, proof=proof)
    moved = [
        replace(
            who,
            influence=5 if (who.influence or 0) >= max(rules.influence_least, rules.high) else who.influence,
        )
        for who in people
    ]
    assert coverage(moved, rules, AS_OF, proof=proof).reasons == found.reasons
