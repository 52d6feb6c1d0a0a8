"""Workdays: Monday to Friday, counted from any day of the week."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.feel import Date
from abm_tree.walk.choose import workdays_after


def later(day: dt.date, count: int) -> dt.date:
    found = workdays_after(Date(day.year, day.month, day.day), count)
    assert found is not None
    return dt.date(found.year, found.month, found.day)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 5, "2026-11-27"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-21", 5, "2026-11-27"),
        ("2026-11-21", 6, "2026-11-30"),
        ("2026-11-22", 10, "2026-12-04"),
        ("2026-11-22", 0, "2026-11-23"),
        ("2026-11-18", 0, "2026-11-18"),
    ],
)
def test_workdays_from_any_day(day: str, count: int, expected: str) -> None:
    assert later(dt.date.fromisoformat(day), count).isoformat() == expected


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 400))
def test_so_many_days_of_work_lie_between(day: dt.date, count: int) -> None:
    end = later(day, count)
    assert end.isoweekday() <= 5
    days = [day + dt.timedelta(days=one) for one in range(1, (end - day).days + 1)]
    assert sum(1 for one in days if one.isoweekday() <= 5) == count
