"""Results as rows: the table, made of what is looked at, and the counts beside it.

Promises: a list of a million rows costs what is seen of it; whatever a cell holds, it stays in its column.
Refuses: to filter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from rich.cells import cell_len

from abm_tree.session.browse import FACETS, Filter, Selection, Table
from abm_tree.tui.text import BLANK, Row, cut, row

NARROW = 70  # columns of the table below which status and outcome stand in one
TITLES = {"outcome": "Outcome", "verdict": "Verdict", "needs": "Needs", "status": "Status"}
LOOKS = {"decided": "", "needs": "warn", "waits": "warn", "error": "bad"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its heading, which cell it shows, how wide it is."""

    title: str
    name: str
    width: int


def columns(table: Table, prefix: str, width: int) -> tuple[Column, ...]:
    """The columns that fit, the most telling first."""
    ids = max(10, min(12 * len(table.ids), width * 3 // 10))
    wide = width >= NARROW
    out = [Column("Id", "", ids)]
    left = width - ids - 2
    if wide and f"{prefix}status" in table.names:
        out.append(Column("Status", f"{prefix}status", 8))
        left -= 10
    wanted = [("Outcome" if wide else "Came to", "came", 22), ("Verdict", f"{prefix}verdict", 14)]
    own = [name for name in table.names if name.startswith(prefix) and "." in name[len(prefix) :]]
    wanted += [("Way", f"{prefix}path", 10)] if wide else []
    wanted += [(name[len(prefix) :].rpartition(".")[2], name, 12) for name in own if wide]
    for title, name, need in wanted:
        if name != "came" and name not in table.names:
            continue
        if left < min(need, 10):
            break
        size = min(need, left)
        out.append(Column(title, name, size))
        left -= size + 2
    came = next(at for at, one in enumerate(out) if one.name == "came")
    out[came] = Column(out[came].title, "came", out[came].width + max(left, 0))
    return tuple(out)


def heading(shape: Sequence[Column]) -> Row:
    """The headings of the columns."""
    return row("  ".join(f"{cut(one.title, one.width):<{one.width}}" for one in shape).rstrip(), style="bold")


class ResultRows(Sequence[Row]):
    """The rows that a selection leaves."""

    def __init__(self, table: Table, chosen: Selection, prefix: str, width: int) -> None:
        self.table, self.chosen, self.prefix = table, chosen, prefix
        self.shape = columns(table, prefix, width)

    def __len__(self) -> int:
        return len(self.chosen)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        """One row, or some."""
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        number = self.chosen.row(at)
        parts: list[tuple[str, str]] = []
        for one in self.shape:
            text, style = self._cell(number, one)
            shown = cut(text, one.width)
            parts.append((shown + " " * (one.width - cell_len(shown) + 2), style))
        return row(*parts)

    def _cell(self, number: int, one: Column) -> tuple[str, str]:
        table, prefix = self.table, self.prefix
        if not one.name:
            return " · ".join(table.id(number).values()) or f"row {number + 1:,}", ""
        if one.name != "came":
            return table.cell(number, one.name), "dim"
        return came_to(table, number, prefix)


def came_to(table: Table, number: int, prefix: str) -> tuple[str, str]:
    """What a row came to, in a few words, and the style for it."""
    status = table.cell(number, f"{prefix}status")
    outcome = table.cell(number, f"{prefix}outcome")
    needs, error = table.cell(number, f"{prefix}needs"), table.cell(number, f"{prefix}error")
    if error or status == "error":
        return error or "error", "bad"
    if needs:
        return f"needs {needs}", "warn"
    return outcome or status, LOOKS.get(status, "")


@dataclass(frozen=True, slots=True)
class Count:
    """A line beside the table: a value, how many rows have it; a heading where there is none."""

    facet: str
    value: str = ""
    rows: int = 0
    key: str = ""


def counted(
    chosen: Selection, order: Mapping[str, Sequence[str]], wish: Filter, facets: Sequence[str]
) -> list[Count]:
    """Every value that rows have, in an order that does not change with the filters."""
    out: list[Count] = []
    for facet in (one for one in FACETS if one in facets):
        found = dict(chosen.counts.get(facet, ()))
        names = [name for name in order.get(facet, ()) if name in found]
        names += [name for name in found if name not in names]
        if not names or (facet == "status" and len(names) == 1 and not wish.status):
            continue
        out.append(Count(facet))
        for number, name in enumerate(names, start=1):
            key = str(number) if facet == "outcome" and number <= 9 else ""
            out.append(Count(facet, name, found[name], key))
    return out


def count_rows(counts: Sequence[Count], wish: Filter, width: int) -> list[Row]:
    """The lines beside the table."""
    out: list[Row] = []
    for one in counts:
        if not one.value:
            out += [BLANK] if out else []
            out.append(row((TITLES[one.facet], "title")))
            continue
        on = getattr(wish, one.facet) == one.value
        number = f"{one.rows:,}"
        name = cut(one.value, width - len(number) - 5)
        mark = "●" if on else " "
        gap = " " * max(width - 3 - cell_len(name) - len(number) - 1, 1)
        style = "bold" if on else "off" if not one.rows else ""
        out.append(row((f"{one.key or ' '}", "key"), (mark, "good"), " ", (name + gap + number, style)))
    return out


def line_of(counts: Sequence[Count], at: int) -> int:
    """The row that a count stands in: a blank one stands before each heading but the first."""
    return at + sum(1 for one in counts[1 : at + 1] if not one.value)


def count_at(counts: Sequence[Count], line: int) -> int | None:
    """The count that stands in a row, or None."""
    return next((at for at in range(len(counts)) if line_of(counts, at) == line and counts[at].value), None)
