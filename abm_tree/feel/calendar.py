"""Dates, times and durations as FEEL has them.

Promises: years to +-999,999,999, nanoseconds, offsets and named zones; frozen, hashable values whose
Python equality is that of their parts (FEEL's own equality is in operators.py); arithmetic gives None
where the result lies outside the calendar. Refuses: leap seconds, and dates before the proleptic
Gregorian calendar: it is used throughout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date as python_date
from datetime import datetime as python_datetime
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
MAX_YEAR = 999_999_999
MAX_MONTHS = 12 * 2 * MAX_YEAR
MAX_NANOSECONDS = 2 * 366 * MAX_YEAR * DAY
_EPOCH = python_date(1970, 1, 1).toordinal()
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the calendar."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day; `offset` (seconds east of UTC) or `zone` (an IANA name), or neither: local."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    offset: int | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time on it; the time carries the offset or the zone."""

    date: Date
    time: Time


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """A length of time in nanoseconds (FEEL's days and time duration)."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """A length of time in months (FEEL's years and months duration)."""

    months: int


def is_leap(year: int) -> bool:
    """Whether a year has a 29th of February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """How many days a month has."""
    return 29 if month == 2 and is_leap(year) else _LENGTHS[month - 1]


def make_date(year: int, month: int, day: int) -> Date | None:
    """The date of three numbers, or None where there is no such day."""
    if not (-MAX_YEAR <= year <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Date(year, month, day) if day <= days_in_month(year, month) else None


def make_time(
    hour: int,
    minute: int,
    second: int,
    nanosecond: int = 0,
    offset: int | None = None,
    zone: str | None = None,
) -> Time | None:
    """The time of its parts, or None where there is no such time."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59 and 0 <= nanosecond < SECOND):
        return None
    if offset is not None and abs(offset) > 18 * 3600:
        return None
    if zone is not None and find_zone(zone) is None:
        return None
    return Time(hour, minute, second, nanosecond, offset, zone)


def day_number(date: Date) -> int:
    """Days since 1970-01-01."""
    cycles, year = divmod(date.year, 400)
    # The calendar repeats every 400 years (146,097 days); Python's own has years from 1 on.
    return python_date(year + 400, date.month, date.day).toordinal() - _EPOCH + (cycles - 1) * 146_097


def date_of_number(number: int) -> Date | None:
    """The date that lies so many days after 1970-01-01."""
    cycles, rest = divmod(number + _EPOCH - 1, 146_097)
    found = python_date.fromordinal(rest + 1)
    year = found.year + cycles * 400
    return Date(year, found.month, found.day) if abs(year) <= MAX_YEAR else None


def weekday(date: Date) -> int:
    """The day of the week, Monday is 1."""
    return (day_number(date) + 3) % 7 + 1


def day_of_year(date: Date) -> int:
    """The day within its year, from 1."""
    return day_number(date) - day_number(Date(date.year, 1, 1)) + 1


def week_of_year(date: Date) -> int:
    """The ISO 8601 week."""
    thursday = day_number(date) - weekday(date) + 4
    year = date.year + (1 if date.month == 12 and thursday >= day_number(Date(date.year, 12, 31)) + 1 else 0)
    if date.month == 1 and thursday < day_number(Date(date.year, 1, 1)):
        year -= 1
    return (thursday - day_number(Date(year, 1, 1))) // 7 + 1


def nanoseconds_of_day(time: Time) -> int:
    """Nanoseconds since midnight."""
    return ((time.hour * 60 + time.minute) * 60 + time.second) * SECOND + time.nanosecond


def time_of_nanoseconds(nanoseconds: int, like: Time) -> Time:
    """The time so long after midnight, with the offset or zone of `like`."""
    seconds, nanosecond = divmod(nanoseconds % DAY, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Time(hour, minute, second, nanosecond, like.offset, like.zone)


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None."""
    if len(name) > 64 or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _clock_year(year: int) -> int:
    """A year that Python's clock has, with the same calendar and zone rules."""
    if year > 9990:
        return 9600 + year % 400 - (400 if year % 400 > 390 else 0)
    return max(year, 2)


def _local(number: int, nanoseconds: int) -> python_datetime:
    """A day and nanoseconds of it as Python's datetime, in a year that Python has."""
    date = date_of_number(number) or Date(MAX_YEAR if number > 0 else -MAX_YEAR, 1, 1)
    year = _clock_year(date.year)
    day = min(date.day, days_in_month(year, date.month))
    seconds = nanoseconds // SECOND
    return python_datetime(year, date.month, day) + timedelta(seconds=seconds)


def offset_of(value: DateTime) -> int | None:
    """Seconds east of UTC at that moment, None for a local time."""
    time = value.time
    if time.zone is None:
        return time.offset
    zone = find_zone(time.zone)
    if zone is None:
        return None
    local = _local(day_number(value.date), nanoseconds_of_day(time))
    shift = local.replace(tzinfo=zone).utcoffset()
    return None if shift is None else int(shift.total_seconds())


def time_offset(time: Time) -> int | None:
    """Seconds east of UTC of a time without a date: a zone's standard offset."""
    if time.zone is None:
        return time.offset
    zone = find_zone(time.zone)
    if zone is None:
        return None
    moment = python_datetime(2000, 1, 15, tzinfo=zone)
    shift, summer = moment.utcoffset(), moment.dst()
    return None if shift is None else int((shift - (summer or timedelta())).total_seconds())


def local_nanoseconds(value: DateTime) -> int:
    """Nanoseconds since 1970-01-01T00:00:00 on the local clock."""
    return day_number(value.date) * DAY + nanoseconds_of_day(value.time)


def instant(value: DateTime) -> int | None:
    """Nanoseconds since 1970-01-01T00:00:00Z, None for a local time."""
    offset = offset_of(value)
    return None if offset is None else local_nanoseconds(value) - offset * SECOND


def at_local(nanoseconds: int, like: Time) -> DateTime | None:
    """The date and time so long after 1970-01-01 on the local clock of `like`."""
    number, rest = divmod(nanoseconds, DAY)
    date = date_of_number(number)
    return None if date is None else DateTime(date, time_of_nanoseconds(rest, like))


def at_instant(nanoseconds: int, like: Time) -> DateTime | None:
    """The date and time of an instant, as the clock of `like` shows it."""
    offset = like.offset or 0
    if like.zone is not None and (zone := find_zone(like.zone)) is not None:
        number, rest = divmod(nanoseconds, DAY)
        shift = _local(number, rest).replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).utcoffset()
        offset = 0 if shift is None else int(shift.total_seconds())
    return at_local(nanoseconds + offset * SECOND, like)


def shift(value: DateTime, nanoseconds: int) -> DateTime | None:
    """So much later: by the instant where it has one, else on the local clock."""
    if value.time.zone is None:
        return at_local(local_nanoseconds(value) + nanoseconds, value.time)
    at = instant(value)
    return None if at is None else at_instant(at + nanoseconds, value.time)


def shift_months(date: Date, months: int) -> Date | None:
    """So many months later; the last day of the month where there is no such day."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        return None
    return Date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def whole_months(start: Date, end: Date) -> int:
    """Whole months from one date to another, negative where `end` lies before `start`."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        return months - 1
    if months < 0 and end.day > start.day:
        return months + 1
    return months


def in_zone(value: DateTime, zone: str) -> DateTime | None:
    """The same instant on another zone's clock; None for a local time."""
    at = instant(value)
    return None if at is None else at_instant(at, replace(value.time, offset=None, zone=zone))
