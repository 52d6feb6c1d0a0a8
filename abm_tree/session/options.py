"""What options and settings say about a list and about the moment.

Promises: light; what the command says stands over what the workspace says. Refuses: to open lists and trees.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from abm_tree.accounts.understand import Options
from abm_tree.accounts.values import Style
from abm_tree.feel.calendar import Date, DateTime, Time
from abm_tree.feel.iso import parse_date, parse_date_time
from abm_tree.feel.values import from_python, to_python
from abm_tree.journal.events import now as present
from abm_tree.source import Diagnostic, Severity

USUAL_UNKNOWN = frozenset({"n/a", "#n/a", "unknown", "not known", "?"})


@dataclass(frozen=True, slots=True)
class Declared:
    """What a workspace's settings say about a list."""

    path: str | None = None
    id: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    unknown_values: tuple[str, ...] | None = None
    dated_by: str | None = None
    decimal: str | None = None
    dates: str | None = None
    sheet: str | None = None
    header_row: int | None = None

    @classmethod
    def of(cls, settings: Any) -> Declared | None:
        """The same out of the settings' model."""
        if settings is None:
            return None
        found: dict[str, Any] = {name: getattr(settings, name, None) for name in cls.__dataclass_fields__}
        words = found["unknown_values"]
        found["unknown_values"] = None if words is None else tuple(words)
        return cls(**{**found, "map": dict(found["map"] or {})})


def moment(text: str | None, timezone: str | None = None) -> DateTime | Diagnostic:
    """The moment that `--as-of` names, in the workspace's time zone; now, where nothing is named."""
    zone = None
    if timezone:
        try:
            zone = ZoneInfo(timezone)
        except (KeyError, ValueError, OSError):
            message = f'"{timezone}" is no time zone.'
            return Diagnostic(
                "bad-timezone",
                Severity.ERROR,
                message,
                "abm-tree.toml",
                help='For example timezone = "Europe/Berlin".',
            )
    now = present().astimezone(zone).replace(microsecond=0)
    if text is None:
        return _zoned(now, timezone)
    day = parse_date(text)
    if day is not None:
        return DateTime(day, _at_midnight(day, zone, timezone))
    whole = parse_date_time(text)
    if whole is None:
        message = f'"{text}" is no date.'
        return Diagnostic(
            "bad-date", Severity.ERROR, message, "--as-of", help="Write 2026-03-31 or 2026-03-31T09:00:00."
        )
    if whole.time.offset is None and whole.time.zone is None:
        midnight = _at_midnight(whole.date, zone, timezone)
        at = whole.time
        return DateTime(
            whole.date, Time(at.hour, at.minute, at.second, at.nanosecond, midnight.offset, midnight.zone)
        )
    if timezone and whole.time.zone is None:
        # An instant: the workspace's clock says which day it is.
        with suppress(ValueError, OverflowError):
            return _zoned(to_python(whole).astimezone(zone), timezone)
    return whole


def _at_midnight(day: Date, zone: ZoneInfo | None, timezone: str | None) -> Time:
    if timezone:
        return Time(0, 0, 0, 0, None, timezone)
    try:
        local = dt.datetime(day.year, day.month, day.day).astimezone(zone)
        offset = local.utcoffset()
    except (ValueError, OverflowError, OSError):
        offset = None
    return Time(0, 0, 0, 0, int(offset.total_seconds()) if offset is not None else 0)


def _zoned(now: dt.datetime, timezone: str | None) -> DateTime:
    found = from_python(now)
    assert isinstance(found, DateTime)
    if timezone:
        at = found.time
        return DateTime(found.date, Time(at.hour, at.minute, at.second, at.nanosecond, None, timezone))
    return found


def list_options(
    settings: Any,
    *,
    mapping: Mapping[str, str] | None = None,
    id_column: str | None = None,
    decimal: str | None = None,
    dates: str | None = None,
    unknown: Iterable[str] = (),
    dated_by: str | None = None,
    list_date: Date | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    dictionary: Iterable[str] = (),
) -> Options:
    """How to read a list: what the command says, over what the workspace says."""
    settings = settings or Declared()
    style = Style(
        decimal=decimal or settings.decimal,
        dates=dates or settings.dates,
        unknown=frozenset(word.strip().casefold() for word in (*(settings.unknown_values or ()), *unknown)),
        usual=frozenset() if settings.unknown_values is not None else USUAL_UNKNOWN,
    )
    return Options(
        mapping={**settings.map, **(mapping or {})},
        dictionary=frozenset(dictionary),
        id_column=id_column or settings.id,
        style=style,
        dated_by=dated_by or settings.dated_by,
        list_date=list_date,
        sheet=sheet if sheet is not None else settings.sheet,
        header_row=header_row or settings.header_row,
    )
