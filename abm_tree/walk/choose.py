"""One node's decision over what is known (DESIGN.md section 5, 1 to 5).

Promises: a branch is taken when it holds and every branch before it is known not to; what cannot be decided
names the first missing fact that could settle it, or goes the `unknown` way. Refuses: to look past its node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from abm_tree.feel import Date, DateTime, Time, Undetermined, Value, add, compare, equal, literal
from abm_tree.feel.calendar import date_of_number, day_number, weekday
from abm_tree.tree.parts import Branch, Node, Period, Score
from abm_tree.walk.reader import Reader, Sum


@dataclass(frozen=True, slots=True)
class Way:
    """The way a node takes: its number among the node's ways, the test that held, and where it goes."""

    number: int
    test: str
    to: str
    kind: str  # "branch", "otherwise", "unknown", "each" (on from a node that walks a tree for everybody)


@dataclass(frozen=True, slots=True)
class Lack:
    """A fact that the node needs; `unknown`: it was asked, and nobody knows."""

    fact: str
    unknown: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """The node waits until then."""

    until: DateTime


@dataclass(frozen=True, slots=True)
class Broken:
    """The node cannot decide out of known facts: why."""

    message: str


Choice = Way | Lack | Pause | Broken

GAP = Broken("")


def ways_of(node: Node) -> tuple[Way, ...]:
    """All ways out of a node, numbered: branches in order, then `otherwise`, then `unknown`."""
    found = [Way(number, branch.test, branch.to, "branch") for number, branch in enumerate(node.branches)]
    if node.otherwise:
        kind = "each" if node.each is not None else "otherwise"
        found.append(Way(len(found), kind, node.otherwise, kind))
    if node.unknown:
        found.append(Way(len(found), "unknown", node.unknown, "unknown"))
    return tuple(found)


def unknown_way(node: Node) -> Way:
    """The way for what nobody knows, of a node that has one."""
    return Way(len(node.branches) + bool(node.otherwise), "unknown", node.unknown or "", "unknown")


def choose(node: Node, reader: Reader) -> Choice:
    """What a node decides; not for nodes that call a tree."""
    pause = waiting(node, reader)
    if pause is not None:
        return pause
    return decide(node, reader)


def decide(node: Node, reader: Reader) -> Choice:
    """What a node decides, its wait left aside."""
    if node.decide is None:
        return _by_conditions(node, reader)
    name = node.decide.is_name
    if name is not None and isinstance(reader.tree.names.get(name), Score):
        return _by_score(node, name, reader)
    value = node.decide.run(reader)
    if isinstance(value, Undetermined):
        return lack(node, value)
    return _by_value(node, value, reader)


def waiting(node: Node, reader: Reader) -> Choice | None:
    """Whether a node's time has not come: its date is known and its stretch of time not over."""
    if node.wait is None:
        return None
    after = node.wait.after.run(reader)
    if isinstance(after, Undetermined):
        reader.leaned = reader.leaned or after.unknown
        return None if after.unknown else Lack(after.fact, False)
    end = ends(after, node.wait.duration, reader)
    if after is not None and end is None:
        return _null(node, f"The wait after {literal(after)} has no end")
    if isinstance(end, DateTime) and compare(reader.as_of, end) == -1:
        return Pause(end)
    return None


def ends(start: Value, period: Period, reader: Reader) -> DateTime | None:
    """When a stretch of time after a date is over; a date begins at midnight of the walk's zone."""
    if isinstance(start, Date):
        zone = reader.as_of.time
        start = DateTime(start, Time(0, 0, 0, 0, zone.offset, zone.zone))
    if not isinstance(start, DateTime):
        return None
    if period.workdays is not None:
        day = workdays_after(start.date, period.workdays)
        return DateTime(day, start.time) if day is not None else None
    duration: Value | Undetermined = period.duration
    if period.parameter is not None:
        duration = reader.read(period.parameter)
    if isinstance(duration, Undetermined):
        return None
    end = add(start, duration)
    return end if isinstance(end, DateTime) else None


def workdays_after(day: Date, count: int) -> Date | None:
    """The day so many workdays (Monday to Friday) later; a weekend counts as the Friday before it."""
    number = day_number(day)
    over = weekday(day) - 5
    if over > 0:
        if count == 0:
            return date_of_number(number + 3 - over)
        number -= over
    today = min(weekday(day), 5)
    weeks, rest = divmod(count, 5)
    number += weeks * 7 + rest + (2 if today + rest > 5 else 0)
    return date_of_number(number)


def lack(node: Node, open: Undetermined) -> Choice:
    """A missing fact is needed; an unknown one takes the `unknown` way, or is needed all the same."""
    if not open.unknown:
        return Lack(open.fact, False)
    if node.unknown:
        return unknown_way(node)
    if not open.fact:
        return Broken("A rule comes to null out of known facts")
    return Lack(open.fact, True)


def _null(node: Node, message: str) -> Choice:
    """A null out of known facts takes the `unknown` way, or is an error."""
    return unknown_way(node) if node.unknown else Broken(message)


def _otherwise(node: Node) -> Way | None:
    return ways_of(node)[len(node.branches)] if node.otherwise else None


def _way(node: Node, number: int) -> Way:
    return Way(number, node.branches[number].test, node.branches[number].to, "branch")


