"""Trees, dictionary, personas and settings that break or change while the interface is open, or before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kinds
import pytest
from kinds import quick
from screens import opened, text, until

from abm_tree.source.folders import library
from abm_tree.tui.app import AbmTree
from abm_tree.tui.revise import Revise
from abm_tree.tui.walk import Asking

pytestmark = pytest.mark.slow  # whole programs in terminals, minutes together

TREE = kinds.tree("one", ("money", "flag", "words"))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AbmTree]:
    with pytest.MonkeyPatch.context() as patch:
        root = kinds.workspace(tmp_path / "place", TREE)
        patch.chdir(root)
        yield opened(tmp_path, patch, root)


def file(app: AbmTree) -> Path:
    assert app.workspace.root is not None
    return app.workspace.root / "trees" / "t0.toml"


def said(app: AbmTree) -> str:
    """The screen as one line, however it is wrapped."""
    return " ".join(text(app).split())


async def walk(pilot: Any) -> Asking:
    """From Home to the second question."""
    app = pilot.app
    await until(pilot, lambda: app.ready)
    await quick(app, "enter", "1", "1", "1", "1")
    assert isinstance(app.view, Asking) and app.view.asks == "flag"
    return app.view


LINE = TREE[: TREE.index('type = "boolean"')].count("\n") + 1
BROKEN = {
    "not TOML": ("not [ toml\n", ":1:"),
    "a mistake": (TREE.replace('type = "boolean"', 'type = "maybe"'), f':{LINE}:8: `type` cannot be "maybe"'),
    "two mistakes": (TREE.replace('type = "', 'kind = "'), "more: abm-tree check)"),
    "empty": ("", ": The file is empty."),
    "binary": ("\x00\x01\x02\x03" * 100, ": The file is not text."),
}


@pytest.mark.parametrize(("content", "shown"), BROKEN.values(), ids=BROKEN)
async def test_a_walk_goes_on_without_its_file(content: str, shown: str, app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        view = await walk(pilot)
        file(app).write_text(content)
        await quick(app, "1")
        assert view.asks == "words"
        await quick(app, "escape", "u", "u")
        assert view.asks == "money"
        await quick(app, "g", "h")
        await pilot.pause()
        await quick(app, "enter")
        assert isinstance(app.view, Asking) and app.view.asks == "money"
        # A new one says what is wrong, and where, when it is picked.
        await quick(app, "g", "h", "down", "enter", "2")
        await pilot.pause()
        assert app.view.name == "home" and "Resume, or choose a tree" in text(app)
        assert "t0.toml" in said(app) and shown in said(app)
        file(app).write_text(TREE)
        await quick(app, "2")
        await pilot.pause()
        assert "Who is across the table?" in text(app)


async def test_a_walk_goes_on_when_its_file_is_gone(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await walk(pilot)
        file(app).unlink()
        await quick(app, "1", *"hello", "enter")
        assert app.view.name == "outcome"
        await quick(app, "u")
        assert isinstance(app.view, Asking) and app.view.asks == "words"
        await quick(app, "escape", "g", "h", "enter")
        assert isinstance(app.view, Asking) and app.view.asks == "words"
        await quick(app, "escape", "g", "m", "escape")
        assert isinstance(app.view, Asking)


OTHER = kinds.tree("one", ("flag", "words"))


async def resumed(pilot: Any) -> Revise:
    """A walk taken up after its tree has changed."""
    app = pilot.app
    await walk(pilot)
    await quick(app, "g", "h")
    file(app).write_text(OTHER)
    await quick(app, "enter")
    await pilot.pause()
    assert isinstance(app.view, Revise)
    return app.view


@pytest.mark.parametrize("size", [(60, 16), (120, 40)], ids=str)
async def test_a_tree_that_decides_otherwise_is_offered(size: tuple[int, int], app: AbmTree) -> None:
    async with app.run_test(size=size) as pilot:
        view = await resumed(pilot)
        assert "The tree has changed since this walk began." in text(app)
        assert "Does not count there: Money" in said(app) and "Asked next: Flag" in said(app)
        before = view.walk.state.seq
        await quick(app, "n")
        assert isinstance(app.view, Asking) and app.view.walk.state.seq == before
        # Said once: on the way through other views it is not asked again.
        await quick(app, "g", "m", "escape")
        assert isinstance(app.view, Asking)
        await quick(app, "g", "h", "enter")
        assert isinstance(app.view, Revise)
        await quick(app, "y")
        assert isinstance(app.view, Asking) and app.view.asks == "flag"
        assert app.view.walk.events[-1].kind == "revised"
        await quick(app, "g", "h", "enter")
        assert isinstance(app.view, Asking)


@pytest.mark.parametrize("key", ["enter", "escape", "n"])
async def test_staying_with_the_tree_as_it_was(key: str, app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        view = await resumed(pilot)
        await quick(app, key)
        assert isinstance(app.view, Asking) and app.view.asks == "flag"
        assert app.view.walk is view.walk and not [one for one in view.walk.events if one.kind == "revised"]


async def test_other_keys_change_nothing(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await resumed(pilot)
        await quick(app, "1", "u", "j", "k", "x", "space", "0")
        assert isinstance(app.view, Revise)
        await quick(app, "g", "h")
        assert app.view.name == "home"


async def test_other_words_are_taken_without_asking(app: AbmTree) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await walk(pilot)
        await quick(app, "g", "h")
        file(app).write_text(TREE.replace("Have they signed?", "Is it signed?"))
        await quick(app, "enter")
        assert isinstance(app.view, Asking)


@pytest.mark.parametrize("name", ["trees/facts.toml", "personas/end-user.toml"])
async def test_a_broken_file_beside_the_trees(name: str, app: AbmTree) -> None:
    assert app.workspace.root is not None
    path = app.workspace.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((library() / name).read_text(encoding="utf-8"), encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await walk(pilot)
        path.write_text("[facts\n")
        await quick(app, "1", *"hello", "enter")
        assert app.view.name == "outcome"
        await quick(app, "escape", "enter", "1")
        await pilot.pause()
        assert f"{name}:1:" in said(app).replace(" ", ""), text(app)
        path.unlink()
        await quick(app, "1")
        await pilot.pause()
        assert "Who is across the table?" in text(app)


SETTINGS = {
    "not TOML": ("[accounts\n", "abm-tree.toml:1: This is not valid TOML"),
    "a theme": ('theme = "nrod"\n', "There is no theme `nrod`. Did you mean `nord`?"),
    "keys": (
        '[keys]\n"walk.note" = "u"\n',
        "`u` would be `walk.undo` (Undo) and `walk.note` (Note) at once.",
    ),
    "several": ('[keys]\n"walk.nte" = "x"\nhelp = "3"\n', "(and 1 more: abm-tree check)"),
    "a newer one": ("format = 9\n", "This file is in format 9"),
    "binary": ("\x00\x01\x02" * 100, "not text"),
}


@pytest.mark.parametrize(("content", "shown"), SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("size", [(60, 16), (80, 24)], ids=str)
async def test_broken_settings_are_said_at_the_start(
    size: tuple[int, int], content: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = kinds.workspace(tmp_path / "place", settings=content)
    monkeypatch.chdir(root)
    app = opened(tmp_path, monkeypatch, root)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready)
        await pilot.pause()
        assert shown in said(app), text(app)
        await quick(app, "question_mark")
        await pilot.pause()
        assert "keys on this screen" in text(app)


async def test_an_empty_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "place"
    root.mkdir()
    (root / "abm-tree.toml").write_text("")
    app = opened(tmp_path, monkeypatch, root)
    async with app.run_test(size=(60, 16)) as pilot:
        await until(pilot, lambda: app.ready)
        await pilot.pause()
        for number in (1, 2, 3):
            assert f"\n {number}. " in text(app)
        await quick(app, "slash", "enter", "x", "1")
        await pilot.pause()
        assert "Nothing here yet." in text(app)
        await quick(app, "s")
        await until(pilot, lambda: "Accounts (302)" in text(app))
        assert app.workspace.sample
        await quick(app, "enter", "1")
        await until(pilot, lambda: "Who is across the table?" in text(app))
