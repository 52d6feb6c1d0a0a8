"""The people of an account as its group facts see them: from the contacts list, and from earlier walks.

Promises: of what the list says of a person and what was said since, the later counts, as for any fact; a walk
is given what its people came to when it was begun or taken up, and nothing of its own moves that; without a
list and without anybody in the journal nothing is known. Refuses: to ask; to look for people by their names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from abm_tree.accounts.headings import PEOPLE_NAMES, first, fold
from abm_tree.accounts.lists import AccountList, Options, open_people
from abm_tree.batch.people_rows import (
    SOURCE,
    Individual,
    as_told,
    people_facts,
    read_of_people,
    reads_told,
)
from abm_tree.feel import DateTime
from abm_tree.journal.events import Event, WalkLine
from abm_tree.journal.rows import plain
from abm_tree.session.learned import is_there, learned_from, merged, told_from
from abm_tree.source import Diagnostic, clean
from abm_tree.source.folders import shown
from abm_tree.tree.facts import Facts, Known, Unknown
from abm_tree.tree.parts import TOLD, Tree
from abm_tree.tree.people import group_facts
from abm_tree.walk.subject import Subject

OPEN = 8  # lists at hand
Walks = Sequence[tuple[WalkLine, tuple[Event, ...]]]

__all__ = ["SOURCE", "Individual", "Listed", "facts_of_people", "individuals", "open_listed", "reads_people"]


@dataclass(frozen=True)
class Listed:
    """A contacts list, as the group facts of one tree read it."""

    people: AccountList
    rows: Mapping[str, Sequence[int]]  # by account
    name_at: int | None  # where the name stands by which people without an id are known

    def of(self, account_id: str) -> dict[str, Individual]:
        """The people of an account, by the ids that walks know them by."""
        found: dict[str, Individual] = {}
        for one, number in self._numbers(account_id).items():
            row = self.people.row(number)
            facts: dict[str, Known | Unknown] = {}
            told: dict[str, Known | Unknown] = {}
            for key, state in row.facts.items():
                if key.startswith(TOLD):
                    told[key.removeprefix(TOLD)] = state
                else:
                    facts[key] = state
            found[one] = Individual(facts, told)
        return found

    def names(self, account_id: str) -> dict[str, str]:
        """What the list calls the people of an account, by their ids."""
        found = {one: self._name(number) for one, number in self._numbers(account_id).items()}
        return {one: name for one, name in found.items() if name and name != one}

    def _numbers(self, account_id: str) -> dict[str, int]:
        """The rows of an account's people, by the ids that walks know them by."""
        found: dict[str, int] = {}
        for number in self.rows.get(account_id, ()):
            known = self.people.columns.key is not None
            one = self.people.row(number).stakeholder_id if known else self._name(number)
            # Two rows without ids are two people, also of one name.
            found[one if one and one not in found else f"#{number}"] = number
        return found

    def _name(self, number: int) -> str:
        cells = self.people.rows[number - 1].cells
        at = self.name_at
        return " ".join(clean(cells[at]).split()) if at is not None and at < len(cells) else ""


@dataclass
class AtHand:
    """The contacts lists that somebody works with, read again when they change."""

    _found: dict[tuple[str, Path], tuple[object, Listed | None, list[Diagnostic]]] = field(
        default_factory=dict
    )

    def listed(self, tree: Tree, path: Path | None, options: Options) -> Listed | None:
        """The contacts list for a tree, where there is one that can be read."""
        return self._read(tree, path, options)[0] if path is not None else None

    def unread(self, tree: Tree, path: Path, options: Options) -> list[Diagnostic]:
        """Why the contacts list cannot be read for a tree; nothing where it can."""
        listed, about = self._read(tree, path, options)
        return about if listed is None else []

    def _read(self, tree: Tree, path: Path, options: Options) -> tuple[Listed | None, list[Diagnostic]]:
        place, stamp = (tree.revision, path), _stamp(path)
        kept = self._found.get(place)
        if kept is None or kept[0] != (stamp, options):
            if len(self._found) >= OPEN:
                self._found.clear()
            self._found[place] = kept = ((stamp, options), *open_listed(tree, path, options))
        return kept[1], kept[2]


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def reads_people(tree: Tree) -> bool:
    """Whether a tree reads facts over the people of an account."""
    return bool(group_facts(tree))


def open_listed(tree: Tree, path: Path, options: Options) -> tuple[Listed | None, list[Diagnostic]]:
    """A contacts list for a tree, as a batch reads it; None where it does not say whose people they are."""
    wanted = read_of_people(tree)
    how = replace(
        options,
        mapping=as_told(options.mapping, wanted),
        dictionary=options.dictionary | frozenset(tree.facts),
    )
    found, about = open_people(path, shown(path), wanted, how)
    if found is None:
        return None, about
    name = next((heading for heading, fact in options.mapping.items() if fact == "stakeholder.name"), None)
    header = [fold(one) for one in found.header]
    return Listed(found, found.by_account(), first(header, (name,) if name else PEOPLE_NAMES)), about


def individuals(
    listed: Listed | None,
    walks: Walks,
    subject: Subject,
    tree: Tree,
    as_of: DateTime,
    leave_out: str = "",
) -> list[Individual] | None:
    """The people of a subject's account; None where nobody knows them. `leave_out` is the walk that asks."""
    if not subject.account_id:
        return None
    account = plain(subject.account_id)
    walks = [one for one in walks if one[0].subject.account_id == account]
    found = listed.of(subject.account_id) if listed is not None else {}
    told = told_from(walks, subject, tree, as_of, leave_out)
    ids = dict.fromkeys([*found, *_met(walks, as_of, leave_out), *told])
    if listed is None and not ids:
        return None
    compared = reads_told(tree)
    out = []
    for one in ids:
        person = found.get(one) or Individual({}, {})
        whom = Subject(subject.account_id, subject.deal_id, one)
        learned = learned_from(walks, whom, tree, as_of, leave_out)
        theirs = {key: state for key, state in learned.items() if tree.facts[key].scope == "stakeholder"}
        said = {key: state for key, state in told.get(one, {}).items() if key in compared}
        out.append(
            Individual(
                merged(person.facts, theirs, tree.facts, as_of),
                merged(person.told, said, tree.facts, as_of),
            )
        )
    return out


def _met(walks: Walks, as_of: DateTime, leave_out: str) -> list[str]:
    """The people that the journal knows at a moment, whether they are on the list or not."""
    return [
        line.subject.stakeholder_id
        for line, events in walks
        if line.walk != leave_out and is_there(line, events, as_of)
    ]


def facts_of_people(
    tree: Tree,
    known: Facts,
    listed: Listed | None,
    walks: Walks,
    subject: Subject,
    as_of: DateTime,
    leave_out: str = "",
) -> dict[str, Known | Unknown]:
    """The group facts that a tree reads, with what is known of the account and the deal beside the people."""
    found = individuals(listed, walks, subject, tree, as_of, leave_out)
    return people_facts(tree, known, found, as_of)
