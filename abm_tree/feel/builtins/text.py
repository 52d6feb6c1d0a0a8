"""Built-in functions on texts.

Promises: positions count characters (code points) from 1, or from -1 backwards; no result is longer than
`MAX_TEXT`. Refuses: positions outside the text, which give null.
"""

from __future__ import annotations

from decimal import Decimal

from abm_tree.feel.builtins import patterns
from abm_tree.feel.builtins.signatures import Function, Signature, anything, parameter
from abm_tree.feel.types import BOOLEAN, NUMBER, TEXT, ListOf
from abm_tree.feel.values import MAX_TEXT, Value, string


def _string(value: Value) -> Value:
    return None if value is None else string(value)


def _substring(text: str, start: Decimal, length: Decimal | None = None) -> Value:
    at = _int(start)
    if at == 0 or abs(at) > len(text) or (length is not None and length < 1):
        return None
    first = at - 1 if at > 0 else len(text) + at
    return text[first:] if length is None else text[first : first + _int(length)]


def _before(text: str, match: str) -> Value:
    head, found, _ = text.partition(match) if match else ("", "", "")
    return head if found else ""


def _after(text: str, match: str) -> Value:
    return text.partition(match)[2] if match else text


def _join(items: tuple[Value, ...], delimiter: str | None = None) -> Value:
    parts = [item for item in items if isinstance(item, str)]
    if len(parts) != sum(item is not None for item in items):
        return None
    glue = delimiter or ""
    if sum(map(len, parts)) + len(glue) * len(parts) > MAX_TEXT:
        return None
    return glue.join(parts)


def _int(number: Decimal) -> int:
    """A number as a position; far-out ones are cut to what no text reaches."""
    return int(max(min(number, Decimal(10**9)), Decimal(-(10**9))))


_TEXT = parameter("string", TEXT)
_MATCH = parameter("match", TEXT)
_INPUT = parameter("input", TEXT)
_PATTERN = parameter("pattern", TEXT)
_FLAGS = parameter("flags", TEXT, optional=True, nullable=True)

FUNCTIONS = (
    Function("string", (Signature((anything("from"),), TEXT, _string),)),
    Function(
        "substring",
        (
            Signature(
                (
                    _TEXT,
                    parameter("start position", NUMBER),
                    parameter("length", NUMBER, optional=True, nullable=True),
                ),
                TEXT,
                _substring,
            ),
        ),
    ),
    Function("string length", (Signature((_TEXT,), NUMBER, lambda text: Decimal(len(text))),)),
    Function("upper case", (Signature((_TEXT,), TEXT, str.upper),)),
    Function("lower case", (Signature((_TEXT,), TEXT, str.lower),)),
    Function("substring before", (Signature((_TEXT, _MATCH), TEXT, _before),)),
    Function("substring after", (Signature((_TEXT, _MATCH), TEXT, _after),)),
    Function("contains", (Signature((_TEXT, _MATCH), BOOLEAN, lambda text, match: match in text),)),
    Function("starts with", (Signature((_TEXT, _MATCH), BOOLEAN, str.startswith),)),
    Function("ends with", (Signature((_TEXT, _MATCH), BOOLEAN, str.endswith),)),
    Function("matches", (Signature((_INPUT, _PATTERN, _FLAGS), BOOLEAN, patterns.matches),)),
    Function(
        "replace",
        (Signature((_INPUT, _PATTERN, parameter("replacement", TEXT), _FLAGS), TEXT, patterns.replace),),
    ),
    Function("split", (Signature((_TEXT, parameter("delimiter", TEXT)), ListOf(TEXT), patterns.split),)),
    Function(
        "string join",
        (
            Signature(
                (parameter("list", ListOf(TEXT)), parameter("delimiter", TEXT, optional=True, nullable=True)),
                TEXT,
                _join,
            ),
        ),
    ),
)
