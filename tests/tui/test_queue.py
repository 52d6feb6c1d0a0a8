"""Home's work queue: what it shows, when, and where its lines lead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from often import often
from screens import lines, opened, press, text, until

from abm_tree.session.queue import Queue, work_queue
from abm_tree.tui.home import Home
from abm_tree.tui.walk import Asking
from abm_tree.walk.subject import Subject


@pytest.mark.parametrize("size", often(((80, 24), (120, 40)), (80, 24)), ids="{0[0]}x{0[1]}".format)
async def test_home_shows_what_to_ask_next(
    size: tuple[int, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    golden: Callable[[str, str], None],
) -> None:
    app = opened(tmp_path, monkeypatch, queue=True)
    app.queue.patience = 1
    async with app.run_test(size=size) as pilot:
        assert app.queue.found is None, "nothing of it is worked out for the first frame"
        assert not any("Next by" in line for line in lines(app))
        await press(pilot, "down")
        home = app.view
        assert isinstance(home, Home)
        marked = home._key
        await until(pilot, lambda: any("Next by" in line for line in lines(app)))
        assert home._key == marked, "the marked account stays marked when lines come above it"
        await press(pilot, *["up"] * 10)
        await pilot.pause()
        golden(f"queue home {size[0]}x{size[1]}.txt", text(app))
        await press(pilot, "n")
        golden(f"queue all {size[0]}x{size[1]}.txt", text(app))
        await press(pilot, "escape")
        assert home.steps == []
        # The first line begins that walk with that person, at that question.
        assert app.queue.found is not None
        first = app.queue.found.lines[0]
        await press(pilot, *["up"] * 10, "enter")
        await until(pilot, lambda: isinstance(app.view, Asking))
        asking = app.view
        assert isinstance(asking, Asking)
        walk = asking.walk
        assert walk.subject == Subject(first.account, "", first.person)
        assert walk.tree.id == app.queue.found.tree
        assert walk.question is not None and walk.question.title == first.title
        # Whoever is being asked is not in the queue any more.
        await press(pilot, "escape", "g", "h")
        await until(pilot, lambda: app.queue.found is not None and first not in app.queue.found.lines)


async def test_the_queue_can_say_why_it_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(tmp_path, monkeypatch)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "n")
        assert any("not worked out yet" in line for line in lines(app))
        app.queue.found = Queue("t", "T", problem="The list is too long to be looked at here.")
        await press(pilot, "n")
        assert any("too long" in line for line in lines(app))


def test_what_stands_in_the_queue_asks_that_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = opened(tmp_path, monkeypatch).workspace
    book = workspace.book()
    found = work_queue(workspace, book)
    assert found.lines and not found.problem and found.settles <= found.open
    for one in found.lines:
        person = next((who for who in book.people.get(one.account, ()) if who.id == one.person), None)
        walk = workspace.start(found.tree, book.entry(one.account), person)
        assert walk.question is not None and walk.question.title == one.title
        asked = {line.account + line.person for line in work_queue(workspace, book).lines}
        assert one.account + one.person not in asked
        break
    assert len({one.account for one in found.lines}) == len(found.lines)
