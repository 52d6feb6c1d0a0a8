"""Numbers computed from facts: sums and ratios as terms.

Promises: a term says which facts it reads and what known facts make of it, as FEEL computes it. Refuses:
powers and functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from abm_tree.feel.values import Value, literal


@dataclass(frozen=True, slots=True)
class Input:
    """A number fact."""

    key: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Operation:
    """Two numbers added, subtracted, multiplied or divided; `-` with one part negates."""

    sign: str
    parts: tuple[Term, ...]


Term: TypeAlias = Input | Constant | Operation


@dataclass(frozen=True, slots=True)
class Number:
    """What a column is computed from; with `against`, how the two compare: -1, 0 or 1."""

    term: Term
    against: Term | None
    equality: bool  # null equals null, but has no order
    inputs: tuple[str, ...]  # in written order: the first unknown one keeps it open


def inputs_of(term: Term) -> tuple[str, ...]:
    """The facts of a term, in written order."""
    match term:
        case Input(key):
            return (key,)
        case Constant():
            return ()
        case Operation(_, parts):
            return tuple(dict.fromkeys(key for part in parts for key in inputs_of(part)))


def divides(term: Term) -> bool:
    """Whether a term divides, so that known facts may come to null."""
    return isinstance(term, Operation) and (term.sign == "/" or any(divides(part) for part in term.parts))


def spelled(number: Number) -> str:
    """A number in the language of conditions, as far as a plan tells of it."""
    text = _spelled(number.term)
    return text if number.against is None else f"{text} against {_spelled(number.against)}"


def _spelled(term: Term) -> str:
    match term:
        case Input(key):
            return key
        case Constant(value):
            return literal(value)
        case Operation(_, (only,)):
            return f"-{_spelled(only)}"
        case Operation(sign, (left, right)):
            return f"({_spelled(left)} {sign} {_spelled(right)})"
    raise AssertionError(term)


def exactly(number: Number, values: Mapping[str, Value]) -> Value:
    """What known facts make of it, as FEEL computes it."""
    one = _exact(number.term, values)
    if number.against is None:
        return one
    other = _exact(number.against, values)
    if one is None and other is None and number.equality:
        return Decimal(0)
    if one is None or other is None:
        return None
    from abm_tree.feel.operators import compare

    order = compare(one, other)
    return "" if order is None else Decimal(order)  # a text is a stray: the interpreter decides its row


def _exact(term: Term, values: Mapping[str, Value]) -> Value:
    from abm_tree.feel.operators import OPERATIONS, negate

    match term:
        case Input(key):
            return values[key]
        case Constant(value):
            return value
        case Operation(_, (only,)):
            return negate(_exact(only, values))
        case Operation(sign, (left, right)):
            return OPERATIONS[sign](_exact(left, values), _exact(right, values))
    raise AssertionError(term)
