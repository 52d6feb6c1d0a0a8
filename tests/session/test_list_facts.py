"""List facts in walks and explanations: where from, when anew, and what is kept of a long list."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from abm_tree.accounts.lists import AccountList
from abm_tree.cli import main
from abm_tree.feel import DateTime, parse_date_time
from abm_tree.session import list_facts
from abm_tree.session.list_facts import cache_folder, placed
from abm_tree.session.open import list_options, open_accounts, open_tree
from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tree.facts import Known, Unknown
from abm_tree.walk.replay import again, tree_of
from abm_tree.walk.subject import Subject

TREE = """
id = "tier"
title = "Tier"
start = "class"
[facts.sales]
of = "account"
type = "number"
[facts.open]
of = "account"
type = "boolean"
ask = "Is there anything open?"
[book.class]
as = "abc"
of = "sales"
title = "Class"
[book.top]
as = "percentile"
of = "sales"
[nodes.class]
decide = "book.class"
unknown = "last"
branches = [{ is = "A", to = "open" }, { is = ["B", "C"], to = "last" }]
[nodes.open]
decide = "open"
branches = [{ is = true, to = "last" }, { is = false, to = "last" }]
[outcomes.last]
title = "Last"
note = "At {book.top}."
"""
ROWS = [("N1", 900), ("N2", 50), ("N3", "x"), ("N4", 30), ("N5", 20), ("N6", 10)]
_NOW = parse_date_time("2026-03-31T09:00:00Z")
assert _NOW is not None
NOW: DateTime = _NOW


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "tier.toml").write_text(TREE, encoding="utf-8")
    (tmp_path / "abm-tree.toml").write_text('[accounts]\npath = "list.csv"\n', encoding="utf-8")
    write(tmp_path, ROWS)
    monkeypatch.setenv("ABM_TREE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, rows: list[tuple[str, object]], age: int = 100) -> None:
    path = folder / "list.csv"
    path.write_text("id,sales\n" + "".join(f"{name},{sales}\n" for name, sales in rows), encoding="utf-8")
    settle(path, age)


def settle(path: Path, age: int) -> None:
    """Let a file have been written a while ago."""
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))


def facts(workspace: Workspace, account: str) -> dict[str, object]:
    found = workspace.facts(workspace.tree("tier"), Subject(account), NOW)
    return {
        key: (one.value if isinstance(one, Known) else one, one.source)
        for key, one in found.items()
        if key.startswith("book.")
    }


def test_a_walk_knows_where_its_account_stands(folder: Path) -> None:
    workspace = open_workspace(folder)
    walk = workspace.start("tier", workspace.book().entry("N1"), as_of=NOW)
    assert {key: one.source for key, one in walk.given.items()}["book.class"] == "list"
    assert facts(workspace, "N1") == {"book.class": ("A", "list"), "book.top": (1, "list")}
    assert facts(workspace, "N2") == {"book.class": ("B", "list"), "book.top": (Decimal("0.8"), "list")}
    [line] = [line for line in walk.known() if line.key == "book.class"]
    assert (line.title, line.text, line.source) == ("Class", "A", "from the list")
    assert walk.record.needs is not None and walk.record.needs.fact == "open"
    walk.answer("open", True)
    record = walk.record.as_json()
    assert record["notes"] == ["At 100 %."]
    assert record["facts"]["book.class"] == {"value": "A", "source": "list"}
    assert again(record, tree_of(dict(walk.tree.canonical), walk.tree.revision)) == record


def test_what_cannot_be_said_is_unknown(folder: Path) -> None:
    workspace = open_workspace(folder)
    assert facts(workspace, "N3") == {}, "its row cannot be read"
    assert facts(workspace, "N9") == {}, "it is not on the list"
    walk = workspace.start("tier", as_of=NOW)
    assert (walk.record.status, walk.record.outcome) == ("decided", "last")
    assert walk.record.notes == ("At [Top?].",)


def test_a_changed_list_shows_when_a_walk_is_taken_up_again(folder: Path) -> None:
    workspace = open_workspace(folder)
    walk = workspace.start("tier", workspace.book().entry("N1"), as_of=NOW)
    walk.pause()
    write(folder, [*ROWS, ("N7", 5000)], age=50)
    back = workspace.resume(walk.id, NOW)
    assert back.given["book.class"] == Known("C", "list")
    assert back.record.outcome == "last"


def test_answers_do_not_move_list_facts(folder: Path) -> None:
    text = TREE.replace('type = "number"', 'type = "number"\nask = "How much?"')
    (folder / "trees" / "tier.toml").write_text(text, encoding="utf-8")
    workspace = open_workspace(folder)
    walk = workspace.start("tier", workspace.book().entry("N2"), as_of=NOW)
    before = walk.given["book.class"]
    walk.answer("sales", Decimal(1_000_000))
    assert walk.facts["sales"] == Known(Decimal(1_000_000), "answer", NOW.date)
    assert walk.facts["book.class"] == before == Known("B", "list")


def test_explain_reads_the_whole_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["explain", "tier", "--account", "N4", "--accounts", "list.csv", "--as-of", "2026-03-31"]
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("Class is C (list); `is B, C` holds: on to Last (`last`)")
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["facts"]["book.top"] == {"value": 0.6, "source": "list"}


def test_explain_and_evaluate_tell_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    how = ["tier", "--as-of", "2026-03-31"]
    assert (
        main(["evaluate", *how[:1], "list.csv", *how[1:], "--records", "out.jsonl", "--summary", "none"]) == 0
    )
    lines = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    [batch] = [one for one in lines if one.get("subject", {}).get("account_id") == "N2"]
    capsys.readouterr()
    assert (
        main(["explain", *how, "--account", "N2", "--accounts", "list.csv", "--unknown", "all", "--json"])
        == 0
    )
    single = json.loads(capsys.readouterr().out)
    assert (single["trail"], single["facts"]) == (batch["trail"], batch["facts"])
    assert main(["replay", "out.jsonl"]) == 0


def test_a_given_fact_stands_in_where_there_is_no_list(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "tier", "--fact", "book.class=C"]) == 0
    assert "Class is C (given)" in capsys.readouterr().out


# ---------------------------------------------------------------- what is kept


@pytest.fixture
def long_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every list is a long one."""
    monkeypatch.setattr(list_facts, "WORTH", 1)


