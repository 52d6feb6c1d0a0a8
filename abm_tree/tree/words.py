"""Words with gaps: `{account.name}`, `{budget | not known yet}`, `{{`.

Promises: every gap is found with its place; what is missing shows as a visible gap, never as raw braces.
Refuses: expressions in gaps; they hold names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from abm_tree.source import Span

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]|[^{}]+")
_NAME = re.compile(r"^[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)*$")


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap to fill: a name, and the words to use where nothing is known."""

    name: str
    fallback: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the author's: fixed pieces and slots."""

    pieces: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The gaps, in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Slot))

    def fill(self, value: Callable[[str], str | None], gap: Callable[[str], str]) -> str:
        """The text with every slot filled; `gap` says how a name without value shows.

        A sentence that ends in a value such as "Acme Inc." has one full stop.
        """
        out: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, str):
                stopped = out and out[-1].endswith(".") and piece.startswith(".") and piece[1:2] != "."
                out.append(piece[1:] if stopped else piece)
                continue
            found = value(piece.name)
            if found is None:
                found = piece.fallback if piece.fallback is not None else gap(piece.name)
            out.append(found)
        return _paragraphs("".join(out))


@dataclass(frozen=True, slots=True)
class BadSlot:
    """A brace that opens or closes nothing."""

    message: str
    span: Span
    help: str


def parse_words(text: str) -> tuple[Words, list[BadSlot]]:
    """Split an author's text into fixed pieces and slots; spans are offsets into the text."""
    pieces: list[str | Slot] = []
    bad: list[BadSlot] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        if piece in ("{{", "}}"):
            pieces.append(piece[0])
        elif match.group(1) is not None:
            name, bar, fallback = match.group(1).partition("|")
            start = match.start() + 1 + len(name) - len(name.lstrip())
            span = Span(start, max(start + len(name.strip()), start + 1))
            if not _NAME.match(name.strip()):
                bad.append(
                    BadSlot(
                        f"`{{{match.group(1)}}}` holds no name.",
                        Span(match.start(), match.end()),
                        "Write {name}, {name | words if missing}, or {{ for a brace.",
                    )
                )
                continue
            pieces.append(Slot(name.strip(), fallback.strip() if bar else None, span))
        elif piece in "{}":
            bad.append(
                BadSlot(
                    f"A brace `{piece}` stands alone.",
                    Span(match.start(), match.end()),
                    f"Write {{name}}, or {piece}{piece} for a brace.",
                )
            )
        else:
            pieces.append(piece)
    return Words(tuple(pieces)), bad


def plain(text: str) -> Words:
    """Words without slots, as they stand."""
    return Words((text,))


def _paragraphs(text: str) -> str:
    """One line break is a space, a blank line a paragraph."""
    parts = re.split(r"\n[ \t]*\n\s*", text.strip())
    return "\n\n".join(re.sub(r"[ \t]*\n[ \t]*", " ", part) for part in parts)
