"""docs/feel.md: every line of its examples is true, and its tables are the code's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from feel_trees import Facts

from abm_tree import feel
from abm_tree.feel import FeelError, Undetermined, Value
from abm_tree.feel.builtins import FUNCTIONS
from abm_tree.feel.properties import properties_of
from abm_tree.feel.reference import AS_OF, BEGIN, END, EXAMPLES, renewed

PATH = Path(__file__).resolve().parents[2] / "docs" / "feel.md"
PAGE = PATH.read_text("utf-8")
_BLOCKS = re.compile(r"^```(feel.*)\n([\s\S]*?)^```$", re.MULTILINE)
LINES = [
    (kind, *line.rsplit("  => ", 1)) for kind, body in _BLOCKS.findall(PAGE) for line in body.splitlines()
]
UNKNOWN = "unknown"


def _facts() -> dict[str, Value | Undetermined]:
    table = PAGE.partition("| fact | value |")[2].partition("\n\n")[0]
    facts: dict[str, Value | Undetermined] = {}
    for name, value in re.findall(r"^\| `([\w.]+)` \| (.*) \|$", table, re.MULTILINE):
        found = re.match(r"`(.*?)`(?: \(|$)", value)
        facts[name] = feel.evaluate(found[1]) if found else Undetermined(name, unknown=True)
    return facts


FACTS = _facts()


class Account(Facts):
    """The page's account, as facts and as a scope."""

    as_of = AS_OF

    def type_of(self, name: str) -> feel.Type | None:
        if name == "account.industry":
            return feel.Choice(("software", "retail", "energy"))
        value = FACTS.get(name)
        if isinstance(value, Undetermined):
            return feel.TEXT
        return None if name not in FACTS else feel.type_of_value(value)

    def names(self) -> tuple[str, ...]:
        return tuple(FACTS)


ACCOUNT = Account(FACTS)


def _shown(result: Value | Undetermined) -> str:
    return UNKNOWN if isinstance(result, Undetermined) else feel.literal(result)


def _tell(message: str, help: str) -> str:
    return f"{message} {help}".strip()


def _outcome(kind: str, text: str) -> str:
    if kind == "feel":
        checked = feel.check(feel.parse(text), ACCOUNT)
        return _shown(feel.compile(checked.expr)(ACCOUNT))
    if kind.startswith("feel tests of "):
        value = feel.evaluate(kind.removeprefix("feel tests of "))
        return _shown(feel.compile_tests(feel.parse_tests(text))(value, ACCOUNT))
    try:
        if kind == "feel slips":
            checked = feel.check(feel.parse(text), ACCOUNT, feel.BOOLEAN)
        else:
            checked = feel.check_tests(feel.parse_tests(text), feel.NUMBER, ACCOUNT)
    except FeelError as error:
        return _tell(error.message, error.help)
    return _tell(checked.problems[0].message, checked.problems[0].help)


def test_there_are_examples() -> None:
    assert len(LINES) > 100
    assert {kind for kind, *_ in LINES} >= {"feel", "feel slips", "feel slips in tests"}
    assert len(FACTS) == 12


@pytest.mark.parametrize(("kind", "text", "value"), LINES, ids=[line[1] for line in LINES])
def test_an_example_gives_what_the_page_says(kind: str, text: str, value: str) -> None:
    assert _outcome(kind, text) == value


def test_correct_examples_have_no_findings() -> None:
    for kind, text, _ in LINES:
        if kind == "feel" and text not in ('account.employees = "60"', 'account.industry = "Software"'):
            assert not feel.check(feel.parse(text), ACCOUNT).problems, text


def test_the_functions_are_the_codes_own() -> None:
    assert renewed(PAGE) == PAGE, "run python -m abm_tree.feel.reference docs/feel.md"
    assert set(EXAMPLES) == set(FUNCTIONS)
    assert BEGIN in PAGE
    assert END in PAGE


def test_the_properties_are_the_codes_own() -> None:
    listed = re.findall(r"^\| a (date|time|duration in days|duration in months) \| (`.*`) \|$", PAGE, re.M)
    types = {
        "date": feel.DATE,
        "time": feel.TIME,
        "duration in days": feel.DAYS_DURATION,
        "duration in months": feel.MONTHS_DURATION,
    }
    assert len(listed) == len(types)
    for name, properties in listed:
        assert set(properties.replace("`", "").split(", ")) == set(properties_of(types[name]))
