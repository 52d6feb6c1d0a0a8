"""From leads to accounts: three steps with dates, leads joined to accounts over a list; and the quiz."""

from __future__ import annotations

import csv
from collections import defaultdict
from itertools import product
from pathlib import Path

import pytest
from selecting import abm, decided, shipped, tasks

from abm_tree import Record

TRANSITION = "transition-to-account-centric"
LEADS = """\
Lead ID,Full Name,Email,Company,Estimated Annual Value
L01,Ann Alder,ann@okerdal.example,Okerdal GmbH,
L02,Bo Birch,BO.Birch@Okerdal.Example,"Okerdal, GmbH.",
L03,Cy Cedar,cy@okerdal.example,,
L04,Di Dogwood,di.dogwood@gmail.com,OKERDAL gmbh,
L05,Ed Elm,ed.elm@gmail.com,,
L06,Flo Fir,flo@fennbrook.example,Fennbrook Ltd.,
L07,Gus Gorse,,Halvstrom AB,
L08,Hal Hazel,hal@web.de,Halvstrom,
L09,Ivo Ivy,call instead,,
L10,Jo Juniper,jo@tarnside.example,Tarnside plc,400000
L11,Kim Kapok,kim@yahoo.co.uk,Pellworm & Co. KG,
L12,Lee Larch,lee@mail.pellworm.example,Brackwater Co,
"""


def moved(**changes: object) -> Record:
    """What comes of a lead of an account that is worth it, with some facts changed."""
    facts = {
        "stakeholder.email": "ann@okerdal.example",
        "account.name": "Okerdal GmbH",
        "account.potential": 300_000,
        "workspace.average_deal": 100_000,
        "book.same_domain": 2,
        "book.same_name": 1,
    }
    return decided(shipped(TRANSITION), facts, **changes)


@pytest.mark.parametrize(("potential", "outcome"), [(300_000, "begin"), (None, "identify")])
def test_practice_5_the_three_steps_come_with_owner_and_date(potential: int | None, outcome: str) -> None:
    record = moved(account__potential=potential)
    assert (record.outcome, record.verdict) == (outcome, "account-centric")
    steps = [task for task in record.actions if not task.check]
    words = ("high-value account", "needs and struggles with", "campaign for Okerdal GmbH")
    assert len(steps) == 3
    for task, step in zip(steps, words, strict=True):
        assert step in task.do and task.owner and task.fallback is not None
    # One after the other: a week, three weeks, six weeks.
    assert [str(task.due)[:10] for task in steps] == ["2026-03-09", "2026-03-23", "2026-04-13"]


def test_practice_5_what_is_not_worth_it_is_joined_and_stays_a_lead() -> None:
    assert moved(account__potential=200_000).outcome == "begin"
    for changes in ({"account__potential": 199_999}, {"account__potential": None, "book__same_domain": 1}):
        record = moved(**changes)
        assert (record.outcome, record.verdict) == ("join", "lead-centric")
        assert "Attach the lead to Okerdal GmbH" in tasks(record) and "campaign" not in tasks(record)


def test_practice_5_leads_roll_up_to_accounts_by_domain_and_by_company(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    out = tmp_path / "out.csv"
    listed = (tmp_path / "leads.csv", "--id", "Lead ID")
    abm("evaluate", TRANSITION, *listed, "-o", out, "--as-of", "2026-03-02")
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["status"] for row in rows} == {"decided"}
    accounts = defaultdict(list)
    for row in rows:
        accounts[row["account_key"]].append(row["stakeholder_id"])
    assert accounts == {
        "okerdal.example": ["L01", "L02", "L03"],
        "okerdal": ["L04"],  # a private address: by name, beside its colleagues
        "": ["L05", "L09"],  # nothing that joins them to anything
        "fennbrook.example": ["L06"],
        "halvstrom": ["L07", "L08"],
        "tarnside.example": ["L10"],
        "pellworm & co.": ["L11"],
        "mail.pellworm.example": ["L12"],
    }
    outcomes = {row["stakeholder_id"]: row["outcome"] for row in rows}
    assert [name for name, one in outcomes.items() if one == "identify"] == ["L01", "L02", "L03", "L04"]
    assert [name for name, one in outcomes.items() if one == "begin"] == ["L10"]
    assert [name for name, one in outcomes.items() if one == "join"] == ["L07", "L08"]
    assert [name for name, one in outcomes.items() if one == "alone"] == ["L06", "L11", "L12"]
    records = tmp_path / "records.jsonl"
    abm("evaluate", TRANSITION, *listed, "--records", records, "--as-of", "2026-03-02")
    told = records.read_text(encoding="utf-8")
    assert "Belongs to okerdal.example; other leads of it: 2." in told
    assert "Joined by the company's name alone" in told


def test_a_walk_without_a_list_asks_for_the_company_where_the_address_is_private() -> None:
    typed = "ann@gmx.net\nOkerdal GmbH\n-\n4\n"
    walk = ("walk", TRANSITION, "--no-journal", "--plain", "--as-of", "2026-03-02")
    said = abm(*walk, typed=typed)
    assert "For which company does this person work?" in said
    assert "Work out whether Okerdal GmbH is a high-value account" in said
    assert "If the figure holds: build the campaign for Okerdal GmbH" in said
    assert "{" not in said


# ---------------------------------------------------------------- the quiz

QUESTIONS = ("first", "second", "third", "fourth", "fifth")
KEY = ("b", "c", "a", "a", "d")


def answered(*answers: str | None) -> Record:
    """What the quiz comes to."""
    return decided(shipped("training-quiz"), dict(zip(QUESTIONS, answers, strict=True)))


def test_practice_6_five_answers_are_scored_against_the_key() -> None:
    for wrong in product((False, True), repeat=5):
        answers = [
            "abcd"[("abcd".index(key) + 1) % 4] if off else key for key, off in zip(KEY, wrong, strict=True)
        ]
        record = answered(*answers)
        right = 5 - sum(wrong)
        assert record.outcome == ("ready" if right >= 4 else "nearly" if right >= 2 else "again")
        assert any(note.startswith(f"{right} of 5 right") for note in record.notes)
        # Whatever was wrong is told at once, and read again; nothing else is.
        told = [
            number for number in range(1, 6) if any(f"Question {number}: the" in one for one in record.notes)
        ]
        assert told == [number for number, off in enumerate(wrong, 1) if off]
        assert tasks(record).count("Read again") == sum(wrong)


def test_practice_6_every_question_is_asked_and_a_dont_know_is_not_right() -> None:
    record = decided(shipped("training-quiz"), dict(zip(QUESTIONS[:4], KEY[:4], strict=True)))
    assert record.needs is not None and record.needs.fact == "fifth"
    assert answered(*KEY[:4], None).outcome == "ready"
    assert answered(None, None, *KEY[2:]).outcome == "nearly"
    none = answered(None, None, None, None, None)
    assert none.outcome == "again" and tasks(none).count("Read again") == 5
