"""Columns: the values of one fact for many rows, in the form that a batch reads.

Promises: a column tells each row's value exactly (a float64 means its shortest decimal), whether it is known,
and from which day it dates; `cell` gives the very value that the interpreter would see. NaN is unknown.
Refuses: infinite numbers, and lengths that differ, with a ValueError.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from abm_tree.batch.codes import LEAST, Array, Codes, decimal_of, finite
from abm_tree.batch.codes import steps_of_floats as float_steps
from abm_tree.batch.codes import steps_of_ints as int_steps
from abm_tree.feel.calendar import Date, DateTime, date_of_number, day_number
from abm_tree.feel.values import Value
from abm_tree.space.codes import FIRST, NULL, STRAY, UNKNOWN, Coder

OLDEST = 10_000_000  # days; what is believed so long after is always believed


@dataclass(frozen=True, slots=True)
class Column:
    """One fact's values.

    `kind`: "int" (int64), "float" (float64), "bool", "days" (int64 days since 1970-01-01), or "codes"
    (int32 places in `values`, -1: unknown). `known` is False where nothing is known, `none` True where the
    fact is known to be none; None: nowhere. `dated` says from which day each value dates: days or codes of
    dates, undated where not known. `evidence` has what proves each value, not known where nothing does;
    None: nowhere.
    """

    kind: str
    data: Array
    values: tuple[Value, ...] = ()
    known: Array | None = None
    none: Array | None = None
    dated: Column | None = None
    evidence: Column | None = None

    def __post_init__(self) -> None:
        beside = [one.data for one in (self.dated, self.evidence) if one is not None]
        for part in (self.known, self.none, *beside):
            if part is not None and len(part) != len(self.data):
                raise ValueError("a column's parts differ in length")
        if self.kind == "float" and not finite(self.data) and np.isinf(self.data).any():
            raise ValueError("a column holds an infinite number")

    def __len__(self) -> int:
        return len(self.data)

    def part(self, start: int, stop: int) -> Column:
        """Some of the rows."""
        cut = slice(start, stop)
        return unchecked(
            self.kind,
            self.data[cut],
            self.values,
            None if self.known is None else self.known[cut],
            None if self.none is None else self.none[cut],
            None if self.dated is None else self.dated.part(start, stop),
            None if self.evidence is None else self.evidence.part(start, stop),
        )

    def knows(self) -> Array | None:
        """Where a value is known, its age aside; None: everywhere."""
        found = self.known
        if self.kind == "float":
            number = self.data == self.data
            if not number.all():
                number = number if self.none is None else number | self.none
                found = number if found is None else found & number
        elif self.kind == "codes" and len(self.data) and self.data.min() < 0:
            there = self.data >= 0
            found = there if found is None else found & there
        return found

    def raw(self, row: int) -> Any:
        """What identifies a known row's value, cheaply: equal ones are equal values."""
        if self.none is not None and self.none[row]:
            return None
        return self.data[row].item()

    def mark(self, row: int) -> Any:
        """What tells a known row's value from others, also from those of other columns of the fact."""
        raw = self.raw(row)
        if raw is None or self.kind != "codes":
            return raw
        # A place in a table says nothing where the next column has another table.
        value = self.values[raw]
        return type(value), str(value)

    def cell(self, row: int) -> Value:
        """A known row's value."""
        return self.value(self.raw(row))

    def value(self, raw: Any) -> Value:
        """The value that `raw` identifies."""
        if raw is None:
            return None
        match self.kind:
            case "int":
                return Decimal(raw)
            case "float":
                return decimal_of(raw)
            case "bool":
                return bool(raw)
            case "days":
                return date_of_number(raw)
            case _:
                found: Value = self.values[raw]
                return found


def fresh(column: Column, stale_after: Value, as_of: DateTime) -> Column:
    """The column with what is stale, or dated later than `as_of`, not known."""
    if column.dated is None:
        return column
    dated = column.dated
    if dated.kind == "days":
        first, last = believed(stale_after, as_of)
        mask = (dated.data >= first) & (dated.data <= last)
    elif dated.kind == "codes":
        table = [_believes(stale_after, as_of, day) for day in dated.values] or [True]
        mask = np.array(table).take(dated.data, mode="clip")
    else:
        raise ValueError("a column's dates are days or codes of dates")
    known = dated.knows()
    if known is not None:
        mask |= ~known  # undated is never stale
    if mask.all():
        return column
    known = mask if column.known is None else mask & column.known
    return unchecked(column.kind, column.data, column.values, known, column.none, None, column.evidence)


def unchecked(
    kind: str,
    data: Array,
    values: tuple[Value, ...],
    known: Array | None,
    none: Array | None,
    dated: Column | None,
    evidence: Column | None,
) -> Column:
    """A column out of parts that were checked before."""
    made = object.__new__(Column)
    for name, part in zip(Column.__slots__, (kind, data, values, known, none, dated, evidence), strict=True):
        object.__setattr__(made, name, part)
    return made


