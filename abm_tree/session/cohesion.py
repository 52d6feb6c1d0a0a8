"""What does not fit together at one account: what its people told, were promised and are about to hear.

Promises: whose latest word counts, and which values count, is decided as for group facts; nothing after the
snapshot's moment, of another deal, or forgotten is looked at. Refuses: to ask; to write; to take what stands
on the list for somebody's word where nobody is ever asked for it, unless a tree compares or sets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any

from abm_tree.batch.people_rows import reads_told
from abm_tree.feel import Value, compare, parse_date_time
from abm_tree.group.cohesion import Finished, Word
from abm_tree.group.cohesion import conflicts as conflicts_of
from abm_tree.group.conflict import Conflict
from abm_tree.group.walked import Snapshot
from abm_tree.journal.events import FINISHED, Event, WalkLine
from abm_tree.journal.fold import fold
from abm_tree.journal.verify import MALFORMED
from abm_tree.session.book import Book
from abm_tree.session.journal import Guard
from abm_tree.session.learned import last_words, merged
from abm_tree.session.open import Opened, list_options
from abm_tree.session.workspace import TreeProblem, Workspace
from abm_tree.tree.former import former_keys
from abm_tree.tree.outcomes import misfit
from abm_tree.tree.parts import Fact, GroupFact, Tree
from abm_tree.walk.replay import fact_value
from abm_tree.walk.spoken import SHARED, whole_key
from abm_tree.walk.subject import Subject

Walks = Sequence[tuple[WalkLine, tuple[Event, ...]]]
OUTSIDE = "recorded outside a walk"
COMPARED = "people.told"  # the group fact that makes a list of people be read for what they told


def conflicts(
    workspace: Workspace, snap: Snapshot, trees: Sequence[Opened], *, book: Book | None = None
) -> tuple[Conflict, ...]:
    """Everything that does not fit together in a snapshot, by kind and title.

    Facts of the account or the deal are told apart by keys that every tree knows: `deal.budget`, and with the
    tree's id for its own, `check-in/moved`; own facts of the trees given, and of those that were walked about
    the account. Of `book`, which callers have at hand, nothing is needed here.
    """
    walks = workspace.desk.about(Subject(snap.account_id))
    trees = [*trees, *_walked(workspace, walks, trees)]
    definitions = _Definitions(workspace, trees)
    finished = tuple(_finished(walks, snap, definitions))
    established = {key for one in finished for key in one.sets}
    established |= {whole_key(walked.tree, one.fact) for walked in snap.walked for one in walked.record.sets}
    words = tuple(_words(workspace, snap, trees, definitions, walks, established))
    return conflicts_of(snap, definitions.facts, words, finished)


def _walked(workspace: Workspace, walks: Walks, trees: Sequence[Opened]) -> Iterator[Opened]:
    """Other trees that were walked about the account, as they stand today, where they can be read."""
    known = {one.tree.id for one in trees}
    for name in dict.fromkeys(line.tree for line, _ in walks if line.tree and not line.forgotten):
        if name not in known:
            with suppress(TreeProblem):
                yield workspace.tree(name)


class _Definitions:
    """The facts by the keys that every tree knows, those of trees that only the journal holds among them."""

    def __init__(self, workspace: Workspace, trees: Sequence[Opened]) -> None:
        shelf = trees[0].shelf if trees else workspace.shelf()
        shared = shelf.definitions.facts
        # The shared facts, as if a tree read them all.
        self.dictionary = Tree(
            "", "", "", "", "", "account", None, "", {}, {}, {}, (), {}, facts=dict(shared)
        )
        self.facts: dict[str, Fact] = {}
        self._former: dict[str, str] = {}
        self._guard = Guard(workspace.desk, unmasked=True)
        for tree in (self.dictionary, *(one.tree for one in trees)):
            self._add(tree)

    def _add(self, tree: Tree) -> None:
        for key, fact in tree.facts.items():
            self.facts.setdefault(whole_key(tree, key), fact)
        for name in (tree.id, *tree.former):
            for old, key in {**{key: key for key in tree.facts}, **former_keys(tree)}.items():
                whole = old if "." in old or "/" in old else f"{name}/{old}"
                self._former.setdefault(whole, whole_key(tree, key))

    def find(self, key: str, tree: str, revision: str) -> tuple[str, Fact] | None:
        """A fact that a record of a tree calls `key`, under the key of today."""
        whole = key if "." in key or "/" in key else f"{tree}/{key}"
        whole = self._former.get(whole, whole)
        if whole not in self.facts:
            stored = self._guard.tree(revision)
            if stored is not None:
                self._add(stored)
        found = self.facts.get(self._former.get(whole, whole))
        return (self._former.get(whole, whole), found) if found is not None else None


# ---------------------------------------------------------------- what was promised


def _finished(walks: Walks, snap: Snapshot, definitions: _Definitions) -> Iterator[Finished]:
    """The walks with people there that came to an end, the earliest first."""
    found = []
    for line, events in walks:
        if not line.tree or line.forgotten or line.status != FINISHED or not line.subject.stakeholder_id:
            continue
        try:
            one = _ended(line, events, snap, definitions)
        except MALFORMED:  # the journal's verification tells of it
            continue
        if one is not None:
            found.append(one)
    yield from (one for _, one in sorted(found, key=lambda each: each[0]))


def _ended(
    line: WalkLine, events: tuple[Event, ...], snap: Snapshot, definitions: _Definitions
) -> tuple[tuple[str, str, str], Finished] | None:
    record = fold(events).record
    moment = parse_date_time(str(record["as_of"])) if record is not None else None
    if record is None or moment is None or compare(moment.date, snap.as_of.date) == 1:
        return None
    last = next(event for event in reversed(events) if event.kind == "finished")
    sets: dict[str, Value] = {}
    for one in record.get("sets", ()):
        found = definitions.find(str(one["fact"]), line.tree, str(record["revision"]))
        if found is None or one.get("state", "known") != "known":
            continue
        key, fact = found
        value = fact_value(fact, one["value"])
        here = fact.scope == "account" or (fact.scope == "deal" and line.subject.deal_id == snap.deal_id)
        if here and misfit(fact, value) is None:
            sets[key] = value
    title = ": ".join(text for text in (line.title or line.tree, str(record.get("title") or "")) if text)
    person, deal = line.subject.stakeholder_id, line.subject.deal_id
    when = (str(record["as_of"])[:10], last.at, last.id)
    return when, Finished(person, line.tree, sets, moment.date, title, last.by, deal)


# ---------------------------------------------------------------- what was told


def _words(
    workspace: Workspace,
    snap: Snapshot,
    trees: Sequence[Opened],
    definitions: _Definitions,
    walks: Walks,
    established: set[str],
) -> Iterator[Word]:
    """Each person's latest word on each fact of the account and the deal."""
    if not snap.account_id:
        return
    done: set[str] = set()
    for tree, reading, keys in _views(trees, definitions, established):
        wanted = {key: whole_key(tree, key) for key in keys if whole_key(tree, key) not in done}
        if wanted:
            done.update(wanted.values())
            shelf = trees[0].shelf if trees else workspace.shelf()
            yield from _told(workspace, snap, tree, reading, wanted, walks, shelf)


