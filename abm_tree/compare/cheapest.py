"""The smallest changes of an account's facts with which it comes to an outcome.

Promises: what is handed back was walked by `advance`; the first is a smallest one where `exact` says so. The
way is a shortest path over places of the inlined tree, each with the codes that facts must have to get there;
it costs as much as the facts that have to change. Refuses: to search for ever; `whole` says whether it looked
at everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush
from itertools import count, islice

from abm_tree.compare.around import FREE, NEVER, OTHERWISE, Around, Cost, State, plus
from abm_tree.compare.sums import Sums
from abm_tree.compare.trial import Trials
from abm_tree.space.boxes import Box, holds
from abm_tree.space.codes import FIRST, NULL, STRAY, UNKNOWN
from abm_tree.space.moves import STUCK, Asks, Stop
from abm_tree.space.spots import END, Spot
from abm_tree.tree.facts import Known

MOST = 30_000  # partial ways that are looked at
LATER = 3_000  # of them after the first change was found
ALIKE = 3  # ways to one place that are kept, though another is as good
HELD = 200  # ways to one place that are held against a new one
WIDER = 2  # facts more than the smallest change has, for another one to be told
RESOLVED = 3  # facts in full that are walked for one way


@dataclass(frozen=True, slots=True)
class Found:
    """States that some facts would have to have for the outcome."""

    changes: Mapping[str, State]
    cost: Cost


@dataclass(slots=True, eq=False)
class Part:
    """A way to a place: the codes that facts must have, and what outcomes on the way established."""

    spot: Spot
    box: dict[str, int]
    sets: Box
    cost: Cost = FREE
    changed: frozenset[str] = frozenset()  # facts
    kinds: frozenset[tuple[str, bool]] = frozenset()  # the same, with whether they are to be known
    pins: Mapping[str, State] = field(default_factory=dict)  # where the value itself counts


@dataclass(frozen=True, slots=True)
class _Seen:
    """A way that came to a place before."""

    live: Box
    dead: Cost
    kinds: frozenset[tuple[str, bool]]


class Cheapest:
    """A search for changes of an account's facts by which it comes to one outcome."""

    def __init__(self, around: Around, outcome: str) -> None:
        self.around = around
        self.outcome = outcome
        self.whole = True  # whether everything was looked at
        self.exact = False  # whether the first change is a smallest one
        self.trials = Trials(around)
        self._sums = Sums(around)
        self._heap: list[tuple[Cost, int, Part | Found]] = []
        self._order = count()
        self._seen: dict[object, list[_Seen]] = {}

    def find(self, most: int) -> list[Found]:
        """The smallest changes, smallest first; none that holds all of another one's facts."""
        start = self.around.inlined.start
        if start.spot == END or start.spot not in self.towards:
            return []
        found: list[Found] = []
        self._push(Part(start.spot, {}, {}))
        left = MOST
        while self._heap and len(found) < most:
            cost, _, item = heappop(self._heap)
            if found and cost[0] > found[0].cost[0] + WIDER:
                break
            if isinstance(item, Found):
                if not found:
                    self.exact, left = self.whole, min(left, LATER)
                if not any(no_better(item.changes, one.changes) for one in found):
                    found.append(item)
                continue
            left -= 1
            if left < 0:
                self.whole = False
                break
            if item.spot == END:
                self._resolve(item)
                continue
            for part in self._onward(item):
                self._push(part)
        return found

    # ------------------------------------------------------------ where the outcome lies

    @cached_property
    def towards(self) -> frozenset[Spot]:
        """The places from which some way leads to the outcome."""
        found: set[Spot] = set()
        for spot in reversed(self.around.places):
            if any(self._leads_from(spot, number, found) for number in self.numbers(spot)):
                found.add(spot)
        return frozenset(found)

    def numbers(self, spot: Spot) -> tuple[int, ...]:
        """The ways of a place, by their numbers."""
        place = self.around.places[spot]
        return (*range(len(place.ways)), *((STUCK,) if place.stuck is not None else ()))

    def _leads_from(self, spot: Spot, number: int, towards: frozenset[Spot] | set[Spot]) -> bool:
        arrival = self.around.goal(spot, number).arrival
        return arrival.outcome == self.outcome if arrival.spot == END else arrival.spot in towards

    def leads(self, spot: Spot, number: int) -> bool:
        """Whether a way leads to where some way leads to the outcome."""
        return self._leads_from(spot, number, self.towards)

    @cached_property
    def _settled(self) -> frozenset[str]:
        """Facts that outcomes on the way establish."""
        return self.around.chart.hidden | self.around.chart.constants.keys()

    @cached_property
    def _must(self) -> dict[Spot, frozenset[str]]:
        """For each place, the facts that have to change on every way from it to the outcome."""
        around = self.around
        found: dict[Spot, frozenset[str]] = {}
        for spot in reversed(around.places):
            if spot not in self.towards:
                continue
            least: frozenset[str] | None = None
            for move in around.moves[around.mark(spot)]:
                if isinstance(move.told, Asks):
                    ahead = [
                        self._after(spot, one, found) for one in self.numbers(spot) if self.leads(spot, one)
                    ]
                else:
                    number = STUCK if isinstance(move.told, Stop) else move.told
                    if not self._takes(spot, move.told):
                        continue
                    ahead = [self._after(spot, number, found)]
                here = {
                    key
                    for key, mask in move.box.items()
                    if key in around.tree.facts and key not in self._settled and not mask & around.own(key)
                }
                for one in ahead:
                    both = one | here
                    least = both if least is None else least & both
            found[spot] = least or frozenset()
        return found

    def _after(self, spot: Spot, number: int, found: Mapping[Spot, frozenset[str]]) -> frozenset[str]:
        return found.get(self.around.goal(spot, number).arrival.spot, frozenset())

    def _takes(self, spot: Spot, told: int | Stop) -> bool:
        """Whether what a move says leads on towards the outcome."""
        if isinstance(told, Stop):
            return (
                told.kind == "needs"
                and self.around.places[spot].stuck is not None
                and self.leads(spot, STUCK)
            )
        return self.leads(spot, told)

    # ------------------------------------------------------------ one place to the next

    def _onward(self, part: Part) -> Iterator[Part]:
        around = self.around
        for move in around.moves[around.mark(part.spot)]:
            if not isinstance(move.told, Asks) and not self._takes(part.spot, move.told):
                continue
            box = self._narrowed(part, move.box)
            if box is None:
                continue
            if isinstance(move.told, Asks):
                yield from self._asked(part, box)
            else:
                yield from self._to(part, STUCK if isinstance(move.told, Stop) else move.told, box, part.pins)

    def _asked(self, part: Part, box: dict[str, int]) -> Iterator[Part]:
        """Ways of a place where codes do not tell: sums of scores may, else walks are tried."""
        mark = self.around.mark(part.spot)
        if mark in self.around.totals:
            later = frozenset[str]().union(
                *(self._live.get(one, frozenset()) for one in self.around.onward(part.spot))
            )
            found = self._sums.ways(mark, box, part.sets, later)
            if found is not None:
                ways, exact = found
                self.whole = self.whole and exact
                for number, limit in ways:
                    way = STUCK if number is None else number
                    narrowed = self._narrowed(Part(part.spot, box, part.sets, pins=part.pins), limit)
                    if narrowed is not None and way in self.numbers(part.spot):
                        yield from self._to(part, way, narrowed, part.pins)
                return
        self.whole = False
        for tried in self.trials.ways(part.spot, box, part.pins):
            narrowed = self._narrowed(part, {**box, **self._codes(tried.pins, box)})
            if narrowed is not None:
                yield from self._to(part, tried.number, narrowed, tried.pins)

    def _codes(self, pins: Mapping[str, State], box: Box) -> dict[str, int]:
        codes = {key: self.around.code_for(key, state) for key, state in pins.items()}
        return {key: box.get(key, -1) & 1 << code for key, code in codes.items() if code != STRAY}

    def _to(self, part: Part, number: int, box: dict[str, int], pins: Mapping[str, State]) -> Iterator[Part]:
        if not self.leads(part.spot, number):
            return
        goal = self.around.goal(part.spot, number)
        sets = {**part.sets, **goal.sets} if goal.sets else part.sets
        yield Part(goal.arrival.spot, box, sets, pins=pins)

    def _narrowed(self, part: Part, limit: Box) -> dict[str, int] | None:
        """A part's codes within a limit; None where there are none."""
        around, box = self.around, dict(part.box)
        for key, mask in limit.items():
            if key in part.sets:
                if not part.sets[key] & mask:
                    return None
                continue
            both = box.get(key, around.full[key]) & mask
            if not both:
                return None
            box[key] = both
            number = around.chart.numbers.get(key)
            if number is not None:
                coder = around.coders[key]
                known = (1 << coder.lack(0)) - (1 << FIRST) | 1 << NULL
                if both & ~known:
                    continue
                for name in number.inputs:  # a number that is known is made of facts that are
                    told = around.coders[name]
                    only = box.get(name, around.full[name]) & ((1 << told.lack(0)) - (1 << NULL))
                    if not only:
                        return None
                    box[name] = only
        return box

    # ------------------------------------------------------------ what a way costs

    def _push(self, part: Part) -> None:
        if not self._priced(part):
            return
        bound = part.cost
        if part.spot != END:
            if not self._new(part):
                return
            for key in self._must[part.spot] - part.changed:
                known = isinstance(self.around.now.get(key), Known)
                bound = plus(bound, (1, OTHERWISE if known else 0, 0.0))
        heappush(self._heap, (bound, next(self._order), part))

    def _priced(self, part: Part) -> bool:
        """Say what a part costs at least; False where no change leads there."""
        around, total = self.around, FREE
        changed = set()
        moved = False
        for key, mask in part.box.items():
            if mask & around.own(key):
                continue
            if key not in around.tree.facts:
                moved = True
                continue
            one = around.price(key, mask)
            if one[0] >= NEVER[0]:
                return False
            total = plus(total, one)
            changed.add(key)
        if moved:
            # Some input of a number has to change; where none does so far, that costs one.
            for key, mask in part.box.items():
                number = around.chart.numbers.get(key)
                if number is not None and not mask & around.own(key) and changed.isdisjoint(number.inputs):
                    total = plus(total, (1, 0, 0.0))
                    break
        part.cost, part.changed = total, frozenset(changed)
        part.kinds = frozenset((key, part.box[key] != 1 << UNKNOWN) for key in changed)
        return True

    @cached_property
    def _live(self) -> dict[Spot, frozenset[str]]:
        """For each place what it or anything after it looks at, values that are computed with among them."""
        around = self.around
        found: dict[Spot, frozenset[str]] = {}
        for spot in reversed(around.places):
            mark = around.mark(spot)
            own = around.live[spot]
            if any(isinstance(move.told, Asks) for move in around.moves[mark]):
                uses = around.chart.uses[mark]
                own = own.union(uses.points, uses.exact)
            found[spot] = own.union(*(found.get(one, frozenset()) for one in around.onward(spot)))
        return found

    def _new(self, part: Part) -> bool:
        """Whether no way that came here before is as good, whatever comes after."""
        around = self.around
        live = set(self._live[part.spot])
        for key in part.box.keys() | live:
            if key in around.chart.numbers:
                live.add(key)
                live.update(around.chart.numbers[key].inputs)
        dead = FREE
        kept = {}
        for key, mask in part.box.items():
            if key in live:
                kept[key] = mask
            elif not mask & around.own(key):
                dead = plus(dead, around.price(key, mask))
        sets = frozenset((key, mask) for key, mask in part.sets.items() if key in live)
        pins = frozenset((key, state) for key, state in part.pins.items() if key in live)
        seen = self._seen.setdefault((part.spot, sets, pins), [])
        better = 0
        for one in islice(seen, HELD):
            if one.dead <= dead and holds(one.live, kept):
                if one.kinds <= part.kinds:
                    return False
                better += 1
                if better >= ALIKE:
                    return False
        seen.append(_Seen(kept, dead, part.kinds))
        return True

    # ------------------------------------------------------------ facts in full

    def _resolve(self, part: Part) -> None:
        """Walk an account that lies in a way's box, and keep it if it comes to the outcome."""
        for facts in islice(self.trials.facts(part.box, part.pins), RESOLVED):
            if self.trials.walk(facts).outcome == self.outcome:
                changes, cost = self.trials.cost(facts)
                heappush(self._heap, (cost, next(self._order), Found(changes, cost)))
                # Numbers computed from facts may have been brought there by more changes than it takes.
                self.whole = self.whole and cost[0] == part.cost[0]
                return
        self.whole = False


def no_better(one: Mapping[str, State], other: Mapping[str, State]) -> bool:
    """Whether changes are of the same facts as others, or of more beside the same."""
    kinds = {(key, isinstance(state, Known)) for key, state in one.items()}
    return (
        one.keys() == other.keys()
        or {(key, isinstance(state, Known)) for key, state in other.items()} <= kinds
    )
