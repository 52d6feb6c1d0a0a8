"""A tree as moves over codes: at each place, which facts lead where.

Promises: the moves of a place are disjoint and cover all codes; what a move says is what the interpreter says
of each account in its box, at this moment. Where codes do not tell, the move says so (`Asks`). Refuses: to
follow ways; `reach` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from abm_tree.feel import DateTime, Value, literal
from abm_tree.space.boxes import Box
from abm_tree.space.chart import Chart, Mark, chart, kinds
from abm_tree.space.codes import NULL, Coder
from abm_tree.space.diagram import Builder, Diagram, Leaf
from abm_tree.space.inlined import Arrival, Inlined, Place, established, prefix_of, settable
from abm_tree.space.moves import STUCK, Asks, Move, Stop, Told, end_of, moves_of, tested, told_of
from abm_tree.space.spots import END, Spot
from abm_tree.space.supposed import Clock, Unsupposed
from abm_tree.space.terms import Number, divides
from abm_tree.space.totals import Totals, chosen, crossed, totals
from abm_tree.space.values import full_mask
from abm_tree.tree.canonical import logic_of
from abm_tree.tree.parts import Fact, Node, Tree
from abm_tree.tree.reads import fact_keys
from abm_tree.walk.choose import ways_of

NAMES = ("parameters", "facts", "derived", "scores", "lists", "book", "people")


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a move leads: a place (END: an outcome), and what holds from there on."""

    arrival: Arrival
    ways: tuple[tuple[Spot, int], ...]  # that are taken with it, those of calling nodes included
    sets: Box  # what outcomes on the way establish
    computed: Mapping[str, str] = field(default_factory=dict)  # the same, where no code tells: by what


