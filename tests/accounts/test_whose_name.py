"""Whose name stands under "name": the account's in a list of accounts, a person's in a list of people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from abm_tree.accounts.columns import find_columns
from abm_tree.accounts.lists import Options, open_people
from abm_tree.cli import main
from abm_tree.cli.exits import Exit
from abm_tree.feel import TEXT
from abm_tree.tree.parts import Fact

PERSON, ACCOUNT, DEAL = (
    Fact(f"{scope}.name", "text", TEXT, scope, False, title, headings=headings)
    for scope, title, headings in (
        ("stakeholder", "Name", ("Full Name",)),
        ("account", "Account", ("Account Name", "Company", "Name")),
        ("deal", "Deal", ("Deal Name",)),
    )
)
TREE = """
id = "call"
title = "Call"
subject = "stakeholder"
start = "side"
[nodes.side]
decide = "stakeholder.attitude"
branches = [{ when = ">= 1", to = "call" }, { when = "< 1", to = "call" }]
[outcomes.call]
title = "Call"
actions = [{ do = "Call {stakeholder.name | them}", owner = "rep", within = "P1D" }]
"""


def read(
    heading: str, *facts: Fact, subject: str = "stakeholder", mapping: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Which heading each fact is read from."""
    header = heading.split(",")
    columns, _ = find_columns(
        *("list", header, {one.name: one for one in facts}, subject),
        mapping=mapping or {},
        id_column=None,
        ids_alone=True,
    )
    assert columns is not None
    return {fact: header[at] for at, fact in columns.facts.items()}


@pytest.mark.parametrize(
    "heading", ["account_id,name", "Account ID,NAME,size", " Company ID ,Name", "accountid,Name"]
)
def test_in_a_list_of_accounts_it_is_the_accounts(heading: str) -> None:
    name = next(one for one in heading.split(",") if one.casefold() == "name")
    assert read(heading, PERSON) == {}
    assert read(heading, DEAL, subject="account") == {}
    assert read(heading, PERSON, DEAL, ACCOUNT) == {"account.name": name}


@pytest.mark.parametrize(
    "heading",
    [
        "contact_id,account_id,name",
        "lead_id,name",
        "Lead ID,Account ID,name",
        "id,name",
        "Record ID,name",
        "nr,name",
    ],
)
def test_in_a_list_of_people_or_leads_it_is_the_persons(heading: str) -> None:
    assert read(heading, PERSON) == {"stakeholder.name": "name"}


@pytest.mark.parametrize("other", ["Account Name", "company", "account.name", "Organisation"])
def test_where_another_heading_tells_the_accounts_it_is_the_persons(other: str) -> None:
    assert read(f"account_id,{other},name", PERSON) == {"stakeholder.name": "name"}
    assert read("account_id,Firma,name", PERSON, ACCOUNT, mapping={"Firma": "account.name"}) == {
        "account.name": "Firma",
        "stakeholder.name": "name",
    }


def test_in_a_list_of_deals_it_is_no_persons() -> None:
    assert read("deal_id,account_id,name", PERSON, DEAL, subject="deal") == {"deal.name": "name"}


def test_who_says_so_knows_better() -> None:
    assert read("account_id,name", PERSON, mapping={"name": "stakeholder.name"}) == {
        "stakeholder.name": "name"
    }
    assert read("account_id,name,Full Name", PERSON) == {"stakeholder.name": "Full Name"}


def test_contacts_without_ids_of_their_own_have_names(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("account_id,name\nA-1,Ann Lee\nA-1,Bo Quist\n", encoding="utf-8")
    found, _ = open_people(tmp_path / "people.csv", "people.csv", {PERSON.name: PERSON}, Options())
    assert found is not None
    assert [row.facts["stakeholder.name"].value for row in found.read()] == ["Ann Lee", "Bo Quist"]  # type: ignore[union-attr]


def test_no_account_is_called_like_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "call.toml").write_text(TREE, encoding="utf-8")
    (tmp_path / "list.csv").write_text("account_id,name,attitude\nN-4,Brackwater Co,1\n", encoding="utf-8")
    (tmp_path / "people.csv").write_text("account_id,name,attitude\nN-4,Ann Lee,1\n", encoding="utf-8")
    asked = ("call.toml", "--accounts", "list.csv", "--account", "N-4", "--as-of", "2026-03-31")
    assert main(["explain", *asked]) == Exit.OK
    assert "Call them" in capsys.readouterr().out
    for contacts, said in (((), "Call them"), (("--contacts", "people.csv"), "Call Ann Lee")):
        tried = ["evaluate", "call.toml", "list.csv", *contacts, "--records", "r.jsonl", "-o", "out.csv"]
        assert main([*tried, "--as-of", "2026-03-31"]) == Exit.OK
        told = capsys.readouterr()
        assert ("stakeholder.name" in told.out) == bool(contacts)
        assert said in (tmp_path / "r.jsonl").read_text(encoding="utf-8")


def test_an_id_column_of_people_is_named_in_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Kontakt Nr;Kundennummer;Name\n1;N-1;Ann\n2;N-1;Bo\n", encoding="utf-8")
    found, [finding] = open_people(path, "people.csv", {}, Options())
    assert found is None
    assert finding.code == "no-id-column"
    assert finding.help is not None
    assert finding.help.startswith('Say in abm-tree.toml, under [contacts]: id = "Kontakt Nr"')
    assert "--id" not in finding.help