def opened(folder: Path) -> tuple[AccountList, object]:
    tree = open_tree("tier", folder)
    found, _ = open_accounts(tree, folder / "list.csv", list_options(None))
    assert found is not None
    return found, tree.tree


def value(folder: Path, account: str = "N1", as_of: DateTime = NOW) -> Known | Unknown:
    listed, tree = opened(folder)
    row = listed.find(account)
    assert row is not None
    return placed(tree, listed, as_of, folder / "list.csv").facts(listed, row)["book.class"]  # type: ignore[arg-type]


def kept() -> list[Path]:
    return sorted(cache_folder().glob("*")) if cache_folder().is_dir() else []


@pytest.mark.usefixtures("long_lists")
def test_a_long_list_is_computed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert value(folder) == Known("A", "list")
    [file] = kept()
    assert file.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(list_facts, "list_of", None)
    assert value(folder) == Known("A", "list")
    with pytest.raises(TypeError):
        value(folder, as_of=parse_date_time("2026-04-01T09:00:00Z"))  # type: ignore[arg-type]


@pytest.mark.usefixtures("long_lists")
def test_another_list_or_tree_is_computed_anew(folder: Path) -> None:
    assert value(folder) == Known("A", "list")
    write(folder, [*ROWS, ("N0", 9000)])
    assert value(folder) == Known("C", "list")
    tree = folder / "trees" / "tier.toml"
    tree.write_text(TREE.replace('of = "sales"\ntitle', 'of = "0 - sales"\ntitle'), encoding="utf-8")
    assert value(folder) == Unknown("list")
    assert len(kept()) == 3


@pytest.mark.usefixtures("long_lists")
@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", '{"form":1,"facts":["book.class","book.top"],"rows":{"N1":["B"]}}', '{"form":0}'],
)
def test_a_damaged_file_is_made_anew(folder: Path, damage: str) -> None:
    assert value(folder) == Known("A", "list")
    [file] = kept()
    whole = file.read_text(encoding="utf-8")
    file.write_text(damage, encoding="utf-8")
    assert value(folder) == Known("A", "list")
    assert file.read_text(encoding="utf-8") == whole


@pytest.mark.usefixtures("long_lists")
def test_few_files_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_facts, "KEPT", 2)
    for day in range(1, 6):
        value(folder, as_of=parse_date_time(f"2026-03-0{day}T09:00:00Z"))  # type: ignore[arg-type]
    assert len(kept()) == 2


@pytest.mark.usefixtures("long_lists")
def test_nothing_is_kept_of_a_list_written_just_now(folder: Path) -> None:
    write(folder, ROWS, age=0)
    assert value(folder) == Known("A", "list")
    assert kept() == []


@pytest.mark.usefixtures("long_lists")
def test_a_folder_that_cannot_be_written_does_not_matter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ABM_TREE_CACHE", str(folder / "file"))
    assert value(folder) == Known("A", "list")


def test_of_a_short_list_nothing_is_kept(folder: Path) -> None:
    assert value(folder) == Known("A", "list")
    assert kept() == []


def test_where_things_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABM_TREE_DATA", str(tmp_path))
    monkeypatch.delenv("ABM_TREE_CACHE", raising=False)
    assert cache_folder() == tmp_path / "cache" / "list-facts"
    monkeypatch.setenv("ABM_TREE_CACHE", str(tmp_path / "else"))
    assert cache_folder() == tmp_path / "else" / "list-facts"
    monkeypatch.delenv("ABM_TREE_DATA")
    monkeypatch.delenv("ABM_TREE_CACHE")
    assert cache_folder().parts[-2:] == ("abm-tree", "list-facts")


LONG = """
id = "long"
title = "Long"
start = "place"
[facts.sales]
of = "account"
type = "money"
currency = "EUR"
[book.place]
as = "rank"
of = "sales"
[book.twice]
as = "rank"
of = "sales * 2 + 0.01"
[nodes.place]
branches = [{ if = "book.place = 1 and book.twice = 1", to = "first" }]
otherwise = "other"
[outcomes.first]
title = "First"
[outcomes.other]
title = "Other"
"""


@pytest.mark.parametrize(
    "amounts",
    [
        ("10000000000000000.01", "10000000000000000.02"),
        ("9007199254740992", "9007199254740993"),
        ("0.30000000000000000001", "0.30000000000000000002"),
        ("-10000000000000000.02", "-10000000000000000.01"),
    ],
    ids=["money", "beyond 2^53", "many places", "negative"],
)
def test_amounts_that_one_float_stands_for_are_ranked_as_they_are(
    amounts: tuple[str, str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "trees" / "long.toml").write_text(LONG, encoding="utf-8")
    write(folder, [("A", amounts[0]), ("B", amounts[1])])  # by id A would be the first
    assert main(["evaluate", "long", "list.csv", "-o", "-", "--columns", "outcome", "--summary", "none"]) == 0
    assert capsys.readouterr().out.split() == ["outcome", "other", "first"]
    for account, outcome in (("A", "Other"), ("B", "First")):
        assert main(["explain", "long", "--accounts", "list.csv", "--account", account]) == 0
        assert f"So: {outcome}" in capsys.readouterr().out
