"""Walks over a table's codes, many rows at a time.

Promises: each row goes from its row of the table to a special or an exit, and the increments on its way are
added up. A state is one integer: the place of the row's entries, which column's code comes next, and, where
it fits, the sum so far. Scratch is kept from block to block, so a walker belongs to one thread. Refuses: to
know what exits and specials mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.table import LIMB, Table

WIDEST = 2**13  # combinations of codes that the first step looks up at once
LOOK = 2  # steps between looking how many rows have arrived
FEW = 0.6  # of them still on the way: the others are left behind
RARE = 20  # a column that fewer than one way in so many looks at next is no part of the first step


class Walker:
    """The walks of one thread over one table."""

    def __init__(self, table: Table, stride: int) -> None:
        self.table = table
        self.stride = stride  # rows from one column's codes to the next
        entries = len(table.targets)
        # What is no plain row leads to itself, by the last column's code, which is always 0.
        ends = table.plain + len(table.specials) + len(table.exits)
        self.entries = entries
        base_bits = (entries + ends - table.plain).bit_length()
        column_bits = len(table.columns).bit_length()
        shift = stride.bit_length() - 1
        if 1 << shift != stride:
            raise ValueError("a walker's stride is a power of two")
        self.base_mask = (1 << base_bits) - 1
        self.move = base_bits - shift  # to the right, so that a state's column becomes its codes' place
        self.column_mask = ((1 << column_bits) - 1) << shift
        self.sum_shift = base_bits + column_bits
        self.packed = self.sum_shift + table.bits <= 63
        self.sum_mask = -1 << self.sum_shift
        last = len(table.columns)
        bases = np.concatenate([table.base, np.arange(entries, entries + ends - table.plain)])
        columns = np.concatenate([table.column, np.full(ends - table.plain, last)])
        self.states: Array = (bases | columns << base_bits).astype(np.int64)
        onward = np.concatenate([table.targets, np.arange(table.plain, ends)])
        self.next: Array = self.states.take(onward)
        nothing = np.zeros(ends - table.plain, dtype=np.int64)
        self.increments = [np.concatenate([limb, nothing]) for limb in table.increments]
        if self.packed:
            self.next += self.increments[0] << self.sum_shift
            self.increments = []
        self.first = _first_step(table)
        self.begin: list[Array] = []  # by combination of the first step's codes: the state, and sums
        if self.first is not None:
            states = self.states.take(self.first.rows)
            self.begin = [states, *self.first.sums]
            if self.packed:
                self.begin = [states + (self.first.sums[0] << self.sum_shift)]
        self._rows = np.arange(stride)
        self._numbers = [np.empty(stride, dtype=np.int64) for _ in range(3)]
        self._codes = np.empty(stride, dtype=np.uint8)

    def run(self, codes: Array, count: int) -> tuple[Array, list[Array]]:
        """Walk the first rows of all columns: the table row where each arrives, and what its way adds."""
        rows = self._rows[:count]
        if self.first is None:
            return self.go_on(codes, rows, np.full(count, self.table.start))
        combined = codes[self.first.columns[0], :count].astype(np.uint16)
        for column, size in zip(self.first.columns[1:], self.first.sizes[1:], strict=True):
            combined *= np.uint16(size)
            np.add(combined, codes[column, :count], out=combined, casting="unsafe")
        combined = combined.astype(np.intp)
        states, *sums = (part.take(combined, mode="clip") for part in self.begin)
        return self._walk(codes.reshape(-1), rows, states, sums)

    def go_on(self, codes: Array, rows: Array, arrived: Array) -> tuple[Array, list[Array]]:
        """Walk some rows on from where they are in the table."""
        sums = [np.zeros(len(rows), dtype=np.int64) for _ in self.increments]
        return self._walk(codes.reshape(-1), rows, self.states.take(arrived), sums)

    def _walk(self, codes: Array, rows: Array, states: Array, sums: list[Array]) -> tuple[Array, list[Array]]:
        ended: list[Array] = []  # states and sums of all rows, once some are left behind
        where: Array | None = None
        steps = 0
        if self._codes.dtype != codes.dtype:
            self._codes = np.empty(self.stride, dtype=codes.dtype)
        while True:
            count = len(states)
            place, code = self._numbers[2][:count], self._codes[:count]
            if self.move >= 0:
                np.right_shift(states, self.move, out=place)
            else:
                np.left_shift(states, -self.move, out=place)
            place &= self.column_mask
            place += rows
            codes.take(place, out=code, mode="clip")
            np.bitwise_and(states, self.base_mask, out=place)
            place += code
            if steps % LOOK == 0:
                on_the_way = place < self.entries
                left = int(np.count_nonzero(on_the_way))
                if not left:
                    break
                if left < FEW * count:
                    still = np.flatnonzero(on_the_way)
                    if where is None:
                        ended = [states.copy(), *sums]
                        where = still
                    else:
                        for whole, part in zip(ended, (states, *sums), strict=True):
                            whole[where] = part
                        where = where.take(still)
                    rows, place = rows.take(still), place.take(still)
                    states = states.take(still)
                    sums = [limb.take(still) for limb in sums]
                    count = left
            steps += 1
            target = self._numbers[steps % 2][:count]
            self.next.take(place, out=target, mode="clip")
            if self.packed:
                states &= self.sum_mask
                target += states
            else:
                add(sums, [limb.take(place, mode="clip") for limb in self.increments])
            states = target
        if where is not None:
            for whole, part in zip(ended, (states, *sums), strict=True):
                whole[where] = part
            states, *sums = ended
        if self.packed:
            sums = [states >> self.sum_shift]
        arrived = (states & self.base_mask) + (self.table.plain - self.entries)
        return arrived, sums


def add(sums: list[Array], amounts: list[Array]) -> None:
    """Add numbers in limbs to others."""
    if len(sums) == 1:
        sums[0] += amounts[0]
        return
    carry: Any = 0
    for limb, amount in zip(sums, amounts, strict=True):
        limb += amount
        limb += carry
        carry = limb >> LIMB
        limb &= 2**LIMB - 1


@dataclass(frozen=True, slots=True, eq=False)
class _First:
    """Where some columns' codes together lead from the start."""

    columns: tuple[int, ...]
    sizes: tuple[int, ...]
    rows: Array  # by combination, the last column's code running fastest
    sums: list[Array]


