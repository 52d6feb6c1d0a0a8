"""Account selection over a list of forty accounts: places in the pilot, and no roll-out without a result."""

from __future__ import annotations

import csv
import random
from collections import Counter
from pathlib import Path

import pytest
from selecting import DAY, SCORES, SIGNED, VOTES, abm

HEADINGS = {
    "account_id": "account_id",
    "workspace.signed_cmo": "Criteria Signed CMO",
    "workspace.signed_cro": "Criteria Signed CRO",
    "workspace.signed_vp_sales": "Criteria Signed VP Sales",
    "workspace.pilot": "Pilot Status",
    "workspace.pilot_lessons": "Pilot Lessons",
    "revenue_potential": "Revenue Potential Score",
    "strategic_importance": "Brand Recognition",
    "expected_return": "Expected ROI",
    "vote_marketing": "Marketing Vote",
    "vote_sales": "Sales Vote",
    "vote_customer_success": "CS Vote",
    "executive_approval": "Exec Approved",
    "account.fit": "Fit Score",
    "account.readiness": "Intent Score",
    "owner_willing": "Owner Willing",
    "account.pain": "Pain Point",
    "message_maker": "Message Owner",
    "message_due": "Message Due",
    "proof_maker": "Proof Owner",
    "proof_due": "Proof Due",
    "in_pilot": "In Pilot",
}
EXECUTIVES = {"Yes": "approved", "No": "declined", "pending": "pending"}


def forty(pilot: str, lessons: str = "") -> list[dict[str, str]]:
    """Forty accounts as an export has them: some good, each of the others lacking something."""
    dice = random.Random(20260302)
    rows = []
    for number in range(1, 41):
        row = {
            "account_id": f"N-{number:02}",
            **dict.fromkeys(SIGNED, "1"),
            "workspace.pilot": pilot,
            "workspace.pilot_lessons": lessons,
            **{key: str(dice.randint(3, 5)) for key in SCORES},
            **dict.fromkeys(VOTES, "Yes"),
            "executive_approval": "Yes",
            "account.fit": str(dice.randint(70, 99)),
            "account.readiness": str(dice.randint(60, 99)),
            "owner_willing": "Yes",
            "account.pain": f"Their problem number {number}",
            "message_maker": "Anna",
            "message_due": "2026-03-20",
            "proof_maker": "Ben",
            "proof_due": "2026-03-27",
            "in_pilot": "No",
        }
        if number > 8:  # the first eight lack nothing
            spoiled = dice.choice(
                [key for key in row if key not in ("account_id", "in_pilot", "workspace.pilot_lessons")]
            )
            worse = {
                "workspace.pilot": [pilot],
                "revenue_potential": ["", "1"],
                "strategic_importance": ["", "1"],
                "expected_return": ["", "1"],
                "executive_approval": ["", "pending", "No"],
                "account.fit": ["", "12", "69"],
                "account.readiness": ["", "5", "59"],
                "owner_willing": ["", "No"],
                "message_due": ["", "2026-03-01"],
                "proof_due": ["", "2026-03-01"],
                **{key: ["", "0"] for key in SIGNED},
                **{key: ["", "No", "Has not voted"] for key in VOTES},
            }
            row[spoiled] = dice.choice(worse.get(spoiled, [""]))
        rows.append(row)
    rows[6]["in_pilot"] = "Yes"  # began with the pilot, whatever it is worth
    dice.shuffle(rows)
    return rows


def worth(row: dict[str, str]) -> int | None:
    """The weighted sum of the three scores; None where one is missing."""
    if not all(row[key] for key in SCORES):
        return None
    potential, strategic, back = (int(row[key]) for key in SCORES)
    return 8 * potential + 6 * strategic + 6 * back


