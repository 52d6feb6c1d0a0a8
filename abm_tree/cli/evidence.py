"""`abm-tree evidence`: a tree's outcomes beside what became of the deals."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.cli.common import Stop, as_of, reading, tell, usable_tree
from abm_tree.cli.exits import Exit
from abm_tree.source.folders import shown

if TYPE_CHECKING:
    from abm_tree.feel import DateTime
    from abm_tree.session.open import Opened
    from abm_tree.session.wish import Wish


def run(options: argparse.Namespace) -> int:
    """Evaluate the list, and say what became of the rows under each outcome."""
    from abm_tree.cli.evaluate import at_rest
    from abm_tree.cli.progress import Progress
    from abm_tree.report import evidence as told
    from abm_tree.session.evidence import Sought, evidence
    from abm_tree.session.wish import Refused

    try:
        opened = usable_tree(options.tree)
        moment = as_of(options, opened)
        sought = Sought(options.outcome, tuple(options.won), tuple(options.lost))
        with ExitStack() as stack:
            wish = at_rest(_wish(options, opened, moment), stack)
            progress = stack.enter_context(Progress())
            found, findings = evidence(opened.tree, wish, sought, moment, progress)
    except Stop as stop:
        return stop.code
    except Refused as refused:
        tell(refused.findings, {"--where": options.where or ""})
        return Exit.USAGE if refused.findings and refused.findings[-1].source == "--where" else Exit.INPUT
    tell(findings)
    match options.format:
        case "json":
            print(told.as_json(found))
        case "markdown":
            print(told.markdown(found))
        case "csv":
            print(told.comma_separated(found), end="")
        case _:
            print(told.text(found))
    return Exit.OK


def _wish(options: argparse.Namespace, opened: Opened, moment: DateTime) -> Wish:
    from abm_tree.session.wish import Wish

    shared = dict(opened.shelf.definitions.facts)
    source = Path(options.list)
    where = None
    if options.where is not None:
        from abm_tree.session.condition import where as planned

        where = planned(options.where, opened.tree, shared, moment)
    how = replace(reading(options, opened), dictionary=frozenset(shared))
    return Wish(source, shown(source), how, where=where, threads=options.threads)
