"""`abm-tree author`: a tree's file on the screen while it is written."""

from __future__ import annotations

import argparse
import sys

from abm_tree.cli.common import tell
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, author_screen, plain, workspace_of


def run(options: argparse.Namespace) -> int:
    """Open the screen; without one, say which command does the same in lines."""
    from abm_tree.session.author import author_of
    from abm_tree.session.open import NoTree

    try:
        workspace = workspace_of(options, needed=False)
        author = author_of(options.tree, workspace.home)
    except NoTree as missing:
        tell([missing.finding])
        return Exit.INPUT
    except NoWorkspace as error:
        print(error, file=sys.stderr)
        return Exit.INPUT
    if plain(options):
        print(
            f"This needs a terminal with a screen. In lines, the same findings: "
            f"abm-tree check --watch {author.name}",
            file=sys.stderr,
        )
        return Exit.USAGE
    return author_screen(workspace, author)
