"""Every message of the type checker, a named function each.

Promises: one sentence in a manager's words, the narrowest place, and what to write instead where that can be
known. Refuses: terms of programming; a boolean is "yes or no", a string "a text".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from abm_tree.feel.iso import parse_at, parse_date
from abm_tree.feel.show import show
from abm_tree.feel.syntax import Arithmetic, Expr, Literal, Tests
from abm_tree.feel.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    TEXT,
    TIME,
    Choice,
    Type,
    words,
)
from abm_tree.source import Span, did_you_mean, nearest

THE_VALUE = "the value"  # what unary tests look at, where it has no name


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: a code, a sentence, the place in code points, and what to write instead."""

    code: str
    message: str
    span: Span
    help: str = ""


def text_of(expr: Expr | Tests | str) -> str:
    """An expression in a message, cut where it is long; words stay as they are."""
    if isinstance(expr, str):
        return expr
    text = show(expr)
    return text if len(text) <= 60 else text[:57] + "..."


def unknown_name(name: str, span: Span, known: Iterable[str], hint: Type | None) -> Problem:
    """A word that names nothing, perhaps a choice without its quotes."""
    message = f"There is no fact, parameter or score `{name}`."
    if isinstance(hint, Choice):
        if name in hint.ids:
            return Problem("unknown-name", message, span, f'Write "{name}" in quotes.')
        near = nearest(name, hint.ids)
        if near is not None and nearest(name, known) is None:
            return Problem("unknown-name", message, span, f'Did you mean "{near}", in quotes?')
    if name.casefold() in ("true", "false", "null"):
        return Problem("unknown-name", message, span, f"Write {name.casefold()} in small letters.")
    if name.casefold() in ("yes", "no"):
        meant = "true" if name.casefold() == "yes" else "false"
        return Problem("unknown-name", message, span, f'Write {meant}, or "{name}" in quotes for a text.')
    help = did_you_mean(name, known)
    if not help and hint == TEXT:
        help = f'Write "{name}" in quotes if it is a text.'
    return Problem("unknown-name", message, span, help)


def unknown_property(of: Expr, type: Type, name: str, has: Sequence[str], span: Span) -> Problem:
    """A property that values of this type lack."""
    help = did_you_mean(name, has) or (f"It has {', '.join(has)}." if has else "")
    message = f"{text_of(of)} is {words(type)}; it has no `{name}`."
    return Problem("unknown-property", message, span, help)


def unknown_choice(of: str, text: str, choice: Choice, span: Span) -> Problem:
    """A text that is none of the choices."""
    shown = ", ".join([f'"{each}"' for each in choice.ids[:8]]) + (", ..." if len(choice.ids) > 8 else "")
    help = did_you_mean(text, choice.ids, quote='"') or f"The choices are {shown}."
    message = f'{of} has no choice "{text}".'
    return Problem(
        "unknown-choice", message[0].upper() + message[1:] if of == THE_VALUE else message, span, help
    )


def unknown_function(name: str, span: Span, functions: Iterable[str]) -> Problem:
    """A function that is not built in."""
    known = list(functions)
    owner, _, method = name.rpartition(".")
    if owner and method in known:
        help = f"Write {method}({owner}, ...)."
    elif name.casefold() in _ELSEWHERE:
        help = f"Write {_ELSEWHERE[name.casefold()]}."
    else:
        help = did_you_mean(name, known)
    return Problem("unknown-function", f"There is no function `{name}`.", span, help)


_ELSEWHERE = {
    "average": "mean(...)",
    "year": "date.year",
    "month": "date.month",
    "day": "date.day",
    "hour": "time.hour",
    "avg": "mean(...)",
    "concat": "a + b for texts, concatenate(...) for lists",
    "datediff": "a - b for two dates",
    "endswith": "ends with(...)",
    "isblank": "not(known(name)), or name = null",
    "isempty": "count(list) = 0",
    "left": "substring(text, 1, length)",
    "len": "string length(text), or count(list)",
    "length": "string length(text), or count(list)",
    "lower": "lower case(...)",
    "mod": "modulo(...)",
    "right": "substring(text, -length)",
    "round": "round half up(number, digits)",
    "startswith": "starts with(...)",
    "strlen": "string length(text)",
    "substr": "substring(...)",
    "upper": "upper case(...)",
}
"""What spreadsheets and other languages call our functions."""


def wrong_arguments(name: str, takes: Sequence[str], span: Span) -> Problem:
    """Too many, too few or misnamed arguments."""
    help = "Write " + " or ".join(takes) + "." if takes else ""
    return Problem("wrong-arguments", f"`{name}` does not take these arguments.", span, help)


def wrong_argument(function: str, parameter: str, wanted: Sequence[Type], arg: Expr, type: Type) -> Problem:
    """An argument of another type than its parameter."""
    takes = " or ".join(dict.fromkeys([words(each) for each in wanted]))
    message = f"`{function}` takes {takes} as its {parameter}; {text_of(arg)} is {words(type)}."
    help = next((help for each in wanted if (help := meant_by(arg, each))), "")
    return Problem("type-mismatch", message, arg.span, help)


def known_takes_a_fact(of: Expr) -> Problem:
    """known() of anything but a fact."""
    message = f"known() takes the name of one fact; {text_of(of)} is a part of one."
    return Problem("wrong-arguments", message, of.span, "Write known(deal.amount).")


