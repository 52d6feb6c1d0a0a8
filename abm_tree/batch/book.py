"""List facts out of columns: the first of a batch's two passes.

Promises: blocks go in as they are read, list facts come out as columns in the order of the rows, the same as
`book_rows` gives row by row; `where` is decided by the batch's own plan, so that it is exact. A fact as `of`
costs next to nothing; an expression or a score is computed once for each distinct combination in a block.
Refuses: to read files; answers, which list facts never see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from math import isfinite
from typing import Any

import numpy as np

from abm_tree.accounts.book_facts import CLASSES, BookFacts, Definition, Exact, Numbering, inexact
from abm_tree.batch.columns import Column
from abm_tree.batch.counting import counting
from abm_tree.batch.kernel import run
from abm_tree.batch.plan import Plan, plan
from abm_tree.batch.table import DECIDED
from abm_tree.feel import DateTime, Undetermined, Value
from abm_tree.tree.book import list_facts
from abm_tree.tree.facts import Facts, Known, Unknown, supported
from abm_tree.tree.parts import Branch, Condition, Derived, Fact, Node, Outcome, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.reader import Reader

IN, OUT = "in", "out"
LARGEST = 2**53  # float64 holds every whole number up to here


def definitions_of(tree: Tree) -> dict[str, Definition]:
    """The list facts of a tree as the computation over lists takes them; names are marked by their tree."""
    found = {}
    for key, (one, below, prefix) in list_facts(tree).items():
        found[key] = Definition(
            one.kind,
            f"{prefix}:{one.of.text}" if one.of is not None else "",
            f"{prefix}:{one.where.text}" if one.where is not None else "",
            tuple(alike_key(below, prefix, name) for name in one.by),
            one.limits,
        )
    return found


def key_in(tree: Tree, prefix: str, name: str) -> str:
    """The walk's key of a fact that a tree calls `name`."""
    found = tree.names.get(name)
    return prefix + name if isinstance(found, Fact) and found.own else name


def alike_key(tree: Tree, prefix: str, name: str) -> str:
    """The key of what makes rows alike: that of a fact, or a derived fact's name, marked by its tree."""
    return f"{prefix}:{name}" if isinstance(tree.names.get(name), Derived) else key_in(tree, prefix, name)


def derived_of(tree: Tree) -> dict[str, Expression]:
    """The derived facts by which rows are alike, by their keys."""
    found = {}
    for one, below, prefix in list_facts(tree).values():
        for name in one.by:
            if isinstance(derived := below.names.get(name), Derived):
                found[alike_key(below, prefix, name)] = Expression(derived.condition, below, prefix)
    return found


def reads_of(tree: Tree) -> tuple[str, ...]:
    """The facts, by key, that the list facts of a tree are computed from."""
    found: dict[str, None] = {}
    for one, below, prefix in list_facts(tree).values():
        found |= dict.fromkeys(sorted(fact_keys(below, one.reads, prefix)))
    return tuple(found)


def as_float(value: object) -> float:
    """A number as it is ranked: the nearest float64; NaN for anything else."""
    if not isinstance(value, Decimal):
        return np.nan
    found = float(value)
    return found if isfinite(found) else np.nan


def number_of(numbering: Numbering, value: Value | Undetermined) -> int:
    """The number of what a derived fact comes to; -1 where it comes to nothing, which no row is like."""
    return -1 if value is None or isinstance(value, Undetermined) else numbering.number(value)


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition in the words of the tree that it stands in."""

    condition: Condition
    tree: Tree
    prefix: str

    def run(self, facts: Facts, as_of: DateTime) -> Value | Undetermined:
        """Its value out of facts by the walk's keys."""
        return self.condition.run(Reader(self.tree, facts, as_of, prefix=self.prefix))


