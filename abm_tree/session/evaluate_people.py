"""The contacts list of a batch: whose people they are, and what trees read of them.

Promises: facts of the person are read from it, and as what they told those that people are compared by, never
the account's; a list without the account's id is refused with advice. Refuses: to join by names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from abm_tree.accounts.lists import no_account_column, of_people
from abm_tree.accounts.understand import Options, understand
from abm_tree.batch.contacts import Contacts
from abm_tree.batch.stream import Job, rows_of, which
from abm_tree.batch.tables.ids import Seen
from abm_tree.batch.tables.listing import Listing, View
from abm_tree.batch.tables.opening import opened
from abm_tree.batch.tables.raw import Restart
from abm_tree.session.wish import Planned, Refused, folds_people
from abm_tree.source import Diagnostic, Severity, has_errors
from abm_tree.tree.each import walks_people


def contacts_of(
    path: Path,
    options: Options,
    trees: Sequence[Planned],
    where: Planned | None,
    findings: list[Diagnostic],
    *,
    joined: bool = True,
) -> Contacts | None:
    """The people, in memory; None where no tree is about people, nor reads what they come to together.

    `where` may look at them, too, where they are `joined`: have rows of their own.
    """
    told, encoding = list(findings), None
    while True:
        try:
            return _contacts(path, options, trees, where, findings, encoding, joined=joined)
        except Restart as again:
            findings[:], encoding = told, again.encoding


def _contacts(
    path: Path,
    options: Options,
    trees: Sequence[Planned],
    where: Planned | None,
    findings: list[Diagnostic],
    encoding: str | None,
    *,
    joined: bool,
) -> Contacts | None:
    name = str(path)
    about_people = [one for one in trees if joined and one.subject == "stakeholder"]
    folding = [one for one in trees if folds_people(one.plan)]
    if not about_people and not folding and any(walks_people(one.load()) for one in trees):
        return None  # who makes the records reads them
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
    every = frozenset().union(*(one.plan.fact_defs for one in trees))
    for one in (*trees, *([where] if where is not None else [])):
        facts = {key: fact for key, fact in one.plan.fact_defs.items() if fact.scope == "stakeholder"}
        mapping = options.mapping
        if one in folding:
            from abm_tree.batch.people_rows import as_told, read_of_people

            facts = read_of_people(one.load())
            mapping = as_told(mapping, facts)
        columns, about = understand(
            name,
            source.header,
            source.first,
            facts,
            "stakeholder",
            replace(
                options,
                mapping=mapping,
                dictionary=options.dictionary
                | frozenset(one.plan.fact_defs)
                | (every if one is where else set()),
            ),
            whole=source.whole,
            place=source.place,
            at=source.at,
            ids_alone=one in folding,
            people=True,
        )
        if columns is None and one is where:
            # The list holds none of the facts that the condition looks at.
            views.append(View(replace(views[0].columns, facts={}, evidence={}), facts))
            continue
        findings += [finding for finding in about if finding not in findings]
        if columns is None:
            raise Refused(findings)
        if columns.account is None:
            raise Refused([*findings, no_account_column(name)])
        views.append(View(of_people(columns, source.header, options), facts))
    listing = Listing(source.table, source.header, views, options)
    seen = Seen()
    for rows in rows_of(listing, {}):
        seen.add(rows.numbers)
    twice = seen.twice()
    return Contacts(listing, which(Job(listing, ()), twice) if len(twice) else {})


def unread(contacts: Contacts, name: str) -> list[Diagnostic]:
    """What cannot be read of people who have no row of their own that would say so."""
    bad = {row: words for found in contacts.problems for row, words in found.items()}
    if not bad:
        return []
    rows = "1 row" if len(bad) == 1 else f"{len(bad):,} rows"
    message = f"Not all of {rows} of the contacts can be read; what cannot counts as unknown."
    return [Diagnostic("contacts-not-read", Severity.WARNING, message, name, help=bad[min(bad)])]
