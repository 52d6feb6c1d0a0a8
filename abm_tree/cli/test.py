"""`abm-tree test`: cases, what they reach, and what nobody thought of."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from abm_tree.cli.common import Stop, moment_of, tell
from abm_tree.cli.exits import Exit
from abm_tree.report.files import written_aside
from abm_tree.report.tested import Tested, as_json, text
from abm_tree.session.expecting import judge_list
from abm_tree.session.generating import generate
from abm_tree.session.open import FILE_CODES, Sources
from abm_tree.session.testing import Pair, Trial, find_pairs, try_pair, walk_at_random
from abm_tree.source import Diagnostic, Severity, has_errors, unreadable
from abm_tree.source.folders import shown

MOST = 1_000_000  # random walks of a tree


def run(options: argparse.Namespace) -> int:
    """Run the tests that the command line names, and show what came of them."""
    try:
        _checked(options)
        pairs, missing = find_pairs(options.paths)
        tell(missing)
        trials = [_tried(options, pair) for pair in pairs]
        if options.accounts is not None:
            _accounts(options, trials)
    except Stop as stop:
        return stop.code
    tested = [trial.tested for trial in trials]
    sources = Sources()
    if options.junit is not None and not _junit(Path(options.junit), tested, sources):
        return Exit.INPUT
    if options.format == "json":
        print(as_json(tested, sources))
    elif tested:
        print(text(tested, sources))
    return _verdict(options, trials, missing)


def _tried(options: argparse.Namespace, pair: Pair) -> Trial:
    """A tree with its cases, run as the options want it."""
    trial = try_pair(pair, options.words.split())
    if options.generate:
        trial = generate(trial)
    if options.random is not None:
        walk_at_random(trial, options.random, options.seed)
    trial.tested.wanted = options.min_coverage
    return trial


def _checked(options: argparse.Namespace) -> None:
    """Options that do not go together, or mean nothing, stop the command."""
    if options.words and (options.generate or options.min_coverage is not None):
        other = "--generate" if options.generate else "--min-coverage"
        _refuse("-k", "Some cases alone do not say what all of them reach.", f"Leave out -k, or {other}.")
    if options.min_coverage is not None and not 0 <= options.min_coverage <= 100:
        _refuse("--min-coverage", f"{options.min_coverage:g} is no share in per cent.", "Write 0 to 100.")
    if options.random is not None and not 1 <= options.random <= MOST:
        _refuse("--random", f"{options.random} is no number of walks.", f"Write 1 to {MOST:,}.")


def _refuse(name: str, message: str, help: str) -> NoReturn:
    tell([Diagnostic("bad-option", Severity.ERROR, message, name, help=help)])
    raise Stop(Exit.USAGE)


def _accounts(options: argparse.Namespace, trials: Sequence[Trial]) -> None:
    """Hold what cases expect of lists against one."""
    path = Path(options.accounts)
    missing = unreadable(path, shown(path))
    if missing is not None:
        tell([missing])
        raise Stop(Exit.INPUT)
    expecting = [trial for trial in trials if trial.draft is not None and trial.draft.model.expect]
    if not expecting:
        message = "No file of cases expects anything of a list."
        advice = "Write [[expect]] with a verdict or an outcome, and its share."
        found = [Diagnostic("nothing-expected", Severity.WARNING, message, shown(path), help=advice)]
        tell(found)
    for trial in expecting:
        zone = trial.opened.shelf.settings.timezone if trial.opened is not None else None
        found = judge_list(trial, path, moment_of(options, zone))
        tell(found)
        if has_errors(found):
            raise Stop(Exit.INPUT)


def _junit(path: Path, tested: Sequence[Tested], sources: Sources) -> bool:
    """Write the JUnit file; whether that could be done."""
    from abm_tree.report.junit import junit

    try:
        with written_aside(path) as file:
            file.write(junit(tested, sources))
    except OSError as error:
        message = f"The file cannot be written: {error.strerror or error}."
        tell([Diagnostic("not-written", Severity.ERROR, message, shown(path))])
        return False
    return True


def _verdict(options: argparse.Namespace, trials: Sequence[Trial], missing: Sequence[Diagnostic]) -> int:
    """The exit code: what keeps trees from being tested comes first."""
    if any(trial.unreadable or _no_file(trial) for trial in trials) or missing:
        return Exit.INPUT
    if any(trial.opened is not None and not trial.usable for trial in trials):
        return Exit.TREE
    ran = any(trial.tested.ran for trial in trials)
    if not ran and options.random is None:
        why = "No case has these words in its name." if options.words else "There were no cases to run."
        print(why, file=sys.stderr)
        return Exit.FINDINGS
    return Exit.OK if all(trial.tested.good for trial in trials) else Exit.FINDINGS


def _no_file(trial: Trial) -> bool:
    """Whether the file of cases cannot be read at all."""
    return any(one.span is None and one.code in FILE_CODES for one in trial.torn)
