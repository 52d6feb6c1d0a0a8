"""What accounts can come to: each way of a tree proven taken, proven dead, or said to be not proven.

Promises: a way that is dead is taken by no account, whatever its facts, those that nobody knows included; a
way that is taken has a witness, facts that `advance` was seen to take it with. Facts are as their definitions
allow: within their bounds, null only where there is a word for it. Refuses: to guess. Method: boxes of codes
are carried from the start through the inlined tree, each limited to the facts that are still looked at, and
boxes that differ in one fact only are joined, so that shared nodes are walked once for each thing that is
known of the way to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from abm_tree.feel import Date, DateTime, Time
from abm_tree.space.boxes import Box, holds, joined, meet, meets, union
from abm_tree.space.ground import STUCK, Asks, Goal, Ground, Stop
from abm_tree.space.spots import END, Spot
from abm_tree.space.uses import Uses
from abm_tree.space.witness import Witnesses
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree

DAY = DateTime(Date(2026, 1, 1), Time(0, 0, 0, 0, 0))
MOST = 3_000  # boxes that are told apart at one place; beyond, they are taken together
FEW = 300  # boxes that are held against each other one by one

Number = tuple[Spot, int]  # a way: its place, and its number there


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
    message: str  # the interpreter's, with the witness's value
    box: Box  # the facts that the place itself looks at
    proof: Proof


@dataclass(slots=True, eq=False)
class Part:
    """A box that arrives at a place."""

    box: dict[str, int]
    exact: bool  # whether every account in it really arrives
    state: State | None = None  # where it comes from
    move: Box = field(default_factory=dict)  # what the move from there asked for
    sets: Box = field(default_factory=dict)  # what was established on the way


@dataclass(slots=True, eq=False)
class State:
    """A box at a place, made of the parts that arrived."""

    spot: Spot
    box: dict[str, int]
    exact: bool
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that can happen at a place in a box."""

    state: State
    box: Box  # of the move
    exact: bool
    told: str = ""


