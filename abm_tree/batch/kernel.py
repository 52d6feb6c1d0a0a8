"""Plan x columns -> results.

Promises: each row's status, outcome, need, error, path number and facts set are what `advance` gives for the
row's facts with all that it lacks marked unknown; rows stay in order; how rows are cut into calls and blocks
changes nothing. What columns do not decide is decided by the walk's own functions, once for each distinct
combination. Refuses: to read or write files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from abm_tree.batch.block import Block, States
from abm_tree.batch.codes import Array, Codes
from abm_tree.batch.columns import Column, Encoder
from abm_tree.batch.counting import counting
from abm_tree.batch.plan import Plan
from abm_tree.batch.results import Results
from abm_tree.batch.table import DECIDED, ERROR, LIMB, STATUS, Asked, Established, Exit, Table, limbs
from abm_tree.batch.walker import Walker, add
from abm_tree.feel.open import Undetermined

if TYPE_CHECKING:
    from abm_tree.batch.asking import Interpreter
    from abm_tree.batch.possible import Possible

BLOCK = 2**15
MEMO = 200_000  # answers that are remembered; then all are forgotten


def run(plan: Plan, columns: Mapping[str, Column], rows: int | None = None, *, block: int = BLOCK) -> Results:
    """Decide every row; `rows` says how many there are where no column does."""
    count = next((len(column) for column in columns.values()), 0) if rows is None else rows
    return Runner(plan, block=block).run(columns, count)


class Runner:
    """Decides rows, one call after another; for one thread. What the interpreter said is kept for a while."""

    def __init__(self, plan: Plan, *, block: int = BLOCK) -> None:
        self.plan = plan
        self.block = block
        self._encoders: dict[str, Encoder] = {}
        self._outcomes: dict[str, int] = {}
        self._facts = {key: at for at, key in enumerate(plan.facts)}
        self._exits: dict[Exit, int] = {}
        self._told: tuple[Array, Array, Array] = (np.zeros(0), np.zeros(0), np.zeros(0))
        self._kept = States()
        self._memo: dict[Any, Any] = {}
        self._computed: dict[Any, int] = {}  # numbers in exact decimals
        self._asks: Interpreter | None = None
        self._asked = 0
        self._codes: Array = np.zeros((0, 0), dtype=np.uint8)
        self._walker: Walker | None = None
        self._possible: Possible | None = None
        self._stride = 1 << max(block - 1, 0).bit_length()
        table = plan.table
        if table is None:
            return
        widest = max((int(one.max()) + 1 for one in table.maps), default=0)
        kind = np.uint8 if widest < 2**8 else np.uint16 if widest < 2**16 else np.int32
        for key, one in zip(table.columns, table.maps, strict=True):
            self._encoders[key] = Encoder(plan.coders[key], one, kind)
        self._exits = {exit: at for at, exit in enumerate(table.exits)}
        self._codes = np.zeros((len(table.columns) + 1, self._stride), dtype=kind)
        self._walker = Walker(table, self._stride)

    def run(self, columns: Mapping[str, Column], rows: int, *, possible: bool = False) -> Results:
        """Decide some rows; ValueError where columns differ in length.

        `possible`: say too what outcomes are still possible, which needs the tree and costs more.
        """
        if any(len(column) != rows for column in columns.values()):
            raise ValueError("columns differ in length")
        if len(self._kept.found) > MEMO:
            self._memo, self._kept = {}, States()
        self._asked = 0
        call = _Call(self.plan, rows, possible)
        if possible and self._possible is None:
            from abm_tree.batch.possible import Possible  # loads the tree

            self._possible = Possible(self.plan, self._stride)
        used = {key: column for key, column in columns.items() if key in self._facts}
        for start in range(0, rows, self.block):
            self._block(call, used, start, min(start + self.block, rows))
        return call.results(self._outcomes, self._facts, self._kept, self._asked)

    @property
    def _interpreter(self) -> Interpreter:
        if self._asks is None:
            from abm_tree.batch.asking import Interpreter  # loads the tree: late, and often never

            self._asks = Interpreter(self.plan)
        self._asked += 1
        return self._asks

    def _block(self, call: _Call, columns: Mapping[str, Column], start: int, stop: int) -> None:
        if len(self._memo) > MEMO:
            self._memo = {}
        if len(self._computed) > MEMO:
            self._computed = {}
        count = stop - start
        parts: dict[str, Column] = {}
        for key, column in columns.items():
            part = column.part(start, stop) if count < len(column) else column
            demand = self.plan.evidence.get(key)
            if part.dated is not None or demand is not None:
                part = counting(part, self.plan.stale_after.get(key), demand, self.plan.as_of)
            parts[key] = part
        if call.possible is not None and self._possible is not None:
            before = self._possible.asked
            numbers, found = self._possible.run(parts, count)
            call.possible[start:stop] = np.array([call.names(one) for one in found], dtype=np.int32)[numbers]
            self._asked += self._possible.asked - before
        block = Block(self.plan, parts, self._encoders, self._codes, count, self._kept, self._computed)
        table, walker = self.plan.table, self._walker
        if table is None or walker is None:
            self._whole(call, block, np.arange(count), start)
            return
        arrived, sums = walker.run(self._codes, count)
        if table.specials:
            self._specials(block, table, walker, arrived, sums)
        self._tell(call, block, table, arrived - table.ends, sums, start)
        if block.strays is not None:
            self._whole(call, block, block.strays, start)

    def _specials(
        self, block: Block, table: Table, walker: Walker, arrived: Array, sums: list[Array]
    ) -> None:
        """Ask, establish, and walk on, until every row is at an exit; strays wait."""
        special = arrived < table.ends
        if block.strays is not None:
            special[block.strays] = False
            arrived[block.strays] = table.ends
        waiting = np.flatnonzero(special)
        while len(waiting):
            here = arrived.take(waiting)
            for number in np.unique(here).tolist():
                self._special(block, table, number - table.plain, waiting[here == number], arrived, sums)
            here = arrived.take(waiting)
            onward = waiting[here < table.plain]
            if len(onward):
                arrived[onward], added = walker.go_on(self._codes, onward, arrived.take(onward))
                some = [limb.take(onward) for limb in sums]
                add(some, added)
                for limb, part in zip(sums, some, strict=True):
                    limb[onward] = part
            waiting = waiting[arrived.take(waiting) < table.ends]

    def _special(
        self, block: Block, table: Table, number: int, rows: Array, arrived: Array, sums: list[Array]
    ) -> None:
        special = table.specials[number]
        if isinstance(special, Established):
            self._establish(block, special, rows)
            arrived[rows] = special.target
            return
        for group in block.groups(special.groups, rows, exact=False):
            one = int(group[0])
            mark = (number, *(block.mark(key, one, False) for key in special.groups))
            if mark not in self._memo:
                self._memo[mark] = self._edge(table, special, block, one)
            target, increment = self._memo[mark]
            arrived[group] = target
            if increment:
                some = [limb.take(group) for limb in sums]
                add(some, [np.full(len(group), limb) for limb in limbs(increment, len(sums))])
                for limb, part in zip(sums, some, strict=True):
                    limb[group] = part

    def _edge(self, table: Table, asked: Asked, block: Block, row: int) -> tuple[int, int]:
        found, increment = self._interpreter.edge(asked, block.states(asked.reads, row))
        return (table.ends + self._exit(found), increment) if isinstance(found, Exit) else found

    def _establish(self, block: Block, special: Established, rows: Array) -> None:
        if special not in self._memo:
            self._memo[special] = self._interpreter.writes(special.passed)
            self._asked -= 1
        plain, computes = self._memo[special]
        writes = [(key, self._kept.number(value), rows) for key, value in plain]
        for key, name, reads in computes:
            for group in block.groups(reads, rows, exact=True):
                one = int(group[0])
                mark = (special, name, *(block.mark(read, one, True) for read in reads))
                if mark not in self._memo:
                    value = self._interpreter.computed(special.passed, name, block.states(reads, one))
                    self._memo[mark] = self._kept.number(value)
                writes.append((key, self._memo[mark], group))
        # What an outcome computes is computed before it establishes anything.
        for key, number, group in writes:
            block.establish(key, number, group)

    def _tell(
        self, call: _Call, block: Block, table: Table, ends: Array, sums: list[Array], start: int
    ) -> None:
        """Note how rows ended."""
        if len(self._told[0]) != len(self._exits):
            self._told = (
                np.array([exit.status for exit in self._exits], dtype=np.uint8),
                np.array([self._outcome(exit.outcome) for exit in self._exits], dtype=np.int32),
                np.array([self._fact(exit.needs) for exit in self._exits], dtype=np.int32),
            )
        cut = slice(start, start + block.rows)
        for told, out in zip(self._told, (call.status, call.outcome, call.needs), strict=True):
            told.take(ends, out=out[cut], mode="clip")
        at, shift = divmod(table.path_bits, LIMB)
        np.greater_equal(sums[at], 1 << shift, out=call.rested[cut])
        for above in sums[at + 1 :]:
            call.rested[cut] |= above > 0
        for limb, part in enumerate(sums[: len(call.path)]):
            mask = (1 << shift) - 1 if limb == at else -1
            np.bitwise_and(part, mask, out=call.path[limb][cut])
        for key, numbers in block.sets.items():
            np.multiply(numbers, call.status[cut] == DECIDED, out=call.sets[key][cut])
        failed = np.flatnonzero(call.status[cut] == ERROR) if (self._told[0] == ERROR).any() else ()
        if len(failed) and block.strays is not None:
            failed = np.setdiff1d(failed, block.strays, assume_unique=True)
        if len(failed):
            where = ends.take(failed)
            exits = list(self._exits)
            for number in np.unique(where).tolist():
                self._errors(call, block, exits[number], failed[where == number], start)

    def _errors(self, call: _Call, block: Block, exit: Exit, rows: Array, start: int) -> None:
        place = f"at node `{'/'.join(exit.spot)}`"
        if exit.message is not None:
            call.error[rows + start] = call.text(f"{exit.message}, {place}")
            return
        asks = self._interpreter
        self._asked -= 1
        keys = asks.reads(exit.spot)
        for group in block.groups(keys, rows, exact=True):
            self._asked += 1
            message = asks.message(exit.spot, block.states(keys, int(group[0])))
            call.error[group + start] = call.text(f"{message}, {place}")

    def _whole(self, call: _Call, block: Block, rows: Array, start: int) -> None:
        """Rows that no table decides: the whole walk, once for each distinct row."""
        for group in block.groups(self.plan.facts, rows, exact=True):
            record, path = self._interpreter.record(block.facts(int(group[0])))
            where = group + start
            call.status[where] = STATUS.index(record.status)
            call.outcome[where] = self._outcome(record.outcome)
            call.needs[where] = self._fact(record.needs.fact if record.needs is not None else "")
            call.error[where] = call.text(record.error)
            call.rested[where] = any(step.kind == "unknown" for step in record.trail)
            for limb, part in zip(call.path, limbs(path, len(call.path)), strict=True):
                limb[where] = part
            for numbers in call.sets.values():
                numbers[where] = 0
            for one in record.sets:
                open = Undetermined(one.fact, one.state == "unknown")
                state = open if one.state != "known" else one.value
                call.sets[one.fact][where] = self._kept.number(state)

    def _exit(self, exit: Exit) -> int:
        return self._exits.setdefault(exit, len(self._exits))

    def _outcome(self, name: str) -> int:
        return self._outcomes.setdefault(name, len(self._outcomes)) if name else -1

    def _fact(self, key: str) -> int:
        return self._facts.setdefault(key, len(self._facts)) if key else -1


class _Call:
    """What one call has come to so far."""

    def __init__(self, plan: Plan, rows: int, possible: bool) -> None:
        self.status: Array = np.empty(rows, dtype=np.uint8)
        self.outcome: Codes = np.empty(rows, dtype=np.int32)
        self.needs: Codes = np.empty(rows, dtype=np.int32)
        self.error: Codes = np.full(rows, -1, dtype=np.int32)
        self.rested: Array = np.empty(rows, dtype=bool)
        self.numbered = plan.table is not None
        count = max(1, -(-plan.table.path_bits // LIMB)) if plan.table is not None else 0
        self.path: list[Array] = [np.empty(rows, dtype=np.int64) for _ in range(count)]
        self.sets: dict[str, Codes] = {key: np.zeros(rows, dtype=np.int32) for key in plan.sets}
        self.possible: Codes | None = np.empty(rows, dtype=np.int32) if possible else None
        self._errors: dict[str, int] = {}
        self._possibles: dict[tuple[str, ...], int] = {}

    def names(self, outcomes: tuple[str, ...]) -> int:
        """The number of some outcomes."""
        return self._possibles.setdefault(outcomes, len(self._possibles))

    def text(self, message: str) -> int:
        """The number of an error's text."""
        return self._errors.setdefault(message, len(self._errors)) if message else -1

    def results(
        self, outcomes: Mapping[str, int], facts: Mapping[str, int], kept: States, asked: int
    ) -> Results:
        """All of it."""
        return Results(
            self.status,
            self.outcome,
            self.needs,
            self.error,
            self.rested,
            tuple(self.path) if self.numbered else None,
            self.sets,
            tuple(outcomes),
            tuple(facts),
            tuple(self._errors),
            tuple(kept.found),
            asked,
            self.possible,
            tuple(self._possibles),
        )
