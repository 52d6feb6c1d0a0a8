"""`abm-tree people`: an account's people as text, CSV and JSON; what is recorded by options, or refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from program import Run

from abm_tree.cli import Exit

SETTINGS = '[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n'
ACCOUNTS = (
    "Account ID,Account Name,Segment\nA-1,Acme,mid-market\nA-2,Brunt,smb\nA-3,Brunt,smb\nA-4,Coll,smb\n"
)
CONTACTS = """Contact ID,Account ID,Name,Title,Contact Role,Influence,Interest,Attitude,Last Contact,Knows
P-1,A-1,Ann Orme,Chief Financial Officer,Economic Buyer,5,5,1,2026-02-20,P-2
P-2,A-1,Bo Tarn,Head of IT,Evaluator,4,4,0,2026-01-10,
P-3,A-1,Cy Vale,Machine Operator,,2,3,-1,,
P-4,A-1,Bo Tarn,Owner,Gatekeeper,,,,,
"""
NOTICE = (
    "contacts.csv: 1 of 4 people at A-1 cannot be read as it stands: line 5 (Bo Tarn): "
    'column "Contact Role": "Gatekeeper" is none of the choices of stakeholder.role. '
    "`abm-tree evaluate TREE --contacts contacts.csv` lists them.\n"
)


@pytest.fixture
def account(here: Run, tmp_path: Path, today: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`people` in a workspace with an account of four, on 2 March 2026."""
    monkeypatch.setenv("ABM_TREE_USER", "Kim")
    monkeypatch.setenv("TZ", "UTC")
    for name, text in (
        ("abm-tree.toml", SETTINGS),
        ("accounts.csv", ACCOUNTS),
        ("contacts.csv", CONTACTS),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return lambda *arguments, **more: here("people", *arguments, **more)


def test_the_people_as_text(account: Run, golden: Any) -> None:
    ran = account("A-1")
    assert (ran.code, ran.err) == (0, NOTICE)
    golden("people.txt", ran.out)


def test_looking_makes_no_journal_and_an_account_goes_by_its_name_too(account: Run, tmp_path: Path) -> None:
    assert account("acme", "--format", "csv").out == account("A-1", "--format", "csv").out
    assert not list(tmp_path.glob("journal.db*"))


def test_an_account_without_people_says_how_to_add_them(account: Run) -> None:
    ran = account("A-4")
    assert ran.code == 0
    assert "Coll (A-4): 0 people on 2026-03-02\n\nRED\n" in ran.out
    assert "Nobody is known there. --add NAME adds somebody" in ran.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Brunt", "Name the id: A-2, A-3."),
        ("Acmee", 'Did you mean "Acme"'),
        ("", "An account is named by its id in the list, or its name."),
        ("\x1b[31m", "There is no account"),
    ],
)
def test_an_account_that_is_none_or_several_is_refused(account: Run, text: str, words: str) -> None:
    ran = account(text)
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert words in ran.err and "\x1b" not in ran.err


# ---------------------------------------------------------------- files


def test_the_people_as_csv_without_what_is_personal(account: Run) -> None:
    ran = account("A-1", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["stakeholder_id"] for row in rows] == ["P-1", "P-2", "P-3", "P-4"]
    assert not {"stakeholder.name", "stakeholder.title", "stakeholder.influence", "quadrant"} & set(rows[0])
    assert not any(word in ran.out for word in ("Ann", "Tarn", "Vale", "Operator", "2026-02-20"))
    assert [(row["stakeholder.role"], row["role_status"], row["suggested_role"]) for row in rows] == [
        ("commercial-decision-maker", "confirmed", ""),
        ("technical-qualifier", "confirmed", ""),
        ("", "suggested", "end-user"),
        ("", "suggested", "commercial-decision-maker"),
    ]
    assert [(row["role_is"], row["engaged"], row["champion"]) for row in rows[:2]] == [
        ("covered", "yes", "yes"),
        ("thin", "no", "no"),
    ]


