"""Tree -> plan: everything about a tree that a batch needs, worked out once.

Promises: a plain, frozen, picklable value for one `as_of`: coders, the flat table, path numbers, and, for
each decision, whether columns decide it or the interpreter, and why. Refuses: to read data, and trees with
mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from abm_tree.batch.codes import STRAY, Coder, coder
from abm_tree.batch.diagram import TRIES, Builder
from abm_tree.batch.inlined import Inlined, Untabled, prefix_of, settable, subtree_sets
from abm_tree.batch.numeric import Number, spelled
from abm_tree.batch.rewrite import Rewriter
from abm_tree.batch.sums import SumTable, other_names, score_names, tabulate
from abm_tree.batch.table import Table, flatten
from abm_tree.batch.uses import Uses, fact_class, node_uses
from abm_tree.feel import NUMBER, DateTime, Value
from abm_tree.tree.parts import Fact, Node, Score, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.reader import Reader
from abm_tree.walk.replay import tree_of

NUMBER_FACT = Fact("#", "number", NUMBER, "account", False, "#")
FEW = 600  # combinations of a score's facts that a diagram tries
_LOADED: dict[str, Tree] = {}


@dataclass(frozen=True, slots=True)
class Note:
    """What is done for one node, and why, in words."""

    node: str
    by: str  # "columns" or "interpreter"
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A tree, ready for columns."""

    tree: str
    revision: str
    as_of: DateTime
    canonical: str  # JSON
    coders: Mapping[str, Coder]
    facts: tuple[str, ...]  # all that the tree can read, by key
    stale_after: Mapping[str, Value]  # how long facts that age are believed
    sets: tuple[str, ...]  # all that its outcomes can establish, by key
    outcomes: tuple[str, ...]
    ways: int | None  # how many paths there are; None: they have no numbers
    table: Table | None  # None: every row goes to the interpreter
    numbers: Mapping[str, Number] = field(default_factory=dict)  # columns to be computed, by `#n`
    sums: Mapping[str, SumTable] = field(default_factory=dict)  # scores that tell rows apart, by `$...`
    notes: tuple[Note, ...] = ()

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
            for key in self.table.columns:
                name = f"computed: {spelled(self.numbers[key])}" if key in self.numbers else key
                lines.append(f"  {name}: {self.coders[key].size} codes")
        lines += [
            f"  {note.node}: the interpreter, once for each combination: {note.why}"
            for note in self.notes
            if note.by == "interpreter"
        ]
        return lines


def plan(tree: Tree, as_of: DateTime) -> Plan:
    """Work out a tree's plan for one moment; ValueError for a tree with mistakes."""
    if not tree.revision:
        raise ValueError(f"tree `{tree.id}` has mistakes")
    _LOADED[tree.revision] = tree
    try:
        inlined = Inlined(tree)
    except Untabled as why:
        return _without_table(tree, as_of, str(why))
    hidden = set[str]()
    constants: dict[str, list[Value]] = {}
    for found, outcome, prefix in subtree_sets(tree):
        key_of = Reader(found, {}, as_of, prefix=prefix).key
        hidden |= {key_of(name) for name in outcome.computes}
        for name, value in outcome.sets.items():
            constants.setdefault(key_of(name), []).append(value)
    numbers: dict[str, Number] = {}
    rewritten = _rewritten(tree, inlined, as_of, frozenset(hidden) | constants.keys(), numbers)
    uses = _all_uses(inlined, rewritten, as_of)
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
    for key, values in constants.items():
        if key not in coders or any(coders[key].code(value) == STRAY for value in values):
            hidden.add(key)
    builder = Builder(coders, frozenset(hidden), as_of, TRIES)
    diagrams = {}
    groups: dict[tuple[str, str], tuple[str, ...]] = {}
    sums: dict[str, SumTable] = {}
    scored = _Scored(coders, frozenset(hidden), as_of, sums)
    for mark, (spot, one) in _kinds(inlined, uses).items():
        found = rewritten[mark[0]]
        told = scored.groups(inlined.tree_at(spot[:-1]), inlined.node(spot), mark[0], one)
        if told is not None:
            groups[mark] = told
        diagrams[mark] = builder.build(found, found.nodes[spot[-1]], mark[0], one, told is not None)
    table, notes = flatten(inlined, diagrams, coders, groups)
    return Plan(
        tree=tree.id,
        revision=tree.revision,
        as_of=as_of,
        canonical=json.dumps(tree.canonical),
        coders=coders,
        facts=tuple(tree.facts),
        stale_after={key: fact.stale_after for key, fact in tree.facts.items() if fact.stale_after},
        sets=settable(tree),
        outcomes=table.outcomes,
        ways=inlined.paths.total,
        table=table,
        numbers={key: number for key, number in numbers.items() if key in table.columns},
        sums=sums,
        notes=tuple(Note(*note) for note in notes),
    )


