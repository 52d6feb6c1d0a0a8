"""Opening the interface from the command line."""

from __future__ import annotations

import argparse


def run(options: argparse.Namespace) -> int:
    """Open Home in the workspace at hand, or in the sample; the exit code."""
    import gc

    # Nothing that is loaded on the way to the first frame is garbage: it is collected once that is shown.
    gc.disable()
    from pathlib import Path

    from abm_tree.session.workspace import open_workspace
    from abm_tree.tui.app import AbmTree
    from abm_tree.tui.escape import keep_apart

    keep_apart()

    folder = getattr(options, "workspace", None)
    journal = getattr(options, "journal", None)
    workspace = open_workspace(
        Path(folder) if folder else None,
        sample=bool(getattr(options, "sample", False)),
        journal=Path(journal) if journal else None,
    )
    app = AbmTree(workspace)
    return app.run() or app.return_code or 0
