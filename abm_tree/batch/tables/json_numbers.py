"""Whether the numbers of a piece of JSON are what Arrow makes of them, which reads them as float64.

Promises: True only where each number is the float64 that means exactly what is written: at most so many
digits, or the shortest that tell the float64. Refuses: to parse; where it is in doubt, it says no.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from abm_tree.accounts.cells import is_exact
from abm_tree.batch.codes import Array
from abm_tree.batch.tables import compute as pc

EXACT = 2**53
SMALL = 1e-300  # below, a float64 has fewer digits
LONGEST = 40  # signs of a number that is looked at here

_MARK, _OTHER = ord("0"), ord(" ")
_MARKS = bytes(_MARK if chr(sign) in "0123456789." else _OTHER for sign in range(256))
_WORD = np.frombuffer(b"0" * 8, dtype=np.uint64)[0]
_POWERS = np.isin(np.arange(256), np.frombuffer(b"eE+", dtype=np.uint8))  # what stands before an exponent
_TINY = re.compile(rb"[eE]-[0-9]{3}")
_EXPONENT = re.compile(rb"[eE][+-]?[0-9]{1,4}")


def as_written(table: Any, data: bytes) -> bool:
    """Whether Arrow's numbers are those of the text; `table` has flat columns."""
    import pyarrow as pa

    reals = [column.to_numpy() for column in table.columns if pa.types.is_floating(column.type)]
    if not reals:
        return True
    small = False
    for numbers in reals:
        sizes = np.abs(np.nan_to_num(numbers, nan=1, posinf=EXACT, neginf=EXACT))
        if not (sizes < EXACT).all():
            return False
        small = small or bool((sizes < SMALL).any())
    if small and _TINY.search(data):
        return False
    return _long_ones(data)


def _long_ones(data: bytes) -> bool:
    """Whether numbers with many digits are as short as their float64 can be told; a few digits always fit."""
    # Sixteen signs in a row have eight within that begin at a multiple of eight.
    marks = np.frombuffer(data.translate(_MARKS) + b" " * (LONGEST + 16), dtype=np.uint8)
    words = marks[: len(marks) // 8 * 8].view(np.uint64)
    found = np.flatnonzero(words == _WORD) * 8
    if not len(found):
        return True
    first = _moved(marks, found, -1)
    if first is None:
        return False
    first = first[np.append(True, first[1:] != first[:-1])]
    last = _moved(marks, first, 1)
    if last is None:
        return False
    sizes = last - first + 1
    seen = np.frombuffer(data + b" " * (LONGEST + 16), dtype=np.uint8)
    before = seen.take(first - 1)
    signed = before == ord("-")
    if _POWERS.take(before).any() or _POWERS.take(seen.take(first[signed] - 2)).any():
        return False  # it may be an exponent
    raised = _POWERS.take(seen.take(last + 1))
    signs = seen.take(first[:, None] + np.arange(int(sizes.max())))
    within = np.arange(signs.shape[1]) < sizes[:, None]
    real = ((signs == ord(".")) & within).any(axis=1) | raised
    wanted = real & (before != ord('"')) & (sizes + 4 * raised >= 16)
    for row in np.flatnonzero(wanted & raised).tolist():
        end = int(last[row]) + 1
        power = _EXPONENT.match(data, end)
        if not _fits(data[int(first[row]) : power.end() if power else end].decode()):
            return False
    wanted &= ~raised
    return _shortest(signs[wanted], within[wanted], sizes[wanted])


def _moved(marks: Array, at: Array, step: int) -> Array | None:
    """The ends of runs of marks; None where one is longer than numbers are."""
    for _ in range(LONGEST):
        further = marks.take(at + step) == _MARK
        if not further.any():
            return at
        at = at + np.where(further, step, 0)
    return None


def _shortest(signs: Array, within: Array, sizes: Array) -> bool:
    """Whether texts are those of their float64."""
    import pyarrow as pa

    if not len(sizes):
        return True
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    texts = pa.StringArray.from_buffers(len(sizes), pa.py_buffer(ends), pa.py_buffer(signs[within].tobytes()))
    try:
        same = pc.equal(pc.cast(pc.cast(texts, pa.float64()), pa.string()), texts)
        texts = texts.filter(pc.invert(same))
    except pa.ArrowInvalid:
        pass  # parts of texts that are no numbers
    return all(map(_fits, texts.unique().to_pylist()))


def _fits(text: str) -> bool:
    try:
        return is_exact(text)
    except ValueError:
        return True  # no number
