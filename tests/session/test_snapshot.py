"""A snapshot of an account decides as a batch over the same lists: group facts, outcomes, ways."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from abm_tree.cli import main
from abm_tree.feel import DateTime
from abm_tree.session.init import init
from abm_tree.session.open import moment
from abm_tree.session.settings import preferences
from abm_tree.session.snapshot import snapshot
from abm_tree.session.workspace import Workspace
from abm_tree.space.paths import Paths, spelled

AS_OF = "2026-03-31T09:00:00Z"
TREES = ("account-plan", "stakeholder-engagement", "champion-left", "lead-qualification", "stalled-deal")
SOME = ("ACC-0182", "ACC-0067", "ACC-0148", "ACC-0031", "ACC-0002", "ACC-0090")


def hold(folder: Path, tree: str, accounts: set[str] | None) -> Counter[str]:
    """Every row of a batch is what the snapshot of its account has; how many rows of each status."""
    assert init(folder / "office").folder
    office = folder / "office"
    lists = [str(office / "data" / f"{name}.csv") for name in ("accounts", "contacts")]
    asked = [lists[0], "--contacts", lists[1], "--paths", "-o", str(folder / "out.csv"), "--summary", "none"]
    assert main(["evaluate", str(office / "trees" / f"{tree}.toml"), *asked, "--as-of", AS_OF]) == 0
    wanted: dict[str, dict[str, tuple[str, ...]]] = {}
    errors = set()
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["status"] == "error":
                errors.add(row["account_id"])
            else:
                told = (row["status"], row["outcome"], row["verdict"], row["needs"], row["path"])
                wanted.setdefault(row["account_id"], {})[row.get("stakeholder_id", "")] = told
    workspace = Workspace(office, preferences=preferences(office))
    opened = workspace.tree(tree)
    paths, book, now = Paths(opened.tree), workspace.book(), moment(AS_OF)
    assert isinstance(now, DateTime)
    assert paths.countable
    seen: Counter[str] = Counter()
    for account in wanted:
        if account in errors or (accounts is not None and account not in accounts):
            continue
        found = snapshot(workspace, [opened], account, as_of=now, book=book)
        records = {one.person: one.record for one in found.walked}
        assert {
            person: (
                record.status,
                record.outcome,
                record.verdict,
                record.needs.fact if record.needs is not None else "",
                spelled(record),
            )
            for person, record in records.items()
        } == wanted[account], account
        seen.update(record.status for record in records.values())
    return seen


def test_an_accounts_walks_are_the_rows_of_a_batch(tmp_path: Path) -> None:
    seen = hold(tmp_path, "account-plan", set(SOME))
    assert seen["decided"] > 20


@pytest.mark.slow
@pytest.mark.parametrize("tree", TREES)
def test_every_account_of_the_sample_is_decided_as_in_a_batch(tree: str, tmp_path: Path) -> None:
    seen = hold(tmp_path, tree, None)
    assert seen.total() > (600 if tree != "stalled-deal" else 250)
