"""What is wrong with one text, number, date or word of a TOML file.

Promises: whatever TOML takes has no flaw; what it does not take is told in words, and mended where it is
plain what is meant, by as many characters as stand there. Refuses: lists and tables, which are `mending`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from abm_tree.source import Span

_MULTI = re.compile(r"\"\"\"(?:[^\"\\]++|\\[\s\S]|\"{1,2}(?!\"))*\"{3,5}|'''(?:[^']++|'{1,2}(?!'))*'{3,5}")
_TEXT = re.compile(r"\"(?:[^\"\\\n]++|\\.)*\"|'[^'\n]*'")
_SMART = "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
_SMART_TEXT = re.compile(f'[{_SMART}"][^"\n{_SMART}]*[{_SMART}"]')
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[btnfr\"\\]|[ \t]*\n)")
_WORD = re.compile(r"[^\s,\[\]{}#\"'=]+")
_WORDS = re.compile(r"[^\W\d][\w .-]*")
_NUMBER = re.compile(
    r"(?:[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d+)?|0[xob][\da-fA-F_]+|[+-]?(?:inf|nan))$"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?=[ \t]*(?:[,}#\n]|$))")
_DECIMAL_COMMA = re.compile(r"\d+,\d+(?=[ \t]*(?:[,}#\n]|$))")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt][\d:.]+\S*)?$|\d\d:\d\d(?::\d\d(?:\.\d+)?)?$")
_TIME = re.compile(r" \d\d:\d\d[^\s,\]}#]*")
_DAYS = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}$")
_UNIT = re.compile(r"[€$£]?(?P<number>[\d_.]+)(?P<unit>[A-Za-z%€$£]+)?$")
QUOTES = 'A text begins and ends with a quote: "like this".'
_TRUTH = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_LARGE = {"k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong: its place, a sentence, and what to write."""

    span: Span
    sentence: str
    advice: str


class Lost(Exception):
    """A value that cannot be mended: its statement is left out."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__()
        self.flaw = flaw


def atom(text: str, at: int, inside: str) -> tuple[str, int, list[Flaw]]:
    """The text with the value at a place mended, where the value ends, and its flaws; raises `Lost`."""
    if text.startswith(('"""', "'''"), at):
        found = _MULTI.match(text, at)
        if found is None:
            sentence = "A text of several lines is never closed."
            raise Lost(Flaw(Span(at, at + 3), sentence, f"Close it with {text[at : at + 3]}."))
        return text, found.end(), []
    if text[at] in _SMART:
        return _smart(text, at)
    if text[at] in "\"'":
        return _quoted(text, at)
    if inside != "[" and (found := _THOUSANDS.match(text, at)) is not None:
        plain = found.group().replace(",", "")
        flaw = Flaw(
            Span(*found.span()), f"`{found.group()}` is not how a number is written.", f"Write {plain}."
        )
        return _with(text, at, found.group().replace(",", "_")), found.end(), [flaw]
    if inside != "[" and (found := _DECIMAL_COMMA.match(text, at)) is not None:
        better = found.group().replace(",", ".")
        flaw = Flaw(
            Span(*found.span()), f"`{found.group()}` is not how a number is written.", f"Write {better}."
        )
        return _with(text, at, better), found.end(), [flaw]
    return _bare(text, at)


def _smart(text: str, at: int) -> tuple[str, int, list[Flaw]]:
    flaw = Flaw(
        Span(at, at + 1), "Typographic quotes stand around a text.", 'Write straight quotes: "like this".'
    )
    found = _SMART_TEXT.match(text, at)
    if found is None:
        raise Lost(flaw)
    return _with(_with(text, at, '"'), found.end() - 1, '"'), found.end(), [flaw]


def _quoted(text: str, at: int) -> tuple[str, int, list[Flaw]]:
    found = _TEXT.match(text, at)
    if found is None:
        raise Lost(Flaw(Span(at, at + 1), "A quote is missing.", QUOTES))
    flaws: list[Flaw] = []
    start = at + 1
    while text[at] == '"' and (start := text.find("\\", start, found.end())) >= 0:
        good = _ESCAPE.match(text, start)
        if good is None:
            flaws.append(
                Flaw(
                    Span(start, start + 1),
                    "A backslash has a meaning of its own in a text.",
                    "Write two of them, or single quotes around the text: '...'.",
                )
            )
            text = _with(text, start, "/")
        start = good.end() if good is not None else start + 1
    return text, found.end(), flaws


def _bare(text: str, at: int) -> tuple[str, int, list[Flaw]]:
    """A value without quotes: a number, a date, true or false, or something that is none of them."""
    found = _WORD.match(text, at)
    if found is None:
        raise Lost(
            Flaw(Span(at, at + 1), f"`{text[at]}` is no value.", "Write a value behind the equals sign.")
        )
    word, end = found.group(), found.end()
    span = Span(at, end)
    if word in ("true", "false") or _NUMBER.match(word):
        return text, end, []
    if _DATE.match(word):
        time = _TIME.match(text, end)
        return text, time.end() if time is not None else end, []
    truth = _TRUTH.get(word.lower())
    if truth is not None and _ends(text, end):
        flaw = Flaw(Span(at, at + 1), f"`{word}` is no TOML value.", f"Write `{truth}`.")
        if len(truth) != len(word):
            raise Lost(flaw)
        return _with(text, at, truth), end, [flaw]
    if _DAYS.match(word):
        raise Lost(
            Flaw(span, f"`{word}` is not how a date is written.", "Write year, month, day: 2026-03-31.")
        )
    if word[0].isdigit() or word[0] in "+-.€$£":
        raise Lost(Flaw(span, f"`{word}` is no number.", _number(word)))
    words = _WORDS.match(text, at)
    shown = words.group().strip() if words is not None else word
    close = at + len(shown)
    if text[close : close + 1] == '"':
        raise Lost(Flaw(Span(close, close + 1), "A quote is missing.", QUOTES))
    raise Lost(Flaw(Span(at, at + 1), "A text stands without quotes.", f'Write "{shown}".'))


def _number(word: str) -> str:
    """What to write for something that begins like a number."""
    found = _UNIT.match(word)
    number = found["number"].replace("_", "").rstrip(".") if found is not None else ""
    if found is None or not re.fullmatch(r"\d*\.?\d+", number):
        return 'Write a number with a point for the decimals, or quotes around a text: "like this".'
    unit = (found["unit"] or "").lower()
    if unit == "%":
        return f"Write {float(number) / 100:g} for a share, or {number} where the unit is per cent."
    if unit in _LARGE:
        return f"Write {float(number) * _LARGE[unit]:.0f}."
    return f"Write {number.lstrip('0') if number.lstrip('0')[:1].isdigit() else '0' + number.lstrip('0')}."


def _ends(text: str, at: int) -> bool:
    """Whether nothing but a mark or the end of the line follows."""
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return text[at : at + 1] in ("", "\n", ",", "]", "}", "#")


def _with(text: str, at: int, words: str) -> str:
    return text[:at] + words + text[at + len(words) :]
