"""Words with their gaps filled, and values as people read them.

Promises: a value shows as its fact's type says (thousands, currency, per cent, labels); a gap without value
shows as a gap. Refuses: markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Context, Decimal

from abm_tree.feel import DaysDuration, MonthsDuration, Undetermined, Value, string
from abm_tree.tree.facts import Known, Unknown, counted
from abm_tree.tree.parts import Derived, Fact, OpenList, Parameter, Score
from abm_tree.tree.terms import BOOK, ROLE, ROLES
from abm_tree.tree.words import Words
from abm_tree.walk.reader import Reader

LONG = 40  # digits before or after the point; a number with more is shown as 1E+50


def value_text(fact: Fact | None, value: Value) -> str:
    """A value as people read it."""
    match value:
        case None:
            return (fact.none if fact is not None else None) or "none"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return number_text(fact, value)
        case ():
            return "none of them"
        case tuple():
            return joined([value_text(fact, item) for item in value])
        case str():
            return fact.choices.get(value, value) if fact is not None else value
        case _:
            return string(value)


def number_text(fact: Fact | None, value: Decimal) -> str:
    """A number with thousands marked, its currency or per cent sign."""
    if fact is not None and fact.type == "percent":
        # A share of a list has as many digits as float64 has; these tell places in a million rows apart.
        places = value.scaleb(2, Context(prec=60))
        if fact.scope == BOOK and abs(places) < 1000:
            places = round(places, 4)
        return f"{_plain(places)} %"
    text = _plain(value)
    if fact is not None and fact.type == "money" and fact.currency:
        return f"{fact.currency} {text}"
    return text


def _plain(value: Decimal) -> str:
    if value and abs(value.adjusted()) > LONG:
        return str(value.normalize(Context(prec=LONG)))
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def duration_text(value: DaysDuration | MonthsDuration) -> str:
    """A length of time in words: "28 days", "48 hours", "1 year"; as FEEL writes it, where it is mixed."""
    units: tuple[tuple[int, str], ...]
    match value:
        case MonthsDuration(months):
            units = ((12, "year"), (1, "month"))
            count = months
        case DaysDuration(nanoseconds):
            units = ((86_400 * 10**9, "day"), (3_600 * 10**9, "hour"), (60 * 10**9, "minute"))
            count = nanoseconds
    for size, unit in units:
        if count > 0 and count % size == 0:
            number = count // size
            return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"
    return string(value)


_TWO_STOPS = re.compile(r"(?<=\w)\.\.(?=[\s\"\u201d)]|$)")


def one_stop(text: str) -> str:
    """A text in which a sentence that ends in a name such as "Acme Inc." has one full stop."""
    return _TWO_STOPS.sub(".", text)


def joined(texts: list[str]) -> str:
    """ "a, b and c"."""
    if len(texts) < 2:
        return "".join(texts)
    return ", ".join(texts[:-1]) + " and " + texts[-1]


def gap(reader: Reader, name: str) -> str:
    """How a name without value shows."""
    found = reader.tree.names.get(name)
    title = found.title if isinstance(found, Fact | Derived | Score) else name
    return f"[{title}?]"


def fill(words: Words, reader: Reader, item: str | None = None) -> str:
    """Words with their slots filled from what is known; nothing is asked, nothing is noted."""
    outer = reader.readings, reader.sums, reader.leaned
    try:
        return words.fill(lambda name: _slot(name, reader, item), lambda name: gap(reader, name))
    finally:
        reader.readings, reader.sums, reader.leaned = outer


def _slot(name: str, reader: Reader, item: str | None) -> str | None:
    if name == "item" and item is not None:
        return item
    found = reader.tree.names.get(name)
    if isinstance(found, OpenList):
        texts = [
            fill(one.text, reader)
            for one in found.items
            if one.condition is None or one.condition.run(reader) is True
        ]
        return joined(texts) if texts else None
    value = reader.read(name)
    if isinstance(value, Undetermined):
        return None
    if value is None and not isinstance(found, Fact):
        return None
    if isinstance(found, Parameter) and isinstance(value, Decimal):
        return number_text(None, value)
    if isinstance(value, DaysDuration | MonthsDuration):
        return duration_text(value)
    return value_text(found if isinstance(found, Fact) else None, value)


def role_of(reader: Reader) -> str | None:
    """The role of the person across the table, where it is known."""
    outer = reader.readings
    value = reader.fact_value(ROLE)
    reader.readings = outer
    return value if isinstance(value, str) and value in ROLES else None


def for_role(words: Mapping[str, Words], role: str | None) -> Words | None:
    """The words for this role, else the default."""
    found = words.get(role) if role is not None else None
    return found if found is not None else words.get("default")


def do_text(words: Mapping[str, Words], role: str | None, reader: Reader, item: str | None = None) -> str:
    """What is to be done, for this role; with the role not known and no default, for each."""
    found = for_role(words, role)
    if found is not None:
        return fill(found, reader, item)
    each = {one: fill(text, reader, item) for one, text in words.items()}
    if len(set(each.values())) <= 1:
        return next(iter(each.values()), "")
    return "; ".join(f"{one.replace('-', ' ')}: {text}" for one, text in each.items())


def less(fact: Fact, state: Known | Unknown | None) -> str:
    """What a value counts as for want of evidence; "" where it counts as it stands."""
    found = counted(fact, state) if isinstance(state, Known) else state
    if found is state:
        return ""
    shown = value_text(fact, found.value) if isinstance(found, Known) else "unknown"
    return f"counts as {shown}: no evidence"
