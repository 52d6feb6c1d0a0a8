"""Approach to market, account by account: the three factors, value, needs, places, plans, two definitions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from selecting import abm, decided, shipped, tasks

from abm_tree import Record, Tree

CASES = Path(__file__).resolve().parents[2] / "trees" / "gtm-approach.cases.toml"
ACCOUNT_CENTRIC = {"one-to-one", "one-to-few", "one-to-many"}

# A maker of costly business software, and an account at twenty of its average deals.
LARGE: Mapping[str, Any] = {
    "account.name": "Okerdal GmbH",
    "workspace.audience": "businesses",
    "workspace.offer": "considered",
    "workspace.resources": "dedicated",
    "workspace.average_deal": 120_000,
    "account.client": "new",
    "account.potential": 2_400_000,
    "free_place": "yes",
    "cluster": "yes",
    "account.plan": "Their head of lending sees the loan desk of a bank like hers before the June board.",
    "account.homogeneity": 2,
    "account.pain": "Each loan takes nine days.",
}


def tree(settings: str = "", folder: Path | None = None) -> Tree:
    """The shipped tree, in a workspace of its own where settings are given."""
    return shipped("gtm-approach", settings, folder)


def gone(**changes: Any) -> Record:
    """What comes of the large account with some facts changed; None: nobody knows."""
    record = decided(tree(), dict(LARGE), **changes)
    assert record.status == "decided", record.needs
    return record


def set_to(record: Record, fact: str) -> object:
    """What a record sets a fact to; None where it does not."""
    return next((one.value for one in record.sets if one.fact == fact and one.state == "known"), None)


def approach(record: Record) -> object:
    """The approach that a record sets."""
    return set_to(record, "account.approach")


def noted(record: Record) -> str:
    """All notes of a record."""
    return "\n".join(record.notes)


# ---------------------------------------------------------------- by person or by account


def test_practice_1_a_person_without_a_company_is_worked_as_a_lead() -> None:
    record = decided(tree(), {"company": "person-only"})
    assert (record.status, record.outcome, record.verdict) == ("decided", "attach-company", "lead-centric")
    assert approach(record) == "lead-centric"
    [attach, answer] = record.actions
    assert attach.do.startswith("Attach the company") and attach.due and attach.fallback
    assert answer.owner == "rep"
    # Nothing about value or our time is asked of a person.
    assert [one.node for one in record.trail] == ["company"]


def test_practice_2_a_company_worth_it_is_worked_as_an_account() -> None:
    record = gone(free_place="no")
    assert (record.outcome, record.verdict, approach(record)) == ("one-to-few", "abm", "one-to-few")
    assert "Name the cluster of Okerdal GmbH" in tasks(record)
    assert tree().subject == "account"


@pytest.mark.parametrize(
    ("factor", "value"),
    [
        ("workspace__audience", "consumers"),
        ("workspace__offer", "simple"),
        ("workspace__resources", "none"),
    ],
)
def test_practice_3_each_factor_alone_changes_the_outcome(factor: str, value: str) -> None:
    assert gone().verdict == "abm"
    record = gone(**{factor: value})
    assert (record.outcome, record.verdict, approach(record)) == ("lead-centric",) * 2 + ("lead-centric",)
    # The factor is what decided, and the record says so.
    last = record.trail[-1]
    assert [one.fact for one in last.read] == [factor.replace("__", ".")]
    assert len(record.notes) == 2


def test_practice_3_the_price_of_what_we_sell_is_part_of_its_nature() -> None:
    assert gone(workspace__average_deal=1_200_000).verdict == "abm"
    assert gone(workspace__average_deal=1_200_001).verdict == "targeted"
    assert gone(workspace__average_deal=5_000_000, account__homogeneity=5).verdict == "mass"


def test_practice_3_an_unknown_factor_is_no_refusal() -> None:
    assert gone(workspace__audience=None, workspace__offer=None, workspace__resources=None).verdict == "abm"


def test_practice_4_three_kinds_of_firms_go_where_they_should() -> None:
    cases = {one["name"]: one for one in tomllib.loads(CASES.read_text(encoding="utf-8"))["cases"]}
    expected = {"handmade crafts": False, "private people, with": False, "costly business software": True}
    for words, by_account in expected.items():
        [case] = [one for name, one in cases.items() if words in name]
        record = decided(tree(), case["facts"])
        assert record.outcome == case["outcome"]
        assert (approach(record) in ACCOUNT_CENTRIC) == by_account
        assert by_account or record.outcome == "lead-centric"


# ---------------------------------------------------------------- the two definitions


def test_practice_8_one_to_one_has_a_plan_of_its_own() -> None:
    record = gone()
    assert (record.outcome, approach(record)) == ("one-to-one", "one-to-one")
    without = gone(account__plan=None)
    assert (without.outcome, approach(without)) == ("plan-first", None)
    assert "Write the plan for Okerdal GmbH" in tasks(without) and without.revisit
    shared = gone(book__same_plan=1)
    assert (shared.outcome, approach(shared)) == ("plan-shared", None)
    assert "no other name would fit in" in tasks(shared)
    # In the terminal the plan is asked for before anybody is called one-to-one.
    asked = decided(tree(), {key: value for key, value in LARGE.items() if key != "account.plan"})
    assert asked.needs is not None and asked.needs.fact == "account.plan"


def test_practice_9_strict_and_broad_name_the_same_work_differently(tmp_path: Path) -> None:
    strict = tree('[settings]\nabm = "strict"\n', tmp_path / "strict")
    broad = tree('[settings]\nabm = "broad"\n', tmp_path / "broad")
    assert broad.revision == tree().revision != strict.revision  # broad where a workspace says nothing
    for place, approach_there in (
        ({"free_place": "no"}, "one-to-few"),
        ({"free_place": "no", "cluster": "no"}, "one-to-many"),
    ):
        facts = {**LARGE, **place}
        wide, narrow = decided(broad, facts), decided(strict, facts)
        assert (wide.verdict, narrow.verdict) == ("abm", "targeted")
        assert approach(wide) == approach(narrow) == approach_there
        assert tasks(wide) == tasks(narrow) != ""
    # One-to-one is ABM by either.
    assert {decided(one, dict(LARGE)).verdict for one in (strict, broad)} == {"abm"}


@pytest.mark.parametrize(
    ("changes", "variety"),
    [
        ({}, "large-account"),
        ({"free_place": "no"}, "industry-account"),
        ({"free_place": "no", "cluster": "no"}, "named-account"),
        ({"account__client": "current", "account__revenue_share": 0.02}, "customer"),
        ({"account__client": None, "account__revenue_share": None}, "large-account"),
    ],
)
def test_practice_9_the_four_varieties_are_told_apart(changes: dict[str, Any], variety: str) -> None:
    record = gone(**changes)
    assert record.verdict == "abm"
    assert set_to(record, "account.abm_variety") == variety


# ---------------------------------------------------------------- value and needs


@pytest.mark.parametrize(
    ("value", "homogeneity", "verdict"),
    [
        (0.05, 5, "mass"),
        (0.20, 4, "mass"),
        (0.20, 3, "targeted"),  # of low value, with needs of its own
        (0.21, 5, "targeted"),  # most accounts
        (0.90, 1, "targeted"),
        (0.91, 1, "abm"),
        (0.91, 5, "abm"),  # very high value: ABM even where needs are alike
    ],
)
def test_practice_10_value_and_homogeneity_decide_the_approach(
    value: float, homogeneity: int, verdict: str
) -> None:
    record = gone(book__value=value, account__homogeneity=homogeneity)
    assert record.verdict == verdict
    # Homogeneity is looked at where it can matter, and nowhere else.
    asked = {one.fact for step in record.trail for one in step.read}
    assert ("account.homogeneity" in asked) == (value <= 0.20)


def test_practice_10_without_a_list_the_figure_is_held_against_our_average_deal() -> None:
    def cell(deals: float, homogeneity: int) -> str | None:
        return gone(account__potential=int(120_000 * deals), account__homogeneity=homogeneity).verdict

    assert [cell(deals, 5) for deals in (0.3, 0.5, 1.9, 2, 20)] == [
        "mass",
        "targeted",
        "targeted",
        "abm",
        "abm",
    ]
    assert [cell(deals, 2) for deals in (0.3, 0.5, 1.9, 2, 20)] == ["targeted"] * 3 + ["abm"] * 2


def test_practice_10_nobody_has_a_figure_and_no_list_knows_the_turnover() -> None:
    record = gone(account__potential=None)
    assert (record.outcome, record.verdict, approach(record)) == ("put-a-figure", "research", None)
    assert "people or sites times list price" in tasks(record)


# ---------------------------------------------------------------- cost and places


def test_practice_11_no_free_place_means_a_cluster_and_the_reason(tmp_path: Path) -> None:
    refused = gone(book__place=6, book__must=0)
    assert (refused.outcome, approach(refused)) == ("one-to-few", "one-to-few")
    assert "Refused a one-to-one place: number 6 by value" in noted(refused) and "5 places" in noted(refused)
    assert gone(book__place=5, book__must=0).outcome == "one-to-one"
    # A client too big to lose has taken a place before.
    behind = gone(book__place=5, book__must=1)
    assert behind.outcome == "one-to-few" and "1 more too big to lose" in noted(behind)
    # Two more marketers are ten more places.
    more = tree("[parameters.gtm-approach]\nmarketers = 3\n", tmp_path / "more")
    facts = {**LARGE, "book.must": 0}
    assert decided(more, {**facts, "book.place": 15}).outcome == "one-to-one"
    assert decided(more, {**facts, "book.place": 16}).outcome == "one-to-few"


def test_practice_11_without_a_list_somebody_counts_the_places() -> None:
    assert gone().outcome == "one-to-one"
    assert "all 5 are taken" in noted(gone(free_place="no"))
    assert gone(free_place=None).outcome == "one-to-few"


def test_practice_12_a_client_too_big_to_lose_is_one_to_one_whatever_else_is_true() -> None:
    against: dict[str, Any] = {
        "account__client": "current",
        "workspace__resources": "none",
        "account__potential": 1_000,
        "account__homogeneity": 5,
        "book__value": 0.01,
        "book__place": 99,
    }
    record = gone(**against, account__revenue_share=0.10)
    assert record.outcome == "one-to-one"
    assert "Too big to lose" in noted(record) and "executive: Give Okerdal GmbH a sponsor" in tasks(record)
    assert gone(**against, account__revenue_share=0.0999).outcome == "lead-centric"
    # Only who buys from us can be lost.
    assert (
        gone(**(against | {"account__client": "past"}), account__revenue_share=0.10).outcome == "lead-centric"
    )


@pytest.mark.parametrize(
    ("resources", "settings", "places"),
    [
        ("dedicated", "", 5),
        ("shared", "", 2),
        ("dedicated", "per_marketer = 3", 3),
        ("shared", "beside_work = 1", 1),
    ],
)
def test_practice_20_a_team_of_one_has_fewer_places_and_is_not_refused(
    resources: str, settings: str, places: int, tmp_path: Path
) -> None:
    small = tree(f"[parameters.gtm-approach]\nmarketers = 1\n{settings}\n", tmp_path / "small")
    ranked = [
        decided(small, {**LARGE, "workspace.resources": resources, "book.place": place, "book.must": 0})
        for place in range(1, 9)
    ]
    assert [one.outcome for one in ranked] == ["one-to-one"] * places + ["one-to-few"] * (8 - places)


# ---------------------------------------------------------------- as a rep meets it


def test_every_outcome_says_who_does_what_by_when_and_what_else() -> None:
    loaded = tree()
    for name, outcome in loaded.outcomes.items():
        actions = [
            *outcome.actions,
            *(one for one in loaded.actions if name in (one.outcomes or loaded.outcomes)),
        ]
        assert outcome.verdict and outcome.note and outcome.revisit, name
        assert actions and all(one.owner and (one.within or one.every) for one in actions), name
        assert any(one.fallback is not None and one.fallback.after is not None for one in actions), name


def test_a_walk_on_the_phone_asks_what_matters_and_no_more() -> None:
    typed = "1\n1\n2\n1\n3\n2.4m\n120k\n0\n1\n"
    said = abm("walk", "gtm-approach", "--no-journal", "--plain", "--as-of", "2026-03-02", typed=typed)
    for question in (
        "Do we know which company this is about?",
        "Whom do we sell this to?",
        "How is it bought: in one go, or after talks?",
        "Do they buy from us already?",
        "Who here has time to work on single accounts?",
        "What could this account pay us in a year",
        "What does a client pay us in the first year, on average",
        "Is one of our 5 one-to-one places free?",
        "Are there at least 2 other accounts of this weight with the same need?",
    ):
        assert said.count(question) == 1, question
    assert "Outcome: One-to-few: a cluster with the same need [abm]" in said
    assert "how much are their needs like" not in said.lower()
