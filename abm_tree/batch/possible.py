"""The outcomes still possible, for many rows at a time.

Promises: what `walk.possible` says of each row: node by node in the order of the graph, with the rows that
may come to a node as a mask; what differs between the ways of a row is anything. A node's open ways are
looked up by codes where codes tell them, and asked of the interpreter once for each distinct combination
where not. Refuses: to count ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from abm_tree.batch.block import Block, States
from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column, Encoder
from abm_tree.batch.opened import Opened, Openings
from abm_tree.batch.plan import Plan, tree_for
from abm_tree.feel import Undetermined
from abm_tree.space.supposed import Clock, Supposed
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Condition, Fact, Node, Outcome, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.possible import possible_outcomes

MEMO = 200_000  # answers that are remembered; then all are forgotten


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The rows that may come to a place (1 or 0), and what is established for them there.

    By fact a number of `States`: 0 where nothing is, else a value, or that it may be anything.
    """

    rows: Array
    established: Mapping[str, Array] = field(default_factory=dict)


class Possible:
    """What is still possible for the rows of one plan; for one thread."""

    def __init__(self, plan: Plan, stride: int) -> None:
        self.plan = plan
        self.tree = tree_for(plan)
        self.clock = Clock(plan.as_of)
        self.asked = 0
        self._kept = States()
        self._memo: dict[Any, Any] = {}
        self._computed: dict[Any, int] = {}
        self._openings = Openings(plan, self.tree, self.clock) if plan.table is not None else None
        self._encoders: dict[str, Encoder] = {}
        self._codes: Array = np.zeros((0, 0), dtype=np.uint8)
        if self._openings is None:
            return
        keys = self._openings.columns
        assert plan.table is not None
        widest = max((plan.coders[key].size for key in keys), default=0)
        kind = np.uint8 if widest < 2**8 else np.uint16 if widest < 2**16 else np.int32
        for key in keys:
            self._encoders[key] = Encoder(
                plan.coders[key], np.arange(plan.coders[key].size, dtype=np.int32), kind
            )
        self._codes = np.zeros((len(keys) + 1, stride), dtype=kind)
        self.plan = replace(
            plan,
            table=replace(plan.table, columns=keys),
            numbers=self._openings.numbers,
            sums=self._openings.sums,
        )

    def run(self, columns: Mapping[str, Column], rows: int) -> tuple[Array, list[tuple[str, ...]]]:
        """For each row of a block the place of its outcomes in the list, which is in no order."""
        if len(self._kept.found) > MEMO or len(self._memo) > MEMO:
            self._kept, self._memo = States(), {}
        if len(self._computed) > MEMO:
            self._computed = {}
        block = Block(self.plan, columns, self._encoders, self._codes, rows, self._kept, self._computed)
        block.sets = {}
        if self._openings is None:
            strays: Array | None = np.arange(rows)
            numbers, found = np.zeros(rows, dtype=np.int32), list[tuple[str, ...]]()
        else:
            strays, walking = block.strays, np.ones(rows, dtype=np.uint8)
            if strays is not None:
                walking[strays] = 0  # their codes say nothing
            ends, _ = self._outcomes(block, self.tree, "", _State(walking))
            numbers, found = _sets_of(ends, rows)
        if strays is not None:
            block.sets = {}
            places = {names: at for at, names in enumerate(found)}
            for group in block.groups(self.plan.facts, strays, exact=True):
                self.asked += 1
                names = possible_outcomes(self.tree, block.facts(int(group[0])), self.plan.as_of)
                numbers[group] = places.setdefault(names, len(places))
            found = list(places)
        return numbers, found

    def _outcomes(
        self, block: Block, tree: Tree, prefix: str, before: _State
    ) -> tuple[dict[str, _State], Array]:
        """How a tree may end for each row, in the tree's order; and the rows that may be stuck."""
        arriving: dict[str, _State] = {tree.start: before}
        found: dict[str, _State] = {}
        stuck = np.zeros(block.rows, dtype=np.uint8)
        for name in tree.graph.order:
            here = arriving.pop(name, None)
            if here is None or not here.rows.any():
                continue
            outcome = tree.outcomes.get(name)
            if outcome is not None:
                self._meet(found, name, self._after(block, tree, prefix, outcome, here))
                continue
            node = tree.nodes[name]
            if node.tree is None:
                targets, open_end = self._open(block, tree, prefix, node, here)
            else:
                targets, open_end = self._called(block, tree, node, here)
            if open_end is not None:
                stuck |= open_end
            for target, after in targets:
                known = target in tree.nodes or target in tree.outcomes
                self._meet(arriving if known else found, target, after)
        order = {name: number for number, name in enumerate(tree.outcomes)}
        names = sorted(found, key=lambda name: (order.get(name, len(order)), name))
        return {name: found[name] for name in names}, stuck

    def _open(
        self, block: Block, tree: Tree, prefix: str, node: Node, here: _State
    ) -> tuple[list[tuple[str, _State]], Array | None]:
        """Where a node may lead, and the rows that may be stuck there."""
        assert self._openings is not None
        opened = self._openings.of[prefix, node.id]
        if opened.asks.any():
            block.sets = {key: numbers for key, numbers in here.established.items() if key in opened.reads}
        words = self._words(block, tree, prefix, node, opened, here.rows)
        out = []
        for number, to in enumerate(opened.ways):
            at, bit = divmod(number, 8)
            rows = words[at] >> np.uint8(bit) if bit else words[at].copy()
            rows &= here.rows
            out.append((to, _State(rows, here.established)))
        at, bit = divmod(len(opened.ways), 8)
        return out, None if node.unknown else (words[at] >> np.uint8(bit)) & here.rows

    def _words(
        self, block: Block, tree: Tree, prefix: str, node: Node, opened: Opened, rows: Array
    ) -> list[Array]:
        """A bit for each way that each row may take."""
        if opened.by_code is not None:
            key, by_code = opened.by_code
            codes = self._codes[block.at[key], : block.rows]
            return [word.take(codes, mode="clip") for word in by_code]
        leaf = opened.leaves(self._codes, {key: block.at[key] for key in opened.columns}, rows)
        words = [word.take(leaf) for word in opened.words]
        if opened.asks.any():
            asked = np.flatnonzero(opened.asks.take(leaf) & (rows > 0))
            for group in block.groups(opened.groups, asked, exact=False) if len(asked) else ():
                one = int(group[0])
                mark = (prefix, node.id, *(block.mark(key, one, False) for key in opened.groups))
                if mark not in self._memo:
                    self.asked += 1
                    reader = Supposed(tree, self._states(block, opened.reads, one), self.clock, prefix)
                    self._memo[mark] = opened.word(*opened.decides(node, reader))
                for word, bits in zip(words, self._memo[mark], strict=True):
                    word[group] = bits
        return words

    def _called(
        self, block: Block, tree: Tree, node: Node, here: _State
    ) -> tuple[list[tuple[str, _State]], Array | None]:
        subtree = tree.subtrees[node.id]
        ends, stuck = self._outcomes(block, subtree, f"{subtree.id}/", here)
        if not node.branches:
            out = [(f"{node.id}/{end}", after) for end, after in ends.items()]
        else:
            out = []
            for end, after in ends.items():
                to = next((branch.to for branch in node.branches if end in branch.values), node.otherwise)
                if to:
                    out.append((to, after))
        if not node.unknown:
            return out, stuck
        # Where nobody can settle the subtree, some of what it establishes may hold already.
        after = here
        for end_state in ends.values():
            after = _State(here.rows, self._either(after, end_state))
        return [*out, (node.unknown, _State(stuck & here.rows, after.established))], None

    def _after(self, block: Block, tree: Tree, prefix: str, outcome: Outcome, here: _State) -> _State:
        """The rows past an outcome, with what it establishes."""
        if not outcome.sets and not outcome.computes:
            return here
        key_of = Supposed(tree, {}, self.clock, prefix).key
        out = dict(here.established)
        for name, value in outcome.sets.items():
            out[key_of(name)] = np.full(block.rows, self._kept.number(value), dtype=np.int32)
        for name, condition in outcome.computes.items():
            key = key_of(name)
            out[key] = numbers = np.zeros(block.rows, dtype=np.int32)
            reads = sorted(fact_keys(tree, condition.names, prefix))
            block.sets = dict(here.established)
            for group in block.groups(reads, np.flatnonzero(here.rows), exact=True):
                one = int(group[0])
                mark = (prefix, outcome.id, name, *(block.mark(read, one, True) for read in reads))
                if mark not in self._memo:
                    self.asked += 1
                    reader = Supposed(tree, self._states(block, reads, one), self.clock, prefix)
                    self._memo[mark] = self._value(key, tree.names.get(name), condition, reader)
                numbers[group] = self._memo[mark]
        return _State(here.rows, out)

    def _value(self, key: str, fact: object, condition: Condition, reader: Supposed) -> int:
        """What an outcome computes; what lacks a fact, or is no value that the fact can have, is anything."""
        found = condition.run(reader)
        good = found is not None and isinstance(fact, Fact) and not isinstance(found, Undetermined)
        if good and isinstance(fact, Fact) and misfit(fact, found) is None:  # type: ignore[arg-type]
            return self._kept.number(found)
        return self._anything(key)

    def _anything(self, key: str) -> int:
        return self._kept.number(Undetermined(key, False))

    def _states(self, block: Block, keys: tuple[str, ...] | list[str], row: int) -> dict[str, object]:
        """A row's states, what is not known being open."""
        return {
            key: Undetermined(key, False) if isinstance(state, Undetermined) else state
            for key, state in block.states(keys, row).items()
        }

    def _meet(self, table: dict[str, _State], name: str, state: _State) -> None:
        """Let rows arrive by another way."""
        if name in table:
            other = table[name]
            state = _State(other.rows | state.rows, self._either(other, state))
        table[name] = state

    def _either(self, one: _State, other: _State) -> Mapping[str, Array]:
        """What is established after either of two ways: where both are open and differ, anything."""
        if one.established is other.established:
            return one.established
        out: dict[str, Array] = {}
        first, second = one.rows > 0, other.rows > 0
        nothing = np.zeros(len(first), dtype=np.int32)
        for key in (*one.established, *(key for key in other.established if key not in one.established)):
            a, b = one.established.get(key, nothing), other.established.get(key, nothing)
            if a is b:
                out[key] = a
                continue
            out[key] = np.where(first, a, b)
            out[key][first & second & (a != b)] = self._anything(key)
        return out


def _sets_of(ends: Mapping[str, _State], rows: int) -> tuple[Array, list[tuple[str, ...]]]:
    """Each row's outcomes, as a place in a list of all that there are."""
    names = list(ends)
    bits = np.zeros((max(1, -(-len(names) // 64)), rows), dtype=np.uint64)
    for at, state in enumerate(ends.values()):
        bits[at // 64] |= state.rows.astype(np.uint64) << np.uint64(at % 64)
    numbers = np.zeros(rows, dtype=np.int64)
    for word in bits:
        distinct, inverse = np.unique(word, return_inverse=True)
        numbers = numbers * len(distinct) + inverse.reshape(-1)
        _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
        numbers = inverse.reshape(-1)
    found = [
        tuple(
            name for at, name in enumerate(names) if bits[at // 64, row] >> np.uint64(at % 64) & np.uint64(1)
        )
        for row in first.tolist()
    ]
    return numbers.astype(np.int32), found
