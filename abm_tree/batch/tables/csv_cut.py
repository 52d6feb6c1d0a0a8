"""CSV cut into pieces, at line ends outside quotes.

Promises: pieces that together are the whole file, each of whole rows, whatever stands in cells; where a quote
does not fit, rows that were read one by one. The usual file, which has no quotes, is only looked through for
them: what else its bytes may hold is seen to by whoever reads a piece. Refuses: to hold the file in memory.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from abm_tree.accounts.csv_rows import MAX_CELL, MAX_LINES, CsvRow, row_at
from abm_tree.batch.tables.encoded import decoded, plain_lines, whole_encoding
from abm_tree.batch.tables.raw import Restart

QUOTE, NEWLINE = ord('"'), ord("\n")
LOOKED = 2**18  # bytes that are looked at in one go
BLANK = " \t\u00a0"  # what a line may hold, beside separators, and still be no row


class Lines:
    """In which line a piece begins: known when the pieces before it have been counted."""

    __slots__ = ("_before", "_first", "count")

    def __init__(self, before: Lines | None = None, count: int | None = None) -> None:
        self._before = before
        self._first: int | None = 1 if before is None else None
        self.count = count  # lines of the piece

    @property
    def first(self) -> int:
        """The line, from 1."""
        chain: list[Lines] = []
        one = self
        # Two threads may ask at once: what is read first is set last.
        while (before := one._before) is not None and one._first is None:
            chain.append(one)
            one = before
        for later in reversed(chain):
            assert one._first is not None and one.count is not None, "pieces are read in order"
            later._first = one._first + one.count
            later._before = None
            one = later
        assert one._first is not None
        return one._first


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole rows of the file."""

    data: bytes  # UTF-8; what is behind `size` bytes belongs to the next piece
    size: int
    lines: Lines
    end: int  # how much of the file has been read with it
    quoted: bool = False
    bare: bool = False  # as it stands in the file, with line ends, or zeros, that text does not hold
    ascii: bool = False  # whether it is known to be nothing else
    rows: tuple[CsvRow, ...] | None = None  # read one by one, with lines counted from 0
    blank: int = 0  # lines before the last row
    trailing: int = 0  # and behind it

    def tidy(self) -> Piece:
        """The piece with plain line ends."""
        if not self.bare:
            return self
        data = plain_lines(self.bytes())
        return replace(self, data=data, size=len(data), bare=False)

    def bytes(self) -> bytes:
        """Its bytes, and no others."""
        return self.data if len(self.data) == self.size else self.data[: self.size]


