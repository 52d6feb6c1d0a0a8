"""Whose a fact is: what an account's row says of somebody is said of nobody who is named, in any command."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from abm_tree.cli import main
from abm_tree.cli.exits import Exit
from abm_tree.feel import DateTime
from abm_tree.session.met import add_person
from abm_tree.session.next import at_account
from abm_tree.session.open import moment
from abm_tree.session.snapshot import snapshot
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tree.facts import Known, Unknown
from abm_tree.walk.subject import Subject

DAY = "2026-03-31T09:00:00Z"
ACCOUNTS = """Account ID,Account Name,Last Activity,mood,employees
A-1,Fennbrook,2026-03-20,warm,50
A-2,Okerdal,2026-03-21,cold,60
"""
CONTACTS = """Contact ID,Account ID,Name,Last Contact
P-1,A-1,Robin Vale,2026-01-10
P-2,A-1,Kim Lindqvist,
"""
PERSON = """
id = "person"
title = "Person"
subject = "stakeholder"
start = "last"
[facts.mood]
of = "stakeholder"
type = "choice"
title = "Mood"
ask = "How is {stakeholder.name | this person} with us?"
choices = { warm = "Warm", cold = "Cold" }
[nodes.last]
branches = [{ if = 'stakeholder.last_contact >= date("2026-02-01")', to = "mood" }]
otherwise = "write"
unknown = "never"
[nodes.mood]
decide = "mood"
unknown = "ask"
branches = [{ is = "warm", to = "meet" }, { is = "cold", to = "write" }]
[outcomes.meet]
title = "Meet"
[outcomes.write]
title = "Write"
[[outcomes.write.actions]]
do = "Write to {stakeholder.name | them} at {account.name | the account}"
owner = "rep"
within = "P1D"
[outcomes.never]
title = "Never"
actions = [{ do = "Ring {stakeholder.name | them} up", owner = "rep", within = "P1D" }]
[outcomes.ask]
title = "Ask"
"""
REVIEW = """
id = "review"
title = "Review"
start = "everybody"
[nodes.everybody]
each = "stakeholder"
tree = "person"
to = "size"
[nodes.size]
branches = [{ if = "account.employees > 0", to = "done" }]
otherwise = "done"
unknown = "done"
[outcomes.done]
title = "Done"
"""
SETTINGS = '[accounts]\npath = "accounts.csv"\n'
LAST = "stakeholder.last_contact"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ABM_TREE_NOW", DAY)
    monkeypatch.setenv("ABM_TREE_USER", "rep")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trees").mkdir()
    for name, text in (
        ("abm-tree.toml", f'{SETTINGS}[contacts]\npath = "contacts.csv"\n'),
        ("accounts.csv", ACCOUNTS),
        ("contacts.csv", CONTACTS),
        ("trees/person.toml", PERSON),
        ("trees/review.toml", REVIEW),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    found = open_workspace(folder, journal=folder / "journal.db")
    yield found
    found.desk.close()


def now() -> DateTime:
    found = moment(DAY)
    assert isinstance(found, DateTime)
    return found


def facts(workspace: Workspace, person: str, account: str = "A-1") -> dict[str, Any]:
    """What is known of a person."""
    found = workspace.facts(workspace.tree("person"), Subject(account, "", person), now())
    return {key: one.value for key, one in found.items() if isinstance(one, Known)}


def batch(folder: Path, *options: str, code: int = 0) -> dict[tuple[str, str], str]:
    asked = ["evaluate", "person", "accounts.csv", *options, "--as-of", DAY, "-o", "out.csv"]
    assert main([*asked, "--summary", "none"]) == code
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["account_id"], row.get("stakeholder_id", "")): row["outcome"] for row in csv.DictReader(file)
        }


def test_what_the_account_says_is_nobodys_who_is_named(workspace: Workspace) -> None:
    jo = add_person(workspace, "A-1", "Jo Marten")
    for person in ("P-1", "P-2", jo.id, "nobody-yet"):
        known = facts(workspace, person)
        assert "mood" not in known, person
        assert (LAST in known) == (person == "P-1"), person
        assert known["account.name"] == "Fennbrook"
    assert facts(workspace, "")["mood"] == "warm"
    assert LAST in facts(workspace, "")


def test_a_snapshot_and_what_next_say_the_same(workspace: Workspace) -> None:
    jo = add_person(workspace, "A-1", "Jo Marten")
    opened = workspace.tree("person")
    snap = snapshot(workspace, [opened], "A-1", as_of=now())
    found = {one.person: one.record for one in snap.walked}
    assert {person: one.outcome for person, one in found.items()} == {
        "P-1": "write",
        "P-2": "never",
        jo.id: "never",
    }
    assert [task.do for task in found[jo.id].actions] == ["Ring Jo Marten up"]
    assert at_account(workspace, [opened], "A-1", as_of=now()).snap.walked == snap.walked
    nobody = snapshot(workspace, [opened], "A-2", as_of=now())
    assert [one.record.outcome for one in nobody.walked] == ["write"]


def test_a_walk_begins_and_goes_on_without_it(workspace: Workspace) -> None:
    jo = add_person(workspace, "A-1", "Jo Marten")
    book = workspace.book()
    walk = workspace.start("person", book.entry("A-1"), jo, as_of=now())
    assert not any(isinstance(walk.given.get(key), Known) for key in (LAST, "mood"))
    again = workspace.resume(walk.id, now())
    assert not any(isinstance(again.given.get(key), Known) for key in (LAST, "mood"))
    alone = workspace.start("person", book.entry("A-1"), as_of=now())
    assert isinstance(alone.given[LAST], Known)


def test_a_batch_and_explain_agree_with_the_walks(workspace: Workspace, folder: Path) -> None:
    rows = batch(folder, "--contacts", "contacts.csv")
    snaps = {
        (account, one.person): one.record.outcome
        for account in ("A-1", "A-2")
        for one in snapshot(workspace, [workspace.tree("person")], account, as_of=now()).walked
    }
    assert rows == snaps == {("A-1", "P-1"): "write", ("A-1", "P-2"): "never", ("A-2", ""): "write"}
    assert batch(folder) == {("A-1", ""): "meet", ("A-2", ""): "write"}


def test_a_column_that_contacts_lack_is_not_the_persons(folder: Path) -> None:
    (folder / "contacts.csv").write_text("Contact ID,Account ID,Name\nP-1,A-1,Robin Vale\n", encoding="utf-8")
    assert batch(folder, "--contacts", "contacts.csv") == {("A-1", "P-1"): "never", ("A-2", ""): "write"}
    # Nor does a condition find it there.
    chosen = batch(folder, "--contacts", "contacts.csv", "--where", "known(stakeholder.last_contact)")
    assert chosen == {("A-2", ""): "write"}
    given = batch(folder, "--contacts", "contacts.csv", "--fact", "stakeholder.last_contact=2026-03-01")
    assert given[("A-1", "P-1")] == "ask"


def test_each_walks_say_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "review", "--account", "A-1", "--as-of", DAY]) == Exit.OK
    out = capsys.readouterr().out
    assert "Write to Robin Vale at Fennbrook" in out
    assert "Ring Kim Lindqvist up" in out
    workspace = open_workspace(folder, journal=folder / "journal.db")
    add_person(workspace, "A-1", "Jo Marten")
    walk = workspace.start("review", workspace.book().entry("A-1"), as_of=now())
    done = [task.do for task in walk.record.actions]
    assert "Ring Jo Marten up" in done
    workspace.desk.close()


@pytest.mark.parametrize("accounts", [(), ("--accounts", "accounts.csv")])
@pytest.mark.parametrize("person", ["jo-marten", "Kim Lindqvist"])
def test_a_walk_on_the_command_line_asks_for_it(
    person: str,
    accounts: tuple[str, ...],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = ["--journal", str(folder / "journal.db")]
    assert main(["people", "A-1", "--add", "Jo Marten", *journal]) == Exit.OK
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO("2026-03-30\n2\n"))
    asked = ["walk", "person", "--plain", "--account", "A-1", *accounts, "--person", person, *journal]
    assert main([*asked, "--as-of", DAY, "--record", "r.jsonl"]) == Exit.OK
    record = json.loads((folder / "r.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    read = {one["fact"]: one for step in record["trail"] for one in step["read"]}
    assert {read[LAST]["source"], read["mood"]["source"]} == {"answer"}


@pytest.mark.parametrize("heading", ["Account ID", "Deal ID"])
def test_without_a_contacts_list_a_named_person_has_none_of_it_either(
    heading: str, workspace: Workspace, folder: Path
) -> None:
    (folder / "abm-tree.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "accounts.csv").write_text(ACCOUNTS.replace("Account ID", heading), encoding="utf-8")
    found = open_workspace(folder, journal=folder / "journal.db")
    known = found.facts(found.tree("person"), Subject("A-1", "", "jo"), now())
    assert not any(isinstance(known.get(key), Known | Unknown) for key in (LAST, "mood"))
    found.desk.close()


@pytest.mark.parametrize("heading", ["Lead ID", "Id"])
def test_a_row_of_a_list_of_leads_is_its_persons(heading: str, folder: Path) -> None:
    (folder / "abm-tree.toml").write_text(SETTINGS, encoding="utf-8")
    leads = ACCOUNTS.replace("Account ID", heading).replace("Account Name", "Name")
    (folder / "accounts.csv").write_text(leads, encoding="utf-8")
    found = open_workspace(folder, journal=folder / "journal.db")
    for person in ("", "A-1", "jo"):
        known = facts(found, person)
        assert known["mood"] == "warm"
        assert (known.get("stakeholder.name") == "Fennbrook") == (heading == "Lead ID")
    found.desk.close()


def test_the_sample_says_nothing_of_who_was_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABM_TREE_NOW", DAY)
    journal = ["--journal", str(tmp_path / "x.db")]
    who = ["--add", "Jo Marten", "--title", "Head of IT"]
    assert main(["--sample", "people", "ACC-0295", *who, *journal]) == Exit.OK
    capsys.readouterr()
    assert main(["--sample", "plan", "ACC-0295", *journal]) == Exit.OK
    told = capsys.readouterr().out
    assert "Jo Marten" in told
    assert "2026-02-11" not in told
