"""The five ways of an escalation: what decides in each of them, and the stalled deals of a real pipeline.

Promises: each limit of the five ways holds on both of its sides, on records and over a list. Refuses: single
branches, which the trees' own cases prove.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest
from escalating import CASES, CDM, INFLUENCER, SHARED, TECHNICAL, USER, day, decided, ended

from abm_tree import Record
from abm_tree.cli import main
from abm_tree.feel import Date

PIPELINE = Path(__file__).resolve().parents[3] / "shared" / "data" / "maven_pipeline.csv"


# ---------------------------------------------------------------- stalled


def stalled(**facts: object) -> Record:
    base: dict[str, object] = {
        "deal.stage": "proposal",
        "deal.agreed_pause_until": None,
        "deal.next_step_on": None,
        "ask_next": "silent",
        "deal.opened_on": day("2025-12-10"),
        "account.segment": "smb",
    }
    return decided("stalled-deal", base | {key.replace("__", "."): value for key, value in facts.items()})


@pytest.mark.parametrize(
    ("segment", "silent", "comes_to"),
    [("smb", 7, "review"), ("smb", 8, "mail"), ("mid-market", 14, "review"), ("mid-market", 15, "mail"),
     ("enterprise", 30, "review"), ("enterprise", 31, "mail")],
)  # fmt: skip
def test_silence_counts_by_segment(segment: str, silent: int, comes_to: str) -> None:
    last = day("2026-03-02") - dt.timedelta(days=silent)
    record = stalled(account__segment=segment, deal__last_reply_on=last)
    assert record.status == "needs" and record.at == comes_to


def test_an_agreed_pause_is_no_stall() -> None:
    record = stalled(deal__agreed_pause_until=day("2026-06-01"), deal__opened_on=day("2024-01-01"))
    assert (record.outcome, record.verdict) == ("slow-by-design", "waiting")
    assert record.actions[0].due == "2026-06-01"


def test_the_mail_waits_forty_eight_hours() -> None:
    record = stalled(deal__last_reply_on=day("2026-01-12"), deal__mail_sent_on=day("2026-03-01"))
    assert record.status == "waits" and record.until.startswith("2026-03-03")


def test_status_quo_and_indecision_get_opposite_answers() -> None:
    mail = {
        "deal__last_reply_on": day("2026-01-12"),
        "deal__mail_sent_on": day("2026-02-20"),
        "deal__mail_answered": True,
    }
    content = stalled(**mail, stakeholder__role=CDM, money_now="fine")
    afraid = stalled(**mail, stakeholder__role=CDM, money_now="unsure")
    assert (content.outcome, afraid.outcome) == ("status-quo", "indecision")
    assert "cost of waiting" in content.actions[0].do and "cost of waiting" not in afraid.actions[0].do
    assert "exit clause" in afraid.actions[0].do and "exit clause" not in content.actions[0].do


@pytest.mark.skipif(not PIPELINE.is_file(), reason="../shared/data is not here")
def test_practice_35_stalled_deals_of_a_pipeline_are_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Maven: of 1,589 open deals in the stage Engaging, 1,291 are older than the oldest deal ever won."""
    out = tmp_path / "out.jsonl"
    where = ["--where", 'deal.stage = "discovery"', "--as-of", "2017-12-31"]
    done = main(["evaluate", "stalled-deal", str(PIPELINE), *where, "-o", str(out), "--summary", "none"])
    assert done == 0, capsys.readouterr().err
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert Counter(row["outcome"] for row in rows) == {"requalify": 1291, "look-up": 298}
    assert {row["status"] for row in rows} == {"decided"}


@pytest.mark.slow
@pytest.mark.skipif(not PIPELINE.is_file(), reason="../shared/data is not here")
def test_a_whole_pipeline_ends_sensibly(tmp_path: Path) -> None:
    """Closed deals are not open; those without a date (500 in Prospecting) are looked up."""
    out = tmp_path / "out.jsonl"
    assert (
        main(
            [
                "evaluate",
                "stalled-deal",
                str(PIPELINE),
                "--as-of",
                "2017-12-31",
                "-o",
                str(out),
                "--summary",
                "none",
            ]
        )
        == 0
    )
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert Counter(row["outcome"] for row in rows) == {"not-open": 6711, "requalify": 1291, "look-up": 798}


# ---------------------------------------------------------------- purchasing


@pytest.mark.parametrize(
    ("discount", "owner"),
    [
        (0.10, "rep"),
        (0.11, "manager"),
        (0.20, "manager"),
        (0.21, "executive"),
        (0.40, "executive"),
        (0.41, "deal-desk"),
    ],
)
def test_the_ladder_of_discounts(discount: float, owner: str) -> None:
    facts = SHARED["procurement"] | CASES["procurement"][1] | {"deal.discount": discount}
    record = ended("escalation", {"happened": "procurement", **facts})
    assert record.actions[0].owner == owner


