"""What is looked at in the list of results: a file of results, or an evaluation while it goes on; and the way
of one row.

Promises: a row's way is told by evaluating its list again as it was evaluated, until that row comes; where
tree or list have changed since, that is said, and what the row came to then stays beside it. Refuses: to
write anything.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm_tree.feel import parse_date_time
from abm_tree.session.browse import IDS, Table
from abm_tree.session.evaluate import evaluate
from abm_tree.session.results_file import ResultsFile
from abm_tree.session.wish import Done, Planned, Refused, Wish, folds_people
from abm_tree.session.workspace import TreeProblem, Workspace
from abm_tree.source import Diagnostic, Severity
from abm_tree.source.folders import shown
from abm_tree.walk.subject import Subject

if TYPE_CHECKING:
    from abm_tree.batch.plan import Plan
    from abm_tree.batch.tables.out import Layout
    from abm_tree.session.open import Opened
    from abm_tree.session.walk import Walk
    from abm_tree.tree.facts import Known, Unknown

Told = Callable[
    [int, float], None
]  # rows that are there, and which share of the whole that is (0: not known)


class NoWay(Exception):
    """A row's way cannot be shown; the message says why."""


class Stopped(Exception):
    """Nobody looks any more."""


@dataclass(frozen=True, slots=True)
class Made:
    """What one tree's results were made from."""

    tree: str
    revision: str = ""
    logic: str = ""
    as_of: str = ""


@dataclass
class Browsed(ABC):
    """Results: their rows, what they were made from, and how to come by the rest."""

    title: str
    table: Table
    made: tuple[Made, ...]
    wish: Wish | None = None  # how the list was evaluated, or would be; None: that is not known
    path: Path | None = None  # the file of the results
    told: Mapping[str, Any] = field(default_factory=dict)  # as results tell it that are written
    done: Done | None = None
    refused: Refused | OSError | None = None  # why it cannot be evaluated
    total: int = 0
    _planned: Sequence[Planned] = ()
    _plans: dict[int, tuple[Opened, Planned]] = field(default_factory=dict)  # of trees as they were loaded

    @abstractmethod
    def fill(self, told: Told, stopped: Callable[[], bool]) -> None:
        """Take the rows in; raises Refused, and Stopped."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What stands before the names of each tree's columns."""
        return ("",) if len(self.made) < 2 else tuple(f"{one.tree}." for one in self.made)

    def planned(self, workspace: Workspace, at: int) -> Planned:
        """A tree as the rows were decided by it, or as it is now; raises TreeProblem, NoWay."""
        if self._planned:
            return self._planned[at]
        if not self.made:
            raise NoWay("It is not told which tree these results are from; --tree TREE says it.")
        from abm_tree.batch.plan import plan

        made = self.made[at]
        opened = workspace.tree(made.tree)
        kept = self._plans.get(at)
        if kept is None or kept[0] is not opened:
            as_of = (parse_date_time(made.as_of) if made.as_of else None) or workspace.now()
            one = Planned(plan(opened.tree, as_of), opened.tree.subject, lambda: opened.tree)
            self._plans[at] = kept = opened, one
        return kept[1]

    def changed(self, workspace: Workspace, at: int) -> str:
        """Whether the tree has changed since the results were made: a sentence, or nothing."""
        if self._planned or at >= len(self.made) or not self.made[at].revision:
            return ""
        made = self.made[at]
        try:
            tree = workspace.tree(made.tree).tree
        except TreeProblem as problem:
            return f"{problem} No row's way can be shown."
        if tree.revision == made.revision:
            return ""
        if tree.logic == made.logic:
            return "The tree has other words now; it decides as it did."
        return "The tree has changed: it may decide otherwise now."


