"""Days as people type them."""

from __future__ import annotations

import datetime as dt
import re

from abm_tree.accounts.numbers import Refused
from abm_tree.accounts.values import STYLE, Style, read_value
from abm_tree.feel import DATE, Date, from_python
from abm_tree.journal.events import now
from abm_tree.tree.parts import Fact

_DAY = Fact("until", "date", DATE, "workspace", False, "Day")
_AHEAD = re.compile(r"^(?:in )?(\d{1,3}) ?(d|days?|w|weeks?|m|months?)$")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_day(text: str, style: Style = STYLE, today: dt.date | None = None) -> Date | Refused:
    """A day: a date in any usual spelling, tomorrow, a weekday, or so many days or weeks ahead."""
    folded = text.strip().casefold()
    base = today or now().astimezone().date()
    ahead = {"today": 0, "tomorrow": 1, "next week": 7}.get(folded)
    if folded.removeprefix("next ") in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(folded.removeprefix("next ")) - base.weekday() - 1) % 7 + 1
    found = _AHEAD.match(folded)
    if found:
        ahead = int(found[1]) * {"d": 1, "w": 7, "m": 30}[found[2][0]]
    if ahead is not None:
        day = from_python(base + dt.timedelta(days=ahead))
        assert isinstance(day, Date)
        return day
    value = read_value(_DAY, text, style)
    if isinstance(value, Date):
        return value
    if isinstance(value, Refused):
        return Refused(value.message, "Write 2026-03-31, tomorrow, friday or 2 weeks.")
    return Refused("That is no day.", "Write 2026-03-31, tomorrow, friday or 2 weeks.")
