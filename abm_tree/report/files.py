"""Writing files so that nobody ever sees half of one.

Promises: a file is written aside and moved into place when it is whole; on any failure nothing is left.
Refuses: to write over the list that is being read.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def written_aside(path: Path) -> Iterator[TextIO]:
    """A text file that replaces `path` when the block ends without an exception.

    A link is followed; a device or a pipe, which cannot be replaced, is written to as it is.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    except OSError as error:
        # Named by the file that is wanted, not by the one beside it.
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: numbers stay, anything else gets a quote in front."""
    if text[:1] not in ("=", "+", "-", "@", "\t", "\r", "|", "%"):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text
