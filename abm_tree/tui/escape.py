"""What Textual makes of escape characters, where a rep means something else.

Esc, and a key right after it: a terminal sends the same bytes for Esc followed by a letter and for Alt with
that letter. Here Esc gives the keys back from a line to type into, so that people press it and the next key
in one go: both count, one after the other. Textual would take `Esc 1` for a character of its own and `Esc n`
for two that nobody typed.

Esc within pasted text: it is text. Textual would take it for the beginning of a key, and the rest for keys.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from typing import NamedTuple, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.keys import Keys
from textual.message import Message

BEGINS, ENDS = "\x1b[200~", "\x1b[201~"  # of pasted text
SHOWN = "\ufffd"


class _Plain(NamedTuple):
    """A key by its name, as Textual's table wants it."""

    value: str


def keep_apart() -> None:
    """Read Esc and a key as two keys, and what is pasted as text.

    Not so `[` and `O` after Esc, which begin what other keys send.
    """
    known = cast(dict[str, object], ANSI_SEQUENCES_KEYS)
    for character in set(string.ascii_letters + string.digits) - {"O"}:
        known["\x1b" + character] = (Keys.Escape, _Plain(character))
    if XTermParser.feed is _FEED:
        XTermParser.feed = _feed  # type: ignore[method-assign, assignment]


class Pasted:
    """What a terminal sends, with the escape characters of pasted text made visible."""

    def __init__(self) -> None:
        self.within = False
        self._before = ""  # the last few characters that were passed on
        self._held = ""  # what may be the beginning of the end

    def inert(self, data: str) -> str:
        """The next characters."""
        out = []
        text, self._held = self._held + data, ""
        while text:
            if self.within:
                whole, end, text = text.partition(ENDS)
                if not end:
                    sizes = (size for size in range(len(ENDS) - 1, 0, -1) if whole.endswith(ENDS[:size]))
                    cut = len(whole) - next(sizes, 0)
                    whole, self._held = whole[:cut], whole[cut:]
                out.append(whole.replace("\x1b", SHOWN) + end)
                self.within = not end
                continue
            seen = self._before + text
            at = seen.find(BEGINS)
            if at < 0:
                out.append(text)
                self._before = seen[1 - len(BEGINS) :]
                break
            upto = at + len(BEGINS) - len(self._before)
            out.append(text[:upto])
            text, self._before, self.within = text[upto:], "", True
        return "".join(out)


_FEED = XTermParser.feed


def _feed(parser: XTermParser, data: str) -> Iterable[Message]:
    if not data:
        return _FEED(parser, data)
    pasted = parser.__dict__.setdefault("_pasted", Pasted())
    text = pasted.inert(data)
    return _FEED(parser, text) if text else ()
