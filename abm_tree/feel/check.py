"""Types of expressions, and everything wrong with them.

Promises: every mistake is reported, sorted by place, each once: after one, the type is ANY and the check goes
on. A null literal can be compared with everything. Refuses: to evaluate facts; only constants are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from abm_tree.feel import messages
from abm_tree.feel.infer import Checker
from abm_tree.feel.messages import THE_VALUE, Problem
from abm_tree.feel.meter import metered
from abm_tree.feel.reads import known_names, names
from abm_tree.feel.resolve import Scope, resolve
from abm_tree.feel.rules import comparable, is_open
from abm_tree.feel.syntax import Expr, Literal, Tests
from abm_tree.feel.types import BOOLEAN, NULL, Choice, Type


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked expression: names resolved, its type, what is wrong, what it reads."""

    expr: Expr | Tests
    type: Type
    problems: tuple[Problem, ...]
    names: tuple[str, ...]
    known_names: tuple[str, ...]


def check(expr: Expr, scope: Scope, expected: Type | None = None) -> Checked:
    """Resolve names, find the type, report everything wrong; `expected` is what the place asks for."""
    return metered(lambda: _check(expr, scope, expected))


def _check(expr: Expr, scope: Scope, expected: Type | None) -> Checked:
    resolved = resolve(expr, scope)
    checker = Checker(scope)
    found = checker.visit(resolved, expected)
    if expected is not None:
        _expect(checker, resolved, found, expected)
    return _checked(resolved, found, checker)


def check_tests(tests: Tests, subject: Type, scope: Scope, *, name: str = THE_VALUE) -> Checked:
    """The same for unary tests of a value of type `subject`; messages call it `name`."""
    return metered(lambda: _check_tests(tests, subject, scope, name))


def _check_tests(tests: Tests, subject: Type, scope: Scope, name: str) -> Checked:
    checker = Checker(scope)
    checker.subject = subject
    items: list[Expr] = []
    for item in tests.items:
        resolved = resolve(item, scope)
        items.append(resolved)
        checker.test(resolved, subject, name, unary=True)
    return _checked(Tests(tuple(items), tests.negated, tests.span), BOOLEAN, checker)


def _expect(checker: Checker, expr: Expr, found: Type, expected: Type) -> None:
    if expected == BOOLEAN:
        checker.condition(expr, found)
    elif isinstance(expected, Choice) and isinstance(expr, Literal) and isinstance(expr.value, str):
        checker.choose("the fact", expr.value, expected, expr.span)
    elif not comparable(expected, found) and not is_open(expected) and found != NULL:
        checker.report(messages.not_the_type(expr, found, expected))


def _checked(expr: Expr | Tests, found: Type, checker: Checker) -> Checked:
    problems = tuple(sorted(dict.fromkeys(checker.problems), key=lambda p: (p.span, p.code, p.message)))
    return Checked(expr, found, problems, names(expr), known_names(expr))
