"""What the type checker finds, and the whole message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import pytest

from abm_tree.feel import (
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Choice,
    ListOf,
    Name,
    Property,
    Type,
    check,
    check_tests,
    parse,
    parse_tests,
)

BUDGET = Choice(("approved", "planned", "none"))
INDUSTRY = Choice(("software", "financial-services", "retail"))


class Facts:
    """A small dictionary of facts."""

    types: ClassVar[dict[str, Type]] = {
        "account.employees": NUMBER,
        "account.industry": INDUSTRY,
        "account.name": TEXT,
        "budget": BUDGET,
        "deal.close_date": DATE,
        "deal.amount": NUMBER,
        "deal.tags": ListOf(Choice(("hot", "cold"))),
        "deal.source": Choice(("web", "fair"), open=True),
        "active": BOOLEAN,
        "large": NUMBER,
    }

    def type_of(self, name: str) -> Type | None:
        return self.types.get(name)

    def names(self) -> Iterable[str]:
        return self.types


PROBLEMS = [
    (
        'account.employees > "large"',
        "type-mismatch",
        'account.employees is a number; "large" is a text.',
        'account.employees > "large"',
        "",
    ),
    (
        "account.employes > 3",
        "unknown-name",
        "There is no fact, parameter or score `account.employes`.",
        "account.employes",
        "Did you mean `account.employees`?",
    ),
    (
        "employees > 3",
        "unknown-name",
        "There is no fact, parameter or score `employees`.",
        "employees",
        "Did you mean `account.employees`?",
    ),
    (
        "budget = approved",
        "unknown-name",
        "There is no fact, parameter or score `approved`.",
        "approved",
        'Write "approved" in quotes.',
    ),
    (
        "approved = budget",
        "unknown-name",
        "There is no fact, parameter or score `approved`.",
        "approved",
        'Write "approved" in quotes.',
    ),
    (
        "account.industry = financial-services",
        "unknown-name",
        "There is no fact, parameter or score `financial-services`.",
        "financial-services",
        'Write "financial-services" in quotes.',
    ),
    (
        'budget = "aproved"',
        "unknown-choice",
        'budget has no choice "aproved".',
        '"aproved"',
        'Did you mean "approved"?',
    ),
    (
        'budget in ["approved", "x"]',
        "unknown-choice",
        'budget has no choice "x".',
        '"x"',
        'The choices are "approved", "planned", "none".',
    ),
    (
        'list contains(deal.tags, "hott")',
        "unknown-choice",
        'deal.tags has no choice "hott".',
        '"hott"',
        'Did you mean "hot"?',
    ),
    (
        'budget = "approved" or "planned"',
        "not-a-condition",
        '"planned" is a value, not a condition.',
        'budget = "approved" or "planned"',
        'Write budget in ("approved", "planned").',
    ),
    (
        "account.employees",
        "not-a-condition",
        "account.employees is a number, not a condition.",
        "account.employees",
        "Compare it, for example account.employees > 0.",
    ),
    (
        "1 < account.employees < 3",
        "type-mismatch",
        "1 < account.employees is yes or no; 3 is a number.",
        "1 < account.employees < 3",
        "Write 1 < account.employees and account.employees < 3.",
    ),
    (
        'substrin("a", 1) = "a"',
        "unknown-function",
        "There is no function `substrin`.",
        'substrin("a", 1)',
        "Did you mean `substring`?",
    ),
    (
        'substring("a") = "a"',
        "wrong-arguments",
        "`substring` does not take these arguments.",
        'substring("a")',
        "Write substring(string, start position, [length]).",
    ),
    (
        'substring(1, 1) = "a"',
        "type-mismatch",
        "`substring` takes a text as its string; 1 is a number.",
        "1",
        "",
    ),
    (
        "deal.close_date.yaer = 1",
        "unknown-property",
        "deal.close_date is a date; it has no `yaer`.",
        "deal.close_date.yaer",
        "Did you mean `year`?",
    ),
    (
        'deal.close_date = "2026-01-01"',
        "type-mismatch",
        'deal.close_date is a date; "2026-01-01" is a text.',
        'deal.close_date = "2026-01-01"',
        'Write @"2026-01-01".',
    ),
    (
        'deal.close_date > date("2026-13-01")',
        "no-value",
        'date("2026-13-01") has no value.',
        'date("2026-13-01")',
        "Check the spelling of the date or time.",
    ),
    (
        "account.employees in [1000..50]",
        "empty-range",
        "Nothing lies in [1000..50].",
        "[1000..50]",
        "Write [50..1000].",
    ),
    (
        "account.employees in 50-1000",
        "constant-arithmetic",
        "50 - 1000 is the number -950.",
        "50-1000",
        "Did you mean [50..1000]?",
    ),
    (
        "known(deal.close_date.year)",
        "wrong-arguments",
        "known() takes the name of one fact; deal.close_date.year is a part of one.",
        "deal.close_date.year",
        "Write known(deal.amount).",
    ),
    (
        "not(deal.amount)",
        "not-a-condition",
        "deal.amount is a number, not a condition.",
        "deal.amount",
        "Compare it, for example deal.amount > 0.",
    ),
    ("? > 3", "no-subject", "`?` stands only in tests of a value.", "?", "Write the name of the fact."),
    (
        "active = yes",
        "unknown-name",
        "There is no fact, parameter or score `yes`.",
        "yes",
        'Write true, or "yes" in quotes for a text.',
    ),
    (
        "True and active",
        "unknown-name",
        "There is no fact, parameter or score `True`.",
        "True",
        "Write true in small letters.",
    ),
    (
        "deal.amount + budget > 1",
        "type-mismatch",
        "`+` has no meaning here: deal.amount is a number, budget is a choice.",
        "deal.amount + budget",
        "",
    ),
    (
        'deal.amount > "5"',
        "type-mismatch",
        'deal.amount is a number; "5" is a text.',
        'deal.amount > "5"',
        "Write 5 without quotes.",
    ),
]


@pytest.mark.parametrize(("text", "code", "message", "place", "help"), PROBLEMS, ids=[p[0] for p in PROBLEMS])
def test_problems(text: str, code: str, message: str, place: str, help: str) -> None:
    (problem,) = check(parse(text), Facts(), BOOLEAN).problems
    found = (problem.code, problem.message, text[slice(*problem.span)], problem.help)
    assert found == (code, message, place, help)


@pytest.mark.parametrize(
    "text",
    [
        'account.employees >= large and budget in ("approved", "planned")',
        'deal.close_date < today() + duration("P90D")',
        "deal.close_date.year = 2026",
        "deal.amount = null",
        "null = budget",
        'deal.source = "cold call"',
        '"hot" in deal.tags',
        "known(budget) and not(known(deal.amount))",
        "account.employees in (< 5, [10..20], large)",
        'if active then deal.amount > 1 else budget = "none"',
        "deal.amount between 1 and large",
        "count(deal.tags) > 1 or max(deal.amount, large) > 10",
        'contains(lower case(account.name), "ltd")',
        "[1..10] = [deal.amount..large]",
    ],
)
def test_no_problems(text: str) -> None:
    assert check(parse(text), Facts(), BOOLEAN).problems == ()


TESTS = [
    (
        NUMBER,
        "< 2026-03-01",
        "constant-arithmetic",
        "2026 - 3 - 1 is the number 2022.",
        'Did you mean @"2026-03-01"?',
    ),
    (NUMBER, "50-1000", "constant-arithmetic", "50 - 1000 is the number -950.", "Did you mean [50..1000]?"),
    (NUMBER, '> "a"', "type-mismatch", 'The value is a number; "a" is a text.', ""),
    (
        BUDGET,
        '"approved" or "planned"',
        "not-a-condition",
        '"planned" is a value, not a condition.',
        'Write "approved", "planned".',
    ),
    (
        BUDGET,
        "approved",
        "unknown-name",
        "There is no fact, parameter or score `approved`.",
        'Write "approved" in quotes.',
    ),
    (
        BUDGET,
        'not("plannd")',
        "unknown-choice",
        'The value has no choice "plannd".',
        'Did you mean "planned"?',
    ),
    (NUMBER, "[5..1]", "empty-range", "Nothing lies in [5..1].", "Write [1..5]."),
    (NUMBER, "active", "type-mismatch", "The value is a number; active is yes or no.", ""),
]


@pytest.mark.parametrize(("subject", "text", "code", "message", "help"), TESTS, ids=[t[1] for t in TESTS])
def test_problems_in_tests(subject: Type, text: str, code: str, message: str, help: str) -> None:
    (problem,) = check_tests(parse_tests(text), subject, Facts()).problems
    assert (problem.code, problem.message, problem.help) == (code, message, help)


def test_everything_wrong_is_reported_by_place() -> None:
    text = 'nosuch > 1 and budget = "x" and account.employees = "y" and other'
    problems = check(parse(text), Facts(), BOOLEAN).problems
    assert [p.code for p in problems] == ["unknown-name", "unknown-choice", "type-mismatch", "unknown-name"]
    assert [p.span for p in problems] == sorted(p.span for p in problems)


def test_names_are_split_where_the_scope_says_so() -> None:
    checked = check(parse("deal.close_date.year > large and known(budget)"), Facts(), BOOLEAN)
    assert checked.names == ("deal.close_date", "large")
    assert checked.known_names == ("budget",)
    assert checked.type == BOOLEAN
    year = check(parse("deal.close_date.year"), Facts(), NUMBER)
    assert isinstance(year.expr, Property)
    assert isinstance(year.expr.of, Name)
    assert (year.expr.of.name, year.expr.of.span, year.type) == ("deal.close_date", (0, 15), NUMBER)


def test_an_expected_type() -> None:
    (problem,) = check(parse("deal.amount"), Facts(), DATE).problems
    assert problem.message == "deal.amount is a number; a date is expected."
    assert check(parse("today()"), Facts(), DATE).problems == ()
    assert check(parse('"planned"'), Facts(), BUDGET).problems == ()
    assert [p.code for p in check(parse('"x"'), Facts(), BUDGET).problems] == ["unknown-choice"]
