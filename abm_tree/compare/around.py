"""A tree as moves over codes, around one account: what its facts are now, and what changing one costs.

Promises: besides known and unknown a fact may be missing, so that a walk stops to ask for it; a change costs
one, then more where a known value would have to be another than where something is to be found out, then
more the farther the new value is from the present one. Refuses: to follow ways; `cheapest` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice

from abm_tree.feel import Date, DateTime, Undetermined, Value
from abm_tree.feel.calendar import date_of_number, day_number
from abm_tree.space.boxes import bits
from abm_tree.space.chart import chart
from abm_tree.space.codes import FIRST, NULL, STRAY, UNKNOWN, Coder
from abm_tree.space.diagram import Builder
from abm_tree.space.ground import Ground
from abm_tree.space.inlined import Inlined
from abm_tree.space.supposed import Clock
from abm_tree.space.terms import exactly
from abm_tree.space.uses import Uses
from abm_tree.space.values import examples
from abm_tree.tree.facts import Facts, Known, Unknown, seen, supported
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Tree

State = Known | Unknown
Cost = tuple[int, int, float]  # facts changed; how unlikely such changes are; how far the values are moved

FREE: Cost = (0, 0, 0.0)
NEVER: Cost = (10**9, 0, 0.0)
ASKED = "?"  # before a fact's name, among the reasons for which a number is open: it is missing
FOUND_OUT, ASKED_IN_VAIN, OTHERWISE, FORGOTTEN = 0, 1, 2, 4  # weights of changes
STEPS = ("1", "0.1", "0.01", "0.001", "0.00001", "0.0000001")


def plus(one: Cost, other: Cost) -> Cost:
    """Two changes."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


@dataclass(frozen=True, slots=True)
class Change:
    """A state that a fact would have to have, and what that costs."""

    state: State
    cost: Cost


class _Builder(Builder):
    """Builds diagrams in which facts may be missing, too."""

    def _classes(self, key: str, uses: Uses) -> tuple[list[object], list[int]]:
        states, of_code = super()._classes(key, uses)
        out: list[object] = []
        for at, state in enumerate(states):
            if isinstance(state, Undetermined) and state.fact.startswith(ASKED):
                state = Undetermined(state.fact.removeprefix(ASKED), at == UNKNOWN)
            out.append(state)
        return out, of_code


@dataclass
class Around(Ground):
    """A tree as moves, around an account's facts."""

    now: Mapping[str, State] = field(default_factory=dict)  # known, or known to nobody; the rest is missing
    stale: Mapping[str, Value] = field(default_factory=dict)  # values that are too old to count
    _prices: dict[tuple[str, int], Cost] = field(default_factory=dict)
    _changes: dict[tuple[str, int], Change | None] = field(default_factory=dict)

    def builder(self) -> Builder:
        """What builds the diagrams of nodes."""
        return _Builder(self.coders, self.chart.hidden, self.clock)

    @cached_property
    def full(self) -> dict[str, int]:
        """For each fact the codes that it can have, the account's own among them."""
        return {key: mask | self.own(key) for key, mask in super().full.items()}

    @cached_property
    def _masks(self) -> dict[str, int]:
        codes = {key: self._code(key) for key in self.coders}
        return {key: 0 if code == STRAY else 1 << code for key, code in codes.items()}

    def own(self, key: str) -> int:
        """The account's own code, as a mask; none where no code tells its value."""
        return self._masks[key]

    def _code(self, key: str) -> int:
        coder = self.coders[key]
        if key in self.tree.facts:
            return self.code_for(key, self.now.get(key))
        number = self.chart.numbers[key]
        return self.number_code(key, {name: self.now.get(name) for name in number.inputs}, coder)

    def known_codes(self, key: str) -> Iterator[int]:
        """The codes that known values of a fact have, null among them."""
        for code in bits(self.full[key]):
            if code != UNKNOWN and code < self.coders[key].lack(0):
                yield code

    def code_for(self, key: str, state: State | None) -> int:
        """The code of a fact's state; None: missing."""
        coder = self.coders[key]
        match state:
            case None:
                return coder.lack(0) if coder.lacks else UNKNOWN
            case Unknown():
                return UNKNOWN
            case Known(value):
                return coder.code(value)

    def number_code(self, key: str, states: Mapping[str, State | None], coder: Coder | None = None) -> int:
        """The code of a number that is computed from facts in these states."""
        coder, number = coder or self.coders[key], self.chart.numbers[key]
        values: dict[str, Value] = {}
        lacks: list[str] = []
        for name in number.inputs:
            state = states.get(name)
            if isinstance(state, Known):
                values[name] = state.value
            else:
                lacks.append(name if isinstance(state, Unknown) else ASKED + name)
        if lacks:
            # What nobody knows keeps it open for good; what is missing only where nothing else does.
            first = next((name for name in lacks if not name.startswith(ASKED)), lacks[0])
            return coder.lack(coder.lacks.index(first)) if first in coder.lacks else STRAY
        return coder.code(exactly(number, values))

    def price(self, key: str, mask: int) -> Cost:
        """What it costs at least that a fact has a code of a mask."""
        if mask & self.own(key):
            return FREE
        found = self._prices.get((key, mask))
        if found is None:
            changes = (self.change(key, code) for code in bits(mask))
            found = min((one.cost for one in changes if one is not None), default=NEVER)
            self._prices[key, mask] = found
        return found

    def cheapest(self, key: str, mask: int) -> Change | None:
        """The smallest change to a code of a mask."""
        changes = [one for code in bits(mask) if (one := self.change(key, code)) is not None]
        return min(changes, key=lambda one: one.cost, default=None)

    def change(self, key: str, code: int) -> Change | None:
        """The smallest change of a fact to a code; None where nothing leads there."""
        if (key, code) not in self._changes:
            self._changes[key, code] = self._changed(key, code)
        return self._changes[key, code]

    def _changed(self, key: str, code: int) -> Change | None:
        coder, fact, now = self.coders[key], self.tree.facts[key], self.now.get(key)
        if code == UNKNOWN:
            return Change(Unknown(), (1, ASKED_IN_VAIN if now is None else FORGOTTEN, 0.0))
        if code >= coder.lack(0):
            return None  # what was asked cannot be made missing
        if code == NULL:
            return self.priced(key, None) if fact.none is not None else None
        changes = [self.priced(key, value) for value in islice(self.near(key, code), 8)]
        return min(changes, key=lambda one: one.cost, default=None)

    def priced(self, key: str, value: Value) -> Change:
        """A change to a value."""
        now = self.now.get(key)
        weight = OTHERWISE if isinstance(now, Known) else FOUND_OUT
        present = self.present(key)
        if present is None and isinstance(value, Date):
            present = self.as_of.date  # a day of these times rather than any other
        return Change(supported(self.tree.facts[key], value), (1, weight, distance(present, value)))

    def present(self, key: str) -> Value:
        """A fact's value now, or the one that is too old to count; None where there is none."""
        now = self.now.get(key)
        return now.value if isinstance(now, Known) else self.stale.get(key)

    def near(self, key: str, code: int) -> Iterator[Value]:
        """Values with a code from FIRST on, near to the present one, then plain ones."""
        coder, fact, now = self.coders[key], self.tree.facts[key], self.present(key)
        if now is not None and coder.code(now) == code:
            yield now
        at, is_point = divmod(code - FIRST, 2)
        if not is_point and coder.kind in (Decimal, Date) and coder.domain != "ids":
            low = coder.points[at - 1] if at else None
            high = coder.points[at] if at < len(coder.points) else None
            for value in _inside(fact, low, high, now):
                if misfit(fact, value) is None and coder.code(value) == code:
                    yield value
                    break
        yield from islice(examples(coder, fact, code), 4)


