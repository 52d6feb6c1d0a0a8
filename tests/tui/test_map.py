"""The map in a running app: what stands on it, how it folds, what it tells, and that it answers nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from screens import SIZES, lines, opened, press, text, until

from abm_tree.draw.picture import AGAIN, NODE, TREE, Line
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace
from abm_tree.tui.app import AbmTree
from abm_tree.tui.tree_map import Rows, TreeMap

WIDE, NARROW = (120, 40), (80, 24)


def on_the_map(
    answers: dict[str, Any] | None = None, tree: str = "lead-qualification"
) -> Callable[..., TreeMap]:
    """What an app shows first: the map of a walk in the sample, or in the workspace at hand."""

    def first(app: AbmTree) -> TreeMap:
        workspace: Workspace = app.workspace
        book = workspace.book()
        entry = book.entry("ACC-0002") or book.entries[0]
        person = next(iter(book.people.get(entry.id, ())[1:2]), None)
        walk = workspace.start(tree, entry, person, "end-user" if person is not None else None)
        for key, value in (answers or {}).items():
            walk.answer(key, value)
        return TreeMap(app, walk)

    return first


def at_hand(app: AbmTree) -> TreeMap:
    view = app.view
    assert isinstance(view, TreeMap)
    return view


def body(app: AbmTree) -> str:
    """The screen without the lines at the top and at the bottom, which are not the map's."""
    return "".join(f"{line}\n" for line in lines(app)[1:-2])


def shown(app: AbmTree, words: str) -> bool:
    return words in " ".join(text(app).split())


@pytest.mark.parametrize("size", SIZES)
async def test_the_map_of_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Any, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map())
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: shown(app, "▶ Need ◂ here"))
        await press(pilot, "j", "j")
        await until(pilot, lambda: shown(app, "If Need is 2 of 5:"))
        golden(f"map {size[0]}x{size[1]}.txt", body(app))
        assert all(cell_len(line) <= size[0] for line in lines(app))


@pytest.mark.parametrize("size", SIZES)
async def test_moving_keeps_the_mark_in_sight_and_tells_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map())
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "◂ here"))
        view = at_hand(app)
        for key, where in (
            ("home", 0),
            ("end", len(view.lines) - 1),
            ("k", len(view.lines) - 2),
            ("home", 0),
        ):
            await press(pilot, key)
            assert view.mark == where
            page = app.frame.pages["main"]
            assert page.top <= view.mark < page.top + page.room
            await until(pilot, lambda: shown(app, view.told()[0][0][: size[0] // 4]))
        await press(pilot, "pagedown")
        assert view.mark >= 3
        await press(pilot, "pageup", "down", "up")
        assert view.mark == 0


async def test_enter_on_the_present_node_goes_back_to_its_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map())
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "◂ here"))
        await press(pilot, "enter")
        assert app.view.name == "walk"
        await press(pilot, "escape", "g", "m")
        await until(pilot, lambda: app.view.name == "map")
        await press(pilot, "escape")
        assert app.view.name == "walk"


async def test_folding_unfolding_and_following_a_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map())
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "◂ here"))
        view = at_hand(app)
        before = len(view.lines)
        await press(pilot, "left")
        assert view.marked.folded and view.marked.path == "need"
        assert len(view.lines) < before
        await press(pilot, "left")
        assert view.marked.path == "fit", "left on what is folded goes to what it follows"
        await press(pilot, "j", "right")
        assert len(view.lines) == before
        folded = next(n for n, line in enumerate(view.lines) if line.path == "request" and line.kind == NODE)
        view._mark(folded)
        await press(pilot, "enter")
        assert len(view.lines) == before + 3
        # On a reference Enter goes to where the node is drawn, unfolding what it lies under.
        again = next(n for n, line in enumerate(view.lines) if line.kind == AGAIN and line.path == "total")
        view._fold("task", show=False)
        view._mark(next(n for n, line in enumerate(view.lines) if line.path == "task"))
        assert view.marked.folded
        view._fold("task", show=True)
        view._mark(again)
        await press(pilot, "enter")
        assert (view.marked.kind, view.marked.path) == (NODE, "total")


