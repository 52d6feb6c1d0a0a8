"""Masks of codes in the language of conditions.

Promises: `tests` is a list of unary tests, exact for known values that the fact can have, and readable;
unknown and null are told beside it. Refuses: lists and what no code tells apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from abm_tree.feel import literal
from abm_tree.space.boxes import Box
from abm_tree.space.codes import FIRST, NULL, UNKNOWN, Coder
from abm_tree.space.values import example, full_mask
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Fact

ANY = "any value"


def tests(coder: Coder, fact: Fact, mask: int) -> tuple[str, ...]:
    """The known values of a mask as unary tests, such as `< 50`, `[50..1000)`, `"gold"`."""
    if coder.domain in ("boolean", "ids"):
        return tuple(
            literal(point) for at, point in enumerate(coder.points) if mask & 1 << (FIRST + 2 * at + 1)
        )
    if coder.kind is str:
        return _texts(coder, mask)
    out: list[str] = []
    for low, high in runs(coder, fact, mask):
        out.append(_range(coder, fact, low, high))
    return tuple(out)


def described(coder: Coder, fact: Fact, mask: int, full: int | None = None) -> str:
    """The states of a mask in words, for a sentence after "is"; `full` is the mask of all of them."""
    full = full_mask(coder, fact) if full is None else full
    known = full >> FIRST << FIRST
    parts: list[str] = []
    if mask & known == known and known:
        parts.append(ANY)
    else:
        parts += [_shown(test) for test in tests(coder, fact, mask)]
    if mask & 1 << NULL and full & 1 << NULL:
        parts.append(f'"{fact.none}"' if fact.none else "null")
    if mask & 1 << UNKNOWN:
        parts.append("unknown")
    return " or ".join(parts) if len(parts) < 3 else ", ".join(parts[:-1]) + " or " + parts[-1]


def facts_in_words(facts: Mapping[str, Known | Unknown], most: int = 6) -> str:
    """An account's facts on one line: `account.employees = 55, budget unknown`."""
    parts = [
        f"{key} = {literal(state.value)}" if isinstance(state, Known) else f"{key} unknown"
        for key, state in facts.items()
    ]
    more = f", and {len(parts) - most} more" if len(parts) > most else ""
    return ", ".join(parts[:most]) + more


def box_in_words(box: Box, coders: Mapping[str, Coder], facts: Mapping[str, Fact]) -> str:
    """The facts of a box in one sentence's part; numbers computed from facts are left out."""
    told = {key: described(coders[key], facts[key], mask) for key, mask in box.items() if key in facts}
    return " and ".join(f"`{key}` is {words}" for key, words in told.items() if words != ANY)


def _shown(test: str) -> str:
    return f"`{test}`"


def _texts(coder: Coder, mask: int) -> tuple[str, ...]:
    """Texts are told apart by name; all others are what is not named."""
    stretches = 0
    for at in range(len(coder.points) + 1):
        stretches |= 1 << (FIRST + 2 * at)
    named = [point for at, point in enumerate(coder.points) if mask & 1 << (FIRST + 2 * at + 1)]
    if not mask & stretches:
        return tuple(literal(point) for point in named)
    others = [point for point in coder.points if point not in named]
    if not others:
        return ("-",)
    return ("not(" + ", ".join(literal(point) for point in others) + ")",)


Run = tuple[tuple[Any, bool] | None, tuple[Any, bool] | None]  # ends, each with whether it belongs


def runs(coder: Coder, fact: Fact, mask: int) -> list[Run]:
    """Stretches of values: neighbours are joined across codes that no value has."""
    out: list[Run] = []
    start: tuple[Any, bool] | None = None
    running = False
    last: tuple[Any, bool] | None = None
    for code in range(FIRST, coder.lack(0)):
        at, is_point = divmod(code - FIRST, 2)
        inside = bool(mask & 1 << code)
        if not inside and running and not is_point and example(coder, fact, code) is None:
            continue  # nothing lies here, so nothing ends here
        if inside and not running:
            start = (coder.points[at], True) if is_point else (coder.points[at - 1], False) if at else None
            running = True
        if inside:
            end_of = coder.points[at] if is_point else coder.points[at] if at < len(coder.points) else None
            last = None if end_of is None else (end_of, bool(is_point))
        elif running:
            out.append((start, last))
            running = False
    if running:
        out.append((start, last))
    return out


def _range(coder: Coder, fact: Fact, low: tuple[Any, bool] | None, high: tuple[Any, bool] | None) -> str:
    if low is None and high is None:
        return "-"
    if low is not None and high is not None and low[0] == high[0]:
        return literal(low[0])
    if fact.type == "integer" and low is not None and high is not None:
        first = low[0] if low[1] else low[0] + 1
        last = high[0] if high[1] else high[0] - 1
        if first == last:
            return literal(Decimal(first))
    if low is None:
        assert high is not None
        return f"{'<=' if high[1] else '<'} {literal(high[0])}"
    if high is None:
        return f"{'>=' if low[1] else '>'} {literal(low[0])}"
    return f"{'[' if low[1] else '('}{literal(low[0])}..{literal(high[0])}{']' if high[1] else ')'}"
