"""Lead scoring: two scores that both count, what speaks against a lead, and what grows old."""

from __future__ import annotations

import csv
import io
import itertools
import tomllib
from pathlib import Path

import pytest
from qualifying import DAY, LEAD, abm, decided, scored, shipped, total

from abm_tree import Known, advance, moment
from abm_tree.source.folders import library
from abm_tree.tree.parts import Score, Tree

# ---------------------------------------------------------------- 34 and 1: lead scoring


def rules(tree: Tree, name: str) -> list[tuple[str, float, float]]:
    """Title and bounds of each rule of a score."""
    score = tree.names[f"score.{name}"]
    assert isinstance(score, Score)
    return [(rule.text, float(rule.low), float(rule.high)) for rule in score.rules]


def test_practice_34_neither_fit_nor_engagement_alone_reaches_the_lowest_line() -> None:
    perfect = {
        "account__employees": 5000,
        "account__annual_revenue": 900_000_000,
        "stakeholder__seniority": "c-level",
    }
    lively = {"asked": True, "web_visits": 9, "touches": 9, "days_silent": 0, "motion": "product-led"}
    record = scored(**perfect, **lively)
    assert record.outcome == "pass-on"
    fit, engagement = total(record, "fit"), total(record, "engagement")
    assert (fit, engagement) == (46, 50)
    assert max(fit, engagement) < 60
    asleep = {"sign": "nothing", "web_visits": 0, "touches": 0, "days_silent": 0, "motion": "product-led"}
    assert scored(**perfect, **asleep).outcome == "warm-up"
    misfit = {"account__employees": 5, "account__annual_revenue": 90_000, "market": "none"}
    assert (
        scored(**misfit, stakeholder__seniority="staff", department="other", **lively).outcome
        == "short-answer"
    )


def test_the_sum_has_the_rules_of_both_scores() -> None:
    file = tomllib.loads((library() / "trees" / "lead-scoring.toml").read_text(encoding="utf-8"))["scores"]
    assert file["total"]["points"] == file["fit"]["points"] + file["engagement"]["points"]
    tree = shipped("lead-scoring")
    assert rules(tree, "total") == rules(tree, "fit") + rules(tree, "engagement")


@pytest.mark.parametrize(
    ("days", "left"), [(0, 30), (6, 30), (7, 25), (14, 20), (21, 15), (28, 10), (89, 10), (90, -5)]
)
def test_engagement_grows_old_week_by_week(days: int, left: int) -> None:
    aged = {"touches": 0, "days_silent": days}
    assert total(scored(**aged), "engagement") == left
    asked = total(scored(**aged, asked=True), "engagement")
    assert asked == (40 if days < 90 else 25), "a request keeps its points until it is 90 days old"


def test_the_date_of_the_last_contact_stands_in_for_the_days() -> None:
    for days, day in ((6, "2026-02-24"), (7, "2026-02-23"), (28, "2026-02-02"), (90, "2025-12-02")):
        by_date = scored(touches=0, days_silent=None, stakeholder__last_contact=day)
        assert total(by_date, "engagement") == total(scored(touches=0, days_silent=days), "engagement"), days


AGAINST = {
    "competitor": ({"against": "rival"}, {"email": "kim@Rival.example"}, "rival"),
    "student": ({"against": "learner"}, {"email": "kim@campus.edu"}, "short-answer"),
    "student elsewhere": ({"against": "learner"}, {"email": "kim@campus.ac.uk"}, "short-answer"),
    "intern": ({"against": "learner"}, {"job_title": "Intern, Marketing"}, "short-answer"),
    "private address, fair fit": ({"against": "private"}, {"email": "kim@gmail.com"}, "short-answer"),
    "nothing": (
        {"against": "none"},
        {"email": "kim@arival.example", "job_title": "Internal Audit"},
        "pass-on",
    ),
}