@dataclass
class _Scored:
    """Which nodes a score's sum tells apart better than its facts do."""

    coders: Mapping[str, Coder]
    hidden: frozenset[str]
    as_of: DateTime
    sums: dict[str, SumTable]

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
                found = tabulate(tree, score, self.coders, self.hidden, self.as_of, prefix)
                if found is None:
                    return None
                self.sums[key] = found
            told.append(key)
        return (*sorted(fact_keys(tree, other_names(node, names), prefix)), *told)


def tree_for(plan: Plan) -> Tree:
    """The plan's tree; loaded anew where the plan came from elsewhere."""
    if plan.revision not in _LOADED:
        _LOADED[plan.revision] = tree_of(json.loads(plan.canonical), plan.revision)
    return _LOADED[plan.revision]


def _without_table(tree: Tree, as_of: DateTime, why: str) -> Plan:
    return Plan(
        tree=tree.id,
        revision=tree.revision,
        as_of=as_of,
        canonical=json.dumps(tree.canonical),
        coders={},
        facts=tuple(tree.facts),
        stale_after={key: fact.stale_after for key, fact in tree.facts.items() if fact.stale_after},
        sets=settable(tree),
        outcomes=(),
        ways=None,
        table=None,
        notes=(Note(tree.id, "interpreter", why),),
    )


def _rewritten(
    tree: Tree, inlined: Inlined, as_of: DateTime, settable: frozenset[str], numbers: dict[str, Number]
) -> dict[str, Tree]:
    """Each tree, by the mark of its own facts, with numbers to be computed as facts."""
    found: dict[str, Tree] = {}
    for spot in inlined.spots():
        prefix = prefix_of(tree, spot[:-1])
        if prefix not in found:
            one = inlined.tree_at(spot[:-1])
            reader = Reader(one, {}, as_of, prefix=prefix)
            found[prefix] = Rewriter(one, reader, prefix, settable, numbers).run()
    return found


def _all_uses(inlined: Inlined, trees: Mapping[str, Tree], as_of: DateTime) -> dict[tuple[str, str], Uses]:
    """What each node tells apart; nodes by their tree's mark and id."""
    found: dict[tuple[str, str], Uses] = {}
    for spot in inlined.spots():
        mark = prefix_of(inlined.tree, spot[:-1]), spot[-1]
        if mark not in found:
            tree = trees[mark[0]]
            reader = Reader(tree, {}, as_of, prefix=mark[0])
            found[mark] = node_uses(tree, tree.nodes[spot[-1]], reader, mark[0])
    return found


def _kinds(
    inlined: Inlined, uses: dict[tuple[str, str], Uses]
) -> dict[tuple[str, str], tuple[tuple[str, ...], Uses]]:
    found: dict[tuple[str, str], tuple[tuple[str, ...], Uses]] = {}
    for spot in inlined.spots():
        mark = prefix_of(inlined.tree, spot[:-1]), spot[-1]
        found.setdefault(mark, (spot, uses[mark]))
    return found
