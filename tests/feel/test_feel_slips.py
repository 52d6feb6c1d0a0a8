"""What authors write by mistake, and the whole message that they get."""

from __future__ import annotations

import pytest

from abm_tree.feel import FeelError, parse, parse_tests

SLIPS = [
    ("x => 3", "`=>` is no comparison.", "=>", "Write >= for at least."),
    ("x =< 3", "`=<` is no comparison.", "=<", "Write <= for at most."),
    ("x == 3", "`==` is no comparison.", "==", "Write = for equal."),
    ("x <> 3", "`<>` is no comparison.", "<>", "Write != for not equal."),
    ("x ≥ 3", "`≥` is no comparison.", "≥", "Write >= for at least."),
    ("a && b", "`&&` is no word of this language.", "&&", "Write and."),
    ("a || b", "`||` is no word of this language.", "||", "Write or."),
    ("!x", "`!` negates nothing here.", "!", "Write not(...) around the condition."),
    ('x = "large', "The closing quote is missing.", '"large', 'Write "large".'),
    ("x = “large”", "These are typographic quotes.", "“large”", 'Write "large" with straight quotes.'),
    ("x = 'large'", "A text stands in double quotes.", "'large'", 'Write "large".'),
    ("x > 1,000", "A comma does not group digits.", "1,000", "Write 1000."),
    ("x in [1,000..2,000]", "A comma does not group digits.", "1,000", "Write 1000."),
    ("x in (1,000)", "A comma does not group digits.", "1,000", "Write 1000."),
    ("a AND b", "`AND` is written in small letters.", "AND", "Write and."),
    ("a Or b", "`Or` is written in small letters.", "Or", "Write or."),
    ("not x", "After not comes a bracket.", "not", "Write not(...) around the condition."),
    ("x is 3", "`is` cannot stand here.", "is", "Write = for equal."),
    ('x contains "a"', "`contains` cannot stand here.", "contains", 'Write contains(name, "text").'),
    ("x > 5%", "`%` is no sign of the language.", "%", "Write a share: 0.05 for five per cent."),
    ("x > $5", "Amounts have no currency sign.", "$", "Write the number alone."),
    (
        'string lenght("a")',
        "There is no function `string lenght`.",
        "string lenght",
        "Did you mean `string length`?",
    ),
    ("(a", "The bracket `(` is never closed.", "(", "Add )."),
    ("a)", "The bracket `)` closes nothing here.", ")", ""),
    (
        "x > 5 and < 10",
        "`<` has nothing on its left.",
        "<",
        "Write x in (5..10).",
    ),
    ("x >", "After `>` something is missing.", ">", ""),
    ("", "The condition is empty.", "", ""),
    ("if a then b", "`if` has no `else`.", "if", "Add else ..."),
    ("known(1)", "known() takes the name of one fact.", "known(1)", "Write known(deal.amount)."),
    (
        "a b",
        "`b` stands where an operator or the end should be.",
        "b",
        "Put a text in double quotes; join conditions with and, or.",
    ),
    ("{name} = 1", "Braces have no meaning in a condition.", "{", "Write the name alone."),
    ('"\\ud800"', "`\\ud800` is no character.", "\\ud800", ""),
    ("1e99999", "The number is too large.", "1e99999", ""),
    ("x >= 50 and < large", "`<` has nothing on its left.", "<", "Write x in [50..large)."),
    ("x < 5 or > 10", "`>` has nothing on its left.", ">", "Write x < 5 or x > 10."),
    ("x < 5 and > 10", "`>` has nothing on its left.", ">", "Write x < 5 and x > 10."),
    (
        "f(x) < 5 and > 10",
        "`>` has nothing on its left.",
        ">",
        "Repeat the name: x > 5 and x < 10, or write x in (5..10).",
    ),
    ("x is not 3", "`is not` cannot stand here.", "is not", "Write != for not equal."),
    ("x > 50k", "`50k` is no number.", "50k", "Write 50000."),
    ("x > 50eur", "`50eur` is no number.", "50eur", "Write the number alone."),
    ("x in 5..10", "A range stands in brackets.", "..", "Write [5..10]."),
    (
        'x starts with "a"',
        "`starts` stands where an operator or the end should be.",
        "starts",
        "Put a text in double quotes; join conditions with and, or.",
    ),
]


