"""`abm-tree journal`: what each command prints, and with what it ends."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pytest
from journals import REPOSITORY, begin, integrity, noted, opened, paused
from journals import started as bare_start
from often import often
from walked import finished, started, tree_in

from abm_tree.cli import Exit, main
from abm_tree.journal.store import open_journal
from abm_tree.walk.subject import Subject


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Abm = Callable[..., Ran]


@pytest.fixture
def abm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Abm:
    """Run `abm-tree journal ...` in the test's folder, on its journal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ABM_TREE_TRACEBACK", "1")
    monkeypatch.setenv("ABM_TREE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TZ", "UTC")

    def run(*arguments: str | Path, journal: bool = True, stdin: str = "") -> Ran:
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        more = ("--journal", "journal.db") if journal else ()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(["journal", *map(str, arguments), *more])
            except SystemExit as stopped:
                code = int(stopped.code or 0)
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def walks(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three walks, at a time that stands still; their ids."""
    monkeypatch.setenv("ABM_TREE_NOW", "2026-11-21T09:30:00Z")
    tree = tree_in(tmp_path)
    with opened(path) as journal:
        ids = [finished(journal, tree).id]
        next_millisecond()
        ids.append(started(journal, tree).id)
        next_millisecond()
        monkeypatch.setenv("ABM_TREE_NOW", "2026-11-22T10:05:00Z")
        events = [bare_start(), paused("until the fair\x1b[31m", "2026-12-01")]
        ids.append(begin(journal, *events, subject=Subject("ACC-2"), account_name="Bolt & Co")[0].walk)
    return ids


def next_millisecond() -> None:
    """Ids of walks that begin in one millisecond begin alike, and lists show more of them."""
    before = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == before:
        pass


def stable(text: str, walks: list[str] | None = None) -> str:
    """What a run printed, without what differs from run to run."""
    for number, walk in enumerate(walks or (), start=1):
        text = text.replace(walk, f"<id of walk {number}>").replace(walk[:13], f"<the walk {number}>")
    return re.sub(r"\b[0-9a-f]{12}\b", "<revision>", text)


# ---------------------------------------------------------------- list and show


def test_list_and_show(abm: Abm, walks: list[str], golden: Callable[[str, str], None]) -> None:
    runs = {
        "list": abm("list"),
        "list --all": abm("list", "--all"),
        "list --all --unmasked --account ACC-1": abm("list", "--all", "--unmasked", "--account", "ACC-1"),
        "show": abm("show", walks[0]),
        "show --unmasked": abm("show", walks[0], "--unmasked"),
        "show (paused)": abm("show", walks[2]),
    }
    assert [(ran.code, ran.err) for ran in runs.values()] == [(0, "")] * len(runs)
    golden("stories.txt", "\n".join(f"$ {name}\n{stable(ran.out, walks)}" for name, ran in runs.items()))
    hidden = runs["list"].out + runs["list --all"].out + runs["show"].out
    assert [secret for secret in ("Mia", "Mimi", "77000", "77,000", "\x1b") if secret in hidden] == []


def test_what_is_listed_can_be_shown(abm: Abm, walks: list[str]) -> None:
    for line in abm("list", "--all").out.splitlines()[1:]:
        assert abm("show", line.split()[0]).code == Exit.OK


def test_nothing_to_list(abm: Abm, path: Path, tmp_path: Path) -> None:
    ran = abm("list")
    assert (ran.code, ran.out) == (Exit.OK, "")
    assert ran.err == "There is no journal at journal.db yet. It begins with the first walk.\n"
    assert not path.exists()
    for command in (["show", "x"], ["export"], ["verify"], ["backup", "b"], ["forget", "x", "--yes"]):
        assert abm(*command).code == Exit.INPUT
    assert list(tmp_path.iterdir()) == []
    with opened(path) as journal:
        assert abm("list").err == "There are no walks.\n"
        finished(journal, tree_in(tmp_path))
    assert abm("list").err == "No unfinished walks; --all lists 1 finished one.\n"
    assert abm("list", "--account", "x").err == 'There are no walks about the account "x".\n'
    assert abm("list", "--account", "ACC-1").err == (
        'No unfinished walks about the account "ACC-1"; --all lists 1 finished one.\n'
    )


def test_a_walk_that_is_not_there_or_not_clear(abm: Abm, walks: list[str]) -> None:
    ran = abm("show", "zz")
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert 'There is no walk "zz" in the journal.' in ran.err
    ran = abm("show", walks[0][:3])
    assert (ran.code, ran.out) == (Exit.INPUT, "")
    assert f'3 walks begin with "{walks[0][:3]}".' in ran.err


def test_the_workspace_says_where_the_journal_is(abm: Abm, tmp_path: Path, walks: list[str]) -> None:
    (tmp_path / "abm-tree.toml").write_text("", encoding="utf-8")
    assert len(abm("list", journal=False).out.splitlines()) == 3
    (tmp_path / "abm-tree.toml").write_text('journal = "calls/own.db"', encoding="utf-8")
    assert "own.db yet" in abm("list", journal=False).err
    (tmp_path / "abm-tree.toml").unlink()
    assert f"{tmp_path / 'data' / 'journal.db'} yet" in abm("list", journal=False).err
    with opened(tmp_path / "data" / "journal.db") as journal:
        begin(journal)
    assert len(abm("list", journal=False).out.splitlines()) == 2


# ---------------------------------------------------------------- export, verify, backup


def test_export_to_a_file_and_to_standard_output(abm: Abm, walks: list[str], tmp_path: Path) -> None:
    for form in ("jsonl", "csv"):
        ran = abm("export", "--format", form)
        assert (ran.code, ran.err) == (0, "")
        done = abm("export", "--format", form, "-o", "out")
        assert (done.code, done.out, done.err) == (0, "", "14 events written to out.\n")
        assert (
            (tmp_path / "out").read_text(encoding="utf-8")
            == ran.out
            == abm("export", "--format", form, "-o", "-").out
        )
    # Without a format, as the file ends.
    done = abm("export", "-o", "out.csv")
    assert (tmp_path / "out.csv").read_text() == abm("export", "--format", "csv").out
    assert "Mimi" not in abm("export").out
    assert "Mimi" in abm("export", "--unmasked").out
    assert len([json.loads(line) for line in abm("export").out.splitlines()]) == 14


def test_verify(abm: Abm, walks: list[str], path: Path) -> None:
    ran = abm("verify")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out == "3 walks, 14 events; 1 record replays to itself.\n"
    abm("forget", "CON-77", "--yes")
    assert (
        abm("verify").out
        == "3 walks, 14 events; 0 records replay to themselves, 7 events erased on request.\n"
    )
    with path.open("r+b") as file:
        file.seek(path.read_bytes().index(b"until the fair") // 4096 * 4096)
        file.write(os.urandom(4096))
    ran = abm("verify")
    assert ran.code == Exit.FINDINGS
    assert "error[damaged-journal]: The journal is damaged: 14 of its events could be read." in ran.err
    assert ran.out.endswith(", 1 finding.\n")


def test_backup(abm: Abm, walks: list[str], path: Path, tmp_path: Path) -> None:
    new = tmp_path / "deep" / "copy.db"
    with opened(path) as journal:
        ran = abm("backup", new)
        assert (ran.code, ran.out, ran.err) == (0, "", f"14 events written to {new}.\n")
        whole = journal.every()
    assert [one.name for one in new.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    before = new.read_bytes()
    ran = abm("backup", new)
    assert (ran.code, new.read_bytes()) == (Exit.INPUT, before)
    assert "a backup never writes over one" in ran.err
    with opened(new) as journal:
        assert journal.every() == whole
        journal.append(walks[2], 2, [noted("on we go")])
    integrity(new)


def test_backup_of_a_damaged_journal(abm: Abm, walks: list[str], path: Path, tmp_path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(4096))
    ran = abm("backup", "rescued.db")
    assert ran.code == Exit.OK
    assert "The journal is damaged: 14 of its events could be read." in ran.err
    assert ran.err.endswith("14 events written to rescued.db.\n")
    integrity(tmp_path / "rescued.db")
    with closing(open_journal(tmp_path / "rescued.db")) as journal:
        assert journal.problem == ""
        assert len(journal.walks()) == 3
    for command in (["list"], ["show", walks[2]], ["export"]):
        ran = abm(*command)
        assert ran.code == Exit.OK and ran.out and "damaged" in ran.err
    assert abm("forget", "ACC-1", "--yes").code == Exit.INPUT


# ---------------------------------------------------------------- forget


def test_forget_with_yes(abm: Abm, walks: list[str], path: Path) -> None:
    ran = abm("forget", "CON-77", "--yes")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out == 'Forgot the stakeholder "CON-77": erased from 7 events, 2 walks.\n'
    assert b"Mimi" not in path.read_bytes()
    assert "(erased on request)" in abm("show", walks[0], "--unmasked").out
    path.with_name("journal.db.damaged-2026-01-01").write_bytes(b"x")
    ran = abm("forget", "ACC-1", "--yes")
    assert ran.code == Exit.OK
    assert "journal.db.damaged-2026-01-01. Delete them." in ran.err
    assert "somebody forgotten" in abm("list", "--all").out


def test_forget_needs_yes_where_nobody_can_be_asked(abm: Abm, walks: list[str], path: Path) -> None:
    before = path.read_bytes()
    ran = abm("forget", "CON-77", stdin="y\n")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err == "There is no terminal to ask at; add --yes to erase.\n"
    ran = abm("forget", "CON-7", "--yes")
    assert ran.code == Exit.INPUT
    assert 'There is nothing about "CON-7" in the journal.' in ran.err
    assert 'Did you mean "CON-77"?' in ran.err
    assert path.read_bytes() == before


@pytest.mark.parametrize(("typed", "erased"), [("y", True), ("yes", True), ("n", False), ("", False)])
def test_forget_asks_at_a_terminal(walks: list[str], path: Path, typed: str, erased: bool) -> None:
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TERM": "dumb"}
    command = ["-m", "abm_tree", "journal", "forget", "CON-77", "--journal", str(path)]
    with pexpect.spawn(sys.executable, command, env=env, timeout=60, encoding="utf-8") as terminal:
        terminal.expect(r"y/n> ")
        terminal.sendline(typed)
        terminal.expect(pexpect.EOF)
        terminal.close()
        assert terminal.exitstatus == 0
        assert ("Nothing was erased." in terminal.before) != erased
    assert (b"Mimi" in path.read_bytes()) != erased


# ---------------------------------------------------------------- as a program


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--all"],
        ["show", "0"],
        ["export"],
        ["export", "--format", "csv"],
        ["verify"],
        ["backup", "b.db"],
        ["forget", "ACC-1", "--yes"],
        [],
        ["nothing"],
        ["list", "--journal", "text.txt"],
        ["verify", "--journal", "."],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("damage", often([False, True], True), ids=["sound", "damaged"])
def test_no_run_ends_in_a_traceback(
    tmp_path: Path, walks: list[str], path: Path, arguments: list[str], damage: bool
) -> None:
    (tmp_path / "text.txt").write_text("hello", encoding="utf-8")
    if damage:
        with path.open("r+b") as file:
            file.seek(8 * 4096)
            file.write(os.urandom(9 * 4096))
    where = [] if "--journal" in arguments or not arguments else ["--journal", str(path)]
    done = subprocess.run(
        [sys.executable, "-m", "abm_tree", "journal", *arguments, *where],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in (Exit.OK, Exit.FINDINGS, Exit.USAGE, Exit.INPUT), done.stderr
    assert done.returncode == Exit.OK or done.stderr
