"""The batch engine in memory: milliseconds for a million rows, trees of 15, 100 and 1,000 nodes.

Twelve columns, 5 % of the values missing. Prints planning, and running warm; `computed` adds conditions over
two facts, scores and ratios. A part of the rows is held against the interpreter.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "properties"))

from generated import load_data

from abm_tree.batch.columns import Column
from abm_tree.batch.kernel import run
from abm_tree.batch.plan import plan
from abm_tree.feel import parse_date_time
from abm_tree.space.paths import Paths
from abm_tree.tree.facts import Known, complete
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance

NOW = parse_date_time("2026-11-21T09:00:00+01:00")
ROWS = 1_000_000
CHOICES = [f"c{at}" for at in range(12)]


def tree(count: int, computed: bool) -> Tree:
    """A tree of so many nodes over twelve facts."""
    dice = random.Random(count)
    facts: dict[str, Any] = {}
    for at in range(4):
        facts[f"f{at}"] = {"type": "number", "ask": "?"}
        facts[f"i{at}"] = {"type": "integer", "ask": "?"}
    for at in range(3):
        facts[f"k{at}"] = {"type": "choice", "ask": "?", "choices": {one: one.upper() for one in CHOICES}}
    facts["b0"] = {"type": "boolean", "ask": "?"}
    nodes: dict[str, Any] = {}
    for at in range(count):
        # The ways fan out like a tree's, and meet again now and then.
        later = [f"n{to}" if to < count else f"o{to % 20}" for to in (2 * at + 1, 2 * at + 2, 2 * at + 3)]
        node: dict[str, Any] = {"unknown": later[2]}
        kind = dice.randrange(7 if computed else 4)
        if kind == 0:
            cut = dice.randrange(5, 95)
            tests = [f"< {cut}", f">= {cut}"]
            node |= {"decide": f"f{dice.randrange(4)}"}
            node["branches"] = [{"when": test, "to": to} for test, to in zip(tests, later, strict=False)]
        elif kind == 1:
            low = dice.randrange(100, 900)
            node |= {"decide": f"i{dice.randrange(4)}"}
            node["branches"] = [{"at_least": low, "to": later[0]}, {"below": True, "to": later[1]}]
        elif kind == 2:
            node |= {"decide": f"k{dice.randrange(3)}", "otherwise": later[1]}
            node["branches"] = [{"is": dice.sample(CHOICES, 5), "to": later[0]}]
        elif kind == 3:
            node["decide"] = "b0"
            node["branches"] = [{"is": True, "to": later[0]}, {"is": False, "to": later[1]}]
        elif kind == 4:
            test = f'i{dice.randrange(4)} > {dice.randrange(900)} and k0 = "c{dice.randrange(12)}"'
            node |= {"otherwise": later[1], "branches": [{"if": test, "to": later[0]}]}
        elif kind == 5:
            node["decide"] = "score.fit"
            step = dice.randrange(10, 60)
            node["branches"] = [{"at_least": step, "to": later[0]}, {"below": True, "to": later[1]}]
        else:
            node["decide"] = "ratio"
            cut = dice.randrange(1, 40)
            node["branches"] = [
                {"when": f"< {cut}", "to": later[0]},
                {"when": f">= {cut}", "to": later[1]},
            ]
        nodes[f"n{at}"] = node
    data = {
        "id": "bench",
        "title": "Bench",
        "start": "n0",
        "facts": facts,
        "nodes": nodes,
        "outcomes": {f"o{at}": {"title": f"o{at}"} for at in range(20)},
    }
    if computed:
        points = [
            {"add": 30, "if": "i0 > 500"},
            {"of": "k1", "is": {"c0": 20, "c1": 10}},
            {"add": 5, "if": "b0"},
        ]
        data |= {"derived": {"ratio": "i1 / f1"}, "scores": {"fit": {"points": points}}}
    found, findings = load_data(data, {})
    assert found.revision, findings[:3]
    return found


def table(rows: int) -> dict[str, Column]:
    """Twelve columns."""
    dice = np.random.default_rng(7)
    columns: dict[str, Column] = {}

    def missing() -> Any:
        return dice.random(rows) > 0.05

    for at in range(4):
        columns[f"f{at}"] = Column("float", np.where(missing(), dice.random(rows) * 100, np.nan))
        columns[f"i{at}"] = Column("int", dice.integers(0, 1000, rows), known=missing())
    for at in range(3):
        codes = np.where(missing(), dice.integers(0, len(CHOICES), rows), -1).astype(np.int32)
        columns[f"k{at}"] = Column("codes", codes, tuple(CHOICES))
    columns["b0"] = Column("bool", dice.random(rows) < 0.5, known=missing())
    return columns


def held(one: Tree, columns: dict[str, Column], results: Any) -> None:
    """The first rows against the interpreter."""
    assert NOW is not None
    paths = Paths(one)
    knows = {key: column.knows() for key, column in columns.items()}
    for row in range(300):
        facts = {
            key: Known(column.cell(row))
            for key, column in columns.items()
            if knows[key] is None or knows[key][row]
        }
        record = advance(one, complete(one.facts, facts, NOW), NOW, possible=False)
        mine = results.status_of(row), results.outcome_of(row), results.path_of(row), results.error_of(row)
        assert mine == (record.status, record.outcome, paths.number(record), record.error), row


def main() -> None:
    """Print the figures."""
    assert NOW is not None
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    columns = table(rows)
    for computed in (False, True):
        for count in (15, 100, 1_000):
            one = tree(count, computed)
            begin = time.perf_counter()
            made = plan(one, NOW)
            planned = time.perf_counter() - begin
            took = []
            for _ in range(3):
                begin = time.perf_counter()
                results = run(made, columns)
                took.append(time.perf_counter() - begin)
                if took[-1] > 5:
                    break
            held(one, columns, results)
            name = "computed" if computed else "plain"
            print(
                f"{name:>8} {count:>5} nodes, {made.ways:>9,} ways: plan {planned * 1000:6.0f} ms, "
                f"run {min(took) * 1e9 / rows:8.0f} ms a million rows, "
                f"interpreter asked {results.asked:,} times"
            )


if __name__ == "__main__":
    main()
