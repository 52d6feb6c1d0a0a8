"""What next at an account is what next says of that account's rows in a list."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from calls import FILES, Office
from often import often

from abm_tree.batch.plan import plan
from abm_tree.feel import DateTime
from abm_tree.journal.store import open_journal
from abm_tree.session.next import at_account
from abm_tree.session.next_list import over_list
from abm_tree.session.options import list_options
from abm_tree.session.wish import Planned, Wish
from abm_tree.session.workspace import open_workspace
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Tree
from abm_tree.walk.subject import Subject

TREES = ("stakeholder-engagement", "account-plan")


def only(source: Path, target: Path, account: str) -> Path:
    """The rows of one account."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index("Account ID")
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(row for row in rows if row[at : at + 1] == [account])])
    return target


def planned_of(tree: Tree, moment: DateTime) -> Planned:
    return Planned(plan(tree, moment), tree.subject, lambda: tree)


@pytest.mark.parametrize("account", often(["ACC-0031", "ACC-0067", "ACC-0148", "ACC-0295"], "ACC-0067"))
def test_an_account_is_tried_as_its_rows_are(account: str, tmp_path: Path) -> None:
    workspace = open_workspace(sample=True, journal=tmp_path / "journal.db")
    workspace.journal = open_journal(tmp_path / "journal.db", create=False)
    opened = [workspace.tree(name) for name in TREES]
    moment = workspace.now()
    here = at_account(workspace, opened, account, as_of=moment)
    facts = opened[0].shelf.definitions.facts
    places = workspace.places
    assert places.accounts is not None and places.contacts is not None
    settings = opened[0].shelf.settings
    how = list_options(settings.accounts, dictionary=facts)
    # The whole list is needed where a tree reads facts over it; these two read none.
    wish = Wish(
        only(places.accounts, tmp_path / "accounts.csv", account),
        "accounts.csv",
        how,
        contacts=only(places.contacts, tmp_path / "contacts.csv", account),
        contact_options=list_options(settings.contacts, dictionary=facts),
    )
    planned = [(planned_of(one.tree, moment), one.tree.title) for one in opened]
    there, _ = over_list(planned, wish)
    assert (here.walks, len(here.open)) == (there.rows, there.open)
    settles: Counter[str] = Counter()
    matters: Counter[str] = Counter()
    unproven: Counter[str] = Counter()
    for advised in here.advice:
        settles[advised.question.fact] += advised.question.settles
        matters[advised.question.fact] += advised.question.matters
        unproven[advised.question.fact] += advised.question.unproven
    assert there.questions
    for question in there.questions:
        mine = (settles[question.fact], matters[question.fact], unproven[question.fact])
        assert mine == (question.settles, question.matters, question.unproven), question.fact
    assert set(settles) == {question.fact for question in there.questions}


def test_an_accounts_row_says_nothing_of_people_that_have_rows_of_their_own(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    for name, text in FILES.items():
        office.write(name, text)
    # A column of the account that reads as one about a person: "Last Activity" of a CRM does.
    office.write("accounts.csv", "account_id,account name,employees,stakeholder role\nA1,Alder,50,end-user\n")
    office.write(
        "contacts.csv", "contact_id,account_id,contact name,contact role\nP1,A1,Ada,\nP2,A1,Ben,influencer\n"
    )
    workspace = open_workspace(office.folder)
    opened = workspace.tree("call")
    known = [
        workspace.facts(opened, Subject("A1", "", one)).get("stakeholder.role") for one in ("P1", "P2", "")
    ]
    assert [one.value if isinstance(one, Known) else None for one in known] == [
        None,
        "influencer",
        "end-user",
    ]