class Reach:
    """What accounts can come to in one tree at one moment."""

    def __init__(self, tree: Tree, as_of: DateTime = DAY, more: Uses | None = None) -> None:
        self.tree = tree
        self.as_of = as_of
        self.ground = Ground(tree, as_of, more)
        self.events: dict[Number, list[Event]] = {}
        self.ended: dict[str, list[Event]] = {}
        self.stopped: dict[tuple[Spot, str], list[Event]] = {}
        self.states: dict[Spot, list[State]] = {}
        self._explore()
        self._witnesses = Witnesses(self.ground)
        self._proofs: dict[object, Proof] = {}

    # ------------------------------------------------------------ what can happen

    def can(self, spot: Spot, number: int) -> bool:
        """Whether a way is not proven dead."""
        return (spot, number) in self.events or self.is_vague(spot)

    def is_vague(self, spot: Spot) -> bool:
        """Whether what a place does depends on the moment, so that nothing of it is dead for good."""
        node = self.ground.node(spot) if spot in self.ground.places else None
        return node is not None and self.ground.mark(spot) in self.ground.timed

    def proof(self, spot: Spot, number: int) -> Proof:
        """Whether a way can be taken, with a witness."""
        return self._proven((spot, number), self.events.get((spot, number), ()), self._dead(spot))

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
        names: dict[str, None] = {}
        for place in self.ground.places.values():
            arrivals = [arrival for arrival, _ in place.ways]
            arrivals += [place.stuck[0]] if place.stuck is not None else []
            names |= {arrival.outcome: None for arrival in arrivals if arrival.spot == END}
        if self.ground.inlined.start.spot == END:
            return {self.ground.inlined.start.outcome: Proof("taken")}
        return {name: self._proven(name, self.ended.get(name, ()), self._dead()) for name in names}

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Every place where some accounts cannot be decided out of known facts, by kind."""
        found = []
        for (spot, kind), events in self.stopped.items():
            if kind in ("needs", "waits"):
                continue
            proof = self._proven((spot, kind), events, Proof("dead"))
            box = union([dict(event.box) for event in events], self.ground.full)
            found.append(Fault(spot, kind, events[0].told, box, proof))
        return tuple(found)

    @property
    def unproven(self) -> tuple[tuple[Spot, str], ...]:
        """Places of which codes do not tell what they do, and why."""
        found = []
        for spot in self.ground.places:
            for move in self.ground.moves[self.ground.mark(spot)]:
                if isinstance(move.told, Asks):
                    found.append((spot, move.told.why))
                    break
        return tuple(found)

    def boxes(self, spot: Spot) -> list[Box]:
        """What is known of the accounts that arrive at a place."""
        return [state.box for state in self.states.get(spot, ())]

    # ------------------------------------------------------------ proofs

    def _dead(self, spot: Spot | None = None) -> Proof:
        if self.ground.timed and (spot is None or self._after_timed(spot)):
            return Proof("open", why="it depends on the day")
        return Proof("dead")

    @cached_property
    def _shadow(self) -> frozenset[Spot]:
        """Places that depend on the moment, and all that come after them."""
        found: set[Spot] = set()
        for spot, place in self.ground.places.items():
            if spot in found or self.is_vague(spot):
                found.add(spot)
                found.update(arrival.spot for arrival, _ in place.ways)
                if place.stuck is not None:
                    found.add(place.stuck[0].spot)
        return frozenset(found)

    def _after_timed(self, spot: Spot) -> bool:
        # A calling node is no place of its own: it counts as its first inner place does.
        if spot in self.ground.places:
            return spot in self._shadow
        return any(one in self._shadow for one in self.ground.places if one[: len(spot)] == spot)

    def _proven(self, what: object, events: Iterable[Event], dead: Proof) -> Proof:
        if what not in self._proofs:
            self._proofs[what] = self._prove(what, list(events), dead)
        return self._proofs[what]

    def _prove(self, what: object, events: list[Event], dead: Proof) -> Proof:
        seen = self._witnesses.seen.get(what)
        if seen is not None:
            return Proof("taken", seen)
        if not events:
            return dead
        for event in sorted(events, key=lambda event: not event.exact)[:12]:
            box = self.trace(event.state, event.box)
            facts = self._witnesses.find(what, box, exact=event.exact)
            if facts is not None:
                return Proof("taken", facts)
        reasons = dict(self.unproven)
        why = next((reasons[event.state.spot] for event in events if event.state.spot in reasons), "")
        return Proof("open", why=why or next(iter(reasons.values()), "no account was found that does"))

    def trace(self, state: State, box: Box) -> dict[str, int]:
        """The codes of an account's own facts with which it comes to a state, and into a box there."""
        found = dict(box)
        while True:
            part = next(part for part in state.parts if meets(part.box, found))
            if part.state is None:
                return found
            found = {key: mask for key, mask in found.items() if key not in part.sets}
            found = meet(found, part.move) or found
            state = part.state

    # ------------------------------------------------------------ exploring

    def _explore(self) -> None:
        ground = self.ground
        arriving: dict[Spot, list[Part]] = {}
        start = ground.inlined.start
        if start.spot != END:
            arriving[start.spot] = [Part({}, exact=True)]
        for spot in ground.places:
            parts = arriving.pop(spot, [])
            if not parts:
                continue
            states = self.states[spot] = self._states(spot, parts)
            moves = ground.moves[ground.mark(spot)]
            timed = ground.mark(spot) in ground.timed
            for state in states:
                for move in moves:
                    box = meet(state.box, move.box)
                    if box is None:
                        continue
                    if isinstance(move.told, Asks):
                        self._asked(spot, state, box, arriving)
                    else:
                        self._do(move.told, spot, state, move.box, box, True, arriving)
                if timed:
                    self._every(spot, state, state.box, arriving)

    def _do(
        self,
        told: int | Stop,
        spot: Spot,
        state: State,
        move: Box,
        box: dict[str, int],
        exact: bool,
        arriving: dict[Spot, list[Part]],
    ) -> None:
        """Accounts in a box take a way, or stop."""
        exact = exact and state.exact and not any(key.startswith("#") for key in move)
        if isinstance(told, int):
            self._go(spot, told, state, move, box, exact, arriving)
        elif told.kind == "needs" and self.ground.places[spot].stuck is not None:
            self._go(spot, STUCK, state, move, box, exact, arriving)
        else:
            self.stopped.setdefault((spot, told.kind), []).append(Event(state, move, exact, told.told))

    def _asked(self, spot: Spot, state: State, box: dict[str, int], arriving: dict[Spot, list[Part]]) -> None:
        """Codes do not tell: sums of scores may, else any way may be taken."""
        mark = self.ground.mark(spot)
        summed = self.ground.summed(mark, box)
        if summed is None:
            self._every(spot, state, box, arriving)
            return
        keys = self.ground.totals[mark].keys
        for told, some, exact in summed:
            assert not isinstance(told, Asks)
            move = meet(box, some) or box
            # Those who take the way are more than `some`: what comes after must not look at the difference.
            later = isinstance(told, int) and keys & self.ground.live[self._target(spot, told)]
            self._do(told, spot, state, move, box, exact and not later, arriving)

    def _target(self, spot: Spot, number: int) -> Spot:
        return self.ground.goal(spot, number).arrival.spot

    def _every(self, spot: Spot, state: State, box: dict[str, int], arriving: dict[Spot, list[Part]]) -> None:
        """Any way may be taken."""
        place = self.ground.places[spot]
        numbers = [*range(len(place.ways)), *((STUCK,) if place.stuck is not None else ())]
        for number in numbers:
            self._go(spot, number, state, box, box, False, arriving)
        for kind in ("gap", "overlap", "null"):
            if self._may(spot, kind):
                self.stopped.setdefault((spot, kind), []).append(Event(state, box, False))

    def _may(self, spot: Spot, kind: str) -> bool:
        """Whether a node of this shape can fail in this way at all."""
        node = self.ground.node(spot)
        tests = any(branch.kind == "when" for branch in node.branches)
        if kind == "gap":
            return node.otherwise is None and all(branch.kind != "below" for branch in node.branches)
        return tests and node.decide is not None if kind == "overlap" else node.unknown is None

    def _go(
        self,
        spot: Spot,
        number: int,
        state: State,
        move: Box,
        box: dict[str, int],
        exact: bool,
        arriving: dict[Spot, list[Part]],
    ) -> None:
        goal = self.ground.goal(spot, number)
        event = Event(state, move, exact)
        for way in goal.ways:
            self._note(self.events.setdefault(way, []), event)
        if goal.arrival.spot == END:
            self._note(self.ended.setdefault(goal.arrival.outcome, []), event)
            return
        arriving.setdefault(goal.arrival.spot, []).append(
            Part(self._onward(goal, box), exact, state, move, goal.sets)
        )

    def _note(self, events: list[Event], event: Event) -> None:
        """Keep some events, exact ones rather than others."""
        if len(events) < 12:
            events.append(event)
        elif event.exact:
            at = next((at for at, one in enumerate(events) if not one.exact), None)
            if at is not None:
                events[at] = event

    def _onward(self, goal: Goal, box: dict[str, int]) -> dict[str, int]:
        live = self.ground.live[goal.arrival.spot]
        if not goal.sets:
            return {key: mask for key, mask in box.items() if key in live}
        return {key: mask for key, mask in {**box, **goal.sets}.items() if key in live}

    def _states(self, spot: Spot, parts: list[Part]) -> list[State]:
        """What arrives at a place, joined."""
        full = self.ground.full
        out: list[State] = []
        for exact in (True, False):
            mine = [part for part in parts if part.exact is exact]
            if not mine:
                continue
            found = []
            for group in joined([part.box for part in mine], full):
                box = union([mine[at].box for at in group], full)
                found.append(State(spot, box, exact, [mine[at] for at in group]))
            if not exact:
                found = [one for one in found if not any(holds(known.box, one.box) for known in out[:FEW])]
            found = _without_inner(found)
            if len(found) > MOST:
                # All taken together hold more than they should: nothing is proven by that, but nothing lost.
                whole = union([one.box for one in found], full)
                rest = [part for one in found for part in one.parts]
                kept = found[:FEW] if exact else []
                out += [*kept, State(spot, whole, False, rest)]
            else:
                out += found
        return out


def _without_inner(states: list[State]) -> list[State]:
    """States that lie in no other one; looked at only where they are few."""
    if not 1 < len(states) <= FEW:
        return states
    ordered = sorted(states, key=lambda state: len(state.box))
    out: list[State] = []
    for state in ordered:
        if not any(holds(known.box, state.box) for known in out):
            out.append(state)
    return out


def explore(tree: Tree, as_of: DateTime = DAY) -> Reach:
    """What accounts can come to in a tree without mistakes; `Untabled` for trees that inline to too much."""
    return Reach(tree, as_of)
