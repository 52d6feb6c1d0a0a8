"""Opening a list for a batch: its format, its headings, and the table that reads it piece by piece.

Promises: the headings and messages of the row reader, whichever format. Refuses: to read rows; pieces do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.accounts.formats import Format
from abm_tree.accounts.raw_rows import read_rows
from abm_tree.accounts.understand import Options
from abm_tree.batch.tables.raw import Table, Unreadable
from abm_tree.source import Diagnostic

FEW = 20  # rows that are looked at, where the headings alone say enough


@dataclass(frozen=True, slots=True)
class Opened:
    """A list that can be read."""

    table: Table
    header: tuple[str, ...]
    first: tuple[CsvRow, ...]  # the first rows
    whole: bool  # whether these are all
    place: str  # "line" or "row"
    at: int | None  # where the headings stand
    size: int  # bytes
    blank: int = 0  # rows without anything that are known of already


def opened(
    path: Path, name: str, options: Options, encoding: str | None = None, first: int = FEW
) -> tuple[Opened | None, list[Diagnostic]]:
    """Open a list; None where it cannot be read, and why. Raises OSError.

    `first` rows are looked at beside the headings.
    """
    raw, found = read_rows(path, name, sheet=options.sheet, header_row=options.header_row, limit=first + 1)
    if raw is None:
        return None, found
    try:
        table, blank = _table(path, name, raw.format, options, encoding)
    except Unreadable as problem:
        return None, [*found, problem.finding]
    whole = table.whole and len(raw.rows) <= first
    header = table.header if raw.format is Format.JSONL else raw.header
    size = path.stat().st_size
    return Opened(table, header, raw.rows[:first], whole, raw.place, raw.at, size, blank), found


def _table(path: Path, name: str, kind: Format, options: Options, encoding: str | None) -> tuple[Table, int]:
    match kind:
        case Format.PARQUET:
            from abm_tree.batch.tables.parquet_table import ParquetTable

            return ParquetTable(path, name), 0
        case Format.JSONL:
            from abm_tree.batch.tables.json_table import JsonTable

            return JsonTable(path, name, encoding), 0
        case Format.CSV:
            from abm_tree.batch.tables.csv_table import CsvTable

            return CsvTable(path, encoding, options.header_row), 0
        case _:
            from abm_tree.batch.tables.rows_table import RowsTable

            raw, found = read_rows(path, name, sheet=options.sheet, header_row=options.header_row)
            if raw is None:
                raise Unreadable(found[-1])
            return RowsTable(raw.header, raw.rows, raw.place), raw.blank