async def test_finding_by_title_or_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map())
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "◂ here"))
        view = at_hand(app)
        await press(pilot, "slash", *"warm")
        assert view.marked.path == "nurture"
        first = view.mark
        await press(pilot, "enter")
        assert view.mark > first
        await press(pilot, "escape", "n")
        assert "warm" in view.marked.title.casefold()
        assert app.view is view, "Esc ends the search and stays"
        await press(pilot, "slash", "backspace", "backspace", "backspace", "backspace", *"zzz")
        await until(pilot, lambda: shown(app, "No node and no outcome has “zzz”"))
        await press(pilot, "escape", "slash", *["backspace"] * 3, *"request")
        assert view.marked.path == "request", "what is folded away is found by its id, too"


async def test_what_if_commits_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map())
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "◂ here"))
        view = at_hand(app)
        seq, events = view.walk.state.seq, len(view.walk.events)
        for _ in range(8):
            await press(pilot, "j", "enter", "space")
        assert (view.walk.state.seq, len(view.walk.events)) == (seq, events)
        assert len(view.walk.journal.events(view.walk.id)) == events


async def test_enter_gives_what_is_told_most_of_a_narrow_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map())
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "◂ here"))
        page = app.frame.pages["main"]
        await press(pilot, "j")
        before = len(page.tail)
        await press(pilot, "enter")
        assert len(page.tail) > before and page.room >= 3
        await press(pilot, "escape")
        assert len(page.tail) == before
        assert app.view.name == "map"


async def test_a_finished_walk_stands_at_its_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map({"deal.need": Decimal(1)}))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "▶ No need: close it"))
        assert shown(app, "This is where the walk has come to.")
        assert at_hand(app).marked.here


async def test_another_terminal_moves_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(tmp_path, monkeypatch, first=on_the_map())
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "▶ Need ◂ here"))
        view = at_hand(app)
        mine = view.walk
        other = Walk(mine.tree, mine.journal, mine.events, mine.subject, mine.names, "other")
        other.answer("deal.need", Decimal(4))
        view.follow()
        app.draw()
        await until(pilot, lambda: shown(app, "▶ Do we know enough ◂ here"))


# ---------------------------------------------------------------- other trees


def workspace(folder: Path, **trees: str) -> Path:
    """A workspace with one account and these trees."""
    (folder / "office" / "trees").mkdir(parents=True)
    (folder / "office" / "abm-tree.toml").write_text('[accounts]\npath = "accounts.csv"\n', encoding="utf-8")
    (folder / "office" / "accounts.csv").write_text("Account ID,Account Name\nA-1,Acme\n", encoding="utf-8")
    for name, content in trees.items():
        (folder / "office" / "trees" / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder / "office"


CALLER = """
id = "caller"
title = "Caller"
start = "one"
[nodes.one]
ask = "One?"
choices = { yes = "Yes", no = "No" }
branches = [{ is = "yes", to = "step" }, { is = "no", to = "end" }]
[nodes.step]
title = "A step"
tree = "called"
branches = [{ is = ["good", "bad"], to = "end" }]
[outcomes.end]
title = "End"
"""
CALLED = """
id = "called"
title = "Called"
start = "deep"
[nodes.deep]
title = "Deep inside"
ask = "Deep?"
choices = { yes = "Yes", no = "No" }
branches = [{ is = "yes", to = "good" }, { is = "no", to = "bad" }]
[outcomes.good]
title = "Good"
[outcomes.bad]
title = "Bad"
"""


async def test_a_tree_that_a_node_calls_unfolds_into_its_own_nodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(tmp_path, caller=CALLER, called=CALLED)
    app = opened(tmp_path, monkeypatch, root, on_the_map(tree="caller"))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "▤ Called + 1 node"))
        view = at_hand(app)
        view._mark(next(n for n, line in enumerate(view.lines) if line.kind == TREE))
        assert view.told()[1] == ("tree called, as a step of this one", "dim")
        await press(pilot, "right")
        await until(pilot, lambda: shown(app, "○ Deep inside · Deep inside") or shown(app, "○ Deep inside"))
        await press(pilot, "left")
        await until(pilot, lambda: not shown(app, "Deep inside"))
        await press(pilot, "slash", *"deep")
        assert view.marked.path == "step/deep"
        await until(pilot, lambda: shown(app, "Still possible. Before it, at least 1 node: A step."))
        await press(pilot, "escape", "left")
        assert view.marked.kind == NODE


