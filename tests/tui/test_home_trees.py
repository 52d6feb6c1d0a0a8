"""Home with as many trees as the library has: headings, numbers, typing."""

from __future__ import annotations

from pathlib import Path

import pytest
from calls import CALL, FILES, Office
from screens import lines, opened, press, until

from abm_tree.tui.home import Home


@pytest.fixture
def root(tmp_path: Path) -> Path:
    office = Office(tmp_path / "office")
    for name, text in FILES.items():
        office.write(name, text)
    for number in range(12):
        purpose = "escalation" if number % 2 else "research"
        text = CALL.replace('id = "call"\ntitle = "Call"', f'id = "t{number}"\ntitle = "Way {number}"')
        office.write(f"trees/t{number}.toml", f'purpose = "{purpose}"\nabout = "What it is for."\n{text}')
    return office.folder


async def test_many_trees_stand_under_headings(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, root)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "enter")
        await until(pilot, lambda: any("Which tree?" in line for line in lines(app)))
        shown = lines(app)
        first = next(at for at, line in enumerate(shown) if line.strip() == "Research")
        assert [line.split("  ")[0].strip(" ▸") for line in shown[first + 1 : first + 4]] == ["1", "2", "3"]
        assert shown[first + 1].lstrip(" ▸").startswith("1  Way 0   What it is for.")
        # The heading between them has no number, and takes none away.
        heading = next(at for at, line in enumerate(shown) if line.strip() == "Escalation")
        assert shown[heading + 1].lstrip(" ▸").startswith("7  Way 1 ")
        assert shown[heading + 4].strip(" ▸").startswith("Way 5 "), "nine have a number"
        home = app.view
        assert isinstance(home, Home)
        await press(pilot, "7")
        assert [step.crumb for step in home.steps] == ["Alder", "Way 1"]
        await press(pilot, "escape", "end")
        assert home._items[home.mark].chosen is not None


async def test_typing_finds_by_name_and_purpose_and_leaves_headings_out(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(tmp_path, monkeypatch, root)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "enter", "slash", *"escal")
        home = app.view
        assert isinstance(home, Home)
        own = [one.text for one in home._items if one.key[1].startswith(str(root))]
        assert own == ["Way 1", "Way 11", "Way 3", "Way 5", "Way 7", "Way 9"]
        assert all(one.chosen is not None for one in home._items)
        await press(pilot, *["backspace"] * 5, *"way", "space", *"10")
        assert [one.text for one in home._items] == ["Way 10"]
        await press(pilot, "enter")
        assert home.steps[-1].crumb == "Way 10"
