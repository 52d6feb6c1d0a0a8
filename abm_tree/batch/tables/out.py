"""What is written of each row: which columns, in which order, and how their cells are spelled.

Promises: the columns of DESIGN.md section 6; cells of CSV are text that no spreadsheet runs; the same rows
give the same bytes, whoever worked them out. Refuses: files; `writers` has those.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abm_tree.batch.codes import Array
from abm_tree.batch.plan import Plan
from abm_tree.batch.results import Results
from abm_tree.batch.table import ERROR, LIMB, STATUS
from abm_tree.batch.tables.ids import parts
from abm_tree.feel import Date, Undetermined, Value, string

FIXED = ("status", "outcome", "verdict", "needs", "path", "error")
SAFE = bytes(range(0x30, 0x3A)) + bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B)) + b"-_. /:#&"
PLACES = 10  # of an amount in Parquet
_FIRST = np.zeros(256, dtype=bool)
_FIRST[[*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)]] = True


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the results."""

    name: str  # as it is written
    kind: str  # an id, one of FIXED, "set" or "possible"
    tree: int = 0
    of: str = ""  # which id, or which fact


@dataclass(frozen=True, slots=True)
class Decided:
    """One tree's results for some rows; `problems` are rows that could not be read."""

    plan: Plan
    results: Results
    problems: Mapping[int, str]
    paths: Any = None  # spelled ways, where they are wanted


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of few values: a number for each row, and what the numbers stand for; -1: nothing."""

    numbers: Array
    values: Sequence[Any]


@dataclass(frozen=True)
class Layout:
    """The columns of the results."""

    fields: tuple[Field, ...]
    inert: Callable[[str], str] = field(repr=False)  # makes text of what a spreadsheet would run

    @property
    def names(self) -> list[str]:
        """Their headings."""
        return [one.name for one in self.fields]

    def column(self, one: Field, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """A column: an Arrow array of texts (ids, spelled ways), `Coded`, or limbs of path numbers."""
        if one.kind == "id":
            return ids[one.of] if one.of in ids else pa.nulls(_rows(ids, decided), pa.string())
        given = decided[one.tree]
        results = given.results
        bad = np.fromiter(given.problems, dtype=np.intp, count=len(given.problems))
        match one.kind:
            case "status":
                return Coded(_with(results.status.astype(np.int32), bad, ERROR), STATUS)
            case "outcome":
                return Coded(_with(results.outcome, bad, -1), results.outcomes)
            case "verdict":
                verdicts = given.plan.verdicts
                return Coded(
                    _with(results.outcome, bad, -1), [verdicts[name] or None for name in results.outcomes]
                )
            case "needs":
                return Coded(_with(results.needs, bad, -1), results.facts)
            case "error":
                return _errors(results, given.problems)
            case "path":
                if given.paths is not None:
                    return given.paths
                return None if results.path is None else ([*results.path], bad)
            case "possible":
                assert results.possible is not None
                return Coded(_with(results.possible, bad, -1), [";".join(one) for one in results.possibles])
            case _:
                codes = results.sets.get(one.of)
                if codes is None:
                    return Coded(np.full(len(results), -1, dtype=np.int32), ())
                numbers = _with(np.where(codes > 0, codes, -1), bad, -1)
                return Coded(numbers, [_value(state) for state in results.states])

    # Texts

    def csv(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """The rows as the bytes of a CSV file."""
        return self._lines(ids, decided, _CsvCells(self.inert), "", ",", "\n")

    def json_lines(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """The rows as the bytes of a file of JSON lines."""
        return self._lines(ids, decided, _JsonCells(self.names), "{", ",", "}\n")

    def _lines(
        self,
        ids: Mapping[str, Any],
        decided: Sequence[Decided],
        cells: Any,
        opening: str,
        between: str,
        closing: str,
    ) -> Any:
        rows = _rows(ids, decided)
        pieces: list[Any] = []
        held: list[tuple[int, Coded]] = []
        lead = opening
        last = len(self.fields) - 1

        def flush(tail: str) -> None:
            nonlocal lead
            pieces.append(_fragments(held, rows, lead, between, tail, cells))
            held.clear()
            lead = ""

        for at, one in enumerate(self.fields):
            column = self.column(one, ids, decided)
            if isinstance(column, Coded):
                held.append((at, column))
                if at == last:
                    flush(closing)
                continue
            if held:
                flush(between)
            text = cells.texts(
                at,
                _numbers(column, rows) if isinstance(column, tuple | None) else column,
                isinstance(column, tuple),
            )
            before = lead + cells.name(at)
            if before:
                pieces.append(pa.scalar(before))
            pieces.append(text)
            lead = ""
            if at == last:
                pieces.append(pa.scalar(closing))
            else:
                lead = between
        if not pieces:
            return b""
        if not any(isinstance(one, pa.Array) for one in pieces):
            return b""
        joined = pc.binary_join_element_wise(*pieces, "") if len(pieces) > 1 else pieces[0]
        data, _, _ = parts(joined)
        return memoryview(data)  # type: ignore[arg-type]  # numpy's arrays are buffers

    # Columns

    def batch(self, ids: Mapping[str, Any], decided: Sequence[Decided], schema: Any) -> Any:
        """The rows as Arrow columns of a schema from `schema`."""
        rows = _rows(ids, decided)
        arrays = []
        for at, one in enumerate(self.fields):
            column, kind = self.column(one, ids, decided), schema.field(at).type
            if isinstance(column, Coded):
                arrays.append(_coded(column, kind))
            elif column is None or isinstance(column, tuple):
                arrays.append(_path(column, rows, kind))
            elif one.kind == "id":
                blank = pc.equal(pc.binary_length(column), 0)
                known = pc.if_else(blank, pa.scalar(None, pa.string()), column)
                arrays.append(known if pc.any(blank).as_py() else column)
            else:
                arrays.append(column)
        return pa.record_batch(arrays, schema=schema)

    def schema(self, plans: Sequence[Plan], metadata: Mapping[str, str]) -> Any:
        """The types of the columns."""
        coded = pa.dictionary(pa.int32(), pa.string())
        kinds: list[Any] = []
        for one in self.fields:
            plan = plans[one.tree] if plans else None
            if one.kind == "set":
                assert plan is not None
                kinds.append(_kind(plan, one.of))
            elif one.kind == "path" and plan is not None and plan.ways is not None and plan.ways < 2**63:
                kinds.append(pa.int64())
            elif one.kind in ("id", "path"):
                kinds.append(pa.string())
            else:
                kinds.append(coded)
        return pa.schema(list(zip(self.names, kinds, strict=True)), metadata=dict(metadata))


def _rows(ids: Mapping[str, Any], decided: Sequence[Decided]) -> int:
    return len(decided[0].results) if decided else len(next(iter(ids.values())))


def _with(numbers: Array, bad: Array, what: int) -> Array:
    if not len(bad):
        return numbers
    numbers = numbers.copy()
    numbers[bad] = what
    return numbers


def _errors(results: Results, problems: Mapping[int, str]) -> Coded:
    if not problems:
        return Coded(results.error, results.errors)
    numbers, values = results.error.copy(), [*results.errors]
    for row, words in problems.items():
        numbers[row] = len(values)
        values.append(words)
    return Coded(numbers, values)


def _value(state: Value | Undetermined) -> Any:
    """A value that an outcome set, as it is written; None where it is none, or not known."""
    return None if isinstance(state, Undetermined) else state


def _numbers(path: tuple[list[Array], Array] | None, rows: int) -> Any:
    """Numbers of ways as texts; nothing for rows that have none."""
    if path is None:
        return pa.nulls(rows, pa.string())
    limbs, bad = path
    if len(limbs) == 1:
        mask = None
        if len(bad):
            mask = np.zeros(rows, dtype=bool)
            mask[bad] = True
        return pa.array(limbs[0], mask=mask).cast(pa.string())
    whole = [sum(int(limb[row]) << (LIMB * at) for at, limb in enumerate(limbs)) for row in range(rows)]
    skipped = set(bad.tolist())
    return pa.array([None if row in skipped else str(one) for row, one in enumerate(whole)], pa.string())


def _path(path: Any, rows: int, kind: Any) -> Any:
    if path is not None and pa.types.is_int64(kind) and len(path[0]) == 1:
        limb, bad = path[0][0], path[1]
        mask = None
        if len(bad):
            mask = np.zeros(rows, dtype=bool)
            mask[bad] = True
        return pa.array(limb, mask=mask)
    return _numbers(path, rows).cast(kind)


def _coded(column: Coded, kind: Any) -> Any:
    numbers = column.numbers
    if pa.types.is_dictionary(kind):
        values = [None if value is None else as_text(value) for value in column.values]
        kept = [at for at, value in enumerate(values) if value is not None]
        if len(kept) < len(values):
            moved = np.full(len(values) + 1, -1, dtype=np.int32)
            moved[kept] = np.arange(len(kept))
            numbers = moved[numbers]
        # Only what occurs, each text once, in an order of its own: none of it depends on other rows.
        used = [(values[kept[at]] or "", at) for at in _used(numbers, len(kept))]
        order = {text: number for number, text in enumerate(sorted({text for text, _ in used}))}
        moved = np.full(len(kept) + 1, -1, dtype=np.int32)
        moved[[at for _, at in used]] = [order[text] for text, _ in used]
        numbers = moved[numbers]
        mask = numbers < 0
        codes = pa.array(np.where(mask, 0, numbers).astype(np.int32), mask=mask if mask.any() else None)
        return pa.DictionaryArray.from_arrays(codes, pa.array(list(order), pa.string()))
    values = [_typed(value, kind) for value in column.values]
    table = pa.array([*values, None], type=kind)
    return table.take(pa.array(np.where(numbers < 0, len(values), numbers)))


def _used(numbers: Array, size: int) -> list[int]:
    seen = np.zeros(size + 1, dtype=bool)
    seen[numbers] = True  # -1 is the last one
    return np.flatnonzero(seen[:size]).tolist()


def as_text(value: Value) -> str:
    """A value as a cell says it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(as_text(one) for one in value)
    return string(value)


