"""Author in a running app: what a save changes, what stays, the map, a trial, the editor."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kinds import quick
from rich.cells import cell_len
from screens import SIZES, lines, opened, press, text, until
from textual.app import SuspendNotSupported

from abm_tree.session.author import author_of
from abm_tree.tui.app import AbmTree
from abm_tree.tui.author import Authoring

NARROW, WIDE = (80, 24), (120, 40)
TREE = """id    = "fair"
title = "After the fair"
start = "wish"

[nodes.wish]
title    = "Their wish"
ask      = "Did they ask for something?"
choices  = { offer = "An offer", no = "Nothing" }
branches = [{ is = "offer", to = "size" }, { is = "no", to = "thanks" }]
unknown  = "thanks"

[nodes.size]
ask      = "How many people work there?"
type     = "integer"
minimum  = 1
branches = [
  { when = "< 50", to = "thanks" },
  { when = ">= 50", to = "money" },
]
unknown  = "money"

[nodes.money]
ask      = "Is there money for it this year?"
choices  = { yes = "Yes", planned = "Planned", no = "No" }
branches = [{ is = ["yes", "planned"], to = "call" }, { is = "no", to = "thanks" }]
unknown  = "call"

[outcomes.call]
title = "Call them this week"

[outcomes.thanks]
title = "Say thank you"
"""
CASES = """[[cases]]
name    = "large, with money"
facts   = { wish = "offer", size = 60, money = "yes" }
outcome = "call"

