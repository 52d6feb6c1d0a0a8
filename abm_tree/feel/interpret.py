"""Syntax trees as functions.

Promises: compiled functions are pure, never raise on any values, and give null where the standard has an
error; constants are folded once. Facts that are not known follow DESIGN.md 5.1: operands are looked at in
written order, `and` and `or` decide where the known ones suffice, everything else needs them all.
Refuses: names that are still dotted properties: `check` resolves them first.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import assert_never

from abm_tree.feel import shortcuts
from abm_tree.feel.builtins import FUNCTIONS, Function, apply, bind
from abm_tree.feel.calendar import Date, DateTime, Time
from abm_tree.feel.meter import metered, room
from abm_tree.feel.open import Undetermined
from abm_tree.feel.operators import COMPARISONS, OPERATIONS, either, negate, satisfies, within
from abm_tree.feel.properties import read_property
from abm_tree.feel.run import Env, Passes, Result, Run, Verdict, blocked
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
    operands,
)
from abm_tree.feel.types import TEXT, ListOf
from abm_tree.feel.values import MAX_TEXT, Range, Value


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
    run, _ = metered(lambda: _run(expr))
    return _with_meter(run) if _is_costly(expr) else run


def compile_tests(tests: Tests) -> Callable[[Value, Env], Verdict]:
    """The function that says whether a value passes unary tests."""
    if not tests.items:
        return lambda value, env: True
    passes, _ = metered(lambda: _passes(tests.items))
    if any(_is_costly(item) for item in tests.items):
        free = passes
        passes = lambda value, env: metered(lambda: free(value, env))  # noqa: E731
    if not tests.negated:
        return passes

    def fails(value: Value, env: Env) -> Verdict:
        verdict = passes(value, env)
        return not verdict if isinstance(verdict, bool) else verdict

    return fails


def compile_part(expr: Expr) -> Run:
    """The function that evaluates a part of an expression or of unary tests, without a meter of its own."""
    return _run(expr)[0]


def compile_test(test: Expr) -> Passes:
    """The function that says whether a value passes one test, without a meter of its own."""
    return _passes((test,))[0]


def _with_meter(run: Run) -> Run:
    return lambda env, it=None: metered(lambda: run(env, it))


def _is_costly(expr: Expr) -> bool:
    """Whether an expression makes texts or lists, or searches in texts: what could grow beyond measure."""
    waiting: list[Expr] = [expr]
    joins = gathers = False
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call):
            function = FUNCTIONS.get(node.function)
            if function is not None and (node.function == "matches" or _makes_much(function)):
                return True
        joins = joins or (isinstance(node, Arithmetic) and node.operator == "+")
        gathers = gathers or isinstance(node, Call | ListLiteral | In)
        waiting.extend(children(node))
    return joins and gathers


def _makes_much(function: Function) -> bool:
    return any(s.result == TEXT or isinstance(s.result, ListOf) for s in function.signatures)


def _kept(value: Value) -> Value:
    """A value that was made, or null where there is no room for it."""
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT and room(len(value)) else None
    if isinstance(value, tuple):
        return value if room(8 * len(value)) else None
    return value


def value_of(expr: Expr) -> Value:
    """The value of a constant expression."""
    return _value(_run(expr)[0])


def _value(run: Run) -> Value:
    value = run(_NO_FACTS, None)
    return None if isinstance(value, Undetermined) else value


def _run(expr: Expr) -> tuple[Run, bool]:
    """The function of a node, and whether it is constant (then it is already evaluated)."""
    match expr:
        case Literal(value):
            return _constant(value), True
        case Malformed():
            return _constant(None), True
        case Name(name):
            return (lambda env, it=None: env.read(name)), False
        case Subject():
            return (lambda env, it=None: it), False
        case Known(Name(name)):
            return (lambda env, it=None: env.known(name)), False
        case Known():
            return _constant(None), True
        case Property(of, name):
            return _strict((of,), lambda value: read_property(value, name))
        case Negate(of):
            return _strict((of,), negate)
        case Comparison():
            return _comparison(expr)
        case Arithmetic(operator, left, right):
            return _arithmetic(operator, left, right)
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
        case And() | Or():
            return _connect(expr)
        case _:
            assert_never(expr)


def _constant(value: Value) -> Run:
    return lambda env, it=None: value


def _fold(run: Run, constant: bool) -> tuple[Run, bool]:
    return (_constant(_value(run)), True) if constant else (run, False)


def _comparison(expr: Comparison) -> tuple[Run, bool]:
    (left, one), (right, two) = _run(expr.left), _run(expr.right)
    if one is two:
        return _fold(shortcuts.compared(left, expr.operator, right), one)
    read, constant, operator = (left, right, expr.operator) if two else (right, left, _TURNED[expr.operator])
    side = expr.left if two else expr.right
    if isinstance(side, Name):
        return shortcuts.fact_against(side.name, operator, _value(constant)), False
    return shortcuts.against(read, operator, _value(constant)), False


_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _arithmetic(operator: str, left: Expr, right: Expr) -> tuple[Run, bool]:
    if operator == "**":
        return _strict((left, right), OPERATIONS[operator])
    (first, one), (second, two) = _run(left), _run(right)
    if one and two:
        return _fold(shortcuts.combined(first, operator, second), True)
    if two and isinstance(number := _value(second), Decimal) and number:
        return shortcuts.with_number(first, operator, number), False
    return shortcuts.combined(first, operator, second), False


def _strict(needed: tuple[Expr, ...], operation: Callable[..., Value]) -> tuple[Run, bool]:
    """An operation that needs all its operands."""
    compiled = [_run(operand) for operand in needed]
    constant = all(each for _, each in compiled)
    runs = [run for run, _ in compiled]
    if len(runs) == 1:
        only = runs[0]

        def unary(env: Env, it: Result = None) -> Result:
            value = only(env, it)
            return value if isinstance(value, Undetermined) else operation(value)

        return _fold(unary, constant)

    def many(env: Env, it: Result = None) -> Result:
        values = [run(env, it) for run in runs]
        return blocked(values) or operation(*values)

    return _fold(many, constant)


def _call(call: Call) -> tuple[Run, bool]:
    function = FUNCTIONS.get(call.function)
    binding = None if function is None else bind(function, len(call.args), [name for name, _ in call.named])
    if binding is None:
        return _strict(children(call), lambda *values: None)
    bound = binding
    if bound.signature.clock:
        return (lambda env, it=None: apply(bound, (), env.as_of)), False

    def operation(*values: Value) -> Value:
        return _kept(apply(bound, values))

    if call.function == "not":
        (of,) = children(call)
        run, constant = _run(of)
        return _fold(shortcuts.inverted(run, operation), constant)
    return _strict(children(call), operation)


def _if(condition: Expr, then: Expr, otherwise: Expr) -> tuple[Run, bool]:
    (test, one), (yes, two), (no, three) = _run(condition), _run(then), _run(otherwise)

    def run(env: Env, it: Result = None) -> Result:
        value = test(env, it)
        if value is True:
            return yes(env, it)
        return value if isinstance(value, Undetermined) else no(env, it)

    return _fold(run, one and two and three)


def _connect(expr: And | Or) -> tuple[Run, bool]:
    """A row of `and` (false decides) or `or` (true decides), by Kleene."""
    compiled = [_run(operand) for operand in operands(expr)]
    run = shortcuts.row([run for run, _ in compiled], decisive=isinstance(expr, Or))
    return _fold(run, all(constant for _, constant in compiled))


def _in(of: Expr, tests: tuple[Expr, ...]) -> tuple[Run, bool]:
    (subject, one), (passes, two) = _run(of), _passes(tests)

    def run(env: Env, it: Result = None) -> Result:
        return passes(subject(env, it), env)

    return _fold(run, one and two)


def _passes(tests: tuple[Expr, ...]) -> tuple[Passes, bool]:
    """Whether one of the tests holds, which needs all their operands; and whether those are constant."""
    runs: list[Run] = []
    judges: list[tuple[int, Callable[..., bool | None]]] = []
    constant = True
    for test in tests:
        needed, judge = _test(test)
        judges.append((len(needed), judge))
        for operand in needed:
            run, fixed = _run(operand)
            runs.append(run)
            constant = constant and fixed

    def passes(it: Result, env: Env) -> Verdict:
        values = [run(env, it) for run in runs]
        stop = blocked([it, *values])
        if stop is not None:
            return stop
        verdict: bool | None = False
        at = 0
        for count, judge in judges:
            verdict = either(verdict, judge(it, *values[at : at + count]))
            at += count
        return verdict

    if not constant:
        return passes, False
    return shortcuts.constant_tests(tests, [_value(run) for run in runs], passes), True


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
