"""The rows of JSON lines, and of a JSON array of objects.

Promises: the columns are the keys of all objects, in the order in which they first appear; an object within
an object gives a column for each of its keys (`company.name`), one level deep; a line that is no JSON object
is one bad row. A number keeps its digits: 10.50 and 1.05e1 are 10.5, and one that no float64 is exactly
stands as it is written. Refuses: to mend JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from abm_tree.accounts.cells import INT64, Written, is_exact, is_number, text_of
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.source import Diagnostic, Severity

SHORT = 16  # signs, one of them a point or an "e": so many digits a float64 tells apart
SMALL, LARGE = 1e-300, 1e300  # between these
ONE_A_LINE = "Write one object a line (JSON lines)."

Parsed = tuple[int, dict[str, Any] | str]  # a row's place; its cells, or what is wrong with it


def line_rows(text: str, name: str) -> tuple[tuple[str, ...], tuple[CsvRow, ...], int] | Diagnostic:
    """The keys and rows of JSON lines, and how many blank lines stood between them."""
    parsed: list[Parsed] = []
    blank = between = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            between += 1
            continue
        if parsed:
            blank += between
        between = 0
        parsed.append((number, _object(line)))
    if parsed and all(isinstance(one, str) for _, one in parsed):
        number, problem = parsed[0]
        message = "The list holds objects that go over several lines."
        if not _is_json(text):
            message = f"None of the lines is a JSON object; the first of them: {problem}."
        return Diagnostic("bad-json", Severity.ERROR, message, name, help=ONE_A_LINE, row=number)
    header, rows = _rows(parsed)
    return header, rows, blank


def array_rows(text: str, name: str) -> tuple[tuple[str, ...], tuple[CsvRow, ...]] | Diagnostic:
    """The keys and rows of an array of objects; a slip anywhere spoils the whole of it."""
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        message = f"The file is not valid JSON: {_reason(error)}."
        return Diagnostic("bad-json", Severity.ERROR, message, name, help=_COSTS, row=error.lineno)
    except RecursionError:
        message = "The file is not read: it is nested too deeply."
        return Diagnostic("bad-json", Severity.ERROR, message, name, help=ONE_A_LINE)
    parsed: list[Parsed] = [
        (number, _flat(one) if isinstance(one, dict) else f"this is {_kind(one)}, not an object")
        for number, one in enumerate(found, start=1)
    ]
    if parsed and all(isinstance(one, str) for _, one in parsed):
        message = "The array holds no objects."
        return Diagnostic("bad-json", Severity.ERROR, message, name, help=ONE_A_LINE)
    return _rows(parsed)


_COSTS = "Export it again, or write one object a line (JSON lines), where a slip costs one row."


def _rows(parsed: Iterable[Parsed]) -> tuple[tuple[str, ...], tuple[CsvRow, ...]]:
    parsed = list(parsed)
    header = tuple(dict.fromkeys(key for _, one in parsed if isinstance(one, dict) for key in one))
    at = {key: position for position, key in enumerate(header)}
    kept: dict[frozenset[int], frozenset[int]] = {}
    rows = []
    for number, one in parsed:
        if isinstance(one, str):
            rows.append(CsvRow(number, (), one))
            continue
        cells = [""] * len(header)
        numbers = []
        for key, value in one.items():
            place = at[key]
            cells[place] = text_of(value)
            if is_number(value):
                numbers.append(place)
        typed = frozenset(numbers)
        rows.append(CsvRow(number, tuple(cells), typed=kept.setdefault(typed, typed) or None))
    return header, tuple(rows)


def _object(line: str) -> dict[str, Any] | str:
    """The cells of a line, or what is wrong with it."""
    try:
        found = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        return f"this is not valid JSON: {_reason(error)}"
    except RecursionError:
        return "this JSON is nested too deeply"
    return _flat(found) if isinstance(found, dict) else f"this is {_kind(found)}, not an object"


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    """An object with the keys of objects within it beside its own."""
    if not any(isinstance(value, dict) for value in found.values()):
        return found
    out: dict[str, Any] = {}
    for key, value in found.items():
        if isinstance(value, dict):
            out.update({f"{key}.{below}": one for below, one in value.items()})
        else:
            out[key] = value
    return out


def _whole(digits: str) -> int | Written:
    number = int(digits) if len(digits) <= 20 else INT64
    return number if -INT64 <= number < INT64 else Written(digits)


def _real(digits: str) -> float | Written:
    number = float(digits)
    if len(digits) <= SHORT and SMALL < abs(number) < LARGE:
        return number
    return number if is_exact(digits) else Written(digits)


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_real)


def _is_json(text: str) -> bool:
    """Whether a text is one JSON value, or several one after the other."""
    at, text = 0, text.strip()
    try:
        while at < len(text):
            _, at = _DECODER.raw_decode(text, at)
            at += len(text[at:]) - len(text[at:].lstrip())
    except (ValueError, RecursionError):
        return False
    return True


def _reason(error: json.JSONDecodeError) -> str:
    """What is wrong, and where in the line."""
    words = error.msg.removesuffix(" at").removesuffix(" starting")
    if words == "Extra data":
        words = "something stands behind the object"
    if words == "Unterminated string" or error.pos >= len(error.doc.rstrip()):
        return "it ends before it is complete"
    return f"{words[:1].lower()}{words[1:]}, at character {error.colno}"


def _kind(value: Any) -> str:
    match value:
        case list():
            return "an array"
        case str():
            return "a text"
        case None:
            return "null"
        case bool():
            return "true or false"
        case dict():
            return "an object"
        case _:
            return "a number"