class BookPass:
    """Takes in a list block by block; nothing to do where the tree reads no list facts."""

    def __init__(self, tree: Tree, as_of: DateTime) -> None:
        self.tree = tree
        self.as_of = as_of
        self.reads = reads_of(tree)
        self.facts = BookFacts(definitions_of(tree))
        self._of: dict[str, Expression] = {}
        self._where: dict[str, tuple[Expression, Plan]] = {}
        self._derived = derived_of(tree)
        self._numbering = {name: Numbering() for one in self.facts.definitions.values() for name in one.by}
        for key, (one, below, prefix) in list_facts(tree).items():
            definition = self.facts.definitions[key]
            if one.of is not None:
                self._of[definition.of] = Expression(one.of, below, prefix)
            if one.where is not None and definition.where not in self._where:
                found = Expression(one.where, below, prefix)
                self._where[definition.where] = found, plan(_asking(found), as_of)

    def __bool__(self) -> bool:
        """Whether there is any list fact to compute."""
        return bool(self.facts.definitions)

    def add(
        self,
        columns: Mapping[str, Column],
        ids: Iterable[str | None],
        rows: int | None = None,
        usable: Any = None,
    ) -> None:
        """Take in a block: columns by fact, the rows' ids, and which rows can be read (None: all)."""
        count = next((len(one) for one in columns.values()), 0) if rows is None else rows
        now = {key: self._fresh(key, columns[key]) for key in self.reads if key in columns}
        numbers = {name: self._number(one, now, count) for name, one in self._of.items()}
        self.facts.add(
            count,
            ids,
            {name: found for name, (found, _) in numbers.items()},
            {name: _holds(one, found, columns, count) for name, (one, found) in self._where.items()},
            {
                name: self._alike_by(name, now, count)
                if name in self._derived
                else self._alike(name, now.get(name), count)
                for name in self._numbering
            },
            usable,
            {name: exact for name, (_, exact) in numbers.items() if exact},
        )

    def finish(self) -> dict[str, Column]:
        """The list facts as columns."""
        return {key: column_of(data) for key, data in self.facts.finish().items()}

    def _fresh(self, key: str, column: Column) -> Column:
        fact = self.tree.facts[key]
        return counting(column, fact.stale_after, fact.evidence, self.as_of)

    def _number(self, of: Expression, columns: Mapping[str, Column], rows: int) -> tuple[Any, Exact]:
        """The numbers nearest to what is ranked, and what none of them is exactly, by row."""
        name = of.condition.is_name
        if name is not None and isinstance(of.tree.names.get(name), Fact):
            column = columns.get(key_in(of.tree, of.prefix, name))
            return (np.full(rows, np.nan), {}) if column is None else (_floats(column), _exact(column))
        out, exact = np.full(rows, np.nan), {}
        for group, value in self._computed(of, columns, rows):
            out[group] = as_float(value)
            if isinstance(value, Decimal) and isfinite(out[group[0]]) and inexact(value):
                exact.update(dict.fromkeys(group.tolist(), value))
        return out, exact

    def _computed(
        self, one: Expression, columns: Mapping[str, Column], rows: int
    ) -> Iterator[tuple[Any, Value | Undetermined]]:
        """What an expression comes to, once for all rows with the same values of what it reads."""
        keys = sorted(fact_keys(one.tree, one.condition.names, one.prefix))
        for group in _groups([columns[key] for key in keys if key in columns], rows):
            facts: dict[str, Known | Unknown] = dict.fromkeys(keys, Unknown())
            for key in keys:
                if key in columns and _knows(columns[key], group[0]):
                    value = columns[key].cell(int(group[0]))
                    facts[key] = supported(self.tree.facts[key], value)
            yield group, one.run(facts, self.as_of)

    def _alike_by(self, name: str, columns: Mapping[str, Column], rows: int) -> Any:
        out = np.full(rows, -1, dtype=np.int32)
        for group, value in self._computed(self._derived[name], columns, rows):
            out[group] = number_of(self._numbering[name], value)
        return out

    def _alike(self, name: str, column: Column | None, rows: int) -> Any:
        out = np.full(rows, -1, dtype=np.int32)
        if column is None:
            return out
        numbering = self._numbering[name]
        known = column.knows()
        there = np.arange(rows) if known is None else np.flatnonzero(known)
        if column.none is not None:
            empty = there[column.none[there]]
            there = there[~column.none[there]]
            if len(empty):
                out[empty] = numbering.number(None)
        distinct, inverse = np.unique(column.data[there], return_inverse=True)
        numbers = [numbering.number(column.value(raw)) for raw in distinct.tolist()]
        out[there] = np.array(numbers, dtype=np.int32)[inverse.reshape(-1)] if numbers else 0
        return out


