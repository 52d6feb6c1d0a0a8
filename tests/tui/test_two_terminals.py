"""Several terminals on the same walk: each sees what the others do, and nobody writes over anybody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import kinds
import pytest
from kinds import quick
from screens import opened, text, until
from terminal import Terminal

from abm_tree.journal.store import open_journal
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tui.app import AbmTree
from abm_tree.tui.walk import Asking

pytestmark = pytest.mark.slow  # whole programs in terminals, minutes together

ORDER = ("money", "flag", "sum", "words", "grade")
SOON = 3.0  # seconds until another terminal shows what happened: it looks every second


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return kinds.workspace(tmp_path / "place", kinds.tree("one", ORDER))


def events(place: Path) -> list[tuple[str, str]]:
    """What the journal holds of the only walk, and that its numbers have no gap."""
    with open_journal(place / "journal.db") as journal:
        (line,) = journal.walks()
        found = journal.events(line.walk)
    assert [event.seq for event in found] == list(range(1, len(found) + 1))
    return [(event.kind, event.fact) for event in found]


# ------------------------------------------------------------------ two processes


@pytest.fixture
def two(place: Path) -> Iterator[tuple[Terminal, Terminal]]:
    """Two terminals in the same walk, at its first question."""
    with ExitStack() as stack:
        one = stack.enter_context(Terminal(place, ABM_TREE_USER="ann"))
        other = stack.enter_context(Terminal(place, ABM_TREE_USER="bob"))
        one.until("Accounts (2)")
        other.until("Accounts (2)")
        one.press("enter", "1", "1", "1")
        one.until("Is there money?")
        other.until("To resume (1)")
        other.press("up", "up", "enter")
        other.until("Is there money?")
        yield one, other


def calm(*terminals: Terminal) -> None:
    """Let the screens be still for as long as anybody needs to see them."""
    for terminal in terminals:
        while terminal.read(0.5):
            pass


def follows(terminal: Terminal, shown: str) -> None:
    """Another terminal shows something soon."""
    begun = time.monotonic()
    terminal.until(shown)
    assert time.monotonic() - begun < SOON
    calm(terminal)


def test_both_see_what_the_other_answers(two: tuple[Terminal, Terminal], place: Path) -> None:
    one, other = two
    one.press("1")
    one.until("Have they signed?")
    follows(other, "Another terminal went on with this walk by ann.")
    assert "Have they signed?" in other.text
    other.press("2")
    other.until("What is it worth?")
    follows(one, "by bob.")
    assert "What is it worth?" in one.text
    one.press("esc", "u")
    one.until("Open again: Flag")
    follows(other, "Have they signed?")
    other.press("1", "500", "enter", "fine", "enter", "1")
    other.until("The end")
    follows(one, "The end")
    assert "by bob." in one.text
    one.press("u")
    one.until("How is it graded?")
    follows(other, "How is it graded?")
    for terminal in two:
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
    assert [kind for kind, _ in events(place)].count("finished") == 1


def test_both_answer_as_fast_as_they_can(two: tuple[Terminal, Terminal], place: Path) -> None:
    for terminal in (*two, *two):
        terminal.press("1", "2")
    for terminal in two:
        terminal.until(lambda text: "Is there money?" not in text)
    calm(*two)
    found = events(place)
    # Each answer counts once, for the question that its terminal showed.
    assert found[0] == ("started", "") and {kind for kind, _ in found[1:]} == {"answered"}
    assert [fact for _, fact in found[1:]] == list(ORDER[: len(found) - 1])
    for terminal in two:
        terminal.press("ctrl+q")
        assert terminal.wait() == 0


def test_one_finishes_while_the_other_is_typing(two: tuple[Terminal, Terminal], place: Path) -> None:
    one, other = two
    one.press("1", "1", "500")
    one.until("= USD 500")
    other.until("What is it worth?")
    calm(other)
    other.press("7", "enter", "fine", "enter", "1")
    other.until("The end")
    follows(one, "Another terminal goes on with this walk (bob). Enter takes you there.")
    assert "= USD 500" in one.text  # what is being typed stays
    one.press("u", "enter")  # no number any more: it does not matter
    one.until("The end")
    assert ("answered", "sum") in events(place) and [fact for _, fact in events(place)].count("sum") == 1


def test_a_note_is_kept_wherever_the_other_has_gone(two: tuple[Terminal, Terminal], place: Path) -> None:
    one, other = two
    one.press("n", "they call ba")
    one.until("they call ba")
    other.press("1", "1", "7", "enter", "fine", "enter", "1")
    other.until("The end")
    follows(one, "Another terminal goes on with this walk (bob).")
    one.press("ck", "enter")
    one.until("The end")
    assert events(place)[-1] == ("noted", "money")


# ------------------------------------------------------------------ the same moment


@pytest.fixture
def app(place: Path, tmp_path: Path) -> Iterator[AbmTree]:
    with pytest.MonkeyPatch.context() as patch:
        yield opened(tmp_path, patch, place)


async def both(app: AbmTree, *keys: str) -> tuple[Asking, Walk]:
    """A walk on the screen after a few keys, and the same one elsewhere."""
    await quick(app, "enter", "1", "1", "1", *keys)
    assert isinstance(app.view, Asking)
    other: Workspace = open_workspace(app.workspace.root)
    other.preferences = other.preferences.__class__(name="bob")
    return app.view, other.resume(app.view.walk.id)


async def test_an_answer_that_came_second_is_not_taken(app: AbmTree, place: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        view, other = await both(app)
        other.answer("money", "no")
        await quick(app, "1")
        await pilot.pause()
        assert "Another terminal went on with this walk (bob). This is where it stands now." in text(app)
        assert view.asks == "flag" and view.walk.state.answers["money"].value == "no"
        # Nobody can have read the new question yet: what is pressed now was meant for the one before.
        await quick(app, "1", "1", "2")
        assert view.asks == "flag"
        await until(pilot, lambda: app.keyboard.hears)
        await quick(app, "1")
        assert view.asks == "sum"
        assert events(place) == [("started", ""), ("answered", "money"), ("answered", "flag")]


async def test_undo_in_one_while_the_other_answers(app: AbmTree, place: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        view, other = await both(app, "1")
        other.back()
        await quick(app, "1")
        await pilot.pause()
        assert "This is where it stands now." in text(app) and view.asks == "money"
        await until(pilot, lambda: app.keyboard.hears)
        await quick(app, "2")
        other.follow()
        other.answer("flag", True)
        await quick(app, "u")
        await pilot.pause()
        assert "This is where it stands now." in text(app) and view.asks == "sum"
        assert "retracted" not in [kind for kind, fact in events(place) if fact == "flag"]


async def test_what_is_typed_stays_where_the_question_stays(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        view, other = await both(app, "1", "1", *"12")
        other.note("from elsewhere", "flag")
        await quick(app, "enter")
        await pilot.pause()
        assert "This is where it stands now." in text(app)
        assert view.asks == "sum" and "> 12" in text(app)
        await until(pilot, lambda: app.keyboard.hears)
        await quick(app, "enter")
        assert view.asks == "words" and view.walk.state.answers["sum"].value in (12, "12")


async def test_a_walk_that_another_terminal_finished_is_shown_finished(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        _, other = await both(app)
        for fact in ORDER:
            other.dont_know(fact)
        await quick(app, "1")
        await pilot.pause()
        assert app.view.name == "outcome" and "The end" in text(app)


async def test_a_walk_that_is_gone_is_said_to_be(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await both(app)
        await quick(app, "g", "h")
        app.workspace.desk.line = lambda walk: None  # type: ignore[method-assign]
        await quick(app, "enter")
        await pilot.pause()
        assert "This walk is not in the journal any more." in text(app)


async def test_people_follow_what_is_said_elsewhere(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        _, other = await both(app)
        await quick(app, "g", "s")
        assert app.view.name == "people"
        other.answer("money", "yes")
        await until(pilot, lambda: "Another terminal went on with this walk by bob." in text(app))
        await quick(app, "escape")
        assert isinstance(app.view, Asking) and app.view.asks == "flag"
