"""Screens as text, for golden files, and an app to look at: everybody's tests of the interface start here.

`text(app)` is the whole screen; `until(pilot, condition)` waits for what is asserted next, with a bound;
`opened(...)` is an app in the sample workspace (or another), with a journal of its own and a stopped clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from abm_tree.session.workspace import Workspace, open_workspace
from abm_tree.tui.app import AbmTree

NOW = "2026-11-21T10:00:00+00:00"
BOUND = 20.0  # seconds: more than any machine needs; a condition that never comes true fails then
SIZES = ((60, 20), (80, 24), (120, 40))


def text(app: Any) -> str:
    """The screen as lines of text, as wide as they are, without blanks at their ends."""
    strips = app.screen._compositor.render_strips()
    return "".join(f"{strip.text.rstrip()}\n" for strip in strips)


def lines(app: Any) -> list[str]:
    """The screen line by line."""
    return text(app).splitlines()


async def until(pilot: Any, condition: Callable[[], object], bound: float = BOUND) -> None:
    """Let the app work until a condition holds; fails with the screen where it does not."""
    end = time.monotonic() + bound
    while not condition():
        assert time.monotonic() < end, f"never came true; the screen:\n{text(pilot.app)}"
        await pilot.pause()


async def press(pilot: Any, *keys: str) -> None:
    """Press keys one after the other, each when the one before is done with."""
    for key in keys:
        await pilot.press(key)


def stopped(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """A clock that stands still, data and settings in the test's own folder, one name at the keyboard."""
    patch.setenv("ABM_TREE_DATA", str(folder / "data"))
    patch.setenv("ABM_TREE_CONFIG", str(folder / "config"))
    patch.setenv("ABM_TREE_NOW", NOW)
    patch.setenv("ABM_TREE_USER", "rep")
    patch.setenv("TZ", "UTC")


def opened(
    folder: Path,
    patch: pytest.MonkeyPatch,
    root: Path | None = None,
    first: Any = None,
    *,
    queue: bool = False,
) -> AbmTree:
    """An app that is not running yet: in the sample workspace, or in the one at `root`.

    `queue`: Home works out what to ask next, which puts lines above the accounts after a moment.
    """
    stopped(patch, folder)
    workspace: Workspace = open_workspace(root, sample=root is None)
    app = AbmTree(workspace, first)
    if not queue:
        app.queue.patience = 10**9
    return app
