"""What every check hands back: diagnostics at places of a tree's file."""

from __future__ import annotations

from abm_tree.source import Diagnostic, Related, Severity, Span
from abm_tree.tree.parts import Tree


def error(
    tree: Tree, code: str, message: str, span: Span | None, help: str = "", related: tuple[Related, ...] = ()
) -> Diagnostic:
    """An error in a tree's file."""
    return Diagnostic(code, Severity.ERROR, message, tree.source, span, help, related)


def warning(
    tree: Tree, code: str, message: str, span: Span | None, help: str = "", related: tuple[Related, ...] = ()
) -> Diagnostic:
    """A warning about a tree's file."""
    return Diagnostic(code, Severity.WARNING, message, tree.source, span, help, related)


def note(
    tree: Tree, code: str, message: str, span: Span | None, help: str = "", related: tuple[Related, ...] = ()
) -> Diagnostic:
    """A note about a tree's file."""
    return Diagnostic(code, Severity.NOTE, message, tree.source, span, help, related)