[[cases]]
name    = "small"
facts   = { wish = "offer", size = 6 }
outcome = "thanks"
"""
BROKEN = (
    TREE.replace('to = "money"', 'to = "monney"')
    .replace("choices  = { yes", "choises  = { yes")
    .replace('title = "Say', 'titel = "Say')
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    (folder / "trees").mkdir(parents=True)
    (folder / "abm-tree.toml").write_text("")
    (folder / "trees" / "fair.toml").write_text(TREE)
    (folder / "trees" / "fair.cases.toml").write_text(CASES)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    return folder


@pytest.fixture
def app(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AbmTree:
    return opened(tmp_path, monkeypatch, root, lambda app: Authoring(app, author_of("fair", root)))


def save(root: Path, text: str, name: str = "trees/fair.toml") -> None:
    path = root / name
    before = path.stat().st_mtime_ns if path.exists() else 0
    aside = path.with_suffix(".part")
    aside.write_text(text, encoding="utf-8")
    os.utime(aside, ns=(before + 1_000_000, before + 1_000_000))
    aside.replace(path)


def said(app: AbmTree) -> str:
    return " ".join(text(app).split())


def at_hand(app: AbmTree) -> Authoring:
    assert isinstance(app.view, Authoring)
    return app.view


def shows(app: AbmTree, *words: str) -> Callable[[], bool]:
    return lambda: all(one in said(app) for one in words)


def body(app: AbmTree) -> str:
    """The screen without the line at the top and those at the bottom."""
    return "".join(f"{line}\n" for line in lines(app)[1:-2])


@pytest.mark.parametrize("size", SIZES)
async def test_the_screens(app: AbmTree, root: Path, golden: Any, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        name = f"author {{}} {size[0]}x{size[1]}.txt"
        await until(pilot, shows(app, "No findings. Cases: 2 of 2 pass."))
        golden(name.format("sound"), body(app))
        save(root, BROKEN)
        await until(pilot, shows(app, "stays live. Cases: not run."))
        await press(pilot, "j")
        await until(pilot, shows(app, "error[unknown-key]"))
        golden(name.format("broken"), body(app))
        save(root, TREE)
        await until(pilot, shows(app, "No findings."))
        await press(pilot, "t", "1")
        await until(pilot, shows(app, "How many people work there?"))
        golden(name.format("trial"), body(app))
        await quick(app, "escape", "m")
        await until(pilot, shows(app, "◂ here"))
        golden(name.format("map"), body(app))
        assert all(cell_len(line) <= size[0] for line in lines(app))


async def test_a_broken_save_keeps_the_tree_and_mending_it_takes_the_findings_away(
    app: AbmTree, root: Path
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(app, "No findings. Cases: 2 of 2 pass."))
        view = at_hand(app)
        before = view.good
        save(root, TREE.replace('to = "money"', 'to = "monney"'))
        await until(
            pilot, shows(app, "1 error since 10:00:00. The tree of 10:00:00 stays live. Cases: not run.")
        )
        assert shows(app, "trees/fair.toml:18:26", "help: Did you mean `money`?")()
        # The text has the caret where `check` has it.
        caret = next(line for line in lines(app) if "^^^" in line)
        above = lines(app)[lines(app).index(caret) - 1]
        assert above[caret.index("^") :].startswith('"monney"')
        assert view.good is before and view.map is not None and "Is there money" in said(app)
        save(root, TREE.replace("this week", "today"))
        await until(pilot, shows(app, "No findings.", "Cases: 2 of 2 pass."))
        assert view.since == "" and not shows(app, "monney")()
        assert view.trial is not None and view.trial.walk.tree.outcomes["call"].title == "Call them today"


async def test_moving_through_findings_shows_their_lines(app: AbmTree, root: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        save(root, BROKEN)
        await until(pilot, lambda: at_hand(app).look is not None and at_hand(app).look.whole)  # type: ignore[union-attr]
        view = at_hand(app)
        assert view.look is not None and len(view.look.findings) == 3
        for number, finding in enumerate(view.look.findings):
            assert view.marked is finding and finding.span is not None
            line, column = view.look.texts[finding.source].position(finding.span.start)
            await until(pilot, shows(app, f"--> {finding.source}:{line}:{column}"))
            assert any(one.lstrip("▸ ").startswith(f"{line} │") for one in lines(app)), number
            assert "^" in text(app)
            await press(pilot, "j")
        await press(pilot, "j", "home", "k")
        assert view.mark == 0
        await press(pilot, "end", "pageup", "pagedown")
        assert view.mark == len(view.look.findings) - 1
        # A tree that could never be read yet has neither map nor trial.
        assert view.trial is None or view.good is not None


async def test_a_marked_finding_stays_marked_and_its_node_is_marked_on_the_map(
    app: AbmTree, root: Path
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(app, "No findings."))
        save(root, BROKEN)
        await until(pilot, shows(app, "stays live. Cases: not run."))
        view = at_hand(app)
        assert view.look is not None and view.map is not None
        wanted = next(one for one in view.look.findings if "monney" in one.message)
        while view.marked != wanted:
            await press(pilot, "j")
        assert view.map.marked.path == "size"
        save(root, BROKEN.replace("titel", "title"))
        await until(
            pilot,
            lambda: view.look is not None and not any("titel" in one.message for one in view.look.findings),
        )
        assert view.marked is not None and view.marked.message == wanted.message


async def test_answers_stay_under_every_version_of_the_tree(app: AbmTree, root: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "No findings."))
        await press(pilot, "t", "1", *"120", "enter")
        await until(pilot, shows(app, "Is there money for it this year?"))
        view = at_hand(app)
        assert view.trial is not None
        # Broken: the trial goes on with the tree as it was.
        save(root, BROKEN)
        await until(pilot, shows(app, "stays live"))
        await press(pilot, "2")
        await until(pilot, shows(app, "Call them this week"))
        # A question more in the middle: what was answered before and after it is remembered.
        more = TREE.replace('{ when = ">= 50", to = "money" }', '{ when = ">= 50", to = "boss" }') + (
            '[nodes.boss]\nask = "Was their boss there?"\nchoices = { yes = "Yes", no = "No" }\n'
            'branches = [{ is = "yes", to = "money" }, { is = "no", to = "thanks" }]\nunknown = "money"\n'
        )
        save(root, more)
        await until(pilot, shows(app, "Cases: 1 of 2 pass.", "Was their boss there?"))
        assert set(view.trial.walk.state.answers) == {"wish", "size", "money"}
        await press(pilot, "1")
        await until(pilot, shows(app, "Call them this week"))
        await press(pilot, "u")
        await until(pilot, shows(app, "Was their boss there?"))
        # The fact has another type: its answer does not count any more, the others do.
        save(
            root,
            more.replace('type     = "integer"\nminimum  = 1', 'type     = "boolean"')
            .replace('{ when = "< 50", to = "thanks" }', '{ is = false, to = "thanks" }')
            .replace('{ when = ">= 50", to = "boss" }', '{ is = true, to = "boss" }'),
        )
        await until(pilot, shows(app, "How many people work there?"))
        await press(pilot, "1")
        await until(pilot, shows(app, "Was their boss there?"))
        await press(pilot, "x")
        await until(pilot, shows(app, "Did they ask for something?"))
        assert not view.trial.walk.state.answers


async def test_what_is_typed_stays_while_the_file_is_saved(app: AbmTree, root: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "No findings."))
        await press(pilot, "t", "1", *"12")
        await until(pilot, shows(app, "> 12"))
        save(root, TREE.replace("this week", "today"))
        view = at_hand(app)
        await until(
            pilot, lambda: view.good is not None and "today" in view.good.texts["trees/fair.toml"].text
        )
        await press(pilot, "0", "enter")
        await until(pilot, shows(app, "Is there money"))
        assert view.trial is not None and view.trial.walk.facts["size"].value == 120  # type: ignore[union-attr]


async def test_a_trial_writes_nothing(app: AbmTree, root: Path, tmp_path: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "No findings."))
        await press(pilot, "t", "2")
        await until(pilot, shows(app, "Say thank you"))
        await press(pilot, "u", "0", "ctrl+r")
        assert app.workspace.journal.walks() == [] and app.workspace.journal.every() == []
        await press(pilot, "g", "s")
        await until(pilot, shows(app, "A trial is about nobody"))
        # Quitting asks nothing: nothing is lost that was to be kept.
        await press(pilot, "ctrl+q")
        await until(pilot, lambda: not app.is_running)


async def test_cases_that_fail_are_counted(app: AbmTree, root: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "Cases: 2 of 2 pass."))
        save(root, TREE.replace('"< 50"', '"< 5"').replace('">= 50"', '">= 5"'))
        await until(pilot, shows(app, "Cases: 1 of 2 pass.", "case-differs"))
        assert shows(app, "fair.cases.toml:")() and at_hand(app).good is not None
        save(root, CASES.replace("size = 6 }", "size = 4 }"), "trees/fair.cases.toml")
        await until(pilot, shows(app, "Cases: 2 of 2 pass."))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("", "The file is empty.", marks=pytest.mark.slow),
        ("not [ toml\n", "error[toml-syntax]"),
        pytest.param("\x00\x01" * 200, "The file is not text.", marks=pytest.mark.slow),
        pytest.param(None, "There is no such file.", marks=pytest.mark.slow),
    ],
    ids=["empty", "no TOML", "binary", "gone"],
)
async def test_files_that_say_nothing(app: AbmTree, root: Path, content: str | None, words: str) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "No findings."))
        if content is None:
            (root / "trees" / "fair.toml").unlink()
        else:
            save(root, content)
        await until(pilot, shows(app, words, "stays live"))
        for key in ("j", "k", "e", "t", "1", "escape", "m", "j", "f", "tab", "pagedown"):
            await press(pilot, key)
        save(root, TREE)
        await until(pilot, shows(app, "No findings."))


async def test_without_a_sound_tree_map_and_trial_say_so(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(root, BROKEN)
    app = opened(tmp_path, monkeypatch, root, lambda app: Authoring(app, author_of("fair", root)))
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(app, "There is no tree to try yet.", "The map comes with the first tree"))
        await press(pilot, "t")
        await until(pilot, shows(app, "There is no tree to try: mend the errors first."))
        await press(pilot, "question_mark")
        await until(pilot, shows(app, "Not now: There is no tree to try"))
        await press(pilot, "escape")
        save(root, TREE)
        await until(pilot, shows(app, "No findings.", "◂ here"))


async def test_every_key_is_told_by_help_and_those_of_map_and_question_act(app: AbmTree, root: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, shows(app, "No findings."))
        await press(pilot, "m", "question_mark")
        await until(pilot, shows(app, "keys on this screen: author"))
        for words in ("Open your editor", "What is wrong with the files", "Try answers", "Show what follows"):
            assert shows(app, words)(), words
        await press(pilot, "escape", "down", "enter")
        view = at_hand(app)
        await press(pilot, "slash", *"money", "enter", "escape")
        assert view.map is not None and view.map.marked.path == "money"
        await until(pilot, shows(app, "[nodes.money]"))
        await press(pilot, "end", "escape")
        assert view.tab == "findings"
        await press(pilot, "tab", "tab")
        assert view.tab == "try"
        await press(pilot, "g", "m")
        assert view.tab == "map"
        await press(pilot, "escape", "escape")
        assert app.view.name == "home"
        await press(pilot, "g", "a")
        await until(pilot, shows(app, "Which tree do you write?", "After the fair"))


async def test_keys_can_be_set(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "abm-tree.toml").write_text('[keys]\n"author.try" = "f5"\n"author.map" = "u"\n')
    app = opened(tmp_path, monkeypatch, root, lambda app: Authoring(app, author_of("fair", root)))
    # `u` takes answers back in the trial: the screen offers both.
    assert [one.code for one in app.workspace.problems] == ["key-clash"]
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "Cases: 2 of 2 pass."))
        await press(pilot, "f5")
        assert at_hand(app).tab == "try"


async def test_home_opens_a_tree_for_writing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "abm-tree.toml").write_text('[accounts]\npath = "a.csv"\n')
    (root / "a.csv").write_text("Account ID,Account Name\nA-1,Acme\n")
    app = opened(tmp_path, monkeypatch, root)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "e")
        await until(pilot, shows(app, "Choose an account first"))
        await press(pilot, "enter")
        await until(pilot, shows(app, "Which tree?", "e Author"))
        await press(pilot, "e")
        await until(pilot, shows(app, "Author › After the fair", "Cases: 2 of 2 pass."))
        await press(pilot, "t", "1", "escape", "escape", "escape")
        assert app.view.name == "home"
        # Back to it: the trial stands where it stood.
        await press(pilot, "g", "a", "1")
        await until(pilot, shows(app, "Author › After the fair"))
        view = at_hand(app)
        assert view.trial is not None and view.trial.walk.state.answers
        save(root, BROKEN)
        await until(pilot, shows(app, "stays live"))


# ---------------------------------------------------------------- the editor


@contextlib.contextmanager
def suspended(_: Any) -> Iterator[None]:
    yield


async def test_the_editor_opens_at_the_marked_place(
    app: AbmTree, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[list[str]] = []
    codes = iter((0, 0, 3))

    def run(words: list[str], check: bool) -> subprocess.CompletedProcess[bytes]:
        runs.append(words)
        return subprocess.CompletedProcess(words, next(codes))

    monkeypatch.setattr(AbmTree, "suspend", suspended)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("EDITOR", "nano -w")
    file = str((root / "trees" / "fair.toml").resolve())
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "No findings."))
        save(root, TREE.replace('to = "money"', 'to = "monney"'))
        await until(pilot, shows(app, "unknown-target"))
        await press(pilot, "e", "m", "end", "e")
        assert runs[0] == ["nano", "-w", "+18,26", file]
        # On the map: the line where the marked node or outcome begins.
        line = TREE.splitlines()[int(runs[1][2].strip("+").partition(",")[0]) - 1]
        assert runs[1][-1] == file and line.startswith(("[nodes.", "[outcomes."))
        await press(pilot, "f", "enter")
        await until(pilot, shows(app, "The editor ended with code 3: nano."))


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("", "No editor is set. Name one in VISUAL or EDITOR, like EDITOR=nano. Open trees/fair.toml, line"),
        ("vi 'x", "The editor cannot be understood: vi 'x."),
        ("/no/such/editor [/]", "The editor does not start: /no/such/editor: no such file or directory."),
    ],
)
async def test_an_editor_that_does_not_open_is_said_not_to(
    app: AbmTree, monkeypatch: pytest.MonkeyPatch, editor: str, words: str
) -> None:
    monkeypatch.setattr(AbmTree, "suspend", suspended)
    monkeypatch.setenv("EDITOR", editor)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "No findings."))
        await press(pilot, "e")
        await until(pilot, shows(app, words))


async def test_where_no_editor_can_open(app: AbmTree, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Any) -> Any:
        raise SuspendNotSupported

    monkeypatch.setattr(AbmTree, "suspend", refused)
    monkeypatch.setenv("EDITOR", "nano")
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "No findings."))
        await press(pilot, "e")
        await until(pilot, shows(app, "An editor cannot open in here. Open trees/fair.toml, line"))


# ---------------------------------------------------------------- hostile text


def read_whole(app: AbmTree, content: str) -> bool:
    """Whether the screen knows what the file says now."""
    look = at_hand(app).look
    return look is not None and look.whole and look.texts["trees/fair.toml"].text == content


HOSTILE = """id = "fair"
title = "[red]Bold [/closed] \\u001b[31m \\u202e"
start = "one"
# \u202e raw \u009b31m [@click=app.bell]x[/] 宽WIDE
[nodes.one]
title = "[@click=app.bell]press[/] \\u009b31m"
ask = "One [/closed]? \\u001b]0;owned\\u0007"
choices = { yes = "Yes [/closed]", no = "宽LONG" }
branches = [{ is = "yes", to = "end" }, { is = "no", to = "end" }]
[outcomes.end]
title = "End [Holdings] LONG"
verdict = "[/closed]LONG"
""".replace("LONG", "x" * 3_000).replace("WIDE", "宽" * 60)


@pytest.mark.parametrize(
    "size", [NARROW, *(pytest.param(one, marks=pytest.mark.slow) for one in SIZES if one != NARROW)]
)
async def test_hostile_text_is_text(app: AbmTree, root: Path, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await until(pilot, shows(app, "No findings."))
        for content in (HOSTILE, HOSTILE.replace('to = "end" }]', 'to = "[red]\\u001b[31m[/]" }]')):
            save(root, content)
            await until(pilot, lambda content=content: read_whole(app, content))
            keys = (
                "j",
                "j",
                "m",
                "j",
                "enter",
                "j",
                "j",
                "t",
                "1",
                "u",
                "f",
                "k",
                "question_mark",
                "escape",
                "f",
            )
            for key in keys:
                await press(pilot, key)
                whole = text(app)
                assert not any(char in whole for char in "\x1b\x9b\x07\u202e\u2066"), key
                assert all(cell_len(line) <= size[0] for line in whole.splitlines()), key
        assert "[/closed]" in text(app) or "[red]" in text(app)
