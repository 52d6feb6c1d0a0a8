"""Ways in words, for those who ask for them instead of numbers.

Promises: what `spelled` says of the record of a row; each way is spelled once. Refuses: to keep very many.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from abm_tree.batch.columns import Column
from abm_tree.batch.plan import Plan
from abm_tree.batch.table import LIMB
from abm_tree.batch.tables.out import Decided
from abm_tree.space.paths import spelled
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import BOOK, PEOPLE, Tree
from abm_tree.walk.advance import advance

MANY = 200_000
SOURCES = {BOOK: "list", PEOPLE: "people"}  # of what is worked out, by scope


class Spelling:
    """The ways of one tree."""

    def __init__(self, tree: Tree, plan: Plan) -> None:
        self.tree, self.plan = tree, plan
        self._known: dict[int, str] = {}

    def __call__(self, decided: Decided, columns: Mapping[str, Column]) -> Any:
        """An Arrow array of the rows' ways."""
        import pyarrow as pa

        path = decided.results.path
        rows = len(decided.results)
        out: list[str | None] = [None] * rows
        if path is None:
            for row in range(rows):
                if row not in decided.problems:
                    out[row] = self._spell(columns, row)
            return pa.array(out, type=pa.string())
        if len(self._known) > MANY:
            self._known = {}
        numbers = np.stack(path) if len(path) > 1 else path[0].reshape(1, -1)
        distinct, inverse = np.unique(numbers, axis=1, return_inverse=True)
        order = inverse.reshape(-1)
        words: list[str] = []
        first = np.zeros(distinct.shape[1], dtype=np.intp)
        first[order[::-1]] = np.arange(rows - 1, -1, -1)
        for at in range(distinct.shape[1]):
            number = sum(int(part) << (LIMB * limb) for limb, part in enumerate(distinct[:, at]))
            if number not in self._known:
                self._known[number] = self._spell(columns, int(first[at]))
            words.append(self._known[number])
        return pa.array(
            [None if row in decided.problems else words[at] for row, at in enumerate(order.tolist())],
            type=pa.string(),
        )

    def _spell(self, columns: Mapping[str, Column], row: int) -> str:
        return spelled(advance(self.tree, facts_of(self.plan, columns, row), self.plan.as_of, possible=False))


def facts_of(plan: Plan, columns: Mapping[str, Column], row: int) -> dict[str, Known | Unknown]:
    """A row's facts as a batch hands them to `advance`: what is not known is unknown."""
    from abm_tree.tree.facts import complete

    given: dict[str, Known | Unknown] = {}
    for key, column in columns.items():
        if key not in plan.facts:
            continue
        one = column.part(row, row + 1)
        known = one.knows()
        if known is not None and not known[0]:
            continue
        dated = None
        if one.dated is not None:
            there = one.dated.knows()
            dated = one.dated.cell(0) if there is None or there[0] else None
        source = SOURCES.get(plan.fact_defs[key].scope, "given")
        proof: object = ""
        if one.evidence is not None:
            there = one.evidence.knows()
            proof = one.evidence.cell(0) if there is None or there[0] else ""
        given[key] = Known(one.cell(0), source, dated, str(proof))  # type: ignore[arg-type]
    for key, fact in plan.fact_defs.items():
        if fact.scope in SOURCES and key not in given:
            given[key] = Unknown(SOURCES[fact.scope])
    return complete(plan.fact_defs, given, plan.as_of, source="given")
