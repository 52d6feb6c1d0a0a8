"""Every shipped tree over every list of another project, where they are at hand: columns, interpreter."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from reference import evaluate_rows

from abm_tree import moment, open_tree
from abm_tree.accounts.lists import open_list
from abm_tree.cli import main
from abm_tree.feel import DateTime
from abm_tree.session.options import list_options
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
COMPARED = 400  # rows of a list that are decided by the interpreter, too; all are decided in columns
# What a list calls differently from what a fact is called by. Job titles are no roles: nobody may guess.
MAPPED = {
    "maven_accounts.csv": {"revenue_musd": ""},
    "leadforge_leads_v7.csv": {"contact_role": "stakeholder.title", "company_revenue": ""},
    "maven_pipeline.csv": {"close_value": "deal.amount", "account": "account.name"},
    "maven_products.csv": {"sales_price": "deal.amount"},
    "maven_teams.csv": {"manager": "account.owner"},
    "salvirt_b2b.csv": {"Client": "account.client", "Competitors": "deal.competitor"},
}
# What the mapping above reads differently still: facts in place of those, to have a list decided by numbers.
OTHERWISE = {
    "leadforge_leads_v7.csv": {"expected_acv": "account.annual_revenue", "contact_role": ""},
    "maven_pipeline.csv": {"close_value": "account.annual_revenue"},
}
QUICK = {("accounts_nzt_2022.csv", "lead-qualification"), ("salvirt_b2b.csv", "qualify-existing-or-new")}

pytestmark = pytest.mark.skipif(not LISTS, reason="../shared/data is not here")

PAIRS = [
    pytest.param(
        listed, name, id=f"{listed}-{name}", marks=() if (listed, name) in QUICK else pytest.mark.slow
    )
    for listed in LISTS
    for name in TREES
]


@pytest.mark.parametrize(("listed", "name"), PAIRS)
def test_a_list_is_decided_without_an_error_and_as_the_interpreter_decides_it(
    listed: str, name: str, tmp_path: Path
) -> None:
    compare(listed, name, MAPPED.get(listed, {}), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("listed", OTHERWISE)
def test_the_same_with_columns_that_mean_something_else(listed: str, name: str, tmp_path: Path) -> None:
    compare(listed, name, MAPPED.get(listed, {}) | OTHERWISE[listed], tmp_path)


def compare(listed: str, name: str, wanted: dict[str, str], folder: Path) -> None:
    """Decide a list in columns, every row without an error, and some rows by the interpreter."""
    tree = open_tree(name).tree
    mapping = {key: fact if fact in tree.facts else "" for key, fact in wanted.items()}
    options = list_options(None, mapping=mapping, id_column="row", dictionary=wanted.values())
    accounts, findings = open_list(DATA / listed, listed, tree.facts, tree.subject, options)
    if accounts is None:
        assert {one.code for one in findings} & {"no-columns"}, findings
        pytest.skip("the tree reads none of the columns")
    out = folder / "out.csv"
    words = [part for key, fact in mapping.items() for part in ("--map", f"{key}={fact}")]
    asked = ["evaluate", name, str(DATA / listed), "-o", str(out), "--id", "row", *words, "--possible"]
    assert main([*asked, "--as-of", NOW, "--summary", "none"]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["error"] for row in found if row["status"] == "error"] == []
    now = moment(NOW)
    assert isinstance(now, DateTime)
    paths = Paths(tree)
    step = max(1, len(found) // COMPARED)
    for row, result in zip(found[::step], evaluate_rows(tree, accounts, now, step=step), strict=True):
        record = result.record
        assert record is not None, result.row.error
        number = paths.number(record)
        assert (row["status"], row["outcome"], row["verdict"], row["error"], row["path"]) == (
            *(record.status, record.outcome, record.verdict, record.error),
            "" if number is None else str(number),
        ), json.dumps(record.as_json())
        assert row["needs"] == (record.needs.fact if record.needs is not None else "")
        assert row["possible"].split(";") == [*record.possible]
