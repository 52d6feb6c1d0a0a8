"""Syntax trees as functions.

Promises: compiled functions are pure, never raise on any values, and give null where the standard has an
error; constants are folded once. Facts that are not known follow DESIGN.md 5.1: operands are looked at in
written order, `and` and `or` decide where the known ones suffice, everything else needs them all.
Refuses: names that are still dotted properties: `check` resolves them first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol, TypeAlias, assert_never

from abm_tree.feel.builtins import FUNCTIONS, apply, bind
from abm_tree.feel.calendar import Date, DateTime, Time
from abm_tree.feel.open import Undetermined
from abm_tree.feel.operators import (
    COMPARISONS,
    OPERATIONS,
    either,
    negate,
    satisfies,
    within,
)
from abm_tree.feel.properties import read_property
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
    children,
    mentions_subject,
)
from abm_tree.feel.values import MAX_TEXT, Range, Value

Result: TypeAlias = Value | Undetermined
Verdict: TypeAlias = bool | Undetermined | None


class Env(Protocol):
    """Where names get their values; `as_of` is the instant that `today()` and `now()` answer from."""

    @property
    def as_of(self) -> DateTime:
        """The instant of evaluation."""

    def read(self, name: str) -> Value | Undetermined:
        """The value of a fact, or that it is missing or unknown."""

    def known(self, name: str) -> bool | Undetermined:
        """Whether a fact has a value; undetermined while nobody asked."""


Run: TypeAlias = Callable[[Env, Result], Result]


class _NoFacts:
    """The environment in which constants are folded."""

    as_of = DateTime(Date(1970, 1, 1), Time(0, 0, 0, 0, 0))

    def read(self, name: str) -> Value | Undetermined:
        return None

    def known(self, name: str) -> bool | Undetermined:
        return False


_NO_FACTS = _NoFacts()


def compile(expr: Expr) -> Callable[[Env], Result]:
    """The function that evaluates an expression."""
    run, _ = _run(expr)
    return lambda env: run(env, None)


def compile_tests(tests: Tests) -> Callable[[Value, Env], Verdict]:
    """The function that says whether a value passes unary tests."""
    passes, _ = _passes(tests.items)
    if not tests.items:
        return lambda value, env: True
    if not tests.negated:
        return lambda value, env: passes(env, value)

    def fails(value: Value, env: Env) -> Verdict:
        verdict = passes(env, value)
        return not verdict if isinstance(verdict, bool) else verdict

    return fails


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


def value_of(expr: Expr) -> Value:
    """The value of a constant expression."""
    value = _run(expr)[0](_NO_FACTS, None)
    return None if isinstance(value, Undetermined) else value


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


def _run(expr: Expr) -> tuple[Run, bool]:
    """The function of a node, and whether it is constant (then it is already evaluated)."""
    match expr:
        case Literal(value):
            return _constant(value), True
        case Malformed():
            return _constant(None), True
        case Name(name):
            return (lambda env, it: env.read(name)), False
        case Subject():
            return (lambda env, it: it), False
        case Known(Name(name)):
            return (lambda env, it: env.known(name)), False
        case Known():
            return _constant(None), True
        case Property(of, name):
            return _strict((of,), lambda value: read_property(value, name))
        case Negate(of):
            return _strict((of,), negate)
        case Comparison(operator, left, right):
            return _strict((left, right), COMPARISONS[operator])
        case Arithmetic(operator, left, right):
            return _strict((left, right), OPERATIONS[operator])
        case UnaryTest(operator, of):
            return _strict((of,), lambda value: _open_range(operator, value))
        case ListLiteral(items):
            return _strict(items, lambda *values: values)
        case RangeLiteral(low, high, low_closed, high_closed):
            return _strict((low, high), lambda a, b: _range(a, b, low_closed, high_closed))
        case Between(of, low, high):
            return _strict((of, low, high), lambda value, a, b: within(value, a, b, True, True))
        case Filter(of, by):
            return _strict((of, by), _filter)
        case Call():
            return _call(expr)
        case In(of, tests):
            return _in(of, tests)
        case If(condition, then, otherwise):
            return _if(condition, then, otherwise)
        case And(left, right):
            return _connect(left, right, decisive=False)
        case Or(left, right):
            return _connect(left, right, decisive=True)
        case _:
            assert_never(expr)


def _constant(value: Value) -> Run:
    return lambda env, it: value


def _fold(run: Run, constant: bool) -> tuple[Run, bool]:
    if not constant:
        return run, False
    value = run(_NO_FACTS, None)
    return (lambda env, it: value), True


def _first(results: Iterable[Result]) -> Undetermined | None:
    """What keeps a strict operation open: the first unknown fact, else the first missing one."""
    missing: Undetermined | None = None
    for result in results:
        if isinstance(result, Undetermined):
            if result.unknown:
                return result
            missing = missing or result
    return missing


def _strict(
    operands: tuple[Expr, ...], operation: Callable[..., Value], foldable: bool = True
) -> tuple[Run, bool]:
    """An operation that needs all its operands."""
    compiled = [_run(operand) for operand in operands]
    constant = foldable and all(each for _, each in compiled)
    runs = [run for run, _ in compiled]
    if len(runs) == 1:
        only = runs[0]

        def unary(env: Env, it: Result) -> Result:
            value = only(env, it)
            return value if isinstance(value, Undetermined) else operation(value)

        return _fold(unary, constant)
    if len(runs) == 2:
        left, right = runs

        def binary(env: Env, it: Result) -> Result:
            a, b = left(env, it), right(env, it)
            if isinstance(a, Undetermined) or isinstance(b, Undetermined):
                return _first((a, b))
            return operation(a, b)

        return _fold(binary, constant)

    def many(env: Env, it: Result) -> Result:
        values = [run(env, it) for run in runs]
        return _first(values) or operation(*values)

    return _fold(many, constant)


def _call(call: Call) -> tuple[Run, bool]:
    function = FUNCTIONS.get(call.function)
    binding = None if function is None else bind(function, len(call.args), [name for name, _ in call.named])
    if binding is None:
        return _strict(children(call), lambda *values: None)
    bound = binding
    if bound.signature.clock:
        return (lambda env, it: apply(bound, (), env.as_of)), False

    def operation(*values: Value) -> Value:
        value = apply(bound, values)
        return None if isinstance(value, str) and len(value) > MAX_TEXT else value

    return _strict(children(call), operation)


def _if(condition: Expr, then: Expr, otherwise: Expr) -> tuple[Run, bool]:
    (test, one), (yes, two), (no, three) = _run(condition), _run(then), _run(otherwise)

    def run(env: Env, it: Result) -> Result:
        value = test(env, it)
        if isinstance(value, Undetermined):
            return value
        return yes(env, it) if value is True else no(env, it)

    return _fold(run, one and two and three)


def _connect(left: Expr, right: Expr, *, decisive: bool) -> tuple[Run, bool]:
    """`and` (false decides) and `or` (true decides), by Kleene; what is no boolean counts as null."""
    (first, one), (second, two) = _run(left), _run(right)

    def run(env: Env, it: Result) -> Result:
        a = first(env, it)
        if a is decisive:
            return decisive
        b = second(env, it)
        if b is decisive:
            return decisive
        if isinstance(a, Undetermined):
            # A missing fact could settle the whole, an unknown one could not.
            return b if a.unknown and isinstance(b, Undetermined) and not b.unknown else a
        if isinstance(b, Undetermined):
            return b
        return not decisive if a is not None and a is b and isinstance(a, bool) else None

    return _fold(run, one and two)


def _in(of: Expr, tests: tuple[Expr, ...]) -> tuple[Run, bool]:
    (subject, one), (passes, two) = _run(of), _passes(tests)

    def run(env: Env, it: Result) -> Result:
        return passes(env, subject(env, it))

    return _fold(run, one and two)


def _passes(tests: tuple[Expr, ...]) -> tuple[Callable[[Env, Result], Verdict], bool]:
    """Whether one of the tests holds, which needs all their operands; and whether those are constant."""
    runs: list[Run] = []
    judges: list[tuple[int, Callable[..., bool | None]]] = []
    constant = True
    for test in tests:
        operands, judge = _test(test)
        judges.append((len(operands), judge))
        for operand in operands:
            run, fixed = _run(operand)
            runs.append(run)
            constant = constant and fixed

    def passes(env: Env, it: Result) -> Verdict:
        values = [run(env, it) for run in runs]
        blocked = _first([it, *values])
        if blocked is not None:
            return blocked
        verdict: bool | None = False
        at = 0
        for count, judge in judges:
            verdict = either(verdict, judge(it, *values[at : at + count]))
            at += count
        return verdict

    return passes, constant


def _test(test: Expr) -> tuple[tuple[Expr, ...], Callable[..., bool | None]]:
    """A test as its operands and the judgement on the value and theirs."""
    match test:
        case UnaryTest(operator, of):
            return (of,), COMPARISONS[operator]
        case RangeLiteral(low, high, low_closed, high_closed):
            return (low, high), lambda value, a, b: _in_range(value, a, b, low_closed, high_closed)
    if mentions_subject(test):
        return (test,), lambda value, verdict: verdict if isinstance(verdict, bool) else None
    return (test,), satisfies


def _in_range(value: Value, low: Value, high: Value, low_closed: bool, high_closed: bool) -> bool | None:
    if isinstance(value, Range):
        return satisfies(value, _range(low, high, low_closed, high_closed))
    return within(value, low, high, low_closed, high_closed)


def _range(low: Value, high: Value, low_closed: bool, high_closed: bool) -> Value:
    if low is None or high is None or COMPARISONS["<="](low, high) is None:
        return None
    return Range(low, high, low_closed, high_closed)


def _open_range(operator: str, end: Value) -> Value:
    """The range that `< 10` or `!= 10` stands for as a value."""
    if end is None:
        return None
    match operator:
        case "<" | "<=":
            return Range(None, end, False, operator == "<=")
        case ">" | ">=":
            return Range(end, None, operator == ">=", False)
    return Range(end, end, True, True, operator == "!=")


def _filter(of: Value, by: Value) -> Value:
    """The item at a position; all items for true, none for any other condition; a value is a list of one."""
    if of is None:
        return None
    items = of if isinstance(of, tuple) else (of,)
    if not isinstance(by, Decimal):
        return items if by is True else ()
    if not 1 <= abs(by) <= len(items) or by != int(by):
        return None
    return items[int(by) - 1 if by > 0 else int(by)]
