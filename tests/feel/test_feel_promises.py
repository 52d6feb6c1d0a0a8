"""What holds for every tree and every value."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from feel_trees import (
    AS_OF,
    NAMES,
    Facts,
    date_times,
    dates,
    days_durations,
    months_durations,
    numbers,
    trees,
    unary_tests,
    values,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abm_tree.feel import (
    ANY,
    BOOLEAN,
    Date,
    DateTime,
    DaysDuration,
    Expr,
    FeelError,
    MonthsDuration,
    Range,
    Time,
    Undetermined,
    Value,
    add,
    check,
    check_tests,
    compare,
    compile,
    compile_tests,
    equal,
    evaluate,
    from_python,
    literal,
    parse,
    parse_date,
    parse_tests,
    satisfies,
    show,
    string,
    subtract,
    to_python,
)
from abm_tree.feel import (
    Tests as UnaryTests,
)
from abm_tree.feel.calendar import date_of_number, day_number, day_of_year, week_of_year, weekday
from abm_tree.feel.operators import identity

_SLOW = settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Anything:
    """A scope in which every name is something."""

    def type_of(self, name: str) -> object:
        return ANY

    def names(self) -> tuple[str, ...]:
        return ()


@given(trees)
def test_a_shown_tree_reads_as_itself(tree: Expr) -> None:
    assert parse(show(tree)) == tree


@given(unary_tests)
def test_shown_tests_read_as_themselves(tests: UnaryTests) -> None:
    assert parse_tests(show(tests)) == tests


@pytest.mark.slow
@_SLOW
@given(trees)
def test_many_shown_trees_read_as_themselves(tree: Expr) -> None:
    assert parse(show(tree)) == tree
    assert show(parse(show(tree))) == show(tree)


@given(values)
def test_a_literal_reads_as_its_value(value: Value) -> None:
    found = evaluate(literal(value))
    assert type(found) is type(value)
    assert identity(found) == identity(value)


@given(trees, st.dictionaries(st.sampled_from(["a", "b", "deal.amount"]), values))
def test_evaluation_never_raises(tree: Expr, facts: dict[str, Value]) -> None:
    run = compile(tree)
    first = run(Facts(facts))
    assert first == run(Facts(facts))
    if isinstance(first, Undetermined):
        assert first.fact in NAMES


@given(unary_tests, values)
def test_tests_never_raise(tests: UnaryTests, value: Value) -> None:
    verdict = compile_tests(tests)(value, Facts({}))
    assert verdict is None or isinstance(verdict, bool | Undetermined)


@given(trees)
def test_checking_never_raises_and_finds_places(tree: Expr) -> None:
    text = show(tree)
    for problem in check(parse(text), Anything(), BOOLEAN).problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.message
    check_tests(UnaryTests((tree,), False, tree.span), ANY, Anything())


@given(st.text())
def test_random_text_is_a_value_or_an_error_with_a_place(text: str) -> None:
    for read in (parse, parse_tests):
        try:
            read(text)
        except FeelError as error:
            assert 0 <= error.span.start <= error.span.end <= len(text)


_PIECES = [*'()[]"?.,-+*/=<>!@ 1aé', "not", " in ", " and ", "if ", "..", "date("]


@given(st.lists(st.sampled_from(_PIECES)))
def test_random_tokens_are_a_value_or_an_error_with_a_place(parts: list[str]) -> None:
    text = "".join(parts)
    for read in (parse, parse_tests):
        try:
            read(text)
        except FeelError as error:
            assert 0 <= error.span.start <= error.span.end <= len(text)


@given(numbers, numbers, numbers, st.booleans(), st.booleans())
def test_a_range_is_two_comparisons(x: Decimal, low: Decimal, high: Decimal, left: bool, right: bool) -> None:
    inside = (low <= x if left else low < x) and (x <= high if right else x < high)
    assert satisfies(x, Range(low, high, left, right)) is inside
    text = f"{x} in {'[' if left else '('}{low}..{high}{']' if right else ')'}"
    assert evaluate(text) is inside


@given(values, values)
def test_equality_is_symmetric_and_agrees_with_identity(a: Value, b: Value) -> None:
    assert equal(a, b) == equal(b, a)
    assert (equal(a, b) is True) == (identity(a) == identity(b))
    assert equal(a, a) is True
    order = compare(a, b)
    assert compare(b, a) == (None if order is None else -order)


@given(st.dates())
def test_the_calendar_is_pythons(day: datetime.date) -> None:
    date = Date(day.year, day.month, day.day)
    assert day_number(date) == day.toordinal() - 719_163
    assert date_of_number(day_number(date)) == date
    assert weekday(date) == day.isoweekday()
    assert week_of_year(date) == day.isocalendar().week
    assert day_of_year(date) == day.timetuple().tm_yday
    assert parse_date(string(date)) == date
    assert to_python(from_python(day)) == day


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_datetimes_come_back(moment: datetime.datetime) -> None:
    found = from_python(moment)
    back = to_python(found)
    assert back.replace(tzinfo=None) == moment.replace(tzinfo=None)
    if moment.fold == 0 and moment.utcoffset() is not None and moment.utcoffset().microseconds == 0:
        assert back.utcoffset() == moment.utcoffset()


@given(st.timedeltas(datetime.timedelta(-99_999), datetime.timedelta(99_999)))
def test_timedeltas_come_back(length: datetime.timedelta) -> None:
    assert to_python(from_python(length)) == length


@given(date_times, days_durations)
def test_adding_and_subtracting_a_duration_comes_back(moment: DateTime, length: DaysDuration) -> None:
    later = add(moment, length)
    assert isinstance(later, DateTime)
    assert subtract(later, moment) == length
    assert equal(subtract(later, length), moment) is True
    assert compare(later, moment) == (length.nanoseconds > 0) - (length.nanoseconds < 0)


@given(dates, months_durations)
def test_adding_months_keeps_days_that_every_month_has(date: Date, length: MonthsDuration) -> None:
    later = add(date, length)
    assert isinstance(later, Date)
    assert later.day == date.day
    assert subtract(later, length) == date


@given(numbers, numbers)
def test_arithmetic_is_exact(a: Decimal, b: Decimal) -> None:
    assert evaluate("a + b - b", {"a": a, "b": b}) == a
    assert evaluate("a * b", {"a": a, "b": b}) == a * b
    if b:
        assert evaluate("b * floor(a / b) + modulo(a, b)", {"a": a, "b": b}) == pytest.approx(
            a, abs=Decimal("1e-12")
        )


def test_the_day_of_evaluation() -> None:
    assert evaluate("today()", as_of=AS_OF) == Date(2026, 11, 21)
    assert evaluate("now()", as_of=AS_OF) == AS_OF
    assert evaluate('now() + duration("PT1H")', as_of=AS_OF) == DateTime(
        AS_OF.date, Time(10, 30, 0, 0, None, "Europe/Berlin")
    )
