"""Values for codes: what a fact can be, within its type and bounds.

Promises: a mask of all codes that some value of the fact has; for a mask, a value as plain as can be found.
Refuses: lists, which no code tells apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from abm_tree.feel.values import Value
from abm_tree.space.boxes import bits
from abm_tree.space.codes import FIRST, NULL, UNKNOWN, Coder
from abm_tree.tree.facts import Known, Unknown, supported
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact

PLAIN = ("other", "something else", "another", "x", "zz", "A", "0", " ", "")


def full_mask(coder: Coder, fact: Fact | None) -> int:
    """The codes that some state of a fact has; of a number computed from facts (no fact), all that it may."""
    if fact is None:
        return (1 << coder.size) - 1 & ~(1 << UNKNOWN)
    mask = 1 << UNKNOWN
    if fact.none is not None:
        mask |= 1 << NULL
    for code in range(FIRST, coder.lack(0)):
        if example(coder, fact, code) is not None:
            mask |= 1 << code
    return mask


def example(coder: Coder, fact: Fact, code: int) -> Value:
    """A value that the fact can have, with a code from FIRST on; None where there is none."""
    return next(examples(coder, fact, code), None)


def examples(coder: Coder, fact: Fact, code: int) -> Iterator[Value]:
    """Values that the fact can have, with a code from FIRST on, the plainest first."""
    at, is_point = divmod(code - FIRST, 2)
    if is_point:
        candidates: Iterator[Value] = iter((coder.points[at],))
    elif coder.domain in ("boolean", "ids"):
        return
    elif coder.kind is Decimal:
        low = coder.points[at - 1] if at else None
        high = coder.points[at] if at < len(coder.points) else None
        candidates = _numbers(fact, low, high)
    elif coder.kind is str:
        candidates = _texts(coder, fact, code)
    elif coder.kind is bool:
        candidates = iter((True, False))
    elif coder.kind is tuple:
        candidates = iter(((), *((choice,) for choice in fact.choices), tuple(fact.choices)))
    else:
        candidates = iter((coder.example(code),))
    for value in candidates:
        if (
            value is not None
            and misfit(fact, value) is None
            and (not coder.points or coder.code(value) == code)
        ):
            yield value


def _texts(coder: Coder, fact: Fact, code: int) -> Iterator[Value]:
    if fact.type == "choice":
        yield from fact.choices
        if not fact.open:
            return
    yield from PLAIN
    at = (code - FIRST) // 2
    if at:
        low = str(coder.points[at - 1])
        yield from (low + more for more in (" ", "!", "-", "a", "\0"))


def _numbers(fact: Fact, low: Decimal | None, high: Decimal | None) -> Iterator[Value]:
    """Numbers strictly between two ends (None: no end), and within the fact's bounds, the plainest first."""
    least, most = low, high
    touching = []
    if isinstance(fact.minimum, Decimal) and (least is None or fact.minimum > least):
        least = fact.minimum
        touching.append(least)
    if isinstance(fact.maximum, Decimal) and (most is None or fact.maximum < most):
        most = fact.maximum
        touching.append(most)
    if fact.type == "percent" and most is None:
        most = Decimal(1)
        touching.append(most)
    if least is None and most is None:
        yield from (Decimal(1), Decimal(0))
        return
    if least is None:
        assert most is not None
        yield Decimal(math.ceil(most) - 1)
        yield from touching
        return
    if most is None:
        yield Decimal(math.floor(least) + 1)
        yield from touching
        return
    middle = (least + most) / 2
    for digits in (0, 1, 2, 4, 8):
        step = Decimal(1).scaleb(-digits)
        for rounding in (ROUND_FLOOR, ROUND_CEILING):
            near = middle.quantize(step, rounding=rounding) if abs(middle) < 10**16 else middle
            if least < near < most:
                yield near
    yield middle
    yield from touching


def state_of(coder: Coder, fact: Fact, mask: int) -> Known | Unknown | None:
    """A state with a code of the mask: a value where one has it, else null or unknown."""
    for code in bits(mask >> FIRST << FIRST):
        value = example(coder, fact, code)
        if value is not None:
            return supported(fact, value)
    if mask & 1 << NULL:
        return Known(None)
    return Unknown() if mask & 1 << UNKNOWN else None
