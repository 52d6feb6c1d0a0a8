"""Where each key and value of a TOML text stands.

Promises: for a valid text, one place for every key and value; for an invalid one, places for what can be
read, and repairs of equal length (so that no offset moves) for slips whose meaning is plain: a trailing
comma or a line break in an inline table, an id that is defined twice. Refuses: to judge values; `tomllib`
does that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from abm_tree.source import Span

Path = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]++|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_MULTI_BASIC = re.compile(r'"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*"{3,5}')
_MULTI_LITERAL = re.compile(r"'''(?:[^']++|'{1,2}(?!'))*'{3,5}")
_SCALAR = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")
_ESCAPE = re.compile(r'\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[btnfre"\\]|[ \t]*\n[ \t\n]*)')
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}

MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key stands, and its value (for a table: its header or braces)."""

    key: Span
    value: Span


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake that the scan recognised: its kind, its place, and the first place for what came twice."""

    kind: str  # "trailing-comma", "line-break", "duplicate-key", "duplicate-table"
    span: Span
    name: str = ""
    first: Span | None = None


@dataclass
class Scan:
    """What a scan found: places, slips, and stretches of text to blank before `tomllib` reads it."""

    places: dict[Path, Place] = field(default_factory=dict)
    slips: list[Slip] = field(default_factory=list)
    blanks: list[Span] = field(default_factory=list)


class _Stop(Exception):
    """The text cannot be followed here; the statement is left to `tomllib`'s message."""


def scan(text: str) -> Scan:
    """Find the places in a TOML text; never raises."""
    found = Scan()
    arrays: dict[Path, int] = {}
    table: Path = ()
    at = 0
    size = len(text)
    drop_from: int | None = None
    while True:
        match = _BLANK.match(text, at)
        at = match.end() if match else at
        if at >= size:
            break
        start = at
        try:
            if text[at] == "[":
                if drop_from is not None:
                    found.blanks.append(Span(drop_from, start))
                    drop_from = None
                table, at, twice = _header(text, at, arrays, found)
                drop_from = start if twice else None
            else:
                at = _pair(text, at, table, found, 0, start if drop_from is None else None)
        except _Stop:
            at = start
        end = text.find("\n", at)
        at = size if end < 0 else end + 1
    if drop_from is not None:
        found.blanks.append(Span(drop_from, size))
    return found


def _header(text: str, at: int, arrays: dict[Path, int], found: Scan) -> tuple[Path, int, bool]:
    start = at
    double = text.startswith("[[", at)
    at = _skip(text, at + (2 if double else 1))
    parts, at = key_parts(text, at)
    close = "]]" if double else "]"
    if not text.startswith(close, at):
        raise _Stop
    end = at + len(close)
    path: Path = ()
    for number, (name, span) in enumerate(parts):
        path = (*path, name)
        last = number == len(parts) - 1
        if last and double:
            arrays[path] = index = arrays.get(path, -1) + 1
            found.places.setdefault(path, Place(span, Span(start, end)))
            path = (*path, index)
            found.places[path] = Place(span, Span(start, end))
        elif last:
            before = found.places.get(path)
            if before is not None and path not in arrays and text[before.value.start] == "[":
                found.slips.append(Slip("duplicate-table", span, ".".join(n for n, _ in parts), before.key))
                return path, end, True
            if before is None or before.value == Span(-1, -1):
                found.places[path] = Place(span, Span(start, end))
        else:
            # An implied table: its own header may still come, and then owns the place.
            found.places.setdefault(path, Place(span, Span(-1, -1)))
        if (not double and last and path in arrays) or path in arrays:
            path = (*path, arrays[path])
    return path, end, False


def _pair(text: str, at: int, table: Path, found: Scan, depth: int, statement: int | None) -> int:
    parts, at = key_parts(text, at)
    if at >= len(text) or text[at] != "=":
        raise _Stop
    at = _skip(text, at + 1)
    path: Path = table
    for name, span in parts[:-1]:
        path = (*path, name)
        found.places.setdefault(path, Place(span, span))
    name, span = parts[-1]
    path = (*path, name)
    first = found.places.get(path)
    if first is not None and first.value.start >= 0 and statement is not None:
        end = _value(text, at, (*path, "\0"), Scan(), depth)
        found.slips.append(Slip("duplicate-key", span, ".".join(n for n, _ in parts), first.key))
        found.blanks.append(Span(statement, end))
        return end
    end = _value(text, at, path, found, depth)
    found.places[path] = Place(span, Span(at, end))
    return end


