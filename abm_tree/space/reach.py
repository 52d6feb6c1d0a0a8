"""What accounts can come to: each way of a tree proven taken, proven dead, or said to be not proven.

Promises: a way that is dead is taken by no account, whatever its facts, those that nobody knows included; a
way that is taken has a witness, facts that `advance` was seen to take it with. Facts are as their definitions
allow: within their bounds, null only where there is a word for it. Refuses: to guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from abm_tree.feel import Date, DateTime, Time
from abm_tree.feel.values import Value
from abm_tree.space.boxes import Box, union
from abm_tree.space.forward import LEAST, MOST, Event, Forward, Number
from abm_tree.space.ground import ground
from abm_tree.space.moves import STUCK, Asks
from abm_tree.space.spots import END, Spot
from abm_tree.space.terms import Number as Computed
from abm_tree.space.trying import worth_trying
from abm_tree.space.witness import Witnesses
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree

DAY = DateTime(Date(2026, 1, 1), Time(0, 0, 0, 0, 0))
FIRST = 6_000  # boxes of the first pass over a whole tree, divided among its places
PLACES = 3  # from which a way is looked for by varying what its place looks at
AGAIN = 60_000  # boxes of all passes over parts of it, for what the first one left open


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether something can happen."""

    state: str  # "taken", "dead", "open" (not proven)
    facts: Mapping[str, Known | Unknown] = field(default_factory=dict)  # the witness, where it is "taken"
    why: str = ""  # where it is "open"


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where some accounts cannot be decided out of known facts."""

    spot: Spot
    kind: str  # "gap", "overlap", "null", "error"
    message: str  # the interpreter's, with one of the values
    box: Box  # the facts that the place itself looks at
    proof: Proof


class Reach:
    """What accounts can come to in one tree at one moment."""

    def __init__(self, tree: Tree, as_of: DateTime = DAY) -> None:
        self.tree = tree
        self.as_of = as_of
        self.ground = ground(tree, as_of)
        most = min(MOST, max(LEAST, FIRST // max(1, len(self.ground.places))))
        self.first = Forward(self.ground, most=most)
        self._witnesses = Witnesses(self.ground)
        self._proofs: dict[object, Proof] = {}
        self._again: dict[frozenset[Spot], Forward] = {}
        self._left = AGAIN

    # ------------------------------------------------------------ what can happen

    def can(self, spot: Spot, number: int) -> bool:
        """Whether a way is not proven dead; cheaper than its proof."""
        return (spot, number) in self.first.events or self._dead(spot).state == "open"

    def proof(self, spot: Spot, number: int) -> Proof:
        """Whether a way can be taken, with a witness."""
        found = self.first.events.get((spot, number), ())
        return self._proven((spot, number), found, self._dead(spot))

    @cached_property
    def ways(self) -> Mapping[Number, Proof]:
        """Every way of every node in its place, those of calling nodes included."""
        return {way: self.proof(*way) for way in self.numbers}

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Every way there is, in the order of the places."""
        found: dict[Number, None] = {}
        for spot, place in self.ground.places.items():
            for number in range(len(place.ways)):
                found[spot, number] = None
                found |= dict.fromkeys(self.ground.goal(spot, number).ways)
            if place.stuck is not None:
                found |= dict.fromkeys(self.ground.goal(spot, STUCK).ways)
        return tuple(found)

    @cached_property
    def outcomes(self) -> Mapping[str, Proof]:
        """Every outcome that a walk can end with, by its id as records name it."""
        start = self.ground.inlined.start
        if start.spot == END:
            return {start.outcome: Proof("taken")}
        found = {name: self.first.ended.get(name, ()) for name in self._ends}
        return {name: self._proven(name, events, self._dead()) for name, events in found.items()}

    @property
    def dead_outcomes(self) -> tuple[str, ...]:
        """The outcomes that no account comes to; cheaper than all proofs."""
        return tuple(
            name for name in self._ends if name not in self.first.ended and self._dead().state == "dead"
        )

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Every place where some accounts cannot be decided out of known facts, by kind."""
        found = []
        for (spot, kind), events in self.first.stopped.items():
            if kind in ("needs", "waits"):
                continue
            proof = self._proven((spot, kind), events, Proof("dead"))
            if proof.state != "dead":
                arriving = [_within(event) for event in events if event.exact] or [_within(e) for e in events]
                box = union(arriving, self.ground.full)
                found.append(Fault(spot, kind, events[0].told, box, proof))
        return tuple(found)

    @cached_property
    def untold(self) -> Mapping[Spot, str]:
        """Places of which codes do not tell what they do, and why."""
        found = {}
        for spot in self.ground.places:
            mark = self.ground.mark(spot)
            for move in self.ground.moves[mark]:
                if isinstance(move.told, Asks) and mark not in self.ground.totals:
                    found[spot] = move.told.why
        return found

    def boxes(self, spot: Spot) -> list[Box]:
        """What is known of the accounts that arrive at a place, in the facts looked at from there on."""
        return [state.box for state in self.first.states.get(spot, ())]

    # ------------------------------------------------------------ proofs

    @cached_property
    def _ends(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for place in self.ground.places.values():
            arrivals = [arrival for arrival, _ in place.ways]
            arrivals += [place.stuck[0]] if place.stuck is not None else []
            found |= {arrival.outcome: None for arrival in arrivals if arrival.spot == END}
        return tuple(found)

    def _dead(self, spot: Spot | None = None) -> Proof:
        if self.ground.timed and (spot is None or self._after_timed(spot)):
            return Proof("open", why="it depends on the day")
        return Proof("dead")

    @cached_property
    def _shadow(self) -> frozenset[Spot]:
        """Places that depend on the moment, and all that come after them."""
        found: set[Spot] = set()
        for spot in self.ground.places:
            if spot in found or self.ground.mark(spot) in self.ground.timed:
                found.add(spot)
                found.update(self.ground.onward(spot))
        return frozenset(found)

    def _after_timed(self, spot: Spot) -> bool:
        if spot in self.ground.places:
            return spot in self._shadow
        # A calling node is no place of its own: it stands where its inner places do.
        return any(one[: len(spot)] == spot for one in self._shadow)

    def _proven(self, what: object, events: Iterable[Event], dead: Proof) -> Proof:
        if what not in self._proofs:
            self._proofs[what] = self._prove(what, list(events), dead)
        return self._proofs[what]

    def _prove(self, what: object, events: list[Event], dead: Proof) -> Proof:
        if what in self._witnesses.seen:
            return Proof("taken", self._witnesses.seen[what])
        if not events:
            return dead
        facts = self._found(what, events)
        if facts is None and not self.first.whole:
            again = self._closer(frozenset(event.state.spot for event in events))
            if again is not None:
                events = again.events_of(what)
                if not events and again.whole:
                    return dead
                facts = self._found(what, events)
        if facts is None:
            facts = self._varied(what, events)
        if facts is not None:
            return Proof("taken", facts)
        why = next((self.untold[event.state.spot] for event in events if event.state.spot in self.untold), "")
        why = why or next(iter(self.untold.values()), "") or ("it depends on the day" if dead.why else "")
        return Proof("open", why=why or "there are too many ways to it")

    def _found(self, what: object, events: list[Event]) -> Mapping[str, Known | Unknown] | None:
        for event in sorted(events, key=lambda event: not event.exact):
            facts = self._witnesses.find(what, event.state.trace(event.box), exact=event.exact)
            if facts is not None:
                return facts
        return None

    def _varied(self, what: object, events: list[Event]) -> Mapping[str, Known | Unknown] | None:
        """Accounts that come to the place, with what it looks at changed to values that count."""
        for event in events[:PLACES]:
            spot = event.state.spot
            met = [
                facts
                for one, facts in self._witnesses.seen.items()
                if isinstance(one, tuple) and one[0] == spot
            ]
            base = met[0] if met else next(self._witnesses.facts(event.state.trace(event.box), PLACES), None)
            uses = self.ground.chart.uses.get(self.ground.mark(spot))
            if base is not None and uses is not None and self._worth:
                numbers = self.ground.chart.numbers
                read = [key for one in (*uses.points, *uses.exact) for key in _inputs(one, numbers)]
                keys = [key for key in read if key in self._worth]
                found = self._witnesses.vary(what, base, dict.fromkeys(keys), self._worth)
                if found is not None:
                    return found
        return None

    @cached_property
    def _worth(self) -> Mapping[str, tuple[Value, ...]]:
        return worth_trying(self.ground.tree, self.ground.as_of)

    def _closer(self, spots: frozenset[Spot]) -> Forward | None:
        """A pass over what lies before some places, with all boxes told apart; None where it is too much."""
        if spots not in self._again and self._left > 0:
            within = self.ground.before(spots)
            live = self.ground.live_within(within)
            forward = Forward(self.ground, budget=self._left, within=within, live=live)
            self._left = forward.left or 0
            self._again[spots] = forward
        return self._again.get(spots)


def _inputs(key: str, numbers: Mapping[str, Computed]) -> tuple[str, ...]:
    """A fact itself; of a number that is computed, what it is computed from."""
    return numbers[key].inputs if key in numbers else (key,)


def _within(event: Event) -> dict[str, int]:
    """The facts that a move looks at, as far as they arrive."""
    return {key: mask & event.state.box.get(key, mask) for key, mask in event.box.items()}


def explore(tree: Tree, as_of: DateTime = DAY) -> Reach:
    """What accounts can come to in a tree without mistakes; `Untabled` for trees that inline to too much."""
    return Reach(tree, as_of)
