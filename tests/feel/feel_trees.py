"""Generated FEEL: values, trees as the parser gives them, and environments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from abm_tree.feel import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Date,
    DateTime,
    DaysDuration,
    Expr,
    Filter,
    If,
    In,
    Known,
    ListLiteral,
    Literal,
    MonthsDuration,
    Name,
    Negate,
    Or,
    Property,
    RangeLiteral,
    Subject,
    Time,
    UnaryTest,
    Undetermined,
    Value,
)
from abm_tree.feel import (
    Tests as UnaryTests,
)
from abm_tree.source import Span

AS_OF = DateTime(Date(2026, 11, 21), Time(9, 30, 0, 0, None, "Europe/Berlin"))
AT = Span(0, 0)
MISSING = Undetermined("m", unknown=False)
UNKNOWN = Undetermined("u", unknown=True)


class Facts:
    """An environment over a mapping; a name that is not in it is missing."""

    as_of = AS_OF

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.asked: list[str] = []

    def read(self, name: str) -> Value | Undetermined:
        self.asked.append(name)
        return self.values.get(name, Undetermined(name, unknown=False))

    def known(self, name: str) -> bool | Undetermined:
        value = self.read(name)
        if isinstance(value, Undetermined):
            return False if value.unknown else value
        return True


dates = st.builds(Date, st.integers(-12_000, 12_000), st.integers(1, 12), st.integers(1, 28))
zones = st.sampled_from([None, "Europe/Berlin", "Australia/Melbourne", "America/New_York", "Etc/UTC"])
times = st.builds(
    Time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.sampled_from([0, 1, 500_000_000])
)
offset_times = st.builds(
    Time, st.integers(0, 23), st.just(5), st.just(0), st.just(0), st.integers(-64_800, 64_800)
)
zone_times = st.builds(Time, st.integers(0, 23), st.just(5), st.just(0), st.just(0), st.none(), zones)
date_times = st.builds(DateTime, dates, times | offset_times | zone_times)
days_durations = st.builds(DaysDuration, st.integers(-(10**17), 10**17))
months_durations = st.builds(MonthsDuration, st.integers(-10_000, 10_000))
numbers = st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(lambda n: n or Decimal(0))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | numbers
    | texts
    | dates
    | times
    | offset_times
    | date_times
    | days_durations
    | months_durations
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5)

NAMES = ("a", "b", "account.employees", "deal.amount", "größe", "x_1", "d.time offset")
names = st.sampled_from(NAMES)
comparisons = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
_leaves = (
    scalars.map(lambda value: Literal(value, AT))
    | names.map(lambda name: Name(name, AT))
    | st.just(Subject(AT))
)


def _is_negative(expr: Expr) -> bool:
    return isinstance(expr, Literal) and isinstance(expr.value, Decimal) and expr.value < 0


def _deeper(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    unary = st.builds(UnaryTest, comparisons, inner, st.just(AT))
    test = inner | unary
    ranges = st.builds(RangeLiteral, inner, inner, st.booleans(), st.booleans(), st.just(AT))
    called = st.lists(inner, max_size=3).map(tuple)
    functions = st.sampled_from(
        ["not", "date and time", "substring", "string length", "sum", "today", "nosuch"]
    )
    named = st.lists(st.tuples(st.sampled_from(["n", "start position", "date"]), inner), max_size=2).map(
        tuple
    )
    properties = st.sampled_from(["year", "time offset", "start included"])
    not_a_name = inner.filter(lambda expr: not isinstance(expr, Name))
    # the parser reads a minus and digits as one number
    signed = inner.filter(
        lambda e: not (isinstance(e, Literal) and isinstance(e.value, Decimal) and e.value < 0)
    )
    return st.one_of(
        st.builds(Comparison, comparisons, inner, inner, st.just(AT)),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner, st.just(AT)),
        st.builds(And, inner, inner, st.just(AT)),
        st.builds(Or, inner, inner, st.just(AT)),
        st.builds(Negate, signed, st.just(AT)),
        st.builds(Between, inner, inner, inner, st.just(AT)),
        st.builds(In, inner, st.lists(test | ranges, min_size=1, max_size=3).map(tuple), st.just(AT)),
        st.builds(If, inner, inner, inner, st.just(AT)),
        st.builds(Filter, inner, inner, st.just(AT)),
        st.builds(ListLiteral, st.lists(test, max_size=3).map(tuple), st.just(AT)),
        st.builds(Call, functions, called, named, st.just(AT)),
        st.builds(Known, names.map(lambda name: Name(name, AT)), st.just(AT)),
        st.builds(Property, not_a_name, properties, st.just(AT)),
        ranges,
        unary,
    )


trees: st.SearchStrategy[Expr] = st.recursive(_leaves, _deeper, max_leaves=12)


unary_tests = st.builds(
    lambda items, negated: UnaryTests(items, negated and bool(items), AT),
    st.lists(trees, max_size=3).map(tuple),
    st.booleans(),
)
