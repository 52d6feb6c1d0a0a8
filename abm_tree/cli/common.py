"""What several commands do: opening a tree, showing findings, reading options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm_tree.cli.exits import Exit
from abm_tree.feel.iso import parse_date
from abm_tree.session.options import list_options, moment
from abm_tree.source import Diagnostic, Severity, Source, has_errors

if TYPE_CHECKING:
    from abm_tree.accounts.lists import AccountList
    from abm_tree.accounts.understand import Options
    from abm_tree.feel import DateTime
    from abm_tree.session.open import Opened


class Stop(Exception):
    """A command that cannot go on; what there was to say has been said."""

    def __init__(self, code: Exit) -> None:
        super().__init__(code)
        self.code = code


def tell(findings: Iterable[Diagnostic], texts: Mapping[str, str] | None = None) -> None:
    """Show findings on standard error; `texts` are those of options, by their names."""
    found = list(findings)
    if found:
        from abm_tree.report.diagnostics import full
        from abm_tree.session.open import Sources

        given = {name: Source(name, text) for name, text in (texts or {}).items()}
        files = Sources()
        print(full(found, lambda name: given.get(name) or files(name)), file=sys.stderr)


def usable_tree(name: str, start: Path | None = None) -> Opened:
    """A tree without errors; a tree with errors is shown and stops the command."""
    from abm_tree.report.diagnostics import summary
    from abm_tree.session.open import FILE_CODES, NoTree, open_tree

    try:
        opened = open_tree(name, start)
    except NoTree as missing:
        tell([missing.finding])
        raise Stop(Exit.INPUT) from None
    if not opened.usable:
        errors = [finding for finding in opened.findings if finding.severity is Severity.ERROR]
        tell(errors)
        print(f"\nThe tree is not walked: {summary(errors)}.", file=sys.stderr)
        unreadable = any(finding.span is None and finding.code in FILE_CODES for finding in errors)
        raise Stop(Exit.INPUT if unreadable else Exit.TREE)
    return opened


def as_of(options: argparse.Namespace, opened: Opened) -> DateTime:
    """The moment to decide for."""
    return moment_of(options, opened.shelf.settings.timezone)


def moment_of(options: argparse.Namespace, timezone: str | None) -> DateTime:
    """The moment to decide for, in a time zone."""
    found = moment(options.as_of, timezone)
    if isinstance(found, Diagnostic):
        tell([found])
        raise Stop(Exit.USAGE)
    return found


def reading(options: argparse.Namespace, opened: Opened) -> Options:
    """How the list is written."""
    return reading_of(options, opened.shelf.settings.accounts, opened.shelf.definitions.facts)


def reading_of(options: argparse.Namespace, settings: Any, dictionary: Iterable[str]) -> Options:
    """How the list is written: what the command says, over what settings say."""
    mapping: dict[str, str] = {}
    for text in options.map:
        column, equals, fact = text.rpartition("=")
        if not equals or not column.strip():
            tell(
                [
                    Diagnostic(
                        "bad-option",
                        Severity.ERROR,
                        f'"{text}" maps no column.',
                        "--map",
                        help="Write COLUMN=FACT.",
                    )
                ]
            )
            raise Stop(Exit.USAGE)
        mapping[column.strip()] = fact.strip()
    day = None
    if options.list_date is not None:
        day = parse_date(options.list_date)
        if day is None:
            message = f'"{options.list_date}" is no date.'
            tell([Diagnostic("bad-date", Severity.ERROR, message, "--list-date", help="Write 2026-03-31.")])
            raise Stop(Exit.USAGE)
    if options.header_row is not None and options.header_row < 1:
        message = f"{options.header_row} is no row; they are counted from 1."
        advice = "Write --header-row 3 for headings in the third row."
        tell([Diagnostic("bad-option", Severity.ERROR, message, "--header-row", help=advice)])
        raise Stop(Exit.USAGE)
    return list_options(
        settings,
        mapping=mapping,
        id_column=options.id,
        decimal=options.decimal,
        dates=options.dates,
        unknown=options.unknown_value,
        dated_by=options.dated_by,
        list_date=day,
        sheet=options.sheet,
        header_row=options.header_row,
        dictionary=dictionary,
    )


def accounts(opened: Opened, path: Path, how: Options) -> AccountList:
    """A list for the tree; one that cannot be read stops the command."""
    from abm_tree.session.open import open_accounts

    found, findings = open_accounts(opened, path, how)
    tell(findings)
    if found is None or has_errors(findings):
        raise Stop(Exit.INPUT)
    return found


def account_list(options: argparse.Namespace, opened: Opened) -> Path | None:
    """The list that a command reads accounts from: the one named, else the workspace's."""
    if options.accounts is not None:
        return Path(options.accounts)
    settings = opened.shelf.settings.accounts
    if settings is not None and settings.path is not None and opened.shelf.root is not None:
        return opened.shelf.root / settings.path
    return None
