"""Reading names for conditions: facts, parameters, derived facts, scores and lists, with what was read noted.

Promises: an expression over facts not known is undetermined, never null; every fact read is noted in the
order of reading. Refuses: I/O, clocks, and any mode other than the facts it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from abm_tree.feel import DateTime, Undetermined, Value, string
from abm_tree.tree.facts import Facts, Known, Unknown, seen
from abm_tree.tree.parts import Condition, Derived, Fact, OpenList, Parameter, Rule, Score, Setting, Tree

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reading:
    """A fact as it was read."""

    fact: str
    state: str  # "known", "unknown", "missing"
    value: Value = None
    source: str = ""
    dated: str = ""
    stale: Known | None = None
    unproven: Known | None = None  # the value as given, where it counts as less for want of evidence


@dataclass(frozen=True, slots=True)
class Points:
    """What one rule of a scorecard counts, at least and at most."""

    rule: str
    low: Decimal
    high: Decimal
    open: Undetermined | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """A score: an interval while facts are not known."""

    score: str
    low: Decimal
    high: Decimal
    rules: tuple[Points, ...]
    complete: bool = False

    @property
    def missing(self) -> Undetermined | None:
        """The first fact, in written order, that asking could settle."""
        return next((p.open for p in self.rules if p.open is not None and not p.open.unknown), None)

    @property
    def unknown(self) -> Undetermined | None:
        """The first fact that nobody knows."""
        return next((p.open for p in self.rules if p.open is not None and p.open.unknown), None)


ANYTHING = object()  # a fact that some way may have set, to what cannot be said


class Reader:
    """A FEEL environment over one tree's names."""

    def __init__(
        self,
        tree: Tree,
        facts: Facts,
        as_of: DateTime,
        *,
        prefix: str = "",
        established: Mapping[str, object] | None = None,
        open_unknown: bool = False,
    ) -> None:
        self.tree = tree
        self.as_of = as_of
        self.readings: dict[str, Reading] = {}
        self.sums: dict[str, Sum] = {}
        self.leaned = False  # on an unknown fact being unknown: `known(x)` was false
        self._facts = facts
        self._prefix = prefix
        self._established = established or {}
        self._open_unknown = open_unknown
        self._memo: dict[str, tuple[Value | Undetermined, dict[str, Reading], bool]] = {}

    def key(self, name: str) -> str:
        """The key of a fact: a subtree's own facts carry its id."""
        found = self.tree.names.get(name)
        return self._prefix + name if isinstance(found, Fact) and found.own else name

    def read(self, name: str) -> Value | Undetermined:
        """A name's value, or what it lacks."""
        match self.tree.names.get(name):
            case Fact() as fact:
                return self._fact(name, fact)
            case Parameter() as parameter:
                return self._parameter(parameter)
            case Derived() as derived:
                return self._memoised(name, derived.condition)
            case Score() as score:
                return self._score_value(score)
            case OpenList() as points:
                return self._list(points)
            case Setting() as setting:
                return setting.value
            case _:
                return Undetermined(name, True)

    def known(self, name: str) -> bool | Undetermined:
        """Whether a name is known: false for unknown, undetermined for missing."""
        found = self.read(name)
        if not isinstance(found, Undetermined):
            return True
        if found.unknown:
            self.leaned = True
            return False
        return found

    def fact_value(self, key: str) -> Value | Undetermined:
        """A fact of the tree or of a tree it calls, by its key."""
        fact = self.tree.facts.get(key)
        return self._fact(key, fact) if fact is not None else Undetermined(key, True)

    def _fact(self, name: str, fact: Fact) -> Value | Undetermined:
        key = self._prefix + name if fact.own else name
        if key in self._established:
            value = self._established[key]
            if value is ANYTHING:
                return Undetermined(key, False)
            if isinstance(value, Undetermined):
                self.readings.setdefault(
                    key, Reading(key, "unknown" if value.unknown else "missing", source="outcome")
                )
                return value
            self.readings.setdefault(key, Reading(key, "known", value, "outcome"))  # type: ignore[arg-type]
            return value  # type: ignore[return-value]
        given = self._facts.get(key)
        state, stale = seen(fact, given, self.as_of)
        unproven = given if isinstance(given, Known) and state is not None and state is not given else None
        match state:
            case Known():
                if key not in self.readings:
                    dated = string(state.dated) if state.dated is not None else ""
                    self.readings[key] = Reading(
                        key, "known", state.value, state.source, dated, unproven=unproven
                    )
                return state.value
            case Unknown():
                if key not in self.readings:
                    self.readings[key] = Reading(key, "unknown", source=state.source, unproven=unproven)
                return Undetermined(key, not self._open_unknown)
            case None:
                # A fact without a question cannot be asked: it counts as unknown.
                if fact.ask is None:
                    self.readings.setdefault(key, Reading(key, "unknown", stale=stale))
                    return Undetermined(key, not self._open_unknown)
                self.readings.setdefault(key, Reading(key, "missing", stale=stale))
                return Undetermined(key, False)

    def _parameter(self, parameter: Parameter) -> Value | Undetermined:
        if parameter.by is None:
            return parameter.value
        choice = self.read(parameter.by)
        if isinstance(choice, Undetermined):
            return choice
        return parameter.values.get(choice) if isinstance(choice, str) else None

    def _memoised(self, name: str, condition: Condition) -> Value | Undetermined:
        """A derived fact, computed once; what it read is noted each time."""
        found = self._memo.get(name)
        if found is None:
            outer, leaned = self.readings, self.leaned
            self.readings, self.leaned = {}, False
            value = condition.run(self)
            self._memo[name] = found = (value, self.readings, self.leaned)
            self.readings, self.leaned = outer, leaned
        for key, reading in found[1].items():
            self.readings.setdefault(key, reading)
        self.leaned = self.leaned or found[2]
        return found[0]

    def turn(self) -> None:
        """Begin a new node: what is read from here on is noted afresh."""
        self.readings, self.sums, self.leaned = {}, {}, False

    def _score_value(self, score: Score) -> Value | Undetermined:
        total = self.sum(score.name)
        if total.complete and total.missing is not None:
            return total.missing
        if total.low == total.high:
            return total.low
        # An open rule that can move the sum and that nobody can settle leaves it open for good.
        stuck = next((p.open for p in total.rules if p.open and p.open.unknown and p.low != p.high), None)
        return stuck or total.missing or total.unknown or Undetermined(score.name, True)

    def sum(self, name: str) -> Sum:
        """A score as an interval."""
        score = self.tree.names[name]
        assert isinstance(score, Score)
        points = tuple(self._points(rule) for rule in score.rules)
        total = Sum(
            name,
            sum((p.low for p in points), ZERO),
            sum((p.high for p in points), ZERO),
            points,
            score.complete,
        )
        self.sums[name] = total
        return total

    def _points(self, rule: Rule) -> Points:
        if rule.condition is not None and rule.add is not None:
            holds = rule.condition.run(self)
            if holds is False:
                return Points(rule.text, ZERO, ZERO)
            if holds is True:
                return self._counted(rule, rule.add.run(self))
            return Points(rule.text, rule.low, rule.high, _open(holds))
        if rule.points is not None:
            return self._counted(rule, rule.points.run(self))
        value = rule.of.run(self) if rule.of is not None else None
        if isinstance(value, Undetermined):
            return Points(rule.text, rule.low, rule.high, value)
        if isinstance(value, tuple):
            one = sum(
                (rule.table.get(item, ZERO) for item in dict.fromkeys(value) if isinstance(item, str)), ZERO
            )
            one = max(rule.low, min(rule.high, one))
        else:
            one = rule.table.get(value if isinstance(value, str) else string(value), ZERO)
        return Points(rule.text, one, one)

    def _counted(self, rule: Rule, value: Value | Undetermined) -> Points:
        if isinstance(value, Decimal):
            one = max(rule.low, min(rule.high, value))
            return Points(rule.text, one, one)
        return Points(rule.text, rule.low, rule.high, _open(value))

    def _list(self, points: OpenList) -> Value | Undetermined:
        """The items that hold; a list that a decision reads looks at all of them."""
        texts: list[str] = []
        first: Undetermined | None = None
        for item in points.items:
            holds = item.condition.run(self) if item.condition is not None else True
            if isinstance(holds, Undetermined):
                # An item that nobody can settle leaves the list open, whatever else is asked.
                if first is None or (holds.unknown and not first.unknown):
                    first = holds
            elif holds is True:
                texts.append("".join(piece for piece in item.text.pieces if isinstance(piece, str)))
        return first if first is not None else tuple(texts)


def _open(value: Value | Undetermined) -> Undetermined:
    """Why a rule is open; a null out of known facts, which no fact's name explains, is open for good."""
    return value if isinstance(value, Undetermined) else Undetermined("", True)
