"""Group facts in columns: folded over the people of each account of a block.

Promises: what `people_rows` makes of the same people, for every account; whom a condition holds for is
decided as a tree decides. Refuses: to keep people of other blocks; contacts are in memory, the list is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.batch.counting import counting
from abm_tree.batch.kernel import Runner
from abm_tree.batch.people_rows import alike, collected, key_of, missing_of
from abm_tree.batch.plan import Plan, plan
from abm_tree.feel import DateTime, Value
from abm_tree.tree.parts import TOLD, Branch, Fact, GroupFact, Node, Outcome, Tree
from abm_tree.tree.people import group_facts, short

YES, NO, OPEN = "yes", "no", "open"
LAST = np.iinfo(np.int64).max
MANY = 62  # values of one fact that fit into a whole number, one bit each


@dataclass(frozen=True)
class Fold:
    """A group fact: the plan that says for whom its condition holds, and how it is folded."""

    key: str
    fact: GroupFact
    as_of: DateTime
    plan: Plan | None  # None: everybody counts
    of: str = ""  # the key of what is collected
    defined: Fact | None = None  # its definition
    told: tuple[tuple[str, Fact], ...] = ()  # keys and definitions of what is compared
    names: tuple[str, ...] = ()  # how each of these is named where it is contradicted

    @property
    def reads(self) -> frozenset[str]:
        """What it looks at, by key."""
        found = {key for key, _ in self.told}
        found |= set(self.plan.facts) if self.plan is not None else set()
        return frozenset(found | {self.of} if self.of else found)


def folds_of(tree: Tree, as_of: DateTime) -> tuple[Fold, ...]:
    """How each group fact that a tree reads is worked out."""
    found = []
    for key, (one, below, prefix) in group_facts(tree).items():
        keys = [key_of(below, name, prefix) for name in one.facts]
        of = key_of(below, one.of, prefix) if one.of else ""
        found.append(
            Fold(
                key,
                one,
                as_of,
                None if one.condition is None else plan(_decision(tree, below, prefix, one), as_of),
                of,
                tree.facts.get(of),
                tuple((TOLD + each, tree.facts[each]) for each in keys),
                tuple(short(name) for name in one.facts),
            )
        )
    return tuple(found)


def _decision(tree: Tree, below: Tree, prefix: str, one: GroupFact) -> Tree:
    """A tree of one node, which says whether a person counts."""
    condition = one.condition
    assert condition is not None
    branch = Branch(condition.text, YES, "if", condition=condition, names=condition.names)
    node = Node("counts", "Counts", branches=(branch,), otherwise=NO, unknown=OPEN)
    keys = {
        name: key_of(below, name, prefix) for name, found in below.names.items() if isinstance(found, Fact)
    }
    return replace(
        below,
        id="people",
        start=node.id,
        nodes={node.id: node},
        outcomes={name: Outcome(name, name) for name in (YES, NO, OPEN)},
        actions=(),
        subtrees={},
        facts={name: tree.facts[key] for name, key in keys.items() if key in tree.facts},
        book={},
        people={},
        revision=f"{tree.revision}:{one.name}",
    )


@dataclass
class Marked:
    """The numbers of a table's values, equal ones the same; kept while the table is the same."""

    values: tuple[Value, ...] | None = None
    codes: Array | None = None
    of: tuple[Value, ...] = ()  # by number

    def by_place(self, values: tuple[Value, ...]) -> Array:
        """The number of each value of a table, from 0."""
        if self.codes is None or self.values is not values:
            numbers: dict[Value, int] = {}
            found = [numbers.setdefault(alike(value), len(numbers)) for value in values]
            self.values, self.codes = values, np.array(found or [0], dtype=np.int64)
            self.of = tuple(numbers)
        return self.codes

    def of_rows(self, column: Column, rows: Array) -> tuple[Array, Sequence[Value]]:
        """A number for each of some rows, whose values are known, and the values by these numbers."""
        data = column.data[rows]
        if column.kind == "codes":
            numbers = self.by_place(column.values).take(data, mode="clip")
            values: Sequence[Value] = self.of
        else:
            raw, inverse = np.unique(data, return_inverse=True)
            numbers, values = inverse.reshape(-1), [column.value(one) for one in raw.tolist()]
        if column.none is not None and column.none[rows].any():
            numbers = np.where(column.none[rows], len(values), numbers)
            values = [*values, None]
        return numbers, values

    def different(self, column: Column, rows: Array) -> Array:
        """A number for each of some rows, whose values are known: different ones for different values."""
        match column.kind:
            case "codes":
                return self.of_rows(column, rows)[0]
            case "float":
                found: Array = (column.data[rows] + 0.0).view(np.int64)  # of the two zeros one
            case _:
                found = column.data[rows].astype(np.int64)
        none = None if column.none is None else column.none[rows]
        if none is None or not none.any():
            return found
        most = int(found.max())
        return np.where(none, most + 1 if most < LAST else int(found.min()) - 1, found)


