"""JSON lines in pieces, parsed by Arrow where every line is a plain object.

Promises: what `line_rows` gives for the whole text: keys of all objects in the order in which they first
appear, numbers as numbers, a broken line as a row with its problem. Refuses: to hold the file in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.accounts.json_rows import line_rows
from abm_tree.batch.tables.raw import Raw, Unreadable, from_rows
from abm_tree.source import Diagnostic, clean, decode

SIZE = 6 * 2**20
EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of the file."""

    data: bytes
    line: int
    lines: int
    end: int


class JsonTable:
    """A file of JSON lines."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.total = path.stat().st_size
        header: dict[str, None] = {}
        head: list[CsvRow] = []
        self._known: tuple[str, ...] = ()
        self.whole = True
        for piece in self.pieces():
            found = self._parsed(piece)
            if found is None:
                rows = self._slow(piece)
                header.update(dict.fromkeys(rows[0]))
            else:
                header.update(dict.fromkeys(found.column_names))
            if not head:
                head = self._first(piece, header)
                self.whole = piece.end >= self.total and piece.lines <= 1000
        self.header = tuple(clean(key) for key in header)
        self._keys = tuple(header)
        self.head = (CsvRow(0, self.header), *head)
        self.positions: tuple[int, ...] = ()

    def _first(self, piece: Piece, header: dict[str, None]) -> list[CsvRow]:
        lines = piece.data.split(b"\n", 1000)[:1000]
        found = line_rows(_text(b"\n".join(lines)), self.name)
        if isinstance(found, Diagnostic):
            raise Unreadable(found)
        return list(found[1])

    def select(self, positions: Collection[int], coded: Collection[int]) -> None:
        """Which columns are read."""
        self.positions = tuple(positions)

    def pieces(self) -> Iterator[Piece]:
        """Parts of the file, cut at line ends."""
        with self.path.open("rb") as file:
            rest, line = b"", 1
            while data := file.read(SIZE):
                if not file.tell() > len(data):
                    data = data.removeprefix(b"\xef\xbb\xbf")
                rest += data
                cut = rest.rfind(b"\n") + 1
                if cut:
                    yield (piece := Piece(rest[:cut], line, rest.count(b"\n", 0, cut), file.tell()))
                    line, rest = line + piece.lines, rest[cut:]
            if rest:
                yield Piece(rest, line, 1, self.total)

    def raw(self, piece: Piece, *, one_by_one: bool = False) -> Raw:
        """The rows of a piece."""
        import pyarrow as pa

        found = None if one_by_one else self._parsed(piece)
        if found is None:
            header, rows, blank = self._slow(piece)
            place = {key: at for at, key in enumerate(header)}
            moved = [_moved(row, [place.get(self._keys[at], -1) for at in self.positions]) for row in rows]
            raw = from_rows(moved, 0, range(len(self.positions)), "line")
            lines = [piece.line + row.line - 1 for row in rows]
            arrays = dict(zip(self.positions, raw.arrays.values(), strict=True))
            typed = {self.positions[at]: one for at, one in raw.typed.items()}
            return replace(raw, arrays=arrays, typed=typed, place=lambda at: f"line {lines[at]}", blank=blank)
        names = set(found.column_names)
        arrays = {
            at: found.column(self._keys[at]).combine_chunks()
            if self._keys[at] in names
            else pa.nulls(found.num_rows)
            for at in self.positions
        }
        return Raw(found.num_rows, arrays, lambda row: f"line {piece.line + row}")

    def _slow(self, piece: Piece) -> tuple[tuple[str, ...], tuple[CsvRow, ...], int]:
        found = line_rows(_text(piece.data), self.name)
        if isinstance(found, Diagnostic):
            # Every line of it is broken: each is a row all the same.
            lines = _text(piece.data).split("\n")
            problem = "this is not a JSON object on one line"
            broken = [CsvRow(at, (), problem) for at, line in enumerate(lines, start=1) if line.strip()]
            return (), tuple(broken), 0
        return found

    def _parsed(self, piece: Piece) -> Any:
        """The piece as Arrow reads it; None where that is not what its lines say."""
        import pyarrow as pa
        import pyarrow.json as arrow

        if b"\n\n" in piece.data or b"\\u" in piece.data:
            return None
        texts: dict[str, Any] = {}
        for _ in range(2):
            schema = pa.schema(list(texts.items())) if texts else None
            try:
                table = arrow.read_json(
                    pa.py_buffer(piece.data),
                    read_options=arrow.ReadOptions(use_threads=False, block_size=len(piece.data) + 64),
                    parse_options=arrow.ParseOptions(explicit_schema=schema),
                )
            except (pa.ArrowException, ValueError):
                return None
            # Texts that look like moments stay texts.
            moments = {field.name: pa.string() for field in table.schema if pa.types.is_temporal(field.type)}
            if not moments:
                break
            texts |= moments
        if table.num_rows != piece.lines or len(set(table.column_names)) != table.num_columns:
            return None
        table = table.flatten()
        if not all(map(_exact, table.columns)):
            return None
        return table

    def done(self, piece: Piece) -> int:
        """Bytes of the file that have been read with this piece."""
        return piece.end


def _moved(row: CsvRow, places: list[int]) -> CsvRow:
    cells = tuple(row.cells[at] if 0 <= at < len(row.cells) else "" for at in places)
    typed = frozenset(new for new, at in enumerate(places) if at in (row.typed or ()))
    return replace(row, cells=cells, typed=typed or None)


def _exact(column: Any) -> bool:
    """Whether whole numbers among others, and what lies within, have kept what was written."""
    import pyarrow as pa

    if pa.types.is_nested(column.type) or pa.types.is_temporal(column.type):
        return False
    if not pa.types.is_floating(column.type):
        return True
    numbers = column.to_numpy()
    return bool((np.abs(np.nan_to_num(numbers, posinf=EXACT, neginf=EXACT)) < EXACT).all())


def _text(data: bytes) -> str:
    return decode(data) or data.decode("utf-8", errors="replace")
