"""`abm-tree schema`: JSON Schemas, by which editors help to write files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from abm_tree.cli.common import tell
from abm_tree.cli.exits import Exit
from abm_tree.session.schema import schema_text, write_schemas
from abm_tree.source import Diagnostic, clean
from abm_tree.source.folders import shown


def run(options: argparse.Namespace) -> int:
    """Print one schema, or write several."""
    if options.output is None:
        if options.kind is None:
            print("abm-tree schema: name a KIND, or a folder with -o FOLDER.", file=sys.stderr)
            return Exit.USAGE
        print(schema_text(options.kind), end="")
        return Exit.OK
    folder = Path(options.output)
    found = write_schemas(folder, (options.kind,) if options.kind else ())
    if isinstance(found, Diagnostic):
        tell([found])
        return Exit.INPUT
    for path in found:
        print(clean(shown(path)))
    kind = options.kind or "tree"
    print(
        f"\nThe first line of a file in a folder beside it tells the editor: "
        f"#:schema ../{clean(folder.name)}/{kind}.schema.json",
        file=sys.stderr,
    )
    return Exit.OK
