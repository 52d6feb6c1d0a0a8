"""`abm-tree walk`: questions and answers on standard input and output."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from abm_tree.cli.common import Stop, account_list, accounts, as_of, reading, tell, usable_tree
from abm_tree.cli.exits import Exit
from abm_tree.cli.line import LineWalk
from abm_tree.report.files import written_aside
from abm_tree.report.results import RecordsFile
from abm_tree.session.open import Opened, given_facts
from abm_tree.session.walk import Walk, from_list
from abm_tree.source import Diagnostic, Severity, did_you_mean
from abm_tree.tree.facts import Known, Unknown
from abm_tree.tree.terms import ROLES
from abm_tree.walk.record import Subject
from abm_tree.walk.tell import ROLE


def run(options: argparse.Namespace) -> int:
    """Walk a tree with a person at the keyboard, or with answers piped in."""
    try:
        opened = usable_tree(options.tree)
        now = as_of(options, opened)
        how = reading(options, opened)
        facts, subject = _start(options, opened)
        walk = Walk(opened.tree, now, facts, subject)
        line = LineWalk(
            walk, how.style, opened.shelf.definitions.personas, sys.stdin or io.StringIO(), sys.stdout
        )
    except Stop as stop:
        return stop.code
    code = line.run()
    if options.record is not None:
        with written_aside(Path(options.record)) as file:
            RecordsFile(file).write(opened.tree, walk.record())
    return code


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
            print(
                f"The account's row cannot be read whole: {row.error}. Its facts are asked for.",
                file=sys.stderr,
            )
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
        if options.role not in ROLES:
            advice = did_you_mean(options.role, ROLES) or "Roles: " + ", ".join(ROLES) + "."
            wrong.append(
                Diagnostic(
                    "unknown-role",
                    Severity.ERROR,
                    f"There is no role `{options.role}`.",
                    "--role",
                    help=advice,
                )
            )
        facts[ROLE] = Known(options.role)
    if wrong:
        tell(wrong)
        raise Stop(Exit.USAGE)
    return facts, subject