class Folder:
    """Folds for one thread."""

    def __init__(self, folds: Sequence[Fold]) -> None:
        self._folds = folds
        self._runners = {one.key: Runner(one.plan) for one in folds if one.plan is not None}
        self._marked: dict[str, Marked] = {}
        self.reads = frozenset[str]().union(*(one.reads for one in folds))

    def columns(self, people: Mapping[str, Column], account: Array, count: int) -> dict[str, Column]:
        """The group facts of `count` accounts.

        `people` are the facts of one person a row, those of their account included; `account` is the row of
        that account, people of one account together.
        """
        out = {}
        for one in self._folds:
            yes, unsure = self._holds(one, people, len(account))
            match one.fact.kind:
                case "count":
                    out[one.key] = _count(account[yes], count)
                case "any" | "all":
                    out[one.key] = _quantified(one.fact.kind, account, count, yes, unsure)
                case "contradicted":
                    out[one.key] = self._contradicted(one, people, account, count)
                case _:
                    out[one.key] = self._collected(one, people, account, count, yes)
        return out

    def _holds(self, one: Fold, people: Mapping[str, Column], rows: int) -> tuple[Array, Array]:
        """For whom the condition holds, and of whom that is not known."""
        if one.plan is None:
            return np.ones(rows, dtype=bool), np.zeros(rows, dtype=bool)
        read = {key: people[key] for key in one.plan.facts if key in people}
        results = self._runners[one.key].run(read, rows)
        places = {name: at for at, name in enumerate(results.outcomes)}
        yes = np.asarray(results.outcome == places.get(YES, -2))
        return yes, ~yes & np.asarray(results.outcome != places.get(NO, -2))

    def _collected(
        self, one: Fold, people: Mapping[str, Column], account: Array, count: int, yes: Array
    ) -> Column:
        of = one.defined
        assert of is not None
        fold = missing_of if one.fact.kind == "missing" else collected
        column = people.get(one.of)
        if column is None or not len(account):
            return _same(fold(of, ()), count)
        column = counting(column, of.stale_after, of.evidence, one.as_of)
        rows = np.flatnonzero(_there(column, yes))
        codes, values = self._marked.setdefault(one.of, Marked()).of_rows(column, rows)
        place = account[rows]
        some = np.unique(codes) if len(values) > MANY else np.arange(len(values))
        if len(some) > MANY:
            return _one_by_one(of, fold, codes, values, place, count)
        if len(values) > MANY:
            codes = np.searchsorted(some, codes)
        texts = [values[at] for at in some.tolist()]
        masks = np.zeros(count, dtype=np.int64)
        if len(rows):
            starts = np.flatnonzero(np.diff(place, prepend=-1))
            masks[place[starts]] = np.bitwise_or.reduceat(np.left_shift(np.int64(1), codes), starts)
        return _by_mask(
            masks, lambda mask: fold(of, [one for one in _marked(mask, texts) if isinstance(one, str)])
        )

    def _contradicted(self, one: Fold, people: Mapping[str, Column], account: Array, count: int) -> Column:
        masks = np.zeros(count, dtype=np.int64)
        for at, (key, fact) in enumerate(one.told):
            column = people.get(key)
            if column is None or not len(account):
                continue
            column = counting(column, fact.stale_after, fact.evidence, one.as_of)
            rows = np.flatnonzero(_there(column, np.ones(len(account), dtype=bool)))
            numbers = self._marked.setdefault(key, Marked()).different(column, rows)
            # People of one account lie together: where they differ, two that are next to each other do.
            place = account[rows]
            apart = (numbers[1:] != numbers[:-1]) & (place[1:] == place[:-1])
            masks[place[1:][apart]] |= np.int64(1) << np.int64(at)
        return _by_mask(masks, lambda mask: tuple(_marked(mask, one.names)))


def _count(account: Array, count: int) -> Column:
    return Column("int", np.bincount(account, minlength=count).astype(np.int64))


def _quantified(kind: str, account: Array, count: int, yes: Array, unsure: Array) -> Column:
    decisive = yes if kind == "any" else ~yes & ~unsure
    decided = np.bincount(account[decisive], minlength=count) > 0
    unknown = (np.bincount(account[unsure], minlength=count) > 0) & ~decided
    holds = decided if kind == "any" else ~decided
    return Column("bool", holds, known=~unknown if unknown.any() else None)


def _there(column: Column, among: Array) -> Array:
    known = column.knows()
    return among if known is None else among & known


def _by_mask(masks: Array, of: Callable[[int], tuple[Value, ...]]) -> Column:
    distinct, inverse = np.unique(masks, return_inverse=True)
    return Column(
        "codes", inverse.reshape(-1).astype(np.int32), tuple(of(mask) for mask in distinct.tolist())
    )


def _marked(mask: int, values: Sequence[Value]) -> list[Value]:
    return [value for at, value in enumerate(values) if mask >> at & 1]


def _same(value: Value, count: int) -> Column:
    return Column("codes", np.zeros(count, dtype=np.int32), (value,))


def _one_by_one(
    of: Fact,
    fold: Callable[[Fact, Sequence[str]], tuple[str, ...]],
    codes: Array,
    values: Sequence[Value],
    rows: Array,
    count: int,
) -> Column:
    sets: list[list[str]] = [[] for _ in range(count)]
    for row, code in zip(rows.tolist(), codes.tolist(), strict=True):
        value = values[code]
        if isinstance(value, str):
            sets[row].append(value)
    table: dict[Value, int] = {}
    data = [table.setdefault(fold(of, one), len(table)) for one in sets]
    return Column("codes", np.array(data, dtype=np.int32), tuple(table))
