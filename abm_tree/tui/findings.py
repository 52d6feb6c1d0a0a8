"""Findings as rows: a line for each, and the text of a file with a caret below what is meant.

Promises: places are those that `check` names; a long line is shifted until what is meant can be seen; only
rows that are looked at are made. Refuses: to judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import overload

from rich.cells import cell_len, set_cell_size

from abm_tree.source import Diagnostic, Severity, Source, Span, clean
from abm_tree.tui.text import Row, cut, row, wrap

STYLES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "dim"}
MARGIN = 8  # columns that stay to the right of what is meant, where a line is shifted
LIFTED = 3  # lines above the one that has a caret, at least


class FindingRows(Sequence[Row]):
    """A row for each finding: severity, place, sentence."""

    def __init__(
        self, findings: Sequence[Diagnostic], texts: Mapping[str, Source], home: str, width: int
    ) -> None:
        self.findings, self.texts, self.home, self.width = findings, texts, home, width

    def __len__(self) -> int:
        return len(self.findings)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        """One row, or some."""
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        found = self.findings[at]
        where = place(found, self.texts)
        name, _, numbers = where.partition(":") if found.source == self.home else ("", "", where)
        short = numbers if found.source == self.home else Path(found.source).name + where[len(found.source) :]
        short = cut(short or name, self.width // 3)
        lead = f"{found.severity.value:<8}"
        gap = " " * max(1, 8 - cell_len(short))
        room = self.width - len(lead) - cell_len(short) - len(gap)
        return row((lead, STYLES[found.severity]), (short, "key"), gap, cut(found.message, room))


def place(found: Diagnostic, texts: Mapping[str, Source]) -> str:
    """file:line:column, as far as it is known."""
    source = texts.get(found.source)
    if found.span is None or source is None:
        return f"{found.source}:{found.row}" if found.row is not None else found.source
    line, column = source.position(found.span.start)
    return f"{found.source}:{line}:{column}"


def told(found: Diagnostic, texts: Mapping[str, Source], width: int) -> list[Row]:
    """What a finding says, as `check` says it: code and sentence, place, help, other places."""
    out = wrap(
        [(f"{found.severity.value}[{found.code}]: ", STYLES[found.severity]), (clean(found.message), "bold")],
        width,
    )
    out += wrap([("--> ", "dim"), (place(found, texts), "key")], width, first="  ", hang="      ")
    if found.help:
        out += wrap([("help: ", "dim"), (clean(found.help), "say")], width, first="  ", hang="        ")
    for other in found.related:
        where = place(Diagnostic("", found.severity, "", other.source, other.span), texts)
        out += wrap([(f"{other.words}: ", "dim"), (where, "key")], width, first="  ", hang="  ")
    return out


def text_rows(
    source: Source, span: Span | None, line: int, width: int, height: int, offset: int = 0
) -> list[Row]:
    """As many lines of a text as fit, around a line; below that a caret for each column that is meant."""
    if height < 1:
        return []
    total = len(source.line_starts)
    caret = span is not None
    room = height - caret
    lifted = max(room // 2 - 1, LIFTED) if caret else 0
    top = min(max(line - lifted + offset, 1), max(total - room + 1, 1))
    gutter = len(str(min(top + room, total)))
    wide = max(width - gutter - 3, 8)
    start = end = 0
    if span is not None:
        number, column = source.position(span.start)
        whole = _line(source, number)
        start = cell_len(whole[: column - 1])
        last = max(column, min(column - 1 + span.end - span.start, len(whole)))
        end = max(start + 1, cell_len(whole[:last]))
    shift = max(0, min(end + MARGIN - wide, start - MARGIN)) if end > wide else 0
    out: list[Row] = []
    for number in range(top, min(top + room, total + 1)):
        here = number == line
        shown = _from(_line(source, number), shift, wide)
        out.append(
            row(
                (f"{number:>{gutter}} ", "key" if here else "off"),
                ("│ ", "off"),
                (shown, "bold" if here else ""),
            )
        )
        if here and caret:
            marks = max(1, min(end, shift + wide) - start)
            out.append(
                row((f"{'':>{gutter}} ", ""), ("│ ", "off"), " " * (start - shift), ("^" * marks, "bad"))
            )
    return out[:height]


def _line(source: Source, number: int) -> str:
    return clean(source.line(number).expandtabs(1)).rstrip()


def _from(text: str, shift: int, width: int) -> str:
    """The columns of a text that can be seen."""
    while shift > 0 and text:
        shift -= cell_len(text[0])
        text = text[1:]
    text = " " * -shift + text  # half of a wide character is a blank
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + "…"
