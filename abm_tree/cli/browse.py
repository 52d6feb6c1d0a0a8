"""`abm-tree browse`: a file of results on the screen."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from abm_tree.cli.common import Stop, reading_of, tell
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, batch_screen, plain, workspace_of


def run(options: argparse.Namespace) -> int:
    """Open the file; without a screen, say what reads such files."""
    from abm_tree.session.browsed import written
    from abm_tree.session.options import list_options
    from abm_tree.session.results_file import open_results
    from abm_tree.session.wish import Refused, Wish
    from abm_tree.source import Diagnostic, Severity
    from abm_tree.source.folders import shown

    try:
        workspace = workspace_of(options, needed=False)
        file = open_results(Path(options.results))
        shelf = workspace.shelf()
        how = reading_of(options, shelf.settings.accounts, shelf.definitions.facts)
    except Refused as refused:
        tell(refused.findings)
        return Exit.INPUT
    except NoWorkspace as error:
        print(error, file=sys.stderr)
        return Exit.INPUT
    except Stop as stop:
        return stop.code
    people = list_options(shelf.settings.contacts, dictionary=shelf.definitions.facts)
    contacts = Path(options.contacts) if options.contacts else None
    listed = Path(options.accounts) if options.accounts else None
    for name, path in (("--accounts", listed), ("--contacts", contacts)):
        if path is not None and not path.is_file():
            tell([Diagnostic("no-such-file", Severity.ERROR, f"There is no file `{path}`.", name)])
            return Exit.INPUT
    if plain(options):
        print(
            "This needs a terminal with a screen. The file itself opens in a spreadsheet or a data tool; "
            "`abm-tree explain TREE --account ID` tells the way of one row.",
            file=sys.stderr,
        )
        return Exit.USAGE

    def wish(source: Path) -> Wish:
        return Wish(source, shown(source), how, contacts, people)

    return batch_screen(workspace, written(file, wish, listed, options.tree or ""))
