"""An account's plan as a file for others, from a screen: what `abm-tree plan -o` writes.

Promises: people by their ids and sensitive values hidden; the file is whole or not there, and nothing is ever
written over. Refuses: to make an empty calendar.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from abm_tree.feel import string
from abm_tree.group.views import By
from abm_tree.report.files import file_name
from abm_tree.session.export import MAX_ACCOUNT, Nothing, write_new
from abm_tree.session.plan import AccountPlan
from abm_tree.session.plan_files import plan_csv, plan_json, plan_markdown

Kind = Literal["markdown", "csv", "calendar", "json"]
SUFFIXES: dict[Kind, str] = {"markdown": ".md", "csv": ".csv", "calendar": ".ics", "json": ".json"}


def plan_content(kind: Kind, found: AccountPlan, by: By = "date") -> str:
    """What such a file holds; raises Nothing."""
    found = found.masked()
    match kind:
        case "markdown":
            return plan_markdown(found, by)
        case "csv":
            return plan_csv(found)
        case "json":
            return plan_json(found)
        case "calendar":
            from abm_tree.session.plan_calendar import plan_calendar  # icalendar: 50 ms

            made = plan_calendar(found)
            if not made.events:
                raise Nothing("Nothing in the plan has a date, so there is no calendar.")
            return made.text


def export_plan(kind: Kind, found: AccountPlan, folder: Path, by: By = "date") -> Path:
    """Write the plan into a folder, under a name of its own; raises Nothing and OSError."""
    text = plan_content(kind, found, by)
    account = found.masked().title[:MAX_ACCOUNT]
    day = string(found.snapshot.as_of.date)
    return write_new(folder / file_name(account, "plan", day, suffix=SUFFIXES[kind]), text)
