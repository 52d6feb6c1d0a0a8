"""`abm-tree replay`: records told again and compared."""

from __future__ import annotations

import argparse
from pathlib import Path

from abm_tree.cli.common import tell
from abm_tree.cli.exits import Exit
from abm_tree.session.replay import replay

SHOWN = 20


def run(options: argparse.Namespace) -> int:
    """Replay a file of records."""
    found = replay(Path(options.records))
    tell(found.findings[:SHOWN])
    unread = f"; {found.unread:,} rows that could not be read have none" if found.unread else ""
    if found.findings:
        count = "1 finding" if len(found.findings) == 1 else f"{len(found.findings):,} findings"
        more = f" ({len(found.findings) - SHOWN:,} not shown)" if len(found.findings) > SHOWN else ""
        print(f"{found.same:,} records replay to themselves, {count}{more}{unread}.")
        unreadable = not found.same and any(finding.row is None for finding in found.findings)
        return Exit.INPUT if unreadable else Exit.FINDINGS
    print(f"{found.same:,} records replay to themselves{unread}.")
    return Exit.OK
