"""The hooks for pre-commit are real commands, on the files that abm-tree has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from abm_tree.cli.parser import build
from abm_tree.tree.shelf import kind_of

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
# A list of flat tables: what is needed of YAML here is not more than this.
HOOKS = [
    dict(re.findall(r"^(?:- |  )(\w+): (.+)$", part, re.M))
    for part in re.split(r"^(?=- id:)", TEXT, flags=re.M)
    if part.startswith("- id:")
]


def test_there_are_three_and_they_are_documented() -> None:
    ids = [hook["id"] for hook in HOOKS]
    assert ids == ["abm-tree-check", "abm-tree-format", "abm-tree-test"]
    text = (ROOT / "docs" / "writing.md").read_text(encoding="utf-8")
    for one in ids:
        assert f"| `{one}` |" in text and f"- id: {one}" in text


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_each_entry_is_a_command_with_or_without_files(hook: dict[str, str]) -> None:
    assert hook["language"] == "python"
    program, *arguments = shlex.split(hook["entry"])
    assert program == "abm-tree"
    files = ["trees/a.toml"] if hook.get("pass_filenames", "true") == "true" else []
    options = build().parse_args([*arguments, *files])
    assert options.run is not None
    if files:
        assert options.paths == files


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_each_looks_at_the_files_of_a_workspace(hook: dict[str, str]) -> None:
    pattern = re.compile(hook["files"])
    for name in (
        "trees/a.toml",
        "trees/a.cases.toml",
        "personas/end-user.toml",
        "abm-tree.toml",
        "x/trees/facts.toml",
    ):
        assert pattern.search(name) and kind_of(Path(name))
    for name in ("pyproject.toml", "docs/a.toml", "trees/a.md"):
        assert not pattern.search(name)
