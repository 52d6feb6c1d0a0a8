"""Evidence as text, Markdown, CSV and JSON.

Promises: no share without its number of rows and its interval; what weakens the figures stands beside them;
text from the list is text. Refuses: to judge.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

from abm_tree.report.files import csv_writer, inert, one_line
from abm_tree.report.markdown import text as plain
from abm_tree.report.shares import ENOUGH, FEW, Evidence, Share

HEADS = ("outcome", "rows", "won", "lost", "neither", "won %", "95 % interval", "")
ENDS = {"needs": "undecided, needs {}", "waits": "waits", "error": "error"}
OTHER = {
    "other": "neither won nor lost",
    "blank": "nothing is said",
    "error": "the result cannot be read",
}


def text(found: Evidence) -> str:
    """A table with what is to be known about it."""
    rows = [HEADS, *(_cells(one) for one in found.shares), _cells(found.whole)]
    wide = [max(len(row[at]) for row in rows) for at in range(len(HEADS))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(wide[at]) if at in (0, 7) else cell.rjust(wide[at]) for at, cell in enumerate(row)
        ]
        lines.append("  ".join(cells).rstrip())
    rule = "-" * max(len(line) for line in lines)
    return "\n".join([_head(found), "", lines[0], *lines[1:-1], rule, lines[-1], "", *_notes(found)]).rstrip()


def markdown(found: Evidence) -> str:
    """The same for a document or a pull request."""
    rows = [_cells(one) for one in (*found.shares, found.whole)]
    table = [
        "| " + " | ".join(plain(head) or " " for head in HEADS) + " |",
        "|---|" + "---:|" * 6 + "---|",
        *("| " + " | ".join(plain(cell) or " " for cell in row) + " |" for row in rows),
    ]
    return "\n\n".join(
        [plain(_head(found)), "\n".join(table), *(f"- {plain(note)}" for note in _notes(found))]
    )


def comma_separated(found: Evidence) -> str:
    """The table alone: shares between 0 and 1, empty where there is none."""
    out = io.StringIO()
    writer = csv_writer(out)
    writer.writerow(("kind", "name", "title", "rows", "won", "lost", "neither", "won_share", "low", "high"))
    for one in (*found.shares, found.whole):
        low, high = one.interval or ("", "")
        rate = "" if one.rate is None else one.rate
        cells = (one.kind, one.name, one.title, one.rows, one.won, one.lost, one.open, rate, low, high)
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def as_json(found: Evidence) -> str:
    """All of it."""
    whole: dict[str, Any] = {
        "version": 1,
        "tree": found.tree,
        "revision": found.revision,
        "list": found.list,
        "column": found.column,
        "as_of": found.as_of,
        "ends": [_object(one) for one in found.shares],
        "all": _object(found.whole),
        "neither": dict(found.other),
        "in_sample": found.in_sample,
        "chosen_on": list(found.chosen_on),
        "parameters_from_data": list(found.from_data),
        "notes": _notes(found),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _object(one: Share) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": one.name,
        "title": one.title,
        "rows": one.rows,
        "won": one.won,
        "lost": one.lost,
        "neither": one.open,
        "won_share": one.rate,
        "interval": None if one.interval is None else list(one.interval),
        "few": one.few,
    }


def _head(found: Evidence) -> str:
    whole = found.whole
    return (
        f"{one_line(found.title)} ({found.tree}) over {one_line(found.list)}: {whole.rows:,} rows, "
        f'{whole.won:,} won and {whole.lost:,} lost by "{one_line(found.column)}"'
    )


def _cells(one: Share) -> Sequence[str]:
    name = {"outcome": one.name, "all": "all"}.get(one.kind) or ENDS[one.kind].format(one.name)
    counts = [f"{count:,}" for count in (one.rows, one.won, one.lost, one.open)]
    if one.rate is None or one.interval is None:
        return (name, *counts, "n/a", "", "none is closed")
    low, high = one.interval
    note = "few" if one.few else ""
    return (name, *counts, f"{one.rate:.1%}"[:-1], f"{low:.1%}"[:-1] + " to " + f"{high:.1%}"[:-1], note)


def _notes(found: Evidence) -> list[str]:
    notes = []
    if found.in_sample:
        notes.append(
            "In-sample: the rules were chosen on these data ("
            + "; ".join(one_line(text) for text in found.same_data)
            + "). The figures illustrate the tree; they do not validate it."
        )
    elif found.chosen_on or found.from_data:
        told = "; ".join(one_line(text) for text in (*found.chosen_on, *found.from_data))
        notes.append(
            f"Parts of the tree were chosen on data ({told}). Where these rows are among them, the figures "
            "illustrate the tree; they do not validate it."
        )
    else:
        notes.append(
            "The tree names no data that its rules were chosen on. If it was changed while looking at this "
            "list, the figures do not validate it."
        )
    if any(one.few and one.closed for one in found.shares):
        notes.append(f"few: under {FEW} closed rows; the interval says how little that tells.")
    if found.whole.closed < ENOUGH:
        notes.append(
            f"{found.whole.closed:,} closed rows in all; Gong's help asks for {ENOUGH} before it compares."
        )
    if found.other:
        told = ", ".join(f"{count:,} where {OTHER[name]}" for name, count in found.other.items())
        notes.append(f"Not in the shares: {told}.")
    return notes
