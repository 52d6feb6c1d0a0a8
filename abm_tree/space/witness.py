"""Witnesses: facts of an account that lies in a box, seen to do what the box says.

Promises: what is handed back was walked by `advance`; numbers computed from facts are solved for, or tried.
Refuses: to try for ever.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from abm_tree.feel.operators import OPERATIONS, negate
from abm_tree.feel.values import Value
from abm_tree.space.boxes import Box, bits
from abm_tree.space.codes import FIRST, NULL, UNKNOWN
from abm_tree.space.ground import Ground
from abm_tree.space.moves import KINDS
from abm_tree.space.spots import Spot
from abm_tree.space.terms import Constant, Input, Number, Operation, Term, exactly, inputs_of
from abm_tree.space.values import examples, state_of
from abm_tree.tree.facts import Known, Unknown, supported
from abm_tree.tree.outcomes import misfit
from abm_tree.walk.advance import advance
from abm_tree.walk.record import Record

State = Known | Unknown
TRIES = 60  # of one box; fewer where nothing is computed from facts
VARIED, VARYING = 1_000, 4_000  # walks with facts of one place varied: for one way, and for all
PATIENCE, FEWER = 4_000, 4  # after so many tries in vain for all boxes, each gets fewer


class Witnesses:
    """Facts that were seen to take a way, end somewhere, or fail."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.seen: dict[object, Mapping[str, State]] = {}
        self._dice = random.Random(0)
        self._vain = 0
        self._varying = VARYING
        self._states: dict[tuple[str, int], State | None] = {}

    def find(self, what: object, box: Box, *, exact: bool) -> Mapping[str, State] | None:
        """Facts in a box that were seen to do something: a way, an outcome, or a fault."""
        tries = 3 if exact else TRIES if self._vain < PATIENCE else FEWER
        for plain in self.facts(box, tries):
            facts, record = plain, self.walk(plain)
            # What holds whatever a fact is was left out of the box; a walk may ask for it all the same.
            while what not in self.seen and record.needs is not None and record.needs.fact not in facts:
                facts = {**facts, record.needs.fact: Unknown()}
                record = self.walk(facts)
            if what in self.seen:
                if self.seen[what] is facts:
                    self.seen[what] = self._without_idle(what, facts)
                return self.seen[what]
        self._vain += tries
        return None

    def vary(
        self,
        what: object,
        base: Mapping[str, State],
        keys: Iterable[str],
        worth: Mapping[str, Sequence[Value]],
    ) -> Mapping[str, State] | None:
        """An account with some facts changed together, until it is seen to do something."""
        values = {key: worth[key] for key in keys if worth[key]}
        for _ in range(min(VARIED, self._varying) if values else 0):
            self._varying -= 1
            facts = dict(base)
            for key, some in values.items():
                value = self._dice.choice(some)
                facts[key] = Unknown() if self._dice.random() < 0.05 else Known(value)
            record = self.walk(facts)
            while what not in self.seen and record.needs is not None and record.needs.fact not in facts:
                facts = {**facts, record.needs.fact: Unknown()}
                record = self.walk(facts)
            if what in self.seen:
                self.seen[what] = self._without_idle(what, dict(self.seen[what]))
                return self.seen[what]
        return None

    def _without_idle(self, what: object, facts: dict[str, State]) -> dict[str, State]:
        """The facts that are needed to do something."""
        found = dict(facts)
        for key in facts:
            less = {name: state for name, state in found.items() if name != key}
            if what in told(advance(self.ground.tree, less, self.ground.as_of, possible=False)):
                found = less
        return found

    def walk(self, facts: Mapping[str, State]) -> Record:
        """Walk an account, and note all that it does."""
        record = advance(self.ground.tree, facts, self.ground.as_of, possible=False)
        for what in told(record):
            self.seen.setdefault(what, facts)
        return record

    def facts(self, box: Box, tries: int) -> Iterator[dict[str, State]]:
        """Facts that lie in a box, plain ones first."""
        numbers = [key for key in box if key.startswith("#")]
        first = self._plainly(box)
        if first is not None:
            solved = self._solved(dict(first), box, numbers)
            if solved is not None:
                yield solved
        if not numbers and tries <= 3:
            return
        for _ in range(tries):
            found = self._solved(self._some(box, wide=True), box, numbers)
            if found is not None:
                yield found

    def _plainly(self, box: Box) -> dict[str, State] | None:
        found: dict[str, State] = {}
        for key, mask in box.items():
            fact = self.ground.facts.get(key)
            if fact is None:
                continue
            if (key, mask) not in self._states:
                self._states[key, mask] = state_of(self.ground.coders[key], fact, mask)
            state = self._states[key, mask]
            if state is None:
                return None
            found[key] = state
        return found

    def _some(self, box: Box, *, wide: bool) -> dict[str, State]:
        """Some facts of a box; `wide`: those that it leaves open, too."""
        ground, dice = self.ground, self._dice
        found: dict[str, State] = {}
        for key, fact in ground.facts.items():
            if key not in box and not wide:
                continue
            coder = ground.coders[key]
            codes = list(bits(box.get(key, ground.full[key])))
            known = [code for code in codes if code >= FIRST]
            code = dice.choice(known) if known and dice.random() < 0.9 else dice.choice(codes)
            if code == UNKNOWN:
                found[key] = Unknown()
            elif code == NULL:
                found[key] = Known(None)
            else:
                options = [value for value, _ in zip(examples(coder, fact, code), range(4), strict=False)]
                value = dice.choice(options)
                if isinstance(value, Decimal) and fact.is_number and dice.random() < 0.5:
                    value = self._near(key, code, value)
                found[key] = supported(fact, value)
        return found

    def _near(self, key: str, code: int, value: Decimal) -> Decimal:
        """Another number with the same code, of any size."""
        fact, coder = self.ground.facts[key], self.ground.coders[key]
        for _ in range(4):
            other = value + Decimal(self._dice.choice((1, -1, 10, 100, 1000, 10**5, 10**7)))
            other = other * self._dice.choice((1, 2, 5, 10)) if self._dice.random() < 0.5 else other
            if misfit(fact, other) is None and (not coder.points or coder.code(other) == code):
                return other
        return value

    # ------------------------------------------------------------ numbers computed from facts

    def _solved(self, facts: dict[str, State], box: Box, numbers: list[str]) -> dict[str, State] | None:
        for key in numbers:
            for name in self.ground.chart.numbers[key].inputs:
                if name not in facts:
                    facts |= self._some({name: self._mask(name, box)}, wide=False)
        for _ in range(3):
            if all(self._fits(key, facts, box[key]) for key in numbers):
                return facts
            for key in numbers:
                if not self._fits(key, facts, box[key]):
                    self._turn(key, facts, box)
        return facts if all(self._fits(key, facts, box[key]) for key in numbers) else None

    def _fits(self, key: str, facts: Mapping[str, State], mask: int) -> bool:
        number, coder = self.ground.chart.numbers[key], self.ground.coders[key]
        values: dict[str, Value] = {}
        for at, name in enumerate(number.inputs):
            state = facts[name]
            if not isinstance(state, Known):
                return bool(mask & 1 << coder.lack(at))
            values[name] = state.value
        code = coder.code(exactly(number, values))
        return code >= 0 and bool(mask & 1 << code)

    def _turn(self, key: str, facts: dict[str, State], box: Box) -> None:
        """Change one fact so that a number gets a code of its mask, where that can be worked out."""
        number, coder = self.ground.chart.numbers[key], self.ground.coders[key]
        mask = box[key]
        known = [code for code in bits(mask) if FIRST <= code < coder.lack(0)]
        if not known:
            lacking = [at for at in range(len(number.inputs)) if mask & 1 << coder.lack(at)]
            for at, name in enumerate(number.inputs):
                if lacking and at == lacking[0] and box.get(name, 1) & 1:
                    facts[name] = Unknown()
            return
        for name in number.inputs:
            if not isinstance(facts[name], Known) or facts[name].value is None:  # type: ignore[union-attr]
                definition = self.ground.facts[name]
                plain = state_of(self.ground.coders[name], definition, self._mask(name, box))
                if isinstance(plain, Known):
                    facts[name] = plain
        code = self._dice.choice(known)
        target = coder.example(code)
        inputs = list(number.inputs)
        self._dice.shuffle(inputs)
        for name in inputs:
            aim = wanted(number, name, target, facts)
            if aim is None:
                continue
            fact = self.ground.facts[name]
            for value in (aim, aim.to_integral_value() if abs(aim) < 10**20 else aim):
                coded = self.ground.coders[name].code(value)
                fits = misfit(fact, value) is None and coded >= 0
                if fits and self._mask(name, box) & 1 << coded:
                    facts[name] = supported(fact, value)
                    if self._fits(key, facts, mask):
                        return

    def _mask(self, key: str, box: Box) -> int:
        return box.get(key, self.ground.full[key])


