"""Group facts in columns: folded over the people of each account of a block.

Promises: what `people_rows` makes of the same people, for every account; whom a condition holds for is
decided as a tree decides. Refuses: to keep people of other blocks; contacts are in memory, the list is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.batch.counting import counting
from abm_tree.batch.kernel import Runner
from abm_tree.batch.people_rows import collected, key_of, missing_of
from abm_tree.batch.plan import Plan, plan
from abm_tree.feel import DateTime, Value
from abm_tree.tree.parts import Branch, Fact, GroupFact, Node, Outcome, Tree
from abm_tree.tree.people import group_facts, short

TOLD = "told/"  # before the key of a fact, as a person told it
YES, NO, OPEN = "yes", "no", "open"
MANY = 62  # values of one fact that fit into a whole number, one bit each


@dataclass(frozen=True)
class Fold:
    """A group fact: the plan that says for whom its condition holds, and how it is folded."""

    key: str
    fact: GroupFact
    plan: Plan | None  # None: everybody counts
    of: str = ""  # the key of what is collected
    defined: Fact | None = None  # its definition
    told: tuple[str, ...] = ()  # keys of what is compared
    names: tuple[str, ...] = ()  # how each of these is named where it is contradicted
    read: Mapping[str, Fact] = field(default_factory=dict)  # definitions of what is collected or compared
    as_of: DateTime | None = None

    def column(self, key: str, people: Mapping[str, Column]) -> Column | None:
        """What is known of a fact, as far as it counts."""
        found, fact = people.get(key), self.read.get(key)
        if found is None or fact is None or self.as_of is None:
            return found
        return counting(found, fact.stale_after, fact.evidence, self.as_of)


def folds_of(tree: Tree, as_of: DateTime) -> tuple[Fold, ...]:
    """How each group fact that a tree reads is worked out."""
    found = []
    for key, (one, below, prefix) in group_facts(tree).items():
        of = below.names.get(one.of)
        told = {TOLD + key_of(below, name, prefix): below.names.get(name) for name in one.facts}
        collected_from = key_of(below, one.of, prefix) if one.of else ""
        read = {**told, collected_from: of}
        found.append(
            Fold(
                key,
                one,
                None if one.condition is None else plan(_decision(tree, below, prefix, one), as_of),
                collected_from,
                of if isinstance(of, Fact) else None,
                tuple(told),
                tuple(short(name) for name in one.facts),
                {name: fact for name, fact in read.items() if isinstance(fact, Fact)},
                as_of,
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


class Folder:
    """Folds for one thread."""

    def __init__(self, folds: Sequence[Fold]) -> None:
        self._folds = folds
        self._runners = {one.key: Runner(one.plan) for one in folds if one.plan is not None}

    def columns(self, people: Mapping[str, Column], account: Array, count: int) -> dict[str, Column]:
        """The group facts of `count` accounts.

        `people` are the facts of one person a row, those of their account included; `account` is the row of
        that account.
        """
        out = {}
        for one in self._folds:
            yes, unsure = self._holds(one, people, len(account))
            out[one.key] = _COLUMNS[one.fact.kind](one, people, account, count, yes, unsure)
        return out

    def _holds(self, one: Fold, people: Mapping[str, Column], rows: int) -> tuple[Array, Array]:
        """For whom the condition holds, and of whom that is not known."""
        if one.plan is None:
            return np.ones(rows, dtype=bool), np.zeros(rows, dtype=bool)
        results = self._runners[one.key].run(people, rows)
        places = {name: at for at, name in enumerate(results.outcomes)}
        yes = np.asarray(results.outcome == places.get(YES, -2))
        return yes, ~yes & np.asarray(results.outcome != places.get(NO, -2))


def _count(
    one: Fold, people: Mapping[str, Column], account: Array, count: int, yes: Array, unsure: Array
) -> Column:
    return Column("int", np.bincount(account[yes], minlength=count).astype(np.int64))


def _quantified(
    one: Fold, people: Mapping[str, Column], account: Array, count: int, yes: Array, unsure: Array
) -> Column:
    decisive = yes if one.fact.kind == "any" else ~yes & ~unsure
    decided = np.bincount(account[decisive], minlength=count) > 0
    unknown = (np.bincount(account[unsure], minlength=count) > 0) & ~decided
    holds = decided if one.fact.kind == "any" else ~decided
    return Column("bool", holds, known=~unknown if unknown.any() else None)


def _collected(
    one: Fold, people: Mapping[str, Column], account: Array, count: int, yes: Array, unsure: Array
) -> Column:
    assert one.defined is not None
    fold = missing_of if one.fact.kind == "missing" else collected
    column = one.column(one.of, people)
    if column is None:
        return Column("codes", np.zeros(count, dtype=np.int32), (fold(one.defined, ()),))
    there = _there(column, yes)
    if column.none is not None:
        there &= ~column.none
    raw, inverse = np.unique(column.data[there], return_inverse=True)
    values = [str(column.value(one)) for one in raw.tolist()]
    codes, rows = inverse.reshape(-1), account[there]
    if len(values) > MANY:
        return _one_by_one(one.defined, fold, codes, values, rows, count)
    masks = np.zeros(count, dtype=np.int64)
    np.bitwise_or.at(masks, rows, np.left_shift(np.int64(1), codes.astype(np.int64)))
    distinct, inverse = np.unique(masks, return_inverse=True)
    sets = tuple(
        fold(one.defined, [value for at, value in enumerate(values) if mask >> at & 1])
        for mask in distinct.tolist()
    )
    return Column("codes", inverse.reshape(-1).astype(np.int32), sets)


def _there(column: Column, among: Array) -> Array:
    known = column.knows()
    return among.copy() if known is None else among & known


def _one_by_one(
    of: Fact,
    fold: Callable[[Fact, Sequence[str]], tuple[str, ...]],
    codes: Array,
    values: list[str],
    rows: Array,
    count: int,
) -> Column:
    sets: list[set[str]] = [set() for _ in range(count)]
    for row, code in zip(rows.tolist(), codes.tolist(), strict=True):
        sets[row].add(values[code])
    table: dict[Value, int] = {}
    data = [table.setdefault(fold(of, tuple(one)), len(table)) for one in sets]
    return Column("codes", np.array(data, dtype=np.int32), tuple(table))


def _contradicted(
    one: Fold, people: Mapping[str, Column], account: Array, count: int, yes: Array, unsure: Array
) -> Column:
    masks = np.zeros(count, dtype=np.int64)
    for at, key in enumerate(one.told):
        column = one.column(key, people)
        if column is None:
            continue
        there = _there(column, np.ones(len(account), dtype=bool))
        values, rows = _numbered(column, there), account[there]
        # Where two people of an account told different things, its lowest value is not its highest.
        low = np.full(count, np.iinfo(np.int64).max)
        high = np.full(count, -1, dtype=np.int64)
        np.minimum.at(low, rows, values)
        np.maximum.at(high, rows, values)
        masks |= np.where((high >= 0) & (low != high), np.int64(1) << np.int64(at), 0)
    distinct, inverse = np.unique(masks, return_inverse=True)
    sets = tuple(
        tuple(name for at, name in enumerate(one.names) if mask >> at & 1) for mask in distinct.tolist()
    )
    return Column("codes", inverse.reshape(-1).astype(np.int32), sets)


def _numbered(column: Column, there: Array) -> Array:
    """A number for each value, from 1; 0 for none."""
    _, inverse = np.unique(column.data[there], return_inverse=True)
    numbers = inverse.reshape(-1).astype(np.int64) + 1
    return numbers if column.none is None else np.where(column.none[there], 0, numbers)


_COLUMNS: dict[str, Callable[..., Column]] = {
    "count": _count,
    "any": _quantified,
    "all": _quantified,
    "collect": _collected,
    "missing": _collected,
    "contradicted": _contradicted,
}
