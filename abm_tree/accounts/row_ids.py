"""Ids of many rows, in little room: what settles ties.

Promises: ids are ordered as text, character by character by their numbers in Unicode (so `10` stands before
`9`); the same ids in the same order, however they come in. Refuses: to find duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

WORD = 8  # bytes that are compared at once


class RowIds:
    """Ids as UTF-8, whose bytes are in the order of the characters that they stand for."""

    def __init__(self) -> None:
        self._data: list[Any] = []
        self._lengths: list[Any] = []
        self._whole: tuple[Any, Any] | None = None

    def add(self, ids: Iterable[str | None]) -> int:
        """Take in the ids of some rows: texts, or an Arrow array of texts; how many there are."""
        found = _arrow(ids) if hasattr(ids, "buffers") else None
        if found is None:
            texts = ids.to_pylist() if hasattr(ids, "to_pylist") else ids
            encoded = [("" if one is None else one).encode("utf-8", "surrogatepass") for one in texts]
            data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
            found = data, np.fromiter(map(len, encoded), dtype=np.int32, count=len(encoded))
        self._data.append(found[0])
        self._lengths.append(found[1])
        self._whole = None
        return len(found[1])

    def settle(self, order: Any, tied: Any) -> None:
        """Put rows that are alike so far into the order of their ids, in place.

        `order` holds rows; `tied` says of each place but the first whether its row is alike the one before.
        Rows with the same id stay as they stand.
        """
        if not tied.any():
            return
        data, ends = self._joined()
        same = np.append(False, tied)
        places = np.flatnonzero(same | np.append(tied, False))
        group = np.cumsum(~same)[places]
        done = _begin_alike(data, ends, order[places])
        while len(places):
            rows = order[places]
            found = _words(data, ends, rows, done)
            ahead = group[1:] != group[:-1]
            if not (ahead | (found[1:] >= found[:-1])).all():
                sorting = np.lexsort((found, group))
                found, rows = found[sorting], rows[sorting]
                order[places] = rows
            # A shorter id that another one begins with stands before it: its bytes are filled up with zeros.
            ahead |= found[1:] != found[:-1]
            done += WORD
            runs = np.append(0, np.cumsum(ahead))
            # Those that end here stay, too, as long as another one goes on: they stand before it.
            longer = np.zeros(runs[-1] + 1, dtype=bool)
            longer[runs[ends[rows + 1] - ends[rows] > done]] = True
            stuck = (longer & (np.bincount(runs) > 1))[runs]
            places, group = places[stuck], runs[stuck]

    def _joined(self) -> tuple[Any, Any]:
        if self._whole is None:
            lengths = np.concatenate([np.zeros(1, dtype=np.int64), *self._lengths])
            # A word is read at any byte, also at the last one.
            data = np.concatenate([*self._data, np.zeros(WORD, dtype=np.uint8)])
            self._whole = data, np.cumsum(lengths)
            self._data, self._lengths = [data[:-WORD]], [lengths[1:].astype(np.int32)]
        return self._whole


def _arrow(ids: Any) -> tuple[Any, Any] | None:
    """The bytes and lengths of an Arrow array of texts, without making Python texts; else nothing."""
    kind = str(ids.type)
    if kind not in ("string", "large_string"):
        return None
    width = np.int32 if kind == "string" else np.int64
    _, starts, data = ids.buffers()
    if len(ids) == 0 or starts is None:
        return np.zeros(0, dtype=np.uint8), np.zeros(len(ids), dtype=np.int32)
    ends = np.frombuffer(starts, dtype=width)[ids.offset : ids.offset + len(ids) + 1]
    text = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    return text[int(ends[0]) : int(ends[-1])].copy(), np.diff(ends).astype(np.int32)


def _words(data: Any, ends: Any, rows: Any, done: int) -> Any:
    """The next bytes of each row's id as one number that is in their order."""
    overlapping = np.ndarray((len(data) - WORD + 1,), dtype=">u8", buffer=data, strides=(1,))
    first = ends[rows] + done
    found = overlapping.take(first, mode="clip").astype(np.uint64)
    beyond = np.clip(WORD - (ends[rows + 1] - first), 0, WORD).astype(np.uint64) * np.uint64(8)
    # Shifting by all 64 bits means nothing to a processor.
    kept = np.where(beyond < 64, (found >> (beyond % np.uint64(64))) << (beyond % np.uint64(64)), 0)
    return kept.astype(np.uint64)


def _begin_alike(data: Any, ends: Any, rows: Any) -> int:
    """How many bytes all these ids begin with alike."""
    first = ends[rows]
    shortest = int((ends[rows + 1] - first).min())
    for at in range(shortest):
        found = data.take(first + at)
        if (found != found[0]).any():
            return at
    return shortest
