"""A runner is called with one block after another: how rows are cut, and in which order, changes nothing."""

from __future__ import annotations

import random
import threading
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from held import NOW, column_of, hold, rows_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_edges import TYPES, both, column, made

from generated import trees  # isort: skip
from abm_tree.batch import build, kernel, walker
from abm_tree.batch import possible as possibly
from abm_tree.batch.columns import Column
from abm_tree.batch.kernel import Runner
from abm_tree.batch.plan import Plan, plan
from abm_tree.batch.results import Results
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Tree

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def said(found: Results) -> list[tuple[Any, ...]]:
    """What each row came to, as values."""
    return [
        (
            found.status_of(row),
            found.outcome_of(row),
            found.needs_of(row),
            found.error_of(row),
            found.path_of(row),
            bool(found.rested[row]),
            found.possible_of(row),
            {key: repr(value) for key, value in found.sets_of(row).items()},
        )
        for row in range(len(found))
    ]


def cuts(dice: random.Random, rows: int) -> list[tuple[int, int]]:
    """Somehow cut."""
    ends = sorted({0, rows, *(dice.randrange(rows + 1) for _ in range(dice.randrange(6)))})
    return list(pairwise(ends))


@settings(max_examples=8, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.integers(0, 2**32))
def test_how_rows_are_cut_and_ordered_changes_nothing(tree: Tree, seed: int) -> None:
    dice = random.Random(seed)
    rows = rows_for(tree, dice, 60)
    columns = {key: column_of(fact, [row.get(key) for row in rows], dice) for key, fact in tree.facts.items()}
    made_plan = plan(tree, NOW)
    whole = said(Runner(made_plan).run(columns, 60, possible=True))
    parts = cuts(dice, 60)
    dice.shuffle(parts)
    runners = [Runner(made_plan, block=dice.choice((1, 7, 16, 2**15))) for _ in range(2)]
    for start, stop in parts:
        some = {key: column.part(start, stop) for key, column in columns.items()}
        assert said(dice.choice(runners).run(some, stop - start, possible=True)) == whole[start:stop]


ASKED = {
    "one": {"branches": [{"if": "floor(price) = 3", "to": "two"}], "otherwise": "low", "unknown": "two"},
    "two": {"decide": "score.s", "branches": [{"when": "< n", "to": "high"}], "otherwise": "mid"},
}
POINTS = [{"add": 3, "if": "x > 1"}, {"of": "pick", "is": {"a": 1, "b": 2}}, {"add": "n", "min": 0, "max": 5}]


def asking() -> tuple[Plan, dict[str, Column]]:
    """A tree that asks the interpreter much, and rows for it."""
    dice = random.Random(3)
    prices = column([dice.choice((Decimal(dice.randrange(400)) / 100, ...)) for _ in range(400)])
    xs = np.array([dice.choice((0.5, 2.0, np.nan)) for _ in range(400)])
    numbers = Column("int", np.array([dice.randrange(9) for _ in range(400)]))
    tree = made(ASKED, scores={"s": {"points": POINTS}})
    return plan(tree, NOW), {"price": prices, "x": Column("float", xs), "n": numbers}


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    made_plan, columns = asking()
    whole = Runner(made_plan).run(columns, 400, possible=True)
    again = Runner(made_plan)
    first, second = again.run(columns, 400), again.run(columns, 400)
    assert first.asked > 100
    assert second.asked == 0
    for module in (kernel, possibly):
        monkeypatch.setattr(module, "MEMO", 10)
    runner = Runner(made_plan, block=16)
    for _ in range(3):
        assert said(runner.run(columns, 400, possible=True)) == said(whole)
        assert len(runner._memo) < 10 + 2 * 16


def test_strays_among_rows_that_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "FEW", 0)
    wholes = {"add": "n", "min": 0, "max": 5}
    tree = made(
        {
            "one": {"decide": "pick", "branches": [{"is": "a", "to": "two"}], "otherwise": "low"},
            "two": {
                "decide": "score.s",
                "branches": [{"at_least": 3, "to": "high"}, {"below": True, "to": "mid"}],
            },
        },
        scores={"s": {"points": [wholes]}},
    )
    picks = ["b", ..., "a", "a", "b", ...]
    both(tree, {"pick": (picks, "codes"), "n": ([2.5, 1.0, float("nan"), 0.5, 3.0, 9.0], "float")})


