"""Results looked at: filters and counts against counting by hand, files of all kinds, the way of a row."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from abm_tree.cli import main
from abm_tree.session.browse import FACETS, Filter, Selection, Table, export
from abm_tree.session.browsed import NoWay, Stopped, Written, of_workspace, way_of, written
from abm_tree.session.options import list_options
from abm_tree.session.results_file import ResultsFile, open_results
from abm_tree.session.wish import Refused, Wish
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.source.folders import library

NAMES = ("account_id", "stakeholder_id", "status", "outcome", "verdict", "needs", "error")


def made(rows: list[tuple[str | None, ...]], pieces: int = 3, *, coded: bool = True) -> Table:
    """A table of rows that came in pieces, each with a dictionary of its own."""
    table = Table(NAMES)
    size = max(1, len(rows) // pieces)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        columns = [pa.array([row[at] for row in part], pa.string()) for at in range(len(NAMES))]
        if coded:
            columns[2:] = [column.dictionary_encode() for column in columns[2:]]
        table.add(pa.record_batch(columns, names=list(NAMES)))
    return table


def rows_of(count: int, seed: int) -> list[tuple[str | None, ...]]:
    draw = random.Random(seed)
    out: list[tuple[str | None, ...]] = []
    for number in range(count):
        status = draw.choice(["decided", "decided", "needs", "error"])
        outcome = draw.choice(["call", "leave", "later"]) if status == "decided" else None
        needs = draw.choice(["budget", "account.employees"]) if status == "needs" else None
        verdict = {"call": "go", "leave": None, "later": "no"}.get(outcome or "")
        error = f"line {number}: bad" if status == "error" else None
        out.append((f"ACC-{number:04d}", f"Con-{number % 7}", status, outcome, verdict, needs, error))
    return out


@pytest.mark.parametrize("coded", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_filters_and_counts_are_those_of_counting_by_hand(seed: int, coded: bool) -> None:
    draw = random.Random(seed)
    rows = rows_of(draw.choice([1, 5, 200, 3000]), seed)
    table = made(rows, draw.choice([1, 3, 40]), coded=coded)
    assert table.rows == len(rows)
    for _ in range(12):
        wish = Filter(
            outcome=draw.choice(["", "", "call", "none such"]),
            verdict=draw.choice(["", "", "", "no"]),
            needs=draw.choice(["", "", "", "budget"]),
            status=draw.choice(["", "", "decided", "error"]),
            text=draw.choice(["", "", "acc-00", "CON-3", "nowhere"]),
        )

        def fits(row: tuple[str | None, ...], but: str = "", wish: Filter = wish) -> bool:
            cells = dict(zip(NAMES, row, strict=True))
            named = all(getattr(wish, name) in ("", cells[name] or "\0") for name in FACETS if name != but)
            text = wish.text.casefold()
            return named and any(text in (one or "").casefold() for one in row[:2])

        found = table.select(wish)
        assert [found.row(at) for at in range(len(found))] == [n for n, row in enumerate(rows) if fits(row)]
        for facet in FACETS:
            at = NAMES.index(facet)
            wanted = Counter(row[at] for row in rows if fits(row, facet) and row[at])
            assert {name: count for name, count in found.counts[facet] if count} == dict(wanted)


def test_rows_that_come_while_one_looks() -> None:
    rows = rows_of(300, 1)
    table = made(rows[:100])
    before = table.select(Filter(status="decided"))
    for row in rows[100:]:
        table.add(pa.record_batch([pa.array([cell], pa.string()) for cell in row], names=list(NAMES)))
    assert before.of == 100 and len(before) == sum(1 for row in rows[:100] if row[2] == "decided")
    assert table.cell(299, "account_id") == "ACC-0299" and table.cell(300, "account_id") == ""
    assert len(table.select(Filter())) == 300


def test_a_value_is_wished_for_and_left() -> None:
    wish = Filter().toggled("outcome", "call")
    assert wish == Filter(outcome="call") and not wish.empty
    assert wish.toggled("outcome", "leave") == Filter(outcome="leave")
    assert wish.toggled("outcome", "call").empty


# ---------------------------------------------------------------- files


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with results of the sample list in all kinds, and one of people."""
    folder = tmp_path_factory.mktemp("results")
    for name in ("accounts.csv", "contacts.csv"):
        shutil.copy(library() / "examples" / name, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        told = ["--summary", "none", "--as-of", "2026-11-21"]
        for kind in ("csv", "parquet", "jsonl"):
            assert main(["evaluate", "lead-qualification", "accounts.csv", "-o", f"r.{kind}", *told]) == 0
        people = ["--contacts", "contacts.csv", "-o", "people.parquet"]
        assert main(["evaluate", "lead-qualification", "accounts.csv", *people, *told]) == 0
    return folder


def read(path: Path) -> ResultsFile:
    file = open_results(path)
    for _ in file.read():
        pass
    return file


def looked_at(path: Path, contacts: Path | None = None, listed: Path | None = None) -> Written:
    def wish(source: Path) -> Wish:
        return Wish(source, source.name, list_options(None), contacts)

    return written(read(path), wish, listed)


@pytest.fixture
def workspace(place: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.chdir(place)
    return open_workspace(sample=True)


def cells(table: Table) -> list[list[str]]:
    return [[table.cell(row, name) for name in table.names] for row in range(table.rows)]


def test_all_kinds_of_files_hold_the_same(place: Path) -> None:
    parquet, csv, jsonl = (read(place / f"r.{kind}") for kind in ("parquet", "csv", "jsonl"))
    assert parquet.table.rows == 304 == parquet.total
    assert parquet.table.names == csv.table.names == jsonl.table.names
    assert cells(parquet.table) == cells(csv.table) == cells(jsonl.table)
    for file in (parquet, csv, jsonl):
        assert [one["tree"] for one in file.about] == ["lead-qualification"]
        assert file.listed == "accounts.csv"


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
@pytest.mark.parametrize("source", ["r.csv", "r.parquet"])
def test_what_is_written_are_the_rows_that_were_wanted(
    place: Path, tmp_path: Path, source: str, kind: str
) -> None:
    file = read(place / source)
    whole = cells(file.table)
    for name, wish in (
        ("some", Filter(outcome="nurture")),
        ("all", Filter()),
        ("none", Filter(text="nobody")),
    ):
        chosen = file.table.select(wish)
        path = tmp_path / f"{name}.{kind}"
        assert export(file.table, chosen, path, file.told) == len(chosen)
        wanted = [whole[chosen.row(at)] for at in range(len(chosen))]
        if kind == "jsonl" and not wanted:
            assert path.read_bytes() == b""
            continue
        again = read(path)
        assert cells(again.table) == wanted
        assert again.about[0]["revision"] == file.about[0]["revision"]


def test_formulas_stay_text_in_files_and_are_themselves_on_the_screen(tmp_path: Path) -> None:
    rows = [
        ("=HYPERLINK(1)", "@x", "decided", "call", None, None, None),
        ("'=1", "-5", "error", None, None, None, "+x"),
    ]
    table = made([tuple(row) for row in rows])
    export(table, table.select(Filter()), tmp_path / "x.csv", {})
    text = (tmp_path / "x.csv").read_text()
    assert "'=HYPERLINK(1),'@x,decided" in text and not any(
        cell[:1] in ("=", "+", "@") for line in text.splitlines() for cell in line.split(",")
    )
    again = read(tmp_path / "x.csv").table
    assert again.cell(0, "account_id") == "=HYPERLINK(1)" and again.cell(1, "error") == "+x"
    assert again.cell(1, "stakeholder_id") == "-5"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_cell_over_several_lines_stays_one(end: str, tmp_path: Path) -> None:
    table = made([(f"N1{end}N2", None, "decided", "call", None, None, None)])
    export(table, table.select(Filter()), tmp_path / "x.csv", {})
    again = read(tmp_path / "x.csv").table
    assert (again.rows, again.cell(0, "account_id")) == (1, f"N1{end}N2")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("none.csv", None, "There is no such file."),
        ("empty.csv", b"", "it has no column `status`"),
        ("list.csv", b"account_id,employees\nA,5\n", 'Its columns: "account_id", "employees"'),
        ("twice.csv", b"status,status\n", 'The column "status" is there twice.'),
        ("torn.parquet", b"PAR1 and no more", "The results cannot be read"),
        ("records.jsonl", b'{"revision": "x", "canonical": {}}\n', "These are decision records"),
        ("not.jsonl", b"{not json}\n", "it has no column"),
        ("bytes.csv", bytes(range(256)) * 20, "no file of results"),
    ],
)
def test_files_that_hold_no_results(tmp_path: Path, name: str, data: bytes | None, words: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(Refused) as refused:
        read(tmp_path / name)
    assert words in refused.value.findings[0].message


@pytest.mark.parametrize(
    "data",
    [b"account_id,status\nA,decided\nB,decided,more\n", b'{"status": "decided"}\n{"status": {"a": 1}}\n'],
)
def test_a_file_that_breaks_off_keeps_what_could_be_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / ("x.jsonl" if data.startswith(b"{") else "x.csv")
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        read(path)
    assert refused.value.findings[0].code == "no-results"


# ---------------------------------------------------------------- the way of a row


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_row_has_the_way_that_it_had(place: Path, workspace: Workspace, kind: str) -> None:
    browsed = looked_at(Path(f"r.{kind}"))
    assert browsed.changed(workspace, 0) == ""
    for row in (0, 1, 17, 303):
        walk = way_of(browsed, workspace, row)
        assert walk.subject.account_id == browsed.table.cell(row, "account_id")
        for name in ("outcome", "status", "verdict"):
            assert getattr(walk.record, name) == browsed.table.cell(row, name)
        assert walk.state.as_of.startswith("2026-11-21")
        assert {line.source for line in walk.known()} == {"from the list"}
    assert workspace.journal.walks() == []


def test_error_rows_say_why_and_never_show_another_rows_way(place: Path, workspace: Workspace) -> None:
    browsed = looked_at(Path("r.csv"))
    chosen = browsed.table.select(Filter(status="error"))
    assert len(chosen) == 4
    for at in range(4):
        with pytest.raises(NoWay) as none:
            way_of(browsed, workspace, chosen.row(at))
        assert browsed.table.cell(chosen.row(at), "error") in str(none.value)


def test_people_are_told_apart(place: Path, workspace: Workspace) -> None:
    browsed = looked_at(Path("people.parquet"), Path("contacts.csv"))
    ids = [browsed.table.id(row) for row in range(browsed.table.rows)]
    twice = next(at for at in range(1, 50) if ids[at]["account_id"] == ids[at - 1]["account_id"])
    for row in (twice - 1, twice):
        walk = way_of(browsed, workspace, row)
        assert walk.subject.stakeholder_id == ids[row]["stakeholder_id"]
        assert walk.record.outcome == browsed.table.cell(row, "outcome")


def test_lists_and_trees_that_are_not_there_any_more(
    place: Path, workspace: Workspace, tmp_path: Path
) -> None:
    shutil.copy(place / "r.parquet", tmp_path / "r.parquet")
    shutil.copy(place / "accounts.csv", tmp_path / "accounts.csv")
    # Beside the results, the list is found wherever one stands.
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path.parent)
        assert way_of(looked_at(tmp_path / "r.parquet"), workspace, 0).record.outcome == "self-serve"
        (tmp_path / "accounts.csv").write_text("Account ID,Employees\nACC-9999,5\n")
        with pytest.raises(NoWay, match="not in the list any more"):
            way_of(looked_at(tmp_path / "r.parquet"), workspace, 0)
        (tmp_path / "accounts.csv").unlink()
        with pytest.raises(NoWay, match="--accounts"):
            way_of(looked_at(tmp_path / "r.parquet"), workspace, 0)
    (tmp_path / "r.csv").write_text("account_id,status,outcome\nACC-0001,decided,x\n")
    with pytest.raises(NoWay, match="--tree TREE"):
        way_of(looked_at(tmp_path / "r.csv", listed=Path("accounts.csv")), workspace, 0)


