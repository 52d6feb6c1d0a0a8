"""What cells mean, a column at a time.

Promises: each cell is what `read_value` makes of it: numbers and dates that are plainly written are read all
at once, everything else once for each distinct text. A cell that cannot be read is told with its row.
Refuses: to guess; what is not plain goes to the one reader.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from abm_tree.accounts.cells import Shape, text_of
from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.parquet_rows import odd_cells, texts_of
from abm_tree.accounts.values import MISSING, UNKNOWN, Style, misfit, read_value
from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.batch.tables import compute as pc
from abm_tree.batch.tables.arrays import bytes_of, known_of, lent, numbers_of
from abm_tree.feel import Date, Value
from abm_tree.feel.calendar import date_of_number, day_number
from abm_tree.tree.parts import Fact

MANY = 50_000  # distinct texts that are remembered from one block to the next
EXACT = 2**53
NONE: Mapping[int, Shape] = {}
LONG_EXPONENT = "[eE][+-]?[0-9]{4}"  # Arrow reads it, the row reader does not
SAFE = 15  # characters: so many digits a float64 tells apart

NOT_KNOWN, BAD = -1, -2


@dataclass(frozen=True, slots=True)
class Cells:
    """A column; cells that could not be read: the row, and what was wrong with which text."""

    column: Column
    refused: Sequence[tuple[int, Refused, str]] = ()
    taken: Mapping[str, int] = field(default_factory=dict)  # texts that say that nobody knows, and how many
    others: Mapping[str, int] = field(default_factory=dict)  # of an open choice: texts that no choice has


@dataclass
class CellReader:
    """Reads the columns of one fact; remembers what texts mean. Not for two threads at once."""

    fact: Fact
    style: Style
    _codes: dict[tuple[str, bool], int] = field(default_factory=dict)
    _values: list[Value] = field(default_factory=list)
    _bad: dict[tuple[str, bool], Refused] = field(default_factory=dict)
    _table: tuple[Value, ...] = ()
    _silent: set[str] = field(default_factory=set)  # texts that say that nobody knows
    _others: set[str] = field(default_factory=set)  # texts that an open choice admits

    def __post_init__(self) -> None:
        self._typed = replace(self.style, decimal="point")
        words = {*self.style.unknown, *self.style.usual, *([self.fact.none] if self.fact.none else [])}
        # Words that look like numbers or dates: cells that say so are no plain ones.
        self._words = sorted(word for word in words if any(char.isdigit() for char in word))

    def read(self, array: Any, typed: Array | None = None, odd: Mapping[int, Shape] = NONE) -> Cells:
        """The cells of an Arrow array; `typed` says which texts were numbers, `odd` what is no value."""
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        if pa.types.is_nested(array.type):
            odd = {row: one[0] for row, one in odd_cells({0: array}).items()}
            array = pa.array([text_of(one) or None for one in array.to_pylist()], type=pa.string())
        bad = [(row, why) for row, one in odd.items() if (why := misfit(self.fact, one)) is not None]
        if bad:
            places = pa.array([row for row, _ in bad])
            texts = array.take(places).to_pylist()
            there = np.ones(len(array), dtype=bool)
            there[[row for row, _ in bad]] = False
            found = self.read(pc.if_else(pa.array(there), array, pa.scalar(None, array.type)), typed)
            told = [(row, why, text or "") for (row, why), text in zip(bad, texts, strict=True)]
            return replace(found, refused=sorted([*found.refused, *told], key=lambda one: one[0]))
        if pa.types.is_null(array.type):
            return Cells(_nothing(len(array)))
        if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
            array = array.cast(pa.string())
        if pa.types.is_float32(array.type):
            # 0.1 in 32 bits means 0.1.
            array = pc.cast(pc.cast(array, pa.string()), pa.float64())
        if pa.types.is_decimal(array.type) and array.type.bit_width < 128:
            array = array.cast(pa.decimal128(array.type.precision, array.type.scale))
        if typed is not None and not (typed.any() and pa.types.is_string(array.type)):
            typed = None
        plain = None
        if typed is None or typed.all():
            plain = self._plain(array, self._typed if typed is not None else None)
        return plain if plain is not None else self._distinct(array, typed)

    # Plain ones

    def _plain(self, array: Any, style: Style | None) -> Cells | None:
        fact, kind = self.fact, array.type
        if fact.is_number:
            found = self._number(array, style)
        elif fact.type == "boolean" and pa.types.is_boolean(kind) and not self._words:
            found = Column("bool", numbers_of(array, False), known=known_of(array)), None
        elif fact.type == "date":
            found = self._days(array)
        else:
            return None
        if found is None:
            return None
        column, doubtful = found
        return self._settled(array, column, doubtful, style is not None)

    def _number(self, array: Any, style: Style | None) -> tuple[Column, Array | None] | None:
        kind = array.type
        text = pa.types.is_string(kind)
        if text:
            if (style or self.style).decimal == "comma":
                return None
            parsed = self._parsed(array, style or self.style)
        elif pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
            parsed = array if kind == pa.int64() else array.cast(pa.int64()), None
        elif pa.types.is_floating(kind) and kind.bit_width == 64:
            parsed = array, None
        elif pa.types.is_decimal128(kind):
            parsed = _from_decimals(array)
        else:
            return None
        if parsed is None:
            return None
        numbers, doubtful = parsed
        known = known_of(numbers)
        data = numbers_of(numbers, 0)
        if data.dtype.kind == "f" and (self.fact.type == "integer" or not _tame(data)):
            if not text and np.isnan(data).any():
                known = ~np.isnan(data) if known is None else known & ~np.isnan(data)
            finite = np.isfinite(data)
            bad = ~finite
            if self.fact.type == "money" and not text:
                bad |= np.abs(data) >= 1e25
            if self.fact.type == "integer":
                bad |= data != np.floor(data)
                bad |= np.abs(data) >= EXACT
            if not finite.all():
                bad &= ~np.isnan(data)
            if bad.any():
                doubtful = bad if doubtful is None else doubtful | bad
            if self.fact.type == "integer":
                # What does not fit is read again, one by one.
                data = np.where(np.isfinite(data) & (np.abs(data) < EXACT), data, 0).astype(np.int64)
        elif data.dtype.kind != "f" and self.fact.type in ("number", "percent") and len(data):
            # Such a number is a float64, also where a file has it as a whole one.
            long = (data > EXACT) | (data < -EXACT)
            doubtful = long if doubtful is None else doubtful | long
        kept = self._bounds(data)
        if kept is not None:
            doubtful = kept if doubtful is None else doubtful | kept
        if self._words:
            said = _said(array, self._words)
            doubtful = said if doubtful is None else doubtful | said
        if data.dtype.kind == "f" and doubtful is not None:
            data = np.where(np.isfinite(data), data, 0.0)
        return Column("int" if data.dtype.kind == "i" else "float", data, known=known), doubtful

    def _parsed(self, array: Any, style: Style) -> tuple[Any, Array | None] | None:
        """Texts as numbers, and which of them have to be looked at again; None: not plainly numbers."""
        fact = self.fact
        data, ends, sizes = bytes_of(array)
        exponent = b""
        if len(data) and int(data.max()) > ord("9"):
            # Letters; of other signs than a point and a minus, casting makes a mistake, or what is meant.
            exponent = data.tobytes().translate(None, b"0123456789.-")
            if exponent.strip(b"eE+"):
                return self._partly(array, style)
            if exponent and pc.any(pc.match_substring_regex(array, LONG_EXPONENT)).as_py():
                return self._partly(array, style)
        if fact.type == "money" and (exponent or int(sizes.max(initial=0)) > SAFE):
            return None
        if exponent and fact.type == "integer":
            return None
        dotted = fact.type == "integer" and bool((data == ord(".")).any())
        if dotted and int(sizes.max(initial=0)) > SAFE:
            return self._partly(array, style)
        kind = pa.int64() if fact.type == "integer" and not dotted else pa.float64()
        try:
            numbers = pc.cast(array, kind)
        except pa.ArrowInvalid:
            return self._partly(array, style)
        doubtful: Array | None = None
        if (dotted or fact.type == "money") and style.decimal is None and len(data):
            # 12.000 may be twelve, or twelve thousand.
            long = np.flatnonzero((sizes >= 5) & (sizes <= 8))
            long = long[data.take(ends.take(long) - 4) == ord(".")]
            if len(long):
                doubtful = np.zeros(len(array), dtype=bool)
                doubtful[long] = True
        return numbers, doubtful

    def _partly(self, array: Any, style: Style) -> tuple[Any, Array | None] | None:
        """Some texts are plain numbers: the others are looked at again."""
        pattern = r"^-?[0-9]{1,15}$" if self.fact.type == "integer" else r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$"
        plain = pc.match_substring_regex(array, pattern)
        share = pc.mean(plain.cast(pa.float64())).as_py()
        if not share or share < 0.2:
            return None
        doubtful = numbers_of(pc.invert(plain), False)
        kind = pa.int64() if self.fact.type == "integer" else pa.float64()
        numbers = pc.cast(pc.if_else(plain, array, pa.scalar(None, pa.string())), kind)
        filled = pc.if_else(pc.is_null(array), numbers, pc.coalesce(numbers, pa.scalar(0, kind)))
        return filled, doubtful

    def _bounds(self, data: Array) -> Array | None:
        """Which numbers lie at a bound or beyond it."""
        found: Array | None = None
        fact = self.fact
        least, most = fact.minimum, fact.maximum
        if fact.type == "percent" and not (isinstance(most, Decimal) and most > 1):
            most = Decimal(1) if most is None or most > 1 else most  # type: ignore[operator]
            least = Decimal(-1) if least is None else least
        if data.dtype.kind == "i":
            # Whole numbers beyond 2^53 are compared as such.
            first = -(2**63) + 1 if not isinstance(least, Decimal) else math.ceil(least)
            last = 2**63 - 1 if not isinstance(most, Decimal) else math.floor(most)
            first, last = max(first, -(2**63) + 1), min(last, 2**63 - 1)
            if not len(data) or (data.min() >= first and data.max() <= last):
                return None
            return (data < first) | (data > last)
        if isinstance(least, Decimal):
            found = data < float(least) if _whole(least) else data <= float(least)
        if isinstance(most, Decimal):
            above = data > float(most) if _whole(most) else data >= float(most)
            found = above if found is None else found | above
        return found if found is not None and found.any() else None

    def _days(self, array: Any) -> tuple[Column, Array | None] | None:
        kind = array.type
        if pa.types.is_timestamp(kind):
            try:
                array = pc.local_timestamp(array) if kind.tz else array
            except pa.ArrowInvalid:
                return None  # a zone that nobody knows
            days = pc.cast(array, pa.date32(), safe=False)
        elif pa.types.is_date(kind):
            days = array if kind == pa.date32() else pc.cast(array, pa.date32())
        elif pa.types.is_string(kind):
            try:
                days = pc.cast(array, pa.date32())
            except pa.ArrowInvalid:
                return None
        else:
            return None
        data = numbers_of(days.view(pa.int32()), 0).astype(np.int64)
        doubtful = None
        for bound, below in ((self.fact.minimum, True), (self.fact.maximum, False)):
            if isinstance(bound, Date):
                beyond = data < day_number(bound) if below else data > day_number(bound)
                doubtful = beyond if doubtful is None else doubtful | beyond
        if self._words:
            said = _said(array, self._words)
            doubtful = said if doubtful is None else doubtful | said
        return Column("days", data, known=known_of(days)), doubtful

    def _settled(self, array: Any, column: Column, doubtful: Array | None, typed: bool) -> Cells | None:
        """The column, with doubtful cells read one by one."""
        if doubtful is not None and column.known is not None:
            doubtful &= column.known
        if doubtful is None or not doubtful.any():
            return Cells(column)
        rows = np.flatnonzero(doubtful)
        part = self._distinct(array.take(pa.array(rows)), np.full(len(rows), typed))
        codes, values = part.column.data, part.column.values
        data = column.data.copy()
        known = np.ones(len(data), dtype=bool) if column.known is None else column.known.copy()
        none = np.zeros(len(data), dtype=bool)
        known[rows] = codes >= 0
        for code in np.unique(codes[codes >= 0]).tolist():
            value, where = values[code], rows[codes == code]
            if value is None:
                none[where] = True
                continue
            exact = _fits(column.kind, value)
            if exact is None:
                return None  # no number of the column's kind is this one
            data[where] = exact
        refused = [(int(rows[at]), why, text) for at, why, text in part.refused]
        found = Column(column.kind, data, known=known, none=none if none.any() else None)
        return Cells(found, refused, part.taken)

    # Distinct texts

    def _distinct(self, array: Any, typed: Array | None) -> Cells:
        if not pa.types.is_dictionary(array.type):
            array = array.dictionary_encode()
        if len(self._codes) > MANY:
            self._codes, self._values, self._bad = {}, [], {}
        indices = array.indices
        places = numbers_of(indices if indices.type == pa.int32() else indices.cast(pa.int32()), -1)
        texts, own = texts_of(array.dictionary)
        if typed is None or own:
            codes = self._meanings(texts, own)
        else:
            # The same text may stand there as a number and as a text.
            codes = np.concatenate([self._meanings(texts, False), self._meanings(texts, True)])
            places = np.where(typed & (places >= 0), places + len(texts), places)
            texts = texts * 2
        # What is not there has the place -1, which is that of the last code.
        found: Array = np.append(codes, NOT_KNOWN).astype(np.int32).take(places, mode="wrap")
        refused: list[tuple[int, Refused, str]] = []
        if found.size and int(found.min()) == BAD:
            for row in np.flatnonzero(found == BAD).tolist():
                place = int(places[row])
                mark = texts[place], own or (typed is not None and bool(typed[row]))
                refused.append((row, self._bad[mark], mark[0]))
            found = np.maximum(found, NOT_KNOWN)
        if len(self._table) != len(self._values):
            self._table = tuple(self._values)
        taken: dict[str, int] = {}
        others: dict[str, int] = {}
        if self._silent or self._others:
            counts = np.bincount(places[places >= 0], minlength=len(texts)).tolist()
            for text, count, code in zip(texts, counts, codes.tolist(), strict=True):
                if count and code == NOT_KNOWN and text in self._silent:
                    taken[text] = taken.get(text, 0) + count
                elif count and code >= 0 and text in self._others:
                    others[text] = others.get(text, 0) + count
        return Cells(Column("codes", found, self._table), refused, taken, others)

    def _meanings(self, texts: Sequence[str], typed: bool) -> Array:
        found = np.empty(len(texts), dtype=np.int64)
        for at, text in enumerate(texts):
            code = self._codes.get((text, typed))
            if code is None:
                code = self._meaning(text, typed)
            found[at] = code
        return found

    def _meaning(self, text: str, typed: bool) -> int:
        value = read_value(self.fact, text, self._typed if typed else self.style)
        if isinstance(value, Refused):
            self._bad[text, typed] = value
            code = BAD
        elif value is MISSING or value is UNKNOWN:
            code = NOT_KNOWN
            if text.strip():
                self._silent.add(text)
        else:
            code = len(self._values)
            self._values.append(value)  # type: ignore[arg-type]
            admitted = (None, *self.fact.choices) if self.fact.type == "choice" and self.fact.choices else ()
            if admitted and value not in admitted:
                self._others.add(text)
        self._codes[text, typed] = code
        return code


def _from_decimals(array: Any) -> tuple[Any, None] | None:
    """Decimals as the float64 that mean them; None where they have too many digits for that."""
    scale = array.type.scale
    if not 0 <= scale <= 22 or array.buffers()[1] is None:
        return None
    words = np.frombuffer(array.buffers()[1], dtype=np.int64)[2 * array.offset :][: 2 * len(array)]
    low, high = words[0::2], words[1::2]
    fits = (np.abs(low) < 10**SAFE) & (high == low >> 63)
    known = known_of(array)
    if not (fits if known is None else fits | ~known).all():
        return None
    # Both are exact, so the quotient is the float64 nearest to the decimal.
    numbers = low / np.float64(10**scale)
    return lent(numbers, None if known is None else ~known), None


def _nothing(rows: int) -> Column:
    return Column("codes", np.full(rows, NOT_KNOWN, dtype=np.int32))


def _said(array: Any, words: Sequence[str]) -> Array:
    """Which cells say one of the words."""
    texts = array if pa.types.is_string(array.type) else None
    if texts is None:
        # A number may be spelled in several ways: all of them are looked at.
        return np.ones(len(array), dtype=bool) if len(array) <= 64 else _spelled(array, words)
    lowered = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    return numbers_of(
        pc.is_in(lowered, pa.array([word.casefold() for word in words])).fill_null(False), False
    )


def _spelled(array: Any, words: Sequence[str]) -> Array:
    encoded = array.dictionary_encode()
    hits = [one.casefold() in words for one in texts_of(encoded.dictionary)[0]]
    return np.append(np.array(hits, dtype=bool), False)[numbers_of(encoded.indices.fill_null(-1), -1)]


def _tame(data: Array) -> bool:
    """Whether float64 are numbers that any fact may have, as far as whole ones are not asked for."""
    return not len(data) or (float(data.min()) > -1e25 and float(data.max()) < 1e25)


def _whole(bound: Decimal) -> bool:
    """Whether a bound is itself a float64, so that comparing says all."""
    return Decimal(float(bound)) == bound


def _fits(kind: str, value: Value) -> Any:
    """A value in a column of this kind; None where it cannot stand there."""
    if kind == "days":
        return (
            day_number(value)
            if isinstance(value, Date) and date_of_number(day_number(value)) == value
            else None
        )
    if kind == "bool":
        return value if isinstance(value, bool) else None
    if not isinstance(value, Decimal):
        return None
    if kind == "int":
        return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else None
    short = float(value)
    return short if Decimal(repr(short)) == value else None
