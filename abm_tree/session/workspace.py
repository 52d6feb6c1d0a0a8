"""A workspace as every front opens it: settings, lists, journal, trees; and walks begun and taken up in it.

Promises: opening it imports nothing heavy, so that a screen can show walks and accounts at once; what is
heavy is loaded by the first method that needs it. Refuses: to decide; to print.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm_tree.journal.events import Overtaken, author
from abm_tree.journal.store import Journal, in_memory, open_journal
from abm_tree.session.book import Book, Entry, Person, Places, open_book
from abm_tree.session.keymap import keymap
from abm_tree.session.settings import Preferences, find_root, journal_path, preferences
from abm_tree.session.tree_lines import TreeLine, arranged, tree_line
from abm_tree.source import Diagnostic, clean
from abm_tree.source.folders import library
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.accounts.lists import AccountList, Options, Row
    from abm_tree.accounts.titles import Titles
    from abm_tree.feel import DateTime
    from abm_tree.session.group_facts import AtHand as PeopleAtHand
    from abm_tree.session.list_facts import AtHand
    from abm_tree.session.open import Opened
    from abm_tree.session.walk import Beside, Walk
    from abm_tree.tree.facts import Known, Unknown
    from abm_tree.tree.parts import Tree
    from abm_tree.tree.shelf import Shelf
    from abm_tree.walk.record import Record


SAMPLE_DATED = "Noted On"  # the column that says since when we know what the sample says of a person


class TreeProblem(Exception):
    """A tree that cannot be walked; `findings` say why."""

    def __init__(self, message: str, findings: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Newer:
    """A tree that decides otherwise than the revision a walk started with, and what going over would mean."""

    tree: Tree
    stays: tuple[str, ...]  # titles of the answers that count there too
    lost: tuple[str, ...]  # titles of the answers that do not
    asks: str  # what would be asked next
    before: str  # the outcome now, or ""
    after: str  # the outcome then, or ""


@dataclass
class Workspace:
    """A folder with trees, personas, an account list and settings; or the sample that ships."""

    root: Path | None = None
    sample: bool = False
    journal_file: Path | None = None
    preferences: Preferences = field(default_factory=Preferences)
    _trees: dict[str, tuple[object, Opened]] = field(default_factory=dict)
    _lists: dict[tuple[Any, ...], tuple[object, AccountList | None, tuple[Diagnostic, ...]]] = field(
        default_factory=dict
    )
    _shelf: tuple[object, Shelf] | None = None
    _titles: tuple[Shelf, Titles | None] | None = None

    @property
    def title(self) -> str:
        """What the workspace is called."""
        if self.sample:
            return "Sample workspace"
        return clean(self.root.name) if self.root is not None else "abm-tree"

    @cached_property
    def journal_place(self) -> Path:
        """Where the journal is, or will be."""
        path = self.journal_file or journal_path(self.root, self.preferences)
        return path.with_name("sample.db") if self.sample and self.journal_file is None else path

    @cached_property
    def journal(self) -> Journal:
        """The journal, opened when it is first needed."""
        return open_journal(self.journal_place)

    @cached_property
    def desk(self) -> Journal:
        """Where walks go: the journal; where nothing can be saved, memory with what can be read of it.

        A journal that another program holds at this moment is tried again with every walk.
        """
        saved = not self.journal.problem or self.journal.held
        return self.journal if saved else in_memory(self.journal)

    @cached_property
    def by(self) -> str:
        """Who records."""
        return self.preferences.name or author()

    @cached_property
    def keys(self) -> tuple[dict[str, tuple[str, ...]], tuple[Diagnostic, ...]]:
        """The key map, and what is wrong with it."""
        return keymap(self.preferences.keys, self.preferences.key_sources)

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the settings."""
        return (*self.preferences.problems, *self.keys[1])

    @cached_property
    def places(self) -> Places:
        """Where the lists are."""
        if self.sample:
            home = library() / "examples"
            dated = {"dated_by": SAMPLE_DATED}
            return Places(home / "accounts.csv", home / "contacts.csv", {}, dated)
        if self.root is None:
            return Places()
        accounts, contacts = self.preferences.accounts or {}, self.preferences.contacts or {}
        return Places(_listed(self.root, accounts), _listed(self.root, contacts), accounts, contacts)

    def book(self, limit: int | None = None) -> Book:
        """The accounts and people, as they are now."""
        return open_book(self.places, limit)

    # -------------------------------------------------------------- trees

    @property
    def home(self) -> Path | None:
        """Where trees and personas are looked for first."""
        return self.root or (library() if self.sample else None)

    @cached_property
    def tree_folders(self) -> tuple[Path, ...]:
        """Folders of trees, nearest first."""
        start = self.root or Path.cwd()
        folders = [library() / "trees"] if self.sample else [start / "trees", library() / "trees"]
        return tuple(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))

    def trees(self) -> list[TreeLine]:
        """The trees that can be picked, nearest first, then by purpose."""
        return arranged(
            [
                tree_line(path)
                for path in sorted(folder.glob("*.toml"))
                if path.name not in ("facts.toml", "parameters.toml")
                and not path.name.endswith(".cases.toml")
            ]
            for folder in self.tree_folders
        )

    def tree(self, name: str) -> Opened:
        """A tree by id or path, loaded and checked, again only when a file has changed.

        Raises TreeProblem where it is not there or has errors.
        """
        from abm_tree.session.open import NoTree, open_tree
        from abm_tree.source import Severity

        kept = self._trees.get(name)
        if kept is not None and kept[0] == _stamps(kept[1].shelf.files):
            return kept[1]
        try:
            opened = open_tree(name, self.home)
        except NoTree as missing:
            raise TreeProblem(missing.finding.message, [missing.finding]) from None
        self._settled(opened.shelf)
        if not opened.usable:
            errors = [one for one in opened.findings if one.severity is Severity.ERROR]
            first = errors[0]
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            raise TreeProblem(f"The tree `{name}` cannot be walked: {first.message}{more}", errors)
        self._trees[name] = (_stamps(opened.shelf.files), opened)
        return opened

    def shelf(self) -> Shelf:
        """Dictionary, personas and settings at hand: those of a tree that is open already, else read anew."""
        from abm_tree.tree.shelf import open_shelf

        for stamp, opened in self._trees.values():
            if stamp == _stamps(opened.shelf.files):
                return opened.shelf
        if self._shelf is None or self._shelf[0] != _stamps(self._shelf[1].files):
            found = open_shelf(self.home)
            self._settled(found)
            self._shelf = _stamps(found.files), found
        return self._shelf[1]

    def _settled(self, shelf: Shelf) -> None:
        """The sample has no file of settings: what it would say is said here."""
        if self.sample:
            from abm_tree.tree.files import ListSettings

            contacts = ListSettings(dated_by=SAMPLE_DATED)
            shelf.settings = shelf.settings.model_copy(update={"contacts": contacts})

    @property
    def titles(self) -> Titles | None:
        """The rules by which job titles suggest roles; None where there are mistakes in them."""
        from abm_tree.accounts.titles import Titles
        from abm_tree.source import has_errors

        shelf = self.shelf()
        if self._titles is None or self._titles[0] is not shelf:
            rules, found = shelf.titles()
            self._titles = shelf, None if has_errors(found) else Titles(rules)
        return self._titles[1]

    # -------------------------------------------------------------- walks

    def start(
        self,
        tree: str | Opened,
        entry: Entry | None = None,
        person: Person | None = None,
        role: str | None = None,
        *,
        as_of: DateTime | None = None,
        given: Mapping[str, Known | Unknown] | None = None,
        subject: Subject | None = None,
        listed: Mapping[str, Known | Unknown] | None = None,
        options: Options | None = None,
    ) -> Walk:
        """Begin a walk about an account and a person.

        `given` is what its starter states; `listed` what a list says, if it was read already. Raises
        TreeProblem and NotSaved.
        """
        from abm_tree.session.walk import Names, begin
        from abm_tree.tree.facts import Known
        from abm_tree.tree.terms import ROLE

        opened = tree if not isinstance(tree, str) else self.tree(tree)
        if subject is None:
            subject = Subject(entry.id if entry else "", "", person.id if person else "")
        stated = dict(given or {})
        if role is not None:
            stated[ROLE] = Known(role)
        whole = {**self.facts(opened, subject, as_of, listed=listed, stated=stated), **stated}
        names = Names(
            entry.name if entry else _name(whole.get("account.name")),
            person.name if person else _name(whole.get("stakeholder.name")),
        )
        options = options or self.options(opened)
        return begin(
            opened.tree,
            self.desk,
            as_of or self.now(),
            whole,
            subject,
            names,
            by=self.by,
            style=options.style,
            personas=opened.shelf.definitions.personas,
            beside=self.beside(opened.shelf, subject, as_of or self.now()),
            everybody=self._everybody(opened.shelf),
        )

    def resume(self, walk: str, as_of: DateTime | None = None) -> Walk:
        """Take a walk up again, under its own revision; raises TreeProblem, NotSaved, KeyError."""
        from abm_tree.journal.fold import fold
        from abm_tree.session.open import Opened
        from abm_tree.session.walk import Names, Walk
        from abm_tree.tree.shelf import open_shelf

        line = self.desk.line(walk)
        if line is None:
            raise KeyError(walk)
        if line.forgotten:
            raise TreeProblem("What was said in this walk has been erased; begin a new one.")
        events = self.desk.events(walk)
        state = fold(events)
        opened: Opened | None = None
        problem: TreeProblem | None = None
        try:
            opened = self.tree(state.tree)
        except TreeProblem as missing:
            # The journal holds the tree as it was: the walk goes on without the file.
            problem = missing
        tree = opened.tree if opened is not None and opened.tree.revision == state.revision else None
        tree = tree or self._stored(state.revision, problem)
        shelf = opened.shelf if opened is not None else open_shelf(self.home)
        at_hand = Opened(tree, shelf, ())
        found = Walk(
            tree,
            self.desk,
            events,
            line.subject,
            Names(line.account_name, line.stakeholder_name),
            self.by,
            self.options(at_hand).style,
            shelf.definitions.personas,
            self.beside(shelf, line.subject, as_of or self.now()),
            self._everybody(shelf),
        )
        moment = as_of or self.now()
        for _ in range(3):
            with suppress(Overtaken):  # another terminal has taken it up at the same time
                found.resume(moment, self.given_now(at_hand, found, moment))
                break
        return found

    def given_now(self, opened: Opened, walk: Walk, moment: DateTime) -> dict[str, Known | Unknown]:
        """What is given to a walk now: as the lists say, or said where it is on them no more."""
        from abm_tree.session.facts import given_of

        before = given_of(opened.tree, walk.state)
        stated = {key: one for key, one in before.items() if one.source == "given"}
        listed = {key: one for key, one in before.items() if one.source == "list"}
        for people, row in enumerate(self._rows(opened, walk.subject, moment)):
            if row is not None:
                listed = {key: one for key, one in listed.items() if _of_person(opened, key) != bool(people)}
                listed |= row
        found = self.facts(opened, walk.subject, moment, listed=listed, leave_out=walk.id, stated=stated)
        return {**found, **stated}

    def revise(self, walk: Walk, tree: Tree) -> None:
        """Go over to another revision, with what lists and earlier calls know of the facts that it reads.

        Raises NotSaved, Overtaken.
        """
        walk.revise(tree, self._given_under(walk, tree))

    def _given_under(self, walk: Walk, tree: Tree) -> dict[str, Known | Unknown]:
        from abm_tree.session.open import Opened

        return self.given_now(Opened(tree, self.shelf(), ()), walk, walk.as_of)

    def newer(self, walk: Walk) -> Newer | None:
        """The present tree, where it decides otherwise than the walk's revision; with a preview."""
        from abm_tree.session.walk import outcome_title
        from abm_tree.tree.former import former_keys

        tree = self._now(walk.state.tree)
        if tree is None:
            return None
        if tree.logic == walk.tree.logic:
            return None
        now, then = walk.record, walk.under(tree, self._given_under(walk, tree))
        former = former_keys(tree)
        answered = {former.get(key, key): key for key in walk.state.answers}
        counts = [key for key in answered if key in then.facts]
        return Newer(
            tree,
            tuple(tree.facts[key].title for key in counts),
            tuple(
                walk.tree.facts[old].title
                for key, old in answered.items()
                if key not in counts and old in walk.tree.facts
            ),
            tree.facts[then.needs.fact].title if then.needs is not None else "",
            outcome_title(walk.tree, now.outcome) if now.outcome else "",
            outcome_title(tree, then.outcome) if then.outcome else "",
        )

    def _now(self, name: str) -> Tree | None:
        """The tree that has an id today, else the one that had it before."""
        try:
            return self.tree(name).tree
        except TreeProblem:
            pass
        shelf = self.shelf()
        for path in shelf.paths.values():
            model = shelf.draft(path).model
            if name in model.renamed_from:
                with suppress(TreeProblem):
                    return self.tree(model.id).tree
        return None

    def _stored(self, revision: str, problem: TreeProblem | None) -> Tree:
        from abm_tree.walk.replay import Unreadable, tree_of

        form = self.desk.tree(revision)
        if form is None:
            raise problem or TreeProblem("The journal does not hold the tree that this walk started with.")
        try:
            return tree_of(form, revision)
        except Unreadable as error:
            raise TreeProblem(f"The walk's tree cannot be read from the journal: {error}.") from None

    def facts(
        self,
        opened: Opened,
        subject: Subject,
        as_of: DateTime | None = None,
        *,
        listed: Mapping[str, Known | Unknown] | None = None,
        leave_out: str = "",
        stated: Mapping[str, Known | Unknown] | None = None,
    ) -> dict[str, Known | Unknown]:
        """What is known about a subject, from the lists and from earlier calls; of two, the later.

        `listed` is what a list says about the account, if it was read already; `stated` what whoever asks
        knows better, which is not among what is told here.
        """
        from abm_tree.session.learned import learned_from, merged, serving

        moment, tree = as_of or self.now(), opened.tree
        walks = serving(self.desk, subject, tree)
        told = learned_from(walks, subject, tree, moment, leave_out)
        account, person = self._rows(opened, subject, moment)
        account = dict(listed) if listed is not None else account
        if person is not None and account is not None:
            account = {key: one for key, one in account.items() if not _of_person(opened, key)}
        said = {**(account or {}), **(person or {})}
        known = {key: one for key, one in said.items() if key in tree.facts}
        found = merged(known, told, tree.facts, moment)
        if not any(fact.scope == "people" for fact in tree.facts.values()):
            return found
        from abm_tree.session.group_facts import facts_of_people
        from abm_tree.session.open import list_options

        how = list_options(opened.shelf.settings.contacts, dictionary=opened.shelf.definitions.facts)
        people = self.group_facts.listed(tree, self.places.contacts, how)
        whole = {**found, **(stated or {})}
        return found | facts_of_people(tree, whole, people, walks, subject, moment, leave_out)

    def beside(self, shelf: Shelf, subject: Subject, as_of: DateTime) -> Callable[[], Beside]:
        """What is known of a subject that makes objections likely, read when it is first asked for."""
        from abm_tree.session.open import Opened
        from abm_tree.session.walk import GATEKEEPER, Beside
        from abm_tree.tree.parts import Tree

        @cache
        def read() -> Beside:
            dictionary = shelf.definitions.facts
            every = [one for persona in shelf.definitions.personas.values() for one in persona.all_objections]
            names = {name for one in every if one.likely_when is not None for name in one.likely_when.names}
            wanted = {key: dictionary[key] for key in sorted({*names, GATEKEEPER}) if key in dictionary}
            # All that is read here, as if a tree read it.
            tree = Tree("", "", "", "", "", "account", None, "", {}, {}, {}, (), {}, facts=wanted)
            return Beside(wanted, self.facts(Opened(tree, shelf, ()), subject, as_of))

        return read

    def _everybody(self, shelf: Shelf) -> Callable[[Record, Tree, str], Record]:
        """What adds the walks for every person to a decision, where its way asks for some."""

        def add(record: Record, tree: Tree, walk: str) -> Record:
            from abm_tree.tree.each import walks_people

            if not walks_people(tree):
                return record
            from abm_tree.session.each import add_people

            return add_people(self, shelf, record, tree, leave_out=walk)

        return add

    def now(self) -> DateTime:
        """The moment to decide for, in the workspace's time zone."""
        from abm_tree.session.open import moment

        found = moment(None, self.preferences.timezone or None)
        return found if not isinstance(found, Diagnostic) else _now()

    def options(self, opened: Opened | None) -> Options:
        """How the account list is written."""
        from abm_tree.session.open import list_options

        settings = opened.shelf.settings.accounts if opened is not None else None
        facts = opened.shelf.definitions.facts if opened is not None else ()
        return list_options(settings, dictionary=facts)

    @cached_property
    def list_facts(self) -> AtHand:
        """Where accounts stand among all of their list, for trees that read it."""
        from abm_tree.session.list_facts import AtHand

        return AtHand()

    @cached_property
    def group_facts(self) -> PeopleAtHand:
        """The contacts list as facts over the people of an account read it."""
        from abm_tree.session.group_facts import AtHand

        return AtHand()

    def _rows(
        self, opened: Opened, subject: Subject, as_of: DateTime
    ) -> list[dict[str, Known | Unknown] | None]:
        """What the lists say about an account and a person; None: not on them. Bad cells are left out."""
        from abm_tree.session.open import list_options
        from abm_tree.session.walk import from_list

        out: list[dict[str, Known | Unknown] | None] = []
        settings = opened.shelf.settings
        dictionary = opened.shelf.definitions.facts
        wanted = (
            (self.places.accounts, subject.account_id, settings.accounts, opened.tree.subject),
            (self.places.contacts, subject.stakeholder_id, settings.contacts, ""),
        )
        for people, (path, key, how, kind) in enumerate(wanted):
            options = list_options(how, dictionary=dictionary)
            found = None
            if path is not None and key:
                found = self._list(opened, path, options, kind)
            row = found.find(key) if found is not None else None
            if row is None or found is None:
                out.append(None)
                continue
            if people:
                facts = {name: one for name, one in row.facts.items() if _of_person(opened, name)}
            else:
                facts = self.said(found, row, subject.stakeholder_id)
                facts |= self.list_facts.of(opened.tree, found, row, as_of, path)
            out.append(from_list(facts))
        return out

    def said(self, accounts: AccountList, row: Row, person: str) -> dict[str, Known | Unknown]:
        """What an account's row says in a walk about a person, "" being nobody in particular.

        What it says of somebody is said of nobody who is named; but a row of a list of leads is its person's.
        """
        lead = self.places.contacts is None and not accounts.columns.of_accounts
        if not person or lead or row.stakeholder_id == person:
            return dict(row.facts)
        return {key: one for key, one in row.facts.items() if accounts.facts[key].scope != "stakeholder"}

    def _list(self, opened: Opened, path: Path, options: Options, kind: str) -> AccountList | None:
        """The account list for a subject of some kind, or without one the list of people."""
        from abm_tree.accounts.lists import open_list, open_people
        from abm_tree.source.folders import shown

        place = (opened.tree.id, opened.tree.revision, path)
        stamp = _stamps((path,))
        kept = self._lists.get(place)
        if kept is None or kept[0] != stamp:
            facts = opened.tree.facts
            found, problems = (
                open_list(path, shown(path), facts, kind, options)
                if kind
                else open_people(path, shown(path), facts, options)
            )
            self._lists[place] = kept = (stamp, found, tuple(problems))
        return kept[1]


def open_workspace(
    start: Path | None = None, *, sample: bool = False, journal: Path | None = None
) -> Workspace:
    """The workspace that a folder lies in, else the sample."""
    root = None if sample else find_root(start or Path.cwd())
    return Workspace(root, root is None, journal, preferences(root))


def _listed(root: Path, table: Mapping[str, Any]) -> Path | None:
    name = table.get("path")
    return root / name if isinstance(name, str) and name.strip() and "\0" not in name else None


def _stamps(paths: Sequence[Path]) -> tuple[object, ...]:
    out: list[object] = []
    for path in paths:
        try:
            found = path.stat()
            out.append((str(path), found.st_mtime_ns, found.st_size))
        except OSError:
            out.append((str(path), None))
    return tuple(out)


def _name(state: Known | Unknown | None) -> str:
    """A name that a list or a starter states."""
    found = getattr(state, "value", "")
    return " ".join(found.split()) if isinstance(found, str) else ""


def _of_person(opened: Opened, key: str) -> bool:
    fact = opened.tree.facts.get(key)
    return fact is not None and fact.scope == "stakeholder"


def _now() -> DateTime:
    from abm_tree.session.open import moment

    found = moment(None)
    assert not isinstance(found, Diagnostic)
    return found