@dataclass
class Live(Browsed):
    """An evaluation, shown while it goes on."""

    def fill(self, told: Told, stopped: Callable[[], bool]) -> None:
        """Evaluate the list."""
        assert self.wish is not None

        def progress(rows: int, done: int, total: int) -> None:
            if stopped():
                raise Stopped
            told(self.table.rows, min(done / total, 1.0) if total else 0.0)

        wish = replace(self.wish, also=(*self.wish.also, self._keeper))
        try:
            self.done = evaluate(self._planned, wish, progress)
        except (Refused, OSError) as error:
            self.refused = error
            raise
        told(self.table.rows, 1.0)

    def _keeper(self, layout: Layout, plans: Sequence[Plan]) -> _Keeper:
        """From the start: a list in which an id is there twice is read again."""
        self.table = Table(layout.names)
        return _Keeper(self.table, layout, plans)


class _Keeper:
    """Takes results as they come, as they would stand in a file."""

    def __init__(self, table: Table, layout: Layout, plans: Sequence[Plan]) -> None:
        self.table, self.layout = table, layout
        self.schema = layout.schema(plans, {})

    def made(self, ids: Mapping[str, Any], decided: Sequence[Any]) -> Any:
        """Some rows as a batch."""
        return self.layout.batch(ids, decided, self.schema)

    def write(self, rows: Any) -> None:
        """Take them."""
        self.table.add(rows)

    def close(self) -> None:
        """Nothing comes at the end."""


@dataclass
class Written(Browsed):
    """A file of results."""

    file: ResultsFile | None = None

    def fill(self, told: Told, stopped: Callable[[], bool]) -> None:
        """Read the file."""
        assert self.file is not None
        for rows in self.file.read():
            if stopped():
                raise Stopped
            told(rows, rows / self.total if self.total else 0.0)
        told(self.table.rows, 1.0)


def live(trees: Sequence[Planned], wish: Wish) -> Live:
    """An evaluation that begins when it is looked at."""
    from abm_tree.report.about import about

    found = [about(one.plan) for one in trees]
    told = {**(found[0] if len(found) == 1 else {"trees": found}), "list": wish.name}
    made = tuple(_made(one) for one in found)
    title = ", ".join(one.tree for one in made)
    return Live(f"{title} over {wish.name}", Table(()), made, wish, wish.out, told, _planned=tuple(trees))


def of_workspace(workspace: Workspace, tree: str) -> Live:
    """The workspace's list through a tree, as `evaluate` does it; raises TreeProblem, NoWay."""
    from abm_tree.batch.plan import plan
    from abm_tree.session.options import list_options

    opened = workspace.tree(tree)
    path = workspace.places.accounts
    if path is None:
        raise NoWay('There is no list: put path = "..." under [accounts] in abm-tree.toml.')
    shelf = opened.shelf
    how = list_options(shelf.settings.accounts, dictionary=shelf.definitions.facts)
    planned = Planned(plan(opened.tree, workspace.now()), opened.tree.subject, lambda: opened.tree)
    wish = Wish(path, shown(path), how)
    if workspace.places.contacts is not None and folds_people(planned.plan):
        people = list_options(shelf.settings.contacts, dictionary=shelf.definitions.facts)
        wish = replace(wish, contacts=workspace.places.contacts, contact_options=people, joined=False)
    return live([planned], wish)


def written(
    file: ResultsFile, wish: Callable[[Path], Wish] | None, listed: Path | None, tree: str = ""
) -> Written:
    """A file of results; `wish` says how its list is to be read, `listed` where that is if not where told."""
    made = tuple(_made(one) for one in file.about) or ((Made(tree),) if tree else ())
    source = listed or _found(file)
    return Written(
        shown(file.path),
        file.table,
        made,
        wish(source) if wish is not None and source is not None else None,
        file.path,
        file.told,
        total=file.total,
        file=file,
    )


def _made(told: Mapping[str, Any]) -> Made:
    return Made(*(str(told.get(name) or "") for name in ("tree", "revision", "logic", "as_of")))


