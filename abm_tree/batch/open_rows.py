"""Rows whose decision lacks a fact, by kind: those that a tree cannot tell apart are one.

Promises: all of them, none sampled; a kind's facts are its rows', value by value where a decision may look at
the value itself. Refuses: to decide; `questions` tries what would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column, Encoder
from abm_tree.batch.counting import counting, supposed
from abm_tree.batch.merged import as_codes, taken
from abm_tree.batch.plan import Plan
from abm_tree.batch.results import Results
from abm_tree.batch.table import DECIDED, NEEDS
from abm_tree.feel.values import Value
from abm_tree.space.codes import FIRST

_MIX = np.uint64(0x9E3779B97F4A7C15)
JOINED = 200_000  # kinds of several blocks that are held before they are put together


def open_rows(results: Results) -> Array:
    """Where a row is undecided, or decided only because something is unknown."""
    return np.asarray((results.status == NEEDS) | (results.rested & (results.status == DECIDED)))


@dataclass(frozen=True, slots=True)
class Kinds:
    """Rows that a tree cannot tell apart, as one each: for each fact a place in its values, -1: unknown."""

    keys: tuple[str, ...]
    values: Mapping[str, tuple[Value, ...]]
    places: Array  # facts x kinds, int32

    def __len__(self) -> int:
        return int(self.places.shape[1])


class OpenRows:
    """The open rows of a list, block by block; one thread at a time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.keys = plan.facts
        self._tables: dict[str, list[Value]] = {}
        self._numbers: dict[str, dict[tuple[type, str], int]] = {key: {} for key in self.keys}
        self._encoders: dict[str, Encoder] = {}
        for key in self.keys:
            coder = plan.coders.get(key)
            if plan.table is not None and coder is not None and not coder.opaque:
                self._encoders[key] = Encoder(coder, np.arange(coder.size, dtype=np.int32), np.int32)
                examples = (coder.example(code) for code in range(FIRST, coder.size))
                self._tables[key] = [None, None, *examples]
            else:
                self._tables[key] = []
        self._places: list[Array] = []
        self._of: list[Array] = []
        self._held = 0

    def add(self, columns: Mapping[str, Column], rows: Array) -> None:
        """Take in some rows of a block, by their places in it."""
        places = np.full((len(self.keys), len(rows)), -1, dtype=np.int32)
        for at, key in enumerate(self.keys):
            if key in columns:
                column = counting(
                    taken(columns[key], rows),
                    self.plan.stale_after.get(key),
                    self.plan.evidence.get(key),
                    self.plan.as_of,
                )
                self._place(key, column, places[at])
        distinct, of = _distinct(places)
        self._of.append(of.astype(np.int32) + sum(part.shape[1] for part in self._places))
        self._places.append(distinct)
        self._held += distinct.shape[1]
        if self._held > JOINED:
            self._join()

    def _join(self) -> None:
        """Put the kinds of several blocks together."""
        whole = np.concatenate(self._places, axis=1)
        distinct, of = _distinct(whole)
        self._of = [of.astype(np.int32)[np.concatenate(self._of)]]
        self._places = [distinct]
        # What cannot be put together further is not tried again with every block.
        self._held = 0

    def kinds(self) -> tuple[Kinds, Array]:
        """All kinds, and the kind of each row in the order in which rows came."""
        if not self._places:
            self._places, self._of = [np.zeros((len(self.keys), 0), np.int32)], [np.zeros(0, np.int32)]
        self._join()
        values = {key: tuple(table) for key, table in self._tables.items()}
        return Kinds(self.keys, values, self._places[0]), self._of[0]

    def _place(self, key: str, column: Column, out: Array) -> None:
        """Write where each row's value stands among the fact's values; -1 where it is not known."""
        rest = np.arange(len(out))
        encoder = self._encoders.get(key)
        if encoder is not None:
            strays = encoder.encode(column, out)
            stray = out == encoder.stray
            out[out == 0] = -1
            if not strays or not stray.any():
                return
            rest = np.flatnonzero(stray)
            column = taken(column, rest)
        coded = as_codes(column)
        moved = np.array([*(self._number(key, value) for value in coded.values), -1], dtype=np.int32)
        out[rest] = moved.take(coded.data, mode="wrap")  # -1, unknown, is the last

    def _number(self, key: str, value: Value) -> int:
        mark = (type(value), str(value))
        numbers, table = self._numbers[key], self._tables[key]
        if mark not in numbers:
            numbers[mark] = len(table)
            table.append(value)
        return numbers[mark]


def columns_of(
    plan: Plan,
    kinds: Kinds,
    of: Array,
    instead: str = "",
    tried: Sequence[Value] = (),
    which: Array | None = None,
) -> dict[str, Column]:
    """Some kinds as columns, one fact having the values tried `instead`, each by its place in `which`."""
    out: dict[str, Any] = {}
    for at, key in enumerate(kinds.keys):
        values, data = kinds.values[key], kinds.places[at].take(of)
        if key == instead:
            assert which is not None
            values, data = tuple(tried), which.astype(np.int32)
        # What is tried is what would count, and so is what did count.
        proof = supposed(len(of)) if key in plan.evidence else None
        out[key] = Column("codes", data, values, evidence=proof)
    return out


def _distinct(places: Array) -> tuple[Array, Array]:
    """The different columns of a matrix, and which of them each column is."""
    if not places.shape[1]:
        return places, np.zeros(0, dtype=np.intp)
    marks = np.zeros(places.shape[1], dtype=np.uint64)
    for one in places:
        marks ^= one.astype(np.uint64)
        marks *= _MIX
        marks ^= marks >> np.uint64(31)
    _, first, inverse = np.unique(marks, return_index=True, return_inverse=True)
    of = inverse.reshape(-1)
    if (places == places[:, first][:, of]).all():
        return places[:, first], of
    # Two kinds with one mark: as rare as it is said to be, and still told apart.
    distinct, inverse = np.unique(places, axis=1, return_inverse=True)
    return distinct, inverse.reshape(-1)