def _first_step(table: Table) -> _First | None:
    """The columns that most ways look at first, as many as WIDEST allows; None where there are none."""
    last = len(table.columns)
    sizes = [int(one.max()) + 1 for one in table.maps]
    chosen: list[int] = []
    best: _First | None = None
    while True:
        rows, sums = _led(table, chosen, [sizes[at] for at in chosen])
        if chosen:
            best = _First(tuple(chosen), tuple(sizes[at] for at in chosen), rows, sums)
        waiting = table.column.take(rows[rows < table.plain])
        votes = np.bincount(waiting, minlength=last + 1)
        order = np.argsort(-votes[:last], kind="stable").tolist()
        fit = [at for at in order if sizes[at] * len(rows) <= WIDEST]
        if not fit or votes[fit[0]] * RARE < len(rows):
            return best
        chosen.append(fit[0])


def _led(table: Table, chosen: list[int], sizes: list[int]) -> tuple[Array, list[Array]]:
    """Where each combination of some columns' codes leads, and what that adds."""
    count = math.prod(sizes)
    digits = np.zeros((len(table.columns) + 1, count), dtype=np.int64)
    if chosen:
        digits[chosen] = np.unravel_index(np.arange(count), sizes)
    told = np.zeros(len(table.columns) + 1, dtype=bool)
    told[[*chosen, len(table.columns)]] = True
    rows = np.full(count, table.start, dtype=np.intp)
    sums = [np.zeros(count, dtype=np.int64) for _ in table.increments]
    while True:
        going = np.flatnonzero(rows < table.plain)
        going = going[told[table.column.take(rows[going])]]
        if not len(going):
            return rows, sums
        here = rows[going]
        entry = table.base.take(here) + digits[table.column.take(here), going]
        rows[going] = table.targets.take(entry)
        some = [limb[going] for limb in sums]
        add(some, [limb.take(entry) for limb in table.increments])
        for limb, part in zip(sums, some, strict=True):
            limb[going] = part
