"""Arrow's arrays as numpy's and back, in the same memory.

Promises: nothing is copied unless nulls are filled. Refuses: to say what the numbers mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from abm_tree.batch.codes import Array

_KINDS: Mapping[Any, Any] = {
    pa.bool_(): np.bool_,
    pa.int32(): np.int32,
    pa.int64(): np.int64,
    pa.float64(): np.float64,
}


def lent(numbers: Array, missing: Array | None = None) -> Any:
    """Whole or real numbers as an Arrow array in the same memory, nulls where they are missing."""
    numbers = np.ascontiguousarray(numbers)
    known = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    # `pa.array` looks for masked arrays first, and so imports what makes them.
    kind = pa.from_numpy_dtype(numbers.dtype)
    return pa.Array.from_buffers(kind, len(numbers), [known, pa.py_buffer(numbers)])


def known_of(array: Any) -> Array | None:
    """Where something stands; None: everywhere."""
    return None if array.null_count == 0 else _bits(array.buffers()[0], array)


def _bits(buffer: Any, array: Any) -> Array:
    """One of an array's bitmaps as booleans."""
    seen = np.frombuffer(buffer, dtype=np.uint8)
    end = array.offset + len(array)
    return np.unpackbits(seen, count=end, bitorder="little")[array.offset :].view(bool)


def numbers_of(array: Any, fill: Any) -> Array:
    """An Arrow array as numpy's, nulls filled."""
    kind = _KINDS.get(array.type)
    if kind is None or not len(array):
        if array.null_count:
            array = array.fill_null(fill)
        other: Array = array.to_numpy(zero_copy_only=False)
        return other
    buffer = array.buffers()[1]
    if kind is np.bool_:
        found = _bits(buffer, array)
    else:
        found = np.frombuffer(buffer, dtype=kind)[array.offset : array.offset + len(array)]
    known = known_of(array)
    return found if known is None else np.where(known, found, kind(fill))


def bytes_of(array: Any) -> tuple[Array, Array, Array]:
    """The bytes of an array of texts; where each text ends in them, and its length."""
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int32)[array.offset : array.offset + len(array) + 1]
    ends = offsets[1:]
    if array.buffers()[2] is None:
        return np.zeros(0, dtype=np.uint8), ends, np.zeros(len(array), dtype=np.int32)
    first, last = int(offsets[0]), int(offsets[-1])
    data = np.frombuffer(array.buffers()[2], dtype=np.uint8)[first:last]
    return data, ends - first if first else ends, np.diff(offsets)