def column_of(data: Any) -> Column:
    """A list fact's values as a column."""
    if data.dtype == np.float64:
        return Column("float", data)
    if data.dtype == np.int32:
        return Column("codes", data, CLASSES)
    known = data >= 0
    return Column("int", data, known=None if known.all() else known)


def _floats(column: Column) -> Any:
    """The numbers of a column as they are ranked."""
    match column.kind:
        case "float" | "int":
            found = column.data.astype(np.float64)
        case "codes":
            found = np.array([as_float(value) for value in column.values] or [np.nan]).take(
                column.data, mode="clip"
            )
        case _:
            return np.full(len(column), np.nan)
    known = column.knows()
    if known is not None:
        found[~known] = np.nan
    if column.none is not None:
        found[column.none] = np.nan
    return found


def _exact(column: Column) -> dict[int, Decimal]:
    """The numbers of a column that no float64 means, by row."""
    found: dict[int, Decimal] = {}
    if column.kind == "int":
        for row in np.flatnonzero((column.data > LARGEST) | (column.data < -LARGEST)).tolist():
            value = Decimal(int(column.data[row]))
            if _there(column, row) and inexact(value):
                found[row] = value
    elif column.kind == "codes":
        odd = {
            place: value
            for place, value in enumerate(column.values)
            if isinstance(value, Decimal) and isfinite(as_float(value)) and inexact(value)
        }
        for row in np.flatnonzero(np.isin(column.data, list(odd))).tolist() if odd else ():
            if _there(column, row):
                found[row] = odd[int(column.data[row])]
    return found


def _there(column: Column, row: int) -> bool:
    return _knows(column, row) and (column.none is None or not column.none[row])


def _knows(column: Column, row: int) -> bool:
    known = column.knows()
    return known is None or bool(known[row])


def _groups(columns: list[Column], rows: int) -> list[Any]:
    """The rows, divided by their values."""
    combined = np.zeros(rows, dtype=np.int64)
    for column in columns:
        distinct, numbers = np.unique(column.data, return_inverse=True)
        found = numbers.reshape(-1).astype(np.int64) + 2
        if column.none is not None:
            found[column.none] = 1
        known = column.knows()
        if known is not None:
            found[~known] = 0
        combined = combined * (len(distinct) + 2) + found
        combined = np.unique(combined, return_inverse=True)[1].reshape(-1).astype(np.int64)
    order = np.argsort(combined, kind="stable")
    ordered = combined[order]
    return np.split(order, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1) if rows else []


def _asking(where: Expression) -> Tree:
    """A tree that asks nothing but whether a row takes part."""
    branch = Branch(where.condition.text, IN, "if", condition=where.condition, names=where.condition.names)
    node = Node("where", "where", branches=(branch,), otherwise=OUT, unknown=OUT)
    return replace(
        where.tree,
        start=node.id,
        nodes={node.id: node},
        outcomes={name: Outcome(name, name) for name in (IN, OUT)},
        actions=(),
        subtrees={},
        facts={name: found for name, found in where.tree.names.items() if isinstance(found, Fact)},
        book={},
        revision=f"{where.tree.revision}:{where.prefix}{where.condition.text}",
    )


def _holds(where: Expression, plan: Plan, columns: Mapping[str, Column], rows: int) -> Any:
    """For each row whether it takes part."""
    own: dict[str, Column] = {}
    for name in plan.facts:
        key = key_in(where.tree, where.prefix, name)
        if key in columns:
            own[name] = columns[key]
    found = run(plan, own, rows)
    if IN not in found.outcomes:
        return np.zeros(rows, dtype=bool)
    return (found.status == DECIDED) & (found.outcome == found.outcomes.index(IN))
