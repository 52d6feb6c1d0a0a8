"""Authors' and users' mistakes as data.

Promises: a diagnostic is a plain value that any renderer can show; places are offsets into a named source.
Refuses: nothing; it never decides how a finding looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
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
    for found in get_close_matches(_key(name), list(by_key), n=3, cutoff=0.6):
        if _alike(_key(name), found):
            return by_key[found]
    tails = [c for c in pool if "." in c and _key(c.rsplit(".", 1)[1]) == _key(name)]
    return tails[0] if tails else None


def did_you_mean(name: str, candidates: Iterable[str], *, quote: str = "`") -> str:
    """ "Did you mean `x`?", or nothing."""
    found = nearest(name, candidates)
    return f"Did you mean {quote}{found}{quote}?" if found is not None and found != name else ""


def _alike(name: str, found: str) -> bool:
    """Whether two names are alike beyond a scope that both have, such as `account.`."""
    scope, dot, rest = name.partition(".")
    if not dot or not found.startswith(f"{scope}."):
        return True
    return SequenceMatcher(None, rest, found[len(scope) + 1 :]).ratio() >= 0.6


def _key(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
