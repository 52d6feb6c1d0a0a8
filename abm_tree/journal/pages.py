"""The rows in a database file's pages, read without SQLite.

Promises: every row of a page that is whole, whatever has become of the rest of the file; pages that stand in
the log beside it count. Refuses: to say whose rows they are. The format is https://sqlite.org/fileformat2.html,
whose section numbers stand in the comments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

Value: TypeAlias = int | str | bytes | None
_Page: TypeAlias = Callable[[int], bytes]

PAGE = 4096
LEAF = 0x0D  # a leaf of a table
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)  # of the first serial types (2.1)


class Torn(ValueError):
    """A row that is not whole."""


def rows(data: bytes, log: bytes = b"") -> Iterator[tuple[int, tuple[Value, ...]]]:
    """The rows of all tables, each with its rowid, page by page."""
    size = page_size(data)
    newer = logged(log, size)
    last = max([len(data) // size, *newer])
    longest = len(data) + len(log)

    def page(number: int) -> bytes:
        return newer.get(number) or data[(number - 1) * size : number * size]

    for number in range(1, last + 1):
        content = page(number)
        start = 100 if number == 1 else 0
        # 1.6: type, first free block, number of cells, start of the cells, fragments.
        if len(content) < size or content[start] != LEAF:
            continue
        cells = int.from_bytes(content[start + 3 : start + 5], "big")
        for place in range(min(cells, size // 4)):
            at = start + 8 + 2 * place
            try:
                yield _cell(content, int.from_bytes(content[at : at + 2], "big"), page, size, longest)
            except (Torn, IndexError, ValueError):
                continue


def page_size(data: bytes) -> int:
    """How long pages are (1.3.2); what SQLite takes where the file does not say."""
    size = int.from_bytes(data[16:18], "big") if data.startswith(b"SQLite format 3\0") else PAGE
    size = 65536 if size == 1 else size
    return size if size >= 512 and not size & (size - 1) else PAGE


def logged(log: bytes, size: int) -> dict[int, bytes]:
    """The pages that committed transactions left in the log (4.1)."""
    out: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    salt = log[16:24]
    for at in range(32, len(log) - 24 - size + 1, 24 + size):
        # A frame of an earlier round through the log has another salt.
        if log[at + 8 : at + 16] != salt:
            break
        pending[int.from_bytes(log[at : at + 4], "big")] = log[at + 24 : at + 24 + size]
        if any(log[at + 4 : at + 8]):  # the last of a transaction
            out |= pending
            pending = {}
    return out


def _cell(content: bytes, at: int, page: _Page, size: int, longest: int) -> tuple[int, tuple[Value, ...]]:
    """A row: its length, its rowid, its content, and where that goes on (1.6)."""
    length, at = _number(content, at)
    rowid, at = _number(content, at)
    if length > longest:
        raise Torn
    most, least = size - 35, (size - 12) * 32 // 255 - 23
    if length > most:
        here = least + (length - least) % (size - 4)
        here = here if here <= most else least
        record = content[at : at + here]
        following = int.from_bytes(content[at + here : at + here + 4], "big")
        parts = [record]
        missing = length - here
        while missing > 0:
            more = page(following) if following else b""
            if len(more) < size:
                raise Torn
            parts.append(more[4 : 4 + missing])
            missing -= len(parts[-1])
            following = int.from_bytes(more[:4], "big")
        record = b"".join(parts)
    else:
        record = content[at : at + length]
    if len(record) < length:
        raise Torn
    return rowid, _record(record)


def _record(record: bytes) -> tuple[Value, ...]:
    """The values of a row (2.1)."""
    end, at = _number(record, 0)
    body = end
    out: list[Value] = []
    while at < end:
        kind, at = _number(record, at)
        size = _SIZES[kind] if kind < 10 else (kind - 12) // 2
        value = record[body : body + size]
        if kind in (10, 11) or len(value) < size:
            raise Torn
        body += size
        if kind >= 12:
            out.append(value if kind % 2 == 0 else value.decode("utf-8"))
        elif kind in (8, 9):
            out.append(kind - 8)
        elif kind == 7:
            raise Torn  # no column of ours holds fractions
        else:
            out.append(None if kind == 0 else int.from_bytes(value, "big", signed=True))
    return tuple(out)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and the place after it (1.6)."""
    found = 0
    for place in range(at, at + 8):
        byte = data[place]
        found = found << 7 | byte & 0x7F
        if byte < 0x80:
            return found, place + 1
    return found << 8 | data[at + 8], at + 9
