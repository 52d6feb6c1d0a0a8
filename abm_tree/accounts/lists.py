"""Account lists: CSV exports as they come, row by row.

Promises: UTF-8, UTF-16 and Windows-1252 are read, and commas, semicolons, tabs and bars as separators;
every data row comes out in order, as facts or with the reason why it cannot be read; a list that cannot be
read at all is refused before anything is done. Refuses: formats other than text, for now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from abm_tree.accounts.columns import Columns, find_columns
from abm_tree.accounts.csv_rows import CsvRow, csv_rows
from abm_tree.accounts.headings import ROW, fold
from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import MISSING, UNKNOWN, Style, read_value
from abm_tree.feel import DATE, Date
from abm_tree.source import Diagnostic, Severity, clean, decode, encoding_of, has_errors, unreadable
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Fact


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a list, as its user declares it."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    dictionary: frozenset[str] = frozenset()  # facts that other trees read: mapping them is no mistake
    id_column: str | None = None
    style: Style = field(default_factory=Style)
    dated_by: str | None = None
    list_date: Date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its ids, its facts, or why it cannot be read."""

    line: int
    number: int
    account_id: str = ""
    deal_id: str = ""
    stakeholder_id: str = ""
    facts: Mapping[str, Known | Unknown] = field(default_factory=dict)
    error: str = ""
    refused: tuple[tuple[str, str], ...] = ()  # heading and text of the cells that could not be read


@dataclass(frozen=True, slots=True)
class AccountList:
    """A list whose heading was understood."""

    name: str
    header: tuple[str, ...]
    columns: Columns
    rows: tuple[CsvRow, ...]
    facts: Mapping[str, Fact]
    options: Options

    def read(self) -> Iterator[Row]:
        """Every data row, in order."""
        seen: dict[str, int] = {}
        for number, row in enumerate(self.rows, start=1):
            if row.problem:
                key = {self.columns.key_name: self._guessed_key(row, number)}
                yield replace(Row(row.line, number, error=f"line {row.line}: {row.problem}"), **key)  # type: ignore[arg-type]
            else:
                yield self._row(number, row.line, row.cells, seen)

    def _guessed_key(self, row: CsvRow, number: int) -> str:
        """The id of a row whose quotes do not fit, where it stands before them."""
        at = self.columns.key
        if at is None:
            return str(number)
        before = row.cells[: at + 1]
        return (
            clean(before[at]).strip() if len(before) > at and not any('"' in cell for cell in before) else ""
        )

    def find(self, key: str) -> Row | None:
        """The row with an id, or else the only one with a name, ignoring case."""
        wanted = key.strip().casefold()
        exact = [row for row in self._where(self.columns.key, wanted) if not (row.error and not row.facts)]
        exact = [row for row in exact if self.key(row) == key] or exact
        if exact:
            return exact[0]
        name = next((at for at, fact in self.columns.facts.items() if fact == "account.name"), None)
        named = self._where(name, wanted) if name is not None else []
        return named[0] if len(named) == 1 else None

    def _where(self, at: int | None, wanted: str) -> list[Row]:
        """The rows whose cell reads so; only they are read whole, so that a long list costs little."""
        found = []
        for number, row in enumerate(self.rows, start=1):
            cell = (row.cells[at] if at < len(row.cells) else "") if at is not None else str(number)
            if not row.problem and clean(cell).strip().casefold() == wanted:
                found.append(self._row(number, row.line, row.cells, {}))
        return found

    def key(self, row: Row) -> str:
        """The id that a row is known by."""
        return str(getattr(row, self.columns.key_name))

    def _row(self, number: int, line: int, cells: tuple[str, ...], seen: dict[str, int]) -> Row:
        columns = self.columns

        def cell(at: int | None) -> str:
            return clean(cells[at]).strip() if at is not None and at < len(cells) else ""

        ids = {
            "account_id": cell(columns.account),
            "deal_id": cell(columns.deal),
            "stakeholder_id": cell(columns.stakeholder),
        }
        key = cell(columns.key) if columns.key is not None else str(number)
        ids[columns.key_name] = key
        row = Row(line, number, ids["account_id"], ids["deal_id"], ids["stakeholder_id"])
        problem = self._ill_formed(line, cells, key, seen)
        if problem:
            return replace(row, error=problem)
        seen[key] = line
        facts: dict[str, Known | Unknown] = {}
        dated: Date | None = self.options.list_date
        problems: list[str] = []
        refused: list[tuple[str, str]] = []
        if columns.dated is not None and cell(columns.dated):
            found = read_value(_DATED, cell(columns.dated), self.options.style)
            if isinstance(found, Date):
                dated = found
            elif isinstance(found, Refused):
                problems.append(_problem(self.header[columns.dated], found))
        for at, name in columns.facts.items():
            value = read_value(self.facts[name], cells[at], self.options.style)
            if isinstance(value, Refused):
                problems.append(_problem(self.header[at], value))
                refused.append((self.header[at].strip(), clean(cells[at]).strip()))
            elif value is UNKNOWN:
                facts[name] = Unknown("given", dated)
            elif value is not MISSING:
                facts[name] = Known(value, "given", dated)  # type: ignore[arg-type]
        if problems:
            # Only the last sentence keeps its full stop.
            told = [*(problem.rstrip(".") for problem in problems[:-1]), problems[-1]]
            whole = f"line {line}, " + "; ".join(told)
            return replace(row, error=whole, refused=tuple(refused), facts=facts)
        return replace(row, facts=facts)

    def _ill_formed(self, line: int, cells: tuple[str, ...], key: str, seen: Mapping[str, int]) -> str:
        """Why a row cannot be told from others, or is no row of this list at all."""
        width = len(self.header)
        if len(cells) < width or any(extra.strip() for extra in cells[width:]):
            word = "cell" if len(cells) == 1 else "cells"
            return f"line {line}: the row has {len(cells)} {word}; the header has {width}"
        if not key:
            return f'line {line}: the id ("{self.header[self.columns.key or 0]}") is empty'
        if key in seen:
            return f'line {line}: the id "{key}" is there twice, first in line {seen[key]}'
        return ""


