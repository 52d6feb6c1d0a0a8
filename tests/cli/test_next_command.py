"""`abm-tree next`: the question that settles most, over a list and at one account."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from calls import Office
from program import Run

from abm_tree.cli.exits import Exit
from abm_tree.session.workspace import open_workspace
from abm_tree.tree.facts import Known, complete
from abm_tree.walk.advance import advance
from abm_tree.walk.subject import Subject

TREE = """\
id = "worth"
title = "Worth a call"
start = "size"

[facts.budget]
type = "choice"
title = "Budget"
ask = "Is there money?"
help = "Ask who signs."
ask_of = ["commercial-decision-maker"]
choices = { yes = "Yes", no = "No" }

[facts.mail]
of = "account"
type = "text"
title = "Mail"
ask = "At which address?"

[nodes.size]
decide = "account.employees"
unknown = "later"
branches = [{ when = "< 50", to = "later" }, { when = ">= 50", to = "budget" }]

[nodes.budget]
decide = "budget"
unknown = "later"
branches = [{ is = "yes", to = "mail" }, { is = "no", to = "later" }]

[nodes.mail]
unknown = "call"
branches = [{ if = 'ends with(mail, ".example")', to = "call" }]
otherwise = "later"

[outcomes.call]
title = "Call"
verdict = "qualified"