def _by_conditions(node: Node, reader: Reader) -> Choice:
    for number, branch in enumerate(node.branches):
        if branch.condition is None:
            continue
        holds = branch.condition.run(reader)
        if isinstance(holds, Undetermined):
            return lack(node, holds)
        if holds is True:
            return _way(node, number)
        if holds is not False:
            return _null(node, f"`{branch.test}` comes to {literal(holds)} out of known facts")
    return _otherwise(node) or Broken("No branch holds")


def _by_value(node: Node, value: Value, reader: Reader) -> Choice:
    found = taken(node, value, reader)
    if isinstance(found, Undetermined):
        return lack(node, found)
    if isinstance(found, int):
        return _way(node, found)
    if isinstance(found, Broken) and found is not GAP:
        return found
    if value is None and not (node.decide and node.decide.is_name):
        return _null(node, f"`{node.decide.text if node.decide else ''}` comes to null out of known facts")
    other = _otherwise(node)
    if other is not None:
        return other
    if value is None:
        return _null(node, f"`{node.decide.text if node.decide else ''}` is null, which no branch takes")
    return Broken(f"No branch takes {literal(value)}")


def taken(node: Node, value: Value, reader: Reader) -> int | Undetermined | Broken:
    """The number of the branch that takes a value, or why none does (GAP: none)."""
    if any(branch.kind in ("at_least", "below") for branch in node.branches):
        return _ladder(node, value, reader)
    hit: int | None = None
    for number, branch in enumerate(node.branches):
        found = holds(branch, value, reader)
        if isinstance(found, Undetermined):
            if hit is None:
                return found
        elif found is True:
            if hit is not None:
                both = f"`{node.branches[hit].test}` and `{branch.test}`"
                return Broken(f"{both} both take {literal(value)}; branches must not overlap")
            hit = number
    return GAP if hit is None else hit


def holds(branch: Branch, value: Value, reader: Reader) -> bool | Undetermined | None:
    """Whether a branch takes a value; a ladder's steps are left open."""
    if branch.kind == "is":
        return any(equal(value, one) is True for one in branch.values)
    return branch.tests(value, reader) if branch.tests is not None else None


def _ladder(node: Node, value: Value, reader: Reader) -> int | Undetermined | Broken:
    if value is None:
        return GAP
    for number, branch in enumerate(node.branches):
        if branch.kind == "below":
            return number
        step = branch.condition.run(reader) if branch.condition is not None else None
        if isinstance(step, Undetermined):
            return step
        order = compare(value, step)
        if order is None:
            return Broken(f"{literal(value)} cannot be compared with `{branch.test}`")
        if order >= 0:
            return number
    return GAP


def _by_score(node: Node, name: str, reader: Reader) -> Choice:
    total = reader.sum(name)
    missing, unknown = total.missing, total.unknown
    if total.complete and missing is not None:
        return Lack(missing.fact, False)
    if total.low == total.high:
        return _by_value(node, total.low, reader)
    runs = stretches(node, total.low, total.high, reader)
    if isinstance(runs, Undetermined):
        return lack(node, runs)
    if runs is not None and len({branch for _, _, branch in runs}) == 1:
        return _by_value(node, total.low, reader)
    if missing is not None and (runs is None or _could_settle(total, runs)):
        return Lack(missing.fact, False)
    return lack(node, unknown if unknown is not None else missing or Undetermined("", True))


Stretch = tuple[Decimal, Decimal, int]


def stretches(node: Node, low: Decimal, high: Decimal, reader: Reader) -> list[Stretch] | Undetermined | None:
    """How branches divide an interval: (from, to, branch), -1 where none takes it.

    Ends belong to the branch that takes them; None where tests are not plain enough to say.
    """
    points: set[Decimal] = {low, high}
    for branch in node.branches:
        ends: Sequence[Value | Undetermined]
        if branch.kind == "is":
            ends = branch.values
        elif branch.kind == "when":
            if branch.cuts is None:
                return None
            ends = [run(reader) for run in branch.cuts]
        else:
            ends = [branch.condition.run(reader)] if branch.condition is not None else []
        for end in ends:
            if isinstance(end, Undetermined):
                return end
            if isinstance(end, Decimal) and low < end < high:
                points.add(end)
    out: list[Stretch] = []
    ordered = sorted(points)
    for at, (one, two) in enumerate(pairwise(ordered)):
        for start, end, probe in ((one, one, one), (one, two, (one + two) / 2)):
            found = taken(node, probe, reader)
            if isinstance(found, Undetermined):
                return found
            out.append((start, end, found if isinstance(found, int) else -1))
        if at == len(ordered) - 2:
            found = taken(node, two, reader)
            if isinstance(found, Undetermined):
                return found
            out.append((two, two, found if isinstance(found, int) else -1))
    return _merged(out)


def _merged(runs: list[Stretch]) -> list[Stretch]:
    out: list[Stretch] = []
    for start, end, branch in runs:
        if out and out[-1][2] == branch:
            out[-1] = (out[-1][0], end, branch)
        else:
            out.append((start, end, branch))
    return out


def _could_settle(total: Sum, runs: list[Stretch]) -> bool:
    """Whether some answers to the missing facts leave an interval that one branch takes whole."""
    width = sum((p.high - p.low for p in total.rules if p.open is not None and p.open.unknown), Decimal(0))
    return any(end - start >= width for start, end, _ in runs)
