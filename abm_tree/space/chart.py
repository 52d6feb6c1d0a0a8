"""A tree's chart: what each node can tell apart, over facts coded as the few values that count.

Promises: two accounts whose facts have the same codes go the same way, where a node's diagram has no open
leaf. Refuses: trees that inline to too much (`Untabled`); to read data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from abm_tree.feel import NUMBER, Value
from abm_tree.space.codes import STRAY, Coder, coder
from abm_tree.space.inlined import Inlined, prefix_of, subtree_sets
from abm_tree.space.rewrite import Rewriter
from abm_tree.space.supposed import Clock, Watched
from abm_tree.space.terms import Number
from abm_tree.space.uses import Uses, fact_class, node_uses
from abm_tree.tree.parts import Fact, Tree

NUMBER_FACT = Fact("#", "number", NUMBER, "account", False, "#")

Mark = tuple[str, str]  # a tree's mark, and a node's id: nodes that are called twice are one


@dataclass(frozen=True, slots=True)
class Chart:
    """What the nodes of a tree, its subtrees included, can tell apart."""

    inlined: Inlined
    hidden: frozenset[str]  # facts whose state no code tells: outcomes on the way compute them
    constants: Mapping[str, list[Value]]  # facts that outcomes on the way set, with their values
    numbers: Mapping[str, Number]  # numbers computed from facts, by key, as facts of their own
    trees: Mapping[str, Tree]  # by mark, with those numbers
    uses: Mapping[Mark, Uses]
    coders: Mapping[str, Coder]


def chart(inlined: Inlined, clock: Clock) -> Chart:
    """The chart of an inlined tree."""
    return charts((inlined,), clock, inlined.tree.facts, Uses())[0]


def charts(
    several: Sequence[Inlined],
    clock: Clock,
    facts: Mapping[str, Fact],
    more: Uses,
    apart: frozenset[str] = frozenset(),
) -> list[Chart]:
    """Charts of several trees in the same codes; `more` is told apart besides, `apart` have no codes."""
    numbers: dict[str, Number] = {}
    whole = Uses()
    whole.join(more)
    drafts = []
    for inlined in several:
        hidden, constants = settled_on_the_way(inlined.tree, clock)
        hidden |= apart
        trees = rewritten_trees(inlined, clock, hidden | constants.keys(), numbers)
        uses = uses_of_nodes(inlined, trees, clock)
        for one in uses.values():
            whole.join(one)
        drafts.append((inlined, hidden, constants, trees, uses))
    coders = coders_of(facts, whole, numbers)
    found = []
    for inlined, hidden, constants, trees, uses in drafts:
        stray = {
            key
            for key, values in constants.items()
            if key not in coders or any(coders[key].code(value) == STRAY for value in values)
        }
        found.append(Chart(inlined, hidden | stray, constants, numbers, trees, uses, coders))
    return found


def coders_of(facts: Mapping[str, Fact], whole: Uses, numbers: Mapping[str, Number]) -> dict[str, Coder]:
    """How each of some facts is coded, and each number computed from facts."""
    computed = {key for number in numbers.values() for key in number.inputs}
    coders = {
        key: coder(
            key,
            fact,
            fact_class(fact),
            {point for point in whole.points.get(key, ()) if type(point) is fact_class(fact)},
            key in whole.exact or key in computed,
            key in whole.whole,
        )
        for key, fact in facts.items()
    }
    for key, number in numbers.items():
        coders[key] = replace(
            coder(key, NUMBER_FACT, Decimal, whole.points.get(key, set()), False, False),
            lacks=number.inputs,
        )
    return coders


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
    inlined: Inlined, uses: Mapping[tuple[str, str], Uses]
) -> dict[tuple[str, str], tuple[tuple[str, ...], Uses]]:
    """Each node once, whatever the places it is called in: one of them, and what it tells apart."""
    found: dict[tuple[str, str], tuple[tuple[str, ...], Uses]] = {}
    for spot in inlined.spots():
        mark = prefix_of(inlined.tree, spot[:-1]), spot[-1]
        found.setdefault(mark, (spot, uses[mark]))
    return found
