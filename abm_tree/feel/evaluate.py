"""One expression over given inputs, as the standard has it.

Promises: types are looked at when they meet; a type error is null. Refuses: texts that are no FEEL and names
that are no input, with a FeelError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from abm_tree.feel.builtins import FUNCTIONS
from abm_tree.feel.calendar import DateTime
from abm_tree.feel.grammar import parse
from abm_tree.feel.interpret import compile
from abm_tree.feel.messages import Problem, unknown_function, unknown_name
from abm_tree.feel.open import Undetermined
from abm_tree.feel.resolve import resolve
from abm_tree.feel.slips import FeelError
from abm_tree.feel.syntax import Call, Expr, Name, children
from abm_tree.feel.types import ANY, Type
from abm_tree.feel.values import Value, from_python


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Inputs as a scope and as an environment."""

    values: Mapping[str, Value]
    as_of: DateTime

    def type_of(self, name: str) -> Type | None:
        return ANY if name in self.values else None

    def names(self) -> tuple[str, ...]:
        return tuple(self.values)

    def read(self, name: str) -> Value | Undetermined:
        return self.values[name]

    def known(self, name: str) -> bool | Undetermined:
        return True


def evaluate(
    expression: str, inputs: Mapping[str, Any] | None = None, *, as_of: DateTime | datetime | None = None
) -> Value:
    """The value of an expression; FeelError for syntax and names, null (None) for every other mistake."""
    moment = from_python(datetime.now(UTC) if as_of is None else as_of)
    if not isinstance(moment, DateTime):
        raise TypeError("as_of is a date and time")
    env = _Inputs({name: from_python(value) for name, value in (inputs or {}).items()}, moment)
    expr = resolve(parse(expression), env)
    for node in _nodes(expr):
        if isinstance(node, Name) and node.name not in env.values:
            raise _error(unknown_name(node.name, node.span, env.values, None))
        if isinstance(node, Call) and node.function not in FUNCTIONS:
            raise _error(unknown_function(node.function, node.span, FUNCTIONS))
    value = compile(expr)(env)
    return None if isinstance(value, Undetermined) else value


def _nodes(expr: Expr) -> Iterator[Expr]:
    waiting: list[Expr] = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def _error(problem: Problem) -> FeelError:
    return FeelError(problem.message, problem.span, problem.help)