def wanted(number: Number, name: str, target: Value, facts: Mapping[str, State]) -> Decimal | None:
    """What a fact must be so that a number comes to a target, the others staying."""
    values = {key: state.value for key, state in facts.items() if isinstance(state, Known)}
    if any(key not in values for key in number.inputs if key != name) or not isinstance(target, Decimal):
        return None
    if number.against is not None:
        one, other = number.term, number.against
        if name not in inputs_of(one):
            one, other = other, one
        if name in inputs_of(other):
            return None
        held = _value(other, values)
        if not isinstance(held, Decimal):
            return None
        sign = 1 if one is number.term else -1
        target = held + sign * max(-1, min(1, int(target)))
        return _inverted(one, name, target, values)
    return _inverted(number.term, name, target, values)


def _value(term: Term, values: Mapping[str, Value]) -> Value:
    return exactly(Number(term, None, False, inputs_of(term)), values)


def _inverted(term: Term, name: str, target: Value, values: Mapping[str, Value]) -> Decimal | None:
    """The value of one fact, that a term holds once, for which the term comes to a target."""
    match term:
        case Input(key):
            return target if key == name and isinstance(target, Decimal) else None
        case Constant():
            return None
        case Operation(_, (only,)):
            return _inverted(only, name, negate(target), values)
        case Operation(sign, (left, right)):
            inside = left if name in inputs_of(left) else right
            outside = right if inside is left else left
            if name in inputs_of(outside):
                return None
            other = _value(outside, values)
            match sign, inside is left:
                case ("+", _):
                    back = OPERATIONS["-"](target, other)
                case ("-", True):
                    back = OPERATIONS["+"](target, other)
                case ("-", False):
                    back = OPERATIONS["-"](other, target)
                case ("*", _):
                    back = OPERATIONS["/"](target, other)
                case ("/", True):
                    back = OPERATIONS["*"](target, other)
                case _:
                    back = OPERATIONS["/"](other, target)
            return _inverted(inside, name, back, values) if isinstance(back, Decimal) else None
    return None


def told(record: Record) -> Iterator[object]:
    """All that a record did: its ways, its outcome, and where it failed."""
    for step in record.trail:
        yield tuple(step.node.split("/")), step.number
    if record.status == "decided":
        yield record.outcome
    elif record.status == "error":
        spot: Spot = tuple(record.at.split("/"))
        message = record.error or ""
        kind = next((kind for words, kind in KINDS if words in message), "")
        yield spot, kind or ("null" if "null" in message else "error")
