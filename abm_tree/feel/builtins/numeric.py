"""Built-in functions on numbers.

Promises: decimals of 34 digits throughout, null outside a function's domain, bounded time for any number.
Refuses: scales outside -6111..6176, as the standard does.
"""

from __future__ import annotations

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from abm_tree.feel.builtins.signatures import Function, Parameter, Signature, parameter
from abm_tree.feel.calendar import DaysDuration, MonthsDuration
from abm_tree.feel.types import BOOLEAN, DAYS_DURATION, MONTHS_DURATION, NUMBER, TEXT
from abm_tree.feel.values import NUMBERS, Value, finite

_EXACT = Context(prec=13_000, Emin=-20_000, Emax=20_000, traps=[])
_ZERO = Decimal(0)


def round_to(n: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    """A number with so many digits behind the point; a scale beyond the standard's bounds gives null."""
    places = int(scale)
    if not -6111 <= places <= 6176:
        return None
    exponent = n.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return n
    rounded = n.quantize(Decimal(1).scaleb(-places, _EXACT), rounding=rounding, context=_EXACT)
    return finite(NUMBERS.plus(rounded))


def _rounding(name: str, rounding: str, scale_optional: bool) -> Function:
    scale = parameter("scale", NUMBER, optional=scale_optional)

    def call(n: Decimal, scale: Decimal = _ZERO) -> Value:
        return round_to(n, scale, rounding)

    return Function(name, (Signature((_N, scale), NUMBER, call),))


def modulo(dividend: Decimal, divisor: Decimal) -> Value:
    """The rest of a division, with the sign of the divisor; null by zero."""
    if divisor == 0:
        return None
    rest = _EXACT.remainder(dividend, divisor)
    if rest != 0 and rest.is_signed() != divisor.is_signed():
        rest = _EXACT.add(rest, divisor)
    return finite(NUMBERS.plus(rest))


def _abs(n: Value) -> Value:
    match n:
        case Decimal():
            return NUMBERS.abs(n)
        case DaysDuration(length):
            return DaysDuration(abs(length))
        case MonthsDuration(months):
            return MonthsDuration(abs(months))
    return None


def _sqrt(number: Decimal) -> Value:
    return finite(NUMBERS.sqrt(number)) if number >= 0 else None


def _log(number: Decimal) -> Value:
    return finite(NUMBERS.ln(number)) if number > 0 else None


def _exp(number: Decimal) -> Value:
    return finite(NUMBERS.exp(number))


def _even(number: Decimal) -> bool:
    return _EXACT.remainder(number, Decimal(2)) == 0


def _odd(number: Decimal) -> bool:
    return abs(_EXACT.remainder(number, Decimal(2))) == 1


def _number(text: str, grouping: str | None = None, point: str | None = None) -> Value:
    """The number of a text, its digits grouped by blank, comma or dot."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        return None
    if grouping is not None and grouping == (point or "."):
        return None
    if grouping is not None:
        text = text.replace(grouping, "")
    if point == ",":
        text = "" if "." in text else text.replace(",", ".")
    if len(text) > 10_000 or not re.fullmatch(
        r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,6})?", text
    ):
        return None
    return finite(NUMBERS.create_decimal(text))


_N = parameter("n", NUMBER)
_NUMBER: tuple[Parameter, ...] = (parameter("number", NUMBER),)

FUNCTIONS = (
    _rounding("decimal", ROUND_HALF_EVEN, False),
    _rounding("floor", ROUND_FLOOR, True),
    _rounding("ceiling", ROUND_CEILING, True),
    _rounding("round up", ROUND_UP, False),
    _rounding("round down", ROUND_DOWN, False),
    _rounding("round half up", ROUND_HALF_UP, False),
    _rounding("round half down", ROUND_HALF_DOWN, False),
    Function("abs", (Signature((parameter("n", NUMBER, DAYS_DURATION, MONTHS_DURATION),), NUMBER, _abs),)),
    Function(
        "modulo", (Signature((parameter("dividend", NUMBER), parameter("divisor", NUMBER)), NUMBER, modulo),)
    ),
    Function("sqrt", (Signature(_NUMBER, NUMBER, _sqrt),)),
    Function("log", (Signature(_NUMBER, NUMBER, _log),)),
    Function("exp", (Signature(_NUMBER, NUMBER, _exp),)),
    Function("even", (Signature(_NUMBER, BOOLEAN, _even),)),
    Function("odd", (Signature(_NUMBER, BOOLEAN, _odd),)),
    Function(
        "number",
        (
            Signature(
                (
                    parameter("from", TEXT),
                    parameter("grouping separator", TEXT, nullable=True),
                    parameter("decimal separator", TEXT, nullable=True),
                ),
                NUMBER,
                _number,
            ),
        ),
    ),
)
