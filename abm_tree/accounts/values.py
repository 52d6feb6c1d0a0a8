"""Values of facts out of texts, for lists, answers and options alike.

Promises: one reader for all; a text is read as its fact's type says, is missing (blank, NaN), is unknown (a
word that the list declares for it), or is refused with a reason and advice. Refuses: to guess.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from abm_tree.accounts.cells import Shape
from abm_tree.accounts.headings import fold
from abm_tree.accounts.numbers import Number, Refused, read_number
from abm_tree.feel import Date, Value, compare, literal, parse_date, parse_date_time
from abm_tree.feel.calendar import make_date
from abm_tree.source import clean, nearest
from abm_tree.tree.parts import Fact

YES = frozenset({"yes", "y", "true", "t", "1", "on", "x"})
NO = frozenset({"no", "n", "false", "f", "0", "off"})
MAX_TEXT = 32_767  # what a spreadsheet cell holds
INT64 = 2**63

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_SLASHES = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T].*)?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$")
_DOTS = re.compile(r"^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$")
_WORDS = re.compile(r"^(?:(\d{1,2})\.? ([A-Za-z]+)\.?,? (\d{4})|([A-Za-z]+)\.? (\d{1,2}),? (\d{4}))$")
# One point before exactly three digits: 12.000 is twelve, or twelve thousand.
_EITHER = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![\d.,])")
_MOMENT = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})?$")


class _Blank:
    """The type of MISSING and UNKNOWN."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


MISSING = _Blank("MISSING")  # nothing was said
UNKNOWN = _Blank("UNKNOWN")  # it was said that nobody knows

Read: TypeAlias = Value | _Blank | Refused


@dataclass(frozen=True, slots=True)
class Style:
    """How a list writes numbers, dates, and what nobody knows."""

    decimal: str | None = None  # "point" or "comma"; None: not declared
    dates: str | None = None  # "month-first" or "day-first", for dates with slashes
    unknown: frozenset[str] = frozenset()  # words that the list declares: they mean that nobody knows
    usual: frozenset[str] = frozenset()  # words that usually mean it; a choice of that name goes before


STYLE = Style()


