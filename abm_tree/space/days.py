"""Days to or since a date, compared with fixed numbers, as comparisons of that date.

Promises: `(renewal - today()).days < 90` becomes `renewal < today() + P90D`, which is true, false and null
for the same dates, and reads the clock where the original did. Refuses: what is not one date fact less a
fixed date or the reverse, numbers of days that no date has, and anything computed further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from abm_tree.feel import Undetermined, Value, compile
from abm_tree.feel.calendar import DAY, Date, DaysDuration
from abm_tree.feel.syntax import (
    Arithmetic,
    Between,
    Comparison,
    Expr,
    In,
    Literal,
    Name,
    Property,
    RangeLiteral,
    Tests,
    UnaryTest,
)
from abm_tree.source import Span
from abm_tree.tree.parts import Definition, Derived, Fact
from abm_tree.walk.reader import Reader

NOWHERE = Span(0, 0)
DEEP = 20  # derived facts that lead to one another
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Distance:
    """A date fact less a fixed date, or, `turned`, the reverse; in days, or as a duration."""

    fact: Name
    base: Expr
    turned: bool
    in_days: bool


class Days:
    """Rewrites comparisons in one tree; `is_fixed` says whether an expression has one value."""

    def __init__(
        self, names: Mapping[str, Definition], reader: Reader, is_fixed: Callable[[Expr], bool]
    ) -> None:
        self.names, self.reader, self.is_fixed = names, reader, is_fixed

    def compared(self, expr: Expr) -> Expr | None:
        """A comparison, `between` or `in` of days as one of a date; None where it is none of days."""
        match expr:
            case Comparison(operator, left, right):
                found = self.distance(left)
                if found is None:
                    found, right, operator = self.distance(right), left, TURNED[operator]
                if found is None:
                    return None
                end = self._end(found, operator, right)
                return None if end is None else replace(expr, operator=end[0], left=found.fact, right=end[1])
            case Between(of, low, high):
                found = self.distance(of)
                if found is None:
                    return None
                ends = self._end(found, ">=", low), self._end(found, "<=", high)
                if ends[0] is None or ends[1] is None:
                    return None
                first, last = (ends[1][1], ends[0][1]) if found.turned else (ends[0][1], ends[1][1])
                return Between(found.fact, first, last, expr.span)
            case In(of, tests):
                found = self.distance(of)
                moved = None if found is None else self._tests(found, tests)
                return None if found is None or moved is None else In(found.fact, moved, expr.span)
        return None

    def tests(self, decided: Expr, tests: Tests) -> tuple[Name, Tests] | None:
        """Tests of a decision about days as tests of the date."""
        found = self.distance(decided)
        moved = None if found is None else self._tests(found, tests.items)
        return None if found is None or moved is None else (found.fact, replace(tests, items=moved))

    def distance(self, expr: Expr, depth: int = 0) -> Distance | None:
        """What an expression is, as the distance of a date fact from a fixed date."""
        match expr:
            case Name(name) if depth < DEEP:
                found = self.names.get(name)
                if isinstance(found, Derived) and found.condition.expr is not None:
                    return self.distance(found.condition.expr, depth + 1)
            case Property(of, "days"):
                part = self.distance(of, depth)
                return None if part is None or part.in_days else replace(part, in_days=True)
            case Arithmetic("-", left, right):
                for one, other, turned in ((left, right, False), (right, left, True)):
                    if isinstance(one, Name) and self._is_date(one) and self.is_fixed(other):
                        fixed = type(compile(other)(self.reader)) is Date
                        return Distance(one, other, turned, False) if fixed else None
        return None

    def _is_date(self, name: Name) -> bool:
        found = self.names.get(name.name)
        return isinstance(found, Fact) and found.type == "date"

    def _tests(self, found: Distance, tests: tuple[Expr, ...]) -> tuple[Expr, ...] | None:
        moved = [self._test(found, test) for test in tests]
        return None if None in moved else tuple(one for one in moved if one is not None)

    def _test(self, found: Distance, test: Expr) -> Expr | None:
        match test:
            case UnaryTest(operator, of):
                end = self._end(found, operator, of)
                return None if end is None else UnaryTest(end[0], end[1], test.span)
            case RangeLiteral(low, high, low_closed, high_closed):
                first = self._end(found, ">=" if low_closed else ">", low)
                last = self._end(found, "<=" if high_closed else "<", high)
                if first is None or last is None:
                    return None
                if found.turned:
                    first, last = last, first
                return RangeLiteral(first[1], last[1], "=" in first[0], "=" in last[0], test.span)
        if not self.is_fixed(test):
            return None
        end = self._end(found, "=", test)
        return None if end is None else end[1]

    def _end(self, found: Distance, operator: str, of: Expr) -> tuple[str, Expr] | None:
        """How the date is compared, and with what."""
        if not self.is_fixed(of):
            return None
        value = compile(of)(self.reader)
        days = None if isinstance(value, Undetermined) else self._days(found, value)
        if days is None:
            return None
        if operator in ("=", "!="):
            if days != days.to_integral_value():
                return None
        else:
            # Days are whole, so that an end between two of them is as good as the next one.
            up = operator in ("<", ">=")
            days = days.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR)
        length = DaysDuration(int(days) * DAY)
        end = Arithmetic("-" if found.turned else "+", found.base, Literal(length, NOWHERE), NOWHERE)
        if type(compile(end)(self.reader)) is not Date:
            return None
        return TURNED[operator] if found.turned else operator, end

    @staticmethod
    def _days(found: Distance, value: Value) -> Decimal | None:
        if found.in_days:
            fits = isinstance(value, Decimal) and abs(value) < 10**9
            return value if isinstance(value, Decimal) and fits else None
        if isinstance(value, DaysDuration):
            return Decimal(value.nanoseconds) / Decimal(DAY)
        return None