@dataclass(frozen=True, slots=True)
class Cut:
    """How a file is cut."""

    path: Path
    encoding: str
    separator: str
    skip: int  # lines before the first row
    body: int | None  # bytes before it, where the file may be cut as it stands
    total: int

    def pieces(self, size: int) -> Iterator[Piece]:
        """Parts of the file of about so many bytes."""
        lines, skip = Lines(count=0), self.skip
        with self.path.open("rb") as file:
            if self.body is not None:
                lines.count, skip = skip, 0
                for piece in self._unquoted(file, self.body, size, lines):
                    lines = piece.lines
                    yield piece
            yield from self._others(file, size, lines, skip)

    def _unquoted(self, file: BinaryIO, at: int, size: int, lines: Lines) -> Iterator[Piece]:
        """Pieces from a place in the file up to the first quote; there the file stands afterwards."""
        file.seek(at)
        while data := file.read(_part(size, self.total - at)):
            last = False
            while not (cut := data.rfind(b"\n") + 1) and not last and b"\r" not in data:
                more = file.read(size)
                data, last = data + more, not more
            if file.tell() >= self.total:
                # The last row may lack its line end; but what is still being written has not come to one.
                last = not file.read(1)
                cut = len(data) if last else cut
            if not cut or (seen := _looked_through(data)) is None:
                break
            lines = Lines(lines)
            at += cut
            yield Piece(data, cut, lines, at, bare=seen[0], ascii=seen[1])
            file.seek(at)
        file.seek(at)

    def _others(self, file: BinaryIO, size: int, lines: Lines, skip: int) -> Iterator[Piece]:
        """All pieces from where the file stands."""
        rest = b""
        for data, end in decoded(file, size, self.encoding, self.total):
            rest += data
            while skip and (at := rest.find(b"\n")) >= 0:
                rest, skip = rest[at + 1 :], skip - 1
                lines.count = (lines.count or 0) + 1
            if skip:
                continue
            for piece, left in self._cut(rest, lines, end, last=False):
                rest, lines = left, piece.lines
                yield piece
        for piece, _ in self._cut(rest, lines, self.total, last=True) if not skip else ():
            yield piece

    def _cut(self, data: bytes, lines: Lines, end: int, *, last: bool) -> Iterator[tuple[Piece, bytes]]:
        """Pieces of what has been read, and what is left each time."""
        while data:
            cut = len(data) if last else data.rfind(b"\n") + 1
            if not cut:
                return
            if quoted := QUOTE in data:
                quotes = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == QUOTE)
                if not _well_formed(data, quotes, self.separator, last):
                    piece, data = self.one_by_one(data, lines, end, last=last)
                    if not piece.lines.count:
                        return
                    yield piece, data
                    lines = piece.lines
                    if not last:
                        return
                    continue
                if not last and not (cut := _even(data, quotes)):
                    return
            whole = data[:cut]
            yield Piece(whole, cut, Lines(lines, _count(whole)), end, quoted), data[cut:]
            return

    def one_by_one(self, data: bytes, before: Lines, end: int, *, last: bool) -> tuple[Piece, bytes]:
        """Rows as Python reads them, as many as are complete, and what is left."""
        csv.field_size_limit(MAX_CELL)
        cut = len(data) if last else data.rfind(b"\n") + 1
        texts = self._text(data[:cut]).split("\n")
        if not texts[-1]:
            texts.pop()
        rows: list[CsvRow] = []
        blank = trailing = at = 0
        # A row may go on for many lines: so many are kept until more has been read.
        stop = len(texts) if last else len(texts) - MAX_LINES - 1
        while at < stop:
            if not texts[at].strip(self.separator + BLANK):
                trailing, at = trailing + 1, at + 1
                continue
            taken, cells, problem = row_at(texts, at, self.separator)
            rows.append(CsvRow(at, cells, problem))
            blank, trailing = blank + trailing, 0
            at += taken
        left = "".join(f"{one}\n" for one in texts[at:]).encode("utf-8") + data[cut:]
        found = Piece(b"", 0, Lines(before, at), end, rows=tuple(rows), blank=blank, trailing=trailing)
        return found, left

    def read_singly(self, piece: Piece) -> Piece:
        """A piece with its rows as Python reads them."""
        found, _ = self.one_by_one(piece.bytes(), piece.lines, piece.end, last=True)
        piece.lines.count = found.lines.count
        return replace(found, lines=piece.lines)

    def _text(self, data: bytes) -> str:
        if self.encoding != "utf-8":
            return data.decode("utf-8", errors="replace")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise Restart(whole_encoding(self.path)) from None


def body_of(start: bytes, skip: int) -> int | None:
    """How many bytes so many lines have; None where line ends are not only "\\n", or not all are here."""
    at = 0
    for _ in range(skip):
        at = start.find(b"\n", at) + 1
        if not at:
            return None
    return None if b"\r" in start[:at].replace(b"\r\n", b"") else at


def _part(size: int, left: int) -> int:
    """How much is read next: less at the end, so that all threads come to it at about the same time."""
    return max(min(size, left // 4), size // 4, 1)


def _looked_through(data: bytes) -> tuple[bool, bool] | None:
    """Whether bytes are to be made tidy, and whether they are ASCII; None where there is a quote.

    So few at once that they are fetched from memory but once.
    """
    seen = np.frombuffer(data, dtype=np.uint8)
    bare, ascii = False, True
    for start in range(0, len(data), LOOKED):
        stop = start + LOOKED
        if data.find(b'"', start, stop) >= 0:
            return None
        part = seen[start:stop]
        bare = bare or data.find(b"\r", start, stop) >= 0 or not part.min()
        ascii = ascii and bool(part.max() < 0x80)
    return bare, ascii


def _count(data: bytes) -> int:
    return data.count(b"\n") + (0 if data.endswith(b"\n") else 1)


def _well_formed(data: bytes, quotes: Any, separator: str, last: bool) -> bool:
    """Whether each quoted cell begins and ends as it should; what is not complete yet counts as well."""
    seen = np.frombuffer(data, dtype=np.uint8)
    between = ord(separator)
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, seen[opening - 1], NEWLINE)
    again = np.zeros(len(opening), dtype=bool)
    again[1:] = opening[1:] - 1 == closing[: len(opening) - 1]
    if not ((before == between) | (before == NEWLINE) | again).all():
        return False
    after = np.where(closing + 1 < len(data), seen[np.minimum(closing + 1, len(data) - 1)], NEWLINE)
    twice = np.zeros(len(closing), dtype=bool)
    twice[: len(opening) - 1] = opening[1 : len(closing) + 1] - 1 == closing[: len(opening) - 1]
    if not ((after == between) | (after == NEWLINE) | twice).all():
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


def _even(data: bytes, quotes: Any) -> int:
    """Where the last row ends: behind the last line end outside quotes."""
    newlines = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE)
    outside = np.flatnonzero(np.searchsorted(quotes, newlines) % 2 == 0)
    return int(newlines[outside[-1]]) + 1 if len(outside) else 0
