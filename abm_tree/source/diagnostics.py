"""Authors' and users' mistakes as data.

Promises: a diagnostic is a plain value that any renderer can show; places are offsets into a named source.
Refuses: nothing; it never decides how a finding looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abm_tree.source.text import Span


class Severity(StrEnum):
    """How much a finding weighs: an error stops evaluation, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about, with a few words."""

    words: str
    source: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a code, a sentence, the narrowest place, and what to do about it."""

    code: str
    severity: Severity
    message: str
    source: str
    span: Span | None = None
    help: str = ""
    related: tuple[Related, ...] = ()
    row: int | None = None  # in a list: the line of the file

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sorts findings by place."""
        start, end = self.span or (self.row or -1, -1)
        return (self.source, start, end, self.code, self.message)


def sort(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings by place, each once."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: d.order))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any finding is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a slip most probably meant, or None."""
    pool = list(dict.fromkeys(candidates))
    by_key: dict[str, str] = {}
    for candidate in pool:
        by_key.setdefault(_key(candidate), candidate)
    if _key(name) in by_key:
        return by_key[_key(name)]
    found = get_close_matches(_key(name), list(by_key), n=1, cutoff=0.6)
    if found:
        return by_key[found[0]]
    tails = [c for c in pool if "." in c and _key(c.rsplit(".", 1)[1]) == _key(name)]
    return tails[0] if tails else None


def did_you_mean(name: str, candidates: Iterable[str], *, quote: str = "`") -> str:
    """ "Did you mean `x`?", or nothing."""
    found = nearest(name, candidates)
    return f"Did you mean {quote}{found}{quote}?" if found is not None and found != name else ""


def _key(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
