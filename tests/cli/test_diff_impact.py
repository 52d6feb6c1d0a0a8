"""What a change does: `abm-tree diff` over a list, and for the walks of a journal."""

from __future__ import annotations

import csv
import io
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import FILES, Office, say
from diffs import DAY, diff
from pair import NEW, OLD, write
from program import listing, run_here

from abm_tree.cli.exits import Exit
from abm_tree.journal.store import open_journal

Golden = Callable[[str, str], None]

# ---------------------------------------------------------------- accounts


def rows(count: int, seed: int = 1) -> str:
    dice = random.Random(seed)
    out = ["account_id,employees,budget,seats,licences,pay,annual_revenue"]
    for number in range(count):
        size = dice.choice(["", "30", "60", "700", "850", "999", "1000", "5000"])
        seats = dice.choice(["", "3", "9", "10", "12"])
        budget, pay = dice.choice(["", "approved", "planned", "none"]), dice.choice(["", "yes", "no"])
        cells = [f"A{number}", size, budget, seats, seats, pay, str(dice.randrange(1, 9) * 1000)]
        out.append(",".join(cells if dice.random() > 0.02 else [*cells[:1], "many", *cells[2:]]))
    return "\n".join(out) + "\n"


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_rows_that_move_are_those_that_move_one_by_one(place: Path, kind: str) -> None:
    write(place)
    (place / "list.csv").write_text(rows(700), encoding="utf-8")
    ran = diff(*("old.toml", "new.toml", "--accounts", "list.csv", "-o", f"moved.{kind}", "--format", "json"))
    assert (ran.code, ran.err) == (Exit.FINDINGS, "")
    found = json.loads(ran.out)["accounts"]
    # The same, from both versions' results.
    ends, weight = [], {}
    for name in ("old", "new"):
        assert (
            run_here(
                "evaluate", f"{name}.toml", "list.csv", "-o", f"{name}.csv", "--summary", "none", *DAY
            ).code
            == 0
        )
        with (place / f"{name}.csv").open(encoding="utf-8") as file:
            ends.append([(one["account_id"], one["status"], one["outcome"]) for one in csv.DictReader(file)])
    for line in (place / "list.csv").read_text().splitlines()[1:]:
        weight[line.split(",")[0]] = int(line.rsplit(",", 1)[1])
    moved = [(one, other) for one, other in zip(*ends, strict=True) if one != other]
    counts = Counter((one[2], other[2]) for one, other in moved)
    assert len(moved) > 50
    assert {(one["old"]["name"], one["new"]["name"]): one["rows"] for one in found["moves"]} == counts
    weights: Counter[tuple[str, str]] = Counter()
    for one, other in moved:
        weights[one[2], other[2]] += weight[one[0]]
    assert (found["rows"], found["moved"]) == (700, len(moved))
    assert found["weighed_by"] == "account.annual_revenue"
    told = {(one["old"]["name"], one["new"]["name"]): one["weight"] for one in found["moves"]}
    assert told == pytest.approx(dict(weights))
    assert [row[:3] for row in read(place / f"moved.{kind}")] == [
        (one[0], one[2], other[2]) for one, other in moved
    ]
    if kind != "parquet":
        about = json.loads((place / f"moved.{kind}.about.json").read_text())
        assert about["old"]["revision"] != about["new"]["revision"]


