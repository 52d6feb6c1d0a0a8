"""Lists of every format, where commands and screens open them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from workbooks import xlsx

from abm_tree.cli import main
from abm_tree.cli.exits import Exit
from abm_tree.session.book import Places, open_book
from abm_tree.session.check import check_paths

TREE = """
id = "small"
title = "Small"
start = "size"

[facts.employees]
type = "integer"
ask = "How many people?"

[nodes.size]
decide = "employees"
unknown = "little"
branches = [{ at_least = 50, to = "big" }]
otherwise = "little"

[outcomes.big]
title = "Big"

[outcomes.little]
title = "Little"
"""
ROWS = [
    ["Accounts in spring"],
    [],
    ["account_id", "name", "employees"],
    ["A1", "One", 80],
    ["A2", "Two", 10.5],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "small.toml").write_text(TREE, encoding="utf-8")
    (tmp_path / "abm-tree.toml").write_text("", encoding="utf-8")
    (tmp_path / "list.xlsx").write_bytes(xlsx({"Cover": [["Hello"]], "Data": ROWS}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_options_choose_sheet_and_header(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ("--sheet", "Data", "--header-row", "3")
    assert main(["evaluate", "small", "list.xlsx", *chosen, "-o", "-", "--summary", "none"]) == Exit.OK
    out, err = capsys.readouterr()
    assert [line.split(",")[:3] for line in out.splitlines()[1:]] == [
        ["A1", "decided", "big"],
        ["A2", "error", ""],
    ]
    assert 'row 5, column ""employees"": ""10.5"" is not a whole number.' in out
    assert err == ""
    assert main(["explain", "small", "--account", "A1", "--accounts", "list.xlsx", *chosen]) == Exit.OK
    assert "Big" in capsys.readouterr().out


def test_settings_choose_them_as_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = '[accounts]\npath = "list.xlsx"\nsheet = "Data"\nheader_row = 3\n'
    (folder / "abm-tree.toml").write_text(settings, encoding="utf-8")
    assert main(["evaluate", "small", "-o", "-", "--summary", "none"]) == Exit.OK
    assert capsys.readouterr().out.splitlines()[1].startswith("A1,decided,big")
    how = {"sheet": "Data", "header_row": 3}
    book = open_book(Places(folder / "list.xlsx", None, how), limit=300)
    assert [(one.id, one.name) for one in book.entries] == [("A1", "One"), ("A2", "Two")]


@pytest.mark.parametrize("row", ["0", "-3"])
def test_rows_count_from_one(row: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "small", "list.xlsx", "--header-row", row]) == Exit.USAGE
    assert f"{row} is no row; they are counted from 1." in capsys.readouterr().err
    (folder / "abm-tree.toml").write_text(f"[accounts]\nheader_row = {row}\n", encoding="utf-8")
    (found,) = [one for one in check_paths([folder / "abm-tree.toml"])[1] if one.code == "wrong-type"]
    assert found.message == f"`header_row` is to be a row's number, 1 or more; this is the number {row}."


def parquet(path: Path) -> Path:
    pq.write_table(
        pa.table({"account_id": [1001, 1002], "name": ["One", "Two"], "industry": ["x", None]}), path
    )
    return path


def lines(path: Path) -> Path:
    path.write_text(
        '{"account_id": 1001, "name": "One", "industry": "x"}\n{"account_id": 1002, "name": "Two"}\n'
    )
    return path


def book_of_excel(path: Path) -> Path:
    path.write_bytes(xlsx({"One": [["account_id", "name", "industry"], [1001, "One", "x"], [1002, "Two"]]}))
    return path


@pytest.mark.parametrize("write", [parquet, lines, book_of_excel])
def test_home_lists_accounts_and_people_of_every_format(
    write: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = write(tmp_path / "list")
    people = tmp_path / "people.jsonl"
    people.write_text('{"contact_id": 7, "account_id": 1001, "full name": "Kim", "influence": 4.0}\n')
    book = open_book(Places(path, people))
    assert book.problems == ()
    assert [(one.id, one.name, one.about) for one in book.entries] == [
        ("1001", "One", "x"),
        ("1002", "Two", ""),
    ]
    (kim,) = book.people["1001"]
    assert (kim.id, kim.name, kim.influence) == ("7", "Kim", "4")
    assert [one.id for one in open_book(Places(path), limit=1).entries][:1] == ["1001"]


def test_a_first_look_at_an_empty_list_is_empty(tmp_path: Path) -> None:
    pq.write_table(pa.table({"account_id": pa.array([], pa.string())}), tmp_path / "list.parquet")
    book = open_book(Places(tmp_path / "list.parquet"), limit=300)
    assert (book.entries, book.problems) == ((), ())


def test_home_says_why_a_list_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "list.parquet").write_bytes(parquet(tmp_path / "list.parquet").read_bytes()[:-9])
    assert open_book(Places(tmp_path / "list.parquet")).problems == (
        "list.parquet cannot be read: the Parquet file is cut short: its end is missing. Export it again.",
    )


def test_the_libraries_are_imported_when_a_file_needs_them(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,name\nA,One\n")
    code = (
        "import sys; from pathlib import Path; from abm_tree.session.book import Places, open_book\n"
        "assert open_book(Places(Path(sys.argv[1]))).entries\n"
        "heavy = {one.partition('.')[0] for one in sys.modules}\n"
        "assert not heavy & {'pyarrow', 'numpy', 'python_calamine', 'pydantic', 'xml'}, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "list.csv")], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
