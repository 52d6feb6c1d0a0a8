"""`abm-tree plan`: one account, many people, one plan."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from abm_tree.cli.common import Stop, moment_of, tell
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, workspace_of
from abm_tree.journal.store import open_journal
from abm_tree.session.options import list_options
from abm_tree.session.plan import AccountPlan, account_plan, chosen_trees, find
from abm_tree.session.starting import Refusal
from abm_tree.session.workspace import TreeProblem, Workspace
from abm_tree.source import Diagnostic, Severity, clean
from abm_tree.source.folders import shown
from abm_tree.tree.facts import Known, Unknown

KINDS = {"txt": "text", "md": "markdown", "csv": "csv", "json": "json", "ics": "ics"}
WIDTH = 80  # columns where nobody looks on


def run(options: argparse.Namespace) -> int:
    """Make the plan, and print or write it."""
    try:
        kind = _kind(options)
        workspace = workspace_of(options, needed=True)
        # Looking makes no journal.
        workspace.journal = open_journal(workspace.journal_place, create=False)
        if options.output not in (None, "-"):
            _writable(Path(options.output), workspace)
        found = _plan(options, workspace)
        tell(found.unread)
        for notice in found.odd:
            print(notice, file=sys.stderr)
        return _out(options, kind, found)
    except Stop as stop:
        return stop.code
    except NoWorkspace as error:
        print(clean(str(error)), file=sys.stderr)
        return Exit.INPUT
    except Refusal as refused:
        tell(refused.findings)
        return Exit.USAGE if refused.usage else Exit.INPUT
    except TreeProblem as problem:
        return _no_tree(problem)


def _kind(options: argparse.Namespace) -> str:
    """The form: as told, else as the file's name ends, else text."""
    if options.format or options.output in (None, "-"):
        return str(options.format or "text")
    kind = KINDS.get(Path(options.output).suffix.casefold().removeprefix("."))
    if kind is None:
        message = "The name does not say what is to be written."
        advice = "Name a file that ends in .md, .csv, .ics, .json or .txt, or add --format."
        tell([Diagnostic("bad-option", Severity.ERROR, message, "-o", help=advice)])
        raise Stop(Exit.USAGE)
    return kind


def _plan(options: argparse.Namespace, workspace: Workspace) -> AccountPlan:
    """The plan; what is odd about lists and journal is told."""
    moment = moment_of(options, workspace.preferences.timezone or None)
    book = workspace.book()
    for problem in book.problems:
        print(clean(problem), file=sys.stderr)
    if not workspace.journal.missing and workspace.journal.problem:
        print(clean(workspace.journal.problem), file=sys.stderr)
    account = find(workspace, options.account, book)
    names = [one.strip() for text in options.trees for one in text.split(",") if one.strip()]
    if options.trees and not names:
        message = "No tree is named."
        tell(
            [Diagnostic("bad-option", Severity.ERROR, message, "--trees", help="Write --trees account-plan.")]
        )
        raise Stop(Exit.USAGE)
    trees, _ = chosen_trees(workspace, account.id, options.deal, names or None, moment)
    given = _given(options, workspace, trees)
    return account_plan(
        workspace, account.id, options.deal, trees=names or None, as_of=moment, given=given, book=book
    )


def _given(options: argparse.Namespace, workspace: Workspace, trees: list[str]) -> dict[str, Known | Unknown]:
    """Facts that the command line gives, of those that any of the trees reads."""
    if not options.fact and not options.evidence:
        return {}
    from abm_tree.session.open import given_of

    opened = [workspace.tree(name) for name in trees]
    read = {key: fact for one in reversed(opened) for key, fact in one.tree.facts.items()}
    shelf = workspace.shelf()
    how = list_options(shelf.settings.accounts, dictionary=shelf.definitions.facts)
    given, wrong = given_of(read, options.fact, [], how.style, evidence=options.evidence)
    if wrong:
        tell(wrong)
        raise Stop(Exit.USAGE)
    return given


