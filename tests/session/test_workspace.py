"""A workspace: walks begun and taken up in it, while lists, trees and other terminals change around them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import CALL, Office, asks, known, put, same, say

from abm_tree.session.workspace import TreeProblem, Workspace, open_workspace
from abm_tree.source.folders import library
from abm_tree.tree.facts import Known
from abm_tree.tree.terms import ROLE
from abm_tree.walk.replay import again, tree_of
from abm_tree.walk.subject import Subject

Today = Callable[[str], None]


# ---------------------------------------------------------------- whom a walk is about


def test_a_walk_knows_what_the_lists_say_of_account_and_person(office: Office) -> None:
    walk = office.start("A1", "P1")
    assert (walk.names.account, walk.names.stakeholder, walk.by) == ("Alder", "Ada Quill", "Kim")
    assert walk.subject == Subject("A1", "", "P1")
    assert known(walk) == {"account.employees": 50, ROLE: "end-user"}
    assert walk.role == "end-user"
    assert {one.source for one in walk.given.values()} == {"list"}


def test_a_role_that_is_stated_stands_over_the_lists(office: Office) -> None:
    walk = office.start("A1", "P1", role="influencer")
    assert walk.role == "influencer"
    assert walk.given[ROLE] == Known("influencer")
    assert office.resume(walk).role == "influencer"


def test_nobody_need_be_named(office: Office) -> None:
    walk = office.open().start("call")
    assert (walk.subject, known(walk), asks(walk)) == (Subject(), {}, "account.employees")


def test_names_come_from_what_is_known_where_the_list_of_accounts_is_another(office: Office) -> None:
    listed = {"account.name": Known("Elm  Ltd.", "list"), "account.employees": Known(30, "list")}  # type: ignore[arg-type]
    walk = office.open().start("call", subject=Subject("E1", "", "P1"), listed=listed)
    assert (walk.names.account, walk.names.stakeholder) == ("Elm Ltd.", "Ada Quill")
    assert known(walk) == {"account.employees": 30, ROLE: "end-user"}, "contacts are the workspace's"
    back = office.resume(walk)
    assert known(back) == known(walk), "and it stays known, though the workspace's list has no such account"
    assert same(back, walk)


def test_the_sample_needs_no_workspace_and_has_a_journal_of_its_own(tmp_path: Path) -> None:
    sample = open_workspace(tmp_path)
    assert (sample.root, sample.sample, sample.title) == (None, True, "Sample workspace")
    assert sample.journal_place == Path(os.environ["ABM_TREE_DATA"]) / "sample.db"
    trees = sample.trees()
    assert trees[0].id == "lead-qualification"
    assert {one.path.parent for one in trees} == {library() / "trees"}
    assert not any(one.shipped for one in trees), "nothing else is there to tell them from"
    assert len(sample.book().entries) > 300
    assert open_workspace(tmp_path, sample=True).sample


def test_trees_and_personas_are_the_workspaces_wherever_one_stands(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert office.open().tree("call").tree.title == "Call"


def test_a_tree_that_cannot_be_walked_says_why(office: Office) -> None:
    with pytest.raises(TreeProblem, match="no tree `cal`"):
        office.open().tree("cal")
    office.change("trees/call.toml", 'start = "people"', 'start = "poeple"')
    with pytest.raises(TreeProblem, match="cannot be walked") as told:
        office.open().tree("call")
    assert told.value.findings


def test_a_tree_is_read_again_when_its_file_has_changed(office: Office) -> None:
    workspace = office.open()
    before = workspace.tree("call")
    assert workspace.tree("call") is before
    office.change("trees/call.toml", 'title = "Call"', 'title = "A call"')
    assert workspace.tree("call").tree.title == "A call"


# ---------------------------------------------------------------- coming back


def test_taken_up_on_the_same_day_a_walk_is_as_it_was_left(office: Office) -> None:
    walk = say(office.start("A1", "P1"), "12", "yes")
    back = office.resume(walk)
    assert same(back, walk)
    assert len(back.events) == 3, "coming back is no event where nothing has changed"
    assert asks(back) == asks(walk) == "mood"


def test_taken_up_on_a_later_day_a_walk_decides_for_that_day(office: Office, today: Today) -> None:
    office.change("trees/call.toml", "minimum = 0\n", 'minimum = 0\nstale_after = "P30D"\n')
    walk = say(office.start("A1", "P1"), "12")
    today("2026-03-20")
    later = office.resume(walk)
    assert [one.kind for one in later.events] == ["started", "answered", "resumed"]
    assert (later.as_of.date.month, later.as_of.date.day) == (3, 20)
    assert asks(later) == "budget"
    assert later.answered()[0].source == "said on the call, 18 days ago"
    today("2026-05-01")
    latest = office.resume(walk)
    question = latest.question
    assert question is not None
    assert (question.key, question.stale) == ("seats", "12"), "what was said in March is too old in May"
    assert [one.kind for one in office.resume(walk).events].count("resumed") == 2


def test_a_walk_never_goes_back_in_time(office: Office, today: Today) -> None:
    today("2026-03-20")
    walk = office.start("A1")
    today("2026-03-02")
    assert same(office.resume(walk), walk)


def test_a_paused_walk_is_open_again_when_it_is_taken_up(office: Office, today: Today) -> None:
    walk = say(office.start("A1"), "12")
    workspace = office.open()
    walk.pause("budget round", workspace.now().date)
    line = workspace.journal.line(walk.id)
    assert line is not None
    assert (line.status, line.reason, line.until) == ("paused", "budget round", "2026-03-02")
    back = office.resume(walk)
    assert (back.state.status, back.state.reason, back.state.asks) == ("open", "", "Budget")


def test_a_finished_walk_stays_as_it_was(office: Office, today: Today) -> None:
    walk = say(office.start("A1", "P1"), "2")
    walk.pause("no")
    assert walk.state.status == "finished"
    today("2026-09-01")
    office.change("accounts.csv", "A1,Alder,50", "A1,Alder,5")
    assert same(office.resume(walk), walk)


def test_a_list_that_has_changed_under_an_open_walk_counts_when_it_is_taken_up(office: Office) -> None:
    walk = say(office.start("A1", "P2"), "12")
    office.change("accounts.csv", "A1,Alder,50", "A1,Alder,70")
    office.change("contacts.csv", "P2,A1,Ben Reed,Buyer,,,2", "P2,A1,Ben Reed,Buyer,influencer,,2")
    assert known(walk)["account.employees"] == 50, "what is open stays as it is"
    back = office.resume(walk)
    assert known(back) == {"account.employees": 70, ROLE: "influencer"}
    assert asks(back) == "budget"
    office.change("accounts.csv", "A1,Alder,70", "A1,Alder,7")
    assert asks(office.resume(walk)) == "small", "and the way may be another"


def test_a_cell_that_was_emptied_is_not_known_any_more(office: Office) -> None:
    walk = office.start("A1")
    office.change("accounts.csv", "A1,Alder,50", "A1,Alder,")
    assert asks(office.resume(walk)) == "account.employees"


@pytest.mark.parametrize("what", ["gone", "account gone", "unreadable"])
def test_what_a_list_said_stays_known_when_the_list_is_gone(office: Office, what: str) -> None:
    walk = say(office.start("A1", "P1"), "12")
    # Something else becomes known meanwhile: that must not make the rest forgotten.
    put(office.start("A1", "P1"), "mood", "warm")
    if what == "gone":
        (office.folder / "accounts.csv").unlink()
    elif what == "unreadable":
        (office.folder / "accounts.csv").write_bytes(b"\x00\x01\x02" * 400)
    else:
        office.change("accounts.csv", "A1,Alder,50\n", "")
    back = office.resume(walk)
    assert known(back) == {"account.employees": 50, ROLE: "end-user", "mood": "warm"}


# ---------------------------------------------------------------- trees that change


def test_a_walk_goes_on_without_its_file(office: Office) -> None:
    walk = say(office.start("A1", "P1"), "12")
    (office.folder / "trees" / "call.toml").unlink()
    (office.folder / "trees" / "other.toml").unlink()
    back = office.resume(walk)
    assert same(back, walk)
    assert back.tree is not walk.tree
    assert back.persona is not None and back.persona.role == "end-user"
    assert office.open().newer(back) is None
    say(back, "no")
    assert back.record.outcome == "small"


def test_a_walk_goes_on_while_its_file_has_mistakes(office: Office) -> None:
    walk = say(office.start("A1", "P1"), "12")
    office.write("trees/call.toml", CALL.replace("[nodes.budget]", "[nodes.budget"))
    back = office.resume(walk)
    assert same(back, walk)
    assert office.open().newer(back) is None
    assert say(back, "no").record.outcome == "small"


def test_a_walk_stays_on_the_revision_it_started_with(office: Office) -> None:
    walk = say(office.start("A1", "P1"), "12")
    office.change("trees/call.toml", '">= 5", to = "budget"', '">= 5", to = "mood"')
    back = office.resume(walk)
    assert same(back, walk)
    assert asks(back) == "budget"


def test_a_newer_tree_is_offered_with_what_it_would_mean(office: Office) -> None:
    walk = say(office.start("A1", "P1"), "12", "planned")
    office.change("trees/call.toml", 'planned = "Planned", no', 'later = "Later", no')
    office.change("trees/call.toml", '["yes", "planned"]', '["yes", "later"]')
    workspace = office.open()
    back = workspace.resume(walk.id)
    newer = workspace.newer(back)
    assert newer is not None
    assert (newer.stays, newer.lost, newer.asks) == (("Seats",), ("Budget",), "Budget")
    assert (newer.before, newer.after) == ("", "")
    back.revise(newer.tree)
    assert asks(back) == "budget"
    assert [one.key for one in back.answered() if one.known] == ["seats"]
    assert same(office.resume(walk), back), "it stays with the tree that it went over to"
    assert workspace.newer(back) is None
    # Taken back, the answer under the old tree does not count under the new one either.
    back.back()
    assert asks(back) == "budget"


def test_a_newer_tree_says_where_the_outcome_moves(office: Office) -> None:
    walk = say(office.start("A1", "P1"), "12", "no")
    assert walk.record.outcome == "small"
    office.change("trees/call.toml", 'is = "no", to = "small"', 'is = "no", to = "open"')
    workspace = office.open()
    back = workspace.resume(walk.id)
    newer = workspace.newer(back)
    assert newer is not None
    assert (newer.before, newer.after, newer.asks) == ("Small", "Open", "")
    back.revise(newer.tree)
    assert (back.record.outcome, back.state.status) == ("open", "finished")


def test_words_alone_make_no_newer_tree(office: Office) -> None:
    walk = office.start("A1", "P1")
    office.change("trees/call.toml", 'ask = "How many seats?"', 'ask = "How many seats are there?"')
    workspace = office.open()
    assert workspace.newer(workspace.resume(walk.id)) is None


# ---------------------------------------------------------------- records


def test_every_finished_walks_record_replays_from_the_journal_alone(office: Office) -> None:
    say(office.start("A1", "P1"), "12", "yes", "warm")
    say(office.start("A2", "P3"), "-", "3")
    say(office.start("A3"))
    say(office.start("A1", "P2", "other"), "current", "-")
    shutil.rmtree(office.folder / "trees")
    journal = office.open().journal
    finished = [one for one in journal.walks() if one.status == "finished"]
    assert len(finished) == 4
    for line in finished:
        record = journal.events(line.walk)[-1].personal["record"]  # type: ignore[index]
        form = journal.tree(record["revision"])
        assert form is not None
        told = again(record, tree_of(form, record["revision"]))
        assert json.loads(json.dumps(told)) == record
        assert record["outcome"] == line.outcome


def test_the_workspace_opens_nothing_heavy(office: Office) -> None:
    import subprocess
    import sys

    probe = (
        "import sys; from pathlib import Path\n"
        "from abm_tree.session.workspace import open_workspace\n"
        "w = open_workspace(Path(sys.argv[1])); w.book(); w.desk.walks(); w.trees(); w.problems\n"
        "print({name.split('.')[0] for name in sys.modules} & "
        "{'pydantic', 'networkx', 'textual', 'numpy', 'abm_tree.tree.load'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, str(office.folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_a_workspace_is_what_its_folder_says(office: Office) -> None:
    workspace = office.open()
    assert isinstance(workspace, Workspace)
    assert (workspace.title, workspace.sample, workspace.by) == ("office", False, "Kim")
    assert workspace.journal_place == office.folder / "journal.db"
    assert not workspace.journal_place.exists(), "a look makes no journal"
    trees = workspace.trees()
    assert [one.id for one in trees][:3] == ["call", "other", "lead-qualification"]
    assert [one.id for one in trees if not one.shipped] == ["call", "other"]
