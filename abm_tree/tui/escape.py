"""Esc, and a key right after it.

A terminal sends the same bytes for Esc followed by a letter and for Alt with that letter. Here Esc gives the
keys back from a line to type into, so that people press it and the next key in one go: both count, one after
the other. Textual would take `Esc 1` for a character of its own and `Esc n` for two that nobody typed.
"""

from __future__ import annotations

import string
from typing import NamedTuple, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import Keys


class _Plain(NamedTuple):
    """A key by its name, as Textual's table wants it."""

    value: str


def keep_apart() -> None:
    """Read Esc and a key as two keys; but for `[` and `O`, which begin what other keys send."""
    known = cast(dict[str, object], ANSI_SEQUENCES_KEYS)
    for character in set(string.ascii_letters + string.digits) - {"O"}:
        known["\x1b" + character] = (Keys.Escape, _Plain(character))
