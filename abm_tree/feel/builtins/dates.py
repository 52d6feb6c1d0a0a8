"""Built-in functions on dates, times and durations.

Promises: texts are read as ISO 8601; null where there is no such day or time. Refuses: a clock of their
own: `today()` and `now()` answer from the instant of evaluation.
"""

from __future__ import annotations

from decimal import Decimal

from abm_tree.feel import calendar
from abm_tree.feel.builtins.signatures import Function, Parameter, Signature, anything, parameter
from abm_tree.feel.calendar import SECOND, Date, DateTime, DaysDuration, MonthsDuration, Time
from abm_tree.feel.iso import parse_date, parse_date_time, parse_duration, parse_time
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
)
from abm_tree.feel.values import Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _date(value: str | Date | DateTime) -> Value:
    match value:
        case str():
            return parse_date(value)
        case DateTime(date):
            return date
    return value


def _date_of(year: Decimal, month: Decimal, day: Decimal) -> Value:
    whole = [_whole(part) for part in (year, month, day)]
    return None if None in whole else calendar.make_date(*[part or 0 for part in whole])


def _time(value: str | Time | DateTime | Date) -> Value:
    match value:
        case str():
            return parse_time(value)
        case DateTime(_, time):
            return time
        case Date():
            return Time(0, 0, 0, 0, 0)  # the standard's midnight UTC
    return value


def _time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None) -> Value:
    hours, minutes = _whole(hour), _whole(minute)
    if hours is None or minutes is None or not 0 <= second < 60:
        return None
    seconds, nanosecond = divmod(int(second * SECOND), SECOND)
    east = None if offset is None else int(offset.nanoseconds / Decimal(SECOND))
    return calendar.make_time(hours, minutes, seconds, nanosecond, east)


def _date_time(value: str | Date | DateTime) -> Value:
    match value:
        case str():
            return parse_date_time(value)
        case Date():
            return DateTime(value, Time(0, 0, 0, 0, 0))
    return value


def _date_time_of(date: Date | DateTime, time: Time) -> Value:
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


def _duration(value: str | DaysDuration | MonthsDuration) -> Value:
    return parse_duration(value) if isinstance(value, str) else value


def _months_between(start: Date | DateTime, end: Date | DateTime) -> Value:
    return MonthsDuration(calendar.whole_months(_day(start), _day(end)))


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


def _is(a: Value, b: Value) -> Value:
    return type(a) is type(b) and a == b


def _whole(number: Decimal) -> int | None:
    return int(number) if abs(number) <= 10**10 and number == int(number) else None


_DATE: tuple[Parameter, ...] = (parameter("date", DATE, DATE_TIME),)

FUNCTIONS = (
    Function(
        "date",
        (
            Signature((parameter("from", TEXT, DATE, DATE_TIME),), DATE, _date),
            Signature(
                (parameter("year", NUMBER), parameter("month", NUMBER), parameter("day", NUMBER)),
                DATE,
                _date_of,
            ),
        ),
    ),
    Function(
        "time",
        (
            Signature((parameter("from", TEXT, TIME, DATE_TIME, DATE),), TIME, _time),
            Signature(
                (
                    parameter("hour", NUMBER),
                    parameter("minute", NUMBER),
                    parameter("second", NUMBER),
                    parameter("offset", DAYS_DURATION, optional=True, nullable=True),
                ),
                TIME,
                _time_of,
            ),
        ),
    ),
    Function(
        "date and time",
        (
            Signature((parameter("from", TEXT, DATE, DATE_TIME),), DATE_TIME, _date_time),
            Signature(
                (parameter("date", DATE, DATE_TIME), parameter("time", TIME)), DATE_TIME, _date_time_of
            ),
        ),
    ),
    Function(
        "duration", (Signature((parameter("from", TEXT, DAYS_DURATION, MONTHS_DURATION),), ANY, _duration),)
    ),
    Function(
        "years and months duration",
        (
            Signature(
                (parameter("from", DATE, DATE_TIME), parameter("to", DATE, DATE_TIME)),
                MONTHS_DURATION,
                _months_between,
            ),
        ),
    ),
    Function("day of week", (Signature(_DATE, TEXT, lambda date: _DAYS[calendar.weekday(_day(date)) - 1]),)),
    Function(
        "day of year", (Signature(_DATE, NUMBER, lambda date: Decimal(calendar.day_of_year(_day(date)))),)
    ),
    Function(
        "week of year", (Signature(_DATE, NUMBER, lambda date: Decimal(calendar.week_of_year(_day(date)))),)
    ),
    Function("month of year", (Signature(_DATE, TEXT, lambda date: _MONTHS[_day(date).month - 1]),)),
    Function("today", (Signature((), DATE, lambda clock: clock.date, clock=True),)),
    Function("now", (Signature((), DATE_TIME, lambda clock: clock, clock=True),)),
    Function("is", (Signature((anything("value1"), anything("value2")), BOOLEAN, _is),)),
)