def read(path: Path) -> list[tuple[str, str, str]]:
    """The rows of a file that `-o` wrote."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        found = pq.read_table(path).to_pylist()
    elif path.suffix == ".jsonl":
        found = [json.loads(line) for line in path.read_text().splitlines()]
    else:
        found = list(csv.DictReader(io.StringIO(path.read_text())))
    return [(one["account_id"], one["old_outcome"] or "", one["new_outcome"] or "") for one in found]


def test_a_table_of_moves_for_people(place: Path, golden: Golden) -> None:
    write(place)
    (place / "list.csv").write_text(rows(300), encoding="utf-8")
    for form, name in (("text", "diff accounts.txt"), ("markdown", "diff accounts.md")):
        ran = diff("old.toml", "new.toml", "--accounts", "list.csv", "--format", form)
        assert (ran.code, ran.err) == (Exit.FINDINGS, "")
        golden(name, ran.out[ran.out.index("list.csv") :])


def test_an_outcome_that_was_renamed_moves_nobody(place: Path) -> None:
    new = OLD.replace('"look"', '"find"').replace(
        "[outcomes.look]", '[outcomes.find]\nrenamed_from = ["look"]'
    )
    write(place, OLD, new)
    (place / "list.csv").write_text(rows(200), encoding="utf-8")
    ran = diff("old.toml", "new.toml", "--accounts", "list.csv")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert "no decision differs" in ran.out and "200 rows, and none of them moves." in ran.out


def test_rows_go_to_standard_output_and_the_report_beside(place: Path) -> None:
    write(place)
    (place / "list.csv").write_text(rows(100), encoding="utf-8")
    ran = diff(
        "old.toml", "new.toml", "--accounts", "list.csv", "-o", "-", "--where", "account.employees > 800"
    )
    assert ran.out.startswith("account_id,old_status,old_outcome,") and "decisions differ" in ran.err
    assert len(ran.out.splitlines()) > 5


def test_list_facts_are_worked_out_for_both(place: Path) -> None:
    tree = OLD.replace(
        "[nodes.size]",
        '[book.place]\nas = "rank"\nof = "account.employees"\n\n[nodes.size]',
    ).replace('decide = "account.employees"', 'decide = "book.place"')
    tree = tree.replace("< 50", "< 5").replace("[50..large)", "[5..large)")
    new = tree.replace("< 5", "< 3").replace("[5..large)", "[3..large)")
    write(place, tree, new)
    (place / "list.csv").write_text(rows(60), encoding="utf-8")
    ran = diff("old.toml", "new.toml", "--accounts", "list.csv", "-o", "moved.csv", "--format", "json")
    assert ran.code == Exit.FINDINGS, ran.err
    assert json.loads(ran.out)["accounts"]["moved"] == len(read(place / "moved.csv")) > 0


# ---------------------------------------------------------------- walks


def test_walks_that_would_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABM_TREE_NOW", "2026-03-02T09:00:00Z")
    office = Office(tmp_path / "office")
    for name, text in FILES.items():
        office.write(name, text)
    won = say(office.start("A1", role="technical-qualifier"), "10", "yes", "warm")
    assert won.record.outcome == "won"
    small = office.start("A3")
    assert small.record.outcome == "small"
    waiting = say(office.start("A2", "P3"), "-", "10", "planned")  # asks for the mood
    stays = office.start("A1", "P1")  # asks for the mood, now and then
    other = office.start("A1", "P1", tree="other")
    before = listing(office.folder)
    monkeypatch.chdir(office.folder)
    old = (office.folder / "trees/call.toml").read_text()
    (office.folder / "trees/old.toml").write_text(old)
    new = (
        old.replace("[facts.budget]", '[facts.money]\nrenamed_from = ["budget"]')
        .replace('decide = "budget"', 'decide = "money"')
        .replace(
            '{ is = ["yes", "planned"], to = "mood" }, { is = "no", to = "small" }',
            '{ is = "yes", to = "mood" }, { is = ["no", "planned"], to = "small" }',
        )
        .replace('"technical-qualifier"], to = "won"', '], to = "won"')
        .replace(
            '{ is = ["end-user", "influencer"]', '{ is = ["end-user", "influencer", "technical-qualifier"]'
        )
        .replace('decision-maker", ]', 'decision-maker"]')
    )
    (office.folder / "trees/call.toml").write_text(new)
    journal = office.open().journal_place
    ran = diff("trees/old.toml", "trees/call.toml", "--journal", str(journal), "--format", "json")
    assert ran.code == Exit.FINDINGS, ran.err
    found = json.loads(ran.out)["journal"]
    assert (found["open"], found["finished"], found["unread"]) == (2, 2, 0)
    told = {one["walk"]: one for one in found["walks"]}
    assert set(told) == {won.id, waiting.id}, "the others stand where they stood"
    assert stays.id not in told and small.id not in told and other.id not in told
    assert (told[won.id]["old"]["name"], told[won.id]["new"]["name"]) == ("won", "open")
    assert told[won.id]["recorded"] == "won" and told[won.id]["as_of"] == "2026-03-02"
    moved = told[waiting.id]
    assert moved["old"] == {"kind": "needs", "name": "mood", "title": "Mood"}
    assert moved["new"]["name"] == "small" and moved["lost"] == []
    assert moved["stays"] == ["Employees", "Seats", "Budget"], (
        "an answer counts under its question's new name"
    )
    text = diff("trees/old.toml", "trees/call.toml", "--journal", str(journal)).out
    assert "2 open and 2 finished walks of this tree; 2 would change." in text
    assert "now: asks Mood; then: small" in text and "won -> open" in text
    with open_journal(journal, create=False) as kept:
        assert len(kept.walks()) == 5
    assert "Ada" not in text and "Cy" not in text, "people are named with --unmasked only"
    both = diff("trees/old.toml", "trees/call.toml", "--journal", str(journal), "--unmasked").out
    assert "Cy Sand" in both
    assert run_here("--journal", str(journal), "journal", "forget", "P3", "--yes").code == Exit.OK
    assert (
        "1 walk cannot be told again."
        in diff("trees/old.toml", "trees/call.toml", f"--journal={journal}").out
    )
    after = {
        name: data for name, data in listing(office.folder).items() if name in before and ".db" not in name
    }
    assert after == {name: before[name] for name in after} | {"trees/call.toml": new.encode()}


# ---------------------------------------------------------------- large


@pytest.mark.slow
def test_a_million_rows_take_little_longer_than_a_batch_of_both(place: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    write(place)
    header, *lines = rows(1000).splitlines()
    columns = list(zip(*(line.split(",") for line in lines), strict=True))
    table = {name: [*values] * 1000 for name, values in zip(header.split(","), columns, strict=True)}
    table["account_id"] = [f"A{at}" for at in range(1_000_000)]
    pq.write_table(pa.table(table), place / "list.parquet")
    (place / "also.toml").write_text(NEW.replace('id = "fit-check"', 'id = "also"'))
    times = []
    for command in (
        (
            "evaluate",
            "old.toml",
            "list.parquet",
            "--also",
            "also.toml",
            "--summary",
            "none",
            "-o",
            "out.parquet",
        ),
        ("diff", "old.toml", "new.toml", "--accounts", "list.parquet", "-o", "moved.parquet"),
    ):
        run_here(*command, *DAY)
        start = time.perf_counter()
        run_here(*command, *DAY)
        times.append(time.perf_counter() - start)
    assert times[1] < 1.5 * times[0] + 1.5, times
