"""`abm-tree people`: who is who at an account, what covers each role, and what is recorded about them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from abm_tree.cli.common import Stop, moment_of, tell
from abm_tree.cli.console import wrapped
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, workspace_of
from abm_tree.group.conflict import ASKED_TWICE, Conflict, Side
from abm_tree.group.coverage import COVERED, RoleCover, contact_words
from abm_tree.group.people import Stakeholder
from abm_tree.journal.events import NotSaved
from abm_tree.journal.store import open_journal
from abm_tree.session.contacts import account_notices
from abm_tree.session.people_view import (
    KINDS_OF_CONFLICT,
    Gathered,
    as_csv,
    as_json,
    find_account,
    gathered,
    status_of,
)
from abm_tree.session.workspace import Workspace
from abm_tree.source import Diagnostic, Severity, clean
from abm_tree.source.folders import shown

KINDS = {"csv": "csv", "json": "json", "txt": "text"}
SIGNS = {"red": "RED", "amber": "AMBER", "green": "GREEN"}
RECORDS = (
    *("add", "role", "influence", "interest", "attitude", "spoke", "knows", "tested", "undo"),
    *("title", "evidence"),
)


def run(options: argparse.Namespace) -> int:
    """Record what is told, then show or write the people."""
    try:
        kind = _kind(options)
        workspace = workspace_of(options, needed=True)
        records = [name for name in RECORDS if getattr(options, name)]
        if not records:
            # Looking makes no journal.
            workspace.journal = open_journal(workspace.journal_place, create=False)
        moment = moment_of(options, workspace.preferences.timezone or None)
        book = workspace.book()
        for problem in book.problems:
            print(clean(problem), file=sys.stderr)
        account = find_account(workspace, book, options.account)
        if isinstance(account, Diagnostic):
            tell([account])
            return Exit.INPUT
        if records:
            from abm_tree.cli.people_told import recorded

            lines = recorded(options, workspace, account, book)
            alone = options.format is None and options.output is None
            print("\n".join(lines), file=sys.stdout if alone else sys.stderr)
            if alone:
                return Exit.OK
        elif not workspace.journal.missing and workspace.journal.problem:
            print(clean(workspace.journal.problem), file=sys.stderr)
        found = gathered(workspace, account, options.deal, as_of=moment, book=book, conflicts=kind != "csv")
        tell(found.unread)
        for notice in account_notices(workspace, book, account, deal_id=options.deal):
            print(notice, file=sys.stderr)
        return _shown(options, kind, found, workspace)
    except Stop as stop:
        return stop.code
    except (NoWorkspace, NotSaved) as error:
        print(clean(str(error)), file=sys.stderr)
        return Exit.INPUT


def _kind(options: argparse.Namespace) -> str:
    """The form: as told, else as the file's name ends, else text."""
    if options.format or options.output in (None, "-"):
        return str(options.format or "text")
    kind = KINDS.get(Path(options.output).suffix.casefold().removeprefix("."))
    if kind is None:
        message = "The name does not say what is to be written."
        advice = "Name a file that ends in .csv, .json or .txt, or add --format."
        tell([Diagnostic("bad-option", Severity.ERROR, message, "-o", help=advice)])
        raise Stop(Exit.USAGE)
    return kind


def _shown(options: argparse.Namespace, kind: str, found: Gathered, workspace: Workspace) -> int:
    """Print the people, or write them."""
    if kind == "text":
        # A file goes to others; the screen is the rep's own.
        own = options.unmasked or options.output in (None, "-")
        text = "".join(wrapped(line) if line else "\n" for line in story(found if own else found.masked()))
    else:
        text = (as_csv if kind == "csv" else as_json)(found, unmasked=options.unmasked)
    if options.output in (None, "-"):
        sys.stdout.write(text)
        return Exit.OK
    path = Path(options.output)
    lists = [one for one in (workspace.places.accounts, workspace.places.contacts) if one is not None]
    from abm_tree.session.roles_file import not_writable, write

    nowhere = path.with_name(f".{path.name}.none")  # a folder that is not there is told without lists, too
    bad = next((one for source in (*lists, nowhere) if (one := not_writable(path, source))), None)
    if bad is not None:
        tell([bad])
        return Exit.INPUT
    try:
        write(path, text)
    except OSError as error:
        message = f"The people cannot be written: {(error.strerror or str(error)).lower()}."
        advice = "Nothing was changed. Make room, or name another place."
        tell([Diagnostic("not-written", Severity.ERROR, message, shown(path), help=advice)])
        return Exit.INPUT
    print(f"{_people(found)} written to {shown(path)}.")
    if not options.unmasked:
        print("Names, titles, ratings and contacts are left out; --unmasked writes them.", file=sys.stderr)
    return Exit.OK


# ---------------------------------------------------------------- what people read


