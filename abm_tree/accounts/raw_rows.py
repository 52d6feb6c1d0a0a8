"""A list's headings and rows as texts, whichever format it has.

Promises: CSV, Parquet, JSON lines, a JSON array and Excel give the same shape; what cannot be read at all is
refused with what to do about it, never with an exception. Light: what a format needs is imported when a list
of that format is read. Refuses: to know facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from abm_tree.accounts.csv_rows import CsvRow, csv_rows
from abm_tree.accounts.formats import Format, format_of, not_readable, packed
from abm_tree.source import Diagnostic, Severity, clean, decode, encoding_of, unreadable

LINE = 400  # bytes that a line is taken to have, where only the first are wanted
LARGEST = 2**24  # bytes that a first look reads at most: a file without line ends is not read whole


@dataclass(frozen=True, slots=True)
class RawList:
    """The headings of a list, where they stand (None: in no row), and its rows."""

    format: Format
    header: tuple[str, ...]
    at: int | None
    rows: tuple[CsvRow, ...]
    blank: int = 0  # rows without anything, between the others

    @property
    def place(self) -> str:
        """What its rows are counted in: "line" or "row"."""
        return self.format.place


def read_rows(
    path: Path,
    name: str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    limit: int | None = None,
) -> tuple[RawList | None, list[Diagnostic]]:
    """A list's rows; None where it cannot be read, and why. With `limit`, only about its first rows."""
    problem = unreadable(path, name)
    if problem is not None:
        return None, [problem]
    try:
        kind = format_of(path)
        found = list(_unused(kind, name, sheet, header_row))
        match kind:
            case Format.PARQUET:
                raw: RawList | Diagnostic = _parquet(path, name, limit)
            case Format.EXCEL:
                raw = _excel(path, name, sheet, header_row, limit, found)
            case _:
                raw = _text(kind, path, name, header_row, limit, found)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        return None, [Diagnostic("unreadable", Severity.ERROR, message, name)]
    if isinstance(raw, Diagnostic):
        return None, [*found, raw]
    return raw, found


def _unused(kind: Format, name: str, sheet: str | None, header_row: int | None) -> Sequence[Diagnostic]:
    """Options that say nothing about a list of this format."""
    said = [("--sheet", sheet is not None and kind is not Format.EXCEL)]
    said.append(("--header-row", header_row is not None and kind not in (Format.CSV, Format.EXCEL)))
    return [
        Diagnostic("option-not-used", Severity.NOTE, f"{option} does not apply to {kind.words}.", name)
        for option, unused in said
        if unused
    ]


def _parquet(path: Path, name: str, limit: int | None) -> RawList | Diagnostic:
    from abm_tree.accounts.parquet_rows import parquet_rows

    found = parquet_rows(path, name, limit)
    if isinstance(found, Diagnostic):
        return found
    header, rows = found
    if not header:
        return Diagnostic("empty-file", Severity.ERROR, "The list has no columns.", name)
    return RawList(Format.PARQUET, tuple(map(clean, header)), None, rows)


def _excel(
    path: Path,
    name: str,
    sheet: str | None,
    header_row: int | None,
    limit: int | None,
    found: list[Diagnostic],
) -> RawList | Diagnostic:
    from abm_tree.accounts.excel_rows import excel_rows

    read = excel_rows(path, name, sheet, header_row, limit)
    if isinstance(read, Diagnostic):
        return read
    found += read.found
    if not read.rows:
        return _nothing(Format.EXCEL, name, header_row, "The sheet is empty.")
    return _headed(Format.EXCEL, read.rows, read.blank)


def _text(
    kind: Format, path: Path, name: str, header_row: int | None, limit: int | None, found: list[Diagnostic]
) -> RawList | Diagnostic:
    size = limit * LINE if limit is not None and kind is not Format.JSON else -1
    with path.open("rb") as file:
        data = file.read(size)
        while 0 < size == len(data) < LARGEST and _line_ends(data) <= (header_row or 1):
            # Long lines: with the headings, one row at least.
            size *= 2
            data += file.read(size - len(data))
    if not data.strip():
        return Diagnostic("empty-file", Severity.ERROR, "The file is empty.", name)
    if size > 0 and len(data) == size:
        data = _whole_lines(data)
    text = None if packed(data) else decode(data)
    if text is None:
        return not_readable(data, name)
    found += _slips(data, text, name)
    match kind:
        case Format.JSONL:
            from abm_tree.accounts.json_rows import line_rows

            lines = line_rows(text, name)
            if isinstance(lines, Diagnostic):
                return lines
            header, rows, blank = lines
        case Format.JSON:
            from abm_tree.accounts.json_rows import array_rows

            array = array_rows(text, name)
            if isinstance(array, Diagnostic):
                return array
            (header, rows), blank = array, 0
        case _:
            every, blank = csv_rows(text, header_row or 1)
            if not every:
                return _nothing(Format.CSV, name, header_row, "The list is empty.")
            return _headed(Format.CSV, every, blank, name)
    if not header:
        return Diagnostic("empty-file", Severity.ERROR, "The list is empty.", name)
    return RawList(kind, tuple(map(clean, header)), None, rows, blank)


def _line_ends(data: bytes) -> int:
    return data.count(b"\n") or data.count(b"\r")


def _whole_lines(data: bytes) -> bytes:
    """The start of a file without the line that was cut."""
    kind = encoding_of(data) or ""
    width = 2 if kind.startswith("utf-16") else 1
    big = kind == "utf-16-be" or data.startswith(b"\xfe\xff")
    for sign in (b"\n", b"\r"):
        end = sign if width == 1 else b"\x00" + sign if big else sign + b"\x00"
        at = data.rfind(end)
        while at % width and at > 0:
            at = data.rfind(end, 0, at + 1)  # the halves of two characters
        if at >= 0:
            return data[: at + width]
    return data


def _slips(data: bytes, text: str, name: str) -> Sequence[Diagnostic]:
    """What there is to say about a text's bytes."""
    if encoding_of(data) == "cp1252":
        message = "The file is not UTF-8; it was read as Windows-1252."
        return [Diagnostic("read-as-windows", Severity.NOTE, message, name)]
    if "\ufffd" in text:
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        message = "Some bytes are no UTF-8 text; they were read as \ufffd, first in this line."
        return [Diagnostic("bad-bytes", Severity.NOTE, message, name, row=line)]
    return []


def _headed(kind: Format, rows: tuple[CsvRow, ...], blank: int, name: str = "") -> RawList | Diagnostic:
    """A list whose first row holds its headings."""
    first = rows[0]
    if first.problem:
        message = f"The headings cannot be read: {first.problem}."
        return Diagnostic("bad-header", Severity.ERROR, message, name, row=first.line)
    return RawList(kind, tuple(map(clean, first.cells)), first.line, rows[1:], blank)


def _nothing(kind: Format, name: str, header_row: int | None, empty: str) -> Diagnostic:
    if header_row is None or header_row == 1:
        return Diagnostic("empty-file", Severity.ERROR, empty, name)
    message = f"There is nothing in {kind.place} {header_row:,} or below, where the headings should stand."
    advice = f"Correct --header-row, or `header_row` in abm-tree.toml: it counts {kind.place}s from 1."
    return Diagnostic("no-such-row", Severity.ERROR, message, name, help=advice)
