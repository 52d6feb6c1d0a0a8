"""`abm-tree show`: a tree as a text outline."""

from __future__ import annotations

import argparse

from abm_tree.cli.common import Stop, usable_tree
from abm_tree.cli.exits import Exit
from abm_tree.draw.outline import outline


def run(options: argparse.Namespace) -> int:
    """Print the outline."""
    try:
        opened = usable_tree(options.tree)
    except Stop as stop:
        return stop.code
    print("\n".join(outline(opened.tree)))
    return Exit.OK
