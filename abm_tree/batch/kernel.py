"""Plan x columns -> results.

Promises: each row's status, outcome, need, error, path number and facts set are what `advance` gives for the
row's facts with all that it lacks marked unknown; rows stay in order; the block size changes nothing. What
columns do not decide is decided by the walk's own functions, once for each distinct combination.
Refuses: to read or write files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from abm_tree.batch.block import Block, States
from abm_tree.batch.codes import Array, Codes
from abm_tree.batch.columns import Column, Encoder, fresh
from abm_tree.batch.inlined import called, established, prefix_of
from abm_tree.batch.paths import Paths
from abm_tree.batch.plan import Plan, tree_for
from abm_tree.batch.results import Results
from abm_tree.batch.supposed import Supposed
from abm_tree.batch.table import (
    DECIDED,
    ERROR,
    LIMB,
    NEEDS,
    STATUS,
    WAITS,
    Asked,
    Established,
    Exit,
    Table,
    failure,
)
from abm_tree.feel import Undetermined, Value
from abm_tree.tree.parts import Tree
from abm_tree.tree.reads import fact_keys, node_reads
from abm_tree.walk.advance import _computed, advance
from abm_tree.walk.choose import Broken, Choice, Lack, Pause, Way, choose
from abm_tree.walk.reader import Reader

BLOCK = 32_000


def run(plan: Plan, columns: Mapping[str, Column], rows: int | None = None, *, block: int = BLOCK) -> Results:
    """Decide every row; `rows` says how many there are where no column does."""
    used = {key: column for key, column in columns.items() if key in plan.facts}
    count = next((len(column) for column in columns.values()), 0) if rows is None else rows
    if any(len(column) != count for column in columns.values()):
        raise ValueError("columns differ in length")
    runner = _Runner(plan, used, count)
    for start in range(0, count, block):
        runner.block(start, min(start + block, count))
    return runner.results()


class _Runner:
    """Walks one block after another."""

    def __init__(self, plan: Plan, columns: Mapping[str, Column], count: int) -> None:
        self.plan = plan
        self.columns = columns
        self.encoders: dict[str, Encoder] = {}
        if plan.table is not None:
            widest = max((int(one.max()) + 1 for one in plan.table.maps), default=0)
            kind = np.int8 if widest < 128 else np.int16 if widest < 2**15 else np.int32
            for key, one in zip(plan.table.columns, plan.table.maps, strict=True):
                self.encoders[key] = Encoder(plan.coders[key], one, kind)
        self.kept = States()
        self.outcomes: dict[str, int] = {}
        self.errors: dict[str, int] = {}
        self.places = {key: at for at, key in enumerate(plan.facts)}
        self.exits: dict[Exit, int] = {}
        self.ways_out: list[Exit] = []
        self.told: tuple[Array, Array, Array] = (np.zeros(0), np.zeros(0), np.zeros(0))
        self.memo: dict[Any, Any] = {}
        self.computed: dict[Any, int] = {}  # numbers in exact decimals
        self.asked = 0
        if plan.table is not None:
            self.exits = {exit: at for at, exit in enumerate(plan.table.exits)}
        self.limbs = len(plan.table.increments) if plan.table is not None else 0
        self.status = np.zeros(count, dtype=np.uint8)
        self.outcome = np.full(count, -1, dtype=np.int32)
        self.needs = np.full(count, -1, dtype=np.int32)
        self.error = np.full(count, -1, dtype=np.int32)
        self.path = [np.zeros(count, dtype=np.int64) for _ in range(self.limbs)]
        self.sets: dict[str, Codes] = {key: np.zeros(count, dtype=np.int32) for key in plan.sets}

    @property
    def tree(self) -> Tree:
        """The tree, loaded when it is first needed."""
        return tree_for(self.plan)

    def results(self) -> Results:
        """What all blocks came to."""
        return Results(
            self.status,
            self.outcome,
            self.needs,
            self.error,
            tuple(self.path) if self.limbs else None,
            self.sets,
            tuple(self.outcomes),
            tuple(self.places),
            tuple(self.errors),
            tuple(self.kept.found),
            self.asked + len(self.computed),
        )

    def block(self, start: int, stop: int) -> None:
        """Walk some rows."""
        parts: dict[str, Column] = {}
        for key, column in self.columns.items():
            part = column.part(start, stop)
            if part.dated is not None:
                part = fresh(part, self.plan.stale_after.get(key), self.plan.as_of)
            parts[key] = part
        block = Block(self.plan, parts, self.encoders, stop - start, self.kept, self.computed)
        table = self.plan.table
        if table is None:
            self._whole(block, np.arange(stop - start), start)
            return
        rows = np.arange(stop - start)
        strays = block.stray.any()
        if strays:
            rows = rows[~block.stray]
        ends = np.zeros(stop - start, dtype=np.int32)
        self._walk(block, table, rows, ends, [limb[start:stop] for limb in self.path])
        self._tell(block, ends, rows, start, stop)
        if strays:
            self._whole(block, np.flatnonzero(block.stray), start)

    def _walk(self, block: Block, table: Table, rows: Array, ends: Array, path: list[Array]) -> None:
        """Walk rows to their exits; `ends` takes in the exits, `path` the numbers of the ways."""
        offsets = table.column * block.codes.shape[1]
        flat = block.codes.reshape(-1)
        single = table.increments[0] if len(table.increments) == 1 else None
        waiting: list[tuple[Array, Array]] = []  # rows at special rows of the table
        active: list[tuple[Array, Array]] = [(rows, np.full(len(rows), table.start, dtype=np.intp))]
        while active:
            rows, node = active.pop()
            ways = path[0][rows]
            while len(rows):
                still = node < table.plain
                left = np.flatnonzero(still)
                if len(left) < len(rows):
                    arrived = np.flatnonzero(~still)
                    there, where = rows.take(arrived), node.take(arrived)
                    if single is not None:
                        path[0][there] = ways.take(arrived)
                    done = where >= table.ends
                    if done.all():
                        ends[there] = where - table.ends
                    else:
                        ends[there[done]] = where[done] - table.ends
                        waiting.append((there[~done], where[~done]))
                    rows, node, ways = rows.take(left), node.take(left), ways.take(left)
                    if not len(rows):
                        break
                at = offsets.take(node)
                at += rows
                at = flat.take(at) + table.base.take(node)
                if single is not None:
                    ways += single.take(at)
                else:
                    self._add(path, rows, [limb.take(at) for limb in table.increments])
                node = table.targets.take(at)
            if waiting and not active:
                rows = np.concatenate([one for one, _ in waiting])
                node = np.concatenate([one for _, one in waiting])
                waiting = []
                for number in np.unique(node).tolist():
                    there = rows[node == number]
                    active.append(self._special(block, table, number - table.plain, there, path))

    def _add(self, path: list[Array], rows: Array, amounts: list[Array]) -> None:
        carry: Any = 0
        for limb, amount in zip(path, amounts, strict=True):
            total = limb[rows] + amount + carry
            carry = total >> LIMB
            limb[rows] = total & (2**LIMB - 1)

    def _special(
        self, block: Block, table: Table, number: int, rows: Array, path: list[Array]
    ) -> tuple[Array, Array]:
        """Establish facts, or ask the interpreter; rows, and where they go."""
        special = table.specials[number]
        if isinstance(special, Established):
            self._establish(block, special, rows)
            return rows, np.full(len(rows), special.target, dtype=np.intp)
        target = np.zeros(block.rows, dtype=np.intp)
        for group in block.groups(special.groups, rows, exact=False):
            one = int(group[0])
            mark = (number, *(block.mark(key, one, False) for key in special.groups))
            if mark not in self.memo:
                self.memo[mark] = self._edge(table, special, self._choose(block, special, one))
            to, increment = self.memo[mark]
            target[group] = to
            if increment:
                limbs = [(increment >> (LIMB * at)) & (2**LIMB - 1) for at in range(self.limbs)]
                self._add(path, group, [np.full(len(group), limb, dtype=np.int64) for limb in limbs])
        return rows, target[rows]

    def _choose(self, block: Block, asked: Asked, row: int) -> Choice:
        self.asked += 1
        calls = asked.spot[:-1]
        tree = called(self.tree, calls)
        states = block.states(asked.reads, row)
        reader = Supposed(tree, states, self.plan.as_of, prefix_of(self.tree, calls))
        return choose(tree.nodes[asked.spot[-1]], reader)

    def _edge(self, table: Table, asked: Asked, choice: Choice) -> tuple[int, int]:
        place = asked.place
        match choice:
            case Way(number):
                return asked.ways[number]
            case Lack(fact):
                if asked.stuck is not None:
                    return asked.stuck
                return table.ends + self._exit(Exit(NEEDS, needs=fact)), place.needed(fact)
            case Pause():
                return table.ends + self._exit(Exit(WAITS)), place.waits
            case Broken(message):
                return table.ends + self._exit(failure(asked.spot, message)), place.fails

    def _exit(self, exit: Exit) -> int:
        return self.exits.setdefault(exit, len(self.exits))

    def _establish(self, block: Block, special: Established, rows: Array) -> None:
        tree, outcome, prefix = established(self.tree, special.passed)
        key_of = Reader(tree, {}, self.plan.as_of, prefix=prefix).key
        writes: list[tuple[str, int, Array]] = [
            (key_of(name), self.kept.number(value), rows) for name, value in outcome.sets.items()
        ]
        for name, condition in outcome.computes.items():
            keys = sorted(fact_keys(tree, condition.names, prefix))
            for group in block.groups(keys, rows, exact=True):
                one = int(group[0])
                mark = (special.passed, name, *(block.mark(key, one, True) for key in keys))
                if mark not in self.memo:
                    self.asked += 1
                    reader = Supposed(tree, block.states(keys, one), self.plan.as_of, prefix)
                    value: Value | Undetermined = _computed(tree, name, condition, reader)
                    self.memo[mark] = self.kept.number(value)
                writes.append((key_of(name), self.memo[mark], group))
        # What an outcome computes is computed before it establishes anything.
        for key, number, group in writes:
            block.establish(key, number, group)

    def _tell(self, block: Block, ends: Array, rows: Array, start: int, stop: int) -> None:
        """Note how rows ended."""
        if len(self.ways_out) != len(self.exits):
            self.ways_out = list(self.exits)
            self.told = (
                np.array([exit.status for exit in self.exits], dtype=np.uint8),
                np.array([self._outcome(exit.outcome) for exit in self.exits], dtype=np.int32),
                np.array([self._fact(exit.needs) for exit in self.exits], dtype=np.int32),
            )
        status, outcome, needs = self.told
        where = rows + start
        ended = ends[rows]
        self.status[where] = status[ended]
        self.outcome[where] = outcome[ended]
        self.needs[where] = needs[ended]
        for at in np.unique(ended[status[ended] == ERROR]).tolist():
            self._errors(block, self.ways_out[at], rows[ended == at], start)
        decided = self.status[start:stop] == DECIDED
        for key, numbers in block.sets.items():
            self.sets[key][start:stop] = np.where(decided, numbers, 0)

    def _errors(self, block: Block, exit: Exit, rows: Array, start: int) -> None:
        place = f"at node `{'/'.join(exit.spot)}`"
        if exit.message is not None:
            self.error[rows + start] = self._text(f"{exit.message}, {place}")
            return
        calls = exit.spot[:-1]
        tree = called(self.tree, calls)
        prefix = prefix_of(self.tree, calls)
        node = tree.nodes[exit.spot[-1]]
        keys = sorted(node_reads(tree, node, prefix))
        for group in block.groups(keys, rows, exact=True):
            states = block.states(keys, int(group[0]))
            self.asked += 1
            choice = choose(node, Supposed(tree, states, self.plan.as_of, prefix))
            assert isinstance(choice, Broken), choice
            self.error[group + start] = self._text(f"{choice.message}, {place}")

    def _whole(self, block: Block, rows: Array, start: int) -> None:
        """Rows that no table decides: the whole walk, once for each distinct row."""
        paths = Paths(self.tree)
        for group in block.groups(self.plan.facts, rows, exact=True):
            self.asked += 1
            facts = block.facts(int(group[0]))
            record = advance(self.tree, facts, self.plan.as_of, possible=False)
            where = group + start
            self.status[where] = STATUS.index(record.status)
            self.outcome[where] = self._outcome(record.outcome)
            self.needs[where] = self._fact(record.needs.fact if record.needs is not None else "")
            if record.error:
                self.error[where] = self._text(record.error)
            number = paths.number(record) or 0
            for at in range(self.limbs):
                self.path[at][where] = (number >> (LIMB * at)) & (2**LIMB - 1)
            for one in record.sets:
                open = Undetermined(one.fact, one.state == "unknown")
                self.sets[one.fact][where] = self.kept.number(open if one.state != "known" else one.value)

    def _outcome(self, name: str) -> int:
        return self.outcomes.setdefault(name, len(self.outcomes)) if name else -1

    def _fact(self, key: str) -> int:
        return self.places.setdefault(key, len(self.places)) if key else -1

    def _text(self, message: str) -> int:
        return self.errors.setdefault(message, len(self.errors))
