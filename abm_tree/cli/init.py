"""`abm-tree init`: a new workspace."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from abm_tree.cli.exits import Exit
from abm_tree.report.diagnostics import full
from abm_tree.session.init import Made, init
from abm_tree.source import clean


def run(options: argparse.Namespace) -> int:
    """Make the workspace and say what to do next."""
    found = init(Path(options.folder), empty=options.empty)
    if not isinstance(found, Made):
        print(full([found], lambda _: None), file=sys.stderr)
        return Exit.INPUT
    where = clean(options.folder)
    print(f"{len(found.files)} files made in {where}.\n\nNext:")
    enter = (
        "" if Path(options.folder).resolve() == Path.cwd() else f"cd {clean(shlex.quote(options.folder))} && "
    )
    for number, step in enumerate(_empty(enter) if options.empty else _sample(enter), start=1):
        print(f"  {number}. {step}")
    return Exit.OK


def _sample(enter: str) -> tuple[str, ...]:
    return (
        f"{enter}abm-tree check",
        "abm-tree evaluate lead-qualification    runs the sample list; yours goes to data/accounts.csv",
        "abm-tree                                walks one of its accounts",
    )


def _empty(enter: str) -> tuple[str, ...]:
    return (
        "Save your account list as data/accounts.csv, and take the # from [accounts] in abm-tree.toml.",
        "Write a tree into trees/, or begin with one of the library: abm-tree show lead-qualification",
        f"{enter}abm-tree check",
    )
