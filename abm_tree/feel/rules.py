"""How types go together.

Promises: plain functions of types; ANY and NULL go with everything, so that one mistake is reported once.
Refuses: to guess: where several types are possible the answer is ANY.
"""

from __future__ import annotations

from abm_tree.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    Choice,
    ListOf,
    RangeOf,
    Type,
)

_SIMPLE: tuple[Type, ...] = (NUMBER, TEXT, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION)
_MOMENTS: tuple[Type, ...] = (DATE, DATE_TIME)

_SUMS: dict[tuple[Type, Type], Type] = {
    (NUMBER, NUMBER): NUMBER,
    (TEXT, TEXT): TEXT,
    (DAYS_DURATION, DAYS_DURATION): DAYS_DURATION,
    (MONTHS_DURATION, MONTHS_DURATION): MONTHS_DURATION,
    (TIME, DAYS_DURATION): TIME,
    (DAYS_DURATION, TIME): TIME,
    **{(moment, length): moment for moment in _MOMENTS for length in (DAYS_DURATION, MONTHS_DURATION)},
    **{(length, moment): moment for moment in _MOMENTS for length in (DAYS_DURATION, MONTHS_DURATION)},
}
_DIFFERENCES: dict[tuple[Type, Type], Type] = {
    (NUMBER, NUMBER): NUMBER,
    (DAYS_DURATION, DAYS_DURATION): DAYS_DURATION,
    (MONTHS_DURATION, MONTHS_DURATION): MONTHS_DURATION,
    (TIME, DAYS_DURATION): TIME,
    (TIME, TIME): DAYS_DURATION,
    **{(moment, length): moment for moment in _MOMENTS for length in (DAYS_DURATION, MONTHS_DURATION)},
    **{(one, other): DAYS_DURATION for one in _MOMENTS for other in _MOMENTS},
}
_PRODUCTS: dict[tuple[Type, Type], Type] = {
    (NUMBER, NUMBER): NUMBER,
    (NUMBER, DAYS_DURATION): DAYS_DURATION,
    (DAYS_DURATION, NUMBER): DAYS_DURATION,
    (NUMBER, MONTHS_DURATION): MONTHS_DURATION,
    (MONTHS_DURATION, NUMBER): MONTHS_DURATION,
}
_QUOTIENTS: dict[tuple[Type, Type], Type] = {
    (NUMBER, NUMBER): NUMBER,
    (DAYS_DURATION, NUMBER): DAYS_DURATION,
    (MONTHS_DURATION, NUMBER): MONTHS_DURATION,
    (DAYS_DURATION, DAYS_DURATION): NUMBER,
    (MONTHS_DURATION, MONTHS_DURATION): NUMBER,
}
_ARITHMETIC: dict[str, dict[tuple[Type, Type], Type]] = {
    "+": _SUMS,
    "-": _DIFFERENCES,
    "*": _PRODUCTS,
    "/": _QUOTIENTS,
    "**": {(NUMBER, NUMBER): NUMBER},
}


def is_open(of: Type) -> bool:
    """Whether a type says nothing."""
    return of in (ANY, NULL)


def plain(of: Type) -> Type:
    """A type without its set of choices."""
    return TEXT if isinstance(of, Choice) else of


def comparable(a: Type, b: Type) -> bool:
    """Whether values of two types can be equal."""
    if is_open(a) or is_open(b):
        return True
    if isinstance(a, ListOf) and isinstance(b, ListOf):
        return comparable(a.item, b.item)
    if isinstance(a, RangeOf) and isinstance(b, RangeOf):
        return comparable(a.item, b.item)
    return plain(a) == plain(b)


def ordered(of: Type) -> bool:
    """Whether values of a type have an order."""
    if isinstance(of, Choice):
        return of.open
    return of != BOOLEAN and not isinstance(of, ListOf | RangeOf)


def unify(types: list[Type]) -> Type:
    """The one type of several values; ANY where they differ, NULL for none but nulls."""
    found: Type = NULL
    for each in types:
        if found in (NULL, each):
            found = each
        elif each == NULL:
            continue
        elif plain(found) == plain(each):
            found = plain(found)
        else:
            return ANY
    return found


def arithmetic(operator: str, left: Type, right: Type) -> Type | None:
    """The type of a sum, a product and so on; None where it has no meaning."""
    table = _ARITHMETIC[operator]
    lefts = _SIMPLE if is_open(left) else (plain(left),)
    rights = _SIMPLE if is_open(right) else (plain(right),)
    results = {table[pair] for pair in table if pair[0] in lefts and pair[1] in rights}
    if not results:
        return None
    return results.pop() if len(results) == 1 else ANY


def accepts(wanted: tuple[Type, ...], given: Type) -> bool:
    """Whether a parameter of these types takes an argument; an item counts as a list of one."""
    if is_open(given) or ANY in wanted:
        return True
    for each in wanted:
        if comparable(each, given):
            return True
        if isinstance(each, ListOf) and not isinstance(given, ListOf) and comparable(each.item, given):
            return True
    return False
