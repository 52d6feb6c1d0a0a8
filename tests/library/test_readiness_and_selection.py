"""Readiness, selection of accounts and the daily check-in: each gate stops and names what is missing."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path

import pytest
from calls import Office, say
from selecting import (
    AS_OF,
    CHOSEN,
    CONTENT,
    DAY,
    FUNCTIONS,
    NONE,
    POSTS,
    SIGNED,
    abm,
    checked_in,
    decided,
    readiness,
    selected,
    shipped,
    some,
    tasks,
)

from abm_tree import Known, Unknown, advance, explain, moment
from abm_tree.tree.terms import OWNERS

# ---------------------------------------------------------------- 14: criteria


@pytest.mark.parametrize("lacking", some(POSTS))
@pytest.mark.parametrize("version", [0, None])
def test_practice_14_names_who_has_not_signed_the_criteria(
    lacking: tuple[str, ...], version: int | None
) -> None:
    missing = {f"workspace__signed_{who}": version for who in lacking}
    for record in (readiness(**missing), selected(**missing)):
        assert record.outcome == "agree-criteria"
        assert record.verdict == "not-ready"
        named = [task for task in record.actions if "signed by" in task.do]
        assert len(named) == len(lacking), "one task each"
        for who, words in POSTS.items():
            assert (words in tasks(record)) == (who in lacking)
            assert any(words in note for note in record.notes) == (who in lacking)


def test_practice_14_a_new_version_of_the_criteria_is_signed_anew(tmp_path: Path) -> None:
    settings = "[parameters]\nshared = { criteria_version = 2 }\n"
    tree = shipped("account-selection", settings, tmp_path / "two")
    record = decided(tree, CHOSEN, workspace__signed_cmo=2, workspace__signed_cro=1)
    assert record.outcome == "agree-criteria"
    assert "Get version 2 of the criteria signed" in tasks(record)
    assert "(CMO)" not in tasks(record), "who has signed the new one is left alone"
    assert "(CRO)" in tasks(record)
    assert decided(tree, CHOSEN, **{key.replace(".", "__"): 2 for key in SIGNED}).outcome == "in-pilot"
    assert selected().outcome == "in-pilot", "under the first version the first signatures count"


# ---------------------------------------------------------------- 15: the list


@pytest.mark.parametrize("lacking", some(FUNCTIONS))
@pytest.mark.parametrize("vote", [NONE, None])
def test_practice_15_names_the_function_that_has_not_voted(
    lacking: tuple[str, ...], vote: str | None
) -> None:
    record = selected(**{f"vote_{who}": vote for who in lacking})
    assert record.outcome == "hold-joint-meeting"
    assert all((FUNCTIONS[who] in record.notes[-1]) == (who in lacking) for who in FUNCTIONS)
    invited = {
        task.do.removeprefix("Invite ").split(" to vote")[0] for task in record.actions if "Invite" in task.do
    }
    assert invited == {FUNCTIONS[who] for who in lacking}


@pytest.mark.parametrize("against", some(FUNCTIONS))
def test_practice_15_any_no_is_discussed_before_an_executive_is_asked(against: tuple[str, ...]) -> None:
    record = selected(**{f"vote_{who}": "no" for who in against})
    assert record.outcome == "discuss"
    assert len(record.actions) == len(against)
    assert all(f"from {FUNCTIONS[who]} why not" in tasks(record) for who in against)
    waiting = selected(**{f"vote_{who}": "no" for who in against}, executive_approval=None)
    assert waiting.outcome == "discuss", "executives sign what the three have agreed on"


@pytest.mark.parametrize("approval", ["pending", "not-sent", None])
def test_practice_15_executives_sign_after_the_three_votes(approval: str | None) -> None:
    assert selected(executive_approval=approval).outcome == "send-for-signature"
    assert selected(executive_approval="declined").outcome == "declined"
    assert selected(executive_approval="approved").outcome == "in-pilot"


@pytest.mark.parametrize("lacking", some(FUNCTIONS))
def test_practice_15_the_list_is_built_by_three_and_signed(lacking: tuple[str, ...]) -> None:
    record = readiness(**{f"list_{who}": False for who in lacking})
    assert record.outcome == "build-list"
    invited = {
        task.do.removeprefix("Invite ").split(" to build")[0]
        for task in record.actions
        if "Invite" in task.do
    }
    assert invited == {FUNCTIONS[who] for who in lacking}
    for answer in ("some", "waiting", "not-sent", None):
        assert readiness(list_signed=answer).outcome == "get-signature"


# ---------------------------------------------------------------- 16: pilot


def test_practice_16_no_further_account_before_the_pilots_result_is_recorded() -> None:
    for lessons in (NONE, None):
        assert selected(workspace__pilot="worked", workspace__pilot_lessons=lessons).outcome == "record-pilot"
        assert readiness(workspace__pilot_lessons=lessons).outcome == "record-pilot"
    lessons = "Their own figures carry"
    assert selected(workspace__pilot="worked", workspace__pilot_lessons=lessons).outcome == "roll-out"
    assert readiness().outcome == "ready"
    # However good an account is, while the pilot is not over there are three places and no roll-out.
    for pilot in ("not-begun", "running", "adjust", None):
        for place, outcome in ((1, "in-pilot"), (3, "in-pilot"), (4, "wait-list"), (40, "wait-list")):
            assert selected(workspace__pilot=pilot, book__pilot_place=place).outcome == outcome
    assert selected(workspace__pilot="failed").outcome == "no-roll-out"
    assert readiness(workspace__pilot="not-begun").outcome == "start-pilot"
    assert "2 or 3 accounts" in tasks(readiness(workspace__pilot="not-begun"))


def test_practice_16_without_a_list_the_walk_asks_for_a_place() -> None:
    alone = {"book__pilot_place": None}
    facts: dict[str, Known | Unknown] = {}
    tree = shipped("account-selection")
    for key, value in CHOSEN.items():
        if key != "book.pilot_place":
            dated = tree.facts[key].type == "date"
            facts[key] = Known(moment(value).date if dated else value)  # type: ignore[union-attr]
    record = advance(tree, facts, AS_OF)  # type: ignore[arg-type]
    assert record.needs is not None
    assert record.needs.fact == "in_pilot"
    assert selected(**alone, in_pilot=True).outcome == "in-pilot"
    assert selected(**alone, in_pilot=False, place_free=True).outcome == "in-pilot"
    for free in (False, None):
        assert selected(**alone, in_pilot=False, place_free=free).outcome == "wait-list"


def test_practice_16_one_account_alone_is_no_pilot() -> None:
    assert "Bring a second account" in tasks(selected(book__pilot_candidates=1))
    assert "Bring a second account" not in tasks(selected(book__pilot_candidates=2))


# ---------------------------------------------------------------- 17: content


@pytest.mark.parametrize("lacking", some(CONTENT))
def test_practice_17_a_piece_without_maker_or_date_is_not_complete(lacking: tuple[str, ...]) -> None:
    record = selected(**dict.fromkeys(lacking))
    words = {
        "message_maker": "who writes the page",
        "message_due": "by when the page",
        "proof_maker": "who puts the proof",
        "proof_due": "by when the proof",
    }
    assert record.outcome == "plan-content"
    assert len(record.actions) == len(lacking)
    assert all((text in tasks(record)) == (key in lacking) for key, text in words.items())


def test_practice_17_makers_and_dates_stand_in_the_plan() -> None:
    found = {task.do: task.due for task in selected().actions}
    assert found["Have the page on their problem ready (Anna)"] == "2026-03-20"
    assert found["Have the proof ready (Ben)"] == "2026-03-27"
    assert selected(message_due="2026-03-01").outcome == "plan-content", "a date that has passed is none"
    gaps = readiness(content_maker=False, content_date=None)
    assert gaps.outcome == "settle-content"
    assert [task.do for task in gaps.actions] == [
        "Settle who makes each piece, by name",
        "Settle by when each piece is ready",
    ]


# ---------------------------------------------------------------- 18: check-in

ANSWERS = {
    "problem": ("Nobody may call before the fair", "manager"),
    "tool": ("Access to the portal", "manager"),
    "data_gap": ("The buyer at N-12", "marketing"),
    "inconsistency": ("Two prices in two mails", "rep"),
    "left_over": ("The page for N-12", "manager"),
}


@pytest.mark.parametrize("reported", some({key: words for key, (words, _) in ANSWERS.items()}))
def test_practice_18_what_is_reported_gets_an_owner_and_a_day(reported: tuple[str, ...]) -> None:
    record = checked_in(**{key: ANSWERS[key][0] for key in reported})
    assert record.outcome == "adjust"
    for key, (words, owner) in ANSWERS.items():
        mine = [task for task in record.actions if words in task.do]
        assert [task.owner for task in mine] == ([owner] if key in reported else [])
        assert all(task.due > DAY and task.fallback for task in mine)
    last = record.actions[-1]
    assert "ask the same questions tomorrow" in last.do
    assert (last.every, record.revisit) == ("P1D", "2026-03-03")


def test_practice_18_asks_four_questions_whatever_the_first_answers_are() -> None:
    tree = shipped("check-in")
    asked: list[str] = []
    facts: dict[str, Known | Unknown] = {}
    while True:
        record = advance(tree, facts, AS_OF)  # type: ignore[arg-type]
        if record.needs is None:
            break
        asked.append(record.needs.fact)
        facts[record.needs.fact] = Known("Something") if len(asked) == 1 else Known(None)
    assert asked == ["left_over", "problem", "tool", "data_gap", "inconsistency"]
    assert record.outcome == "adjust"


def test_practice_18_nothing_to_report_and_nobody_there_are_two_things() -> None:
    assert checked_in().outcome == "nothing"
    assert checked_in().revisit == "2026-03-03"
    silent = checked_in(tool=None)
    assert silent.outcome == "ask-round"
    assert "which tool was missing" in tasks(silent)
    # After the first weeks a day without trouble ends the daily round; one with trouble does not.
    assert checked_in("2026-03-23").outcome == "nothing"
    assert checked_in("2026-03-24").outcome == "nothing-weekly"
    assert checked_in("2026-03-24", problem="Our contact has left").outcome == "adjust"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A workspace folder without trees of its own; this process stands in it, on a Monday."""
    found = Office(tmp_path / "office")
    found.write("abm-tree.toml", 'timezone = "UTC"\nname = "Kim"\n')
    monkeypatch.chdir(found.folder)
    monkeypatch.setenv("ABM_TREE_NOW", f"{DAY}T09:00:00Z")
    return found


