"""Numbers computed from facts, in columns.

Promises: a sum or ratio is computed in float64 with a bound on its error (running error analysis:
N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, ch. 3); a row whose bound touches a cut
point is computed again in exact decimals, once for each distinct combination. Refuses: powers and functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.space.codes import FIRST, NULL, Coder
from abm_tree.space.terms import Constant, Input, Number, Operation, Term

UNIT = 2.0**-52  # twice the rounding of float64: room for the rounding of decimals, which is far smaller
SLACK = 1 + 2.0**-40
TINY = 1e-300
MANY = 40  # points: from here on a search is faster than comparing with each
WHOLE = 2.0**53  # from here on a float may stand for a neighbour, 2**53 itself included


@dataclass(frozen=True, slots=True)
class _Approximate:
    """Values with bounds on their errors (not finite: nothing is known), exact zeros, and nulls."""

    value: Array
    error: Array
    zero: Array
    null: Array
    whole: bool  # an error of 0 means a whole number that is exactly right


def codes_of(
    number: Number,
    coder: Coder,
    columns: Mapping[str, Column],
    rows: int,
    exact: Callable[[Array], Array],
) -> Array:
    """Each row's code under `coder`; `exact` gives the codes of rows that need exact decimals."""
    codes = np.zeros(rows, dtype=np.int32)
    open = np.zeros(rows, dtype=bool)
    for at, key in enumerate(number.inputs):
        known = columns[key].knows() if key in columns else np.zeros(rows, dtype=bool)
        if known is None:
            continue
        lacks = ~known & ~open
        codes[lacks] = coder.lack(at)
        open |= lacks
    if open.all():
        return codes
    with np.errstate(all="ignore"):
        found = _compared(number, columns, rows)
        placed, sure = _placed(found, coder)
    nulls = found.null & ~open
    unsure = ~sure & ~open & ~found.null
    if number.equality:
        nulls, unsure = nulls & False, unsure | nulls
    placed[nulls] = NULL
    placed[open] = codes[open]
    doubtful = np.flatnonzero(unsure)
    if len(doubtful):
        placed[doubtful] = exact(doubtful)
    return placed


def _compared(number: Number, columns: Mapping[str, Column], rows: int) -> _Approximate:
    if number.against is None:
        return _approximate(number.term, columns, rows)
    if isinstance(number.term, Input) and isinstance(number.against, Input):
        one, other = columns[number.term.key], columns[number.against.key]
        if one.kind == other.kind and one.kind in ("int", "float"):
            # Shortest decimals are in the order of their floats.
            order = (one.data > other.data).astype(np.float64) - (one.data < other.data)
            null = _nulls(one, rows) | _nulls(other, rows)
            return _Approximate(order, np.zeros(rows), order == 0, null, True)
    return _approximate(Operation("-", (number.term, number.against)), columns, rows)


def _placed(found: _Approximate, coder: Coder) -> tuple[Array, Array]:
    """Codes where they are sure."""
    value, error = found.value, found.error
    low, high = value - error * SLACK, value + error * SLACK
    points = np.array([float(point) for point in coder.points], dtype=np.float64)
    below = _passed(np.nextafter(points, np.inf), low, np.greater)
    above = _passed(np.nextafter(points, -np.inf), high, np.greater_equal)
    codes = FIRST + 2 * below
    sure = np.isfinite(value) & np.isfinite(error) & (below == above)
    if found.whole and len(points):
        at = np.minimum(np.searchsorted(points, value, side="left"), len(points) - 1)
        right = np.array([Decimal(float(point)) == point for point in coder.points])
        hit = (error == 0) & (points.take(at) == value) & right.take(at) & np.isfinite(value)
        codes = np.where(hit, FIRST + 2 * at + 1, codes).astype(np.int32)
        sure |= hit
    return codes, sure


def _passed(points: Array, values: Array, beyond: Callable[[Array, Any], Array]) -> Array:
    """How many points each value lies beyond."""
    if len(points) > MANY:
        side: Any = "left" if beyond is np.greater else "right"
        return np.searchsorted(points, values, side=side).astype(np.int32)
    count = np.zeros(len(values), dtype=np.uint8)
    for point in points:
        count += beyond(values, point)
    return count.astype(np.int32)


def _nulls(column: Column, rows: int) -> Array:
    if column.kind == "codes":
        empty = np.array([value is None for value in column.values] or [False])
        return np.asarray(empty.take(column.data, mode="clip") & (column.data >= 0))
    return np.zeros(rows, dtype=bool) if column.none is None else column.none


def _approximate(term: Term, columns: Mapping[str, Column], rows: int) -> _Approximate:
    match term:
        case Input(key):
            return _input(columns[key], rows)
        case Constant(constant):
            near = float(constant)
            right = Decimal(near) == constant if np.isfinite(near) else False
            whole = right and near == int(near) and abs(near) < WHOLE
            error = 0.0 if whole else abs(near) * UNIT + TINY
            return _Approximate(
                np.full(rows, near),
                np.full(rows, error),
                np.full(rows, constant == 0),
                np.zeros(rows, dtype=bool),
                whole,
            )
        case Operation(_, (only,)):
            part = _approximate(only, columns, rows)
            return _Approximate(-part.value, part.error, part.zero, part.null, part.whole)
        case Operation(sign, (left, right)):
            return _combined(sign, _approximate(left, columns, rows), _approximate(right, columns, rows))
    raise AssertionError(term)


def _input(column: Column, rows: int) -> _Approximate:
    null = _nulls(column, rows)
    match column.kind:
        case "int":
            value = column.data.astype(np.float64)
            error = np.where(np.abs(value) < WHOLE, 0.0, np.abs(value) * UNIT)
            return _Approximate(value, error, column.data == 0, null, True)
        case "float":
            value = column.data
            return _Approximate(value, np.abs(value) * UNIT + TINY, value == 0, null, False)
        case "codes":
            near = [float(one) if isinstance(one, Decimal) else np.nan for one in column.values] or [np.nan]
            zero = [isinstance(one, Decimal) and one == 0 for one in column.values] or [False]
            value = np.array(near).take(column.data, mode="clip")
            none = np.array(zero).take(column.data, mode="clip")
            return _Approximate(value, np.abs(value) * UNIT + TINY, none, null, False)
        case _:
            value = np.full(rows, np.nan)
            return _Approximate(value, value, np.zeros(rows, dtype=bool), null, False)


def _combined(sign: str, a: _Approximate, b: _Approximate) -> _Approximate:
    null = a.null | b.null
    whole = a.whole and b.whole and sign != "/"
    match sign:
        case "+" | "-":
            value = a.value + b.value if sign == "+" else a.value - b.value
            error = a.error + b.error
            zero = a.zero & b.zero
        case "*":
            value = a.value * b.value
            error = np.abs(a.value) * b.error + np.abs(b.value) * a.error + a.error * b.error
            zero = a.zero | b.zero
        case _:
            value = a.value / b.value
            room = np.abs(b.value) - b.error
            error = np.where(room > 0, (a.error + np.abs(value) * b.error) / room, np.inf)
            zero = a.zero & ~b.zero
            null = null | b.zero
    if whole:
        right = (a.error == 0) & (b.error == 0) & (np.abs(value) < WHOLE)
        error = np.where(right, 0.0, error * SLACK + np.abs(value) * UNIT + TINY)
    else:
        error = error * SLACK + np.abs(value) * UNIT + TINY
    return _Approximate(value, error, zero, null, whole)
