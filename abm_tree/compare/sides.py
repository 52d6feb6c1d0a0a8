"""One version of a tree as one side of a comparison.

Promises: where a walk stands, where it can go from there with which codes, and whether two sides are the same
from two places on. Refuses: to hold accounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from abm_tree.space.boxes import Box
from abm_tree.space.chart import NUMBER_FACT
from abm_tree.space.codes import NULL
from abm_tree.space.forward import failures
from abm_tree.space.ground import Ground
from abm_tree.space.moves import STUCK, Asks, Stop
from abm_tree.space.spots import END, Spot
from abm_tree.space.supposed import Unsupposed
from abm_tree.space.totals import chosen
from abm_tree.space.words import described
from abm_tree.tree.facts import Known, Unknown
from abm_tree.walk.advance import advance
from abm_tree.walk.choose import Choice, Lack, Pause, Way, ways_of
from abm_tree.walk.record import Record

SHOWN = 6  # boxes of accounts with one sum that are kept


@dataclass(frozen=True, slots=True)
class End:
    """How a walk ends."""

    kind: str  # "outcome", "needs" (nobody knows a fact), "waits", "error"; "open": not proven
    name: str = ""  # of the outcome


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a walk stands: at a place, with what was established on the way there; or at an end."""

    spot: Spot = END
    sets: frozenset[tuple[str, int]] = frozenset()
    computed: frozenset[tuple[str, str]] = frozenset()  # the same, where no code tells: by what
    end: End | None = None


Label = tuple[str, str]  # what a node does: ("way", its test), ("needs", ""), ("waits", ""), ("error", "")


@dataclass(frozen=True, slots=True)
class Step:
    """Where a walk goes from a place, with which codes; `asks`: codes alone do not tell."""

    box: Box
    to: Stand
    label: Label = ("", "")
    asks: bool = False


