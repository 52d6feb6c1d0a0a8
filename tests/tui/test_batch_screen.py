"""Batch in a running app: results that filter, counts, a row's way, export, lists of any length."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from rich.cells import cell_len
from screens import SIZES, lines, opened, press, text, until

from abm_tree.cli import main
from abm_tree.session.browse import Table
from abm_tree.session.browsed import Browsed, Told, of_workspace, written
from abm_tree.session.options import list_options
from abm_tree.session.results_file import open_results
from abm_tree.session.wish import Wish
from abm_tree.source.folders import library
from abm_tree.tui.app import AbmTree
from abm_tree.tui.batch import Batch
from abm_tree.tui.batch_rows import ResultRows, columns
from abm_tree.tui.row import RowMap, RowWay

NARROW, WIDE = (80, 24), (120, 40)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    shutil.copy(library() / "examples" / "accounts.csv", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        told = ["-o", "r.parquet", "--summary", "none", "--as-of", "2026-11-21"]
        assert main(["evaluate", "lead-qualification", "accounts.csv", *told]) == 0
    return folder


@pytest.fixture
def folder(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the results and their list."""
    for name in ("r.parquet", "accounts.csv"):
        shutil.copy(place / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def from_file(name: str) -> Callable[[AbmTree], Batch]:
    def first(app: AbmTree) -> Batch:
        file = open_results(Path(name))
        return Batch(app, written(file, lambda path: Wish(path, path.name, list_options(None)), None))

    return first


@pytest.fixture
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AbmTree:
    return opened(folder, monkeypatch, first=from_file("r.parquet"))


def said(app: AbmTree) -> str:
    return " ".join(text(app).split())


def shows(app: AbmTree, *words: str) -> Callable[[], bool]:
    return lambda: all(one in said(app) for one in words)


def at_hand(app: AbmTree) -> Batch:
    assert isinstance(app.view, Batch)
    return app.view


def whole(app: AbmTree) -> Callable[[], bool]:
    """All rows are there, and filtered as is wished for now."""

    def done() -> bool:
        view = app.view
        if not isinstance(view, Batch) or view.state == "fills":
            return False
        chosen = view.chosen
        return chosen.filter == view.wish and chosen.of == view.browsed.table.rows and not view._selecting

    return done


def body(app: AbmTree) -> str:
    return "".join(f"{line}\n" for line in lines(app)[1:-2])


@pytest.mark.parametrize("size", SIZES)
async def test_the_screens(app: AbmTree, golden: Any, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        name = f"batch {{}} {size[0]}x{size[1]}.txt"
        await until(pilot, lambda: whole(app)() and shows(app, "All 304 rows.")())
        golden(name.format("table"), body(app))
        await press(pilot, "3", "tab")
        await until(pilot, lambda: whole(app)() and shows(app, "67 of 304 (22.0%): discover-first")())
        golden(name.format("filtered"), body(app))
        await press(pilot, "tab", "j", "enter")
        await until(pilot, lambda: isinstance(app.view, RowWay) and shows(app, "to be read")())
        golden(name.format("row"), body(app))
        assert all(cell_len(line) <= size[0] for line in lines(app))


async def test_filters_by_outcome_error_id_and_the_counts(app: AbmTree) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, whole(app))
        view = at_hand(app)
        await press(pilot, "e")
        await until(pilot, lambda: whole(app)() and len(view.chosen) == 4)
        assert shows(app, "4 of 304 (1.3%): status error", "ACC-0301", "line 77")()
        await press(pilot, "e", "1", "1", "2")
        await until(pilot, lambda: whole(app)() and len(view.chosen) == 85)
        await press(pilot, "slash", *"004")
        await until(pilot, lambda: whole(app)() and shows(app, "self-serve · “004”")())
        rows = [view.browsed.table.cell(view.chosen.row(at), "account_id") for at in range(len(view.chosen))]
        assert rows and all("004" in one for one in rows)
        await press(pilot, "escape")
        assert not view.searching and view.wish.text == "004"
        await press(pilot, "escape")
        await until(pilot, lambda: whole(app)() and shows(app, "All 304 rows.")())
        # A number that no outcome has, and what the counts filter by.
        await press(pilot, "9")
        await until(pilot, shows(app, "There is no outcome 9."))
        await press(pilot, "tab", "end", "enter")
        await until(pilot, lambda: whole(app)() and view.wish.status == "error")
        await press(pilot, "enter", "home", "enter")
        await until(pilot, lambda: whole(app)() and view.wish.outcome == "nurture" and not view.wish.status)
        await press(pilot, "c", "escape", "slash", *"nobody")
        await until(pilot, shows(app, "No row is like that."))
        await press(pilot, "enter")
        assert app.view is view
        await press(pilot, "escape", "escape", "escape")
        assert app.view.name == "home"


async def test_a_row_is_read_and_left_where_it_was(app: AbmTree) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, whole(app))
        view = at_hand(app)
        await press(pilot, "1", *["pagedown"] * 3, "k", "k")
        await until(pilot, lambda: whole(app)() and len(view.chosen) == 111)
        before, mark = body(app), view.mark
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.view, RowWay))
        row = app.view
        assert isinstance(row, RowWay)
        number = view.chosen.row(mark)
        assert row.walk.record.outcome == "nurture"
        assert row.walk.subject.account_id == view.browsed.table.cell(number, "account_id")
        await until(pilot, shows(app, "Why", "of 111, to be read"))
        await press(pilot, "b")
        await until(pilot, shows(app, "there is no message for it"))
        # Nothing here answers, notes or undoes anything.
        events = row.walk.events
        await press(pilot, "u", "0", "1", "x", "w", "g", "s")
        await until(pilot, shows(app, "only to be read"))
        await press(pilot, "g", "m")
        await until(pilot, lambda: isinstance(app.view, RowMap) and shows(app, "◂ here")())
        await press(pilot, "g", "o", "enter")
        assert app.view is row
        await press(pilot, "end", "pagedown", "home", "j", "tab", "question_mark", "escape")
        assert app.view is row and row.walk.events == events
        await press(pilot, "n")
        await until(pilot, lambda: app.view is not row and isinstance(app.view, RowWay))
        await press(pilot, "p")
        await until(pilot, lambda: isinstance(app.view, RowWay) and app.view.number == number)
        await press(pilot, "escape")
        await until(pilot, lambda: app.view is view)
        assert (view.mark, body(app)) == (mark, before)
        assert app.workspace.journal.walks() == []


