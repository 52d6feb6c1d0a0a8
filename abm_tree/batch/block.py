"""One block of rows: its codes, what was established on the way, and the values behind them.

Promises: `groups` divides rows so that rows of one group are one row to a decision, and `states` gives the
very states that the interpreter would see. Refuses: to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from abm_tree.batch.codes import Array, Codes
from abm_tree.batch.columns import Column, Encoder
from abm_tree.batch.plan import Plan
from abm_tree.feel.open import Undetermined
from abm_tree.feel.values import Value

if TYPE_CHECKING:
    from abm_tree.tree.facts import Facts

_NONE, _UNKNOWN = ("none",), ("unknown",)


class States:
    """Values that outcomes establish, each with a number from 1 on."""

    def __init__(self) -> None:
        self.found: list[Value | Undetermined] = [None]
        self._numbers: dict[object, int] = {}

    def number(self, value: Value | Undetermined) -> int:
        """The number of a value."""
        mark = (type(value), str(value) if isinstance(value, tuple) else value)
        if mark not in self._numbers:
            self._numbers[mark] = len(self.found)
            self.found.append(value)
        return self._numbers[mark]


class Block:
    """Some rows of a table."""

    def __init__(
        self,
        plan: Plan,
        columns: Mapping[str, Column],
        encoders: Mapping[str, Encoder],
        codes: Array,
        rows: int,
        kept: States,
        memo: dict[Any, int],
    ) -> None:
        self.plan = plan
        self.columns = columns
        self.encoders = encoders
        self.codes = codes  # by column of the table and row; there may be room for more rows
        self.rows = rows
        self.kept = kept
        self.at = {key: number for number, key in enumerate(plan.table.columns)} if plan.table else {}
        self.sets: dict[str, Codes] = {key: np.zeros(rows, dtype=np.int32) for key in plan.sets}
        self._known: dict[str, Array | None] = {}
        self.strays = self._encode(memo)

    def _encode(self, memo: dict[Any, int]) -> Array | None:
        """Write all codes; which rows hold values that no code stands for (None: none)."""
        strays: Array | None = None
        for key, number in self.at.items():
            encoder, out = self.encoders[key], self.codes[number, : self.rows]
            if key in self.plan.numbers:
                found = self._computed(key, memo)
                encoder.mapped(found, out)
                some = True
            elif key not in self.columns:
                out.fill(0)
                some = False
            else:
                some = encoder.encode(self.columns[key], out)
            if some and (stray := out == encoder.stray).any():
                strays = stray if strays is None else strays | stray
        if strays is None:
            return None
        rows: Array = np.flatnonzero(strays)
        self.codes[:, rows] = 0
        return rows

    def _computed(self, key: str, memo: dict[Any, int]) -> Array:
        from abm_tree.batch.numeric import codes_of  # not every tree computes with facts
        from abm_tree.space.terms import exactly

        number, coder = self.plan.numbers[key], self.plan.coders[key]

        def exact(rows: Array) -> Array:
            found = np.zeros(self.rows, dtype=np.int32)
            for group in self.groups(number.inputs, rows, exact=True):
                one = int(group[0])
                mark = (key, *(self.columns[name].mark(one) for name in number.inputs))
                if mark not in memo:
                    values = {name: self.columns[name].cell(one) for name in number.inputs}
                    memo[mark] = coder.code(exactly(number, values))
                found[group] = memo[mark]
            return found[rows]

        return codes_of(number, coder, self.columns, self.rows, exact)

    def establish(self, key: str, number: int, rows: Array) -> None:
        """Let a fact have a state from here on."""
        self.sets[key][rows] = number
        value = self.kept.found[number]
        if key in self.at and not isinstance(value, Undetermined):
            code = self.encoders[key].code(value)
            self.codes[self.at[key], rows] = code if code != self.encoders[key].stray else 0

    def sums(self, key: str, rows: Array) -> tuple[Array, ...]:
        """What tells the sums of a score apart, for some rows."""
        return self.plan.sums[key].sums(lambda name: self.codes[self.at[name], rows], len(rows))

    def mark(self, key: str, row: int, exact: bool) -> Any:
        """What tells a row's state of a fact, or its sum of a score, from others."""
        if key in self.plan.sums:
            return tuple(int(one[0]) for one in self.sums(key, np.array([row])))
        if key in self.sets and (number := int(self.sets[key][row])):
            return ("set", number)
        if not exact and self._by_code(key):
            return int(self.codes[self.at[key], row])
        if not self._knows(key, row):
            return _UNKNOWN
        mark = self.columns[key].mark(row)
        return _NONE if mark is None else mark

    def state(self, key: str, row: int) -> Value | Undetermined:
        """A row's state of a fact, as an outcome on the way or the column says."""
        if key in self.sets and (number := int(self.sets[key][row])):
            return self.kept.found[number]
        return self.columns[key].cell(row) if self._knows(key, row) else Undetermined(key, True)

    def states(self, keys: Sequence[str], row: int) -> dict[str, object]:
        """A row's states of some facts."""
        return {key: self.state(key, row) for key in keys}

    def facts(self, row: int) -> Facts:
        """A row's facts as a batch hands them to `advance`: what is not known is unknown."""
        from abm_tree.tree.facts import SUPPOSED, Known, Unknown

        return {
            key: Known(self.columns[key].cell(row), evidence=SUPPOSED if key in self.plan.evidence else "")
            if self._knows(key, row)
            else Unknown()
            for key in self.plan.facts
        }

    def groups(self, keys: Sequence[str], rows: Array, *, exact: bool) -> list[Array]:
        """The rows, divided by their states of some facts; by their codes, where codes say enough."""
        combined = np.zeros(len(rows), dtype=np.int64)
        size = 1
        for key in keys:
            found, count = self._numbered(key, rows, exact)
            if size * count > 2**62:
                distinct, combined = np.unique(combined, return_inverse=True)
                combined, size = combined.reshape(-1), len(distinct)
            combined, size = combined * count + found, size * count
        order = np.argsort(combined, kind="stable")
        ordered = combined[order]
        cuts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
        return np.split(rows[order], cuts)

    def _knows(self, key: str, row: int) -> bool:
        if key not in self.columns:
            return False
        known = self._knows_of(key)
        return known is None or bool(known[row])

    def _knows_of(self, key: str) -> Array | None:
        if key not in self._known:
            self._known[key] = self.columns[key].knows()
        return self._known[key]

    def _by_code(self, key: str) -> bool:
        coder = self.plan.coders.get(key)
        return key in self.at and coder is not None and not coder.opaque

    def _numbered(self, key: str, rows: Array, exact: bool) -> tuple[Array, int]:
        if key in self.plan.sums:
            return self._numbered_sums(key, rows)
        if not exact and self._by_code(key):
            found: Array = self.codes[self.at[key], rows].astype(np.int64) + 2
        elif key in self.columns:
            column = self.columns[key]
            _, inverse = np.unique(column.data[rows], return_inverse=True)
            found = inverse.reshape(-1).astype(np.int64) + 2
            if column.none is not None:
                found[column.none[rows]] = 1
            known = self._knows_of(key)
            if known is not None:
                found[~known[rows]] = 0
        else:
            found = np.zeros(len(rows), dtype=np.int64)
        count = int(found.max(initial=0)) + 1
        if key in self.sets:
            numbers = self.sets[key][rows].astype(np.int64)
            found = np.where(numbers > 0, numbers + count, found)
            count = int(found.max(initial=0)) + 1
        return found, count

    def _numbered_sums(self, key: str, rows: Array) -> tuple[Array, int]:
        found: Array = np.zeros(len(rows), dtype=np.int64)
        for part in self.sums(key, rows):
            distinct, inverse = np.unique(part, return_inverse=True)
            combined = found * len(distinct) + inverse.reshape(-1)
            _, again = np.unique(combined, return_inverse=True)
            found = again.reshape(-1).astype(np.int64)
        return found, int(found.max(initial=0)) + 1