def _kind(plan: Plan, key: str) -> Any:
    fact = plan.fact_defs.get(key)
    match fact.type if fact is not None else "":
        case "boolean":
            return pa.bool_()
        case "integer":
            return pa.int64()
        case "number" | "percent":
            return pa.float64()
        case "money":
            return pa.decimal128(38, PLACES)
        case "date":
            return pa.date32()
        case _:
            return pa.dictionary(pa.int32(), pa.string())


def _typed(value: Any, kind: Any) -> Any:
    import datetime as dt

    if value is None:
        return None
    if pa.types.is_boolean(kind):
        return value if isinstance(value, bool) else None
    if pa.types.is_date(kind):
        return dt.date(value.year, value.month, value.day) if isinstance(value, Date) else None
    if not isinstance(value, Decimal):
        return None
    if pa.types.is_int64(kind):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else None
    if pa.types.is_floating(kind):
        return float(value)
    return value.quantize(Decimal(1).scaleb(-PLACES)) if abs(value) < Decimal(10) ** 17 else None


def _fragments(
    held: Sequence[tuple[int, Coded]], rows: int, lead: str, between: str, tail: str, cells: Any
) -> Any:
    """Neighbouring columns of few values as one: each combination is spelled once."""
    combined = np.zeros(rows, dtype=np.int64)
    size = 1
    for _, column in held:
        count = len(column.values) + 1
        if size * count > 2**22:
            distinct, combined = np.unique(combined, return_inverse=True)
            combined, size = combined.reshape(-1), len(distinct)
            # Too many to be told by their number: spelled one by one.
            return _one_by_one(held, rows, lead, between, tail, cells)
        combined = combined * count + (column.numbers + 1)
        size *= count
    seen = np.zeros(size, dtype=bool)
    seen[combined] = True
    found = np.flatnonzero(seen)
    place = np.zeros(size, dtype=np.int32)
    place[found] = np.arange(len(found))
    spelled = []
    for number in found.tolist():
        words = []
        for at, column in reversed(held):
            number, code = divmod(number, len(column.values) + 1)
            words.append(cells.cell(at, column.values[code - 1] if code else None))
        spelled.append(lead + between.join(reversed(words)) + tail)
    return pa.array(spelled, type=pa.string()).take(pa.array(place.take(combined)))


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


class _CsvCells:
    """Cells of CSV."""

    def __init__(self, inert: Callable[[str], str]) -> None:
        self.inert = inert

    def name(self, at: int) -> str:
        """Nothing: the headings have the names."""
        return ""

    def cell(self, at: int, value: Any) -> str:
        """A value as a cell."""
        return "" if value is None else _quoted(self.inert(as_text(value)))

    def texts(self, at: int, array: Any, number: bool) -> Any:
        """Texts as cells."""
        array = array.fill_null("") if array.null_count else array
        if number or _harmless(array):
            return array
        return pa.array([_quoted(self.inert(one)) for one in array.to_pylist()], type=pa.string())


class _JsonCells:
    """Members of JSON objects."""

    def __init__(self, names: Sequence[str]) -> None:
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
    data, starts, sizes = parts(array)
    if not len(data):
        return True
    if data.tobytes().translate(None, SAFE):
        return False
    some = starts[sizes > 0]
    return bool(_FIRST.take(data.take(some)).all())


def _quoted(text: str) -> str:
    if not any(char in text for char in ',"\r\n'):
        return text
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([text])
    return out.getvalue()
