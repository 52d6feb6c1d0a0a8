"""Lists and disks that fail in the middle: a message that says what to do, and the old output as it was."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from program import AS_OF, SMALL, Ran, Run, environment

sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))
sys.path.insert(0, str(Path(__file__).parents[1] / "accounts"))

from lists import pieces_of
from workbooks import xlsx

from abm_tree.cli.exits import Exit

OLD = "the old results\n"
HEAD = "account_id,employees,annual_revenue\n"
PATIENCE = 60.0  # seconds; a test that waits for so long fails


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    for name in ("out.csv", "out.parquet", "out.jsonl", "r.jsonl"):
        (tmp_path / name).write_text(OLD, encoding="utf-8")
    return tmp_path


def go(here: Run, source: str, out: str, *options: str) -> Ran:
    return here("evaluate", "small.toml", source, "-o", out, "--summary", "none", *AS_OF, *options)


def untouched(folder: Path, before: set[str]) -> None:
    """Nothing was written, and nothing lies about."""
    assert {path.name for path in folder.iterdir()} == before
    for name in ("out.csv", "out.parquet", "out.jsonl", "r.jsonl"):
        assert (folder / name).read_text(encoding="utf-8") == OLD


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def outcomes(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["outcome"] or row["error"] for row in csv.DictReader(file)]


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize("kind", ("csv", "jsonl"))
def test_a_column_that_changes_its_type_late(kind: str, folder: Path, here: Run) -> None:
    cells = [*range(3000), "many", 10, "1,200", True, None, "2026-01-01"]
    if kind == "csv":
        text = HEAD + "".join(f'N{at},"{"" if one is None else one}",1\n' for at, one in enumerate(cells))
    else:
        text = "".join(
            json.dumps({"account_id": f"N{at}", "employees": one}) + "\n" for at, one in enumerate(cells)
        )
    (folder / f"list.{kind}").write_text(text, encoding="utf-8")
    for size in (2000, 10**6):
        with pieces_of(size):
            assert go(here, f"list.{kind}", "out.csv").code == Exit.OK
        found = outcomes(folder / "out.csv")
        assert len(found) == len(cells)
        assert found[:50] == ["no"] * 50
        bad = [one for one in found if one.startswith("line ")]
        first = 3002 if kind == "csv" else 3001
        assert bad[0].startswith(f'line {first}, column "employees": "many" is not a number.')
        assert len(bad) == 3
        assert (found[3001], found[3002], found[3004]) == ("no", "look", "look")


def groups(path: Path, rows: int = 4000) -> None:
    table = pa.table(
        {
            "account_id": [f"N{number}" for number in range(rows)],
            "employees": [number * 7919 % 100003 for number in range(rows)],
        }
    )
    pq.write_table(table, path, row_group_size=500, compression="zstd", use_dictionary=False)


@pytest.mark.parametrize("out", ("out.csv", "out.parquet", "out.jsonl"))
@pytest.mark.parametrize("threads", ("1", "2"))
def test_parquet_damaged_in_a_late_row_group(out: str, threads: str, folder: Path, here: Run) -> None:
    groups(folder / "list.parquet")
    data = bytearray((folder / "list.parquet").read_bytes())
    group = pq.read_metadata(folder / "list.parquet").row_group(6)
    for number in range(2):
        start = group.column(number).data_page_offset
        data[start : start + 60] = b"\xff" * 60
    (folder / "list.parquet").write_bytes(data)
    before = names(folder)
    with pieces_of(20_000):
        ran = go(here, "list.parquet", out, "--threads", threads)
    assert ran.code == Exit.INPUT
    assert "The Parquet file is damaged: its columns cannot be read." in ran.err
    assert "Export it again." in ran.err
    assert "Exception ignored" not in ran.err
    untouched(folder, before)


@pytest.mark.parametrize("cut", (3, 100, 2000, 8000))
def test_parquet_cut_short(cut: int, folder: Path, here: Run) -> None:
    groups(folder / "list.parquet")
    data = (folder / "list.parquet").read_bytes()
    (folder / "list.parquet").write_bytes(data[:-cut])
    before = names(folder)
    ran = go(here, "list.parquet", "out.csv")
    assert ran.code == Exit.INPUT
    assert "cut short" in ran.err
    untouched(folder, before)


@pytest.mark.parametrize("how", ("itself", "a link", "a hard link", "another spelling", "the records"))
def test_results_never_go_over_the_list(how: str, folder: Path, here: Run) -> None:
    (folder / "list.csv").write_text(HEAD + "A,10,1\n", encoding="utf-8")
    out = {"itself": "list.csv", "another spelling": f"../{folder.name}/list.csv"}.get(how, "other.csv")
    if how == "a link":
        (folder / "other.csv").symlink_to(folder / "list.csv")
    elif how == "a hard link":
        (folder / "other.csv").hardlink_to(folder / "list.csv")
    if how == "the records":
        ran = go(here, "list.csv", "out.csv", "--records", "list.csv")
    else:
        ran = go(here, "list.csv", out)
    assert ran.code == Exit.INPUT
    assert "would overwrite a file that is being read" in ran.err
    assert (folder / "list.csv").read_text(encoding="utf-8") == HEAD + "A,10,1\n"


REFUSED = {
    "a heading twice": ("account_id,employees,employees\nA,1,2\n", 'The column "employees" is there twice.'),
    "no rows": (HEAD, "The list has a header but no rows."),
    "nothing": ("", "The file is empty."),
    "no id": ("name,employees\nA,10\nB,10\n", "No column is recognised as the id."),
    "a title": ("Accounts of today\n\n" + HEAD + "A,1,2\n", "--header-row 3"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_at_all(case: str, folder: Path, here: Run) -> None:
    text, words = REFUSED[case]
    (folder / "list.csv").write_text(text, encoding="utf-8")
    before = names(folder)
    ran = go(here, "list.csv", "out.csv", "--records", "r.jsonl")
    assert ran.code == Exit.INPUT
    assert words in ran.err
    untouched(folder, before)


def test_a_workbook_with_a_title(folder: Path, here: Run) -> None:
    table = [
        ["Accounts of today"],
        [],
        ["account_id", "employees", "annual_revenue"],
        ["A", 10, 1],
        ["B", 80.0],
        [],
        ["B", 1],
        [None, 5],
    ]
    (folder / "list.xlsx").write_bytes(xlsx({"List": table}))
    before = names(folder)
    ran = go(here, "list.xlsx", "out.csv")
    assert ran.code == Exit.INPUT
    assert "--header-row 3" in ran.err
    untouched(folder, before)
    ran = go(here, "list.xlsx", "out.csv", "--header-row", "3")
    assert ran.code == Exit.OK
    assert "1 blank row is left out" in ran.err
    assert outcomes(folder / "out.csv") == [
        *("no", "look"),
        'row 7: the id "B" is there twice, first in row 5',
        'row 8: the id ("account_id") is empty',
    ]


@pytest.mark.parametrize("out", ("nowhere/out.csv", "list.csv/out.csv", "."))
def test_folders_that_are_none(out: str, folder: Path, here: Run) -> None:
    (folder / "list.csv").write_text(HEAD + "A,10,1\n", encoding="utf-8")
    before = names(folder)
    ran = go(here, "list.csv", out)
    assert ran.code == Exit.INPUT
    assert "Traceback" not in ran.err
    untouched(folder, before)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_nobody_may_write_to(folder: Path, here: Run) -> None:
    (folder / "list.csv").write_text(HEAD + "A,10,1\n", encoding="utf-8")
    (folder / "shut").mkdir(mode=0o500)
    ran = go(here, "list.csv", "shut/out.csv")
    assert ran.code == Exit.INPUT
    assert "shut/out.csv" in ran.err


# ---------------------------------------------------------------- disks and signals


def child(folder: Path, *arguments: str, before: Callable[[], Any] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "abm_tree", "evaluate", "small.toml", *arguments, *AS_OF],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=before,
    )


def long_list(folder: Path, rows: int) -> None:
    lines = (f"N{number},{number % 120},{number}\n" for number in range(rows))
    (folder / "list.csv").write_text(HEAD + "".join(lines), encoding="utf-8")


@pytest.mark.parametrize("out", ("out.csv", "out.parquet", "out.jsonl"))
def test_a_full_disk(out: str, folder: Path) -> None:
    long_list(folder, 20_000)
    before = names(folder)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    run = child(folder, "list.csv", "-o", out, before=limited)
    told, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == Exit.INPUT, said
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said
    assert out.encode() in said
    assert told == b""
    untouched(folder, before)


def begun(folder: Path, run: subprocess.Popen[bytes]) -> list[Path]:
    """The files aside, as soon as they are there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert run.poll() is None, run.communicate()
        found = sorted(folder.glob(".*.part"))
        if len(found) >= 3:
            return found
    raise AssertionError("it never began to write")


