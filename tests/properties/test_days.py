"""Days to a date are proven and put into columns as that date, and decided as the walk decides them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm_tree import Known, Unknown, advance, moment, open_tree, plan
from abm_tree.batch.arrow import decide_batches
from abm_tree.compare.meaning import compare
from abm_tree.feel import DateTime
from abm_tree.feel.calendar import date_of_number as date_of
from abm_tree.feel.calendar import day_number
from abm_tree.space.reach import explore
from abm_tree.tree.parts import Tree

AS_OF = moment("2026-02-20T09:30:00+01:00")
FORMS = {
    "to": "(renewal - today()).days",
    "since": "(today() - renewal).days",
    "to a day": '(renewal - @"2026-01-10").days',
}
TESTS = ("< {}", "<= {}", "> {}", ">= {}", "= {}", "!= {}")
HEAD = """\
id = "days"
title = "Days"
start = "one"
[facts.renewal]
type = "date"
ask = "When?"
none = "Never"
[parameters]
near = {{ value = {near}, unit = "days", kind = "judgement", source = "a guess" }}
[derived]
left = "{form}"
[outcomes]
yes = {{ title = "Yes" }}
no = {{ title = "No" }}
ask = {{ title = "Ask" }}
"""
BY_CONDITION = """\
[nodes.one]
branches = [{{ if = "{what} {test}", to = "yes" }}]
otherwise = "no"
unknown = "ask"
"""
BY_VALUE = """\
[nodes.one]
decide = "{what}"
branches = [{{ when = "[{low}..{high})", to = "yes" }}, {{ when = "< {low}", to = "no" }}]
otherwise = "no"
unknown = "ask"
"""


def tree_of(folder: Path, text: str) -> Tree:
    path = folder / "days.toml"
    path.write_text(text, encoding="utf-8")
    opened = open_tree(str(path))
    assert opened.usable, opened.findings
    return opened.tree


def hold(tree: Tree) -> None:
    """Every day around: columns as the walk, and nothing that is proven dead happens."""
    assert isinstance(AS_OF, DateTime)
    here = day_number(AS_OF.date)
    dates = [date_of(here + days) for days in range(-130, 131)]
    states = [*(Known(date) for date in dates), Known(None), Unknown()]
    ends = [advance(tree, {"renewal": state}, AS_OF).outcome for state in states]
    found = plan(tree, AS_OF)
    # The interpreter is not asked: the date stands for the days.
    assert not found.numbers
    assert "interpreter" not in "\n".join(found.explain()), found.explain()
    days = [None if date is None else day_number(date) for date in dates]
    column = pa.array(days, pa.int32()).cast(pa.date32())
    table = pa.record_batch({"account_id": [str(at) for at in range(len(days))], "renewal": column})
    out = pa.Table.from_batches(list(decide_batches(found, [table])))
    assert out.column("outcome").to_pylist() == ends[: len(days)]
    reach = explore(tree, AS_OF)
    for name in ("yes", "no", "ask"):
        assert (reach.outcomes[name].state == "taken") == (name in ends), name


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(sorted(FORMS)),
    st.sampled_from(TESTS),
    st.integers(-90, 90),
    st.sampled_from(("", ".5", ".0")),
    st.booleans(),
)
def test_conditions(
    tmp_path_factory: pytest.TempPathFactory, form: str, test: str, days: int, part: str, derived: bool
) -> None:
    if test[0] in "=!" and part == ".5":
        part = ""
    near = f"{days}{part}"
    what = "left" if derived else FORMS[form]
    head = HEAD.format(form=FORMS[form].replace('"', '\\"'), near=near)
    body = BY_CONDITION.format(what=what.replace('"', '\\"'), test=test.format("near"))
    hold(tree_of(tmp_path_factory.mktemp("days"), head + body))


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(sorted(FORMS)), st.integers(-90, 40), st.integers(1, 60), st.booleans())
def test_decisions(
    tmp_path_factory: pytest.TempPathFactory, form: str, low: int, more: int, derived: bool
) -> None:
    what = "left" if derived else FORMS[form]
    head = HEAD.format(form=FORMS[form].replace('"', '\\"'), near=1)
    body = BY_VALUE.format(what=what.replace('"', '\\"'), low=low, high=low + more)
    hold(tree_of(tmp_path_factory.mktemp("days"), head + body))


def test_durations_are_compared_as_dates(tmp_path: Path) -> None:
    body = BY_CONDITION.format(what="renewal - today()", test='< duration(\\"P90D\\")')
    hold(tree_of(tmp_path, HEAD.format(form="1", near=1).replace('left = "1"', "") + body))


def test_two_versions_differ_in_days_that_are_named(tmp_path: Path) -> None:
    """The regions between two versions are dates, each with an account that shows them, and complete."""
    trees = []
    for days in (60, 90):
        head = HEAD.format(form=FORMS["to"], near=days)
        trees.append(tree_of(tmp_path, head + BY_CONDITION.format(what="left", test="< near")))
    found = compare(*trees, AS_OF, {})
    assert found.complete
    assert len(found.changes) == 1
    (change,) = found.changes
    assert (change.old.name, change.new.name) == ("no", "yes")
