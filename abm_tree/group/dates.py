"""Dates of a plan: which comes first, which are over, which day it is so long after another.

Promises: a day is over when the next one begins; what is no date comes last. Refuses: time zones;
all dates of a plan are those of its moment.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from abm_tree.feel import Date, DateTime, Value, add, parse_date, parse_date_time, string

When: TypeAlias = tuple[int, ...]

NEVER: When = (2_000_000_000,)
_END = (24, 0, 0, 0)


@lru_cache(maxsize=65_536)
def when(due: str) -> When:
    """A date as a place in time; one of a day alone is its end, one that is none comes after all others."""
    day = parse_date(due) if due else None
    if isinstance(day, Date):
        return (day.year, day.month, day.day, *_END)
    moment = parse_date_time(due) if due else None
    return _moment(moment) if isinstance(moment, DateTime) else NEVER


def _moment(moment: DateTime) -> When:
    day, time = moment.date, moment.time
    return (day.year, day.month, day.day, time.hour, time.minute, time.second, time.nanosecond)


def day_of(due: str) -> Date | None:
    """The day of a date; None for none."""
    day = parse_date(due) if due else None
    if day is None and due:
        moment = parse_date_time(due)
        return moment.date if moment is not None else None
    return day


def is_over(due: str, as_of: DateTime) -> bool:
    """Whether a date lies behind."""
    return when(due) < _moment(as_of)


def day_after(as_of: DateTime, duration: Value) -> str:
    """The day so long after a moment; "" without a duration."""
    day = add(as_of.date, duration) if duration is not None else None
    return string(day) if isinstance(day, Date) else ""
