"""The four personas and the procurement variant: complete, different, and ranked by what is known."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from abm_tree.feel import parse_date_time
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tree.personas import Persona
from abm_tree.tree.shelf import open_shelf
from abm_tree.tree.terms import ROLES

ROOT = Path(__file__).resolve().parents[2]
COMMERCIAL, TECHNICAL, INFLUENCER, END_USER = ROLES
LISTS = ("cares_about", "lead_with", "avoid", "proof", "questions", "do", "dont")

# What the seed text on account management says of each role.
EMPHASIS = {
    COMMERCIAL: ("return on investment", "cost-benefit", "value"),
    TECHNICAL: ("specifications", "compliance", "integration"),
    INFLUENCER: ("trust", "perspectives"),
    END_USER: ("usability", "efficiency", "day-to-day"),
}


@pytest.fixture(scope="module")
def personas() -> dict[str, Persona]:
    return dict(open_shelf(ROOT).definitions.personas)


def pages(personas: dict[str, Persona]) -> list[Persona]:
    return [*personas.values(), *personas[COMMERCIAL].variants.values()]


def texts(one: Persona) -> list[str]:
    found = [one.title, one.definition, *(text for part in LISTS for text in getattr(one, part))]
    return found + [
        getattr(each, part)
        for each in one.objections
        for part in ("says", "means", "respond", "proof", "next")
    ]


def test_practice_40_four_personas_with_what_the_seed_says_of_each(personas: dict[str, Persona]) -> None:
    assert set(personas) == set(ROLES)
    for role, words in EMPHASIS.items():
        whole = "\n".join(texts(personas[role])).casefold()
        assert [word for word in words if word not in whole] == [], role
    told = {(one.role, one.can_approve, one.can_veto) for one in personas.values()}
    assert told == {
        (COMMERCIAL, True, True),
        (TECHNICAL, False, True),
        (INFLUENCER, False, False),
        (END_USER, False, False),
    }
    # A role is a value that branches go by, like any other.
    form = tomllib.loads((ROOT / "trees" / "lead-qualification.toml").read_text(encoding="utf-8"))
    ways = [one["branches"] for one in form["nodes"].values() if one.get("decide") == "stakeholder.role"]
    assert {branch["is"] for branches in ways for branch in branches} == set(ROLES)
    assert len({branch["to"] for branches in ways for branch in branches}) == len(ROLES)


def test_practice_40_every_page_is_whole_and_no_two_say_the_same(personas: dict[str, Persona]) -> None:
    for one in pages(personas):
        for part in LISTS:
            assert len(getattr(one, part)) >= 2, f"{one.title}: {part}"
        assert len(one.questions) >= 4 and len(one.objections) >= 5, one.title
        for objection in one.objections:
            for part in ("says", "means", "respond", "proof", "next"):
                assert getattr(objection, part), f"{one.title}: {objection.id} lacks {part}"
            assert objection.next.endswith("?"), objection.id
            assert objection.likely_when is not None, objection.id
        assert len(texts(one)) == len(set(texts(one))), one.title
    for first, second in combinations(pages(personas), 2):
        assert not set(texts(first)) & set(texts(second)), f"{first.title}, {second.title}"
    for text in (text for one in pages(personas) for text in texts(one)):
        assert "!" not in text and "  " not in text


def test_objections_have_one_name_each(personas: dict[str, Persona]) -> None:
    names = [one.id for page in personas.values() for one in page.all_objections]
    assert len(names) == len(set(names))


# ---------------------------------------------------------------- before a call


ACCOUNTS = """\
Account ID,Account Name,Employees,Industry,Account Type,Competitor,Amount,Decision Date,Security Review
A1,Fennbrook Ltd,300,Retail,Customer,No competitor,20000,2026-04-15,Passed
A2,Okerdal Bank,300,Banking,Customer,No competitor,20000,2026-04-15,
A3,Halvstrom AB,300,Retail,Customer,Rivalware,20000,2026-04-15,Passed
A4,Miptagund S.L.,300,Retail,Prospect,No competitor,20000,2026-04-15,Passed
A5,Yolton Inc.,300,Retail,Customer,No competitor,90000,2026-04-15,Passed
A6,Drennu S.A.,300,Retail,Customer,No competitor,20000,2026-11-30,Passed
A7,Jarpari AG,300,Retail,Customer,No competitor,20000,2026-04-15,In progress
A8,Voskib Oy,3000,Retail,Customer,In-house,20000,2026-04-15,Passed
"""
CONTACTS = """\
Contact ID,Account ID,Name,Role,Attitude,Influence,Interest,Gatekeeper
P1,A1,Robin Vale,{role},,,,{gatekeeper}
P2,A8,Kim Vale,{role},-1,2,2,{gatekeeper}
"""
# A tree that reads nothing of it: what makes objections likely is known all the same.
TREE = """\
id    = "call"
title = "Call"
start = "mood"

