"""A workspace's walks and its journal: several terminals, and what cannot be saved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from calls import Office, asks, known, put, same, say

from abm_tree.journal.events import NotSaved, Overtaken
from abm_tree.journal.store import Journal
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import TreeProblem

Today = Callable[[str], None]

# ---------------------------------------------------------------- several terminals


def test_another_terminals_answer_comes_first(office: Office) -> None:
    one = office.start("A1", "P1")
    other = office.resume(one)
    put(other, "seats", "12")
    before = one.facts
    with pytest.raises(Overtaken) as told:
        one.dont_know("seats")
    assert [event.fact for event in told.value.events] == ["seats"]
    assert before != one.facts
    assert same(one, other)
    assert asks(one) == "budget", "nothing of the second answer is kept"
    say(one, "no")
    assert other.follow()
    assert same(one, other)
    assert not other.follow()


def test_another_terminal_may_go_over_to_another_tree(office: Office) -> None:
    one = say(office.start("A1", "P1"), "12")
    office.change("trees/call.toml", '">= 5", to = "budget"', '">= 5", to = "mood"')
    workspace = office.open()
    other = workspace.resume(one.id)
    newer = workspace.newer(other)
    assert newer is not None
    other.revise(newer.tree)
    with pytest.raises(Overtaken):
        one.dont_know("budget")
    assert same(one, other)
    assert asks(one) == "mood"
    # And the other way round: who goes over too late goes by what was answered first.
    third = office.resume(one)
    say(third, "warm")
    with pytest.raises(Overtaken):
        one.revise(newer.tree)
    assert same(one, third)


def test_both_may_take_up_a_walk_at_once(
    office: Office, today: Today, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = office.start("A1", "P1")
    today("2026-03-20")
    append = Journal.append
    raced: list[Walk] = []

    def late(journal: Journal, *arguments: object) -> object:
        if not raced:
            raced.append(walk)
            raced.append(office.resume(walk))
        return append(journal, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "append", late)
    found = office.resume(walk)
    assert same(found, raced[1])
    assert [one.kind for one in found.events] == ["started", "resumed"]


# ---------------------------------------------------------------- what cannot be saved


@pytest.mark.parametrize("what", ["answer", "dont_know", "back", "note", "pause", "revise"])
def test_what_is_not_saved_has_not_happened(
    office: Office, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = say(office.start("A1", "P1"), "12")
    office.change("trees/call.toml", '">= 5", to = "budget"', '">= 5", to = "mood"')
    newer = office.open().newer(walk)
    assert newer is not None
    before = (walk.events, walk.state, walk.record, walk.tree, dict(walk.facts))

    def full(*arguments: object) -> object:
        raise NotSaved("The disk is full.")

    def act() -> None:
        match what:
            case "answer":
                put(walk, "budget", "yes")
            case "dont_know":
                walk.dont_know("budget")
            case "back":
                walk.back()
            case "note":
                walk.note("x", "seats")
            case "pause":
                walk.pause("x")
            case _:
                walk.revise(newer.tree)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", full)
        with pytest.raises(NotSaved, match="disk is full"):
            act()
    assert (walk.events, walk.state, walk.record, walk.tree, dict(walk.facts)) == before
    assert same(office.resume(walk), walk)
    act()
    assert len(walk.events) > len(before[0]), "tried again, it is saved"


def test_without_a_journal_walks_go_on_in_memory(office: Office) -> None:
    (office.folder / "journal.db").mkdir()
    workspace = office.open()
    assert "Nothing is saved" in workspace.journal.problem
    walk = say(workspace.start("call", workspace.book().entry("A1")), "12", "no")
    assert walk.record.outcome == "small"
    assert [one.walk for one in workspace.desk.walks()] == [walk.id]


def test_what_was_erased_is_not_taken_up(office: Office) -> None:
    from abm_tree.journal.forget import forget

    walk = say(office.start("A1", "P1"), "12")
    workspace = office.open()
    forget(workspace.journal, "A1")
    with pytest.raises(TreeProblem, match="erased"):
        workspace.resume(walk.id)
    with pytest.raises(KeyError):
        workspace.resume("no such walk")
    assert known(office.start("A1")) == {"account.employees": 50}
