"""Which rows are wanted: a FEEL condition over facts, decided as a tree decides.

Promises: a row is wanted where the condition holds; where it is open, null or false, it is not. A row with
a cell that cannot be read stays, since nobody can say. Refuses: to parse; `session` makes the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from abm_tree.batch.codes import Array
from abm_tree.batch.columns import Column
from abm_tree.batch.kernel import Runner
from abm_tree.batch.plan import Plan

IN = "in"


@dataclass(frozen=True)
class Selected:
    """A plan with the outcome `in` for rows that are wanted; its columns are those of tree `view`."""

    plan: Plan
    view: int

    def runner(self) -> Callable[[Sequence[Mapping[str, Column]], Sequence[Mapping[int, str]]], Array]:
        """What tells the wanted rows of a block; for one thread."""
        runner = Runner(self.plan)

        def choose(columns: Sequence[Mapping[str, Column]], problems: Sequence[Mapping[int, str]]) -> Array:
            view = columns[self.view]
            rows = next((len(one) for other in columns for one in other.values()), 0)
            results = runner.run(view, rows)
            at = results.outcomes.index(IN) if IN in results.outcomes else -2
            keep: Array = results.outcome == at
            for other in problems:
                keep[list(other)] = True
            return keep

        return choose
