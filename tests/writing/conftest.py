"""`here(...)` runs the program in the test's own folder; `abm(...)` does so as a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.program import Ran, Run, home_of, run_here, run_in


@pytest.fixture
def abm(tmp_path: Path) -> Run:
    """Run the program in the test's own folder."""

    def run(*arguments: str | Path, stdin: str | bytes = "", now: str = "") -> Ran:
        return run_in(tmp_path, *map(str, arguments), stdin=stdin, now=now)

    return run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the program's `main` within this process, in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("ABM_TREE_CONFIG", str(home_of(tmp_path) / "config"))
    monkeypatch.setenv("ABM_TREE_DATA", str(home_of(tmp_path) / "data"))
    monkeypatch.setenv("ABM_TREE_TRACEBACK", "1")  # a mistake of our own fails the test where it stands
    return run_here
