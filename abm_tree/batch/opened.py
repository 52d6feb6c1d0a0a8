"""The ways that nodes may still take, by codes.

Promises: an entry is what the interpreter says is open with one example of each code, what is not known being
open. Where the values themselves count, or called trees establish what a node reads, the interpreter has to
be asked. Refuses: to walk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from abm_tree.batch.build import Scored
from abm_tree.batch.codes import Array
from abm_tree.batch.plan import Plan
from abm_tree.batch.sums import SumTable
from abm_tree.space.chart import kinds, rewritten_trees, settled_on_the_way, uses_of_nodes
from abm_tree.space.diagram import Builder, Diagram, Leaf, Test
from abm_tree.space.inlined import Inlined
from abm_tree.space.supposed import Clock
from abm_tree.space.terms import Number
from abm_tree.tree.parts import Node, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.choose import Lack, decide, ways_of
from abm_tree.walk.possible import options
from abm_tree.walk.reader import Reader

Open = tuple[tuple[int, ...], bool]  # ways by number, and whether a walk may be stuck


def still_open(node: Node, reader: Reader) -> Open:
    """The ways that a node may still take, and whether nobody may be able to settle it."""
    stuck = not node.unknown and isinstance(decide(node, reader), Lack)
    return tuple(sorted(way.number for way in options(node, reader))), stuck


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """One node's open ways: tests 0, 1, ..., then leaves, each with a bit for each way and one for stuck."""

    ways: tuple[str, ...]  # where they go
    reads: tuple[str, ...]
    groups: tuple[str, ...]  # what tells rows apart that the interpreter is asked about
    columns: tuple[str, ...]
    column: Array  # of each test: its place in `columns`
    base: Array  # and where its entries begin
    targets: Array
    start: int
    words: tuple[Array, ...]  # by leaf, 8 bits to a word
    asks: Array  # by leaf
    by_code: tuple[str, tuple[Array, ...]] | None  # the words, where one fact's code says them

    def leaves(self, codes: Array, at: Mapping[str, int], rows: Array) -> Array:
        """The leaf of each row that may come here; of others, any."""
        tests = len(self.base)
        here = np.full(len(rows), self.start, dtype=np.intp)
        places = np.array([at[key] for key in self.columns], dtype=np.intp)
        going = np.flatnonzero(rows) if self.start < tests else np.zeros(0, dtype=np.intp)
        while len(going):
            test = here.take(going)
            code = codes[places.take(self.column.take(test)), going]
            test = self.targets.take(self.base.take(test) + code)
            here[going] = test
            going = going[test < tests]
        return np.maximum(here - tests, 0)

    def word(self, ways: tuple[int, ...], stuck: bool) -> tuple[int, ...]:
        """Bits for some ways."""
        return _word(ways, stuck, len(self.ways))

    def decides(self, node: Node, reader: Reader) -> Open:
        """What the interpreter says."""
        return still_open(node, reader)


def _word(ways: tuple[int, ...], stuck: bool, count: int) -> tuple[int, ...]:
    bits = sum(1 << way for way in ways) | (stuck << count)
    return tuple((bits >> (8 * at)) & 255 for at in range(count // 8 + 1))


class Openings:
    """All nodes of a plan's tree, by their tree's mark and id."""

    def __init__(self, plan: Plan, tree: Tree, clock: Clock) -> None:
        inlined = Inlined(tree)
        computed, constants = settled_on_the_way(tree, clock)
        unsteady = computed | constants.keys()
        self.numbers: dict[str, Number] = {}
        self.sums: dict[str, SumTable] = {}
        self.of: dict[tuple[str, str], Opened] = {}
        trees = rewritten_trees(inlined, clock, unsteady, self.numbers)
        uses = uses_of_nodes(inlined, trees, clock)
        builder = Builder(plan.coders, unsteady, clock, decides=still_open, unknown=False)
        scored = Scored(plan.coders, unsteady, clock, self.sums, unknown=False)
        for mark, (spot, one) in kinds(inlined, uses).items():
            own, node = inlined.tree_at(spot[:-1]), inlined.node(spot)
            told = scored.groups(own, node, mark[0], one)
            found = trees[mark[0]]
            diagram = builder.build(found, found.nodes[node.id], mark[0], one, told is not None)
            names = [*(node.decide.names if node.decide is not None else ())]
            names += [name for branch in node.branches for name in branch.names]
            reads = tuple(sorted(fact_keys(own, names, mark[0])))
            self.of[mark] = _laid_out(diagram, node, reads, told or reads)
        used = dict.fromkeys(key for opened in self.of.values() for key in opened.columns)
        told_apart = (
            key for opened in self.of.values() if opened.asks.any() for key in _facts(opened, self.sums)
        )
        used |= dict.fromkeys(key for key in told_apart if key in plan.coders and not plan.coders[key].opaque)
        self.columns = tuple(used)


def _facts(opened: Opened, sums: Mapping[str, SumTable]) -> list[str]:
    """The facts whose codes tell rows apart at a node."""
    found: list[str] = []
    for key in opened.groups:
        found += [one for rule in sums[key].rules for one in rule.keys] if key in sums else [key]
    return found


def _laid_out(diagram: Diagram, node: Node, reads: tuple[str, ...], groups: tuple[str, ...]) -> Opened:
    """A diagram as a table."""
    tests: list[Test] = []
    leaves: dict[int, Leaf] = {}
    seen: set[int] = set()
    todo: list[Diagram] = [diagram]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Leaf):
            leaves[id(one)] = one
        else:
            tests.append(one)
            todo += one.children
    number = {id(test): at for at, test in enumerate(tests)}
    number |= {mark: len(tests) + at for at, mark in enumerate(leaves)}
    columns = tuple(dict.fromkeys(test.key for test in tests))
    sizes = [len(test.children) for test in tests]
    ways = tuple(way.to for way in ways_of(node))
    open: list[Open] = [leaf.choice or ((), False) for leaf in leaves.values()]  # type: ignore[misc]
    bits = np.array([_word(*one, len(ways)) for one in open], dtype=np.uint8)
    words = tuple(np.ascontiguousarray(bits[:, at]) for at in range(bits.shape[1]))
    asks = np.array([leaf.choice is None for leaf in leaves.values()])
    targets = np.array([number[id(child)] for test in tests for child in test.children], dtype=np.intp)
    by_code = None
    if len(tests) == 1 and not asks.any():
        by_code = columns[0], tuple(word.take(targets - 1) for word in words)
    return Opened(
        ways,
        reads,
        groups,
        columns,
        np.array([columns.index(test.key) for test in tests], dtype=np.intp),
        np.cumsum([0, *sizes[:-1]], dtype=np.intp) if sizes else np.zeros(0, dtype=np.intp),
        targets,
        number[id(diagram)],
        words,
        asks,
        by_code,
    )