def _found(file: ResultsFile) -> Path | None:
    """The list that results were made from, where it still is: from here, or beside the results."""
    if not file.listed or "\0" in file.listed:
        return None
    places = (Path(file.listed), file.path.parent / file.listed, file.path.parent / Path(file.listed).name)
    return next((place for place in places if place.is_file()), None)


# ---------------------------------------------------------------- one row


class _Hit(Exception):
    """The row was found: its facts, or why it has none."""

    def __init__(self, facts: dict[str, Known | Unknown], problem: str) -> None:
        super().__init__(problem)
        self.facts, self.problem = facts, problem


def way_of(browsed: Browsed, workspace: Workspace, row: int, at: int = 0) -> Walk:
    """The walk that a row's facts make, under the tree at hand; raises NoWay, TreeProblem, Refused."""
    prefix = browsed.prefixes[at]
    error = browsed.table.cell(row, f"{prefix}error")
    if browsed.wish is None:
        raise NoWay("The list is not where these results say it is; --accounts FILE names it.")
    planned = browsed.planned(workspace, at)
    ids = browsed.table.id(row)
    if not ids:
        raise NoWay("The results have no ids, so this row is not found in the list.")
    facts = _facts(browsed, planned, ids)
    from abm_tree.journal.store import in_memory
    from abm_tree.session.walk import Names, begin, from_list

    tree = planned.load()
    given = {**{key: _nobody() for key in tree.facts}, **from_list(facts)}
    subject = Subject(**{name: value for name, value in ids.items() if name in IDS})
    opened = _opened(workspace, planned.plan.tree)
    walk = begin(
        tree,
        in_memory(),
        planned.plan.as_of,
        given,
        subject,
        Names(_name(given.get("account.name")), _name(given.get("stakeholder.name"))),
        style=browsed.wish.options.style,
        personas=opened.shelf.definitions.personas if opened is not None else {},
    )
    if error and walk.record.status != "error":
        # Where an id is there twice, it is the first row that was found.
        raise NoWay(f"This row has no way: {error}")
    return walk


def _facts(browsed: Browsed, planned: Planned, ids: Mapping[str, str]) -> dict[str, Known | Unknown]:
    """A row's facts, as its list says them: the list is read again until the row comes."""
    assert browsed.wish is not None
    trees = [planned]

    def each(shown: Mapping[str, Any], decided: Sequence[Any], columns: Sequence[Any], stop: Any) -> None:
        import pyarrow.compute as pc

        mask = None
        for name, value in ids.items():
            if name in shown:
                same = pc.equal(shown[name], value)
                mask = same if mask is None else pc.and_(mask, same)
        place = pc.index(mask, True).as_py() if mask is not None else -1
        if place < 0:
            return
        from abm_tree.batch.spelling import facts_of

        problem = decided[0].problems.get(place, "")
        raise _Hit({} if problem else facts_of(decided[0].plan, columns[0], place), problem)

    plain = replace(
        browsed.wish,
        out=None,
        stream=None,
        records=None,
        records_stream=None,
        columns=(),
        possible=False,
        paths=False,
        weigh=None,
        usual={},
        also=(),
        each=each,
    )
    try:
        evaluate(trees, plain)
    except _Hit as found:
        if found.problem:
            raise NoWay(f"This row has no way: {found.problem}") from None
        return found.facts
    raise NoWay("This row is not in the list any more.")


def _nobody() -> Unknown:
    from abm_tree.tree.facts import Unknown

    return Unknown("list")


def _opened(workspace: Workspace, tree: str) -> Opened | None:
    try:
        return workspace.tree(tree)
    except TreeProblem:
        return None


def _name(state: Known | Unknown | None) -> str:
    found = getattr(state, "value", "")
    return " ".join(found.split()) if isinstance(found, str) else ""


def problem_of(refused: Refused) -> Diagnostic:
    """The finding that says why."""
    found = [one for one in refused.findings if one.severity is Severity.ERROR]
    return found[-1] if found else refused.findings[-1]
