"""Line mode and the journal: what cannot be saved, other terminals, walks that are taken up again."""

from __future__ import annotations

import pytest
from calls import Office, put, say
from talk import again, answers, call, talk

from abm_tree.cli.exits import Exit
from abm_tree.journal.events import NotSaved
from abm_tree.journal.store import Journal

# ---------------------------------------------------------------- what cannot be saved


class Full:
    """A disk that is full for some time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.append = Journal.append
        self.patch = monkeypatch

    def fill(self) -> None:
        def refuse(*arguments: object) -> object:
            raise NotSaved("The disk is full.")

        self.patch.setattr(Journal, "append", refuse)

    def clear(self) -> None:
        self.patch.setattr(Journal, "append", self.append)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Full:
    return Full(monkeypatch)


def test_an_answer_that_is_not_saved_is_not_taken_and_enter_tries_again(office: Office, disk: Full) -> None:
    talked = call(office, disk.fill, "12", "", disk.clear, "way", "", "yes")
    told = "Not saved: The disk is full. Your answer was 12; press Enter to try again.\n"
    assert talked.out.count(told) == 2
    assert "Nothing is answered yet." in talked.out
    assert answers(talked) == {"seats": 12, "budget": "yes"}


def test_another_answer_may_be_given_instead(office: Office, disk: Full) -> None:
    talked = call(office, disk.fill, "12", disk.clear, "14", "")
    assert answers(talked) == {"seats": 14}
    assert "Nothing typed." in talked.out, "what was not saved is not tried behind anybody's back"


@pytest.mark.parametrize("typed", ["note so", "back", "pause x", "how read", "change 1", "-"])
def test_whatever_is_not_saved_can_be_tried_again(office: Office, disk: Full, typed: str) -> None:
    lines = ["change 1", disk.fill, "13"] if typed == "change 1" else [disk.fill, typed]
    talked = call(office, "12", *lines, disk.clear, "", tty=True)
    told = " ".join(talked.out.split())
    assert "Not saved: The disk is full." in told
    assert "ress Enter to try again." in told
    assert len(talked.walk.events) > 2


def test_what_was_not_saved_is_not_tried_at_another_question(office: Office, disk: Full) -> None:
    talked = call(office, "12", "change seats", disk.fill, "13", disk.clear, "back", "", "no")
    assert "Nothing is changed." in talked.out
    assert answers(talked) == {"seats": 12, "budget": "no"}


def test_going_over_to_another_tree_can_be_tried_again(office: Office, disk: Full) -> None:
    walk = say(office.start("A1", "P2"), "12")
    office.change("trees/call.toml", '">= 5", to = "budget"', '">= 5", to = "mood"')
    talked = again(office, walk, disk.fill, "y", "", disk.clear, "", "quit", tty=True)
    assert talked.out.count("Not saved: The disk is full. Press Enter to try again.") == 2
    assert "[Mood]" in talked.out


def test_after_the_outcome_too(office: Office, disk: Full) -> None:
    talked = call(office, "3", disk.fill, "note so", disk.clear, "", "", tty=True)
    assert [note.text for note in talked.walk.state.notes] == ["so"]


# ---------------------------------------------------------------- other terminals


def test_another_terminal_is_followed(office: Office) -> None:
    first = office.start("A1", "P2")
    other = office.resume(first)
    workspace = office.open()
    talked = talk(
        workspace.resume(first.id),
        workspace,
        lambda: put(other, "seats", "12"),
        "7",  # too late
        lambda: put(other, "budget", "yes"),
        "?",
        "no",
        lambda: (other.follow(), other.back()),
        "warm",
        "note ours",
    )
    told = " ".join(talked.out.split())
    assert (
        "Meanwhile, in another terminal: Seats: 12 (by Kim). Your answer was 7; it was not taken. [Budget]"
        in told
    )
    assert (
        "Meanwhile, in another terminal: Budget: Yes (by Kim). Your answer was No; it was not taken. [Mood]"
        in told
    )
    assert "Meanwhile, in another terminal: back or redo, Budget (by Kim)." in told
    assert answers(talked) == {"seats": 12}


def test_what_came_before_the_question_is_told_before_it(office: Office) -> None:
    first = office.start("A1", "P2")
    workspace = office.open()
    walk = workspace.resume(first.id)
    say(first, "12")
    talked = talk(walk, workspace, "quit")
    assert talked.out.index("Meanwhile, in another terminal: Seats: 12") < talked.out.index("[Budget]")


def test_sensitive_values_of_another_terminal_are_hidden(office: Office) -> None:
    office.change("trees/call.toml", 'title = "Seats"', 'title = "Seats"\nsensitive = true')
    first = office.start("A1", "P2")
    workspace = office.open()
    walk = workspace.resume(first.id)
    say(first, "77")
    talked = talk(walk, workspace)
    assert "Seats: (hidden)" in talked.out
    assert "77" not in talked.out


# ---------------------------------------------------------------- taken up again


def test_a_newer_tree_is_offered_at_a_keyboard(office: Office) -> None:
    walk = say(office.start("A1", "P2"), "12")
    office.change("trees/call.toml", '">= 5", to = "budget"', '">= 5", to = "mood"')
    stays = again(office, walk, "n", "quit", tty=True)
    assert "The tree has changed since this walk began. Under the new one:" in stays.out
    assert "- these answers stay: Seats." in stays.out
    assert "- asked next: Mood." in stays.out
    assert "[Budget]" in stays.out
    enter = again(office, walk, "", "quit", tty=True)
    assert "[Budget]" in enter.out, "Enter means no"
    goes = again(office, walk, "perhaps", "y", "quit", tty=True)
    assert goes.out.count("Go over to it?") == 2
    assert "[Mood]" in goes.out
    assert "The tree has changed" not in again(office, walk, "quit", tty=True).out


def test_a_newer_tree_is_told_to_a_pipe_which_may_go_over(office: Office) -> None:
    walk = say(office.start("A1", "P2"), "12")
    office.change("trees/call.toml", '">= 5", to = "budget"', '">= 5", to = "mood"')
    talked = again(office, walk, "revise", "revise")
    assert "The walk stays with the tree that it began with; revise goes over" in talked.out
    assert "Gone over to the tree as it is now." in talked.out
    assert "[Mood]" in talked.out
    assert "There is no other version of the tree to go over to." in talked.out


def test_what_has_become_known_since_is_told(office: Office) -> None:
    walk = say(office.start("A1", "P2"), "12")
    office.change("accounts.csv", "A1,Alder,50", "A1,Alder,70")
    put(office.start("A1", "P2"), "mood", "warm")
    talked = again(office, walk)
    _, _, told = talked.out.partition("Since then it has become known:\n")
    assert told.startswith("  Employees: 70 (from the list)\n  Mood: Warm (from an earlier call, today)\n")


def test_a_finished_walk_taken_up_shows_its_outcome(office: Office) -> None:
    walk = say(office.start("A1", "P2"), "3")
    talked = again(office, walk)
    assert talked.code is Exit.OK
    assert "Outcome: Small" in talked.out
