"""Some rows of a file, as they stand in it.

Promises: every row of the file is in one block, in order, with its place for messages; a row that is none
(too few cells, a quote that does not fit) is there with its problem. Refuses: to say what a cell means.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from abm_tree.accounts.cells import Shape
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.batch.codes import Array
from abm_tree.source import Diagnostic, clean

ROWS = 65_536  # of one block, about
NONE: Mapping[int, str] = {}
LITTLE = 32  # blocks are so much smaller where much is made of each row


class Restart(Exception):
    """The file has to be read again from its start, otherwise: in `encoding`."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


class Unreadable(Exception):
    """The file cannot be read; `finding` says why."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Raw:
    """Rows of a file: an Arrow array for each column that is read."""

    rows: int
    arrays: Mapping[int, Any]  # by the column's position: text, or what the file says it is
    place: Callable[[int], str]  # where a row stands, such as "line 17"
    problems: Mapping[int, str] = field(default_factory=dict)  # by row: why it is none
    typed: Mapping[int, Array] = field(default_factory=dict)  # of texts: which were numbers in the file
    odd: Mapping[int, Mapping[int, Shape]] = field(default_factory=dict)  # by column and row: lists, objects
    blank: int = 0  # lines that were left out before the last row
    trailing: int = 0  # and behind it
    plain: Collection[int] = ()  # columns of texts that were read as numbers or dates at once
    spelled: Callable[[], Raw | None] | None = None  # the same rows with these columns as texts


class Table(Protocol):
    """A file that can be read piece by piece."""

    header: tuple[str, ...]
    whole: bool  # whether there are no more than a thousand rows
    total: int  # of what `done` counts

    def select(
        self,
        positions: Collection[int],
        coded: Collection[int],
        *,
        plain: Mapping[int, str] = NONE,
        small: bool = False,
    ) -> None:
        """Which columns are read, by position; which had better come as dictionaries, or as plain numbers.

        `plain` says of columns of numbers or dates what they are.
        """

    def pieces(self) -> Iterator[Any]:
        """Parts of the file, in order; cheap: the work is done by `raw`."""

    def raw(self, piece: Any, *, one_by_one: bool = False) -> Raw:
        """The rows of a piece; safe to call from several threads at once."""

    def done(self, piece: Any) -> int:
        """How much of `total` has been read with this piece."""


def from_rows(
    rows: Sequence[CsvRow], width: int, positions: Collection[int], place: Callable[[int], str]
) -> Raw:
    """Rows that were read one by one, as a block; `place` says where a line is."""
    problems: dict[int, str] = {}
    for at, row in enumerate(rows):
        if row.problem:
            problems[at] = row.problem
        elif len(row.cells) < width or any(extra.strip() for extra in row.cells[width:]):
            problems[at] = wrong_width(len(row.cells), width)
    arrays: dict[int, Any] = {}
    typed: dict[int, Array] = {}
    for position in positions:
        cells = [
            row.cells[position] or None if position < len(row.cells) and keeps(row, position) else None
            for row in rows
        ]
        arrays[position] = _texts(cells)
        if any(row.typed for row in rows):
            typed[position] = np.array([position in (row.typed or ()) for row in rows], dtype=bool)
    odd: dict[int, dict[int, Shape]] = {}
    for at, row in enumerate(rows):
        for position, shape in (row.odd or {}).items():
            odd.setdefault(position, {})[at] = shape
    lines = [row.line for row in rows]
    return Raw(len(rows), arrays, lambda at: place(lines[at]), problems, typed, odd)


def _texts(cells: list[str | None]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(cells, type=pa.string())
    except UnicodeEncodeError:
        # Halves of characters, as JSON may escape them.
        kept = [
            None if cell is None else cell.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            for cell in cells
        ]
        return pa.array(kept, type=pa.string())


def keeps(row: CsvRow, position: int) -> bool:
    """Whether a cell can be trusted: those behind a quote that does not fit cannot."""
    return not row.problem or not any('"' in cell for cell in row.cells[: position + 1])


def wrong_width(count: int, width: int) -> str:
    """What is said of a row with too few or too many cells."""
    return f"the row has {count} {'cell' if count == 1 else 'cells'}; the header has {width}"


def cell_text(value: str) -> str:
    """An id or a heading out of a cell."""
    return clean(value).strip()