def test_errors_are_told_anew_by_each_call() -> None:
    tree = made({"one": {"decide": "price", "branches": [{"when": "< 1", "to": "low"}]}})
    runner = Runner(plan(tree, NOW))
    texts = set()
    for at in range(2, 30):
        found = runner.run({"price": column([Decimal(at), Decimal(0)])}, 2)
        assert len(found.errors) == 1
        texts.add(found.error_of(0))
    assert len(texts) == 28


def test_two_runners_at_once() -> None:
    made_plan, columns = asking()
    expected = said(Runner(made_plan).run(columns, 400, possible=True))
    found: dict[int, list[Any]] = {}

    def work(at: int) -> None:
        runner = Runner(made_plan, block=64)
        found[at] = [said(runner.run(columns, 400, possible=True)) for _ in range(3)]

    threads = [threading.Thread(target=work, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one == expected for at in range(2) for one in found[at])


def test_columns_differ_in_length() -> None:
    made_plan, columns = asking()
    with pytest.raises(ValueError, match="length"):
        Runner(made_plan).run(columns, 399)


@pytest.mark.parametrize("widest", [1, 30, 2**13])
def test_any_first_step(widest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walker, "WIDEST", widest)
    monkeypatch.setattr(walker, "FEW", 1.0)
    nodes: dict[str, Any] = {}
    for at in range(40):
        after = f"n{at + 1}" if at < 39 else "high"
        fact = ("pick", "loose", "x", "n")[at % 4]
        if at % 4 < 2:
            nodes[f"n{at}"] = {"decide": fact, "branches": [{"is": "a", "to": after}], "otherwise": "mid"}
        else:
            tests = [{"when": f"> {at}", "to": after}, {"when": f"<= {at}", "to": "low"}]
            nodes[f"n{at}"] = {"decide": fact, "branches": tests}
        nodes[f"n{at}"]["unknown"] = after
    dice = random.Random(1)
    both(
        made(nodes),
        {
            "pick": ([dice.choice(("a", "a", "a", "b", ...)) for _ in range(300)], "codes"),
            "loose": ([dice.choice(("a", "a", "z", ...)) for _ in range(300)], "codes"),
            "x": ([dice.choice((float(dice.randrange(50)), float("nan"))) for _ in range(300)], "float"),
            "n": ([dice.choice((dice.randrange(60), ...)) for _ in range(300)], "int"),
        },
    )


@pytest.mark.parametrize("low", [-40, 1, 70_000])
def test_many_steps_in_every_form(low: int) -> None:
    cuts = [low + 3 * at for at in range(60)]
    for key, form in (("x", "float"), ("n", "int"), ("n", "float"), ("price", "codes")):
        steps = [{"at_least": cut, "to": ("high", "mid", "low")[at % 3]} for at, cut in enumerate(cuts[::-1])]
        tree = made({"one": {"decide": key, "branches": [*steps, {"below": True, "to": "lost"}]}})
        near = [cut + more for cut in cuts for more in (-1, 0, 1)]
        extreme = [low - 10**6, low + 10**6, 0, -1, 2**53, -(2**62)]
        values: list[Any] = [*near, *extreme, ...]
        if form == "float":
            half = [cut + 0.5 for cut in cuts] if key == "x" else []
            beside = [float(np.nextafter(cut, side)) for cut in cuts for side in (-np.inf, np.inf)]
            values = [*map(float, near), *map(float, extreme), 1e300, -1e300, float("nan"), *half]
            values += beside if key == "x" else []
        elif form == "codes":
            values = [value if value is ... else Decimal(value) for value in values]
        both(tree, {key: (values, form)})


INNER = {
    "id": "inner",
    "title": "Inner",
    "start": "look",
    "facts": {key: TYPES[key] for key in ("x", "n")},
    "nodes": {
        "look": {
            "decide": "x",
            "branches": [
                {"at_least": 5, "to": "good"},
                {"at_least": 2, "to": "fair"},
                {"below": True, "to": "bad"},
            ],
        }
    },
    "outcomes": {
        "good": {"title": "Good", "set": {"grade": "a"}, "compute": {"mark": "n + 1"}},
        "fair": {"title": "Fair", "set": {"grade": "a", "mark": 3}},
        "bad": {"title": "Bad", "set": {"grade": "b"}},
    },
}


def test_what_several_ways_establish_may_be_anything() -> None:
    grade = {"type": "choice", "choices": {"a": "A", "b": "B"}}
    shared = {"grade": grade, "mark": {"type": "integer"}}
    inner = INNER | {"facts": INNER["facts"] | shared}  # type: ignore[operator]
    nodes = {
        "call": {
            "tree": "inner",
            "branches": [{"is": ["good", "fair", "bad"], "to": "see"}],
            "unknown": "see",
        },
        "see": {
            "decide": "grade",
            "branches": [{"is": "a", "to": "count"}, {"is": "b", "to": "low"}],
            "unknown": "lost",
        },
        "count": {
            "decide": "mark",
            "branches": [{"when": "< 4", "to": "mid"}, {"when": ">= 4", "to": "high"}],
            "unknown": "flag",
        },
        "flag": {"decide": "yes", "branches": [{"is": True, "to": "high"}], "otherwise": "low"},
    }
    tree = made(nodes, {"inner": inner}, facts=TYPES | shared)
    dice = random.Random(2)
    rows: list[Any] = []
    for _ in range(300):
        row: dict[str, Any] = {}
        for key, values in (("x", (1, 3, 7)), ("n", (1, 2, 3, 4)), ("yes", (True, False))):
            if dice.random() < 0.6:
                value = dice.choice(values)
                row[key] = Known(value if key == "yes" else Decimal(value))
        rows.append(row)
    columns = {
        key: column_of(tree.facts[key], [row.get(key) for row in rows], dice) for key in ("x", "n", "yes")
    }
    hold(tree, rows, columns, 41)


def test_scores_by_their_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "FEW", 0)
    for complete in (False, True):
        nodes = {
            "one": {
                "decide": "score.s",
                "branches": [
                    {"at_least": 6, "to": "high"},
                    {"at_least": 3, "to": "mid"},
                    {"below": True, "to": "two"},
                ],
            },
            "two": {
                "branches": [{"if": "score.s > 1 and yes", "to": "low"}],
                "otherwise": "lost",
                "unknown": "mid",
            },
        }
        points = [*POINTS, {"add": 2, "if": "x / n > 1"}]
        tree = made(nodes, scores={"s": {"points": points, "complete": complete}})
        dice = random.Random(4)
        both(
            tree,
            {
                "x": ([dice.choice((0.5, 2.0, float("nan"), None)) for _ in range(300)], "float"),
                "n": ([dice.choice((0, 1, 4, 9, ...)) for _ in range(300)], "int"),
                "pick": ([dice.choice(("a", "b", "c", ...)) for _ in range(300)], "codes"),
                "yes": ([dice.choice((True, False, None, ...)) for _ in range(300)], "bool"),
            },
        )


def test_more_ways_than_bits() -> None:
    picks = {f"p{at}": f"P{at}" for at in range(40)}
    branches = [{"is": name, "to": ("high", "mid", "low")[at % 3]} for at, name in enumerate(picks)]
    facts = TYPES | {"many": {"type": "choice", "ask": "Many?", "choices": picks}}
    tree = made({"one": {"decide": "many", "branches": branches, "unknown": "lost"}}, facts=facts)
    both(tree, {"many": ([*picks, ..., "other"], "codes")})


def test_columns_may_have_another_table_of_values_in_each_call() -> None:
    # What the interpreter said is kept for the next call: by the value, not by its place in a table.
    tree = made(
        {
            "start": {
                "branches": [{"if": 'ends with(upper case(words), "X")', "to": "high"}],
                "otherwise": "low",
                "unknown": "lost",
            }
        }
    )
    runner = Runner(plan(tree, NOW))
    found = []
    for word in ("ax", "ay", "bx"):
        column_now = Column("codes", np.zeros(3, dtype=np.int32), (word,))
        found.append(runner.run({"words": column_now}, 3).outcome_of(2))
    assert found == ["high", "low", "high"]
