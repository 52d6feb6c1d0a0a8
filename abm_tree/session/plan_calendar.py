"""A plan's due dates as an iCalendar file (RFC 5545).

Promises: all-day events as those of a single walk; an item keeps its UID from one export to the next, so that
a later one updates it; the same plan gives the same bytes. Refuses: items without a date.
"""

from __future__ import annotations

import datetime as dt
import uuid

from icalendar import Calendar, Event

from abm_tree.feel import to_python
from abm_tree.group.plan import Item
from abm_tree.report.calendar import SHORT, SPACE, Dates, calendar_date
from abm_tree.report.files import one_line
from abm_tree.report.periods import in_words, rule
from abm_tree.session.plan import AccountPlan, Hiding
from abm_tree.session.plan_sentences import tell_item
from abm_tree.source import clean
from abm_tree.version import __version__


def plan_calendar(found: AccountPlan) -> Dates:
    """The dated items, each with what to do otherwise; and how many have no date."""
    stamp = _stamp(found)
    calendar = Calendar()
    calendar.add("prodid", f"-//abm-tree//abm-tree {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    seen: dict[str, int] = {}
    events = 0
    for item in found.plan.items:
        when = calendar_date(item.due)
        if when is None:
            continue
        events += 1
        event = _event(found, item, when, _uid(found, item, seen))
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("sequence", max(0, int(stamp.timestamp() // 60)))
        calendar.add_component(event)
    return Dates(calendar.to_ical().decode("utf-8"), events, len(found.plan.items) - events)


def _stamp(found: AccountPlan) -> dt.datetime:
    """The plan's own moment, so that the file follows from the plan."""
    moment = to_python(found.snapshot.as_of)
    assert isinstance(moment, dt.datetime)
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).replace(microsecond=0)


def _uid(found: AccountPlan, item: Item, seen: dict[str, int]) -> str:
    """The same for the same thing to do, whether people are named in it or not."""
    snap = found.snapshot
    what = Hiding(snap).names(item.do) if item.kind == "action" else ""
    key = "\n".join(
        (
            *("plan", snap.account_id, snap.deal_id, item.kind, item.owner, item.channel, item.every),
            *(what, " ".join(item.settles), " ".join(found.own.get(one, one) for one in item.people)),
        )
    )
    seen[key] = seen.get(key, 0) + 1
    return f"{uuid.uuid5(SPACE, clean(f'{key}{seen[key]}'))}@abm-tree"


def _event(found: AccountPlan, item: Item, when: dt.date | dt.datetime, uid: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("summary", f"{one_line(item.do)} ({one_line(found.title)})")
    told = tell_item(found, item)
    lines = [f"{item.number}. {told.about}", *(f"{name}: {text}" for name, text in told.more)]
    repeat = None
    if isinstance(when, dt.datetime):
        event.add("dtstart", when - SHORT)
        event.add("dtend", when)
    else:
        event.add("dtstart", when)
        event.add("dtend", when + dt.timedelta(days=1))
        repeat = rule(item.every, when.day, when.month)
    if repeat is not None:
        event.add("rrule", repeat)
    elif item.every:
        lines.append(f"Repeat: every {in_words(item.every)}")
    names = [found.snapshot.name_of(one) for one in item.people]
    lines += [f"Account: {found.title}", f"People: {', '.join(names)}" if names else ""]
    trees = dict.fromkeys(one.tree_title for one in item.origins)
    lines.append(f"Trees: {', '.join(trees)}" if trees else "")
    event.add("description", "\n".join(one_line(line) for line in lines if line))
    labels = ["abm-tree", "plan", item.owner]
    event.add("categories", [label for label in map(one_line, labels) if label])
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
