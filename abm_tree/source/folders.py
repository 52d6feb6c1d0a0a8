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