def test_practice_18_each_day_is_a_line_of_the_journal(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = abm(
        "walk", "check-in", "--plain", typed="nothing\nNobody may call\nnothing\nthe buyer\nnothing\n"
    )
    assert "Adjust today, and repeat tomorrow" in first
    monkeypatch.setenv("ABM_TREE_NOW", "2026-03-03T09:00:00Z")
    # The next day every question is asked anew: yesterday's answers are yesterday's.
    second = abm(
        "walk", "check-in", "--plain", typed="nothing\nnothing\nnothing\nnothing\nnothing\n2026-03-02\n"
    )
    assert "Nothing to report: meet again tomorrow" in second

    listed = [line for line in abm("journal", "list", "--all").splitlines() if "Daily check-in" in line]
    assert len(listed) == 2
    events = [json.loads(line) for line in abm("journal", "export").splitlines()]
    ended = [one for one in events if one["kind"] == "finished"]
    assert [(one["at"][:10], one["body"]["outcome"]) for one in ended] == [
        ("2026-03-02", "adjust"),
        ("2026-03-03", "nothing"),
    ]
    said = [
        (one["at"][:10], one["fact"], one["personal"].get("value"))
        for one in events
        if one["kind"] == "answered" and one["fact"] in ANSWERS
    ]
    assert len(said) == 10
    assert [(day, fact, value) for day, fact, value in said if value is not None] == [
        ("2026-03-02", "problem", "Nobody may call"),
        ("2026-03-02", "data_gap", "the buyer"),
    ]


def test_practice_14_what_is_said_about_ourselves_is_asked_once(office: Office) -> None:
    walk = office.open().start("account-selection")
    say(walk, "1", "1", "1", "2", "2", "2")
    assert walk.record.outcome == "not-now"
    again = office.open().start("account-selection")
    assert again.question is not None
    assert again.question.key == "revenue_potential", "the three signatures are known from the first account"
    ready = office.open().start("abm-readiness")
    say(ready, "yes, and has hours for it in the calendar")
    assert ready.question is not None
    assert ready.question.key == "list_marketing"


# ---------------------------------------------------------------- 19: real pain


def test_practice_19_nothing_personal_without_the_accounts_own_problem() -> None:
    tree = shipped("account-selection")
    for pilot, place, lessons in itertools.product(
        ("not-begun", "running", "adjust", "worked", "failed", None),
        (1, 4, None),
        ("Figures carry", NONE, None),
    ):
        changes = {"workspace__pilot": pilot, "book__pilot_place": place, "workspace__pilot_lessons": lessons}
        assert selected(**changes, account__pain=None).outcome == "research-pain"
        assert selected(**changes).outcome != "research-pain"
    told = selected()
    assert any("Our month-end takes nine days" in note for note in told.notes)
    assert "one sentence in their own words" in tasks(selected(account__pain=None))
    asked = advance(tree, {}, AS_OF)  # type: ignore[arg-type]
    assert asked.outcome == ""


# ---------------------------------------------------------------- 21: three scores, two axes


def test_practice_21_the_explanation_shows_what_each_score_contributes() -> None:
    record = selected()
    told = "\n".join(explain(record, shipped("account-selection")))
    assert "score worth is 80 (revenue potential +32, strategic importance +18, expected return +30)" in told
    assert "`>= worth_a_vote` (worth_a_vote = 60) holds" in told
    assert "score strong is 2 (revenue potential +1, expected return +1)" in told


def test_practice_21_weights_are_parts_of_one_hundred(tmp_path: Path) -> None:
    weights = "weight_potential = 6, weight_strategic = 3, weight_return = 1"
    settings = f"[parameters]\naccount-selection = {{ {weights} }}\n"
    tree = shipped("account-selection", settings, tmp_path / "weights")
    best = decided(tree, CHOSEN, revenue_potential=5, strategic_importance=5, expected_return=4)
    sums = {total.score: total for step in best.trail for total in step.sums}
    assert sums["score.strong"].low == sums["score.strong"].high == 3
    record = decided(tree, CHOSEN, revenue_potential=2, strategic_importance=5, expected_return=5)
    total = next(one for step in record.trail for one in step.sums if one.score == "score.worth")
    assert {rule.rule: rule.low for rule in total.rules} == {
        "revenue potential": 24,
        "strategic importance": 30,
        "expected return": 10,
    }


def test_practice_21_any_strong_score_is_enough_where_a_team_says_so(tmp_path: Path) -> None:
    great_name = {"revenue_potential": 1, "strategic_importance": 5, "expected_return": 1}
    assert selected(**great_name).outcome == "not-now"
    settings = "[parameters]\naccount-selection = { strong_needed = 1 }\n"
    tree = shipped("account-selection", settings, tmp_path / "any")
    for strong in great_name:
        one = dict.fromkeys(great_name, 1) | {strong: 4}
        assert decided(tree, CHOSEN, **one).outcome == "in-pilot"
    assert decided(tree, CHOSEN, **dict.fromkeys(great_name, 2)).outcome == "not-now"


@pytest.mark.parametrize("fit", [0, 69, 69.9, 70, 100, None])
@pytest.mark.parametrize("ready", [0, 59, 59.9, 60, 100, None])
def test_practice_21_fit_and_readiness_are_two_answers_with_four_plays(
    fit: float | None, ready: float | None
) -> None:
    record = selected(account__fit=fit, account__readiness=ready)
    plays = {
        (True, True): "in-pilot",
        (True, False): "warm-up",
        (False, True): "fast-sale",
        (False, False): "remarketing",
    }
    if fit is None or ready is None:
        assert record.outcome == "measure-first"
    else:
        assert record.outcome == plays[fit >= 70, ready >= 60]


def test_practice_21_one_figure_is_shown_and_decides_nothing() -> None:
    # The same figure of 74, and two plays.
    sale = selected(account__fit=50, account__readiness=90)
    warm = selected(account__fit=97, account__readiness=59)
    assert (sale.outcome, warm.outcome) == ("fast-sale", "warm-up")
    assert any("74 of 100, from fit 50 and readiness 90" in note for note in sale.notes)
    assert any("74 of 100, from fit 97 and readiness 59" in note for note in warm.notes)
    read = {one.fact for step in sale.trail for one in step.read}
    assert {"account.fit", "account.readiness"} <= read


# ---------------------------------------------------------------- 23: alignment


@pytest.mark.parametrize("tree", ["abm-readiness", "account-selection", "check-in"])
def test_practice_23_every_action_has_an_owning_function_and_a_day(tree: str) -> None:
    found = shipped(tree)
    for outcome in found.outcomes.values():
        assert outcome.actions, outcome.id
        for action in outcome.actions:
            assert action.owner in OWNERS, outcome.id
            assert action.within is not None or action.due is not None, outcome.id
        assert any(action.fallback is not None for action in outcome.actions), outcome.id


def test_practice_23_marketing_sales_and_success_share_the_work_of_one_account() -> None:
    by_owner = Counter(task.owner for task in selected().actions)
    assert set(by_owner) == {"marketing", "rep", "manager"}
    fallbacks = {task.fallback["owner"] for task in selected().actions if task.fallback}
    assert "customer-success" in fallbacks
