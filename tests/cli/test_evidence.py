"""`abm-tree evidence`: the outcomes of a tree beside what became of the rows."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from program import AS_OF, Run

from abm_tree import advance, moment, open_tree
from abm_tree.cli.exits import Exit
from abm_tree.tree.facts import Known, Unknown

TREE = """\
id    = "size-first"
title = "Size first"
start = "size"

[parameters]
large = { value = 500, unit = "people", kind = "judgement", source = "a first guess" }

[nodes.size]
decide   = "account.employees"
unknown  = "look-up"
branches = [{ when = "< large", to = "small" }, { when = ">= large", to = "large" }]

[outcomes]
small   = { title = "Small" }
large   = { title = "Large" }
look-up = { title = "Look it up" }
"""
LIST = """\
id,employees,Deal Status
1,900,Won
2,900,closed won
3,900,LOST
4,20,lost
5,20,open
6,,won
7,many,won
8,20,
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "size-first.toml").write_text(TREE, encoding="utf-8")
    (tmp_path / "deals.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


ASKED = ("evidence", "size-first.toml", "deals.csv", "--outcome", "deal status", *AS_OF)


def test_every_row_counts_once_under_its_end(place: Path, here: Run) -> None:
    ran = here(*ASKED, "--format", "json")
    assert ran.code == Exit.OK
    found = json.loads(ran.out)
    assert found["column"] == "Deal Status"
    counts = {(one["kind"], one["name"]): (one["won"], one["lost"], one["neither"]) for one in found["ends"]}
    assert counts == {
        ("outcome", "large"): (2, 1, 0),
        ("outcome", "small"): (0, 1, 2),
        ("outcome", "look-up"): (1, 0, 0),
        ("error", ""): (1, 0, 0),
    }
    assert (found["all"]["won"], found["all"]["lost"], found["all"]["neither"]) == (4, 2, 2)
    assert found["neither"] == {"other": 1, "blank": 1}
    assert found["in_sample"] is False


def test_counts_are_those_of_advance_row_by_row(place: Path, here: Run) -> None:
    dice = random.Random(7)
    rows = [
        (n, dice.choice(["", *range(300, 700, 7)]), dice.choice(["yes", "no", "maybe"])) for n in range(3000)
    ]
    with (place / "many.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "employees", "bought"), *rows])
    ran = here("evidence", "size-first.toml", "many.csv", "--outcome", "bought", "--format", "csv", *AS_OF)
    found = {
        line["name"]: tuple(int(line[name]) for name in ("rows", "won", "lost", "neither"))
        for line in csv.DictReader(ran.out.splitlines())
        if line["kind"] == "outcome"
    }
    tree, wanted = open_tree("size-first.toml").tree, {}
    now = moment(AS_OF[1])
    counts: Counter[tuple[str, str]] = Counter()
    for _, employees, bought in rows:
        state = Unknown() if employees == "" else Known(employees)
        counts[advance(tree, {"account.employees": state}, now).outcome, bought] += 1
    for name in ("small", "large", "look-up"):
        won, lost, other = (counts[name, word] for word in ("yes", "no", "maybe"))
        wanted[name] = (won + lost + other, won, lost, other)
    assert found == wanted


def test_a_fact_of_the_tree_may_be_the_result(place: Path, here: Run) -> None:
    """The column is read apart from what the tree reads, whatever the two take it for."""
    ran = here(
        *(
            "evidence",
            "size-first.toml",
            "deals.csv",
            "--outcome",
            "employees",
            "--won",
            "900",
            "--lost",
            "20",
        ),
        *("--format", "json", *AS_OF),
    )
    counts = {one["name"]: (one["won"], one["lost"]) for one in json.loads(ran.out)["ends"]}
    assert counts == {"large": (3, 0), "small": (0, 3), "look-up": (0, 0), "": (0, 0)}


def test_its_own_words(place: Path, here: Run) -> None:
    ran = here(*ASKED, "--won", "open", "--format", "json")
    found = json.loads(ran.out)["all"]
    assert (found["won"], found["lost"]) == (1, 2)  # what is named stands in place of the usual words


def test_part_of_the_list(place: Path, here: Run) -> None:
    ran = here(*ASKED, "--where", "account.employees >= 100", "--format", "json")
    assert [one["name"] for one in json.loads(ran.out)["ends"]] == ["large", ""]


def test_where_rules_come_from_the_same_data_it_says_so(place: Path, here: Run) -> None:
    tree = place / "size-first.toml"
    assert "names no data" in here(*ASKED).out
    measured = TREE.replace(
        '"judgement", source = "a first guess"', '"data", source = "deals.csv: won from 500 on"'
    )
    tree.write_text(measured, encoding="utf-8")
    assert (
        "In-sample: the rules were chosen on these data (large: deals.csv: won from 500 on)"
        in here(*ASKED).out
    )
    chosen = TREE.replace("start =", 'chosen_on = ["another list (others.csv)"]\nstart =')
    tree.write_text(chosen, encoding="utf-8")
    said = here(*ASKED).out
    assert "In-sample" not in said
    assert "Parts of the tree were chosen on data (another list (others.csv))." in said


def test_what_a_tree_was_chosen_on_is_no_part_of_its_revision(place: Path) -> None:
    tree = place / "size-first.toml"
    before = open_tree(str(tree)).tree
    tree.write_text(TREE.replace("start =", 'chosen_on = ["a list"]\nstart ='), encoding="utf-8")
    after = open_tree(str(tree)).tree
    assert after.chosen_on == ("a list",)
    assert (after.revision, after.logic) == (before.revision, before.logic)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--outcome", "deal state"), 'Did you mean "Deal Status"?'),
        (("--outcome", "Deal Status", "--won", "signed", "--lost", "gone"), "--won WORD --lost WORD"),
        (
            ("--outcome", "Deal Status", "--where", "account.employes > 1"),
            "Did you mean `account.employees`?",
        ),
    ],
)
def test_what_cannot_be_done_is_told(asked: tuple[str, ...], said: str, place: Path, here: Run) -> None:
    ran = here("evidence", "size-first.toml", "deals.csv", *asked, *AS_OF)
    assert ran.code in (Exit.INPUT, Exit.USAGE)
    assert ran.out == ""
    assert said in ran.err


def test_hostile_text_is_text(place: Path, here: Run) -> None:
    (place / "odd.csv").write_text('id,employees,"=cmd|x\x1b[2J"\n1,900,won\n2,20,lost\n', encoding="utf-8")
    for form in ("text", "markdown", "csv", "json"):
        ran = here(
            "evidence", "size-first.toml", "odd.csv", "--outcome", "=cmd|x\x1b[2J", "--format", form, *AS_OF
        )
        assert ran.code == Exit.OK, ran.err
        assert "\x1b" not in ran.out + ran.err
        assert not any(line.startswith("=") for line in ran.out.splitlines())
