"""A tree that an account's tree walks for every person: walks, snapshots, `explain`, batches, exports."""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from abm_tree.cli import main
from abm_tree.cli.ending import ending
from abm_tree.cli.exits import Exit
from abm_tree.journal.verify import verify
from abm_tree.report.replayable import record_json
from abm_tree.report.todo import actions_csv
from abm_tree.session.export import content
from abm_tree.session.replay import replay
from abm_tree.session.snapshot import snapshot
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.walk.record import Task

DAY = "2026-11-21"
FILES = {
    "abm-tree.toml": '[accounts]\npath = "accounts.csv"\n[contacts]\npath = "contacts.csv"\n',
    "accounts.csv": "account_id,name,employees\nA-1,Acme,\nA-2,Brunt,900\nA-3,Nobody Ltd,50\n",
    "contacts.csv": """contact_id,account_id,name,role,influence,salary
P-1,A-1,Ann Lee,Economic Buyer,5,90000
P-2,A-1,Bo Quist,end user,,
P-3,A-1,Cy Marr,end user,2,70000
P-4,A-2,Ed Ulm,end user,1,
""",
    "trees/review.toml": """
id = "review"
title = "Review"
subject = "account"
start = "everybody"
[nodes.everybody]
each = "stakeholder"
tree = "person"
to = "size"
[nodes.size]
decide = "account.employees"
unknown = "small"
branches = [{ when = "< 100", to = "small" }, { when = ">= 100", to = "large" }]
[outcomes.small]
title = "Small"
actions = [{ do = "Write a card", owner = "rep", within = "P9D" }]
[outcomes.large]
title = "Large"
actions = [{ do = "Bring a manager", owner = "manager", within = "P9D" }]
""",
    "trees/person.toml": """
id = "person"
title = "Person"
subject = "stakeholder"
start = "part"
[facts.salary]
of = "stakeholder"
type = "integer"
title = "Salary"
sensitive = true
[people.strong]
as = "count"
if = "stakeholder.influence >= 4"
[nodes.part]
decide = "stakeholder.role"
unknown = "stuck"
otherwise = "weight"
branches = [{ is = "end-user", to = "firm" }]
[nodes.firm]
branches = [{ if = "account.employees >= 100 and people.strong > 0", to = "show" }]
otherwise = "card"
unknown = "card"
[nodes.weight]
decide = "stakeholder.influence"
branches = [{ when = "< 4", to = "card" }, { when = ">= 4", to = "dine" }]
[nodes.stuck]
decide = "salary"
branches = [{ when = "< 1", to = "card" }, { when = ">= 1", to = "dine" }]
[outcomes.show]
title = "Show"
actions = [{ do = "Show it to them", owner = "rep", within = "P3D" }]
[outcomes.card]
title = "Card"
actions = [{ do = "Write a card", owner = "rep", within = "P2D" }]
[outcomes.dine]
title = "Dine"
actions = [{ do = "Dine with {stakeholder.name}, who earns {salary}", owner = "executive", within = "P5D" }]
""",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ABM_TREE_NOW", f"{DAY}T10:00:00+00:00")
    monkeypatch.setenv("ABM_TREE_USER", "rep")
    (tmp_path / "trees").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    found = open_workspace(folder, journal=folder / "journal.db")
    yield found
    found.desk.close()


def begun(workspace: Workspace, account: str, tree: str = "review", person: str = "") -> Walk:
    book = workspace.book()
    whom = next((one for one in book.people.get(account, ()) if one.id == person), None)
    return workspace.start(tree, book.entry(account), whom)


def told(task: Task) -> tuple[str, str, tuple[str, ...]]:
    return task.do, task.due, task.people


def test_an_answer_of_the_walk_counts_for_everybody(workspace: Workspace) -> None:
    walk = begun(workspace, "A-1")
    assert walk.question is not None
    assert walk.question.key == "account.employees"
    assert walk.record.each is None
    walk.answer("account.employees", Decimal(400))
    assert walk.record.outcome == "large"
    assert [told(task) for task in walk.record.actions] == [
        ("Bring a manager", "2026-11-30", ()),
        ("Dine with Ann Lee, who earns 90,000", "2026-11-26", ("Ann Lee",)),
        ("Show it to them", "2026-11-24", ("Bo Quist", "Cy Marr")),
    ]
    # An action of the walk that people's walks come to, too, is one action, due on the earlier day.
    walk.answer("account.employees", Decimal(40))
    assert [told(task) for task in walk.record.actions][:1] == [
        ("Write a card", "2026-11-23", ("Bo Quist", "Cy Marr"))
    ]


def test_what_was_said_to_one_person_counts_in_their_walk_alone(workspace: Workspace) -> None:
    first = begun(workspace, "A-1", "person", "P-2")
    first.answer("stakeholder.role", "influencer")
    first.answer("stakeholder.influence", Decimal(2))
    walk = begun(workspace, "A-1")
    walk.answer("account.employees", Decimal(400))
    people = {task.do: task.people for task in walk.record.actions}
    assert people["Show it to them"] == ("Cy Marr",)
    assert people["Write a card"] == ("Bo Quist",)


def test_a_snapshot_holds_the_same_walks(workspace: Workspace) -> None:
    trees = [workspace.tree("review"), workspace.tree("person")]
    found = snapshot(workspace, trees, "A-1")
    record = found.walked[0].record
    assert record.each is not None
    alone = [one.record for one in found.walked[1:]]
    names = [one.as_json() | {"person": walk.person} for one, walk in zip(alone, record.each, strict=True)]
    assert [walk.as_json() for walk in record.each] == names


def test_where_nobody_is_known_a_note_says_so(workspace: Workspace) -> None:
    record = begun(workspace, "A-3").record
    assert record.notes == ("Nobody is known at the account, so `person` was walked for nobody.",)
    assert [told(task) for task in record.actions] == [("Write a card", "2026-11-30", ())]


def test_a_walk_that_comes_to_nothing_is_named(workspace: Workspace, folder: Path) -> None:
    (folder / "contacts.csv").write_text(
        "contact_id,account_id,name,role\nP-9,A-3,Flo Rum,\n", encoding="utf-8"
    )
    assert begun(workspace, "A-3").record.notes == ("`person` came to no outcome for Flo Rum.",)


def test_the_journal_holds_nothing_of_the_people_and_tells_its_record_again(workspace: Workspace) -> None:
    walk = begun(workspace, "A-1")
    walk.answer("account.employees", Decimal(400))
    stored: Any = walk.events[-1].personal
    assert "each" not in stored["record"]
    assert "Ann" not in json.dumps(stored)
    checked = verify(workspace.desk)
    assert (checked.records, list(checked.findings)) == (1, [])
    # Opened again, it shows what it showed.
    again = workspace.resume(walk.id)
    assert again.record.as_json() == walk.record.as_json()


def names_of(text: str) -> set[str]:
    return {part for part in ("Ann", "Quist", "Marr", "90,000", "90000") if part in text}


def test_exports_name_people_only_unmasked(workspace: Workspace) -> None:
    walk = begun(workspace, "A-1")
    walk.answer("account.employees", Decimal(400))
    record, tree = walk.record, walk.tree
    notes = content("notes", record, tree, names=walk.names)
    assert "- Show it to them (rep, by 2026-11-24, for P-2 and P-3)" in notes
    assert "Not shown, because sensitive: " in notes
    assert "Salary" in notes
    assert names_of(notes) == set()
    whole = content("notes", record, tree, names=walk.names, unmasked=True)
    assert "- Show it to them (rep, by 2026-11-24, for Bo Quist and Cy Marr)" in whole
    assert names_of(record_json(record, tree, walk.names)) == set()
    rows = list(csv.DictReader(actions_csv(record, tree, walk.names, unmasked=True).splitlines()))
    assert [row["stakeholder"] for row in rows] == ["", "Ann Lee", "Bo Quist; Cy Marr"]
    assert names_of(actions_csv(record, tree, walk.names)) == set()
    assert names_of(content("calendar", record, tree, names=walk.names)) == set()
    assert "For: Ann Lee" in content("calendar", record, tree, names=walk.names, unmasked=True)


def test_an_unmasked_record_replays_and_a_forged_one_does_not(workspace: Workspace, folder: Path) -> None:
    walk = begun(workspace, "A-1")
    walk.answer("account.employees", Decimal(400))
    text = record_json(walk.record, walk.tree, walk.names, unmasked=True)
    path = folder / "record.jsonl"
    path.write_text(text, encoding="utf-8")
    assert (replay(path).same, replay(path).findings) == (1, [])
    stored = json.loads(text.splitlines()[-1])
    for forge, said in (
        (lambda found: found.append(found[0]), "is walked twice"),
        (lambda found: found[0]["subject"].update(account_id="A-9"), "is about another account"),
    ):
        forged = copy.deepcopy(stored)
        forge(forged["each"])
        path.write_text("\n".join([*text.splitlines()[:-1], json.dumps(forged)]) + "\n", encoding="utf-8")
        [finding] = replay(path).findings
        assert said in finding.message
    for one, other in (('"value":90000', '"value":10'), ('"person":"Bo Quist"', '"person":"Bob"')):
        assert one in text
        path.write_text(text.replace(one, other), encoding="utf-8")
        [finding] = replay(path).findings
        assert "differs when replayed, in `actions`" in finding.message


def test_the_outcome_says_for_whom_in_lines(workspace: Workspace) -> None:
    walk = begun(workspace, "A-1")
    walk.answer("account.employees", Decimal(400))
    lines = ending(walk)
    assert "- Show it to them (rep, by 2026-11-24, for Bo Quist and Cy Marr)" in lines
    assert any("tree `person` walked for 3 people" in " ".join(line.split()) for line in lines)


def records(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if "canonical" not in line]


def test_explain_and_a_batch_tell_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = ["--as-of", f"{DAY}T10:00:00+00:00"]
    out = ["-o", "out.csv", "--summary", "none"]
    done = main(
        [
            "evaluate",
            "review",
            "accounts.csv",
            "--contacts",
            "contacts.csv",
            "--records",
            "r.jsonl",
            *day,
            *out,
        ]
    )
    assert done == Exit.OK
    assert capsys.readouterr().err == ""
    assert replay(folder / "r.jsonl").same == 3
    found = {one["subject"]["account_id"]: one for one in records(folder / "r.jsonl")}
    assert [len(found[name]["each"]) for name in ("A-1", "A-2", "A-3")] == [3, 1, 0]
    for name, one in found.items():
        capsys.readouterr()
        extra = ["--unknown", "all"] if name == "A-1" else []
        assert main(["explain", "review", "--account", name, "--format", "json", *day, *extra]) == Exit.OK
        told = json.loads(capsys.readouterr().out)
        assert told["actions"] == one["actions"]
        assert [walk["outcome"] for walk in told["each"]] == [walk["outcome"] for walk in one["each"]]
        assert [walk["facts"] for walk in told["each"]] == [walk["facts"] for walk in one["each"]]
    # The results are those of the walk itself, and without contacts the records say that nobody is known.
    whole = (folder / "out.csv").read_text(encoding="utf-8")
    assert main(["evaluate", "review", "accounts.csv", "--records", "r.jsonl", *day, *out]) == Exit.OK
    assert (folder / "out.csv").read_text(encoding="utf-8") == whole
    assert all(
        one["each"] == [] and "Nobody is known" in one["notes"][0] for one in records(folder / "r.jsonl")
    )


def test_explain_prints_for_whom(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "review", "--account", "A-2", "--as-of", DAY]) == Exit.OK
    out = capsys.readouterr().out
    assert "Everybody: tree `person` walked for 1 person; on to Size (`size`)." in out
    assert "- Write a card (rep, by 2026-11-23, for Ed Ulm)" in out


def test_what_is_said_of_the_person_across_the_table_counts_in_their_walk(
    workspace: Workspace, folder: Path
) -> None:
    text = FILES["trees/review.toml"].replace(
        'decide = "account.employees"', 'decide = "stakeholder.influence"'
    )
    (folder / "trees" / "review.toml").write_text(text, encoding="utf-8")
    walk = begun(workspace, "A-1", person="P-1")

    def ends() -> dict[str, str]:
        return {one.subject.stakeholder_id: one.outcome for one in walk.record.each or ()}

    assert ends() == {"P-1": "dine", "P-2": "card", "P-3": "card"}
    walk.answer("stakeholder.influence", Decimal(1))
    assert ends() == {"P-1": "card", "P-2": "card", "P-3": "card"}