def test_the_csv_with_everything_is_a_list_of_contacts_that_reads_back(account: Run, tmp_path: Path) -> None:
    ran = account("A-1", "-o", "out.csv", "--unmasked")
    assert (ran.code, ran.out) == (0, "4 people written to out.csv.\n")
    (tmp_path / "abm-tree.toml").write_text(SETTINGS.replace("contacts.csv", "out.csv"), encoding="utf-8")
    again = account("A-1", "--format", "json", "--unmasked")
    first = json.loads(again.out)["people"][0]
    assert (first["stakeholder.name"], first["stakeholder.influence"]) == ("Ann Orme", 5)
    assert (first["stakeholder.role"], first["knows"]) == ("commercial-decision-maker", ["P-2"])


def test_the_people_as_json(account: Run) -> None:
    found = json.loads(account("A-1", "--format", "json", "--unmasked").out)
    assert (found["account_name"], found["light"], found["single_threaded"]) == ("Acme", "red", True)
    assert [one["state"] for one in found["roles"]] == ["covered", "thin", "missing", "missing"]
    assert found["roles"][3]["suggested"] == ["P-3"]
    assert found["champion"]["people"] == ["P-1"] and found["champion"]["state"] == "test not known"
    assert (found["engaged"], found["engaged_within_days"]) == (["P-1"], 28)
    bare = account("A-1", "--format", "json").out
    assert json.loads(bare)["masked"] is True
    assert not any(word in bare for word in ("Orme", "Tarn", "Vale", "Chief"))


