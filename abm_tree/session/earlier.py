"""A tree as it was before: to find what was renamed since.

Promises: the last committed version where the file lies in a git repository and git is there, else the
version of the newest walk in the workspace's journal, else nothing. Refuses: to complain; without an earlier
version there is nothing to compare.
"""

from __future__ import annotations

import os
import subprocess
import tomllib
from decimal import Decimal
from pathlib import Path

from abm_tree.checks.looked import Earlier
from abm_tree.session.settings import journal_path
from abm_tree.source.text import decode
from abm_tree.tree.model import TreeFile
from abm_tree.tree.parts import Tree
from abm_tree.tree.shape import Draft
from abm_tree.tree.shelf import Shelf

PATIENCE = 5  # seconds; a repository on a network drive may answer late
NEWEST = 200  # walks to look through for one of the tree

# A hook that runs `check` has these set for its own repository, which need not be the file's.
_SET_BY_GIT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


def earlier(path: Path, file: Draft[TreeFile], tree: Tree, shelf: Shelf) -> Earlier | None:
    """The version of a tree to compare it with, or None."""
    text = committed(path)
    if text is not None:
        if text == file.document.source.text:
            return None
        try:
            form = tomllib.loads(text, parse_float=Decimal)
        except (tomllib.TOMLDecodeError, RecursionError, ValueError):
            return None
        return Earlier(form, file.document.data, "the last committed version")
    return _walked(tree, shelf)


def committed(path: Path) -> str | None:
    """The last committed text of a file; None outside a repository, without git, or for a new file."""
    path = path.resolve()
    if not any((folder / ".git").exists() for folder in path.parents):
        return None
    command = ["git", "-C", str(path.parent), "cat-file", "blob", f"HEAD:./{path.name}"]
    settings = {name: value for name, value in os.environ.items() if name not in _SET_BY_GIT}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=PATIENCE,
            env=settings,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return decode(done.stdout) if done.returncode == 0 else None


def _walked(tree: Tree, shelf: Shelf) -> Earlier | None:
    """The version of the newest walk of a tree in the workspace's journal."""
    if shelf.root is None:
        return None
    path = journal_path(shelf.root)
    if not path.is_file():
        return None
    from abm_tree.journal.store import open_journal

    with open_journal(path, create=False) as journal:
        lines = journal.walks(limit=NEWEST)
        revision = next((line.revision for line in lines if line.tree == tree.id), None)
        form = journal.tree(revision) if revision and revision != tree.revision else None
    if form is None or tree.id not in form.get("trees", {}) or not tree.canonical:
        return None
    return Earlier(form["trees"][tree.id], tree.canonical["trees"][tree.id], "the version of the newest walk")
