"""How a typed cell is spelled: Parquet, JSON and Excel hold numbers, dates and lists where CSV holds texts.

Promises: one spelling for a value, whichever file it comes from; `read_value` reads it back as that value.
Refuses: to know facts; what a text means for a fact is `values`'.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WHOLE = 1e16  # from here on a float is spelled with its exponent
INT64 = 2**63


class Written(str):
    """A number as its file writes it, where no float64 is exactly that."""

    __slots__ = ()


def is_exact(digits: str) -> bool:
    """Whether a number as it is written is the one that its float64 stands for. Raises ValueError."""
    short = float(digits)
    if repr(short) == digits:
        return True
    try:
        return math.isfinite(short) and Decimal(repr(short)) == Decimal(digits)
    except ArithmeticError:
        return False  # an exponent of so many digits


@dataclass(frozen=True, slots=True)
class Shape:
    """That a cell holds no single value but a list or an object, in words; "" where nothing is within."""

    words: str
    listed: bool = False


def shape_of(value: Any) -> Shape | None:
    """What a cell is that holds no single value; None for one that does, and for a list of nothing."""
    if isinstance(value, Shape):
        return value if value.words else None
    if isinstance(value, Mapping):
        keys = [str(key) for key in value]
        names = ", ".join([*keys[:3], *(["..."] if len(keys) > 3 else [])])
        word = "key" if len(keys) == 1 else "keys"
        return Shape(f"an object with the {word} {names}") if keys else None
    return Shape(f"a list of {len(value)}", True) if text_of(value) else None


def text_of(value: Any) -> str:
    """The text of a typed value; "" for what is missing: None and NaN."""
    quick = _QUICK.get(type(value))
    if quick is not None:
        return quick(value)
    match value:
        case float():
            return _float(float(value))
        case Decimal():
            return _decimal(value)
        case dt.datetime():
            # The clock on the wall of the value's own zone, so that a day is the day that people saw.
            return value.replace(tzinfo=None).isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            return _duration(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode("utf-8", errors="replace")
        case Mapping():
            return json.dumps(value, ensure_ascii=False, default=text_of)
        case list() | tuple():
            return ";".join(filter(None, map(_item, value)))
        case _:
            return str(value)


def is_number(value: Any) -> bool:
    """Whether a cell is typed as a number, so that its point is a decimal point."""
    return type(value) in _NUMBERS or isinstance(value, float)


def _float(value: float) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return str(int(value)) if value == int(value) and abs(value) < WHOLE else repr(value)


def _decimal(value: Decimal) -> str:
    if value.is_nan():
        return ""
    if value.is_infinite():
        return "inf" if value > 0 else "-inf"
    return format(value, "f")


def _duration(value: dt.timedelta) -> str:
    """Hours, minutes and seconds, as a spreadsheet shows a length of time."""
    seconds = value // dt.timedelta(seconds=1)
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _item(value: Any) -> str:
    nested = isinstance(value, list | tuple)
    return json.dumps(value, ensure_ascii=False, default=text_of) if nested else text_of(value)


# Nearly every cell is one of these.
_QUICK: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: lambda value: value,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _float,
    Written: str,
    Shape: lambda value: value.words,
}
_NUMBERS = frozenset({int, float, Decimal, Written})
