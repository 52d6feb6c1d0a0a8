"""Building a plan: what a tree tells apart, coded and laid out as one table.

Promises: whether the moment counted is noted by the clock that every decision tried here reads. Refuses: to
read data.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from abm_tree.batch.flat import flatten
from abm_tree.batch.plan import Note, Plan
from abm_tree.batch.scores import other_names, score_names, tabulate
from abm_tree.batch.sums import SumTable
from abm_tree.feel import DateTime
from abm_tree.space.chart import chart, kinds
from abm_tree.space.codes import Coder
from abm_tree.space.diagram import TRIES, Builder
from abm_tree.space.inlined import Inlined, Untabled, settable
from abm_tree.space.supposed import Clock
from abm_tree.space.uses import Uses
from abm_tree.tree.parts import Node, Outcome, Score, Tree
from abm_tree.tree.reads import fact_keys

FEW = 600  # combinations of a score's facts that a diagram tries


def build(tree: Tree, as_of: DateTime) -> Plan:
    """The plan of a tree without mistakes."""
    clock = Clock(as_of)
    try:
        inlined = Inlined(tree)
    except Untabled as why:
        return _without_table(tree, as_of, str(why))
    found_out = chart(inlined, clock)
    coders, hidden, numbers = found_out.coders, found_out.hidden, found_out.numbers
    rewritten, uses = found_out.trees, found_out.uses
    builder = Builder(coders, hidden, clock, TRIES)
    diagrams = {}
    groups: dict[tuple[str, str], tuple[str, ...]] = {}
    sums: dict[str, SumTable] = {}
    scored = Scored(coders, hidden, clock, sums)
    for mark, (spot, one) in kinds(inlined, uses).items():
        found = rewritten[mark[0]]
        told = scored.groups(inlined.tree_at(spot[:-1]), inlined.node(spot), mark[0], one)
        if told is not None:
            groups[mark] = told
        diagrams[mark] = builder.build(found, found.nodes[spot[-1]], mark[0], one, told is not None)
    table, notes = flatten(inlined, diagrams, coders, groups)
    return replace(
        _without_table(tree, as_of),
        timed=clock.read,
        coders=coders,
        outcomes=table.outcomes,
        ways=inlined.paths.total,
        table=table,
        numbers={key: number for key, number in numbers.items() if key in table.columns},
        sums=sums,
        notes=tuple(Note(*note) for note in notes),
    )


@dataclass
class Scored:
    """Which nodes a score's sum tells apart better than its facts do."""

    coders: Mapping[str, Coder]
    hidden: frozenset[str]
    clock: Clock
    sums: dict[str, SumTable]
    unknown: bool = True  # whether what is not known is unknown for good

    def groups(self, tree: Tree, node: Node, prefix: str, uses: Uses) -> tuple[str, ...] | None:
        """What tells rows apart at a node; None where its facts had better do it."""
        names = score_names(tree, node)
        size = 1.0
        for key in fact_keys(tree, names, prefix):
            coder = self.coders[key]
            points = len(uses.points.get(key, ()))
            size *= 2 + (points if coder.domain in ("boolean", "ids") else 2 * points + 1)
        if size <= FEW:
            return None
        told: list[str] = []
        for name in names:
            key, score = f"${prefix}{name}", tree.names[name]
            if key not in self.sums and isinstance(score, Score):
                found = tabulate(tree, score, self.coders, self.hidden, self.clock, prefix, self.unknown)
                if found is None:
                    return None
                self.sums[key] = found
            told.append(key)
        return (*sorted(fact_keys(tree, other_names(node, names), prefix)), *told)


def _without_table(tree: Tree, as_of: DateTime, why: str = "") -> Plan:
    ends = dict(_ends(tree))
    return Plan(
        tree=tree.id,
        version=tree.version,
        revision=tree.revision,
        logic=tree.logic,
        as_of=as_of,
        timed=False,
        canonical=json.dumps(tree.canonical),
        coders={},
        facts=tuple(tree.facts),
        defined=pickle.dumps(dict(tree.facts)),
        stale_after={key: fact.stale_after for key, fact in tree.facts.items() if fact.stale_after},
        sets=settable(tree),
        outcomes=(),
        titles={name: outcome.title for name, outcome in ends.items()},
        verdicts={name: outcome.verdict for name, outcome in ends.items()},
        ways=None,
        table=None,
        notes=(Note(tree.id, "interpreter", why),),
        evidence={
            key: replace(fact.evidence, ask=None)
            for key, fact in tree.facts.items()
            if fact.evidence is not None
        },
    )


def _ends(tree: Tree) -> Iterator[tuple[str, Outcome]]:
    """Every outcome that a walk can end with, by its id as records name it."""
    yield from tree.outcomes.items()
    for name, node in tree.nodes.items():
        if node.tree is not None and not node.branches and name in tree.subtrees:
            for inner, outcome in _ends(tree.subtrees[name]):
                yield f"{name}/{inner}", outcome