async def test_rows_without_a_way_say_why(app: AbmTree, folder: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, whole(app))
        await press(pilot, "e")
        await until(pilot, lambda: whole(app)() and len(at_hand(app).chosen) == 4)
        await press(pilot, "enter")
        await until(pilot, shows(app, 'This row has no way: line 77, column "Employees"'))
        await press(pilot, "end", "enter")
        await until(pilot, shows(app, 'This row has no way: line 276: the id "ACC-0041" is there twice'))
        (folder / "accounts.csv").write_text("")
        await press(pilot, "c", "home")
        await until(pilot, whole(app))
        await press(pilot, "enter")
        await until(pilot, shows(app, "accounts.csv: The file is empty."))
        assert app.view.name == "batch"


async def test_a_tree_that_has_changed_is_told_with_what_it_would_say(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "abm-tree.toml").write_text("")
    (folder / "trees").mkdir()
    tree = (library() / "trees" / "lead-qualification.toml").read_text(encoding="utf-8")
    (folder / "trees" / "lead-qualification.toml").write_text(
        tree.replace("value = 20,", "value = 90_000,", 1)
    )
    app = opened(folder, monkeypatch, folder, from_file("r.parquet"))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, shows(app, "The tree has changed: it may decide otherwise now."))
        await press(pilot, "j", "enter")
        await until(pilot, shows(app, "The results say: discover-first. With tree and list as they are now:"))
        assert shows(app, "Leave to self-service")()


