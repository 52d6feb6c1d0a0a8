"""What next: the fact named first decides as many rows as any other, held against the interpreter."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))
sys.path.insert(0, str(Path(__file__).parents[1] / "properties"))

from held import NOW, column_of, rows_for

from generated import trees  # isort: skip
from abm_tree.batch.kernel import run
from abm_tree.batch.open_rows import OpenRows, open_rows
from abm_tree.batch.plan import plan
from abm_tree.batch.questions import asked, tried, worth
from abm_tree.feel import parse_date
from abm_tree.group.next import InTree, Question, ranked
from abm_tree.tree.facts import SUPPOSED, Known, Unknown, as_they_count
from abm_tree.tree.parts import Fact, Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.tell import value_text

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
DAYS = [parse_date(f"2026-{month:02}-{day:02}") for month in (1, 2, 3, 4) for day in (1, 10, 12, 15, 20)]
Row = dict[str, Known | Unknown]


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


def told(tree: Tree, facts: Row) -> tuple[str, str, str, bool]:
    record = advance(tree, facts, NOW, possible=False)
    needs = record.needs.fact if record.needs is not None else ""
    return record.status, record.outcome, needs, any(step.kind == "unknown" for step in record.trail)


def is_open(found: tuple[str, str, str, bool]) -> bool:
    return found[0] == "needs" or (found[0] == "decided" and found[3])


def closed(found: tuple[str, str, str, bool]) -> bool:
    return found[0] == "decided" and not found[3]


def by_hand(
    tree: Tree, rows: list[Row], weights: list[int], more: dict[str, tuple[Any, ...]]
) -> dict[str, dict[str, Any]]:
    """What each question would do, tried with the interpreter alone."""
    found: dict[str, dict[str, Any]] = {}
    for row, heavy in zip(rows, weights, strict=True):
        whole = as_they_count(tree.facts, row, NOW)
        counts = {
            key: Known(one.value, evidence=SUPPOSED) if isinstance(one, Known) else one
            for key, one in whole.items()
        }
        before = told(tree, counts)
        if not is_open(before):
            continue
        for key, fact in tree.facts.items():
            if fact.ask is None or fact.scope in ("book", "people") or isinstance(whole[key], Known):
                continue
            mine = found.setdefault(
                key,
                {"lacking": 0, "settles": 0, "weight": 0, "matters": 0, "by": Counter(), "ends": Counter()},
            )
            mine["lacking"] += 1
            came = {
                value: told(tree, {**counts, key: Known(value, evidence=SUPPOSED)})
                for value in (*values_of(fact), *more.get(key, ()))
            }
            mine["matters"] += any(one[:3] != before[:3] for one in came.values())
            mine["by"].update(value for value, one in came.items() if closed(one))
            if all(closed(one) for one in came.values()):
                mine["settles"] += 1
                mine["weight"] += heavy
                mine["ends"].update({one[1] for one in came.values()})
    return found


def hold(tree: Tree, dice: random.Random, count: int) -> None:
    made = plan(tree, NOW)
    rows = rows_for(tree, dice, count)
    columns = {
        key: column_of(fact, [row.get(key) for row in rows], dice)
        for key, fact in tree.facts.items()
        if any(key in row for row in rows)
    }
    weights = [dice.randrange(9) for _ in rows]
    gathered = OpenRows(made)
    cut = dice.randrange(count)
    for start, stop in ((0, cut), (cut, count)):
        part = {key: column.part(start, stop) for key, column in columns.items()}
        gathered.add(part, np.flatnonzero(open_rows(run(made, part, stop - start))))
    kinds, of = gathered.kinds()
    whole = open_rows(run(made, columns, count))
    assert len(of) == whole.sum()
    how_many = np.bincount(of, minlength=len(kinds)).astype(float)
    weight = np.bincount(of, weights=np.array(weights, float)[whole], minlength=len(kinds))
    found = {one.fact: (one, worth(made, one, how_many, weight)) for one in tried(made, kinds)}
    # Where not every value can be tried, far ones may leave open what near ones decide.
    more = {key: one.tries.values for key, (one, _) in found.items() if not one.tries.whole}
    expected = by_hand(tree, rows, weights, more)
    for key, hand in expected.items():
        if key not in found:  # no way looks at it
            assert (hand["settles"], hand["matters"], sum(hand["by"].values())) == (0, 0, 0), key
            continue
        one, mine = found[key]
        assert mine.lacking == hand["lacking"]
        if one.tries.whole:
            ends = dict(mine.outcomes)
            got = (mine.settles, mine.settled_weight, mine.unproven, mine.matters, ends)
            assert got == (hand["settles"], hand["weight"], 0, hand["matters"], dict(hand["ends"])), key
            if tree.facts[key].type in ("choice", "boolean") and tree.facts[key].none is None:
                by = {text: answer.decides for answer in mine.answers for text in answer.text.split(" or ")}
                labels = {value_text(tree.facts[key], value): value for value in values_of(tree.facts[key])}
                assert by == {text: hand["by"][value] for text, value in labels.items()}, key
        else:
            # Nothing is claimed; what is said may be, is no less than what is.
            assert mine.settles == 0
            assert mine.unproven >= hand["settles"]
            event("not told by codes")
    best = ranked(
        Question(key, key, "", "", "deal", parts=(InTree("main", "Main", one),))
        for key, (_, one) in found.items()
    )
    if best and best[0].settles:
        event("something is settled")
        first = expected[best[0].fact]["settles"]
        for key, hand in expected.items():
            # The promise: at least as many as any other, or it is said that this one may decide more.
            may = found[key][1].unproven if key in found else 0
            assert first >= hand["settles"] or may >= hand["settles"]
    assert set(found) <= set(asked(made))


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(trees(), st.integers(0, 2**32))
def test_the_first_question_decides_most(tree: Tree, seed: int) -> None:
    hold(tree, random.Random(seed), 12)


@pytest.mark.slow
def test_the_first_question_decides_most_long() -> None:
    @settings(
        max_examples=int(os.environ.get("ABM_TREE_EXAMPLES", "250")),
        deadline=None,
        suppress_health_check=QUIET,
    )
    @given(trees(), st.integers(0, 2**32))
    def check(tree: Tree, seed: int) -> None:
        hold(tree, random.Random(seed), 60)

    check()
