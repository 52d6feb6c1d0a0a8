"""Who the people are that a tree is walked for, and what is known of each of them.

Promises: facts of the person from the contacts list and earlier walks, those of the account and the deal as
the walk itself has them, then as the lists say; the same facts, the same walks, for every front. Refuses: to
ask; to let one person's facts count for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abm_tree.accounts.lists import AccountList, Options, open_list
from abm_tree.feel import DateTime
from abm_tree.session.group_facts import Listed, facts_of_people, open_listed
from abm_tree.session.list_facts import Placed, placed
from abm_tree.source import Diagnostic, clean
from abm_tree.source.folders import shown
from abm_tree.tree.each import PERSON, inner_trees
from abm_tree.tree.facts import Facts, Known, Unknown
from abm_tree.tree.parts import COMPUTED, Tree
from abm_tree.walk.each import EachPerson, passed, with_people
from abm_tree.walk.record import Record
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.session.book import Book
    from abm_tree.session.workspace import Workspace
    from abm_tree.tree.shelf import Shelf


def shared(record: Record, tree: Tree, inner: Tree, person: str = "") -> dict[str, Known | Unknown]:
    """What a walk knows of the account and the deal, as far as another tree reads it.

    And of the person whom it is about, where that is `person`.
    """
    mine = person and person == record.subject.stakeholder_id
    left_out = COMPUTED if mine else (PERSON, *COMPUTED)
    return {
        key: state
        for key, state in record.facts.items()
        if key in inner.facts
        and not inner.facts[key].own
        and not tree.facts[key].own
        and inner.facts[key].scope not in left_out
    }


# ---------------------------------------------------------------- in a workspace


def add_people(
    workspace: Workspace,
    shelf: Shelf,
    record: Record,
    tree: Tree,
    *,
    leave_out: str = "",
    book: Book | None = None,
) -> Record:
    """A decision with the walks for everybody whom the workspace knows; `leave_out` is the walk itself."""
    inner = passed(record, tree)
    if record.status != "decided" or not inner:
        return record
    from abm_tree.session.open import Opened
    from abm_tree.session.people import people

    subject, moment = record.subject, record.as_of
    found = []
    for person in people(workspace, subject.account_id, subject.deal_id, book=book):
        whom = Subject(subject.account_id, subject.deal_id, person.id)
        facts: dict[str, Facts] = {}
        for one in inner.values():
            mine = shared(record, tree, one, person.id)
            opened = Opened(one, shelf, ())
            known = workspace.facts(opened, whom, moment, stated=mine, leave_out=leave_out)
            facts[one.id] = {**known, **mine}
        name = person.name if person.name != person.id else ""
        found.append(EachPerson(person.id, facts, name))
    return with_people(record, tree, found)


# ---------------------------------------------------------------- out of lists alone


@dataclass(frozen=True)
class _Read:
    """The lists, as one of the inner trees reads them."""

    tree: Tree
    accounts: AccountList | None
    rows: Mapping[str, int]  # of the account list, by its ids
    placed: Placed
    listed: Listed | None


@dataclass(frozen=True)
class Everybody:
    """The people of a contacts list, for the trees that another tree walks for each of them."""

    reads: tuple[_Read, ...]

    def add(self, record: Record, tree: Tree) -> Record:
        """A decision with the walks for everybody on the list."""
        inner = {one.id for one in passed(record, tree).values()}
        if record.status != "decided" or not inner:
            return record
        reads = [one for one in self.reads if one.tree.id in inner]
        names: dict[str, str] = {}
        facts: dict[str, dict[str, Facts]] = {}
        for one in reads:
            if one.listed is None or not record.subject.account_id:
                continue
            names |= one.listed.names(record.subject.account_id)
            for person, known in _facts(one, record, tree).items():
                facts.setdefault(person, {})[one.tree.id] = known
        found = [EachPerson(person, known, names.get(person, "")) for person, known in facts.items()]
        return with_people(record, tree, found)


def _facts(read: _Read, record: Record, tree: Tree) -> dict[str, dict[str, Known | Unknown]]:
    """What is known of each person, by their ids."""
    assert read.listed is not None
    inner, subject = read.tree, record.subject
    known: dict[str, Known | Unknown] = {}
    if read.accounts is not None:
        number = read.rows.get(str(getattr(subject, read.accounts.columns.key_name)))
        row = read.accounts.row(number) if number is not None else None
        if row is not None:
            known = {key: state for key, state in row.facts.items() if inner.facts[key].scope != PERSON}
            known |= read.placed.facts(read.accounts, row)
    known |= shared(record, tree, inner)
    known |= facts_of_people(inner, known, read.listed, (), replace(subject, stakeholder_id=""), record.as_of)
    return {
        person: {**known, **one.facts, **shared(record, tree, inner, person)}
        for person, one in read.listed.of(subject.account_id).items()
    }


def everybody(
    tree: Tree,
    as_of: DateTime,
    accounts: tuple[Path, Options] | None,
    contacts: tuple[Path, Options] | None,
) -> tuple[Everybody, list[Diagnostic]]:
    """The people of a contacts list, with their accounts' rows; nobody without such a list."""
    reads, found = [], []
    for one in inner_trees(tree).values():
        listed = None
        if contacts is not None:
            listed, about = open_listed(one, *contacts)
            found += [finding for finding in about if finding not in found]
        rows = None
        if accounts is not None and listed is not None:
            # What is wrong with the list is told by whoever reads it for the tree itself.
            path, options = accounts
            rows, _ = open_list(path, shown(path), one.facts, tree.subject, options, ids_alone=True)
        place = Placed() if rows is None or accounts is None else placed(one, rows, as_of, accounts[0])
        reads.append(_Read(one, rows, _by_id(rows), place, listed))
    return Everybody(tuple(reads)), found


def _by_id(accounts: AccountList | None) -> dict[str, int]:
    """The rows of a list by their ids; the first of an id counts."""
    if accounts is None:
        return {}
    at = accounts.columns.key
    found: dict[str, int] = {}
    for number, row in enumerate(accounts.rows, start=1):
        cell = (row.cells[at] if at < len(row.cells) else "") if at is not None else str(number)
        if not row.problem:
            found.setdefault(clean(cell).strip(), number)
    return found
