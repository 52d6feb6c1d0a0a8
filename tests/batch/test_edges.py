"""The edges where columns could come to another answer than the interpreter, one by one."""

from __future__ import annotations

import pickle
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from held import NOW, hold

from generated import load_data  # isort: skip
from abm_tree.batch import plan as planning
from abm_tree.batch.columns import Column
from abm_tree.batch.kernel import run
from abm_tree.batch.plan import plan
from abm_tree.feel import Date
from abm_tree.feel.calendar import day_number
from abm_tree.source import has_errors
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.parts import Tree

State = Known | Unknown
TYPES = {
    "x": {"type": "number", "ask": "X?", "none": "None"},
    "y": {"type": "number", "ask": "Y?"},
    "n": {"type": "integer", "ask": "N?"},
    "price": {"type": "money", "currency": "EUR", "ask": "Price?"},
    "pick": {"type": "choice", "ask": "Pick?", "choices": {"a": "A", "b": "B", "c": "C"}},
    "loose": {"type": "choice", "ask": "Loose?", "choices": {"a": "A", "b": "B"}, "open": True},
    "words": {"type": "text", "ask": "Words?"},
    "yes": {"type": "boolean", "ask": "Yes?", "none": "Neither"},
    "on": {"type": "date", "ask": "On?", "none": "Never"},
    "old": {"type": "integer", "ask": "Old?", "stale_after": "P40D"},
    "tags": {"type": "list", "ask": "Tags?", "choices": {"a": "A", "b": "B", "c": "C"}},
}
ENDS = ("low", "mid", "high", "lost")


def made(nodes: dict[str, Any], others: dict[str, Any] | None = None, **more: Any) -> Tree:
    """A tree over the facts above."""
    data = {
        "id": "main",
        "title": "Main",
        "start": next(iter(nodes)),
        "facts": TYPES,
        "nodes": nodes,
        "outcomes": {end: {"title": end} for end in ENDS},
    } | more
    tree, findings = load_data(data, others or {})
    bad = [one for one in findings if one.code not in ("orphan", "overlap")]
    assert not has_errors(bad), bad
    assert tree.revision, findings
    return tree


def column(values: list[Any], kind: str = "codes") -> Column:
    """A column of known values; ... is unknown."""
    known = np.array([value is not ... for value in values])
    none = np.array([value is None for value in values])
    if kind == "codes":
        table = tuple(dict.fromkeys(value for value in values if value is not ...))
        data = [table.index(value) if value is not ... else -1 for value in values]
        return Column("codes", np.array(data, dtype=np.int32), table)
    plain = [0 if value is ... or value is None else value for value in values]
    if kind == "days":
        plain = [day_number(value) if isinstance(value, Date) else value for value in plain]
    types = {"int": np.int64, "float": np.float64, "bool": bool, "days": np.int64}
    return Column(kind, np.array(plain, dtype=types[kind]), (), known, none)


def both(tree: Tree, columns: dict[str, tuple[list[Any], str]]) -> Any:
    """Hold columns against the interpreter; values as columns take them."""
    count = len(next(iter(columns.values()))[0])
    rows: list[dict[str, State]] = [{} for _ in range(count)]
    for key, (values, _) in columns.items():
        for row, value in zip(rows, values, strict=True):
            if value is not ... and value == value:
                row[key] = Known(value)
    return hold(tree, rows, {key: column(values, kind) for key, (values, kind) in columns.items()}, 3)


def ladder(fact: str, *steps: Any, **more: Any) -> dict[str, Any]:
    ends = ["high", "mid", "low"]
    branches = [{"at_least": step, "to": end} for step, end in zip(steps, ends, strict=False)]
    branches.append({"below": True, "to": ends[len(steps)]})
    return {"step": {"decide": fact, "branches": branches} | more}


