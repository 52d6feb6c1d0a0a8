"""Values out of texts: what is read, what is refused, and with which advice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.accounts.numbers import Number, Refused, read_number
from abm_tree.accounts.values import MISSING, UNKNOWN, Style, read_value
from abm_tree.feel import Date
from abm_tree.tree.define import fact_type
from abm_tree.tree.parts import Fact

COMMA = Style(decimal="comma")
WORDS = Style(unknown=frozenset({"n/a", "unknown"}))
KINDS = ("integer", "number", "money", "percent", "text", "choice", "boolean", "date", "list")


def fact(kind: str, **more: object) -> Fact:
    choices = more.pop(
        "choices", {"small-firm": "Small firm", "big": "Big one"} if kind in ("choice", "list") else {}
    )
    assert isinstance(choices, dict)
    open = bool(more.get("open", False))
    return Fact("f", kind, fact_type(kind, choices, open), "account", False, "F", choices=choices, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "1,200", 1200),
        ("integer", " 250 ", 250),
        ("integer", "1200.0", 1200),
        ("integer", "1.2k", 1200),
        ("integer", "1 200", 1200),
        ("integer", "1\u00a0200", 1200),
        ("integer", "1'200", 1200),
        ("integer", "(300)", -300),
        ("integer", "\u2212300", -300),
        ("integer", "1.2E+05", 120000),
        ("money", "$1.2M", 1200000),
        ("money", "USD 3,400,000", 3400000),
        ("money", "3,400,000 USD", 3400000),
        ("money", "450k", 450000),
        ("money", "-$5.10", "-5.10"),
        ("money", "12345678901234567.89", "12345678901234567.89"),
        ("percent", "45 %", "0.45"),
        ("percent", "45%", "0.45"),
        ("percent", "0.45", "0.45"),
        ("percent", "1", 1),
        ("number", "0.1", "0.1"),
        ("number", ".5", "0.5"),
        ("number", "12,34,567", 1234567),
    ],
)
def test_numbers_are_read_as_exports_write_them(kind: str, text: str, value: object) -> None:
    assert read_value(fact(kind, currency="USD"), text) == Decimal(str(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.200,50", "1200.50"), ("1.200", "1200"), ("1200,5", "1200.5"), ("€ 3.400.000", "3400000")],
)
def test_a_decimal_comma_is_read_where_it_is_declared(text: str, value: str) -> None:
    assert read_value(fact("money", currency="EUR"), text, COMMA) == Decimal(value)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("money", "1.200,50", "--decimal comma"),
        ("money", "1,20", "--decimal comma"),
        ("money", "€5", "is in EUR; f is in USD"),
        ("integer", "12.000", "--decimal point or --decimal comma"),
        ("money", "USD 450.000", "--decimal point or --decimal comma"),
        ("integer", "about 50", "not a number"),
        ("integer", "12.5", "not a whole number"),
        ("integer", "9223372036854775808", "too large"),
        ("integer", "45 %", "percentage"),
        ("integer", "$45", "amount of money"),
        ("number", "1e999", "too large"),
        ("number", "inf", "infinite"),
        ("percent", "45", "Write 45 %"),
        ("boolean", "perhaps", "neither yes nor no"),
        ("date", "soon", "Write it as 2026-03-31"),
        ("date", "2026-02-30", "not a date"),
        ("date", "3/4/2026", "--dates month-first or --dates day-first"),
        ("choice", "smal firm", 'Did you mean "small-firm"'),
        ("integer", "1" * 5000, "not a number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(kind: str, text: str, words: str) -> None:
    found = read_value(fact(kind, currency="USD"), text)
    assert isinstance(found, Refused)
    assert words in f"{found.message} {found.help}"


def test_three_digits_behind_a_point_are_read_where_the_point_is_declared_or_plain() -> None:
    assert read_value(fact("money"), "450.125", Style(decimal="point")) == Decimal("450.125")
    assert read_value(fact("number"), "1.234") == Decimal("1.234")
    assert read_value(fact("money"), "1,450.125") == Decimal("1450.125")
    assert read_value(fact("money"), "0.125") == Decimal("0.125")


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("2026-03-31", Style(), Date(2026, 3, 31)),
        ("2026-03-31T10:00:00Z", Style(), Date(2026, 3, 31)),
        ("2026-03-31 10:00", Style(), Date(2026, 3, 31)),
        ("31.3.2026", Style(), Date(2026, 3, 31)),
        ("3/31/2026", Style(), Date(2026, 3, 31)),
        ("4/4/2026", Style(), Date(2026, 4, 4)),
        ("3/4/2026", Style(dates="month-first"), Date(2026, 3, 4)),
        ("3/4/2026", Style(dates="day-first"), Date(2026, 4, 3)),
        ("31 Mar 2026", Style(), Date(2026, 3, 31)),
        ("March 31, 2026", Style(), Date(2026, 3, 31)),
    ],
)
def test_dates_are_read_as_exports_write_them(text: str, style: Style, value: Date) -> None:
    assert read_value(fact("date"), text, style) == value


@pytest.mark.parametrize("text", ["small-firm", "SMALL FIRM", "Small firm", "small_firm", "  small firm "])
def test_choices_match_id_or_label_ignoring_case_and_punctuation(text: str) -> None:
    assert read_value(fact("choice"), text) == "small-firm"


def test_choices_match_their_aliases_and_open_ones_admit_others() -> None:
    with_alias = fact("choice", spellings={"big": ("Enterprise",)})
    assert read_value(with_alias, "ENTERPRISE") == "big"
    assert read_value(fact("choice", open=True), "Falconry") == "Falconry"


def test_lists_are_split_and_each_piece_is_a_choice() -> None:
    assert read_value(fact("list"), "big; Small firm") == ("big", "small-firm")
    assert isinstance(read_value(fact("list"), "big, huge"), Refused)


@pytest.mark.parametrize("kind", KINDS)
def test_blank_is_missing_and_declared_words_are_unknown(kind: str) -> None:
    assert read_value(fact(kind), "  ", WORDS) is MISSING
    assert read_value(fact(kind), "N/A", WORDS) is UNKNOWN


def test_nan_is_missing_for_numbers_only() -> None:
    assert read_value(fact("number"), "NaN") is MISSING
    assert read_value(fact("text"), "NaN") == "NaN"


def test_bounds_hold_and_the_word_for_none_means_null() -> None:
    bounded = fact("integer", minimum=Decimal(1), maximum=Decimal(5), none="Not rated")
    assert read_value(bounded, "5") == 5
    assert read_value(bounded, "not rated") is None
    found = read_value(bounded, "6")
    assert isinstance(found, Refused)
    assert found.message == "6 is above the greatest value 5."


def test_hostile_text_is_text() -> None:
    assert read_value(fact("text"), "a\x1b[31mb\u202e") == "a\ufffd[31mb\ufffd"


@given(st.text(max_size=30), st.sampled_from(KINDS), st.sampled_from(["point", "comma"]))
def test_no_text_raises(text: str, kind: str, decimal: str) -> None:
    read_value(fact(kind, currency="USD"), text, Style(decimal=decimal))


@given(st.integers(-(10**12), 10**12), st.sampled_from(["{:,}", "{}", "{:_}"]))
def test_whole_numbers_come_back(number: int, shape: str) -> None:
    assert read_number(shape.format(number).replace("_", "\u202f")) == Number(Decimal(number))


@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False))
def test_a_comma_for_a_point_is_the_same_number(number: Decimal) -> None:
    english = f"{number:,}"
    turned = english.translate(str.maketrans({",": ".", ".": ","}))
    assert read_number(turned, "comma") == read_number(english)
