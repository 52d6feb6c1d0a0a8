"""README's recorded walk and tree are what the program does with them today."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def run(*arguments: str, answers: str = "", home: Path | None = None) -> subprocess.CompletedProcess[str]:
    own = {"ABM_TREE_DATA": str(home / "data"), "ABM_TREE_CONFIG": str(home / "config")} if home else {}
    return subprocess.run(
        [sys.executable, "-m", "abm_tree", *arguments],
        input=answers,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, **own},
        check=False,
    )


def test_the_recorded_walk_is_what_its_answers_give(tmp_path: Path) -> None:
    found = re.search(r"<!-- walk: (.*?) -->\n```text\n(.*?)\n```", README, re.DOTALL)
    assert found is not None
    answers = "".join(line[2:] + "\n" for line in found[2].splitlines() if line.startswith("> "))
    done = run("walk", *found[1].split(), answers=answers, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip() == found[2]


def test_the_screens_are_those_of_the_recorded_call(request: pytest.FixtureRequest) -> None:
    """They stand in the golden files of `tests/tui/test_call.py`; `--rewrite-golden` takes them over."""
    text = README
    found = re.findall(r"<!-- screen: (\w+), (.*?) -->\n```text\n(.*?)```", text, re.DOTALL)
    assert len(found) >= 2
    for size, title, shown in found:
        golden = ROOT / "tests" / "tui" / "golden" / f"a call at {size}.txt"
        screens = re.split(r"^=== ", golden.read_text(encoding="utf-8"), flags=re.MULTILINE)
        screen = next(one for one in screens if one.startswith(f"{title}: ")).partition("\n")[2].rstrip("\n")
        if request.config.getoption("--rewrite-golden"):
            block = f"<!-- screen: {size}, {title} -->\n```text\n"
            text = text.replace(f"{block}{shown}```", f"{block}{screen}\n```")
            (ROOT / "README.md").write_text(text, encoding="utf-8")
            continue
        assert shown.rstrip("\n") == screen, title


def test_the_tree_in_readme_has_no_findings(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert found is not None
    assert tomllib.loads(found[1])["id"] == "worth-a-call"
    path = tmp_path / "worth-a-call.toml"
    path.write_text(found[1], encoding="utf-8")
    done = run("check", str(path))
    assert done.returncode == 0, done.stdout
    assert "no findings" in done.stdout


def test_readme_names_every_command() -> None:
    commands = re.findall(r"^    ([a-z]+) ", run("--help").stdout, re.MULTILINE)
    assert len(commands) >= 6
    for command in commands:
        assert f"`abm-tree {command}" in README, command
