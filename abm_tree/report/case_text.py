"""A case as the lines of a file of cases.

Promises: what is written is TOML that reads back as the same case, whatever the texts hold, laid out as
`abm-tree format` does. Refuses: to write files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import tomli_w

from abm_tree.feel import DateTime, Time, Value, string, to_python
from abm_tree.source import clean
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.layout import layout
from abm_tree.walk.record import Record

MIDNIGHT = Time(0, 0, 0, 0, 0)  # with which a day alone is read
WIDE = 110  # characters of a line
LARGEST = 2**63 - 1  # of TOML's whole numbers
GENERATED = "# Generated: look whether this is what you want, then delete the line with review."
TO_COMPLETE = '# Write what it must come to: outcome = "...", needs = "..." or waits = "..."'


def case_text(
    name: str,
    facts: Mapping[str, Known | Unknown],
    as_of: DateTime | None = None,
    end: tuple[str, str] | None = None,
    *,
    review: bool = False,
) -> str:
    """A case in TOML; `end` is the key and the value of what it must come to, `as_of` None the usual day."""
    known = {key: one.value for key, one in facts.items() if isinstance(one, Known) and one.value is not None}
    none = [key for key, one in facts.items() if isinstance(one, Known) and one.value is None]
    unknown = [key for key, one in facts.items() if isinstance(one, Unknown)]
    lines = [GENERATED] if review else []
    lines += ["[[cases]]", _entry("name", clean(name))]
    if as_of is not None:
        lines.append(f"as_of = {_moment(as_of)}")
    if known:
        lines.append(f"facts = {{ {', '.join(_pair(key, value) for key, value in known.items())} }}")
    proven = {key: one.evidence for key, one in facts.items() if isinstance(one, Known) and one.evidence}
    if proven:
        lines.append(f"evidence = {{ {', '.join(_pair(key, clean(text)) for key, text in proven.items())} }}")
    if none:
        lines.append(_names("none", none))
    if unknown:
        lines.append(_names("unknown", unknown))
    lines.append(TO_COMPLETE if end is None else _entry(*end))
    if review:
        lines.append(_entry("review", True))
    return layout("\n".join(lines) + "\n")


def ending(record: Record) -> tuple[str, str] | None:
    """What a case says that a walk came to; None for an error, which no case can ask for."""
    if record.outcome:
        return "outcome", record.outcome
    if record.needs is not None:
        return "needs", record.needs.fact
    return ("waits", record.until) if record.until else None


def _entry(key: str, value: Any) -> str:
    return f"{key} = {_written(value)}"


def _pair(key: str, value: Value) -> str:
    return f"{_line(key, 0).rpartition(' = ')[0]} = {_written(_plain(value))}"


def _names(key: str, names: Iterable[str]) -> str:
    texts = [_written(name) for name in names]
    short = f"{key} = [{', '.join(texts)}]"
    if len(short) <= WIDE:
        return short
    return "\n".join([f"{key} = [", *(f"  {text}," for text in texts), "]"])


def _written(value: Any) -> str:
    """A value in TOML, on one line."""
    if isinstance(value, list):
        return f"[{', '.join(_written(item) for item in value)}]"
    return _line("x", value).removeprefix("x = ")


def _line(key: str, value: Any) -> str:
    return tomli_w.dumps({key: value}).rstrip("\n")


def _plain(value: Value) -> Any:
    """A FEEL value as one that TOML has."""
    if isinstance(value, Decimal):
        whole = value.is_finite() and value == value.to_integral_value() and abs(value) <= LARGEST
        return int(value) if whole else value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | bool) else to_python(value)


def _moment(as_of: DateTime) -> str:
    """A moment in TOML; one in a named zone is a text, since TOML has no names of zones."""
    if as_of.time == MIDNIGHT:
        return string(as_of.date)
    return _written(string(as_of)) if as_of.time.zone is not None else string(as_of)