def chain(count: int) -> str:
    nodes = [
        f'[nodes.n{n}]\ntitle = "Step number {n}"\nask = "{n}?"\nchoices = {{ yes = "Yes", no = "No" }}\n'
        f'branches = [{{ is = "yes", to = "{f"n{n + 1}" if n + 1 < count else "end"}" }}, '
        '{ is = "no", to = "end" }]\n'
        for n in range(count)
    ]
    return (
        'id = "chain"\ntitle = "Chain"\nstart = "n0"\n' + "".join(nodes) + '[outcomes.end]\ntitle = "End"\n'
    )


async def test_what_lies_deep_is_scrolled_to_and_its_title_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(tmp_path, chain=chain(60))
    app = opened(tmp_path, monkeypatch, root, on_the_map(tree="chain"))
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "◂ here"))
        view = at_hand(app)
        for wanted in ("n28", "n31", "n58"):
            await press(pilot, "slash", *["backspace"] * len(view.text), *wanted)
            assert view.marked.path == wanted
            await until(pilot, lambda wanted=wanted: shown(app, f"○ Step number {wanted[1:]}"))
            await press(pilot, "escape")
        deep = next(n for n, line in enumerate(view.lines) if len(line.lead) > 50)
        view._mark(deep)
        shift = view.shift
        assert shift > 0
        await press(pilot, "h")
        assert view.shift < shift
        await press(pilot, "l")
        assert view.shift == shift


async def test_only_lines_that_are_looked_at_become_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(tmp_path, chain=chain(500))
    app = opened(tmp_path, monkeypatch, root, on_the_map(tree="chain"))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "◂ here"))
        view = at_hand(app)
        view.opened = {f"n{number}" for number in range(500)}
        view._draw("")
        assert len(view.lines) > 1000
        made = 0
        parts = Line.parts

        def counted(self: Line, *arguments: Any) -> Any:
            nonlocal made
            made += 1
            return parts(self, *arguments)

        monkeypatch.setattr(Line, "parts", counted)
        await press(pilot, "j", "j", "end", "pageup")
        assert 0 < made < 500


HOSTILE = """
id = "caller"
title = "[red]Bold [/closed] \\u001b[31m"
start = "one"
[nodes.one]
title = "[@click=app.bell]press[/] \\u202e \\u009b31m"
ask = "One [/]?"
choices = { yes = "Yes [/closed]", no = "LONG" }
branches = [{ is = "yes", to = "two" }, { is = "no", to = "end" }]
[nodes.two]
title = "宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽"
why = "Why [/closed] \\u001b]0;owned\\u0007"
ask = "Two?"
choices = { yes = "Yes", no = "No" }
branches = [{ is = "yes", to = "end" }, { is = "no", to = "end" }]
[outcomes.end]
title = "LONG"
verdict = "LONG"
""".replace("LONG", "End [Holdings] " + "x" * 10_000)


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_text_is_text_and_stays_in_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = opened(tmp_path, monkeypatch, workspace(tmp_path, caller=HOSTILE), on_the_map(tree="caller"))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.ready and shown(app, "[@click=app.bell]press"))
        for _ in at_hand(app).lines:
            await press(pilot, "j")
            whole = text(app)
            assert not any(char in whole for char in "\x1b\x9b\x07\u202e")
            assert all(cell_len(line) <= size[0] for line in whole.splitlines())
        assert shown(app, "End [Holdings]")


def test_rows_are_cut_and_shifted_by_cells() -> None:
    from abm_tree.tui.text import row
    from abm_tree.tui.tree_map import _shifted

    assert _shifted(row("abc", ("def", "dim")), 4).plain == "ef"
    assert _shifted(row("宽b"), 1).plain == " b"
    assert _shifted(row("ab"), 5).parts == ()
    assert len(Rows([], 10)) == 0
