"""The short functions for common shapes give what the general operators give."""

from __future__ import annotations

from decimal import Decimal

import pytest
from feel_trees import MISSING, UNKNOWN, Facts, comparisons, numbers, texts, values
from hypothesis import given
from hypothesis import strategies as st

from abm_tree.feel import Value, compile, compile_tests, evaluate, literal, parse, parse_tests, satisfies
from abm_tree.feel.operators import COMPARISONS, OPERATIONS, either, within

common = numbers | texts | st.booleans() | st.none() | values


@given(comparisons, common, common)
def test_comparisons(sign: str, a: Value, b: Value) -> None:
    expected = COMPARISONS[sign](a, b)
    facts = Facts({"a": a, "b": b})
    for text in (f"a {sign} b", f"a {sign} {literal(b)}", f"{literal(a)} {sign} b", f"(a) {sign} (b)"):
        assert compile(parse(text))(facts) is expected
    assert compile(parse(f"{literal(a)} {sign} {literal(b)}"))(facts) is expected
    assert compile(parse(f"[a][1] {sign} {literal(b)}"))(facts) is COMPARISONS[sign](a, b)


@given(st.sampled_from(["+", "-", "*", "/"]), common, common)
def test_arithmetic(sign: str, a: Value, b: Value) -> None:
    expected = OPERATIONS[sign](a, b)
    facts = Facts({"a": a, "b": b})
    for text in (f"a {sign} b", f"a {sign} ({literal(b)})", f"{literal(a)} {sign} b"):
        assert compile(parse(text))(facts) == expected


@given(common, common, common, st.booleans(), st.booleans())
def test_ranges(value: Value, low: Value, high: Value, left: bool, right: bool) -> None:
    text = f"{'[' if left else '('}{literal(low)}..{literal(high)}{']' if right else ')'}"
    found = compile_tests(parse_tests(text))(value, Facts({}))
    assert found is within(value, low, high, left, right)


@given(comparisons, common, common)
def test_one_test(sign: str, value: Value, end: Value) -> None:
    found = compile_tests(parse_tests(f"{sign} {literal(end)}"))(value, Facts({}))
    assert found is COMPARISONS[sign](value, end)


@given(common, st.lists(texts, min_size=1, max_size=3) | st.lists(numbers, min_size=1, max_size=3))
def test_one_of_several(value: Value, among: list[Value]) -> None:
    listed = ", ".join(map(literal, among))
    expected: bool | None = False
    for each in among:
        expected = either(expected, satisfies(value, each))
    assert compile_tests(parse_tests(listed))(value, Facts({})) is expected
    assert compile(parse(f"a in ({listed})"))(Facts({"a": value})) is expected
    assert compile(parse(f"a in [{listed}]"))(Facts({"a": value})) is satisfies(value, tuple(among))


@pytest.mark.parametrize("text", ["a > 5", "5 > a", "a + 1", "1 / a", "a in [1..5]", "a in (1, 2)", "not(a)"])
def test_facts_that_are_not_known_stay_open(text: str) -> None:
    for open in (MISSING, UNKNOWN):
        assert compile(parse(text))(Facts({"a": open})) == open


@given(st.lists(st.sampled_from([True, False, None, Decimal(1), MISSING, UNKNOWN]), min_size=2, max_size=6))
def test_rows_are_the_pairs_they_are_made_of(row: list[Value]) -> None:
    names = [f"n{i}" for i in range(len(row))]
    facts = Facts(dict(zip(names, row, strict=True)))
    for word in ("and", "or"):
        flat = compile(parse(f" {word} ".join(names)))(facts)
        right = names[-1]
        for name in reversed(names[:-1]):
            right = f"{name} {word} ({right})"
        assert compile(parse(right))(facts) == flat


@pytest.mark.parametrize("text", ["1e6144 * 10", "1e6144 + 9e6144", "-1e6144 - 9e6144", "1 / 0", "0 / 0"])
def test_overflow_is_null(text: str) -> None:
    assert evaluate(text) is None
    left, sign, right = text.split(" ")
    assert compile(parse(f"a {sign} b"))(Facts({"a": Decimal(left), "b": Decimal(right)})) is None
