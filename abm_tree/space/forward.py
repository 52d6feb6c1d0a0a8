"""Boxes of codes carried from the start through an inlined tree.

Promises: everything that some account can do is among the events; an event that is exact happens to every
account in its box. Each box is limited to the facts that are still looked at, and boxes that differ in one
fact only are joined, so that a shared node is walked once for each thing that is known of the way to it.
Where there would be too many, the widest are kept and the others taken as one, which is not exact. Refuses:
to walk accounts; `reach` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from abm_tree.feel import BOOLEAN, Choice
from abm_tree.space.boxes import Box, holds, joined, meet, meets, union
from abm_tree.space.ground import Ground
from abm_tree.space.moves import STUCK, Asks, Stop
from abm_tree.space.spots import END, Spot
from abm_tree.tree.parts import Node

MOST = 3_000  # boxes that are told apart at one place
FEW = 64  # boxes that are held against each other one by one
KEPT = 12  # events of one way
LEAST = 6  # boxes that are told apart at one place of the largest trees

Number = tuple[Spot, int]  # a way: its place, and its number there


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

    def trace(self, box: Box) -> dict[str, int]:
        """The codes of an account's own facts with which it comes here, and into a box."""
        state, found = self, dict(box)
        while True:
            part = next((part for part in state.parts if meets(part.box, found)), state.parts[0])
            if part.state is None:
                return found
            found = {key: mask for key, mask in found.items() if key not in part.sets}
            found = meet(found, part.move) or found
            state = part.state


@dataclass(frozen=True, slots=True)
class Event:
    """Something that can happen at a place in a box."""

    state: State
    box: Box  # of the move
    exact: bool
    told: str = ""


