"""Files of text as UTF-8 with plain line ends, a part at a time.

Promises: the text that `source.decode` makes of the whole file; bytes that are no UTF-8 ask for another start
with the encoding that the whole file has. Refuses: to hold the file in memory.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from abm_tree.source import encoding_of

PART = 6 * 2**20  # bytes that are read at once, where the whole file is looked at
LOST = "\ufffd".encode()


def first_encoding(path: Path, start: bytes) -> str:
    """The encoding of a file that begins so: "utf-8" until a byte says otherwise."""
    found = encoding_of(start[:4096]) or "utf-8"
    if found.startswith("utf-16"):
        return found
    return "utf-8" if _begins_so(start, len(start) == path.stat().st_size) else whole_encoding(path)


def decoded(file: BinaryIO, size: int, encoding: str, total: int) -> Iterator[tuple[bytes, int]]:
    """The file from where it stands, as UTF-8 with plain line ends, and how much of it has been read."""
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)(errors="replace")
    first, held = not file.tell(), b""
    while data := file.read(size):
        end = file.tell()
        if decoder is not None:
            data = decoder.decode(data).encode("utf-8")
        if first:
            data, first = data.removeprefix(codecs.BOM_UTF8), False
        data = held + data
        held = b""
        if data.endswith(b"\r"):
            data, held = data[:-1], b"\r"
        yield plain_lines(data), end
    if decoder is not None:
        held += decoder.decode(b"", final=True).encode("utf-8")
    if held:
        yield plain_lines(held), total


def whole_encoding(path: Path) -> str:
    """The encoding of a file that is not UTF-8 throughout: still UTF-8 with slips, or Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    wrong = others = 0
    with path.open("rb") as file:
        while data := file.read(PART):
            if file.tell() == len(data) and data.startswith(codecs.BOM_UTF8):
                return "utf-8-sig"
            text = decoder.decode(data)
            wrong += text.count("\ufffd")
            others += 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
    cut = len(decoder.decode(b"", final=True))
    wrong, others = wrong + cut, others + cut
    return "utf-8-sig" if others - wrong >= 3 * wrong else "cp1252"


def _begins_so(start: bytes, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8; several times faster than decoding them."""
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, len(data)], dtype=np.int32))
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def plain_lines(data: bytes) -> bytes:
    """UTF-8 with "\\n" for every line end, and nothing that text does not hold."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.replace(b"\x00", LOST) if b"\x00" in data else data
