"""The types that an expression can have.

Promises: frozen values; `class_of` gives the Python classes whose values a type has; `words` names a type as
a manager would. Refuses: union types; what can be several things is ANY.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from abm_tree.feel.calendar import Date, DateTime, DaysDuration, MonthsDuration, Time
from abm_tree.feel.values import Range, Value


@dataclass(frozen=True, slots=True)
class Simple:
    """A type without parts."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items have one type."""

    item: Type


@dataclass(frozen=True, slots=True)
class RangeOf:
    """A range whose ends have one type."""

    item: Type


@dataclass(frozen=True, slots=True)
class Choice:
    """A text with a known set of ids; `open` admits others."""

    ids: tuple[str, ...]
    open: bool = False


Type: TypeAlias = Simple | ListOf | RangeOf | Choice

NUMBER = Simple("a number")
TEXT = Simple("a text")
BOOLEAN = Simple("yes or no")
DATE = Simple("a date")
TIME = Simple("a time")
DATE_TIME = Simple("a date and time")
DAYS_DURATION = Simple("a duration in days")
MONTHS_DURATION = Simple("a duration in months")
NULL = Simple("null")
ANY = Simple("anything")

_CLASSES: dict[Type, type] = {
    NUMBER: Decimal,
    TEXT: str,
    BOOLEAN: bool,
    DATE: Date,
    TIME: Time,
    DATE_TIME: DateTime,
    DAYS_DURATION: DaysDuration,
    MONTHS_DURATION: MonthsDuration,
    NULL: type(None),
}
_TYPES = {cls: found for found, cls in _CLASSES.items()}


def class_of(of: Type) -> type:
    """The class of a type's values; `object` for ANY."""
    match of:
        case ListOf():
            return tuple
        case RangeOf():
            return Range
        case Choice():
            return str
    return _CLASSES.get(of, object)


def type_of_value(value: Value) -> Type:
    """The type of a value; a text is TEXT."""
    if isinstance(value, tuple):
        items = {type_of_value(item) for item in value}
        return ListOf(items.pop() if len(items) == 1 else ANY)
    if isinstance(value, Range):
        return RangeOf(type_of_value(value.high if value.low is None else value.low))
    return _TYPES[type(value)]


def words(of: Type) -> str:
    """A type in a manager's words: `a number`, `a list`, `one of a, b`."""
    match of:
        case ListOf(item):
            return "a list" if item == ANY else f"a list ({words(item)} each)"
        case RangeOf():
            return "a range"
        case Choice():
            return "a choice"
        case Simple(name):
            return name
