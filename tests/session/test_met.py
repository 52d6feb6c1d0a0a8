"""People who are added, and what is said of them outside walks: recorded, counted, taken back, forgotten."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from abm_tree.feel import Date
from abm_tree.group.people import Stakeholder
from abm_tree.journal.forget import Forgotten, forget
from abm_tree.journal.verify import verify
from abm_tree.session.book import Person
from abm_tree.session.coverage import covered_now
from abm_tree.session.journal import write_csv, write_json
from abm_tree.session.met import (
    NotPossible,
    add_person,
    set_attitude,
    set_knows,
    set_tested,
    spoke,
    unset_knows,
)
from abm_tree.session.people import KNOWS, MET, everybody, people, set_role, take_back
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tree.facts import Known
from abm_tree.walk.subject import Subject

SETTINGS = '[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n'
ACCOUNTS = "Account ID,Account Name,Segment\nA-1,Acme,enterprise\nA-2,Brunt,\n"
CONTACTS = """Contact ID,Account ID,Name,Title,Contact Role,Influence,Interest,Attitude,Last Contact,Knows
P-1,A-1,Ann,Chief Financial Officer,Economic Buyer,5,5,1,2026-11-18,Bo; P-3; nobody; Ann
P-2,A-1,Bo,Head of IT,Evaluator,4,4,0,2026-10-10,
P-3,A-1,Cy,Chief Information Officer,,2,3,1,2026-08-01,
P-4,A-2,Bo,,,,,,,P-1
"""
TREE = """
id = "group"
title = "Group"
subject = "stakeholder"
start = "met"
[people.all]
as = "count"
if = "true"
[people.titled]
as = "count"
if = 'stakeholder.title = "Head of Legal"'
[nodes.met]
decide = "people.all"
unknown = "end"
otherwise = "name"
branches = [{ when = "< 2", to = "end" }]
[nodes.name]
decide = "people.titled"
unknown = "end"
otherwise = "end"
branches = [{ when = "1", to = "one" }]
[outcomes.end]
title = "End"
[outcomes.one]
title = "One"
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("ABM_TREE_NOW", "2026-11-21T10:00:00+00:00")
    monkeypatch.setenv("ABM_TREE_USER", "rep")
    (tmp_path / "trees").mkdir()
    for name, text in (
        ("abm-tree.toml", SETTINGS),
        ("accounts.csv", ACCOUNTS),
        ("contacts.csv", CONTACTS),
        ("trees/group.toml", TREE),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = open_workspace(tmp_path, journal=tmp_path / "journal.db")
    yield found
    found.journal.close()


def one(workspace: Workspace, person: str) -> Stakeholder:
    return next(found for found in people(workspace, "A-1") if found.id == person)


def named(person: str, name: str = "") -> Person:
    return Person(person, "A-1", name or person)


# ---------------------------------------------------------------- somebody new


def test_somebody_new_is_one_of_the_people_everywhere(workspace: Workspace) -> None:
    eve = add_person(workspace, "A-1", "  Eve   Ørsted ", "Head of Legal", account_name="Acme")
    assert (eve.id, eve.name, eve.title) == ("eve-ørsted", "Eve Ørsted", "Head of Legal")
    found = one(workspace, eve.id)
    assert (found.name, found.title, found.listed, found.role) == ("Eve Ørsted", "Head of Legal", False, None)
    assert (found.suggested, found.confirmed) == ("technical-qualifier", False)
    assert [who.id for who in everybody(workspace, "A-1", workspace.book())][-1] == eve.id
    walk = workspace.start("group", workspace.book().entry("A-1"), eve)
    assert (walk.record.outcome, walk.names.stakeholder) == ("one", "Eve Ørsted")
    state = walk.facts["people.all"]
    assert isinstance(state, Known) and state.value == 4
    other = workspace.start("group", workspace.book().entry("A-1"), named("P-1", "Ann"))
    assert other.record.outcome == "one", "they count among the people of the account's other walks, too"


def test_who_was_added_and_taken_back_was_never_there(workspace: Workspace) -> None:
    before = people(workspace, "A-1")
    add_person(workspace, "A-1", "Eve")
    back = take_back(workspace, "A-1")
    assert back is not None and (back.fact, back.value) == (MET, "Eve")
    assert people(workspace, "A-1") == before
    walk = workspace.start("group", workspace.book().entry("A-1"), named("P-1", "Ann"))
    state = walk.facts["people.all"]
    assert isinstance(state, Known) and state.value == 3
    assert add_person(workspace, "A-1", "Eve").id == "eve", "and may be added again"


@pytest.mark.parametrize("name", ["Ann", "ANN ", " ann"])
def test_nobody_is_there_twice(workspace: Workspace, name: str) -> None:
    with pytest.raises(NotPossible, match='"Ann" is there already, as P-1'):
        add_person(workspace, "A-1", name)


@pytest.mark.parametrize(
    ("account", "name", "words"),
    [("", "Eve", "belong to an account"), ("A-1", "  ", "needs a name")],
)
def test_nobody_without_a_name_or_an_account(
    workspace: Workspace, account: str, name: str, words: str
) -> None:
    with pytest.raises(NotPossible, match=words):
        add_person(workspace, account, name)
    assert not workspace.journal.streams()


def test_an_id_is_nobody_elses(workspace: Workspace) -> None:
    assert add_person(workspace, "A-1", "P 4").id == "p-4-2", "P-4 is on the list, at another account"
    assert add_person(workspace, "A-2", "Eve").id == "eve"
    assert add_person(workspace, "A-1", "Eve").id == "eve-2"
    assert add_person(workspace, "A-1", "Éve").id == "eve-3"
    assert add_person(workspace, "A-1", "***").id == "person"
    assert add_person(workspace, "A-1", "\x1b[31m宽" * 40).id.startswith("31m宽")


# ---------------------------------------------------------------- who knows whom


def test_the_list_tells_who_knows_whom_by_ids_and_names(workspace: Workspace) -> None:
    assert {who.id: who.knows for who in people(workspace, "A-1")} == {
        "P-1": ("P-2", "P-3"),
        "P-2": ("P-1",),
        "P-3": ("P-1",),
    }
    assert people(workspace, "A-2")[0].knows == (), "P-1 is at another account"


def test_acquaintance_holds_both_ways_and_is_taken_back(workspace: Workspace) -> None:
    bo, cy = named("P-2"), named("P-3")
    assert set_knows(workspace, "A-1", bo, cy)
    assert not set_knows(workspace, "A-1", cy, bo), "that was known"
    assert one(workspace, "P-2").knows == ("P-1", "P-3") and one(workspace, "P-3").knows == ("P-1", "P-2")
    back = take_back(workspace, "A-1")
    assert back is not None and (back.stakeholder_id, back.fact, back.value) == ("P-2", KNOWS, "P-3")
    assert one(workspace, "P-3").knows == ("P-1",)
    set_knows(workspace, "A-1", bo, cy)
    assert unset_knows(workspace, "A-1", cy, bo)
    assert one(workspace, "P-2").knows == ("P-1",)
    assert not unset_knows(workspace, "A-1", bo, named("P-1")), "the list says so"
    with pytest.raises(NotPossible, match="one person"):
        set_knows(workspace, "A-1", bo, bo)


# ---------------------------------------------------------------- attitude, contact, test, coverage


def test_attitude_and_contact_count_from_then_on(workspace: Workspace) -> None:
    set_attitude(workspace, "A-1", "P-2", -2)
    assert spoke(workspace, "A-1", "P-2") == Date(2026, 11, 21)
    found = one(workspace, "P-2")
    assert (found.attitude, found.contacted_on) == (-2, Date(2026, 11, 21))
    walk = workspace.start("stakeholder-engagement", workspace.book().entry("A-1"), named("P-2", "Bo"))
    state = walk.facts["stakeholder.last_contact"]
    assert isinstance(state, Known) and state.value == Date(2026, 11, 21)
    assert spoke(workspace, "A-1", "P-2", Date(2026, 11, 1)) == Date(2026, 11, 1)
    assert one(workspace, "P-2").contacted_on == Date(2026, 11, 1), "what is recorded last counts"
    with pytest.raises(NotPossible, match="still to come"):
        spoke(workspace, "A-1", "P-2", Date(2026, 11, 22))
    with pytest.raises(ValueError, match="-2 to 2"):
        set_attitude(workspace, "A-1", "P-2", 3)


def covered(workspace: Workspace, account: str = "A-1") -> dict[str, str]:
    found = people(workspace, account)
    cover = covered_now(workspace, found, workspace.now(), account_id=account)
    return {one.role: one.state for one in cover.roles} | {"light": cover.light}


def test_coverage_by_the_segments_cadence_and_the_workspaces_parameters(
    workspace: Workspace, tmp_path: Path
) -> None:
    assert covered(workspace) == {
        "commercial-decision-maker": "covered",
        "technical-qualifier": "covered",  # 42 days, of 60 in an enterprise
        "influencer": "missing",
        "end-user": "missing",
        "light": "amber",
    }
    month = 'engaged_within = { smb = "P7D", mid-market = "P7D", enterprise = "P1M" }'
    settings = f"{SETTINGS}[parameters.shared]\n{month}\nrole_least = 2\n"
    (tmp_path / "abm-tree.toml").write_text(settings, encoding="utf-8")
    strict = open_workspace(tmp_path, journal=tmp_path / "journal.db")
    cover = covered_now(strict, people(strict, "A-1"), strict.now(), account_id="A-1")
    assert (cover.rules.engaged_within, cover.rules.role_least) == (31, 2), "a month back from 21 November"
    assert cover.light == "red" and cover.single_threaded
    strict.journal.close()


def test_where_the_segment_is_not_known_the_shortest_cadence_counts(workspace: Workspace) -> None:
    cover = covered_now(workspace, people(workspace, "A-2"), workspace.now(), account_id="A-2")
    assert (cover.rules.engaged_within, cover.rules.shortest) == (14, True)


def test_a_champions_test_counts_with_what_proves_it(workspace: Workspace) -> None:
    def champion() -> tuple[str, str]:
        found = people(workspace, "A-1")
        cover = covered_now(workspace, found, workspace.now(), account_id="A-1")
        return cover.champion.state, cover.champion.proof.evidence

    assert champion() == ("test not known", "")
    set_tested(workspace, "A-1", tested=False)
    assert champion() == ("not tested", "")
    set_tested(workspace, "A-1", tested=True, evidence="brought us to the board")
    assert champion() == ("tested", "brought us to the board")
    back = take_back(workspace, "A-1")
    assert back is not None and back.fact == "deal.champion_tested"
    assert champion() == ("not tested", "")


def test_practice_37_a_suggested_role_counts_once_it_is_confirmed(workspace: Workspace) -> None:
    cy = one(workspace, "P-3")
    assert (cy.role, cy.suggested) == (None, "technical-qualifier")
    assert covered(workspace)["technical-qualifier"] == "covered"
    set_role(workspace, "A-1", "P-2", "end-user")
    assert covered(workspace)["technical-qualifier"] == "missing"
    set_role(workspace, "A-1", "P-3", "technical-qualifier")
    assert covered(workspace)["technical-qualifier"] == "thin"
    assert one(workspace, "P-3").suggested is None


def test_who_is_met_later_is_not_there_before(workspace: Workspace) -> None:
    from abm_tree.feel import parse_date_time

    add_person(workspace, "A-1", "Eve")
    before = parse_date_time("2026-11-20T10:00:00+00:00")
    assert before is not None
    assert [who.id for who in people(workspace, "A-1", as_of=before)] == ["P-1", "P-2", "P-3"]


# ---------------------------------------------------------------- forgotten, verified, exported


def test_a_person_is_forgotten_with_their_name_and_whom_they_know(
    workspace: Workspace, tmp_path: Path
) -> None:
    eve = add_person(workspace, "A-1", "Eve Orrin", "Head of Legal")
    set_knows(workspace, "A-1", eve, named("P-2", "Bo"))
    set_knows(workspace, "A-1", named("P-3", "Cy"), eve)
    set_attitude(workspace, "A-1", "P-2", 1)
    found = verify(workspace.journal)
    assert found.findings == [] and found.events == 4
    done = forget(workspace.journal, eve.id)
    assert isinstance(done, Forgotten) and done.events == 3
    assert [who.id for who in people(workspace, "A-1")] == ["P-1", "P-2", "P-3"]
    assert one(workspace, "P-3").knows == ("P-1",) and one(workspace, "P-2").attitude == 1
    workspace.journal.close()
    left = b"".join(path.read_bytes() for path in tmp_path.glob("journal.db*"))
    assert b"Orrin" not in left and b"eve-orrin" not in left and b"Head of Legal" not in left
    workspace.__dict__.pop("journal")
    workspace.__dict__.pop("desk")
    found = verify(workspace.journal)
    assert found.findings == [] and found.erased == 3


def test_exports_tell_who_was_added_and_hide_the_name(workspace: Workspace) -> None:
    eve = add_person(workspace, "A-1", "=Eve", "+Head")
    set_knows(workspace, "A-1", named("P-2", "Bo"), eve)
    lines = io.StringIO()
    write_json(workspace.journal, lines)
    met, knows = map(json.loads, lines.getvalue().splitlines())
    assert (met["kind"], met["personal"]) == ("met", {"name": "(hidden)", "job_title": "(hidden)"})
    assert (knows["kind"], knows["personal"]) == ("knows", {"knows": eve.id})
    table = io.StringIO()
    write_csv(workspace.journal, table, unmasked=True)
    head, first, second = table.getvalue().splitlines()
    assert head.endswith(",name,job_title,knows")
    assert first.endswith(",'=Eve,'+Head,") and second.endswith(f",,,{eve.id}")


def test_two_terminals_at_once_lose_nothing(workspace: Workspace, tmp_path: Path) -> None:
    other = open_workspace(tmp_path, journal=tmp_path / "journal.db")
    add_person(workspace, "A-1", "Eve")
    set_attitude(other, "A-1", "eve", 2)
    set_knows(other, "A-1", named("P-2"), named("eve"))
    found = one(workspace, "eve")
    assert (found.attitude, found.knows) == (2, ("P-2",))
    assert workspace.journal.about(Subject("A-1"))
    other.journal.close()
