"""`abm(...)` runs the program in the test's own folder; `untouched` holds that nothing in it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from calls import FILES, Office
from program import Ran, Run, home_of, listing, run_here, run_in


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


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """From the call on, nothing in the test's folder may change."""
    before: list[dict[str, bytes | None]] = []
    yield lambda: before.append(listing(tmp_path))
    assert before, "the test did not say from when on nothing may change"
    assert listing(tmp_path) == before[0]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`today("2026-03-02")`: what the clock of this process says from then on."""

    def move(day: str) -> None:
        monkeypatch.setenv("ABM_TREE_NOW", f"{day}T09:00:00Z")

    move("2026-03-02")
    return move


@pytest.fixture
def office(tmp_path: Path, today: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Office:
    """A workspace folder with a list, contacts and two trees; this process stands in it."""
    found = Office(tmp_path / "office")
    for name, text in FILES.items():
        found.write(name, text)
    monkeypatch.chdir(found.folder)
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own folder, which the program runs in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder
