"""Each part of an expression with its value: why a condition came out as it did.

Promises: parts in written order, the whole first, each with its canonical text; literals, which are their own
value, are left out; at most `MAX_PARTS` of them, with the work that `meter` allows. Refuses: to change a
value; a part is evaluated as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from abm_tree.feel.interpret import compile, compile_part, compile_test, compile_tests
from abm_tree.feel.meter import metered
from abm_tree.feel.open import Undetermined
from abm_tree.feel.run import Env, Result
from abm_tree.feel.show import show
from abm_tree.feel.syntax import (
    And,
    Expr,
    In,
    ListLiteral,
    Literal,
    Malformed,
    Or,
    RangeLiteral,
    Subject,
    Tests,
    UnaryTest,
    children,
    mentions_subject,
    operands,
)
from abm_tree.feel.values import Value

MAX_PARTS = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression: how deep it stands, its text, its value."""

    depth: int
    text: str
    value: Result


def explain(expr: Expr | Tests, env: Env, subject: Value = None) -> tuple[Part, ...]:
    """The whole and its parts; `subject` is the value that unary tests look at."""
    if isinstance(expr, Tests):
        value: Result = compile_tests(expr)(subject, env)
    else:
        value = compile(expr)(env)
    below = metered(lambda: tuple(islice(_parts(expr, env, subject), MAX_PARTS)))
    return (Part(0, show(expr), value), *below)


def _parts(whole: Expr | Tests, env: Env, subject: Value) -> Iterator[Part]:
    # depth, expression, the value it looks at, whether it is a test of that value
    waiting: list[tuple[int, Expr, Result, bool]] = []
    if isinstance(whole, Tests):
        if len(whole.items) == 1 and not whole.negated:
            waiting = _below(whole.items[0], 1, env, subject)
        else:
            waiting = [(1, item, subject, True) for item in whole.items]
    else:
        waiting = _below(whole, 1, env, subject)
    waiting.reverse()
    while waiting:
        depth, expr, it, tested = waiting.pop()
        if tested and not isinstance(it, Undetermined):
            yield Part(depth, show(Tests((expr,), False, expr.span)), compile_test(expr)(it, env))
        elif isinstance(expr, Literal | Malformed):
            continue
        else:
            yield Part(depth, show(expr), compile_part(expr)(env, it))
        waiting.extend(reversed(_below(expr, depth + 1, env, it)))


def _below(expr: Expr, depth: int, env: Env, it: Result) -> list[tuple[int, Expr, Result, bool]]:
    """The parts of an expression, with what they look at."""
    if isinstance(expr, In):
        value = compile_part(expr.of)(env, it)
        tests = [(depth, test, value, True) for test in expr.tests if _worth_showing(test, expr)]
        return [(depth, expr.of, it, False), *tests]
    parts = operands(expr) if isinstance(expr, And | Or) else children(expr)
    return [(depth, part, it, False) for part in parts if not isinstance(part, Subject)]


def _worth_showing(test: Expr, among: In) -> bool:
    """Whether a test says more than the `in` around it: one of several, or one with parts of its own."""
    if len(among.tests) > 1 or mentions_subject(test):
        return not isinstance(test, Literal)
    constant = isinstance(test, ListLiteral | RangeLiteral | UnaryTest)
    return not isinstance(test, Literal) and not (
        constant and all(isinstance(part, Literal) for part in children(test))
    )