def expected(row: dict[str, str], eligible: list[str]) -> str:
    """The outcome of a row, written down a second time and without the tree."""
    if any(int(row[key] or 0) < 1 for key in SIGNED):
        return "agree-criteria"
    scores = [int(row[key] or 0) for key in SCORES]
    parts = dict(zip(SCORES, (8, 6, 6), strict=True))
    least = sum(part * int(row[key] or 0) for key, part in parts.items())
    most = sum(part * int(row[key] or 5) for key, part in parts.items()) if 0 in scores else least
    strong = sum(score >= 4 for score in scores)
    if strong < 3:
        if least < 60 <= most:
            return "score-first"
        if most < 60:
            return "not-now"
    if any(row[key] in ("", "Has not voted") for key in VOTES):
        return "hold-joint-meeting"
    if any(row[key] == "No" for key in VOTES):
        return "discuss"
    if EXECUTIVES.get(row["executive_approval"]) != "approved":
        return "declined" if row["executive_approval"] == "No" else "send-for-signature"
    if not row["account.fit"] or not row["account.readiness"]:
        return "measure-first"
    fit, ready = int(row["account.fit"]) >= 70, int(row["account.readiness"]) >= 60
    if not (fit and ready):
        return {(True, False): "warm-up", (False, True): "fast-sale"}.get((fit, ready), "remarketing")
    if row["owner_willing"] != "Yes":
        return "find-owner"
    if not row["account.pain"]:
        return "research-pain"
    if not row["message_maker"] or not row["proof_maker"] or min(row["message_due"], row["proof_due"]) < DAY:
        return "plan-content"
    if row["workspace.pilot"] == "worked":
        return "roll-out" if row["workspace.pilot_lessons"] else "record-pilot"
    if row["account_id"] not in eligible:
        return "wait-list"
    return "in-pilot" if eligible.index(row["account_id"]) < 3 else "wait-list"


def queue(rows: list[dict[str, str]]) -> list[str]:
    """The ids of all that pass every gate, those in the pilot first, then by worth and id."""
    passing = [row for row in rows if expected(row, []) in ("wait-list", "roll-out", "record-pilot")]
    passing = [row for row in passing if worth(row) is not None]
    ordered = sorted(
        passing, key=lambda row: (row["in_pilot"] != "Yes", -(worth(row) or 0), row["account_id"])
    )
    return [row["account_id"] for row in ordered]


def evaluated(rows: list[dict[str, str]], folder: Path) -> dict[str, str]:
    """The outcome of each row, as `abm-tree evaluate` writes it."""
    with (folder / "forty.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS.values())
        writer.writerows([row[key] for key in HEADINGS] for row in rows)
    out = folder / "out.csv"
    options = ("--as-of", DAY, "--summary", "none", "-o", out)
    abm("evaluate", "account-selection", folder / "forty.csv", *options)
    with out.open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert [row["account_id"] for row in found] == [row["account_id"] for row in rows]
    assert {row["status"] for row in found} == {"decided"}
    return {row["account_id"]: row["outcome"] for row in found}


def test_practice_16_21_places_of_the_pilot_are_ranks_among_those_that_pass(tmp_path: Path) -> None:
    rows = forty("running")
    found = evaluated(rows, tmp_path)
    eligible = queue(rows)
    assert len(eligible) >= 8
    assert found == {row["account_id"]: expected(row, eligible) for row in rows}
    assert sorted(key for key, outcome in found.items() if outcome == "in-pilot") == sorted(eligible[:3])
    assert found["N-07"] == "in-pilot", "an account in the pilot keeps its place"
    counts = Counter(found.values())
    assert counts["in-pilot"] == 3
    assert counts["wait-list"] >= 5
    assert len(counts) >= 10, counts
    for row in rows:
        if not row["account.pain"]:
            assert found[row["account_id"]] not in ("in-pilot", "wait-list", "roll-out")


@pytest.mark.parametrize(
    ("lessons", "outcome"), [("Their own figures carry", "roll-out"), ("", "record-pilot")]
)
def test_practice_16_over_a_list_roll_out_waits_for_the_result(
    tmp_path: Path, lessons: str, outcome: str
) -> None:
    rows = forty("worked", lessons)
    found = evaluated(rows, tmp_path)
    assert found == {row["account_id"]: expected(row, queue(rows)) for row in rows}
    counts = Counter(found.values())
    assert counts[outcome] >= 8
    assert not counts["in-pilot"] + counts["wait-list"]
    assert not counts[{"roll-out": "record-pilot", "record-pilot": "roll-out"}[outcome]]


def test_practice_15_over_a_list_without_votes_everything_waits_for_the_meeting(tmp_path: Path) -> None:
    rows = [row | dict.fromkeys(VOTES, "") for row in forty("running")]
    found = evaluated(rows, tmp_path)
    assert set(found.values()) <= {"hold-joint-meeting", "agree-criteria", "score-first", "not-now"}
    assert Counter(found.values())["hold-joint-meeting"] > 20


def test_the_word_for_a_vote_not_given_is_one_of_the_answers(tmp_path: Path) -> None:
    rows = [row | dict.fromkeys(VOTES, "Has not voted") for row in forty("running")]
    evaluated(rows, tmp_path)
    said = abm("evaluate", "account-selection", tmp_path / "forty.csv", "--as-of", DAY)
    assert "Texts that no choice has" not in said
    assert "hold-joint-meeting" in said
