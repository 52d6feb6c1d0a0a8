"""Opening the interface: Home, or one walk.

Promises: nothing is loaded before the first frame that it does not show. Refuses: to read the command line.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abm_tree.session.author import Author
    from abm_tree.session.browsed import Browsed
    from abm_tree.session.walk import Walk
    from abm_tree.session.workspace import Workspace
    from abm_tree.tui.app import AbmTree


def run(workspace: Workspace) -> int:
    """Open Home; 0, or 70 after a mistake of our own."""
    # Nothing that is loaded on the way to the first frame is garbage: it is collected once that is shown.
    gc.disable()
    from abm_tree.tui.app import AbmTree
    from abm_tree.tui.escape import keep_apart

    keep_apart()
    app = AbmTree(workspace)
    return _until_the_end(app)


def show(workspace: Workspace, walk: Walk) -> int:
    """Open a walk where it stands; 0, or 70 after a mistake of our own."""
    from abm_tree.tui.app import AbmTree
    from abm_tree.tui.escape import keep_apart
    from abm_tree.tui.outcome import Ending
    from abm_tree.tui.revise import Revise
    from abm_tree.tui.view import View
    from abm_tree.tui.walk import Asking

    def first(app: AbmTree) -> View:
        newer = workspace.newer(walk)
        if newer is not None:
            return Revise(app, walk, newer)
        done = walk.record.status == "decided" and not walk.due
        return Ending(app, walk) if done else Asking(app, walk)

    keep_apart()
    app = AbmTree(workspace, first)
    return _until_the_end(app)


def write(workspace: Workspace, author: Author) -> int:
    """Open the screen of somebody who writes a tree; 0, or 70 after a mistake of our own."""
    from abm_tree.tui.app import AbmTree
    from abm_tree.tui.author import Authoring
    from abm_tree.tui.escape import keep_apart

    keep_apart()
    return _until_the_end(AbmTree(workspace, lambda app: Authoring(app, author)))


def browse(workspace: Workspace, browsed: Browsed) -> int:
    """Open results; 0, or 70 after a mistake of our own."""
    from abm_tree.tui.app import AbmTree
    from abm_tree.tui.batch import Batch
    from abm_tree.tui.escape import keep_apart

    keep_apart()
    return _until_the_end(AbmTree(workspace, lambda app: Batch(app, browsed)))


def _until_the_end(app: AbmTree) -> int:
    """Run; then let the journal go, so that all of it is in its one file, for whoever copies that."""
    code = app.run() or app.return_code or 0
    app.workspace.journal.close()
    return code