def own(folder: Path, text: str) -> Workspace:
    (folder / "trees").mkdir(exist_ok=True)
    (folder / "abm-tree.toml").write_text('[accounts]\npath = "accounts.csv"\n')
    (folder / "trees" / "lead-qualification.toml").write_text(text, encoding="utf-8")
    return open_workspace(folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value = 20,", "value = 20_000,", "The tree has changed:"),
        ('title    = "Large enough"', 'title    = "Large"', "The tree has other words now"),
        ('decide   = "account.employees"', 'decide   = "account.employes"', "cannot be walked"),
    ],
)
def test_a_tree_that_has_changed_is_said_to_have(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: str
) -> None:
    text = (library() / "trees" / "lead-qualification.toml").read_text(encoding="utf-8")
    assert old in text
    monkeypatch.chdir(place)
    workspace = own(tmp_path, text.replace(old, new, 1))
    assert words in looked_at(Path("r.parquet")).changed(workspace, 0)


# ---------------------------------------------------------------- while it is evaluated


def test_a_list_is_evaluated_as_evaluate_does_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABM_TREE_NOW", "2026-11-21T00:00:00Z")
    monkeypatch.chdir(place)
    workspace = open_workspace(sample=True)
    browsed = of_workspace(workspace, "lead-qualification")
    seen: list[tuple[int, float]] = []
    browsed.fill(lambda rows, share: seen.append((rows, share)), lambda: False)
    # Ids that are there twice make the list be read twice; the rows are there once.
    assert browsed.table.rows == 304 and seen[-1] == (304, 1.0)
    assert cells(browsed.table) == cells(read(Path("r.parquet")).table)
    assert browsed.done is not None and browsed.done.tally.read == 304
    walk = way_of(browsed, workspace, 5)
    assert walk.record.outcome == browsed.table.cell(5, "outcome")
    assert browsed.changed(workspace, 0) == ""


