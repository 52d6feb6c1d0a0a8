"""A text and the places in it.

Promises: offsets count code points of `Source.text`, whose line ends are always "\\n"; they turn into
line and column only when something is shown. Refuses: bytes that are no text.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from abm_tree.source.diagnostics import Diagnostic, Severity

MAX_BYTES = 16 * 1024 * 1024


class Span(NamedTuple):
    """A half-open stretch [start, end) of a text, in code points."""

    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """A text with the name under which people know it (usually a path)."""

    name: str
    text: str

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which lines begin."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, the column in characters."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (counted from 1) without its end."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]


def read(path: Path, name: str | None = None, *, max_bytes: int = MAX_BYTES) -> Source | Diagnostic:
    """Read a text file; a diagnostic says why it cannot be read."""
    name = name or str(path)
    problem = unreadable(path, name, max_bytes=max_bytes)
    if problem is not None:
        return problem
    try:
        data = path.read_bytes()
    except OSError as error:
        return Diagnostic("unreadable", Severity.ERROR, f"The file cannot be read: {error.strerror}.", name)
    if not data.strip():
        return Diagnostic("empty-file", Severity.ERROR, "The file is empty.", name)
    text = decode(data)
    if text is None:
        return Diagnostic(
            "binary-file", Severity.ERROR, "The file is not text.", name, help="Save it as text in UTF-8."
        )
    return Source(name, text)


def unreadable(path: Path, name: str, *, max_bytes: int | None = None) -> Diagnostic | None:
    """Why a path cannot be read as a file, or None."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            return Diagnostic("is-a-directory", Severity.ERROR, "This is a folder, not a file.", name)
    except FileNotFoundError:
        return Diagnostic("no-such-file", Severity.ERROR, "There is no such file.", name)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Diagnostic("unreadable", Severity.ERROR, f"The file cannot be read: {reason}.", name)
    if max_bytes is not None and size > max_bytes:
        return Diagnostic(
            "file-too-large",
            Severity.ERROR,
            f"The file has {size:,} bytes; at most {max_bytes:,} are read.",
            name,
        )
    return None


def decode(data: bytes) -> str | None:
    """Bytes as text with "\\n" line ends: UTF-8, else UTF-16 (by its mark or its shape), else Windows-1252.

    A few bytes that fit nowhere in a text that is otherwise UTF-8, or a few zero bytes, become U+FFFD.
    None where the bytes are no text at all.
    """
    encoding = encoding_of(data)
    if encoding is None:
        return None
    text = data.decode(encoding, errors="replace").replace("\x00", "\ufffd")
    sample = text[:4096]
    controls = sum(1 for c in sample if c < " " and c not in "\t\n\r\f")
    if controls > len(sample) * 0.02 + 1 or sample.count("\ufffd") > len(sample) * 0.1:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def encoding_of(data: bytes) -> str | None:
    """The encoding that `decode` reads bytes with, or None for bytes that are no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    sample = data[:4096]
    if b"\x00" in sample:
        odd, even = sample[1::2].count(0), sample[0::2].count(0)
        if odd > len(sample) * 0.35 and even < len(sample) * 0.05:
            return "utf-16-le"
        if even > len(sample) * 0.35 and odd < len(sample) * 0.05:
            return "utf-16-be"
        if sample.count(0) > len(sample) * 0.01 + 1:
            return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        read = data.decode("utf-8", errors="replace")
        wrong = read.count("\ufffd")
        right = sum(1 for c in read if c > "\x7f") - wrong
        # A slip in a UTF-8 file does not make it another encoding.
        return "utf-8" if right >= 3 * wrong else "cp1252"
    return "utf-8"


# C0 (save tab and line feed), DEL, C1, bidirectional controls, zero-width no-break space, separators.
_HOSTILE = dict.fromkeys(
    [
        *(c for c in range(0x20) if c not in (0x09, 0x0A)),
        *range(0x7F, 0xA0),
        0x061C,
        0x200E,
        0x200F,
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
        *range(0xD800, 0xE000),
    ],
    "\ufffd",
)


# What people write where there is nothing to write.
_NOTHING = frozenset({"none", "no", "nothing", "n/a", "na", "0"})


def says_something(text: str) -> bool:
    """Whether a text says anything: it has a letter or a digit, and is no word for nothing."""
    return any(sign.isalnum() for sign in text) and text.strip().casefold() not in _NOTHING


def clean(text: str) -> str:
    """A text from outside without control and bidirectional characters: each becomes U+FFFD."""
    return text if text.isascii() and text.isprintable() else text.translate(_HOSTILE)
