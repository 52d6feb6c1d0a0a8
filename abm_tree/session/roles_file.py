"""Suggested roles as a file: CSV that can be read back as a list of contacts, or JSON.

Promises: the headings are the names of facts, so that `evaluate --contacts` and a CRM read what is sure
enough to go by, and nothing else; a cell is text to a spreadsheet; a file is written aside and moved into
place. Names and titles are personal and left out unless asked for. Refuses: to write over the list.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from abm_tree.report.files import csv_writer, inert, one_line, written_aside
from abm_tree.session.roles import GATEKEEPER, NAME, TITLE, Contact, Suggested
from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import shown
from abm_tree.tree.terms import ROLE

PERSONAL = (NAME, TITLE)
SAID = ("status", ROLE, GATEKEEPER, "suggested_role", "suggested_variant", "confidence", "reason", "note")
KINDS = ("csv", "json")


def kind_of(path: str) -> str | None:
    """What is written into a file of this name; None where the name does not say."""
    suffix = Path(path).suffix.casefold().removeprefix(".")
    return suffix if suffix in KINDS else None


def rows(found: Suggested, *, unmasked: bool = False) -> Iterator[dict[str, Any]]:
    """A row for each person, in the order of the list."""
    for one in found.people:
        row: dict[str, Any] = {name: getattr(one, name) for name in found.ids}
        row |= {NAME: one.name, TITLE: one.title} if unmasked else {}
        yield row | _said(one)


def _said(one: Contact) -> dict[str, Any]:
    suggestion = one.suggestion
    said = (
        one.status,
        one.role,
        one.gatekeeper,
        suggestion.role or "",
        suggestion.variant,
        suggestion.confidence if suggestion.role else "",
        one.reason,
        one.note,
    )
    return dict(zip(SAID, said, strict=True))


def as_csv(found: Suggested, *, unmasked: bool = False) -> str:
    """The people as CSV; a cell that a spreadsheet would take for a formula is text."""
    out = io.StringIO()
    writer = csv_writer(out)
    writer.writerow([*found.ids, *(PERSONAL if unmasked else ()), *SAID])
    for row in rows(found, unmasked=unmasked):
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue()


def as_json(found: Suggested, *, unmasked: bool = False) -> str:
    """The people as a JSON array."""
    return json.dumps(list(rows(found, unmasked=unmasked)), ensure_ascii=False, indent=2) + "\n"


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else "yes" if value else "no"
    return _inert(str(value))


@lru_cache(maxsize=65_536)
def _inert(text: str) -> str:
    """A cell in one line that is no formula; lists say the same many times."""
    return inert(one_line(text))


def not_writable(out: Path, source: Path) -> Diagnostic | None:
    """Why the results cannot be written there, as far as can be told before."""
    if out.is_dir():
        return Diagnostic("is-a-directory", Severity.ERROR, "This is a folder; name a file.", shown(out))
    if out.resolve() == source.resolve() or (out.exists() and source.exists() and out.samefile(source)):
        message = "The results would overwrite the list that is being read."
        return Diagnostic("output-is-input", Severity.ERROR, message, shown(out), help="Name another file.")
    if not out.resolve().parent.is_dir():
        message = "The folder for the results does not exist."
        return Diagnostic("no-such-folder", Severity.ERROR, message, shown(out))
    return None


def write(path: Path, text: str) -> None:
    """Write the results; raises OSError where the system refuses, and then nothing has changed."""
    with written_aside(path) as file:
        file.write(text)
