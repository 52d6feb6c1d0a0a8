"""What holds a list up: held against trying every value of every fact with the interpreter."""

from __future__ import annotations

import os
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from held import NOW, column_of, rows_for
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from generated import trees  # isort: skip
from abm_tree.batch.held_up import asked_of, gathered, levers
from abm_tree.batch.kernel import run
from abm_tree.batch.plan import plan
from abm_tree.batch.table import NEEDS, STATUS
from abm_tree.feel import parse_date
from abm_tree.tree.facts import Facts, Known, Unknown, as_they_count, complete, supported
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.advance import advance

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
DAYS = [parse_date(f"2026-{month:02}-{day:02}") for month in (1, 2, 3, 4) for day in (1, 10, 12, 15, 20)]


def values_of(fact: Fact) -> list[Any]:
    """So many values that every one that a generated tree tells apart is among them."""
    found: list[Any] = [None] if fact.none is not None else []
    match fact.type:
        case "choice":
            return found + list(fact.choices)
        case "boolean":
            return [*found, True, False]
        case "date":
            return found + DAYS
        case _:
            least = fact.minimum if isinstance(fact.minimum, Decimal) else Decimal(-40)
            most = fact.maximum if isinstance(fact.maximum, Decimal) else Decimal(40)
            return found + [Decimal(one) for one in range(int(least), int(most) + 1)]


def told(tree: Tree, facts: Facts) -> tuple[str, str, str, bool]:
    record = advance(tree, complete(tree.facts, facts, NOW), NOW, possible=False)
    needs = record.needs.fact if record.needs is not None else ""
    return record.status, record.outcome, needs, any(step.kind == "unknown" for step in record.trail)


def by_hand(
    tree: Tree, rows: list[dict[str, Known | Unknown]], keys: tuple[str, ...], weights: list[int]
) -> dict[str, Any]:
    """What each fact would do, tried with the interpreter."""
    settles: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    matters: Counter[str] = Counter()
    ends: dict[str, Counter[str]] = {}
    for row, heavy in zip(rows, weights, strict=True):
        whole = as_they_count(tree.facts, row, NOW)
        before = told(tree, row)
        if before[0] != "needs" and not (before[3] and before[0] != "error"):
            continue
        for key in keys:
            if isinstance(whole.get(key), Known):
                continue
            fact = tree.facts[key]
            tried = [told(tree, {**row, key: supported(fact, value)}) for value in values_of(fact)]
            if not any(one[:3] != before[:3] for one in tried):
                continue
            matters[key] += 1
            if all(one[0] == "decided" and (before[0] == "needs" or not one[3]) for one in tried):
                settles[key] += 1
                weight[key] += heavy
                ends.setdefault(key, Counter()).update({one[1] for one in tried})
    return {
        key: (settles[key], weight[key], matters[key], dict(ends.get(key, {})))
        for key in keys
        if settles[key] or matters[key]
    }


def hold(tree: Tree, dice: random.Random, count: int) -> None:
    made = plan(tree, NOW)
    rows = rows_for(tree, dice, count)
    columns = {
        key: column_of(fact, [row.get(key) for row in rows], dice)
        for key, fact in tree.facts.items()
        if any(key in row for row in rows)
    }
    weights = [dice.randrange(9) for _ in rows]
    results = run(made, columns, len(rows))
    needs = results.status == NEEDS
    held = needs | (results.rested & (results.status != STATUS.index("error")))
    cut = dice.randrange(count)
    whole = gathered(made, *_part(columns, held, needs, weights, slice(0, cut)), 1)
    whole.add(gathered(made, *_part(columns, held, needs, weights, slice(cut, count)), 1))
    assert (whole.rows, whole.needs) == (int(held.sum()), int(needs.sum()))
    found, looked = levers(made, whole)
    event(f"looked at {'all' if looked == whole.rows else 'some' if looked else 'none'} of them")
    if looked != whole.rows:
        return
    expected = by_hand(tree, rows, asked_of(made), weights)
    mine = {one.fact: (one.settles, int(one.weight), one.matters, dict(one.outcomes)) for one in found}
    assert mine == expected
    assert [one.settles for one in found] == sorted((one.settles for one in found), reverse=True)


def _part(columns: Any, held: Any, needs: Any, weights: list[int], rows: slice) -> Any:
    cut = {key: column.part(rows.start, rows.stop) for key, column in columns.items()}
    return cut, held[rows], needs[rows], np.array(weights[rows], dtype=float)


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.integers(0, 2**32))
def test_levers_equal_trying(tree: Tree, seed: int) -> None:
    hold(tree, random.Random(seed), 15)


@pytest.mark.slow
def test_levers_equal_trying_long() -> None:
    @settings(
        max_examples=int(os.environ.get("ABM_TREE_EXAMPLES", "400")),
        deadline=None,
        suppress_health_check=QUIET,
    )
    @given(trees(), st.integers(0, 2**32))
    def check(tree: Tree, seed: int) -> None:
        hold(tree, random.Random(seed), 60)

    check()