[nodes.mood]
ask      = "How did it go?"
choices  = {{ well = "Well", badly = "Badly" }}
{cites}
unknown  = "end"
branches = [{{ is = ["well", "badly"], to = "end" }}]
say      = {{ commercial-decision-maker = "A", technical-qualifier = "B", influencer = "C", end-user = "D" }}

[outcomes.end]
title   = "End"
actions = [{{ do = "Write it down", owner = "rep", within = "P1D" }}]
"""


def walking(
    folder: Path, account: str, role: str, *, person: str = "", gatekeeper: str = "", cites: str = ""
) -> Walk:
    """A walk begun before a call, with what the lists know."""
    (folder / "trees").mkdir(exist_ok=True)
    (folder / "trees" / "call.toml").write_text(TREE.format(cites=cites), encoding="utf-8")
    (folder / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    people = CONTACTS.format(role=role, gatekeeper=gatekeeper)
    (folder / "contacts.csv").write_text(people, encoding="utf-8")
    (folder / "abm-tree.toml").write_text(
        'timezone = "UTC"\n[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n',
        encoding="utf-8",
    )
    found: Workspace = open_workspace(folder, journal=folder / "journal.db")
    opened = found.tree("call")
    moment = parse_date_time("2026-03-31T09:00:00Z")
    book = found.book()
    someone = next((one for one in book.people.get(account, ()) if one.id == person), None)
    return found.start(opened, book.entry(account), someone, role, as_of=moment)


def likely(walk: Walk) -> list[str]:
    ranked = walk.objections(walk.question)
    values = [one.likely for one in ranked if not one.cited]
    rank = {True: 0, None: 1, False: 2}
    assert [rank[value] for value in values] == sorted(rank[value] for value in values)
    return [one.objection.id for one in ranked if one.likely]


@pytest.mark.parametrize(
    ("role", "account", "more"),
    [
        (TECHNICAL, "A2", {"security-papers"}),  # industry
        (TECHNICAL, "A7", {"security-papers", "data-leaves"}),  # an open security question
        (TECHNICAL, "A8", {"build-it", "no-integration", "scale"}),  # competitor, size
        (COMMERCIAL, "A3", {"every-vendor-says-so", "cheaper-competitor", "three-bids"}),  # competitor
        (COMMERCIAL, "A4", {"no-budget", "not-onboarded"}),  # client status
        (COMMERCIAL, "A5", {"too-expensive", "best-and-final"}),  # amount
        (COMMERCIAL, "A6", {"not-now"}),  # decision date
        (INFLUENCER, "A3", {"prefers-other-tool"}),
    ],
)
def test_practice_42_objections_are_ranked_by_account_facts_before_the_call(
    tmp_path: Path, role: str, account: str, more: set[str]
) -> None:
    usual, here = likely(walking(tmp_path, "A1", role)), likely(walking(tmp_path, account, role))
    assert set(here) - set(usual) == more


def test_practice_42_the_person_s_attitude_and_weight_rank_them_too(tmp_path: Path) -> None:
    cool = likely(walking(tmp_path, "A8", END_USER, person="P2"))
    assert {"job-fear", "no-time-to-learn", "nobody-asked-us", "another-login"} <= set(cool)
    assert not {"job-fear", "nobody-asked-us"} & set(likely(walking(tmp_path, "A8", END_USER)))
    quiet = likely(walking(tmp_path, "A8", INFLUENCER, person="P2"))
    assert {"not-my-call", "check-with-boss", "committee"} <= set(quiet)


def test_practice_42_what_a_question_names_comes_before_what_is_likely(tmp_path: Path) -> None:
    walk = walking(tmp_path, "A3", COMMERCIAL, cites='objection = "wrong-choice"')
    first, second, *_ = walk.objections(walk.question)
    assert (first.objection.id, first.cited) == ("wrong-choice", True)
    assert second.likely


@pytest.mark.parametrize(("says", "of"), [("yes", {""}), ("no", {""}), ("", {"", "Procurement"})])
def test_somebody_in_purchasing_gets_the_page_of_purchasing(tmp_path: Path, says: str, of: set[str]) -> None:
    walk = walking(tmp_path, "A1", COMMERCIAL, person="P1", gatekeeper=says)
    assert walk.persona is not None
    assert walk.persona.title == ("Procurement" if says == "yes" else "Commercial decision maker")
    ids = {one.objection.id for one in walk.objections(walk.question)}
    assert ("best-and-final" in ids) == (says != "no")
    assert ("too-expensive" in ids) == (says != "yes")
    assert {one.of for one in walk.objections(walk.question)} == of
