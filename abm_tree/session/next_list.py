"""What next over a whole list: which question would settle most of what is open there.

Promises: every open row is tried, in columns, as `evaluate` decides them. Refuses: to ask; to count what an
answer would do to facts over the people or over the list; to look into the journal.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from abm_tree.batch.open_rows import Kinds, OpenRows, open_rows
from abm_tree.batch.plan import Plan
from abm_tree.batch.questions import Tried, tried, worth
from abm_tree.group.next import (
    PERSONAL,
    InTree,
    NextOverList,
    Place,
    Question,
    key_of,
    may_settle_more,
    plainly,
    ranked,
)
from abm_tree.session.evaluate import evaluate
from abm_tree.session.wish import Done, Planned, Refused, Wish
from abm_tree.tree.parts import Fact

if TYPE_CHECKING:
    from abm_tree.batch.codes import Array
    from abm_tree.batch.stream import Progress
    from abm_tree.batch.tables.out import Decided

TREE = "lead-qualification"  # the tree that the whole list is looked at with, where none is named
PLACES = 10  # accounts that are named for the first question


class Gathering:
    """The open rows of one tree, from all threads."""

    def __init__(self, one: Plan) -> None:
        self.plan = one
        self.open = OpenRows(one)
        self.rows = self.errors = 0
        self._lock = threading.Lock()
        self._ids: list[tuple[Any, Any]] = []
        self._weights: list[Array] = []

    def __call__(
        self, shown: Mapping[str, Any], decided: Sequence[Decided], columns: Sequence[Any], stop: Any
    ) -> None:
        """Take in a block."""
        one = decided[0]
        held = open_rows(one.results)
        held[list(one.problems)] = False
        rows = np.flatnonzero(held)
        places = pa.array(rows)
        ids = shown["account_id"].take(places), None
        if "stakeholder_id" in shown:
            ids = ids[0], shown["stakeholder_id"].take(places)
        weights = np.zeros(len(rows)) if one.weights is None else one.weights[rows]
        with self._lock:
            self.rows += len(one.results)
            self.errors += len(one.problems)
            self.open.add(columns[0], rows)
            self._ids.append(ids)
            self._weights.append(weights)

    @property
    def weights(self) -> Array:
        """What each open row is worth."""
        return np.concatenate(self._weights) if self._weights else np.zeros(0)

    @property
    def accounts(self) -> Any:
        """The account of each open row."""
        return pa.chunked_array([one for one, _ in self._ids], type=None if self._ids else pa.string())

    @property
    def people(self) -> Any | None:
        """The person of each, where rows are about people."""
        if not self._ids or any(one is None for _, one in self._ids):
            return None
        return pa.chunked_array([one for _, one in self._ids])


@dataclass(frozen=True)
class _OfTree:
    """One tree over the list, tried."""

    plan: Plan
    kinds: Kinds
    of: Array  # the kind of each open row
    codes: Array  # the account of each open row, as a number over all trees
    weights: Array
    people: Any
    tried: Mapping[str, Tried]


def over_list(
    trees: Sequence[tuple[Planned, str]],
    wish: Wish,
    *,
    by_weight: bool = False,
    unit: str = "",
    places: int = PLACES,
    progress: Progress | None = None,
) -> tuple[NextOverList, Done]:
    """What to ask first over a list; `trees` with their titles. Raises Refused as `evaluate` does."""
    gathered: list[Gathering] = []
    done: Done | None = None
    findings: list[Any] = []
    for one, _ in trees:
        mine: list[Gathering] = []
        last = _evaluated(one, wish, mine, progress)
        gathered.append(mine[-1])
        findings += [found for found in last.findings if found not in findings]
        done = done or last
    assert done is not None
    ids = pa.concat_arrays(
        [part.cast(pa.large_string()) for each in gathered for part in each.accounts.chunks]
        or [pa.array([], pa.large_string())]
    ).dictionary_encode()
    numbers, names = ids.indices.to_numpy(), ids.dictionary
    of_trees, start = [], 0
    for each in gathered:
        kinds, of = each.open.kinds()
        codes = numbers[start : start + len(of)]
        start += len(of)
        found = {one.fact: one for one in tried(each.plan, kinds)}
        of_trees.append(_OfTree(each.plan, kinds, of, codes, each.weights, each.people, found))
    questions = ranked(_questions(trees, of_trees, len(names)), by_weight=by_weight)
    return (
        NextOverList(
            tuple((one.plan.tree, title) for one, title in trees),
            sum(each.rows for each in gathered),
            len(numbers),
            float(sum(each.weights.sum() for each in of_trees)),
            len(names),
            any(each.people is not None for each in of_trees),
            done.weighed_by,
            unit,
            by_weight,
            questions,
            _places(questions[0], of_trees, names, places) if questions else (),
            may_settle_more(questions, by_weight=by_weight),
            sum(each.errors for each in gathered),
        ),
        replace(done, findings=findings),
    )


def without_people(refused: Refused, wish: Wish) -> bool:
    """Whether it is the list of contacts that cannot be read, so that the accounts alone can be looked at."""
    return (
        wish.contacts is not None
        and bool(refused.findings)
        and refused.findings[-1].source == str(wish.contacts)
    )


def _evaluated(one: Planned, wish: Wish, mine: list[Gathering], progress: Progress | None) -> Done:
    def each(*block: Any) -> None:
        mine[-1](*block)

    def begin(layout: Any, plans: Sequence[Plan]) -> Any:
        # A list in which an id is there twice is read again from its start.
        mine.append(Gathering(one.plan))
        return _Nothing()

    joined = wish.contacts is not None and one.subject == PERSONAL
    return evaluate([one], replace(wish, each=each, also=(begin,), joined=joined), progress)


class _Nothing:
    """A writer that writes nothing."""

    def made(self, ids: Any, decided: Any) -> None:
        """Nothing."""

    def write(self, made: Any) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def _questions(
    trees: Sequence[tuple[Planned, str]], of_trees: Sequence[_OfTree], accounts: int
) -> list[Question]:
    """Each fact that can be asked for once, with what it does in every tree."""
    parts: dict[str, list[tuple[InTree, _OfTree]]] = {}
    facts: dict[str, tuple[Fact, Mapping[str, Fact]]] = {}
    for (_, title), each in zip(trees, of_trees, strict=True):
        count = len(each.kinds)
        rows = np.bincount(each.of, minlength=count)
        weight = np.bincount(each.of, weights=each.weights, minlength=count)
        definitions = each.plan.fact_defs
        for key, one in each.tried.items():
            name = key_of(each.plan.tree, key, definitions[key])
            facts.setdefault(name, (definitions[key], definitions))
            found = InTree(each.plan.tree, title, worth(each.plan, one, rows, weight))
            parts.setdefault(name, []).append((found, each))
    out = []
    for name, mine in parts.items():
        fact, definitions = facts[name]
        there = np.zeros(accounts, dtype=bool)
        for part, each in mine:
            there[each.codes[part.worth.of(each.of)]] = True
        out.append(
            Question(
                name,
                fact.title,
                plainly(fact.ask, definitions),
                plainly(fact.help, definitions),
                fact.scope,
                fact.ask_of,
                tuple(part for part, _ in mine),
                accounts=int(there.sum()),
            )
        )
    return out


def _places(question: Question, of_trees: Sequence[_OfTree], names: Any, most: int) -> tuple[Place, ...]:
    """The accounts where a question settles something, those worth most first."""
    weights, counts = np.zeros(len(names)), np.zeros(len(names), dtype=np.int64)
    held = []
    for part in question.parts:
        each = next(one for one in of_trees if one.plan.tree == part.tree)
        rows = part.worth.of(each.of)
        np.add.at(weights, each.codes[rows], each.weights[rows])
        np.add.at(counts, each.codes[rows], 1)
        held.append((each, rows))
    there = np.flatnonzero(counts)
    if len(there) > most:
        least = np.partition(weights[there], len(there) - most)[len(there) - most]
        there = there[weights[there] >= least]
    best = sorted(there.tolist(), key=lambda at: (-weights[at], names[at].as_py()))[:most]
    out = []
    for at in best:
        people: list[str] = []
        for each, rows in held:
            if each.people is not None:
                mine = np.flatnonzero(rows & (each.codes == at))
                people += [one for one in each.people.take(pa.array(mine)).to_pylist() if one]
        out.append(
            Place(names[at].as_py(), float(weights[at]), int(counts[at]), tuple(dict.fromkeys(people)))
        )
    return tuple(out)
