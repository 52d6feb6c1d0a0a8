"""The common shapes of conditions as short functions: facts against constants, rows of `and`, sums.

Promises: each gives what the general function gives, for every value; it only looks first whether the values
are of the usual kind. Refuses: other shapes; `interpret` has the general functions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from abm_tree.feel.open import Undetermined
from abm_tree.feel.operators import COMPARISONS, OPERATIONS
from abm_tree.feel.run import Env, Passes, Result, Run, Verdict, blocked
from abm_tree.feel.syntax import Expr, ListLiteral, Literal, RangeLiteral, UnaryTest
from abm_tree.feel.values import NUMBERS, Value

_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DECIMALS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
}
_ORDERED = (Decimal, str)


def fact_against(name: str, sign: str, constant: Value) -> Run:
    """A fact compared with a constant on its right."""
    holds, slow, kind = _HOLDS[sign], COMPARISONS[sign], type(constant)
    if kind not in _ORDERED:
        return against(lambda env, it=None: env.read(name), sign, constant)

    def run(env: Env, it: Result = None) -> Result:
        value = env.read(name)
        if type(value) is kind:
            return holds(value, constant)
        return value if isinstance(value, Undetermined) else slow(value, constant)

    return run


def against(read: Run, sign: str, constant: Value) -> Run:
    """Any expression compared with a constant on its right."""
    holds, slow, kind = _HOLDS[sign], COMPARISONS[sign], type(constant)

    def plain(env: Env, it: Result = None) -> Result:
        value = read(env, it)
        return value if isinstance(value, Undetermined) else slow(value, constant)

    def run(env: Env, it: Result = None) -> Result:
        value = read(env, it)
        if type(value) is kind:
            return holds(value, constant)
        return value if isinstance(value, Undetermined) else slow(value, constant)

    return run if kind in _ORDERED else plain


def compared(left: Run, sign: str, right: Run) -> Run:
    """Two expressions compared."""
    holds, slow = _HOLDS[sign], COMPARISONS[sign]

    def run(env: Env, it: Result = None) -> Result:
        a, b = left(env, it), right(env, it)
        if type(a) is Decimal and type(b) is Decimal:
            return holds(a, b)
        if isinstance(a, Undetermined) or isinstance(b, Undetermined):
            return blocked((a, b))
        return slow(a, b)

    return run


def combined(left: Run, sign: str, right: Run) -> Run:
    """Two expressions added, subtracted, multiplied or divided."""
    decimals, slow = _DECIMALS[sign], OPERATIONS[sign]

    def run(env: Env, it: Result = None) -> Result:
        a, b = left(env, it), right(env, it)
        if type(a) is Decimal and type(b) is Decimal:
            found = decimals(a, b)
            return found if found.is_finite() else None
        if isinstance(a, Undetermined) or isinstance(b, Undetermined):
            return blocked((a, b))
        return slow(a, b)

    return run


def with_number(read: Run, sign: str, number: Decimal) -> Run:
    """An expression and a constant number added, subtracted, multiplied or divided."""
    decimals, slow = _DECIMALS[sign], OPERATIONS[sign]

    def run(env: Env, it: Result = None) -> Result:
        value = read(env, it)
        if type(value) is Decimal:
            found = decimals(value, number)
            return found if found.is_finite() else None
        return value if isinstance(value, Undetermined) else slow(value, number)

    return run


def inverted(read: Run, slow: Callable[[Value], Value]) -> Run:
    """`not(...)`."""

    def run(env: Env, it: Result = None) -> Result:
        value = read(env, it)
        if value is True:
            return False
        if value is False:
            return True
        return value if isinstance(value, Undetermined) else slow(value)

    return run


def row(runs: Sequence[Run], *, decisive: bool) -> Run:
    """`and` (false decides) or `or` (true decides) over operands; what is no boolean counts as null."""
    neutral = not decisive
    if len(runs) == 2:
        first, second = runs

        def pair(env: Env, it: Result = None) -> Result:
            a = first(env, it)
            if a is decisive:
                return decisive
            b = second(env, it)
            if b is decisive:
                return decisive
            return neutral if a is neutral and b is neutral else _settle((a, b), neutral)

        return pair
    every = tuple(runs)

    def run(env: Env, it: Result = None) -> Result:
        odd: list[Result] | None = None
        for each in every:
            value = each(env, it)
            if value is neutral:
                continue
            if value is decisive:
                return decisive
            odd = [value] if odd is None else [*odd, value]
        return neutral if odd is None else _settle(odd, neutral)

    return run


def _settle(values: Sequence[Result], neutral: bool) -> Result:
    """A row that nothing decides: the first missing fact (asking could settle it), else the first unknown."""
    found: Undetermined | None = None
    for value in values:
        if isinstance(value, Undetermined):
            if not value.unknown:
                return value
            found = found or value
    return found


def constant_tests(tests: Sequence[Expr], values: Sequence[Value], slow: Passes) -> Passes:
    """Unary tests whose operands are constants: a look at the usual kind of value first."""
    if len(tests) == 1:
        match tests[0]:
            case RangeLiteral(_, _, low_closed, high_closed):
                return _between(values[0], values[1], low_closed, high_closed, slow)
            case UnaryTest(sign, _):
                return _one(sign, values[0], slow)
            case ListLiteral() if isinstance(values[0], tuple):
                return _among(values[0], slow)
    return _among(values, slow) if all(isinstance(test, Literal) for test in tests) else slow


def _one(sign: str, constant: Value, slow: Passes) -> Passes:
    holds, kind = _HOLDS[sign], type(constant)
    if kind not in _ORDERED:
        return slow

    def passes(it: Result, env: Env) -> Verdict:
        return holds(it, constant) if type(it) is kind else slow(it, env)

    return passes


def _among(values: Sequence[Value], slow: Passes) -> Passes:
    """One of some texts, or of some numbers."""
    kinds = {type(value) for value in values}
    if kinds == {str}:
        texts = frozenset(values)
        return lambda it, env: it in texts if type(it) is str else slow(it, env)
    if kinds == {Decimal}:
        numbers = tuple(values)
        return lambda it, env: it in numbers if type(it) is Decimal else slow(it, env)
    return slow


def _between(low: Value, high: Value, low_closed: bool, high_closed: bool, slow: Passes) -> Passes:
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return slow
    a, b = low, high
    if low_closed and high_closed:
        return lambda it, env: a <= it <= b if type(it) is Decimal else slow(it, env)
    if low_closed:
        return lambda it, env: a <= it < b if type(it) is Decimal else slow(it, env)
    if high_closed:
        return lambda it, env: a < it <= b if type(it) is Decimal else slow(it, env)
    return lambda it, env: a < it < b if type(it) is Decimal else slow(it, env)
