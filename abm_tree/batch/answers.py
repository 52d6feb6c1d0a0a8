"""Answers in words: a choice's label, a stretch of numbers or days that come to the same everywhere.

Promises: every value tried is in one answer; what differs in what it does is never one. Refuses: trials.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from abm_tree.batch.plan import Plan
from abm_tree.feel.calendar import Date
from abm_tree.feel.values import Value
from abm_tree.space.codes import FIRST, NULL, Coder
from abm_tree.space.words import Run, runs
from abm_tree.tree.parts import Fact

if TYPE_CHECKING:
    from abm_tree.batch.questions import Tried


def stretches(plan: Plan, one: Tried) -> list[tuple[str, int]]:
    """The answers in words, each with the column of one value of it.

    Neighbouring stretches of numbers and dates that come to the same everywhere are one answer, and so are
    all texts that nothing names.
    """
    fact, values, codes = plan.fact_defs[one.fact], one.tries.values, one.tries.codes
    coder = plan.coders.get(one.fact)
    if not codes or coder is None or coder.domain in ("boolean", "ids"):
        lead = "" if one.tries.whole else "for example "
        found = [(lead + _value_text(fact, value), at) for at, value in enumerate(values)]
        return _in_order(fact, found, values)
    alike: list[list[int]] = []
    for at, code in enumerate(codes):
        named = coder.kind is str and _is_point(code)
        near = next((some for some in reversed(alike) if _joins(coder, codes[some[-1]], code)), None)
        if near is not None and not named and _same(one, near[-1], at):
            near.append(at)
        else:
            alike.append([at])
    texts = [(_stretch_text(coder, fact, [codes[at] for at in some]), some[0]) for some in alike]
    return _in_order(fact, texts, values)


def _in_order(fact: Fact, found: list[tuple[str, int]], values: Sequence[Value]) -> list[tuple[str, int]]:
    """Choices as their question has them, all else as it stands."""
    if not fact.choices:
        return found
    order: dict[Value, int] = {one: at for at, one in enumerate(fact.choices)}
    return sorted(found, key=lambda one: order.get(values[one[1]], len(order)))


def _is_point(code: int) -> bool:
    return code >= FIRST and (code - FIRST) % 2 == 1


def _joins(coder: Coder, last: int, code: int) -> bool:
    """Whether two codes may be one answer: neighbours; of texts, whatever nothing names."""
    if NULL in (last, code):
        return False
    return coder.kind is not str or not (_is_point(last) or _is_point(code))


def _same(one: Tried, first: int, second: int) -> bool:
    """Whether two values come to the same in every row."""
    return all(
        bool((part[:, first] == part[:, second]).all()) for part in (one.decided, one.changed, one.outcome)
    )


def _value_text(fact: Fact, value: Value) -> str:
    from abm_tree.walk.tell import value_text

    return value_text(fact, value)


def _stretch_text(coder: Coder, fact: Fact, codes: Sequence[int]) -> str:
    """A stretch of values in words: `below 50`, `50 to 1,000`, `1,000 or more`."""
    if list(codes) == [NULL]:
        return _value_text(fact, None)
    if coder.kind is str:
        return _texts(coder, fact, codes)
    mask = sum(1 << code for code in codes)
    return " or ".join(_run_text(fact, one) for one in runs(coder, fact, mask))


def _texts(coder: Coder, fact: Fact, codes: Sequence[int]) -> str:
    """Texts that come to the same: those with a name, and whatever nothing names."""
    named = [one for one in fact.choices if coder.code(one) in codes]
    points = [coder.points[(code - FIRST) // 2] for code in codes if _is_point(code)]
    found = [_value_text(fact, one) for one in (*named, *(one for one in points if one not in named))]
    if len(points) < len(codes) and (fact.open or not fact.choices):
        found.append("another" if coder.points else "any text")
    return " or ".join(found)


def _run_text(fact: Fact, run: Run) -> str:
    low, high = run
    day = isinstance((low or high or (None,))[0], Date)

    def text(end: Value) -> str:
        return _value_text(fact, end)

    if low is None and high is None:
        return "any day" if fact.type == "date" else "any value"
    if fact.type == "integer":
        # Whole numbers have a next one.
        if low is not None and isinstance(low[0], Decimal) and low[0] == low[0].to_integral_value():
            low = (low[0] if low[1] else low[0] + 1, True)
        if high is not None and isinstance(high[0], Decimal) and high[0] == high[0].to_integral_value():
            high = (high[0] if high[1] else high[0] - 1, True)
    if low is not None and high is not None:
        if low[0] == high[0]:
            return text(low[0])
        first = (
            text(low[0]) if low[1] else f"more than {text(low[0])}" if not day else f"after {text(low[0])}"
        )
        return f"{first} to {'' if high[1] else 'before ' if day else 'below '}{text(high[0])}"
    if low is None:
        assert high is not None
        return f"{'up to' if high[1] else 'before' if day else 'below'} {text(high[0])}"
    return (
        f"{'from ' if day and low[1] else 'after ' if day else '' if low[1] else 'more than '}{text(low[0])}"
        + ("" if not low[1] else " on" if day else " or more")
    )
