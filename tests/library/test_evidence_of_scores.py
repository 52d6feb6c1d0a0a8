"""Scores of eight elements with and without quotes: what a list comes to is what the domain's figures say."""

from __future__ import annotations

import csv
import io
import json
import random
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from abm_tree import Known, advance, moment, open_tree
from abm_tree.cli import main
from abm_tree.feel import DateTime
from abm_tree.tree.facts import Unknown
from abm_tree.tree.parts import Tree

sys.path.insert(0, str(Path(__file__).parents[1] / "accounts"))

from workbooks import xlsx

DOMAIN = Path(__file__).parents[3] / "shared" / "domain"
ELEMENTS = (
    *("metrics", "economic_buyer", "decision_criteria", "decision_process", "paper_process", "pain"),
    *("champion", "competition"),
)
AS_OF = "2026-03-31T09:00:00Z"
BANDS = ("at-risk", "developing", "qualified", "well-qualified")


def figures() -> tuple[int, list[int]]:
    """The score that needs a quote to be passed, and where health begins to be better, of 80."""
    if not DOMAIN.is_dir():
        pytest.skip("the domain's figures are not here")
    found = tomllib.loads((DOMAIN / "thresholds.toml").read_text(encoding="utf-8"))["meddpicc"]
    told = (DOMAIN / "trees.md").read_text(encoding="utf-8")
    yellow = found["yellow_max"]["value"]
    assert f"score > {yellow} without a quote is capped at {yellow}" in told
    return yellow, found["health"]["value"]


def tree_in(folder: Path, cap: int, health: list[int]) -> Tree:
    """Eight scores, each at most `cap` without a quote, added up."""
    out = ['id = "elements"', 'title = "Elements"', 'start = "health"', 'subject = "deal"']
    for name in ELEMENTS:
        out += [f"[facts.{name}]", 'type = "integer"', "minimum = 0", "maximum = 10", f'ask = "{name}?"']
        out += [f'evidence = {{ cap = {cap}, ask = "Can you quote the prospect?" }}']
    points = ", ".join(f'{{ add = "{name}" }}' for name in ELEMENTS)
    out += ["[scores.total]", f"points = [{points}]"]
    best = zip(health[2::-1], BANDS[:0:-1], strict=True)
    steps = [f'{{ at_least = {below + 1}, to = "{name}" }}' for below, name in best]
    out += ["[nodes.health]", 'decide = "score.total"', 'unknown = "ask-first"']
    out += [f'branches = [{", ".join(steps)}, {{ below = true, to = "at-risk" }}]']
    out += [f'[outcomes.{name}]\ntitle = "{name}"' for name in (*BANDS, "ask-first")]
    path = folder / "elements.toml"
    path.write_text("\n".join(out), encoding="utf-8")
    opened = open_tree(str(path))
    assert opened.usable, opened.findings
    return opened.tree


def expected(row: dict[str, Any], cap: int, health: list[int]) -> str:
    """By hand: each score counts, at most the cap where it has no quote."""
    if any(row[name] is None for name in ELEMENTS):
        low = sum(0 if row[name] is None else counts(row, name, cap) for name in ELEMENTS)
        high = low + 10 * sum(row[name] is None for name in ELEMENTS)
        return band(low, health) if band(low, health) == band(high, health) else "ask-first"
    return band(sum(counts(row, name, cap) for name in ELEMENTS), health)


def counts(row: dict[str, Any], name: str, cap: int) -> int:
    return int(row[name] if row[f"{name} quote"] else min(row[name], cap))


def band(total: int, health: list[int]) -> str:
    return BANDS[sum(total > high for high in health[:3])]


def rows(dice: random.Random, count: int) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for at in range(count):
        generous = dice.random()
        row: dict[str, Any] = {"deal_id": f"D{at}"}
        for name in ELEMENTS:
            score = dice.randrange(5, 11) if dice.random() < generous else dice.randrange(11)
            row[name] = None if dice.random() < 0.02 else score
            row[f"{name} quote"] = "they said so" if dice.random() < 0.5 else ""
        out.append(row)
    return out


