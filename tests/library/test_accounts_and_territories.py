"""Classes, coverage and territories: the practices of accounts as a list, shown to work."""

from __future__ import annotations

import io
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from math import ceil
from pathlib import Path

import pytest
from listed import DAY, Evaluate, cells, evaluate_in, needed, sets, shared, walked

from abm_tree.cli import main
from abm_tree.feel import Date


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evaluate:
    """Rows, or a list's path, through a tree of the library, in a workspace of the test's own."""
    monkeypatch.chdir(tmp_path)
    return partial(evaluate_in, tmp_path)


# ---------------------------------------------------------------- 28: classes


def classes(figures: Mapping[str, Decimal]) -> dict[str, str]:
    """A, B and C as the rule says it, written down once more: the largest first, ties by id."""
    order = sorted(figures, key=lambda one: (-figures[one], one))
    total, so_far, found = sum(figures.values()), Decimal(0), {}
    for rank, name in enumerate(order, 1):
        so_far += figures[name]
        share = so_far / total
        if rank == 1 or (share <= Decimal("0.80") and rank <= ceil(len(order) / 5)):
            found[name] = "A"
        elif share <= Decimal("0.95") and rank <= ceil(len(order) / 2):
            found[name] = "B"
        else:
            found[name] = "C"
    return found


def test_practice_28_classes_come_from_the_whole_list_and_are_stable_under_ties(evaluate: Evaluate) -> None:
    draw = random.Random(28)
    figures = {f"K-{n:03}": Decimal(draw.choice([500, 2500, 40_000, 40_000, 90_000])) for n in range(83)}
    rows = [{"account_id": name, "revenue 12m": figure} for name, figure in figures.items()]
    expected = classes(figures)
    assert set(expected.values()) == {"A", "B", "C"}
    for _ in range(2):
        found = evaluate("abc-and-coverage", rows)
        assert {row["account_id"]: row["account.tier"] for row in found} == expected
        draw.shuffle(rows)
    rule = "A is the first 80 % of the revenue and at most 20 % of the accounts"
    assert all(
        rule in row["note"] for row in found if row["outcome"] in ("managed-a", "managed-b", "automated")
    )


def test_practice_28_one_account_alone_moves_no_class_but_the_list_does(evaluate: Evaluate) -> None:
    """The same account is A among small ones and C among large ones: one row alone could not say."""
    one = {"account_id": "K-1", "revenue 12m": 50_000}
    small = [{"account_id": f"S-{n}", "revenue 12m": 1000 + n} for n in range(9)]
    large = [{"account_id": f"L-{n}", "revenue 12m": 900_000 + n} for n in range(9)]
    assert evaluate("abc-and-coverage", [one, *small])[0]["account.tier"] == "A"
    assert evaluate("abc-and-coverage", [one, *large])[0]["account.tier"] == "C"


def test_practice_28_an_emerging_b_is_named_apart_and_stays_a_b(evaluate: Evaluate) -> None:
    rows = [
        {
            "account_id": f"K-{n:02}",
            "revenue 12m": 2000 * (40 - n),
            "potential": 1_000_000 if n == 15 else 10 * n,
        }
        for n in range(40)
    ]
    found = {row["account_id"]: row for row in evaluate("abc-and-coverage", rows)}
    assert found["K-15"]["outcome"] == "waiting-emerging"
    assert found["K-15"]["account.tier"] == "B"
    assert found["K-14"]["outcome"] == "managed-b"
    high = {name for name, row in found.items() if "emerging" in row["outcome"]}
    assert all(found[name]["account.tier"] == "B" for name in high)
    # Also in a walk that has no list: told, and asked.
    told = {"account.revenue_with_us": 60_000, "told_class": "B", "decided": "no", "large_potential": True}
    assert walked("abc-and-coverage", told | {"room": True}).outcome == "managed-emerging"


def test_practice_28_the_companies_of_the_net_zero_tracker(evaluate: Evaluate) -> None:
    path = shared("accounts_nzt_2022.csv")
    mapped = ("--map", "annual_revenue_usd=account.revenue_with_us", "--map", "employees=account.potential")
    settings = "[parameters.abc-and-coverage]\ncounts_from = 100000000\nmanagers = 40\n"
    found = evaluate("abc-and-coverage", path, *mapped, settings=settings)
    assert len(found) == 2001
    assert not [row for row in found if row["status"] != "decided"]
    tiers = Counter(row["account.tier"] for row in found)
    assert tiers == {"A": 395, "B": 591, "C": 985, "": 30}
    emerging = [row for row in found if "emerging" in row["outcome"]]
    plain = [row for row in found if row["outcome"] in ("managed-b", "waiting-b")]
    assert emerging
    assert len(emerging) + len(plain) == 591
    assert sum(row["account.managed"] == "true" for row in found) == 40 * 15


