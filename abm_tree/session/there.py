"""Who is there at an account: the people of the contacts list, those we added or met, and who knows whom.

Promises: light; nobody who was added and taken back, or was forgotten, is there; a relation is read by ids,
and by names that only one has. Refuses: to know what they weigh; `people` reads that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from abm_tree.feel import DateTime
from abm_tree.journal.events import Event, WalkLine
from abm_tree.journal.fold import fold
from abm_tree.session.book import Book, Person
from abm_tree.session.learned import is_there
from abm_tree.source import clean
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.session.workspace import Workspace

Walks: TypeAlias = Sequence[tuple[WalkLine, tuple[Event, ...]]]


def everybody(
    workspace: Workspace, account_id: str, book: Book, as_of: DateTime | None = None
) -> tuple[Person, ...]:
    """The people of an account as lists show them: those of the contacts list, then those we added or met."""
    here = book.people.get(account_id, ())
    if "desk" not in vars(workspace) and not workspace.journal_place.exists():
        return here  # nothing was ever said, and looking makes no journal
    if workspace.desk.held:
        return here  # another program has the journal: what the list says is there at once
    ids = {one.id for one in here}
    walks = workspace.desk.about(Subject(account_id))
    more = unlisted(account_id, walks, as_of or workspace.now())
    return (*here, *(one for one in more if one.id not in ids))


def unlisted(account_id: str, walks: Walks, as_of: DateTime) -> list[Person]:
    """Whom the journal knows at an account: people who were added, and people of walks."""
    found: dict[str, Person] = {}
    for line, events in walks:
        if not is_there(line, events, as_of):
            continue
        one = line.subject.stakeholder_id
        before = found.get(one) or Person(one, account_id, "")
        name, title = " ".join(clean(line.stakeholder_name).split()), ""
        if not line.tree:
            state = fold(events)
            name, title = state.name or name, state.job_title
        found[one] = replace(before, name=name or before.name, title=title or before.title)
    return list(found.values())


def acquainted(people: Mapping[str, Person], walks: Walks) -> dict[str, tuple[str, ...]]:
    """Who of an account's people knows whom: as the list says, by ids or by names that only one has."""
    by_name: dict[str, list[str]] = {}
    for one, person in people.items():
        if person.name:
            by_name.setdefault(person.name.casefold(), []).append(one)
    found: dict[str, dict[str, None]] = {one: {} for one in people}

    def join(one: str, other: str) -> None:
        if one in found and other in found and one != other:
            found[one][other] = None
            found[other][one] = None

    for one, person in people.items():
        for text in person.knows.split(";"):
            text = " ".join(text.split())
            if not text:
                continue
            those = by_name.get(text.casefold(), [])
            join(one, text if text in people else those[0] if len(those) == 1 else "")
    for line, events in walks:
        if not line.tree and not line.forgotten:
            for other in fold(events).knows:
                join(line.subject.stakeholder_id, other)
    return {one: tuple(other for other in people if other in those) for one, those in found.items()}
