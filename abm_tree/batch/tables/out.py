"""What is written of each row: which columns, in which order, and how their cells are spelled.

Promises: the columns of DESIGN.md section 6; cells of CSV are text that no spreadsheet runs; the same rows
give the same bytes, whoever worked them out. Refuses: files; `writers` has those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from abm_tree.batch.codes import Array
from abm_tree.batch.plan import Plan
from abm_tree.batch.results import Results
from abm_tree.batch.table import ERROR, LIMB, STATUS
from abm_tree.batch.tables import compute as pc
from abm_tree.batch.tables.arrays import lent
from abm_tree.batch.tables.ids import data_of, ends_of
from abm_tree.batch.tables.spelled import (
    Coded,
    CsvCells,
    JsonCells,
    Spelled,
    alike,
    as_text,
    fragments,
    joined,
)
from abm_tree.feel.calendar import Date, day_number
from abm_tree.feel.open import Undetermined
from abm_tree.feel.values import Value

FIXED = ("status", "outcome", "verdict", "needs", "path", "error")
DIGITS = 38  # of an amount in Parquet
PLACES = 10  # of these, behind the point
MOST = Decimal(10) ** (DIGITS - PLACES)
AMOUNTS = Context(prec=DIGITS)
FEW = 5_000  # ways whose numbers are spelled beforehand


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
    weights: Any = None  # how much each row counts for, where that is known


@dataclass(frozen=True)
class Layout:
    """The columns of the results."""

    fields: tuple[Field, ...]
    inert: Callable[[str], str] = field(repr=False)  # makes text of what a spreadsheet would run
    spelled: bool = False  # whether ways are texts, node by node, and no numbers

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
                return Coded(_with(results.outcome, bad, -1), _same(results.outcomes))
            case "verdict":
                verdicts = tuple(given.plan.verdicts[name] or None for name in results.outcomes)
                return Coded(_with(results.outcome, bad, -1), _same(verdicts))
            case "needs":
                return Coded(_with(results.needs, bad, -1), _same(results.facts))
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
        return self._lines(ids, decided, self._csv, "", ",", "\n")

    def json_lines(self, ids: Mapping[str, Any], decided: Sequence[Decided]) -> Any:
        """The rows as the bytes of a file of JSON lines."""
        return self._lines(ids, decided, self._json, "{", ",", "}\n")

    @cached_property
    def _csv(self) -> CsvCells:
        return CsvCells(self.inert, alone=len(self.fields) == 1)

    @cached_property
    def _json(self) -> JsonCells:
        return JsonCells(self.names)

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
        pieces: list[Spelled] = []
        held: list[tuple[int, Coded]] = []
        lead = opening
        last = len(self.fields) - 1

        def flush(tail: str) -> None:
            nonlocal lead
            pieces.append(fragments(held, rows, lead, between, tail, cells))
            held.clear()
            lead = ""

        for at, one in enumerate(self.fields):
            column = self.column(one, ids, decided)
            if isinstance(column, tuple) and decided[one.tree].plan.ways in range(1, FEW):
                # So few ways that each is one text more.
                limb, bad = column[0][0], column[1]
                column = Coded(_with(limb, bad, -1), _ways(int(decided[one.tree].plan.ways or 0)))
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
                pieces.append(alike(before, rows))
            pieces.append(Spelled(text))
            lead = ""
            if at == last:
                pieces.append(alike(closing, rows))
            else:
                lead = between
        if not pieces or not rows:
            return b""
        return memoryview(data_of(joined(pieces, rows)))  # type: ignore[arg-type]  # numpy's arrays are buffers

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
                arrays.append(_known_ids(column))
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
            elif one.kind == "path" and not self.spelled and _fits(plan):
                kinds.append(pa.int64())
            elif one.kind in ("id", "path"):
                kinds.append(pa.string())
            else:
                kinds.append(coded)
        return pa.schema(list(zip(self.names, kinds, strict=True)), metadata=dict(metadata))


def _fits(plan: Plan | None) -> bool:
    """Whether the numbers of all ways fit 64 bits."""
    return plan is not None and plan.ways is not None and plan.ways < 2**63


@lru_cache(maxsize=64)
def _same(texts: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """One tuple for all that are equal, so that it is known again."""
    return texts


@lru_cache(maxsize=16)
def _ways(count: int) -> tuple[Decimal, ...]:
    """The numbers of ways, as values."""
    return tuple(Decimal(number) for number in range(count))


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
        return lent(limbs[0], mask).cast(pa.string())
    whole = [sum(int(limb[row]) << (LIMB * at) for at, limb in enumerate(limbs)) for row in range(rows)]
    skipped = set(bad.tolist())
    return pa.array([None if row in skipped else str(one) for row, one in enumerate(whole)], pa.string())


def _known_ids(column: Any) -> Any:
    """Ids, of which empty ones are nulls."""
    ends = ends_of(column)
    if (ends[1:] > ends[:-1]).all():
        return column
    return pc.if_else(pc.equal(pc.binary_length(column), 0), pa.scalar(None, pa.string()), column)


def _path(path: Any, rows: int, kind: Any) -> Any:
    if path is not None and pa.types.is_int64(kind) and len(path[0]) == 1:
        limb, bad = path[0][0], path[1]
        mask = None
        if len(bad):
            mask = np.zeros(rows, dtype=bool)
            mask[bad] = True
        return lent(limb, mask)
    return _numbers(path, rows).cast(kind)


def _coded(column: Coded, kind: Any) -> Any:
    numbers = column.numbers
    if pa.types.is_dictionary(kind):
        if len(numbers) and (numbers == numbers[0]).all():
            at = int(numbers[0])
            value = column.values[at] if at >= 0 else None
            return _all_alike(None if value is None else as_text(value), len(numbers))
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
        mask = numbers < 0 if len(numbers) and int(numbers.min()) < 0 else None
        codes = lent(numbers if mask is None else np.where(mask, 0, numbers).astype(np.int32), mask)
        return pa.DictionaryArray.from_arrays(codes, pa.array(list(order), pa.string()))
    values = [_typed(value, kind) for value in column.values]
    table = pa.array([*values, None], type=kind)
    return table.take(pa.array(np.where(numbers < 0, len(values), numbers)))


def _all_alike(text: str | None, rows: int) -> Any:
    """A column with one text in all rows, or with nothing."""
    codes = pa.nulls(rows, pa.int32()) if text is None else lent(np.zeros(rows, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array([] if text is None else [text], pa.string()))


def _used(numbers: Array, size: int) -> list[int]:
    seen = np.zeros(size + 1, dtype=bool)
    seen[numbers] = True  # -1 is the last one
    return np.flatnonzero(seen[:size]).tolist()


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
            return pa.decimal128(DIGITS, PLACES)
        case "date":
            return pa.date32()
        case _:
            return pa.dictionary(pa.int32(), pa.string())


def _typed(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if pa.types.is_boolean(kind):
        return value if isinstance(value, bool) else None
    if pa.types.is_date(kind):
        # By number: Arrow has days that Python has not.
        days = day_number(value) if isinstance(value, Date) else 2**31
        return days if abs(days) < 2**31 else None
    if not isinstance(value, Decimal):
        return None
    if pa.types.is_int64(kind):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else None
    if pa.types.is_floating(kind):
        return float(value)
    return value.quantize(Decimal(1).scaleb(-PLACES), context=AMOUNTS) if abs(value) < MOST else None