def story(found: Gathered) -> Iterator[str]:
    """An account's people as lines: the light, the roles, everybody, and what does not fit together."""
    cover = found.coverage
    name = f"{found.account_name} ({found.account_id})" if found.account_name else found.account_id
    deal = f", deal {found.deal_id}" if found.deal_id else ""
    day = found.as_of.date
    yield f"{name}{deal}: {_people(found)} on {day.year:04d}-{day.month:02d}-{day.day:02d}"
    yield ""
    yield SIGNS[cover.light]
    for reason in cover.reasons:
        yield f"- {reason}"
    yield ""
    yield "Roles"
    for one in cover.roles:
        yield from _role(one)
    yield ""
    yield f"Champion: {cover.champion.state}"
    if cover.champion.people:
        yield f"  {cover.champion.reason}"
    if cover.champion.proof.evidence:
        yield f"  What proves it: {cover.champion.proof.evidence}"
    yield f"Spoken with in {cover.rules.engaged_within} days: {_listed(cover.engaged) or 'nobody'}"
    for name, ids in same_names(found):
        many = "twice" if len(ids) == 2 else f"{len(ids)} times"
        yield f"{_line(name)}: the same name {many} (ids {', '.join(map(_line, ids))}): one person?"
    for person in found.people:
        yield ""
        yield from _person(person, found)
    if not found.people:
        yield ""
        yield "Nobody is known there. --add NAME adds somebody; a list of contacts brings them all."
    yield from _conflicts(found)


def _conflicts(found: Gathered) -> Iterator[str]:
    """What does not fit together, kind by kind; what several would be asked is one line."""
    differ = [one for one in found.conflicts if one.kind != ASKED_TWICE]
    for kind, words in KINDS_OF_CONFLICT.items():
        those = [one for one in differ if one.kind == kind]
        if those:
            yield ""
            yield words
        for one in those:
            yield from _conflict(one, found)
    if not differ and found.told and found.people:
        yield ""
        yield "Nobody tells another story than the others."
    twice = [_line(one.title) for one in found.conflicts if one.kind == ASKED_TWICE]
    if twice:
        yield ""
        yield f"{KINDS_OF_CONFLICT[ASKED_TWICE]}: {', '.join(twice)}"


def _people(found: Gathered) -> str:
    number = len(found.people)
    return "1 person" if number == 1 else f"{number} people"


def _role(one: RoleCover) -> Iterator[str]:
    who = _listed(one.people)
    yield f"  {one.words}: {one.state}{f', {who}' if who else ''}"
    if one.state != COVERED:
        for reason in one.reasons:
            yield f"    - {reason}"


def same_names(found: Gathered) -> list[tuple[str, list[str]]]:
    """Names that several people have, with their ids."""
    names: dict[str, tuple[str, list[str]]] = {}
    for one in found.people:
        if one.shared:
            names.setdefault(one.name.casefold(), (one.name, []))[1].append(one.id)
    return list(names.values())


def _listed(people: tuple[Stakeholder, ...]) -> str:
    return ", ".join(_line(one.called) for one in people)


def _person(one: Stakeholder, found: Gathered) -> Iterator[str]:
    named = f"{_line(one.name)} ({_line(one.id)})" if one.name != one.id else _line(one.id)
    yield f"{named}{f', {_line(one.title)}' if one.title else ''}{'' if one.listed else ', on no list'}"
    yield f"  Role: {role_words(one)}"
    place = f"{_number(one.influence, one, 'influence')}, interest {_number(one.interest, one, 'interest')}"
    yield f"  Influence {place}{f': {one.quadrant.lower()}' if one.quadrant else ''}"
    last = _line(contact_words(one, found.coverage.rules, found.as_of.date))
    yield f"  Attitude {_attitude(one)}; last contact {last}"
    if one.knows:
        yield f"  Knows {', '.join(_line(found.name_of(other)) for other in one.knows)}"


def role_words(one: Stakeholder) -> str:
    """A person's role, and whether somebody has confirmed it."""
    likely = (one.suggested or "").replace("-", " ")
    status = status_of(one)
    if status == "confirmed":
        source = one.sources.get("stakeholder.role", "")
        more = "; works in purchasing, so it covers nobody's part" if one.gatekeeper else ""
        return f"{one.role_text}, confirmed{f' ({source})' if source else ''}{more}"
    said = f"{one.role_text}, too old to count; " if one.role is not None else ""
    if not said and one.role_text:
        said = f"the list says {_line(one.role_text)}; "
    if one.suggested is None:
        return f"{said}{'confirm' if one.role is not None else 'not known'}"
    if one.sure == "low":
        return f"{said}perhaps {likely}, ask: {one.why}"
    return f"{said}suggested: {likely}, confirm: {one.why}"


def _number(value: int | None, one: Stakeholder, key: str) -> str:
    if value is None:
        return "not known"
    return f"{value} of 5{', too old to count' if f'stakeholder.{key}' in one.stale else ''}"


def _attitude(one: Stakeholder) -> str:
    if one.attitude is None:
        return "not known"
    sign = f"{one.attitude:+d}" if one.attitude else "0"
    return f"{sign}{', too old to count' if 'stakeholder.attitude' in one.stale else ''}"


def _conflict(one: Conflict, found: Gathered) -> Iterator[str]:
    yield f"  {_line(one.title)}"
    for side in one.sides:
        yield f"    - {_side(side, found)}"


def _side(one: Side, found: Gathered) -> str:
    when = f" on {one.on.year:04d}-{one.on.month:02d}-{one.on.day:02d}" if one.on is not None else ""
    beside = [part for part in (one.source, f"recorded by {one.by}" if one.by else "") if part]
    where = f" ({', '.join(map(_line, beside))})" if beside else ""
    proof = f': "{_line(one.evidence)}"' if one.evidence else ""
    value = f": {_line(one.value)}" if one.value else ""
    return f"{_line(found.name_of(one.person))}{when}{value}{where}{proof}"


def _line(text: str) -> str:
    return " ".join(clean(text).split())
