"""A contacts list as it comes: blank names and ids, ids twice, roles and dates that cannot be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from often import often
from program import Run

from abm_tree.cli import Exit

SETTINGS = 'timezone = "UTC"\n[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n'
ACCOUNTS = "account_id,account.name\nA1,Yoltifert Trading Corp.\nA2,Brunt\n"
CONTACTS = """\
id,account_id,name,title,role,last contact
1,A1,Robin Vale,CFO,Decision Maker,3/6/2026
2,A1,Robin Vale,Buyer,Chief Nobody,yesterday
2,A1,Zoe Second,CTO,,
,A1,Mara Blanksen,Engineer,End User,2026-05-01
K1,A1,,Engineer,,2026-03-30
7,A9,Solo Person,,,
8,A1,Nu Head,Head of Procurement,Decision Maker,2026-01-10
"""
DAY = ("--as-of", "2026-03-31")
NAMES = re.compile("robin|vale|zoe|mara|blanksen|nu head|jo m|marten|márten", re.IGNORECASE)


@pytest.fixture
def messy(here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A workspace with such a list."""
    monkeypatch.setenv("TZ", "UTC")
    for name, text in (("abm-tree.toml", SETTINGS), ("accounts.csv", ACCOUNTS), ("contacts.csv", CONTACTS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return here


def flat(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- what is shown


def test_nobody_knows_whoever_has_no_name(messy: Run) -> None:
    assert "Knows" not in messy("people", "A1", *DAY).out


def test_a_blank_between_semicolons_is_nobody_either(messy: Run, tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("id,account_id,name,knows\n1,A1,Ada,; 2 ;\n2,A1,Bo,\n3,A1,,\n")
    found = json.loads(messy("people", "A1", "--format", "json", *DAY).out)
    assert [one["knows"] for one in found["people"]] == [["2"], ["1"], []]


def test_a_last_contact_that_is_no_day_or_still_to_come_is_said_to_be(messy: Run) -> None:
    out = flat(messy("people", "A1", *DAY).out)
    assert 'last contact "3/6/2026" cannot be read' in out
    assert 'last contact "yesterday" cannot be read' in out
    assert "last contact 2026-05-01, after this day" in out
    assert "last contact 2026-03-30 " in f"{out} "
    assert "last contact 2026-01-10, longer ago than the cadence" in out
    assert out.count("longer ago than the cadence") == 1


@pytest.mark.slow
def test_with_dates_declared_they_are_read(messy: Run, tmp_path: Path) -> None:
    (tmp_path / "abm-tree.toml").write_text(f'{SETTINGS}dates = "month-first"\n')
    ran = messy("people", "A1", *DAY)
    assert "last contact 2026-03-06" in ran.out
    assert "Under [contacts]" not in ran.err


def test_a_name_that_two_have_stands_with_the_id(messy: Run) -> None:
    out = flat(messy("people", "A1", *DAY).out)
    assert "Robin Vale: the same name twice (ids 1, 2): one person?" in out
    assert "commercial decision maker: thin, Robin Vale (1), Nu Head" in out
    assert "suggested: Robin Vale (2), confirm" in out
    assert "Nu Head (8): influence" not in out
    plan = flat(messy("plan", "A1", *DAY).out)
    assert "Ask Robin Vale (1):" in plan
    assert not re.search(r"Robin Vale(?! \([12]\))", plan)


@pytest.mark.slow
def test_a_confirmed_role_stands_over_a_title_from_purchasing(messy: Run, tmp_path: Path) -> None:
    assert "Nu Head: influence not known" in flat(messy("people", "A1", *DAY).out)
    text = CONTACTS.replace("last contact\n", "last contact,gatekeeper\n", 1)
    text = text.replace("2026-01-10\n", "2026-01-10,yes\n")
    text = "".join(f"{line}{'' if line.count(',') == 6 else ','}\n" for line in text.splitlines())
    (tmp_path / "contacts.csv").write_text(text, encoding="utf-8")
    assert "works in purchasing, so it covers nobody's part" in flat(messy("people", "A1", *DAY).out)


@pytest.mark.parametrize("trees", often(((), ("--trees", "account-plan")), ()))
def test_a_sentence_ends_with_one_full_stop(trees: tuple[str, ...], messy: Run) -> None:
    for by in ("date", "person"):
        out = flat(messy("plan", "A1", "--by", by, *trees, *DAY).out)
        assert "Yoltifert Trading Corp." in out
        assert ".. " not in out
        assert not out.endswith("..")


# ---------------------------------------------------------------- what is told beside it


@pytest.mark.parametrize(
    "command", often((("people", "A1"), ("plan", "A1"), ("next", "--account", "A1")), ("people", "A1"))
)
def test_rows_that_cannot_be_read_are_told_in_one_notice(command: tuple[str, ...], messy: Run) -> None:
    ran = messy(*command, *DAY)
    assert ran.code == 0
    (line,) = ran.err.splitlines()
    assert line.startswith(
        "contacts.csv: 4 of 6 people at A1 cannot be read as they stand: line 2 (Robin Vale): "
    )
    assert 'line 4 (Zoe Second): the id "2" is there twice, first in line 3' in line
    assert 'line 5 (Mara Blanksen): the id ("id") is empty' in line
    assert '"Chief Nobody" is none of the choices of stakeholder.role' in line
    assert 'dates = "day-first" or "month-first" says how days are written.' in line
    assert line.endswith("`abm-tree evaluate TREE --contacts contacts.csv` lists them.")


def test_the_same_rows_are_errors_of_a_batch(messy: Run, tmp_path: Path) -> None:
    ran = messy(
        *("evaluate", "stakeholder-engagement", "accounts.csv", "--contacts", "contacts.csv", "-o", "r.csv"),
        *DAY,
    )
    assert set(re.findall(r"in the contacts, line (\d+)", f"{ran.out}{ran.err}")) == {"2", "3", "4", "5"}


@pytest.mark.slow
def test_a_list_that_can_be_read_is_not_told_of(messy: Run, tmp_path: Path) -> None:
    assert messy("people", "A2", *DAY).err == ""


def test_an_account_that_only_the_contacts_have_is_said_to_be(messy: Run) -> None:
    for command in ("people", "plan"):
        ran = messy(command, "A9", *DAY)
        assert (ran.code, ran.err) == (0, "A9 is in contacts.csv and not in accounts.csv.\n")


def test_an_id_that_is_there_twice_is_said_to_be(messy: Run) -> None:
    for arguments in (
        ("walk", "account-plan", "--account", "A1", "--person", "2"),
        ("people", "A1", "--influence", "2=3"),
    ):
        ran = messy(*arguments, *DAY)
        assert ran.code in (Exit.INPUT, Exit.USAGE)
        assert 'The contacts list has the id "2" twice: line 3 (Robin Vale), line 4 (Zoe Second).' in flat(
            ran.err
        )
        assert "Name the id" not in ran.err


def test_next_over_a_list_counts_the_rows_that_are_errors(messy: Run) -> None:
    tree = ("--trees", "stakeholder-engagement")
    assert "7 rows, 4 errors, " in flat(messy("next", *tree, *DAY).out)
    found = json.loads(messy("next", *tree, "--format", "json", *DAY).out)
    assert (found["rows"], found["errors"]) == (7, 4)


# ---------------------------------------------------------------- what others see


def written(messy: Run, folder: Path, *more: str) -> Iterator[tuple[str, str]]:
    # Today, as who was added since is not there on an earlier day.
    for command, endings in (("plan", "md csv json ics txt"), ("people", "csv json txt")):
        for ending in endings.split():
            name = f"{command}.{ending}"
            assert messy(command, "A1", "-o", name, *more).code == 0
            yield name, (folder / name).read_text(encoding="utf-8").replace("\r\n ", "")
    for form in ("json", "csv"):
        yield f"next.{form}", messy("next", "--account", "A1", "--format", form, *more).out


def test_an_id_that_is_a_name_is_not_written_for_others(messy: Run, tmp_path: Path) -> None:
    assert messy("people", "A1", "--add", "Jo Márten", "--title", "CTO").code == 0
    there = 0
    for name, text in written(messy, tmp_path):
        assert NAMES.findall(text) == [], name
        there += "person 3" in text or "person 6" in text
    assert there >= 8
    assert re.search("person 3.*person 6", flat((tmp_path / "people.txt").read_text()))
    assert "K1" in (tmp_path / "people.csv").read_text()  # an id that stands for a blank name says none
    for name, text in written(messy, tmp_path, "--unmasked"):
        assert "person 3" not in text, name
    assert "jo-marten" in (tmp_path / "people.csv").read_text()


@pytest.mark.slow
def test_a_calendar_keeps_its_uids_whether_names_are_in_it_or_not(messy: Run, tmp_path: Path) -> None:
    # A date in the words of a thing to do is hidden from others, and makes it another one.
    (tmp_path / "contacts.csv").write_text(CONTACTS.replace("2026-01-10", ""), encoding="utf-8")
    uids = []
    for more in ((), ("--unmasked",)):
        messy("plan", "A1", "-o", "plan.ics", *more, *DAY)
        text = (tmp_path / "plan.ics").read_text(encoding="utf-8").replace("\r\n ", "")
        uids.append(re.findall(r"^UID:.*", text, flags=re.M))
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == len(uids[0]) > 3
