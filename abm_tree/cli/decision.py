"""The decision over the facts that a command line gives: an account's of a list, and single ones.

Promises: the same facts, the same record, for every command that takes them. Refuses: to print more than what
is wrong.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.cli.common import Stop, account_list, accounts, as_of, reading, tell
from abm_tree.cli.exits import Exit
from abm_tree.session.each import everybody
from abm_tree.session.group_facts import facts_of_people, open_listed, reads_people
from abm_tree.session.list_facts import placed
from abm_tree.session.open import given_facts
from abm_tree.session.options import list_options
from abm_tree.source import Diagnostic, Severity, has_errors
from abm_tree.tree.each import walks_people
from abm_tree.tree.facts import Facts, Known, Unknown
from abm_tree.walk.advance import advance
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.feel import DateTime
    from abm_tree.session.open import Opened
    from abm_tree.walk.record import Record


def record_of(options: argparse.Namespace, opened: Opened) -> Record:
    """What the tree comes to with `--account`, `--fact` and `--unknown`; `Stop` where they cannot be read."""
    now = as_of(options, opened)
    how = reading(options, opened)
    facts: dict[str, Known | Unknown] = {}
    subject = Subject()
    if options.account is not None:
        path = account_list(options, opened)
        if path is None:
            tell([_no_list()])
            raise Stop(Exit.USAGE)
        listed = accounts(opened, path, how)
        row = listed.find(options.account)
        if row is None or row.error:
            error = row.error.rstrip(".") if row is not None else ""
            tell([_no_account(options.account, str(path), error)])
            raise Stop(Exit.INPUT)
        facts.update(row.facts)
        facts.update(placed(opened.tree, listed, now, path).facts(listed, row))
        subject = Subject(row.account_id, row.deal_id, row.stakeholder_id)
    given, wrong = given_facts(opened.tree, options.fact, [], how.style, evidence=options.evidence)
    facts.update(_people(options, opened, {**facts, **given}, subject, now))
    facts.update(given)
    unknown, more = given_facts(opened.tree, [], options.unknown, how.style)
    everything = bool({"all", "*"} & set(options.unknown))
    both = [key for key in unknown if key in given and not everything]
    more += [
        Diagnostic("given-twice", Severity.ERROR, f"`{key}` is both known and unknown.", "--unknown")
        for key in both
    ]
    if wrong or more:
        tell([*wrong, *more])
        raise Stop(Exit.USAGE)
    facts.update({key: state for key, state in unknown.items() if not (everything and key in facts)})
    ordered = {key: facts[key] for key in opened.tree.facts if key in facts}
    return _everybody(options, opened, advance(opened.tree, ordered, now, subject=subject))


def _everybody(options: argparse.Namespace, opened: Opened, record: Record) -> Record:
    """The decision with the walks for every person of the account, where its way asks for some."""
    if not walks_people(opened.tree):
        return record
    rows, path = account_list(options, opened), _contacts(options, opened)
    accounts = (rows, reading(options, opened)) if rows is not None else None
    how = list_options(opened.shelf.settings.contacts, dictionary=opened.shelf.definitions.facts)
    found, findings = everybody(
        opened.tree, record.as_of, accounts, (path, how) if path is not None else None
    )
    tell(findings)
    if has_errors(findings):
        raise Stop(Exit.INPUT)
    return found.add(record, opened.tree)


def _contacts(options: argparse.Namespace, opened: Opened) -> Path | None:
    """The contacts list: the one named, else the workspace's."""
    settings = opened.shelf.settings.contacts
    if options.contacts is not None:
        return Path(options.contacts)
    if settings is not None and settings.path is not None and opened.shelf.root is not None:
        return opened.shelf.root / settings.path
    return None


def _people(
    options: argparse.Namespace,
    opened: Opened,
    known: Facts,
    subject: Subject,
    now: DateTime,
) -> dict[str, Known | Unknown]:
    """What the people of the account come to together, as their list says."""
    if not reads_people(opened.tree) or not subject.account_id:
        return {}
    path = _contacts(options, opened)
    listed = None
    if path is not None:
        how = list_options(opened.shelf.settings.contacts, dictionary=opened.shelf.definitions.facts)
        listed, findings = open_listed(opened.tree, path, how)
        tell(findings)
        if listed is None:
            raise Stop(Exit.INPUT)
    return facts_of_people(opened.tree, known, listed, (), subject, now)


def _no_list() -> Diagnostic:
    return Diagnostic(
        "no-list", Severity.ERROR, "No account list is named.", "--account", help="Add --accounts FILE."
    )


def _no_account(name: str, path: str, error: str) -> Diagnostic:
    message = f"The row cannot be read: {error}." if error else f'There is no "{name}" in the list.'
    return Diagnostic("no-such-account", Severity.ERROR, message, path)