def test_decimals_at_a_cut_point() -> None:
    tree = made(ladder("x", Decimal("0.3"), Decimal("0.1")))
    floats = [0.1 + 0.2, 0.3, 0.1, float(np.nextafter(0.1, 0)), float(np.nextafter(0.3, 1)), -0.0, 5e-324]
    found = both(tree, {"x": ([*floats, float("nan"), ..., None], "float")})
    assert [found.outcome_of(row) for row in range(7)] == ["high", "high", "mid", "low", "high", "low", "low"]
    assert found.needs_of(7) == "x"
    exact = made(ladder("x", Decimal("0.30000000000000001"), Decimal("0.3")))
    found = both(exact, {"x": ([0.3, 0.1 + 0.2, 0.29999999999999993], "float")})
    assert [found.outcome_of(row) for row in range(3)] == ["mid", "high", "low"]


def test_money_of_seventeen_digits() -> None:
    cut = Decimal("123456789012345.67")
    tree = made(ladder("price", cut, Decimal("123456789012345.66")))
    cents = [cut, cut - Decimal("0.01"), cut - Decimal("0.02"), cut + Decimal("0.001"), Decimal("1E+25"), ...]
    found = both(tree, {"price": (cents, "codes")})
    assert [found.outcome_of(row) for row in range(5)] == ["high", "mid", "low", "high", "high"]


def test_whole_numbers_beyond_what_a_float_holds() -> None:
    edge = 2**53
    tree = made(ladder("n", edge + 1, edge))
    numbers = [edge + 1, edge, edge - 1, edge + 2, 2**63 - 1, -(2**63), 0]
    found = both(tree, {"n": ([*map(Decimal, numbers)], "codes")})
    same = run(plan(tree, NOW), {"n": Column("int", np.array(numbers, dtype=np.int64))})
    assert [found.outcome_of(row) for row in range(7)] == [same.outcome_of(row) for row in range(7)]
    assert found.outcome_of(1) == "mid"
    half = made(ladder("n", Decimal("2.5"), Decimal("-1E+30")))
    both(half, {"n": ([Decimal(2), Decimal(3), Decimal(-3)], "codes")})
    found = run(plan(half, NOW), {"n": Column("int", np.array([2, 3, -3]))})
    assert [found.outcome_of(row) for row in range(3)] == ["mid", "high", "mid"]
    both(made(ladder("n", Decimal("1E+30"))), {"n": ([1, 2**62], "int")})


def test_whole_numbers_in_other_forms() -> None:
    tree = made(ladder("n", 3, 2), scores={"s": {"points": [{"add": "n", "min": 0, "max": 5}]}})
    both(tree, {"n": ([1.0, 2.0, 2.5, 3.0, float("nan")], "float")})
    scored = made(
        {
            "step": {
                "decide": "score.s",
                "branches": [{"at_least": 3, "to": "high"}, {"below": True, "to": "low"}],
            }
        },
        scores={"s": {"points": [{"add": "n", "min": 0, "max": 5}]}},
    )
    # 2.5 is no whole number: a stray, whose row the interpreter decides.
    found = both(scored, {"n": ([1.0, 2.5, 3.0, 99.0, -7.0, ...], "float")})
    assert found.outcome_of(3) == "high"


def test_choices_text_flags_and_null() -> None:
    nodes = {
        "one": {"decide": "pick", "branches": [{"is": ["a", "b"], "to": "two"}], "otherwise": "four"},
        "two": {
            "decide": "loose",
            "branches": [{"is": "a", "to": "three"}, {"is": "b", "to": "low"}],
            "otherwise": "mid",
        },
        "three": {
            "decide": "words",
            "branches": [{"when": '< "m"', "to": "low"}, {"when": '"m", "Ä"', "to": "high"}],
            "otherwise": "four",
        },
        "four": {"decide": "yes", "branches": [{"is": True, "to": "high"}, {"is": False, "to": "low"}]},
    }
    tree = made(nodes)
    count = 200
    both(
        tree,
        {
            "pick": ([("a", "b", "c", "a", "z", ...)[row % 6] for row in range(count)], "codes"),
            "loose": ([("a", "b", "other", "A", ...)[row % 5] for row in range(count)], "codes"),
            "words": (
                [("", "m", "m\0", "M", "l\uffff", "Ä", "z", ...)[row % 8] for row in range(count)],
                "codes",
            ),
            "yes": ([(True, False, None, ...)[row % 4] for row in range(count)], "bool"),
        },
    )
    found = both(made({"four": nodes["four"]}), {"yes": ([True, False, None, ...], "codes")})
    assert found.error_of(2) == "`yes` is null, which no branch takes, at node `four`"


