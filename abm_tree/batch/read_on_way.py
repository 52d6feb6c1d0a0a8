"""Which facts the decisions on a row's way may read: nothing else can change where it leads.

Promises: never too few; of a way that is not told by a number, all. Refuses: to say what a row did read.
"""

from __future__ import annotations

import numpy as np

from abm_tree.batch.codes import Array
from abm_tree.batch.open_rows import Kinds
from abm_tree.batch.plan import Plan, tree_for
from abm_tree.batch.results import Results
from abm_tree.space.inlined import subtree_sets
from abm_tree.tree.facts import SUPPOSED, Known, Unknown
from abm_tree.tree.parts import Tree
from abm_tree.tree.reads import all_reads, fact_keys, node_reads
from abm_tree.walk.advance import advance

MOST = 20_000  # ways that are looked at; of more, every fact may be read


def read_on_way(plan: Plan, kinds: Kinds, base: Results) -> Array:
    """For each fact of the plan and each kind, whether a decision on its way may read it."""
    out = np.ones((len(kinds.keys), len(kinds)), dtype=bool)
    if base.path is None or not len(kinds):
        return out
    number = np.zeros(len(kinds), dtype=np.int64)
    for limb in base.path:
        _, inverse = np.unique(limb, return_inverse=True)
        number = number * (int(inverse.max()) + 1) + inverse.reshape(-1)
        _, number = np.unique(number, return_inverse=True)
        number = number.reshape(-1).astype(np.int64)
    ways, first = np.unique(number, return_index=True)
    if len(ways) > MOST:
        return out
    tree = tree_for(plan)
    always = _computed(tree)
    by_way = np.zeros((len(kinds.keys), len(ways)), dtype=bool)
    for at, kind in enumerate(first.tolist()):
        reads = always | _reads(tree, plan, kinds, kind)
        by_way[:, at] = [key in reads for key in kinds.keys]
    return by_way[:, np.searchsorted(ways, number)]


def _reads(tree: Tree, plan: Plan, kinds: Kinds, kind: int) -> frozenset[str]:
    """What the nodes on the way of a kind may read."""
    facts: dict[str, Known | Unknown] = {}
    for key, place in zip(kinds.keys, kinds.places[:, kind].tolist(), strict=True):
        known = Known(kinds.values[key][place], evidence=SUPPOSED) if place >= 0 else Unknown()
        facts[key] = known
    record = advance(tree, facts, plan.as_of, possible=False)
    found: set[str] = set()
    for path in {*(step.node for step in record.trail), *([record.at] if record.at else [])}:
        name = path.partition("/")[0]
        below = tree.subtrees.get(name)
        # Of a called tree everything: where it is left because nobody knows, no step says where it stood.
        found |= all_reads(below) if below is not None else node_reads(tree, tree.nodes[name])
    return frozenset(found)


def _computed(tree: Tree) -> frozenset[str]:
    """What outcomes on the way may compute with: that reaches later decisions under other names."""
    found: set[str] = set()
    for below, outcome, prefix in subtree_sets(tree):
        for condition in outcome.computes.values():
            found |= set(fact_keys(below, condition.names, prefix))
    return frozenset(found)
