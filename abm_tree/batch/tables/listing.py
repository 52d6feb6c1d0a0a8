"""A list, block by block: ids, the columns of facts, and rows that cannot be read.

Promises: each row is what the row reader makes of it (`accounts.lists`), errors and their words included; a
row with an error is there. Refuses: to decide; to look at columns that no tree reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from abm_tree.accounts.cells import Shape
from abm_tree.accounts.columns import Columns
from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.parquet_rows import odd_cells
from abm_tree.accounts.understand import Options
from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.batch.tables.cells import NONE, CellReader, Cells
from abm_tree.batch.tables.ids import empty, hashes, texts
from abm_tree.batch.tables.raw import Raw, Table
from abm_tree.feel import DATE, TEXT
from abm_tree.feel.calendar import day_number
from abm_tree.source import clean
from abm_tree.tree.parts import Fact

DATED = Fact("dated", "date", DATE, "account", False, "Dated")
PROOF = Fact("evidence", "text", TEXT, "account", False, "Evidence")
# Not whole numbers, of which Arrow would take 0x1A for one; nor amounts, where 12.000 may be twelve thousand.
PLAIN = ("number", "date", "boolean")
KEYS = ("account_id", "deal_id", "stakeholder_id")


@dataclass(frozen=True, slots=True)
class View:
    """What one tree reads of a list."""

    columns: Columns
    facts: Mapping[str, Fact]


@dataclass(slots=True)
class Rows:
    """Some rows of a list."""

    start: int  # the number of the first, from 0
    count: int
    ids: dict[str, Any]  # Arrow arrays of texts, by name
    key: Any  # the id that rows are known by
    numbers: Array  # hashes of the ids
    views: list[dict[str, Column]]  # for each tree, its facts
    ill: dict[int, str]  # rows that are none, whichever tree reads them: why
    bad: list[dict[int, str]]  # for each tree: rows with cells that could not be read, and the whole words
    refused: list[tuple[str, str]] = field(default_factory=list)  # heading and text of such cells
    taken: list[tuple[str, str, int]] = field(default_factory=list)  # heading, text for "unknown", how many
    others: list[tuple[str, str, int]] = field(default_factory=list)  # the same: texts that no choice has
    place: Any = None  # row -> "line 7"
    blank: int = 0
    trailing: int = 0

    def problems(self, tree: int) -> dict[int, str]:
        """Why rows could not be read, for one of the trees."""
        return {**self.bad[tree], **self.ill}


@dataclass(frozen=True)
class Listing:
    """A list whose headings are understood, and the trees that read it."""

    table: Table
    header: Sequence[str]
    views: Sequence[View]
    options: Options
    small: bool = False  # whether little is to be read at once, since much is made of each row

    def __post_init__(self) -> None:
        self.select()

    def select(self, *, ids_alone: bool = False) -> None:
        """Have the table read what the trees read, or nothing but ids."""
        columns = self.columns
        ids = (columns.key, columns.account, columns.deal, columns.stakeholder)
        if ids_alone:
            self.table.select([at for at in dict.fromkeys(ids) if at is not None], [], small=self.small)
            return
        positions = dict.fromkeys(
            at
            for view in self.views
            for at in (
                view.columns.key,
                view.columns.account,
                view.columns.deal,
                view.columns.stakeholder,
                view.columns.dated,
                *view.columns.facts,
                *view.columns.evidence,
            )
            if at is not None
        )
        coded = [
            at
            for view in self.views
            for at, name in view.columns.facts.items()
            if view.facts[name].type in ("choice", "boolean", "text", "list") and at != view.columns.key
        ]
        coded += [at for view in self.views for at in view.columns.evidence]
        self.table.select(list(positions), coded, plain=self._plain(), small=self.small)

    def _plain(self) -> dict[int, str]:
        """Columns whose cells are likely to be plain numbers, dates or booleans: no texts need be made."""
        style = self.options.style
        if style.decimal == "comma":
            return {}
        found: dict[int, str] = {}
        ids = self.columns
        spoiled = {ids.key, ids.account, ids.deal, ids.stakeholder, ids.dated}
        for view in self.views:
            spoiled.update(view.columns.evidence)
            for at, name in view.columns.facts.items():
                fact = view.facts[name]
                words = {*style.unknown, *style.usual, *([fact.none] if fact.none else [])}
                alike = any(word.casefold() in ("true", "false") for word in words)
                alike |= any(any(char.isdigit() for char in word) for word in words)
                if fact.type not in PLAIN or alike or found.setdefault(at, fact.type) != fact.type:
                    spoiled.add(at)
        return {at: kind for at, kind in found.items() if at not in spoiled}

    @property
    def columns(self) -> Columns:
        """Where the ids stand."""
        return self.views[0].columns


class Reader:
    """Turns the rows of pieces into columns; one for each thread."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        style = listing.options.style
        self._dated = CellReader(DATED, style)
        self._cells: list[tuple[int, Fact, CellReader]] = []
        self._plan: list[list[tuple[int, str, int]]] = []  # by tree: position, fact, which reader
        self._proofs: list[dict[str, tuple[int, int]]] = []  # by tree and fact: position, which reader
        for view in listing.views:
            facts = view.columns.facts.items()
            self._plan.append([(at, name, self._reader(at, view.facts[name])) for at, name in facts])
            proofs = view.columns.evidence.items()
            self._proofs.append({name: (at, self._reader(at, PROOF)) for at, name in proofs})

    def _reader(self, at: int, fact: Fact) -> int:
        """The reader of a column as a fact: each is read once, however many trees want it."""
        for number, (place, other, _) in enumerate(self._cells):
            if place == at and other == fact:
                return number
        self._cells.append((at, fact, CellReader(fact, self.listing.options.style)))
        return len(self._cells) - 1

    def raw(self, piece: Any) -> tuple[Raw, dict[str, Any]]:
        """The rows of a piece, and their ids; for `read`."""
        table, columns = self.listing.table, self.listing.columns
        raw = table.raw(piece)
        ids = self._ids(raw)
        key = ids.get(columns.key_name)
        if key is not None and (not raw.rows or empty(key).any()):
            # It may be a blank line, which only the row reader tells.
            raw = table.raw(piece, one_by_one=True)
            ids = self._ids(raw)
        return raw, ids

    def _ids(self, raw: Raw) -> dict[str, Any]:
        """The ids of rows; numbers of rows are not among them."""
        columns = self.listing.columns
        found = {
            name: _id(raw, at)
            for name, at in zip(KEYS, (columns.account, columns.deal, columns.stakeholder), strict=True)
            if at is not None
        }
        if columns.key is None:
            found.pop(columns.key_name, None)
        elif getattr(columns, columns.key_name.removesuffix("_id")) != columns.key:
            found[columns.key_name] = _id(raw, columns.key)
        return found

    def read(self, raw: Raw, ids: dict[str, Any], start: int, twice: Mapping[int, str]) -> Rows:
        """A block; `twice` says which rows, by number, have an id that was there before, and where."""
        name = self.listing.columns.key_name
        if name not in ids:
            numbered = pa.array(range(start + 1, start + raw.rows + 1), type=pa.int64())
            ids = {**ids, name: numbered.cast(pa.string())}
        key = ids[name]
        ill = {at: f"{raw.place(at)}: {problem}" for at, problem in raw.problems.items()}
        columns = self.listing.columns
        for at in columns.ids:
            for row, shape in _odd(raw, at).items():
                heading = clean(self.listing.header[at]).strip()
                ill.setdefault(row, f'{raw.place(row)}: the id ("{heading}") is {shape.words}')
        nothing = empty(key)
        if nothing.any():
            heading = clean(self.listing.header[columns.key or 0]).strip()
            for row in np.flatnonzero(nothing).tolist():
                ill.setdefault(row, f'{raw.place(row)}: the id ("{heading}") is empty')
        for row in range(raw.rows) if twice else ():
            if start + row in twice and row not in ill:
                ill[row] = (
                    f'{raw.place(row)}: the id "{key[row].as_py()}" is there twice, {twice[start + row]}'
                )
        dated, undated = self._dates(raw)
        cells = [
            one.read(raw.arrays[at], raw.typed.get(at), raw.odd.get(at, NONE)) for at, _, one in self._cells
        ]
        if any(one.refused and at in raw.plain for (at, _, _), one in zip(self._cells, cells, strict=True)):
            # What is told of a cell is how it is spelled.
            spelled = raw.spelled() if raw.spelled is not None else None
            if spelled is not None:
                cells = [one.read(spelled.arrays[at], spelled.typed.get(at)) for at, _, one in self._cells]
        views = []
        bad: list[dict[int, str]] = []
        refused: list[tuple[str, str]] = []
        told: set[int] = set()
        for wanted, proofs in zip(self._plan, self._proofs, strict=True):
            views.append(
                {
                    name: _with(
                        cells[number].column, dated, cells[proofs[name][1]] if name in proofs else None
                    )
                    for _, name, number in wanted
                }
            )
            reasons: dict[int, list[str]] = {row: [words] for row, words in undated.items() if row not in ill}
            for at, number in [*((at, number) for at, _, number in wanted), *proofs.values()]:
                heading = clean(self.listing.header[at]).strip()
                for row, why, text in cells[number].refused:
                    if row in ill:
                        continue
                    reasons.setdefault(row, []).append(_problem(heading, why))
                    if number not in told:
                        refused.append((heading, clean(text).strip()))
                told.add(number)
            bad.append({row: _sentence(raw.place(row), words) for row, words in reasons.items()})
        numbers = hashes(key)
        taken = [
            (clean(self.listing.header[at]).strip(), text, count)
            for (at, _, _), one in zip(self._cells, cells, strict=True)
            for text, count in one.taken.items()
        ]
        others = [
            (clean(self.listing.header[at]).strip(), text, count)
            for (at, _, _), one in zip(self._cells, cells, strict=True)
            for text, count in one.others.items()
        ]
        return Rows(
            start,
            raw.rows,
            ids,
            key,
            numbers,
            views,
            ill,
            bad,
            refused,
            taken,
            others,
            raw.place,
            raw.blank,
            raw.trailing,
        )

    def _dates(self, raw: Raw) -> tuple[Column | None, dict[int, str]]:
        """From which day each row dates, and rows where that cannot be read."""
        at, day = self.listing.columns.dated, self.listing.options.list_date
        if at is None and day is None:
            return None, {}
        whole = None if day is None else day_number(day)
        if at is None:
            return Column("days", np.full(raw.rows, whole, dtype=np.int64)), {}
        found = self._dated.read(raw.arrays[at], raw.typed.get(at), raw.odd.get(at, NONE))
        heading = self.listing.header[at]
        undated = {row: _problem(clean(heading).strip(), why) for row, why, _ in found.refused}
        column = found.column
        days = np.zeros(raw.rows, dtype=np.int64)
        if column.kind == "codes":
            table = np.array([day_number(value) for value in column.values] or [0])  # type: ignore[arg-type]
            days = table.take(column.data, mode="clip")
        elif column.kind == "days":
            days = column.data
        known = column.knows()
        if whole is not None and known is not None:
            return Column("days", np.where(known, days, whole)), undated
        return Column("days", days, known=known), undated


