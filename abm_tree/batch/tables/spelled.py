"""Columns of results as texts: cells of CSV, members of JSON objects.

Promises: a cell is text that no spreadsheet runs; JSON is exact. Refuses: files, and the order of columns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from abm_tree.batch.codes import Array
from abm_tree.batch.tables import compute as pc
from abm_tree.batch.tables.ids import data_of, ends_of
from abm_tree.feel.values import Value, string

SAFE = bytes(range(0x30, 0x3A)) + bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B)) + b"-_. /:#&"
MANY = 2**21  # combinations of neighbouring columns that are told apart by one number
FEW, SMALL = 16, 2**16  # sets of combinations that are kept, and how many each may have
_FIRST = np.zeros(256, dtype=bool)
_FIRST[[*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)]] = True


@dataclass(frozen=True, slots=True)
class Spelled:
    """Texts, and which of them each row has; None: a text for each row."""

    texts: Any
    places: Array | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of few values: a number for each row, and what the numbers stand for; -1: nothing."""

    numbers: Array
    values: Sequence[Any]


def as_text(value: Value) -> str:
    """A value as a cell says it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(as_text(one) for one in value)
    return string(value)


def fragments(
    held: Sequence[tuple[int, Coded]], rows: int, lead: str, between: str, tail: str, cells: Any
) -> Spelled:
    """Neighbouring columns of few values as one: each combination is spelled once."""
    # What all rows share, and what another column has said already, tells no rows apart.
    own: list[Coded] = []
    where: list[int] = []  # for each column, its place in `own`; or the code that all have, as -1 - code
    for _, column in held:
        numbers = column.numbers
        twin = next((at for at, one in enumerate(own) if one.numbers is numbers), None)
        if twin is not None:
            where.append(twin)
        elif rows and (numbers == numbers[0]).all():
            where.append(-2 - int(numbers[0]))
        else:
            where.append(len(own))
            own.append(column)
    size, least = 1, 0
    combined = np.zeros(rows, dtype=np.intp)
    for at, column in enumerate(own):
        count = len(column.values) + 1
        if size * count > MANY:
            # Too many to be told by their number: spelled one by one.
            return Spelled(_one_by_one(held, rows, lead, between, tail, cells))
        if at:
            combined *= count
            combined += column.numbers
        else:
            combined = column.numbers.astype(np.intp)
        size, least = size * count, least * count + 1
    combined += least  # -1 is nothing, and nothing is 0
    mark = lead, tail, tuple(where), tuple((at, id(column.values)) for at, column in held)
    kept = cells.kept.get(mark)
    if kept is None:
        kept = _Kept([column.values for _, column in held], [], np.full(size, -1, dtype=np.int32))
    places = kept.places.take(combined)
    if rows and int(places.min()) < 0:
        new = np.flatnonzero(np.bincount(combined[places < 0], minlength=size))
        more = [_spelled(number, held, own, where, lead, between, tail, cells) for number in new.tolist()]
        known = kept.places.copy()
        known[new] = np.arange(len(kept.texts), len(kept.texts) + len(more))
        kept = _Kept(kept.values, [*kept.texts, *more], known)
        if len(cells.kept) >= FEW:
            cells.kept.clear()
        if size <= SMALL:
            cells.kept[mark] = kept  # in one go: other threads have what was there before
        places = kept.places.take(combined)
    return Spelled(kept.array, places)


class _Kept:
    """Combinations that have been spelled; not changed once they are kept."""

    def __init__(self, values: Sequence[Any], texts: list[str], places: Array) -> None:
        self.values = values  # held, so that nothing else gets their ids
        self.texts, self.places = texts, places  # by combination: its place in `texts`, or -1
        self.array = pa.array(texts, type=pa.string())


def _spelled(
    number: int,
    held: Sequence[tuple[int, Coded]],
    own: Sequence[Coded],
    where: Sequence[int],
    lead: str,
    between: str,
    tail: str,
    cells: Any,
) -> str:
    """The cells of one combination."""
    codes = []
    for column in reversed(own):
        number, code = divmod(number, len(column.values) + 1)
        codes.append(code)
    codes.reverse()
    words = []
    for (at, column), place in zip(held, where, strict=True):
        code = codes[place] if place >= 0 else -1 - place
        words.append(cells.cell(at, column.values[code - 1] if code else None))
    return lead + between.join(words) + tail


def alike(text: str, rows: int) -> Spelled:
    """One text for all rows."""
    return Spelled(pa.array([text], type=pa.string()), np.zeros(rows, dtype=np.int32))


def joined(parts: Sequence[Spelled], rows: int) -> Any:
    """The texts of each row, one after the other: their bytes are those of all rows."""
    if len(parts) == 1 and parts[0].places is None:
        return parts[0].texts
    places = np.empty((rows, len(parts)), dtype=np.int32)
    start = 0
    for at, part in enumerate(parts):
        where = np.arange(rows, dtype=np.int32) if part.places is None else part.places
        np.add(where, start, out=places[:, at])
        start += len(part.texts)
    every = pa.concat_arrays([part.texts for part in parts])
    return every.take(pa.array(places.reshape(-1)))


def _one_by_one(
    held: Sequence[tuple[int, Coded]], rows: int, lead: str, between: str, tail: str, cells: Any
) -> Any:
    columns = []
    for at, column in held:
        spelled = pa.array([cells.cell(at, value) for value in (*column.values, None)], type=pa.string())
        columns.append(
            spelled.take(pa.array(np.where(column.numbers < 0, len(column.values), column.numbers)))
        )
    joined = pc.binary_join_element_wise(*columns, between) if len(columns) > 1 else columns[0]
    return pc.binary_join_element_wise(pa.scalar(lead), joined, pa.scalar(tail), "")


class CsvCells:
    """Cells of CSV."""

    def __init__(self, inert: Callable[[str], str], *, alone: bool = False) -> None:
        self.inert = inert
        self.kept: dict[Any, _Kept] = {}
        self.empty = '""' if alone else ""  # a line with nothing in it is no row

    def name(self, at: int) -> str:
        """Nothing: the headings have the names."""
        return ""

    def cell(self, at: int, value: Any) -> str:
        """A value as a cell."""
        text = "" if value is None else as_text(value)
        return _quoted(self.inert(text)) if text else self.empty

    def texts(self, at: int, array: Any, number: bool) -> Any:
        """Texts as cells."""
        array = array.fill_null("") if array.null_count else array
        if self.empty:
            return pa.array([self.cell(at, one) for one in array.to_pylist()], type=pa.string())
        if number or _harmless(array):
            return array
        return pa.array([_quoted(self.inert(one)) for one in array.to_pylist()], type=pa.string())


class JsonCells:
    """Members of JSON objects."""

    def __init__(self, names: Sequence[str]) -> None:
        self.kept: dict[Any, _Kept] = {}
        self._names = [json.dumps(name, ensure_ascii=False) + ":" for name in names]

    def name(self, at: int) -> str:
        """The member's name."""
        return self._names[at]

    def cell(self, at: int, value: Any) -> str:
        """A member."""
        return self._names[at] + _json(value)

    def texts(self, at: int, array: Any, number: bool) -> Any:
        """Values, without their names."""
        if number:
            return array.fill_null("null")
        if not array.null_count and _harmless(array):
            blank = pc.equal(pc.binary_length(array), 0)
            quoted = pc.binary_join_element_wise('"', array, '"', "")
            return pc.if_else(blank, pa.scalar("null"), quoted) if pc.any(blank).as_py() else quoted
        found = [json.dumps(one or None, ensure_ascii=False) for one in array.to_pylist()]
        return pa.array(found, type=pa.string())


def _json(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return string(value)
        case tuple():
            return "[" + ",".join(_json(one) for one in value) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return json.dumps(string(value), ensure_ascii=False)


def _harmless(array: Any) -> bool:
    """Whether all texts are of letters, digits and a few signs, and begin with a letter or a digit."""
    data = data_of(array)
    if not len(data):
        return True
    if not _harmless_at_once(data) and data.tobytes().translate(None, SAFE):
        return False
    ends = ends_of(array)
    starts = ends[:-1][ends[1:] > ends[:-1]]
    return bool(_FIRST.take(data.take(starts - ends[0])).all())


def _harmless_at_once(data: Array) -> bool:
    """Whether bytes lie between "-" and "z", but for ";" to "@" and a backslash; other signs do no harm."""
    if data.min() < ord("-") or data.max() > ord("z"):
        return False
    return not ((data - ord(";")) <= ord("@") - ord(";")).any() and not (data == ord("\\")).any()


def _quoted(text: str) -> str:
    # Python's writer leaves a line end bare that is none of its own.
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in ',"\r\n') else text