class Side:
    """One version; `classes` are shared by both sides, `renamed` has other ids for its outcomes."""

    def __init__(self, ground: Ground, classes: dict[object, int], renamed: Mapping[str, str]) -> None:
        self.ground = ground
        self.renamed = renamed
        self._classes = classes

    # ------------------------------------------------------------ walking

    def start(self) -> Stand:
        """Where a walk starts."""
        return self._arrived(self.ground.inlined.start.spot, self.ground.inlined.start.outcome, {}, {})

    def steps(self, stand: Stand) -> list[Step]:
        """Where walks go from a place; of a place that codes do not tell of, all that it may do."""
        place = self.ground.places[stand.spot]
        found = []
        for move in self.ground.moves[self.ground.mark(stand.spot)]:
            box = self._open(move.box, stand)
            if box is None:
                continue
            match move.told:
                case int(number):
                    found.append(self._step(box, stand, number))
                case Stop("needs", _) if place.stuck is not None:
                    found.append(self._step(box, stand, STUCK))
                case Stop(kind, _):
                    found.append(Step(box, _ended(kind), _stopped(kind)))
                case Asks():
                    found += self._all(box, stand)
        return found

    def _all(self, box: Box, stand: Stand) -> list[Step]:
        place, node = self.ground.places[stand.spot], self.ground.node(stand.spot)
        numbers = [*range(len(place.ways)), *((STUCK,) if place.stuck is not None else ())]
        found = [self._step(box, stand, number, asks=True) for number in numbers]
        stops = ["needs"] if node.unknown is None and place.stuck is None else []
        stops += ["waits"] if node.wait is not None else []
        # A value of the other version's kind is one that no branch need take.
        stops += ["error"] if failures(node) or self.ground.apart else []
        return [*found, *(Step(box, _ended(kind), _stopped(kind), True) for kind in stops)]

    def _step(self, box: Box, stand: Stand, number: int, *, asks: bool = False) -> Step:
        goal = self.ground.goal(stand.spot, number)
        sets = {**dict(stand.sets), **goal.sets}
        computed = {**dict(stand.computed), **goal.computed}
        to = self._arrived(goal.arrival.spot, goal.arrival.outcome, sets, computed)
        node = self.ground.node(stand.spot)
        label = ("needs", "") if number == STUCK else ("way", ways_of(node)[number].test)
        return Step(box, to, label, asks)

    def _arrived(self, spot: Spot, outcome: str, sets: Box, computed: Mapping[str, str]) -> Stand:
        if spot == END:
            return Stand(end=End("outcome", self.renamed.get(outcome, outcome)))
        live = self._live[spot]
        return Stand(
            spot,
            frozenset((key, mask) for key, mask in sets.items() if key in live),
            frozenset((key, text) for key, text in computed.items() if key in live),
        )

    @cached_property
    def _live(self) -> dict[Spot, frozenset[str]]:
        """For each place what it or any place after it reads, those included of which no code tells."""
        ground = self.ground
        found: dict[Spot, frozenset[str]] = {END: frozenset()}
        for spot in reversed(ground.places):
            mark = ground.mark(spot)
            own = ground.live[spot]
            if any(isinstance(move.told, Asks) for move in ground.moves[mark]):
                uses = ground.chart.uses[mark]
                own |= uses.points.keys() | uses.exact
            found[spot] = own.union(*(found[one] for one in ground.onward(spot)))
        return found

    def _open(self, box: Box, stand: Stand) -> Box | None:
        """A move's box without what was established; None where that excludes it."""
        if not stand.sets:
            return box
        left = dict(box)
        for key, mask in stand.sets:
            if key in left and not left.pop(key) & mask:
                return None
        return left

    def height(self, stand: Stand) -> int:
        """How many places the longest way from here still has."""
        return self._heights[stand.spot] if stand.end is None else 0

    @cached_property
    def _heights(self) -> dict[Spot, int]:
        found: dict[Spot, int] = {END: 0}
        for spot in reversed(self.ground.places):
            found[spot] = 1 + max((found[one] for one in self.ground.onward(spot)), default=0)
        return found

    # ------------------------------------------------------------ being the same

    def kind(self, stand: Stand) -> object:
        """What a walk does from here on: equal on both sides only where they do the same."""
        return (
            stand.end
            if stand.end is not None
            else (
                self._kinds[stand.spot],
                stand.sets,
                stand.computed,
            )
        )

    @cached_property
    def _kinds(self) -> dict[Spot, int]:
        found: dict[Spot, int] = {}
        for spot in reversed(self.ground.places):
            mark = self.ground.mark(spot)
            told: list[object] = []
            for move in self.ground.moves[mark]:
                box = frozenset(move.box.items())
                if isinstance(move.told, Asks):
                    ways = [
                        (label, self._target(spot, number, found)) for number, label in self._labels(spot)
                    ]
                    told.append((box, self.signature(spot), tuple(ways)))
                elif isinstance(move.told, int):
                    told.append((box, self._target(spot, move.told, found)))
                elif move.told.kind == "needs" and self.ground.places[spot].stuck is not None:
                    told.append((box, self._target(spot, STUCK, found)))
                else:
                    told.append((box, _ended(move.told.kind)))
            found[spot] = self._classes.setdefault(frozenset(told), len(self._classes))
        return found

    def _labels(self, spot: Spot) -> list[tuple[int, str]]:
        stuck = [(STUCK, "stuck")] if self.ground.places[spot].stuck is not None else []
        return [*((way.number, way.test) for way in ways_of(self.ground.node(spot))), *stuck]

    def _target(self, spot: Spot, number: int, found: Mapping[Spot, int]) -> object:
        goal = self.ground.goal(spot, number)
        if goal.arrival.spot == END:
            return self._arrived(END, goal.arrival.outcome, {}, {}).end
        sets = frozenset(goal.sets.items()), frozenset(goal.computed.items())
        return found[goal.arrival.spot], *sets

    def signature(self, spot: Spot) -> str:
        """What a node decides, where codes do not tell: its text, and all that its tree defines."""
        return self.ground.decision(self.ground.mark(spot))

    # ------------------------------------------------------------ what codes do not tell

    def sums(
        self, stand: Stand, other: Side, beside: Stand, box: Box
    ) -> tuple[dict[tuple[Label, Label], list[Box]], bool] | None:
        """What both sides do together with each sum of a score that they share, for accounts in a box.

        Each with some of the accounts that do it, and whether nothing else is done; None if none is shared.
        """
        mark, mark_of = self.ground.mark(stand.spot), other.ground.mark(beside.spot)
        total, total_of = self.ground.totals.get(mark), other.ground.totals.get(mark_of)
        if total is None or total_of is None or total.clusters != total_of.clusters:
            return None
        if not total.exact:
            # Rules of which codes do not tell what they count look alike, whatever decides them.
            trees = self.ground.chart.trees[mark[0]], other.ground.chart.trees[mark_of[0]]
            if self.ground.defined(trees[0]) != other.ground.defined(trees[1]):
                return None
        if stand.sets or beside.sets or stand.computed or beside.computed:
            return None
        sums, exact = total.within(box)
        if sums is None:
            return None
        found: dict[tuple[Label, Label], list[Box]] = {}
        try:
            for (low, high, why), some in sums.items():
                labels = []
                for side, at in ((self, mark), (other, mark_of)):
                    tree = side.ground.chart.trees[at[0]]
                    choices = chosen(tree, tree.nodes[at[1]], at[0], side.ground.clock, low, high, why)
                    labels.append([_label(choice) for choice in choices])
                for pair in zip(*labels, strict=True):
                    boxes = found.setdefault(pair, [])
                    if len(boxes) < SHOWN:
                        boxes.append(some)
        except Unsupposed:
            return None  # steps that other facts decide
        return found, exact

    def taken(self, stand: Stand, record: Record) -> Label:
        """What a walk did at a place; ("", "") where it did not come there."""
        here = "/".join(stand.spot)
        for step in record.trail:
            if step.node == here:
                return "way", step.test
        if record.at == here:
            return _stopped(record.status)
        # Where nobody knows what a called tree needs, the calling node goes on.
        callers = {"/".join(stand.spot[:count]) for count in range(1, len(stand.spot))}
        left = any(step.node in callers and step.kind == "unknown" for step in record.trail)
        return ("needs", "") if left else ("", "")

    # ------------------------------------------------------------ results

    def walk(self, facts: Mapping[str, Known | Unknown]) -> Record:
        """Walk an account; what is not given, nobody knows."""
        given = {key: facts.get(key, Unknown()) for key in self.ground.tree.facts}
        return advance(self.ground.tree, given, self.ground.as_of, possible=False)

    def ended(self, facts: Mapping[str, Known | Unknown]) -> End:
        """How an account ends."""
        record = self.walk(facts)
        if record.status == "decided":
            return End("outcome", self.renamed.get(record.outcome, record.outcome))
        return End(record.status)

    def number_in_words(self, key: str, mask: int) -> str:
        """The values of a number computed from facts."""
        coder = self.ground.coders[key]
        known = mask & ~(1 << NULL) & ((1 << coder.lack(0)) - 1)
        words = [described(coder, NUMBER_FACT, known)] if known else []
        words += ["nothing, as in a division by 0"] if mask & 1 << NULL else []
        words += [
            f"open, as `{name}` is unknown"
            for at, name in enumerate(coder.lacks)
            if mask & 1 << coder.lack(at)
        ]
        return " or ".join(words)


def _ended(kind: str) -> Stand:
    return Stand(end=End(kind if kind in ("needs", "waits") else "error"))


def _stopped(kind: str) -> Label:
    return (kind if kind in ("needs", "waits") else "error", "")


def _label(choice: Choice) -> Label:
    match choice:
        case Way(test=test):
            return "way", test
        case Lack():
            return "needs", ""
        case Pause():
            return "waits", ""
        case _:
            return "error", ""
