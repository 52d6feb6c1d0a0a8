"""The contacts list of a batch: whose people they are, and what trees read of them.

Promises: only facts of the person are read from it, never the account's; a list without the account's id is
refused with advice. Refuses: to join by names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.accounts.headings import ANY_IDS, first, fold
from abm_tree.accounts.understand import Options, understand
from abm_tree.batch.contacts import Contacts
from abm_tree.batch.stream import Job, rows_of, which
from abm_tree.batch.tables.ids import Seen
from abm_tree.batch.tables.listing import Listing, View
from abm_tree.batch.tables.opening import opened
from abm_tree.batch.tables.raw import Restart
from abm_tree.source import Diagnostic, Severity, has_errors

if TYPE_CHECKING:
    from abm_tree.session.evaluate import Planned


def contacts_of(
    path: Path, options: Options, trees: Sequence[Planned], where: Planned | None, findings: list[Diagnostic]
) -> Contacts | None:
    """The people, in memory; None where no tree is about people. `where` may look at them, too."""
    told, encoding = list(findings), None
    while True:
        try:
            return _contacts(path, options, trees, where, findings, encoding)
        except Restart as again:
            findings[:], encoding = told, again.encoding


def _contacts(
    path: Path,
    options: Options,
    trees: Sequence[Planned],
    where: Planned | None,
    findings: list[Diagnostic],
    encoding: str | None,
) -> Contacts | None:
    from abm_tree.session.evaluate import Refused, folds_people

    name = str(path)
    about_people = [one for one in trees if one.subject == "stakeholder"]
    folding = [one for one in trees if folds_people(one.plan)]
    if not about_people and not folding:
        message = f"The tree `{trees[0].plan.tree}` is not about people; the contacts are not read."
        advice = 'A tree about people says subject = "stakeholder".'
        findings.append(Diagnostic("option-not-used", Severity.NOTE, message, "--contacts", help=advice))
        return None
    if about_people and len(about_people) < len(trees):
        message = "One tree gives a row for each person, another one for each account."
        advice = "Evaluate them one after the other."
        raise Refused([Diagnostic("mixed-subjects", Severity.ERROR, message, "--contacts", help=advice)])
    try:
        source, found = opened(path, name, options, encoding)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        raise Refused([Diagnostic("unreadable", Severity.ERROR, message, name)]) from None
    if source is None or has_errors(found):
        raise Refused([*findings, *found])
    findings += found
    views: list[View] = []
    for one in (*trees, *([where] if where is not None else [])):
        facts = {key: fact for key, fact in one.plan.fact_defs.items() if fact.scope == "stakeholder"}
        if one in folding:
            from abm_tree.batch.people import TOLD
            from abm_tree.batch.people_rows import reads_told

            facts |= {TOLD + key: fact for key, fact in reads_told(one.load()).items()}
        columns, about = understand(
            name,
            source.header,
            source.first,
            facts,
            "stakeholder",
            replace(options, dictionary=options.dictionary | frozenset(one.plan.fact_defs)),
            whole=source.whole,
            place=source.place,
            at=source.at,
        )
        if columns is None and one is where:
            # The condition looks at none of their facts.
            views.append(View(replace(views[0].columns, facts={}, evidence={}), {}))
            continue
        findings += [finding for finding in about if finding not in findings]
        if columns is None:
            raise Refused(findings)
        if columns.account is None:
            message = "No column says whose people these are."
            advice = "Add the account's id, under a heading such as account_id."
            raise Refused(
                [*findings, Diagnostic("no-account-column", Severity.ERROR, message, name, help=advice)]
            )
        if columns.stakeholder is None and options.id_column is None:
            # The account's id is no person's; without one of their own, people are numbered.
            columns = replace(columns, key=first([fold(one) for one in source.header], ANY_IDS))
        views.append(View(replace(columns, key_name="stakeholder_id"), facts))
    listing = Listing(source.table, source.header, views, options)
    seen = Seen()
    for rows in rows_of(listing, {}):
        seen.add(rows.numbers)
    twice = seen.twice()
    return Contacts(listing, which(Job(listing, ()), twice) if len(twice) else {})
