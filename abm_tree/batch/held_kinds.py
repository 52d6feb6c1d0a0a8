"""The rows that hold a list up, by kind: those that a tree cannot tell apart are one, and counted.

Promises: no more than about `KEPT` kinds are held, however long the list; where there are more, some rows are
taken, each with the same chance, and the same ones whatever the number of threads. Refuses: to try them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.batch.merged import merged, taken, used

KEPT = 300_000  # kinds that are held
_MIX = np.uint64(0x9E3779B97F4A7C15)
_UNKNOWN, _NONE = np.uint64(1), np.uint64(2)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Undecided rows, those that a tree cannot tell apart as one."""

    marks: Array  # uint64
    codes: Array  # facts x kinds, -1: a value that no code stands for
    needs: Array  # undecided, and not only decided without knowing
    rows: Array
    weight: Array
    values: Mapping[str, Column]  # of facts whose codes do not tell enough

    def __len__(self) -> int:
        return len(self.marks)

    @classmethod
    def of(
        cls,
        codes: Array,
        needs: Array,
        rows: Array,
        weight: Array,
        values: Mapping[str, Column] | None = None,
    ) -> Kinds:
        """Rows put together."""
        values = values or {}
        marks = needs.astype(np.uint64)
        for one in (*codes, *map(_marks, values.values())):
            marks ^= one.astype(np.uint64)
            marks *= _MIX
            marks ^= marks >> np.uint64(31)
        marks, first, inverse = np.unique(marks, return_index=True, return_inverse=True)
        at = inverse.reshape(-1)
        return cls(
            marks,
            codes[:, first],
            needs[first],
            np.bincount(at, weights=rows, minlength=len(marks)),
            np.bincount(at, weights=weight, minlength=len(marks)),
            {key: used(taken(column, first)) for key, column in values.items()},
        )

    @classmethod
    def joined(cls, parts: list[Kinds]) -> Kinds:
        """Kinds of several blocks, which hold the values of the same facts."""
        if len(parts) == 1:
            return parts[0]
        codes, needs, rows, weight = (
            np.concatenate([getattr(one, name) for one in parts], axis=-1)
            for name in ("codes", "needs", "rows", "weight")
        )
        values = {key: merged([one.values[key] for one in parts]) for key in parts[0].values}
        return cls.of(codes, needs, rows, weight, values)

    def thinned(self, share: float, salt: int) -> Kinds:
        """Some of the rows, each with the same chance."""
        rows = np.floor(self.rows * share + dice(self.marks, salt))
        left = np.flatnonzero(rows)
        return Kinds(
            self.marks[left],
            self.codes[:, left],
            self.needs[left],
            rows[left],
            (self.weight * rows / self.rows)[left],
            {key: taken(column, left) for key, column in self.values.items()},
        )

    def shares(self, salt: int) -> Array:
        """For each kind the share of all rows from which on some row of it is among those of `thinned`."""
        found: Array = (1 - dice(self.marks, salt)) / self.rows
        return found


@dataclass
class Open:
    """The rows whose decision lacks a fact, by kind."""

    rows: int = 0  # all of them
    weight: float = 0.0
    needs: int = 0  # of which undecided
    parts: list[Kinds] = field(default_factory=list)
    share: float = 1.0  # of them: those that are among the kinds
    _held: int = 0

    def add(self, other: Open) -> None:
        """Take in those of further rows."""
        self.rows += other.rows
        self.weight += other.weight
        self.needs += other.needs
        share = min(self.share, other.share)
        self._thin(share)
        # Each block throws its own dice, or what is frequent would be there always or never.
        self.parts += [
            one.thinned(share / other.share, self.rows) if share < other.share else one for one in other.parts
        ]
        self._held = sum(map(len, self.parts))
        if self._held > KEPT:
            self.kinds()
            while self._held > KEPT // 2:
                self._thin(self.share / 2)

    def kinds(self) -> list[Kinds]:
        """All kinds, once for those that are told by the same codes and values."""
        alike: dict[tuple[str, ...], list[Kinds]] = {}
        for one in self.parts:
            alike.setdefault(tuple(one.values), []).append(one)
        self.parts = [Kinds.joined(parts) for _, parts in sorted(alike.items())]
        self._held = sum(map(len, self.parts))
        return self.parts

    def _thin(self, share: float) -> None:
        if share < self.share:
            # Not the dice of an earlier time: what these have left would be left by them for good.
            self.parts = [
                one.thinned(share / self.share, -self.rows - round(1 / share)) for one in self.parts
            ]
            self.share, self._held = share, sum(map(len, self.parts))


def dice(marks: Array, salt: int) -> Array:
    """A number from 0 to below 1 for each mark, that looks like any other (S. Vigna's splitmix64)."""
    mixed = marks.astype(np.uint64) + np.uint64((salt * int(_MIX)) % 2**64)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    found: Array = ((mixed ^ mixed >> np.uint64(31)) >> np.uint64(11)) * 2.0**-53
    return found


def some(rows: Array, every: int) -> Array:
    """Of so many places of a block one after the other always one, each with the same chance."""
    if every <= 1 or not len(rows):
        return rows
    firsts = np.arange(0, len(rows), every)
    at = firsts + (dice(firsts, int(rows.sum())) * every).astype(np.intp)
    return rows[at[at < len(rows)]]


def _marks(column: Column) -> Array:
    """What tells each row's value from others."""
    if column.kind == "codes":
        marks = np.array([*map(_mark, column.values), _UNKNOWN], dtype=np.uint64)
        marks = marks.take(column.data, mode="wrap")  # -1, unknown, is the last
    else:
        kind = np.float64 if column.kind == "float" else np.int64
        marks = column.data.astype(kind).view(np.uint64) * _MIX
    if column.none is not None:
        marks[column.none] = _NONE
    known = column.knows()
    if known is not None:
        marks[~known] = _UNKNOWN
    return marks


def _mark(value: object) -> int:
    """The same for equal values of one type, in every run."""
    if value is None:
        return int(_NONE)
    from hashlib import blake2b  # few lists hold such values

    return int.from_bytes(
        blake2b(f"{type(value).__name__} {value}".encode(errors="surrogatepass"), digest_size=8).digest(),
        "little",
    )
