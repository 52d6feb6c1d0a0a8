"""`abm-tree format`: one way to lay files out, with every comment kept."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from abm_tree.cli.common import tell
from abm_tree.cli.exits import Exit
from abm_tree.session.format import Laid, diff, files_to_format, lay_out, lay_out_file, write
from abm_tree.source import Diagnostic, clean, sort


def run(options: argparse.Namespace) -> int:
    """Lay files out, or say which would change."""
    if "-" in options.paths:
        return _standard_input(options)
    files, findings = files_to_format(Path(path) for path in options.paths)
    changed = 0
    for path in files:
        laid = lay_out_file(path)
        findings += laid.findings
        if laid.findings or not laid.changes:
            continue
        problem = None if options.check or options.diff else write(path, laid.after)
        if problem is not None:
            findings.append(problem)
            continue
        changed += 1
        _show(laid, options)
    tell(sort(findings))
    if files:
        print(_count(changed, len(files), options), file=sys.stderr)
    return _code(findings, changed, options)


def _standard_input(options: argparse.Namespace) -> int:
    """Standard input to standard output."""
    if options.paths != ["-"]:
        print("abm-tree format: - stands for standard input and comes alone.", file=sys.stderr)
        return Exit.USAGE
    data = sys.stdin.buffer.read()
    laid = lay_out(data)
    if laid.findings:
        tell(laid.findings, {laid.before.name: laid.before.text})
    if options.check or options.diff:
        if laid.changes:
            _show(laid, options)
    else:
        # What cannot be laid out comes out as it went in, so that an editor never loses it.
        sys.stdout.buffer.write(data if laid.findings else laid.after.data)
        sys.stdout.buffer.flush()
    return _code(list(laid.findings), int(laid.changes), options)


def _show(laid: Laid, options: argparse.Namespace) -> None:
    """The diff, or the name of a file that changes."""
    print(
        diff(laid.before, laid.after) if options.diff else clean(laid.before.name),
        end="" if options.diff else "\n",
    )


def _count(changed: int, files: int, options: argparse.Namespace) -> str:
    """ "2 files laid out, 5 left as they were."."""
    only = options.check or options.diff
    done = f"{changed} file{'s' if changed != 1 else ''} {'would change' if only else 'laid out'}"
    rest = files - changed
    return f"{done}, {rest} left as {'it is' if rest == 1 else 'they are'}."


def _code(findings: list[Diagnostic], changed: int, options: argparse.Namespace) -> int:
    if findings:
        return Exit.INPUT
    return Exit.FINDINGS if changed and options.check else Exit.OK
