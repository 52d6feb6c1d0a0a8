"""`abm-tree diff`: what changed between two versions of a tree, and what that does to decisions."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.cli.common import Stop, moment_of, reading, tell
from abm_tree.cli.exits import Exit
from abm_tree.report.compared import Compared, as_json
from abm_tree.session.diff import compare_versions
from abm_tree.session.open import FILE_CODES
from abm_tree.session.versions import NoVersion, Version, versions
from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import shown

if TYPE_CHECKING:
    from abm_tree.feel import DateTime
    from abm_tree.report.compared import Accounts, Walks
    from abm_tree.session.wish import Wish

NOT_WRITTEN = (".xlsx", ".xls", ".xlsb", ".ods", ".json", ".feather", ".arrow")
LIST_OPTIONS = ("contacts", "where", "weigh", "output")


def run(options: argparse.Namespace) -> int:
    """Compare, show what came of it, and say by the exit code whether decisions differ."""
    from abm_tree.report.diagnostics import summary

    try:
        _checked(options)
        with versions(options.old, options.new, options.git) as (old, new):
            as_of = moment_of(options, new.opened.shelf.settings.timezone)
            found = compare_versions(old, new, as_of)
            if options.accounts is not None:
                found = replace(found, accounts=_accounts(options, old, new, as_of))
            if options.walks is not None:
                found = replace(found, walks=_walks(options, old, new))
    except NoVersion as problem:
        tell(problem.findings, problem.texts)
        unreadable = any(one.span is None and one.code in FILE_CODES for one in problem.findings)
        if problem.name and not unreadable:
            print(f"\n{problem.name} is not compared: {summary(problem.findings)}.", file=sys.stderr)
            return Exit.TREE
        usage = any(one.code == "bad-option" for one in problem.findings)
        return Exit.USAGE if usage else Exit.INPUT
    except Stop as stop:
        return stop.code
    _show(options, found)
    return _verdict(options.fail_on, found)


def _checked(options: argparse.Namespace) -> None:
    """Options that do not go together stop the command."""
    unused = [name for name in LIST_OPTIONS if getattr(options, name) is not None]
    if options.accounts is None and unused:
        name = "-o" if unused[0] == "output" else f"--{unused[0]}"
        _refuse(name, "There is no list that it could be about.", "Add --accounts LIST.")
    suffix = Path(options.output or "").suffix
    if suffix.casefold() in NOT_WRITTEN:
        advice = "Name a file that ends in .csv, .parquet or .jsonl; a spreadsheet opens .csv."
        _refuse("-o", f"Rows are not written as {suffix}.", advice)
    if options.threads is not None and options.threads < 1:
        _refuse("--threads", "At least one thread is needed.", "--threads 1")


def _refuse(option: str, message: str, advice: str) -> None:
    tell([Diagnostic("bad-option", Severity.ERROR, message, option, help=advice)])
    raise Stop(Exit.USAGE)


def _show(options: argparse.Namespace, found: Compared) -> None:
    # With rows on standard output, the report is for people.
    out = sys.stderr if options.output == "-" else sys.stdout
    match options.format:
        case "json":
            print(as_json(found), file=out)
        case "markdown":
            from abm_tree.report.compared_markdown import markdown

            print(markdown(found, every=options.all), file=out)
        case _:
            from abm_tree.report.compared_text import text

            print(text(found, every=options.all), file=out)


def _verdict(fail_on: str, found: Compared) -> int:
    """The exit code: 1 where decisions differ and, unless only that is to fail, where they may."""
    differ = "no" if found.same else found.decisions.differ
    moves = found.accounts is not None and bool(found.accounts.moves)
    wanted = {"differs": ("yes",), "may-differ": ("yes", "perhaps"), "never": ()}[fail_on]
    failed = differ in wanted or (moves and fail_on != "never")
    return Exit.FINDINGS if failed else Exit.OK


# ---------------------------------------------------------------- accounts


def _accounts(options: argparse.Namespace, old: Version, new: Version, as_of: DateTime) -> Accounts:
    """How a list's rows move; what is wrong with the list stops the command."""
    from abm_tree.batch.tables.writers import kind_of
    from abm_tree.cli.evaluate import at_rest, printed
    from abm_tree.cli.progress import Progress
    from abm_tree.session.diff_accounts import move_accounts
    from abm_tree.session.wish import Refused, problems

    to_stream = options.output == "-"
    out = None if options.output is None or to_stream else Path(options.output)
    try:
        wish = _wish(options, new, as_of)
        inputs = [wish.source, *([wish.contacts] if wish.contacts else []), old.path, new.path]
        found = list(problems(replace(wish, out=out), inputs))
        if found:
            tell(found)
            raise Stop(Exit.INPUT)
        with ExitStack() as stack:
            accounts, findings = move_accounts(
                old.opened.tree,
                new.opened.tree,
                at_rest(wish, stack),
                as_of,
                out=out,
                stream=printed() if to_stream else None,
                kind=kind_of(out or Path()),
                progress=stack.enter_context(Progress()),
            )
    except Refused as refused:
        tell(refused.findings, {"--where": options.where or ""})
        usage = refused.findings and refused.findings[-1].source in ("--where", "--weigh")
        raise Stop(Exit.USAGE if usage else Exit.INPUT) from None
    except OSError as error:
        if out is None or error.filename is None or not str(error.filename).startswith(str(out.resolve())):
            raise
        message = f"The rows cannot be written: {(error.strerror or str(error)).lower()}."
        advice = "Nothing was changed. Make room, or name another place."
        tell([Diagnostic("not-written", Severity.ERROR, message, shown(out), help=advice)])
        raise Stop(Exit.INPUT) from None
    tell(findings)
    return accounts