@lru_cache(maxsize=256)
def believed(stale_after: Value, as_of: DateTime) -> tuple[int, int]:
    """The first and the last day from which a value may date; the later a value, the later it is stale."""
    last = day_number(as_of.date)
    days = range(last - OLDEST, last + 1)
    first = bisect_left(days, True, key=lambda day: _believes(stale_after, as_of, date_of_number(day)))
    return (days[first] if 0 < first < len(days) else last + 1 if first else LEAST), last


def _believes(stale_after: Value, as_of: DateTime, day: Value) -> bool:
    if not isinstance(day, Date | DateTime):
        return True
    from abm_tree.feel.types import NUMBER
    from abm_tree.tree.facts import Known, seen
    from abm_tree.tree.parts import Fact

    of_age = Fact("#", "number", NUMBER, "account", False, "#", stale_after=stale_after)
    state, _ = seen(of_age, Known(True, "given", day), as_of)
    return state is not None


class Encoder:
    """Turns the columns of one fact into codes; keeps what it has worked out."""

    def __init__(self, coder: Coder, table: Codes, kind: type) -> None:
        self.coder = coder
        self.kind = kind  # of the codes
        self.stray = int(np.iinfo(kind).max)
        # The coder's codes as the table's, which begin with that of what is not known: 0.
        self._map: Array = np.append(table, self.stray).astype(kind)
        self.none = int(table[NULL])
        self._steps: dict[str, Any] = {}
        self._values: tuple[tuple[Value, ...], Array] | None = None

    def encode(self, column: Column, out: Array) -> bool:
        """Write a code for each row; whether some may be `stray`: no values that the fact can have."""
        table = self._known(column, out)
        if column.kind == "float" and not finite(column.data):
            np.multiply(out, column.data == column.data, out=out)
        if column.none is not None:
            np.putmask(out, column.none, self.none)
            if column.kind == "codes":
                np.multiply(out, column.data >= 0, out=out)
        if column.known is not None:
            np.multiply(out, column.known, out=out)
        return bool((table == self.stray).any())

    def codes(self, column: Column) -> Codes:
        """A code for each row, STRAY for a stray."""
        out: Array = np.empty(len(column), dtype=self.kind)
        self.encode(column, out)
        return np.where(out == self.stray, STRAY, out.astype(np.int32))

    def code(self, value: Value) -> int:
        """The code of one known value."""
        return int(self._map[self.coder.code(value)])

    def mapped(self, codes: Codes, out: Array) -> None:
        """The coder's codes as the table's."""
        self._map.take(codes, out=out, mode="wrap")  # a stray's -1 is the last

    def _table(self, values: Iterable[Value]) -> Array:
        return np.array([self.code(value) for value in values], dtype=self.kind)

    def _known(self, column: Column, out: Array) -> Array:
        """Write codes as if all were known; the codes that there can be."""
        coder = self.coder
        if not coder.points and not coder.domain and column.kind != "codes":
            out.fill(self._map[FIRST])
            return self._map[FIRST : FIRST + 1]
        match column.kind:
            case "codes":
                if self._values is None or self._values[0] is not column.values:
                    self._values = (column.values, np.append(self._table(column.values), self.kind(UNKNOWN)))
                self._values[1].take(column.data, out=out, mode="wrap")  # -1, unknown, is the last
                return self._values[1]
            case "bool":
                table = self._table((False, True))
                table.take(column.data.view(np.uint8), out=out, mode="clip")
                return table
            case "float" if coder.kind is Decimal and coder.domain != "whole":
                return self._step(column, "float", out)
            case "int" if coder.kind is Decimal:
                return self._step(column, "int", out)
            case "days" if coder.kind is Date:
                return self._step(column, "days", out)
            case _:
                distinct, inverse = np.unique(column.data, return_inverse=True)
                # NaN is unknown, which is seen to later.
                table = self._table(None if raw != raw else column.value(raw) for raw in distinct.tolist())
                if len(table):
                    table.take(inverse.reshape(-1), out=out, mode="clip")
                return table

    def _step(self, column: Column, kind: str, out: Array) -> Array:
        if kind not in self._steps:
            match kind:
                case "float":
                    self._steps[kind] = float_steps(self.coder, self._map, self.kind)
                case "int":
                    self._steps[kind] = int_steps(
                        self.coder, Decimal, lambda point: point, self._map, self.kind
                    )
                case _:
                    self._steps[kind] = int_steps(
                        self.coder, date_of_number, day_number, self._map, self.kind
                    )
        steps = self._steps[kind]
        steps.apply(column.data, out)
        found: Array = steps.codes
        return found
