"""What is wrong with the contacts list, where that keeps trees from reading it.

Promises: the findings that `evaluate --contacts` prints of the same list; nothing of a list that can be read,
nor of a file that cannot even be opened, which the book says. Of one account: which of its rows are
errors there. Refuses: to read people; to mend.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from abm_tree.accounts.lists import Options
from abm_tree.report.files import one_line
from abm_tree.session.book import MAX_SHOWN, Book, Person
from abm_tree.session.options import list_options
from abm_tree.session.workspace import Workspace
from abm_tree.source import Diagnostic, clean, did_you_mean
from abm_tree.tree.parts import Tree
from abm_tree.walk.subject import Subject

MOST = 6  # rows that are named
UNDECLARED = "may be day or month first"
DECLARE = 'Under [contacts] in abm-tree.toml, dates = "day-first" or "month-first" says how days are written.'
LEFT_OUT = "The contacts list is left out of what trees read"


def contacts_unread(workspace: Workspace, trees: Sequence[Tree], book: Book) -> tuple[Diagnostic, ...]:
    """Why some trees cannot read the contacts list, each finding once; without trees, what holds for all."""
    path = workspace.places.contacts
    if path is None or any(one.startswith(f"{path.name} cannot be read") for one in book.problems):
        return ()
    shelf = workspace.shelf()
    facts = shelf.definitions.facts
    how = list_options(shelf.settings.contacts, dictionary=facts)
    if not trees:
        # A column may be mapped to what only some tree knows.
        how = replace(how, mapping={name: fact for name, fact in how.mapping.items() if fact in facts})
        trees = [Tree("", "", "", "", "", "account", None, "", {}, {}, {}, (), {}, facts=dict(facts))]
    found: dict[tuple[object, ...], Diagnostic] = {}
    for tree in trees:
        for one in workspace.group_facts.unread(tree, path, how):
            found.setdefault((one.code, one.source, one.row, one.message), one)
    return tuple(found.values())


def in_words(found: Sequence[Diagnostic]) -> str:
    """The same in a few sentences; "" where nothing is wrong."""
    if not found:
        return ""
    told = []
    for one in found:
        name = Path(one.source).name
        place = f"{name}, line {one.row}" if one.row is not None else name
        told.append(f"{place}: {one.message} {one.help}".strip())
    return f"{LEFT_OUT}. {' '.join(told)}"


# ---------------------------------------------------------------- rows of one account


@dataclass(frozen=True, slots=True)
class Amiss:
    """A row of the contacts list that cannot be read as it stands."""

    place: str  # "line 4"
    name: str
    why: str


def rows_amiss(
    workspace: Workspace, account_id: str, trees: Sequence[Tree] = ()
) -> tuple[int, tuple[Amiss, ...]]:
    """How many rows the contacts list has for an account, and those that cannot be read as they stand.

    A row is one where `evaluate --contacts` calls it an error: by the shared facts, and those of `trees`.
    """
    path = workspace.places.contacts
    if path is None:
        return 0, ()
    tree, how = _for_all(workspace, trees)
    listed = workspace.group_facts.listed(tree, path, how)
    if listed is None:
        return 0, ()
    rows, name_at = listed.people.of_account(account_id), listed.name_at
    return len(rows), tuple(
        Amiss(row.place, _cell(cells, name_at), row.error.removeprefix(row.place).lstrip(":, "))
        for row, cells in rows
        if row.error
    )


def amiss_in_words(workspace: Workspace, account_id: str, trees: Sequence[Tree] = ()) -> str:
    """The same in a few sentences; "" where every row can be read."""
    many, found = rows_amiss(workspace, account_id, trees)
    if not found or workspace.places.contacts is None:
        return ""
    name = workspace.places.contacts.name
    told = [f"{one.place}{f' ({one.name})' if one.name else ''}: {_shortly(one.why)}" for one in found[:MOST]]
    if len(found) > MOST:
        told.append(f"and {len(found) - MOST:,} more")
    people = f"1 person at {account_id}" if many == 1 else f"{many:,} people at {account_id}"
    lead = people if len(found) == many == 1 else f"{len(found):,} of {people}"
    out = [f"{name}: {lead} cannot be read as {'it stands' if len(found) == 1 else 'they stand'}: "]
    out[0] += f"{'; '.join(told)}."
    if any(UNDECLARED in one.why for one in found):
        out.append(DECLARE)
    out.append(f"`abm-tree evaluate TREE --contacts {name}` lists them.")
    return " ".join(out)


def account_notices(
    workspace: Workspace, book: Book, account_id: str, trees: Sequence[Tree] = (), deal_id: str = ""
) -> tuple[str, ...]:
    """What is odd about an account's rows on the lists, or its deal, a sentence or a few for each matter."""
    accounts, contacts = workspace.places.accounts, workspace.places.contacts
    out = []
    listed = not book.entries or book.entry(account_id) is not None
    if accounts is not None and contacts is not None and account_id in book.people and not listed:
        out.append(f"{one_line(account_id)} is in {contacts.name} and not in {accounts.name}.")
    words = amiss_in_words(workspace, account_id, trees)
    deal = _unheard_of(workspace, account_id, deal_id) if deal_id else ""
    return tuple(clean(one) for one in (*out, *([words] if words else []), *([deal] if deal else [])))


