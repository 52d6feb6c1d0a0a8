"""Built-in functions, operators and patterns, by example."""

from __future__ import annotations

import pytest

from abm_tree.feel import FeelError, evaluate

EXAMPLES = [
    # numbers
    ("0 ** 0", "1"),
    ("-5 ** 2", "25"),
    ("2 ** 3 ** 2", "64"),
    ("1 / 3 * 3 < 1", "true"),
    ("round half up(2.5, 0)", "3"),
    ("round half up(-2.5, 0)", "-3"),
    ("round half down(2.5, 0)", "2"),
    ("round half down(2.5)", "null"),
    ("round up(1234, -2)", "1300"),
    ("decimal(2.5, 0)", "2"),
    ("floor(-1.1)", "-2"),
    ("modulo(-7, 3)", "2"),
    ('number("1.234,5", ".", ",")', "1234.5"),
    ('number("1 2", null, null)', "null"),
    ("even(1e40)", "true"),
    ("0.1 + 0.2 = 0.3", "true"),
    ("1 = 1.0", "true"),
    # texts
    ('"a" + "b"', '"ab"'),
    ('substring("employees", -3, 2)', '"ee"'),
    ('substring("a", 2)', "null"),
    ('string length("\\U01F40E")', "1"),
    ('substring before("a-b", "-")', '"a"'),
    ('substring after("a-b-c", "-")', '"b-c"'),
    ('string([1, "a", @"2026-01-01"])', '"[1, "a", 2026-01-01]"'),
    ("string(1.50)", '"1.5"'),
    ('string join(["a", null, "b"], ", ")', '"a, b"'),
    ('contains(["abc"], "b")', "true"),
    ('contains(["abc", "d"], "b")', "null"),
    # lists
    ("[1, 2, 3][-1]", "3"),
    ("[1, 2, 3][4]", "null"),
    ('"a"[1]', '"a"'),
    ("list contains([1, null], null)", "true"),
    ("index of([1, 2, 1.0], 1)", "[1, 3]"),
    ("distinct values([1, 1.0, 2])", "[1, 2]"),
    ("union([1, 2], [2, 3])", "[1, 2, 3]"),
    ("concatenate([1], [2, [3]])", "[1, 2, [3]]"),
    ("flatten([1, [2, [3]]])", "[1, 2, 3]"),
    ("insert before([1, 3], -1, 2)", "[1, 2, 3]"),
    ("remove([1, 2], 3)", "null"),
    ("list replace([1, 2], 2, 3)", "[1, 3]"),
    ("reverse([1, 2])", "[2, 1]"),
    ("sublist([1, 2, 3], -2)", "[2, 3]"),
    ("min(3, 1, 2)", "1"),
    ('max(["a", "b"])', '"b"'),
    ('min(1, "a")', "null"),
    ("sum([])", "null"),
    ("count([])", "0"),
    ("median(3, 1)", "2"),
    ("all([])", "true"),
    ("any([])", "false"),
    # dates
    ('@"2024-02-29" + @"P1Y"', '@"2025-02-28"'),
    ('@"2024-01-31" + @"P1M"', '@"2024-02-29"'),
    ('@"2026-11-21" - @"2026-11-01"', '@"P20D"'),
    ('@"2026-03-29T01:30:00@Europe/Berlin" + @"PT1H"', '@"2026-03-29T03:30:00@Europe/Berlin"'),
    ('@"2026-11-21T10:00:00Z" = @"2026-11-21T11:00:00@Europe/Berlin"', "true"),
    ('is(@"2026-11-21T10:00:00Z", @"2026-11-21T11:00:00@Europe/Berlin")', "false"),
    ('@"2026-11-21T10:00:00Z" < @"2026-11-21T10:00:00"', "null"),
    ('@"2026-11-21".weekday', "6"),
    ('duration("-PT90M").minutes', "-30"),
    ('day of week(@"2026-11-21")', '"Saturday"'),
    ('date and time(@"2026-11-21", @"10:00:00").hour', "10"),
    ('years and months duration(@"2024-02-29", @"2025-02-28")', '@"P11M"'),
    ('@"P1D" = @"P1M"', "null"),
    ('@"2026-11-21" = @"2026-11-21T00:00:00"', "null"),
    ('date("2026-02-30")', "null"),
    ('time("23:59:60")', "null"),
    # ranges
    ("before(1, [2..3])", "true"),
    ("before([1..2], [2..3])", "false"),
    ("before([1..2), [2..3])", "true"),
    ("after(point: 5, range: [1..5))", "true"),
    ("meets([1..2], [2..3])", "true"),
    ("met by([2..3], [1..2])", "true"),
    ("overlaps([1..3], [2..5])", "true"),
    ("overlaps before([1..3], [2..5])", "true"),
    ("overlaps after([2..5], [1..3])", "true"),
    ("finishes(5, [1..5])", "true"),
    ("finished by([1..5], [3..5])", "true"),
    ("includes([1..5], 5)", "true"),
    ("includes([1..5), 5)", "false"),
    ("during([2..3], [1..5])", "true"),
    ("starts([1..3], [1..5])", "true"),
    ("started by([1..5], 1)", "true"),
    ("coincides([1..5], [1..5])", "true"),
    ("coincides([1..5], 1)", "null"),
    ("includes((> 5), 1e30)", "true"),
    ('before(1, "a")', "null"),
    ("[1..5).end included", "false"),
    ("(< 5).start", "null"),
    ("5 in (!= 5)", "false"),
    # patterns
    ('matches("Head of IT", "^head of (it|security)$", "i")', "true"),
    ('matches("a\\nb", "a.b")', "false"),
    ('matches("a\\nb", "a.b", "s")', "true"),
    ('matches("abcabc", "^(abc)\\1$")', "true"),
    ('matches("x", "[")', "null"),
    ('matches("a+b", "a+b", "q")', "true"),
    ('matches("aé1", "^\\p{L}+\\d$")', "true"),
    ('matches("b", "[a-z-[aeiou]]")', "true"),
    ('matches("a", "(?=a)")', "null"),
    ('replace("John Doe", "(\\w+) (\\w+)", "$2, $1")', '"Doe, John"'),
    ('replace("abc", "x*", "-")', "null"),
    ('replace("a.b", ".", "-", "q")', '"a-b"'),
    ('replace("abc", "b", "[$0]")', '"a[b]c"'),
    ('replace("abc", "b", "$")', "null"),
    ('split("a, b;c", "[,;]\\s*")', '["a", "b", "c"]'),
    # null on error
    ('1 + "a"', "null"),
    ("1 < true", "null"),
    ("not(1)", "null"),
    ('substring("abc")', "null"),
    ("abs(number: 1)", "null"),
    ('@"nonsense"', "null"),
    ("1 / 0", "null"),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_examples(text: str, expected: str) -> None:
    found = evaluate(text)
    if expected.startswith('"['):  # a text with quotes in it
        assert found == expected[1:-1]
        return
    wanted = evaluate(expected)
    assert type(found) is type(wanted)
    assert found == wanted


def test_names_and_functions_must_exist() -> None:
    with pytest.raises(FeelError, match="There is no fact") as caught:
        evaluate("amout > 1", {"amount": 2})
    assert caught.value.help == "Did you mean `amount`?"
    with pytest.raises(FeelError, match="There is no function"):
        evaluate("summ(1)")


def test_properties_of_inputs_with_dots() -> None:
    assert evaluate("deal.close.year", {"deal.close": evaluate('@"2026-11-21"')}) == 2026
