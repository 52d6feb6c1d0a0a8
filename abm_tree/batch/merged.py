"""Columns put together and taken apart.

Promises: a row keeps its value, whatever form its column had. Refuses: to look at values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.feel.values import Value


def taken(column: Column, places: Array) -> Column:
    """The rows at some places; where a place is -1, nothing is known."""
    nowhere = places < 0
    some = bool(nowhere.any())
    at = np.where(nowhere, 0, places) if some else places
    if not len(column):
        return Column("codes", np.full(len(places), -1, dtype=np.int32))
    known = None if column.known is None else column.known[at]
    if some:
        known = ~nowhere if known is None else known & ~nowhere
    return Column(
        column.kind,
        column.data[at],
        column.values,
        known,
        None if column.none is None else column.none[at],
        None if column.dated is None else taken(column.dated, at),
        None if column.evidence is None else taken(column.evidence, at),
    )


def either(one: Column, other: Column, which: Array) -> Column:
    """The rows of one column, and where `which` says so those of another one."""
    both = merged([used(one), used(other)])
    return taken(both, np.where(which, len(one), 0) + np.arange(len(one)))


def used(column: Column) -> Column:
    """A column without the values that no row has."""
    if column.kind != "codes" or len(column.values) <= len(column):
        return column
    places = np.unique(column.data[column.data >= 0])
    moved = np.searchsorted(places, column.data).astype(np.int32)
    data = np.where(column.data < 0, np.int32(-1), moved)
    return replace(column, data=data, values=tuple(column.values[at] for at in places.tolist()))


def merged(columns: Sequence[Column]) -> Column:
    """Columns one below the other."""
    if len(columns) == 1:
        return columns[0]
    dated = None
    if any(column.dated is not None for column in columns):
        undated = [
            column.dated or Column("days", np.zeros(len(column), np.int64), known=np.zeros(len(column), bool))
            for column in columns
        ]
        dated = merged(undated)
    evidence = None
    if any(column.evidence is not None for column in columns):
        nothing = [
            column.evidence or Column("codes", np.full(len(column), -1, dtype=np.int32)) for column in columns
        ]
        evidence = merged(nothing)
    kinds = {column.kind for column in columns}
    if len(kinds) > 1 or kinds == {"codes"}:
        columns = [as_codes(column) for column in columns]
        values: dict[tuple[type, str], int] = {}
        table: list[Value] = []
        moved = []
        for column in columns:
            places = []
            for value in column.values:
                mark = (type(value), repr(value))
                if mark not in values:
                    values[mark] = len(table)
                    table.append(value)
                places.append(values[mark])
            moved.append(np.append(np.array(places, dtype=np.int32), np.int32(-1))[column.data])
        data: Array = np.concatenate(moved) if moved else np.zeros(0, dtype=np.int32)
        return Column("codes", data, tuple(table), dated=dated, evidence=evidence)
    known = none = None
    if any(column.known is not None for column in columns):
        known = np.concatenate([_mask(column.known, len(column), True) for column in columns])
    if any(column.none is not None for column in columns):
        none = np.concatenate([_mask(column.none, len(column), False) for column in columns])
    data = np.concatenate([column.data for column in columns])
    return Column(columns[0].kind, data, (), known, none, dated, evidence)


def _mask(mask: Array | None, rows: int, fill: bool) -> Array:
    return np.full(rows, fill) if mask is None else mask


def as_codes(column: Column) -> Column:
    """The same values as places in a table of them."""
    known = column.knows()
    if column.kind == "codes":
        values, data = [*column.values], column.data.copy()
    else:
        raw, inverse = np.unique(column.data, return_inverse=True)
        values = [None if one != one else column.value(one) for one in raw.tolist()]
        data = inverse.reshape(-1).astype(np.int32)
    if column.none is not None and column.none.any():
        values.append(None)
        data[column.none] = len(values) - 1
    if known is not None:
        data[~known] = -1
    return Column("codes", data, tuple(values))
