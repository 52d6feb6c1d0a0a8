"""What an expression reads.

Promises: names in written order, each once; those under `known()` apart. Refuses: to evaluate anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from abm_tree.feel.syntax import Call, Expr, Known, Name, Subject, Tests, children


def names(expr: Expr | Tests) -> tuple[str, ...]:
    """The names that an expression reads, in written order, each once; not those under known()."""
    return tuple(dict.fromkeys(_names(expr, known=False)))


def known_names(expr: Expr | Tests) -> tuple[str, ...]:
    """The names that an expression only asks to be known, in written order, each once."""
    read = set(names(expr))
    return tuple(dict.fromkeys([name for name in _names(expr, known=True) if name not in read]))


def is_constant(expr: Expr) -> bool:
    """Whether an expression has one value whatever the facts and the day."""
    waiting: list[Expr] = [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name | Subject | Known) or (
            isinstance(node, Call) and node.function in ("now", "today")
        ):
            return False
        waiting.extend(children(node))
    return True


def _names(expr: Expr | Tests, *, known: bool) -> Iterable[str]:
    waiting: list[Expr] = list(reversed(expr.items)) if isinstance(expr, Tests) else [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Known):
            if known and isinstance(node.of, Name):
                yield node.of.name
        elif isinstance(node, Name):
            if not known:
                yield node.name
        else:
            waiting.extend(reversed(children(node)))
