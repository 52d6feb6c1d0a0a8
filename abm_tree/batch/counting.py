"""Columns as they count: what is too old, not seen yet or not proven, by the rules of `tree.facts`.

Promises: each row counts as `seen` says of its value, its date and its evidence; a column that was made to
count once stays as it is. Refuses: to read evidence; listings do.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from abm_tree.batch.codes import LEAST, MOST, Array, decimal_of
from abm_tree.batch.columns import Column, fresh, unchecked
from abm_tree.feel.calendar import DateTime
from abm_tree.feel.values import Value
from abm_tree.source import says_something

SUPPOSED = "supposed"  # as in `tree.facts`, which takes longer to import than a small batch has

if TYPE_CHECKING:
    from abm_tree.tree.parts import Evidence


def counting(column: Column, stale_after: Value, demand: Evidence | None, as_of: DateTime) -> Column:
    """The column with the values that count; `demand` is what the fact needs beside them."""
    column = fresh(column, stale_after, as_of)
    return column if demand is None else _proven(column, demand)


def supposed(rows: int) -> Column:
    """Evidence for every row, where nobody has to show any."""
    return Column("codes", np.broadcast_to(np.int32(0), rows), (SUPPOSED,))


def short_of(column: Column, demand: Evidence) -> Array:
    """Where a value is known that counts as less for want of evidence."""
    rows = len(column)
    proven = None if column.evidence is None else _proofs(column.evidence)
    if column.evidence is not None and proven is None:
        return np.zeros(rows, dtype=bool)
    known = column.knows()
    short = np.ones(rows, dtype=bool) if known is None else known.copy()
    if proven is not None:
        short &= ~proven
    if column.none is not None:
        short &= ~column.none
    if short.any():
        short &= _too_much(column, demand)
    return short


def _proven(column: Column, demand: Evidence) -> Column:
    short = short_of(column, demand)
    done = supposed(len(column))  # what is left counts as it stands
    data, values, known = column.data, column.values, column.known
    if short.any():
        if demand.cap is None:
            known = ~short if known is None else known & ~short
        elif column.kind == "int" and _whole(demand.cap):
            data = np.where(short, np.int64(int(demand.cap)), data)
        elif column.kind == "float" and decimal_of(float(demand.cap)) == demand.cap:
            data = np.where(short, float(demand.cap), data)
        else:
            from abm_tree.batch.merged import as_codes

            coded = as_codes(column)
            data = np.where(short, np.int32(len(coded.values)), coded.data)
            return Column("codes", data, (*coded.values, demand.cap), dated=column.dated, evidence=done)
    return unchecked(column.kind, data, values, known, column.none, column.dated, done)


def _proofs(evidence: Column) -> Array | None:
    """Where there is evidence; None: everywhere."""
    known = evidence.knows()
    says = [isinstance(one, str) and says_something(one) for one in evidence.values]
    if evidence.kind != "codes" or all(says):
        return known
    there = np.array([*says, False]).take(evidence.data, mode="wrap")  # -1, unknown, is the last
    return there if known is None else there & known


def _whole(cap: Decimal) -> bool:
    return cap == cap.to_integral_value() and LEAST <= cap <= MOST


def _too_much(column: Column, demand: Evidence) -> Array:
    """Where a value would need evidence; where nothing is known, anything."""
    rows = len(column)
    match column.kind:
        case "int" | "float" if demand.cap is None:
            return np.ones(rows, dtype=bool)
        case "int" if demand.cap is not None and _whole(demand.cap):
            return np.asarray(column.data > int(demand.cap))
        case "float" if demand.cap is not None and decimal_of(float(demand.cap)) == demand.cap:
            # A float64 means its shortest decimal, and these are in the same order.
            return np.asarray(column.data > float(demand.cap))
        case "bool" if demand.cap is None:
            return column.data.astype(bool)
        case "days" if demand.cap is None:
            return np.ones(rows, dtype=bool)
    from abm_tree.tree.facts import too_much  # only for values that are looked at one by one

    if column.kind == "codes":
        table = [too_much(demand, value) for value in column.values]
        return np.array([*table, False]).take(column.data, mode="wrap")  # -1, unknown, is the last
    raw, inverse = np.unique(column.data, return_inverse=True)
    table = [one == one and too_much(demand, column.value(one)) for one in raw.tolist()]
    return np.array(table, dtype=bool).take(inverse.reshape(-1))
