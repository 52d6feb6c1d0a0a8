"""The values at which a test can change its answer.

Promises: for tests made of comparisons, ranges and values, every value where the answer may change; between
two neighbouring ones it is the same. None for tests that compute with the value itself.
"""

from __future__ import annotations

from abm_tree.feel import compile
from abm_tree.feel.syntax import Expr, Literal, RangeLiteral, Subject, Tests, UnaryTest, children
from abm_tree.tree.parts import Run


def cut_points(tests: Tests) -> tuple[Run, ...] | None:
    """The ends that tests compare with, compiled; None where there is more to them."""
    ends: list[Expr] = []
    for item in tests.items:
        match item:
            case UnaryTest():
                ends.append(item.of)
            case RangeLiteral():
                ends += [item.low, item.high]
            case _:
                ends.append(item)
    if any(_uses_subject(end) for end in ends):
        return None
    return tuple(compile(end) for end in ends if not (isinstance(end, Literal) and end.value is None))


def _uses_subject(expr: Expr) -> bool:
    if isinstance(expr, Subject):
        return True
    return any(_uses_subject(child) for child in children(expr))
