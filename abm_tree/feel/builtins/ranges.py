"""Built-in functions on ranges: Allen's relations between points and ranges, and `range()` of a text.

Promises: an end is compared as a value and a hair beside it (none, if the end is included), so that each
relation is one comparison of ends; a range without an end reaches for ever. Refuses: ends that have no
order among each other, which give null; names inside the text of `range()`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from abm_tree.feel.builtins import dates
from abm_tree.feel.builtins.signatures import Function, Signature, apply, bind, parameter
from abm_tree.feel.grammar import parse
from abm_tree.feel.operators import compare
from abm_tree.feel.slips import FeelError
from abm_tree.feel.syntax import Call, Expr, Literal, RangeLiteral
from abm_tree.feel.types import ANY, BOOLEAN, TEXT, RangeOf
from abm_tree.feel.values import Range, Value

End: TypeAlias = tuple[
    int, Value, int
]  # before or after all values (-1, 1) or at one (0); the value; the hair
Relation: TypeAlias = Callable[[End, End, End, End], bool]


class _NoOrder(Exception):
    """Two ends cannot be compared; inside this module only."""


def _ends(value: Value) -> tuple[End, End]:
    if not isinstance(value, Range):
        return (0, value, 0), (0, value, 0)
    low: End = (-1, None, 0) if value.low is None else (0, value.low, 0 if value.low_closed else 1)
    high: End = (1, None, 0) if value.high is None else (0, value.high, 0 if value.high_closed else -1)
    return low, high


def _order(a: End, b: End) -> int:
    if a[0] or b[0]:
        return a[0] - b[0]
    order = compare(a[1], b[1])
    if order is None:
        raise _NoOrder
    return order or a[2] - b[2]


def _relation(name: str, holds: Relation, *, points: str = "", flip: bool = False) -> Function:
    """A relation of two ranges; `points` says where a point may stand: left, right, both, same."""

    def call(first: Value, second: Value) -> Value:
        a, b = (second, first) if flip else (first, second)
        kinds = (isinstance(a, Range), isinstance(b, Range))
        if kinds not in _ALLOWED[points] or any(isinstance(x, Range) and x.outside for x in (a, b)):
            return None
        try:
            return holds(*_ends(a), *_ends(b))
        except _NoOrder:
            return None

    pairs = [("range1", "range2")]
    if points in ("left", "both"):
        pairs.append(("range", "point") if flip else ("point", "range"))
    if points in ("right", "both"):
        pairs.append(("point", "range") if flip else ("range", "point"))
    if points in ("both", "same"):
        pairs.append(("point1", "point2"))
    signatures = [Signature((parameter(one, ANY), parameter(two, ANY)), BOOLEAN, call) for one, two in pairs]
    return Function(name, tuple(signatures))


_ALLOWED = {
    "": {(True, True)},
    "left": {(True, True), (False, True)},
    "right": {(True, True), (True, False)},
    "both": {(True, True), (False, True), (True, False), (False, False)},
    "same": {(True, True), (False, False)},
}


def _before(low1: End, high1: End, low2: End, high2: End) -> bool:
    return _order(high1, low2) < 0


def _meets(low1: End, high1: End, low2: End, high2: End) -> bool:
    return _order(high1, low2) == 0 and high1[2] == 0 and high1[0] == 0


def _overlaps(low1: End, high1: End, low2: End, high2: End) -> bool:
    return _order(high1, low2) >= 0 and _order(high2, low1) >= 0


def _overlaps_before(low1: End, high1: End, low2: End, high2: End) -> bool:
    return _order(low1, low2) < 0 and _order(high1, low2) >= 0 and _order(high1, high2) <= 0


def _finishes(low1: End, high1: End, low2: End, high2: End) -> bool:
    return _order(high1, high2) == 0 and _order(low1, low2) >= 0


def _starts(low1: End, high1: End, low2: End, high2: End) -> bool:
    return _order(low1, low2) == 0 and _order(high1, high2) <= 0


def _includes(low1: End, high1: End, low2: End, high2: End) -> bool:
    return _order(low1, low2) <= 0 and _order(high1, high2) >= 0


def _coincides(low1: End, high1: End, low2: End, high2: End) -> bool:
    return _order(low1, low2) == 0 and _order(high1, high2) == 0


@lru_cache(maxsize=256)
def _range(text: str) -> Value:
    """The range that a text spells out, its ends literals; low to high, of one kind."""
    try:
        tree = parse(text)
    except FeelError:
        return None
    if not isinstance(tree, RangeLiteral):
        return None
    low, high = _end_value(tree.low), _end_value(tree.high)
    order = compare(low, high)
    if order is None or order > 0:
        return None
    return Range(low, high, tree.low_closed, tree.high_closed)


def _end_value(end: Expr) -> Value:
    """The value of a literal, or of a date function of literals."""
    match end:
        case Literal(value):
            return value
        case Call(function, args, named):
            values = [arg.value for arg in (*args, *[arg for _, arg in named]) if isinstance(arg, Literal)]
            found = next((f for f in dates.FUNCTIONS if f.name == function), None)
            binding = None if found is None else bind(found, len(args), [name for name, _ in named])
            if binding is None or binding.signature.clock or len(values) != len(args) + len(named):
                return None
            return apply(binding, values)
    return None


FUNCTIONS = (
    _relation("before", _before, points="both"),
    _relation("after", _before, points="both", flip=True),
    _relation("meets", _meets),
    _relation("met by", _meets, flip=True),
    _relation("overlaps", _overlaps),
    _relation("overlaps before", _overlaps_before),
    _relation("overlaps after", _overlaps_before, flip=True),
    _relation("finishes", _finishes, points="left"),
    _relation("finished by", _finishes, points="left", flip=True),
    _relation("includes", _includes, points="right"),
    _relation("during", _includes, points="right", flip=True),
    _relation("starts", _starts, points="left"),
    _relation("started by", _starts, points="left", flip=True),
    _relation("coincides", _coincides, points="same"),
    Function("range", (Signature((parameter("from", TEXT),), RangeOf(ANY), _range),)),
)