def test_practice_28_won_revenue_of_a_flat_market(evaluate: Evaluate) -> None:
    won: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in cells(shared("maven_pipeline.csv")):
        if row["deal_stage"] == "Won":
            won[row["account"]] += Decimal(row["close_value"])
    found = evaluate("abc-and-coverage", [{"id": name, "won revenue": sum_} for name, sum_ in won.items()])
    assert Counter(row["account.tier"] for row in found) == {"A": 17, "B": 26, "C": 42}


# ---------------------------------------------------------------- 29: managed or not


def test_practice_29_managed_while_places_last_and_otherwise_only_with_a_reason(evaluate: Evaluate) -> None:
    rows: list[dict[str, object]] = [
        {
            "account_id": f"K-{n:02}",
            "revenue 12m": 1000 * (90 - n),
            "coverage decision": "",
            "coverage reason": "",
        }
        for n in range(60)
    ]
    rows[2] |= {"coverage decision": "unmanaged", "coverage reason": "buys through a partner"}
    rows[3] |= {"coverage decision": "unmanaged"}  # no reason: it does not count
    rows[50] |= {"coverage decision": "managed", "coverage reason": "opens a country"}
    rows[51] |= {"coverage decision": "managed"}
    settings = "[parameters.abc-and-coverage]\nmanagers = 2\naccounts_each = 5\n"
    found = evaluate("abc-and-coverage", rows, settings=settings)
    managed = {row["account_id"] for row in found if row["account.managed"] == "true"}
    # Ten places: one by decision, nine for the largest that stand in line.
    assert managed == {"K-50"} | {f"K-{n:02}" for n in (0, 1, 3, 4, 5, 6, 7, 8, 9)}
    by_id = {row["account_id"]: row for row in found}
    assert by_id["K-02"]["outcome"] == "unmanaged-by-name"
    assert by_id["K-02"]["account.tier"] == "A"
    assert "opens a country" in by_id["K-50"]["note"]
    assert by_id["K-50"]["account.tier"] == "C"
    assert by_id["K-51"]["outcome"] == "automated"
    assert "gave no reason" in by_id["K-51"]["note"]
    assert by_id["K-10"]["outcome"] == "waiting-a"
    waiting = [row for row in found if row["verdict"] == "waiting"]
    assert {row["account.tier"] for row in waiting} == {"A", "B"}
    assert all(row["account.managed"] == "false" for row in waiting)


def test_practice_29_a_team_of_one_gets_fewer_accounts_and_no_refusal(evaluate: Evaluate) -> None:
    rows = [{"account_id": f"K-{n:03}", "revenue 12m": 100_000 + n} for n in range(100)]
    for managers in (1, 3):
        settings = f"[parameters.abc-and-coverage]\nmanagers = {managers}\naccounts_each = 10\n"
        found = evaluate("abc-and-coverage", rows, settings=settings)
        assert sum(row["account.managed"] == "true" for row in found) == 10 * managers
        assert all(row["status"] == "decided" for row in found)


def test_practice_29_a_walk_without_a_list_takes_the_class_or_asks_for_it() -> None:
    facts = {"account.revenue_with_us": 60_000}
    assert needed(walked("abc-and-coverage", facts)) == "told_class"
    assert needed(walked("abc-and-coverage", facts | {"account.tier": "A"})) == "decided"
    answers = facts | {"account.tier": "A", "decided": "no"}
    assert needed(walked("abc-and-coverage", answers)) == "room"
    record = walked("abc-and-coverage", answers | {"room": True})
    assert sets(record) == {"account.tier": "A", "account.managed": True}
    cadence = {task.every for task in record.actions}
    assert {"P3M", "P2M"} <= cadence  # a review each quarter, six contacts a year
    record = walked("abc-and-coverage", answers | {"room": False})
    assert (record.verdict, sets(record)["account.managed"]) == ("waiting", False)


def test_a_cadence_is_told_with_its_task(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = ["account.revenue_with_us=60000", "account.tier=A", "decided=no", "room=yes"]
    given = [part for fact in facts for part in ("--fact", fact)]
    assert main(["explain", "abc-and-coverage", *given, "--as-of", DAY]) == 0
    assert "(rep, every 3 months)" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["walk", "abc-and-coverage", "--plain", "--no-journal", *given, "--as-of", DAY]) == 0
    assert "every 3 months" in " ".join(capsys.readouterr().out.split())


# ---------------------------------------------------------------- 25: territories

RULES = {
    "keep": "owner",
    "named-account": "named account",
    "with-parent": "parent",
    "group-without-owner": "parent",
    "specialist-desk": "industry",
    "regional": "region",
    "balance": "",
    "default": "",
}
DESKS = '[parameters.territory-assignment]\nspecialist = { software = "Software desk" }\n'
EVERYTHING: dict[str, object] = {
    "account_id": "T-1",
    "name": "Fennbrook Ltd",
    "account owner": "Dana Ruiz",
    "open deals": 1,
    "last lead date": "",
    "owner active": "yes",
    "named account owner": "Lee Okafor",
    "parent account": "Okerdal GmbH",
    "parent account owner": "Sam Hale",
    "industry": "Software",
    "region": "North",
    "employees": 300,
}


