"""Arithmetic, equality, order and membership of values.

Promises: no operator raises on any values; null (None) where the standard has no answer; dates meet dates
with a time at midnight UTC in subtraction only. Refuses: to convert texts to numbers or numbers to texts.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal

from abm_tree.feel import calendar
from abm_tree.feel.calendar import (
    MAX_MONTHS,
    MAX_NANOSECONDS,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
)
from abm_tree.feel.meter import room
from abm_tree.feel.values import MAX_TEXT, NUMBERS, Range, Value, finite

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[])


def equal(a: Value, b: Value) -> bool | None:
    """FEEL's `=`: None for two kinds of value, never for null."""
    if a is None or b is None:
        return a is b
    kind = type(a)
    if kind is not type(b):
        return None
    if kind is Time or kind is DateTime:
        left, right = _position(a), _position(b)
        return left == right
    if isinstance(a, tuple) and isinstance(b, tuple):
        return _equal_lists(a, b)
    if isinstance(a, Range) and isinstance(b, Range):
        return _equal_ranges(a, b)
    return a == b


def compare(a: Value, b: Value) -> int | None:
    """-1, 0 or 1; None where the two have no order."""
    kind = type(a)
    if kind is not type(b):
        return None
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return (a > b) - (a < b)
    if isinstance(a, str) and isinstance(b, str):
        return (a > b) - (a < b)
    left, right = _position(a), _position(b)
    if left is None or right is None or left[0] != right[0]:
        return None
    return (left[1] > right[1]) - (left[1] < right[1])


