"""A text as tokens.

Promises: every character belongs to one token, to white space or to an error with its place; linear time.
Refuses: texts over `MAX_SOURCE` characters, numbers over `MAX_DIGITS` digits.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from abm_tree.feel.slips import FeelError, bad_character
from abm_tree.source import Span

MAX_SOURCE = 100_000
MAX_DIGITS = 1_000

KEYWORDS = frozenset(("and", "between", "else", "false", "if", "in", "not", "null", "or", "then", "true"))

COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))

PHRASES = (
    "date and time",
    "day of week",
    "day of year",
    "distinct values",
    "ends with",
    "finished by",
    "index of",
    "insert before",
    "is defined",
    "list contains",
    "list replace",
    "lower case",
    "met by",
    "month of year",
    "overlaps after",
    "overlaps before",
    "overlapped by",
    "overlapped after by",
    "overlapped before by",
    "round down",
    "round half down",
    "round half up",
    "round up",
    "started by",
    "starts with",
    "string join",
    "string length",
    "substring after",
    "substring before",
    "upper case",
    "week of year",
    "years and months duration",
)
"""Built-in functions whose name has several words; they are names only before a bracket."""

PROPERTIES = ("end included", "start included", "time offset")


class Token(NamedTuple):
    """A piece of text; the kind of a sign or keyword is that text itself."""

    kind: str
    text: str
    start: int
    end: int


def _spaced(phrases: tuple[str, ...]) -> str:
    return "|".join(p.replace(" ", r"\s+") for p in sorted(phrases, key=len, reverse=True))


_WORD = r"[^\W\d]\w*"
_TOKEN = re.compile(
    rf"""
    (?P<space>(?:\s+|//[^\n]*|/\*(?s:.)*?\*/)+)
  | (?P<phrase>(?:{_spaced(PHRASES)})(?=\s*\())
  | (?P<name>(?:(?<=\.)(?:{_spaced(PROPERTIES)})\b|{_WORD})(?:\.(?:(?:{_spaced(PROPERTIES)})\b|{_WORD}))*)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<at>@"[^"\\]*")
  | (?P<text>"(?:[^"\\]|\\(?s:.))*")
  | (?P<sign>\.\.|\*\*|!=(?!=)|<=(?!>)|>=|<(?![>])|>|=(?![=<>])|[-+*/()\[\],.:?])
    """,
    re.VERBOSE,
)


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, then one of kind `end`; FeelError where none begins."""
    if len(text) > MAX_SOURCE:
        message = f"The condition has {len(text):,} characters; at most {MAX_SOURCE:,} are read."
        raise FeelError(message, Span(0, len(text)))
    tokens: list[Token] = []
    match, at, end = _TOKEN.match, 0, len(text)
    while at < end:
        found = match(text, at)
        if found is None:
            raise bad_character(text, at)
        kind = found.lastgroup or ""
        stop = found.end()
        if kind != "space":
            piece = found.group()
            if kind == "sign" or piece in KEYWORDS:
                kind = piece
            elif kind == "phrase":
                piece = " ".join(piece.split())
            elif kind == "number" and not piece.isascii():
                raise FeelError("Numbers are written with the digits 0 to 9.", Span(at, stop))
            elif kind == "number" and len(piece) > MAX_DIGITS:
                raise FeelError(f"The number has more than {MAX_DIGITS:,} digits.", Span(at, stop))
            tokens.append(Token(kind, piece, at, stop))
        at = stop
    tokens.append(Token("end", "", end, end))
    return tokens


_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|[\"'\\nrt])"
)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


def unquote(token: Token) -> str:
    """The text between the quotes, escapes resolved; an unknown escape stays as it is (for patterns)."""
    body = token.text[1:-1]
    if "\\" not in body:
        return body

    def resolve(found: re.Match[str]) -> str:
        escape = found.group()
        if escape[1] not in "uU":
            return _PLAIN.get(escape[1], escape[1])
        code = int(escape[2:] if len(escape) <= 8 else escape[2:6], 16)
        if len(escape) == 12:
            code = 0x10000 + ((code - 0xD800) << 10) + int(escape[8:], 16) - 0xDC00
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            at = Span(token.start + 1 + found.start(), token.start + 1 + found.end())
            raise FeelError(f"`{escape}` is no character.", at)
        return chr(code)

    return _ESCAPE.sub(resolve, body)