def mismatch(left: str, left_type: Type, right: str, right_type: Type, span: Span, help: str = "") -> Problem:
    """Two values that cannot be compared."""
    message = _sentence(f"{left} is {words(left_type)}; {right} is {words(right_type)}.")
    return Problem("type-mismatch", message, span, help)


def meant_by(value: Expr, other: Type) -> str:
    """What a quoted or bare date, or a quoted number, should have been, beside a value of another type."""
    if other in (DATE, DATE_TIME, TEXT) and (bare := bare_date(value)):
        return f'Write @"{bare}".' if other != TEXT else f'Write "{bare}" in quotes.'
    if not isinstance(value, Literal):
        return ""
    if other == DAYS_DURATION and isinstance(value.value, Decimal):
        days = f"{value.value:f}" if value.value.adjusted() < 6 else ""
        return f'For days write @"P{days}D".' if days.isdigit() else 'For days write @"P30D".'
    if not isinstance(value.value, str):
        return ""
    text = value.value
    if other in (DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION) and parse_at(text) is not None:
        return f'Write @"{text}".'
    if other == NUMBER and re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", text):
        return f"Write {text} without quotes."
    if other == BOOLEAN and text.casefold() in ("true", "yes", "false", "no"):
        return f"Write {'true' if text.casefold() in ('true', 'yes') else 'false'} without quotes."
    return ""


def bare_date(value: Expr) -> str:
    """`2026-11-21` without quotes, which reads as a difference of numbers."""
    match value:
        case Arithmetic("-", Arithmetic("-", Literal(Decimal() as y), Literal(Decimal() as m)), Literal(d)):
            text = f"{y:f}-{m:0>2f}-{d:0>2f}" if isinstance(d, Decimal) else ""
            return text if parse_date(text) is not None else ""
    return ""


def _sentence(message: str) -> str:
    return message[0].upper() + message[1:] if message.startswith(THE_VALUE) else message


def no_order(of: str, type: Type, operator: str, span: Span) -> Problem:
    """A comparison by size of what has none."""
    help = "Write = or in." if operator in ("<", "<=", ">", ">=") else ""
    return Problem("type-mismatch", _sentence(f"{of} is {words(type)}; that has no order."), span, help)


def no_arithmetic(
    operator: str, left: Expr, left_type: Type, right: Expr, right_type: Type, span: Span
) -> Problem:
    """Arithmetic that has no meaning."""
    message = (
        f"`{operator}` has no meaning here: {text_of(left)} is {words(left_type)}, "
        f"{text_of(right)} is {words(right_type)}."
    )
    help = ""
    if operator in ("+", "-") and right_type == NUMBER and left_type in (DATE, DATE_TIME):
        amount = text_of(right).strip("`")
        help = f'For days write @"P{amount}D".' if amount.isdigit() else 'For days write @"P30D".'
    elif (
        operator in ("+", "-")
        and TEXT in (left_type, right_type)
        and {left_type, right_type} & {DATE, DATE_TIME}
    ):
        help = 'A stretch of time is written like @"P60D"; a parameter\'s value like "P60D".'
    return Problem("type-mismatch", message, span, help)


def no_minus(of: Expr, type: Type, span: Span) -> Problem:
    """A minus before what is no number and no duration."""
    return Problem("type-mismatch", f"{text_of(of)} is {words(type)}; it cannot have a minus.", span)


def no_position(by: Expr, type: Type) -> Problem:
    """A filter that is no number."""
    return Problem(
        "type-mismatch", f"Between [ and ] stands a position; {text_of(by)} is {words(type)}.", by.span
    )


def not_a_condition(expr: Expr, type: Type, help: str = "", span: Span | None = None) -> Problem:
    """A value where a condition should stand."""
    message = f"{text_of(expr)} is {words(type)}, not a condition."
    return Problem("not-a-condition", message, span or expr.span, help)


def not_the_type(expr: Expr, type: Type, expected: Type) -> Problem:
    """A value of another type than its place asks for."""
    message = f"{text_of(expr)} is {words(type)}; {words(expected)} is expected."
    return Problem("type-mismatch", message, expr.span)


def alternatives(name: str, values: Sequence[Expr], span: Span) -> Problem:
    """`x = "a" or "b"`: values where conditions should stand."""
    listed = ", ".join([show(value) for value in values])
    message = f"{show(values[-1])} is a value, not a condition."
    return Problem(
        "not-a-condition", message, span, f"Write {name} in ({listed})." if name else f"Write {listed}."
    )


def constant_arithmetic(test: Expr, value: str, meant: str) -> Problem:
    """A test that is a sum: `50-1000`."""
    help = f"Did you mean {meant}?" if meant else f"Write {value}."
    return Problem("constant-arithmetic", f"{text_of(test)} is the number {value}.", test.span, help)


def empty_range(range: str, span: Span, meant: str) -> Problem:
    """A range that holds nothing."""
    return Problem("empty-range", f"Nothing lies in {range}.", span, meant)


def no_value(expr: Expr) -> Problem:
    """A constant that is null whatever the facts."""
    return Problem(
        "no-value", f"{text_of(expr)} has no value.", expr.span, "Check the spelling of the date or time."
    )


def no_subject(span: Span) -> Problem:
    """`?` outside of tests."""
    return Problem("no-subject", "`?` stands only in tests of a value.", span, "Write the name of the fact.")