def written(kind: str, table: list[dict[str, Any]], heads: dict[str, str]) -> bytes:
    """The list in one of its formats, under these headings."""
    names = list(heads)
    if kind == "csv":
        out = io.StringIO()
        lines = [["" if row[name] is None else row[name] for name in names] for row in table]
        csv.writer(out).writerows([[heads[name] for name in names], *lines])
        return out.getvalue().encode()
    if kind == "jsonl":
        return "\n".join(json.dumps({heads[name]: row[name] for name in names}) for row in table).encode()
    if kind == "xlsx":
        lines = [[row[name] for name in names] for row in table]
        return xlsx({"Deals": [[heads[name] for name in names], *lines]})
    columns = {heads[name]: pa.array([row[name] for row in table]) for name in names}
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


HEADINGS = ("{} Quote", "{} Evidence", "Evidence: {}", "{}.evidence", "quote for {}")


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl", "xlsx"])
def test_a_score_without_a_quote_is_capped(kind: str, tmp_path: Path) -> None:
    cap, health = figures()
    tree = tree_in(tmp_path, cap, health)
    dice = random.Random(kind)
    table = rows(dice, 400)
    heads = {"deal_id": "Deal ID"}
    for name in ELEMENTS:
        title = name.replace("_", " ").title()
        heads |= {name: title, f"{name} quote": dice.choice(HEADINGS).format(title)}
    source = tmp_path / f"deals.{kind}"
    source.write_bytes(written(kind, table, heads))
    found = evaluated(tmp_path, source)
    assert found == [expected(row, cap, health) for row in table]
    assert len(set(found)) == 5

    # A list without quotes: whatever is above the cap counts as the cap, so nobody is well qualified.
    bare = [{**row, **{f"{name} quote": "" for name in ELEMENTS}} for row in table]
    heads = {name: head for name, head in heads.items() if not name.endswith(" quote")}
    source.write_bytes(written(kind, bare, heads))
    assert evaluated(tmp_path, source) == [expected(row, cap, health) for row in bare]
    assert cap * len(ELEMENTS) <= health[1]
    assert not {"qualified", "well-qualified"} & {expected(row, cap, health) for row in bare}

    # And deal by deal, as a walk decides.
    now = moment(AS_OF)
    assert isinstance(now, DateTime)
    for row, came in list(zip(table, found, strict=True))[:40]:
        facts: dict[str, Known | Unknown] = {
            name: Unknown() if row[name] is None else Known(row[name], evidence=row[f"{name} quote"])
            for name in ELEMENTS
        }
        record = advance(tree, facts, now, possible=False)
        assert record.outcome == came
        [total] = record.trail[0].sums
        sure = sum(counts(row, name, cap) for name in ELEMENTS if row[name] is not None)
        assert total.low == Decimal(sure)


SHIPPED = dict(
    zip(
        (*BANDS, "ask-first"),
        ("at-risk", "still-developing", "qualified-work-gaps", "well-qualified", "fill-gaps"),
        strict=True,
    )
)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_deal_review_that_ships_caps_a_score_without_a_quote(kind: str, tmp_path: Path) -> None:
    cap, health = figures()
    table = rows(random.Random(f"shipped {kind}"), 900)
    for row in table:
        row |= {"role": "Champion", "stage": "Discovery"}  # no gate holds a deal that is only talked about
    heads = {"deal_id": "Deal ID", "role": "Contact Role", "stage": "Deal Stage"}
    for name in ELEMENTS:
        heads |= {name: f"{name.replace('_', ' ').title()} Score", f"{name} quote": f"{name} quote"}
    source = tmp_path / f"deals.{kind}"
    source.write_bytes(written(kind, table, heads))
    found = evaluated(tmp_path, source, "qualify-meddpicc")
    assert found == [SHIPPED[expected(row, cap, health)] for row in table]
    assert len(set(found)) == 5

    bare = [{**row, **{f"{name} quote": "" for name in ELEMENTS}} for row in table]
    source.write_bytes(written(kind, bare, {key: head for key, head in heads.items() if "quote" not in key}))
    assert evaluated(tmp_path, source, "qualify-meddpicc") == [
        SHIPPED[expected(row, cap, health)] for row in bare
    ]


def evaluated(folder: Path, source: Path, tree: str = "") -> list[str]:
    out = folder / "out.csv"
    asked = [tree or str(folder / "elements.toml"), str(source), "-o", str(out), "--as-of", AS_OF]
    assert main(["evaluate", *asked, "--summary", "none"]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        return [row["outcome"] for row in csv.DictReader(file)]
