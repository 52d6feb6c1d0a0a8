"""Tree -> plan: everything about a tree that a batch needs, worked out once.

Promises: a plain, frozen, picklable value: coders, the flat table, path numbers, what names the results, and,
for each decision, whether columns decide it or the interpreter, and why. Where it is not `timed`, the plan
for another moment is `dataclasses.replace(plan, as_of=other)`. A plan that is at hand needs no tree. Refuses:
to read data, and trees with mistakes.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from abm_tree.batch.table import Table
from abm_tree.feel.calendar import DateTime
from abm_tree.feel.values import Value
from abm_tree.space.codes import Coder

if TYPE_CHECKING:
    from abm_tree.batch.sums import SumTable
    from abm_tree.space.terms import Number
    from abm_tree.tree.parts import Evidence, Fact, Tree

_LOADED: dict[str, Tree] = {}


@dataclass(frozen=True, slots=True)
class Note:
    """What is done for one node, and why, in words."""

    node: str
    by: str  # "columns" or "interpreter"
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A tree, ready for columns."""

    tree: str
    version: str
    revision: str
    logic: str
    as_of: DateTime
    timed: bool  # whether the moment counted when it was made
    canonical: str  # JSON
    coders: Mapping[str, Coder]
    facts: tuple[str, ...]  # all that the tree can read, by key
    defined: bytes  # the same, defined: `fact_defs`, pickled
    stale_after: Mapping[str, Value]  # how long facts that age are believed
    sets: tuple[str, ...]  # all that its outcomes can establish, by key
    outcomes: tuple[str, ...]
    titles: Mapping[str, str]  # of every outcome that a row can come to, `call/outcome` included
    verdicts: Mapping[str, str]
    ways: int | None  # how many paths there are; None: they have no numbers
    table: Table | None  # None: every row goes to the interpreter
    numbers: Mapping[str, Number] = field(default_factory=dict)  # columns to be computed, by `#n`
    sums: Mapping[str, SumTable] = field(default_factory=dict)  # scores that tell rows apart, by `$...`
    notes: tuple[Note, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)  # what facts need beside their values

    @property
    def fact_defs(self) -> Mapping[str, Fact]:
        """What the tree's facts are, by key; made when they are asked for, since not every run does."""
        return _facts_of(self.defined)

    def explain(self) -> list[str]:
        """What the plan does, in lines for people."""
        lines = [f"{self.tree}, revision {self.revision[:12]}"]
        if self.ways is not None:
            lines.append(f"{self.ways:,} ways")
        if self.table is not None:
            lines.append(
                f"{len(self.table.columns)} coded facts, {self.table.plain:,} table rows, "
                f"{len(self.table.targets):,} entries"
            )
            from abm_tree.space.terms import spelled

            for key in self.table.columns:
                name = f"computed: {spelled(self.numbers[key])}" if key in self.numbers else key
                lines.append(f"  {name}: {self.coders[key].size} codes")
        lines += [
            f"  {note.node}: the interpreter, once for each combination: {note.why}"
            for note in self.notes
            if note.by == "interpreter"
        ]
        return lines


@lru_cache(maxsize=16)
def _facts_of(defined: bytes) -> Mapping[str, Fact]:
    found: dict[str, Fact] = pickle.loads(defined)
    return MappingProxyType(found)


def plan(tree: Tree, as_of: DateTime) -> Plan:
    """Work out a tree's plan for one moment; ValueError for a tree with mistakes."""
    from abm_tree.batch.build import build  # a plan that is at hand needs none of this

    if not tree.revision:
        raise ValueError(f"tree `{tree.id}` has mistakes")
    _LOADED[tree.revision] = tree
    return build(tree, as_of)


def tree_for(plan: Plan) -> Tree:
    """The plan's tree; loaded anew where the plan came from elsewhere."""
    if plan.revision not in _LOADED:
        import json

        from abm_tree.walk.replay import tree_of

        _LOADED[plan.revision] = tree_of(json.loads(plan.canonical), plan.revision)
    return _LOADED[plan.revision]
