"""`abm-tree rename`: another name for something in a tree, everywhere."""

from __future__ import annotations

import argparse
import sys

from abm_tree.cli.common import tell
from abm_tree.cli.exits import Exit
from abm_tree.session.format import diff
from abm_tree.session.rename import Renamed, rename
from abm_tree.session.written_together import write_together
from abm_tree.source import Severity, clean
from abm_tree.source.folders import shown


def run(options: argparse.Namespace) -> int:
    """Rename, or show what would change."""
    found = rename(options.tree, options.old, options.new)
    if not isinstance(found, Renamed):
        tell(found)
        ours = {"not-renamed", "bad-name", "unknown-tree"}
        broken = any(one.severity is Severity.ERROR and one.code not in ours for one in found)
        return Exit.TREE if broken else Exit.INPUT
    if options.dry_run:
        for file in found.files:
            print(diff(file.before, file.after), end="")
    else:
        problem = write_together(found.files)
        if problem is not None:
            tell([problem])
            return Exit.INPUT
        for file in found.files:
            moved = f" (was {clean(shown(file.old))})" if file.path != file.old else ""
            print(f"{clean(shown(file.path))}: {_many(file.places)}{moved}")
    places = _many(sum(file.places for file in found.files))
    files = f"{len(found.files)} file{'s' if len(found.files) != 1 else ''}"
    verb = "would change" if options.dry_run else "changed"
    words = clean(found.what)
    print(
        f"\n{words[:1].upper()}{words[1:]} is now `{found.new}`: {places} {verb} in {files}.", file=sys.stderr
    )
    return Exit.OK


def _many(places: int) -> str:
    return f"{places} place{'s' if places != 1 else ''}"
