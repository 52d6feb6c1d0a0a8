"""Files of results reach the disk, or say that they did not; what is spelled once is spelled right."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abm_tree.batch.tables import writers
from abm_tree.batch.tables.out import Layout
from abm_tree.batch.tables.spelled import Coded, CsvCells, JsonCells, fragments, joined
from abm_tree.batch.tables.writers import CsvWriter
from abm_tree.report.files import inert


def test_a_disk_that_fails_early_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fdatasync", full)
    monkeypatch.setattr(writers, "AHEAD", 1)
    with (tmp_path / "out.csv").open("wb") as file:
        writer = CsvWriter(file, Layout((), str))
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            writer.write(b"a\n")
            writer.settle()
            writer.close()


def test_what_is_written_ahead_is_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "AHEAD", 10)
    with (tmp_path / "out.csv").open("wb") as file:
        writer = CsvWriter(file, Layout((), str))
        for number in range(100):
            writer.write(b"%d\n" % number)
        writer.settle()
        writer.close()
    lines = (tmp_path / "out.csv").read_bytes().split()
    assert lines == [b"%d" % number for number in range(100)]


def test_combinations_are_kept_by_their_values() -> None:
    cells = CsvCells(str)
    one, two = (Decimal("1.0"), True), (True, Decimal(1))
    names = ("a", "b", "c")

    def spelled(values: tuple[object, ...], numbers: list[int]) -> list[str]:
        held = [
            (0, Coded(np.array(numbers, dtype=np.int32), values)),
            (1, Coded(np.array([2, -1, 0], dtype=np.int32), names)),
        ]
        found: list[str] = joined([fragments(held, 3, "<", ",", ">", cells)], 3).to_pylist()
        return found

    assert spelled(one, [0, 1, -1]) == ["<1,c>", "<true,>", "<,a>"]
    assert spelled(two, [0, 1, -1]) == ["<true,c>", "<1,>", "<,a>"]
    assert spelled(one, [1, 0, -1]) == ["<true,c>", "<1,>", "<,a>"]
    assert len(cells.kept) == 2


@given(st.lists(st.text(alphabet="ab,;\"\t\r\n '", max_size=5), min_size=1, max_size=5))
@example(["N1\nx\tN2"])
@example(["a\rb", "c"])
@example(["\r\n"])
def test_cells_of_csv_are_read_back(told: list[str]) -> None:
    """Whether a row's cells are spelled with those of all rows, or one by one."""
    cells = CsvCells(str)
    array = cells.texts(0, pa.array(told, type=pa.string()), number=False)
    lines = [f"{text},{cells.cell(1, one)},end\n" for text, one in zip(array.to_pylist(), told, strict=True)]
    rows = list(csv.reader(io.StringIO("".join(lines), newline=""), strict=True))
    assert rows == [[one, one, "end"] for one in told]


@given(
    st.lists(st.text(alphabet=[chr(code) for code in range(0x20, 0x7F)], min_size=1, max_size=4), min_size=1)
)
@example(["a;=1"])
@example(["a\\b"])
def test_texts_at_once_are_texts_one_by_one(told: list[str]) -> None:
    """What is let through as harmless would have come to the same cell."""
    array = pa.array(told, type=pa.string())
    cells = CsvCells(inert)
    assert cells.texts(0, array, number=False).to_pylist() == [cells.cell(0, one) for one in told]
    members = JsonCells(["id"]).texts(0, array, number=False).to_pylist()
    assert [json.loads(one) for one in members] == told
