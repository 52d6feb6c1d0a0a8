"""The properties of dates, times, durations and ranges.

Promises: one table for the checker and the interpreter; null where a value lacks the property.
Refuses: properties of anything else; there are no contexts.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from abm_tree.feel import calendar
from abm_tree.feel.calendar import DAY, SECOND, Date, DateTime, DaysDuration, MonthsDuration, Time
from abm_tree.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    TEXT,
    TIME,
    RangeOf,
    Type,
)
from abm_tree.feel.values import Range, Value


def _offset(seconds: int | None) -> Value:
    return None if seconds is None else DaysDuration(seconds * SECOND)


def _part(length: int, unit: int, whole: int) -> Decimal:
    """So many units of a length of time, beyond whole ones of the next size, with its sign."""
    part = Decimal(abs(length) // unit % whole)
    return -part if length < 0 and part else part


_DATE: dict[str, Callable[[Any], Value]] = {
    "year": lambda d: Decimal(d.year),
    "month": lambda d: Decimal(d.month),
    "day": lambda d: Decimal(d.day),
    "weekday": lambda d: Decimal(calendar.weekday(d)),
}
_TIME: dict[str, Callable[[Any], Value]] = {
    "hour": lambda t: Decimal(t.hour),
    "minute": lambda t: Decimal(t.minute),
    "second": lambda t: Decimal(t.second),
    "time offset": lambda t: _offset(calendar.time_offset(t)),
    "timezone": lambda t: t.zone,
}


def _of_date(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    return lambda value: read(value.date)


def _of_time(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    return lambda value: read(value.time)


_READ: dict[type, dict[str, Callable[[Any], Value]]] = {
    Date: _DATE,
    Time: _TIME,
    DateTime: {
        **{name: _of_date(read) for name, read in _DATE.items()},
        **{name: _of_time(read) for name, read in _TIME.items()},
        "time offset": lambda value: _offset(calendar.offset_of(value)),
    },
    DaysDuration: {
        "days": lambda d: _part(d.nanoseconds, DAY, 10**18),
        "hours": lambda d: _part(d.nanoseconds, 3600 * SECOND, 24),
        "minutes": lambda d: _part(d.nanoseconds, 60 * SECOND, 60),
        "seconds": lambda d: _part(d.nanoseconds, SECOND, 60),
    },
    MonthsDuration: {
        "years": lambda d: _part(d.months, 12, 10**18),
        "months": lambda d: _part(d.months, 1, 12),
    },
    Range: {
        "start": lambda r: r.low,
        "end": lambda r: r.high,
        "start included": lambda r: r.low_closed,
        "end included": lambda r: r.high_closed,
    },
}
_CLASSES: dict[Type, type] = {
    DATE: Date,
    TIME: Time,
    DATE_TIME: DateTime,
    DAYS_DURATION: DaysDuration,
    MONTHS_DURATION: MonthsDuration,
}
_RESULTS: dict[str, Type] = {
    "time offset": DAYS_DURATION,
    "timezone": TEXT,
    "start included": BOOLEAN,
    "end included": BOOLEAN,
}


def read_property(value: Value, name: str) -> Value:
    """A property of a value, or null."""
    read = _READ.get(type(value), {}).get(name)
    return None if read is None else read(value)


def properties_of(of: Type) -> dict[str, Type]:
    """The properties that values of a type have, with their types."""
    if isinstance(of, RangeOf):
        return {name: _RESULTS.get(name, of.item) for name in _READ[Range]}
    cls = _CLASSES.get(of)
    return {} if cls is None else {name: _RESULTS.get(name, NUMBER) for name in _READ[cls]}


def property_type(of: Type, name: str) -> Type | None:
    """The type of a property, ANY of an unknown value; None where the type lacks it."""
    return ANY if of == ANY else properties_of(of).get(name)
