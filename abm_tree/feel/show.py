"""Syntax trees as canonical text.

Promises: `parse(show(x)) == x` for every tree that `parse` gives, and the same for tests; a branch is known
by this text. Refuses: to keep the author's spacing, brackets and comments.
"""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from abm_tree.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Expr,
    Filter,
    If,
    In,
    Known,
    ListLiteral,
    Literal,
    Malformed,
    Name,
    Negate,
    Or,
    Property,
    RangeLiteral,
    Subject,
    Tests,
    UnaryTest,
)
from abm_tree.feel.values import literal

_ANY, _OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _UNARY, _PRIMARY = range(9)
_LEVELS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def show(expr: Expr | Tests) -> str:
    """The canonical text of an expression or of unary tests."""
    if not isinstance(expr, Tests):
        return _at(expr, _ANY)
    if not expr.items:
        return "-"
    text = ", ".join([_test(item) for item in expr.items])
    if expr.negated:
        return f"not({text})"
    match expr.items:
        case (Call("not", args, ()),) if args:
            return f"({text})"  # the value of not(x); bare it would be the test "none of x"
    return text


def _at(expr: Expr, level: int) -> str:
    """The text of an expression where operators of `level` and tighter may stand bare."""
    text, own = _text(expr)
    return text if own >= level else f"({text})"


def _text(expr: Expr) -> tuple[str, int]:
    """A text and how tightly it binds."""
    match expr:
        case Literal(value):
            negative = isinstance(value, Decimal) and value < 0
            return literal(value), _UNARY if negative else _PRIMARY
        case Malformed(text):
            return f'@"{text}"', _PRIMARY
        case Name(name):
            return name, _PRIMARY
        case Subject():
            return "?", _PRIMARY
        case Property(of, name):
            word = isinstance(of, Literal) and (of.value is None or isinstance(of.value, bool))
            return (f"({_at(of, _ANY)}).{name}" if word else f"{_at(of, _PRIMARY)}.{name}"), _PRIMARY
        case ListLiteral(items):
            return "[" + ", ".join([_test(item) for item in items]) + "]", _PRIMARY
        case RangeLiteral(low, high, low_closed, high_closed):
            left, right = "[" if low_closed else "(", "]" if high_closed else ")"
            upper = _at(high, _ANY) if _is_plain(high) else f"({_at(high, _ANY)})"
            return f"{left}{_at(low, _SUM)}..{upper}{right}", _PRIMARY
        case UnaryTest():
            return f"({_test(expr)})", _PRIMARY
        case Comparison(operator, left_side, right_side):
            return f"{_at(left_side, _COMPARISON)} {operator} {_at(right_side, _SUM)}", _COMPARISON
        case Arithmetic(operator, left_side, right_side):
            own = _LEVELS[operator]
            return f"{_at(left_side, own)} {operator} {_at(right_side, own + 1)}", own
        case Negate(of):
            bare = isinstance(of, Literal) and isinstance(of.value, Decimal) and of.value >= 0
            return (f"-({_at(of, _ANY)})" if bare else f"-{_at(of, _UNARY)}"), _UNARY
        case And(left_side, right_side):
            return f"{_at(left_side, _AND)} and {_at(right_side, _COMPARISON)}", _AND
        case Or(left_side, right_side):
            return f"{_at(left_side, _OR)} or {_at(right_side, _AND)}", _OR
        case Between(of, low, high):
            text = f"{_at(of, _COMPARISON)} between {_at(low, _SUM)} and {_at(high, _SUM)}"
            return text, _COMPARISON
        case In(of, tests):
            return f"{_at(of, _COMPARISON)} in {_right_of_in(tests)}", _COMPARISON
        case If(condition, then, otherwise):
            parts = (_at(condition, _ANY), _at(then, _ANY), _at(otherwise, _ANY))
            return "if {} then {} else {}".format(*parts), _ANY
        case Filter(of, by):
            return f"{_at(of, _PRIMARY)}[{_at(by, _ANY)}]", _PRIMARY
        case Call(function, args, named):
            shown = [_at(arg, _ANY) for arg in args] + [f"{name}: {_at(arg, _ANY)}" for name, arg in named]
            return f"{function}({', '.join(shown)})", _PRIMARY
        case Known(of):
            return f"known({_at(of, _ANY)})", _PRIMARY
        case _:
            assert_never(expr)


def _test(expr: Expr) -> str:
    """A test, where a comparison may lack its left side."""
    return f"{expr.operator} {_at(expr.of, _SUM)}" if isinstance(expr, UnaryTest) else _at(expr, _ANY)


def _right_of_in(tests: tuple[Expr, ...]) -> str:
    if len(tests) == 1:
        only = tests[0]
        if isinstance(only, UnaryTest):
            return _test(only)
        if isinstance(only, RangeLiteral | ListLiteral) or _is_plain(only):
            return _at(only, _ANY)
    return "(" + ", ".join([_test(test) for test in tests]) + ")"


def _is_plain(expr: Expr) -> bool:
    """Whether an expression needs no brackets before a bracket that may close or open."""
    if isinstance(expr, Literal):
        return not isinstance(expr.value, tuple)
    return isinstance(expr, Name | Call | Malformed | Known | Subject)
