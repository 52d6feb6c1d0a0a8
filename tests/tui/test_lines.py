"""The line that answers are typed into: what was refused stays in it, and can be mended or cleared."""

from __future__ import annotations

from pathlib import Path

import kinds
import pytest
from screens import opened, press, text, until

from abm_tree.tui.walk import Asking


async def test_what_was_refused_is_cleared_though_the_line_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = kinds.workspace(tmp_path / "place", kinds.tree("one", ("sum", "words")))
    app = opened(tmp_path, monkeypatch, place)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await press(pilot, "enter", "1", "1", "1")
        await until(pilot, lambda: isinstance(app.view, Asking) and app.view.asks == "sum")
        await press(pilot, *"abc", "enter")
        await until(pilot, lambda: "is not a number" in text(app))
        # Out of the line, and back by a key that edits: the old text is gone, not typed on.
        await press(pilot, "escape", "ctrl+u", *"75", "enter")
        await until(pilot, lambda: isinstance(app.view, Asking) and app.view.asks == "words")
        walk = app.view.walk
        assert [one.personal["value"] for one in walk.journal.events(walk.id) if one.fact == "sum"] == [75]
    app.workspace.journal.close()
