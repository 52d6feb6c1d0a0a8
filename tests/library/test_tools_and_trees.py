"""What every tree of the library is good for, and how lists of a CRM go in and out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from calls import at

from abm_tree import Known, advance, open_tree
from abm_tree.cli import main
from abm_tree.cli.exits import Exit

# Headings and values as three CRMs write them in their exports.
EXPORTS = {
    "salesforce": ("Account ID,Account Name,Employees,Annual Revenue,Industry,Account Type", "Prospect"),
    "hubspot": (
        "Record ID,Company name,Number of Employees,Annual Revenue,Industry,Lifecycle Stage",
        "opportunity",
    ),
    "dynamics": (
        "(Do Not Modify) Account,Account Name,No. of Employees,Annual Revenue,Industry,Relationship Type",
        "Prospect",
    ),
}
HEADINGS = (
    "account.name",
    "account.employees",
    "account.annual_revenue",
    "account.industry",
    "account.client",
)


@pytest.mark.parametrize("crm", EXPORTS)
def test_practice_7_an_export_of_a_crm_goes_in_as_it_is_and_results_come_out(
    crm: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, client = EXPORTS[crm]
    accounts, out = tmp_path / "export.csv", tmp_path / "out.csv"
    accounts.write_text(
        f'{head}\nX-1,"Fahr, Wind",930,"12,000,000",Software,{client}\nX-2,Kleinholz,12,,Retail,{client}\n',
        encoding="utf-8",
    )
    asked = ["evaluate", "lead-qualification", str(accounts), "-o", str(out), "--summary", "json"]
    assert main([*asked, "--as-of", "2026-03-31"]) == Exit.OK
    summary = json.loads(capsys.readouterr().out)
    assert set(HEADINGS) <= set(summary["filled"])  # each was recognised by the heading of its CRM
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [(row["account_id"], row["status"]) for row in rows] == [("X-1", "decided"), ("X-2", "decided")]
    assert rows[1]["outcome"] == "self-serve"


def test_practice_33_a_tree_is_checked_walked_evaluated_and_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No loose end, a question for what is lacking, and a picture of the whole."""
    assert main(["check", "trees/account-research.toml"]) == Exit.OK
    tree = open_tree("account-research").tree
    record = advance(tree, {"account.tier": Known("C")}, at("2026-03-31T09:00:00Z"))
    assert record.needs is not None  # it asks for what it lacks
    loose = tmp_path / "loose.toml"
    loose.write_text(
        'id = "loose"\ntitle = "Loose"\nstart = "one"\n'
        '[nodes.one]\nask = "One?"\nchoices = { a = "A", b = "B" }\nbranches = [{ is = "a", to = "one" }]\n'
        '[outcomes.end]\ntitle = "End"\n',
        encoding="utf-8",
    )
    capsys.readouterr()
    assert main(["check", str(loose)]) == Exit.FINDINGS
    said = capsys.readouterr().out
    for code in ("cycle", "orphan", "choice-not-handled"):
        assert code in said, said
    for form, begins in (("mermaid", "flowchart"), ("dot", "digraph"), ("svg", "<svg")):
        assert main(["draw", "account-research", "--format", form]) == Exit.OK
        assert begins in capsys.readouterr().out
