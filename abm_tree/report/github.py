"""Findings as workflow commands, which GitHub shows beside the lines of a change.

Promises: one command a line; whatever stands in a finding, it ends no command and begins none. Refuses:
related places, for which the form has no room.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from abm_tree.report.diagnostics import Sources
from abm_tree.source import Diagnostic, Severity, clean

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_github(diagnostics: Iterable[Diagnostic], sources: Sources) -> str:
    """Findings as `::error file=...,line=...::message`."""
    return "\n".join(_command(finding, sources) for finding in diagnostics)


def _command(finding: Diagnostic, sources: Sources) -> str:
    properties = {"file": PurePath(clean(finding.source)).as_posix()}
    source = sources(finding.source)
    if finding.span is not None and source is not None:
        line, column = source.position(finding.span.start)
        end, last = source.position(finding.span.end)
        properties["line"] = str(line)
        if end == line:
            # Columns count only within one line; the last one is the last character's.
            properties |= {"col": str(column), "endColumn": str(max(column, last - 1))}
        else:
            properties["endLine"] = str(end)
    elif finding.row is not None:
        properties["line"] = str(finding.row)
    properties["title"] = finding.code
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = clean(f"{finding.message}\n{finding.help}" if finding.help else finding.message)
    return f"::{LEVELS[finding.severity]} {shown}::{_text(message)}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
