"""The people of an account: read from the list and the journal, placed, given roles, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from abm_tree.feel import DateTime, parse_date_time
from abm_tree.group.people import Stakeholder, covered
from abm_tree.journal.events import FINISHED
from abm_tree.session.people import INFLUENCE, INTEREST, people, place, set_role, take_back, taken_in
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tree.facts import Known
from abm_tree.tree.terms import ROLE, ROLES
from abm_tree.walk.subject import Subject

SETTINGS = """
[accounts]
path = "accounts.csv"
[contacts]
path = "contacts.csv"
dated_by = "Checked"
"""
ACCOUNTS = "Account ID,Account Name\nA-1,Acme\nA-2,Brunt\nA-3,Nobody Ltd\n"
CONTACTS = """Contact ID,Account ID,Name,Title,Contact Role,Influence,Interest,Attitude,Last Contact,Checked
P-1,A-1,Ann,Head of IT,Economic Buyer,5,2,-1,2026-10-01,2026-11-01
P-2,A-1,Bo,,Gatekeeper,high,9,0.5,soon,
P-3,A-1,Cy,,,,,,,
P-4,A-1,Di,,evaluator,4,4,2,,2025-01-05
P-5,A-2,Ed,,end user,1,1,0,,
"""
TREE = """
id = "weighed"
title = "Weighed"
subject = "stakeholder"
start = "who"
[nodes.who]
decide = "stakeholder.role"
unknown = "end"
otherwise = "weight"
branches = [{ is = "end-user", to = "end" }]
[nodes.weight]
decide = "stakeholder.influence"
unknown = "end"
branches = [{ when = "< 4", to = "low" }, { when = ">= 4", to = "high" }]
[outcomes.end]
title = "End"
[outcomes.low]
title = "Low"
[outcomes.high]
title = "High"
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
        ("trees/weighed.toml", TREE),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = open_workspace(tmp_path, journal=tmp_path / "journal.db")
    yield found
    found.journal.close()


def one(workspace: Workspace, person: str, deal: str = "") -> Stakeholder:
    return next(found for found in people(workspace, "A-1", deal) if found.id == person)


def begin(workspace: Workspace, person: str, role: str | None = None, subject: Subject | None = None) -> Walk:
    book = workspace.book()
    who = next(found for found in book.people["A-1"] if found.id == person)
    return workspace.start("weighed", book.entry("A-1"), who, role, subject=subject)


def at(text: str) -> DateTime:
    found = parse_date_time(text)
    assert found is not None
    return found


# ---------------------------------------------------------------- reading


def test_the_contacts_list_is_read_as_a_walk_reads_it(workspace: Workspace) -> None:
    ann, bo, cy, di = people(workspace, "A-1")
    assert (ann.name, ann.title, ann.role, ann.role_text) == (
        "Ann",
        "Head of IT",
        "commercial-decision-maker",
        "commercial decision maker",
    )
    assert (ann.influence, ann.interest, ann.attitude, ann.last_contact) == (5, 2, -1, "2026-10-01")
    assert ann.quadrant == "Keep satisfied"
    assert ann.sources[INFLUENCE] == "contacts list, 20 days ago"
    # What cannot be read is not known; a role that nobody understands is shown as it stands.
    assert (bo.role, bo.role_text, bo.influence, bo.interest, bo.attitude) == (
        None,
        '"Gatekeeper"',
        None,
        None,
        None,
    )
    assert bo.last_contact == "soon" and bo.quadrant == ""
    assert (cy.name, cy.role, cy.role_text, cy.sources) == ("Cy", None, "", {})
    assert (di.role, di.quadrant) == ("technical-qualifier", "Manage closely")
    assert {INFLUENCE, INTEREST} <= di.stale, "older than a year: shown, and said to be too old"
    assert all(found.listed for found in (ann, bo, cy, di))


def test_who_covers_which_role(workspace: Workspace) -> None:
    found = covered(people(workspace, "A-1"))
    assert {role: [who.name for who in those] for role, those in found.items()} == {
        "commercial-decision-maker": ["Ann"],
        "technical-qualifier": ["Di"],
        "influencer": [],
        "end-user": [],
    }
    assert tuple(found) == ROLES


def test_an_account_without_people_and_no_account(workspace: Workspace) -> None:
    assert people(workspace, "A-3") == ()
    assert people(workspace, "") == ()
    assert people(workspace, "unheard of") == ()


def test_people_of_earlier_walks_are_there_when_they_are_on_no_list(workspace: Workspace) -> None:
    workspace.start("weighed", workspace.book().entry("A-3"), subject=Subject("A-3", "", "P-9"))
    (found,) = people(workspace, "A-3")
    assert (found.id, found.name, found.listed) == ("P-9", "P-9", False)


# ---------------------------------------------------------------- placing


def test_what_is_placed_counts_from_then_on_and_can_be_taken_back(workspace: Workspace) -> None:
    place(workspace, "A-1", "P-3", influence=4)
    place(workspace, "A-1", "P-3", interest=5)
    place(workspace, "A-1", "P-3", influence=3)
    cy = one(workspace, "P-3")
    assert (cy.influence, cy.interest, cy.quadrant) == (3, 5, "Keep informed")
    assert cy.sources == {INFLUENCE: "recorded by rep, today", INTEREST: "recorded by rep, today"}
    back = take_back(workspace, "A-1")
    assert back is not None
    assert (back.stakeholder_id, back.fact, back.value) == ("P-3", INFLUENCE, 3)
    assert one(workspace, "P-3").influence == 4
    assert take_back(workspace, "A-1") is not None
    assert take_back(workspace, "A-1") is not None
    assert one(workspace, "P-3") == Stakeholder("P-3", "Cy")
    assert take_back(workspace, "A-1") is None


