"""Which folder is the workspace, and how a path is shown.

Promises: one rule for every command and every front; nothing but the standard library. Refuses: to read the
settings.
"""

from __future__ import annotations

import os
from pathlib import Path

SETTINGS = "abm-tree.toml"


def find_root(start: Path) -> Path | None:
    """The workspace that a folder lies in: the nearest folder above with `abm-tree.toml`."""
    start = start.resolve()
    for folder in (start, *start.parents):
        try:
            if (folder / SETTINGS).is_file():
                return folder
        except OSError:  # a folder that we may not look into
            continue
    return None


def shown(path: Path) -> str:
    """A path as people write it: relative where it lies below the current folder."""
    try:
        return os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)
    except (OSError, ValueError, RuntimeError):  # a link that leads to itself
        return str(path)


def library() -> Path:
    """The folder of the trees, personas and samples that ship with abm-tree."""
    home = Path(__file__).resolve().parents[1]
    packaged = home / "library"
    return packaged if packaged.is_dir() else home.parent


def folders(start: Path | None, near: Path | None) -> tuple[Path | None, tuple[Path, ...], tuple[Path, ...]]:
    """The workspace, the folders of trees and those of personas, nearest first.

    `near` is a tree's own folder, `start` the folder that a command runs in (None: the current one).
    """
    # The library is no workspace of anybody's, wherever it is installed.
    root = None if start == library() else find_root(near or start or Path.cwd())
    here, home = start or Path.cwd(), library()
    trees = [near, root and root / "trees", here / "trees", home / "trees"]
    people = [
        near and near.parent / "personas",
        root and root / "personas",
        here / "personas",
        home / "personas",
    ]
    return root, _distinct(trees), _distinct(people)


def own_folder(name: str) -> Path | None:
    """The folder of a tree that is named by its file; None where it is named by its id."""
    path = Path(name)
    if name.endswith(".toml") or "/" in name or "\\" in name or path.is_file():
        return path.resolve().parent
    return None


def _distinct(found: list[Path | None]) -> tuple[Path, ...]:
    kept: dict[Path, None] = {}
    for folder in found:
        if folder is not None and folder.is_dir():
            kept.setdefault(folder.resolve())
    return tuple(kept)
