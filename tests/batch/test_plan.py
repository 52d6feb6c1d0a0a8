"""What a plan carries: enough to name results, its moment only where it counts, and nothing heavy."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from held import NOW, rows_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_edges import TYPES, ladder, made

from generated import trees  # isort: skip
from abm_tree.batch.plan import plan
from abm_tree.feel import parse_date_time
from abm_tree.session.open import open_tree
from abm_tree.tree.facts import complete
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance

LATER = parse_date_time("2031-07-01T23:59:59-05:00")
TREES = Path(__file__).parents[2] / "trees"
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def same(one: Any, other: Any) -> bool:
    """Whether two plans are made of the same parts."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one) and not isinstance(one, type):
        return all(same(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    return bool(one == other)


def moved(tree: Tree) -> bool:
    """Whether a tree's plan is timed; where it is not, it is that of any moment."""
    assert LATER is not None
    one, other = plan(tree, NOW), plan(tree, LATER)
    assert one.timed or same(replace(one, as_of=LATER), other)
    assert one.timed or not other.timed
    return one.timed


@settings(max_examples=20, deadline=None, suppress_health_check=QUIET)
@given(trees())
def test_a_plan_that_is_not_timed_is_that_of_any_moment(tree: Tree) -> None:
    moved(tree)


def test_what_counts_days_is_timed() -> None:
    def condition(text: str, **more: Any) -> Tree:
        return made({"one": {"branches": [{"if": text, "to": "high"}], "otherwise": "low"}}, **more)

    assert not moved(made(ladder("x", 3)))
    assert not moved(condition('on > @"2026-01-01" and old > 3'))  # what is stale is seen to row by row
    assert moved(condition("on < today()"))
    assert moved(condition('now() > @"2026-01-01T00:00:00Z" or x > 1'))
    assert moved(condition("late", derived={"late": "on < today()"}))
    assert moved(condition("score.s > 1", scores={"s": {"points": [{"add": 2, "if": "on < today()"}]}}))
    # The interpreter looks at every date that a wait counts from, and does so with the plan's own moment.
    wait = {"wait": {"after": "on", "for": "P1D"}} | ladder("x", 3)["step"]
    assert not moved(made({"one": wait}))


def test_shipped_trees_move() -> None:
    for path in sorted(TREES.glob("*.toml")):
        if path.stem not in ("facts", "parameters") and "." not in path.stem:
            found = open_tree(str(path)).tree
            assert found is not None
            moved(found)


@settings(max_examples=12, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.integers(0, 2**32))
def test_a_plan_names_what_records_name(tree: Tree, seed: int) -> None:
    made_plan = pickle.loads(pickle.dumps(plan(tree, NOW)))
    assert (made_plan.version, made_plan.logic) == (tree.version, tree.logic)
    assert made_plan.fact_defs == tree.facts
    for row in rows_for(tree, random.Random(seed), 20):
        record = advance(tree, complete(tree.facts, row, NOW), NOW, possible=False)
        if record.outcome:
            assert made_plan.titles[record.outcome] == record.title
            assert made_plan.verdicts[record.outcome] == record.verdict


def test_inner_outcomes_have_titles() -> None:
    inner = {
        "id": "inner",
        "title": "Inner",
        "start": "ask",
        "facts": {"x": TYPES["x"]},
        "nodes": ladder("x", 3),
        "outcomes": {end: {"title": end.upper()} for end in ("high", "mid")},
    }
    inner["start"] = "step"
    tree = made({"call": {"tree": "inner"}}, {"inner": inner}, outcomes={}, facts={"x": TYPES["x"]})
    assert plan(tree, NOW).titles == {"call/high": "HIGH", "call/mid": "MID"}


LIGHT = """
import pickle, sys
from abm_tree.batch.kernel import Runner
from abm_tree.batch.columns import Column
import numpy as np
plan = pickle.loads(sys.stdin.buffer.read())
columns = {"x": Column("float", np.array([1.0, 5.0, np.nan])), "n": Column("int", np.array([1, 2, 9]))}
found = Runner(plan).run(columns, 3)
print([found.outcome_of(row) or found.needs_of(row) for row in range(3)], found.asked)
heavy = {"pydantic", "networkx", "tomllib", "abm_tree.feel.grammar", "abm_tree.feel.interpret",
         "abm_tree.tree.parts", "abm_tree.tree.load", "abm_tree.walk.advance", "abm_tree.batch.build"}
print(sorted(heavy & set(sys.modules)))
print("stale" if plan.fact_defs["old"].stale_after else "", "networkx" in sys.modules)
"""


def test_a_ready_plan_runs_without_the_tree() -> None:
    tree = made(
        {
            "one": {"decide": "x", "branches": [{"when": "< 3", "to": "low"}, {"when": ">= 3", "to": "two"}]},
            "two": {"branches": [{"if": 'n * 2 > x + 1 or words = "y"', "to": "high"}], "otherwise": "mid"},
        }
    )
    done = subprocess.run(
        [sys.executable, "-c", LIGHT],
        input=pickle.dumps(plan(tree, NOW)),
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.decode().split("\n")[:3] == ["['low', 'words', 'x'] 0", "[]", "stale False"], done


def test_a_plan_keeps_money_exact() -> None:
    tree = made(ladder("price", Decimal("0.1"), Decimal("0.01")))
    again = pickle.loads(pickle.dumps(plan(tree, NOW)))
    assert again.coders["price"].points == (Decimal("0.01"), Decimal("0.1"))
