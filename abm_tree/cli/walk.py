"""`abm-tree walk`: questions and answers on standard input and output."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from abm_tree.accounts.values import Style, read_value
from abm_tree.cli.common import Stop, account_list, accounts, as_of, reading, tell, usable_tree
from abm_tree.cli.exits import Exit
from abm_tree.cli.line import LineWalk
from abm_tree.report.results import RecordsFile
from abm_tree.session.open import Opened, given_facts
from abm_tree.session.walk import Walk, from_list
from abm_tree.source import Diagnostic, Severity, did_you_mean
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.terms import ROLE, ROLES
from abm_tree.walk.subject import Subject


def run(options: argparse.Namespace) -> int:
    """Walk a tree with a person at the keyboard, or with answers piped in."""
    try:
        opened = usable_tree(options.tree)
        now = as_of(options, opened)
        how = reading(options, opened)
        _check_record(options.record)
        facts, subject = _start(options, opened)
        walk = Walk(opened.tree, now, facts, subject)
        line = LineWalk(
            walk, how.style, opened.shelf.definitions.personas, sys.stdin or io.StringIO(), sys.stdout
        )
    except Stop as stop:
        return stop.code
    code = line.run()
    if options.record is not None:
        # Appended: a day's calls go into one file.
        with Path(options.record).open("a", encoding="utf-8") as file:
            RecordsFile(file).write(opened.tree, walk.record())
    return code


def _check_record(name: str | None) -> None:
    """Say before the first question that the record could not be written after the last."""
    if name is None:
        return
    path = Path(name)
    code, message = "", ""
    if path.is_dir():
        code, message = "is-a-directory", "This is a folder; name a file."
    elif not path.resolve().parent.is_dir():
        code, message = "no-such-folder", "The folder for the record does not exist."
    if code:
        tell([Diagnostic(code, Severity.ERROR, message, name)])
        raise Stop(Exit.INPUT)


def _start(options: argparse.Namespace, opened: Opened) -> tuple[dict[str, Known | Unknown], Subject]:
    """What is known before the first question."""
    facts: dict[str, Known | Unknown] = {}
    subject = Subject()
    how = reading(options, opened)
    path = account_list(options, opened)
    if options.account is not None and path is not None:
        listed = accounts(opened, path, how)
        row = listed.find(options.account)
        if row is None:
            known = [listed.key(one) for one in listed.read()]
            help = did_you_mean(options.account, known, quote='"') or "Ids are those of its id column."
            tell(
                [
                    Diagnostic(
                        "no-such-account",
                        Severity.ERROR,
                        f'There is no "{options.account}" in the list.',
                        str(path),
                        help=help,
                    )
                ]
            )
            raise Stop(Exit.INPUT)
        if row.error:
            why = row.error.rstrip(".")
            print(f"The account's row cannot be read whole: {why}. The rest of it is asked.", file=sys.stderr)
        facts = from_list(row.facts)
        subject = Subject(row.account_id, row.deal_id, row.stakeholder_id)
    elif options.account is not None:
        print("No account list is named (--accounts FILE), so everything is asked.", file=sys.stderr)
        subject = Subject(account_id=options.account)
    elif options.accounts is not None:
        tell(
            [
                Diagnostic(
                    "no-account",
                    Severity.ERROR,
                    "No account is named.",
                    "--accounts",
                    help="Add --account ID.",
                )
            ]
        )
        raise Stop(Exit.USAGE)
    given, wrong = given_facts(opened.tree, options.fact, [], how.style)
    facts.update(given)
    if options.role is not None:
        role = _role(options.role, opened, how.style)
        if role is None:
            advice = did_you_mean(options.role, ROLES) or "Roles: " + ", ".join(ROLES) + "."
            message = f"There is no role `{options.role}`."
            wrong.append(Diagnostic("unknown-role", Severity.ERROR, message, "--role", help=advice))
        else:
            facts[ROLE] = Known(role)
    if wrong:
        tell(wrong)
        raise Stop(Exit.USAGE)
    return facts, subject


def _role(text: str, opened: Opened, style: Style) -> str | None:
    """A role by its id, or in the words of the shared dictionary."""
    fact = opened.shelf.definitions.facts.get(ROLE)
    found = read_value(fact, text, style) if fact is not None else text
    return found if isinstance(found, str) and found in ROLES else None
