"""Ids of rows: their texts, and which of them are there twice.

Promises: ids are cleaned as the row reader cleans them; two rows with one id are found, however far apart
they stand, for eight bytes a row. Refuses: to say which of the two is right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from abm_tree.accounts.parquet_rows import texts_of
from abm_tree.batch.codes import Array
from abm_tree.batch.tables.raw import cell_text

_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(8)] + [2**64 - 1], dtype=np.uint64)


def texts(array: Any) -> Any:
    """An array of cells as clean texts; "" for what is not there."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        array = array.cast(pa.string())
    if not pa.types.is_string(array.type):
        if pa.types.is_integer(array.type):
            return array.cast(pa.string()).fill_null("")
        found = [cell_text(one) for one in texts_of(array)[0]]
        return pa.array(found, type=pa.string())
    array = array.fill_null("") if array.null_count else array
    if plain(array):
        return array
    return pa.array([cell_text(one) for one in array.to_pylist()], type=pa.string())


def plain(array: Any) -> bool:
    """Whether all texts are printable ASCII without blanks at their ends."""
    data = data_of(array)
    if not len(data):
        return True
    least = data.min()
    if least < 0x20 or data.max() > 0x7E:
        return False
    if least > 0x20:
        return True
    data, starts, sizes = parts(array)
    some = sizes > 0
    if not some.all():
        starts, sizes = starts[some], sizes[some]
    return not ((data.take(starts) == 0x20).any() or (data.take(starts + sizes - 1) == 0x20).any())


def parts(array: Any) -> tuple[Array, Array, Array]:
    """The bytes of an array of texts without nulls; where each text begins, and its length."""
    ends = ends_of(array)
    return data_of(array), ends[:-1].astype(np.int64) - int(ends[0]), np.diff(ends).astype(np.int64)


def data_of(array: Any) -> Array:
    """The bytes of all texts of an array without nulls."""
    ends, data = ends_of(array), array.buffers()[2]
    if data is None:
        return np.zeros(0, dtype=np.uint8)
    return np.frombuffer(data, dtype=np.uint8)[int(ends[0]) : int(ends[-1])]


def ends_of(array: Any) -> Array:
    """Where the first text begins, and where each ends, in all the bytes."""
    offsets = array.buffers()[1]
    if not len(array):
        return np.zeros(1, dtype=np.int32)
    return np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + len(array) + 1]


def hashes(array: Any) -> Array:
    """A number of 64 bits for each text: the same for equal ones, nearly always another for others."""
    data = data_of(array)
    size, left = divmod(len(data), len(array)) if len(array) else (0, 0)
    if size and not left and (np.diff(ends_of(array)) == size).all():
        return _mixed(data.reshape(-1, size))
    data, starts, sizes = parts(array)
    found = sizes.astype(np.uint64)
    if not len(data):
        return found
    padded = np.concatenate([data, np.zeros(16, dtype=np.uint8)])
    words = np.lib.stride_tricks.as_strided(
        padded[:8].view(np.uint64), shape=(len(data) + 8,), strides=(1,), writeable=False
    )
    for at in range(-(-int(sizes.max()) // 8)):
        there = np.flatnonzero(sizes > 8 * at) if at else np.flatnonzero(sizes)
        # Shorter texts are done: what another row holds must not change their numbers.
        left = np.minimum(sizes.take(there) - 8 * at, 8)
        part = found.take(there)
        part ^= words.take(starts.take(there) + 8 * at) & _MASKS.take(left)
        part *= _MIX
        part ^= part >> _SHIFT
        found[there] = part
    return found


def _mixed(data: Array) -> Array:
    """The numbers of texts that are all of one length, a row each."""
    rows, size = data.shape
    found = np.full(rows, size, dtype=np.uint64)
    padded = np.append(data.reshape(-1), np.zeros(8, dtype=np.uint8)) if size < 8 else data

    def words(at: int) -> Array:
        return np.ndarray((rows,), np.uint64, padded, offset=at, strides=(size,))

    for at in range(0, size, 8):
        left = size - at
        if left >= 8:
            found ^= words(at)
        elif size < 8:
            found ^= words(0) & _MASKS[left]
        else:
            # The last word ends with its row; what was looked at before comes first, and goes.
            found ^= words(size - 8) >> np.uint64(8 * (8 - left))
        found *= _MIX
        found ^= found >> _SHIFT
    return found


class Seen:
    """The ids of all rows, as numbers, in order."""

    def __init__(self) -> None:
        self._parts: list[Array] = []

    def add(self, numbers: Array) -> None:
        """Take in the next rows."""
        self._parts.append(numbers)

    def twice(self) -> Array:
        """The numbers that are there more than once, sorted; nearly always none."""
        if not self._parts:
            return np.zeros(0, dtype=np.uint64)
        every = np.concatenate(self._parts)
        every.sort()
        return np.unique(every[1:][every[1:] == every[:-1]])


def suspects(numbers: Array, twice: Array) -> Array:
    """The rows whose numbers are there more than once."""
    at = np.searchsorted(twice, numbers)
    return (
        np.flatnonzero(twice[np.minimum(at, len(twice) - 1)] == numbers) if len(twice) else np.zeros(0, int)
    )


def empty(array: Any) -> Array:
    """Which texts are empty."""
    ends = ends_of(array)
    found: Array = ends[1:] == ends[:-1]
    return found
