"""First call, deal review, existing or new, lead scoring: what each asks, stops at and comes to."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from qualifying import (
    CALL,
    DAY,
    ELEMENTS,
    REVIEW,
    called,
    decided,
    reviewed,
    shipped,
    tasks,
    total,
)

from abm_tree import Known, advance, moment
from abm_tree.feel import string
from abm_tree.tree.facts import claims
from abm_tree.tree.parts import Node, Outcome, Parameter
from abm_tree.tree.terms import ROLES

AUTHORITY = ("executive", "vice-president", "director", "manager", "staff")

# ---------------------------------------------------------------- 34: BANT


def test_practice_34_need_is_the_only_answer_that_ends_a_first_call() -> None:
    assert called(deal__need=1).outcome == "disqualified"
    worst = itertools.product((2, None), ("none", None), AUTHORITY, ("2026-03-05", "2027-03-05", None))
    for need, budget, authority, day in worst:
        record = called(
            deal__need=need,
            deal__budget=budget,
            deal__authority=authority,
            deal__decision_on=day,
            account__employees=3,
            account__industry="apparel",
        )
        assert record.status == "decided"
        assert record.verdict != "disqualified", (need, budget, authority, day)


GAPS = ("deal.need", "deal.budget", "deal.procurement", "deal.competitor")


@pytest.mark.parametrize("gap", GAPS)
def test_practice_34_one_unknown_asks_first_and_each_role_in_its_own_words(gap: str) -> None:
    asked = []
    for role in (*ROLES, None):
        record = called(**{gap: None, "stakeholder.role": role})
        assert record.outcome == "discover-first"
        first, *others = record.actions
        assert first.owner == "rep"
        assert first.due == "2026-03-09"
        assert first.fallback["do"]
        assert len(others) == (role is None), "a task for the gap, and one for a role that nobody knows"
        asked.append(first.do)
    assert len(set(asked)) == 5, "four roles, and words for a person without one"


GRADES = [
    ({}, 20, "hot"),
    ({"deal__need": 4}, 19, "warm"),
    ({"deal__need": 4, "deal__budget": "none"}, 15, "warm"),
    ({"deal__need": 3, "deal__budget": "none"}, 14, "short-call"),
    ({"deal__need": 3, "deal__budget": "none", "deal__authority": "staff"}, 12, "short-call"),
    ({"deal__need": 2, "deal__budget": "none", "deal__authority": "staff"}, 11, "nurture"),
    (
        {
            "deal__need": 2,
            "deal__budget": "none",
            "deal__authority": "staff",
            "account__employees": 99,
            "account__industry": "apparel",
        },
        *(8, "nurture"),
    ),
    (
        {
            "deal__need": 2,
            "deal__budget": "none",
            "deal__authority": "staff",
            "account__employees": 19,
            "account__industry": "apparel",
        },
        *(7, "recycle"),
    ),
]


@pytest.mark.parametrize(("changes", "points", "grade"), GRADES)
def test_practice_34_points_grade_the_call_at_20_15_12_and_8(
    changes: dict[str, Any], points: int, grade: str
) -> None:
    record = called(**changes)
    assert total(record, "bant") == points
    assert record.outcome == grade


def test_a_hot_call_is_shown_within_48_hours() -> None:
    record = called()
    assert record.actions[0].due.startswith("2026-03-04")
    assert "Book half an hour" in record.actions[0].do


@pytest.mark.parametrize("authority", [*AUTHORITY, None])
@pytest.mark.parametrize("amount", [50_000, 50_001, None])
def test_above_50000_somebody_has_to_reach_a_vice_president(
    authority: str | None, amount: int | None
) -> None:
    record = called(deal__authority=authority, deal__amount=amount, deal__need=4)
    reach = [task for task in record.actions if "Reach a vice president" in task.do]
    low = authority in ("director", "manager", "staff", None)
    assert len(reach) == (low and amount != 50_000)
    if reach:
        assert bool(reach[0].check) == (amount is None), "where nobody knows the size, somebody has to look"
        assert reach[0].fallback["owner"] == "executive"


def test_the_size_is_asked_only_where_nobody_of_rank_has_spoken() -> None:
    assert called(deal__authority="vice-president", deal__amount=...).status == "decided"
    record = called(deal__authority="director", deal__amount=...)
    assert record.needs is not None
    assert record.needs.fact == "deal.amount"


def test_a_late_decision_gets_a_day_in_the_calendar() -> None:
    assert called(deal__decision_on="2026-05-31").outcome != "later"
    record = called(deal__decision_on="2026-09-01")
    assert record.outcome == "later"
    assert [task.due for task in record.actions][:1] == ["2026-06-03"], "90 days before they decide"
    assert {one.fact: string(one.value) for one in record.sets} == {"deal.review_on": "2026-06-03"}
    assert called(deal__decision_on="2026-03-01").outcome == "short-call"


REASONS = [
    ({"deal__need": 2}, "small-need", "QUAL-02"),
    ({"deal__need": 3, "deal__authority": "staff"}, "no-backer", "QUAL-04"),
    ({"deal__need": 3, "deal__authority": "manager"}, "no-money", "QUAL-03"),
]


@pytest.mark.parametrize(("changes", "reason", "code"), REASONS)
def test_what_goes_back_carries_a_reason_code(changes: dict[str, Any], reason: str, code: str) -> None:
    poor = {
        "deal__budget": "none",
        "deal__decision_on": "2026-05-20",
        "account__employees": 3,
        "account__industry": "apparel",
    }
    record = called(**(poor | changes))
    assert record.outcome == "recycle"
    assert [one.value for one in record.sets if one.fact == "deal.recycle_reason"] == [reason]
    assert code in record.actions[0].do


def test_the_first_call_is_the_short_version_and_its_answers_count_in_the_long_one() -> None:
    short, long = shipped("qualify-bant"), shipped("lead-qualification")
    questions = {key for key, fact in short.facts.items() if fact.ask is not None}
    assert "lead-qualification" in (short.about or "")
    assert len(questions) <= 10
    assert questions < {key for key, fact in long.facts.items() if fact.ask is not None}
    facts: dict[str, Any] = {
        key: Known(moment(value).date) if key == "deal.decision_on" else Known(value)  # type: ignore[union-attr]
        for key, value in CALL.items()
    }
    record = advance(long, facts, moment(DAY))  # type: ignore[arg-type]
    asked = record.needs.fact if record.needs is not None else ""
    assert asked == "payback", "after a first call the long tree goes straight to the role's own question"


def test_the_grades_are_a_managers_to_tune(tmp_path: Path) -> None:
    (tmp_path / "abm-tree.toml").write_text("[parameters]\nqualify-bant = { hot = 21 }\n", encoding="utf-8")
    assert decided("qualify-bant", CALL, tmp_path).outcome == "warm"
    assert called().outcome == "hot"


# ---------------------------------------------------------------- 34: MEDDPICC


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("quoted", [True, False])
def test_practice_34_a_grade_above_6_counts_6_until_it_is_quoted(element: str, quoted: bool) -> None:
    record = reviewed(unquoted=() if quoted else (element,), **{"deal.stage": "discovery", element: 9})
    assert total(record, "health") == 7 * 8 + (9 if quoted else 6)
    words = shipped("qualify-meddpicc").facts[element].title.lower()
    assert (f"Get their own words on {words}" in tasks(record)) == (not quoted)


def test_the_cap_is_the_parameter_and_only_what_is_above_it_needs_a_quote() -> None:
    tree = shipped("qualify-meddpicc")
    parameter = tree.names["unproven"]
    assert isinstance(parameter, Parameter)
    for element in ELEMENTS:
        fact = tree.facts[element]
        assert fact.evidence is not None
        assert fact.evidence.cap == parameter.value
        assert [grade for grade in range(11) if claims(fact, Decimal(grade))] == [7, 8, 9, 10]
    record = reviewed(unquoted=ELEMENTS, **dict.fromkeys(ELEMENTS, 6), deal__stage="discovery")
    assert record.status == "decided"
    assert total(record, "health") == 48


@pytest.mark.parametrize("element", ["pain", "champion", "decision_criteria"])
@pytest.mark.parametrize("stage", ["discovery", "evaluation", "proposal"])
def test_from_the_comparison_on_pain_champion_and_criteria_stand_at_5(element: str, stage: str) -> None:
    held = stage != "discovery"
    for grade in (4, None):
        record = reviewed(**{element: grade, "deal.stage": stage})
        assert (record.outcome == "hold-middle") == held
        if held:
            assert [task.owner for task in record.actions][:1] in (["rep"], ["solution-engineer"])
            assert len([task for task in record.actions if task.outcome == "hold-middle"]) == 1
    assert reviewed(**{element: 5, "deal.stage": stage}).outcome != "hold-middle"


@pytest.mark.parametrize("element", ["economic_buyer", "decision_process", "paper_process"])
@pytest.mark.parametrize("stage", ["evaluation", "proposal", "negotiation"])
def test_with_an_offer_out_buyer_process_and_papers_stand_at_7(element: str, stage: str) -> None:
    held = stage != "evaluation"
    for grade, unquoted in ((6, ()), (None, ()), (9, (element,))):
        record = reviewed(unquoted=unquoted, **{element: grade, "deal.stage": stage})
        assert (record.outcome == "hold-late") == held, (grade, unquoted)
    assert reviewed(**{element: 7, "deal.stage": stage}).outcome == "qualified-work-gaps"


@pytest.mark.parametrize("stage", ["prospecting", "discovery", "evaluation", "proposal", "negotiation"])
def test_red_metrics_with_an_offer_out_are_a_high_risk(stage: str) -> None:
    for grade in (4, None):
        record = reviewed(metrics=grade, deal__stage=stage)
        assert (record.outcome == "high-risk") == (stage in ("proposal", "negotiation"))
    assert reviewed(metrics=5, deal__stage=stage).outcome != "high-risk"


BANDS = [
    (32, "at-risk"),
    (33, "still-developing"),
    (48, "still-developing"),
    (49, "qualified-work-gaps"),
    (64, "qualified-work-gaps"),
    (65, "well-qualified"),
    (80, "well-qualified"),
]


@pytest.mark.parametrize(("points", "band"), BANDS)
def test_the_sum_of_eight_falls_into_its_band(points: int, band: str) -> None:
    each, rest = divmod(points, 8)
    grades = {element: each + (at < rest) for at, element in enumerate(ELEMENTS)}
    record = reviewed(**grades, deal__stage="discovery")
    assert total(record, "health") == points
    assert record.outcome == band


@pytest.mark.parametrize("element", ELEMENTS)
def test_practice_34_the_weakest_element_is_named_with_whom_to_ask(element: str) -> None:
    tree = shipped("qualify-meddpicc")
    fives = dict.fromkeys(ELEMENTS, 5)
    for grade in (2, None):
        record = reviewed(**(fives | {element: grade}), deal__stage="discovery")
        assert record.outcome == "still-developing"
        weakest = [task.do for task in record.actions if task.do.startswith("Weakest: ")]
        assert len(weakest) == 1
        assert weakest[0].startswith(f"Weakest: {tree.facts[element].title.lower()}. Ask ")
    assert "Weakest" not in tasks(reviewed()), "nothing is weak where all stand at 8"


def test_what_nobody_knows_is_not_counted_as_nothing() -> None:
    gaps = dict.fromkeys(ELEMENTS[4:])
    record = reviewed(**gaps, deal__stage="discovery")
    assert record.outcome == "fill-gaps"
    assert len([task for task in record.actions if task.outcome == "fill-gaps" and not task.check]) >= 4
    low = reviewed(**dict.fromkeys(ELEMENTS, 2), deal__stage="discovery")
    assert (
        reviewed(**(dict.fromkeys(ELEMENTS, 2) | {"pain": None}), deal__stage="discovery").outcome
        == low.outcome
    )


@pytest.mark.parametrize("name", ["qualify-bant", "qualify-meddpicc"])
def test_every_question_and_every_end_has_words_of_its_own_for_each_role(name: str) -> None:
    tree = shipped(name)
    parts: list[Node | Outcome] = [*tree.nodes.values(), *tree.outcomes.values()]
    worded = [part for part in parts if part.say]
    assert len(worded) >= 12
    for part in worded:
        words = [str(part.say[role].pieces) for role in ROLES]
        assert len(set(words)) == 4, f"{part.id}: two roles hear the same"
        for one, other in itertools.combinations(words, 2):
            same = set(one.lower().split()) & set(other.lower().split())
            share = len(same) / min(len(set(one.split())), len(set(other.split())))
            assert share < 0.75, f"{part.id}: {one} and {other} differ in a word or two"


# ---------------------------------------------------------------- what all four promise

TREES = ("qualify-bant", "qualify-meddpicc", "qualify-existing-or-new", "lead-scoring")


@pytest.mark.parametrize("name", TREES)
def test_every_end_has_an_owner_a_time_and_a_way_out(name: str) -> None:
    tree = shipped(name)
    for outcome in tree.outcomes.values():
        assert outcome.verdict
        assert outcome.note
        assert outcome.actions
    for action in (*tree.actions, *(one for outcome in tree.outcomes.values() for one in outcome.actions)):
        assert action.owner
        assert action.within or action.due or action.every, action
        assert action.fallback or action.every, action


@pytest.mark.parametrize("name", TREES)
def test_every_number_says_where_it_is_from(name: str) -> None:
    parameters = [one for one in shipped(name).names.values() if isinstance(one, Parameter)]
    assert parameters
    for parameter in parameters:
        assert parameter.kind in ("seed", "published", "data", "judgement")
        assert parameter.source


def test_the_deal_under_review_stands_as_its_facts_say() -> None:
    assert reviewed().outcome == "qualified-work-gaps"
    assert set(REVIEW) == {
        key for key, fact in shipped("qualify-meddpicc").facts.items() if fact.ask is not None
    }
