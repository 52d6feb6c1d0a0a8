"""Every shipped tree over every list of another project, where they are at hand: columns, interpreter."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from reference import evaluate_rows

from abm_tree import moment, open_tree
from abm_tree.accounts.lists import open_list
from abm_tree.accounts.understand import Options
from abm_tree.cli import main
from abm_tree.feel import DateTime
from abm_tree.space.paths import Paths

REPOSITORY = Path(__file__).resolve().parents[1]
DATA = REPOSITORY.parent / "shared" / "data"
LISTS = sorted(path.name for path in DATA.glob("*.csv"))
TREES = sorted(
    path.stem
    for path in (REPOSITORY / "trees").glob("*.toml")
    if path.stem not in ("facts", "parameters") and not path.name.endswith(".cases.toml")
)
NOW = "2026-03-31T09:00:00Z"
# Headings that no fact is called by: read into facts of the trees, so that there is something to decide.
MAPPED = {
    "maven_accounts.csv": {"revenue_musd": "account.annual_revenue", "sector": ""},
    "leadforge_leads_v7.csv": {
        "expected_acv": "account.annual_revenue",
        "touches_last_7_days": "account.employees",
    },
    "maven_pipeline.csv": {"close_value": "account.annual_revenue", "account": "account.name"},
    "maven_products.csv": {"sales_price": "account.annual_revenue"},
    "maven_teams.csv": {"manager": "account.name"},
    "salvirt_b2b.csv": {"Client": "account.client", "Competitors": "deal.competitor"},
}

pytestmark = pytest.mark.skipif(not LISTS, reason="../shared/data is not here")


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("listed", LISTS)
def test_every_row_is_decided_as_the_interpreter_decides_it(listed: str, name: str, tmp_path: Path) -> None:
    tree = open_tree(name).tree
    mapping = {key: fact for key, fact in MAPPED.get(listed, {}).items() if not fact or fact in tree.facts}
    options = Options(mapping=mapping, id_column="row", dictionary=frozenset(MAPPED.get(listed, {}).values()))
    accounts, findings = open_list(DATA / listed, listed, tree.facts, tree.subject, options)
    if accounts is None:
        assert {one.code for one in findings} & {"no-columns"}, findings
        pytest.skip("the tree reads none of the columns")
    out = tmp_path / "out.csv"
    words = [part for key, fact in mapping.items() for part in ("--map", f"{key}={fact}")]
    asked = ["evaluate", name, str(DATA / listed), "-o", str(out), "--id", "row", *words, "--possible"]
    assert main([*asked, "--as-of", NOW, "--summary", "none"]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    now = moment(NOW)
    assert isinstance(now, DateTime)
    paths = Paths(tree)
    for row, result in zip(found, evaluate_rows(tree, accounts, now), strict=True):
        record = result.record
        if record is None:
            assert (row["status"], row["error"].lstrip("'")) == ("error", result.row.error)
            continue
        number = paths.number(record)
        assert (row["status"], row["outcome"], row["verdict"], row["error"], row["path"]) == (
            *(record.status, record.outcome, record.verdict, record.error),
            "" if number is None else str(number),
        ), json.dumps(record.as_json())
        assert row["needs"] == (record.needs.fact if record.needs is not None else "")
        assert row["possible"].split(";") == [*record.possible]
