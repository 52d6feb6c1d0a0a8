"""FEEL's syntax: one frozen class a node, each with its place in the text.

Promises: two trees are equal when they mean the same text, wherever it stood; `children` gives the parts
in written order. Refuses: contexts, function definitions, `for`, `some`, `every`: they have no nodes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from abm_tree.feel.values import Value
from abm_tree.source import Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written: `1000`, `"approved"`, `true`, `null`, `@"2026-11-21"`."""

    value: Value
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Malformed:
    """`@"..."` around what is no date, time or duration; its value is null."""

    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A fact or another name, dots included: `account.employees`."""

    name: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """`?`, the value that unary tests look at."""

    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Property:
    """A part of a value: `deal.close_date.year`."""

    of: Expr
    name: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[1, 2, 3]`."""

    items: tuple[Expr, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class RangeLiteral:
    """`[50..1000)`."""

    low: Expr
    high: Expr
    low_closed: bool
    high_closed: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class UnaryTest:
    """A comparison without its left side: `< 50`."""

    operator: str
    of: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`=`, `!=`, `<`, `<=`, `>` or `>=`."""

    operator: str
    left: Expr
    right: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+`, `-`, `*`, `/` or `**`."""

    operator: str
    left: Expr
    right: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """A minus before an expression."""

    of: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """Both hold."""

    left: Expr
    right: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """One of them holds."""

    left: Expr
    right: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """`x between 1 and 10`, both ends included."""

    of: Expr
    low: Expr
    high: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """`x in (< 5, [10..20])`: one of the tests holds."""

    of: Expr
    tests: tuple[Expr, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """`if c then a else b`."""

    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """`list[1]`: the item at a position, from 1, or from -1 backwards."""

    of: Expr
    by: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function with its arguments, by position or by name."""

    function: str
    args: tuple[Expr, ...]
    named: tuple[tuple[str, Expr], ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Known:
    """`known(x)`: whether a fact has a value."""

    of: Expr
    span: Span = field(compare=False)


Expr: TypeAlias = (
    Literal
    | Malformed
    | Name
    | Subject
    | Property
    | ListLiteral
    | RangeLiteral
    | UnaryTest
    | Comparison
    | Arithmetic
    | Negate
    | And
    | Or
    | Between
    | In
    | If
    | Filter
    | Call
    | Known
)


@dataclass(frozen=True, slots=True)
class Tests:
    """Unary tests, one of which holds (or none, if `negated`); no items is `-`: anything passes."""

    items: tuple[Expr, ...]
    negated: bool
    span: Span = field(compare=False)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression in written order."""
    match expr:
        case Literal() | Malformed() | Name() | Subject():
            return ()
        case Property(of) | UnaryTest(_, of) | Negate(of) | Known(of):
            return (of,)
        case ListLiteral(items):
            return items
        case RangeLiteral(low, high):
            return (low, high)
        case Comparison(_, left, right) | Arithmetic(_, left, right) | And(left, right) | Or(left, right):
            return (left, right)
        case Between(of, low, high):
            return (of, low, high)
        case In(of, tests):
            return (of, *tests)
        case If(condition, then, otherwise):
            return (condition, then, otherwise)
        case Filter(of, by):
            return (of, by)
        case Call(_, args, named):
            return args + tuple([arg for _, arg in named])
        case _:
            assert_never(expr)


def operands(expr: And | Or) -> list[Expr]:
    """The operands of a row of one connective, in written order."""
    found: list[Expr] = []
    waiting: list[Expr] = [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, And | Or) and type(node) is type(expr):
            waiting += (node.right, node.left)
        else:
            found.append(node)
    return found


def with_children(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
    """The same node over other parts, given in written order."""
    match expr:
        case Literal() | Malformed() | Name() | Subject():
            return expr
        case Property() | UnaryTest() | Negate() | Known():
            return replace(expr, of=parts[0])
        case ListLiteral():
            return replace(expr, items=parts)
        case RangeLiteral():
            return replace(expr, low=parts[0], high=parts[1])
        case Comparison() | Arithmetic() | And() | Or():
            return replace(expr, left=parts[0], right=parts[1])
        case Between():
            return replace(expr, of=parts[0], low=parts[1], high=parts[2])
        case In():
            return replace(expr, of=parts[0], tests=parts[1:])
        case If():
            return replace(expr, condition=parts[0], then=parts[1], otherwise=parts[2])
        case Filter():
            return replace(expr, of=parts[0], by=parts[1])
        case Call(_, args, named):
            pairs = zip(named, parts[len(args) :], strict=True)
            return replace(
                expr, args=parts[: len(args)], named=tuple([(name, part) for (name, _), part in pairs])
            )
        case _:
            assert_never(expr)


def mentions_subject(test: Expr) -> bool:
    """Whether `?` stands inside a test, which then is a condition; alone it is a value."""
    waiting: list[Expr] = [test.of] if isinstance(test, In) else list(children(test))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Subject):
            return True
        waiting.extend([node.of] if isinstance(node, In) else children(node))
    return False
