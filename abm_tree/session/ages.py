"""Ages, in words. Light: a list of walks needs nothing else."""

from __future__ import annotations

import datetime as dt

from abm_tree.journal.events import now


def days_ago(count: int) -> str:
    """An age in days, in words."""
    if count <= 0:
        return "today"
    if count == 1:
        return "yesterday"
    if count < 60:
        return f"{count} days ago"
    if count < 730:
        return f"{count // 30} months ago"
    return f"{count // 365} years ago"


def ago(at: str, present: dt.datetime | None = None) -> str:
    """How long ago an event was, in words."""
    try:
        then = dt.datetime.fromisoformat(at)
    except ValueError:
        return ""
    seconds = ((present or now()) - then).total_seconds()
    if seconds < 90:
        return "just now"
    if seconds < 5400:
        return f"{round(seconds / 60)} min ago"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} h ago"
    return days_ago(round(seconds / 86400))
