"""`abm-tree next`: which question, to whom, would settle most; over a whole list, or at one account."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm_tree.cli.common import Stop, moment_of, reading_of, tell
from abm_tree.cli.exits import Exit
from abm_tree.cli.front import NoWorkspace, workspace_of
from abm_tree.session.workspace import TreeProblem, Workspace
from abm_tree.source import Diagnostic, Severity, clean
from abm_tree.source.folders import shown

if TYPE_CHECKING:
    from abm_tree.feel import DateTime
    from abm_tree.group.next import NextOverList, Place, Question
    from abm_tree.session.book import Book
    from abm_tree.session.next import Advised, NextAtAccount
    from abm_tree.session.open import Opened
    from abm_tree.session.wish import Planned
    from abm_tree.tree.parts import Tree

TOP = 5  # questions that are shown
FEW = 6  # answers of one that are


def run(options: argparse.Namespace) -> int:
    """Say what to ask first."""
    from abm_tree.session.wish import Refused

    try:
        _checked(options)
        workspace = workspace_of(options, needed=True)
        if options.account is not None:
            return _at_account(options, workspace)
        return _over_list(options, workspace)
    except Stop as stop:
        return stop.code
    except TreeProblem as problem:
        tell(problem.findings)
        print(clean(str(problem)), file=sys.stderr)
        return Exit.TREE
    except Refused as refused:
        tell(refused.findings)
        usage = refused.findings and refused.findings[-1].source == "--weigh"
        return Exit.USAGE if usage else Exit.INPUT
    except NoWorkspace as error:
        print(clean(str(error)), file=sys.stderr)
        return Exit.INPUT


def _checked(options: argparse.Namespace) -> None:
    """Options that do not go together stop the command."""
    found: list[tuple[str, str, str]] = []
    if options.account is not None:
        unused = [("LIST", options.list), ("--contacts", options.contacts), ("--weigh", options.weigh)]
        found += [
            (
                name,
                "One account is looked at with the workspace's lists.",
                "Leave it out, or leave out --account.",
            )
            for name, value in unused
            if value is not None
        ]
    elif options.deal:
        found.append(("--deal", "A deal is one of an account.", "Add --account ID."))
    if options.top < 1:
        found.append(("--top", "At least one question is shown.", "--top 5"))
    if found:
        tell(
            [Diagnostic("bad-option", Severity.ERROR, words, name, help=help) for name, words, help in found]
        )
        raise Stop(Exit.USAGE)


def _trees(options: argparse.Namespace, workspace: Workspace, usual: tuple[str, ...]) -> list[Opened]:
    """The trees that are named, each once; else the usual ones."""
    several = [name.strip() for text in options.trees for name in text.split(",")]
    names = [*options.tree, *(name for name in several if name)]
    opened = [workspace.tree(name) for name in dict.fromkeys(names or usual)]
    return list({one.tree.id: one for one in opened}.values())


# ---------------------------------------------------------------- a whole list


def _over_list(options: argparse.Namespace, workspace: Workspace) -> int:
    from abm_tree.cli.evaluate import at_rest, weighed_by
    from abm_tree.cli.progress import Progress
    from abm_tree.session.next_list import TREE, over_list, without_people
    from abm_tree.session.options import list_options
    from abm_tree.session.wish import WEIGHTS, Refused, Wish

    opened = _trees(options, workspace, (TREE,))
    shelf = opened[0].shelf
    facts = shelf.definitions.facts
    moment = moment_of(options, shelf.settings.timezone)
    named = options.list is not None
    source = Path(options.list) if named else workspace.places.accounts
    if source is None:
        message = "No list is named, and the workspace names none."
        advice = 'Name one, or put path = "..." under [accounts] in abm-tree.toml.'
        tell([Diagnostic("no-list", Severity.ERROR, message, "next", help=advice)])
        return Exit.USAGE
    if not named and workspace.sample and not options.sample:
        print("No list is named, so this is the sample that ships with abm-tree.\n", file=sys.stderr)
    contacts = Path(options.contacts) if options.contacts is not None else None
    if contacts is None and not named:
        contacts = workspace.places.contacts
    how = reading_of(options, shelf.settings.accounts, facts)
    people = list_options(
        shelf.settings.contacts,
        decimal=options.decimal,
        dates=options.dates,
        unknown=options.unknown_value,
        dictionary=facts,
    )
    known = {**facts, **{key: one for each in opened for key, one in each.tree.facts.items()}}
    weigh = weighed_by(options.weigh, known)
    wish = Wish(
        source,
        shown(source),
        how,
        contacts=contacts,
        contact_options=people,
        weigh=weigh,
        usual={key: facts[key] for key in WEIGHTS if key in facts},
    )
    planned = [(_planned(one.tree, moment), one.tree.title) for one in opened]
    with ExitStack() as stack:
        wish = at_rest(wish, stack)
        progress = stack.enter_context(Progress())
        try:
            found, done = over_list(planned, wish, by_weight=weigh is not None, progress=progress)
        except Refused as refused:
            if options.contacts is not None or not without_people(refused, wish):
                raise
            bad = [one for one in refused.findings if one.severity is Severity.ERROR]
            tell(replace(one, severity=Severity.WARNING) for one in bad)
            print("The list of contacts is left out.\n", file=sys.stderr)
            wish = replace(wish, contacts=None)
            found, done = over_list(planned, wish, by_weight=weigh is not None, progress=progress)
        book = workspace.book() if not named else _book_of(wish.source)
    fact = known.get(found.weighed_by or "")
    unit = (fact.currency or fact.unit) if fact is not None else ""
    found = replace(found, unit=unit, questions=found.questions[: options.top])
    tell(done.findings)
    if options.format != "text":
        from abm_tree.session.next_told import list_csv, list_json

        _printed(list_json(found) if options.format == "json" else list_csv(found))
        return Exit.OK
    title = fact.title.lower() if fact is not None else ""
    _told(list_story(found, wish.name, title, book))
    return Exit.OK


def _planned(tree: Tree, moment: DateTime) -> Planned:
    from abm_tree.batch.plan import plan
    from abm_tree.session.wish import Planned

    return Planned(plan(tree, moment), tree.subject, lambda: tree)


def _book_of(source: Path) -> Book:
    """Names of the accounts of a list, where it has them."""
    from abm_tree.session.book import Places, open_book

    return open_book(Places(source))


def list_story(found: NextOverList, name: str, weighed: str, book: Book) -> Iterator[str]:
    """What to ask first over a list, as lines."""
    trees = " and ".join(title for _, title in found.trees)
    people = ", with its people" if found.people else ""
    where = f"{_open(found.open)} at {_accounts(found.accounts)}"
    yield f"{trees} over {name}{people}: {found.rows:,} rows, {_wrong(found)}{where}."
    yield "Open is what is undecided, or decided only because something is unknown."
    if found.errors:
        yield "An error is a row that cannot be read as it stands; `abm-tree evaluate TREE` says why."
    if not found.open:
        return
    if not found.questions:
        yield ""
        yield "No question would change that by itself."
        return
    if not (found.questions[0].settles or found.questions[0].unproven):
        yield ""
        yield "No single answer settles any of it. First what changes most:"
    for rank, one in enumerate(found.questions, start=1):
        yield ""
        yield f"{rank}. {one.ask} ({one.fact})"
        yield from _worth(one, found, weighed)
    yield from _where(found, weighed, book)
    if found.uncertain:
        yield ""
        yield (
            "Not everything can be tried, so nobody can say whether these settle more: "
            + "; ".join(f"{one.fact} (up to {one.settles + one.unproven:,} rows)" for one in found.uncertain)
            + "."
        )


def _worth(one: Question, found: NextOverList, weighed: str) -> Iterator[str]:
    from abm_tree.group.next import in_words

    worth = f", {_money(one.weight, found)} of {weighed}" if one.weight and weighed else ""
    if one.settles:
        keeps = f"; {one.keeps:,} of them keep the outcome that they have" if one.keeps else ""
        yield (
            f"   Settles {_share(one.settles, found.open)} whatever the answer, "
            f"at {_accounts(one.accounts)}{worth}{keeps}."
        )
    if one.unproven:
        yield f"   May settle {_share(one.unproven, found.open)}; not every answer could be tried."
    rows = "1 open row" if one.lacking == 1 else f"{one.lacking:,} open rows"
    yield f"   Lacking in {rows}; changes what comes out in {one.matters:,}."
    for part in one.parts:
        lead = f"{part.title}: " if len(found.trees) > 1 else ""
        grouped: dict[tuple[int, float], list[str]] = {}
        for answer in part.worth.answers:
            grouped.setdefault((answer.decides, answer.weight), []).append(answer.text)
        deciding = {figures: texts for figures, texts in grouped.items() if figures[0]}
        for (decides, weight), texts in sorted(deciding.items(), key=lambda pair: -pair[0][0]):
            said = "any answer" if len(texts) == len(part.worth.answers) > 1 else _some(texts)
            share = f", {100 * weight / found.weight:.1f} % of {weighed}" if weight and weighed else ""
            yield f"   - {lead}{said}: decides {_share(decides, found.open)}{share}"
        if len(deciding) < len(grouped):
            said = "any other answer: decides nothing" if deciding else "no answer decides anything"
            yield f"   - {lead}{said} by itself"
        if part.worth.outcomes:
            ends = ", ".join(f"{name} ({count:,})" for name, count in part.worth.outcomes[:FEW])
            more = len(part.worth.outcomes) - FEW
            others = f" and {more} more" if more > 0 else ""
            yield f"   - {lead}still possible where it settles: {ends}{others}"
    if one.ask_of:
        yield f"   Ask: {' or '.join(in_words(role) for role in one.ask_of)}."


def _some(texts: list[str]) -> str:
    more = f", or {len(texts) - FEW} others" if len(texts) > FEW else ""
    return " or ".join(texts[:FEW]) + more


def _where(found: NextOverList, weighed: str, book: Book) -> Iterator[str]:
    if not found.places:
        return
    yield ""
    first = f", those with most {weighed} first" if weighed else ""
    yield f"Where the first question settles something{first}:"
    for one in found.places:
        yield f"- {_place(one, found, book)}"
    more = found.questions[0].accounts - len(found.places)
    if more > 0:
        yield f"and {more:,} more."


def _place(one: Place, found: NextOverList, book: Book) -> str:
    entry = book.entry(one.account)
    name = f"{entry.name} ({one.account})" if entry is not None and entry.name else one.account
    worth = f", {_money(one.weight, found)}" if one.weight else ""
    known = {person.id: person.name for person in book.people.get(one.account, ())}
    people = [known.get(person) or person for person in one.people]
    return f"{_line(name)}{worth}" + (f": {_line(_some(people).replace(' or ', ', '))}" if people else "")


# ---------------------------------------------------------------- one account


def _at_account(options: argparse.Namespace, workspace: Workspace) -> int:
    from abm_tree.journal.store import open_journal
    from abm_tree.session.contacts import account_notices
    from abm_tree.session.next import TREES, at_account
    from abm_tree.session.people_view import find_account

    workspace.journal = open_journal(workspace.journal_place, create=False)  # looking makes none
    book = workspace.book()
    for problem in book.problems:
        print(clean(problem), file=sys.stderr)
    account = find_account(workspace, book, options.account)
    if isinstance(account, Diagnostic):
        tell([replace(account, source="--account")])
        return Exit.INPUT
    opened = _trees(options, workspace, TREES)
    moment = moment_of(options, opened[0].shelf.settings.timezone)
    for notice in account_notices(workspace, book, account, [one.tree for one in opened], options.deal):
        print(notice, file=sys.stderr)
    own = options.format == "text" or options.unmasked
    found = at_account(workspace, opened, account, options.deal, as_of=moment, book=book, named=own)
    found = replace(found, advice=found.advice[: options.top])
    if options.format != "text":
        from abm_tree.session.next_told import account_csv, account_json

        told = (account_json if options.format == "json" else account_csv)(found, unmasked=own)
        _printed(told)
        return Exit.OK
    _told(account_story(found, [one.tree.title for one in opened]))
    return Exit.OK


def account_story(found: NextAtAccount, titles: list[str]) -> Iterator[str]:
    """What to ask first at an account, as lines."""
    snap = found.snap
    name = f"{snap.account_name} ({snap.account_id})" if snap.account_name else snap.account_id
    deal = f", deal {snap.deal_id}" if snap.deal_id else ""
    people = "1 person" if len(snap.people) == 1 else f"{len(snap.people)} people"
    day = snap.as_of.date
    yield _line(f"{name}{deal} on {day.year:04d}-{day.month:02d}-{day.day:02d}: {people}, {_all(titles)}.")
    still = f"{len(found.open)} of {found.walks} walks"
    yield f"Undecided, or decided only because something is unknown: {still}."
    if not found.advice:
        yield ""
        yield "No question would change that by itself." if found.open else "Nothing is left to ask."
        return
    for rank, one in enumerate(found.advice, start=1):
        yield ""
        yield from _advised(rank, one, found)
    if found.uncertain:
        yield ""
        names = ", ".join(one.fact for one in found.uncertain)
        yield f"Not everything can be tried, so nobody can say whether these settle more: {names}."


def _advised(rank: int, one: Advised, found: NextAtAccount) -> Iterator[str]:
    from abm_tree.group.next import in_words

    question, who = one.question, one.fit
    yield f"{rank}. {_line(question.ask)}"
    if who.person is not None:
        yield f"   Whom: {_line(who.person.name)} ({_line(who.why)})"
    elif who.role:
        yield f"   Whom: a {in_words(who.role)}; {_line(who.why)}"
    else:
        yield f"   Whom: {_line(who.why)}"
    if question.settles_in:
        yield f"   Settles: {_walks(question.settles_in, found)}"
    if question.matters_in:
        lead = "Also changes" if question.settles_in else "Changes"
        yield f"   {lead}: {_walks(question.matters_in, found)}"
    if question.unproven and not question.settles_in:
        yield "   May settle what it changes; not every answer could be tried."
    if question.help:
        yield f"   How: {_line(question.help)}"


def _walks(walks: tuple[tuple[str, str], ...], found: NextAtAccount) -> str:
    by_tree: dict[str, list[str]] = {}
    for tree, person in walks:
        by_tree.setdefault(tree, []).extend([_line(found.snap.name_of(person))] if person else [])
    return "; ".join(f"{tree} with {_all(people)}" if people else tree for tree, people in by_tree.items())


# ---------------------------------------------------------------- words


def _wrong(found: NextOverList) -> str:
    """Rows that cannot be decided as they stand; `evaluate` says why."""
    return f"{found.errors:,} {'error' if found.errors == 1 else 'errors'}, " if found.errors else ""


def _open(count: int) -> str:
    return "1 open" if count == 1 else f"{count:,} open" if count else "none open"


def _accounts(count: int) -> str:
    return "1 account" if count == 1 else f"{count:,} accounts"


def _share(count: int, of: int) -> str:
    return f"{count:,} ({100 * count / of:.1f} %)" if of else f"{count:,}"


def _money(amount: float, found: NextOverList) -> str:
    return f"{found.unit} {amount:,.0f}".strip()


def _all(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + f" and {texts[-1]}" if texts else ""


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _told(lines: Iterator[str]) -> None:
    from abm_tree.cli.console import wrapped

    sys.stdout.write("".join(wrapped(line) if line else "\n" for line in lines))


def _printed(found: Any) -> None:
    sys.stdout.write(
        found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    )
