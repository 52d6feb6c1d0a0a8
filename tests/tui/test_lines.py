"""The line that answers are typed into, and the way so far, where they are answered anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kinds
import pytest
from screens import lines, opened, press, text, until

from abm_tree.session.cohesion import conflicts
from abm_tree.session.snapshot import snapshot
from abm_tree.tree.facts import Known
from abm_tree.tui.app import AbmTree
from abm_tree.tui.walk import Asking


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AbmTree]:
    place = kinds.workspace(tmp_path / "place", kinds.tree("one", ("sum", "words")))
    found = opened(tmp_path, monkeypatch, place)
    yield found
    found.workspace.journal.close()


async def begun(pilot: Any) -> None:
    """Start the walk, up to its first question."""
    app = pilot.app
    await until(pilot, lambda: app.ready)
    await press(pilot, "enter", "1", "1", "1")
    await until(pilot, lambda: isinstance(app.view, Asking) and app.view.asks == "sum")


async def test_what_was_refused_is_cleared_though_the_line_was_left(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot)
        await press(pilot, *"abc", "enter")
        await until(pilot, lambda: "is not a number" in text(app))
        # Out of the line, and back by a key that edits: the old text is gone, not typed on.
        await press(pilot, "escape", "ctrl+u", *"75", "enter")
        await until(pilot, lambda: isinstance(app.view, Asking) and app.view.asks == "words")
        walk = app.view.walk
        assert [one.personal["value"] for one in walk.journal.events(walk.id) if one.fact == "sum"] == [75]


async def test_a_question_mark_asks_for_help_and_is_no_answer(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot)
        assert " - Don't know " in text(app).splitlines()[-1]
        await press(pilot, "question_mark")
        assert "keys on this screen" not in text(app)  # letters and signs are text, until Enter
        await press(pilot, "enter")
        await until(pilot, lambda: "keys on this screen" in text(app))
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.view, Asking) and "keys on this screen" not in text(app))
        await press(pilot, "minus", "enter")
        await until(pilot, lambda: isinstance(app.view, Asking) and app.view.asks == "words")
        assert not isinstance(app.view.walk.facts["sum"], Known)


async def test_a_finished_walk_takes_another_answer_or_shows_its_outcome_again(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begun(pilot)
        await press(pilot, *"75", "enter")
        await until(pilot, lambda: isinstance(app.view, Asking) and app.view.asks == "words")
        await press(pilot, *"well", "enter")
        await until(pilot, lambda: app.view.name == "outcome")
        await press(pilot, "g", "p")
        await until(pilot, lambda: isinstance(app.view, Asking) and app.view.on_path)
        await press(pilot, "escape")
        await until(pilot, lambda: app.view.name == "outcome")
        await press(pilot, "g", "p")
        await until(pilot, lambda: isinstance(app.view, Asking) and app.view.on_path)
        await press(pilot, "up", "enter")
        await until(pilot, lambda: isinstance(app.view, Asking) and app.view.changing == "sum")


async def test_a_second_person_tells_a_known_fact_differently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(app: AbmTree) -> Asking:
        book = app.workspace.book()
        one, two = book.people["ACC-0002"][:2]
        before = app.workspace.start("lead-qualification", book.entry("ACC-0002"), one)
        before.answer("deal.budget", "approved")
        return Asking(app, app.workspace.start("lead-qualification", book.entry("ACC-0002"), two))

    app = opened(tmp_path, monkeypatch, first=first)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.ready and isinstance(app.view, Asking))
        await press(pilot, "escape", "g", "p", *"jjjj", "enter")
        await until(pilot, lambda: "Is there money for it" in text(app))
        assert "▸1  Yes, approved" in text(app) and "Budget" in lines(app)[3]
        await press(pilot, "3")
        await until(pilot, lambda: "Budget: No" in text(app))
        assert isinstance(app.view, Asking)
        subject = app.view.walk.subject
        trees = [app.workspace.tree("stakeholder-engagement")]
        snap = snapshot(app.workspace, trees, subject.account_id, subject.deal_id)
        found = {one.fact: one for one in conflicts(app.workspace, snap, trees)}
        assert len(found["deal.budget"].sides) == 2
        await press(pilot, "escape", "u")
        await until(pilot, lambda: "Budget: Yes, approved" in text(app))
        assert "Counts again: Budget, Yes, approved" in text(app)