def test_practice_25_the_most_specific_rule_decides_and_the_others_follow_in_order(
    evaluate: Evaluate,
) -> None:
    """What made the last rule fit is taken away, one after the other, until nothing is left."""
    gone: list[tuple[dict[str, object], str, str]] = [
        ({}, "keep", "Dana Ruiz"),
        ({"open deals": 0}, "named-account", "Lee Okafor"),
        ({"named account owner": ""}, "with-parent", "Sam Hale"),
        ({"parent account owner": ""}, "group-without-owner", "Group: Okerdal GmbH"),
        ({"parent account": ""}, "specialist-desk", "Software desk"),
        ({"industry": "Retail"}, "regional", "North"),
        ({"region": ""}, "balance", "Queue: to be dealt out"),
        ({"employees": ""}, "default", "Queue: nothing known"),
    ]
    row = dict(EVERYTHING)
    rows = []
    for number, (change, _, _) in enumerate(gone):
        row = row | change | {"account_id": f"T-{number}"}
        rows.append(row)
    found = evaluate("territory-assignment", rows, settings=DESKS)
    assert [(one["outcome"], one["account.territory"]) for one in found] == [end[1:] for end in gone]
    assert found[0]["account.territory_rules"] == "owner, named account, parent, industry, region"
    assert found[4]["account.territory_rules"] == "industry, region"


def test_practice_25_every_account_lands_in_one_territory_and_overlaps_and_orphans_show(
    evaluate: Evaluate,
) -> None:
    draw = random.Random(25)
    rows = []
    for number in range(400):
        row: dict[str, object] = {
            name: value if draw.random() < 0.5 else "" for name, value in EVERYTHING.items()
        }
        row["last lead date"] = draw.choice(["", "2026-02-01", "2025-01-01"])
        row["owner active"] = draw.choice(["", "yes", "no"])
        row["parent account"] = draw.choice(["", "Okerdal GmbH", "Fennbrook Ltd"])
        rows.append(row | {"account_id": f"T-{number}"})
    found = evaluate("territory-assignment", rows, settings=DESKS)
    assert len(found) == 400
    assert {row["outcome"] for row in found} == set(RULES)
    for one in found:
        assert one["status"] == "decided"
        assert one["account.territory"]
        fitting = one["account.territory_rules"].split(", ")
        assert fitting[0] == RULES[one["outcome"]]  # the first rule that fits is the one that decided
    overlaps = [one for one in found if "," in one["account.territory_rules"]]
    orphans = [one for one in found if one["outcome"] == "default"]
    assert overlaps
    assert orphans
    assert all("Look up" in one["do"] and "Answer for" in one["do"] for one in orphans)


def test_practice_25_regions_and_specialists_are_the_workspaces_own(evaluate: Evaluate) -> None:
    rows = [
        {"account_id": "T-1", "region": "north", "industry": "Retail", "employees": 10},
        {"account_id": "T-2", "region": "East", "industry": "Retail", "employees": 10},
        {"account_id": "T-3", "region": "East", "industry": "Software", "employees": 10},
        {"account_id": "T-4", "region": "Unassigned", "industry": "Retail", "employees": 10},
    ]
    plain = [row["outcome"] for row in evaluate("territory-assignment", rows)]
    assert plain == ["regional", "regional", "regional", "balance"]
    own = DESKS + 'regions = "North; South"\n'
    found = [row["outcome"] for row in evaluate("territory-assignment", rows, settings=own)]
    assert found == ["regional", "balance", "specialist-desk", "balance"]


def test_practice_25_a_lead_within_four_months_goes_to_the_owner_it_had() -> None:
    facts = {
        "account.owner": "Dana Ruiz",
        "account.open_deals": 0,
        "owner_here": True,
        "named_owner": "Lee Okafor",
    }
    fresh = walked("territory-assignment", facts | {"last_lead_on": Date(2025, 11, 3)})
    old = walked("territory-assignment", facts | {"last_lead_on": Date(2025, 11, 2)})
    assert (fresh.outcome, sets(fresh)["account.territory"]) == ("keep", "Dana Ruiz")
    assert (old.outcome, sets(old)["account.territory"]) == ("named-account", "Lee Okafor")
    left = walked("territory-assignment", facts | {"account.open_deals": 2, "owner_here": False})
    assert left.outcome == "named-account"
    assert any("has left" in note for note in left.notes)


@pytest.mark.parametrize("tree", ["territory-assignment", "account-research", "abc-and-coverage"])
@pytest.mark.parametrize(
    ("name", "options"),
    [("accounts_nzt_2022.csv", ()), ("maven_accounts.csv", ("--id", "account"))],
)
def test_real_lists_are_decided_without_an_error_row(
    evaluate: Evaluate, tree: str, name: str, options: tuple[str, ...]
) -> None:
    found = evaluate(tree, shared(name), *options)
    assert len(found) == len(cells(shared(name)))
    assert {row["status"] for row in found} == {"decided"}
    if tree == "territory-assignment":
        assert all(row["account.territory"] for row in found)