def _wish(options: argparse.Namespace, new: Version, as_of: DateTime) -> Wish:
    from abm_tree.cli.evaluate import weighed_by
    from abm_tree.session.options import list_options
    from abm_tree.session.wish import WEIGHTS, Wish

    opened = new.opened
    shared = dict(opened.shelf.definitions.facts)
    source = Path(options.accounts)
    where = None
    if options.where is not None:
        from abm_tree.session.condition import where as planned

        where = planned(options.where, opened.tree, shared, as_of)
    return Wish(
        source,
        shown(source),
        reading(options, opened),
        contacts=None if options.contacts is None else Path(options.contacts),
        contact_options=list_options(
            opened.shelf.settings.contacts,
            mapping={},
            decimal=options.decimal,
            dates=options.dates,
            unknown=options.unknown_value,
            dictionary=shared,
        ),
        where=where,
        weigh=weighed_by(options.weigh, {**shared, **opened.tree.facts}),
        usual={name: shared[name] for name in WEIGHTS if name in shared},
        threads=options.threads,
    )


# ---------------------------------------------------------------- walks


def _walks(options: argparse.Namespace, old: Version, new: Version) -> Walks:
    """What a change does to walks; a journal that cannot be read stops the command."""
    from abm_tree.cli.front import NoWorkspace, workspace_of
    from abm_tree.journal.store import NotRead, open_journal
    from abm_tree.session.diff_walks import move_walks
    from abm_tree.source import clean

    try:
        path = Path(options.walks) if options.walks else workspace_of(options, needed=False).journal_place
        with open_journal(path, create=False) as journal:
            if journal.missing:
                message = f"{clean(journal.problem)} A journal begins with the first walk."
                tell([Diagnostic("unreadable", Severity.ERROR, message, shown(path))])
                raise Stop(Exit.INPUT)
            if journal.problem:
                print(clean(journal.problem), file=sys.stderr)
            return move_walks(old.opened.tree, new.opened.tree, journal, unmasked=options.unmasked)
    except (NoWorkspace, NotRead) as error:
        print(clean(str(error)), file=sys.stderr)
        raise Stop(Exit.INPUT) from None