def read_value(fact: Fact, text: str, style: Style = STYLE) -> Read:
    """A fact's value out of a text."""
    text = clean(text).strip().strip("\u00a0")
    if not text:
        return MISSING
    folded = text.casefold()
    if fact.none is not None and folded == fact.none.casefold():
        return None
    if folded in style.unknown or (folded in style.usual and folded not in spellings(fact)):
        return UNKNOWN
    if fact.is_number:
        return MISSING if folded == "nan" else _number(fact, text, style)
    if fact.type in ("choice", "list"):
        return _choice(fact, text) if fact.type == "choice" else _list(fact, text)
    match fact.type:
        case "boolean":
            if folded in YES:
                return True
            if folded in NO:
                return False
            return Refused(f'"{_short(text)}" is neither yes nor no.', "Write yes or no.")
        case "date":
            return _bounded(fact, _date(text, style))
        case _:
            if len(text) > MAX_TEXT:
                return Refused(f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
            return text


def misfit(fact: Fact, shape: Shape) -> Refused | None:
    """Why a list or an object is no value of a fact; None for a list where the fact is one."""
    if shape.listed and fact.type == "list":
        return None
    return Refused(f"This is {shape.words}.", _expected(fact))


def _number(fact: Fact, text: str, style: Style) -> Read:
    if text.casefold().lstrip("+-") in ("inf", "infinity", "∞"):
        return Refused("The number is infinite.")
    if style.decimal is None and fact.type in ("integer", "money") and _EITHER.search(text):
        message = f'"{_short(text)}" may have a decimal point or mark thousands.'
        return Refused(
            message, "Write it without a point, or declare it: --decimal point or --decimal comma."
        )
    found = read_number(text, style.decimal or "point")
    if isinstance(found, Refused):
        return Refused(found.message, found.help or _expected(fact))
    problem = _misfit(fact, text, found)
    if problem is not None:
        return problem
    value = found.value.scaleb(-2) if found.percent else found.value
    if fact.type == "integer":
        if value != value.to_integral_value():
            advice = _expected(fact)
            return Refused(f'"{_short(text)}" is not a whole number.', advice)
        if abs(value) >= INT64:
            return Refused(f'"{_short(text)}" is too large.')
        value = Decimal(int(value))
    elif fact.type != "money":
        short = float(value)
        if math.isinf(short):
            return Refused(f'"{_short(text)}" is too large.')
        value = Decimal(repr(short))
    elif value.adjusted() > 25:
        if value:
            return Refused(f'"{_short(text)}" is too large.')
        value = Decimal(0)
    if fact.type == "percent" and not found.percent and abs(value) > 1 and not _beyond_one(fact):
        return Refused(
            f'"{_short(text)}" is more than 100 %.', f"Write {_short(text)} % or a share between 0 and 1."
        )
    return _bounded(fact, value)


def _beyond_one(fact: Fact) -> bool:
    return isinstance(fact.maximum, Decimal) and fact.maximum > 1


def _misfit(fact: Fact, text: str, found: Number) -> Refused | None:
    if found.rest and found.rest.casefold() not in (fact.unit.casefold(), fact.unit.casefold().rstrip("s")):
        return Refused(f'"{_short(text)}" is not a number.', _expected(fact))
    if found.percent and fact.type not in ("percent", "number"):
        return Refused(f'"{_short(text)}" is a percentage.', _expected(fact))
    if found.currency and fact.type != "money":
        return Refused(f'"{_short(text)}" is an amount of money.', _expected(fact))
    if found.currency and fact.currency and found.currency != fact.currency:
        return Refused(
            f'"{_short(text)}" is in {found.currency}; {fact.name} is in {fact.currency}.',
            "Convert it before.",
        )
    return None


def _expected(fact: Fact) -> str:
    kinds = {
        "integer": "a whole number",
        "money": "an amount",
        "percent": "a percentage",
        "number": "a number",
        "text": "a text",
        "boolean": "yes or no",
        "date": "a date",
    }
    unit = f" ({fact.currency or fact.unit})" if fact.currency or fact.unit else ""
    return f"Expected {kinds.get(fact.type, 'a value')}{unit}."


def _bounded(fact: Fact, value: Read) -> Read:
    if isinstance(value, Refused):
        return value
    for bound, side, word in ((fact.minimum, -1, "below"), (fact.maximum, 1, "above")):
        if bound is not None and not isinstance(value, _Blank) and compare(value, bound) == side:
            edge = literal(bound).removeprefix('@"').removesuffix('"')
            return Refused(
                f"{_plain(value)} is {word} the {'least' if side < 0 else 'greatest'} value {edge}."
            )
    return value


def _plain(value: Value) -> str:
    return literal(value).removeprefix('@"').removesuffix('"')


def _date(text: str, style: Style) -> Date | Refused:
    found = parse_date(text)
    if found is None and (moment := _MOMENT.match(text)):
        found = parse_date(moment[1])
    if found is None and (whole := parse_date_time(text)) is not None:
        found = whole.date
    if found is None and (numbers := _YEAR_FIRST.match(text)):
        found = make_date(int(numbers[1]), int(numbers[2]), int(numbers[3]))
    if found is None and (dots := _DOTS.match(text)):
        found = make_date(int(dots[3]), int(dots[2]), int(dots[1]))
    if found is None and (slashes := _SLASHES.match(text)):
        return _slashed(text, int(slashes[1]), int(slashes[2]), int(slashes[3]), style)
    if found is None and (words := _WORDS.match(text)):
        day, month, year = (words[1], words[2], words[3]) if words[1] else (words[5], words[4], words[6])
        found = make_date(int(year), _MONTHS.get(month.casefold(), 0), int(day))
    return (
        found if found is not None else Refused(f'"{_short(text)}" is not a date.', "Write it as 2026-03-31.")
    )


def _slashed(text: str, one: int, two: int, year: int, style: Style) -> Date | Refused:
    month_first, day_first = make_date(year, one, two), make_date(year, two, one)
    found = {"month-first": month_first, "day-first": day_first}.get(style.dates or "")
    if style.dates is None:
        if month_first is not None and day_first is not None and one != two:
            return Refused(
                f'"{text}" may be day or month first.',
                'Declare it: --dates month-first or --dates day-first (or dates = "..." in abm-tree.toml).',
            )
        found = month_first or day_first
    return (
        found if found is not None else Refused(f'"{_short(text)}" is not a date.', "Write it as 2026-03-31.")
    )


@lru_cache(maxsize=512)
def _spellings(
    choices: tuple[tuple[str, str], ...], extra: tuple[tuple[str, tuple[str, ...]], ...]
) -> Mapping[str, str]:
    """Every spelling of a fact's choices, exact ones before folded ones."""
    found: dict[str, str] = {}
    others = dict(extra)
    for same in (str.casefold, fold):
        for choice, label in choices:
            for spelling in (choice, label, *others.get(choice, ())):
                found.setdefault(same(spelling), choice)
    found.pop("", None)
    return found


def spellings(fact: Fact) -> Mapping[str, str]:
    """Every spelling of a fact's choices: id, label, alias, ignoring case and punctuation."""
    return _spellings(tuple(fact.choices.items()), tuple(fact.spellings.items()))


def _choice(fact: Fact, text: str) -> Read:
    known = spellings(fact)
    found = known.get(text.casefold()) or known.get(fold(text))
    if found is not None:
        return found
    if fact.open:
        return text if len(text) <= MAX_TEXT else Refused("The text is too long.")
    meant = nearest(text, [*fact.choices, *fact.choices.values()])
    names = ", ".join(fact.choices)
    return Refused(
        f'"{_short(text)}" is none of the choices of {fact.name}.',
        f'Did you mean "{meant}"?' if meant else f"Choices: {names}.",
    )


def _list(fact: Fact, text: str) -> Read:
    whole = spellings(fact).get(text.casefold())
    if whole is not None:
        # A label may hold a comma.
        return (whole,)
    pieces = [piece.strip() for piece in re.split(r"[;|]|,(?!\d)", text)]
    out: list[Value] = []
    for piece in filter(None, pieces):
        found: Read = piece
        if fact.choices:
            found = _choice(fact, piece)
        if isinstance(found, Refused):
            return found
        if not isinstance(found, _Blank) and found not in out:
            out.append(found)
    return tuple(out)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
