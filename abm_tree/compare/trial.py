"""Facts in full: values for the codes of a way, and trying where codes do not tell what a node does.

Promises: of every fact that need not change, the account's own state; what a way came to was walked by
`advance`. Refuses: to try for ever.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice

from abm_tree.compare.around import FREE, Around, Cost, State, plus
from abm_tree.feel import Value
from abm_tree.space.boxes import Box, bits
from abm_tree.space.codes import FIRST, STRAY
from abm_tree.space.moves import STUCK
from abm_tree.space.spots import Spot
from abm_tree.space.trying import worth_trying
from abm_tree.space.witness import wanted
from abm_tree.tree.facts import Known, Unknown, supported
from abm_tree.tree.outcomes import misfit
from abm_tree.walk.advance import advance
from abm_tree.walk.reader import Reading
from abm_tree.walk.record import Record, Step

TRIES = 400  # walks for one place
ALL = 6_000  # for all of them
DEEP = 3  # facts of one node that are varied together
PER_WAY = 6  # changes that are kept for each way
TARGETS = 40  # values that a computed number is brought to
NEAR = 12  # values of one fact that are tried beside another


@dataclass(frozen=True, slots=True)
class Tried:
    """A way that a node was seen to take, and the facts that it read, as they were."""

    number: int
    pins: Mapping[str, State]
    cost: Cost


class Trials:
    """Walks of one account with changed facts."""

    def __init__(self, around: Around) -> None:
        self.around = around
        self.left = ALL

    @cached_property
    def _worth(self) -> Mapping[str, list[State]]:
        """For each fact the states that are worth trying, those near to the present one first."""
        around = self.around
        found: dict[str, list[State]] = {}
        for key, values in worth_trying(around.tree, around.as_of).items():
            changes = sorted((around.priced(key, value) for value in values), key=lambda one: one.cost)
            found[key] = [*(one.state for one in changes), Unknown()]
        return found

    def walk(self, facts: Mapping[str, State]) -> Record:
        """Walk the account with these facts."""
        self.left -= 1
        return advance(self.around.tree, facts, self.around.as_of, possible=False)

    def cost(self, facts: Mapping[str, State]) -> tuple[dict[str, State], Cost]:
        """The facts that differ from the account's, and what that costs."""
        around, total = self.around, FREE
        changed: dict[str, State] = {}
        for key, state in facts.items():
            if state is not around.now.get(key):
                changed[key] = state
                change = (
                    around.priced(key, state.value) if isinstance(state, Known) else around.change(key, 0)
                )
                assert change is not None
                total = plus(total, change.cost)
        return changed, total

    # ------------------------------------------------------------ codes to facts

    def facts(self, box: Box, pins: Mapping[str, State]) -> Iterator[dict[str, State]]:
        """The account's facts, changed least so that they lie in a box; several where numbers count."""
        around = self.around
        base: dict[str, State] = dict(around.now)
        for key, mask in box.items():
            if key in pins or key not in around.tree.facts or mask & around.own(key):
                continue
            change = around.cheapest(key, mask)
            if change is None:
                return
            base[key] = change.state
        base |= pins
        numbers = [key for key in box if key not in around.tree.facts]
        if numbers:
            yield from self._solved(base, box, numbers, pins)
        else:
            yield base

    def _solved(
        self, base: dict[str, State], box: Box, numbers: list[str], pins: Mapping[str, State]
    ) -> Iterator[dict[str, State]]:
        """Facts changed until all computed numbers have codes of the box, the smallest changes first."""
        level = [base]
        tries = TRIES
        for _ in range(len(numbers) + 1):
            done = [facts for facts in level if self._violated(facts, box, numbers) is None]
            yield from sorted(done, key=lambda facts: self.cost(facts)[1])
            following = []
            for facts in sorted(level, key=lambda facts: self.cost(facts)[1])[:TARGETS]:
                key = self._violated(facts, box, numbers)
                if key is not None:
                    tries -= 1
                    following += list(self._turned(key, facts, box, pins))
            if done or not following or tries < 0:
                return
            level = following

    def _violated(self, facts: Mapping[str, State], box: Box, numbers: list[str]) -> str | None:
        for key in numbers:
            code = self.around.number_code(key, facts)
            if code == STRAY or not box[key] & 1 << code:
                return key
        return None

    def _turned(
        self, key: str, facts: dict[str, State], box: Box, pins: Mapping[str, State]
    ) -> Iterator[dict[str, State]]:
        """Facts with one or two inputs of a number changed so that it gets a code of its mask."""
        around = self.around
        inputs = [name for name in around.chart.numbers[key].inputs if name not in pins]
        found = [{**facts, name: state} for name in inputs for state in self._aimed(key, name, facts, box)]
        for name in inputs if not found else ():
            for state in islice(self._worth[name], NEAR):
                if self._allowed(name, state, box):
                    other = {**facts, name: state}
                    if self._violated(other, box, [key]) is None:
                        found.append(other)
                    for second in inputs:
                        if second != name:
                            found += [{**other, second: one} for one in self._aimed(key, second, other, box)]
        yield from sorted(found, key=lambda one: self.cost(one)[1])[:TARGETS]

    def _aimed(self, key: str, name: str, facts: Mapping[str, State], box: Box) -> Iterator[State]:
        """States of one input with which a number has a code of its mask, the others staying."""
        around = self.around
        number = around.chart.numbers[key]
        tried: dict[Value, None] = {}
        for target in self._targets(key, box[key]):
            aim = wanted(number, name, target, facts)
            if aim is not None and abs(aim) < 10**20:
                tried |= dict.fromkeys(
                    (aim, Decimal(math.floor(aim)), Decimal(math.ceil(aim)), aim + 1, aim - 1)
                )
        fact = around.tree.facts[name]
        states: list[State] = [supported(fact, value) for value in tried if misfit(fact, value) is None]
        for state in (*states, *self._worth[name]):
            if self._allowed(name, state, box) and self._violated({**facts, name: state}, box, [key]) is None:
                yield state

    def _targets(self, key: str, mask: int) -> Iterator[Decimal]:
        coder = self.around.coders[key]
        number = self.around.chart.numbers[key]
        if number.against is not None:
            yield from (Decimal(0), Decimal(1), Decimal(-1))
            return
        for code in islice(bits(mask >> FIRST << FIRST), TARGETS):
            if code >= coder.lack(0):
                return
            at, is_point = divmod(code - FIRST, 2)
            if is_point:
                yield coder.points[at]
                continue
            for end in (
                coder.points[at - 1] if at else None,
                coder.points[at] if at < len(coder.points) else None,
            ):
                if isinstance(end, Decimal):
                    yield from (end + Decimal("0.01"), end - Decimal("0.01"), end)
            example = coder.example(code)
            if isinstance(example, Decimal):
                yield example

    def _allowed(self, key: str, state: State, box: Box) -> bool:
        code = self.around.code_for(key, state)
        return code != STRAY and bool(box.get(key, self.around.full[key]) & 1 << code)

    # ------------------------------------------------------------ places where codes do not tell

    def ways(self, spot: Spot, box: Box, pins: Mapping[str, State]) -> list[Tried]:
        """Ways that accounts in a box were seen to take at a place, the smallest changes first."""
        found: dict[int, list[Tried]] = {}
        for base in islice(self.facts(box, pins), 3):
            tries, level = TRIES, [base]
            for depth in range(DEEP + 1):
                following: list[dict[str, State]] = []
                for facts in level:
                    if tries <= 0 or self.left <= 0:
                        break
                    tries -= 1
                    record = self.walk(facts)
                    number, read = self._at(spot, record)
                    if read is None:
                        continue
                    own = {one.fact for one in read if one.source != "outcome"}
                    if number is not None:
                        seen = {key: facts[key] for key in own if key in facts}
                        found.setdefault(number, []).append(
                            Tried(number, {**pins, **seen}, self.cost(facts)[1])
                        )
                    if depth < DEEP:
                        following += self._varied(facts, base, own, record, box, pins)
                level = sorted(following, key=lambda facts: self.cost(facts)[1])
        return [one for tried in found.values() for one in sorted(tried, key=lambda one: one.cost)[:PER_WAY]]

    def _varied(
        self,
        facts: dict[str, State],
        base: Mapping[str, State],
        read: set[str],
        record: Record,
        box: Box,
        pins: Mapping[str, State],
    ) -> Iterator[dict[str, State]]:
        """The same facts, each with another state of one that the place read."""
        keys = (
            [record.needs.fact]
            if record.needs is not None and record.needs.state == "missing"
            else sorted(read)
        )
        for key in keys:
            if key in pins or facts.get(key) is not base.get(key):
                continue
            for state in self._worth.get(key, ()):
                if state != facts.get(key) and self._allowed(key, state, box):
                    yield {**facts, key: state}

    def _at(self, spot: Spot, record: Record) -> tuple[int | None, tuple[Reading, ...] | None]:
        """The way that a walk took at a place (None: none), and what it read there (None: it was not)."""
        for here, number, step in followed(self.around, record):
            if here == spot:
                return number, step.read
        if tuple(record.at.split("/")) == spot:
            return None, record.at_read
        return None, None


def followed(around: Around, record: Record) -> Iterator[tuple[Spot, int, Step]]:
    """The places of a walk, each with the way it took there (STUCK: that of a calling node) and its step."""
    here = around.inlined.start.spot
    for step in record.trail:
        if tuple(step.node.split("/")) == here:
            yield here, step.number, step
            here = around.goal(here, step.number).arrival.spot
        elif step.kind == "unknown" and here in around.places and around.places[here].stuck is not None:
            yield here, STUCK, step
            here = around.goal(here, STUCK).arrival.spot
