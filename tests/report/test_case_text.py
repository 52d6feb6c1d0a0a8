"""A case that is written reads back as the same case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from abm_tree.feel import Date, from_python, parse_date_time
from abm_tree.report.case_text import case_text
from abm_tree.source import Source, clean
from abm_tree.tree.document import parse
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.files import CasesFile
from abm_tree.tree.layout import layout
from abm_tree.tree.shape import shape
from abm_tree.walk.cases import moment_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = TEXTS.filter(lambda text: clean(text) == text and text.strip() == text and bool(text))
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3)
DATES = st.dates().map(lambda day: Date(day.year, day.month, day.day))
SCALARS = NUMBERS | st.integers(-(10**15), 10**15).map(Decimal) | PLAIN | st.booleans() | DATES
VALUES: st.SearchStrategy[Any] = SCALARS | st.lists(PLAIN, max_size=3).map(tuple)


@settings(max_examples=60, deadline=None)
@given(
    TEXTS,
    st.dictionaries(PLAIN, VALUES, max_size=4),
    st.sets(PLAIN, max_size=3),
    st.booleans(),
)
def test_what_is_written_reads_back(
    name: str, facts: dict[str, Any], unknown: set[str], review: bool
) -> None:
    states: dict[str, Known | Unknown] = {key: Known(value) for key, value in facts.items()}
    states |= {key: Unknown() for key in unknown if key not in facts}
    as_of = parse_date_time("2026-03-02T09:00:00Z")
    text = case_text(name, states, as_of, ("outcome", "end"), review=review)
    assert layout(text) == text
    document, findings = parse(Source("x.cases.toml", text))
    draft = shape(document, CasesFile, findings, {})
    assert not draft.findings
    (case,) = draft.model.cases
    assert case.name == clean(name)
    assert {key: _value(raw) for key, raw in case.facts.items()} == facts
    assert set(case.unknown) == set(states) - set(facts)
    assert moment_of(case) == as_of
    assert (case.outcome, case.review) == ("end", review)
    assert text.startswith("# Generated: ") == review


def _value(raw: Any) -> Any:
    return tuple(from_python(item) for item in raw) if isinstance(raw, list) else from_python(raw)


def test_what_is_known_to_be_none_and_what_is_to_be_written() -> None:
    text = case_text("a", {"deal.sent_on": Known(None), "budget": Unknown()})
    assert text == (
        '[[cases]]\nname    = "a"\nnone    = ["deal.sent_on"]\nunknown = ["budget"]\n'
        '# Write what it must come to: outcome = "...", needs = "..." or waits = "..."\n'
    )


def test_many_names_stand_below_each_other() -> None:
    names = [f"account.number_{at}_of_many" for at in range(8)]
    text = case_text("a", {name: Unknown() for name in names})
    assert max(map(len, text.splitlines())) < 111
    assert all(f'  "{name}",\n' in text for name in names)