def _unheard_of(workspace: Workspace, account_id: str, deal_id: str) -> str:
    """That nothing was said of a deal yet: its id may be mistyped."""
    walks = workspace.desk.about(Subject(account_id))
    deals = dict.fromkeys(line.subject.deal_id for line, _ in walks if line.subject.deal_id)
    if deal_id in deals:
        return ""
    known = f"Those heard of there: {', '.join(map(one_line, deals))}." if deals else ""
    advice = did_you_mean(deal_id, deals, quote="") or known
    here = (
        f"Nothing was said of deal {one_line(deal_id)} at {one_line(account_id)} yet: it goes by the account."
    )
    return f"{here} {advice}".strip()


def _shortly(why: str) -> str:
    """A reason without what to choose from, and without options of another command."""
    return re.sub(r"\.? (?:Choices|Declare it): .*?(?=; column|$)", "", why).rstrip(".")


def _cell(cells: Sequence[str], at: int | None) -> str:
    return " ".join(clean(cells[at]).split())[:MAX_SHOWN] if at is not None and at < len(cells) else ""


def rows_with_id(workspace: Workspace, person: str) -> list[str]:
    """Where an id stands on the contacts list, and with which name: "line 3 (Robin Vale)"."""
    path = workspace.places.contacts
    tree, how = _for_all(workspace, ())
    listed = workspace.group_facts.listed(tree, path, how) if path is not None else None
    if listed is None or listed.people.columns.key is None:
        return []
    at, name_at = listed.people.columns.key, listed.name_at
    return [
        f"{listed.people.counted} {row.line}{f' ({name})' if (name := _cell(row.cells, name_at)) else ''}"
        for row in listed.people.rows
        if _cell(row.cells, at).casefold() == person.casefold()
    ]


def twice(workspace: Workspace, found: Sequence[Person]) -> tuple[str, str] | None:
    """What to say of people who have one id, and what to do; None where they have several."""
    if len(found) < 2 or len({one.id for one in found}) > 1:
        return None
    places = rows_with_id(workspace, found[0].id) or [one.name or one.id for one in found]
    many = "twice" if len(places) == 2 else f"{len(places)} times"
    message = f'The contacts list has the id "{found[0].id}" {many}: {", ".join(places)}.'
    return message, "Give each person an id of their own in the list."


def _for_all(workspace: Workspace, trees: Sequence[Tree]) -> tuple[Tree, Options]:
    """What reads every fact of a person: a tree that has them all, and how the list is read for it."""
    shelf = workspace.shelf()
    facts = dict(shelf.definitions.facts)
    for tree in trees:
        facts |= {key: fact for key, fact in tree.facts.items() if key not in facts}
    how = list_options(shelf.settings.contacts, dictionary=shelf.definitions.facts)
    # A column may be mapped to what only some tree knows.
    how = replace(how, mapping={name: fact for name, fact in how.mapping.items() if fact in facts})
    revision = " ".join(sorted(one.revision for one in trees))
    tree = Tree("", "", "", revision, "", "account", None, "", {}, {}, {}, (), {}, facts=facts)
    return replace(tree, revision=f"all {id(shelf)} {revision}"), how
