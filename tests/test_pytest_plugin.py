"""The plugin for pytest, in somebody else's project: its own folder, its own settings, its own process."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

TREE = """\
id = "small"
title = "Small"
start = "size"

[nodes.size]
decide = "account.employees"
unknown = "look"
branches = [{ when = "< 50", to = "no" }, { when = ">= 50", to = "yes" }]

[outcomes.yes]
title = "Pursue"

[outcomes.no]
title = "Leave it"

[outcomes.look]
title = "Look it up"
"""

CASES = """\
[[cases]]
name    = "Twenty: leave it"
facts   = { "account.employees" = 20 }
outcome = "no"

[[cases]]
name    = "Nobody knows"
unknown = ["account.employees"]
outcome = "yes"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A workspace with a tree, two cases of which one fails, and a test of its own."""
    (tmp_path / "trees").mkdir()
    (tmp_path / "abm-tree.toml").write_text("format = 1\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "trees" / "small.toml").write_text(TREE, encoding="utf-8")
    (tmp_path / "trees" / "small.cases.toml").write_text(CASES, encoding="utf-8")
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with the plugin and no other, as it stands in the repository."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "ABM_TREE"))}
    env |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env |= {"ABM_TREE_CONFIG": str(folder / "none"), "ABM_TREE_DATA": str(folder / "none")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "abm_tree.pytest_plugin", "-q", *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_cases_of_a_workspace_are_tests(project: Path) -> None:
    done = run(project, "--junit-xml=out.xml", "-o", "junit_family=xunit1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 2 passed" in done.stdout
    assert 'file="trees/small.cases.toml" line="1"' in (project / "out.xml").read_text(encoding="utf-8")
    assert 'error[case-differs]: Case "Nobody knows" expects outcome `yes`; it came to `look`.' in done.stdout
    assert "  --> trees/small.cases.toml:9:11\n" in done.stdout
    assert "FAILED trees/small.cases.toml::Nobody knows" in done.stdout
    assert "Traceback" not in done.stdout and "pytest_plugin" not in done.stdout


@pytest.mark.slow
def test_one_case_can_be_named_and_found(project: Path) -> None:
    done = run(project, "trees/small.cases.toml::Twenty: leave it")
    assert "1 passed" in done.stdout
    done = run(project, "-k", "Twenty")
    assert "1 passed, 2 deselected" in done.stdout
    done = run(project, "--collect-only")
    assert "trees/small.cases.toml::Nobody knows" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (("--abm-tree-cases=off",), "1 passed"),
        (("-o", "abm_tree_cases=off"), "1 passed"),
        (("-p", "no:abm_tree.pytest_plugin"), "1 passed"),
    ],
)
def test_it_can_be_left_aside(project: Path, arguments: tuple[str, ...], passed: str) -> None:
    done = run(project, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert passed in done.stdout


@pytest.mark.slow
def test_outside_a_workspace_files_are_only_tested_when_named(project: Path) -> None:
    (project / "abm-tree.toml").unlink()
    assert "1 passed" in run(project).stdout
    assert "1 failed, 1 passed" in run(project, "trees/small.cases.toml").stdout
    assert "1 failed, 2 passed" in run(project, "--abm-tree-cases=all").stdout


@pytest.mark.slow
def test_a_setting_that_means_nothing_is_told(project: Path) -> None:
    done = run(project, "-o", "abm_tree_cases=yes")
    assert done.returncode == 4
    assert "abm_tree_cases = yes: expected one of workspace, all, off" in done.stderr
    assert "which files of cases" in run(project, "--help").stdout


def test_a_file_that_is_not_in_order_fails_by_itself(project: Path) -> None:
    (project / "trees" / "lost.cases.toml").write_text(CASES, encoding="utf-8")
    path = project / "trees" / "small.toml"
    path.write_text(TREE.replace('to = "no"', 'to = "nowhere"'), encoding="utf-8")
    done = run(project)
    assert done.returncode == 1
    assert "2 failed, 1 passed" in done.stdout, done.stdout
    assert "There is no tree `lost` beside these cases." in done.stdout
    assert "trees/small.toml:8:" in done.stdout


@pytest.mark.slow
def test_two_cases_of_one_name_are_two_tests(project: Path) -> None:
    path = project / "trees" / "small.cases.toml"
    path.write_text(CASES.replace("Nobody knows", "Twenty: leave it"), encoding="utf-8")
    assert "FAILED trees/small.cases.toml::Twenty: leave it (2) " in run(project).stdout


@pytest.mark.slow
def test_workers_share_the_cases(project: Path) -> None:
    done = run(project, "-p", "xdist", "-n", "2")
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr


def test_the_plugin_is_light() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules); import abm_tree.pytest_plugin; "
        "print(sorted(name for name in set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert eval(done.stdout) == ["abm_tree", "abm_tree.pytest_plugin", "abm_tree.version"]


def test_the_package_offers_the_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"abm-tree": "abm_tree.pytest_plugin"}
