"""`abm-tree` alone, in lines: what it shows, and the way from there to a walk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import CALL, Office, say
from program import Run, home_of
from talk import Typed, console

from abm_tree.cli.exits import Exit
from abm_tree.cli.home import Home
from abm_tree.cli.parser import build

Golden = Callable[[str, str], None]


def home(office: Office, *typed: Typed, tty: bool = False) -> tuple[int | None, str]:
    """One round of Home with these lines; the exit code of its walk, and what was written."""
    found, out = console(*typed, tty=tty)
    code = Home(office.open(), found, build().parse_args([])).run()
    return code, out.getvalue()


def without_library(text: str) -> str:
    """What was written, whatever trees the library has."""
    text = re.sub(r"\b\d+ trees?\.", "N trees.", text)
    text = re.sub(r"(?m)^Type a number, 1 to \d+\.", "Type a number, 1 to N.", text)
    listed = r"(?m)^.+, from the library\n(?:  .+\n)+"
    first = re.search(listed, text)
    return re.sub(listed, lambda found: "(the library's)\n" if found.start() == first.start() else "", text)  # type: ignore[union-attr]


def test_home_without_anybody_there(abm: Run, tmp_path: Path, golden: Golden) -> None:
    ran = abm(now="2026-11-21T09:00:00Z")
    assert (ran.code, ran.err) == (Exit.OK, "")
    golden("home sample.txt", without_library(ran.text))
    assert not home_of(tmp_path).exists(), "a look makes no journal"
    assert abm("--plain", "--sample").out == ran.out


def test_an_empty_workspace_says_how_to_fill_it(abm: Run, tmp_path: Path, golden: Golden) -> None:
    (tmp_path / "abm-tree.toml").write_text("", encoding="utf-8")
    ran = abm(stdin="anything\n")
    assert (ran.code, ran.err) == (Exit.OK, "")
    golden("home empty.txt", without_library(ran.text.replace(tmp_path.name, "FOLDER")))


def test_a_list_that_cannot_be_read_is_said_to_be_so(office: Office) -> None:
    (office.folder / "accounts.csv").unlink()
    code, out = home(office)
    assert code is None
    assert "accounts.csv cannot be read" in out


def test_mistakes_in_the_settings_are_counted(office: Office) -> None:
    office.change("abm-tree.toml", 'name = "Kim"', 'name = "Kim"\nthem = "dark"')
    assert "The settings have 1 mistake; abm-tree check shows the place." in home(office)[1]


def test_from_home_to_an_outcome(office: Office, golden: Golden, today: Callable[[str], None]) -> None:
    walk = say(office.start("A2", "P3"), "33", "12")
    walk.pause("budget round", office.open().now().date)
    say(office.start("A1"), "12")
    today("2026-03-05")
    code, out = home(
        office, "?", "e", "9", "nothing like it", "r", "1", "999", "call", "with nobody", "2", "no"
    )
    assert code is Exit.OK
    golden("home office.txt", without_library(out))


@pytest.mark.parametrize("typed", ["A1", "a1", "Alder", "alder", "ald", "ALD", "adr"])
def test_an_account_is_found_by_id_name_or_a_part(office: Office, typed: str) -> None:
    _, out = home(office, typed, "1", "1")
    assert "Alder (A1)" in out
    assert "With whom?" in out
    assert "Known already:\n  Account: Alder" in out


def test_several_accounts_are_numbered(office: Office) -> None:
    rows = "".join(f"Z{number},Zeder {number},{number}\n" for number in range(1, 30))
    office.write("accounts.csv", f"account_id,account name,employees\n{rows}")
    code, out = home(office, "zeder", "12", "2", "1", "0")
    assert "  9. Zeder 9, Z9\n  and 20 more; type more of the name.\n" in out
    assert "Zeder 12 (Z12)" in out or "Zeder 2 (Z2)" in out
    assert code is Exit.UNFINISHED or code is Exit.OK


@pytest.mark.parametrize("number", ["r1", "R1"])
def test_a_walk_is_gone_on_with(office: Office, number: str) -> None:
    say(office.start("A1", "P1"), "12")
    code, out = home(office, "r2", number, "no")
    assert code is Exit.OK
    assert "There is no walk r2 above." in out
    assert "Taken up again, Alder (A1), Ada Quill (P1)." in out
    assert "Outcome: Small" in out


def test_a_person_is_picked_or_at_least_a_role(office: Office) -> None:
    _, out = home(office, "A1", "1", "ada")
    assert "Role in this deal: Will use it every day (from the list)" in out
    _, out = home(office, "A1", "1", "0", "2")
    assert "Role in this deal: Can stop it on technical grounds (given at the start)" in out
    _, out = home(office, "A3", "1", "0")
    assert "With whom?" not in out, "nobody is known there"
    assert "In which role?" in out
    assert "The role is not known yet" in out


@pytest.mark.parametrize(
    "typed", [[], [""], ["quit"], ["A1", "quit"], ["A1"], ["A1", "1", "q"], ["A1", "1", "0"]]
)
def test_leaving_before_a_walk_begins_nothing(office: Office, typed: list[str]) -> None:
    code, _ = home(office, *typed)
    assert code is None
    assert not office.open().journal_place.exists()


def test_a_tree_with_mistakes_is_not_walked(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.change("trees/call.toml", 'start = "people"', 'start = "poeple"')
    code, _ = home(office, "A1", "1")
    assert code == Exit.TREE
    assert "cannot be walked" in capsys.readouterr().err


def test_a_folder_that_is_no_workspace(abm: Run, tmp_path: Path) -> None:
    ran = abm("--workspace", ".")
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert ran.err == ". is no workspace: there is no abm-tree.toml in it, or above it.\n"


def many_trees(office: Office) -> None:
    """Twelve trees beside the two that are there, under two purposes."""
    for number in range(12):
        purpose = "escalation" if number % 2 else "research"
        text = CALL.replace('id = "call"\ntitle = "Call"', f'id = "t{number}"\ntitle = "Way {number}"')
        office.write(f"trees/t{number}.toml", f'purpose = "{purpose}"\nabout = "A sentence."\n{text}')


def test_many_trees_stand_under_headings_each_in_one_line(office: Office) -> None:
    many_trees(office)
    _, out = home(office, "A1", "quit")
    listed = out.partition("Which tree? Its number, or a part of its name.\n")[2].splitlines()
    assert listed[:8] == [
        "Research",
        *(f"  {at}. Way {number}" for at, number in enumerate((0, 10, 2, 4, 6, 8), start=1)),
        "Escalation",
    ]
    assert listed[8] == "  7. Way 1"
    assert "Others" in listed and "Lead qualification, from the library" in listed
    assert not any("A sentence." in one for one in listed)


def test_a_tree_is_named_by_number_name_or_part(office: Office) -> None:
    many_trees(office)
    for typed, asked in (("2", 10), ("Way 10", 10), ("way 8", 8), ("7", 1)):
        walked = home(office, "A1", typed, "1")[1]
        assert f"\nWay {asked} - A sentence.\n" in walked, typed
    # One name may be the beginning of others.
    assert "\nWay 1 - A sentence.\n" in home(office, "A1", "way 1", "1")[1]
    _, out = home(office, "A1", "ay 1", "quit")
    assert "> ay 1\n  2. Way 10\n  7. Way 1\n  8. Way 11\nType a number, 1 to " in out
