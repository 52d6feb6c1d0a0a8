"""Codes: a fact's values as the few that a tree can tell apart.

Promises: code 0 is unknown, 1 is null (known to be none); each point has a code, and so has each stretch
between two; which code a value has is decided over exact values, whatever form its column has. Refuses:
values that a fact of its type cannot have; they are strays, and their rows go to the interpreter.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from abm_tree.feel.calendar import Date, date_of_number, day_number
from abm_tree.feel.values import Value

if TYPE_CHECKING:
    from abm_tree.tree.parts import Fact

UNKNOWN, NULL, FIRST = 0, 1, 2
STRAY = -1
_EXACT = Context(prec=4000, Emin=-999_999, Emax=999_999)


@dataclass(frozen=True, slots=True)
class Coder:
    """How one fact is coded."""

    key: str
    kind: type  # of its values
    domain: str  # "boolean", "ids" (nothing but the points), "whole" (numbers), or ""
    points: tuple[Any, ...]  # sorted
    opaque: bool  # some decision needs the value itself
    lacks: tuple[str, ...] = ()  # of a computed number: the facts that can keep it open, a code for each

    @property
    def size(self) -> int:
        """How many codes there are."""
        return self.lack(len(self.lacks))

    def lack(self, at: int) -> int:
        """The code for a fact that is not known and keeps the number open."""
        return FIRST + 2 * len(self.points) + 1 + at

    def code(self, value: Value) -> int:
        """A known value's code; STRAY for a value that the fact cannot have."""
        if value is None:
            return NULL
        if not self.points and not self.domain:
            return FIRST  # nothing is told apart, so no value is a stray
        if type(value) is not self.kind:
            return STRAY
        at = (
            bisect_left(self.points, day_number(value), key=day_number)
            if isinstance(value, Date)
            else bisect_left(self.points, value)
        )
        if at < len(self.points) and self.points[at] == value:
            return FIRST + 2 * at + 1
        if self.domain in ("boolean", "ids"):
            return STRAY
        if self.domain == "whole" and isinstance(value, Decimal) and value != value.to_integral_value():
            return STRAY
        return FIRST + 2 * at

    def example(self, code: int) -> Value:
        """A value with a code from FIRST on; None where no value has it."""
        at, is_point = divmod(code - FIRST, 2)
        if is_point:
            found: Value = self.points[at]
            return found
        if self.domain in ("boolean", "ids"):
            return None
        low = self.points[at - 1] if at else None
        high = self.points[at] if at < len(self.points) else None
        found = _between(self.kind, low, high)
        return found if found is not None and self.code(found) == code else None


def coder(key: str, fact: Fact, kind: type, points: set[Value], exact: bool, whole: bool) -> Coder:
    """The coder of a fact with these points."""
    distinct: list[Any] = []
    for point in sorted(points, key=_order):
        if not distinct or distinct[-1] != point:
            distinct.append(point)
    domain = ""
    if fact.type == "boolean":
        domain = "boolean"
    elif fact.type == "choice" and not fact.open and set(fact.choices) <= points:
        domain = "ids"
    elif whole:
        domain = "whole"
    return Coder(key, kind, domain, tuple(distinct), exact)


def _order(value: Any) -> Any:
    return day_number(value) if isinstance(value, Date) else value


def _between(kind: type, low: Any, high: Any) -> Value:
    """Some value strictly between two (None: no end)."""
    if kind is Decimal:
        if low is None:
            return Decimal(0 if high is None else math.ceil(high) - 1)
        whole = Decimal(math.floor(low) + 1)
        if high is None or whole < high:
            return whole
        return _EXACT.divide(_EXACT.add(low, high), Decimal(2))
    if kind is str:
        if low is None:
            return "" if high is None or high > "" else None
        return str(low) + "\0"
    if kind is Date:
        if low is None:
            return date_of_number(0 if high is None else day_number(high) - 1)
        return date_of_number(day_number(low) + 1)
    return None