def test_dates_and_waits() -> None:
    days = [
        Date(2026, 1, 31),
        Date(2026, 2, 1),
        Date(2026, 2, 19),
        Date(2026, 2, 20),
        Date(-5, 1, 1),
        None,
        ...,
    ]
    tree = made(
        {
            "one": {
                "decide": "on",
                "branches": [
                    {"when": '< @"2026-02-01"', "to": "low"},
                    {"when": '@"2026-02-19"', "to": "two"},
                ],
                "otherwise": "two",
            },
            "two": {
                "wait": {"after": "on", "for": "P1D"},
                "branches": [{"if": "on.month = 2 and on < today()", "to": "mid"}],
                "otherwise": "high",
            },
        }
    )
    both(tree, {"on": (days, "days")})
    both(tree, {"on": (days, "codes")})


def test_stale_and_later_values_are_unknown() -> None:
    tree = made(ladder("old", 3, unknown="lost"))
    dates = [None, Date(2026, 1, 10), Date(2026, 1, 11), Date(2026, 2, 20), Date(2026, 2, 21)]
    rows: list[dict[str, State]] = [{"old": Known(Decimal(5), "given", date)} for date in dates]
    known = np.array([date is not None for date in dates])
    numbers = np.array([0 if date is None else day_number(date) for date in dates])
    aged = Column("int", np.full(5, 5), dated=Column("days", numbers, known=known))
    found = hold(tree, rows, {"old": aged}, 2)
    assert [found.outcome_of(row) for row in range(5)] == ["high", "lost", "high", "high", "lost"]


def test_lists_and_what_is_computed_with() -> None:
    nodes = {
        "one": {
            "decide": "tags",
            "branches": [{"when": 'list contains(?, "a")', "to": "two"}],
            "otherwise": "three",
        },
        "two": {
            "branches": [{"if": "x / y > 2", "to": "high"}, {"if": "x > y", "to": "mid"}],
            "otherwise": "low",
        },
        "three": {
            "decide": "x + y",
            "branches": [{"when": "> 1", "to": "high"}, {"when": "<= 1", "to": "low"}],
        },
    }
    columns = {
        "tags": ([(("a", "b"), (), ("c",), ...)[row % 4] for row in range(60)], "codes"),
        "x": ([(0.1, 0.3, 7.0, -1.0, float("nan"))[row % 5] for row in range(60)], "float"),
        "y": ([(0.2, 0.0, 3.5)[row % 3] for row in range(60)], "float"),
    }
    found = both(made(nodes), columns)
    # 7 / 0 is null out of known facts: an error, and the way on for nobody's knowledge where there is one.
    assert any("comes to null out of known facts" in found.error_of(row) for row in range(60))
    nodes["two"]["unknown"] = "lost"
    both(made(nodes), columns)


