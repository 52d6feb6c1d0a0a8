"""Parquet in pieces: some row groups at a time, or batches of a group that is very long.

Promises: a struct gives a column for each of its fields (`company.name`), one level deep, as `parquet_rows`
gives them; texts may come as dictionaries. Refuses: to convert; `cells` does that.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abm_tree.accounts.parquet_rows import damaged, parquet_problem
from abm_tree.batch.tables import compute
from abm_tree.batch.tables.raw import LITTLE, NONE, ROWS, Raw, Unreadable

LONG = 4 * ROWS  # rows of a group that is not read at once


@dataclass(frozen=True, slots=True)
class Piece:
    """Some row groups, or a batch of one."""

    first: int
    rows: int
    groups: tuple[int, ...] = ()
    batch: Any = None


class ParquetTable:
    """A Parquet file."""

    word = "row"

    def __init__(self, path: Path, name: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        problem = parquet_problem(path, name)
        if problem is not None:
            raise Unreadable(problem)
        self.path, self.name = path, name
        self._failures = (pa.ArrowException, OSError, ValueError, TypeError)
        try:
            file = pq.ParquetFile(path)
            self._metadata = file.metadata
            schema = file.schema_arrow
        except self._failures as error:
            raise Unreadable(damaged(name, error)) from None
        self.total = self._metadata.num_rows
        self._columns: list[tuple[str, str | None]] = []
        names: list[str] = []
        for field in schema:
            below = [part.name for part in field.type] if pa.types.is_struct(field.type) else [None]
            self._columns += [(field.name, part) for part in below]
            names += [field.name if part is None else f"{field.name}.{part}" for part in below]
        self.header = tuple(names)
        self.whole = self.total <= 1000
        self._local = threading.local()
        self._texts = {field.name for field in schema if _is_text(field.type)}
        self.positions: tuple[int, ...] = ()
        self._small = False
        self._coded: list[str] = []

    def select(
        self,
        positions: Collection[int],
        coded: Collection[int],
        *,
        plain: Mapping[int, str] = NONE,
        small: bool = False,
    ) -> None:
        """Which columns are read, and which as dictionaries."""
        self.positions = tuple(positions)
        self._small = small
        self._coded = [self._columns[at][0] for at in coded if self._columns[at][0] in self._texts]
        self._local = threading.local()

    def pieces(self) -> Iterator[Piece]:
        """Row groups, short ones together, long ones in batches."""
        first, held, rows = 0, list[int](), 0
        for group in range(self._metadata.num_row_groups):
            count = self._metadata.row_group(group).num_rows
            if held and rows + count > ROWS:
                yield Piece(first, rows, tuple(held))
                first, held, rows = first + rows, [], 0
            if count > (0 if self._small else LONG):
                for batch in self._batches(group):
                    yield Piece(first, batch.num_rows, batch=batch)
                    first += batch.num_rows
            elif count:
                held, rows = [*held, group], rows + count
        if held:
            yield Piece(first, rows, tuple(held))

    def _batches(self, group: int) -> Iterator[Any]:
        names = self._names()
        try:
            yield from self._file.iter_batches(
                batch_size=ROWS // LITTLE if self._small else ROWS, row_groups=[group], columns=names
            )
        except self._failures as error:
            raise Unreadable(damaged(self.name, error)) from None

    @property
    def _file(self) -> Any:
        """This thread's own handle."""
        if not hasattr(self._local, "file"):
            import pyarrow.parquet as pq

            self._local.file = pq.ParquetFile(self.path, metadata=self._metadata, read_dictionary=self._coded)
        return self._local.file

    def _names(self) -> list[str]:
        return list(dict.fromkeys(self._columns[at][0] for at in self.positions))

    def raw(self, piece: Piece, *, one_by_one: bool = False) -> Raw:
        """The rows of a piece."""
        table = piece.batch
        if table is None:
            try:
                table = self._file.read_row_groups(
                    list(piece.groups), columns=self._names(), use_threads=False
                )
            except self._failures as error:
                raise Unreadable(damaged(self.name, error)) from None
        arrays = {at: _column(table, *self._columns[at]) for at in self.positions}
        return Raw(piece.rows, arrays, lambda row: f"row {piece.first + row + 1}")

    def done(self, piece: Piece) -> int:
        """Rows that have been read with this piece."""
        return piece.first + piece.rows


def _column(table: Any, name: str, below: str | None) -> Any:
    import pyarrow as pa

    column = table.column(name)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column if below is None else compute.struct_field(column, below)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
