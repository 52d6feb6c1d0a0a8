"""Values from Python and back, and their texts."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest

from abm_tree.feel import (
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Range,
    Time,
    evaluate,
    from_python,
    literal,
    parse_date,
    parse_date_time,
    parse_duration,
    string,
    to_python,
    type_name,
)


class Colour(StrEnum):
    RED = "red"


def test_from_python() -> None:
    assert from_python(True) is True
    assert from_python(3) == Decimal(3)
    assert from_python(0.1) == Decimal("0.1")
    assert type(from_python(Colour.RED)) is str
    assert from_python([1, ("a", None)]) == (Decimal(1), ("a", None))
    berlin = datetime.datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert string(from_python(berlin)) == "2026-11-21T09:30:00@Europe/Berlin"
    assert string(from_python(datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC))) == "2026-11-21T00:00:00Z"
    assert from_python(datetime.timedelta(hours=1)) == DaysDuration(3_600 * 10**9)
    with pytest.raises(ValueError, match="infinite"):
        from_python(float("inf"))
    with pytest.raises(TypeError, match="dict"):
        from_python({})


def test_numbers_have_34_digits() -> None:
    assert evaluate("1 / 3") == Decimal("0." + "3" * 34)
    assert from_python(Decimal("1" * 40)) == Decimal("1" * 34 + "0" * 6)


def test_what_python_lacks_is_refused() -> None:
    for value in (
        MonthsDuration(1),
        Range(None, Decimal(1), False, False),
        Date(99_999, 1, 1),
        Time(1, 2, 3, 4),
    ):
        with pytest.raises(ValueError, match=r".+"):
            to_python(value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("-0.0", "0"),
        ("1e50", "1E+50"),
        ('"a\\"b\\n"', '"a\\"b\\n"'),
        ('@"P400D"', '@"P400D"'),
        ('@"PT25H"', '@"P1DT1H"'),
        ('@"P14M"', '@"P1Y2M"'),
        ('@"P0D"', '@"PT0S"'),
        ('@"-P0Y"', '@"P0M"'),
        ('@"10:00:00+00:00"', '@"10:00:00Z"'),
        ("[1, null, true]", "[1, null, true]"),
        ("(1..2]", "(1..2]"),
        ("(>= 5)", "(>= 5)"),
        ("(!= 5)", "(!= 5)"),
    ],
)
def test_literals(text: str, shown: str) -> None:
    assert literal(evaluate(text)) == shown


def test_parsing() -> None:
    assert parse_date("2024-02-29") == Date(2024, 2, 29)
    assert parse_date("2023-02-29") is None
    assert parse_date_time("2026-11-21T24:00:00") == DateTime(Date(2026, 11, 22), Time(0, 0, 0))
    assert parse_duration("P1Y2M") == MonthsDuration(14)
    assert parse_duration("P1Y1D") is None
    assert parse_duration("PT") is None
    assert parse_duration("P") is None


def test_type_names() -> None:
    values = ("null", "true", "1", '"a"', '@"2026-11-21"', '@"P1D"', '@"P1M"', "[1..2]", "[]")
    assert [type_name(evaluate(value)) for value in values] == [
        "null",
        "yes or no",
        "a number",
        "a text",
        "a date",
        "a duration in days",
        "a duration in months",
        "a range",
        "a list",
    ]
