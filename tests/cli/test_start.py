"""Starting the program: what it imports, and what it says of itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from program import REPOSITORY, Run

from abm_tree import __version__
from abm_tree.cli.exits import Exit

HEAVY = ("textual", "pydantic", "networkx", "polars", "pyarrow", "numpy", "pandas")

PROBE = """
import contextlib, io, json, sys
from abm_tree.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(sys.argv[1:])
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def imported(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("evaluate", "--help"), ()])
def test_saying_what_it_is_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    found = imported(*arguments)
    assert "abm_tree" in found
    assert found.isdisjoint(HEAVY)


def test_the_probe_sees_what_a_command_imports() -> None:
    assert {"pydantic", "networkx"} <= imported("show", "lead-qualification")


def test_the_version_is_the_packages(abm: Run) -> None:
    ran = abm("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"abm-tree {__version__}\n", "")


@pytest.mark.parametrize("command", ["", "check", "show", "walk", "evaluate", "explain", "replay"])
def test_help_names_every_option(command: str, abm: Run) -> None:
    ran = abm(*filter(None, [command]), "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("usage: abm-tree")
    options = {
        "": ["check", "show", "walk", "evaluate", "explain", "replay", "--version", "--plain", "--sample"],
        "check": ["PATH", "--format"],
        "show": ["TREE"],
        "walk": ["TREE", "--account", "--accounts", "--role", "--fact", "--plain", "--as-of", "--resume"],
        "evaluate": ["TREE", "LIST", "--output", "--map", "--id", "--records", "--as-of", "--possible"],
        "explain": ["TREE", "--fact", "--unknown", "--as-of"],
        "replay": ["RECORDS"],
    }
    assert [name for name in options[command] if name not in ran.out] == []


def test_no_command_shows_home(abm: Run) -> None:
    ran = abm()
    assert (ran.code, ran.err) == (0, "")
    assert re.match(
        r"Sample workspace: 302 accounts, \d+ trees\.\nabm-tree --help lists the commands\.\n", ran.out
    )


def test_the_reader_of_a_pipe_may_go(tmp_path: Path) -> None:
    """`abm-tree show ... | head -1`: no message, no traceback."""
    command = f'"{sys.executable}" -m abm_tree show lead-qualification | head -1'
    done = subprocess.run(["bash", "-c", command], cwd=REPOSITORY, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("Lead qualification (lead-qualification, 1.1.0)\n", "")


@pytest.mark.parametrize("option", [("--sample",), ("--workspace", "elsewhere")])
def test_a_workspace_that_a_command_does_not_look_at_is_not_passed_over(
    option: tuple[str, ...], here: Run
) -> None:
    for command in (("check",), ("evaluate", "lead-qualification"), ("show", "lead-qualification")):
        ran = here(*option, *command)
        assert (ran.code, ran.out) == (Exit.USAGE, "")
        assert f"`{command[0]}` works in the workspace of the current folder." in ran.err
        assert option[0] in ran.err
