"""Reporting findings about one file by path: at a key, at a value, or at a stretch inside a text."""

from __future__ import annotations

from dataclasses import dataclass, field

from abm_tree.source import Diagnostic, Related, Severity, Span
from abm_tree.tree.document import Document
from abm_tree.tree.scan import Path


@dataclass
class Findings:
    """What was found in one file so far."""

    document: Document
    found: list[Diagnostic] = field(default_factory=list)

    def key(
        self, code: str, message: str, path: Path, help: str = "", related: tuple[Related, ...] = ()
    ) -> None:
        """Report an error at a key."""
        self._add(code, message, self.document.key(path), help, related)

    def value(self, code: str, message: str, path: Path, help: str = "") -> None:
        """Report an error at a value."""
        self._add(code, message, self.document.value(path), help)

    def inside(self, code: str, message: str, path: Path, span: Span, help: str = "") -> None:
        """Report an error at a stretch inside a text value."""
        self._add(code, message, self.document.inside(path, span), help)

    def _add(
        self,
        code: str,
        message: str,
        span: Span | None,
        help: str,
        related: tuple[Related, ...] = (),
    ) -> None:
        self.found.append(
            Diagnostic(code, Severity.ERROR, message, self.document.source.name, span, help.strip(), related)
        )
