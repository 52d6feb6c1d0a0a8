"""List facts row by row, for small lists, walks and explanations: the same computation as in columns.

Promises: what a row gets does not depend on the order of the rows; a row that cannot be read takes no part
and gets nothing; what cannot be said of a row is unknown. Refuses: answers; only what the list says counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

import numpy as np

from abm_tree.accounts.book_facts import CLASSES, BookFacts, Numbering, inexact
from abm_tree.accounts.lists import AccountList
from abm_tree.batch.book import as_float, definitions_of, derived_of, number_of, reads_of
from abm_tree.feel import DateTime, Value
from abm_tree.tree.book import list_facts
from abm_tree.tree.facts import Facts, Known, Unknown, as_they_count
from abm_tree.tree.parts import Tree
from abm_tree.walk.reader import Reader

SOURCE = "list"
BLOCK = 10_000


def book_facts(
    tree: Tree, rows: Iterable[tuple[str, Facts | None]], as_of: DateTime
) -> list[dict[str, Known | Unknown]]:
    """Each row's list facts by key; rows are ids and facts, None for one that cannot be read."""
    computed, usable = _computed(tree, rows, as_of)
    columns = {key: _values(data) for key, data in computed.items()}
    return [
        {key: _state(values[at]) for key, values in columns.items()} if there else {}
        for at, there in enumerate(usable)
    ]


def list_of(tree: Tree, accounts: AccountList, as_of: DateTime) -> list[dict[str, Known | Unknown]]:
    """The list facts of an account list's rows, in their order; nothing where the tree reads none."""
    if not list_facts(tree):
        return []
    return book_facts(tree, ids_and_facts(accounts), as_of)


def ids_and_facts(accounts: AccountList) -> Iterator[tuple[str, Facts | None]]:
    """A list's rows as list facts take them."""
    for row in accounts.read():
        yield accounts.key(row), None if row.error else row.facts


def _computed(
    tree: Tree, rows: Iterable[tuple[str, Facts | None]], as_of: DateTime
) -> tuple[Mapping[str, Any], list[bool]]:
    """Every list fact over all rows, and which rows can be read."""
    found = BookFacts(definitions_of(tree))
    block = _Block(tree, as_of)
    usable: list[bool] = []
    for name, facts in rows:
        usable.append(facts is not None)
        block.add(name, facts)
        if len(block.ids) == BLOCK:
            block.hand_over(found)
    block.hand_over(found)
    return found.finish(), usable


class _Block:
    """Rows on their way into the computation."""

    def __init__(self, tree: Tree, as_of: DateTime) -> None:
        self.as_of = as_of
        self.wanted = {key: tree.facts[key] for key in reads_of(tree)}
        self.parts = list_facts(tree)
        self.definitions = definitions_of(tree)
        self.derived = derived_of(tree)
        self.numbering = {name: Numbering() for one in self.definitions.values() for name in one.by}
        self._empty()

    def _empty(self) -> None:
        self.ids: list[str] = []
        self.usable: list[bool] = []
        self.numbers: dict[str, list[float]] = {}
        self.exact: dict[str, dict[int, Decimal]] = {}
        self.holds: dict[str, list[bool]] = {}
        self.alike: dict[str, list[int]] = {}
        for one in self.definitions.values():
            if one.of:
                self.numbers[one.of] = []
                self.exact[one.of] = {}
            if one.where:
                self.holds[one.where] = []
        self.alike = {name: [] for name in self.numbering}

    def add(self, name: str, facts: Facts | None) -> None:
        """Evaluate a row; what it lacks is unknown."""
        at = len(self.ids)
        self.ids.append(name)
        self.usable.append(facts is not None)
        states = as_they_count(self.wanted, facts or {}, self.as_of)
        for key, (one, tree, prefix) in self.parts.items():
            definition = self.definitions[key]
            reader = Reader(tree, states, self.as_of, prefix=prefix)
            if one.of is not None and len(self.numbers[definition.of]) == at:
                value = one.of.run(reader)
                self.numbers[definition.of].append(as_float(value))
                if isinstance(value, Decimal) and isfinite(as_float(value)) and inexact(value):
                    self.exact[definition.of][at] = value
            if one.where is not None and len(self.holds[definition.where]) == at:
                self.holds[definition.where].append(one.where.run(reader) is True)
        for fact, numbering in self.numbering.items():
            if fact in self.derived:
                self.alike[fact].append(number_of(numbering, self.derived[fact].run(states, self.as_of)))
                continue
            state = states[fact]
            self.alike[fact].append(numbering.number(state.value) if isinstance(state, Known) else -1)

    def hand_over(self, found: BookFacts) -> None:
        """Put the rows into the computation and begin anew."""
        found.add(
            len(self.ids),
            self.ids,
            {name: np.array(one, dtype=np.float64) for name, one in self.numbers.items()},
            {name: np.array(one, dtype=bool) for name, one in self.holds.items()},
            {name: np.array(one, dtype=np.int32) for name, one in self.alike.items()},
            np.array(self.usable, dtype=bool),
            self.exact,
        )
        self._empty()


def _values(data: Any) -> list[Value]:
    """A computed list fact as values; the marks of what is not known become None."""
    if data.dtype == np.float64:
        return [None if one != one else Decimal(repr(one)) for one in data.tolist()]
    if data.dtype == np.int32:
        return [None if one < 0 else CLASSES[one] for one in data.tolist()]
    return [None if one < 0 else Decimal(one) for one in data.tolist()]


def _state(value: Value) -> Known | Unknown:
    return Unknown(SOURCE) if value is None else Known(value, SOURCE)
