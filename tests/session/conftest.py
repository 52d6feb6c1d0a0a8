"""`office` is a workspace folder; the clock stands still until a test moves it with `today`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from calls import FILES, Office


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`today("2026-03-02")`: what the clock says from then on."""

    def move(day: str) -> None:
        monkeypatch.setenv("ABM_TREE_NOW", day if "T" in day else f"{day}T09:00:00Z")

    move("2026-03-02")
    return move


@pytest.fixture
def office(tmp_path: Path, today: Callable[[str], None]) -> Office:
    """A workspace folder with a list, contacts and two trees."""
    found = Office(tmp_path / "office")
    for name, text in FILES.items():
        found.write(name, text)
    return found
