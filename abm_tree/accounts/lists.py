"""Account lists as they come: CSV, Parquet, JSON lines, Excel; row by row.

Promises: UTF-8, UTF-16 and Windows-1252 are read, and commas, semicolons, tabs and bars as separators;
every data row comes out in order, as facts or with the reason why it cannot be read; a list that cannot be
read at all is refused before anything is done. Refuses: to guess what a cell means; `values` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from abm_tree.accounts.columns import Columns
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.accounts.headings import ANY_IDS, first, fold
from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.raw_rows import read_rows
from abm_tree.accounts.understand import Options, understand
from abm_tree.accounts.values import MISSING, UNKNOWN, Read, Style, misfit, read_value
from abm_tree.feel import DATE, TEXT, Date
from abm_tree.source import Diagnostic, Severity, clean
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Fact

__all__ = ["AccountList", "Options", "Row", "no_account_column", "of_people", "open_list", "open_people"]


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
    counted: str = "line"  # what rows of this list are counted in: "line" or "row"

    @property
    def place(self) -> str:
        """Where it stands: "line 7"."""
        return f"{self.counted} {self.line}"


@dataclass(frozen=True, slots=True)
class AccountList:
    """A list whose heading was understood."""

    name: str
    header: tuple[str, ...]
    columns: Columns
    rows: tuple[CsvRow, ...]
    facts: Mapping[str, Fact]
    options: Options
    counted: str = "line"  # what its rows are counted in: "line" or "row"

    def read(self) -> Iterator[Row]:
        """Every data row, in order."""
        seen: dict[str, int] = {}
        for number, row in enumerate(self.rows, start=1):
            if row.problem:
                key = {self.columns.key_name: self._guessed_key(row, number)}
                bad = Row(row.line, number, counted=self.counted)
                yield replace(bad, error=f"{bad.place}: {row.problem}", **key)  # type: ignore[arg-type]
            else:
                yield self._row(number, row, seen)

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
                found.append(self._row(number, row, {}))
        return found

    def by_account(self) -> dict[str, list[int]]:
        """The numbers of each account's rows, without those that cannot be told from others."""
        found: dict[str, list[int]] = {}
        seen: dict[str, int] = {}
        account, key = self.columns.account, self.columns.key
        for number, row in enumerate(self.rows, start=1):
            cells = row.cells
            one = clean(cells[key]).strip() if key is not None and key < len(cells) else ""
            one = one if key is not None else str(number)
            if row.problem or self._ill_formed(cells, one, seen):
                continue
            seen[one] = row.line
            if account is not None and (whose := clean(cells[account]).strip()):
                found.setdefault(whose, []).append(number)
        return found

    def of_account(self, account_id: str) -> list[tuple[Row, tuple[str, ...]]]:
        """Every row of an account with its cells; the error of one that cannot be read as it stands."""
        found = []
        seen: dict[str, int] = {}
        account, key = self.columns.account, self.columns.key
        for number, row in enumerate(self.rows, start=1):
            cells = row.cells
            one = clean(cells[key]).strip() if key is not None and key < len(cells) else ""
            if account is not None and account < len(cells) and clean(cells[account]).strip() == account_id:
                read = self._row(number, row, _only(seen, one))
                error = f"{read.place}: {row.problem}" if row.problem else read.error
                found.append((replace(read, error=error), cells))
            if one and not row.problem:
                seen.setdefault(one, row.line)
        return found

    def row(self, number: int) -> Row:
        """The row with a number, from 1; an id that is there twice is not looked for."""
        return self._row(number, self.rows[number - 1], {})

    def key(self, row: Row) -> str:
        """The id that a row is known by."""
        return str(getattr(row, self.columns.key_name))

    def _row(self, number: int, raw: CsvRow, seen: dict[str, int]) -> Row:
        columns, line, cells = self.columns, raw.line, raw.cells

        def cell(at: int | None) -> str:
            return clean(cells[at]).strip() if at is not None and at < len(cells) else ""

        odd = raw.odd or {}
        strays = [at for at in columns.ids if at in odd]
        if strays:
            cells = tuple("" if at in strays else text for at, text in enumerate(cells))
        ids = {
            "account_id": cell(columns.account),
            "deal_id": cell(columns.deal),
            "stakeholder_id": cell(columns.stakeholder),
        }
        key = cell(columns.key) if columns.key is not None else str(number)
        ids[columns.key_name] = key
        row = Row(
            line, number, ids["account_id"], ids["deal_id"], ids["stakeholder_id"], counted=self.counted
        )
        problem = self._ill_formed(cells, key, seen)
        if strays:
            problem = f'the id ("{clean(self.header[strays[0]]).strip()}") is {odd[strays[0]].words}'
        if problem:
            return replace(row, error=f"{row.place}: {problem}")
        seen[key] = line
        facts: dict[str, Known | Unknown] = {}
        dated: Date | None = self.options.list_date
        problems: list[str] = []
        refused: list[tuple[str, str]] = []
        if columns.dated is not None and cell(columns.dated):
            found = self._value(_DATED, raw, columns.dated)
            if isinstance(found, Date):
                dated = found
            elif isinstance(found, Refused):
                problems.append(_problem(self.header[columns.dated], found))
        for at, name in columns.facts.items():
            value = self._value(self.facts[name], raw, at)
            if isinstance(value, Refused):
                problems.append(_problem(self.header[at], value))
                refused.append((self.header[at].strip(), clean(cells[at]).strip()))
            elif value is UNKNOWN:
                facts[name] = Unknown("given", dated)
            elif value is not MISSING:
                facts[name] = Known(value, "given", dated)  # type: ignore[arg-type]
        for at, name in columns.evidence.items():
            text = self._value(_PROOF, raw, at)
            state = facts.get(name)
            if isinstance(text, Refused):
                problems.append(_problem(self.header[at], text))
                refused.append((self.header[at].strip(), clean(cells[at]).strip()))
            elif isinstance(text, str) and isinstance(state, Known):
                facts[name] = replace(state, evidence=text)
        if problems:
            # Only the last sentence keeps its full stop.
            told = [*(problem.rstrip(".") for problem in problems[:-1]), problems[-1]]
            whole = f"{row.place}, " + "; ".join(told)
            return replace(row, error=whole, refused=tuple(refused), facts=facts)
        return replace(row, facts=facts)

    def _value(self, fact: Fact, raw: CsvRow, at: int) -> Read:
        """What a cell means for a fact."""
        if raw.odd is not None and at in raw.odd and (refused := misfit(fact, raw.odd[at])) is not None:
            return refused
        return read_value(fact, raw.cells[at], self._style(raw, at))

    def _style(self, raw: CsvRow, at: int) -> Style:
        """How a cell is written: the point of a typed number is a decimal point."""
        style = self.options.style
        return pointed(style) if raw.typed is not None and at in raw.typed else style

    def _ill_formed(self, cells: tuple[str, ...], key: str, seen: Mapping[str, int]) -> str:
        """Why a row cannot be told from others, or is no row of this list at all."""
        width = len(self.header)
        if len(cells) < width or any(extra.strip() for extra in cells[width:]):
            word = "cell" if len(cells) == 1 else "cells"
            return f"the row has {len(cells)} {word}; the header has {width}"
        if not key:
            return f'the id ("{self.header[self.columns.key or 0]}") is empty'
        if key in seen:
            return f'the id "{key}" is there twice, first in {self.counted} {seen[key]}'
        return ""


