"""The rows of a CSV text, quotes and all; other formats give their rows in the same shape.

Promises: every line ends up in a row; a row whose quotes do not fit is one bad row, and reading goes on with
the next line, so that nothing behind it is lost. Refuses: to guess where a quote was meant.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from abm_tree.accounts.cells import Shape

SEPARATORS = ",;\t|"
MAX_CELL = 1_000_000
MAX_LINES = 500  # of one cell: beyond, its quote was never closed


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row of any list: the line it begins in, the texts of its cells, and why they cannot be trusted."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""
    typed: frozenset[int] | None = None  # the positions of cells that are numbers, and not texts of numbers
    odd: Mapping[int, Shape] | None = None  # the positions of cells that hold a list or an object


def csv_rows(text: str, first: int = 1) -> tuple[tuple[CsvRow, ...], int]:
    """All rows but blank ones from a line on, and how many blank lines stood between them."""
    rows: list[CsvRow] = []
    blank = between = 0
    lines = text.split("\n")
    skip = 0
    separator = ""
    if lines[0][:4].lower() == "sep=" and len(lines[0].strip()) == 5:
        # A hint that spreadsheets write for each other.
        separator, skip = lines[0][4], 1
    skip = max(skip, first - 1)
    separator = separator or separator_of(lines[skip:] if skip else lines)
    csv.field_size_limit(MAX_CELL)
    at = skip
    while at < len(lines):
        if not lines[at].strip(separator + " \t\u00a0"):
            at += 1
            between += 1
            continue
        taken, cells, problem = row_at(lines, at, separator)
        if rows:
            blank += between
        between = 0
        rows.append(CsvRow(at + 1, cells, problem))
        at += taken
    return tuple(rows), blank


def row_at(lines: list[str], at: int, separator: str) -> tuple[int, tuple[str, ...], str]:
    """One row: how many lines it takes, its cells, or what is wrong with it."""
    if '"' not in lines[at]:
        return 1, tuple(lines[at].split(separator)), ""
    taken = 0

    def feed() -> Iterator[str]:
        nonlocal taken
        for line in lines[at : at + MAX_LINES]:
            taken += 1
            yield line + "\n"

    try:
        cells = next(csv.reader(feed(), delimiter=separator, strict=True))
    except csv.Error:
        return (
            1,
            tuple(lines[at].split(separator)),
            "a quote is not closed, or stands inside a quoted cell without being doubled",
        )
    return taken, tuple(cells), ""


def separator_of(lines: list[str]) -> str:
    """The separator of the first line with anything in it: the one that occurs most outside quotes."""
    line = next((line for line in lines if line.strip()), "")
    counts = dict.fromkeys(SEPARATORS, 0)
    quoted = False
    for char in line:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in counts:
            counts[char] += 1
    best = max(counts, key=lambda char: counts[char])
    return best if counts[best] else ","
