"""List facts in columns are those row by row, whatever the blocks; and a tree that reads them over a list."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from held import NOW, column_of
from reference import evaluate_rows

from abm_tree.accounts.lists import Options, open_list
from abm_tree.batch.book import BookPass
from abm_tree.batch.book_rows import book_facts
from abm_tree.batch.columns import Column
from abm_tree.batch.kernel import run
from abm_tree.batch.plan import plan
from abm_tree.feel import Date
from abm_tree.tree.facts import Known, Unknown, complete
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import open_shelf
from abm_tree.walk.advance import advance
from abm_tree.walk.replay import again, tree_of

FACTS = """
[facts."account.revenue"]
type = "money"
currency = "EUR"
none = "None yet"
[facts."account.people"]
type = "integer"
stale_after = "P30D"
[facts."account.branch"]
type = "choice"
choices = { shops = "Shops", banks = "Banks", mills = "Mills" }
[facts."account.met_on"]
type = "date"
"""
TREE = """
id = "caller"
title = "Caller"
start = "first"
[parameters]
enough = { value = 20 }
top = { value = 0.5 }
weight = { value = { shops = 1, banks = 2, mills = 3 }, by = "account.branch" }
[facts.wish]
of = "account"
type = "text"
[derived]
per_head = "account.revenue / account.people"
big = "account.people >= enough"
kind = "lower case(wish)"
[scores.fit]
points = [
  { add = 10, if = "big" },
  { of = "account.branch", is = { banks = 5 } },
  { add = "account.people", max = 3 },
]
[book.place]
as = "rank"
of = "account.revenue"
[book.top]
as = "percentile"
of = "account.revenue"
where = "big and account.branch in (\\"shops\\", \\"banks\\")"
[book.share]
as = "cumulative-share"
of = "per_head"
[book.class]
as = "abc"
of = "account.revenue * weight"
share_a = "top"
[book.fit]
as = "rank"
of = "score.fit"
where = "known(wish)"
[book.near]
as = "count-alike"
by = ["account.branch", "account.people", "wish"]
[book.akin]
as = "count-alike"
by = ["kind", "big"]
[book.as_dense]
as = "count-alike"
by = ["per_head"]
[book.lately]
as = "count"
where = "account.met_on > today() - duration(\\"P60D\\")"
[nodes.first]
decide = "book.class"
unknown = "second"
branches = [{ is = "A", to = "good" }, { is = ["B", "C"], to = "second" }]
[nodes.second]
tree = "called"
branches = [{ is = "in", to = "good" }, { is = "out", to = "bad" }]
[outcomes.good]
title = "Good"
note = "{book.place}, {book.top}, {book.share}, {book.fit}, {book.near}, {book.lately}"
[outcomes.bad]
title = "Bad"
note = "{book.akin}, {book.as_dense}"
"""
CALLED = """
id = "called"
title = "Called"
start = "place"
[facts.wish]
of = "account"
type = "text"
[derived]
kind = "account.people >= 20"
[book.akin]
as = "count-alike"
by = ["kind"]
[book.place]
as = "rank"
of = "account.people"
where = "wish = \\"more\\""
[nodes.place]
decide = "book.place"
unknown = "out"
branches = [{ when = "<= 5", to = "in" }, { when = "> 5", to = "out" }]
[outcomes.in]
title = "In"
note = "{book.akin}"
[outcomes.out]
title = "Out"
"""


def loaded(folder: Path, text: str = TREE, files: dict[str, str] | None = None) -> Tree:
    trees = {"caller": text, "called": CALLED, "facts": FACTS, **(files or {})}
    (folder / "trees").mkdir(exist_ok=True)
    for name, content in trees.items():
        (folder / "trees" / f"{name}.toml").write_text(content, encoding="utf-8")
    path = folder / "trees" / "caller.toml"
    tree, findings = open_shelf(folder, near=path.parent).load(path)
    assert findings == ()
    return tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return loaded(tmp_path)


def rows_for(dice: random.Random, count: int) -> list[dict[str, Known | Unknown]]:
    dates = [None, Date(2026, 1, 1), Date(2026, 2, 10), Date(2026, 2, 19), Date(2026, 6, 1)]
    making: dict[str, Any] = {
        "account.revenue": lambda: dice.choice(
            [None, Decimal("0.1"), Decimal("-5"), Decimal(0), Decimal(dice.randrange(500)), Decimal("1E+20")]
        ),
        "account.people": lambda: Decimal(dice.randrange(40)),
        "account.branch": lambda: dice.choice(("shops", "banks", "mills")),
        "account.met_on": lambda: dice.choice(dates[1:]),
        "wish": lambda: dice.choice(("more", "less", "More")),
        "called/wish": lambda: dice.choice(("more", "less")),
    }
    out: list[dict[str, Known | Unknown]] = []
    for _ in range(count):
        row: dict[str, Known | Unknown] = {}
        for key, make in making.items():
            chance = dice.random()
            if chance < 0.85:
                row[key] = Known(make(), "given", dice.choice(dates))
            elif chance < 0.95:
                row[key] = Unknown()
        out.append(row)
    return out


@pytest.mark.parametrize("seed", range(6))
def test_columns_and_rows_give_the_same(seed: int, tree: Tree) -> None:
    dice = random.Random(seed)
    rows = rows_for(dice, 120)
    usable = [dice.random() < 0.9 for _ in rows]
    ids = [str(number) for number in dice.sample(range(1000), len(rows))]
    columns = {
        key: column_of(tree.facts[key], [row.get(key) for row in rows], dice)
        for key in tree.facts
        if any(key in row for row in rows)
    }
    found = BookPass(tree, NOW)
    assert found and set(found.reads) == set(columns)
    cuts = sorted({0, *dice.sample(range(len(rows)), 3), len(rows)})
    for start, stop in pairwise(cuts):
        part = {key: column.part(start, stop) for key, column in columns.items()}
        found.add(part, ids[start:stop], stop - start, np.array(usable[start:stop]))
    finished = found.finish()
    assert set(finished) == {key for key in tree.facts if "book." in key}
    plain = [(name, row if there else None) for name, row, there in zip(ids, rows, usable, strict=True)]
    for at, states in enumerate(book_facts(tree, plain, NOW)):
        assert bool(states) == usable[at]
        for key, state in states.items():
            column = finished[key]
            known = column.knows()
            value = column.cell(at) if known is None or known[at] else None
            assert value == (state.value if isinstance(state, Known) else None), (key, at)
            assert state.source == "list"
    # Something is said of everything.
    told = {
        key
        for states in book_facts(tree, plain, NOW)
        for key, one in states.items()
        if isinstance(one, Known)
    }
    assert told == set(finished)


def test_columns_that_are_not_there_are_unknown(tree: Tree) -> None:
    found = BookPass(tree, NOW)
    found.add({}, ["a", "b"], 2)
    columns = found.finish()
    assert columns["book.lately"].cell(0) == 0
    for key, column in columns.items():
        known = column.knows()
        assert key == "book.lately" or (known is not None and not known.any()), key


def test_a_list_fact_that_nothing_reads_is_not_computed(tmp_path: Path) -> None:
    text = CALLED.replace('"called"', '"caller"').replace('note = "{book.akin}"', "")
    assert BookPass(loaded(tmp_path, text), NOW)
    idle = loaded(tmp_path, text.replace('decide = "book.place"', 'decide = "account.people"'))
    assert not BookPass(idle, NOW)
    assert not idle.book and "book.place" not in idle.facts
    assert book_facts(idle, [("a", {})], NOW) == [{}]


def test_two_trees_may_mean_different_things_by_one_name(tree: Tree) -> None:
    rows = [
        ("a", {"account.revenue": Known(9), "account.people": Known(1), "called/wish": Known("more")}),
        ("b", {"account.revenue": Known(8), "account.people": Known(2), "called/wish": Known("more")}),
    ]
    first, second = book_facts(tree, rows, NOW)
    assert [one["book.place"].value for one in (first, second)] == [1, 2]  # type: ignore[union-attr]
    assert [one["called/book.place"].value for one in (first, second)] == [2, 1]  # type: ignore[union-attr]


def test_rows_are_alike_by_what_is_derived(tree: Tree) -> None:
    def row(wish: str, revenue: int, people: int) -> dict[str, Known]:
        known = {"wish": wish, "account.revenue": revenue, "account.people": people}
        return {key: Known(value) for key, value in known.items()}

    rows = {
        "a": row("More", 90, 30),
        "b": row("mORE", 60, 20),
        "c": row("more", 5, 0),
        "d": row("more", 7, 0),
        "e": {"wish": Known("more")},
    }
    found = book_facts(tree, rows.items(), NOW)

    def alike(name: str) -> list[object]:
        states = [one[name] for one in found]
        return [state.value if isinstance(state, Known) else None for state in states]

    # By wish in small letters and by size; by wish alone it would be one group of five.
    assert alike("book.akin") == [1, 1, 1, 1, None]
    # Nothing comes out of a division by zero, and nothing is like nothing.
    assert alike("book.as_dense") == [1, 1, None, None, None]
    # Another tree's derived fact of the same name is another one.
    assert alike("called/book.akin") == [1, 1, 1, 1, None]


LIST = """\
account_id,revenue,people,branch,wish,place
N-2,100,10,shops,more,99
N-1,100,10,shops,more,98
N-3,bad,50,shops,more,1
N-4,40,9,banks,less,1
N-2,999,9,banks,less,1
"""


def test_a_list_is_evaluated_over_the_whole_list(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    accounts, findings = open_list(path, path.name, tree.facts, "account", Options())
    assert accounts is not None and findings == [], findings
    # A column that is called like a list fact is not read into it.
    assert not any("book." in name for name in accounts.columns.facts.values())
    results = list(evaluate_rows(tree, accounts, NOW))
    assert [one.record is None for one in results] == [False, False, True, False, True]
    records = [one.record for one in results if one.record is not None]
    places = [record.facts["book.place"] for record in records]
    assert places == [Known(2, "list"), Known(1, "list"), Known(3, "list")]
    assert [record.facts["book.near"] for record in records] == [
        Known(1, "list"),
        Known(1, "list"),
        Known(0, "list"),
    ]
    [reading] = records[0].trail[0].read
    assert (reading.fact, reading.source) == ("book.class", "list")


def test_records_replay_from_the_canonical_form_alone(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    accounts, _ = open_list(path, path.name, tree.facts, "account", Options())
    assert accounts is not None
    told = tree_of(dict(tree.canonical), tree.revision)
    assert told.book.keys() == tree.book.keys()
    for result in evaluate_rows(tree, accounts, NOW):
        if result.record is not None:
            record = result.record.as_json()
            assert again(record, told) == record


def test_the_plan_takes_list_facts_like_other_columns(tree: Tree, tmp_path: Path) -> None:
    dice = random.Random(3)
    rows = rows_for(dice, 200)
    ids = [f"N-{at}" for at in range(len(rows))]
    columns: dict[str, Column] = {
        key: column_of(tree.facts[key], [row.get(key) for row in rows], dice)
        for key in tree.facts
        if any(key in row for row in rows)
    }
    found = BookPass(tree, NOW)
    found.add(columns, ids)
    results = run(plan(tree, NOW), {**columns, **found.finish()}, len(rows))
    listed = book_facts(tree, zip(ids, rows, strict=True), NOW)
    outcomes = set()
    for at, row in enumerate(rows):
        record = advance(tree, complete(tree.facts, {**row, **listed[at]}, NOW), NOW, possible=False)
        assert (results.status_of(at), results.outcome_of(at)) == (record.status, record.outcome)
        outcomes.add(record.outcome)
    assert outcomes == {"good", "bad"}
