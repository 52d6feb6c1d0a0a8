"""What is to be done after a decision, as CSV for a task list or a spreadsheet.

Promises: one row for each action, whatever it lacks; no cell is a formula to any spreadsheet, and no row
breaks; values of sensitive facts are hidden unless asked for. Refuses: other separators than commas.
"""

from __future__ import annotations

import io

from abm_tree.report.files import csv_writer, inert, one_line
from abm_tree.report.notes import fallback_line
from abm_tree.report.view import Names, View, view
from abm_tree.tree.parts import Tree
from abm_tree.walk.record import Record, Task

COLUMNS = (
    *("do", "owner", "due", "every", "channel"),
    *("account_id", "account", "deal_id", "stakeholder_id", "stakeholder"),
    *("outcome", "verdict", "check", "fallback", "tree", "note"),
)


def actions_csv(record: Record, tree: Tree, names: Names | None = None, *, unmasked: bool = False) -> str:
    """The actions of a record as CSV, a header first; UTF-8, commas, "\\n"."""
    seen = view(record, tree, names, unmasked=unmasked)
    file = io.StringIO()
    writer = csv_writer(file)
    writer.writerow(COLUMNS)
    for task in seen.record.actions:
        writer.writerow([inert(one_line(cell)) for cell in _cells(task, seen, tree)])
    return file.getvalue()


def _cells(task: Task, seen: View, tree: Tree) -> tuple[str, ...]:
    record, subject = seen.record, seen.record.subject
    # Where a name is not known, or not shown, the view says the id; that has a column of its own.
    account = seen.account if seen.account != subject.account_id else ""
    person = seen.stakeholder if seen.stakeholder != subject.stakeholder_id else ""
    person = "; ".join(task.people) or person
    return (
        *(task.do, task.owner, task.due, task.every, task.channel),
        *(subject.account_id, account, subject.deal_id, subject.stakeholder_id, person),
        *(task.outcome or record.outcome, record.verdict, task.check),
        *(fallback_line(task, str) if task.fallback else "", tree.id, task.note),
    )
