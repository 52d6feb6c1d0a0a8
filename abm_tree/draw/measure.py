"""How wide a text is, and where it breaks, without a font at hand.

Promises: never narrower than the text is in any of the usual sans-serif fonts, which DejaVu Sans, the widest
of them, stands for. Refuses: to know fonts; a picture that is sent away is shown with whatever is there.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Thousandths of the font's size, DejaVu Sans.
_WIDTHS = {
    " ": 318, "!": 401, '"': 460, "#": 838, "$": 636, "%": 950, "&": 780, "'": 275, "(": 390, ")": 390,
    "*": 500, "+": 838, ",": 318, "-": 361, ".": 318, "/": 337, ":": 337, ";": 337, "<": 838, "=": 838,
    ">": 838, "?": 531, "@": 1000, "[": 390, "\\": 337, "]": 390, "^": 838, "_": 500, "`": 500, "{": 636,
    "|": 337, "}": 636, "~": 838, "A": 684, "B": 686, "C": 698, "D": 770, "E": 632, "F": 575, "G": 775,
    "H": 752, "I": 295, "J": 295, "K": 656, "L": 557, "M": 863, "N": 748, "O": 787, "P": 603, "Q": 787,
    "R": 695, "S": 635, "T": 611, "U": 732, "V": 684, "W": 989, "X": 685, "Y": 611, "Z": 685, "a": 613,
    "b": 635, "c": 550, "d": 635, "e": 615, "f": 352, "g": 635, "h": 634, "i": 278, "j": 278, "k": 579,
    "l": 278, "m": 974, "n": 634, "o": 612, "p": 635, "q": 635, "r": 411, "s": 521, "t": 392, "u": 634,
    "v": 592, "w": 818, "x": 592, "y": 592, "z": 525, "≥": 838, "≤": 838, "≠": 838, "…": 1000, "·": 318,
}  # fmt: skip
_DIGIT, _OTHER, _WIDE = 636, 780, 1050
_SPREAD = 1.13  # of bold, at most
_SAFE = 1.02


@lru_cache(maxsize=4096)
def _thousandths(character: str) -> int:
    found = _WIDTHS.get(character)
    if found is not None:
        return found
    if character.isdigit() and character.isascii():
        return _DIGIT
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in ("W", "F") or ord(character) > 0x1F000:
        return _WIDE * 4 // 3 if ord(character) > 0x1F000 else _WIDE
    base = unicodedata.normalize("NFD", character)[0]
    return _WIDTHS.get(base, _OTHER) if base != character else _OTHER


@lru_cache(maxsize=16384)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at most, in the unit of the font's size."""
    total = sum(map(_thousandths, text)) * size * _SAFE / 1000
    return total * _SPREAD if bold else total


@lru_cache(maxsize=16384)  # tests and ends of branches come again and again
def wrap(text: str, size: float, room: float, lines: int, *, bold: bool = False) -> tuple[str, ...]:
    """A text in so many lines of so much room at most; dots where something is missing."""
    out: list[str] = []
    line = ""
    used = 0.0
    blank = width(" ", size, bold=bold)
    for word in _pieces(text, size, room, bold):
        wide = width(word, size, bold=bold)
        if line and used + blank + wide > room:
            out.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + blank + wide) if line else (word, wide)
        if len(out) >= lines:
            break
    else:
        if line:
            out.append(line)
    if len(out) > lines or (len(out) == lines and line and out[-1] != line):
        out = out[:lines]
        while out[-1] and width(f"{out[-1]}…", size, bold=bold) > room:
            out[-1] = out[-1][:-1].rstrip()
        out[-1] += "…"
    return tuple(out)


def _pieces(text: str, size: float, room: float, bold: bool) -> list[str]:
    """The words of a text, those that are too long broken."""
    out: list[str] = []
    for word in text.split():
        while width(word, size, bold=bold) > room:
            at = max(1, len(word) - 1)
            while at > 1 and width(word[:at], size, bold=bold) > room:
                at -= max(1, at // 8)
            out.append(word[:at])
            word = word[at:]
        if word:
            out.append(word)
    return out
