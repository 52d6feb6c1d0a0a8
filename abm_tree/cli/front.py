"""Which workspace a command is about, and which front opens: the screen, or lines.

Promises: light, so that the screen's first frame waits for nothing. Refuses: to import either front.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.cli.exits import Exit
from abm_tree.session.settings import find_root, preferences
from abm_tree.session.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from abm_tree.session.author import Author
    from abm_tree.session.browsed import Browsed
    from abm_tree.session.walk import Walk

DUMB = ("dumb", "unknown")
MEMORY = Path(":memory:")


class NoWorkspace(Exception):
    """The options name a folder that is no workspace; the message says so."""


def run(options: argparse.Namespace) -> int:
    """`abm-tree` alone: Home, on the screen or in lines."""
    if plain(options):
        return int(import_module("abm_tree.cli.home").run(options))
    try:
        workspace = workspace_of(options, needed=True)
    except NoWorkspace as error:
        print(error, file=sys.stderr)
        return Exit.INPUT
    return home_screen(workspace)


def plain(options: argparse.Namespace) -> bool:
    """Whether to talk in lines: asked for, a terminal that cannot do more, or none at all."""
    if getattr(options, "plain", False):
        return True
    term = os.environ.get("TERM", "")
    if term in DUMB or (not term and os.name != "nt"):
        return True
    return not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


# The two fronts do not import each other: the screen is opened by its name.
def home_screen(workspace: Workspace) -> int:
    """Open Home on the screen."""
    return int(import_module("abm_tree.tui.start").run(workspace))


def walk_screen(workspace: Workspace, walk: Walk) -> int:
    """Open a walk on the screen."""
    return int(import_module("abm_tree.tui.start").show(workspace, walk))


def author_screen(workspace: Workspace, author: Author) -> int:
    """Open a tree's file on the screen, to be written."""
    return int(import_module("abm_tree.tui.start").write(workspace, author))


def batch_screen(workspace: Workspace, browsed: Browsed) -> int:
    """Open results on the screen."""
    return int(import_module("abm_tree.tui.start").browse(workspace, browsed))


def workspace_of(options: argparse.Namespace, *, needed: bool) -> Workspace:
    """The workspace at hand or the one named; where there is none, the sample if one is needed."""
    journal = Path(options.journal) if options.journal else None
    if getattr(options, "no_journal", False):
        journal = MEMORY
    if options.sample:
        return open_workspace(sample=True, journal=journal)
    root = find_root(Path(options.workspace or "."))
    if root is None and options.workspace:
        raise NoWorkspace(
            f"{options.workspace} is no workspace: there is no abm-tree.toml in it, or above it."
        )
    if root is None and needed:
        return open_workspace(sample=True, journal=journal)
    return Workspace(root, False, journal, preferences(root))
