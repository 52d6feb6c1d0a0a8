"""Values worth trying: at the points where a tree's decisions change, around them, and far from them.

Promises: for each fact that a tree reads, values that it can have, the plainest first; null among them where
the fact can be none. Refuses: to draw; `random_walks` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice

from abm_tree.feel import Date, DateTime, Value
from abm_tree.feel.calendar import date_of_number, day_number
from abm_tree.space.codes import FIRST, Coder, coder
from abm_tree.space.supposed import Clock, Watched
from abm_tree.space.uses import Uses, fact_class, node_uses
from abm_tree.space.values import examples
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, Tree

MOST = 60  # values of one fact
FAR = tuple(Decimal(number) for number in ("0", "1", "2", "-1", "10", "1000", "1000000000", "0.5"))
DAYS = (0, 1, -1, 7, -30, 30, 90, -400, 400)


def worth_trying(tree: Tree, as_of: DateTime) -> Mapping[str, tuple[Value, ...]]:
    """For each fact of a tree by key, the values that are worth trying."""
    uses = _uses(tree, as_of)
    found: dict[str, tuple[Value, ...]] = {}
    for key, fact in tree.facts.items():
        points = uses.points.get(key, set())
        told = coder(key, fact, fact_class(fact), points, key in uses.exact, key in uses.whole)
        values = dict.fromkeys(
            value
            for value in _values(told, fact, as_of)
            if value is None or (misfit(fact, value) is None and not _frayed(value))
        )
        found[key] = tuple(islice(values, MOST))
    return found


def _uses(tree: Tree, as_of: DateTime) -> Uses:
    """What a tree and all that it calls tell apart."""
    whole, clock, seen = Uses(), Clock(as_of), set()
    left = [(tree, "")]
    while left:
        here, prefix = left.pop()
        if prefix in seen:
            continue
        seen.add(prefix)
        reader = Watched(here, clock, prefix)
        for node in here.nodes.values():
            whole.join(node_uses(here, node, reader, prefix))
        left += [(below, f"{below.id}/") for below in here.subtrees.values()]
    return whole


def _values(told: Coder, fact: Fact, as_of: DateTime) -> Iterator[Value]:
    if fact.type == "choice":
        yield from fact.choices
    elif fact.type == "boolean":
        yield from (True, False)
    elif fact.type == "list" and fact.choices:
        every = tuple(fact.choices)
        yield from ((), every, *((one,) for one in every))
        yield from (tuple(one for one in every if one != left) for left in every)
    for code in range(FIRST, told.lack(0)):
        yield from islice(examples(told, fact, code), 3 if told.kind is tuple else 1)
    if fact.none is not None:
        yield None
    if told.kind is Decimal:
        near = (Decimal(1),) if fact.type == "integer" else (Decimal("0.01"), Decimal(1))
        for point in told.points:
            for step in near:
                yield from (point - step, point + step)
        yield from (end for end in (fact.minimum, fact.maximum) if end is not None)
        yield from FAR
    elif told.kind is Date:
        today = day_number(as_of.date)
        for days in DAYS:
            yield date_of_number(today + days)


def _frayed(value: Value) -> bool:
    """Whether a text ends in blanks, or holds what nobody types."""
    return isinstance(value, str) and (value != value.strip() or not value.isprintable())


def plain_value(value: Value) -> tuple[int, str]:
    """Sorts values: the plainer one first."""
    return len(str(value)), str(value)
