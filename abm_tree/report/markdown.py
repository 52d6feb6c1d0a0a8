"""Text from outside in Markdown: shown as it is, whatever it holds.

Promises: in CommonMark and in GitHub's dialect no text becomes a heading, a list, a link, HTML, emphasis or a
table; what such a renderer shows is the text, each run of blanks as one space. Escapes are few, so that the
same lines read well where nothing renders them. Refuses: several lines; a text is one.
"""

from __future__ import annotations

import re
from itertools import pairwise

from abm_tree.report.files import one_line

_ACTIVE = re.compile(r"[\\`*\[\]<|~$]|&(?=#?\w+;)|_(?![^\W_])|(?<![^\W_])_")
# What begins a quotation, a heading, a list, a rule or an underline, at the start of a line.
_START = re.compile(r">|#{1,6}(?=\s|$)|[+-](?=\s|$)|-{2,}$|=+$|\d{1,9}(?=[.)](?:\s|$))")
# What dialects make links of by themselves: addresses of pages, people and hosts. As code it stays text.
_LINK = re.compile(r"//|@|^www\.|^mailto:|^xmpp:|[^\W_]\.[^\W\d_]{2}", re.IGNORECASE)
_OPENS, _CLOSES = "([{\"'\u201c\u2018\u00ab", ")]}\"'\u201d\u2019\u00bb.,;:!?"


def text(outside: str) -> str:
    """A text as one line of Markdown that shows just it."""
    words = [_word(word) for word in one_line(outside).split(" ")]
    line = " ".join(words)
    found = _START.match(line)
    if found is None:
        return line
    at = found.end() if found[0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def code(outside: str) -> str:
    """A text as a stretch of code."""
    line = one_line(outside)
    if not line:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def sentence(told: str) -> str:
    """A sentence of ours, in which backticks mark code, with texts from outside in it."""
    pieces = one_line(told).split("`")
    if len(pieces) % 2 == 0 or any(not piece for piece in pieces[1::2]):
        return text(told)
    out = [code(piece) if number % 2 else _inside(piece) for number, piece in enumerate(pieces)]
    if any(one.endswith("`") and other.startswith("`") for one, other in pairwise(out)):
        return text(told)  # two stretches of code that touch would be read as one
    return "".join(out)


def _inside(piece: str) -> str:
    before = piece[: len(piece) - len(piece.lstrip())]
    after = piece[len(piece.rstrip()) :] if piece.strip() else ""
    return f"{before}{text(piece)}{after}"


def _word(word: str) -> str:
    if not _LINK.search(word):
        return _escaped(word)
    inner = word.lstrip(_OPENS).rstrip(_CLOSES)
    if not inner:
        return _escaped(word)
    at = len(word) - len(word.lstrip(_OPENS))
    return f"{_escaped(word[:at])}{code(inner)}{_escaped(word[at + len(inner) :])}"


def _escaped(word: str) -> str:
    return _ACTIVE.sub(lambda found: f"\\{found[0]}", word)