def test_names_that_are_formulas_or_control_the_terminal_stay_text(account: Run, tmp_path: Path) -> None:
    hostile = CONTACTS + "P-5,A-1,=1+1,\x1b[31m@SUM(A1),,,,,,\n"
    (tmp_path / "contacts.csv").write_text(hostile, encoding="utf-8")
    told = account("A-1")
    assert "\x1b" not in told.out and "=1+1 (P-5)" in told.out
    row = list(csv.DictReader(io.StringIO(account("A-1", "--format", "csv", "--unmasked").out)))[-1]
    assert row["stakeholder.name"] == "'=1+1" and "\x1b" not in row["stakeholder.title"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-o", "out.xls"), Exit.USAGE, "ends in .csv, .json or .txt"),
        (("-o", "contacts.csv"), Exit.INPUT, "overwrite the list"),
        (("-o", "nowhere/out.csv"), Exit.INPUT, "does not exist"),
        (("--as-of", "soon"), Exit.USAGE, "is no date"),
    ],
)
def test_what_cannot_be_written_is_said(
    account: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    ran = account("A-1", *arguments)
    assert ran.code == code and words in ran.err
    assert (tmp_path / "contacts.csv").read_text(encoding="utf-8") == CONTACTS


# ---------------------------------------------------------------- recording


def test_everything_that_is_recorded_is_confirmed_in_a_line_and_counts(account: Run) -> None:
    ran = account(
        *("A-1", "--add", "Eve Hart", "--title", "Head of Operations"),
        *("--role", "Eve Hart=influencer", "--role", "cy vale=End User"),
        *("--influence", "Eve Hart=4", "--influence", "P-3=3", "--interest", "Eve Hart=5"),
        *("--attitude", "Eve Hart=+2", "--spoke", "Eve Hart", "--spoke", "P-3=2026-02-28"),
        *("--spoke", "P-2", "--knows", "Eve Hart=P-1"),
        *("--tested", "yes", "--evidence", "brought us to the board"),
    )
    assert ran.err == ""
    assert ran.out.splitlines() == [
        "Added Eve Hart, Head of Operations, as eve-hart.",
        "Eve Hart: influencer, confirmed.",
        "Cy Vale: end user, confirmed.",
        "Eve Hart: influence 4 of 5.",
        "Cy Vale: influence 3 of 5.",
        "Eve Hart: interest 5 of 5.",
        "Eve Hart: attitude +2.",
        "Eve Hart: spoken with on 2026-03-02.",
        "Cy Vale: spoken with on 2026-02-28.",
        "Bo Tarn: spoken with on 2026-03-02.",
        "Eve Hart and Ann Orme know each other.",
        "Champion tested: brought us to the board.",
    ]
    now = account("A-1").out
    assert "GREEN\n- Every role is covered, several people are reached" in now
    assert "What proves it: brought us to the board" in now
    assert "Eve Hart (eve-hart), Head of Operations, on no list" in now


def test_what_was_recorded_is_taken_back(account: Run) -> None:
    account("A-1", "--add", "Eve", "--knows", "Eve=P-1", "--attitude", "P-1=-2")
    order = [account("A-1", "--undo").out for _ in range(4)]
    assert order == [
        "Taken back: Eve and Ann Orme know each other.\n",
        "Taken back: attitude of Ann Orme, -2.\n",
        "Taken back: Eve is not added.\n",
        "Nothing that you recorded here is left to take back.\n",
    ]
    assert account("A-1", "--role", "P-1=").out == (
        "Ann Orme: Nothing was recorded; the role is commercial decision maker.\n"
    )


def test_a_role_is_of_the_deal(account: Run) -> None:
    account("A-1", "--deal", "D-1", "--role", "P-3=influencer")
    rows = {
        deal: list(csv.DictReader(io.StringIO(account("A-1", "--deal", deal, "--format", "csv").out)))[2]
        for deal in ("D-1", "D-2")
    }
    assert (rows["D-1"]["stakeholder.role"], rows["D-1"]["role_is"]) == ("influencer", "thin")
    assert (rows["D-2"]["stakeholder.role"], rows["D-2"]["role_status"]) == ("", "suggested")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--role", "P-3=boss"), "is no role"),
        (("--role", "P-3"), "names nobody"),
        (("--role", "Zed=influencer"), 'There is no "Zed" at this account'),
        (("--role", "Bo Tarn=influencer"), "Name the id: P-2, P-4."),
        (("--influence", "P-3=6"), "Write a whole number from 1 to 5"),
        (("--interest", "P-3=many"), "is no interest"),
        (("--attitude", "P-3=3"), "Write a whole number from -2 to 2"),
        (("--attitude", "P-3=²"), "is no attitude"),
        (("--spoke", "P-3=tomorrow"), "is no date"),
        (("--spoke", "P-3=2026-03-03"), "still to come"),
        (("--add", "ann orme"), "is there already, as P-1"),
        (("--add", " "), "A person needs a name"),
        (("--title", "CTO"), "of whom --add adds"),
        (("--evidence", "x"), "Evidence is of --tested"),
        (("--knows", "P-1=P-9"), 'There is no "P-9"'),
    ],
)
def test_what_cannot_be_recorded_is_said_and_nothing_of_it_is(
    account: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = account("A-1", "--influence", "P-1=1", *arguments)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert words in ran.err
    row = next(csv.DictReader(io.StringIO(account("A-1", "--format", "csv", "--unmasked").out)))
    assert row["stakeholder.influence"] == "5"


def test_who_knows_themselves_is_refused(account: Run) -> None:
    ran = account("A-1", "--knows", "P-1=P-1")
    assert ran.code == Exit.INPUT and "one person" in ran.err


def test_with_a_format_the_people_are_written_after_what_was_recorded(account: Run) -> None:
    ran = account("A-1", "--influence", "P-3=5", "--format", "json", "--unmasked")
    assert ran.err == f"Cy Vale: influence 5 of 5.\n{NOTICE}"
    assert json.loads(ran.out)["people"][2]["stakeholder.influence"] == 5


def test_a_journal_that_takes_nothing_is_said(account: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("no database", encoding="utf-8")
    ran = account("A-1", "--attitude", "P-1=1", "--journal", "notes.db")
    assert ran.code == Exit.INPUT and "Nothing was recorded." in ran.err


def test_a_walk_begins_with_somebody_who_was_added(account: Run, here: Run) -> None:
    account("A-1", "--add", "Eve Hart", "--title", "Head of IT")
    ran = here(
        *("walk", "stakeholder-engagement", "--account", "A-1", "--person", "eve hart", "--plain"),
        stdin="quit\n",
    )
    assert "Eve Hart" in ran.out and "nothing is known" not in ran.err


def test_what_is_taken_back_is_told_as_it_was_said(account: Run) -> None:
    account("A-1", "--tested", "no")
    account("A-1", "--tested", "yes", "--evidence", "got us a meeting")
    assert account("A-1", "--undo").out == 'Taken back: champion tested, yes ("got us a meeting").\n'
    assert account("A-1", "--undo").out == "Taken back: champion tested, no.\n"
