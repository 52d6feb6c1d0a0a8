"""CSV in pieces, parsed by Arrow where every row is plain.

Promises: the rows that `csv_rows` gives for the whole text, with their lines; what Arrow would read otherwise
(a quote that does not fit, too few cells, a line of separators) is read row by row. Bytes that are no UTF-8
ask for another start with the encoding that the whole file has. Refuses: to hold the file in memory.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from abm_tree.accounts.csv_rows import CsvRow, csv_rows, row_at, separator_of
from abm_tree.batch.codes import finite
from abm_tree.batch.tables.csv_cut import BLANK, Cut, Piece, body_of
from abm_tree.batch.tables.encoded import decoded, first_encoding, is_utf8, whole_encoding
from abm_tree.batch.tables.raw import LITTLE, NONE, Raw, Restart, from_rows, wrong_width
from abm_tree.source import clean

SIZE = 3 * 2**20  # bytes of a piece: so little that memory is used again, and not asked for anew
HEAD = 2**16  # bytes in which the headings are looked for
_COLUMN = re.compile(r"CSV column #(\d+)")


class NotPlain(Exception):
    """Some columns are not of numbers or dates throughout."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(", ".join(names))
        self.names = frozenset(names)


class CsvTable:
    """A CSV file."""

    def __init__(self, path: Path, encoding: str | None = None, header_row: int | None = None) -> None:
        self.path = path
        self.total = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(HEAD if header_row is None else 16 * HEAD)
            while b"\n" not in start and b"\r" not in start and (more := file.read(HEAD)):
                start += more
        self.encoding = encoding or first_encoding(path, start)
        parts = decoded(io.BytesIO(start), len(start) or 1, self.encoding, len(start))
        text = b"".join(part for part, _ in parts).decode("utf-8", errors="replace")
        whole = len(start) == self.total
        if not whole:
            text = text[: text.rfind("\n") + 1] or text
        rows, _ = csv_rows(text, header_row or 1)
        if not whole:
            rows = rows[:-1] or rows  # the last one may be cut
        self.whole = whole and len(rows) <= 1001
        self.header = tuple(clean(cell) for cell in rows[0].cells) if rows else ()
        self.separator = _separator(text, rows)
        lines = text.split("\n")
        taken = row_at(lines, rows[0].line - 1, self.separator)[0] if rows and not rows[0].problem else 1
        skip = (rows[0].line - 1 if rows else 0) + taken  # lines before the first row
        body = body_of(start, skip) if self.encoding == "utf-8" else None
        self._cut = Cut(path, self.encoding, self.separator, skip, body, self.total)
        self.names = [str(at) for at in range(len(self.header))]
        self.positions: tuple[int, ...] = ()
        self._size = SIZE
        self._coded: dict[str, Any] = {}
        self._plain: dict[str, Any] = {}  # columns that are tried as numbers and dates first

    # Cutting

    def select(
        self,
        positions: Collection[int],
        coded: Collection[int],
        *,
        plain: Mapping[int, str] = NONE,
        small: bool = False,
    ) -> None:
        """Which columns are read, and which as dictionaries."""
        import pyarrow as pa

        self.positions = tuple(positions)
        self._size = max(1, SIZE // LITTLE) if small else SIZE
        self._coded = {self.names[at]: pa.dictionary(pa.int32(), pa.string()) for at in coded}
        kinds = {"number": pa.float64(), "date": pa.date32(), "boolean": pa.bool_()}
        self._plain = {self.names[at]: kinds[kind] for at, kind in plain.items()}

    def pieces(self) -> Iterator[Piece]:
        """Parts of the file, cut where rows end."""
        return self._cut.pieces(self._size)

    # Parsing

    def raw(self, piece: Piece, *, one_by_one: bool = False) -> Raw:
        """The rows of a piece."""
        if piece.rows is None:
            piece = piece.tidy()
            if not one_by_one and (found := self._tried(piece, self._plain)) is not None:
                return found
            piece = self._cut.read_singly(piece)
        lines = piece.lines
        rows = from_rows(
            piece.rows or (), len(self.header), self.positions, lambda at: f"line {lines.first + at}"
        )
        return replace(rows, blank=piece.blank, trailing=piece.trailing)

    def _tried(self, piece: Piece, plain: Mapping[str, Any]) -> Raw | None:
        """A piece as Arrow reads it, with as many columns of numbers and dates as are that."""
        while plain:
            try:
                found = self._parsed(piece, plain)
            except NotPlain as columns:
                plain = {name: kind for name, kind in plain.items() if name not in columns.names}
                # What is not plain in one piece is not likely to be in the next.
                self._plain = {name: kind for name, kind in self._plain.items() if name in plain}
                continue
            if found is None:
                break
            spelled = partial(self._tried, piece, {})
            return replace(found, plain=frozenset(map(int, plain)), spelled=spelled)
        return self._parsed(piece, {})

    def _parsed(self, piece: Piece, plain: Mapping[str, Any]) -> Raw | None:
        """A piece as Arrow reads it; None where that is not what its rows are.

        Columns in `plain` are read as numbers and dates; `NotPlain` where some cell is none.
        """
        import pyarrow as pa
        import pyarrow.csv as arrow

        odd: list[tuple[int, str]] = []

        def wrong(row: Any) -> str:
            odd.append((row.number, row.text))
            return "skip"

        if piece.data.startswith(codecs.BOM_UTF8):
            return None  # Arrow would take it for the beginning of the file
        known = piece.ascii or self.encoding != "utf-8" or piece.data.isascii()
        if not known and not is_utf8(piece.bytes()):
            raise Restart(whole_encoding(self.path))
        wanted = [self.names[at] for at in self.positions] or self.names[:1]
        text = pa.string()
        try:
            table = arrow.read_csv(
                pa.py_buffer(piece.data).slice(0, piece.size),
                read_options=arrow.ReadOptions(
                    use_threads=False, block_size=piece.size + 64, column_names=self.names
                ),
                parse_options=arrow.ParseOptions(
                    delimiter=self.separator,
                    quote_char='"' if piece.quoted else False,  # nothing is looked for that is not there
                    newlines_in_values=piece.quoted,
                    # An empty line is a row of nulls, so that every line is a row.
                    ignore_empty_lines=piece.quoted,
                    invalid_row_handler=wrong,
                ),
                convert_options=arrow.ConvertOptions(
                    check_utf8=False,
                    column_types={name: plain.get(name) or self._coded.get(name, text) for name in wanted},
                    include_columns=wanted,
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid as problem:
            if plain:
                raise _not_plain(str(problem), self.names, plain) from None
            return None
        if strange := {name for name in plain if not _finite(table.column(name))}:
            raise NotPlain(strange)
        if piece.quoted:
            if b"\n\n" in piece.data or piece.data.startswith(b"\n"):
                return None
        elif piece.lines.count is None:
            piece.lines.count = table.num_rows + len(odd)
        if _blank(table) or len(odd) > 1000:
            return None
        if odd:
            return None if plain else self._with_odd(piece, table, odd, self.positions)
        arrays = {at: _one(table.column(self.names[at])) for at in self.positions}
        return Raw(table.num_rows, arrays, _lines_of(piece, self.separator))

    def _with_odd(
        self, piece: Piece, table: Any, odd: list[tuple[int, str]], positions: Collection[int]
    ) -> Raw | None:
        """Rows of another width among the others."""
        import pyarrow as pa

        problems: dict[int, str] = {}
        width = len(self.header)
        rows = table.num_rows + len(odd)
        if piece.quoted:
            return None
        cells: dict[int, list[str]] = {}
        for number, text in odd:
            found = text.split(self.separator)
            if not text.strip(self.separator + BLANK):
                return None
            at = number - 1
            if len(found) < width or any(extra.strip() for extra in found[width:]):
                problems[at] = wrong_width(len(found), width)
            cells[at] = found
        where = np.zeros(rows, dtype=np.int64)
        others = np.ones(rows, dtype=bool)
        others[list(cells)] = False
        where[others] = np.arange(table.num_rows)
        order = sorted(cells)
        where[order] = table.num_rows + np.arange(len(order))
        arrays = {}
        for position in positions:
            more = pa.array(
                [cells[at][position] or None if position < len(cells[at]) else None for at in order],
                type=pa.string(),
            )
            others_here = [one.cast(pa.string()) for one in table.column(self.names[position]).chunks]
            joined = pa.concat_arrays([*others_here, more])
            arrays[position] = joined.take(pa.array(where))
        return Raw(rows, arrays, _lines_of(piece, self.separator), problems)

    def done(self, piece: Piece) -> int:
        """Bytes of the file that have been read with this piece."""
        return piece.end


def _not_plain(problem: str, names: Sequence[str], plain: Collection[str]) -> NotPlain:
    """Which column Arrow could not read; all of them where it does not say."""
    found = _COLUMN.search(problem)
    named = names[int(found[1])] if found is not None and int(found[1]) < len(names) else ""
    return NotPlain({named} if named in plain else plain)


def _finite(column: Any) -> bool:
    """Whether all numbers of a column are: what says `nan` or `inf` is looked at as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_floating(column.type):
        return True
    seen = (
        np.frombuffer(chunk.buffers()[1], np.float64, len(chunk), 8 * chunk.offset)
        for chunk in column.chunks
        if len(chunk)
    )
    # What lies where nothing stands may be anything: then Arrow says it.
    return all(finite(one) for one in seen) or pc.all(pc.is_finite(column)).as_py() is not False


def _one(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _blank(table: Any) -> bool:
    """Whether some row has nothing but blanks in any column that is read: it may be a blank line."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if any(column.null_count == 0 and not _spaced(column) for column in table.columns):
        return False
    empty = None
    for column in table.columns:
        nothing = pc.is_null(column)
        if _spaced(column):
            stripped = pc.utf8_trim(column.cast(pa.string()), characters=" \t\u00a0")
            nothing = pc.or_(nothing, pc.equal(pc.binary_length(stripped), 0).fill_null(True))
        empty = nothing if empty is None else pc.and_(empty, nothing)
    return bool(pc.any(empty).as_py())


def _spaced(column: Any) -> bool:
    """Whether some cell of a column holds a blank."""
    import pyarrow as pa

    if not (pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)):
        return False
    for chunk in column.chunks:
        data = (chunk.dictionary if hasattr(chunk, "dictionary") else chunk).buffers()[2]
        seen = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else None
        if seen is None or (seen.min() > 0x20 and seen.max() < 0x80):
            continue
        text = data.to_pybytes()
        if b" " in text or b"\t" in text or b"\xc2\xa0" in text:
            return True
    return False


def _separator(text: str, rows: tuple[CsvRow, ...]) -> str:
    lines = text.split("\n", 1)
    if lines[0][:4].lower() == "sep=" and len(lines[0].strip()) == 5:
        return lines[0][4]
    at = rows[0].line - 1 if rows else 0
    return separator_of(text.split("\n")[at : at + 1])


def _lines_of(piece: Piece, separator: str) -> Callable[[int], str]:
    """Where each row stands; worked out when it is first asked for."""
    known: list[int] = []

    def place(row: int) -> str:
        if not piece.quoted:
            return f"line {piece.lines.first + row}"
        if not known:
            lines = piece.data.decode("utf-8", errors="replace").split("\n")
            at = 0
            while at < len(lines):
                if not lines[at].strip(separator + BLANK):
                    at += 1
                    continue
                known.append(piece.lines.first + at)
                at += row_at(lines, at, separator)[0]
        return f"line {known[row]}"

    return place