def _odd(raw: Raw, at: int) -> Mapping[int, Shape]:
    """The rows where a column holds a list or an object."""
    array = raw.arrays[at]
    if pa.types.is_nested(array.type):
        return {row: one[0] for row, one in odd_cells({0: array}).items()}
    return raw.odd.get(at, NONE)


def _id(raw: Raw, at: int) -> Any:
    """The texts of a column of ids; a list or an object is none."""
    found, odd = texts(raw.arrays[at]), _odd(raw, at)
    if not odd:
        return found
    return pa.array(["" if row in odd else one for row, one in enumerate(found.to_pylist())], pa.string())


def _with(column: Column, dated: Column | None, proof: Cells | None) -> Column:
    """A column with its dates, and with what proves its values."""
    if dated is None and proof is None:
        return column
    evidence = proof.column if proof is not None else None
    return Column(column.kind, column.data, column.values, column.known, column.none, dated, evidence)


def _problem(heading: str, refused: Refused) -> str:
    text = f'column "{heading}": {refused.message}'
    return f"{text} {refused.help}" if refused.help else text


def _sentence(place: str, problems: Sequence[str]) -> str:
    # Only the last sentence keeps its full stop.
    return f"{place}, " + "; ".join([*(problem.rstrip(".") for problem in problems[:-1]), problems[-1]])