@pytest.mark.parametrize(("text", "message", "place", "help"), SLIPS, ids=[slip[0] for slip in SLIPS])
def test_slips(text: str, message: str, place: str, help: str) -> None:
    with pytest.raises(FeelError) as caught:
        parse(text)
    error = caught.value
    assert (error.message, text[slice(*error.span)], error.help) == (message, place, help)
    assert str(error) == message
    assert isinstance(error, ValueError)


TEST_SLIPS = [
    ("> 1,000", "A comma does not group digits.", "1,000", "Write 1000."),
    ("> 1,500", "A comma does not group digits.", "1,500", "Write 1500."),
    ("1,000", "A comma does not group digits.", "1,000", "Write 1000."),
    ("[1,000..2,000]", "A comma does not group digits.", "1,000", "Write 1000."),
    (
        "> 5 and < 10",
        "Tests are not joined with `and`.",
        "and",
        "Write (5..10).",
    ),
    ("=> 5", "`=>` is no comparison.", "=>", "Write >= for at least."),
    ("== 5", "`==` is no comparison.", "==", "Write = for equal."),
    ("< 10 && > 5", "Tests are not joined with `&&`.", "&&", "Write (5..10)."),
    (">= 5 & <= x.y", "Tests are not joined with `&`.", "&", "Write [5..x.y]."),
    ("> 5 AND < 10", "Tests are not joined with `AND`.", "AND", "Write (5..10)."),
    ("< 5 and > 10", "Tests are not joined with `and`.", "and", "Write < 5, > 10."),
    ("< 5 or > 10", "Tests are not joined with `or`.", "or", "Write < 5, > 10."),
    ("< 5 || > 10 || 7", "Tests are not joined with `||`.", "||", "Write < 5, > 10, 7."),
    (
        "> 5 and > 10",
        "Tests are not joined with `and`.",
        "and",
        "Write [5..10] for from 5 to 10; < 5, > 10 for either of them.",
    ),
    ('"a" || "b"', "Tests are not joined with `||`.", "||", 'Write "a", "b".'),
    ('"a', "The closing quote is missing.", '"a', 'Write "a".'),
    ("“a”", "These are typographic quotes.", "“a”", 'Write "a" with straight quotes.'),
    ("at least 50", "`least` cannot stand here.", "least", "Write >= for at least."),
    ("over 50", "`over` cannot stand here.", "over", "Write > for more than."),
    ("between 5 and 10", "`between` cannot stand here.", "between", "Write [5..10] for from 5 to 10."),
    ('in ("a", "b")', "Nothing stands before `in`.", "in", 'Write the values alone: "a", "b".'),
    ("50+", "After `+` something is missing.", "50+", "Write >= 50."),
    ("> 0,5", "A comma is no decimal point.", "0,5", "Write 0.5."),
    (
        'starts with "a"',
        "After `starts with` comes a bracket.",
        "starts with",
        'Write starts with(name, "text").',
    ),
    (
        "50–1000",
        "This is a dash, not a minus.",
        "–",
        "Write - to subtract, or [50..1000] for a range.",
    ),
]


@pytest.mark.parametrize(
    ("text", "message", "place", "help"), TEST_SLIPS, ids=[slip[0] for slip in TEST_SLIPS]
)
def test_slips_in_tests(text: str, message: str, place: str, help: str) -> None:
    with pytest.raises(FeelError) as caught:
        parse_tests(text)
    error = caught.value
    assert (error.message, text[slice(*error.span)], error.help) == (message, place, help)


@pytest.mark.parametrize("text", ["max(1,500)", "[1,500]", "x in (1,500)", "f(x > 1, 500)"])
def test_commas_that_separate_are_left_alone(text: str) -> None:
    parse(text)
