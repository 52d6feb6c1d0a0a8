"""`evaluate --contacts`: a row for each person, in order; the same as joining both lists by hand."""

from __future__ import annotations

import csv
import json
import random
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from program import AS_OF, Ran, Run

sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))

from lists import csv_row, pieces_of

from abm_tree.accounts.lists import Row, open_list
from abm_tree.accounts.understand import Options
from abm_tree.accounts.values import Style
from abm_tree.cli.exits import Exit
from abm_tree.feel import parse_date_time
from abm_tree.session.open import open_tree
from abm_tree.session.options import USUAL_UNKNOWN
from abm_tree.space.paths import Paths
from abm_tree.tree.facts import complete
from abm_tree.tree.parts import Tree
from abm_tree.walk.advance import advance
from abm_tree.walk.subject import Subject

NOW = parse_date_time(AS_OF[1])
PEOPLE = """\
id = "people"
title = "People"
subject = "stakeholder"
start = "size"

[facts.mood]
of = "stakeholder"
type = "choice"
ask = "?"
choices = { warm = "Warm", cold = "Cold" }

[nodes.size]
decide = "account.employees"
unknown = "role"
branches = [{ when = "< 20", to = "small" }, { when = ">= 20", to = "role" }]

[nodes.role]
decide = "stakeholder.role"
otherwise = "open"
branches = [{ is = "end-user", to = "mood" }]

[nodes.mood]
decide = "mood"
unknown = "open"
branches = [{ is = "warm", to = "won" }, { is = "cold", to = "open" }]

[outcomes.won]
title = "Won"
set = { "account.tier" = "A" }
[outcomes.open]
title = "Open"
[outcomes.small]
title = "Small"
"""
ROLES = ("end-user", "influencer", "End user", "", "boss", "unknown")
LISTED = Options(style=Style(usual=USUAL_UNKNOWN))


@pytest.fixture
def tree(tmp_path: Path, here: Run) -> Tree:
    (tmp_path / "people.toml").write_text(PEOPLE, encoding="utf-8")
    found = open_tree("people.toml")
    assert found.tree is not None
    return found.tree


