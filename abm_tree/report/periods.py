"""Stretches of time as a record holds them (`P42D`, `P3M`, `2 workdays`), in words and as a calendar repeats.

Promises: what cannot be said otherwise stays as it is. Refuses: to compute dates.
"""

from __future__ import annotations

import re

_ONE = re.compile(r"P(?:(\d+)D|(\d+)M|(\d+)Y|T(\d+)H|T(\d+)M)")
_UNITS = ("day", "month", "year", "hour", "minute")

LAST_DAY_OF_EVERY_MONTH = 28


def one_unit(period: str) -> tuple[int, str] | None:
    """A count and its unit, for a duration that has only one."""
    found = _ONE.fullmatch(period)
    if found is None:
        return None
    at = next(number for number, group in enumerate(found.groups()) if group is not None)
    return int(found[at + 1]), _UNITS[at]


def in_words(period: str) -> str:
    """ "42 days"; what has more than one unit stays as it is written."""
    found = one_unit(period)
    if found is None:
        return period
    count, unit = found
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def rule(period: str, day: int, month: int) -> dict[str, str | int] | None:
    """How a calendar repeats an all-day event of that day and month; None where calendars differ or cannot.

    A month without that day is left out by some calendars and its last day taken by others (RFC 5545 says:
    left out), so only the days that every month has are repeated by months.
    """
    found = one_unit(period)
    if found is None or found[0] == 0:
        return None
    count, unit = found
    if unit == "day":
        return (
            {"freq": "weekly", "interval": count // 7}
            if count % 7 == 0
            else {"freq": "daily", "interval": count}
        )
    if unit == "month" and count % 12 == 0:
        count, unit = count // 12, "year"
    if unit == "year" and (month, day) != (2, 29):
        return {"freq": "yearly", "interval": count}
    if unit == "month" and day <= LAST_DAY_OF_EVERY_MONTH:
        return {"freq": "monthly", "interval": count}
    return None
