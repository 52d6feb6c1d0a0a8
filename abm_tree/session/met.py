"""What is recorded about people outside walks beside their place and role: who was added, whom they know.

Promises: an id is made once and means nobody else; a relation holds both ways and is recorded once; what is
recorded here is in the journal when the function returns, and can be taken back. Refuses: to change the list;
to add somebody twice.
"""

from __future__ import annotations

import re
import unicodedata

from abm_tree.feel import Date, string
from abm_tree.journal.events import Event
from abm_tree.session.book import MAX_SHOWN, Book, Person
from abm_tree.session.people import (
    ATTITUDE,
    KNOWS,
    LAST_CONTACT,
    MET,
    TESTED,
    answer,
    retract,
    stated,
)
from abm_tree.session.there import acquainted, everybody
from abm_tree.session.workspace import Workspace
from abm_tree.source import clean
from abm_tree.walk.subject import Subject

AGAINST, FOR = -2, 2
LONGEST = 40  # characters of an id


class NotPossible(ValueError):
    """What cannot be recorded; the message says why, for the person at the keyboard."""


def add_person(
    workspace: Workspace,
    account_id: str,
    name: str,
    title: str = "",
    *,
    account_name: str = "",
    book: Book | None = None,
) -> Person:
    """Add somebody who is on no list to an account; raises NotPossible, NotSaved."""
    name, title = (" ".join(clean(text).split())[:MAX_SHOWN].strip() for text in (name, title))
    if not account_id:
        raise NotPossible("People belong to an account, and none is named.")
    if not name:
        raise NotPossible("A person needs a name.")
    book = book or workspace.book()
    there = everybody(workspace, account_id, book)
    same = next((one for one in there if one.name.casefold() == name.casefold()), None)
    if same is not None:
        raise NotPossible(f'"{same.name}" is there already, as {same.id}.')
    one = Person(_id(workspace, account_id, name, book, there), account_id, name, title)
    personal = {"name": name, **({"job_title": title} if title else {})}
    _record(workspace, one.id, account_id, [_event(workspace, MET, personal)], account_name, name)
    return one


def _id(workspace: Workspace, account_id: str, name: str, book: Book, there: tuple[Person, ...]) -> str:
    """An id out of a name that nobody else has: not here, not on the list, not at another account."""
    plain = unicodedata.normalize("NFKD", name)
    plain = unicodedata.normalize("NFC", "".join(one for one in plain if not unicodedata.combining(one)))
    base = re.sub(r"[\W_]+", "-", plain.casefold()).strip("-")[:LONGEST].strip("-") or "person"
    taken = {one.id.casefold() for found in book.people.values() for one in found}
    taken |= {one.id.casefold() for one in there}
    number, found = 1, base
    while found.casefold() in taken or workspace.desk.elsewhere(found, account_id):
        number += 1
        found = f"{base}-{number}"
    return found


# ---------------------------------------------------------------- who knows whom


def set_knows(
    workspace: Workspace,
    account_id: str,
    one: Person,
    other: Person,
    *,
    account_name: str = "",
    book: Book | None = None,
) -> bool:
    """Record that two people of an account know each other; whether that is new. Raises as `add_person`."""
    if one.id == other.id:
        raise NotPossible("That is one person; name two.")
    if _know(workspace, account_id, one, other, book or workspace.book()):
        return False
    event = _event(workspace, KNOWS, {"knows": other.id})
    _record(workspace, one.id, account_id, [event], account_name, one.name)
    return True


def unset_knows(
    workspace: Workspace, account_id: str, one: Person, other: Person, *, book: Book | None = None
) -> bool:
    """Take back that two people know each other; False where the list says so, which stays."""
    walks = workspace.desk.about(Subject(account_id))
    for person, whom in ((one, other), (other, one)):
        subject = Subject(account_id, "", person.id)
        for line, event in stated(walks, subject, (KNOWS,)):
            if (event.personal or {}).get("knows") == whom.id:
                retract(workspace, line.subject, event)
    return not _know(workspace, account_id, one, other, book or workspace.book())


def _know(workspace: Workspace, account_id: str, one: Person, other: Person, book: Book) -> bool:
    people = {found.id: found for found in everybody(workspace, account_id, book)}
    walks = workspace.desk.about(Subject(account_id))
    return other.id in acquainted(people, walks).get(one.id, ())


# ---------------------------------------------------------------- attitude, contact, the champion's test


def set_attitude(
    workspace: Workspace,
    account_id: str,
    stakeholder_id: str,
    attitude: int,
    *,
    account_name: str = "",
    stakeholder_name: str = "",
) -> None:
    """Record where a person stands, -2 to 2; raises NotSaved, and ValueError for other numbers."""
    if not AGAINST <= attitude <= FOR:
        raise NotPossible(f"An attitude is {AGAINST} to {FOR}.")
    event = answer(workspace, ATTITUDE, attitude)
    _record(workspace, stakeholder_id, account_id, [event], account_name, stakeholder_name)


def spoke(
    workspace: Workspace,
    account_id: str,
    stakeholder_id: str,
    day: Date | None = None,
    *,
    account_name: str = "",
    stakeholder_name: str = "",
) -> Date:
    """Record that one of us spoke with a person, today or on an earlier day; the day. Raises as above."""
    from abm_tree.feel.calendar import day_number

    today = workspace.now().date
    day = day or today
    if day_number(day) > day_number(today):
        raise NotPossible(f"{string(day)} is still to come.")
    event = answer(workspace, LAST_CONTACT, day)
    _record(workspace, stakeholder_id, account_id, [event], account_name, stakeholder_name)
    return day


def set_tested(
    workspace: Workspace,
    account_id: str,
    deal_id: str = "",
    *,
    tested: bool,
    evidence: str = "",
    account_name: str = "",
) -> None:
    """Record whether the champion of a deal was tested, and what they did; raises NotSaved."""
    event = answer(workspace, TESTED, tested, " ".join(clean(evidence).split()))
    workspace.desk.state(Subject(account_id, deal_id), [event], account_name=account_name)


# ---------------------------------------------------------------- the journal


def _event(workspace: Workspace, kind: str, personal: dict[str, str]) -> Event:
    # The day is the workspace's: the journal's own time is UTC.
    body = {"as_of": string(workspace.now())}
    return Event(kind, workspace.by, scope="stakeholder", body=body, personal=personal)


def _record(
    workspace: Workspace,
    stakeholder_id: str,
    account_id: str,
    events: list[Event],
    account_name: str,
    stakeholder_name: str,
) -> None:
    subject = Subject(account_id, "", stakeholder_id)
    workspace.desk.state(subject, events, account_name=account_name, stakeholder_name=stakeholder_name)
