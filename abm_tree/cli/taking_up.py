"""Walks that are taken up again: which one, and which are open about the same.

Promises: a walk that could not go on is not begun anew instead. Refuses: to choose among several.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from abm_tree.cli.common import Stop, tell
from abm_tree.cli.console import Console
from abm_tree.cli.exits import Exit
from abm_tree.cli.workplace import resume_command, walk_line
from abm_tree.feel import DateTime
from abm_tree.journal.events import NotSaved, WalkLine
from abm_tree.session.walk import Walk
from abm_tree.session.workspace import TreeProblem, Workspace
from abm_tree.source import Diagnostic, Severity
from abm_tree.walk.subject import Subject

MOST = 9  # walks that are listed


def open_about(options: argparse.Namespace, workspace: Workspace, subject: Subject, tree: str) -> list[str]:
    """Say where a walk about the same subject through the same tree is open already."""
    if not subject.account_id:
        return []
    found = [
        one
        for one in workspace.desk.walks(unfinished=True, account=subject.account_id)
        if one.tree == tree and one.subject == subject
    ]
    out = []
    for one in found[:1]:
        out.append(f"There is an open walk about this already: {walk_line(one)}.")
        out.append(f"To go on with it instead: {resume_command(options, workspace, one.walk)}")
    return out


def pick(options: argparse.Namespace, workspace: Workspace, console: Console, as_of: DateTime | None) -> Walk:
    """The walk that the options mean, taken up again; raises Stop."""
    if workspace.journal.problem:
        print(workspace.journal.problem, file=sys.stderr)
        raise Stop(Exit.INPUT)
    found = _found(options, workspace)
    if len(found) > 1:
        found = [_chosen(found, workspace, console, options)]
    return take_up(workspace, found[0].walk, as_of)


def take_up(workspace: Workspace, walk: str, as_of: DateTime | None = None) -> Walk:
    """A walk, taken up again; raises Stop."""
    try:
        return workspace.resume(walk, as_of)
    except TreeProblem as problem:
        tell(problem.findings)
        print(problem, file=sys.stderr)
        raise Stop(Exit.TREE if problem.findings else Exit.INPUT) from None
    except NotSaved as error:
        print(f"Not saved: {error}", file=sys.stderr)
        raise Stop(Exit.INPUT) from None


def _found(options: argparse.Namespace, workspace: Workspace) -> list[WalkLine]:
    """The walks that fit."""
    if options.resume:
        found = workspace.desk.find(options.resume)
        if not found:
            message = f'The journal has no walk "{options.resume[:40]}".'
            raise _error("unknown-walk", message, "abm-tree walk --resume lists the open ones.")
        return found
    found = workspace.desk.walks(unfinished=True)
    if options.tree is not None:
        names = (options.tree, Path(options.tree).stem)
        found = [one for one in found if one.tree in names]
    if options.account is not None:
        wanted = options.account.casefold()
        found = [
            one for one in found if wanted in (one.subject.account_id.casefold(), one.account_name.casefold())
        ]
    if not found:
        about = " like that" if options.tree is not None or options.account is not None else ""
        raise _error("no-open-walk", f"No walk{about} is open.", "Begin one: abm-tree walk TREE")
    return found


def _chosen(
    found: list[WalkLine], workspace: Workspace, console: Console, options: argparse.Namespace
) -> WalkLine:
    """The one of several that somebody picks; without a keyboard, none."""
    console.say("Several walks are open:" if not options.resume else "Several walks begin like that:")
    for number, one in enumerate(found[:MOST], start=1):
        console.say(f"  {number}. {walk_line(one)} ({one.walk[:13]})")
    if len(found) > MOST:
        console.say(f"  and {len(found) - MOST} more")
    if not console.tty:
        console.say(f"Name one: {resume_command(options, workspace)} {found[0].walk[:13]}")
        raise Stop(Exit.USAGE)
    console.say("Which one? Enter for none.")
    while True:
        text = console.read()
        if not text or text.casefold() in ("q", "quit", "exit"):
            raise Stop(Exit.OK)
        if text.isdecimal() and 1 <= int(text[:6]) <= min(len(found), MOST):
            return found[int(text[:6]) - 1]
        console.say(f"Type a number, 1 to {min(len(found), MOST)}.")


def _error(code: str, message: str, advice: str) -> Stop:
    tell([Diagnostic(code, Severity.ERROR, message, "--resume", help=advice)])
    return Stop(Exit.INPUT)
