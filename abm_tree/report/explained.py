"""What is told of findings: all of them in a list, or one of them in full, as text and as JSON.

Promises: the same words as `docs/checks.md`. Refuses: colours.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import Any

from abm_tree.checks.told import Entry

WIDTH = 100


def listed(entries: Iterable[Entry]) -> str:
    """A line for each code, by topic."""
    found = list(entries)
    code = max(len(entry.code) for entry in found)
    lines: list[str] = []
    topic = ""
    for entry in found:
        if entry.topic != topic:
            topic = entry.topic
            lines += ["", topic] if lines else [topic]
        lines.append(f"  {entry.code:<{code}}  {entry.severity.value:<7}  {plain(entry.means)}")
    return "\n".join(lines)


def explained(entry: Entry) -> str:
    """Everything that is told of one code."""
    parts = [f"{entry.code} ({entry.severity.value}; {entry.topic.lower()})", _wrapped(entry.means)]
    parts.append(_wrapped(f"What to do: {entry.todo}"))
    if entry.what:
        parts += [_wrapped(f"What it does: {entry.what}"), _wrapped(f"Why is this bad: {entry.why}")]
        parts += ["Example:\n" + _indented(entry.bad), "Use instead:\n" + _indented(entry.good)]
    return "\n\n".join(parts)


def entry_json(entry: Entry) -> dict[str, Any]:
    """A code as data; what a finding of loading does not have is left out."""
    found = {
        "code": entry.code,
        "severity": entry.severity.value,
        "topic": entry.topic,
        "means": plain(entry.means),
        "todo": plain(entry.todo),
        "what": entry.what,
        "why": entry.why,
        "example": entry.bad,
        "instead": entry.good,
    }
    return {key: value for key, value in found.items() if value}


def as_json(found: object) -> str:
    """Data as JSON text."""
    return json.dumps(found, ensure_ascii=False, indent=2)


def plain(text: str) -> str:
    """A text of the document without its marks for code."""
    return text.replace("`", "")


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ", lambda line: bool(line.strip()))
