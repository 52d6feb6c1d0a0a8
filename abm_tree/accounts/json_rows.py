"""The rows of JSON lines, and of a JSON array of objects.

Promises: the columns are the keys of all objects, in the order in which they first appear; an object within
an object gives a column for each of its keys (`company.name`), one level deep; a line that is no JSON object
is one bad row. A number keeps its digits: 10.50 and 1.05e1 are 10.5, and one that no float64 is exactly
stands as it is written. Refuses: to mend JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from abm_tree.accounts.cells import INT64, Shape, Written, is_exact, is_number, shape_of, text_of
from abm_tree.accounts.csv_rows import CsvRow
from abm_tree.source import Diagnostic, Severity, clean

SHORT = 16  # signs, one of them a point or an "e": so many digits a float64 tells apart
SMALL, LARGE = 1e-300, 1e300  # between these
ONE_A_LINE = "Write one object a line (JSON lines)."

Parsed = tuple[int, dict[str, Any] | str]  # a row's place; its cells, or what is wrong with it


class Keys:
    """The keys of objects, as they come: the columns of a list."""

    def __init__(self) -> None:
        self._said: dict[str, bool] = {}  # whether anything but null stands there
        self._full: set[str] = set()
        self._objects: set[str] = set()

    def take(self, parsed: Iterable[Parsed]) -> None:
        """Objects, one after the other."""
        for _, one in parsed:
            if isinstance(one, str) or self._full >= one.keys():
                continue
            for key, value in one.items():
                if type(value) is Shape:
                    self._objects.add(key)
                elif value is not None or key not in self._said:
                    self._said[key] = value is not None or self._said.get(key, False)
            self._full = {key for key, said in self._said.items() if said}

    def add(self, said: Mapping[str, bool], objects: Iterable[str]) -> None:
        """Keys of which it is known whether anything but null stands there, and those of objects."""
        for key, more in said.items():
            self._said[key] = more or self._said.get(key, False)
        self._objects.update(objects)

    @property
    def header(self) -> tuple[str, ...]:
        """The columns: where an object may be null, its own keys are those."""
        return tuple(key for key, said in self._said.items() if said or key not in self._objects)


def lines_of(text: str) -> tuple[list[Parsed], int]:
    """The objects of JSON lines, and how many blank lines stood between them."""
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
    return parsed, blank


def line_rows(text: str, name: str) -> tuple[tuple[str, ...], tuple[CsvRow, ...], int] | Diagnostic:
    """The keys and rows of JSON lines, and how many blank lines stood between them."""
    parsed, blank = lines_of(text)
    if parsed and all(isinstance(one, str) for _, one in parsed):
        number, problem = parsed[0]
        message = "The list holds objects that go over several lines."
        if not _is_json(text):
            message = f"None of the lines is a JSON object; the first of them: {problem}."
        return Diagnostic("bad-json", Severity.ERROR, message, name, help=ONE_A_LINE, row=number)
    header, rows = rows_of(parsed)
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
    twice = _twice(text, found)
    parsed: list[Parsed] = [
        (number, twice.get(number - 1) or _row(one)) for number, one in enumerate(found, start=1)
    ]
    if parsed and all(isinstance(one, str) for _, one in parsed):
        message = "The array holds no objects."
        return Diagnostic("bad-json", Severity.ERROR, message, name, help=ONE_A_LINE)
    return rows_of(parsed)


_COSTS = "Export it again, or write one object a line (JSON lines), where a slip costs one row."


def rows_of(
    parsed: Sequence[Parsed], header: Sequence[str] | None = None
) -> tuple[tuple[str, ...], tuple[CsvRow, ...]]:
    """The columns and rows of objects; `header` says which columns there are, where more is known of them."""
    if header is None:
        keys = Keys()
        keys.take(parsed)
        header = keys.header
    at = {key: position for position, key in enumerate(header)}
    kept: dict[frozenset[int], frozenset[int]] = {}
    rows = []
    for number, one in parsed:
        if isinstance(one, str):
            rows.append(CsvRow(number, (), one))
            continue
        cells = [""] * len(header)
        numbers = []
        odd: dict[int, Shape] = {}
        for key, value in one.items():
            place = at.get(key, -1)
            if place < 0:
                continue
            cells[place] = text_of(value)
            if is_number(value):
                numbers.append(place)
            elif type(value) in (list, Shape) and (shape := shape_of(value)) is not None:
                odd[place] = shape
        typed = frozenset(numbers)
        rows.append(CsvRow(number, tuple(cells), "", kept.setdefault(typed, typed) or None, odd or None))
    return tuple(header), tuple(rows)


def _object(line: str) -> dict[str, Any] | str:
    """The cells of a line, or what is wrong with it."""
    try:
        found = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        return f"this is not valid JSON: {_reason(error)}"
    except RecursionError:
        return "this JSON is nested too deeply"
    if isinstance(found, dict) and line.count(":") != len(found) != _colons(line):
        problem = _twice(line, [found], alone=True).get(0)
        if problem is not None:
            return problem
    return _row(found)


def _row(found: Any) -> dict[str, Any] | str:
    """An object with the keys of objects within it beside its own, which stand for what they are."""
    if not isinstance(found, dict):
        return f"this is {_kind(found)}, not an object"
    if not any(isinstance(value, dict) for value in found.values()):
        return found
    out: dict[str, Any] = {}
    for key, value in found.items():
        inner = {f"{key}.{below}": one for below, one in value.items()} if isinstance(value, dict) else {}
        for name in (key, *inner):
            if name in out:
                return f"the key {clean(name)} stands twice"
        out[key] = value if not isinstance(value, dict) else shape_of(value) or Shape("")
        out.update(inner)
    return out


def _colons(text: str) -> int:
    """At least as many as there are keys: a colon stands behind each, or a blank before its colon."""
    return text.count('":') + text.count(" :") + text.count("\t:") + text.count("\n:")


def _twice(text: str, found: list[Any], *, alone: bool = False) -> dict[int, str]:
    """Which of the objects have a key twice, in words. As many keys as colons: none has."""
    if _colons(text) == sum(len(one) for one in _within(found)):
        return {}
    doubled: list[tuple[dict[str, Any], str]] = []

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        one = dict(pairs)
        if len(one) != len(pairs):
            seen: set[str] = set()
            key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            doubled.append((one, key))
        return one

    again = json.JSONDecoder(object_pairs_hook=made).decode(text)
    if not doubled:
        return {}
    keys = {id(one): key for one, key in doubled}
    told = {}
    for at, one in enumerate([again] if alone else again):
        key = next((keys[id(below)] for below in _within([one]) if id(below) in keys), None)
        if key is not None or (alone and (key := doubled[0][1])):
            told[at] = f"the key {clean(key)} stands twice"
    return told


def _within(found: list[Any]) -> Iterator[dict[str, Any]]:
    """Every object within, however deep."""
    left: list[Any] = [found]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            yield one
        left += [
            below for below in (one.values() if isinstance(one, dict) else one) if type(below) in (dict, list)
        ]


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