@pytest.mark.slow
async def test_what_is_shown_is_written(app: AbmTree, folder: Path) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, whole(app))
        await press(pilot, "2")
        await until(pilot, lambda: whole(app)() and len(at_hand(app).chosen) == 85)
        await press(pilot, "x")
        await until(pilot, shows(app, "Write 85 rows to: r-self-serve.csv"))
        await press(pilot, "enter")
        await until(pilot, shows(app, "85 rows written to r-self-serve.csv."))
        with (folder / "r-self-serve.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 85 and {row["outcome"] for row in rows} == {"self-serve"}
        for name, words in (
            ("", "There is such a file already"),
            ("x.xlsx", "it ends in .csv, .parquet or .jsonl"),
            ("none/x.csv", "There is no such folder."),
        ):
            await press(pilot, "x")
            if name:
                await press(
                    pilot,
                    *["backspace"] * 20,
                    *[{".": "full_stop", "/": "slash"}.get(one, one) for one in name],
                )
            await press(pilot, "enter")
            await until(pilot, shows(app, words))
            await press(pilot, "escape")


async def test_the_list_of_a_workspace_is_evaluated_from_home(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "abm-tree.toml").write_text('[accounts]\npath = "accounts.csv"\n')
    app = opened(folder, monkeypatch, folder)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "g", "b")
        await until(pilot, shows(app, "Run the whole list through which tree?"))
        await press(pilot, "1")
        await until(pilot, lambda: whole(app)() and shows(app, "All 304 rows.")())
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.view, RowWay))
        await press(pilot, "g", "a")
        await until(pilot, shows(app, "Author › Lead qualification"))
        await press(pilot, "escape", "enter")
        await until(pilot, shows(app, "Which tree?", "b Whole list"))
        await press(pilot, "b")
        await until(pilot, lambda: isinstance(app.view, Batch) and whole(app)())
        await press(pilot, "g", "o")
        await until(pilot, shows(app, "Open a row first"))


async def test_a_list_that_cannot_be_read_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "abm-tree.toml").write_text("")
    app = opened(folder, monkeypatch, folder)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "g", "b", "1")
        await until(pilot, shows(app, "There is no list: put path"))
        (folder / "bad.csv").write_text("account_id,status\nA,decided\nB,decided,more\n")
        app.show(from_file("bad.csv")(app))
        await until(pilot, shows(app, "bad.csv: The results cannot be read"))
        await press(pilot, "enter", "j", "e", "1", "x", "tab", "enter", "question_mark", "escape", "escape")


# ---------------------------------------------------------------- long lists


def long_list(rows: int) -> Browsed:
    """Results that are there already."""
    table = Table(("account_id", "status", "outcome", "verdict", "needs", "error"))
    outcomes = pa.array([f"end-{number}" for number in range(30)])
    for start in range(0, rows, 100_000):
        count = min(100_000, rows - start)
        ids = pa.array([f"ACC-{number:07d}" for number in range(start, start + count)])
        codes = pa.array((np.arange(start, start + count) % 30).astype(np.int32))
        none = pa.nulls(count, pa.string())
        status = pa.array(["decided"] * count).dictionary_encode()
        coded = pa.DictionaryArray.from_arrays(codes, outcomes)
        table.add(pa.record_batch([ids, status, coded, none, none, none], names=list(table.names)))

    class Ready(Browsed):
        """Rows that are there already."""

        def fill(self, told: Told, stopped: Callable[[], bool]) -> None:
            told(rows, 1.0)

    return Ready("long", table, ())


@pytest.mark.slow
async def test_a_million_rows_cost_what_is_seen_of_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsed = long_list(1_000_000)
    app = opened(folder, monkeypatch, first=lambda app: Batch(app, browsed))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: whole(app)() and shows(app, "All 1,000,000 rows.")())
        view = at_hand(app)
        made = 0
        make = ResultRows.__getitem__

        def counted(self: ResultRows, at: Any) -> Any:
            nonlocal made
            made += 1
            return make(self, at)

        monkeypatch.setattr(ResultRows, "__getitem__", counted)
        await press(pilot, "end", "pageup", "k", "home", "pagedown", "j")
        assert 0 < made < 1_000
        await press(pilot, "end")
        assert view.mark == 999_999 and shows(app, "ACC-0999999")()
        await press(pilot, "4")
        await until(pilot, lambda: whole(app)() and len(view.chosen) == 33_334)
        # The marked row is not among them: the one that comes next is.
        assert view.mark == 33_333
        await press(pilot, "4", "slash", *"77777")
        await until(pilot, lambda: whole(app)() and 0 < len(view.chosen) < 30)
        await press(pilot, "enter")
        await until(pilot, shows(app, "names it"))


