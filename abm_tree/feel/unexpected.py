"""The error for a token that cannot stand where it stands.

Promises: one sentence about the likeliest slip, and what to write instead. Refuses: to go on; a text has one
syntax error at a time.
"""

from __future__ import annotations

import re

from abm_tree.feel.joined import TESTS, meant_in_test, meant_with_name
from abm_tree.feel.slips import WORDS, FeelError, stray_word, thousands
from abm_tree.feel.tokens import COMPARISONS, PHRASES, Token
from abm_tree.source import Span, did_you_mean

_DAY = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")


def too_deep(tokens: list[Token], at: int) -> FeelError:
    """The error for trees that nobody could read."""
    token = tokens[min(at, len(tokens) - 1)]
    help = "Split it into derived facts, or write x in (a, b, c) for a long row of or."
    return FeelError("The condition is nested too deeply.", Span(token.start, token.end), help)


def unexpected(text: str, tokens: list[Token], at: int, in_tests: bool) -> FeelError:
    """The error for the token at a place."""
    kind, word, start, end = token = tokens[at]
    span = Span(start, end)
    before = tokens[at - 1] if at else None
    if kind == "end":
        if before is None:
            return FeelError("The condition is empty.", span)
        if before.kind == "+" and at > 1 and tokens[at - 2].kind == "number":
            plus = Span(tokens[at - 2].start, before.end)
            return FeelError("After `+` something is missing.", plus, f"Write >= {tokens[at - 2].text}.")
        return FeelError(f"After `{before.text}` something is missing.", Span(before.start, before.end))
    if kind in (",", ".."):
        for earlier in tokens[max(0, at - 3) : at]:
            if earlier.kind == "number" and (slip := thousands(text, earlier.start)) is not None:
                return slip
    if kind == "name":
        if in_tests and word.casefold() in ("and", "or"):
            return FeelError(f"Tests are not joined with `{word}`.", span, meant_in_test(text) or TESTS)
        return _stray(tokens, at)
    if kind in COMPARISONS:
        help = meant_with_name(text, start)
        return FeelError(f"`{word}` has nothing on its left.", span, help)
    if kind in ("and", "or") and in_tests:
        return FeelError(f"Tests are not joined with `{word}`.", span, meant_in_test(text) or TESTS)
    if kind == "in" and before is not None and before.kind == "not":
        return FeelError("`not in` is not one word here.", Span(before.start, end), "Write not(x in (1, 2)).")
    if kind == "not":
        return stray_word(token.text, span)
    if kind == "," and not in_tests:
        return FeelError("A comma stands only in lists.", span, "Write [1, 2], or x in (1, 2).")
    if kind in (")", "]"):
        return FeelError(f"The bracket `{word}` closes nothing here.", span)
    if kind in ("number", "text", "at", "[", "(") and before is not None and before.text.casefold() in WORDS:
        return stray_word(before.text, Span(before.start, before.end))
    if kind == "between" and before is None:
        return stray_word(word, span)
    if kind == "in" and before is None:
        return FeelError("Nothing stands before `in`.", span, 'Write the values alone: "a", "b".')
    if kind == "..":
        return FeelError("A range stands in brackets.", span, "Write [5..10].")
    if kind == "number" and (day := _dotted_day(text, start)) is not None:
        return day
    if kind in ("number", "text", "at"):
        help = "Join conditions with and, or; put a comma between values."
        return FeelError(f"`{_cut(word)}` stands where an operator or the end should be.", span, help)
    return FeelError(f"`{word}` cannot stand here.", span)


def _dotted_day(text: str, at: int) -> FeelError | None:
    """The error for a day written as 31.03.2026."""
    for found in _DAY.finditer(text):
        if found.start() <= at < found.end():
            help = f'Write @"{found[3]}-{int(found[2]):02}-{int(found[1]):02}".'
            return FeelError("A day is not written like this.", Span(found.start(), found.end()), help)
    return None


def _stray(tokens: list[Token], at: int) -> FeelError:
    """The error for a name where none can stand."""
    first = last = at
    number = tokens[at - 1] if at else None
    if number is not None and number.kind == "number" and number.end == tokens[at].start:
        return _unit(number, tokens[at])
    while first and tokens[first - 1].kind == "name":
        first -= 1
    while tokens[last].kind == "name":
        last += 1
    if last - first > 1 and tokens[last].kind == "(":
        words = " ".join([found.text for found in tokens[first:last]])
        span = Span(tokens[first].start, tokens[last - 1].end)
        return FeelError(f"There is no function `{_cut(words)}`.", span, did_you_mean(words, PHRASES))
    token = tokens[at]
    if token.text == "is" and tokens[at + 1].kind == "null":
        span = Span(token.start, tokens[at + 1].end)
        return FeelError("`is null` cannot stand here.", span, "Write = null for known to be none.")
    if token.text == "is" and tokens[at + 1].kind == "not":
        span = Span(token.start, tokens[at + 1].end)
        if tokens[at + 2].text.casefold() == "known" and at and tokens[at - 1].kind == "name":
            span = Span(token.start, tokens[at + 2].end)
            help = f"Write not(known({_cut(tokens[at - 1].text)}))."
            return FeelError("`is not known` cannot stand here.", span, help)
        return FeelError("`is not` cannot stand here.", span, "Write != for not equal.")
    phrase = f"{tokens[first].text} {token.text}" if first == at - 1 else ""
    if phrase in PHRASES:
        span = Span(tokens[first].start, token.end)
        return FeelError(f"After `{phrase}` comes a bracket.", span, f'Write {phrase}(name, "text").')
    return stray_word(_cut(token.text), Span(token.start, token.end))


def _unit(number: Token, unit: Token) -> FeelError:
    """The error for `50k` and `5m`."""
    zeros = {"k": 3, "m": 6, "mio": 6, "bn": 9}.get(unit.text.casefold())
    help = "Write the number alone."
    if zeros is not None and number.text.isdigit():
        help = f"Write {number.text}{'0' * zeros}."
    span = Span(number.start, unit.end)
    return FeelError(f"`{_cut(number.text + unit.text)}` is no number.", span, help)


def _cut(word: str) -> str:
    return word if len(word) <= 60 else word[:57] + "..."
