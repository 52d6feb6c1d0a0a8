"""ABC classes over real lists of another project's, where they are at hand, hold their published figures."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from reference import evaluate_rows

from abm_tree.accounts.lists import AccountList, Options, open_list
from abm_tree.accounts.values import Style
from abm_tree.batch.book import BookPass
from abm_tree.batch.columns import Column
from abm_tree.feel import parse_date_time
from abm_tree.tree.facts import Known
from abm_tree.tree.parts import Tree
from abm_tree.tree.shelf import open_shelf

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
NOW = parse_date_time("2026-03-31T00:00:00Z")

TREE = """
id = "classes"
title = "Classes"
start = "class"
[facts.sales]
of = "account"
type = "number"
[book.class]
as = "abc"
of = "sales"
where = "WHERE"
[nodes.class]
decide = "book.class"
unknown = "aside"
branches = [{ is = "A", to = "a" }, { is = "B", to = "b" }, { is = "C", to = "c" }]
[outcomes]
a = { title = "A" }
b = { title = "B" }
c = { title = "C" }
aside = { title = "Aside" }
"""


@pytest.fixture
def classed(
    tmp_path: Path,
) -> Callable[[str, list[tuple[str, str]]], tuple[dict[str, int], dict[str, float]]]:
    """How many rows each class has, and its share of the sales in per cent, by `evaluate` and in columns."""

    def run(where: str, rows: list[tuple[str, str]]) -> tuple[dict[str, int], dict[str, float]]:
        path = tmp_path / "trees" / "classes.toml"
        path.parent.mkdir()
        path.write_text(TREE.replace("WHERE", where), encoding="utf-8")
        tree, findings = open_shelf(tmp_path, near=path.parent).load(path)
        assert findings == ()
        listed = accounts(tmp_path / "list.csv", tree, rows)
        counts: Counter[str] = Counter()
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        classes = []
        assert NOW is not None
        for result in evaluate_rows(tree, listed, NOW, possible=False):
            outcome = result.record.outcome if result.record is not None else "error"
            state = result.row.facts.get("sales")
            counts[outcome] += 1
            sums[outcome] += (
                state.value if isinstance(state, Known) and isinstance(state.value, Decimal) else 0
            )
            classes.append(outcome)
        assert in_columns(tree, listed) == [one if one in "abc" else None for one in classes]
        total = sum(sums[one] for one in "abc")
        shares = {one: round(float(100 * sums[one] / total), 1) for one in "abc"}
        return {one: counts[one] for one in "abc"}, shares

    return run


def accounts(path: Path, tree: Tree, rows: list[tuple[str, str]]) -> AccountList:
    text = io.StringIO()
    csv.writer(text).writerows([("account_id", "sales"), *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    options = Options(style=Style(decimal="point", unknown=frozenset({"no data"})))
    listed, findings = open_list(path, path.name, tree.facts, "account", options)
    assert listed is not None, findings
    return listed


def in_columns(tree: Tree, listed: AccountList) -> list[str | None]:
    assert NOW is not None
    found = BookPass(tree, NOW)
    rows = list(listed.read())
    states = [row.facts.get("sales") for row in rows]
    values = [str(one.value) if isinstance(one, Known) else "nan" for one in states]
    for start in range(0, len(rows), 500):
        part = np.array([float(one) for one in values[start : start + 500]])
        usable = np.array([not row.error for row in rows[start : start + 500]])
        found.add(
            {"sales": Column("float", part)},
            [listed.key(row) for row in rows[start : start + 500]],
            None,
            usable,
        )
    column = found.finish()["book.class"]
    known = column.knows()
    return [str(column.cell(at)).lower() if known is None or known[at] else None for at in range(len(column))]


Classed = Callable[[str, list[tuple[str, str]]], tuple[dict[str, int], dict[str, float]]]


def cells(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.is_file():
        pytest.skip("../shared/data is not here")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_won_deals_of_a_flat_market(classed: Classed) -> None:
    won: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in cells("maven_pipeline.csv"):
        if row["deal_stage"] == "Won" and row["account"]:
            won[row["account"]] += Decimal(row["close_value"])
    assert len(won) == 85
    counts, shares = classed("sales > 0", [(name, str(value)) for name, value in won.items()])
    assert counts == {"a": 17, "b": 26, "c": 42}
    assert shares == {"a": 31.7, "b": 33.0, "c": 35.4}


def test_companies_of_the_world(classed: Classed) -> None:
    rows = cells("accounts_nzt_2022.csv")
    name, revenue = next(iter(rows[0])), next(one for one in rows[0] if "revenue" in one.casefold())
    counts, shares = classed("sales >= 100000000", [(row[name], row[revenue]) for row in rows])
    assert counts == {"a": 395, "b": 591, "c": 985}
    assert shares == {"a": 65.4, "b": 22.9, "c": 11.8}
