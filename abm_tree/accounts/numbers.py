"""Numbers as exports and people write them.

Promises: `1,200`, `$1.2M`, `45 %`, `(300)`, `1 200`, `1'200`, `1.2E+05` are read; `1.200,50` where a comma is
declared as the decimal mark; anything that could mean two numbers is refused with advice. Refuses: to guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_CODES = "USD EUR GBP JPY INR CHF AUD CAD SEK NOK DKK PLN CZK CNY KRW BRL MXN SGD NZD ZAR"
CURRENCIES = {
    **{code: code for code in _CODES.split()},
    "$": "USD",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
}
_POWERS = {
    3: "k thousand tsd",
    6: "m mm mn mio mil million millions",
    9: "b bn mrd billion billions",
    12: "tn trillion",
}
SCALES = {word: power for power, words in _POWERS.items() for word in words.split()}

MAX_LENGTH = 100

_SHAPE = re.compile(
    r"^(?P<open>\()?(?P<sign>[-+\u2212])?\s*(?P<before>[^\d\s.,()+-][^\d.,()+-]{0,4}?)?\s*(?P<sign2>[-+\u2212])?"
    r"(?P<digits>[\d.,\u2019'](?:[\d.,\u2019' \u00a0\u2009\u202f]*[\d.,])?)"
    r"(?P<exponent>[eE][+-]?\d{1,3})?\s*(?P<after>(?:[^\d.,()]|(?<=[A-Za-z])\.)*?)\s*(?P<close>\))?$"
)
_SPACES = re.compile("(?<=\\d)[ \u00a0\u2009\u202f'\u2019](?=\\d{3}(?!\\d))")
_PLAIN = {
    "point": re.compile(r"^(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})?(?:\.\d*)?$"),
    "comma": re.compile(r"^(?:\d+|\d{1,3}(?:\.\d{3})+)?(?:,\d*)?$"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written: its value, and the signs beside it."""

    value: Decimal
    percent: bool = False
    currency: str = ""
    rest: str = ""  # words after it, such as a unit


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a text is not read, and what to do about it."""

    message: str
    help: str = ""


def read_number(text: str, decimal: str = "point") -> Number | Refused:
    """Read a number; `decimal` is "point" or "comma"."""
    shape = _SHAPE.match(text.strip()) if len(text) <= MAX_LENGTH else None
    if shape is None or bool(shape["open"]) != bool(shape["close"]):
        return Refused(f'"{_short(text)}" is not a number.')
    digits = _SPACES.sub("", shape["digits"])
    if not _PLAIN[decimal].match(digits) or not any(c.isdigit() for c in digits):
        other = "comma" if decimal == "point" else "point"
        if _PLAIN[other].match(digits):
            return Refused(
                f'"{_short(text)}" is no number with a decimal {decimal}.',
                f"Declare how the list writes numbers: --decimal {other} "
                f'(or decimal = "{other}" in abm-tree.toml).',
            )
        return Refused(f'"{_short(text)}" is not a number.')
    plain = digits.replace(",", "") if decimal == "point" else digits.replace(".", "").replace(",", ".")
    try:
        value = Decimal(plain + (shape["exponent"] or ""))
    except InvalidOperation:
        return Refused(f'"{_short(text)}" is not a number.')
    if shape["sign"] and shape["sign2"]:
        return Refused(f'"{_short(text)}" is not a number.')
    if shape["open"] or any(sign and sign != "+" for sign in (shape["sign"], shape["sign2"])):
        value = -value
    return _with_signs(text, value, (shape["before"] or "").strip(), (shape["after"] or "").strip())


def _with_signs(text: str, value: Decimal, before: str, after: str) -> Number | Refused:
    currency = ""
    if before:
        currency = CURRENCIES.get(before.upper(), "")
        if not currency:
            return Refused(f'"{_short(text)}" is not a number.')
    words = [word.rstrip(".") for word in after.split()]
    percent = False
    if words and words[0].endswith("%") and len(words[0]) == 1:
        percent, words = True, words[1:]
    if words and words[0].casefold() in SCALES:
        value = value.scaleb(SCALES[words[0].casefold()])
        words = words[1:]
    if words and words[-1].upper() in CURRENCIES:
        found = CURRENCIES[words[-1].upper()]
        if currency and found != currency:
            return Refused(f'"{_short(text)}" names two currencies.')
        currency, words = found, words[:-1]
    elif (
        words
        and len(words) == 1
        and words[0][:1].casefold() in ("k", "m", "b")
        and words[0][1:] in CURRENCIES
    ):
        value = value.scaleb(SCALES[words[0][0].casefold()])
        currency, words = CURRENCIES[words[0][1:]], []
    return Number(value, percent, currency, " ".join(words))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
