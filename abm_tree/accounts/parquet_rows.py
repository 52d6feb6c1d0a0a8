"""The rows of a Parquet file, as texts.

Promises: a column's values are spelled as `cells` spells them, whatever their encoding; a struct gives a
column for each of its fields (`company.name`), one level deep; a file that is cut short, damaged or encrypted
is refused with what to do. Refuses: to import pyarrow before there is a Parquet file to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from abm_tree.accounts.cells import Shape, shape_of, text_of
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.source import Diagnostic, Severity

AGAIN = "Export it again."


def parquet_rows(
    path: Path, name: str, limit: int | None = None
) -> tuple[tuple[str, ...], tuple[CsvRow, ...]] | Diagnostic:
    """The columns' names and the rows, counted from 1; with `limit`, only the first rows."""
    problem = parquet_problem(path, name)
    if problem is not None:
        return problem
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            if limit is None:
                table = file.read()
            else:
                first = next(file.iter_batches(batch_size=limit), None)
                table = pa.Table.from_batches([] if first is None else [first], file.schema_arrow)
        table = table.flatten()
        columns = [texts_of(column) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        return damaged(name, error)
    typed = frozenset(at for at, (_, number) in enumerate(columns) if number) or None
    texts = [column for column, _ in columns]
    odd = odd_cells(dict(enumerate(table.columns)))
    rows = (
        CsvRow(at, cells, typed=typed, odd=odd.get(at - 1))
        for at, cells in enumerate(zip(*texts, strict=True), start=1)
    )
    return tuple(table.column_names), tuple(rows)


def odd_cells(columns: Mapping[int, Any]) -> dict[int, dict[int, Shape]]:
    """By row and column, the cells of Arrow's columns that hold a list or an object."""
    import pyarrow as pa

    found: dict[int, dict[int, Shape]] = {}
    for at, column in columns.items():
        for row, value in enumerate(column.to_pylist() if pa.types.is_nested(column.type) else ()):
            if value is not None and (shape := shape_of(value)) is not None:
                found.setdefault(row, {})[at] = shape
    return found


def texts_of(column: Any) -> tuple[list[str], bool]:
    """The texts of an Arrow array or chunked array, and whether it is one of numbers."""
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    try:
        if pa.types.is_float32(kind):
            # 0.1 in 32 bits means 0.1, not the sixteen digits that are nearest to it in 64.
            column = column.cast(kind).cast(pa.string()).cast(pa.float64())
        elif pa.types.is_timestamp(kind):
            # Python's moments have microseconds; finer ones are cut.
            column = column.cast(kind).cast(pa.timestamp("us", kind.tz), safe=False)
        return list(map(text_of, column.to_pylist())), number
    except (OverflowError, ValueError, KeyError):
        return [_spelled(one) for one in column], number


def _spelled(scalar: Any) -> str:
    """The text of one value, though Python may have no such value."""
    try:
        return text_of(scalar.as_py())
    except (OverflowError, ValueError, KeyError):
        import pyarrow as pa

        try:
            return str(scalar.cast(pa.string()).as_py())
        except pa.ArrowException:
            return str(scalar.type)


def parquet_problem(path: Path, name: str) -> Diagnostic | None:
    """What its first and last bytes say against a Parquet file. Raises OSError."""
    with path.open("rb") as file:
        start = file.read(4)
        size = file.seek(0, 2)
        file.seek(max(0, size - 4))
        end = file.read(4)
    if b"PARE" in (start, end):
        message = "The Parquet file is encrypted."
        advice = "Export it without encryption."
        return Diagnostic("encrypted-file", Severity.ERROR, message, name, help=advice)
    if end != b"PAR1" or size < 12:
        message = "The Parquet file is cut short: its end is missing."
        return Diagnostic("damaged-file", Severity.ERROR, message, name, help=AGAIN)
    return None


def damaged(name: str, error: Exception) -> Diagnostic:
    """The finding about a Parquet file that pyarrow cannot read."""
    import pyarrow as pa

    if isinstance(error, pa.ArrowNotImplementedError):
        reason = " ".join(str(error).split())[:160].rstrip(".")
        message = f"The Parquet file holds what is not read here: {reason}."
        advice = "Export it with plain columns, or as CSV."
        return Diagnostic("damaged-file", Severity.ERROR, message, name, help=advice)
    message = "The Parquet file is damaged: its columns cannot be read."
    return Diagnostic("damaged-file", Severity.ERROR, message, name, help=AGAIN)
