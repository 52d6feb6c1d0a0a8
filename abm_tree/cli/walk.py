"""`abm-tree walk`: a tree walked with a person at the keyboard, or with answers piped in."""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path

from abm_tree.cli.common import Stop, as_of, reading, tell, usable_tree
from abm_tree.cli.console import Console
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import MEMORY, NoWorkspace, plain, walk_screen, workspace_of
from abm_tree.cli.line import LineWalk
from abm_tree.cli.taking_up import open_about, pick
from abm_tree.cli.workplace import resume_command
from abm_tree.feel import DateTime
from abm_tree.journal.events import NotSaved
from abm_tree.journal.store import open_journal
from abm_tree.report.results import RecordsFile
from abm_tree.session.open import moment
from abm_tree.session.starting import Refusal, Wish, prepare
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import Workspace
from abm_tree.source import Diagnostic, Severity


def run(options: argparse.Namespace) -> int:
    """Walk a tree, or take a walk up again."""
    console = Console(sys.stdin or io.StringIO(), sys.stdout)
    try:
        check_record(options.record)
        workspace = workspace_of(options, needed=False)
        if options.resume is not None:
            return _resume(options, workspace, console)
        if options.tree is None:
            raise _error("no-tree", "No tree is named.", "Name one, or take a walk up again with --resume.")
        walk = _begin(options, workspace, console)
    except Stop as stop:
        return stop.code
    except NoWorkspace as error:
        print(error, file=sys.stderr)
        return Exit.INPUT
    return walked(walk, workspace, console, options)


def walked(
    walk: Walk, workspace: Workspace, console: Console, options: argparse.Namespace, *, resumed: bool = False
) -> int:
    """Go through a walk, on the screen or in lines; the exit code."""
    if plain(options):
        line = LineWalk(walk, workspace, console, resuming(walk, workspace, options))
        code = line.run(resumed=resumed)
    else:
        code = Exit(walk_screen(workspace, walk))
        if code is Exit.OK and walk.record.status not in ("decided", "waits"):
            code = Exit.UNFINISHED
    name = getattr(options, "record", None)
    if name is not None and code is not Exit.INTERRUPTED:
        # Appended: a day's calls go into one file.
        with Path(name).open("a", encoding="utf-8") as file:
            RecordsFile(file).write(walk.tree, walk.record)
    return code


def resuming(walk: Walk, workspace: Workspace, options: argparse.Namespace) -> str:
    """The command that takes a walk up again, with its id where others are open; empty if it is not saved."""
    others = workspace.desk.walks(unfinished=True, limit=2)
    only = all(one.walk == walk.id for one in others)
    return resume_command(options, workspace, "" if only else walk.id)


def tell_problem(workspace: Workspace, console: Console) -> None:
    """Say once that nothing can be saved, where it cannot."""
    problem = workspace.journal.problem
    if problem:
        told = "" if "othing is saved" in problem else " Nothing of this walk is saved."
        console.say(f"{problem}{told}")


def begun(workspace: Workspace, console: Console, **how: object) -> Walk:
    """A walk begun in the journal; where that fails, in memory, and said so."""
    try:
        return workspace.start(**how)  # type: ignore[arg-type]
    except NotSaved as error:
        console.say(f"{error} Nothing of this walk is saved.")
        workspace.desk = open_journal(MEMORY)
        return workspace.start(**how)  # type: ignore[arg-type]


def _begin(options: argparse.Namespace, workspace: Workspace, console: Console) -> Walk:
    opened = usable_tree(options.tree, workspace.home)
    now = as_of(options, opened)
    how = reading(options, opened)
    accounts = Path(options.accounts) if options.accounts is not None else None
    wish = Wish(options.account, accounts, options.person, options.role, options.fact, options.evidence)
    try:
        start = prepare(workspace, opened, wish, how, now)
    except Refusal as refusal:
        tell(refusal.findings)
        raise Stop(Exit.USAGE if refusal.usage else Exit.INPUT) from None
    tell(start.findings)
    for notice in start.notices:
        print(notice, file=sys.stderr)
    tell_problem(workspace, console)
    for line in open_about(options, workspace, start.subject, opened.tree.id):
        console.say(line)
    return begun(
        workspace,
        console,
        tree=opened,
        entry=start.entry,
        person=start.person,
        as_of=now,
        given=start.given,
        subject=start.subject,
        listed=start.listed,
        options=how,
    )


def _resume(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    named = [
        name
        for name in (
            "accounts",
            "person",
            "role",
            "fact",
            "evidence",
            "map",
            "id",
            "decimal",
            "dates",
            "dated_by",
        )
        if getattr(options, name)
    ]
    if named:
        option = "--" + named[0].replace("_", "-")
        raise _error(
            "not-with-resume", f"{option} does not go with --resume.", "A walk keeps what it began with."
        )
    moment_named: DateTime | None = None
    if options.as_of is not None:
        found = moment(options.as_of, workspace.preferences.timezone or None)
        if isinstance(found, Diagnostic):
            tell([found])
            raise Stop(Exit.USAGE)
        moment_named = found
    walk = pick(options, workspace, console, moment_named)
    return walked(walk, workspace, console, options, resumed=True)


def check_record(name: str | None) -> None:
    """Say before the first question that the record could not be written after the last."""
    if name is None:
        return
    path = Path(name)
    code, message = "", ""
    if path.is_dir():
        code, message = "is-a-directory", "This is a folder; name a file."
    elif not path.resolve().parent.is_dir():
        code, message = "no-such-folder", "The folder for the record does not exist."
    elif not os.access(path if path.exists() else path.resolve().parent, os.W_OK):
        code, message = "not-written", "The record cannot be written here."
    elif path.is_file() and not _holds_records(path):
        # A record is added at the end: a list that was named by mistake would be spoiled.
        code, message = "no-records", "This file holds something else than records."
    if code:
        tell([Diagnostic(code, Severity.ERROR, message, name, help="Name another file.")])
        raise Stop(Exit.INPUT)


def _holds_records(path: Path) -> bool:
    """Whether a file begins like one of records, or is empty."""
    try:
        with path.open("rb") as file:
            return file.read(1) in (b"", b"{")
    except OSError:
        return True  # it takes more, and is not read


def _error(code: str, message: str, advice: str) -> Stop:
    tell([Diagnostic(code, Severity.ERROR, message, "walk", help=advice)])
    return Stop(Exit.USAGE)
