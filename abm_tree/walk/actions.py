"""Actions after a decision: which apply, in whose words, until when.

Promises: conditions on actions never ask; what cannot be decided stands in the record as "check". Refuses:
calendars with holidays; workdays are Monday to Friday.
"""

from __future__ import annotations

from abm_tree.feel import Date, DateTime, DaysDuration, Undetermined, Value, add, string
from abm_tree.feel.calendar import DAY
from abm_tree.tree.parts import Action, Fallback, OpenList, Period
from abm_tree.walk.choose import workdays_after
from abm_tree.walk.reader import Reader
from abm_tree.walk.record import Task
from abm_tree.walk.tell import do_text, fill, gap, role_of


def tasks(action: Action, reader: Reader, outcome: str) -> list[Task]:
    """An action as tasks: none where its condition fails, one for each item of a list."""
    check = ""
    if action.condition is not None:
        holds = action.condition.run(reader)
        if holds is False:
            return []
        if holds is not True:
            check = _unsure(holds, reader, action.condition.text)
    if not action.each:
        return [_task(action, reader, outcome, check, None)]
    points = reader.tree.names.get(action.each)
    out: list[Task] = []
    for item in points.items if isinstance(points, OpenList) else ():
        item_check = check
        if item.condition is not None:
            holds = item.condition.run(reader)
            if isinstance(holds, Undetermined):
                item_check = item_check or _unsure(holds, reader, item.condition.text)
            elif holds is not True:
                continue
        out.append(_task(action, reader, outcome, item_check, fill(item.text, reader)))
    return out


def _unsure(holds: Value | Undetermined, reader: Reader, text: str) -> str:
    if isinstance(holds, Undetermined) and holds.fact:
        return f"{gap(reader, holds.fact)[1:-2]} is not known"
    return f"`{text}` could not be decided"


def _task(action: Action, reader: Reader, outcome: str, check: str, item: str | None) -> Task:
    role = role_of(reader)
    due = due_by(action.within, reader) if action.within is not None else ""
    if action.due is not None:
        value = action.due.run(reader)
        if isinstance(value, Date | DateTime):
            due = string(value)
        else:
            check = check or f"no date: {_unsure(value, reader, action.due.text)}"
    return Task(
        do=do_text(action.do, role, reader, item),
        owner=action.owner,
        channel=action.channel,
        due=due,
        every=period_text(action.every, reader),
        note=fill(action.note, reader, item) if action.note is not None else "",
        outcome=outcome,
        check=check,
        fallback=_fallback(action.fallback, role, reader, item),
    )


def _fallback(
    fallback: Fallback | None, role: str | None, reader: Reader, item: str | None
) -> dict[str, str]:
    if fallback is None:
        return {}
    found = {
        "do": do_text(fallback.do, role, reader, item),
        "owner": fallback.owner,
        "channel": fallback.channel,
        "after": period_text(fallback.after, reader),
    }
    return {key: value for key, value in found.items() if value}


def due_by(period: Period, reader: Reader) -> str:
    """The day, or for hours the moment, at which a stretch of time from `as_of` is over."""
    if period.workdays is not None:
        day = workdays_after(reader.as_of.date, period.workdays)
        return string(day) if day is not None else ""
    duration = _duration(period, reader)
    if duration is None:
        return ""
    # Whole days are days of the calendar, also where one of them has 23 or 25 hours.
    hours = isinstance(duration, DaysDuration) and duration.nanoseconds % DAY != 0
    end = add(reader.as_of if hours else reader.as_of.date, duration)
    return string(end) if isinstance(end, Date | DateTime) else ""


def period_text(period: Period | None, reader: Reader) -> str:
    """A stretch of time as text: an ISO 8601 duration, or workdays."""
    if period is None:
        return ""
    if period.workdays is not None:
        return period.text
    duration = _duration(period, reader)
    return string(duration) if duration is not None else ""


def _duration(period: Period, reader: Reader) -> Value:
    if period.parameter is None:
        return period.duration
    value = reader.read(period.parameter)
    return None if isinstance(value, Undetermined) else value
