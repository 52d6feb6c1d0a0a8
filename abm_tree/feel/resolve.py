"""Dotted names split into names and properties.

Promises: the longest known prefix is the name, the rest are properties; a name of which no prefix is known
stays whole, for the checker to report. Refuses: nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from abm_tree.feel.syntax import Expr, Name, Property, children, with_children
from abm_tree.feel.types import Type
from abm_tree.source import Span


class Scope(Protocol):
    """The names that an expression may read."""

    def type_of(self, name: str) -> Type | None:
        """The type of a name; None: there is no such name."""

    def names(self) -> Iterable[str]:
        """All names, for suggestions."""


def resolve(expr: Expr, scope: Scope) -> Expr:
    """The tree with each dotted name split where the scope says so."""
    if isinstance(expr, Name):
        return _split(expr, scope)
    parts = children(expr)
    if not parts:
        return expr
    resolved = tuple([resolve(part, scope) for part in parts])
    if all(a is b for a, b in zip(parts, resolved, strict=True)):
        return expr
    return with_children(expr, resolved)


def _split(name: Name, scope: Scope) -> Expr:
    if scope.type_of(name.name) is not None:
        return name
    parts = name.name.split(".")
    start = name.span.start
    for count in range(len(parts) - 1, 0, -1):
        prefix = ".".join(parts[:count])
        if scope.type_of(prefix) is None:
            continue
        whole: Expr = Name(prefix, Span(start, start + len(prefix)))
        for part in parts[count:]:
            whole = Property(whole, part, name.span)
        return whole
    return name