[outcomes.later]
title = "Later"
verdict = "nurture"
"""
LIST = """\
Account ID,Account Name,Employees,Budget,Mail,Annual Revenue
A1,Alder,,no,a@b.example,1000000
A2,Birch,80,,a@b.example,5000000
A3,=Cedar(),90,,a@b.example,9000000
A4,Dogwood,10,,,100
A5,Elm,,yes,a@b.example,500000000
A6,Fir,200,yes,,700
"""


def written(folder: Path) -> tuple[str, str]:
    (folder / "worth.toml").write_text(TREE, encoding="utf-8")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    return str(folder / "worth.toml"), str(folder / "list.csv")


def as_json(here: Run, *arguments: str) -> Any:
    ran = here("next", *arguments, "--format", "json", "--as-of", "2026-11-21")
    assert ran.code == Exit.OK, ran.err
    return json.loads(ran.out)


def test_the_list_is_ranked_by_what_every_answer_decides(here: Run, tmp_path: Path) -> None:
    tree, accounts = written(tmp_path)
    found = as_json(here, accounts, "--tree", tree)
    assert (found["rows"], found["open"], found["accounts"]) == (6, 5, 5)
    by = {one["fact"]: one for one in found["questions"]}
    # Whatever the size of Alder and Elm, they are decided; with Birch and Cedar it hangs on the money.
    assert (by["account.employees"]["settles"], by["worth/budget"]["settles"]) == (2, 2)
    assert by["account.employees"]["lacking"] == 2
    # Of a text, not every value can be tried: it may settle Fir, and that is all that is said.
    assert (by["worth/mail"]["settles"], by["worth/mail"]["unproven"]) == (0, 1)
    assert [one["fact"] for one in found["questions"]][2] == "worth/mail"
    assert found["may_settle_more"] == []
    budget = by["worth/budget"]["trees"][0]
    assert {one["answer"]: one["decides"] for one in budget["answers"]} == {"Yes": 2, "No": 2}
    assert budget["outcomes"] == {"call": 2, "later": 2}
    assert by["worth/budget"]["ask_of"] == ["commercial-decision-maker"]
    # Both settle two, and an answer decides as many on average; but Alder's size changes nothing there.
    assert found["questions"][0]["fact"] == "worth/budget"
    assert (by["account.employees"]["matters"], by["account.employees"]["keeps"]) == (1, 1)


def test_weighed_by_a_fact_the_rows_that_are_worth_most_come_first(here: Run, tmp_path: Path) -> None:
    tree, accounts = written(tmp_path)
    found = as_json(here, accounts, "--tree", tree, "--weigh", "account.annual_revenue")
    assert found["ranked_by"] == "weight"
    assert [one["fact"] for one in found["questions"]][:2] == ["account.employees", "worth/budget"]
    assert found["questions"][0]["weight"] == 501_000_000
    assert [one["account_id"] for one in found["where"]] == ["A5", "A1"]
    (tmp_path / "list.csv").write_text(LIST.replace("500000000", "5"), encoding="utf-8")
    found = as_json(here, accounts, "--tree", tree, "--weigh", "account.annual_revenue")
    assert [one["fact"] for one in found["questions"]][:2] == ["worth/budget", "account.employees"]
    assert [one["account_id"] for one in found["where"]] == ["A3", "A2"]


def test_the_text_names_the_question_the_answers_and_where(here: Run, tmp_path: Path) -> None:
    tree, accounts = written(tmp_path)
    ran = here("next", accounts, "--tree", tree, "--weigh", "account.annual_revenue", "--top", "2")
    assert ran.code == Exit.OK, ran.err
    assert "6 rows, 5 open at 5 accounts." in " ".join(ran.out.split())
    for words in (
        "1. How many people work at this company, all sites together?",
        "2. Is there money? (worth/budget)",
        "Ask: commercial decision maker.",
        "- any answer: decides 2 (40.0 %)",
        "- Elm (A5), USD 500,000,000",
    ):
        assert words in ran.out, ran.out
    assert "3. " not in ran.out


def test_a_formula_stays_text_in_csv(here: Run, tmp_path: Path) -> None:
    tree, accounts = written(tmp_path)
    bad = TREE.replace('ask = "Is there money?"', 'ask = "=1+1"')
    Path(tree).write_text(bad, encoding="utf-8")
    ran = here("next", accounts, "--tree", tree, "--format", "csv", "--as-of", "2026-11-21")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["question"] for row in rows if row["fact"] == "worth/budget"} == {"'=1+1"}
    assert {row["answer"]: row["decides"] for row in rows if row["fact"] == "worth/budget"} == {
        "Yes": "2",
        "No": "2",
    }


def test_a_list_with_an_id_twice_is_counted_once(here: Run, tmp_path: Path) -> None:
    tree, accounts = written(tmp_path)
    Path(accounts).write_text(LIST + "A2,Birch again,80,,,1\n", encoding="utf-8")
    found = as_json(here, accounts, "--tree", tree)
    assert (found["rows"], found["open"]) == (7, 5)


def test_several_trees_are_added_up(here: Run, tmp_path: Path) -> None:
    tree, accounts = written(tmp_path)
    other = tmp_path / "other.toml"
    other.write_text(TREE.replace('id = "worth"', 'id = "other"', 1), encoding="utf-8")
    one = as_json(here, accounts, "--tree", tree)
    both = as_json(here, accounts, "--trees", f"{tree}, {other}")
    assert both["trees"] == ["worth", "other"] and both["open"] == 2 * one["open"]
    first = next(one for one in both["questions"] if one["fact"] == "account.employees")
    # A shared fact is one question for both; a tree's own is one of its own.
    assert (first["settles"], len(first["trees"])) == (4, 2)
    assert {one["fact"] for one in both["questions"]} >= {"worth/budget", "other/budget"}


def test_options_that_do_not_go_together_are_refused(here: Run, tmp_path: Path) -> None:
    for arguments, words in (
        (("--account", "A1", "--weigh", "deal.amount"), "--weigh"),
        (("--deal", "D1"), "--deal"),
        (("--top", "0"), "--top"),
    ):
        ran = here("next", *arguments)
        assert ran.code == Exit.USAGE and words in ran.err
    tree, accounts = written(tmp_path)
    ran = here("next", accounts, "--tree", tree, "--weigh", "account.nme")
    assert ran.code == Exit.USAGE and "no fact" in ran.err
    assert here("next", accounts, "--tree", "no-such-tree").code == Exit.TREE
    assert here("next", str(tmp_path / "none.csv"), "--tree", tree).code == Exit.INPUT


def test_one_account_says_which_question_to_whom(
    here: Run, office: Office, today: Callable[[str], None]
) -> None:
    ran = here("next", "--account", "A1", "--tree", "call", "--format", "json")
    assert ran.code == Exit.OK, ran.err
    found = json.loads(ran.out)
    workspace = open_workspace(office.folder)
    opened = workspace.tree("call")
    people = [one.id for one in workspace.book().people["A1"]]
    assert found["walks"] == len(people)
    assert not (office.folder / "journal.db").exists(), "looking makes no journal"
    # Each walk that is said to be settled is: with every answer of the interpreter's own.
    assert found["questions"]
    for one in found["questions"]:
        key = one["fact"].removeprefix("call/")
        fact = opened.tree.facts[key]
        for walk in one["settles_in"]:
            subject = Subject("A1", "", walk["stakeholder_id"])
            known = workspace.facts(opened, subject)
            values: list[Any] = list(fact.choices) or [0, 4, 5, 1000]
            for value in values:
                facts = complete(opened.tree.facts, {**known, key: Known(value)}, workspace.now())
                record = advance(opened.tree, facts, workspace.now())
                assert record.status == "decided" and not record.leaned
        if fact.scope == "stakeholder":
            assert one["about"] in people and one["whom"]["stakeholder_id"] == one["about"]
    text = here("next", "--account", "A1", "--tree", "call").out
    assert "Whom: " in text and "1. " in text
    ran = here("next", "--account", "Nobody", "--tree", "call")
    assert ran.code == Exit.INPUT and "no account" in ran.err


def test_names_are_left_out_of_files_unless_asked_for(here: Run, office: Office) -> None:
    names = [one.name for one in open_workspace(office.folder).book().people["A1"] if one.name]
    assert names
    for kind in ("json", "csv"):
        ran = here("next", "--account", "A1", "--tree", "call", "--format", kind)
        assert not any(name in ran.out for name in names)
    ran = here("next", "--account", "A1", "--tree", "call", "--format", "json", "--unmasked")
    assert any(name in ran.out for name in names)
