"""Values of a fact in words: 500 or more, 20 to 99, 2026-05-01 or later, “Yes” or “Planned”.

Promises: what is said holds for exactly the values whose codes are meant. Refuses: the language of
conditions, which `space.words` writes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from abm_tree.compare.around import Around
from abm_tree.feel import Date, Value
from abm_tree.feel.calendar import date_of_number, day_number
from abm_tree.space.boxes import bits
from abm_tree.space.codes import FIRST, NULL, Coder
from abm_tree.tree.parts import Fact
from abm_tree.walk.tell import value_text

ANY = "any value"


@dataclass(frozen=True, slots=True)
class End:
    """Where a stretch of values begins or ends."""

    value: Value
    belongs: bool


def in_words(around: Around, key: str, mask: int) -> str:
    """The known values of a mask, as they follow "is" or "were"."""
    coder, fact = around.coders[key], around.facts[key]
    all_known = sum(1 << code for code in around.known_codes(key) if code != NULL)
    known = mask & all_known
    parts: list[str] = []
    if known and known == all_known:
        parts.append(ANY)
    elif coder.kind is str:
        parts += _names(coder, fact, known)
    elif coder.kind in (Decimal, Date):
        parts += [_stretch(fact, low, high) for low, high in _stretches(coder, known, all_known)]
    else:
        parts += [_quoted(fact, one) for one in _examples(around, key, known)]
    if mask & 1 << NULL:
        parts.append(f"“{fact.none}”" if fact.none else "none")
    return either(parts)


def either(parts: list[str]) -> str:
    """ "a, b or c"."""
    return ", ".join(parts[:-1]) + " or " + parts[-1] if len(parts) > 1 else "".join(parts)


def shown(fact: Fact, value: Value) -> str:
    """One value."""
    return _quoted(fact, value)


def _quoted(fact: Fact, value: Value) -> str:
    text = value_text(fact, value)
    return text if isinstance(value, bool | Decimal | Date) else f"“{text}”"


def _examples(around: Around, key: str, mask: int) -> Iterator[Value]:
    for code in bits(mask):
        change = around.change(key, code)
        if change is not None:
            yield getattr(change.state, "value", None)


def _names(coder: Coder, fact: Fact, mask: int) -> list[str]:
    """Choices and texts: those that are meant, or all but some, whichever are fewer."""
    listed = list(dict.fromkeys((*fact.choices, *coder.points)))
    meant = [one for one in listed if mask & 1 << coder.code(one)]
    named = [_quoted(fact, one) for one in meant]
    others = any(mask & 1 << FIRST + 2 * at for at in range(len(coder.points) + 1))
    if not others or (fact.type == "choice" and not fact.open):
        return named
    but = [_quoted(fact, one) for one in listed if one not in meant]
    if len(but) > len(named) > 0:
        return [*named, "another"]
    return [f"anything but {either(but)}"] if but else ["anything"]


def _stretches(coder: Coder, mask: int, full: int) -> Iterator[tuple[End | None, End | None]]:
    """Stretches of values; codes that no value has part nothing."""
    start: End | None = None
    last: End | None = None
    running = False
    for code in range(FIRST, coder.lack(0)):
        at, is_point = divmod(code - FIRST, 2)
        if not full & 1 << code:
            continue
        if mask & 1 << code:
            if not running:
                start = (
                    End(coder.points[at], True)
                    if is_point
                    else End(coder.points[at - 1], False)
                    if at
                    else None
                )
            running = True
            last = End(coder.points[at], bool(is_point)) if at < len(coder.points) else None
        elif running:
            running = False
            yield start, last
    if running:
        yield start, last


def _stretch(fact: Fact, low: End | None, high: End | None) -> str:
    low, high = _whole(fact, low, up=True), _whole(fact, high, up=False)
    if low is not None and high is not None and low.value != high.value:
        # Nothing lies beyond a fact's own bounds.
        low = None if low.belongs and low.value == fact.minimum else low
        high = None if high.belongs and high.value == fact.maximum and low is not None else high
    least = _quoted(fact, low.value) if low is not None else ""
    most = _quoted(fact, high.value) if high is not None else ""
    later, earlier = ("later", "earlier") if fact.type == "date" else ("more", "less")
    if low is not None and high is not None:
        if low.value == high.value:
            return least
        if low.belongs and high.belongs:
            return f"{least} to {most}"
        above = least if low.belongs else f"more than {least}"
        return f"{above} {'up to' if high.belongs else 'but less than'} {most}"
    if low is not None:
        return f"{least} or {later}" if low.belongs else f"more than {least}"
    if high is not None:
        return f"{most} or {earlier}" if high.belongs else f"less than {most}"
    return ANY


def _whole(fact: Fact, end: End | None, *, up: bool) -> End | None:
    """An end that belongs, where values are whole numbers or days."""
    if end is None:
        return None
    value = end.value
    if isinstance(value, Date) and not end.belongs:
        return End(date_of_number(day_number(value) + (1 if up else -1)), True)
    if isinstance(value, Decimal) and fact.type == "integer":
        inner = value == value.to_integral_value() and not end.belongs
        near = math.ceil(value) if up else math.floor(value)
        return End(Decimal(near + (1 if up else -1) * inner), True)
    return end