def _views(
    trees: Sequence[Opened], definitions: _Definitions, established: set[str]
) -> Iterator[tuple[Tree, Tree, Sequence[str]]]:
    """Which facts are read as which tree reads them: what a tree compares, its own ones, the shared ones.

    What a tree compares is read as its group facts read it, so that the two never disagree.
    """
    for opened in trees:
        compared = tuple(reads_told(opened.tree))
        if compared:
            yield opened.tree, opened.tree, compared
    for opened in trees:
        tree = opened.tree
        own = {key: fact for key, fact in _tellable(tree, established).items() if fact.own}
        yield tree, _comparing(tree, own, f"{tree.revision}:told"), tuple(own)
    shared = _tellable(definitions.dictionary, established)
    mark = sha256(repr(sorted(shared.items())).encode()).hexdigest()
    yield definitions.dictionary, _comparing(definitions.dictionary, shared, f"told:{mark}"), tuple(shared)


def _tellable(tree: Tree, established: set[str]) -> dict[str, Fact]:
    """The facts of the account and the deal that somebody can be asked for, or that outcomes set."""
    return {
        key: fact
        for key, fact in tree.facts.items()
        if fact.scope in SHARED and (fact.ask is not None or whole_key(tree, key) in established)
    }


def _comparing(tree: Tree, facts: Mapping[str, Fact], revision: str) -> Tree:
    """A tree that compares what people told of some facts, by the keys that they have in another one."""
    one = GroupFact(COMPARED, "contradicted", facts=tuple(facts))
    return replace(tree, names=dict(facts), people={COMPARED: one}, subtrees={}, revision=revision)


def _told(
    workspace: Workspace,
    snap: Snapshot,
    tree: Tree,
    reading: Tree,
    wanted: Mapping[str, str],
    walks: Walks,
    shelf: Any,
) -> Iterator[Word]:
    how = list_options(shelf.settings.contacts, dictionary=shelf.definitions.facts)
    listed = workspace.group_facts.listed(reading, workspace.places.contacts, how)
    rows = listed.of(snap.account_id) if listed is not None else {}
    said = last_words(walks, Subject(snap.account_id, snap.deal_id), tree, snap.as_of)
    for person in dict.fromkeys((*rows, *said)):
        written = (
            {key: one for key, one in rows[person].told.items() if key in wanted} if person in rows else {}
        )
        spoken = {key: one for key, one in said.get(person, {}).items() if key in wanted}
        both = merged(written, {key: one.state for key, one in spoken.items()}, tree.facts, snap.as_of)
        for key, state in both.items():
            word = spoken.get(key)
            if word is None or word.state is not state:
                yield Word(person, wanted[key], state)
            else:
                line = word.line
                source = line.title or line.tree or OUTSIDE
                answered = word.answered and bool(line.tree)
                yield Word(person, wanted[key], state, source, word.by, line.tree, answered)
