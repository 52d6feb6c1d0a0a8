"""Influence and interest as a grid of four, with the names of people in their cells.

Promises: a grid takes the columns and lines that it is given; whoever is marked is among the names shown;
names are cut to their cell. Refuses: to move anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from abm_tree.group.people import HIGH, INFORM, MANAGE, MONITOR, SATISFY, Stakeholder
from abm_tree.session.people import LEAST, MOST
from abm_tree.tui.text import Part, Row, cut, row

CELLS = ((SATISFY, MANAGE), (MONITOR, INFORM))  # high influence above, high interest to the right
LOWEST = 6  # lines of a grid with one name in each cell
MARK = "▸"
_HIGH, _LOW = f"{HIGH}-{MOST}", f"{LEAST}-{HIGH - 1}"


def ordered(people: Sequence[Stakeholder]) -> list[Stakeholder]:
    """People as the grid shows them: cell by cell, the weightiest first, those without a place last."""
    cells = [MANAGE, SATISFY, INFORM, MONITOR, ""]
    return sorted(
        people, key=lambda one: (cells.index(one.quadrant), -(one.influence or 0), -(one.interest or 0))
    )


def grid(people: Sequence[Stakeholder], marked: str, width: int, height: int) -> list[Row]:
    """The grid in so many columns and lines, at least `LOWEST`."""
    axis = 11 if width >= 50 else 0
    left = (width - axis - 3) // 2
    sizes = (left, width - axis - 3 - left)
    lines = max((height - 4) // 2, 1)
    in_cells: dict[str, list[Stakeholder]] = {}
    for one in ordered(people):
        in_cells.setdefault(one.quadrant, []).append(one)
    heads = " " * (axis + 2) + f"interest {_LOW}".ljust(sizes[0] + 1) + f"interest {_HIGH}"
    out = [row((heads, "dim"))]
    for number, cells in enumerate(CELLS):
        out.append(_border(cells, axis, sizes, first=number == 0))
        stretch = _LOW if number else _HIGH
        words = ["influence", stretch] if lines > 1 else [f"infl. {stretch}"]
        names = [
            _names(in_cells.get(cell, []), marked, size, lines)
            for cell, size in zip(cells, sizes, strict=True)
        ]
        for line in range(lines):
            lead = words[line] if axis and line < len(words) else ""
            wall = ("│", "dim")
            out.append(row((lead.ljust(axis), "dim"), wall, *names[0][line], wall, *names[1][line], wall))
    out.append(row((" " * axis + "└" + "─" * sizes[0] + "┴" + "─" * sizes[1] + "┘", "dim")))
    return out


def _border(cells: tuple[str, str], axis: int, sizes: tuple[int, int], *, first: bool) -> Row:
    """The line above two cells, with what each of them means."""
    start, middle, end = ("┌", "┬", "┐") if first else ("├", "┼", "┤")
    parts: list[Part] = [(" " * axis + start, "dim")]
    for cell, size, after in zip(cells, sizes, (middle, end), strict=True):
        title = cut(f" {cell} ", size)
        parts += [(title, "title"), ("─" * (size - cell_len(title)) + after, "dim")]
    return row(*parts)


def _names(found: Sequence[Stakeholder], marked: str, size: int, lines: int) -> list[list[Part]]:
    """The lines of one cell."""
    shown = list(found)
    more = 0
    if len(shown) > lines:
        # The marked one stays in sight.
        at = next((n for n, one in enumerate(shown) if one.id == marked), 0)
        room = max(lines - 1, 1)
        begin = min(max(at - room + 1, 0), len(shown) - room)
        shown, more = shown[begin : begin + room], len(shown) - room
    out = [_name(one, one.id == marked, size, f" +{more}" if more and lines == 1 else "") for one in shown]
    if more and lines > 1:
        out.append([(_filled(f"  and {more} more", size), "dim")])
    return out + [[(" " * size, "")]] * (lines - len(out))


def _name(one: Stakeholder, marked: bool, size: int, more: str) -> list[Part]:
    numbers = f" {placed(one)}{more} "
    room = size - 2 - cell_len(numbers)
    name = _filled(cut(one.name, max(room, 1)), max(room, 1))
    text = f"{MARK if marked else ' '} {name}{numbers}"
    return [(_filled(text, size), "mark" if marked else "")]


def placed(one: Stakeholder) -> str:
    """Influence and interest in a few characters; `~` before what is too old to count."""
    old = "~" if one.stale & {"stakeholder.influence", "stakeholder.interest"} else ""
    return f"{old}{_number(one.influence)}/{_number(one.interest)}"


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)


def _filled(text: str, size: int) -> str:
    text = cut(text, size)
    return text + " " * (size - cell_len(text))