async def test_the_newest_wish_counts(app: AbmTree) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, whole(app))
        view = at_hand(app)
        late = []
        select = Table.select

        def slow(self: Table, wish: Any, prefix: str = "") -> Any:
            late.append(wish)
            return select(self, wish, prefix)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Table, "select", slow)
            for key in "123412":
                view.digit(int(key))
            await until(pilot, lambda: whole(app)() and view.chosen.filter == view.wish)
        assert view.wish.outcome == late[-1].outcome == "self-serve"
        assert len(late) < 6


@pytest.mark.parametrize("width", [30, 42, 54, 58, 82, 118])
def test_columns_fit_into_any_width(width: int) -> None:
    for ids in (("account_id",), ("account_id", "deal_id", "stakeholder_id")):
        table = Table((*ids, "status", "outcome", "verdict", "needs", "path", "error", "deal.review_on"))
        shape = columns(table, "", width)
        assert sum(one.width for one in shape) + 2 * (len(shape) - 1) <= width
        assert [one.name for one in shape][:1] == [""] and "came" in [one.name for one in shape]


# ---------------------------------------------------------------- hostile text

MARKUP = "[@click=app.bell]press[/] [/closed] [red]Acme [Holdings]"
IDS = [
    f"M {MARKUP}",
    "E \x1b[31mred\x1b[2J\x1b]0;owned\x07\x9b31m\x85",
    "B \u202eolleh\u2066\ufeff",
    '=HYPERLINK("http://x","y")',
    "L " + "x" * 5_000,
    "New\nline",
    "宽" * 60 + "e\u0301" * 40,
]


@pytest.mark.parametrize(
    "size", [NARROW, *(pytest.param(one, marks=pytest.mark.slow) for one in SIZES if one != NARROW)]
)
async def test_hostile_results_are_text(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    (folder / "abm-tree.toml").write_text('[accounts]\npath = "bad.csv"\n')
    (folder / "trees").mkdir()
    (folder / "trees" / "t.toml").write_text(
        'id = "t"\ntitle = "Tree [/closed] \\u001b[31m"\nstart = "a"\n[nodes.a]\ntitle = "[/x]\\u009b"\n'
        'decide = "account.employees"\nunknown = "z"\nbranches = [{ when = ">= 0", to = "z" }]\n'
        '[outcomes.z]\ntitle = "End [Holdings] \\u202e"\nverdict = "[/closed] \\u001b[2J [red]v"\n',
        encoding="utf-8",
    )
    with (folder / "bad.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Account ID", "Account Name", "Employees", "About"])
        for one in IDS:
            writer.writerow([one, one, "5", "what somebody wrote " * 40])
        writer.writerow(["bad", MARKUP, f"{MARKUP}\x1b[31m", ""])
    app = opened(folder, monkeypatch, folder, lambda app: Batch(app, of_workspace(app.workspace, "t")))

    def clean() -> None:
        shown = text(app)
        assert not any(char in shown for char in "\x1b\x9b\x07\x85\u202e\u2066\ufeff")
        assert all(cell_len(line) <= size[0] for line in shown.splitlines())

    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: whole(app)() and shows(app, "All 8 rows.")())
        for _ in IDS:
            clean()
            view = app.view
            await press(pilot, "enter")
            await until(pilot, lambda view=view: app.view is not view or shows(app, "no way")())
            clean()
            for key in ("end", "t", "b", "escape") if isinstance(app.view, RowWay) else ():
                await press(pilot, key)
                clean()
            await press(pilot, "j")
        await press(pilot, "1", "tab", "j", "enter", "tab", "slash", "x", "escape", "c", "x", "enter")
        await until(pilot, shows(app, "written to"))
        clean()
    written_to = next(folder.glob("results*.csv"))
    with written_to.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "@")]
