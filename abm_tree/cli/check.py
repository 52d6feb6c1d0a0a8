"""`abm-tree check`: what is wrong with trees, facts, personas and cases."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from abm_tree.cli.exits import Exit
from abm_tree.report.diagnostics import as_json, concise, full, summary
from abm_tree.session.check import check_paths, default_paths
from abm_tree.session.open import FILE_CODES, Sources
from abm_tree.source import Severity


def run(options: argparse.Namespace) -> int:
    """Check files and folders."""
    paths = [Path(path) for path in options.paths] or default_paths()
    files, findings = check_paths(paths)
    sources = Sources()
    if options.format == "json":
        print(as_json(findings, sources))
    elif findings:
        print((concise if options.format == "concise" else full)(findings, sources))
    count = f"{len(files)} file{'s' if len(files) != 1 else ''} checked"
    if options.format == "full":
        print(f"\n{count}: {summary(findings)}." if findings else f"{count}: no findings.")
    else:
        print(f"{count}: {summary(findings) or 'no findings'}.", file=sys.stderr)
    errors = {finding.code for finding in findings if finding.severity is Severity.ERROR}
    if errors and errors <= FILE_CODES:
        return Exit.INPUT
    return Exit.FINDINGS if errors else Exit.OK
