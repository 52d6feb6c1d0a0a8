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
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from test_edges import made

from generated import PERSON, load_data, partitions, tree_data, trees  # isort: skip
from abm_tree.batch import held_kinds, held_up
from abm_tree.batch.columns import Column
from abm_tree.batch.held_kinds import Open
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
    # No row is left out, whatever values it has.
    assert looked == (whole.rows if made.table is not None and asked_of(made) else 0)
    if not looked:
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


@st.composite
def computing(draw: st.DrawFn) -> Tree:
    """A tree that begins with a number computed from facts."""
    data = draw(tree_data("main", {}))
    ways = st.sampled_from([*data["nodes"], *data["outcomes"]])
    first = {"decide": "ratio", "branches": draw(partitions(ways)), "otherwise": draw(ways)}
    data["nodes"] = {"first": first | {"unknown": draw(ways)}} | data["nodes"]
    tree, _ = load_data(data | {"start": "first"}, {"person": PERSON})
    assume(tree.revision)
    return tree


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(computing(), st.integers(0, 2**32))
def test_levers_equal_trying_where_numbers_are_computed(tree: Tree, seed: int) -> None:
    assert any(len(number.inputs) > 1 for number in plan(tree, NOW).numbers.values())
    hold(tree, random.Random(seed), 15)


YES, NO = {"is": True, "to": "high"}, {"is": False, "to": "low"}
AFTER = {
    "known": {"decide": "yes", "branches": [YES, NO], "otherwise": "lost"},
    "not": {"decide": "pick", "branches": [{"is": ["a", "b", "c"], "to": "low"}]},
}
SUM = {"derived": {"sum": "x * 3 + y * y"}}


def computed(decide: str = "sum") -> Tree:
    ways = [{"when": "<= 1000", "to": "known"}, {"when": "> 1000", "to": "known"}]
    first = {"decide": decide, "branches": ways, "unknown": "not"}
    return made({"first": first} | AFTER, **SUM)


def found_in(
    tree: Tree, columns: dict[str, Column], rows: int, *cuts: int, sample: int = 1
) -> tuple[Any, int, Open]:
    """What each fact would do in a list of several blocks: rows that it changes, and that it decides."""
    one, whole = plan(tree, NOW), Open()
    results = run(one, columns, rows)
    needs = results.status == NEEDS
    held, ones = needs | results.rested, [1] * rows
    for start, stop in zip((0, *cuts), (*cuts, rows), strict=True):
        whole.add(gathered(one, *_part(columns, held, needs, ones, slice(start, stop)), sample))
    found, looked = levers(one, whole)
    return {lever.fact: (lever.matters, lever.settles) for lever in found}, looked, whole


def numbers(values: list[int | None], kind: type = np.int64) -> Column:
    known = np.array([one is not None for one in values])
    form = "int" if kind is np.int64 else "float"
    return Column(form, np.array([one or 0 for one in values], dtype=kind), known=known)


def test_rows_with_all_facts_of_a_computed_number_are_tried_with_their_values() -> None:
    values = [*range(1, 10), None]
    columns = {"x": numbers(values), "y": numbers(values, np.float64)}
    for cuts in ((), (4,), (1, 9)):
        found, looked, _ = found_in(computed(), columns, 10, *cuts)
        assert (found, looked) == ({"yes": (9, 9), "pick": (1, 1)}, 10)


def test_rows_are_tried_with_the_text_that_a_decision_computes_with() -> None:
    texts = ("a", "bb", "ccc")
    columns = {"words": Column("codes", np.array([0, 1, 2, 2, -1], dtype=np.int32), texts)}
    found, looked, whole = found_in(computed("string length(words)"), columns, 5, 3)
    assert (found, looked) == ({"yes": (4, 4), "pick": (1, 1)}, 5)
    # Rows with one text are one, also those of another block.
    assert sorted(rows for kinds in whole.kinds() for rows in kinds.rows) == [1, 1, 1, 2]


