"""Building a plan: what a tree tells apart, coded and laid out as one table.

Promises: whether the moment counted is noted by the clock that every decision tried here reads. Refuses: to
read data.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from abm_tree.batch.codes import STRAY, Coder, coder
from abm_tree.batch.diagram import TRIES, Builder
from abm_tree.batch.flat import flatten
from abm_tree.batch.inlined import Inlined, Untabled, prefix_of, settable, subtree_sets
from abm_tree.batch.numeric import Number
from abm_tree.batch.plan import Note, Plan
from abm_tree.batch.rewrite import Rewriter
from abm_tree.batch.scores import other_names, score_names, tabulate
from abm_tree.batch.sums import SumTable
from abm_tree.batch.supposed import Clock, Watched
from abm_tree.batch.uses import Uses, fact_class, node_uses
from abm_tree.feel import NUMBER, DateTime, Value
from abm_tree.tree.parts import Fact, Node, Outcome, Score, Tree
from abm_tree.tree.reads import fact_keys

NUMBER_FACT = Fact("#", "number", NUMBER, "account", False, "#")
FEW = 600  # combinations of a score's facts that a diagram tries


def build(tree: Tree, as_of: DateTime) -> Plan:
    """The plan of a tree without mistakes."""
    clock = Clock(as_of)
    try:
        inlined = Inlined(tree)
    except Untabled as why:
        return _without_table(tree, as_of, str(why))
    hidden, constants = settled_on_the_way(tree, clock)
    numbers: dict[str, Number] = {}
    rewritten = rewritten_trees(inlined, clock, hidden | constants.keys(), numbers)
    uses = uses_of_nodes(inlined, rewritten, clock)
    whole = Uses()
    for one in uses.values():
        whole.join(one)
    computed = {key for number in numbers.values() for key in number.inputs}
    coders = {
        key: coder(
            key,
            fact,
            fact_class(fact),
            whole.points.get(key, set()),
            key in whole.exact or key in computed,
            key in whole.whole,
        )
        for key, fact in tree.facts.items()
    }
    for key, number in numbers.items():
        coders[key] = replace(
            coder(key, NUMBER_FACT, Decimal, whole.points.get(key, set()), False, False),
            lacks=number.inputs,
        )
    hidden |= {
        key
        for key, values in constants.items()
        if key not in coders or any(coders[key].code(value) == STRAY for value in values)
    }
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
    )


def _ends(tree: Tree) -> Iterator[tuple[str, Outcome]]:
    """Every outcome that a walk can end with, by its id as records name it."""
    yield from tree.outcomes.items()
    for name, node in tree.nodes.items():
        if node.tree is not None and not node.branches and name in tree.subtrees:
            for inner, outcome in _ends(tree.subtrees[name]):
                yield f"{name}/{inner}", outcome


def settled_on_the_way(tree: Tree, clock: Clock) -> tuple[frozenset[str], dict[str, list[Value]]]:
    """The facts that outcomes of called trees compute, and those that they set, with the values."""
    computed: set[str] = set()
    constants: dict[str, list[Value]] = {}
    for found, outcome, prefix in subtree_sets(tree):
        key_of = Watched(found, clock, prefix).key
        computed |= {key_of(name) for name in outcome.computes}
        for name, value in outcome.sets.items():
            constants.setdefault(key_of(name), []).append(value)
    return frozenset(computed), constants


def rewritten_trees(
    inlined: Inlined, clock: Clock, settable: frozenset[str], numbers: dict[str, Number]
) -> dict[str, Tree]:
    """Each tree, by the mark of its own facts, with numbers to be computed as facts."""
    found: dict[str, Tree] = {}
    for spot in inlined.spots():
        prefix = prefix_of(inlined.tree, spot[:-1])
        if prefix not in found:
            one = inlined.tree_at(spot[:-1])
            reader = Watched(one, clock, prefix)
            found[prefix] = Rewriter(one, reader, prefix, settable, numbers).run()
    return found


def uses_of_nodes(inlined: Inlined, trees: Mapping[str, Tree], clock: Clock) -> dict[tuple[str, str], Uses]:
    """What each node tells apart; nodes by their tree's mark and id."""
    found: dict[tuple[str, str], Uses] = {}
    for spot in inlined.spots():
        mark = prefix_of(inlined.tree, spot[:-1]), spot[-1]
        if mark not in found:
            tree = trees[mark[0]]
            reader = Watched(tree, clock, mark[0])
            found[mark] = node_uses(tree, tree.nodes[spot[-1]], reader, mark[0])
    return found


def kinds(
    inlined: Inlined, uses: dict[tuple[str, str], Uses]
) -> dict[tuple[str, str], tuple[tuple[str, ...], Uses]]:
    """Each node once, whatever the places it is called in: one of them, and what it tells apart."""
    found: dict[tuple[str, str], tuple[tuple[str, ...], Uses]] = {}
    for spot in inlined.spots():
        mark = prefix_of(inlined.tree, spot[:-1]), spot[-1]
        found.setdefault(mark, (spot, uses[mark]))
    return found