def _inside(fact: Fact, low: Value, high: Value, now: Value) -> Iterator[Value]:
    """Values between two ends, close to the one that the present value is nearer to."""
    if isinstance(now, Date):
        if isinstance(low, Date) and day_number(now) <= day_number(low):
            yield date_of_number(day_number(low) + 1)
        elif isinstance(high, Date) and day_number(now) >= day_number(high):
            yield date_of_number(day_number(high) - 1)
    if not isinstance(now, Decimal):
        return
    if fact.type == "integer":
        if isinstance(low, Decimal) and now <= low:
            yield Decimal(math.floor(low) + 1)
        elif isinstance(high, Decimal) and now >= high:
            yield Decimal(math.ceil(high) - 1)
        return
    for step in STEPS:
        size = Decimal(step) / (100 if fact.type == "percent" else 1)
        if isinstance(low, Decimal) and now <= low:
            yield low + size
        elif isinstance(high, Decimal) and now >= high:
            yield high - size


def distance(now: Value, value: Value) -> float:
    """How far a value is from the present one: as a share of it, for dates in years."""
    match now, value:
        case Decimal(), Decimal():
            return float(min(abs(value - now) / max(Decimal(1), abs(now)), Decimal(10**12)))
        case Date(), Date():
            return abs(day_number(value) - day_number(now)) / 365
        case None, _:
            return 0.0
    return 0.0 if now == value and type(now) is type(value) else 1.0


def around(tree: Tree, facts: Facts, as_of: DateTime) -> Around:
    """A tree as moves around an account's facts; `Untabled` for trees that inline to too much."""
    now: dict[str, State] = {}
    stale: dict[str, Value] = {}
    missing: set[str] = set()
    for key, fact in tree.facts.items():
        state, old = seen(fact, facts.get(key), as_of)
        if state is not None:
            now[key] = state
        elif fact.ask is None:
            now[key] = Unknown()  # it cannot be asked
        else:
            missing.add(key)
            if old is not None:
                stale[key] = old.value
    clock = Clock(as_of)
    whole = chart(Inlined(tree), clock)
    coders = dict(whole.coders)
    for key in missing:
        coders[key] = replace(coders[key], lacks=(ASKED + key,))
    for key, number in whole.numbers.items():
        asked = tuple(ASKED + name for name in number.inputs if name in missing)
        coders[key] = replace(coders[key], lacks=(*number.inputs, *asked))
    return Around(replace(whole, coders=coders), clock, tree.facts, now=now, stale=stale)