def _only(seen: Mapping[str, int], key: str) -> dict[str, int]:
    return {key: seen[key]} if key in seen else {}


@lru_cache(maxsize=16)
def pointed(style: Style) -> Style:
    """A list's style for its typed numbers, which cannot be misread."""
    return replace(style, decimal="point")


_DATED = Fact("dated", "date", DATE, "account", False, "Dated")
_PROOF = Fact("evidence", "text", TEXT, "account", False, "Evidence")


def _problem(heading: str, refused: Refused) -> str:
    text = f'column "{clean(heading).strip()}": {refused.message}'
    return f"{text} {refused.help}" if refused.help else text


def open_people(
    path: Path, name: str, facts: Mapping[str, Fact], options: Options
) -> tuple[AccountList | None, list[Diagnostic]]:
    """Open a list of people, who have an account; one that says no more of them serves, too."""
    found, about = open_list(path, name, facts, "stakeholder", options, ids_alone=True, people=True)
    if found is None:
        return None, about
    if found.columns.account is None:
        return None, [*about, no_account_column(name)]
    return replace(found, columns=of_people(found.columns, found.header, options)), about


def no_account_column(name: str) -> Diagnostic:
    """A list of people that does not say whose they are."""
    message = "No column says whose people these are."
    advice = "Add the account's id, under a heading such as account_id."
    return Diagnostic("no-account-column", Severity.ERROR, message, name, help=advice)


def of_people(columns: Columns, header: Sequence[str], options: Options) -> Columns:
    """The columns of a list of people, who are numbered without ids of their own: the account's is none."""
    if columns.stakeholder is None and options.id_column is None:
        columns = replace(columns, key=first([fold(one) for one in header], ANY_IDS))
    return replace(columns, key_name="stakeholder_id")


def open_list(
    path: Path,
    name: str,
    facts: Mapping[str, Fact],
    subject: str,
    options: Options,
    *,
    ids_alone: bool = False,
    people: bool = False,
) -> tuple[AccountList | None, list[Diagnostic]]:
    """Open a list: its heading understood, its rows still to be read; or the reasons why not.

    `ids_alone`: one without any fact serves, too, and one without any row. `people`: it is one of people.
    """
    raw, found = read_rows(path, name, sheet=options.sheet, header_row=options.header_row)
    if raw is None:
        return None, found
    columns, about = understand(
        name,
        raw.header,
        raw.rows,
        facts,
        subject,
        options,
        whole=True,
        place=raw.place,
        at=raw.at,
        ids_alone=ids_alone,
        people=people,
    )
    found += about
    if columns is None:
        return None, found
    if not raw.rows and not ids_alone:
        message = "The list has a header but no rows."
        return None, [*found, Diagnostic("no-rows", Severity.ERROR, message, name, row=raw.at)]
    if raw.blank:
        rows = f"1 blank {raw.place} is" if raw.blank == 1 else f"{raw.blank:,} blank {raw.place}s are"
        message = f"{rows} left out; the results have no rows for them."
        found.append(Diagnostic("blank-lines", Severity.NOTE, message, name))
    return AccountList(name, raw.header, columns, raw.rows, facts, options, raw.place), found