@dataclass
class Ground:
    """A tree as moves; for one moment."""

    chart: Chart
    clock: Clock
    facts: Mapping[str, Fact]  # what their codes are of
    timed: set[Mark] = field(default_factory=set)  # nodes whose decision depends on the moment
    like: Ground | None = None  # another version in the same codes: nodes that it has are taken from there
    apart: frozenset[str] = frozenset()  # facts that have values of another kind in another version
    _names: dict[str, str] = field(default_factory=dict)
    _goals: dict[tuple[Spot, int], Goal] = field(default_factory=dict)

    @property
    def inlined(self) -> Inlined:
        """The tree with its subtrees inlined."""
        return self.chart.inlined

    @property
    def tree(self) -> Tree:
        """The tree itself."""
        return self.chart.inlined.tree

    @property
    def as_of(self) -> DateTime:
        """The moment."""
        return self.clock.moment

    @property
    def coders(self) -> Mapping[str, Coder]:
        """How facts, and numbers computed from them, are coded."""
        return self.chart.coders

    @cached_property
    def full(self) -> dict[str, int]:
        """For each fact the codes that it can have."""
        found = {key: full_mask(coder, self.facts.get(key)) for key, coder in self.coders.items()}
        for key, number in self.chart.numbers.items():
            if not self._may_be_null(number):
                found[key] &= ~(1 << NULL)
        return found

    def _may_be_null(self, number: Number) -> bool:
        """Whether known facts can come to no number: one of them is null, or something is divided."""
        facts = (self.facts.get(key) for key in number.inputs)
        divided = any(divides(term) for term in (number.term, number.against) if term is not None)
        return divided or any(fact is None or fact.none is not None for fact in facts)

    def builder(self) -> Builder:
        """What builds the diagrams of nodes."""
        return Builder(self.coders, self.chart.hidden, self.clock)

    @cached_property
    def diagrams(self) -> dict[Mark, Diagram]:
        """What each node does, as a diagram over codes."""
        builder = self.builder()
        found = {}
        for mark, (spot, uses) in kinds(self.inlined, self.chart.uses).items():
            tree = self.chart.trees[mark[0]]
            known = self.like.diagrams.get(mark) if self.like is not None and mark in self._alike else None
            if known is not None:
                found[mark] = known
                continue
            self.clock.read = False
            found[mark] = builder.build(tree, tree.nodes[spot[-1]], mark[0], uses)
            if self.clock.read:
                self.timed.add(mark)
        return found

    @cached_property
    def moves(self) -> dict[Mark, tuple[Move, ...]]:
        """What each node does, as moves; a node without `unknown` way may be stuck for its caller."""
        known = self.like.moves if self.like is not None else {}
        return {
            mark: known[mark] if mark in self._alike else moves_of(diagram, self.full)
            for mark, diagram in self.diagrams.items()
        }

    @cached_property
    def _alike(self) -> frozenset[Mark]:
        """The nodes that decide exactly as those of the other version do."""
        if self.like is None or not self.like.diagrams:
            return frozenset()
        return frozenset(
            mark
            for mark in self.chart.uses
            if mark in self.like.chart.uses
            and mark not in self.like.timed
            and self.decision(mark) == self.like.decision(mark)
        )

    def decision(self, mark: Mark) -> str:
        """What a node decides by, as text: where two are equal, so are their moves."""
        tree = self.chart.trees[mark[0]]
        logic = self._logic["trees"].get(tree.id, {})
        node = dict(logic.get("nodes", {}).get(mark[1], {}))
        node["branches"] = [
            {key: one for key, one in branch.items() if key != "to"} for branch in node.get("branches", ())
        ]
        node |= {key: key in node for key in ("otherwise", "unknown")}
        return json.dumps(node, sort_keys=True, default=str) + self.defined(tree)

    def defined(self, tree: Tree) -> str:
        """All that a tree's names stand for, as one short text."""
        if tree.id not in self._names:
            logic = self._logic["trees"].get(tree.id, {})
            names = {key: logic.get(key) for key in NAMES}
            rest = {key: self._logic.get(key) for key in ("facts", "parameters", "settings")}
            told = json.dumps([names, rest], sort_keys=True, default=str)
            self._names[tree.id] = hashlib.sha256(told.encode()).hexdigest()
        return self._names[tree.id]

    @cached_property
    def _logic(self) -> dict[str, Any]:
        return logic_of(self.tree.canonical)

    @cached_property
    def totals(self) -> dict[Mark, Totals]:
        """The sums of the scores that nodes decide by, where no diagram says it."""
        builder = self.builder()
        found = {}
        for mark, (spot, uses) in kinds(self.inlined, self.chart.uses).items():
            if any(isinstance(move.told, Asks) for move in self.moves[mark]):
                tree = self.chart.trees[mark[0]]
                one = totals(tree, tree.nodes[spot[-1]], mark[0], uses, builder, self.full)
                if one is not None:
                    found[mark] = one
        return found

    def summed(self, mark: Mark, box: Box) -> list[tuple[Told, Box, bool]] | None:
        """What a node that decides by a score does with accounts in a box, each with some that do it.

        None where that cannot be said; the flag says whether somebody really does it.
        """
        total, tree = self.totals.get(mark), self.chart.trees[mark[0]]
        if total is None:
            return None
        node = tree.nodes[mark[1]]
        sums, exact = total.within(box)
        out: dict[object, tuple[Told, Box, bool]] = {}
        try:
            if sums is None:
                return self._between(mark, total, box)
            for (low, high, why), some in sums.items():
                for choice in chosen(tree, node, mark[0], self.clock, low, high, why):
                    told = told_of(Leaf(choice))
                    out.setdefault(end_of(told), (told, some, exact))
        except Unsupposed:
            return None  # steps that other facts decide
        return list(out.values())

    def _between(self, mark: Mark, total: Totals, box: Box) -> list[tuple[Told, Box, bool]] | None:
        tree = self.chart.trees[mark[0]]
        node = tree.nodes[mark[1]]
        crossing = crossed(tree, node, mark[0], self.clock, *total.bounds(box))
        if crossing is None:
            return None
        found: list[tuple[Told, Box, bool]] = [
            (way.number, {}, False) for way in ways_of(node) if way.kind != "branch" or way.number in crossing
        ]
        if not node.unknown:
            found.append((Stop("needs", ""), {}, False))
            found += [(Stop("null", ""), {}, False)] if total.nullable else []
        if -1 in crossing and not node.otherwise:
            found.append((Stop("gap", ""), {}, False))
        return found

    @cached_property
    def places(self) -> dict[Spot, Place]:
        """Every place, each before what it leads to."""
        places = {spot: self.inlined.place(spot) for spot in self.inlined.spots()}
        out: dict[Spot, Place] = {}
        left: list[tuple[Spot, bool]] = [(self.inlined.start.spot, False)]
        seen: set[Spot] = {END}
        while left:
            spot, done = left.pop()
            if done:
                out[spot] = places[spot]
            elif spot not in seen:
                seen.add(spot)
                left.append((spot, True))
                left += [(one, False) for one in _onward(places[spot]) if one not in seen]
        return dict(reversed(out.items()))

    @cached_property
    def live(self) -> dict[Spot, frozenset[str]]:
        """For each place, what it or anything after it looks at."""
        return self.live_within(frozenset(self.places))

    def live_within(self, spots: frozenset[Spot]) -> dict[Spot, frozenset[str]]:
        """For each of some places, what it or anything after it among them looks at."""
        found: dict[Spot, frozenset[str]] = {}
        for spot in reversed(self.places):
            if spot in spots:
                later = [found[one] for one in self.onward(spot) if one in found]
                found[spot] = self._own[self.mark(spot)].union(self._counted(spot), *later)
        return found

    @cached_property
    def _own(self) -> dict[Mark, frozenset[str]]:
        return {mark: frozenset(tested(diagram)) for mark, diagram in self.diagrams.items()}

    def onward(self, spot: Spot) -> tuple[Spot, ...]:
        """Where the ways of a place lead."""
        place = self.places[spot]
        stuck = (place.stuck,) if place.stuck is not None else ()
        return tuple(dict.fromkeys(arrival.spot for arrival, _ in (*place.ways, *stuck)))

    def before(self, spots: frozenset[Spot]) -> frozenset[Spot]:
        """Some places, and every place from which a way leads to one of them."""
        found = set(spots)
        for spot in reversed(self.places):
            if spot not in found and any(one in found for one in self.onward(spot)):
                found.add(spot)
        return frozenset(found)

    def _counted(self, spot: Spot) -> frozenset[str]:
        total = self.totals.get(self.mark(spot))
        return total.keys if total is not None else frozenset()

    def mark(self, spot: Spot) -> Mark:
        """Which node a place is."""
        return prefix_of(self.tree, spot[:-1]), spot[-1]

    def node(self, spot: Spot) -> Node:
        """The node at a place, as it is written."""
        return self.inlined.node(spot)

    def goal(self, spot: Spot, number: int) -> Goal:
        """Where a way of a place leads."""
        found = self._goals.get((spot, number))
        if found is None:
            place = self.places[spot]
            if number == STUCK:
                assert place.stuck is not None
                arrival, own = place.stuck[0], tuple[tuple[Spot, int], ...]()
            else:
                arrival, own = place.ways[number][0], ((spot, number),)
            found = self._goals[spot, number] = Goal(
                arrival, (*own, *arrival.through), self._sets(arrival), self._computed(arrival)
            )
        return found

    def code_of(self, key: str, value: Value) -> int:
        """A value's code."""
        return self.coders[key].code(value)

    def _sets(self, arrival: Arrival) -> Box:
        found: dict[str, int] = {}
        if arrival.spot == END:
            return found  # nothing reads what the last outcome establishes; it may have no code
        for passed in arrival.passed:
            tree, outcome, prefix = established(self.tree, passed)
            for name, value in outcome.sets.items():
                definition = tree.names[name]
                key = prefix + name if getattr(definition, "own", False) else name
                if key not in self.chart.hidden:
                    found[key] = 1 << self.code_of(key, value)
        return found

    def _computed(self, arrival: Arrival) -> dict[str, str]:
        """Facts of which no code tells what outcomes make of them; what makes the same of them is equal."""
        found: dict[str, str] = {}
        for passed in arrival.passed if arrival.spot != END else ():
            tree, outcome, prefix = established(self.tree, passed)
            made = {name: literal(value) for name, value in outcome.sets.items()}
            for name, condition in outcome.computes.items():
                made[name] = f"{condition.text} {self.defined(tree)}"
                if fact_keys(tree, condition.names, prefix) & self._settable:
                    made[name] += f" of {'one' if self.like is None else 'other'}"  # what came before counts
            for name, text in made.items():
                own = getattr(tree.names[name], "own", False)
                key = prefix + name if own else name
                if key in self.chart.hidden:
                    found[key] = text
        return found

    @cached_property
    def _settable(self) -> frozenset[str]:
        return frozenset(settable(self.tree))


def ground(tree: Tree, as_of: DateTime) -> Ground:
    """A tree as moves; `Untabled` for trees that inline to too much."""
    clock = Clock(as_of)
    return Ground(chart(Inlined(tree), clock), clock, tree.facts)


def _onward(place: Place) -> list[Spot]:
    stuck = (place.stuck,) if place.stuck is not None else ()
    return [arrival.spot for arrival, _ in (*place.ways, *stuck)]