def test_nobody_looks_any_more(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    browsed = of_workspace(open_workspace(sample=True), "lead-qualification")
    with pytest.raises(Stopped):
        browsed.fill(lambda rows, share: None, lambda: True)
    assert browsed.done is None


def test_no_list_and_a_list_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "abm-tree.toml").write_text("")
    with pytest.raises(NoWay, match="There is no list"):
        of_workspace(open_workspace(tmp_path), "lead-qualification")
    (tmp_path / "abm-tree.toml").write_text('[accounts]\npath = "none.csv"\n')
    browsed = of_workspace(open_workspace(tmp_path), "lead-qualification")
    with pytest.raises(Refused):
        browsed.fill(lambda rows, share: None, lambda: False)
    assert browsed.refused is not None


def test_the_results_of_several_trees(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "abm-tree.toml").write_text("")
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "size.toml").write_text(
        'id = "size"\ntitle = "Size"\nstart = "a"\n[nodes.a]\ndecide = "account.employees"\nunknown = "s"\n'
        'branches = [{ when = "< 500", to = "s" }, { when = ">= 500", to = "l" }]\n'
        '[outcomes.s]\ntitle = "Small"\n[outcomes.l]\ntitle = "Large"\n'
    )
    shutil.copy(place / "accounts.csv", tmp_path)
    command = ["evaluate", "lead-qualification", "accounts.csv", "--also", "size", "-o", "both.csv"]
    assert main([*command, "--summary", "none"]) == 0
    browsed = looked_at(Path("both.csv"))
    assert browsed.prefixes == ("lead-qualification.", "size.")
    workspace = open_workspace(tmp_path)
    for at, prefix in enumerate(browsed.prefixes):
        counts = dict(browsed.table.select(Filter(), prefix).counts["outcome"])
        assert sum(counts.values()) == 300 and ("l" in counts) == bool(at)
        walk = way_of(browsed, workspace, 3, at)
        assert walk.record.outcome == browsed.table.cell(3, f"{prefix}outcome")


def test_a_selection_of_everything_needs_no_numbers() -> None:
    chosen: Any = Selection(Filter(), 5, None, {})
    assert len(chosen) == 5 and chosen.row(4) == 4
    assert json.dumps(chosen.filter.outcome) == '""'