_DATED = Fact("dated", "date", DATE, "account", False, "Dated")


def _problem(heading: str, refused: Refused) -> str:
    text = f'column "{clean(heading).strip()}": {refused.message}'
    return f"{text} {refused.help}" if refused.help else text


def open_list(
    path: Path, name: str, facts: Mapping[str, Fact], subject: str, options: Options
) -> tuple[AccountList | None, list[Diagnostic]]:
    """Open a list: its heading understood, its rows still to be read; or the reasons why not."""
    problem = unreadable(path, name)
    if problem is not None:
        return None, [problem]
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, [
            Diagnostic("unreadable", Severity.ERROR, f"The file cannot be read: {error.strerror}.", name)
        ]
    if not data.strip():
        return None, [Diagnostic("empty-file", Severity.ERROR, "The file is empty.", name)]
    text = decode(data)
    if text is None:
        return None, [_binary(data, name)]
    found: list[Diagnostic] = []
    if encoding_of(data) == "cp1252":
        found.append(
            Diagnostic(
                "read-as-windows", Severity.NOTE, "The file is not UTF-8; it was read as Windows-1252.", name
            )
        )
    elif "\ufffd" in text:
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        message = "Some bytes are no UTF-8 text; they were read as \ufffd, first in this line."
        found.append(Diagnostic("bad-bytes", Severity.NOTE, message, name, row=line))
    rows, blank = csv_rows(text)
    if not rows or rows[0].problem:
        problem = _unreadable_header(rows, name)
        return None, [*found, problem]
    header = tuple(clean(cell) for cell in rows[0].cells)
    columns, about = find_columns(
        name,
        header,
        facts,
        subject,
        mapping=options.mapping,
        dictionary=options.dictionary,
        id_column=options.id_column,
        dated_by=options.dated_by,
    )
    found += about
    if columns is None or has_errors(found):
        return None, [*found, *_header_below(rows, facts, options, about)]
    if columns.key is None and (options.id_column or "").casefold() != ROW:
        return None, [*found, _no_id(name, header, rows)]
    if len(rows) == 1:
        return None, [
            *found,
            Diagnostic("no-rows", Severity.ERROR, "The list has a header but no rows.", name, row=1),
        ]
    if blank:
        lines = "1 blank line is" if blank == 1 else f"{blank:,} blank lines are"
        message = f"{lines} left out; the results have no rows for them."
        found.append(Diagnostic("blank-lines", Severity.NOTE, message, name))
    return AccountList(name, header, columns, tuple(rows[1:]), facts, options), found


def _unreadable_header(rows: tuple[CsvRow, ...], name: str) -> Diagnostic:
    if not rows:
        return Diagnostic("empty-file", Severity.ERROR, "The list is empty.", name)
    message = f"The headings cannot be read: {rows[0].problem}."
    return Diagnostic("bad-header", Severity.ERROR, message, name, row=rows[0].line)


def _binary(data: bytes, name: str) -> Diagnostic:
    advice = "Export the list as CSV."
    if data[:4] == b"PK\x03\x04":
        advice = "It looks like an Excel workbook; save it as CSV."
    elif data[:4] == b"PAR1":
        advice = "It looks like a Parquet file; this version reads CSV."
    return Diagnostic("binary-file", Severity.ERROR, "The file is not text.", name, help=advice)


def _header_below(
    rows: tuple[CsvRow, ...], facts: Mapping[str, Fact], options: Options, found: list[Diagnostic]
) -> list[Diagnostic]:
    """Where headings stand a few lines below a title, say so."""
    if not any(finding.code in ("no-columns", "no-header", "no-such-column") for finding in found):
        return []
    known = {fold(name) for name in (*options.mapping, options.id_column or "") if name}
    known |= {
        fold(name)
        for key, fact in facts.items()
        for name in (key.rsplit(".", 1)[-1], fact.title, *fact.headings)
    }
    for row in rows[1:10]:
        if sum(1 for cell in row.cells if fold(cell) in known) >= 2:
            return [
                Diagnostic(
                    "header-below",
                    Severity.NOTE,
                    f"The headings seem to stand in line {row.line}.",
                    found[0].source,
                    help="Delete the lines above it.",
                    row=row.line,
                )
            ]
    return []


def _no_id(name: str, header: tuple[str, ...], rows: tuple[CsvRow, ...]) -> Diagnostic:
    """No id column: name those whose values are all different."""
    unique = []
    for at, heading in enumerate(header):
        values = [row.cells[at].strip() for row in rows[1:] if at < len(row.cells)]
        if values and all(values) and len(set(values)) == len(values) and heading.strip():
            unique.append(heading.strip())
    advice = f'Name it: --id "{unique[0]}"' if unique else "Name it: --id COLUMN"
    others = ", ".join(f'"{one}"' for one in unique[1:4])
    if others:
        advice += f" (or {others}; their values are all different)"
    return Diagnostic(
        "no-id-column",
        Severity.ERROR,
        "No column is recognised as the id.",
        name,
        help=advice + ", or number the rows: --id row.",
        row=1,
    )
