"""The interpreter, asked by a batch: the walk's own functions over one row's states.

Promises: what it says is what `advance` would say of that row. Refuses: to remember; whoever asks does.
"""

from __future__ import annotations

from collections.abc import Mapping

from abm_tree.batch.flat import added, edge_of
from abm_tree.batch.plan import Plan, tree_for
from abm_tree.batch.table import Asked, Edge, Exit
from abm_tree.feel import Undetermined, Value
from abm_tree.space.inlined import called, established, prefix_of
from abm_tree.space.paths import Paths
from abm_tree.space.spots import Passed, Spot
from abm_tree.space.supposed import Clock, Supposed
from abm_tree.tree.facts import Facts
from abm_tree.tree.parts import Condition
from abm_tree.tree.reads import fact_keys, node_reads
from abm_tree.walk.advance import _computed, advance
from abm_tree.walk.choose import Broken, choose
from abm_tree.walk.record import Record

States = Mapping[str, object]


class Interpreter:
    """A plan's tree, ready to decide."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tree = tree_for(plan)
        self._paths: Paths | None = None

    def edge(self, asked: Asked, states: States) -> tuple[Edge | Exit, int]:
        """Where a node leads; for an exit also what it adds."""
        tree = called(self.tree, asked.spot[:-1])
        choice = choose(tree.nodes[asked.spot[-1]], self._supposed(asked.spot[:-1], states))
        found = edge_of(choice, asked)
        return found, added(found, asked) if isinstance(found, Exit) else 0

    def writes(
        self, passed: Passed
    ) -> tuple[list[tuple[str, Value]], list[tuple[str, str, tuple[str, ...]]]]:
        """What an outcome sets (fact, value), and computes (fact, name, facts read)."""
        tree, outcome, prefix = established(self.tree, passed)
        key_of = self._supposed(passed.calls, {}).key
        plain = [(key_of(name), value) for name, value in outcome.sets.items()]
        computes = [
            (key_of(name), name, tuple(sorted(fact_keys(tree, condition.names, prefix))))
            for name, condition in outcome.computes.items()
        ]
        return plain, computes

    def computed(self, passed: Passed, name: str, states: States) -> Value | Undetermined:
        """What an outcome computes for a fact."""
        tree, outcome, _ = established(self.tree, passed)
        condition: Condition = outcome.computes[name]
        return _computed(tree, name, condition, self._supposed(passed.calls, states))

    def reads(self, spot: Spot) -> tuple[str, ...]:
        """The facts that a node may read."""
        tree = called(self.tree, spot[:-1])
        return tuple(sorted(node_reads(tree, tree.nodes[spot[-1]], prefix_of(self.tree, spot[:-1]))))

    def message(self, spot: Spot, states: States) -> str:
        """Why a node cannot decide."""
        tree = called(self.tree, spot[:-1])
        choice = choose(tree.nodes[spot[-1]], self._supposed(spot[:-1], states))
        assert isinstance(choice, Broken), choice
        return choice.message

    def record(self, facts: Facts) -> tuple[Record, int]:
        """The whole walk, and the number of its way."""
        record = advance(self.tree, facts, self.plan.as_of, possible=False)
        if self._paths is None:
            self._paths = Paths(self.tree)
        return record, self._paths.number(record) or 0

    def _supposed(self, calls: Spot, states: States) -> Supposed:
        tree = called(self.tree, calls)
        return Supposed(tree, states, Clock(self.plan.as_of), prefix_of(self.tree, calls))
