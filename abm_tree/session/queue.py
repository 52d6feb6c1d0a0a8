"""The work queue: the question that settles most over the workspace's list, and with whom to begin.

Promises: every line is a walk that is not begun yet and asks that question first, as the lists and the
journal have it now; accounts that are worth most come first. Refuses: lists that take longer than a moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abm_tree.group.next import Place, Question, fit
from abm_tree.session.next_list import TREE, over_list, without_people
from abm_tree.session.options import list_options
from abm_tree.session.people import people
from abm_tree.session.wish import WEIGHTS, Planned, Refused, Wish
from abm_tree.session.workspace import TreeProblem, Workspace
from abm_tree.source import clean
from abm_tree.walk.advance import advance
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.feel import DateTime
    from abm_tree.session.book import Book
    from abm_tree.session.open import Opened

LARGEST = 20_000_000  # bytes of a list that is looked at unasked: some seconds
LOOKED = 60  # accounts that are looked at for them
MOST = 9  # lines, as many as have a number


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody to ask."""

    account: str
    name: str
    person: str  # "": nobody in particular
    person_name: str
    title: str  # of the fact that is asked


@dataclass(frozen=True, slots=True)
class Queue:
    """What to ask first, and of whom."""

    tree: str
    title: str  # of the tree
    ask: str = ""
    settles: int = 0
    open: int = 0
    accounts: int = 0
    lines: tuple[Line, ...] = ()
    problem: str = ""  # why there is none, in words


def work_queue(workspace: Workspace, book: Book) -> Queue:
    """The queue of a workspace; its `problem` says why there are no lines."""
    from abm_tree.batch.plan import plan

    places = workspace.places
    if places.accounts is None:
        return Queue(TREE, "", problem="The workspace has no account list.")
    try:
        sizes = [path.stat().st_size for path in (places.accounts, places.contacts) if path is not None]
        opened = workspace.tree(TREE)
        if max(sizes) > LARGEST:
            words = "The list is too long to be looked at here; `abm-tree next` does it."
            return Queue(TREE, opened.tree.title, problem=words)
        facts, settings, moment = opened.shelf.definitions.facts, opened.shelf.settings, workspace.now()
        wish = Wish(
            places.accounts,
            places.accounts.name,
            list_options(settings.accounts, dictionary=facts),
            contacts=places.contacts,
            contact_options=list_options(settings.contacts, dictionary=facts),
            usual={key: facts[key] for key in WEIGHTS if key in facts},
            threads=1,  # somebody is at work in front of it
        )
        planned = Planned(plan(opened.tree, moment), opened.tree.subject, lambda: opened.tree)
        try:
            found, _ = over_list([(planned, opened.tree.title)], wish, places=LOOKED)
        except Refused as refused:
            if not without_people(refused, wish):
                raise
            alone = replace(wish, contacts=None)
            found, _ = over_list([(planned, opened.tree.title)], alone, places=LOOKED)
    except (TreeProblem, OSError) as problem:
        return Queue(TREE, "", problem=clean(str(problem)))
    except Refused as refused:
        return Queue(TREE, "", problem=clean(refused.findings[-1].message) if refused.findings else "")
    if not found.questions or not found.questions[0].settles:
        return Queue(TREE, opened.tree.title, problem="No single question would settle anything.")
    first = found.questions[0]
    lines = [_line(workspace, opened, first, one, book, moment) for one in found.places]
    kept = tuple(one for one in lines if one is not None)[:MOST]
    return Queue(TREE, opened.tree.title, first.ask, first.settles, found.open, first.accounts, kept, "")


def _line(
    workspace: Workspace, opened: Opened, question: Question, one: Place, book: Book, moment: DateTime
) -> Line | None:
    """The person of an account to begin with; None where everybody has been asked, or is being asked."""
    entry = book.entry(one.account)
    if entry is None:
        return None
    walked = {
        line.subject.stakeholder_id
        for line in workspace.desk.walks(account=one.account)
        if line.tree == opened.tree.id
    }
    there = {person.id: person for person in people(workspace, one.account, book=book)}
    left = [person for person in one.people if person in there and person not in walked]
    while left or (not one.people and "" not in walked):
        who = fit(question, [there[person] for person in left]).person if left else None
        subject = Subject(one.account, "", who.id if who is not None else "")
        facts = workspace.facts(opened, subject, moment)
        needs = advance(opened.tree, facts, moment, possible=False).needs
        if needs is not None and needs.fact == question.fact:
            name = who.name if who is not None else ""
            return Line(one.account, entry.title, subject.stakeholder_id, name, question.title)
        if who is None:
            return None
        left.remove(who.id)
    return None