def _value(text: str, at: int, path: Path, found: Scan, depth: int) -> int:
    if at >= len(text) or depth > MAX_DEPTH:
        raise _Stop
    match text[at]:
        case "[":
            return _array(text, at, path, found, depth)
        case "{":
            return _inline(text, at, path, found, depth)
        case _:
            return atom_end(text, at)


def atom_end(text: str, at: int) -> int:
    """Where a value ends that is neither an array nor an inline table."""
    match text[at]:
        case '"':
            pattern = _MULTI_BASIC if text.startswith('"""', at) else _BASIC
        case "'":
            pattern = _MULTI_LITERAL if text.startswith("'''", at) else _LITERAL
        case _:
            pattern = _SCALAR
    matched = pattern.match(text, at)
    if matched is None:
        raise _Stop
    return matched.end()


def _array(text: str, at: int, path: Path, found: Scan, depth: int) -> int:
    at = _blank(text, at + 1)
    index = 0
    while at < len(text) and text[at] != "]":
        item = (*path, index)
        end = _value(text, at, item, found, depth + 1)
        found.places[item] = Place(Span(at, end), Span(at, end))
        index += 1
        at = _blank(text, end)
        if at < len(text) and text[at] == ",":
            at = _blank(text, at + 1)
        elif at >= len(text) or text[at] != "]":
            raise _Stop
    if at >= len(text):
        raise _Stop
    return at + 1


def _inline(text: str, at: int, path: Path, found: Scan, depth: int) -> int:
    opened, broken = at, False
    comma: int | None = None
    at += 1
    while True:
        gap = at
        at = _blank(text, at)
        if "\n" in text[gap:at]:
            # Comments cannot survive on one line, so the whole gap goes.
            found.blanks.append(Span(gap, at))
            if not broken:
                found.slips.append(Slip("line-break", Span(opened, opened + 1)))
            broken = True
        if at >= len(text):
            raise _Stop
        if text[at] == "}":
            if comma is not None:
                found.slips.append(Slip("trailing-comma", Span(comma, comma + 1)))
                found.blanks.append(Span(comma, comma + 1))
            return at + 1
        if text[at] == ",":
            comma = at
            at += 1
            continue
        comma = None
        at = _pair(text, at, path, found, depth + 1, None)


def key_parts(text: str, at: int) -> tuple[list[tuple[str, Span]], int]:
    """The names of a key, each with its place, and where the text goes on behind it."""
    parts: list[tuple[str, Span]] = []
    while True:
        if at >= len(text):
            raise _Stop
        quoted = text[at] in "\"'"
        pattern = {'"': _BASIC, "'": _LITERAL}.get(text[at], _BARE_KEY)
        matched = pattern.match(text, at)
        if matched is None:
            raise _Stop
        name = matched.group()
        if quoted:
            name = (
                name[1:-1] if name[0] == "'" else "".join(c for c, _, _ in unescape(name, 1, len(name) - 1))
            )
        parts.append((name, Span(at, matched.end())))
        at = _skip(text, matched.end())
        if at < len(text) and text[at] == ".":
            at = _skip(text, at + 1)
            continue
        return parts, at


def unescape(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """The characters that a basic string's inside [start, end) means, each with the stretch it comes from."""
    out: list[tuple[str, int, int]] = []
    at = start
    while at < end:
        if text[at] != "\\":
            out.append((text[at], at, at + 1))
            at += 1
            continue
        matched = _ESCAPE.match(text, at, end)
        if matched is None:
            out.append((text[at], at, at + 1))
            at += 1
            continue
        body = matched.group()[1:]
        if body[0] in "uUx":
            code = int(body[1:], 16)
            out.append((chr(code) if code < 0x110000 else "\ufffd", at, matched.end()))
        elif body[0] in _SIMPLE:
            out.append((_SIMPLE[body[0]], at, matched.end()))
        at = matched.end()
    return out


def _skip(text: str, at: int) -> int:
    matched = _SPACE.match(text, at)
    return matched.end() if matched else at


def _blank(text: str, at: int) -> int:
    matched = _BLANK.match(text, at)
    return matched.end() if matched else at