def test_what_is_placed_stands_over_the_list_and_what_is_taken_back_gives_way_to_it(
    workspace: Workspace,
) -> None:
    place(workspace, "A-1", "P-1", influence=1, interest=1)
    assert one(workspace, "P-1").quadrant == "Monitor"
    take_back(workspace, "A-1", stakeholder_id="P-1")
    take_back(workspace, "A-1", stakeholder_id="P-1")
    assert one(workspace, "P-1").quadrant == "Keep satisfied"


@pytest.mark.parametrize("value", [0, 6, -1])
def test_numbers_outside_the_scale_are_our_mistake(workspace: Workspace, value: int) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        place(workspace, "A-1", "P-1", influence=value)
    with pytest.raises(ValueError, match="no role"):
        set_role(workspace, "A-1", "P-1", "gatekeeper")
    assert workspace.journal.about(Subject("A-1")) == []


def test_only_ones_own_is_taken_back(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    place(workspace, "A-1", "P-1", influence=1)
    workspace.by = "somebody else"
    assert take_back(workspace, "A-1") is None
    assert one(workspace, "P-1").sources[INFLUENCE] == "recorded by rep, today"


def test_a_walk_with_that_person_uses_it(workspace: Workspace) -> None:
    place(workspace, "A-1", "P-3", influence=5)
    set_role(workspace, "A-1", "P-3", "influencer")
    walk = begin(workspace, "P-3")
    assert (walk.record.outcome, walk.record.status) == ("high", "decided")
    assert begin(workspace, "P-2").record.status == "needs", "and a walk with another person does not"
    state = walk.given[INFLUENCE]
    assert isinstance(state, Known)
    assert state.source == "journal"


def test_late_in_the_evening_it_is_still_today(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In Los Angeles it is the 21st; the journal's own clock says the 22nd.
    monkeypatch.setenv("ABM_TREE_NOW", "2026-11-22T05:00:00+00:00")
    (tmp_path / "abm-tree.toml").write_text(
        SETTINGS.replace("[accounts]", 'timezone = "America/Los_Angeles"\n[accounts]', 1)
    )
    found = open_workspace(tmp_path, journal=tmp_path / "journal.db")
    assert found.now().date.day == 21
    place(found, "A-1", "P-3", influence=4)
    assert one(found, "P-3").influence == 4


# ---------------------------------------------------------------- roles


def test_a_role_is_one_in_a_deal(workspace: Workspace) -> None:
    assert set_role(workspace, "A-1", "P-2", "influencer", "D-1")
    place(workspace, "A-1", "P-2", influence=2, interest=2)
    assert one(workspace, "P-2", "D-1").role == "influencer"
    assert one(workspace, "P-2", "D-2").role is None
    assert one(workspace, "P-2", "D-2").quadrant == "Monitor", "how much somebody weighs holds for every deal"
    back = take_back(workspace, "A-1", "D-2")
    assert back is not None and back.fact == INTEREST
    assert one(workspace, "P-2", "D-1").role == "influencer"


def test_not_known_takes_back_what_was_recorded_and_the_list_counts_again(workspace: Workspace) -> None:
    set_role(workspace, "A-1", "P-1", "influencer")
    set_role(workspace, "A-1", "P-1", "end-user")
    assert one(workspace, "P-1").role == "end-user"
    assert set_role(workspace, "A-1", "P-1", None)
    assert one(workspace, "P-1").role == "commercial-decision-maker"
    assert one(workspace, "P-1").sources[ROLE] == "contacts list, 20 days ago"
    assert not set_role(workspace, "A-1", "P-1", None)
    set_role(workspace, "A-1", "P-2", "influencer")
    assert set_role(workspace, "A-1", "P-2", None)
    assert (one(workspace, "P-2").role, one(workspace, "P-2").role_text) == (None, '"Gatekeeper"')


def test_what_was_said_in_a_walk_is_shown_with_where_it_is_from(workspace: Workspace) -> None:
    begin(workspace, "P-2", "influencer")
    bo = one(workspace, "P-2")
    assert (bo.role, bo.sources[ROLE]) == ("influencer", "said on a call, today")
    assert take_back(workspace, "A-1") is None, "that is the walk's to take back"


# ---------------------------------------------------------------- the walk at hand


def test_the_walk_at_hand_takes_in_what_was_recorded_about_its_person(workspace: Workspace) -> None:
    walk = begin(workspace, "P-2", "influencer")
    assert walk.record.needs is not None and walk.record.needs.fact == INFLUENCE
    place(workspace, "A-1", "P-2", influence=2)
    walk = taken_in(workspace, walk)
    assert walk.record.outcome == "low"
    assert INFLUENCE not in walk.answers, "it was not said in the walk"


def test_a_role_that_the_walk_began_with_gives_way_to_a_later_one(workspace: Workspace) -> None:
    walk = begin(workspace, "P-2", "influencer")
    set_role(workspace, "A-1", "P-2", "end-user")
    walk = taken_in(workspace, walk)
    assert walk.record.outcome == "end"
    assert walk.role == "end-user"
    assert walk.back() == ROLE, "and can be taken back there"
    assert walk.role == "influencer"


def test_what_was_answered_later_in_the_walk_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_role(workspace, "A-1", "P-2", "end-user")
    monkeypatch.setenv("ABM_TREE_NOW", "2026-11-21T11:00:00+00:00")
    walk = begin(workspace, "P-2", "influencer")
    assert taken_in(workspace, walk).role == "influencer"


def test_a_finished_walk_stays_as_it_is(workspace: Workspace) -> None:
    walk = begin(workspace, "P-1")
    assert walk.state.status == FINISHED
    place(workspace, "A-1", "P-1", influence=1)
    assert taken_in(workspace, walk) is walk
    assert walk.record.outcome == "high"