class Forward:
    """One pass over a tree, or over the part of it that lies before some places.

    `most`: how many boxes are told apart at one place; `budget`: how many at all.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        most: int = MOST,
        budget: int | None = None,
        within: frozenset[Spot] | None = None,
        live: Mapping[Spot, frozenset[str]] | None = None,
    ) -> None:
        self.ground = ground
        self.events: dict[Number, list[Event]] = {}
        self.ended: dict[str, list[Event]] = {}
        self.stopped: dict[tuple[Spot, str], list[Event]] = {}
        self.states: dict[Spot, list[State]] = {}
        self.left = budget
        self.whole = True  # whether nothing had to be taken as one
        self._most = most
        self._within = within
        self._live = live if live is not None else ground.live
        self._arriving: dict[Spot, list[Part]] = {}
        self._run()

    def events_of(self, what: object) -> list[Event]:
        """The events of a way, an outcome, or a kind of stop at a place."""
        if isinstance(what, str):
            return self.ended.get(what, [])
        found = self.events.get(what) or self.stopped.get(what)  # type: ignore[call-overload]
        return found or []

    def _run(self) -> None:
        ground = self.ground
        start = ground.inlined.start.spot
        if start != END:
            self._arriving[start] = [Part({}, exact=True)]
        for spot in ground.places:
            parts = self._arriving.pop(spot, [])
            if not parts:
                continue
            states = self.states[spot] = self._states(spot, parts)
            mark = ground.mark(spot)
            for state in states:
                for move in ground.moves[mark]:
                    box = meet(state.box, move.box)
                    if box is None:
                        continue
                    if isinstance(move.told, Asks):
                        self._asked(spot, state, box)
                    else:
                        self._do(move.told, spot, state, move.box, box, exact=True)
                if mark in ground.timed:
                    self._every(spot, state, state.box)

    def _do(
        self, told: int | Stop, spot: Spot, state: State, move: Box, box: dict[str, int], *, exact: bool
    ) -> None:
        """Accounts in a box take a way, or stop."""
        exact = exact and state.exact and not any(key.startswith("#") for key in move)
        if isinstance(told, int):
            self._go(spot, told, state, move, box, exact)
        elif told.kind == "needs" and self.ground.places[spot].stuck is not None:
            self._go(spot, STUCK, state, move, box, exact)
        else:
            _note(self.stopped.setdefault((spot, told.kind), []), Event(state, move, exact, told.told))

    def _asked(self, spot: Spot, state: State, box: dict[str, int]) -> None:
        """Codes do not tell: sums of scores may, else any way may be taken."""
        mark = self.ground.mark(spot)
        summed = self.ground.summed(mark, box)
        if summed is None:
            self._every(spot, state, box)
            return
        keys = self.ground.totals[mark].keys
        for told, some, exact in summed:
            assert not isinstance(told, Asks)
            move = meet(box, some) or box
            # Those who take the way are more than `some`: what comes after must not look at the difference.
            later = isinstance(told, int) and keys & self._live.get(self._target(spot, told), frozenset())
            self._do(told, spot, state, move, box, exact=exact and not later)

    def _target(self, spot: Spot, number: int) -> Spot:
        return self.ground.goal(spot, number).arrival.spot

    def _every(self, spot: Spot, state: State, box: dict[str, int]) -> None:
        """Any way may be taken."""
        place = self.ground.places[spot]
        for number in (*range(len(place.ways)), *((STUCK,) if place.stuck is not None else ())):
            self._go(spot, number, state, box, box, exact=False)
        for kind in failures(self.ground.node(spot)):
            _note(self.stopped.setdefault((spot, kind), []), Event(state, box, False))

    def _go(self, spot: Spot, number: int, state: State, move: Box, box: dict[str, int], exact: bool) -> None:
        goal = self.ground.goal(spot, number)
        event = Event(state, move, exact)
        for way in goal.ways:
            _note(self.events.setdefault(way, []), event)
        target = goal.arrival.spot
        if target == END:
            _note(self.ended.setdefault(goal.arrival.outcome, []), event)
        elif self._within is None or target in self._within:
            live = self._live[target]
            after = {**box, **goal.sets} if goal.sets else box
            kept = {key: mask for key, mask in after.items() if key in live}
            self._arriving.setdefault(target, []).append(Part(kept, exact, state, move, goal.sets))

    def _states(self, spot: Spot, parts: list[Part]) -> list[State]:
        """What arrives at a place, joined; not more than there is room for."""
        out: list[State] = []
        for exact in (True, False):
            mine = [part for part in parts if part.exact is exact]
            found = [
                State(spot, box, exact, [mine[at] for at in of])
                for box, of in joined([part.box for part in mine], self.ground.full)
            ]
            if not exact:
                found = [one for one in found if not any(holds(known.box, one.box) for known in out[:FEW])]
            out += _without_inner(found)
        if self.left is not None:
            self.left -= len(out)
        most = self._most if self.left is None or self.left > 0 else 1
        if len(out) <= most:
            return out
        self.whole = False
        ordered = sorted((one for one in out if one.exact), key=lambda one: len(one.box))
        kept, rest = ordered[:most], ordered[most:] + [one for one in out if not one.exact]
        box = union([one.box for one in rest], self.ground.full)
        return [*kept, State(spot, box, False, [part for one in rest for part in one.parts])]


def _note(events: list[Event], event: Event) -> None:
    """Keep some events, exact ones rather than others."""
    if len(events) < KEPT:
        events.append(event)
    elif event.exact:
        at = next((at for at, one in enumerate(events) if not one.exact), None)
        if at is not None:
            events[at] = event


def failures(node: Node) -> tuple[str, ...]:
    """The ways in which a node of this shape can fail at all."""
    found = []
    if node.otherwise is None and not _takes_all(node):
        found.append("gap")
    if node.decide is not None and any(branch.kind == "when" for branch in node.branches):
        found.append("overlap")
    if node.unknown is None:
        found.append("null")
    return tuple(found)


def _takes_all(node: Node) -> bool:
    """Whether a node's branches visibly take every known value."""
    if any(branch.kind == "below" for branch in node.branches):
        return True
    kind = node.decide.type if node.decide is not None else None
    values = {value for branch in node.branches if branch.kind == "is" for value in branch.values}
    if isinstance(kind, Choice):
        return not kind.open and values >= set(kind.ids)
    return kind == BOOLEAN and values >= {True, False}


def _without_inner(states: list[State]) -> list[State]:
    """States that lie in no other one; looked at only where they are few."""
    if not 1 < len(states) <= FEW:
        return states
    out: list[State] = []
    for state in sorted(states, key=lambda state: len(state.box)):
        if not any(holds(known.box, state.box) for known in out):
            out.append(state)
    return out
