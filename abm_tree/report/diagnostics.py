"""Findings as people and programs read them.

Promises: three renderings of the same data: full (the source line and a caret), concise
(`file:line:col: code message`), JSON. Refuses: colours; a caller may add them.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from abm_tree.source import Diagnostic, Severity, Source, Span, clean

Sources = Callable[[str], Source | None]

MAX_LINE = 160


def full(diagnostics: Iterable[Diagnostic], sources: Sources) -> str:
    """Findings with their source lines and carets."""
    return "\n\n".join("\n".join(_full(finding, sources(finding.source), sources)) for finding in diagnostics)


def concise(diagnostics: Iterable[Diagnostic], sources: Sources) -> str:
    """One line for each finding: `file:line:col: code message`."""
    return "\n".join(_concise(finding, sources(finding.source)) for finding in diagnostics)


def as_json(diagnostics: Iterable[Diagnostic], sources: Sources) -> str:
    """Findings as a JSON list; lines and columns count from 1, columns in characters, ends are exclusive."""
    return clean(json.dumps(located(diagnostics, sources), ensure_ascii=False, indent=2))


def located(diagnostics: Iterable[Diagnostic], sources: Sources) -> list[dict[str, Any]]:
    """Findings as JSON values."""
    return [_json(finding, sources) for finding in diagnostics]


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """ "2 errors, 1 warning"."""
    found = list(diagnostics)
    parts = []
    for severity in Severity:
        count = sum(1 for finding in found if finding.severity is severity)
        if count:
            parts.append(f"{count} {severity.value}{'s' if count > 1 else ''}")
    return ", ".join(parts)


def _where(name: str, span: Span | None, row: int | None, source: Source | None) -> str:
    name = clean(name)
    if span is not None and source is not None:
        line, column = source.position(span.start)
        return f"{name}:{line}:{column}"
    return f"{name}:{row}" if row is not None else name


def _concise(finding: Diagnostic, source: Source | None) -> str:
    where = _where(finding.source, finding.span, finding.row, source)
    text = f"{where}: {finding.code} {clean(finding.message)}"
    return f"{text} {clean(finding.help)}" if finding.help else text


def _full(finding: Diagnostic, source: Source | None, sources: Sources) -> list[str]:
    lines = [f"{finding.severity.value}[{finding.code}]: {clean(finding.message)}"]
    lines.append(f"  --> {_where(finding.source, finding.span, finding.row, source)}")
    lines += _snippet(finding.span, source)
    for related in finding.related:
        other = sources(related.source)
        lines.append(f"  {clean(related.words)}: {_where(related.source, related.span, None, other)}")
        lines += _snippet(related.span, other)
    if finding.help:
        lines.append(f"  help: {clean(finding.help)}")
    return lines


def _snippet(span: Span | None, source: Source | None) -> list[str]:
    """The source line with a caret below the span; long lines are cut around it."""
    if span is None or source is None:
        return []
    number, column = source.position(span.start)
    text = clean(source.line(number).expandtabs(1))
    start = column - 1
    end = max(start + 1, min(start + span.end - span.start, len(text)))
    if len(text) > MAX_LINE:
        cut = max(0, min(start - MAX_LINE // 3, len(text) - MAX_LINE))
        text = text[cut : cut + MAX_LINE]
        start, end = start - cut, min(end - cut, MAX_LINE)
    gutter = len(str(number))
    return [
        f"{' ' * gutter} |",
        f"{number} | {text.rstrip()}",
        f"{' ' * gutter} | {' ' * width(text[:start])}{'^' * max(1, width(text[start:end]))}",
    ]


def width(text: str) -> int:
    """How many terminal cells a text takes."""
    cells = 0
    for char in text:
        if unicodedata.combining(char):
            continue
        cells += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return cells


def _json(finding: Diagnostic, sources: Sources) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        **_place(finding.source, finding.span, finding.row, sources),
        "related": [
            {"words": related.words, **_place(related.source, related.span, None, sources)}
            for related in finding.related
        ],
    }


def _place(name: str, span: Span | None, row: int | None, sources: Sources) -> dict[str, Any]:
    source = sources(name)
    place: dict[str, Any] = {"file": name}
    if span is not None and source is not None:
        place["line"], place["column"] = source.position(span.start)
        place["end_line"], place["end_column"] = source.position(span.end)
    elif row is not None:
        place["line"] = row
    return place
