"""Lists of a test's own through a tree of the library, and walks with answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from abm_tree import Known, Record, Tree, Unknown, advance, moment, open_tree
from abm_tree.cli import main
from abm_tree.feel import DateTime

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
DAY = "2026-03-02T09:00:00Z"
Row = Mapping[str, object]
Results = list[dict[str, str]]
Evaluate = Callable[..., Results]


def evaluate_in(
    folder: Path, tree: str, rows: Sequence[Row] | Path, *options: str, settings: str = ""
) -> Results:
    """Rows, or a list's path, through a tree, in the folder at hand: a dict for each row of the results."""
    (folder / "abm-tree.toml").write_text("format = 1\n" + settings, encoding="utf-8")
    whole = isinstance(rows, Path)  # a real list: its columns are enough
    listed = rows if isinstance(rows, Path) else write(folder / "list.csv", rows)
    results, told = folder / "out.csv", folder / "out.jsonl"
    targets = ("-o", str(results), "--summary", "none", "--as-of", DAY)
    records = () if whole else ("--records", str(told))
    assert main(["evaluate", tree, str(listed), *targets, *records, *options]) == 0
    found = cells(results)
    if not whole:
        lines = map(json.loads, told.read_text(encoding="utf-8").splitlines())
        for row, record in zip(found, [one for one in lines if "status" in one], strict=True):
            row["note"] = " ".join(record["notes"])
            row["do"] = " | ".join(action["do"] for action in record["actions"])
    return found


def write(path: Path, rows: Sequence[Row]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def cells(path: Path) -> Results:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def shared(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip("../shared/data is not here")
    return path


@cache
def library(name: str) -> Tree:
    """A tree of the library, read once."""
    return open_tree(name).tree


def walked(tree: str, facts: Mapping[str, Any], unknown: Sequence[str] = ()) -> Record:
    """Where a walk with these answers stands."""
    known: dict[str, Known | Unknown] = {name: Known(value) for name, value in facts.items()}
    now = moment(DAY)
    assert isinstance(now, DateTime)
    return advance(library(tree), known | {name: Unknown() for name in unknown}, now)


def needed(record: Record) -> str:
    """The fact that the walk asks for next."""
    assert record.needs is not None
    return record.needs.fact


def sets(record: Record) -> dict[str, Any]:
    return {one.fact: one.value for one in record.sets}
