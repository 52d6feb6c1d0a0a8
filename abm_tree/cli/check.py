"""`abm-tree check`: what is wrong with trees, facts, personas and cases."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from abm_tree.cli.common import tell
from abm_tree.cli.exits import Exit
from abm_tree.report.diagnostics import as_json, concise, full, summary
from abm_tree.session.check import check_paths, default_paths, stamps
from abm_tree.session.open import FILE_CODES, Sources
from abm_tree.source import Diagnostic, Severity, did_you_mean

POLL = 0.25  # seconds between two looks at the files
CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def run(options: argparse.Namespace) -> int:
    """Check files and folders, or say what is checked."""
    if options.list:
        return _list(options)
    if options.explain is not None:
        return _explain(options)
    if options.watch:
        return watch(options, lambda: time.sleep(POLL))
    return once(options)


def once(options: argparse.Namespace) -> int:
    """Check once; the exit code says whether there are errors."""
    files, findings = check_paths(_paths(options))
    text = _shown(options.format, findings)
    if text:
        print(text)
    count = f"{len(files)} file{'s' if len(files) != 1 else ''} checked"
    if options.format == "full":
        print(f"\n{count}: {summary(findings)}." if findings else f"{count}: no findings.")
    else:
        print(f"{count}: {summary(findings) or 'no findings'}.", file=sys.stderr)
    errors = {finding.code for finding in findings if finding.severity is Severity.ERROR}
    if errors and errors <= FILE_CODES:
        return Exit.INPUT
    return Exit.FINDINGS if errors else Exit.OK


def watch(options: argparse.Namespace, wait: Callable[[], None]) -> int:
    """Check again whenever a file has changed, until Ctrl-C; the exit code is that of the last check."""
    if options.format not in ("full", "concise"):
        message = f"--watch is for people; {options.format} is for programs."
        tell([Diagnostic("bad-option", Severity.ERROR, message, "--watch", help="Leave out one of the two.")])
        return Exit.USAGE
    clears = sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb"
    code: int = Exit.OK
    try:
        while True:
            before = stamps(_paths(options))
            if clears:
                sys.stdout.write(CLEAR)
            code = once(options)
            sys.stdout.flush()
            print(
                f"{time.strftime('%H:%M:%S')}: waiting for a change. Ctrl-C ends.",
                file=sys.stderr,
                flush=True,
            )
            seen, found = before, before
            # Until something has changed, and nobody is in the middle of writing it.
            while found == before or found != seen:
                wait()
                seen, found = found, stamps(_paths(options))
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return code


def _paths(options: argparse.Namespace) -> list[Path]:
    return [Path(path) for path in options.paths] or default_paths()


def _shown(form: str, findings: tuple[Diagnostic, ...]) -> str:
    """Findings in one of the forms; those for programs are never empty where they are one document."""
    sources = Sources()
    match form:
        case "json":
            return as_json(findings, sources)
        case "sarif":
            from abm_tree.checks.told import told
            from abm_tree.report.sarif import as_sarif

            return as_sarif(findings, sources, told())
        case "github":
            from abm_tree.report.github import as_github

            return as_github(findings, sources)
        case "concise":
            return concise(findings, sources)
        case _:
            return full(findings, sources)


def _list(options: argparse.Namespace) -> int:
    """Every code that `check` can give."""
    from abm_tree.checks.told import told
    from abm_tree.report.explained import as_json as data
    from abm_tree.report.explained import entry_json, listed

    entries = [entry for entry in told().values() if entry.checked]
    print(data([entry_json(entry) for entry in entries]) if options.format == "json" else listed(entries))
    return Exit.OK


def _explain(options: argparse.Namespace) -> int:
    """One code in full."""
    from abm_tree.checks.told import told
    from abm_tree.report.explained import as_json as data
    from abm_tree.report.explained import entry_json, explained

    # As it is typed, or pasted from a finding: `error[overlap]`.
    code = options.explain.strip().strip("`").rpartition("[")[2].rstrip("]").lower()
    entry = told().get(code)
    if entry is None:
        message = f"There is no finding `{options.explain}`."
        advice = did_you_mean(code, told()) or "`abm-tree check --list` shows all codes."
        tell([Diagnostic("unknown-code", Severity.ERROR, message, "--explain", help=advice)])
        return Exit.USAGE
    print(data(entry_json(entry)) if options.format == "json" else explained(entry))
    return Exit.OK
