"""Rows of styled text, wrapped to a width.

Promises: text is text: whatever it holds, it takes the cells it is given and no more; control characters are
replaced before anything is measured. Refuses: markup; styles are names that `Page` knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from abm_tree.source import clean

_WORD = re.compile(r" +|[^ ]+")
MAX_TEXT = 4000  # characters of one paragraph on a screen: what is longer is cut, and says so
_RUN = re.compile(r"[^ ]{160,}")  # no word, and no name that helps anybody: its beginning is enough

Part = tuple[str, str]  # text and style name


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a pane: parts with styles, and what choosing it means."""

    parts: tuple[Part, ...] = ()
    id: str = ""
    style: str = ""  # of the whole row
    right: tuple[Part, ...] = ()  # set against the right edge

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for text, _ in self.parts)


BLANK = Row()


@lru_cache(maxsize=4096)
def safe(text: str) -> str:
    """Text as it may reach a terminal: no control characters, one line, bounded."""
    text = _RUN.sub(lambda found: f"{found[0][:60]}... ({len(found[0]):,} characters)", text)
    if len(text) > MAX_TEXT:
        text = f"{text[:MAX_TEXT]} ... ({len(text):,} characters)"
    return " ".join(clean(text).replace("\t", " ").split("\n"))


def row(*parts: Part | str, id: str = "", style: str = "", right: Iterable[Part] = ()) -> Row:
    """A row of parts; a plain text has no style of its own."""
    return Row(_parts(parts), id, style, _parts(tuple(right)))


def _parts(parts: Iterable[Part | str]) -> tuple[Part, ...]:
    out = []
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        if text:
            out.append((safe(text), style))
    return tuple(out)


def wrap(
    parts: Sequence[Part | str] | str,
    width: int,
    *,
    first: str = "",
    hang: str = "",
    style: str = "",
    id: str = "",
) -> list[Row]:
    """Rows of a paragraph; `first` stands before the first line and `hang` before the others.

    Blank lines in the text part paragraphs. What has no space to break at is cut at the width.
    """
    if isinstance(parts, str):
        pieces = [piece for piece in clean(parts).split("\n\n") if piece.strip()] or [""]
        out: list[Row] = []
        for number, piece in enumerate(pieces):
            lead = first if number == 0 else hang
            out += _wrap(((safe(piece), style),), width, lead, hang, style, id)
        return out
    return list(_wrap(_parts(parts), width, first, hang, style, id))


# The words beside a question are the same for many questions: they are wrapped once.
@lru_cache(maxsize=4096)
def _wrap(parts: tuple[Part, ...], width: int, first: str, hang: str, style: str, id: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    line: list[Part] = [(first, style)] if first else []
    used = cell_len(first)
    room = max(width, 4)
    fresh = True  # nothing but the lead stands in the line
    for text, kind in parts:
        for word in _words(text):
            size = cell_len(word)
            blank = word.isspace()
            if used + size > room and not (blank and used >= room):
                if not blank and not fresh:
                    rows.append(_row(line, id, style))
                    line, used, fresh = ([(hang, style)] if hang else []), cell_len(hang), True
                while used + size > room and size > 0 and not blank:
                    # A word longer than the line.
                    head, word = _split(word, max(room - used, 1))
                    line.append((head, kind))
                    rows.append(_row(line, id, style))
                    line, used, fresh = ([(hang, style)] if hang else []), cell_len(hang), True
                    size = cell_len(word)
                if blank:
                    continue
            if blank and fresh:
                continue
            if word and used + size <= room:
                line.append((word, kind))
                used += size
                fresh = False
    if not fresh or not rows:
        rows.append(_row(line, id, style))
    return tuple(rows)


def _words(text: str) -> list[str]:
    """Words and the spaces between them, in turn."""
    return _WORD.findall(text)


def _split(word: str, room: int) -> tuple[str, str]:
    """As much of a word as fits, and the rest; at least one character."""
    used = 0
    for at, char in enumerate(word):
        used += cell_len(char)
        if used > room and at > 0:
            return word[:at], word[at:]
    return word, ""


def _row(line: list[Part], id: str, style: str) -> Row:
    joined: list[Part] = []
    for text, kind in line:
        if joined and joined[-1][1] == kind:
            joined[-1] = (joined[-1][0] + text, kind)
        else:
            joined.append((text, kind))
    if joined:
        joined[-1] = (joined[-1][0].rstrip(" "), joined[-1][1])
    return Row(tuple(part for part in joined if part[0]), id, style)


def cut(text: str, width: int) -> str:
    """A text within a width, with dots where something is missing."""
    text = safe(text)
    if cell_len(text) <= width:
        return text
    if width < 2:
        return set_cell_size(text, max(width, 0))
    return set_cell_size(text, width - 1).rstrip() + "…"
