"""Any size of the window: what is typed stays, every line fits, every answer can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kinds
import pytest
from kinds import ANSWERS, quick
from rich.cells import cell_len
from screens import lines, opened, text, until
from terminal import Terminal

from abm_tree.tui.app import AbmTree
from abm_tree.tui.asked import MANY
from abm_tree.tui.walk import Asking

pytestmark = pytest.mark.slow  # whole programs in terminals, minutes together

SIZES = [(60, 16), (80, 24), (120, 40), (200, 60)]
IDS = [f"{width}x{height}" for width, height in SIZES]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AbmTree]:
    with pytest.MonkeyPatch.context() as patch:
        yield opened(tmp_path, patch, kinds.workspace(tmp_path / "place"))


async def begin(pilot: Any) -> None:
    """From Home to the first question."""
    await until(pilot, lambda: pilot.app.ready)
    await quick(pilot.app, "enter", "1", "1", "1")
    await until(pilot, lambda: asks(pilot.app) == "money")


def asks(app: Any) -> str:
    """The fact that is asked."""
    return app.view.asks if isinstance(app.view, Asking) else ""


def fits(app: Any) -> None:
    """Every line is as wide as the window, in cells and not only as Textual believes."""
    strips = app.screen._compositor.render_strips()
    assert len(strips) == app.size.height
    wrong = [strip.text for strip in strips if cell_len(strip.text) != app.size.width]
    assert not wrong, text(app)


@pytest.mark.parametrize("size", SIZES, ids=IDS)
async def test_every_view_fits(size: tuple[int, int], app: AbmTree) -> None:
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready)

        async def fit(*keys: str) -> None:
            for key in keys:
                await quick(app, key)
                await pilot.pause()
                fits(app)

        await fit("/", "a", "enter", "1", "1", "1")
        for name, keys in ANSWERS.items():
            await until(pilot, lambda: asks(app) == name)  # noqa: B023 - used at once
            assert isinstance(app.view, Asking)
            asking = app.view
            await fit("tab")
            for go in ("m", "s", "p", "o") if name in ("money", "fields") else ("m",):
                app.keyboard.typing = False
                await quick(app, "g")
                await fit(go, "pagedown", "question_mark", "pagedown")
                await quick(app, "escape")
                app.action_command_palette()
                await pilot.pause()
                fits(app)
                await app.pop_screen()
                app.show(asking, again=True)
                app.keyboard.typing = False
                await quick(app, "n", *"note")
                await fit("escape")
                if asking.on_path:
                    await fit("escape")
            app.show(asking, again=True)
            await quick(app, *keys)
        await until(pilot, lambda: app.view.name == "outcome")
        await fit("x", "escape", "pagedown", "question_mark", "escape", "escape")
        assert app.view.name == "home"


@pytest.mark.parametrize("size", SIZES, ids=IDS)
async def test_every_answer_can_be_reached(size: tuple[int, int], app: AbmTree) -> None:
    async with app.run_test(size=size) as pilot:
        await begin(pilot)
        for name, keys in ANSWERS.items():
            await until(pilot, lambda: asks(app) == name)  # noqa: B023 - used at once
            assert isinstance(app.view, Asking)
            question = app.view.walk.question
            assert question is not None
            labels = [label for _, label in question.options]
            page = app.frame.pages["main"]
            if labels:
                others = ["Don't know", *(["Something else"] if question.fact.open else [])]
                for label in [*labels, *others]:
                    shown = [line for line in lines(app) if "▸" in line]
                    assert len(shown) == 1 and page.shows_marked
                    assert " ".join(label.split()[:2]) in shown[0]
                    whole = page.marked + page.span <= page.top + page.room
                    assert whole or page.span > page.room
                    await quick(app, "down")
                for _ in range(len(labels) + 2):
                    await quick(app, "up")
            else:
                assert any(line.lstrip(" ▕").startswith(">") for line in lines(app))
            if len(labels) > MANY:
                app.fresh(typing=True)
            await quick(app, *keys)
        await until(pilot, lambda: app.view.name == "outcome")


async def test_an_answer_that_cannot_be_seen_is_not_taken(app: AbmTree) -> None:
    async with app.run_test(size=(60, 16)) as pilot:
        await begin(pilot)
        for name in list(ANSWERS)[:10]:
            await until(pilot, lambda: asks(app) == name)  # noqa: B023 - used at once
            await quick(app, *ANSWERS[name])
        await until(pilot, lambda: asks(app) == "fields")
        await quick(app, "pagedown", "pagedown")
        assert "▸" not in text(app)
        await quick(app, "enter")
        assert asks(app) == "fields" and "▸1" in text(app)
        await quick(app, "enter")
        await until(pilot, lambda: asks(app) == "last")


async def test_a_long_question_can_be_read_whole(app: AbmTree) -> None:
    async with app.run_test(size=(60, 16)) as pilot:
        await begin(pilot)
        for name in list(ANSWERS)[:10]:
            await until(pilot, lambda: asks(app) == name)  # noqa: B023 - used at once
            await quick(app, *ANSWERS[name])
        await until(pilot, lambda: "… PgDn" in text(app))
        page = app.frame.pages["main"]
        read = " ".join(row.plain.strip() for row in page.rows)
        assert " ".join(kinds.LONG.split()) in read
        while page.top + page.room < len(page.rows):
            before = page.top
            await quick(app, "pagedown")
            assert page.top > before
        await pilot.pause()
        assert page.rows[-1].plain.strip() in text(app).split("────")[0]


@pytest.mark.parametrize("small", [(59, 15), (20, 5), (1, 1), (200, 3)], ids=str)
def test_a_window_that_is_too_small(small: tuple[int, int], tmp_path: Path) -> None:
    place = kinds.workspace(tmp_path / "place", kinds.tree("one", ("sum", "money")))
    with Terminal(place, size=(80, 24)) as terminal:
        terminal.until("Accounts (2)")
        terminal.press("enter", "1", "1", "1")
        terminal.until("What is it worth?")
        terminal.press("1.2")
        terminal.until("= USD 1.2")
        before = len(terminal.bytes)
        terminal.resize(small)
        terminal.until(lambda _: len(terminal.bytes) > before)  # it has drawn, if only one character
        if small != (1, 1):
            seen = terminal.until(lambda text: "60 x 16" in " ".join(text.split()))
            assert "--plain" in seen
        terminal.press("m", "enter")  # nobody sees what that would do
        terminal.resize((59, 20))
        terminal.until("This window is 59 x 20.")
        terminal.resize((80, 24))
        terminal.until("= USD 1.2")
        assert "> 1.2" in terminal.text and "What is it worth?" in terminal.text
        terminal.press("m", "enter")
        terminal.until("Is there money?")
        terminal.resize(small)
        terminal.press("ctrl+q")
        assert terminal.wait() == 0


def test_a_note_outlives_a_window_that_is_too_small(tmp_path: Path) -> None:
    place = kinds.workspace(tmp_path / "place", kinds.tree("one", ("money",)))
    with Terminal(place, size=(80, 24)) as terminal:
        terminal.until("Accounts (2)")
        terminal.press("enter", "1", "1", "1")
        terminal.until("Is there money?")
        terminal.press("n", "they said")
        terminal.until("they said")
        for size in ((20, 5), (1, 1), (59, 16), (60, 15)):
            terminal.resize(size)
            terminal.until(lambda text: "they said" not in text)
        terminal.resize((70, 20))
        terminal.until("Note on Money: they said")
        terminal.press(" no", "enter")
        terminal.until("Noted on Money.")
