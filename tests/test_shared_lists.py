"""A real list of another project's, where it is at hand: whole, in order, and every record replays."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from abm_tree.cli import main

REPOSITORY = Path(__file__).resolve().parents[1]
LIST = REPOSITORY.parent / "shared" / "data" / "accounts_nzt_2022.csv"

pytestmark = pytest.mark.skipif(not LIST.is_file(), reason="../shared/data is not here")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    targets = ("-o", str(folder / "out.csv"), "--records", str(folder / "out.jsonl"))
    arguments = ("evaluate", "lead-qualification", str(LIST), *targets, "--as-of", "2026-03-31T00:00:00Z")
    assert main([*arguments, "--summary", "none"]) == 0
    return folder


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_there_in_input_order_without_a_mapping(results: Path) -> None:
    found = cells(results / "out.csv")
    assert len(found) == 2001
    given = [next(iter(row.values())).strip() for row in cells(LIST)]
    assert [row["account_id"] for row in found] == given


def test_the_headings_are_recognised(results: Path) -> None:
    records = [json.loads(line) for line in (results / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    read = {name for record in records for name in record.get("facts", ())}
    assert {"account.name", "account.employees", "account.industry", "account.annual_revenue"} <= read


def test_most_rows_can_be_read(results: Path) -> None:
    errors = [row["error"] for row in cells(results / "out.csv") if row["status"] == "error"]
    assert len(errors) <= 20, errors[:5]


@pytest.mark.slow
def test_every_record_replays(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(results / "out.jsonl")]) == 0
    assert capsys.readouterr().out.startswith("2,001 records replay to themselves")