def stopped(folder: Path, number: int) -> tuple[int, bytes, bytes]:
    """A run with records, which is slow, ended by a signal while it writes: its code and what it said."""
    long_list(folder, 300_000)
    with child(folder, "list.csv", "-o", "out.csv", "--records", "r.jsonl") as run:
        try:
            begun(folder, run)
            until = time.monotonic() + PATIENCE
            while run.poll() is None and time.monotonic() < until:
                # Python loses a Ctrl-C that comes while an object is taken down: people press it again.
                run.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    told, said = run.communicate(timeout=10)
        finally:
            run.kill()
    return run.returncode, told, said


def test_ctrl_c_leaves_no_half_file(folder: Path) -> None:
    before = {*names(folder), "list.csv"}
    code, told, said = stopped(folder, signal.SIGINT)
    # Python passes a Ctrl-C on to itself where it came within an import; a shell calls both 130.
    assert code in (Exit.INTERRUPTED, -signal.SIGINT), said
    assert b"Traceback" not in said
    assert told == b""
    untouched(folder, before)


def test_what_a_killed_run_left_is_gone_after_the_next(folder: Path) -> None:
    code, _, _ = stopped(folder, signal.SIGKILL)
    assert code == -signal.SIGKILL
    for name in ("out.csv", "r.jsonl"):
        assert (folder / name).read_text(encoding="utf-8") == OLD
    assert len(list(folder.glob(".*.part"))) == 3  # the results, the file about them, the records
    long_list(folder, 10)
    again = child(folder, "list.csv", "-o", "out.csv", "--records", "r.jsonl")
    _, said = again.communicate(timeout=PATIENCE)
    assert again.returncode == Exit.OK, said
    assert not list(folder.glob(".*"))
    assert len(outcomes(folder / "out.csv")) == 10


def test_a_full_disk_names_the_file_that_took_no_more(folder: Path) -> None:
    long_list(folder, 3_000)
    before = names(folder)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))  # room for the results, not for records

    run = child(folder, "list.csv", "-o", "out.csv", "--records", "all.jsonl", before=limited)
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == Exit.INPUT
    assert b"--> all.jsonl" in said and b"out.csv" not in said
    untouched(folder, before)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("out.csv.about.json", "-o", "out.csv"), "output-is-input"),
        (("list.csv", "-o", "out.csv", "--records", "out.csv.about.json"), "same-output"),
        (("list.csv", "-o", "out.csv", "--records", "out.csv"), "same-output"),
    ],
)
def test_what_is_told_beside_the_results_overwrites_nothing(
    arguments: tuple[str, ...], told: str, folder: Path
) -> None:
    long_list(folder, 3)
    (folder / "out.csv.about.json").write_bytes((folder / "list.csv").read_bytes())
    run = child(folder, *arguments)
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode == Exit.INPUT and told.encode() in said
    assert (folder / "out.csv.about.json").read_bytes() == (folder / "list.csv").read_bytes()
