"""Bad input: one clear message with its place, an exit code, no traceback, nothing written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from program import LIST, SMALL, Run

from abm_tree.cli.exits import Exit

Golden = Callable[[str, str], None]
Content = str | bytes

BINARY = bytes(range(256)) * 8
CALLER = """\
id = "caller"
title = "Caller"
start = "step"

[nodes.step]
tree = "small"
branches = [{ is = ["yes", "no", "look"], to = "end" }]

[outcomes.end]
title = "End"
"""


def edited(old: str, new: str) -> str:
    assert SMALL.count(old) >= 1
    return SMALL.replace(old, new, 1)


# Trees: the content of small.toml, other files, and the exit code of a command that walks it.
TREES: dict[str, tuple[Content, dict[str, Content], Exit]] = {
    "empty": ("", {}, Exit.INPUT),
    "binary": (BINARY, {}, Exit.INPUT),
    "syntax": (edited('title = "Pursue"', 'title = "Pursue'), {}, Exit.TREE),
    "wrong type": (edited('title = "Pursue"', "title = 12"), {}, Exit.TREE),
    "duplicate id": (edited("[outcomes.no]", "[outcomes.size]\ntitle = 'S'\n\n[outcomes.no]"), {}, Exit.TREE),
    "branch to nowhere": (edited('to = "worth"', 'to = "wroth"'), {}, Exit.TREE),
    "cycle": (edited('_revenue"\nunknown = "look"', '_revenue"\nunknown = "size"'), {}, Exit.TREE),
    "orphan": (SMALL + "\n[nodes.lost]\nask = 'Lost?'\notherwise = 'no'\n", {}, Exit.TREE),
    "unknown role": (edited('verdict = "qualified"', "say = { bos = 'Sir.' }"), {}, Exit.TREE),
    "number compared with a text": (edited('"< 1000000"', "'< \"much\"'"), {}, Exit.TREE),
    "calls itself through another": (
        edited('unknown = "look"', 'unknown = "round"') + '\n[nodes.round]\ntree = "caller"\n',
        {"caller.toml": CALLER},
        Exit.TREE,
    ),
    "newer format": ("format = 2\n" + SMALL, {}, Exit.TREE),
}


def written(folder: Path, files: dict[str, Content]) -> None:
    for name, content in files.items():
        data = content.encode("utf-8") if isinstance(content, str) else content
        (folder / name).write_bytes(data)


@pytest.mark.parametrize("case", TREES)
def test_a_bad_tree_stops_a_batch_before_anything_is_written(
    case: str, here: Run, tmp_path: Path, untouched: Callable[[], None], golden: Golden
) -> None:
    content, others, code = TREES[case]
    written(tmp_path, {"small.toml": content, "list.csv": LIST, **others})
    untouched()
    ran = here("evaluate", "small.toml", "list.csv", "-o", "out.csv", "--records", "out.jsonl")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.count("error[") == 1
    golden(f"bad/tree {case}.txt", ran.text)


def test_check_tells_them_with_its_own_exit_code(here: Run, tmp_path: Path, golden: Golden) -> None:
    for case, (content, _, _) in TREES.items():
        if case != "calls itself through another":
            written(tmp_path, {f"{case.replace(' ', '-')}.toml": content})
    ran = here("check", ".", "--format", "concise")
    assert ran.code == Exit.FINDINGS
    golden("check folder.txt", ran.text)


LISTS: dict[str, Content] = {
    "empty": "",
    "blank lines": "\n\n  \n",
    "binary": BINARY,
    "workbook": b"PK\x03\x04" + BINARY,
    "no header": "A1,One,10,2000000\nA2,Two,80,2000000\n",
    "no id column": LIST.replace("account_id", "firm"),
    "no known column": "account_id,colour,weight\nA1,red,1\n",
    "no rows": LIST.split("\n")[0] + "\n",
    "a column twice": LIST.replace("account_id,name", "account_id,employees"),
    "title above the header": "Export of 31 March,,,\n" + LIST,
}


@pytest.mark.parametrize("case", LISTS)
def test_a_bad_list_stops_a_batch_before_anything_is_written(
    case: str, here: Run, tmp_path: Path, untouched: Callable[[], None], golden: Golden
) -> None:
    written(tmp_path, {"small.toml": SMALL, "list.csv": LISTS[case]})
    untouched()
    ran = here("evaluate", "small.toml", "list.csv", "-o", "out.csv", "--records", "out.jsonl")
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert ran.err.count("error[") == 1
    golden(f"bad/list {case}.txt", ran.text)


EVALUATE = ("evaluate", "small.toml", "list.csv")
COMMANDS: dict[str, tuple[tuple[str, ...], Exit]] = {
    "no such tree": (("show", "smal"), Exit.INPUT),
    "no such tree file": (("show", "smal.toml"), Exit.INPUT),
    "a folder for a tree": (("show", "folder.toml"), Exit.INPUT),
    "no such list": (("evaluate", "small.toml", "lst.csv", "-o", "out.csv"), Exit.INPUT),
    "a folder for a list": (("evaluate", "small.toml", "folder.toml", "-o", "out.csv"), Exit.INPUT),
    "output into the input": ((*EVALUATE, "-o", "list.csv"), Exit.INPUT),
    "output into the input by another way": ((*EVALUATE, "-o", "folder.toml/../list.csv"), Exit.INPUT),
    "records into the input": ((*EVALUATE, "--records", "link.csv"), Exit.INPUT),
    "records into the output": ((*EVALUATE, "-o", "out.csv", "--records", "./out.csv"), Exit.INPUT),
    "output into a folder": ((*EVALUATE, "-o", "folder.toml"), Exit.INPUT),
    "output into no folder": ((*EVALUATE, "-o", "nowhere/out.csv"), Exit.INPUT),
    "no such column to map": ((*EVALUATE, "--map", "head=account.employees", "-o", "out.csv"), Exit.INPUT),
    "no such fact to map": ((*EVALUATE, "--map", "name=staff", "-o", "out.csv"), Exit.INPUT),
    "a map without a column": ((*EVALUATE, "--map", "employees", "-o", "out.csv"), Exit.USAGE),
    "no such id column": ((*EVALUATE, "--id", "acount_id", "-o", "out.csv"), Exit.INPUT),
    "no such day": ((*EVALUATE, "--as-of", "31.02.2026", "-o", "out.csv"), Exit.USAGE),
    "no such day of the list": ((*EVALUATE, "--list-date", "yesterday", "-o", "out.csv"), Exit.USAGE),
    "no such column of days": ((*EVALUATE, "--dated-by", "seen", "-o", "out.csv"), Exit.INPUT),
    "no such role": (("walk", "small.toml", "--role", "end-usr"), Exit.USAGE),
    "no such account": (("walk", "small.toml", "--accounts", "list.csv", "--account", "A9"), Exit.INPUT),
    "a list without an account": (("walk", "small.toml", "--accounts", "list.csv"), Exit.USAGE),
    "no such fact": (("explain", "small.toml", "--fact", "employes=3"), Exit.USAGE),
    "a fact without a value": (("explain", "small.toml", "--fact", "account.employees"), Exit.USAGE),
    "a fact that is no number": (("explain", "small.toml", "--fact", "account.employees=many"), Exit.USAGE),
    "no such unknown fact": (("explain", "small.toml", "--unknown", "account.employes"), Exit.USAGE),
    "an account without a list": (("explain", "small.toml", "--account", "A1"), Exit.USAGE),
    "no such records": (("replay", "none.jsonl"), Exit.INPUT),
    "records that are none": (("replay", "small.toml.one"), Exit.FINDINGS),
    "nothing to check": (("check", "folder.toml"), Exit.INPUT),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_a_command_that_cannot_be_done_says_so_and_changes_nothing(
    case: str, here: Run, tmp_path: Path, untouched: Callable[[], None], golden: Golden
) -> None:
    arguments, code = COMMANDS[case]
    written(tmp_path, {"small.toml": SMALL, "list.csv": LIST, "small.toml.one": "{}"})
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "link.csv").symlink_to("list.csv")
    untouched()
    ran = here(*arguments)
    assert ran.code == code
    assert (ran.err + ran.out).count("error[") == 1
    golden(f"bad/{case}.txt", ran.text)


USAGE = {
    "no such command": (("evalute",), "invalid choice: 'evalute'"),
    "no such option": ((*EVALUATE, "--maps", "a=b"), "evaluate: error: unrecognized arguments: --maps a=b"),
    "a misspelt option": ((*EVALUATE, "--summry=none"), "--summry=none. Did you mean `--summary`?"),
    "a misspelt command": (("chek",), "Did you mean `check`?"),
    "a misspelt action": (("journal", "lst"), "Did you mean `list`?"),
    "a cut option": ((*EVALUATE, "--rec", "a.jsonl"), "unrecognized arguments: --rec a.jsonl"),
    "no tree": (("evaluate",), "the following arguments are required: TREE"),
    "no such decimal mark": ((*EVALUATE, "--decimal", "dot"), "invalid choice: 'dot'"),
}


@pytest.mark.parametrize("case", USAGE)
def test_a_command_line_that_is_not_understood_says_so(case: str, here: Run) -> None:
    arguments, words = USAGE[case]
    ran = here(*arguments)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.startswith("usage: abm-tree")
    assert words in ran.err


EXITS = {
    Exit.OK: ("show", "small.toml"),
    Exit.FINDINGS: ("check", "bad.toml"),
    Exit.USAGE: ("evaluate",),
    Exit.INPUT: ("evaluate", "small.toml", "none.csv"),
    Exit.TREE: ("show", "bad.toml"),
    Exit.UNFINISHED: ("walk", "small.toml"),
}


@pytest.mark.parametrize("code", EXITS, ids=lambda code: code.name)
def test_the_process_ends_with_the_exit_code(code: Exit, abm: Run, tmp_path: Path) -> None:
    written(tmp_path, {"small.toml": SMALL, "bad.toml": edited('to = "worth"', 'to = "wroth"')})
    assert abm(*EXITS[code]).code == code


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told(here: Run, tmp_path: Path) -> None:
    written(tmp_path, {"small.toml": SMALL, "list.csv": LIST})
    (tmp_path / "locked").mkdir(mode=0o500)
    ran = here(*EVALUATE, "-o", "locked/out.csv")
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert "permission denied" in ran.err


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody may write to")
def test_a_file_that_cannot_be_made_is_told_by_its_own_name_to_anybody(here: Run, tmp_path: Path) -> None:
    written(tmp_path, {"small.toml": SMALL, "list.csv": LIST})
    ran = here(*EVALUATE, "-o", "/proc/self/out.csv")
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert "cannot be written" in ran.err and "out.csv\n" in ran.err
    assert ".part" not in ran.err


def test_a_newer_record_is_refused(here: Run, tmp_path: Path) -> None:
    written(tmp_path, {"small.toml": SMALL, "list.csv": LIST})
    assert here(*EVALUATE, "--records", "out.jsonl").code == Exit.OK
    path = tmp_path / "out.jsonl"
    path.write_text(path.read_text().replace('"record":1,', '"record":99,'))
    ran = here("replay", "out.jsonl")
    assert ran.code == Exit.FINDINGS
    assert "the record has version 99" in ran.err.lower()


def test_a_record_that_was_changed_does_not_replay(here: Run, tmp_path: Path) -> None:
    written(tmp_path, {"small.toml": SMALL, "list.csv": LIST})
    assert here(*EVALUATE, "--records", "out.jsonl").code == Exit.OK
    path = tmp_path / "out.jsonl"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace('"outcome":"yes"', '"outcome":"no"', 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    ran = here("replay", "out.jsonl")
    assert ran.code == Exit.FINDINGS
    assert "differs when replayed, in `outcome`" in ran.err
    assert ran.out == "3 records replay to themselves, 1 finding.\n"
