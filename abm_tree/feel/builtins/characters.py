"""Sets of characters in regular expressions, as XML Schema and XPath define them.

Promises: a set is a function from a character to yes or no; categories are those of this Python's Unicode.
Refuses: blocks other than those listed, with None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias
from unicodedata import category

Set: TypeAlias = Callable[[str], bool]

_CATEGORIES = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Syriac": (0x0700, 0x074F),
    "Devanagari": (0x0900, 0x097F),
    "Bengali": (0x0980, 0x09FF),
    "Gurmukhi": (0x0A00, 0x0A7F),
    "Gujarati": (0x0A80, 0x0AFF),
    "Tamil": (0x0B80, 0x0BFF),
    "Telugu": (0x0C00, 0x0C7F),
    "Thai": (0x0E00, 0x0E7F),
    "Tibetan": (0x0F00, 0x0FFF),
    "Georgian": (0x10A0, 0x10FF),
    "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "MiscellaneousTechnical": (0x2300, 0x23FF),
    "BoxDrawing": (0x2500, 0x257F),
    "GeometricShapes": (0x25A0, 0x25FF),
    "MiscellaneousSymbols": (0x2600, 0x26FF),
    "Dingbats": (0x2700, 0x27BF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "PrivateUse": (0xE000, 0xF8FF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
SINGLE = {"n": "\n", "r": "\r", "t": "\t", **{c: c for c in "\\|.?*+(){}-[]^$"}}


def one_of(characters: str) -> Set:
    """The set of these characters."""
    return frozenset(characters).__contains__


def between(first: str, last: str) -> Set:
    """The set of the characters from one to another."""
    return lambda c: first <= c <= last


def negated(of: Set) -> Set:
    """All other characters."""
    return lambda c: not of(c)


def any_of(sets: list[Set]) -> Set:
    """The union of sets."""
    return sets[0] if len(sets) == 1 else lambda c: any(each(c) for each in sets)


def minus(of: Set, without: Set) -> Set:
    """A set without the characters of another."""
    return lambda c: of(c) and not without(c)


def folded(c: str) -> str:
    """A character without its case: k for K and for the Kelvin sign."""
    return c.upper().casefold()


def variants(c: str) -> Set:
    """The set of a character in either case."""
    plain = folded(c)
    return lambda other: other == c or folded(other) == plain


def ignoring_case(of: Set) -> Set:
    """The set of the characters that have a variant in `of`."""
    return lambda c: of(c) or any(len(v) == 1 and of(v) for v in (folded(c), folded(c).upper()))


def named(name: str) -> Set | None:
    """The set of `\\p{name}`: a category, or a block with `Is` before it; None: there is none."""
    if name.startswith("Is") and (block := _BLOCKS.get(name[2:])) is not None:
        first, last = block
        return lambda c: first <= ord(c) <= last
    if _CATEGORIES.fullmatch(name):
        return lambda c: category(c).startswith(name)
    return None


def _is_word(c: str) -> bool:
    return category(c)[0] not in "PZC"


def _is_name_start(c: str) -> bool:
    return c in "_:" or category(c)[0] == "L"


def _is_name(c: str) -> bool:
    return c in "_:-." or category(c)[0] in "LM" or category(c) == "Nd"


_SHORT: dict[str, Set] = {
    "s": one_of(" \t\n\r"),
    "d": lambda c: category(c) == "Nd",
    "w": _is_word,
    "i": _is_name_start,
    "c": _is_name,
}


def short(letter: str) -> Set | None:
    """The set of `\\s`, `\\D` and so on; None: there is none."""
    found = _SHORT.get(letter.lower())
    return negated(found) if found is not None and letter.isupper() else found
