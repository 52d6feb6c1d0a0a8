"""A TOML text as it is written: statements and values with the comments and blank lines between them.

Promises: nothing of a valid text is lost: every key, value and comment is there once, in written order, with
its place. Refuses: texts that `document.parse` has a finding about; what the values mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from abm_tree.source import Span
from abm_tree.tree.scan import Path, atom_end, key_parts

_SPACE = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its names: `a."b.c"` has two."""

    names: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def span(self) -> Span:
        """Where it stands, from the first name to the last."""
        return Span(self.spans[0].start, self.spans[-1].end)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a line of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """One or more empty lines."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A text, number, date, `true` or `false`, as it is spelt."""

    span: Span


@dataclass(frozen=True, slots=True)
class Element:
    """A value in an array, with the comment behind it; `fresh` where it begins a line."""

    value: Value
    comment: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Array:
    """`[...]`; `broken` where it goes over several lines of its own."""

    items: tuple[Element | Comment | Blank, ...]
    span: Span
    broken: bool = False
    comment: str = ""  # behind the opening bracket


@dataclass(frozen=True, slots=True)
class Inline:
    """`{...}`."""

    pairs: tuple[Pair, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Pair:
    """`key = value`, with the comment behind it."""

    key: Key
    value: Value
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """`[key]` or `[[key]]`, with the comment behind it."""

    key: Key
    double: bool
    span: Span
    comment: str = ""


Value: TypeAlias = Atom | Array | Inline
Statement: TypeAlias = Header | Pair | Comment | Blank


def statements(text: str) -> list[Statement]:
    """The statements of a valid TOML text."""
    out: list[Statement] = []
    at, size = 0, len(text)
    while at < size:
        start = _past(text, at)
        if start >= size:
            break
        match text[start]:
            case "\n":
                if out and not isinstance(out[-1], Blank):
                    out.append(Blank())
                at = start + 1
                continue
            case "#":
                comment, at = _comment(text, start)
                out.append(Comment(comment))
            case "[":
                header, at = _header(text, start)
                comment, at = _comment(text, at)
                out.append(Header(header.key, header.double, header.span, comment))
            case _:
                pair, at = _pair(text, start)
                comment, at = _comment(text, at)
                out.append(Pair(pair.key, pair.value, comment))
        at += 1  # the line's end
    return out


def _header(text: str, start: int) -> tuple[Header, int]:
    double = text.startswith("[[", start)
    parts, at = key_parts(text, _past(text, start + (2 if double else 1)))
    at += 2 if double else 1
    return Header(_key(parts), double, Span(start, at)), at


def _pair(text: str, at: int) -> tuple[Pair, int]:
    parts, at = key_parts(text, at)
    value, at = _value(text, _past(text, at + 1))
    return Pair(_key(parts), value), at


def _key(parts: list[tuple[str, Span]]) -> Key:
    return Key(tuple(name for name, _ in parts), tuple(span for _, span in parts))


def _value(text: str, at: int) -> tuple[Value, int]:
    match text[at]:
        case "[":
            return _array(text, at)
        case "{":
            return _inline(text, at)
        case _:
            end = atom_end(text, at)
            return Atom(Span(at, end)), end


def _array(text: str, start: int) -> tuple[Array, int]:
    """An array: a comment belongs to what stands before it on its line."""
    items: list[Element | Comment | Blank] = []
    opening, broken, fresh = "", False, False  # fresh: nothing stands on this line yet
    at = start + 1
    while True:
        at = _past(text, at)
        match text[at]:
            case "]":
                while items and isinstance(items[-1], Blank):
                    items.pop()
                return Array(tuple(items), Span(start, at + 1), broken, opening), at + 1
            case ",":
                at += 1
            case "\n":
                if fresh and items and not isinstance(items[-1], Blank):
                    items.append(Blank())
                broken = fresh = True
                at += 1
            case "#":
                comment, at = _comment(text, at)
                broken = True
                last = items[-1] if items else None
                if fresh or isinstance(last, Comment) or (isinstance(last, Element) and last.comment):
                    items.append(Comment(comment))
                elif isinstance(last, Element):
                    items[-1] = Element(last.value, comment, last.fresh)
                else:
                    opening = comment
                fresh = False
            case _:
                value, at = _value(text, at)
                items.append(Element(value, fresh=fresh))
                fresh = False


def _inline(text: str, start: int) -> tuple[Inline, int]:
    pairs: list[Pair] = []
    at = _past(text, start + 1)
    while text[at] != "}":
        if text[at] == ",":
            at = _past(text, at + 1)
            continue
        pair, at = _pair(text, at)
        pairs.append(pair)
        at = _past(text, at)
    return Inline(tuple(pairs), Span(start, at + 1)), at + 1


def _comment(text: str, at: int) -> tuple[str, int]:
    """The comment that begins at a place or behind blanks there, without blanks at its end; and its end."""
    at = _past(text, at)
    found = _COMMENT.match(text, at)
    return ("", at) if found is None else (found.group().rstrip(), found.end())


def _past(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


# ---------------------------------------------------------------- where names stand


def names(found: list[Statement]) -> Iterator[tuple[Path, Span]]:
    """Every place in which a key is written, with its whole path; one table may be named several times."""
    table: Path = ()
    counts: dict[Path, int] = {}
    for one in found:
        match one:
            case Header(key, double):
                table = ()
                for number, (name, span) in enumerate(zip(key.names, key.spans, strict=True), start=1):
                    table = (*table, name)
                    yield table, span
                    if double and number == len(key.names):
                        counts[table] = counts.get(table, -1) + 1
                    if table in counts:
                        table = (*table, counts[table])
            case Pair():
                yield from _in_pair(one, table)


def _in_pair(pair: Pair, table: Path) -> Iterator[tuple[Path, Span]]:
    for name, span in zip(pair.key.names, pair.key.spans, strict=True):
        table = (*table, name)
        yield table, span
    yield from _in_value(pair.value, table)


def _in_value(value: Value, path: Path) -> Iterator[tuple[Path, Span]]:
    match value:
        case Inline(pairs):
            for pair in pairs:
                yield from _in_pair(pair, path)
        case Array(items):
            elements = [item for item in items if isinstance(item, Element)]
            for number, item in enumerate(elements):
                yield from _in_value(item.value, (*path, number))
        case _:
            pass


# ---------------------------------------------------------------- comments


def comments(text: str) -> list[str]:
    """The comments of a valid TOML text in written order, without blanks at their ends."""
    out: list[str] = []
    for one in statements(text):
        if isinstance(one, Comment):
            out.append(one.text)
        elif isinstance(one, Header | Pair):
            out += _comments_in(one.value) if isinstance(one, Pair) else []
            out += [one.comment] if one.comment else []
    return out


def _comments_in(value: Value) -> list[str]:
    out: list[str] = []
    match value:
        case Array():
            out += [value.comment] if value.comment else []
            for item in value.items:
                if isinstance(item, Comment):
                    out.append(item.text)
                elif isinstance(item, Element):
                    out += _comments_in(item.value)
                    out += [item.comment] if item.comment else []
        case Inline(pairs):
            for pair in pairs:
                out += _comments_in(pair.value)
        case _:
            pass
    return out
