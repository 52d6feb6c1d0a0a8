"""Findings that a file allows, and entries that allow nothing.

What it does: leaves out the warnings and notes that `[[allow]]` names, and looks for entries that name none:
the finding is gone, the code is misspelt, there is no such part, or it is an error, which cannot be allowed.

Why is this bad: the entry says that something is wrong and meant to be; whoever reads it believes it.

Example:
    [[allow]]
    code   = "unknown-not-handeld"
    at     = "nodes.size"
    reason = "Every account in our list has a head count."

Use instead:
    [[allow]]
    code   = "unknown-not-handled"
    at     = "nodes.size"
    reason = "Every account in our list has a head count."
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from abm_tree.source import Diagnostic, Severity, Span, did_you_mean
from abm_tree.tree.allow import AllowFile
from abm_tree.tree.document import Document
from abm_tree.tree.scan import Path

CODE = "allow-unused"
CODES = {CODE: Severity.WARNING}


@dataclass(frozen=True, slots=True)
class Allowing:
    """A file with what it allows."""

    document: Document
    entries: Sequence[AllowFile]


def allowed(
    findings: Iterable[Diagnostic],
    files: Iterable[Allowing],
    *,
    every: Collection[str] = (),
    sought: Collection[str] | None = None,
) -> list[Diagnostic]:
    """The findings that no file allows.

    With `sought`, the codes that were looked for, also entries that allow nothing are findings; `every` are
    all the codes there are.
    """
    found = list(findings)
    for file in files:
        if not file.entries:
            continue
        name = file.document.source.name
        mine = [one for one in found if one.source == name]
        hidden: set[int] = set()
        for number, entry in enumerate(file.entries):
            path = place(file.document.data, entry.at) if entry.at is not None else ()
            spans = None if not path else _spans(file.document, path)
            hits = [
                one
                for one in mine
                if one.code == entry.code and path is not None and _within(one.span, spans)
            ]
            silent = [one for one in hits if one.severity is not Severity.ERROR]
            hidden |= {id(one) for one in silent}
            if sought is not None and not silent and (entry.code in sought or entry.code not in every):
                found += _unused(
                    file,
                    number,
                    path,
                    every,
                    meant=bool(hits),
                    elsewhere=any(one.code == entry.code for one in mine),
                )
        found = [one for one in found if id(one) not in hidden]
    return found


def _unused(
    file: Allowing, number: int, path: Path | None, every: Collection[str], *, meant: bool, elsewhere: bool
) -> Iterator[Diagnostic]:
    entry = file.entries[number]
    key = "code"
    if path is None:
        key, message = "at", f"There is no part `{entry.at}` in this file, so nothing is allowed."
        help = did_you_mean(entry.at or "", _parts(file.document.data)) or "Write it as in `nodes.size`."
    elif meant:
        message = f"`{entry.code}` is an error here; errors cannot be allowed."
        help = "Mend it, and delete this entry."
    elif entry.code not in every:
        message = f"There is no finding `{entry.code}`."
        help = did_you_mean(entry.code, every) or "`abm-tree check --list` shows all codes."
    elif elsewhere:
        key, message = "at", f"`{entry.code}` is allowed at `{entry.at}`, but found elsewhere."
        help = "Mend `at`, or delete the entry."
    else:
        message, help = f"`{entry.code}` is allowed, but not found.", "Delete the entry."
    document = file.document
    span = document.value(("allow", number, key))
    yield Diagnostic(CODE, Severity.WARNING, message, document.source.name, span, help)


def place(data: Mapping[str, Any], text: str) -> Path | None:
    """The path that a text such as `nodes.size` means in a file, or None; tables of a list go by their id."""
    try:
        if "\n" in text:
            return None
        here: Any = tomllib.loads(f"{text} = 0")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    steps: list[str] = []
    while isinstance(here, dict):
        (step,) = here
        steps.append(step)
        here = here[step]
    path: list[str | int] = []
    at: Any = data
    for step in steps:
        if isinstance(at, dict) and step in at:
            path.append(step)
            at = at[step]
        elif isinstance(at, list):
            number = next(
                (n for n, one in enumerate(at) if isinstance(one, dict) and step in _ids(one)), None
            )
            if number is None:
                return None
            path.append(number)
            at = at[number]
        else:
            return None
    return tuple(path)


def _ids(table: Mapping[str, Any]) -> tuple[Any, ...]:
    return table.get("id"), table.get("name")


def _parts(data: Mapping[str, Any]) -> list[str]:
    """The parts of a file that an entry may name, two steps deep."""
    tables = [(name, table) for name, table in data.items() if isinstance(table, dict)]
    return [*data, *(f"{name}.{part}" for name, table in tables for part in table)]


def _spans(document: Document, path: Path) -> list[Span]:
    """Every stretch of a file that belongs to a part."""
    size = len(path)
    return [
        span
        for one, found in document.places.items()
        if one[:size] == path
        for span in (found.key, found.value)
        if span.start >= 0
    ]


def _within(span: Span | None, spans: list[Span] | None) -> bool:
    """Whether a finding stands in one of these stretches; None means anywhere."""
    if spans is None:
        return True
    return span is not None and any(one.start <= span.start and span.end <= one.end for one in spans)
