"""Codes for columns of numbers: where one code ends and the next begins.

Promises: which code a number gets is decided over exact values, whatever form its column has. Refuses: what
is no number; `spelled` and `columns` look at the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from abm_tree.feel.values import Value
from abm_tree.space.codes import Coder

LEAST, MOST = -(2**63), 2**63 - 1

Codes = npt.NDArray[np.int32]
Array = npt.NDArray[Any]

FEW = 20  # bounds that are compared with one by one
CELLS = 2**16


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Codes for a column of numbers: region r lies from bounds[r - 1] on, up to bounds[r].

    `direct`: the code of each whole number from 0 on, the last for all above, the first for all below. `near`
    finds the only bound that is left to compare with: rounding keeps the order of numbers, so a number in a
    lower cell than a bound's is below it, in a higher one above.
    """

    bounds: Array
    codes: Array
    direct: Array | None = None
    near: tuple[float, Array, Array] | None = None  # cells for 1; each cell's region (or code), and its bound

    def apply(self, data: Array, out: Array) -> None:
        """Write the code of each number; NaN gets any."""
        if self.direct is not None:
            self.direct.take(data, out=out, mode="clip")
        elif len(self.bounds) <= FEW:
            # Codes are added up by what each bound changes, which may wrap around.
            out.fill(self.codes[0])
            for bound, change in zip(self.bounds, np.diff(self.codes), strict=True):
                above = (data >= bound).view(np.uint8)
                out += above if change == 1 else (above * change).astype(out.dtype, copy=False)
        elif self.near is None:
            self.codes.take(np.searchsorted(self.bounds, data, side="right"), out=out, mode="clip")
        else:
            scale, regions, bounds = self.near
            moved = np.maximum(data, self.bounds[0])
            np.minimum(moved, self.bounds[-1], out=moved)
            moved -= self.bounds[0]
            moved *= scale
            with np.errstate(invalid="ignore"):
                cell = moved.astype(np.intp)
            above = data >= bounds.take(cell, out=moved, mode="clip")
            if regions.dtype == out.dtype:  # each bound moves the code by one: cells hold codes
                regions.take(cell, out=out, mode="clip")
                out += above.view(np.uint8)
            else:
                found = regions.take(cell, mode="clip")
                found += above
                self.codes.take(found, out=out, mode="clip")


def _cells(bounds: Array) -> tuple[float, Array, Array] | None:
    """Cells that hold one bound at most; None where there would be too many."""
    low, high = bounds[0], bounds[-1]
    cells = 256
    while cells <= CELLS:
        with np.errstate(over="ignore"):
            width = float(high - low)
        scale = cells / width if 0 < width < np.inf else 0.0
        where = ((bounds - low) * scale).astype(np.intp) if 0 < scale < np.inf else np.zeros(2, dtype=np.intp)
        if len(np.unique(where)) == len(where) and where[-1] <= CELLS:
            every = np.arange(where[-1] + 1)
            nearest = np.searchsorted(where, every, side="left")
            return scale, nearest.astype(np.intp), bounds.take(nearest)
        cells *= 4
    return None


def steps_of_ints(
    code: Coder, value: Callable[[int], Value], number: Callable[[Any], Any], table: Codes, kind: type
) -> Steps:
    """Steps over int64; `value` is what a number stands for, `number` where a point lies (or None)."""
    bounds: set[int] = set()
    for point in code.points:
        at = number(point)
        if at is None:
            continue
        floor, ceiling = math.floor(at), math.ceil(at)
        bounds |= {bound for bound in (floor, floor + 1, ceiling, ceiling + 1) if LEAST < bound <= MOST}
    ordered = sorted(bounds)
    probes = [ordered[0] - 1 if ordered else 0, *ordered]
    return _merged(ordered, [int(table[code.code(value(probe))]) for probe in probes], np.int64, kind)


def steps_of_floats(code: Coder, table: Codes, kind: type) -> Steps:
    """Steps over float64, where each number means its shortest decimal."""
    bounds: set[float] = set()
    for point in code.points:
        at = float(point)
        for near in (np.nextafter(at, -np.inf), at, np.nextafter(at, np.inf)):
            bounds |= {float(bound) for bound in (near, np.nextafter(near, np.inf)) if math.isfinite(bound)}
    ordered = sorted(bounds)
    below = float(np.nextafter(ordered[0], -np.inf)) if ordered else 0.0
    probes = [below if math.isfinite(below) else ordered[0], *ordered]
    return _merged(ordered, [int(table[code.code(decimal_of(probe))]) for probe in probes], np.float64, kind)


def _merged(bounds: list[Any], codes: list[int], of: type, kind: type) -> Steps:
    """Steps without those that change nothing."""
    kept = [at for at in range(len(bounds)) if codes[at + 1] != codes[at]]
    ends: Array = np.array([bounds[at] for at in kept], dtype=of)
    table: Array = np.array([codes[0], *(codes[at + 1] for at in kept)], dtype=kind)
    if of is np.int64 and len(ends) and ends[0] > 0 and ends[-1] < CELLS:
        return Steps(ends, table, table.take(np.searchsorted(ends, np.arange(ends[-1] + 1), side="right")))
    if of is np.float64 and len(ends) > FEW:
        near = _cells(ends)
        if near is not None and (np.diff(table) == 1).all():
            near = near[0], table.take(near[1]), near[2]
        return Steps(ends, table, near=near)
    return Steps(ends, table)


def finite(data: Array) -> bool:
    """Whether all float64 are finite: NaN and the infinities show in the least or in the greatest."""
    return not len(data) or (math.isfinite(data.min()) and math.isfinite(data.max()))


def decimal_of(number: float) -> Decimal:
    """The decimal that a float64 means: its shortest."""
    return Decimal(repr(float(number)))
