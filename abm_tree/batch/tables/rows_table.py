"""Tables that are held in memory because their formats ask for it: workbooks and JSON arrays.

Promises: the rows that the row reader gives. Refuses: to read files itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.batch.tables.raw import LITTLE, NONE, ROWS, Raw, from_rows


class RowsTable:
    """Rows that have been read."""

    def __init__(self, header: Sequence[str], rows: Sequence[CsvRow], word: str) -> None:
        self.header = tuple(header)
        self.rows = rows
        self.word = word
        self.whole = len(rows) <= 1000
        self.total = len(rows)
        self.positions: tuple[int, ...] = ()
        self._small = False

    def select(
        self,
        positions: Collection[int],
        coded: Collection[int],
        *,
        plain: Mapping[int, str] = NONE,
        small: bool = False,
    ) -> None:
        """Which columns are read."""
        self.positions = tuple(positions)
        self._small = small

    def pieces(self) -> Iterator[range]:
        """Places of rows."""
        step = max(1, ROWS // LITTLE) if self._small else ROWS
        for start in range(0, len(self.rows), step):
            yield range(start, min(start + step, len(self.rows)))

    def raw(self, piece: Any, *, one_by_one: bool = False) -> Raw:
        """The rows of a piece."""
        rows = self.rows[piece.start : piece.stop]
        return from_rows(rows, len(self.header), self.positions, lambda line: f"{self.word} {line}")

    def done(self, piece: Any) -> int:
        """Rows that have been read with this piece."""
        return int(piece.stop)