def test_two_branches_that_both_hold_and_values_that_none_takes() -> None:
    tree = made(
        {
            "one": {
                "decide": "x",
                "branches": [{"when": "< 5", "to": "low"}, {"when": "[cut..10]", "to": "high"}],
            }
        },
        parameters={"cut": {"value": {"a": 4, "b": 5, "c": 6}, "by": "pick"}},
    )
    picks = [("a", "b", "c", ...)[row // 6 % 4] for row in range(24)]
    numbers = [(3.0, 4.0, 4.5, 5.5, 12.25, None)[row % 6] for row in range(24)]
    found = both(tree, {"x": (numbers, "float"), "pick": (picks, "codes")})
    assert found.error_of(1).endswith("both take 4; branches must not overlap, at node `one`")
    assert found.error_of(4) == "No branch takes 12.25, at node `one`"


def test_scores_with_unknown_parts() -> None:
    points = [{"add": 40, "if": "x >= 10"}, {"of": "pick", "is": {"a": 30, "b": -5}}, {"add": 7, "if": "yes"}]
    tree = made(
        {
            "one": {
                "decide": "score.s",
                "branches": [
                    {"at_least": 60, "to": "high"},
                    {"at_least": 30, "to": "two"},
                    {"below": True, "to": "low"},
                ],
            },
            "two": {
                "branches": [{"if": "score.s > 45", "to": "high"}],
                "otherwise": "mid",
                "unknown": "lost",
            },
        },
        scores={"s": {"points": points}},
    )
    both(
        tree,
        {
            "x": ([(9.0, 10.0, float("nan"))[row % 3] for row in range(48)], "float"),
            "pick": ([("a", "b", "c", ...)[row // 3 % 4] for row in range(48)], "codes"),
            "yes": ([(True, False, None, ...)[row // 12] for row in range(48)], "bool"),
        },
    )


@pytest.mark.slow
def test_long_scores_are_asked_once_for_each_sum() -> None:
    facts = {f"f{at}": {"type": "boolean", "ask": "?", "none": "-"} for at in range(14)}
    points = [{"add": Decimal("2.5") if at else 0, "if": name} for at, name in enumerate(facts)]
    points.append({"of": "pick", "is": {"a": -3, "b": Decimal("0.25")}})
    nodes = {
        "one": {
            "decide": "score.s",
            "branches": [
                {"at_least": 30, "to": "high"},
                {"at_least": 5, "to": "two"},
                {"below": True, "to": "low"},
            ],
        },
        "two": {
            "branches": [{"if": 'score.s > 22 and words = "x"', "to": "high"}, {"if": "yes", "to": "mid"}],
            "otherwise": "low",
        },
    }
    tree = made(nodes, facts=TYPES | facts, scores={"s": {"points": points}})
    dice = random.Random(3)
    values = {
        name: ([dice.choice((True, True, False, None, ...)) for _ in range(600)], "bool") for name in facts
    }
    values["pick"] = ([dice.choice(("a", "b", "c", ...)) for _ in range(600)], "codes")
    values["words"] = ([dice.choice(("x", "y", ...)) for _ in range(600)], "codes")
    values["yes"] = ([dice.choice((True, False, ...)) for _ in range(600)], "bool")
    # The same rows without the fact whose points are 0: as good a sum, but another fact keeps it open.
    values = {name: (one + one, kind) for name, (one, kind) in values.items()}
    values["f0"] = (values["f0"][0][:600] + [...] * 600, "bool")
    assert {note.by for note in plan(tree, NOW).notes} == {"interpreter"}
    both(tree, values)
    sure = {name: ([row >> at & 1 == 1 for row in range(2**14)], "bool") for at, name in enumerate(facts)}
    columns = {name: column(*one) for name, one in sure.items()} | {"pick": column(["c"] * 2**14)}
    assert run(plan(tree, NOW), columns).asked < 500


def test_too_many_combinations_go_to_the_interpreter_once_each() -> None:
    names = [f"f{at}" for at in range(14)]
    facts = {name: {"type": "boolean", "ask": "?"} for name in names}
    odd = " != ".join(names)
    tree = made({"one": {"branches": [{"if": odd, "to": "high"}], "otherwise": "low"}}, facts=TYPES | facts)
    values = {name: ([row >> at & 1 == 1 for row in range(300)], "bool") for at, name in enumerate(names)}
    assert {note.by for note in plan(tree, NOW).notes} == {"interpreter"}
    found = both(tree, values)
    assert found.asked == 300


def test_numbers_computed_from_facts() -> None:
    nodes = {
        "one": {
            "decide": "ratio",
            "branches": [
                {"when": "< 0.5", "to": "low"},
                {"when": "[0.5..2]", "to": "two"},
                {"when": "> 2", "to": "three"},
            ],
            "unknown": "three",
        },
        "two": {
            "branches": [{"if": "price * 3 = x + cut", "to": "high"}, {"if": "x = y", "to": "mid"}],
            "otherwise": "three",
            "unknown": "lost",
        },
        "three": {
            "branches": [{"if": "-(n - 4) * 2 in [1..6]", "to": "mid"}, {"if": "n / old >= x", "to": "low"}],
            "otherwise": "lost",
        },
    }
    tree = made(
        nodes,
        derived={"ratio": "x / y"},
        parameters={"cut": {"value": Decimal("0.6"), "unit": "x", "kind": "judgement", "source": "made up"}},
    )
    assert {note.by for note in plan(tree, NOW).notes} == {"columns"}
    dice = random.Random(5)
    numbers = [
        0.1,
        0.2,
        0.3,
        0.6,
        1.0,
        0.0,
        -0.0,
        3.0,
        1e308,
        5e-324,
        -7.25,
        float("nan"),
        0.30000000000000004,
    ]
    money = [
        Decimal("0.3"),
        Decimal("0.1"),
        Decimal("0"),
        Decimal("0.2999999999999999999999"),
        Decimal("1E+25"),
        ...,
    ]
    wholes = [1, 2, 3, 4, 0, -5, 2**53 + 1, 2**62, -(2**63)]
    count = 3_000
    found = both(
        tree,
        {
            "x": ([dice.choice(numbers) for _ in range(count)], "float"),
            "y": ([dice.choice(numbers) for _ in range(count)], "float"),
            "price": ([dice.choice(money) for _ in range(count)], "codes"),
            "n": ([dice.choice(wholes) for _ in range(count)], "int"),
            "old": ([dice.choice([*wholes, None, ...]) for _ in range(count)], "int"),
        },
    )
    assert {found.status_of(row) for row in range(count)} == {"decided", "needs", "error"}


def test_sums_of_floats_are_sums_of_their_decimals() -> None:
    nodes = {"one": {"branches": [{"if": "x + y = 0.3", "to": "high"}], "otherwise": "two"}}
    nodes["two"] = {
        "decide": "x * y - 0.02",
        "branches": [{"at_least": 0, "to": "mid"}, {"below": True, "to": "low"}],
    }
    found = both(made(nodes), {"x": ([0.1, 0.1, 0.2, 0.7], "float"), "y": ([0.2, 0.3, 0.2, 0.1], "float")})
    assert [found.outcome_of(row) for row in range(4)] == ["high", "mid", "mid", "mid"]
    both(
        made({"one": {"branches": [{"if": "price - x = y", "to": "high"}], "otherwise": "low"}}),
        {
            "price": ([Decimal("0.3"), Decimal("1.1"), Decimal("0.8")], "codes"),
            "x": ([0.1, 1.0, 0.7], "float"),
            "y": ([0.2, 0.1, 0.1], "float"),
        },
    )


def test_whole_sums_beyond_what_a_float_holds() -> None:
    tree = made({"one": {"branches": [{"if": "n = old + 1", "to": "high"}], "otherwise": "low"}})
    edge = 2**53
    found = both(
        tree, {"n": ([edge, edge + 1, edge, edge - 1], "int"), "old": ([edge, edge, edge - 1, 7], "int")}
    )
    assert [found.outcome_of(row) for row in range(4)] == ["low", "high", "high", "low"]


def test_dated_columns_in_both_forms() -> None:
    dates = [Date(2026, 1, day) for day in (9, 10, 11, 12)] + [Date(1900, 1, 1), Date(2026, 2, 21)]
    for more in ({}, {"stale_after": "P1M"}, {"stale_after": "P40D"}):
        kind = {"old": {"type": "integer", "ask": "Old?"} | more}
        tree = made(ladder("old", 3, unknown="lost"), facts=TYPES | kind)
        rows: list[dict[str, State]] = [{"old": Known(Decimal(5), "given", date)} for date in dates]
        data = np.full(len(dates), 5)
        for dated in (column(dates, "days"), column(dates)):
            hold(tree, rows, {"old": Column("int", data, dated=dated)}, 4)


def test_null_is_equal_to_null_but_has_no_order() -> None:
    for sign in ("=", "!=", "<", ">="):
        tree = made(
            {
                "one": {
                    "branches": [{"if": f"x {sign} old", "to": "high"}],
                    "otherwise": "low",
                    "unknown": "lost",
                }
            }
        )
        both(
            tree,
            {"x": ([1.0, None, 1.0, None, float("nan")], "float"), "old": ([1, None, None, 1, None], "int")},
        )


def test_a_tree_without_numbers_for_its_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abm_tree.space.paths.MAX_SPOTS", 0)
    tree = made(ladder("x", 3))
    assert plan(tree, NOW).table is None
    found = both(tree, {"x": ([1.0, 3.0, 3.0, float("nan"), None], "float")})
    assert found.asked == 4  # in blocks of three rows
    assert found.path_of(0) is None


def test_paths_beyond_int64() -> None:
    nodes = {}
    for at in range(150):
        after = f"n{at + 1}" if at < 149 else "high"
        nodes[f"n{at}"] = {
            "decide": "pick",
            "branches": [{"is": "a", "to": after}, {"is": "b", "to": after}],
            "otherwise": after,
        }
    tree = made(nodes)
    found = both(tree, {"pick": (["a", "b", "c", ...], "codes")})
    assert plan(tree, NOW).ways > 2**200  # type: ignore[operator]
    assert found.path_of(1) not in (0, found.path_of(2))


def test_no_rows_and_no_columns() -> None:
    small = made(ladder("x", 1))
    assert len(run(plan(small, NOW), {}, 0)) == 0
    found = run(plan(small, NOW), {}, 2)
    assert [found.needs_of(row) for row in range(2)] == ["x", "x"]


def test_a_plan_says_what_is_done_and_why() -> None:
    nodes = {
        "one": {"branches": [{"if": 'x / y > 2 and pick = "a"', "to": "two"}], "otherwise": "low"},
        "two": {"branches": [{"if": "floor(x) = 3", "to": "high"}], "otherwise": "mid"},
    }
    lines = plan(made(nodes), NOW).explain()
    why = "values of facts are computed with, or compared with each other"
    assert lines[1:] == [
        "11 ways",
        "3 coded facts, 6 table rows, 20 entries",
        "  x: 3 codes",
        "  pick: 5 codes",
        "  computed: (x / y): 7 codes",
        f"  two: the interpreter, once for each combination: {why}",
    ]


def test_a_plan_loads_its_tree_anew_where_it_comes_from_elsewhere() -> None:
    cut = Decimal("12345678901234567.89")
    tree = made(
        {"one": {"decide": "floor(price)", "branches": [{"when": "< cut", "to": "low"}]}},
        parameters={"cut": {"value": cut, "unit": "EUR", "kind": "judgement", "source": "made up"}},
    )
    sent = pickle.dumps(plan(tree, NOW))
    planning._LOADED.clear()
    prices = column([cut - 1, cut + 1, Decimal("1E+25"), ...])
    found = run(pickle.loads(sent), {"price": prices})
    assert found.outcome_of(0) == "low"
    assert found.error_of(2) == "No branch takes 10000000000000000000000000, at node `one`"
    assert found.needs_of(3) == "price"


def test_a_tree_with_mistakes_has_no_plan() -> None:
    tree = made(ladder("x", 3))
    with pytest.raises(ValueError, match="mistakes"):
        plan(replace(tree, revision=""), NOW)


def test_infinite_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="infinite"):
        Column("float", np.array([1.0, np.inf]))
