"""JSON lines in pieces, parsed by Arrow where every line is a plain object.

Promises: what `line_rows` gives for the whole text: keys of all objects in the order in which they first
appear, numbers as numbers, a broken line as a row with its problem. Refuses: to hold the file in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.accounts.json_rows import Keys, Parsed, lines_of, rows_of
from abm_tree.batch.tables.encoded import decoded, first_encoding, is_utf8, whole_encoding
from abm_tree.batch.tables.json_numbers import as_written
from abm_tree.batch.tables.raw import LITTLE, NONE, Raw, Restart, from_rows
from abm_tree.source import clean

SIZE = 6 * 2**20
DEEP = 500  # objects and lists in a line: Arrow goes down into them without an end


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of the file."""

    data: bytes
    line: int
    lines: int
    end: int


class JsonTable:
    """A file of JSON lines."""

    def __init__(self, path: Path, name: str, encoding: str | None = None) -> None:
        import pyarrow as pa

        self.path, self.name = path, name
        self._size = SIZE
        self.total = path.stat().st_size
        with path.open("rb") as file:
            self.encoding = encoding or first_encoding(path, file.read(4096))
        keys = Keys()
        head: list[CsvRow] = []
        first: list[Parsed] = []
        self._first = 0  # the line of the first row
        self.whole = True
        for piece in self.pieces():
            found = self._parsed(piece)
            rows: tuple[CsvRow, ...] = ()
            if found is None or not head:
                parsed, _, _ = self._slow(piece)
                keys.take(parsed)
                rows = rows_of(parsed)[1] if not head else ()
                if rows and not head:
                    head, first = list(rows[:1000]), parsed[:1000]
                    self._first = piece.line + rows[0].line - 1
                    self.whole = piece.end >= self.total and len(rows) <= 1000
            else:
                table, objects = found
                said = {field.name: not pa.types.is_null(field.type) for field in table.schema}
                keys.add(said, objects)
        self._keys = keys.header
        self.header = tuple(clean(key) for key in self._keys)
        if head:
            head = list(rows_of(first, self._keys)[1][:1000])
        self.head = (CsvRow(0, self.header), *head)
        self.positions: tuple[int, ...] = ()

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
        self._size = max(1, SIZE // LITTLE) if small else SIZE

    def pieces(self) -> Iterator[Piece]:
        """Parts of the file, cut at line ends."""
        with self.path.open("rb") as file:
            rest, line, end = b"", 1, 0
            for data, end in decoded(file, self._size, self.encoding, self.total):
                rest += data
                cut = rest.rfind(b"\n") + 1
                if cut:
                    yield (piece := Piece(rest[:cut], line, rest.count(b"\n", 0, cut), end))
                    line, rest = line + piece.lines, rest[cut:]
            if rest:
                yield Piece(rest, line, 1, self.total)

    def raw(self, piece: Piece, *, one_by_one: bool = False) -> Raw:
        """The rows of a piece."""
        import pyarrow as pa

        parts = None if one_by_one else self._parsed(piece)
        found, objects = parts if parts is not None else (None, frozenset())
        if found is None or not as_written(found, piece.data) or not objects.isdisjoint(self._keys):
            parsed, blank, trailing = self._slow(piece)
            rows = rows_of(parsed, [self._keys[at] for at in self.positions])[1]
            raw = from_rows(rows, len(self.positions), range(len(self.positions)), str)
            lines = [piece.line + row.line - 1 for row in rows]
            arrays = dict(zip(self.positions, raw.arrays.values(), strict=True))
            typed = {self.positions[at]: one for at, one in raw.typed.items()}
            odd = {self.positions[at]: one for at, one in raw.odd.items()}
            return replace(
                raw,
                arrays=arrays,
                typed=typed,
                odd=odd,
                place=lambda at: f"line {lines[at]}",
                blank=blank,
                trailing=trailing,
            )
        names = set(found.column_names)
        arrays = {
            at: found.column(self._keys[at]).combine_chunks()
            if self._keys[at] in names
            else pa.nulls(piece.lines)
            for at in self.positions
        }
        return Raw(piece.lines, arrays, lambda row: f"line {piece.line + row}")

    def _slow(self, piece: Piece) -> tuple[list[Parsed], int, int]:
        """Its objects, and how many blank lines stand before the last row and behind it."""
        if self.encoding == "utf-8" and not is_utf8(piece.data):
            raise Restart(whole_encoding(self.path))
        text = piece.data.decode("utf-8").removesuffix("\n")
        parsed, _ = lines_of(text)
        last = parsed[-1][0] if parsed else 0
        empty = [at for at, line in enumerate(text.split("\n"), start=1) if not line.strip()]
        empty = [at for at in empty if piece.line + at - 1 > self._first]
        return parsed, sum(at < last for at in empty), sum(at > last for at in empty)

    def _parsed(self, piece: Piece) -> tuple[Any, frozenset[str]] | None:
        """The piece as Arrow reads it, and the keys of objects; None where its lines say something else."""
        import pyarrow as pa
        import pyarrow.json as arrow

        if not _plain(piece):
            return None
        if self.encoding == "utf-8" and not piece.data.isascii() and not is_utf8(piece.data):
            raise Restart(whole_encoding(self.path))
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
        objects = frozenset(field.name for field in table.schema if pa.types.is_struct(field.type))
        table = table.flatten()
        if len(set(table.column_names)) != table.num_columns:
            return None
        if any(pa.types.is_nested(kind) or pa.types.is_temporal(kind) for kind in table.schema.types):
            return None
        return table, objects

    def done(self, piece: Piece) -> int:
        """Bytes of the file that have been read with this piece."""
        return piece.end


def _plain(piece: Piece) -> bool:
    """Whether each line is an object, as far as its ends say; others are too much for Arrow."""
    data = piece.data
    ends = data.count(b"}\n") + (0 if data.endswith(b"\n") else data.endswith(b"}"))
    if not data.startswith(b"{") or data.count(b"\n{") + 1 != piece.lines or ends != piece.lines:
        return False
    if data.count(b"{") + data.count(b"[") - piece.lines <= DEEP:
        return True
    seen = np.frombuffer(data, dtype=np.uint8)
    opening = np.flatnonzero((seen == ord("{")) | (seen == ord("[")))
    of = np.searchsorted(np.flatnonzero(seen == ord("\n")), opening)
    return int(np.bincount(of).max()) <= DEEP
