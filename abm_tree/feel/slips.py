"""What authors write by mistake, and what to write instead.

Promises: each slip that other languages and spreadsheets teach gets one sentence and a correction.
Refuses: to repair anything by itself.
"""

from __future__ import annotations

import re

from abm_tree.source import Span


class FeelError(ValueError):
    """A text that is no FEEL: one sentence, the place in code points, and what to write instead."""

    def __init__(self, message: str, span: Span, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.help = help


_OPERATORS = {
    "=>": ("`=>` is no comparison.", "Write >= for at least."),
    "=<": ("`=<` is no comparison.", "Write <= for at most."),
    "==": ("`==` is no comparison.", "Write = for equal."),
    "===": ("`===` is no comparison.", "Write = for equal."),
    "<>": ("`<>` is no comparison.", "Write != for not equal."),
    "&&": ("`&&` is no word of this language.", "Write and."),
    "&": ("`&` joins nothing here.", "Write and; texts are joined with +."),
    "||": ("`||` is no word of this language.", "Write or."),
    "|": ("`|` joins nothing here.", "Write or."),
    "≥": ("`≥` is no comparison.", "Write >= for at least."),
    "≤": ("`≤` is no comparison.", "Write <= for at most."),
    "≠": ("`≠` is no comparison.", "Write != for not equal."),
    "×": ("`×` does not multiply.", "Write *."),
    "÷": ("`÷` does not divide.", "Write /."),
    "−": ("This is a typographic minus.", "Write -."),
    "–": ("This is a dash, not a minus.", "Write - to subtract, or [50..1000] for a range."),
    "—": ("This is a dash, not a minus.", "Write - to subtract, or [50..1000] for a range."),
    "…": ("This is one character, not two dots.", "Write .. between the ends of a range."),
    "%": ("`%` is no sign of the language.", "Write a share: 0.05 for five per cent."),
    "^": ("`^` is no sign of the language.", "Write ** for a power."),
    ";": ("`;` separates nothing here.", "Write a comma."),
    "{": ("Braces have no meaning in a condition.", "Write the name alone."),
    "}": ("Braces have no meaning in a condition.", "Write the name alone."),
    "\\": ("A backslash stands only inside a text.", ""),
}
_LONGEST_FIRST = sorted(_OPERATORS, key=len, reverse=True)
_SMART = "“”„‟«»‘’‚‛′″"
WORDS = {
    "is": "Write = for equal.",
    "equals": "Write = for equal.",
    "within": 'Write a duration like @"P30D" and compare: date <= today() + @"P30D".',
    "unknown": "Write not(known(name)).",
    "contains": 'Write contains(name, "text").',
    "like": 'Write contains(name, "text") or matches(name, "pattern").',
    "not": "Write not(x in (1, 2)) for none of them, != for one.",
    "of": "",
    "least": "Write >= for at least.",
    "most": "Write <= for at most.",
    "than": "Write > for more, < for less.",
    "over": "Write > for more than.",
    "above": "Write > for more than.",
    "under": "Write < for less than.",
    "below": "Write < for less than.",
    "between": "Write [5..10] for from 5 to 10.",
    "to": "Write [5..10] for from 5 to 10.",
    "for": "`for` is not part of this language.",
    "instance": "`instance of` is not part of this language.",
}
_SMALL = ("and", "or", "not", "in", "between", "if", "then", "else")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])")
_COMMA = re.compile(r"[0-9]+,[0-9]+(?![0-9.,])")


def bad_character(text: str, at: int) -> FeelError:
    """The error for a place where no token begins."""
    character = text[at]
    if character == '"':
        return FeelError("The closing quote is missing.", Span(at, len(text)), f"Write {_closed(text[at:])}.")
    if character in _SMART:
        end = next((i for i in range(at + 1, len(text)) if text[i] in _SMART + '"'), None)
        word = text[at + 1 : len(text) if end is None else end]
        span = Span(at, len(text) if end is None else end + 1)
        return FeelError("These are typographic quotes.", span, f'Write "{word}" with straight quotes.')
    if character == "'":
        end = text.find("'", at + 1)
        word = text[at + 1 : len(text) if end < 0 else end]
        span = Span(at, len(text) if end < 0 else end + 1)
        return FeelError("A text stands in double quotes.", span, f'Write "{word}".')
    for slip in _LONGEST_FIRST:
        if text.startswith(slip, at):
            message, help = _OPERATORS[slip]
            return FeelError(message, Span(at, at + len(slip)), help)
    if character == "!":
        return FeelError(
            "`!` negates nothing here.", Span(at, at + 1), "Write not(...) around the condition."
        )
    if character == "@":
        return FeelError("After @ comes a text.", Span(at, at + 1), 'Write @"2026-11-21".')
    if character in "$€£¥":
        return FeelError("Amounts have no currency sign.", Span(at, at + 1), "Write the number alone.")
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return FeelError(f"`{shown}` has no meaning in a condition.", Span(at, at + 1))


def thousands(text: str, at: int) -> FeelError | None:
    """The error for `1,000` at a place, or None where no grouped digits stand there."""
    found = _GROUPED.match(text, at)
    if found is None:
        return None
    plain = found.group().replace(",", "")
    return FeelError("A comma does not group digits.", Span(*found.span()), f"Write {plain}.")


def decimal_comma(text: str, at: int) -> FeelError | None:
    """The error for `0,5` at a place, or None where no such number stands there."""
    found = _COMMA.match(text, at)
    if found is None:
        return None
    return FeelError(
        "A comma is no decimal point.", Span(*found.span()), f"Write {found.group().replace(',', '.')}."
    )


def stray_word(word: str, span: Span) -> FeelError:
    """The error for a word where an operator should stand."""
    small = word.casefold()
    if small in _SMALL and word != small:
        return FeelError(f"`{word}` is written in small letters.", span, f"Write {small}.")
    if small in WORDS:
        return FeelError(f"`{word}` cannot stand here.", span, WORDS[small])
    message = f"`{word}` stands where an operator or the end should be."
    return FeelError(message, span, "Put a text in double quotes; join conditions with and, or.")


def _closed(rest: str) -> str:
    word = rest.split("\n", 1)[0].rstrip()
    return f'{word if len(word) <= 40 else word[:40] + "..."}"'
