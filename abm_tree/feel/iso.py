"""ISO 8601 texts of dates, times and durations, there and back.

Promises: reads what FEEL's literals and functions accept, and None for everything else; writes the
canonical text, so that reading it gives the same value. Refuses: short years, missing digits, week dates.
"""

from __future__ import annotations

import re

from abm_tree.feel.calendar import (
    DAY,
    MAX_MONTHS,
    MAX_NANOSECONDS,
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    at_local,
    day_number,
    make_date,
    make_time,
)

_DATE = r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})"
_TIME = (
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|@([A-Za-z0-9_+\-/]{1,64}))?"
)
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_DATE_TIME = re.compile(f"({_DATE})T({_TIME})")
_MONTHS = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")
_DAYS = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,15})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{1,30}))?S)?)?"
)


def parse_date(text: str) -> Date | None:
    """The date of `2026-11-21`, or None."""
    found = _DATE_ONLY.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()
    return make_date(int(year), int(month), int(day))


def parse_time(text: str) -> Time | None:
    """The time of `10:15:00`, with `Z`, `+01:00` or `@Europe/Paris` behind it, or None."""
    found = _TIME_ONLY.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, utc, sign, hours, minutes, seconds, zone = found.groups()
    offset: int | None = None
    if utc:
        offset = 0
    elif sign:
        if int(minutes) > 59 or int(seconds or 0) > 59:
            return None
        offset = (int(hours) * 60 + int(minutes)) * 60 + int(seconds or 0)
        offset = -offset if sign == "-" else offset
    if hour == "24" and minute == "00" and second == "00" and not (fraction or "").strip("0"):
        hour = "00"  # midnight at the end of a day
    return make_time(int(hour), int(minute), int(second), _nanoseconds(fraction), offset, zone)


def parse_date_time(text: str) -> DateTime | None:
    """The date and time of `2026-11-21T10:15:00`; a date alone is its midnight; or None."""
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        date = parse_date(text)
        return None if date is None else DateTime(date, Time(0, 0, 0))
    date, time = parse_date(found.group(1)), parse_time(found.group(5))
    if date is None or time is None:
        return None
    if found.group(5).startswith("24"):
        return at_local((day_number(date) + 1) * DAY, time)
    return DateTime(date, time)


def parse_duration(text: str) -> DaysDuration | MonthsDuration | None:
    """The duration of `P1Y2M` or `P3DT4H`, or None."""
    found = _MONTHS.fullmatch(text)
    if found is not None:
        sign, years, months = found.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return MonthsDuration(-total if sign else total) if total <= MAX_MONTHS else None
    found = _DAYS.fullmatch(text)
    if found is None:
        return None
    sign, days, hours, minutes, seconds, fraction = found.groups()
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    length = whole * SECOND + _nanoseconds(fraction)
    return DaysDuration(-length if sign else length) if length <= MAX_NANOSECONDS else None


def parse_at(text: str) -> Date | Time | DateTime | DaysDuration | MonthsDuration | None:
    """What `@"..."` means: a date, a date and time, a time or a duration, or None."""
    if "P" in text[:2]:
        return parse_duration(text)
    return parse_date(text) or parse_time(text) or parse_date_time(text)


def date_text(date: Date) -> str:
    """A date as `2026-11-21`."""
    sign = "-" if date.year < 0 else ""
    return f"{sign}{abs(date.year):04d}-{date.month:02d}-{date.day:02d}"


def time_text(time: Time) -> str:
    """A time as `10:15:00.5+01:00`."""
    text = f"{time.hour:02d}:{time.minute:02d}:{time.second:02d}{_fraction(time.nanosecond)}"
    if time.zone is not None:
        return f"{text}@{time.zone}"
    return text if time.offset is None else text + offset_text(time.offset)


def offset_text(offset: int) -> str:
    """Seconds east of UTC as `Z` or `+01:00`."""
    if offset == 0:
        return "Z"
    minutes, seconds = divmod(abs(offset), 60)
    tail = f":{seconds:02d}" if seconds else ""
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}{tail}"


def date_time_text(value: DateTime) -> str:
    """A date and time as `2026-11-21T10:15:00@Europe/Paris`."""
    return f"{date_text(value.date)}T{time_text(value.time)}"


def duration_text(duration: DaysDuration | MonthsDuration) -> str:
    """A duration as `P1DT2H` or `P1Y2M`."""
    if isinstance(duration, MonthsDuration):
        years, months = divmod(abs(duration.months), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-P" if duration.months < 0 else "P") + (parts or "0M")
    days, rest = divmod(abs(duration.nanoseconds), DAY)
    seconds, nanosecond = divmod(rest, SECOND)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{_fraction(nanosecond)}S" if seconds or nanosecond else ""
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-P" if duration.nanoseconds < 0 else "P") + (text or "T0S")


def _nanoseconds(fraction: str | None) -> int:
    return int((fraction or "")[:9].ljust(9, "0"))


def _fraction(nanosecond: int) -> str:
    return f".{nanosecond:09d}".rstrip("0") if nanosecond else ""