def made(dice: random.Random, folder: Path) -> None:
    """Both lists, with people of nobody, people twice, accounts without people and rows that are none."""
    names = [f"A{number}" for number in range(dice.randrange(1, 25))]
    head = ["account_id", "employees", *dice.choice(((), ("mood",), ("role", "mood")))]
    lines = [csv_row(head, ",", "fine")]
    for name in names:
        cells = [dice.choice((name, name, name, name, "A1", "")), dice.choice(("10", "50", "", "many"))]
        cells += [dice.choice(ROLES[:3] if one == "role" else ("warm", "cold", "")) for one in head[2:]]
        lines.append(csv_row(cells, ",", dice.choice(("fine", "fine", "fine", "fine", "all", "short"))))
    (folder / "accounts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    header = ["contact_id", "account_id", "role", "employees", *dice.choice(((), ("mood",), ("mood",)))]
    dice.shuffle(header)
    lines = [csv_row(header, ",", "fine")]
    for number in range(dice.randrange(1, 40)):
        cells = {
            "contact_id": dice.choice((f"P{number}", f"P{number}", f"P{number}", "P1", "")),
            "account_id": dice.choice((*names, *names, "elsewhere", "", " A1")),
            "role": dice.choice(ROLES),
            "mood": dice.choice(("warm", "cold", "", "Warm", "angry")),
            "employees": "a lot",
        }
        lines.append(csv_row([cells[name] for name in header], ",", dice.choice(("fine",) * 9 + ("short",))))
    (folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def joined(tree: Tree, folder: Path) -> tuple[list[dict[str, Any]], int]:
    """Both lists, joined by hand and decided by the interpreter; and the people of no account."""
    accounts, _ = open_list(folder / "accounts.csv", "a", tree.facts, "stakeholder", LISTED)
    own = {key: fact for key, fact in tree.facts.items() if fact.scope == "stakeholder"}
    people, _ = open_list(folder / "people.csv", "p", own, "stakeholder", LISTED)
    assert accounts is not None
    assert people is not None
    persons = list(people.read())
    paths, out, met = Paths(tree), [], set()
    for account in accounts.read():
        mine = [at for at, one in enumerate(persons) if one.account_id == account.account_id != ""]
        met.update(mine)
        for person in [persons[at] for at in mine] or [None]:
            out.append(_decided(tree, paths, account, person))  # noqa: PERF401
    return out, len(persons) - len(met)


def _decided(tree: Tree, paths: Paths, account: Row, person: Row | None) -> dict[str, Any]:
    ids = {"account_id": account.account_id, "stakeholder_id": person.stakeholder_id if person else ""}
    error = account.error
    if person is not None and person.error:
        error = f"in the contacts, {person.error}"
    if error:
        return {**ids, "status": "error", "outcome": "", "path": "", "error": error, "account.tier": ""}
    own = dict(account.facts)
    if person is not None:  # what the account's row says of somebody is not said of this person
        own = {key: one for key, one in own.items() if tree.facts[key].scope != "stakeholder"}
        own |= person.facts
    facts = complete(tree.facts, own, NOW, source="given")
    record = advance(tree, facts, NOW, subject=Subject(**ids))
    return {
        **ids,
        "status": record.status,
        "outcome": record.outcome or "",
        "path": str(paths.number(record)),
        "error": record.error,
        "account.tier": "A" if record.outcome == "won" else "",
    }


def go(here: Run, *options: str) -> Ran:
    return here(
        *("evaluate", "people.toml", "accounts.csv", "--contacts", "people.csv", "-o", "out.csv"),
        *(*AS_OF, *options),
    )


def written(folder: Path) -> list[dict[str, str]]:
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("seed", range(25))
def test_people_are_joined_as_by_hand(seed: int, tree: Tree, here: Run, tmp_path: Path) -> None:
    dice = random.Random(seed)
    made(dice, tmp_path)
    expected, unmet = joined(tree, tmp_path)
    with pieces_of(dice.choice((40, 200, 10**5))):
        ran = go(here, "--threads", str(dice.randrange(1, 4)))
    assert ran.code == Exit.OK, ran.err
    found = written(tmp_path)
    names = list(expected[0])
    for mine, theirs in zip(found, expected, strict=False):
        assert {name: mine[name] for name in names} == theirs
    assert len(found) == len(expected)
    told = "1 person belongs to no account" if unmet == 1 else f"{unmet} people belong to no account"
    assert (told in ran.out) == bool(unmet)


def test_the_small_case_by_heart(tree: Tree, here: Run, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account_id,employees\nA1,50\nA2,50\nA3,5\n", encoding="utf-8")
    (tmp_path / "people.csv").write_text(
        "contact_id,account_id,role,mood\n"
        "P3,A3,end-user,warm\nP1,A1,end-user,warm\nP2,A1,influencer,\nP9,A9,end-user,warm\nP4,A1,boss,\n",
        encoding="utf-8",
    )
    ran = go(here, "--records", "r.jsonl")
    rows = [
        (row["account_id"], row["stakeholder_id"], row["outcome"] or row["status"])
        for row in written(tmp_path)
    ]
    assert rows == [
        ("A1", "P1", "won"),
        ("A1", "P2", "open"),
        ("A1", "P4", "error"),
        ("A2", "", "needs"),
        ("A3", "P3", "small"),
    ]
    assert "1 person belongs to no account of the list: P9" in ran.out
    assert written(tmp_path)[2]["error"].startswith('in the contacts, line 6, column "role": "boss" is none')
    records = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    assert records[1]["subject"] == {"account_id": "A1", "stakeholder_id": "P1"}
    assert here("replay", "r.jsonl").code == Exit.OK


@pytest.mark.parametrize(
    ("head", "ids"),
    [
        ("contact_id,account_id", ["P1", "P2", "P3"]),
        ("id,account_id", ["P1", "P2", "P3"]),
        ("Record ID,Associated Company ID", ["P1", "P2", "P3"]),
        ("email,account_id", ["1", "2", "3"]),
    ],
)
def test_people_have_ids_of_their_own_or_numbers(
    head: str, ids: list[str], tree: Tree, here: Run, tmp_path: Path
) -> None:
    (tmp_path / "accounts.csv").write_text("account_id,employees\nA1,50\n", encoding="utf-8")
    people = "".join(f"P{number},A1,end-user,warm\n" for number in (1, 2, 3))
    (tmp_path / "people.csv").write_text(f"{head},role,mood\n{people}", encoding="utf-8")
    assert go(here).code == Exit.OK
    assert [(row["stakeholder_id"], row["outcome"]) for row in written(tmp_path)] == [
        (one, "won") for one in ids
    ]


@pytest.mark.parametrize("kind", ("parquet", "jsonl", "semicolons", "windows"))
def test_people_come_in_any_format(kind: str, tree: Tree, here: Run, tmp_path: Path) -> None:
    accounts = "account_id,employees\nÄ1,50\nA2,50\n"
    (tmp_path / "accounts.csv").write_text(accounts, encoding="utf-8")
    people = [
        {
            "contact_id": f"P{number}",
            "account_id": ("Ä1", "A2")[number % 2],
            "role": "end-user",
            "mood": "warm",
        }
        for number in range(300)
    ]
    path = tmp_path / "people.csv"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(people), path)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(one) + "\n" for one in people), encoding="utf-8")
    else:
        between = ";" if kind == "semicolons" else ","
        lines = [between.join(people[0]), *(between.join(one.values()) for one in people)]
        lines[1:] = sorted(lines[1:], key=lambda line: "Ä" in line) if kind == "windows" else lines[1:]
        path.write_bytes("\n".join(lines).encode("cp1252" if kind == "windows" else "utf-8"))
    with pieces_of(300):
        ran = go(here)
    assert ran.code == Exit.OK, ran.err
    found = [(row["account_id"], row["outcome"]) for row in written(tmp_path)]
    assert found == [("Ä1", "won")] * 150 + [("A2", "won")] * 150


def test_a_tree_about_accounts_does_not_read_people(tree: Tree, here: Run, tmp_path: Path) -> None:
    made(random.Random(1), tmp_path)
    text = PEOPLE.replace('subject = "stakeholder"\n', "").replace('id = "people"', 'id = "firms"')
    (tmp_path / "people.toml").write_text(text, encoding="utf-8")
    ran = go(here)
    assert ran.code == Exit.OK
    assert "is not about people; the contacts are not read" in ran.err
    assert "stakeholder_id" not in written(tmp_path)[0]


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("contact_id,role\nP1,end-user\n", "whose people"),
        ("account_id\nA1\n", "None of the columns"),
        ("", "empty"),
        (None, "no such file"),
    ],
)
def test_contacts_that_cannot_be_joined_are_refused(
    people: str | None, words: str, tree: Tree, here: Run, tmp_path: Path
) -> None:
    made(random.Random(1), tmp_path)
    (tmp_path / "people.csv").unlink()
    if people is not None:
        (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    ran = go(here)
    assert ran.code == Exit.INPUT
    assert words.casefold() in ran.err.casefold()
    assert not (tmp_path / "out.csv").exists()