def _no_tree(problem: TreeProblem) -> int:
    """Why a tree cannot be walked, as every command says it."""
    from abm_tree.report.diagnostics import summary
    from abm_tree.session.open import FILE_CODES

    errors = list(problem.findings)
    tell(errors)
    if not errors:
        print(clean(str(problem)), file=sys.stderr)
        return Exit.INPUT
    if any(one.code == "unknown-tree" and one.span is None for one in errors):
        return Exit.INPUT
    print(f"\nThe tree is not walked: {summary(errors)}.", file=sys.stderr)
    unreadable = any(one.span is None and one.code in FILE_CODES for one in errors)
    return Exit.INPUT if unreadable else Exit.TREE


# ---------------------------------------------------------------- out


def _out(options: argparse.Namespace, kind: str, found: AccountPlan) -> int:
    """Print the plan, or write it."""
    printed = options.output in (None, "-")
    # A file goes to others; the screen is the rep's own.
    if not options.unmasked and not (kind == "text" and printed):
        found = found.masked()
    text, remark = _content(options, kind, found, printed=printed)
    if printed:
        sys.stdout.write(text)
        _beside(remark, options, kind, found)
        return Exit.OK
    path = Path(options.output)
    from abm_tree.session.roles_file import write

    try:
        write(path, text)
    except OSError as error:
        message = f"The plan cannot be written: {(error.strerror or str(error)).lower()}."
        advice = "Nothing was changed. Make room, or name another place."
        tell([Diagnostic("not-written", Severity.ERROR, message, shown(path), help=advice)])
        return Exit.INPUT
    number = len(found.plan.items)
    print(f"{number} {'thing' if number == 1 else 'things'} to do written to {shown(path)}.")
    _beside(remark, options, kind, found)
    return Exit.OK


def _content(options: argparse.Namespace, kind: str, found: AccountPlan, *, printed: bool) -> tuple[str, str]:
    """What is written, and what there is to say of it."""
    from abm_tree.session.plan_files import plan_csv, plan_json, plan_markdown
    from abm_tree.session.plan_lines import plan_text

    match kind:
        case "markdown":
            return plan_markdown(found, options.by), ""
        case "csv":
            return plan_csv(found), ""
        case "json":
            return plan_json(found), ""
        case "ics":
            from abm_tree.session.plan_calendar import plan_calendar  # icalendar: 50 ms

            made = plan_calendar(found)
            if not made.events:
                message = "Nothing in the plan has a date, so there is no calendar."
                tell([Diagnostic("no-dates", Severity.ERROR, message, options.account)])
                raise Stop(Exit.INPUT)
            left = made.undated
            remark = f"{left} without a date {'is' if left == 1 else 'are'} left out." if left else ""
            return made.text, remark
        case _:
            width = (
                shutil.get_terminal_size((WIDTH, 24)).columns if printed and sys.stdout.isatty() else WIDTH
            )
            return plan_text(found, options.by, width), ""


def _beside(remark: str, options: argparse.Namespace, kind: str, found: AccountPlan) -> None:
    """What is to be known of what was written."""
    if remark:
        print(remark, file=sys.stderr)
    if not found.whole and found.snapshot.people:
        print("Names and sensitive values are left out; --unmasked writes them.", file=sys.stderr)
    if options.by != "date" and kind in ("csv", "json", "ics"):
        print(f"--by {options.by} is for text and Markdown; here the order is the plan's.", file=sys.stderr)


def _writable(out: Path, workspace: Workspace) -> None:
    """Refuse to write over what is read, into a folder, or where there is none."""
    from abm_tree.session.roles_file import not_writable

    lists = [one for one in (workspace.places.accounts, workspace.places.contacts) if one is not None]
    nowhere = out.with_name(f".{out.name}.none")  # a folder that is not there is told without lists, too
    bad = next((one for source in (*lists, nowhere) if (one := not_writable(out, source))), None)
    if bad is not None:
        tell([bad])
        raise Stop(Exit.INPUT)