def add(a: Value, b: Value) -> Value:
    """FEEL's `+`: numbers, texts, durations, and a duration to a date or time."""
    if isinstance(a, Decimal):
        return finite(NUMBERS.add(a, b)) if isinstance(b, Decimal) else None
    if isinstance(a, str):
        if not isinstance(b, str) or len(a) + len(b) > MAX_TEXT:
            return None
        return a + b if room(len(a) + len(b)) else None
    if isinstance(a, MonthsDuration | DaysDuration) and isinstance(b, Date | DateTime | Time):
        a, b = b, a
    match a, b:
        case MonthsDuration(left), MonthsDuration(right):
            return _months(left + right)
        case DaysDuration(left), DaysDuration(right):
            return _days(left + right)
        case Date(), MonthsDuration(months):
            return calendar.shift_months(a, months)
        case DateTime(date, time), MonthsDuration(months):
            moved = calendar.shift_months(date, months)
            return None if moved is None else DateTime(moved, time)
        case Date(), DaysDuration(length):
            return calendar.date_of_number(calendar.day_number(a) + length // calendar.DAY)
        case DateTime(), DaysDuration(length):
            return calendar.shift(a, length)
        case Time(), DaysDuration(length):
            return calendar.time_of_nanoseconds(calendar.nanoseconds_of_day(a) + length, a)
    return None


def subtract(a: Value, b: Value) -> Value:
    """FEEL's `-`: numbers, durations, a duration from a date or time, two dates or times."""
    if isinstance(a, Decimal):
        return finite(NUMBERS.subtract(a, b)) if isinstance(b, Decimal) else None
    if isinstance(b, DaysDuration | MonthsDuration):
        return add(a, negate(b)) if not isinstance(a, str) else None
    if isinstance(a, Date | DateTime) and isinstance(b, Date | DateTime):
        left, right = _position(_at_midnight(a)), _position(_at_midnight(b))
    elif isinstance(a, Time) and isinstance(b, Time):
        left, right = _position(a), _position(b)
    else:
        return None
    if left is None or right is None or left[0] != right[0]:
        return None
    return _days(left[1] - right[1])


def multiply(a: Value, b: Value) -> Value:
    """FEEL's `*`: numbers, and a duration by a number."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return finite(NUMBERS.multiply(a, b))
    if isinstance(a, Decimal):
        a, b = b, a
    return _scale(a, b, _WIDE.multiply) if isinstance(b, Decimal) else None


def divide(a: Value, b: Value) -> Value:
    """FEEL's `/`: numbers, a duration by a number, two durations of one kind; null by zero."""
    if isinstance(b, Decimal):
        if b == 0:
            return None
        return finite(NUMBERS.divide(a, b)) if isinstance(a, Decimal) else _scale(a, b, _WIDE.divide)
    match a, b:
        case DaysDuration(left), DaysDuration(right):
            return finite(NUMBERS.divide(Decimal(left), Decimal(right))) if right else None
        case MonthsDuration(left), MonthsDuration(right):
            return finite(NUMBERS.divide(Decimal(left), Decimal(right))) if right else None
    return None


def power(a: Value, b: Value) -> Value:
    """FEEL's `**`, numbers only."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return Decimal(1) if b == 0 else finite(NUMBERS.power(a, b))
    return None


def negate(a: Value) -> Value:
    """FEEL's unary minus: numbers and durations."""
    match a:
        case Decimal():
            return NUMBERS.minus(a)
        case DaysDuration(length):
            return DaysDuration(-length)
        case MonthsDuration(months):
            return MonthsDuration(-months)
    return None


def identity(value: Value) -> object:
    """A hashable key: two values have the same one exactly where they are `equal`."""
    match value:
        case tuple():
            return (tuple, tuple([identity(item) for item in value]))
        case Range(low, high, low_closed, high_closed, outside):
            return (Range, identity(low), identity(high), low_closed, high_closed, outside)
        case Time() | DateTime():
            return (type(value), _position(value))
    return (type(value), value)


def either(a: bool | None, b: bool | None) -> bool | None:
    """Kleene's or."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def both(a: bool | None, b: bool | None) -> bool | None:
    """Kleene's and."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def differ(a: Value, b: Value) -> bool | None:
    """FEEL's `!=`."""
    same = equal(a, b)
    return None if same is None else not same


def less(a: Value, b: Value) -> bool | None:
    """FEEL's `<`."""
    order = compare(a, b)
    return None if order is None else order < 0


def at_most(a: Value, b: Value) -> bool | None:
    """FEEL's `<=`."""
    order = compare(a, b)
    return None if order is None else order <= 0


def greater(a: Value, b: Value) -> bool | None:
    """FEEL's `>`."""
    order = compare(a, b)
    return None if order is None else order > 0


def at_least(a: Value, b: Value) -> bool | None:
    """FEEL's `>=`."""
    order = compare(a, b)
    return None if order is None else order >= 0


COMPARISONS: dict[str, Callable[[Value, Value], bool | None]] = {
    "=": equal,
    "!=": differ,
    "<": less,
    "<=": at_most,
    ">": greater,
    ">=": at_least,
}
OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def within(value: Value, low: Value, high: Value, low_closed: bool, high_closed: bool) -> bool | None:
    """Whether a value lies between two ends; null where it cannot be compared with them."""
    above = at_least(value, low) if low_closed else greater(value, low)
    return both(above, at_most(value, high) if high_closed else less(value, high))


def contains(span: Range, value: Value) -> bool | None:
    """Whether a range holds a value; an end that is None is open."""
    if span.outside:
        return differ(value, span.low)
    if span.low is None and span.high is None:
        return None
    result: bool | None = True
    if span.low is not None:
        result = at_least(value, span.low) if span.low_closed else greater(value, span.low)
    if span.high is not None:
        below = at_most(value, span.high) if span.high_closed else less(value, span.high)
        result = both(result, below)
    return result


def satisfies(value: Value, test: Value) -> bool | None:
    """FEEL's `value in test`: in a range, among a list's values and ranges, or equal."""
    if isinstance(test, Range) and not isinstance(value, Range):
        return contains(test, value)
    if isinstance(test, tuple):
        if isinstance(value, tuple) and equal(value, test) is True:
            return True
        ranged = False
        for item in test:
            if isinstance(item, Range) and not isinstance(value, Range):
                held = contains(item, value)
                ranged = ranged or held is None
            else:
                held = equal(value, item)
            if held is True:
                return True
        return None if ranged else False
    return equal(value, test)


def _position(value: Value) -> tuple[bool, int] | None:
    """Where a value lies on its own line of numbers, and whether that line is tied to UTC."""
    match value:
        case Date():
            return False, calendar.day_number(value)
        case DateTime():
            offset = calendar.offset_of(value)
            local = calendar.local_nanoseconds(value)
            return (False, local) if offset is None else (True, local - offset * calendar.SECOND)
        case Time():
            offset = calendar.time_offset(value)
            local = calendar.nanoseconds_of_day(value)
            return (False, local) if offset is None else (True, local - offset * calendar.SECOND)
        case DaysDuration(length):
            return False, length
        case MonthsDuration(months):
            return False, months
    return None


def _at_midnight(value: Date | DateTime) -> DateTime:
    """A date as a date and time: midnight UTC, as the standard converts it."""
    return value if isinstance(value, DateTime) else DateTime(value, Time(0, 0, 0, 0, 0))


def _equal_lists(a: tuple[Value, ...], b: tuple[Value, ...]) -> bool | None:
    if len(a) != len(b):
        return False
    result: bool | None = True
    for left, right in zip(a, b, strict=True):
        result = both(result, equal(left, right))
    return result


def _equal_ranges(a: Range, b: Range) -> bool | None:
    flags = (a.low_closed, a.high_closed, a.outside) == (b.low_closed, b.high_closed, b.outside)
    return both(both(flags, equal(a.low, b.low)), equal(a.high, b.high))


def _scale(duration: Value, by: Decimal, operation: Callable[[Decimal, Decimal], Decimal]) -> Value:
    if isinstance(duration, DaysDuration):
        length = operation(Decimal(duration.nanoseconds), by)
        return _days(int(length)) if length.is_finite() and abs(length) <= MAX_NANOSECONDS else None
    if isinstance(duration, MonthsDuration):
        months = operation(Decimal(duration.months), by)
        if not months.is_finite() or abs(months) > MAX_MONTHS:
            return None
        return _months(int(months.to_integral_value(ROUND_DOWN)))
    return None


def _days(nanoseconds: int) -> DaysDuration | None:
    return DaysDuration(nanoseconds) if abs(nanoseconds) <= MAX_NANOSECONDS else None


def _months(months: int) -> MonthsDuration | None:
    return MonthsDuration(months) if abs(months) <= MAX_MONTHS else None