@pytest.mark.parametrize("discount", [0.05, 0.15, 0.30, 0.60])
def test_no_discount_without_a_return(discount: float) -> None:
    facts = CASES["procurement"][1] | {"deal.discount": discount, "procurement/trade": "nothing"}
    assert ended("escalation", {"happened": "procurement", **facts}).outcome == "procurement/trade-first"


@pytest.mark.parametrize(
    ("days", "earliest"), [(30, "2026-04-01"), (45, "2026-04-16"), (90, "2026-05-31"), (None, "2026-05-31")]
)
def test_paperwork_moves_the_date_in_the_forecast(days: int | None, earliest: str) -> None:
    facts = {**CASES["procurement"][1], "procurement/block": "not-onboarded", "procurement/forms": "with-us"}
    facts |= {"deal.decision_on": day("2026-03-20"), "procurement/paper_days": days}
    unknown: tuple[str, ...] = ()
    if days is None:
        del facts["procurement/paper_days"]
        unknown = ("procurement/paper_days",)
    record = ended("escalation", {"happened": "procurement", **facts}, unknown)
    assert f"Move the date in the forecast: not before {earliest}" in [task.do for task in record.actions]


# ---------------------------------------------------------------- objections, champion, technology


def test_the_manager_joins_at_the_second_repeat() -> None:
    facts: dict[str, object] = {"stakeholder.role": USER, "category": "status-quo", "old_way": "skill"}
    joined = {
        times: [
            task.do
            for task in ended("objection", facts | {"repeats": times}).actions
            if task.owner == "manager"
        ]
        for times in (0, 1, 2, 3)
    }
    assert [len(joined[times]) for times in (0, 1, 2, 3)] == [0, 0, 1, 1]


def test_objections_that_are_not_theirs_go_to_whoever_decides() -> None:
    theirs = {CDM: "technical", TECHNICAL: "price", INFLUENCER: "budget", USER: "security"}
    for role, category in theirs.items():
        record = ended("objection", {"repeats": 0, "stakeholder.role": role, "category": category})
        assert record.outcome == "not-theirs", role


def test_a_champion_who_is_gone_starts_four_clocks() -> None:
    facts = {
        "account.renewal_on": None,
        "stakeholder.role": CDM,
        "money_hangs": "plan",
        "still_there": "gone",
        "roles_left": 3,
    }
    record = ended("champion-left", facts)
    assert record.outcome == "confirm-owner"
    assert [(task.owner, task.due) for task in record.actions] == [
        ("rep", "2026-03-03"),  # note and tell, today
        ("rep", "2026-03-04"),  # owner of the project: 48 hours
        ("rep", "2026-03-09"),  # the others: 5 workdays
        ("customer-success", "2026-04-01"),  # a second relation: 30 days
    ]
    assert ended("champion-left", facts | {"roles_left": 1}).outcome == "new-discovery"
    near = ended("champion-left", facts | {"account.renewal_on": day("2026-05-31")})
    assert (near.outcome, near.actions[0].owner) == ("executive-sponsor", "executive")
    known_before = ended("champion-left", facts | {"still_there": "leaving"})
    assert known_before.outcome == "handover"
    assert known_before.actions[1].due == "2026-03-16", "a successor within 14 days"


@pytest.mark.parametrize(
    ("amount", "outcome", "due"),
    [(59_999, "proof-short", "2026-03-16"), (60_000, "proof-long", "2026-03-30")],
)
def test_a_test_takes_two_weeks_or_four_and_begins_with_criteria(amount: int, outcome: str, due: str) -> None:
    facts: dict[str, object] = {"stakeholder.role": TECHNICAL, "gate": "doubt", "deal.amount": amount}
    facts |= {"criteria": "written", "trial_decided_on": day("2026-04-15")}
    record = ended("technical-no", facts)
    assert (record.outcome, record.actions[0].due) == (outcome, due)
    assert ended("technical-no", facts | {"criteria": "spoken"}).outcome == "criteria-first"
    assert ended("technical-no", facts | {"trial_decided_on": None}).outcome == "criteria-first"


def test_a_rule_without_a_date_stops_and_tells_product() -> None:
    record = ended("technical-no", {"stakeholder.role": TECHNICAL, "gate": "rule", "ready_on": None})
    assert (record.outcome, record.verdict) == ("stop-for-good", "stop")
    assert record.actions[0].do.startswith("Report the rule to product")
    dated = ended(
        "technical-no", {"stakeholder.role": TECHNICAL, "gate": "rule", "ready_on": day("2026-09-01")}
    )
    assert dated.outcome == "stop-until"
    assert [(one.fact, one.value) for one in dated.sets] == [("deal.review_on", Date(2026, 9, 1))]
