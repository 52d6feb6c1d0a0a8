"""`abm-tree evaluate`: a whole list through a tree."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from abm_tree.cli.common import Stop, accounts, as_of, reading, tell, usable_tree
from abm_tree.cli.exits import Exit
from abm_tree.session.evaluate import Targets, evaluate, problems
from abm_tree.session.open import Opened
from abm_tree.source import Diagnostic, Severity
from abm_tree.tree.shelf import library


def run(options: argparse.Namespace) -> int:
    """Evaluate the list, write what is asked for, and sum up."""
    try:
        opened = usable_tree(options.tree)
        now = as_of(options, opened)
        source = _source(options, opened)
        to_stream = options.output == "-"
        records_to_stream = options.records == "-"
        if to_stream and records_to_stream:
            tell([_both()])
            return Exit.USAGE
        targets = Targets(
            out=None if options.output is None or to_stream else Path(options.output),
            records=None if options.records is None or records_to_stream else Path(options.records),
            stream=sys.stdout if to_stream else None,
            records_stream=sys.stdout if records_to_stream else None,
            possible=options.possible,
            paths=options.paths,
        )
        found = list(problems(targets, [source, *opened.shelf.files]))
        if found:
            tell(found)
            return Exit.INPUT
        listed = accounts(opened, source, reading(options, opened))
    except Stop as stop:
        return stop.code
    summary = evaluate(opened.tree, listed, now, targets)
    # With results on standard output, the summary is for people.
    out = sys.stderr if to_stream or records_to_stream else sys.stdout
    if options.summary == "json":
        print(json.dumps(summary.as_json(), ensure_ascii=False, indent=2), file=out)
    elif options.summary == "text":
        print("\n".join(summary.lines()), file=out)
    return Exit.OK


def _both() -> Diagnostic:
    message = "Results and records cannot both go to standard output."
    return Diagnostic(
        "same-output", Severity.ERROR, message, "--records", help="Name a file for one of them."
    )


def _source(options: argparse.Namespace, opened: Opened) -> Path:
    """The list that is named, else the workspace's, else the sample."""
    if options.list is not None:
        return Path(options.list)
    settings = opened.shelf.settings.accounts
    if settings is not None and settings.path is not None and opened.shelf.root is not None:
        return opened.shelf.root / settings.path
    if opened.shelf.root is not None:
        message = "No list is named, and the workspace names none."
        advice = 'Name one, or put path = "..." under [accounts] in abm-tree.toml.'
        tell([Diagnostic("no-list", Severity.ERROR, message, "evaluate", help=advice)])
        raise Stop(Exit.USAGE)
    sample = library() / "examples" / "accounts.csv"
    print("No list is named, so this is the sample that ships with abm-tree.\n", file=sys.stderr)
    return sample
