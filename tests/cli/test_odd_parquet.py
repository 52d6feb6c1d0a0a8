"""Parquet as other programs write and read it: types that few have, values that few types hold."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from program import AS_OF, Run

from abm_tree.cli.exits import Exit

TREE = """\
id = "echo"
title = "What was read"
start = "first"

[facts]
kind = { type = "choice", ask = "Which kind?", choices = { a = "A", b = "B" } }
cash = { type = "money", ask = "How much?", currency = "USD" }
day = { type = "date", ask = "Which day?" }

[nodes.first]
decide = "kind"
branches = [{ is = "a", to = "good" }, { is = "b", to = "good" }]
unknown = "none"

[outcomes.good]
title = "Good"
compute = { "deal.amount" = "cash", "deal.decision_on" = "day" }

[outcomes.none]
title = "None"
"""


@pytest.fixture
def folder(abm: Run, tmp_path: Path) -> Path:
    (tmp_path / "echo.toml").write_text(TREE, encoding="utf-8")
    return tmp_path


def results(abm: Run, path: Path, *options: str) -> list[dict[str, Any]]:
    """The results as JSON lines, one dictionary a row."""
    ran = abm("evaluate", str(path.parent / "echo.toml"), str(path), *AS_OF, "--summary", "none", *options)
    assert ran.code == Exit.OK, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


@pytest.mark.parametrize("index", (pa.uint8(), pa.uint16(), pa.uint32(), pa.int8(), pa.int64()), ids=str)
def test_dictionaries_with_indices_of_any_type(abm: Run, folder: Path, index: Any) -> None:
    kinds = pa.array(["a", None, "b", "a"]).dictionary_encode().cast(pa.dictionary(index, pa.string()))
    pq.write_table(pa.table({"account_id": ["1", "2", "3", "4"], "kind": kinds}), folder / "list.parquet")
    found = results(abm, folder / "list.parquet", "--fact", "cash=1", "--fact", "day=2026-03-01", "-o", "-",
                    "--format", "jsonl")  # fmt: skip
    assert [one["outcome"] for one in found] == ["good", "none", "good", "good"]


@pytest.mark.parametrize("kind", (pa.decimal32(6, 2), pa.decimal64(15, 2), pa.decimal256(50, 2)), ids=str)
def test_decimals_of_any_width(abm: Run, folder: Path, kind: Any) -> None:
    amounts = pa.array([Decimal("1.50"), None, Decimal("200.25")]).cast(kind)
    table = pa.table({"account_id": ["1", "2", "3"], "kind": ["a"] * 3, "cash": amounts})
    pq.write_table(table, folder / "list.parquet")
    found = results(abm, folder / "list.parquet", "--fact", "day=2026-03-01", "-o", "-", "--format", "jsonl")
    assert [one["deal.amount"] for one in found] == [1.5, None, 200.25]


def test_a_zone_that_nobody_knows_is_a_mistake_of_its_rows(abm: Run, folder: Path) -> None:
    moments = pa.array([dt.datetime(2026, 3, 1, 9), None]).cast(pa.timestamp("us", "Mars/Phobos"))
    table = pa.table({"account_id": ["1", "2"], "kind": ["a", "b"], "day": moments})
    pq.write_table(table, folder / "list.parquet")
    found = results(abm, folder / "list.parquet", "--fact", "cash=1", "-o", "-", "--format", "jsonl")
    assert [one["status"] for one in found] == ["error", "decided"]
    assert "Mars/Phobos" in found[0]["error"] and '"day"' in found[0]["error"]


def test_results_hold_days_and_amounts_that_python_or_few_digits_do_not(abm: Run, folder: Path) -> None:
    (folder / "list.csv").write_text(
        "account_id,kind,cash,day\n1,a,123456789012345678.5,10000-01-01\n2,b,0.25,-0044-03-15\n"
    )
    results(abm, folder / "list.csv", "--decimal", "point", "-o", str(folder / "out.parquet"))
    found = pq.read_table(folder / "out.parquet")
    assert found.column("deal.decision_on").cast(pa.string()).to_pylist() == ["10000-01-01", "-0044-03-15"]
    assert found.column("deal.amount").to_pylist() == [Decimal("123456789012345678.5"), Decimal("0.25")]


def test_ways_are_spelled_in_parquet_too(abm: Run, folder: Path) -> None:
    (folder / "list.csv").write_text("account_id,kind,cash,day\n1,a,1,2026-03-01\n2,,1,2026-03-01\n")
    for name in ("out.parquet", "out.csv"):
        results(abm, folder / "list.csv", "--paths", "-o", str(folder / name))
    path = pq.read_table(folder / "out.parquet").column("path").to_pylist()
    told = (folder / "out.csv").read_text().splitlines()
    assert path[0] == "first > good" and path[0] in told[1]
