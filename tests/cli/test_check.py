"""`abm-tree check`: forms, codes and what is told of them, and checking again as files are saved."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from program import REPOSITORY, SMALL, Run, environment

from abm_tree.checks.told import told
from abm_tree.cli.check import CLEAR, watch
from abm_tree.cli.exits import Exit

BROKEN = SMALL.replace('to = "no"', 'to = "non"')


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


# ---------------------------------------------------------------- forms


def test_sarif_is_one_document_whether_there_are_findings_or_not(tree: Path, here: Run) -> None:
    ran = here("check", "--format", "sarif", "small.toml")
    assert ran.code == Exit.OK and json.loads(ran.out)["runs"][0]["results"] == []
    assert ran.err == "1 file checked: no findings.\n"
    tree.write_text(BROKEN, encoding="utf-8")
    ran = here("check", "--format", "sarif", "small.toml")
    assert ran.code == Exit.FINDINGS
    (run,) = json.loads(ran.out)["runs"]
    assert run["results"][0]["ruleId"] == "unknown-target"
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "small.toml"


def test_a_tree_by_its_id(tmp_path: Path, here: Run) -> None:
    (tmp_path / "abm-tree.toml").touch()
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / "other-name.toml").write_text(BROKEN, encoding="utf-8")
    ran = here("check", "small", "--format", "concise")
    assert ran.code == Exit.FINDINGS
    assert ran.out.startswith("trees/other-name.toml:8:35: unknown-target")
    ran = here("check", "nothing")
    assert ran.code == Exit.INPUT and "There is no such file, and no tree of this id." in ran.out


def test_workflow_commands(tree: Path, here: Run) -> None:
    assert here("check", "--format", "github", "small.toml").out == ""
    tree.write_text(BROKEN, encoding="utf-8")
    ran = here("check", "--format", "github", "small.toml")
    assert ran.code == Exit.FINDINGS
    first = ran.out.splitlines()[0]
    assert (
        first.startswith("::error file=small.toml,line=8,col=")
        and "title=unknown-target::There is no" in first
    )


def test_warnings_and_notes_do_not_end_with_an_error(tree: Path, here: Run) -> None:
    tree.write_text(
        SMALL.replace('unknown = "look"\nbranches = [{ when = "< 50"', 'branches = [{ when = "< 50"'),
        encoding="utf-8",
    )
    ran = here("check", "small.toml")
    assert "warning[unknown-not-handled]" in ran.out and ran.code == Exit.OK
    assert ran.out.endswith("1 file checked: 1 warning.\n")


# ---------------------------------------------------------------- codes


def test_the_list_has_every_code_with_weight_and_sentence(here: Run) -> None:
    out = here("check", "--list").out
    lines = [line.split(maxsplit=2) for line in out.splitlines() if line.startswith("  ")]
    mine = [entry for entry in told().values() if entry.checked]
    assert [line[0] for line in lines] == [entry.code for entry in mine]
    assert [line[1] for line in lines] == [entry.severity.value for entry in mine]
    assert all(line[2].endswith(".") for line in lines)
    assert "no-rows" not in out and len(mine) > 80


def test_the_list_as_data(here: Run) -> None:
    found = json.loads(here("check", "--list", "--format", "json").out)
    assert {one["code"] for one in found} == {entry.code for entry in told().values() if entry.checked}
    assert all({"code", "severity", "topic", "means", "todo"} <= one.keys() for one in found)


@pytest.mark.parametrize("code", sorted(told()))
def test_every_code_is_explained(code: str, here: Run) -> None:
    ran = here("check", "--explain", code)
    assert ran.code == Exit.OK and ran.out.startswith(f"{code} (")
    assert "What to do: " in ran.out


def test_an_explanation_has_its_parts(here: Run) -> None:
    out = here("check", "--explain", "overlap").out
    for part in ("What it does: ", "Why is this bad: ", "Example:\n    [nodes", "Use instead:\n    [nodes"):
        assert part in out
    assert json.loads(here("check", "--explain", "overlap", "--format", "json").out)["severity"] == "error"


@pytest.mark.parametrize("typed", ["error[overlap]", "[overlap]", "Overlap", "`overlap`"])
def test_a_code_may_be_pasted_as_it_is_shown(typed: str, here: Run) -> None:
    assert here("check", "--explain", typed).out.startswith("overlap (")


def test_an_unknown_code_suggests_the_nearest(here: Run) -> None:
    ran = here("check", "--explain", "unknown-not-handeld")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "Did you mean `unknown-not-handled`?" in ran.err
    assert "--list" in here("check", "--explain", "\x1b[2Jqqqqqq").err


# ---------------------------------------------------------------- again and again


def options(*paths: Path, form: str = "concise") -> argparse.Namespace:
    return argparse.Namespace(paths=[str(path) for path in paths], format=form)


def watched(steps: list[Callable[[], object]], *paths: Path, form: str = "concise") -> int:
    """Watch while one thing after the other happens between two looks, and Ctrl-C in the end."""
    todo = iter(steps)

    def wait() -> None:
        step = next(todo, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    return watch(options(*paths, form=form), wait)


def save(path: Path, text: str) -> Callable[[], object]:
    return lambda: path.write_text(text, encoding="utf-8")


def nothing() -> None:
    """Nobody saves anything."""


def test_it_checks_again_when_a_file_is_saved(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [nothing, save(tree, BROKEN), nothing, nothing, save(tree, SMALL), nothing]
    assert watched(steps, tree) == Exit.OK
    ran = capsys.readouterr()
    assert ran.err.count("1 file checked") == 3 and ran.err.count("waiting for a change") == 3
    assert ran.out.count("unknown-target") == 1
    assert CLEAR not in ran.out  # standard output is no terminal here


def test_the_exit_code_is_that_of_the_last_check(tree: Path) -> None:
    assert watched([save(tree, BROKEN), nothing], tree) == Exit.FINDINGS
    assert watched([tree.unlink, nothing], tree) == Exit.INPUT


def test_it_waits_until_a_file_is_written_whole(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        watched([save(tree, ""), save(tree, BROKEN[:50]), save(tree, BROKEN), nothing, nothing], tree)
        == Exit.FINDINGS
    )
    ran = capsys.readouterr()
    assert "empty-file" not in ran.out and ran.err.count("1 file checked") == 2


def test_what_a_tree_reads_counts_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trees").mkdir()
    (tmp_path / "abm-tree.toml").write_text("", encoding="utf-8")
    tree, facts = tmp_path / "trees" / "small.toml", tmp_path / "trees" / "facts.toml"
    tree.write_text(SMALL, encoding="utf-8")
    fact = '[facts."account.employees"]\ntype = "text"\n'
    settings = tmp_path / "abm-tree.toml"
    steps = [save(facts, fact), nothing, facts.unlink, nothing, save(settings, "# still nothing"), nothing]
    watched(steps, tree)
    ran = capsys.readouterr()
    assert ran.err.count("1 file checked") == 4 and "type-mismatch" in ran.out


def test_a_folder_may_get_new_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.toml").write_text(SMALL, encoding="utf-8")
    watched([save(tmp_path / "two.toml", SMALL), nothing], tmp_path)
    assert "2 files checked" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_forms_for_programs_are_not_watched(
    form: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert watched([], tree, form=form) == Exit.USAGE
    assert "--watch is for people" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_the_real_program_watches_and_ends_with_ctrl_c(tree: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "abm_tree", "check", "--watch", "--format", "concise", "small.toml"],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None and program.stderr is not None
        assert program.stderr.readline() == "1 file checked: no findings.\n"
        assert "waiting for a change" in program.stderr.readline()
        tree.write_text(BROKEN, encoding="utf-8")
        assert "unknown-target" in program.stdout.readline()
        while "waiting for a change" not in program.stderr.readline():
            pass
        program.send_signal(signal.SIGINT)
        try:
            assert program.wait(timeout=60) == Exit.FINDINGS
            assert "Traceback" not in program.stderr.read()
        finally:
            program.kill()


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo terminals")
def test_a_terminal_is_cleared_before_each_check(tree: Path, tmp_path: Path) -> None:
    import pexpect

    command = ["-m", "abm_tree", "check", "--watch", "small.toml"]
    env = environment(tmp_path) | {"TERM": "xterm"}
    program = pexpect.spawn(sys.executable, command, cwd=tmp_path, env=env, encoding="utf-8", timeout=60)
    program.expect_exact(CLEAR)
    program.expect_exact("no findings")
    program.expect_exact("waiting for a change")
    tree.write_text(BROKEN, encoding="utf-8")
    program.expect_exact(CLEAR)
    program.expect_exact("error[unknown-target]")
    program.expect_exact("waiting for a change")
    program.sendintr()
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == Exit.FINDINGS


def test_the_wheel_holds_what_explains_the_codes() -> None:
    """`check --explain` reads `docs/checks.md`, so it is packaged where it is looked for."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert packed["docs/checks.md"] == "abm_tree/library/docs/checks.md"
