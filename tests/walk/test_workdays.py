"""Workdays: Monday to Friday, counted from any day of the week."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree import open_tree
from abm_tree.feel import Date, parse_date_time
from abm_tree.walk.advance import advance
from abm_tree.walk.choose import workdays_after

LATER = """
id = "later"
title = "Later"
start = "end"
[outcomes.end]
title = "End"
actions = [
  { do = "A", owner = "rep", within = "P2D" },
  { do = "B", owner = "rep", within = "PT48H" },
  { do = "C", owner = "rep", within = "PT30H" },
  { do = "D", owner = "rep", within = "P1M" },
]
"""


@pytest.mark.parametrize(
    ("as_of", "days"),
    [
        # Clocks change in Berlin on 29 March and on 25 October.
        ("2026-03-28T00:00:00@Europe/Berlin", ("2026-03-30", "2026-03-30", "2026-03-29", "2026-04-28")),
        ("2026-03-28T23:30:00@Europe/Berlin", ("2026-03-30", "2026-03-30", "2026-03-30", "2026-04-28")),
        ("2026-10-24T00:00:00@Europe/Berlin", ("2026-10-26", "2026-10-26", "2026-10-25", "2026-11-24")),
        ("2026-10-24T23:30:00@Europe/Berlin", ("2026-10-26", "2026-10-26", "2026-10-26", "2026-11-24")),
    ],
)
def test_days_are_days_of_the_calendar_also_where_the_clocks_change(
    tmp_path: Path, as_of: str, days: tuple[str, ...]
) -> None:
    path = tmp_path / "later.toml"
    path.write_text(LATER, encoding="utf-8")
    now = parse_date_time(as_of)
    assert now is not None
    due = [task.due for task in advance(open_tree(str(path)).tree, {}, now).actions]
    assert tuple(text[:10] for text in due) == days
    assert ["T" in text for text in due] == [False, False, True, False], "hours end at a moment"


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
