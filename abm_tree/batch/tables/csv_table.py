"""CSV in pieces: cut at line ends outside quotes, parsed by Arrow where every row is plain.

Promises: the rows that `csv_rows` gives for the whole text, with their lines; what Arrow would read otherwise
(a quote that does not fit, too few cells, a line of separators) is read row by row. Bytes that are no UTF-8
ask for another start with the encoding that the whole file has. Refuses: to hold the file in memory.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from abm_tree.accounts.csv_rows import MAX_CELL, MAX_LINES, CsvRow, csv_rows, row_at, separator_of
from abm_tree.batch.tables.encoded import decoded, first_encoding, is_utf8, whole_encoding
from abm_tree.batch.tables.raw import LITTLE, NONE, Raw, Restart, from_rows, wrong_width
from abm_tree.source import clean

SIZE = 6 * 2**20  # bytes of a piece
HEAD = 2**16  # bytes in which the headings are looked for
QUOTE, NEWLINE = ord('"'), ord("\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole rows of the file."""

    data: bytes  # UTF-8, lines end with "\\n"
    line: int  # the line in which it begins
    lines: int
    end: int  # how much of the file has been read with it
    rows: tuple[CsvRow, ...] | None = None  # read one by one
    blank: int = 0  # lines before the last row
    trailing: int = 0  # and behind it


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
        self.skip = (rows[0].line - 1 if rows else 0) + taken  # lines before the first row
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
        kinds = {"number": pa.float64(), "date": pa.date32()}
        self._plain = {self.names[at]: kinds[kind] for at, kind in plain.items()}

    def pieces(self) -> Iterator[Piece]:
        """Parts of the file, cut where rows end."""
        with self.path.open("rb") as file:
            rest, line = b"", 1
            skip = self.skip
            for data, end in decoded(file, self._size, self.encoding, self.total):
                if not skip and QUOTE not in data and QUOTE not in rest:
                    # The usual case: every line is a row, and bytes are copied once.
                    cut = data.rfind(b"\n") + 1
                    whole = b"".join((rest, memoryview(data)[:cut])) if cut else b""
                    rest = data[cut:] if cut else rest + data
                    if whole:
                        yield (piece := Piece(whole, line, whole.count(b"\n"), end))
                        line += piece.lines
                    continue
                rest += data
                while skip and (at := rest.find(b"\n")) >= 0:
                    rest, skip, line = rest[at + 1 :], skip - 1, line + 1
                if skip:
                    continue
                for piece, left in self._cut(rest, line, end, last=False):
                    rest = left
                    yield piece
                    line += piece.lines
            for piece, _ in self._cut(rest, line, self.total, last=True) if not skip else ():
                yield piece
                line += piece.lines

    def _cut(self, data: bytes, line: int, end: int, *, last: bool) -> Iterator[tuple[Piece, bytes]]:
        """Pieces of what has been read, and what is left each time."""
        while data:
            cut = len(data) if last else data.rfind(b"\n") + 1
            if not cut:
                return
            if QUOTE not in data:
                whole = data[:cut]
                yield Piece(whole, line, _lines(whole), end), data[cut:]
                return
            quotes = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == QUOTE)
            if self._well_formed(data, quotes, last):
                if not last:
                    cut = _even(data, quotes)
                    if not cut:
                        return
                piece = Piece(data[:cut], line, _lines(data[:cut]), end)
                yield piece, data[cut:]
                return
            piece, data = self._one_by_one(data, line, end, last=last)
            if not piece.lines:
                return
            yield piece, data
            line += piece.lines
            if not last:
                return

    def _well_formed(self, data: bytes, quotes: Any, last: bool) -> bool:
        """Whether each quoted cell begins and ends as it should; what is not complete yet counts as well."""
        seen = np.frombuffer(data, dtype=np.uint8)
        separator = ord(self.separator)
        opening, closing = quotes[0::2], quotes[1::2]
        before = np.where(opening > 0, seen[opening - 1], NEWLINE)
        again = np.zeros(len(opening), dtype=bool)
        again[1:] = opening[1:] - 1 == closing[: len(opening) - 1]
        if not ((before == separator) | (before == NEWLINE) | again).all():
            return False
        after = np.where(closing + 1 < len(data), seen[np.minimum(closing + 1, len(data) - 1)], NEWLINE)
        twice = np.zeros(len(closing), dtype=bool)
        twice[: len(opening) - 1] = opening[1 : len(closing) + 1] - 1 == closing[: len(opening) - 1]
        if not ((after == separator) | (after == NEWLINE) | twice).all():
            return False
        # A cell over very many lines was never closed.
        newlines = np.flatnonzero(seen == NEWLINE)
        spans = np.searchsorted(newlines, closing) - np.searchsorted(newlines, opening[: len(closing)])
        if len(spans) and int(spans.max()) >= MAX_LINES // 2:
            return False
        if len(opening) > len(closing):
            open_lines = len(newlines) - int(np.searchsorted(newlines, opening[-1]))
            return not last and open_lines < MAX_LINES // 2
        return True

    def _one_by_one(self, data: bytes, line: int, end: int, *, last: bool) -> tuple[Piece, bytes]:
        csv.field_size_limit(MAX_CELL)
        cut = len(data) if last else data.rfind(b"\n") + 1
        lines = self._text(data[:cut]).split("\n")
        if not lines[-1]:
            lines.pop()
        rows: list[CsvRow] = []
        blank = trailing = at = 0
        # A row may go on for many lines: so many are kept until more has been read.
        stop = len(lines) if last else len(lines) - MAX_LINES - 1
        while at < stop:
            if not lines[at].strip(self.separator + " \t\u00a0"):
                trailing, at = trailing + 1, at + 1
                continue
            taken, cells, problem = row_at(lines, at, self.separator)
            rows.append(CsvRow(line + at, cells, problem))
            blank, trailing = blank + trailing, 0
            at += taken
        left = "".join(f"{one}\n" for one in lines[at:]).encode("utf-8") + data[cut:]
        return Piece(b"", line, at, end, tuple(rows), blank, trailing), left

    def _text(self, data: bytes) -> str:
        if self.encoding != "utf-8":
            return data.decode("utf-8", errors="replace")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise Restart(whole_encoding(self.path)) from None

    # Parsing

    def raw(self, piece: Piece, *, one_by_one: bool = False) -> Raw:
        """The rows of a piece."""
        if piece.rows is None:
            found = None
            if not one_by_one and self._plain:
                found = self._parsed(piece, self.positions, self._plain)
            if found is None and not one_by_one:
                found = self._parsed(piece, self.positions, {})
            if found is not None:
                return found
            piece, _ = self._one_by_one(piece.data, piece.line, piece.end, last=True)
        rows = from_rows(piece.rows or (), len(self.header), self.positions, "line")
        return replace(rows, blank=piece.blank, trailing=piece.trailing)

    def _parsed(self, piece: Piece, positions: Collection[int], plain: Mapping[str, Any]) -> Raw | None:
        """A piece as Arrow reads it; None where that is not what its rows are.

        Columns in `plain` are read as numbers and dates; None where some cell is none.
        """
        import pyarrow as pa
        import pyarrow.csv as arrow

        odd: list[tuple[int, str]] = []

        def wrong(row: Any) -> str:
            odd.append((row.number, row.text))
            return "skip"

        if piece.data.startswith(codecs.BOM_UTF8):
            return None  # Arrow would take it for the beginning of the file
        if self.encoding == "utf-8" and not piece.data.isascii() and not is_utf8(piece.data):
            raise Restart(whole_encoding(self.path))
        wanted = [self.names[at] for at in positions] or self.names[:1]
        text = pa.string()
        try:
            table = arrow.read_csv(
                pa.py_buffer(piece.data),
                read_options=arrow.ReadOptions(
                    use_threads=False, block_size=len(piece.data) + 64, column_names=self.names
                ),
                parse_options=arrow.ParseOptions(
                    delimiter=self.separator,
                    newlines_in_values=QUOTE in piece.data,
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
        except pa.ArrowInvalid:
            return None
        missing = piece.lines != table.num_rows
        if QUOTE in piece.data:
            missing = b"\n\n" in piece.data or piece.data.startswith(b"\n")
        if plain and (odd or not all(_finite(table.column(name)) for name in plain)):
            return None
        if odd and len(odd) <= 1000:
            return None if _blank(table) else self._with_odd(piece, table, odd, positions)
        if odd or missing or _blank(table):
            return None
        arrays = {at: _one(table.column(self.names[at])) for at in positions}
        return Raw(table.num_rows, arrays, _lines_of(piece, self.separator))

    def _with_odd(
        self, piece: Piece, table: Any, odd: list[tuple[int, str]], positions: Collection[int]
    ) -> Raw | None:
        """Rows of another width among the others."""
        import pyarrow as pa

        problems: dict[int, str] = {}
        width = len(self.header)
        rows = table.num_rows + len(odd)
        if QUOTE in piece.data or piece.lines != rows:
            return None
        cells: dict[int, list[str]] = {}
        for number, text in odd:
            found = text.split(self.separator)
            if not text.strip(self.separator + " \t\u00a0"):
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


def _finite(column: Any) -> bool:
    """Whether all numbers of a column are: what says `nan` or `inf` is looked at as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return not pa.types.is_floating(column.type) or pc.all(pc.is_finite(column)).as_py() is not False


def _one(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _lines(data: bytes) -> int:
    return data.count(b"\n") + (0 if data.endswith(b"\n") else 1)


def _even(data: bytes, quotes: Any) -> int:
    """Where the last row ends: behind the last line end outside quotes."""
    newlines = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE)
    outside = np.flatnonzero(np.searchsorted(quotes, newlines) % 2 == 0)
    return int(newlines[outside[-1]]) + 1 if len(outside) else 0


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
        text = data.to_pybytes() if data is not None else b""
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
        if QUOTE not in piece.data:
            return f"line {piece.line + row}"
        if not known:
            lines = piece.data.decode("utf-8", errors="replace").split("\n")
            at = 0
            while at < len(lines):
                if not lines[at].strip(separator + " \t\u00a0"):
                    at += 1
                    continue
                known.append(piece.line + at)
                at += row_at(lines, at, separator)[0]
        return f"line {known[row]}"

    return place
