"""`abm(...)` runs the program in the test's own folder; `untouched` holds that nothing in it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from program import Ran, Run, listing, run_here, run_in


@pytest.fixture
def abm(tmp_path: Path) -> Run:
    """Run the program in the test's own folder."""

    def run(*arguments: str | Path, stdin: str = "") -> Ran:
        return run_in(tmp_path, *map(str, arguments), stdin=stdin)

    return run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the program's `main` within this process, in the test's own folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("ABM_TREE_TRACEBACK", "1")  # a mistake of our own fails the test where it stands
    return run_here


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """From the call on, nothing in the test's folder may change."""
    before: list[dict[str, bytes | None]] = []
    yield lambda: before.append(listing(tmp_path))
    assert before, "the test did not say from when on nothing may change"
    assert listing(tmp_path) == before[0]