@pytest.mark.parametrize("name", AGAINST)
def test_what_speaks_against_a_lead_counts_from_the_phone_and_from_a_list(name: str, tmp_path: Path) -> None:
    told, listed, end = AGAINST[name]
    (tmp_path / "abm-tree.toml").write_text(
        '[parameters]\nlead-scoring = { rival_domains = "other.example; rival.example" }\n', encoding="utf-8"
    )
    fair = {"department": "it", "asked": True}  # 34 points of fit: enough, but not behind a private address
    assert scored(**fair).outcome == "pass-on"
    assert scored(**fair, **told).outcome == end
    assert decided("lead-scoring", LEAD, tmp_path, **fair, **listed, against=None).outcome == end


@pytest.mark.parametrize(
    ("motion", "line"), [("product-led", 60), ("mid-market", 65), ("enterprise", 75), (None, 65)]
)
def test_the_line_moves_with_the_way_we_sell(motion: str | None, line: int) -> None:
    ends = {}
    for sign, visits, touches in itertools.product(
        ("prices", "stories", "paper", "click", "nothing"), (0, 1, 4), (0, 1, 3)
    ):
        record = scored(sign=sign, web_visits=visits, touches=touches, motion=motion)
        if record.outcome in ("pass-on", "nearly"):
            ends[total(record, "total")] = record.outcome
    assert {points for points, end in ends.items() if end == "pass-on"} == {p for p in ends if p >= line}
    assert {"pass-on", "nearly"} == set(ends.values())


@pytest.mark.parametrize(
    ("origin", "interest"),
    [("referral", 10), ("event", 10), ("phone", 10), ("online", 0), ("outbound", 0), (None, 0)],
)
def test_no_time_on_the_site_is_not_low_intent_where_they_came_by_another_door(
    origin: str | None, interest: int
) -> None:
    for visits in (0, None):
        found = scored(origin=origin, web_visits=visits, touches=0, sign="nothing", days_silent=0)
        assert total(found, "engagement") == interest
    several = scored(origin=origin, web_visits=3, touches=0, sign="nothing", days_silent=0)
    assert total(several, "engagement") == 10, "visits count the same for all, and once"


def test_a_lead_passed_on_is_answered_within_hours_and_settled_within_two_days() -> None:
    record = scored()
    assert [(task.owner, task.due[:13]) for task in record.actions] == [
        ("rep", "2026-03-02T04"),
        ("rep", "2026-03-04"),
    ]
    assert [task.fallback["owner"] for task in record.actions] == ["manager", "manager"]


def test_practice_1_a_person_without_an_account_record_is_scored_by_a_walk() -> None:
    tree, facts, asked = shipped("lead-scoring"), dict[str, Known](), []
    while True:
        record = advance(tree, facts, moment(DAY))  # type: ignore[arg-type]
        if record.needs is None:
            break
        asked.append(record.needs.fact)
        facts[record.needs.fact] = Known(LEAD[record.needs.fact])
    assert record.outcome == "pass-on"
    assert record.subject.account_id == ""
    assert asked[0] == "against"
    assert not {"account.name", "stakeholder.role"} & set(asked)
    assert len(asked) <= len(LEAD)


def test_practice_1_leads_without_accounts_are_scored_in_a_batch(tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text(
        "Email,Job Title,Seniority,Department,Company Size,Company Revenue,Industry,Country,Lead Source,"
        "Demo Requested,Number of Sessions,Days Since Last Activity\n"
        "kim@firm.example,Head of Finance,Director,Finance,501-1000,$10M-$50M,Consulting,UK,Web,yes,4,1\n"
        "lee@firm.example,Head of Finance,Director,Finance,501-1000,$10M-$50M,Consulting,UK,Web,no,0,40\n"
        "ann@school.edu,Student,Entry,,1-10,,Education,UK,Web,no,1,1\n"
        "bob@firm.example,,,,,,,,Web,yes,4,1\n",
        encoding="utf-8",
    )
    out = abm(
        "evaluate", "lead-scoring", leads, "--id", "row", "-o", "-", "--summary", "none", "--as-of", DAY
    )
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["outcome"] for row in rows] == ["pass-on", "warm-up", "leave", "complete-record"]
    assert [row["deal.recycle_reason"] for row in rows] == ["", "silent", "not-a-buyer", ""]
    assert [row["account_id"] for row in rows] == ["1", "2", "3", "4"]
