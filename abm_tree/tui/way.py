"""The way so far as rows: what was answered, what was known before, where it may still lead."""

from __future__ import annotations

from collections.abc import Sequence

from abm_tree.session.walk import FactLine, Walk, outcome_title
from abm_tree.tui.text import BLANK, Row, cut, row, wrap
from abm_tree.tui.view import Pane


def way(walk: Walk, lines: Sequence[FactLine], mark: int, width: int, height: int) -> Pane:
    """The answers, what was known before, and what is still possible; `mark` is a line, or -1.

    While a line is marked, what was known before stands among the lines: it can be answered anew, too.
    """
    rows: list[Row] = [row(("The way so far", "title"))]
    marked, span = -1, 1
    for number, line in enumerate(lines):
        if not line.answered and (number == 0 or lines[number - 1].answered):
            rows += [*([BLANK] if number else []), row(("Known before", "title"))]
        found = fact_rows(line, width, number)
        if number == mark:
            marked, span = len(rows), len(found)
        rows += found
    if not lines:
        rows.append(row(("no answers yet", "dim")))
    beneath = _beneath(walk, width, height - len(rows), known=mark < 0)
    return Pane(rows, marked, None if mark >= 0 else 0, beneath, span)


def _beneath(walk: Walk, width: int, room: int, *, known: bool) -> list[Row]:
    """What was known before, and every outcome with whether it can still be reached.

    It stands at the bottom and keeps its lines, so that an answer changes few of them.
    """
    # Names stand in the line at the top.
    before = [line for line in walk.known() if not line.key.endswith(".name")] if known else []
    rows: list[Row] = []
    if before:
        rows += [BLANK, row(("Known before", "title"))]
        for line in before:
            rows += fact_rows(line, width, -1)
    possible = set(walk.record.possible)
    names = [*dict.fromkeys([*walk.tree.outcomes, *walk.record.possible])]
    rows += [BLANK, row((f"Still possible: {len(possible)}", "title"))]
    for name in names:
        title = outcome_title(walk.tree, name)
        if name in possible:
            rows.append(row("· ", cut(title, width - 2)))
        else:
            rows.append(row((f"× {cut(title, width - 2)}", "off")))
    if len(rows) > room:
        # Short of room: only what is still possible.
        rows = [one for one in rows if not one.plain.startswith("×")]
    return rows[: max(room, 0)]


def fact_rows(line: FactLine, width: int, number: int = -1) -> list[Row]:
    """A fact with its value and where that is from; `number` is its place among what can be changed or -1."""
    style = "" if line.on_way else "dim"
    value = (line.text, "bold" if line.known and line.on_way else "dim")
    extra = "" if line.answered and number >= 0 else line.source
    if not line.on_way and line.answered and number >= 0:
        extra = "set aside: not asked on this way"
    less = "too old" if line.stale else line.counts
    if less:
        extra = f"{extra}, {less}" if extra else less
    parts = [(f"{line.title}: ", style), value, (f"  {extra}" if extra else "", "dim")]
    out = wrap(parts, width, hang="  ", id=f"a:{number}" if number >= 0 else "")
    if line.evidence:
        out += wrap([(f'Evidence: "{line.evidence}"', "say")], width, first="  ", hang="  ")
    if line.note:
        out += wrap([(f'"{line.note}"', "say")], width, first="  ", hang="  ")
    return out
