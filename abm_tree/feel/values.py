"""FEEL's values and their texts.

Promises: every value is frozen and hashable; numbers are decimals of 34 digits, rounded half-even; lists
are tuples; `literal` writes what the parser reads back as the same value. Refuses: contexts, functions,
infinite numbers.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, TypeAlias

from abm_tree.feel.calendar import (
    DAY,
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    offset_of,
)
from abm_tree.feel.iso import date_text, date_time_text, duration_text, time_text

NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, capitals=1, clamp=0, traps=[])
MAX_LIST = 100_000
MAX_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`; None is an open end; `outside` turns it round (the value of `!= 10`)."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    outside: bool = False


Value: TypeAlias = (
    bool
    | Decimal
    | str
    | Date
    | Time
    | DateTime
    | DaysDuration
    | MonthsDuration
    | Range
    | tuple["Value", ...]
    | None
)

_FEEL = (bool, Date, Time, DateTime, DaysDuration, MonthsDuration, Range)


def from_python(value: Any) -> Value:
    """A Python value as FEEL's; ValueError for infinite numbers, TypeError for what FEEL does not have."""
    if isinstance(value, str):
        return str(value)  # a text, not an enumeration's member
    if value is None or isinstance(value, _FEEL):
        return value
    if isinstance(value, Decimal | int):
        return _number(Decimal(value))
    if isinstance(value, float):
        return _number(Decimal(repr(float(value))))
    if isinstance(value, list | tuple):
        return tuple(from_python(item) for item in value)
    if isinstance(value, datetime.datetime):
        return DateTime(Date(value.year, value.month, value.day), _time(value.timetz(), value.utcoffset()))
    if isinstance(value, datetime.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, datetime.time):
        return _time(value, value.utcoffset())
    if isinstance(value, datetime.timedelta):
        return DaysDuration((value.days * 86_400 + value.seconds) * SECOND + value.microseconds * 1000)
    raise TypeError(f"FEEL has no value for {type(value).__name__}")


def to_python(value: Value) -> Any:
    """FEEL's value as Python's: dates as `datetime`'s, lists as lists; ValueError where there is none."""
    match value:
        case Date(year, month, day):
            return datetime.date(year, month, day)
        case Time():
            return _clock(value, value.offset)
        case DateTime(Date(year, month, day), time):
            if time.zone is None:
                return datetime.datetime.combine(datetime.date(year, month, day), _clock(time, time.offset))
            clock = _clock(time, offset_of(value))
            return datetime.datetime.combine(datetime.date(year, month, day), clock)
        case DaysDuration(nanoseconds):
            if nanoseconds % 1000 or abs(nanoseconds) > 999_999_999 * DAY:
                raise ValueError(f"no timedelta for {string(value)}")
            return datetime.timedelta(microseconds=nanoseconds // 1000)
        case tuple():
            return [to_python(item) for item in value]
        case MonthsDuration() | Range():
            raise ValueError(f"Python has no value for {string(value)}")
    return value


def string(value: Value) -> str:
    """The text of a value, as FEEL's `string()` writes it; a text is itself."""
    return value if isinstance(value, str) else literal(value, quoted_dates=False)


def literal(value: Value, *, quoted_dates: bool = True) -> str:
    """The FEEL source text of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value)
        case str():
            return quote(value)
        case Date():
            text = date_text(value)
        case Time():
            text = time_text(value)
        case DateTime():
            text = date_time_text(value)
        case DaysDuration() | MonthsDuration():
            text = duration_text(value)
        case Range():
            return _range_text(value, quoted_dates)
        case tuple():
            return "[" + ", ".join([literal(item, quoted_dates=quoted_dates) for item in value]) + "]"
    return f'@"{text}"' if quoted_dates else text


def number_text(number: Decimal) -> str:
    """A number without needless zeros, and without an exponent unless it is far out."""
    if number == 0:
        return "0"
    plain = number.normalize(NUMBERS)
    return f"{plain:f}" if -40 < plain.adjusted() < 40 else str(plain)


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quote(text: str) -> str:
    """A text as a FEEL literal."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    parts = [_ESCAPES.get(c) or (c if c.isprintable() else _code_point(c)) for c in text]
    return '"' + "".join(parts) + '"'


def type_name(value: Value) -> str:
    """What a value is, in a manager's words."""
    match value:
        case None:
            return "null"
        case bool():
            return "yes or no"
        case Decimal():
            return "a number"
        case str():
            return "a text"
        case Date():
            return "a date"
        case Time():
            return "a time"
        case DateTime():
            return "a date and time"
        case DaysDuration():
            return "a duration in days"
        case MonthsDuration():
            return "a duration in months"
        case Range():
            return "a range"
        case tuple():
            return "a list"


def finite(number: Decimal) -> Decimal | None:
    """A result of arithmetic, or None where it overflowed or is no number."""
    return number if number.is_finite() else None


def _number(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError("FEEL has no infinite numbers")
    found = finite(NUMBERS.plus(number))
    if found is None:
        raise ValueError("the number is too large for FEEL")
    return found


def _time(time: datetime.time, offset: datetime.timedelta | None) -> Time:
    zone = getattr(time.tzinfo, "key", None)
    seconds = None if offset is None or zone else int(offset.total_seconds())
    return Time(time.hour, time.minute, time.second, time.microsecond * 1000, seconds, zone)


def _clock(time: Time, offset: int | None) -> datetime.time:
    if time.nanosecond % 1000:
        raise ValueError("Python's times end at microseconds")
    if time.zone is not None and offset is None:
        raise ValueError("Python's times have no zone without a date")
    zone = None if offset is None else datetime.timezone(datetime.timedelta(seconds=offset))
    return datetime.time(time.hour, time.minute, time.second, time.nanosecond // 1000, zone)


def _range_text(value: Range, quoted_dates: bool) -> str:
    low = literal(value.low, quoted_dates=quoted_dates)
    high = literal(value.high, quoted_dates=quoted_dates)
    if value.outside:
        return f"(!= {low})"
    if value.low is None and value.high is not None:
        return f"({'<=' if value.high_closed else '<'} {high})"
    if value.high is None and value.low is not None:
        return f"({'>=' if value.low_closed else '>'} {low})"
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def _code_point(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:06X}"
