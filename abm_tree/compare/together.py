"""What all accounts of a box come to, and how wide a box around one of them may be.

Promises: what is wide is so for all its facts together, whichever of their values they have. Refuses: to
widen facts whose every value may count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from abm_tree.compare.around import Around, State
from abm_tree.compare.trial import followed
from abm_tree.space.boxes import Box, joined, meet
from abm_tree.space.codes import STRAY, UNKNOWN
from abm_tree.space.moves import STUCK, Asks, Stop, Told
from abm_tree.space.spots import END, Spot
from abm_tree.tree.facts import Known
from abm_tree.walk.record import Record

MOST = 2_000  # boxes at places that are looked at, for one question
FAR = 200  # codes of one fact that are tried


def reached(around: Around, box: Box, most: int = MOST) -> tuple[frozenset[str], int] | None:
    """The outcomes that accounts of a box come to, and others where codes do not tell; None: too much.

    With how many boxes that took; `most` of them are looked at.
    """
    arriving: dict[Spot, list[Box]] = {around.inlined.start.spot: [box]}
    found: set[str] = set()
    left = most
    for spot in around.places:
        live = around.live[spot]
        boxes = [{key: mask for key, mask in one.items() if key in live} for one in arriving.pop(spot, [])]
        left -= len(boxes)
        if left < 0:
            return None
        for here, _ in joined(boxes, around.full):
            for told, after in told_at(around, spot, here):
                for number in _numbers(around, spot, told):
                    goal = around.goal(spot, number)
                    if goal.arrival.spot == END:
                        found.add(goal.arrival.outcome)
                    else:
                        arriving.setdefault(goal.arrival.spot, []).append({**after, **goal.sets})
    return frozenset(found), most - left


def _numbers(around: Around, spot: Spot, told: Told) -> tuple[int, ...]:
    """The ways that something told stands for."""
    place = around.places[spot]
    stuck = (STUCK,) if place.stuck is not None else ()
    if isinstance(told, Asks):
        return (*range(len(place.ways)), *stuck)
    if isinstance(told, Stop):
        return stuck if told.kind == "needs" else ()
    return (told,)


def told_at(
    around: Around, spot: Spot, box: Box, own: int | None = None
) -> Iterator[tuple[Told, dict[str, int]]]:
    """What accounts of a box do at a place, each with the box of those that do it, and maybe others.

    `own`: what they all do where codes do not tell.
    """
    mark = around.mark(spot)
    for move in around.moves[mark]:
        after = meet(box, move.box)
        if after is None:
            continue
        if not isinstance(move.told, Asks):
            yield move.told, after
        elif own is not None:
            yield own, after
        else:
            summed = around.summed(mark, after)
            ways = [move.told] if summed is None else [told for told, _, _ in summed]
            yield from ((told, after) for told in ways)


@dataclass
class Together:
    """An account that comes to an outcome, and others around it."""

    around: Around
    facts: Mapping[str, State]
    record: Record
    _ways: dict[Spot, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ways = {spot: number for spot, number, _ in followed(self.around, self.record)}

    def widest(self, keys: Iterable[str]) -> dict[str, int]:
        """For each of some facts the codes that it may have, together; facts that cannot be said are out."""
        box = self._alone()
        if not self._all_come(box):
            return {}
        found: dict[str, int] = {}
        for key in keys:
            coder = self.around.coders[key]
            code = self._code(key)
            if (
                coder.opaque
                or coder.kind is tuple
                or code == STRAY
                or not isinstance(self.facts.get(key), Known)
            ):
                continue
            found[key] = box[key] = self._wider(key, code, box)
        return found

    def _code(self, key: str) -> int:
        if key in self.around.chart.numbers:
            return self.around.number_code(key, self.facts)
        return self.around.code_for(key, self.facts.get(key))

    def _alone(self) -> dict[str, int]:
        codes = {key: self._code(key) for key in self.around.coders}
        return {key: 1 << code for key, code in codes.items() if code != STRAY}

    def _wider(self, key: str, code: int, box: Mapping[str, int]) -> int:
        """The codes of a fact with which all of a box comes to the outcome; of numbers those beside it."""
        around, mask = self.around, 1 << code
        codes = list(around.known_codes(key))
        at = codes.index(code)
        stretches = [codes[at + 1 :][:FAR], codes[:at][::-1][:FAR]]
        apart = around.coders[key].kind in (str, bool)
        for stretch in stretches:
            for one in stretch:
                if self._all_come({**box, key: 1 << one}):
                    mask |= 1 << one
                elif not apart:
                    break
        if around.now.get(key) is None and self._all_come({**box, key: 1 << UNKNOWN}):
            mask |= 1 << UNKNOWN
        return mask

    def _all_come(self, box: dict[str, int]) -> bool:
        """Whether every account of a box comes to the outcome."""
        around = self.around
        seen: set[tuple[Spot, frozenset[tuple[str, int]]]] = set()
        left: list[tuple[Spot, dict[str, int]]] = [(around.inlined.start.spot, box)]
        while left:
            spot, here = left.pop()
            mark = spot, frozenset((key, here[key]) for key in around.live[spot] if key in here)
            if mark in seen:
                continue
            seen.add(mark)
            if len(seen) > MOST:
                return False
            for told, after in self._told(spot, here):
                number = self._number(spot, told)
                if number is None:
                    return False
                goal = around.goal(spot, number)
                if goal.arrival.spot != END:
                    left.append((goal.arrival.spot, {**after, **goal.sets}))
                elif goal.arrival.outcome != self.record.outcome:
                    return False
        return True

    def _number(self, spot: Spot, told: Told) -> int | None:
        """The way of a place; None where there is none, or it cannot be told."""
        if isinstance(told, Stop):
            return STUCK if told.kind == "needs" and self.around.places[spot].stuck is not None else None
        return None if isinstance(told, Asks) else told

    def _told(self, spot: Spot, box: dict[str, int]) -> Iterator[tuple[Told, dict[str, int]]]:
        """What accounts of a box do at a place; where values count, what the account itself does."""
        around = self.around
        uses = around.chart.uses[around.mark(spot)]
        alone = spot in self._ways and all(self._own(key, box) for key in (*uses.points, *uses.exact))
        yield from told_at(around, spot, box, self._ways[spot] if alone else None)

    def _own(self, key: str, box: Box) -> bool:
        code = self._code(key)
        return code != STRAY and box.get(key) == 1 << code