def test_what_a_called_tree_computes_for_later_is_tried_with_its_values() -> None:
    inner = {
        "id": "inner",
        "title": "Inner",
        "start": "look",
        "nodes": {
            "look": {
                "decide": "account.kind",
                "branches": [{"is": "a", "to": "good"}],
                "otherwise": "good",
            }
        },
        "outcomes": {"good": {"title": "Good", "compute": {"account.mark": "account.size + 1"}}},
    }
    nodes = {
        "call": {"tree": "inner", "branches": [{"is": "good", "to": "see"}], "unknown": "lost"},
        "see": {
            "decide": "account.mark",
            "branches": [{"when": "< 5", "to": "low"}, {"when": ">= 5", "to": "known"}],
            "unknown": "lost",
        },
        "known": AFTER["known"],
    }
    tree = made(nodes, {"inner": inner})
    columns = {
        "account.size": numbers([1, 9, 9, None]),
        "account.kind": Column("codes", np.array([-1, 0, 0, 0], dtype=np.int32), ("a",)),
    }
    found, looked, _ = found_in(tree, columns, 4)
    # Of the size no value stands for others: 3 and 4 lead apart.
    assert (found, looked) == ({"account.kind": (1, 1), "yes": (2, 2)}, 4)


def test_of_too_many_rows_any_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    count, dice = 12_000, np.random.default_rng(1)
    # The rows whose number can be computed stand together, and each is of its own kind.
    known = np.arange(count) < count // 3
    x = Column("float", dice.random(count))
    y = Column("float", dice.random(count), known=known)
    cuts = tuple(range(500, count, 500))
    found, looked, _ = found_in(computed(), {"x": x, "y": y}, count, *cuts)
    assert (found, looked) == ({"yes": (4000, 4000), "pick": (8000, 8000)}, count)
    monkeypatch.setattr(held_kinds, "KEPT", 1000)
    monkeypatch.setattr(held_up, "TRIALS", 1000)
    found, looked, whole = found_in(computed(), {"x": x, "y": y}, count, *cuts)
    assert sum(map(len, whole.kinds())) <= 1000
    assert 200 < looked < 2000
    for fact, part in (("yes", 1 / 3), ("pick", 2 / 3)):
        assert found[fact][0] == found[fact][1] == pytest.approx(looked * part, rel=0.15)


def test_of_a_long_list_some_rows_of_each_block_are_looked_at() -> None:
    count = 12_000
    known = np.arange(count) < count // 3
    columns = {"x": Column("int", np.arange(count)), "y": Column("int", np.arange(count), known=known)}
    # Two long blocks, and many short ones.
    cuts = (3000, *range(3100, 9000, 100), 9000)
    found, looked, whole = found_in(computed(), columns, count, *cuts, sample=50)
    assert whole.share == pytest.approx(1 / 3)
    assert looked == pytest.approx(count / 3, rel=0.05)
    for fact, part in (("yes", 1 / 3), ("pick", 2 / 3)):
        assert found[fact][0] == found[fact][1] == pytest.approx(looked * part, rel=0.1)
    # Where there are few in every block, none is left out.
    found, looked, _ = found_in(computed(), columns, count, *range(500, count, 500), sample=50)
    assert (found, looked) == ({"yes": (4000, 4000), "pick": (8000, 8000)}, count)


def test_every_row_has_the_same_chance() -> None:
    rows = np.arange(10_000)
    for every in (1, 3, 7):
        taken = [held_kinds.some(rows[start:], every) for start in range(40)]
        assert [len(one) for one in taken] == pytest.approx([10_000 / every] * 40, rel=0.01)
        assert len(np.unique(np.concatenate(taken) % every)) == every
    marks = np.arange(5000, dtype=np.uint64)
    dice = held_kinds.dice(marks, 3)
    assert (dice >= 0).all()
    assert (dice < 1).all()
    assert np.histogram(dice, 10, (0, 1))[0] == pytest.approx(500, abs=80)
    assert np.corrcoef(dice, held_kinds.dice(marks, 4))[0, 1] == pytest.approx(0, abs=0.05)


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
