"""Rows read without SQLite are those that SQLite reads; a broken page costs the rows in it and no others."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journals import begin, finished, noted, opened, started

from abm_tree.journal import pages
from abm_tree.journal.salvage import copied, table_of

TABLES = ("subjects", "walks", "events", "personal", "trees")
texts = st.one_of(
    st.text(max_size=20),
    st.integers(0, 20_000).map(lambda count: "x" * count),
    st.integers(4020, 4100).map(lambda count: "é" * count),
)


def content(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: connection.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid").fetchall()
        for table in TABLES
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, min_size=1, max_size=30), st.booleans())
def test_a_whole_file_is_read_as_sqlite_reads_it(tmp_path: Path, notes: list[str], still_open: bool) -> None:
    """Rows of every length, also those that go on in other pages, and those that stand in the log."""
    path = tmp_path / "journal.db"
    path.unlink(missing_ok=True)
    journal = opened(path)
    try:
        for number, text in enumerate(notes):
            begin(journal, started(), noted(text), finished(step=number), account_name=text[:9])
        journal.keep_tree("ab", {"text": "".join(notes)})
        if not still_open:
            journal.close()
        assert (path.with_name("journal.db-wal")).exists() == still_open
        with closing(copied(path)) as copy, closing(sqlite3.connect(path)) as real:
            assert content(copy) == content(real)
    finally:
        journal.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_only_rows_of_broken_pages_are_lost(tmp_path: Path, seed: int, count: int) -> None:
    path = tmp_path / "journal.db"
    path.unlink(missing_ok=True)
    with opened(path) as journal:
        for number in range(60):
            begin(journal, started(), noted(f"{number} " + "x" * (number * 7)), account_name=f"Firm {number}")
    whole = path.read_bytes()
    size = pages.page_size(whole)
    dice = random.Random(seed)
    broken = dice.sample(range(len(whole) // size), count)
    torn = bytearray(whole)
    for page in broken:
        torn[page * size : (page + 1) * size] = os.urandom(size)

    def told(data: bytes) -> set[tuple[str, int]]:
        return {(table_of(row), number) for number, row in pages.rows(data) if table_of(row)}

    lost = told(whole) - told(bytes(torn))
    # The same pages, empty: what they held is all that may be missing.
    for page in broken:
        torn[page * size : (page + 1) * size] = bytes(size)
    assert lost <= told(whole) - told(bytes(torn))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=20_000), st.binary(max_size=10_000), st.sampled_from([0, 4096, 8192]))
def test_noise_is_no_trouble(data: bytes, log: bytes, at: int) -> None:
    list(pages.rows(data, log))
    list(pages.rows(data[:at] + bytes([pages.LEAF]) + data[at:], log))
