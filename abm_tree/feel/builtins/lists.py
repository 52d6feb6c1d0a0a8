"""Built-in functions on lists.

Promises: positions count from 1, or from -1 backwards; an item among others is found by FEEL's equality, in
linear time. Refuses: positions outside the list, which give null; `sort`, which takes a function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from abm_tree.feel.builtins.signatures import Function, Signature, anything, parameter
from abm_tree.feel.operators import compare, identity
from abm_tree.feel.types import ANY, BOOLEAN, NUMBER, ListOf, Type
from abm_tree.feel.values import MAX_LIST, NUMBERS, Value, finite

Items = tuple[Value, ...]


def _numbers(items: Items) -> list[Decimal] | None:
    numbers = [item for item in items if isinstance(item, Decimal)]
    return numbers if numbers and len(numbers) == len(items) else None


def _fold(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Items], Value]:
    def fold(items: Items) -> Value:
        numbers = _numbers(items)
        if numbers is None:
            return None
        total = numbers[0]
        for number in numbers[1:]:
            total = operation(total, number)
        return finite(total)

    return fold


_sum = _fold(NUMBERS.add)
_product = _fold(NUMBERS.multiply)


def _extreme(sign: int) -> Callable[[Items], Value]:
    def extreme(items: Items) -> Value:
        if not items or (len(items) == 1 and compare(items[0], items[0]) is None):
            return None
        best = items[0]
        for item in items[1:]:
            order = compare(item, best)
            if order is None:
                return None
            if order == sign:
                best = item
        return best

    return extreme


def _mean(items: Items) -> Value:
    total = _sum(items)
    return finite(NUMBERS.divide(total, Decimal(len(items)))) if isinstance(total, Decimal) else None


def _median(items: Items) -> Value:
    numbers = _numbers(items)
    if numbers is None:
        return None
    numbers.sort()
    half = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[half]
    return finite(NUMBERS.divide(NUMBERS.add(numbers[half - 1], numbers[half]), Decimal(2)))


def _stddev(items: Items) -> Value:
    """The standard deviation of a sample."""
    numbers, mean = _numbers(items), _mean(items)
    if numbers is None or not isinstance(mean, Decimal) or len(numbers) < 2:
        return None
    total = Decimal(0)
    for number in numbers:
        gap = NUMBERS.subtract(number, mean)
        total = NUMBERS.add(total, NUMBERS.multiply(gap, gap))
    return finite(NUMBERS.sqrt(NUMBERS.divide(total, Decimal(len(numbers) - 1))))


def _mode(items: Items) -> Value:
    if not items:
        return ()
    numbers = _numbers(items)
    if numbers is None:
        return None
    counts = Counter(numbers)
    most = max(counts.values())
    return tuple(sorted([number for number, count in counts.items() if count == most]))


def _every(items: Items) -> Value:
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


def _some(items: Items) -> Value:
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


def _index(position: Decimal, size: int) -> int | None:
    """A position as an index from 0, or None outside the list."""
    if not abs(position) <= size:
        return None
    at = int(position)
    if at == 0:
        return None
    return at - 1 if at > 0 else size + at


def _sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Value:
    first = _index(start, len(items))
    if first is None:
        return None
    if length is None:
        return items[first:]
    if not 1 <= length <= len(items) - first:
        return None
    return items[first : first + int(length)]


def _append(items: Items, *more: Value) -> Value:
    return _bounded(items + more)


def _concatenate(*lists: Any) -> Value:
    if sum(map(len, lists)) > MAX_LIST:
        return None
    return tuple([item for each in lists for item in each])


def _insert(items: Items, position: Decimal, new: Value) -> Value:
    at = _index(position, len(items))
    return None if at is None else _bounded((*items[:at], new, *items[at:]))


def _remove(items: Items, position: Decimal) -> Value:
    at = _index(position, len(items))
    return None if at is None else items[:at] + items[at + 1 :]


def _replace(items: Items, position: Decimal, new: Value) -> Value:
    at = _index(position, len(items))
    return None if at is None else (*items[:at], new, *items[at + 1 :])


def _index_of(items: Items, match: Value) -> Value:
    wanted = identity(match)
    return tuple([Decimal(i) for i, item in enumerate(items, 1) if identity(item) == wanted])


def _contains(items: Items, element: Value) -> Value:
    wanted = identity(element)
    return any(identity(item) == wanted for item in items)


def _unique(items: Items) -> Items:
    seen: dict[object, Value] = {}
    for item in items:
        seen.setdefault(identity(item), item)
    return tuple(seen.values())


def _union(*lists: Any) -> Value:
    joined = _concatenate(*lists)
    return _unique(joined) if isinstance(joined, tuple) else None


def _flatten(items: Items) -> Value:
    flat: list[Value] = []
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            waiting.extend(reversed(item))
        else:
            flat.append(item)
        if len(flat) + len(waiting) > MAX_LIST:
            return None
    return tuple(flat)


def _bounded(items: Items) -> Value:
    return items if len(items) <= MAX_LIST else None


_LIST = parameter("list", ListOf(ANY))
_POSITION = parameter("position", NUMBER)
_NEW = anything("newItem")


def _over(name: str, result: Type, call: Callable[[Items], Value], of: Type = ANY) -> Function:
    """A function of a list, which may also be written out: `sum(1, 2, 3)`."""
    return Function(name, (Signature((parameter("list", ListOf(of)),), result, call, spread=True),))


FUNCTIONS = (
    _over("count", NUMBER, lambda items: Decimal(len(items))),
    _over("sum", NUMBER, _sum, NUMBER),
    _over("product", NUMBER, _product, NUMBER),
    _over("mean", NUMBER, _mean, NUMBER),
    _over("median", NUMBER, _median, NUMBER),
    _over("stddev", NUMBER, _stddev, NUMBER),
    _over("mode", ListOf(NUMBER), _mode, NUMBER),
    _over("min", ANY, _extreme(-1)),
    _over("max", ANY, _extreme(1)),
    _over("all", BOOLEAN, _every, BOOLEAN),
    _over("any", BOOLEAN, _some, BOOLEAN),
    Function("list contains", (Signature((_LIST, anything("element")), BOOLEAN, _contains),)),
    Function(
        "sublist",
        (
            Signature(
                (_LIST, parameter("start position", NUMBER), parameter("length", NUMBER, optional=True)),
                ListOf(ANY),
                _sublist,
            ),
        ),
    ),
    Function("append", (Signature((_LIST, anything("item")), ListOf(ANY), _append, rest=True),)),
    Function("concatenate", (Signature((_LIST,), ListOf(ANY), _concatenate, rest=True),)),
    Function("insert before", (Signature((_LIST, _POSITION, _NEW), ListOf(ANY), _insert),)),
    Function("remove", (Signature((_LIST, _POSITION), ListOf(ANY), _remove),)),
    Function("list replace", (Signature((_LIST, _POSITION, _NEW), ListOf(ANY), _replace),)),
    Function("reverse", (Signature((_LIST,), ListOf(ANY), lambda items: items[::-1]),)),
    Function("index of", (Signature((_LIST, anything("match")), ListOf(NUMBER), _index_of),)),
    Function("union", (Signature((_LIST,), ListOf(ANY), _union, rest=True),)),
    Function("distinct values", (Signature((_LIST,), ListOf(ANY), _unique),)),
    Function("flatten", (Signature((_LIST,), ListOf(ANY), _flatten),)),
)
