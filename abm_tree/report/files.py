"""Writing files so that nobody ever sees half of one, and that hold nothing but text.

Promises: a file is written aside and moved into place when it is whole; on any failure nothing is left. Text
from outside is text in a cell and in a file's name. Refuses: to write over the list that is being read.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from abm_tree.source import clean

PART = ".part"  # how a file ends that is not complete
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
MAX_NAME = 100  # bytes: file systems take 255, archives and shares less

# What Windows takes for a device, whatever follows the first dot.
_RESERVED = frozenset(
    {
        *("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"),
        *(f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789\u00b9\u00b2\u00b3"),
    }
)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# Blank, invisible or quoting characters that a spreadsheet may skip, then what begins a formula.
_SKIPPED = r"[\s\x00-\x20\x7f-\xa0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffd\"]*"
_BEGINS = r"[=+\-@|%\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
_FORMULA = re.compile(rf"[\t\r\n]|{_SKIPPED}{_BEGINS}")
_SPLIT = re.compile(rf"([;\t\r\n]{_SKIPPED})(?={_BEGINS})(?![+-]?[0-9]+(?:[.,][0-9]+)?\s*(?:[;\t\r\n]|$))")


@contextmanager
def written_aside(path: Path) -> Iterator[TextIO]:
    """A text file that replaces `path` when the block ends without an exception.

    A link is followed; a device or a pipe, which cannot be replaced, is written to as it is.
    """
    with bytes_aside(path) as stream:
        file = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        yield file
        file.flush()
        file.detach()


@contextmanager
def bytes_aside(path: Path, mode: int | None = None) -> Iterator[BinaryIO]:
    """The same for bytes. What a run that was killed left beside `path` is removed.

    `mode`: who may read and write it (None: whoever may read new files).
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    prefix = f".{path.name[:40]}."
    _swept(path.parent, prefix)
    try:
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=PART, dir=path.parent)
    except OSError as error:
        # Named by the file that is wanted, not by the one beside it.
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            held(handle)
            yield file
            file.flush()
            os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask if mode is None else mode)
            if os.name != "nt":
                with _kept(path):
                    Path(name).replace(path)
        if os.name == "nt":  # pragma: no cover - an open file is not moved there
            Path(name).replace(path)
    except BaseException as error:
        with suppress(OSError):
            Path(name).unlink()
        if isinstance(error, OSError) and error.errno in FULL and error.filename is None:
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise


@contextmanager
def naming(path: Path | None) -> Iterator[None]:
    """Where several files are written at once, an error names the one that took no more."""
    try:
        yield
    except OSError as error:
        if path is None or error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, str(path.resolve())) from None


def held(handle: int) -> bool:
    """Lock an open file, as long as it is open; whether that could be done."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows, where open files cannot be removed anyway
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _swept(folder: Path, prefix: str) -> None:
    """Remove files that a killed run left: those that nobody holds."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name.startswith(prefix) and path.name.endswith(PART):
                with suppress(OSError), path.open("rb") as file:
                    if held(file.fileno()):
                        path.unlink()


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: numbers stay, anything else gets a quote in front.

    A formula may hide behind spaces, control characters and quotes, be written in full-width characters, or
    begin a cell of its own where a spreadsheet splits at semicolons, tabs or line ends instead of commas.
    """
    if _NUMBER.fullmatch(text):
        return text
    text = _SPLIT.sub(r"\1'", text)
    return "'" + text if _FORMULA.match(text) else text


class _Lines:
    """Where Python's writer writes: with other line ends than "\\r\\n", it would leave these bare."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, row: str) -> int:
        return self._file.write(row.removesuffix("\r\n") + "\n")


def csv_writer(file: TextIO) -> Any:
    """A CSV writer as all our files have it: commas, "\\n", quotes where needed."""
    return csv.writer(_Lines(file), lineterminator="\r\n")


def one_line(text: str) -> str:
    """A text without line ends and control characters, each run of blanks a space."""
    return " ".join(clean(text).split())


def file_name(*parts: str, suffix: str = "") -> str:
    """A name for a file out of texts from anywhere: safe on every system, at most 100 bytes, never empty."""
    words = (_word(part) for part in parts)
    name = "-".join(word for word in words if word) or "export"
    if name.split(".")[0].upper() in _RESERVED:
        name = f"_{name}"
    room = MAX_NAME - len(suffix.encode("utf-8"))
    cut = name.encode("utf-8")[:room].decode("utf-8", errors="ignore").rstrip("-. ")
    return f"{cut or 'export'}{suffix}"


def _word(text: str) -> str:
    """A text's letters, digits, dots and dashes; anything else between them is one dash."""
    text = unicodedata.normalize("NFC", text)
    kept = (char if char.isalnum() or char in "._" or unicodedata.combining(char) else "-" for char in text)
    return re.sub(r"[.]{2,}", ".", re.sub(r"-+", "-", "".join(kept))).strip("-._ ")


@contextmanager
def _kept(path: Path) -> Iterator[None]:
    """Keep an old file open while another takes its place: giving up a large one takes time."""
    try:
        old = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        old = None
    try:
        yield
    finally:
        if old is not None:
            threading.Thread(target=os.close, args=(old,), daemon=True).start()
